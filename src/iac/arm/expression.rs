//! Expressions of ARM templates: `[concat('a', parameters('b').c[0])]`.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions>

use std::borrow::Cow;
use std::ops::Range;

use crate::facts::{Literal, Value};
use crate::iac::azure::{Root, Term, called};
use crate::iac::source::{constant, meaning, piece};

use super::Scope;

/// How deep calls and indexes may nest.
const DEPTH: usize = 64;

/// The value of a text that is an expression; none where it is none, or cannot be read.
pub(super) fn value(scope: &Scope<'_>, literal: &Literal) -> Option<Value> {
    let text = meaning(scope.text, literal);
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    if inside.starts_with('[') {
        return None;
    }
    let mut reader = Reader {
        scope,
        literal,
        text,
        at: 1,
    };
    let term = reader.term(0)?;
    reader.space();
    (reader.at == text.len() - 1).then(|| scope.names.value(term))
}

/// Functions whose meaning is known, as they are written in the documentation; case does not count.
const FUNCTIONS: &[&str] = &[
    "parameters",
    "variables",
    "reference",
    "concat",
    "format",
    "if",
    "coalesce",
    "createArray",
    "createObject",
    "union",
];

fn function(written: &str) -> Cow<'_, str> {
    if let Some(known) = FUNCTIONS.iter().find(|f| f.eq_ignore_ascii_case(written)) {
        return Cow::Borrowed(known);
    }
    match written.split_at_checked(4) {
        Some((list, rest)) if list.eq_ignore_ascii_case("list") && !rest.is_empty() => Cow::Owned(
            format!("list{}{}", rest[..1].to_ascii_uppercase(), &rest[1..]),
        ),
        _ => Cow::Borrowed(written),
    }
}

struct Reader<'e> {
    scope: &'e Scope<'e>,
    literal: &'e Literal,
    text: &'e str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Takes a byte, with space before it.
    fn take(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    /// Bytes of a name or a number.
    fn word(&mut self) -> Option<Range<usize>> {
        self.space();
        let start = self.at;
        let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$');
        while self.peek().is_some_and(is_part) {
            self.at += 1;
        }
        (start < self.at).then_some(start..self.at)
    }

    fn term(&mut self, depth: usize) -> Option<Term> {
        if depth > DEPTH {
            return None;
        }
        self.space();
        let mut term = match self.peek()? {
            b'\'' => Term::Value(self.string()?),
            _ => self.call(depth)?,
        };
        loop {
            let name: Box<str> = match self.peek() {
                Some(b'.') => {
                    self.at += 1;
                    // `.?` reads what may be missing.
                    let _ = self.take(b'?');
                    let word = self.word()?;
                    self.text[word].into()
                }
                Some(b'[') => {
                    self.at += 1;
                    let index = self.term(depth + 1)?;
                    self.take(b']')?;
                    let index = self.scope.names.value(index);
                    constant(self.scope.text, &index).unwrap_or("*").into()
                }
                _ => return Some(term),
            };
            if let Term::Path { parts, .. } = &mut term {
                parts.push(name);
            }
        }
    }

    /// `'it''s'`.
    fn string(&mut self) -> Option<Value> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            end += memchr::memchr(b'\'', self.text.get(end..)?.as_bytes())?;
            match self.text.as_bytes().get(end + 1) {
                Some(b'\'') => end += 2,
                _ => break,
            }
        }
        self.at = end + 1;
        let mut literal = piece(self.scope.text, self.literal, start..end);
        let said = &self.text[start..end];
        if said.contains("''") {
            literal.text = Some(said.replace("''", "'").into());
        }
        Some(Value::Literal(literal))
    }

    /// A number, or a function with its arguments.
    fn call(&mut self, depth: usize) -> Option<Term> {
        let word = self.word()?;
        let span = self.literal.raw;
        if self.take(b'(').is_none() {
            // A namespace goes before a function's name.
            return match self.peek() {
                Some(b'.') if depth < DEPTH => {
                    self.at += 1;
                    self.call(depth + 1)
                }
                _ => {
                    let number = piece(self.scope.text, self.literal, word);
                    Some(Term::Value(Value::Literal(number)))
                }
            };
        }
        let name = &*function(&self.text[word]);
        let mut arguments = Vec::new();
        self.space();
        while self.peek()? != b')' {
            let argument = self.term(depth + 1)?;
            arguments.push(self.scope.names.value(argument));
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                b')' => {}
                _ => return None,
            }
            self.space();
        }
        self.at += 1;
        let root = match (name, arguments.first()) {
            ("parameters", Some(name)) => self.scope.address("var", name),
            ("variables", Some(name)) => self.scope.address("local", name),
            ("reference", Some(of)) => self.scope.deployment(of),
            _ => None,
        };
        Some(match root {
            Some(address) => Term::Path {
                root: Root::Address(address),
                parts: Vec::new(),
                span,
            },
            None => called(self.scope.text, &self.scope.names, name, arguments, span),
        })
    }
}
