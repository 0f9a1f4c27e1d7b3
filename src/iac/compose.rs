//! Compose: services with their environments and build arguments. Known by its services, not by the name of the file.
//!
//! A file of `env_file` is a module with one content; `.env` beside the file is what its variables are filled in from.

use crate::facts::{Declaration, Dialect, Entry, Format, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::text::Text;

use super::ParseError;
use super::pipeline::{MOST_BYTES, has_line, named};
use super::source::{Source, inside, meaning, module, piece};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml],
    may_be,
    read: declarations,
};

/// The kind of a service.
const SERVICE: &str = "compose.service";

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    text.bytes.len() <= MOST_BYTES
        && has_line(&text.bytes, "services")
        && (has("image:") || has("build:"))
}

/// The services of a file; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let Some(Value::Map(services)) = entry(root, "services").map(|services| &services.value) else {
        return Ok(Vec::new());
    };
    let is_service = |one: &&Entry| {
        inside(one, "image")
            .or_else(|| inside(one, "build"))
            .is_some()
    };
    let mut files = Vec::new();
    let declared = services.iter().filter(is_service).map(|one| {
        let mut body = match &one.value {
            Value::Map(entries) => entries.iter().map(|one| read(source, one)).collect(),
            _ => Vec::new(),
        };
        if let Some(given) = entry(&body, "env_file") {
            let given = included(source, given, &mut files);
            body.push(given);
        }
        Declaration {
            dialect: Dialect::Compose,
            role: Role::Resource,
            kind: SERVICE.into(),
            name: one.name.clone(),
            span: one.span,
            body,
        }
    });
    let mut declared: Vec<Declaration> = declared.collect();
    if let Some(first) = declared.first().map(|one| one.span) {
        declared.push(module(Dialect::Compose, "env", "./.env", first));
    }
    declared.extend(files);
    Ok(declared)
}

/// The files of `env_file` (a path, a list of these, or mappings with a path) as a second environment of the service.
/// <https://docs.docker.com/reference/compose-file/services/#env_file>
fn included(source: &Source<'_>, given: &Entry, files: &mut Vec<Declaration>) -> Entry {
    let items = match &given.value {
        Value::List(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut values = Vec::new();
    for item in items {
        let path = match item {
            Value::Map(entries) => entry(entries, "path").map(|path| &path.value),
            other => Some(other),
        };
        let Some(Value::Literal(literal)) = path else {
            continue;
        };
        let path = meaning(source.text, literal);
        if path.starts_with('/') || path.contains("${") {
            continue;
        }
        let path = match path.starts_with("./") || path.starts_with("../") {
            true => path.to_owned(),
            false => format!("./{path}"),
        };
        let name = files.len().to_string();
        files.push(module(Dialect::Compose, &name, &path, literal.raw));
        let reference = Reference {
            kind: RefKind::Template,
            target: format!("file.{name}").into(),
            resolved: Resolved::Deploy,
        };
        values.push(Value::Reference(reference, literal.raw));
    }
    named("environment", given.span, Value::List(values))
}

/// Settings that are lists of `NAME=value`, or mappings, are mappings here.
fn read(source: &Source<'_>, one: &Entry) -> Entry {
    let value = match (&*one.name, &one.value) {
        ("environment", value) => Value::Map(pairs(source, value)),
        ("build", Value::Map(build)) => {
            let build = build.iter().map(|one| match &*one.name {
                "args" => named("args", one.span, Value::Map(pairs(source, &one.value))),
                _ => one.clone(),
            });
            Value::Map(build.collect())
        }
        (_, value) => value.clone(),
    };
    named(&one.name, one.span, value)
}

fn pairs(source: &Source<'_>, value: &Value) -> Vec<Entry> {
    match value {
        Value::Map(entries) => {
            let read = entries
                .iter()
                .map(|one| named(&one.name, one.span, interpolated(source, one)));
            read.collect()
        }
        Value::List(items) => items.iter().filter_map(|item| pair(source, item)).collect(),
        _ => Vec::new(),
    }
}

/// `NAME=value`; a name alone is taken from the environment of whoever starts it.
fn pair(source: &Source<'_>, item: &Value) -> Option<Entry> {
    let Value::Literal(literal) = item else {
        return None;
    };
    let text = meaning(source.text, literal);
    let (name, rest) = match text.find('=') {
        Some(at) => (&text[..at], Some(at + 1..text.len())),
        None => (text, None),
    };
    let span = piece(source.text, literal, 0..name.len()).raw;
    let value = match rest {
        Some(range) => Value::Literal(piece(source.text, literal, range)),
        None => variable(name, span),
    };
    let one = named(name, span, value);
    let value = interpolated(source, &one);
    Some(named(name, span, value))
}

/// A value with `${NAME}` in it is put together of what is in the environment; one that is empty is taken from there.
fn interpolated(source: &Source<'_>, one: &Entry) -> Value {
    let literal = match &one.value {
        Value::Literal(literal) => literal,
        Value::Plain(span) if span.is_empty() => return variable(&one.name, one.span),
        other => return other.clone(),
    };
    let text = meaning(source.text, literal);
    let inside = text.split_once("${").map(|(_, rest)| rest);
    let inside = inside.or_else(|| text.strip_prefix('$').filter(|rest| !rest.starts_with('$')));
    let Some(rest) = inside else {
        return one.value.clone();
    };
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let name = variable(&rest[..end], literal.raw);
    match rest[end..]
        .strip_prefix(":-")
        .or_else(|| rest[end..].strip_prefix('-'))
    {
        // The default is what it is where nobody sets it.
        Some(default) if text.starts_with("${") && text.ends_with('}') && default.len() > 1 => {
            let start = text.len() - default.len();
            let default = piece(source.text, literal, start..text.len() - 1);
            Value::Either(vec![name, Value::Literal(default)])
        }
        _ => name,
    }
}

fn variable(name: &str, span: crate::span::Span) -> Value {
    let reference = Reference {
        kind: RefKind::Environment,
        target: name.into(),
        resolved: Resolved::Runtime,
    };
    Value::Reference(reference, span)
}
