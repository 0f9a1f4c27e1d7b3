//! Unnamed secrets: long tokens that no rule knows. Low on their own; a credential word near by raises them.

use std::borrow::Cow;

use crate::judge::randomness;
use crate::practice::{Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("unnamed-secret"),
    title: Cow::Borrowed("long random token"),
    about: Cow::Borrowed(
        "A string that looks as if a machine had made it, which nothing names. It may be a key.",
    ),
    fix: Cow::Borrowed(
        "If it is a credential, change it and keep the new one in a secret store; if not, allow it here with a reason.",
    ),
    class: Class::Leak,
    severity: Severity::Medium,
    precision: Precision::Low,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[798]),
    practices: &[&STORE],
    peers: &[Peer::new(Tool::Checkov, "CKV_SECRET_6")],
    tags: Cow::Borrowed(&[Cow::Borrowed("generic"), Cow::Borrowed("entropy")]),
};

/// Shorter tokens are left to the rules that know a name or a shape.
pub(crate) const MIN_LENGTH: usize = 20;
/// Longer runs are data: embedded files, keys of their own rules.
pub(crate) const MAX_LENGTH: usize = 200;

/// Characters of base64, base64url, hexadecimal and the like.
const TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        let c = b as u8;
        table[b] = c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'_' | b'-' | b'=');
        b += 1;
    }
    table
};

/// Whether a byte can be part of a token.
pub(crate) fn is_token(byte: u8) -> bool {
    TOKEN[byte as usize]
}

/// Calls `each` with every run of [`MIN_LENGTH`] to [`MAX_LENGTH`] token characters in `window`.
///
/// Steps a whole minimum length at a time and looks back, so most bytes of ordinary text are never read.
pub(crate) fn tokens(text: &[u8], window: Span, mut each: impl FnMut(Span)) {
    let end = window.end as usize;
    let mut start = window.start as usize;
    while start + MIN_LENGTH <= end {
        let probe = &text[start..start + MIN_LENGTH];
        if let Some(gap) = probe.iter().rposition(|&b| !TOKEN[b as usize]) {
            start += gap + 1;
            continue;
        }
        let rest = &text[start + MIN_LENGTH..end];
        let stop = start
            + MIN_LENGTH
            + rest
                .iter()
                .position(|&b| !TOKEN[b as usize])
                .unwrap_or(rest.len());
        if stop - start <= MAX_LENGTH {
            each(Span::new(start, stop));
        }
        start = stop + 1;
    }
}

/// Whether a run has the make of a machine's token: digits and letters, no run of separators, no path of words.
pub(crate) fn is_candidate(token: &[u8]) -> bool {
    is_mixed(token) && has_long_run(token) && !is_of_regex(token)
}

/// Whether a run may be a token, also of an unlikely make: such runs are hidden.
pub(crate) fn is_mixed(token: &[u8]) -> bool {
    let digits = token.iter().filter(|b| b.is_ascii_digit()).count();
    let upper = token.iter().filter(|b| b.is_ascii_uppercase()).count();
    let lower = token.iter().filter(|b| b.is_ascii_lowercase()).count();
    let separators = token.len() - digits - upper - lower;
    // Letters of one case are words, however rare.
    let odd = || digits + upper > 2 && lower > 0 && randomness::score(token) > 1.0;
    let mixed = digits >= 2 || odd();
    mixed && upper + lower >= 4 && separators * 6 <= token.len()
}

/// Classes of characters.
fn is_of_regex(token: &[u8]) -> bool {
    [&b"A-Z"[..], b"a-z", b"0-9"]
        .iter()
        .any(|range| memchr::memmem::find(token, range).is_some())
}

/// Words and versions joined by separators have short runs of letters and digits, random bytes have a long one.
fn has_long_run(token: &[u8]) -> bool {
    token
        .split(|b| !b.is_ascii_alphanumeric())
        .any(|run| run.len() >= 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        tokens(text.as_bytes(), Span::new(0, text.len()), |s| {
            found.push(&text[s.range()])
        });
        found
    }

    #[test]
    fn tokens_of_machines_have_digits_or_two_cases() {
        for (token, is) in [
            ("q8Jf0aLw2mZx91TnVb4K", true),
            ("qKJfWaLwXmZxYpTnVbQK", true),
            ("VERIFYSIGNEDBYASYMKEY", false),
            ("a-list-of-words-2024-11", false),
        ] {
            assert_eq!(is_candidate(token.as_bytes()), is, "{token}");
        }
    }

    #[test]
    fn finds_runs_of_the_minimum_length_wherever_they_start() {
        for pad in 0..45 {
            let text = format!("{} abcdefghij0123456789 tail", "x ".repeat(pad));
            assert_eq!(all(&text), ["abcdefghij0123456789"], "pad {pad}");
        }
        assert!(all("abcdefghij012345678 9").is_empty());
        assert_eq!(all("abcdefghij0123456789"), ["abcdefghij0123456789"]);
    }
}
