//! Nothing from a path or a file passes through to a terminal or a workflow log unseen: characters that act instead of
//! being shown are written as `\u{1b}`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use crate::finding::Excerpt;

/// Whether a character steers a terminal, hides, or reorders its neighbours: controls, line separators, bidirectional
/// marks, zero-width and other default-ignorable characters.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Text for one line: every hidden character is written out.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if text.contains("##[") || text.contains(is_hidden) {
        Cow::Owned(rewrite(text, is_hidden, |_, _| {}))
    } else {
        Cow::Borrowed(text)
    }
}

/// A path as a person would type it: escapes of a name that is UTF-8 are undone, hidden characters are written out.
pub(super) fn path(path: &str) -> Cow<'_, str> {
    match decoded(path) {
        Some(name) => Cow::Owned(visible(&name).into_owned()),
        None => visible(path),
    }
}

/// An excerpt whose lines are fit for a terminal, and where its mark now is.
pub(super) fn excerpt(excerpt: &Excerpt) -> (String, Range<usize>) {
    let Range { start, end } = excerpt.mark.clone();
    let mut mark = 0..0;
    let hidden = |c| c != '\n' && c != '\t' && is_hidden(c);
    let text = rewrite(&excerpt.text, hidden, |old, new| {
        if old <= start {
            mark.start = new;
        }
        if old <= end {
            mark.end = new;
        }
    });
    (text, mark)
}

/// Writes out what `hidden` says, and the `##[` that the runner of GitHub obeys anywhere in a line. Tells `moved` at
/// each character, and at the end, which old offset became which new one.
fn rewrite(
    text: &str,
    hidden: impl Fn(char) -> bool,
    mut moved: impl FnMut(usize, usize),
) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        moved(at, out.len());
        match c {
            '\n' if hidden(c) => out.push_str("\\n"),
            '\r' if hidden(c) => out.push_str("\\r"),
            '\t' if hidden(c) => out.push_str("\\t"),
            '[' if out.ends_with("##") => out.push_str("\\u{5b}"),
            _ if hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    moved(text.len(), out.len());
    out
}

/// The bytes behind percent escapes, if there are escapes and the bytes are UTF-8.
fn decoded(path: &str) -> Option<String> {
    if !path.contains('%') {
        return None;
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Passes JSON on with hidden characters as `\u` escapes: the same document, safe to look at. Outside of strings JSON
/// is printable ASCII and line feeds, so no place needs to be told from another.
pub(super) struct Json<'w>(pub(super) &'w mut dyn Write);

impl Write for Json<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let acts = |c: char| c != '\n' && is_hidden(c);
        match std::str::from_utf8(bytes) {
            Ok(text) if text.contains(acts) || text.contains("##[") => {
                let text = text.replace("##[", "##\\u005b");
                text.chars().try_for_each(|c| match acts(c) {
                    true => c
                        .encode_utf16(&mut [0; 2])
                        .iter()
                        .try_for_each(|unit| write!(self.0, "\\u{unit:04x}")),
                    false => write!(self.0, "{c}"),
                })
            }
            _ => self.0.write_all(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(visible("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(
            visible("x\u{1b}]8;;http://e\u{7}y"),
            "x\\u{1b}]8;;http://e\\u{7}y"
        );
        assert_eq!(
            visible("a\u{202e}cod\u{2066}.py"),
            "a\\u{202e}cod\\u{2066}.py"
        );
        assert_eq!(
            visible("zero\u{200b}width\u{feff}"),
            "zero\\u{200b}width\\u{feff}"
        );
        assert_eq!(visible("a\r\n\tb\u{9b}c"), "a\\r\\n\\tb\\u{9b}c");
        assert_eq!(visible("x ##[add-mask]y"), "x ##\\u{5b}add-mask]y");
        assert!(matches!(
            visible("plain ünïcode 秘密 # [x]"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn paths_are_shown_as_typed() {
        assert_eq!(path("100%25.py"), "100%.py");
        assert_eq!(path("a%FFb.py"), "a%FFb.py");
        assert_eq!(path("a%1Bb.py"), "a\\u{1b}b.py");
        assert_eq!(path("a%zz"), "a%zz");
        assert_eq!(path("a%"), "a%");
    }

    #[test]
    fn the_mark_moves_with_the_text() {
        let shown = Excerpt {
            first_line: 1,
            text: "\u{1b}a = \"se\u{200b}c\"\n\tb".to_owned(),
            mark: 6..12,
        };
        assert_eq!(&shown.text[shown.mark.clone()], "se\u{200b}c");
        let (text, mark) = excerpt(&shown);
        assert_eq!(text, "\\u{1b}a = \"se\\u{200b}c\"\n\tb");
        assert_eq!(&text[mark], "se\\u{200b}c");
    }

    #[test]
    fn json_stays_the_same_document() {
        let value = "a\u{202e}b\u{7f}c\u{e0041}d\ne";
        let mut out = Vec::new();
        serde_json::to_writer(Json(&mut out), value).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&out),
            r#""a\u202eb\u007fc\udb40\udc41d\ne""#
        );
        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), value);
    }
}
