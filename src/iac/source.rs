//! A file that dialects look at: its text, its tree where several ask for one, and what the values of a tree say.

use std::cell::OnceCell;
use std::ops::Range;

use crate::facts::{Declaration, Dialect, Entry, Format, Literal, Role, Value, entry};
use crate::span::Span;
use crate::text::Text;

use super::{ParseError, WHOLE, json, toml, yaml};

/// A text with the tree that was made of it.
pub(super) struct Source<'t> {
    /// Its path, kind and bytes.
    pub(super) file: &'t Text,
    /// Its bytes as text.
    pub(super) text: &'t str,
    tree: OnceCell<Result<Value, ParseError>>,
    documents: OnceCell<Result<Vec<Value>, ParseError>>,
    left_out: OnceCell<ParseError>,
}

impl<'t> Source<'t> {
    /// None where the bytes are no UTF-8.
    pub(super) fn new(file: &'t Text) -> Option<Self> {
        Some(Self {
            file,
            text: std::str::from_utf8(&file.bytes).ok()?,
            tree: OnceCell::new(),
            documents: OnceCell::new(),
            left_out: OnceCell::new(),
        })
    }

    /// All documents of a YAML or JSON file.
    pub(super) fn documents(&self) -> Result<&[Value], ParseError> {
        let documents = self.documents.get_or_init(|| match self.file.kind.format {
            Format::Json => json::documents(self.text),
            _ => yaml::documents(self.text),
        });
        match documents {
            Ok(documents) => Ok(documents),
            Err(error) => Err(error.clone()),
        }
    }

    /// The entries of a YAML, JSON or TOML file; none where it is something else than a mapping.
    pub(super) fn entries(&self) -> Result<&[Entry], ParseError> {
        self.tree().map(|tree| match tree {
            Value::Map(entries) => entries.as_slice(),
            _ => &[],
        })
    }

    /// The tree of a YAML, JSON or TOML file.
    pub(super) fn tree(&self) -> Result<&Value, ParseError> {
        let tree = self.tree.get_or_init(|| match self.file.kind.format {
            Format::Config => toml::parse(self.text),
            Format::Json => json::parse(self.text),
            _ => yaml::parse(self.text),
        });
        tree.as_ref().map_err(Clone::clone)
    }

    /// Says that a part of the file could not be read, while others were; the first is told.
    pub(super) fn leave_out(&self, why: &str, line: u32) {
        let _ = self.left_out.set(ParseError {
            message: why.to_owned(),
            line: Some(line),
        });
    }

    /// What could not be read.
    pub(super) fn left_out(&self) -> Option<&ParseError> {
        self.left_out.get()
    }
}

/// Whether a text seems to have this key somewhere: the word by itself with a colon behind it, in YAML or JSON. Cheap, for what
/// is asked before a text is parsed.
pub(super) fn has_key(text: &[u8], key: &str) -> bool {
    let joins = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    memchr::memmem::find_iter(text, key).any(|at| {
        let (before, rest) = (&text[..at], &text[at + key.len()..]);
        let rest = match rest {
            [b'"' | b'\'', rest @ ..] => rest,
            rest => rest,
        };
        !before.last().is_some_and(joins) && rest.trim_ascii_start().starts_with(b":")
    })
}

/// The entries under a name.
pub(super) fn section<'v>(entries: &'v [Entry], name: &str) -> &'v [Entry] {
    match entry(entries, name).map(|e| &e.value) {
        Some(Value::Map(entries)) => entries,
        _ => &[],
    }
}

/// What an entry holds under a name.
pub(super) fn inside<'v>(one: &'v Entry, name: &str) -> Option<&'v Value> {
    match &one.value {
        Value::Map(entries) => entry(entries, name).map(|e| &e.value),
        _ => None,
    }
}

/// A constant, with or without quotes.
pub(super) fn constant<'v>(text: &'v str, value: &'v Value) -> Option<&'v str> {
    match value {
        Value::Literal(literal) => Some(meaning(text, literal)),
        Value::Plain(span) => text.get(span.range()),
        _ => None,
    }
}

/// A file that another one includes, and calls by a name.
pub(super) fn module(dialect: Dialect, name: &str, path: &str, span: Span) -> Declaration {
    let source = Literal {
        raw: span,
        text: Some(path.into()),
        quoted: true,
    };
    Declaration {
        dialect,
        role: Role::Module,
        kind: Box::default(),
        name: name.into(),
        span,
        body: vec![Entry {
            name: "source".into(),
            span,
            value: Value::Literal(source),
        }],
    }
}

/// What a file holds as one value.
pub(super) fn whole(dialect: Dialect, span: Span, value: Value) -> Declaration {
    Declaration {
        dialect,
        role: Role::Content,
        kind: Box::default(),
        name: WHOLE.into(),
        span,
        body: vec![Entry {
            name: "value".into(),
            span,
            value,
        }],
    }
}

/// What a literal means.
pub(super) fn meaning<'v>(text: &'v str, literal: &'v Literal) -> &'v str {
    match &literal.text {
        Some(meaning) => meaning,
        None => text.get(literal.raw.range()).unwrap_or_default(),
    }
}

/// A literal by its bytes where these are its meaning but for indentation, so that every part has a place of its own;
/// and whether its line ends are blanks.
pub(super) fn as_block(text: &str, literal: &Literal) -> (Literal, bool) {
    let is_block = literal.text.is_some() && !literal.quoted;
    let lines = |text: &str| text.trim_end().matches('\n').count();
    let raw = text.get(literal.raw.range()).unwrap_or_default();
    let whole = Literal {
        text: literal.text.clone().filter(|_| !is_block),
        ..*literal
    };
    (
        whole,
        is_block && lines(raw) != lines(meaning(text, literal)),
    )
}

/// A part of what a literal means, with its own place where it is written as it is meant, and once.
pub(super) fn piece(text: &str, whole: &Literal, part: Range<usize>) -> Literal {
    let start = whole.raw.start as usize;
    match &whole.text {
        None => Literal {
            raw: Span::new(start + part.start, start + part.end),
            text: None,
            quoted: whole.quoted,
        },
        Some(_) => {
            let meant = meaning(text, whole).get(part).unwrap_or_default();
            let raw = text.get(whole.raw.range()).unwrap_or_default();
            let at = raw.find(meant).filter(|_| raw.matches(meant).count() == 1);
            let raw = at.map(|at| Span::new(start + at, start + at + meant.len()));
            Literal {
                raw: raw.unwrap_or(whole.raw),
                text: raw.is_none().then(|| meant.into()),
                quoted: whole.quoted,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_words_with_a_colon() {
        for text in [
            "key: 1",
            "{\"key\": 1}",
            "a:\n  'key' : 1",
            "no key, key:",
            "{key\n:1}",
        ] {
            assert!(has_key(text.as_bytes(), "key"), "{text}");
        }
        for text in [
            "",
            "key",
            "keys: 1",
            "a-key: 1",
            "apikey: 1",
            "the key is: 1",
            "\"key\", x:",
        ] {
            assert!(!has_key(text.as_bytes(), "key"), "{text}");
        }
    }
}
