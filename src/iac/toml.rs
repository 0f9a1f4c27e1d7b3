//! The tree of a TOML file with the bytes that everything stands at. Whatever parses TOML is known in this file only.

use toml_edit::{Document, Item, TableLike, Value as Toml};

use super::ParseError;
use crate::facts::{Entry, Literal, Value};
use crate::span::Span;

/// How deep tables may stand in each other; no tool reads more than a few.
const DEPTH: usize = 64;

/// Parses a file.
pub(super) fn parse(text: &str) -> Result<Value, ParseError> {
    let refused = |message: &str| ParseError {
        message: message.to_owned(),
        line: None,
    };
    // The parser limits how deep brackets nest, but not how many names a key has.
    if text.lines().any(|line| line.split('.').count() > DEPTH * 4) {
        return Err(refused("its keys have too many names"));
    }
    let document = Document::parse(text).map_err(|_| refused("the TOML in it does not parse"))?;
    Ok(Value::Map(entries(text, document.as_table(), 0)))
}

fn entries(text: &str, table: &dyn TableLike, depth: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (name, item) in table.iter().filter(|_| depth < DEPTH) {
        let span = table.key(name).and_then(|key| key.span()).map(Span::from);
        entries.push(Entry {
            name: name.into(),
            span: span.unwrap_or_default(),
            value: of_item(text, item, depth + 1),
        });
    }
    entries
}

fn of_item(text: &str, item: &Item, depth: usize) -> Value {
    match item {
        Item::Table(table) => Value::Map(entries(text, table, depth)),
        Item::ArrayOfTables(tables) => {
            let maps = tables.iter().map(|t| Value::Map(entries(text, t, depth)));
            Value::List(maps.collect())
        }
        Item::Value(value) => of_value(text, value, depth),
        Item::None => Value::Unknown(Span::default()),
    }
}

fn of_value(text: &str, value: &Toml, depth: usize) -> Value {
    let span = value.span().map(Span::from).unwrap_or_default();
    match value {
        Toml::String(meaning) => Value::Literal(literal(text, span, meaning.value())),
        Toml::Array(items) if depth < DEPTH => {
            Value::List(items.iter().map(|i| of_value(text, i, depth + 1)).collect())
        }
        Toml::InlineTable(table) => Value::Map(entries(text, table, depth)),
        _ => Value::Plain(span),
    }
}

/// A string without its quotes, of which there are one or three on each side.
fn literal(text: &str, span: Span, meaning: &str) -> Literal {
    let all = text.get(span.range()).unwrap_or_default();
    let long = all.starts_with("\"\"\"") || all.starts_with("'''");
    let quotes = if long && all.len() >= 6 { 3 } else { 1 };
    let raw = match all.len() >= 2 {
        true => Span {
            start: span.start + quotes,
            end: span.end - quotes,
        },
        false => span,
    };
    let same = text.get(raw.range()) == Some(meaning);
    Literal {
        raw,
        text: (!same).then(|| meaning.into()),
        quoted: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_stand_between_their_quotes() {
        for (text, raw) in [
            ("x = \"ab\"", "ab"),
            ("é = 1\nx = 'ab'", "ab"),
            ("x = \"\"\"ab\"\"\"", "ab"),
            ("x = \"a\\tb\"", "a\\tb"),
        ] {
            let text = text.replace('é', "\"é\"");
            let Ok(Value::Map(entries)) = parse(&text) else {
                panic!("{text}");
            };
            let Some(Value::Literal(literal)) = entries.last().map(|e| &e.value) else {
                panic!("{text}: {entries:?}");
            };
            assert_eq!(&text[literal.raw.range()], raw, "{text}");
        }
    }

    #[test]
    fn any_depth_comes_to_an_end() {
        for unit in ["[", "x.", "{x=", "[[a]]\n", "[a.", "x = {a.", "a.\n"] {
            let deep = unit.repeat(100_000);
            let _ = parse(&format!("x = {deep}"));
            let _ = parse(&format!("{deep}x = 1"));
            let _ = parse(&format!("[{deep}x]\ny = 1"));
        }
    }
}
