//! JSON whose texts are templates of HCL: files that end in `.tf.json`, and JSON in a heredoc.

use crate::facts::{Declaration, Dialect, Entry, Literal, Value};
use crate::span::Span;

use super::{hcl, source, yaml};

/// Reads the `${...}` in all texts of a tree.
pub(super) fn templates(text: &str, value: Value) -> Value {
    match value {
        Value::Literal(literal) => template(text, literal),
        Value::List(items) => Value::List(items.into_iter().map(|i| templates(text, i)).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|entry| Entry {
                    value: templates(text, entry.value),
                    ..entry
                })
                .collect(),
        ),
        other => other,
    }
}

fn template(text: &str, literal: Literal) -> Value {
    let meaning = source::meaning(text, &literal);
    if !meaning.contains("${") && !meaning.contains("%{") {
        return Value::Literal(literal);
    }
    match hcl::template(meaning) {
        Some(value) => Place {
            whole: &literal,
            meaning,
        }
        .put(value),
        None => Value::Unknown(literal.raw),
    }
}

/// A file that Terraform fills in and takes for JSON, as one content.
pub(super) fn file(text: &str) -> Option<Vec<Declaration>> {
    let span = Span::new(0, text.len());
    let value = json(text, span)?;
    let span = Span::new(0, text.find('\n').unwrap_or(text.len()));
    Some(vec![source::whole(Dialect::Serverless, span, value)])
}

/// The JSON at a place of a text; none where there is none.
pub(super) fn json(text: &str, span: Span) -> Option<Value> {
    let inside = text.get(span.range())?;
    inside.trim_start().starts_with(['[', '{']).then_some(())?;
    let value = yaml::parse(&without_bare(inside)).ok()?;
    let whole = Literal {
        raw: span,
        text: None,
        quoted: true,
    };
    let place = Place {
        whole: &whole,
        meaning: inside,
    };
    Some(place.put(templates(inside, value)))
}

/// `${...}` outside of quotes, which is a number or a truth value, as zeros, and `%{...}` as blanks.
fn without_bare(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut rest, mut quoted) = (json, false);
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\\' if quoted => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '$' | '%' if !quoted && rest[1..].starts_with('{') => match rest.find('}') {
                Some(end) => {
                    let stands = if c == '$' { "0" } else { " " };
                    out.push_str(&stands.repeat(end + 1));
                    rest = &rest[end + 1..];
                    continue;
                }
                None => 1,
            },
            '"' => {
                quoted = !quoted;
                1
            }
            c => c.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

/// Where the text stands that a tree was made of.
struct Place<'v> {
    whole: &'v Literal,
    meaning: &'v str,
}

impl Place<'_> {
    /// A place in the text as one of the file; the whole text where its bytes are not those of the file.
    fn span(&self, span: Span) -> Span {
        let start = self.whole.raw.start;
        match self.whole.text {
            None => Span {
                start: start + span.start,
                end: start + span.end,
            },
            Some(_) => self.whole.raw,
        }
    }

    fn literal(&self, literal: Literal) -> Literal {
        let meant = || self.meaning.get(literal.raw.range()).map(Into::into);
        let text = match (&literal.text, &self.whole.text) {
            (Some(_), _) | (None, None) => literal.text.clone(),
            (None, Some(_)) => meant(),
        };
        Literal {
            raw: self.span(literal.raw),
            text,
            quoted: literal.quoted,
        }
    }

    fn all(&self, values: Vec<Value>) -> Vec<Value> {
        values.into_iter().map(|value| self.put(value)).collect()
    }

    /// A tree of the text as one of the file.
    fn put(&self, value: Value) -> Value {
        match value {
            Value::Literal(literal) => Value::Literal(self.literal(literal)),
            Value::Plain(span) if self.whole.text.is_none() => Value::Plain(self.span(span)),
            Value::Plain(span) | Value::Unknown(span) => Value::Unknown(self.span(span)),
            Value::Reference(to, span) => Value::Reference(to, self.span(span)),
            Value::Concat(parts) => Value::Concat(self.all(parts)),
            Value::Either(values) => Value::Either(self.all(values)),
            Value::List(items) => Value::List(self.all(items)),
            Value::Call {
                name,
                arguments,
                part,
                span,
            } => Value::Call {
                name,
                arguments: self.all(arguments),
                part,
                span: self.span(span),
            },
            // No text holds a script.
            Value::Commands(_) => Value::Unknown(self.whole.raw),
            Value::Map(entries) => {
                let entries = entries.into_iter().map(|entry| Entry {
                    name: entry.name,
                    span: self.span(entry.span),
                    value: self.put(entry.value),
                });
                Value::Map(entries.collect())
            }
        }
    }
}
