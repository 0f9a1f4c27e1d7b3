//! Words: what quotes, escapes and substitutions make of them.

use std::ops::Range;

use super::{DEPTH, Reader, one, variable};
use crate::facts::{Literal, Value};
use crate::iac::source::piece;
use crate::span::Span;

/// A word that is being read: the parts before, and the text since the last of them.
#[derive(Default)]
struct Parts {
    done: Vec<Value>,
    /// Where the text began, and its meaning where that is another one.
    start: usize,
    meaning: Option<String>,
}

impl Reader<'_> {
    /// The word that starts here; an empty one where none does.
    pub(super) fn word(&mut self) -> Value {
        let start = self.at;
        let mut parts = Parts {
            start,
            ..Parts::default()
        };
        while let Some(byte) = self.peek() {
            if self.insert(&mut parts, false) {
                continue;
            }
            match byte {
                b'\'' => self.single(&mut parts),
                b'"' => self.double(&mut parts),
                b'\\' => self.escape(&mut parts),
                b'$' => self.dollar(&mut parts, false),
                b'`' if self.close == Some(b'`') => break,
                b'`' if self.closes() => self.backticks(&mut parts, false),
                b'(' if self.at == start => {
                    self.at += 1;
                    self.substitution(&mut parts, start, b')', false);
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => {
                    break;
                }
                _ => self.step(&mut parts),
            }
        }
        if self.at == start {
            // A bracket that nothing explains: go on behind it.
            self.at += usize::from(
                self.peek()
                    .is_some_and(|b| !matches!(b, b'\n' | b')' | b';' | b'&' | b'|')),
            );
        }
        self.flush(&mut parts, self.at, false);
        one(parts.done, self.span(start, self.at))
    }

    /// Past one character.
    fn step(&mut self, parts: &mut Parts) {
        let length = self.text[self.at..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        if let Some(meaning) = &mut parts.meaning {
            meaning.push_str(&self.text[self.at..self.at + length]);
        }
        self.at += length;
    }

    /// Ends the text before `end`.
    fn flush(&mut self, parts: &mut Parts, end: usize, quoted: bool) {
        let meaning = parts.meaning.take();
        if end <= parts.start {
            return;
        }
        let plain = piece(self.source, self.whole, parts.start..end);
        let literal = match meaning {
            None => Literal { quoted, ..plain },
            Some(meaning) => Literal {
                text: Some(meaning.into()),
                quoted,
                ..plain
            },
        };
        parts.done.push(Value::Literal(literal));
        parts.start = end;
    }

    /// What another tool puts in here.
    fn insert(&mut self, parts: &mut Parts, quoted: bool) -> bool {
        let Some(end) = (self.inserts.end)(self.text, self.at) else {
            return false;
        };
        self.flush(parts, self.at, quoted);
        let span = self.span(self.at, end);
        parts
            .done
            .push((self.inserts.value)(&self.text[self.at..end], span));
        self.at = end;
        parts.start = end;
        true
    }

    fn single(&mut self, parts: &mut Parts) {
        self.flush(parts, self.at, false);
        self.at += 1;
        parts.start = self.at;
        while self.peek().is_some_and(|byte| byte != b'\'') {
            if !self.insert(parts, true) {
                self.step(parts);
            }
        }
        self.end_quote(parts);
    }

    fn double(&mut self, parts: &mut Parts) {
        self.flush(parts, self.at, false);
        self.at += 1;
        parts.start = self.at;
        while let Some(byte) = self.peek().filter(|byte| *byte != b'"') {
            if self.insert(parts, true) {
                continue;
            }
            match byte {
                b'\\' if self.text[self.at + 1..].starts_with(['"', '\\', '$', '`', '\n']) => {
                    self.escape(parts);
                }
                b'$' => self.dollar(parts, true),
                b'`' if self.closes() => self.backticks(parts, true),
                _ => self.step(parts),
            }
        }
        self.end_quote(parts);
    }

    /// Past the quote at the end of a text.
    fn end_quote(&mut self, parts: &mut Parts) {
        self.flush(parts, self.at, true);
        self.at += usize::from(self.peek().is_some());
        parts.start = self.at;
    }

    /// `\x` is `x`; at the end of a line it joins two.
    fn escape(&mut self, parts: &mut Parts) {
        let before = self.text.get(parts.start..self.at).unwrap_or_default();
        parts.meaning.get_or_insert_with(|| before.to_owned());
        self.at += 1;
        match self.peek() {
            Some(b'\n') => self.at += 1,
            Some(_) => self.step(parts),
            None => {}
        }
    }

    /// Whether a backtick has another one to close it.
    fn closes(&self) -> bool {
        self.depth < DEPTH && self.text[self.at + 1..].contains('`')
    }

    fn backticks(&mut self, parts: &mut Parts, quoted: bool) {
        let start = self.at;
        self.flush(parts, start, quoted);
        self.at += 1;
        self.substitution(parts, start, b'`', quoted);
    }

    /// Commands whose output is put in.
    fn substitution(&mut self, parts: &mut Parts, start: usize, close: u8, quoted: bool) {
        self.flush(parts, start, quoted);
        if self.depth >= DEPTH {
            parts.start = start;
            return;
        }
        self.depth += 1;
        let outer = self.close.replace(close);
        let inside = self.list(Some(close));
        self.close = outer;
        self.depth -= 1;
        parts.done.push(Value::Commands(inside));
        parts.start = self.at;
    }

    /// `$NAME`, `${NAME}`, `$(command)`, `$((sum))`, `$env:NAME`.
    fn dollar(&mut self, parts: &mut Parts, quoted: bool) {
        let start = self.at;
        let rest = &self.text[start + 1..];
        if rest.starts_with("((") {
            let near = &rest.as_bytes()[..rest.len().min(LONGEST)];
            let end = memchr::memmem::find(near, b"))").map_or(start + 1, |at| start + 1 + at + 2);
            return self.unknown(parts, end, quoted);
        }
        if rest.starts_with('(') {
            self.flush(parts, start, quoted);
            self.at += 2;
            return self.substitution(parts, start, b')', quoted);
        }
        if rest.starts_with('{') {
            return self.braces(parts, quoted);
        }
        if rest.starts_with('\'') && !quoted {
            self.flush(parts, start, quoted);
            self.at += 1;
            parts.start = self.at;
            return self.single(parts);
        }
        let skipped = match rest.get(..4) {
            Some(scope) if scope.eq_ignore_ascii_case("env:") => 4,
            _ => 0,
        };
        let name = name(&rest[skipped..]);
        if name.is_empty() {
            return match rest.bytes().next() {
                Some(b'?' | b'#' | b'@' | b'*' | b'!' | b'$' | b'0'..=b'9') => {
                    self.unknown(parts, start + 2, quoted)
                }
                _ => self.step(parts),
            };
        }
        let end = start + 1 + skipped + name.len();
        self.put(parts, variable(name, self.span(start, end)), end, quoted);
    }

    /// `${NAME}`, `${NAME:-default}`, `${NAME%%suffix}`.
    fn braces(&mut self, parts: &mut Parts, quoted: bool) {
        let start = self.at;
        let rest = &self.text[start + 2..];
        let skipped = match rest.get(..4) {
            Some(scope) if scope.eq_ignore_ascii_case("env:") => 4,
            _ => 0,
        };
        let name = name(&rest[skipped..]);
        let after = start + 2 + skipped + name.len();
        let Some(end) = closing(self.text, after) else {
            return self.step(parts);
        };
        let operator = &self.text[after..end - 1];
        let span = self.span(start, end);
        let value = match operator.as_bytes() {
            _ if name.is_empty() => Value::Unknown(span),
            [] => variable(name, span),
            [b':', b'-' | b'=', ..] => self.with_default(name, span, after + 2..end - 1),
            [b':', b'?', ..] | [b'?', ..] => variable(name, span),
            [b':', b'+', ..] | [b'+', ..] | [b'[', ..] => Value::Unknown(span),
            [b'-' | b'=', ..] => self.with_default(name, span, after + 1..end - 1),
            // A part of the value, or another form of it.
            _ => Value::Call {
                name: "${}".into(),
                arguments: vec![variable(name, span)],
                part: Vec::new(),
                span,
            },
        };
        self.put(parts, value, end, quoted);
    }

    fn with_default(&self, name: &str, span: Span, range: Range<usize>) -> Value {
        if range.is_empty() {
            return variable(name, span);
        }
        let default = piece(self.source, self.whole, range);
        Value::Either(vec![variable(name, span), Value::Literal(default)])
    }

    fn unknown(&mut self, parts: &mut Parts, end: usize, quoted: bool) {
        let end = end.min(self.text.len());
        let value = Value::Unknown(self.span(self.at, end));
        self.put(parts, value, end, quoted);
    }

    /// Puts a value in place of the text from here to `end`.
    fn put(&mut self, parts: &mut Parts, value: Value, end: usize, quoted: bool) {
        self.flush(parts, self.at, quoted);
        parts.done.push(value);
        self.at = end;
        parts.start = end;
    }

    /// The text of a here-document.
    pub(super) fn document(&mut self, start: usize, end: usize, as_is: bool) -> Value {
        self.at = start;
        let mut parts = Parts {
            start,
            ..Parts::default()
        };
        let text = self.text;
        self.text = &text[..end];
        while let Some(byte) = self.peek() {
            if self.insert(&mut parts, true) {
                continue;
            }
            match byte {
                b'$' if !as_is => self.dollar(&mut parts, true),
                b'\\' if !as_is && text[self.at + 1..end].starts_with(['$', '`', '\\']) => {
                    self.escape(&mut parts);
                }
                _ => self.step(&mut parts),
            }
        }
        self.flush(&mut parts, end, true);
        self.text = text;
        one(parts.done, self.span(start, end))
    }
}

/// The name of a variable that a text starts with.
fn name(text: &str) -> &str {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = text
        .bytes()
        .position(|b| !(b.is_ascii_alphanumeric() || b == b'_'))
        .unwrap_or(text.len());
    if starts { &text[..end] } else { "" }
}

/// How long what stands in `${}` may be, in bytes.
const LONGEST: usize = 1024;

/// One past the brace that closes the one before `at`.
fn closing(text: &str, at: usize) -> Option<usize> {
    let mut open = 1_usize;
    for (offset, byte) in text.as_bytes().get(at..)?.iter().enumerate().take(LONGEST) {
        match byte {
            b'{' => open += 1,
            b'}' => open -= 1,
            b'\n' => return None,
            _ => {}
        }
        if open == 0 {
            return Some(at + offset + 1);
        }
    }
    None
}
