//! The tree of a YAML or JSON file with the bytes that everything stands at. Whatever parses YAML is known in this file only.
//!
//! The parser limits how deep a file may nest (255 in blocks, as many in brackets), so a walk may recurse; what aliases
//! repeat is counted, so that a small file cannot stand for a huge tree.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle};

use super::ParseError;
use crate::facts::{Entry, Literal, Value};
use crate::span::Span;

/// Nodes of a tree, with what aliases repeat.
const MOST_NODES: usize = 200_000;

/// Parses the first document of a file. A tag of a template's own becomes a call: `!Ref X` is `Ref(X)`.
pub(super) fn parse(text: &str) -> Result<Value, ParseError> {
    let first = read(text, text, 1)?.into_iter().next();
    Ok(first.unwrap_or_else(|| Value::Unknown(Span::default())))
}

/// Parses all documents of a file, but for those of which another tool's template makes YAML; their nodes are counted together.
/// What such a template fills in is not known.
pub(super) fn documents(text: &str) -> Result<Vec<Value>, ParseError> {
    match text.contains("{{") {
        true => read(&without_templates(text), text, usize::MAX),
        false => read(text, text, usize::MAX),
    }
}

/// The text with something that parses in place of `{{ ... }}`, so that all else stays where it is, and blanks in place of
/// documents that do not parse even so.
fn without_templates(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut document = String::new();
    let mut keep = |document: &mut String| {
        let filled = document.contains("{{").then(|| filled_in(document));
        match filled {
            None => kept.push_str(document),
            Some(filled) if read(&filled, &filled, 1).is_ok() => kept.push_str(&filled),
            Some(_) => kept.extend(blank(document)),
        }
        document.clear();
    };
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            keep(&mut document);
        }
        document.push_str(line);
    }
    keep(&mut document);
    kept
}

fn blank(text: &str) -> impl Iterator<Item = char> {
    text.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' })
}

/// A document with blanks in place of actions that have lines of their own, and a word in place of others.
fn filled_in(document: &str) -> String {
    let mut filled = String::with_capacity(document.len());
    let (mut rest, mut is_start) = (document, true);
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}").map(|end| end + 2) else {
            break;
        };
        let (before, action) = (&rest[..start], &rest[start..start + length]);
        rest = &rest[start + length..];
        filled.push_str(before);
        is_start = match before.rsplit_once('\n') {
            Some((_, line)) => line.trim().is_empty(),
            None => is_start && before.trim().is_empty(),
        };
        let behind = rest.trim_start_matches([' ', '\t', '\r']);
        let is_alone = is_start && (behind.is_empty() || behind.starts_with('\n'));
        match is_alone || action.contains('\n') {
            true => filled.extend(blank(action)),
            false => filled.extend(action.bytes().map(|_| 'x')),
        }
        is_start &= is_alone;
    }
    filled.push_str(rest);
    filled
}

/// The documents of a text, which stands for a `written` one of the same length.
fn read(text: &str, written: &str, most: usize) -> Result<Vec<Value>, ParseError> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder {
        text,
        written,
        open: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        root: None,
    };
    let mut documents = Vec::new();
    while let Some(next) = parser.next_event() {
        let (event, at) = next.map_err(|error| ParseError {
            message: "the YAML in it does not parse".to_owned(),
            line: u32::try_from(error.marker().line()).ok(),
        })?;
        let span = at.byte_range().map(Span::from).unwrap_or_default();
        if matches!(event, Event::DocumentEnd) {
            documents.extend(builder.root.take());
            builder.anchors.clear();
            if documents.len() >= most {
                break;
            }
        }
        builder.take(event, span)?;
    }
    Ok(documents)
}

/// A collection that is not at its end yet.
struct Open {
    kind: Collection,
    tag: Option<Box<str>>,
    anchor: usize,
    start: Span,
}

enum Collection {
    List(Vec<Value>),
    /// The entries, and the name of the next one: none where a name is awaited.
    Map(Vec<Entry>, Option<(Box<str>, Span)>),
}

struct Builder<'t> {
    text: &'t str,
    /// Where something stands in place of templates, the text with these.
    written: &'t str,
    open: Vec<Open>,
    anchors: HashMap<usize, (Value, usize)>,
    nodes: usize,
    root: Option<Value>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), ParseError> {
        match event {
            Event::Scalar(meaning, style, anchor, tag) => {
                let tag = tag.as_deref().and_then(own);
                let value = tagged(self.scalar(&meaning, style, tag.is_some(), span), tag, span);
                self.add(value, anchor, 1)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.start(Collection::List(Vec::new()), anchor, tag.as_deref(), span)
            }
            Event::MappingStart(_, anchor, tag) => {
                let map = Collection::Map(Vec::new(), None);
                self.start(map, anchor, tag.as_deref(), span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                let (value, nodes) = match self.anchors.get(&anchor) {
                    Some(known) => known.clone(),
                    None => (Value::Unknown(span), 1),
                };
                self.add(value, 0, nodes)
            }
            _ => Ok(()),
        }
    }

    fn start(
        &mut self,
        kind: Collection,
        anchor: usize,
        tag: Option<&granit_parser::Tag>,
        start: Span,
    ) -> Result<(), ParseError> {
        self.open.push(Open {
            kind,
            tag: tag.and_then(own),
            anchor,
            start,
        });
        Ok(())
    }

    fn end(&mut self, end: Span) -> Result<(), ParseError> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.kind {
            Collection::List(items) => Value::List(items),
            Collection::Map(entries, _) => Value::Map(merged(entries)),
        };
        let span = Span {
            start: open.start.start,
            end: end.end.max(open.start.end),
        };
        let nodes = if open.anchor == 0 { 1 } else { size(&value) };
        self.add(tagged(value, open.tag, span), open.anchor, nodes)
    }

    /// Adds a node to what is open; in a mapping it is a name or the value of one.
    fn add(&mut self, value: Value, anchor: usize, nodes: usize) -> Result<(), ParseError> {
        self.nodes += nodes;
        if self.nodes > MOST_NODES {
            return Err(ParseError {
                message: format!("there are more than {MOST_NODES} nodes in it"),
                line: None,
            });
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), nodes));
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(value),
            Some(Collection::List(items)) => items.push(value),
            Some(Collection::Map(entries, name)) => match name.take() {
                None => *name = Some(named(self.text, &value)),
                Some((name, span)) => entries.push(Entry { name, span, value }),
            },
        }
        Ok(())
    }

    fn scalar(&self, meaning: &str, style: ScalarStyle, tagged: bool, span: Span) -> Value {
        let is_filled_in = || {
            let written = self.written.get(span.range());
            written.is_none_or(|written| written.contains("{{"))
        };
        if !std::ptr::eq(self.text, self.written) && is_filled_in() {
            return Value::Unknown(span);
        }
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        if matches!(style, ScalarStyle::Plain) && !tagged && is_plain(meaning) {
            return Value::Plain(span);
        }
        let raw = if quoted && span.len() >= 2 {
            Span {
                start: span.start + 1,
                end: span.end - 1,
            }
        } else {
            span
        };
        let same = self.text.get(raw.range()) == Some(meaning);
        Value::Literal(Literal {
            raw,
            text: (!same).then(|| meaning.into()),
            quoted,
        })
    }
}

/// A tag that is no type of YAML itself.
fn own(tag: &granit_parser::Tag) -> Option<Box<str>> {
    (!tag.is_yaml_core_schema()).then(|| tag.suffix().trim_start_matches('!').into())
}

fn tagged(value: Value, tag: Option<Box<str>>, span: Span) -> Value {
    match tag {
        Some(name) => Value::Call {
            name,
            arguments: vec![value],
            part: Vec::new(),
            span,
        },
        None => value,
    }
}

/// A number, a truth value or nothing (YAML 1.2.2, section 10.3.2, with the words of 1.1 that templates use).
fn is_plain(text: &str) -> bool {
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off"
    );
    word || text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'))
}

/// The name that a node is as a key; what is no text has none.
fn named(text: &str, key: &Value) -> (Box<str>, Span) {
    match key {
        Value::Literal(literal) => {
            let raw = || text.get(literal.raw.range()).unwrap_or_default().into();
            (literal.text.clone().unwrap_or_else(raw), literal.raw)
        }
        Value::Plain(span) => (text.get(span.range()).unwrap_or_default().into(), *span),
        _ => (Box::default(), Span::default()),
    }
}

/// With what `<<` merges: a name of the mapping's own wins.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    if !entries.iter().any(|e| &*e.name == "<<") {
        return entries;
    }
    let (merges, mut own): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|e| &*e.name == "<<");
    for merge in merges {
        let maps = match merge.value {
            Value::List(items) => items,
            one => vec![one],
        };
        for map in maps {
            if let Value::Map(entries) = map {
                let new = entries.into_iter();
                let new: Vec<Entry> = new
                    .filter(|e| own.iter().all(|o| o.name != e.name))
                    .collect();
                own.extend(new);
            }
        }
    }
    own
}

/// How many nodes a value has.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Concat(values) | Value::Either(values) | Value::List(values) => {
            values.iter().map(size).sum()
        }
        Value::Call { arguments, .. } => arguments.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|e| size(&e.value)).sum::<usize>(),
        Value::Literal(_)
        | Value::Plain(_)
        | Value::Reference(..)
        | Value::Commands(_)
        | Value::Unknown(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::entry;

    fn root(text: &str) -> Vec<Entry> {
        match parse(text).map_err(|e| e.message).unwrap() {
            Value::Map(entries) => entries,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn literals_stand_between_their_quotes() {
        for (text, raw) in [
            ("x: a b", "a b"),
            ("é: 1\nx: 'ab'", "ab"),
            ("x: \"a\\tb\"", "a\\tb"),
            ("{\"x\": \"ab\"}", "ab"),
            ("x: !!str ab", "ab"),
        ] {
            let entries = root(text);
            let Some(Value::Literal(literal)) = entry(&entries, "x").map(|e| &e.value) else {
                panic!("{text}: {entries:?}");
            };
            assert_eq!(&text[literal.raw.range()], raw, "{text}");
        }
    }

    #[test]
    fn tags_are_calls() {
        let entries = root("x: !Ref Name\ny: !Join ['', [a]]\n");
        for (entry, tag) in entries.iter().zip(["Ref", "Join"]) {
            assert!(matches!(&entry.value, Value::Call { name, arguments, .. }
                if **name == *tag && arguments.len() == 1));
        }
    }

    #[test]
    fn merges_and_aliases_are_followed() {
        let entries = root("base: &b\n  a: one\n  c: two\nx:\n  <<: *b\n  a: three\n");
        let Some(Value::Map(x)) = entry(&entries, "x").map(|e| &e.value) else {
            panic!("no map");
        };
        let names: Vec<&str> = x.iter().map(|e| &*e.name).collect();
        assert_eq!(names, ["a", "c"]);
    }

    #[test]
    fn small_files_do_not_become_huge_trees() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..20 {
            let below = format!("*a{}", level - 1);
            let items = vec![below; 8].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        assert!(parse(&text).is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&"{a: ".repeat(100_000)).is_err());
        assert!(parse(&"- ".repeat(100_000)).is_err());
    }

    #[test]
    fn errors_hold_none_of_the_text() {
        let error = parse("a: b\npassword: 'hunter2hunter2\n").err().unwrap();
        assert!(!error.message.contains("hunter2"));
    }
}
