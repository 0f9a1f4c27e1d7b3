//! GitHub Actions: workflows, and actions made of steps. Known by what triggers and what runs, not by the directory.
//!
//! A job that calls another workflow, and a step that uses a local action, are modules: linking follows their inputs.

use crate::facts::{Declaration, Entry, Format, Literal, Role, Value, entry};
use crate::reference::actions::{self, Expression};
use crate::span::Span;
use crate::text::Text;

use super::ParseError;
use super::pipeline::{JOB, MOST_BYTES, WORKFLOW, declaration, has_line, named};
use super::shell::{self, Inserts};
use super::source::{Source, as_block, constant, inside, meaning, piece, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml],
    may_be,
    read: declarations,
};

/// Expressions are put into scripts before a shell runs them.
pub(super) const INSERTS: Inserts = Inserts {
    end: actions::end,
    value: expression,
};

fn may_be(text: &Text) -> bool {
    let has = |word: &str| has_line(&text.bytes, word);
    text.bytes.len() <= MOST_BYTES && (has("jobs") && has("on") || has("runs") && has("name"))
}

/// What a workflow or an action declares; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let reader = Reader { source };
    if let (Some(on), Some(jobs)) = (entry(root, "on"), entry(root, "jobs")) {
        return Ok(reader.workflow(root, on, jobs));
    }
    match entry(root, "runs") {
        Some(runs) if inside(runs, "using").is_some() => Ok(reader.action(root, runs)),
        _ => Ok(Vec::new()),
    }
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
}

impl Reader<'_, '_> {
    fn workflow(&self, root: &[Entry], on: &Entry, jobs: &Entry) -> Vec<Declaration> {
        let mut declared = Vec::new();
        for trigger in ["workflow_call", "workflow_dispatch"] {
            if let Some(inputs) = inside(on, trigger).and_then(|trigger| below(trigger, "inputs")) {
                declared.extend(self.inputs(inputs));
            }
        }
        let settings = ["env", "permissions", "defaults"];
        let settings = root.iter().filter(|one| settings.contains(&&*one.name));
        let body: Vec<Entry> = settings.map(|one| self.entry(one)).collect();
        let env = entry(&body, "env").cloned();
        declared.push(declaration(Role::Resource, WORKFLOW, "", jobs.span, body));
        let Value::Map(jobs) = &jobs.value else {
            return declared;
        };
        for job in jobs {
            declared.extend(self.call(job));
            declared.push(self.job(job, env.as_ref()));
            declared.extend(self.local_actions(inside(job, "steps")));
        }
        declared
    }

    /// An action that is made of steps is a job of whoever uses it; others are code.
    fn action(&self, root: &[Entry], runs: &Entry) -> Vec<Declaration> {
        let inputs = entry(root, "inputs").map(|inputs| self.inputs(&inputs.value));
        let mut declared = inputs.unwrap_or_default();
        let Some(steps) = inside(runs, "steps") else {
            return declared;
        };
        let mut body = vec![named("steps", runs.span, self.steps(steps))];
        body.extend(entry(root, "outputs").map(|outputs| self.entry(outputs)));
        declared.push(declaration(Role::Resource, JOB, "", runs.span, body));
        declared.extend(self.local_actions(Some(steps)));
        declared
    }

    /// An input is a variable of the file.
    fn inputs(&self, inputs: &Value) -> Vec<Declaration> {
        let Value::Map(inputs) = inputs else {
            return Vec::new();
        };
        let declared = inputs.iter().map(|one| {
            let body = match &one.value {
                Value::Map(body) => body.iter().map(|one| self.entry(one)).collect(),
                _ => Vec::new(),
            };
            declaration(Role::Variable, "", &one.name, one.span, body)
        });
        declared.collect()
    }

    fn job(&self, job: &Entry, inherited: Option<&Entry>) -> Declaration {
        let Value::Map(entries) = &job.value else {
            return declaration(Role::Resource, JOB, &job.name, job.span, Vec::new());
        };
        let mut body: Vec<Entry> = Vec::new();
        body.extend(inherited.map(|env| named("inherited", env.span, env.value.clone())));
        for one in entries {
            body.push(match &*one.name {
                "steps" => named("steps", one.span, self.steps(&one.value)),
                _ => self.entry(one),
            });
        }
        declaration(Role::Resource, JOB, &job.name, job.span, body)
    }

    fn steps(&self, steps: &Value) -> Value {
        let Value::List(steps) = steps else {
            return Value::List(Vec::new());
        };
        let read = steps.iter().map(|step| match step {
            Value::Map(entries) => Value::Map(entries.iter().map(|one| self.step(one)).collect()),
            other => other.clone(),
        });
        Value::List(read.collect())
    }

    fn step(&self, one: &Entry) -> Entry {
        match (&*one.name, &one.value) {
            ("run", Value::Literal(script)) => {
                let commands = shell::commands(self.source.text, script, INSERTS);
                named("run", one.span, Value::Commands(commands))
            }
            _ => self.entry(one),
        }
    }

    /// The call of another workflow, with what it is given.
    fn call(&self, job: &Entry) -> Option<Declaration> {
        let uses = constant(self.source.text, inside(job, "uses")?)?;
        let span = job.span;
        let Value::Map(entries) = &job.value else {
            return None;
        };
        Some(self.module(&job.name, span, uses, section(entries, "with")))
    }

    /// The local actions of steps; what they are given.
    fn local_actions(&self, steps: Option<&Value>) -> Vec<Declaration> {
        let Some(Value::List(steps)) = steps else {
            return Vec::new();
        };
        let mut declared = Vec::new();
        for step in steps {
            let Value::Map(entries) = step else { continue };
            let Some(uses) = entry(entries, "uses") else {
                continue;
            };
            let path =
                constant(self.source.text, &uses.value).filter(|path| path.starts_with("./"));
            if let Some(path) = path {
                let file = format!("{}/action.yml", path.trim_end_matches('/'));
                declared.push(self.module(path, uses.span, &file, section(entries, "with")));
            }
        }
        declared
    }

    /// Paths start at the root of the repository, wherever the file is.
    fn module(&self, name: &str, span: Span, uses: &str, with: &[Entry]) -> Declaration {
        let path = &*self.source.file.path;
        let depth = match path.find(".github/") {
            Some(root) => path[root..].matches('/').count(),
            None => 0,
        };
        let source = match uses.strip_prefix("./") {
            Some(below) => format!("./{}{below}", "../".repeat(depth)),
            None => uses.to_owned(),
        };
        let source = Value::Literal(Literal {
            raw: span,
            text: Some(source.into()),
            quoted: true,
        });
        let mut body: Vec<Entry> = with.iter().map(|one| self.entry(one)).collect();
        body.insert(0, named("source", span, source));
        declaration(Role::Module, "", name, span, body)
    }

    fn entry(&self, one: &Entry) -> Entry {
        named(&one.name, one.span, self.value(&one.value))
    }

    /// A value with its expressions read.
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Literal(literal) => self.text(literal).unwrap_or_else(|| value.clone()),
            Value::Map(entries) => Value::Map(entries.iter().map(|e| self.entry(e)).collect()),
            Value::List(items) => Value::List(items.iter().map(|i| self.value(i)).collect()),
            other => other.clone(),
        }
    }

    fn text(&self, literal: &Literal) -> Option<Value> {
        let (literal, _) = &as_block(self.source.text, literal);
        let text = meaning(self.source.text, literal);
        let (mut parts, mut done) = (Vec::new(), 0);
        let constant = |range| Value::Literal(piece(self.source.text, literal, range));
        for range in actions::ranges(text) {
            if done < range.start {
                parts.push(constant(done..range.start));
            }
            done = range.end;
            let at = piece(self.source.text, literal, range.clone()).raw;
            parts.push(expression(&text[range], at));
        }
        if done == 0 {
            return None;
        }
        if done < text.len() {
            parts.push(constant(done..text.len()));
        }
        match parts.len() {
            1 => parts.pop(),
            _ => Some(Value::Concat(parts)),
        }
    }
}

fn below<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Map(entries) => entry(entries, name).map(|one| &one.value),
        _ => None,
    }
}

/// An expression as a value; all of it stands at its brackets.
pub(super) fn expression(text: &str, span: Span) -> Value {
    value_of(actions::parse(text), span)
}

fn value_of(expression: Expression, span: Span) -> Value {
    let values = |of: Vec<Expression>| of.into_iter().map(|one| value_of(one, span)).collect();
    match expression {
        Expression::Pointer(reference) => Value::Reference(reference, span),
        Expression::Call {
            name,
            arguments,
            part,
        } => Value::Call {
            name: name.into(),
            arguments: values(arguments),
            part,
            span,
        },
        Expression::Either(of) => Value::Either(values(of)),
        Expression::Constant(text) => Value::Literal(Literal {
            raw: span,
            text: Some(text),
            quoted: true,
        }),
        Expression::Unknown => Value::Unknown(span),
    }
}
