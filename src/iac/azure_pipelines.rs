//! Azure Pipelines: stages, jobs and steps, with macros and template expressions read. Known by its steps, not by the
//! name of the file.

use crate::facts::{Declaration, Entry, Format, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved, actions};
use crate::span::Span;
use crate::text::Text;

use super::ParseError;
use super::pipeline::{self, JOB, MOST_BYTES, WORKFLOW, declaration, has_line, named, variables};
use super::shell::Inserts;
use super::source::{Source, constant};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml],
    may_be,
    read: declarations,
};

/// Macros are put in before a script runs.
const INSERTS: Inserts = Inserts {
    end,
    value: inserted,
};

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let global = ["steps", "jobs", "stages"]
        .iter()
        .any(|word| has_line(&text.bytes, word));
    let steps = [
        "- script:",
        "- bash:",
        "- task:",
        "- pwsh:",
        "- powershell:",
    ];
    text.bytes.len() <= MOST_BYTES && global && steps.iter().any(|step| has(step))
}

/// What a pipeline, or a template of one, declares; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let is_other = ["on", "workflows", "version"]
        .iter()
        .any(|name| entry(root, name).is_some());
    if is_other {
        return Ok(Vec::new());
    }
    let inherited = entry(root, "variables").map(|all| variables(source, &all.value));
    let reader = Reader {
        source,
        inherited: inherited.clone().unwrap_or_default(),
    };
    let mut declared = Vec::new();
    reader.jobs(root, None, &mut declared);
    if let (Some(all), false) = (entry(root, "variables"), declared.is_empty()) {
        let body = vec![named("env", all.span, Value::Map(reader.inherited))];
        declared.push(declaration(Role::Resource, WORKFLOW, "", all.span, body));
    }
    Ok(declared)
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
    inherited: Vec<Entry>,
}

impl Reader<'_, '_> {
    /// Jobs wherever they stand below stages, deployments and strategies.
    fn jobs(&self, entries: &[Entry], name: Option<&str>, declared: &mut Vec<Declaration>) {
        let own = ["job", "deployment", "stage"]
            .iter()
            .find_map(|word| constant(self.source.text, &entry(entries, word)?.value));
        let name = own.or(name);
        for one in entries {
            match (&*one.name, &one.value) {
                ("steps", Value::List(steps)) => {
                    declared.extend(self.job(one.span, name, entries, steps));
                }
                ("stages" | "jobs", Value::List(items)) => {
                    for item in items {
                        if let Value::Map(entries) = item {
                            self.jobs(entries, name, declared);
                        }
                    }
                }
                (
                    "strategy" | "runOnce" | "rolling" | "canary" | "deploy" | "preDeploy"
                    | "routeTraffic",
                    Value::Map(entries),
                ) => {
                    self.jobs(entries, name, declared);
                }
                _ => {}
            }
        }
    }

    fn job(
        &self,
        span: Span,
        name: Option<&str>,
        entries: &[Entry],
        steps: &[Value],
    ) -> Option<Declaration> {
        let known = ["script", "bash", "pwsh", "powershell", "task", "checkout"];
        let is_step = |step: &Value| match step {
            Value::Map(step) => step
                .first()
                .is_some_and(|first| known.contains(&&*first.name)),
            _ => false,
        };
        if !steps.iter().any(is_step) {
            return None;
        }
        let mut body = vec![named("inherited", span, Value::Map(self.inherited.clone()))];
        let own = entry(entries, "variables").map(|all| variables(self.source, &all.value));
        body.extend(own.map(|own| named("env", span, Value::Map(own))));
        let steps = steps.iter().filter_map(|step| match step {
            Value::Map(entries) => Some(self.step(entries)),
            _ => None,
        });
        body.push(named("steps", span, Value::List(steps.collect())));
        Some(declaration(
            Role::Resource,
            JOB,
            name.unwrap_or_default(),
            span,
            body,
        ))
    }

    fn step(&self, entries: &[Entry]) -> Value {
        let mut body = Vec::new();
        for one in entries {
            match &*one.name {
                "script" | "bash" | "pwsh" | "powershell" => body.extend(self.run(one)),
                "env" => body.push(named(
                    "env",
                    one.span,
                    Value::Map(variables(self.source, &one.value)),
                )),
                "task" => body.push(named("uses", one.span, one.value.clone())),
                "inputs" => {
                    body.push(named(
                        "with",
                        one.span,
                        Value::Map(variables(self.source, &one.value)),
                    ));
                    let script = ["script", "inlineScript", "Inline"]
                        .iter()
                        .find_map(|name| match &one.value {
                            Value::Map(inputs) => entry(inputs, name),
                            _ => None,
                        });
                    body.extend(script.and_then(|script| self.run(script)));
                }
                _ => {}
            }
        }
        Value::Map(body)
    }

    fn run(&self, one: &Entry) -> Option<Entry> {
        let commands = pipeline::script(self.source, &one.value, INSERTS);
        (!commands.is_empty()).then(|| named("run", one.span, Value::Commands(commands)))
    }
}

/// `$(Name)` and `${{ expression }}`; what is no name of a variable is a command of the shell.
fn end(text: &str, start: usize) -> Option<usize> {
    if let Some(end) = actions::end(text, start) {
        return Some(end);
    }
    let inside = text.get(start..)?.strip_prefix("$(")?;
    let name = inside.split(')').next()?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        && name.len() < inside.len()
        && name != "pwd";
    is_name.then(|| start + 2 + name.len() + 1)
}

fn inserted(text: &str, span: Span) -> Value {
    if text.starts_with("${{") {
        return super::actions::expression(text, span);
    }
    let name = text.trim_start_matches("$(").trim_end_matches(')');
    let reference = Reference {
        kind: RefKind::Ci,
        target: format!("variables.{name}").into(),
        resolved: Resolved::Runtime,
    };
    Value::Reference(reference, span)
}
