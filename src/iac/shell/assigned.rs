//! What commands set: `NAME=value` before a program or behind `export`, and `$env:NAME = value`.

use super::{Reader, one};
use crate::facts::{Entry, Value};
use crate::iac::source::{meaning, piece};

impl Reader<'_> {
    /// What a command sets, and what is left of its words.
    pub(super) fn assigned(&self, words: Vec<Value>) -> (Vec<Entry>, Vec<Value>) {
        let mut assigned = Vec::new();
        if let [Value::Reference(name, span), sign, value] = words.as_slice()
            && self.constant(sign).as_deref() == Some("=")
        {
            assigned.push(Entry {
                name: name.target.clone(),
                span: *span,
                value: value.clone(),
            });
            return (assigned, Vec::new());
        }
        let mut left: Vec<Value> = Vec::new();
        for word in words {
            let sets = match left.first() {
                None => true,
                Some(program) => self.constant(program).is_some_and(|program| {
                    matches!(
                        &*program,
                        "export"
                            | "local"
                            | "declare"
                            | "readonly"
                            | "typeset"
                            | "set"
                            | "env"
                            | "setx"
                    )
                }),
            };
            match sets.then(|| self.assignment(&word)).flatten() {
                Some(entry) => assigned.push(entry),
                None => left.push(word),
            }
        }
        (assigned, left)
    }

    /// `NAME=value` as an entry.
    fn assignment(&self, word: &Value) -> Option<Entry> {
        let (first, rest) = match word {
            Value::Literal(first) => (first, &[][..]),
            Value::Concat(parts) => match parts.split_first()? {
                (Value::Literal(first), rest) => (first, rest),
                _ => return None,
            },
            _ => return None,
        };
        let text = meaning(self.source, first);
        let (name, value) = text.split_once('=')?;
        let name = name.strip_suffix('+').unwrap_or(name);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name || first.quoted {
            return None;
        }
        let mut values = Vec::new();
        if !value.is_empty() || rest.is_empty() {
            let start = text.len() - value.len();
            values.push(Value::Literal(piece(self.source, first, start..text.len())));
        }
        values.extend(rest.iter().cloned());
        Some(Entry {
            name: name.into(),
            span: piece(self.source, first, 0..name.len()).raw,
            value: one(values, first.raw),
        })
    }

    fn constant(&self, value: &Value) -> Option<String> {
        match value {
            Value::Literal(literal) => Some(meaning(self.source, literal).to_owned()),
            _ => None,
        }
    }
}
