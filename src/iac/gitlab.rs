//! GitLab CI: jobs by their scripts. Known by its jobs, not by the name of the file.

use crate::facts::{Declaration, Entry, Format, Role, Value, entry};
use crate::text::Text;

use super::ParseError;
use super::pipeline::{
    self, JOB, MOST_BYTES, WORKFLOW, declaration, has_line, named, script, variables,
};
use super::shell::NOTHING;
use super::source::{Source, inside};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml],
    may_be,
    read: declarations,
};

/// What only these files have at their root.
const GLOBAL: &[&str] = &[
    "stages",
    "default",
    "include",
    "workflow",
    "variables",
    "image",
    "before_script",
];

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let global = || GLOBAL.iter().any(|word| has_line(&text.bytes, word));
    text.bytes.len() <= MOST_BYTES && has(" script:") && global()
}

/// What a pipeline declares; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let is_job = |one: &&Entry| match inside(one, "script") {
        Some(Value::List(_)) => true,
        Some(value) => matches!(value, Value::Literal(_)),
        None => false,
    };
    let others = ["on", "jobs", "apiVersion", "language"];
    if others.iter().any(|name| entry(root, name).is_some()) {
        return Ok(Vec::new());
    }
    let inherited = entry(root, "variables").map(|all| variables(source, &all.value));
    let mut declared = Vec::new();
    for job in root.iter().filter(is_job) {
        let env = inside(job, "variables").map(|own| variables(source, own));
        let mut steps = Vec::new();
        let own = ["before_script", "script"]
            .iter()
            .filter_map(|name| inside(job, name));
        let commands = own
            .flat_map(|lines| script(source, lines, NOTHING))
            .collect();
        steps.push(pipeline::step(job.span, commands));
        let after = inside(job, "after_script").map(|lines| script(source, lines, NOTHING));
        steps.extend(after.map(|commands| pipeline::step(job.span, commands)));
        let span = job.span;
        let mut body: Vec<Entry> = Vec::new();
        body.extend(
            inherited
                .clone()
                .map(|all| named("inherited", span, Value::Map(all))),
        );
        body.extend(env.map(|own| named("env", span, Value::Map(own))));
        body.push(named("steps", span, Value::List(steps)));
        declared.push(declaration(Role::Resource, JOB, &job.name, span, body));
    }
    if let Some(all) = entry(root, "variables").filter(|_| !declared.is_empty()) {
        let body = vec![named(
            "env",
            all.span,
            Value::Map(inherited.unwrap_or_default()),
        )];
        declared.push(declaration(Role::Resource, WORKFLOW, "", all.span, body));
    }
    Ok(declared)
}
