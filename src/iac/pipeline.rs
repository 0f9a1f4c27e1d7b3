//! What all pipelines of CI declare: jobs with their environments and steps, whatever the system calls them.
//!
//! A job is a resource of the kind `pipeline.job`. Under `env` stands what it sets itself, under `inherited` what is set
//! for all jobs; `steps` are mappings with `env`, `with`, `uses` and the commands under `run`.

use crate::facts::{Command, Declaration, Dialect, Entry, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;

use super::shell::{self, Inserts};
use super::source::{Source, constant, inside, meaning};

/// The kind of a job.
pub(super) const JOB: &str = "pipeline.job";
/// The kind of what holds for all jobs.
pub(super) const WORKFLOW: &str = "pipeline.workflow";

/// Pipelines are small, but for generated ones.
pub(super) const MOST_BYTES: usize = 1_000_000;

/// A declaration of a pipeline.
pub(super) fn declaration(
    role: Role,
    kind: &str,
    name: &str,
    span: Span,
    body: Vec<Entry>,
) -> Declaration {
    Declaration {
        dialect: Dialect::Pipeline,
        role,
        kind: kind.into(),
        name: name.into(),
        span,
        body,
    }
}

/// An entry that the file does not write under this name.
pub(super) fn named(name: &str, span: Span, value: Value) -> Entry {
    Entry {
        name: name.into(),
        span,
        value,
    }
}

/// A variable that the system fetches from its store.
pub(super) fn fetched(name: &str, span: Span) -> Entry {
    let reference = Reference {
        kind: RefKind::Ci,
        target: format!("secrets.{name}").into(),
        resolved: Resolved::Runtime,
    };
    named(name, span, Value::Reference(reference, span))
}

/// Whether a line of a text begins with a word, in quotes or not.
pub(super) fn has_line(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find_iter(bytes, word.as_bytes()).any(|at| {
        let before = bytes[..at].last();
        let before = match before {
            Some(b'"' | b'\'') => bytes[..at - 1].last(),
            other => other,
        };
        let after = bytes[at + word.len()..]
            .iter()
            .find(|b| !matches!(b, b'"' | b'\'' | b' '));
        after == Some(&b':') && matches!(before, None | Some(b'\n' | 0xbf))
    })
}

/// The commands of a script that is a text, or a list of texts and lists; all run in one shell.
pub(super) fn script(source: &Source<'_>, value: &Value, inserts: Inserts) -> Vec<Command> {
    match value {
        Value::Literal(script) => shell::commands(source.text, script, inserts),
        Value::List(lines) => {
            let all = lines.iter().flat_map(|line| script(source, line, inserts));
            all.collect()
        }
        _ => Vec::new(),
    }
}

/// A step that is nothing but commands.
pub(super) fn step(span: Span, commands: Vec<Command>) -> Value {
    Value::Map(vec![named("run", span, Value::Commands(commands))])
}

/// Variables: a mapping, or a list of names with values; a variable may be a mapping with its value in it.
pub(super) fn variables(source: &Source<'_>, value: &Value) -> Vec<Entry> {
    match value {
        Value::Map(entries) => {
            let read = entries.iter().map(|one| match inside(one, "value") {
                Some(value) => named(&one.name, one.span, pointer(source, value)),
                None => named(&one.name, one.span, pointer(source, &one.value)),
            });
            read.collect()
        }
        Value::List(items) => {
            let read = items.iter().filter_map(|item| match item {
                Value::Map(entries) => match (entry(entries, "name"), entry(entries, "value")) {
                    (Some(name), Some(value)) => {
                        let text = constant(source.text, &name.value)?;
                        Some(named(text, name.span, pointer(source, &value.value)))
                    }
                    // CircleCI: each item is one variable.
                    _ => match entries.as_slice() {
                        [one] => Some(named(&one.name, one.span, pointer(source, &one.value))),
                        _ => None,
                    },
                },
                _ => None,
            });
            read.collect()
        }
        _ => Vec::new(),
    }
}

/// A text that is nothing but the name of another variable: `$NAME`, `${NAME}`, `$(NAME)`.
fn pointer(source: &Source<'_>, value: &Value) -> Value {
    let Value::Literal(literal) = value else {
        return value.clone();
    };
    let name = meaning(source.text, literal).strip_prefix('$');
    let name = name.map(|name| name.trim_matches(['{', '}', '(', ')']));
    let is_name = |name: &&str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
    };
    match name.filter(is_name) {
        Some(name) => {
            let macros = meaning(source.text, literal).starts_with("$(");
            let (kind, target) = match macros {
                true => (RefKind::Ci, format!("variables.{name}")),
                false => (RefKind::Environment, name.to_owned()),
            };
            let reference = Reference {
                kind,
                target: target.into(),
                resolved: Resolved::Runtime,
            };
            Value::Reference(reference, literal.raw)
        }
        None => value.clone(),
    }
}
