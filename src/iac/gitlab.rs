//! GitLab CI: jobs by their scripts. Known by its jobs, not by the name of the file; a file that another includes is known
//! by that.
//!
//! A job has what it extends, what it refers to and what is the default of all. What it takes from jobs of files that are
//! included stays a name, which links follow: variables only, for the commands of a job stand where they are written. A file
//! that a job starts as a pipeline of its own gets the variables of that job and no more.

use crate::facts::{Command, Declaration, Dialect, Entry, Format, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;
use crate::text::Text;

use super::ParseError;
use super::pipeline::{
    self, JOB, MOST_BYTES, WORKFLOW, declaration, has_line, named, script, variables,
};
use super::shell::NOTHING;
use super::source::{Source, constant, inside, module};

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

/// Names at the root that are no jobs.
const RESERVED: &[&str] = &[
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "spec",
];

/// How many jobs may extend one another.
/// <https://docs.gitlab.com/ci/yaml/#extends>
const DEPTH: usize = 11;

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let global = || GLOBAL.iter().any(|word| has_line(&text.bytes, word));
    let named = || text.path.ends_with("gitlab-ci.yml") || has(" stage:");
    let includes = || has_line(&text.bytes, "include") && has("local:");
    let triggers = || has(" trigger:") && has("include:");
    let any = has(" script:") && (global() || named()) || includes() || triggers();
    text.bytes.len() <= MOST_BYTES && any
}

/// What a pipeline declares; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let others = ["on", "jobs", "apiVersion", "language"];
    if others.iter().any(|name| entry(root, name).is_some()) {
        return Ok(Vec::new());
    }
    let files = used(source, root);
    let is_one = !files.is_empty() || root.iter().any(has_script);
    Ok(match is_one {
        true => pipeline(source, root, files),
        false => Vec::new(),
    })
}

/// What a file declares that a pipeline includes.
pub(super) fn included(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    Ok(pipeline(source, root, used(source, root)))
}

fn has_script(one: &Entry) -> bool {
    match inside(one, "script") {
        Some(Value::List(_)) => true,
        Some(value) => matches!(value, Value::Literal(_)),
        None => false,
    }
}

fn pipeline(source: &Source<'_>, root: &[Entry], files: Vec<Declaration>) -> Vec<Declaration> {
    let reader = Reader { source, root };
    let inherited = entry(root, "variables").map(|all| variables(source, &all.value));
    let is_job = |one: &&Entry| {
        let says = ["script", "extends", "variables", "before_script"];
        let says = says.iter().any(|name| inside(one, name).is_some());
        says && !RESERVED.contains(&&*one.name)
    };
    let jobs = root.iter().filter(is_job);
    let mut declared: Vec<Declaration> = jobs
        .map(|job| reader.job(job, inherited.as_deref()))
        .collect();
    if let Some(all) = entry(root, "variables").filter(|_| !declared.is_empty() || files.is_empty())
    {
        let body = vec![named(
            "env",
            all.span,
            Value::Map(inherited.unwrap_or_default()),
        )];
        declared.push(declaration(Role::Resource, WORKFLOW, "", all.span, body));
    }
    declared.extend(files);
    declared
}

/// The files that are included, and those that are pipelines of their own which a job starts.
fn used(source: &Source<'_>, root: &[Entry]) -> Vec<Declaration> {
    let include = entry(root, "include").map(|one| &one.value);
    let mut used = files(source, include);
    for one in &mut used {
        one.kind = "pipeline.include".into();
    }
    let inherited = entry(root, "variables").map(|all| variables(source, &all.value));
    for job in root.iter().filter(|one| !RESERVED.contains(&&*one.name)) {
        used.extend(child(source, job, inherited.as_deref().unwrap_or_default()));
    }
    for (number, one) in used.iter_mut().enumerate() {
        one.name = number.to_string().into();
    }
    used
}

/// The files of a pipeline that a job starts, each with the variables that this gives it.
/// <https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#parent-child-pipelines>
fn child(source: &Source<'_>, job: &Entry, inherited: &[Entry]) -> Vec<Declaration> {
    let Some(Value::Map(trigger)) = inside(job, "trigger") else {
        return Vec::new();
    };
    let mut files = files(source, entry(trigger, "include").map(|one| &one.value));
    let forward = entry(trigger, "forward").and_then(|one| inside(one, "yaml_variables"));
    if forward.and_then(|said| constant(source.text, said)) == Some("false") {
        return files;
    }
    let own = inside(job, "variables").map(|own| variables(source, own));
    let given = [inherited, own.as_deref().unwrap_or_default()].concat();
    for one in &mut files {
        let given = Value::Map(given.clone());
        one.body.push(named("variables", job.span, given));
    }
    files
}

/// The files of the repository among those that are named; their paths start from its root, where the pipeline stands.
/// <https://docs.gitlab.com/ci/yaml/#includelocal>
fn files(source: &Source<'_>, include: Option<&Value>) -> Vec<Declaration> {
    let items = match include {
        Some(Value::List(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let paths = items.iter().filter_map(|item| {
        let path = match item {
            Value::Map(entries) => &entry(entries, "local")?.value,
            other => other,
        };
        let (Value::Literal(literal), Some(path)) = (path, constant(source.text, path)) else {
            return None;
        };
        let is_local = !path.contains("://") && !path.contains('$');
        is_local.then(|| (literal.raw, path.trim_start_matches('/').to_owned()))
    });
    let paths = paths.map(|(span, path)| {
        let path = format!("./{}", path.trim_start_matches("./").replace("**", "*"));
        Declaration {
            kind: "pipeline.child".into(),
            ..module(Dialect::Pipeline, "", &path, span)
        }
    });
    paths.collect()
}

/// Reads the jobs of a file.
struct Reader<'s, 't> {
    source: &'s Source<'t>,
    root: &'s [Entry],
}

impl<'s> Reader<'s, '_> {
    fn job(&self, job: &'s Entry, inherited: Option<&[Entry]>) -> Declaration {
        let span = job.span;
        let line = self.line(job);
        let mut env: Vec<Entry> = Vec::new();
        let mut elsewhere: Vec<(&str, Span)> = Vec::new();
        for one in &line {
            match one {
                Of::Job(one) => {
                    let own =
                        inside(one, "variables").map(|own| self.variables(own, &mut elsewhere));
                    let own = own.unwrap_or_default();
                    env.retain(|known| own.iter().all(|new| new.name != known.name));
                    env.extend(own);
                }
                Of::Other(name, span) => elsewhere.push((name, *span)),
            }
        }
        let mut steps = Vec::new();
        let own = ["before_script", "script"];
        let commands = own.iter().flat_map(|name| self.commands(&line, name));
        steps.push(pipeline::step(span, commands.collect()));
        let after = self.commands(&line, "after_script");
        steps.extend((!after.is_empty()).then(|| pipeline::step(span, after)));
        let mut body: Vec<Entry> = Vec::new();
        let inherited = inherited.map(<[Entry]>::to_vec);
        body.extend(inherited.map(|all| named("inherited", span, Value::Map(all))));
        if !env.is_empty() {
            body.push(named("env", span, Value::Map(env)));
        }
        body.extend(
            elsewhere
                .into_iter()
                .map(|(name, span)| named("env", span, taken(name, span))),
        );
        body.push(named("steps", span, Value::List(steps)));
        declaration(Role::Resource, JOB, &job.name, span, body)
    }

    /// A job with those that it extends before it, as far as they stand in this file.
    fn line(&self, job: &'s Entry) -> Vec<Of<'s>> {
        let (mut line, mut open) = (Vec::new(), vec![(job, 0)]);
        while let Some((one, depth)) = open.pop() {
            line.push(Of::Job(one));
            let extended = inside(one, "extends").map(|value| self.names(value));
            for (name, span) in extended.unwrap_or_default() {
                match entry(self.root, name) {
                    Some(other) if depth < DEPTH && !std::ptr::eq(other, job) => {
                        open.push((other, depth + 1));
                    }
                    Some(_) => {}
                    None => line.push(Of::Other(name, span)),
                }
            }
            if line.len() > MOST_EXTENDED {
                break;
            }
        }
        line.reverse();
        line
    }

    fn names(&self, value: &'s Value) -> Vec<(&'s str, Span)> {
        match value {
            Value::Literal(literal) => {
                let name = constant(self.source.text, value);
                name.map(|name| (name, literal.raw)).into_iter().collect()
            }
            Value::List(items) => items.iter().flat_map(|item| self.names(item)).collect(),
            _ => Vec::new(),
        }
    }

    /// Variables that are written here, or referred to; those of other files are put `elsewhere`.
    fn variables(&self, value: &'s Value, elsewhere: &mut Vec<(&'s str, Span)>) -> Vec<Entry> {
        match self.referred(value) {
            Some(Ok(value)) => variables(self.source, value),
            Some(Err((name, span))) => {
                elsewhere.push((name, span));
                Vec::new()
            }
            None => variables(self.source, value),
        }
    }

    /// The commands under a name: the last of those that set it counts, and after them what is set for all.
    fn commands(&self, line: &[Of<'s>], name: &str) -> Vec<Command> {
        let jobs = line.iter().rev().filter_map(|one| match one {
            Of::Job(job) => inside(job, name),
            Of::Other(..) => None,
        });
        let default = entry(self.root, "default").and_then(|all| inside(all, name));
        let global = entry(self.root, name).map(|one| &one.value);
        let found = jobs
            .chain(default)
            .chain(global.filter(|_| name != "script"));
        let found = found.into_iter().next();
        found.map(|value| self.script(value, 0)).unwrap_or_default()
    }

    fn script(&self, value: &'s Value, depth: usize) -> Vec<Command> {
        match (value, self.referred(value)) {
            (_, Some(Ok(other))) if depth < DEPTH => self.script(other, depth + 1),
            (_, Some(_)) => Vec::new(),
            (Value::List(lines), None) => {
                let all = lines.iter().flat_map(|line| self.script(line, depth));
                all.collect()
            }
            (other, None) => script(self.source, other, NOTHING),
        }
    }

    /// What `!reference [JOB, NAME, ...]` means, or the job where that stands in another file; none for another value.
    /// <https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags>
    fn referred(&self, value: &'s Value) -> Option<Result<&'s Value, (&'s str, Span)>> {
        let Value::Call {
            name,
            arguments,
            span,
            ..
        } = value
        else {
            return None;
        };
        let ("reference", [Value::List(path)]) = (&**name, arguments.as_slice()) else {
            return None;
        };
        let mut path = path
            .iter()
            .filter_map(|one| constant(self.source.text, one));
        let job = path.next()?;
        let Some(job) = entry(self.root, job) else {
            return Some(Err((job, *span)));
        };
        let found = path.try_fold(&job.value, |value, name| match value {
            Value::Map(entries) => entry(entries, name).map(|one| &one.value),
            _ => None,
        });
        found.map(Ok)
    }
}

/// How many jobs one job may have before it.
const MOST_EXTENDED: usize = 64;

/// A job, or the name of one in another file and where it is named.
enum Of<'s> {
    Job(&'s Entry),
    Other(&'s str, Span),
}

/// The variables of a job of another file.
fn taken(name: &str, span: Span) -> Value {
    let reference = Reference {
        kind: RefKind::Template,
        target: format!("job.{name}").into(),
        resolved: Resolved::Runtime,
    };
    Value::Reference(reference, span)
}
