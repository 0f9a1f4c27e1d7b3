//! CircleCI: jobs and commands with their steps. Known by its version and jobs, not by the directory.

use crate::facts::{Declaration, Entry, Format, Role, Value, entry};
use crate::span::Span;
use crate::text::Text;

use super::ParseError;
use super::pipeline::{self, JOB, MOST_BYTES, declaration, has_line, named, variables};
use super::shell::Inserts;
use super::source::{Source, inside, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml],
    may_be,
    read: declarations,
};

/// `<< parameters.x >>` is put in before a shell runs.
const INSERTS: Inserts = Inserts {
    end,
    value: |_, span| Value::Unknown(span),
};

fn may_be(text: &Text) -> bool {
    let has = |word: &str| has_line(&text.bytes, word);
    text.bytes.len() <= MOST_BYTES && has("version") && has("jobs")
}

/// What a configuration declares; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let known = ["workflows", "orbs", "executors", "commands"];
    let steps = section(root, "jobs")
        .iter()
        .any(|job| inside(job, "steps").is_some());
    let is_known = known.iter().any(|name| entry(root, name).is_some());
    if entry(root, "version").is_none() || entry(root, "on").is_some() || !steps || !is_known {
        return Ok(Vec::new());
    }
    let all = section(root, "jobs")
        .iter()
        .chain(section(root, "commands"));
    Ok(all.filter_map(|one| job(source, one)).collect())
}

fn job(source: &Source<'_>, one: &Entry) -> Option<Declaration> {
    let Value::Map(entries) = &one.value else {
        return None;
    };
    let mut body = Vec::new();
    for setting in entries {
        match (&*setting.name, &setting.value) {
            ("environment", value) => {
                body.push(named(
                    "env",
                    setting.span,
                    Value::Map(variables(source, value)),
                ));
            }
            ("steps", Value::List(steps)) => {
                let steps = steps.iter().map(|step| read(source, step, setting.span));
                body.push(named("steps", setting.span, Value::List(steps.collect())));
            }
            ("docker", Value::List(images)) => {
                body.push(named("docker", setting.span, Value::List(images.clone())))
            }
            _ => {}
        }
    }
    Some(declaration(Role::Resource, JOB, &one.name, one.span, body))
}

/// `run: script`, or `run: { command: script, environment: ... }`; other steps are of orbs, or conditions around steps.
fn read(source: &Source<'_>, step: &Value, span: Span) -> Value {
    let Value::Map(entries) = step else {
        return Value::Map(Vec::new());
    };
    let Some(run) = entry(entries, "run") else {
        return Value::Map(Vec::new());
    };
    let (script, env) = match &run.value {
        Value::Map(_) => (inside(run, "command"), inside(run, "environment")),
        script => (Some(script), None),
    };
    let commands = script.map(|script| pipeline::script(source, script, INSERTS));
    let mut body = Vec::new();
    body.extend(env.map(|env| named("env", span, Value::Map(variables(source, env)))));
    body.push(named(
        "run",
        run.span,
        Value::Commands(commands.unwrap_or_default()),
    ));
    Value::Map(body)
}

fn end(text: &str, start: usize) -> Option<usize> {
    let inside = text.get(start..)?.strip_prefix("<<")?;
    let length = inside.bytes().take(100).position(|byte| byte == b'>')?;
    let name = inside[..length].trim();
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    (is_name && name.contains('.') && inside[length..].starts_with(">>"))
        .then(|| start + 2 + length + 2)
}
