//! .env: what the Serverless Framework takes for the environment of a deployment, and Compose for that of a container; and
//! other files of settings that generators of Kustomize take in.

use crate::facts::{Declaration, Dialect, Entry, Format, Literal, Role, Value};
use crate::span::Span;
use crate::text::Text;

use super::source;

/// Endings of files that show what such a file looks like.
const EXAMPLES: &[&str] = &[
    ".example",
    ".sample",
    ".template",
    ".dist",
    ".defaults",
    ".tpl",
];

/// Whether a file is one, by its name.
pub(super) fn is_one(text: &Text) -> bool {
    let name = text.path.rsplit('/').next().unwrap_or_default();
    let own = name.ends_with(".env") || name.starts_with(".env.");
    own && !EXAMPLES.iter().any(|ending| name.ends_with(ending))
}

/// The file as one content.
pub(super) fn content(text: &str) -> Vec<Declaration> {
    let mut start = 0;
    let mut body = Vec::new();
    for line in text.split_inclusive('\n') {
        body.extend(setting(line, start));
        start += line.len();
    }
    let first = body.first().map(|one| one.span);
    let declared = first.map(|span| Declaration {
        dialect: Dialect::Serverless,
        role: Role::Content,
        kind: Box::default(),
        name: Box::default(),
        span,
        body,
    });
    declared.into_iter().collect()
}

/// What a file that a generator of Kustomize takes in is: settings, and a text that is one value where it is one word. Data are
/// looked at where they stand.
pub(super) fn generated(text: &Text) -> Vec<Declaration> {
    let Ok(utf8) = std::str::from_utf8(&text.bytes) else {
        return Vec::new();
    };
    if matches!(text.kind.format, Format::Yaml | Format::Json) {
        return Vec::new();
    }
    let mut declared = content(utf8);
    let word = utf8.trim();
    if word.is_empty() || word.contains(char::is_whitespace) {
        return declared;
    }
    let start = utf8.len() - utf8.trim_start().len();
    let span = Span::new(start, start + word.len());
    let value = Value::Literal(Literal {
        raw: span,
        text: None,
        quoted: true,
    });
    declared.push(source::whole(Dialect::Kubernetes, span, value));
    declared
}

/// `export NAME="value" # comment` at its place in the file.
fn setting(line: &str, start: usize) -> Option<Entry> {
    let (head, tail) = line.split_once('=')?;
    let name = head.trim().trim_start_matches("export ").trim();
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    if name.is_empty() || !name.bytes().all(is_name) {
        return None;
    }
    let value = tail.trim();
    let mark = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = match mark {
        Some(mark) => value[1..].split(mark).next().unwrap_or_default(),
        None => value.split(" #").next().unwrap_or_default().trim_end(),
    };
    let from = |part: &str| start + (part.as_ptr() as usize - line.as_ptr() as usize);
    Some(Entry {
        name: name.into(),
        span: Span::new(from(name), from(name) + name.len()),
        value: Value::Literal(Literal {
            raw: Span::new(from(inner), from(inner) + inner.len()),
            text: None,
            quoted: mark.is_some(),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_stand_where_they_are_written() {
        let text = "# A=1\nexport KEY=\"a b\" # c\nTOKEN = x#y # z\n=\nB='\nC=";
        let declared = content(text);
        let found: Vec<(&str, &str)> = declared[0]
            .body
            .iter()
            .map(|one| match &one.value {
                Value::Literal(literal) => (&*one.name, &text[literal.raw.range()]),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            found,
            [("KEY", "a b"), ("TOKEN", "x#y"), ("B", ""), ("C", "")]
        );
    }
}
