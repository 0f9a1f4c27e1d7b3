//! Google: services and jobs of Cloud Run, app.yaml of App Engine, and builds of Cloud Build. Known by their API, by their
//! runtime and environment, or by their steps.

use crate::facts::{Declaration, Dialect, Entry, Format, Literal, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::text::Text;

use super::ParseError;
use super::cloud_build;
use super::source::{Source, constant, meaning, piece, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml, Format::Json],
    may_be,
    read: declarations,
};

/// How large a file is read, in bytes.
const MOST_BYTES: usize = 1_000_000;

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let run = || has("serving.knative.dev") || has("run.googleapis.com");
    let engine = || has("runtime:") && has("env_variables:");
    let build = || has("steps") && (has("env") || has("substitutions") || has("secretEnv"));
    text.bytes.len() <= MOST_BYTES && (run() || engine() || build())
}

fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let text = source.text;
    let file = source.file.path.rsplit('/').next().unwrap_or_default();
    let documents = source.documents()?;
    let services: Vec<Declaration> = documents
        .iter()
        .filter_map(|document| service(text, document, file))
        .collect();
    if !services.is_empty() {
        return Ok(services);
    }
    let root = match documents {
        [Value::Map(root)] => root,
        _ => return Ok(Vec::new()),
    };
    if is(text, root, "runtime").is_some() && entry(root, "env_variables").is_some() {
        return Ok(vec![resource("google.app", file, root.clone())]);
    }
    match is_build(root, text) {
        true => Ok(build(text, root, file)),
        false => Ok(Vec::new()),
    }
}

fn is<'v>(text: &'v str, entries: &'v [Entry], name: &str) -> Option<&'v str> {
    entry(entries, name).and_then(|one| constant(text, &one.value))
}

/// A service or a job of Cloud Run.
fn service(text: &str, document: &Value, file: &str) -> Option<Declaration> {
    let Value::Map(root) = document else {
        return None;
    };
    let api = is(text, root, "apiVersion")?;
    let run = ["serving.knative.dev/", "run.googleapis.com/"];
    let kind = match is(text, root, "kind")? {
        "Service" => "google.run",
        "Job" => "google.job",
        _ => return None,
    };
    let name = is(text, section(root, "metadata"), "name").unwrap_or(file);
    let known = run.iter().any(|start| api.starts_with(start));
    known.then(|| resource(kind, name, root.clone()))
}

fn resource(kind: &str, name: &str, body: Vec<Entry>) -> Declaration {
    let span = body.first().map_or_else(Default::default, |e| e.span);
    Declaration {
        dialect: Dialect::Google,
        role: Role::Resource,
        kind: kind.into(),
        name: name.into(),
        span,
        body,
    }
}

/// Steps that are images, as no other language of pipelines has them at its root.
fn is_build(root: &[Entry], text: &str) -> bool {
    let known = [
        "steps",
        "timeout",
        "queueTtl",
        "logsBucket",
        "options",
        "substitutions",
        "tags",
        "serviceAccount",
        "secrets",
        "availableSecrets",
        "artifacts",
        "images",
    ];
    let Some(Value::List(steps)) = entry(root, "steps").map(|e| &e.value) else {
        return false;
    };
    let image = |step: &Value| match step {
        Value::Map(step) if entry(step, "uses").is_none() => {
            let name = entry(step, "name").and_then(|one| constant(text, &one.value));
            name.map(|name| name.contains('/'))
        }
        _ => None,
    };
    let images: Option<Vec<bool>> = steps.iter().map(image).collect();
    // Images of Docker Hub are named in one word; those of people and of Google are not.
    let are_images = images.is_some_and(|images| images.contains(&true));
    root.iter().all(|e| known.contains(&&*e.name)) && are_images
}

/// A build: its substitutions are parameters that whoever may see the trigger reads.
fn build(text: &str, root: &[Entry], file: &str) -> Vec<Declaration> {
    let substitutions = section(root, "substitutions");
    let mut declared: Vec<Declaration> = substitutions
        .iter()
        .map(|one| Declaration {
            role: Role::Variable,
            span: one.span,
            body: vec![Entry {
                name: "default".into(),
                ..one.clone()
            }],
            ..resource("", &one.name, Vec::new())
        })
        .collect();
    let body = root.iter().filter(|e| &*e.name != "substitutions");
    let body = body.map(|one| Entry {
        value: variables(text, &one.name, &one.value),
        ..one.clone()
    });
    let body: Vec<Entry> = body.collect();
    declared.extend(cloud_build::job(text, &body, file));
    declared.push(resource("google.build", file, body));
    declared
}

/// A value in which `env: ["NAME=value"]` is a mapping.
fn variables(text: &str, name: &str, value: &Value) -> Value {
    match value {
        Value::List(items) if name == "env" => {
            let pairs = items.iter().filter_map(|item| match item {
                Value::Literal(literal) => pair(text, literal),
                _ => None,
            });
            Value::Map(pairs.collect())
        }
        Value::List(items) => Value::List(items.iter().map(|i| variables(text, name, i)).collect()),
        Value::Map(entries) => {
            let entries = entries.iter().map(|one| Entry {
                value: variables(text, &one.name, &one.value),
                ..one.clone()
            });
            Value::Map(entries.collect())
        }
        other => other.clone(),
    }
}

fn pair(text: &str, literal: &Literal) -> Option<Entry> {
    let said = meaning(text, literal);
    let (name, value) = said.split_once('=')?;
    let start = name.len() + 1;
    let value = match substitution(value) {
        Some(of) => Value::Reference(
            Reference {
                kind: RefKind::Template,
                target: format!("var.{of}").into(),
                resolved: Resolved::Deploy,
            },
            literal.raw,
        ),
        None => Value::Literal(piece(text, literal, start..said.len())),
    };
    Some(Entry {
        name: name.into(),
        span: literal.raw,
        value,
    })
}

/// `$_NAME` or `${_NAME}`, all of the value.
fn substitution(value: &str) -> Option<&str> {
    let name = value.strip_prefix('$')?;
    let name = name.trim_start_matches('{').trim_end_matches('}');
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (name.starts_with('_') && name.bytes().all(is_name)).then_some(name)
}
