//! The tree of a JSON file, in which comments may stand: ARM templates and files of settings have them. YAML would take a
//! comment for the start of the next name, so that blanks are read in their place.

use std::borrow::Cow;

use crate::facts::Value;

use super::{ParseError, yaml};

/// Parses a file; everything stands where it did.
pub(super) fn parse(text: &str) -> Result<Value, ParseError> {
    yaml::parse(&without_comments(text))
}

/// Parses a file of a dialect whose YAML may hold several documents.
pub(super) fn documents(text: &str) -> Result<Vec<Value>, ParseError> {
    yaml::documents(&without_comments(text))
}

/// The text with blanks in place of comments.
fn without_comments(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = memchr::memchr2(b'"', b'/', &text.as_bytes()[at..]) {
        let start = at + found;
        match comment(&text[start..]) {
            Some(length) => {
                kept.push_str(&text[from..start]);
                let blank = text[start..start + length].bytes();
                kept.extend(blank.map(|b| if b == b'\n' { '\n' } else { ' ' }));
                (from, at) = (start + length, start + length);
            }
            None => at = start + string(&text.as_bytes()[start..]),
        }
    }
    match from {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(kept + &text[from..]),
    }
}

/// How long the comment is that a text starts with.
fn comment(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'/', b'/', ..] => Some(memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len())),
        [b'/', b'*', rest @ ..] => {
            let end = memchr::memmem::find(rest, b"*/");
            Some(end.map_or(text.len(), |end| end + 4))
        }
        _ => None,
    }
}

/// How long the string is that a text starts with; one byte of what is none.
fn string(text: &[u8]) -> usize {
    if text.first() != Some(&b'"') {
        return 1;
    }
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &text[at.min(text.len())..]) {
        match text[at + found] {
            b'"' => return at + found + 1,
            _ => at += found + 2,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_blank() {
        for (text, read) in [
            ("{\"a\": 1 // x\n}", "{\"a\": 1     \n}"),
            ("{/* \"a\n */\"b\": 2}", "{     \n   \"b\": 2}"),
            ("// ü\n{}", "     \n{}"),
            ("{} /* open", "{}        "),
            ("{\"a\": \"http://x/*y*/\"}", "{\"a\": \"http://x/*y*/\"}"),
            ("{\"a\\\"//\": 1}", "{\"a\\\"//\": 1}"),
            ("\"\\", "\"\\"),
            ("/", "/"),
        ] {
            assert_eq!(without_comments(text), read, "{text}");
            assert_eq!(without_comments(text).len(), text.len());
        }
    }
}
