//! Tells machine-made random strings from strings people write.
//!
//! The one idea: ask two models how surprised they are. One has read names,
//! words and short strings in public code (`table.bin`, made by `train.py`) and
//! knows which letter follows which two, where words end, and how case runs.
//! The other knows nothing and draws every character evenly from the smallest
//! alphabet that holds the value. The difference of the two surprises, per
//! character, tells who wrote the value; its length tells how sure we may be.

mod sequence;
mod written;

use std::f32::consts::LN_2;

pub use sequence::is_sequence;
use written::human_cost;

/// What a byte is, as a bit, so that one pass can gather a whole value.
const LOWER_HEX: u8 = 1;
const LOWER: u8 = 2;
const UPPER_HEX: u8 = 4;
const UPPER: u8 = 8;
const DIGIT: u8 = 16;
const MARK: u8 = 32;
const PRINT: u8 = 64;
const BINARY: u8 = 128;

static KIND: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut map = [BINARY; 256];
    let mut code = 0;
    while code < 128 {
        map[code] = match code as u8 {
            b'a'..=b'f' => LOWER_HEX,
            b'g'..=b'z' => LOWER,
            b'A'..=b'F' => UPPER_HEX,
            b'G'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'-' | b'_' | b'+' | b'/' | b'=' => MARK,
            b' '..=b'~' | b'\t' | b'\n' | b'\r' => PRINT,
            _ => BINARY,
        };
        code += 1;
    }
    map
}

/// The strongest evidence a score states, in nats of log-odds.
pub const CAP: f32 = 6.0;
/// How much a nat of surprise weighs as evidence: neighbouring characters
/// repeat each other's news. Fitted on packages the table has not seen.
const WEIGHT: f32 = 0.45;
/// Surprise in nats that people's odd names reach about as often as short
/// random strings do; also fitted.
const EVEN: f32 = 10.0;
/// Characters up to which `EVEN` holds, and what each further one adds.
const EVEN_UNTIL: f32 = 12.0;
const EVEN_GROWTH: f32 = 0.4;
/// Lengths between which each character adds to the evidence.
const FEWEST: f32 = 8.0;
const MOST: f32 = 32.0;

/// Evidence that a machine made the value at random, as log-odds in nats
/// within `-CAP..=CAP`: above 0 random is likelier, below 0 a person's writing.
///
/// Beyond 32 characters only the mean surprise per character counts, so length
/// alone never makes weak evidence strong; below 8 the evidence fades to 0.
/// Keyboard walks and counts (`is_sequence`) and anything that is not printable
/// ASCII score `-CAP`. A base62 string of 12 random characters scores above 4
/// nearly always; of the names in unseen code one in 500 scores above 1.
pub fn score(value: &[u8]) -> f32 {
    if value.is_empty() {
        return 0.0;
    }
    let census = Census::of(value);
    if census.seen & BINARY != 0 {
        return -CAP;
    }
    let length = value.len() as f32;
    let surplus = human_cost(value) - random_cost(&census);
    let counted = surplus * (MOST / length).min(1.0);
    let even = EVEN + EVEN_GROWTH * (length.min(MOST) - EVEN_UNTIL).max(0.0);
    let evidence = WEIGHT * (counted - even) * (length / FEWEST).min(1.0);
    if evidence > -CAP && is_sequence(value) {
        return -CAP;
    }
    evidence.clamp(-CAP, CAP)
}

/// Shannon entropy of the bytes in bits per byte: 0 for `aaaa`, 2 for `abcd`,
/// at most the logarithm of the length.
pub fn shannon(value: &[u8]) -> f32 {
    let mut counts = [0u32; 256];
    for &byte in value {
        counts[usize::from(byte)] += 1;
    }
    let mut sum = 0.0;
    for &byte in value {
        let count = std::mem::take(&mut counts[usize::from(byte)]) as f32;
        sum += if count > 1.0 {
            count * count.log2()
        } else {
            0.0
        };
    }
    let length = value.len().max(1) as f32;
    length.log2() - sum / length
}

/// Bits per character of the alphabets of 94, 62, 36, 26, 16 and 10, and of the
/// marks of base64.
const PRINTABLE_BITS: f32 = 6.555;
const MIXED_BITS: f32 = 5.954;
const ONE_CASE_BITS: f32 = 5.17;
const LETTER_BITS: f32 = 4.7;
const HEX_BITS: f32 = 4.0;
const DIGIT_BITS: f32 = 3.322;
const MARK_BITS: f32 = 6.0;

/// The kinds of bytes in a value, and how many are no letters or digits.
struct Census {
    seen: u8,
    plain: f32,
    marks: f32,
    prints: f32,
}

impl Census {
    fn of(value: &[u8]) -> Self {
        let (mut seen, mut marks, mut prints) = (0, 0u32, 0u32);
        for &byte in value {
            let kind = KIND[usize::from(byte)];
            seen |= kind;
            marks += u32::from(kind == MARK);
            prints += u32::from(kind == PRINT);
        }
        Self {
            seen,
            plain: value.len() as f32 - (marks + prints) as f32,
            marks: marks as f32,
            prints: prints as f32,
        }
    }

    fn has(&self, kinds: u8) -> bool {
        self.seen & kinds != 0
    }
}

/// Surprise of an even draw from the smallest alphabet, in nats.
fn random_cost(census: &Census) -> f32 {
    let plain = census.plain;
    let lower = census.has(LOWER | LOWER_HEX);
    let upper = census.has(UPPER | UPPER_HEX);
    let bits = match (lower || upper, census.has(DIGIT)) {
        _ if census.has(PRINT) => PRINTABLE_BITS * plain,
        _ if lower && upper => MIXED_BITS * plain,
        (false, _) => DIGIT_BITS * plain,
        (_, true) if !census.has(LOWER | UPPER) => HEX_BITS * plain,
        (_, true) => ONE_CASE_BITS * plain,
        // Machines rarely leave digits out: letters alone cost a start.
        _ => (ONE_CASE_BITS * plain).min(LETTER_BITS * plain + 4.0),
    };
    (bits + MARK_BITS * census.marks + PRINTABLE_BITS * census.prints) * LN_2
}

#[cfg(test)]
mod tests {
    use super::{CAP, score, shannon};

    /// Strings people wrote; chosen passwords are people's strings too.
    const WRITTEN: &[&str] = &[
        "correcthorse",
        "handleAuthorizationToken",
        "my-secret-name",
        "getSecretValue",
        "application/x-www-form-urlencoded",
        "SomeClassNameWithLongCamelCase",
        "com.example.foo.Bar",
        "abcdefghijklmnopqrstuvwxyz",
        "0123456789abcdef",
        "aaaaaaaaaaaaaaa",
        "Summer2024!",
        "P@ssw0rd123",
        "hunter2",
        "letmein",
        "changeme",
        "your-api-key-here",
        "AWS_SECRET_ACCESS_KEY",
        "placeholder_token",
        "client_credentials",
        "Content-Type",
        "text/html; charset=utf-8",
        "https://example.com/oauth2/token",
        "us-east-1",
        "arn:aws:iam::123456789012:role/Admin",
        "postgres://user:password@localhost:5432/db",
        "sha256WithRSAEncryption",
        "X-Amz-Security-Token",
        "the quick brown fox",
        "docker-compose.yml",
        "HTTPServerErrorException",
        "utf8_general_ci",
        "AbstractSingletonProxyFactoryBean",
        "process.env.DATABASE_PASSWORD",
        "node_modules/@types/node",
        "2024-01-15T10:30:00Z",
        "1.2.3-beta.4",
        "deadbeef",
        "EXAMPLE_SECRET_KEY",
        "base64urlEncode",
        "SuperSecretPassword1",
        "donttellanyone",
        "my_db_passw0rd",
        "xmlHttpRequest",
        "getElementsByTagName",
        "${{ secrets.GITHUB_TOKEN }}",
        "<your-password>",
        "kubernetes.io/service-account-token",
        "Die Würde des Menschen",
    ];

    /// Strings machines drew.
    const RANDOM: &[&str] = &[
        "Xk29vQz7",
        "q8Jf0aLw2mZx91Tn",
        "9f86d081884c7d659a2feaa0",
        "b7f1kq02mxz8",
        "gT7!pQ2z",
        "wJalrXUtnFEMIK7MDENGbPxRfiCY",
        "4eC39HqLyjWDarjtT1zdp7dc",
        "d41d8cd98f00b204e9800998ecf8427e",
        "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "MFRGGZDFMZTWQ2LK7Q5X",
        "x7Gq-2_kVw9Zt4Lr",
        "hZ3kP0sW",
        "A9F4C07E1B52D836",
        "q0v9x3m2k8",
        "Z8q!mK4$vR1x",
        "jR5tYw2Nc8",
        "k2v7n4hq",
        "tG6bN1xQ4v",
        "7c4a8d09ca3762af61e59520943dc26494f8941b",
        "AIzaSyD3kq9Xw7vL0tRmZp4HcN8bJfUe2oYgQ1x",
        "ghp_w8Xn3KpQ7vRz2LmT5yBd9FcH4jG6sA0eU1oW",
        "Rk9x2LmQ7z==",
        "vTq7Zp1kXw3n",
        "bJx4wqzk8vt2",
        "YXJ0ZGZnaHF6eA",
        "xoxb-263594206564-FGqddMF8t08v8N7Oq4i57vs1",
    ];

    #[test]
    fn written_strings_score_below_zero() {
        for value in WRITTEN {
            assert!(
                score(value.as_bytes()) < 0.0,
                "{value}: {}",
                score(value.as_bytes())
            );
        }
    }

    #[test]
    fn random_strings_score_above_zero() {
        for value in RANDOM {
            assert!(
                score(value.as_bytes()) > 0.0,
                "{value}: {}",
                score(value.as_bytes())
            );
        }
    }

    #[test]
    fn score_is_bounded_and_starts_at_nothing() {
        assert_eq!(score(b""), 0.0);
        assert!(score(b"q").abs() < 1.0);
        assert!(score("Xk29vQz7q8Jf0aLw2mZx91Tn".repeat(9).as_bytes()) <= CAP);
        assert_eq!(score(&[0xff, 0x00, 0x80]), -CAP);
    }

    #[test]
    fn length_alone_is_no_evidence() {
        let prose = "the value of the parameter is passed to the handler unchanged. ".repeat(50);
        assert!(score(prose.as_bytes()) < 0.0);
        let odd = "COMPRESSED_SRGB8_ALPHA8_ASTC_6x5_KHR_".repeat(20);
        assert!(score(&odd.as_bytes()[..600]) < 0.0);
    }

    #[test]
    fn shannon_counts_bits() {
        assert_eq!(shannon(b""), 0.0);
        assert_eq!(shannon(b"aaaa"), 0.0);
        assert!((shannon(b"abcd") - 2.0).abs() < 1e-6);
        assert!((shannon(b"aabb") - 1.0).abs() < 1e-6);
        assert!((shannon(b"0123456789abcdef") - 4.0).abs() < 1e-6);
    }
}
