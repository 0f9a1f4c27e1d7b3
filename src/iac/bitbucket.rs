//! Bitbucket Pipelines: the steps of all pipelines. Known by these, not by the name of the file.

use crate::facts::{Declaration, Entry, Format, Role, Value, entry};
use crate::text::Text;

use super::ParseError;
use super::pipeline::{self, JOB, MOST_BYTES, declaration, has_line, named, script, variables};
use super::shell::NOTHING;
use super::source::{Source, constant};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml],
    may_be,
    read: declarations,
};

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    text.bytes.len() <= MOST_BYTES
        && has_line(&text.bytes, "pipelines")
        && has("step:")
        && has("script:")
}

/// What pipelines declare; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let mut declared = Vec::new();
    if let Some(pipelines) = entry(root, "pipelines") {
        steps(source, &pipelines.value, &mut declared);
    }
    Ok(declared)
}

/// Steps wherever they stand below branches, stages and parallel groups.
fn steps(source: &Source<'_>, value: &Value, declared: &mut Vec<Declaration>) {
    match value {
        Value::List(items) => items.iter().for_each(|item| steps(source, item, declared)),
        Value::Map(entries) => {
            for one in entries {
                match (&*one.name, &one.value) {
                    ("step", Value::Map(step)) => declared.push(job(source, one, step)),
                    (_, value) => steps(source, value, declared),
                }
            }
        }
        _ => {}
    }
}

fn job(source: &Source<'_>, one: &Entry, entries: &[Entry]) -> Declaration {
    let name = entry(entries, "name").and_then(|name| constant(source.text, &name.value));
    let mut steps = Vec::new();
    let lines = entry(entries, "script").map(|lines| &lines.value);
    steps.extend(lines.map(|lines| pipeline::step(one.span, script(source, lines, NOTHING))));
    if let Some(Value::List(items)) = lines {
        // A pipe is an action with its inputs.
        for item in items {
            let Value::Map(pipe) = item else { continue };
            let mut body = Vec::new();
            for setting in pipe {
                match &*setting.name {
                    "pipe" => body.push(named("uses", setting.span, setting.value.clone())),
                    "variables" => {
                        let given = variables(source, &setting.value);
                        body.push(named("with", setting.span, Value::Map(given)));
                    }
                    _ => {}
                }
            }
            steps.push(Value::Map(body));
        }
    }
    let after = entry(entries, "after-script");
    steps.extend(
        after.map(|lines| pipeline::step(lines.span, script(source, &lines.value, NOTHING))),
    );
    let body = vec![named("steps", one.span, Value::List(steps))];
    declaration(
        Role::Resource,
        JOB,
        name.unwrap_or_default(),
        one.span,
        body,
    )
}
