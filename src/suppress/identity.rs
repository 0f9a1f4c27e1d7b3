//! What stands for the value of a finding outside of the process: enough to know it again, too little to confirm a
//! guess.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};

use crate::finding::{Finding, Secret};

/// Keys the hash that stands for a value, so that it is of no use elsewhere.
pub(crate) const CONTEXT: &str = "barekey 2026-11-22 fingerprint of a finding";

/// Bits from which nobody finds a value by trying.
const LONG: f64 = 80.0;

/// The name of a value: its keyed hash, and how much of it may be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// 128 bits.
    pub(crate) hash: [u8; 16],
    /// A person may have chosen the value, so that only a tag of the hash leaves the process.
    pub(crate) guessable: bool,
}

impl Identity {
    /// Of the secret of a finding or, where it has none, of what it is about: no word of ours goes in, so that better
    /// words change nothing. `made` says that the format of the secret is one that machines make.
    pub(crate) fn of(finding: &Finding, made: bool) -> Self {
        let Some(secret) = &finding.secret else {
            let fault = format!("{}\0{}", finding.rule, finding.subject);
            return Self {
                hash: hash(&Secret::new(fault.as_bytes())),
                // A part of a file, of which nobody has said that it may be known.
                guessable: true,
            };
        };
        Self {
            hash: hash(secret),
            guessable: !made || bits(secret.reveal()) < LONG || is_encoded(secret.reveal()),
        }
    }

    /// Sixteen bits: they tell values in a file apart, and confirm no guess.
    pub(crate) fn tag(&self) -> u16 {
        u16::from_be_bytes([self.hash[0], self.hash[1]])
    }
}

fn hash(secret: &Secret) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::derive_key(CONTEXT, secret.reveal())[..16]);
    hash
}

/// Whether it is Base64 of readable text, such as a name and a password: as guessable as these.
fn is_encoded(value: &[u8]) -> bool {
    let readable = |b: &u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD]
        .iter()
        .filter_map(|form| form.decode(value).ok())
        .any(|text| text.iter().all(readable))
}

/// A low estimate of the bits in a random string: its length times the entropy of its own characters.
fn bits(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in value {
        counts[usize::from(byte)] += 1;
    }
    let length = value.len() as f64;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| f64::from(count) * (length / f64::from(count)).log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_words_change_nothing() {
        let finding = |message: &str, subject: &str| Finding {
            secret: None,
            message: message.to_owned(),
            subject: subject.to_owned(),
            ..crate::report::sample::report().findings.remove(0)
        };
        let of = |message, subject| Identity::of(&finding(message, subject), false);
        assert_eq!(
            of("kept too long", "vault main 400"),
            of("rotated rarely", "vault main 400")
        );
        assert_ne!(
            of("kept too long", "vault main 400").hash,
            of("kept too long", "vault b 400").hash
        );
        assert!(of("", "").guessable);
    }

    #[test]
    fn encoded_text_is_as_guessable_as_the_text() {
        assert!(is_encoded(
            b"YnVpbGQtYm90OmNvcnJlY3QgaG9yc2UgYmF0dGVyeSBzdGFwbGU="
        ));
        assert!(is_encoded(b"YnVpbGQtYm90OmNvcnJlY3QgaG9yc2U"));
        assert!(!is_encoded(b"wJalrXUtnFEMI7K7MDENGbPxRfiCYzkQ9aVq3sTd"));
    }

    #[test]
    fn long_random_tokens_have_many_bits() {
        assert!(bits(b"wJalrXUtnFEMI7K7MDENGbPxRfiCYzkQ9aVq3sTd") > LONG);
        assert!(bits(b"hunter2hunter2") < LONG);
        assert!(bits(b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") < 1.0);
        assert!(bits(b"") < 1.0);
    }
}
