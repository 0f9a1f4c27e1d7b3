//! Kubernetes manifests, several in a file: each object is a resource of its kind. Known by its version and kind, not by
//! the name of the file. Documents that are templates of Helm are no YAML yet, and left to the readers that need no tree.

use crate::facts::{Declaration, Dialect, Entry, Format, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::text::Text;

use super::ParseError;
use super::source::{Source, constant, has_key, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml, Format::Json],
    may_be,
    read: declarations,
};

/// An object has at most 1.5 MB in the cluster, a file may hold several.
const MOST_BYTES: usize = 2_000_000;

fn may_be(text: &Text) -> bool {
    let keys = ["apiVersion", "kind"];
    text.bytes.len() <= MOST_BYTES && keys.iter().all(|key| has_key(&text.bytes, key))
}

/// The objects of all documents of a file.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let mut declared = Vec::new();
    for document in source.documents()? {
        if let Value::Map(entries) = document {
            object(source.text, entries, &mut declared);
        }
    }
    Ok(declared)
}

fn object(text: &str, entries: &[Entry], declared: &mut Vec<Declaration>) {
    let Some(kind) = entry(entries, "kind") else {
        return;
    };
    let (Some(name), Some(_)) = (constant(text, &kind.value), entry(entries, "apiVersion")) else {
        return;
    };
    if let Some(Value::List(items)) = entry(entries, "items").map(|items| &items.value) {
        for item in items {
            if let Value::Map(entries) = item {
                object(text, entries, declared);
            }
        }
        return;
    }
    let metadata = section(entries, "metadata");
    let named = entry(metadata, "name").and_then(|name| constant(text, &name.value));
    declared.push(Declaration {
        dialect: Dialect::Kubernetes,
        role: Role::Resource,
        kind: format!("kubernetes.{name}").into(),
        name: named.unwrap_or_default().into(),
        span: kind.span,
        body: entries.iter().map(pointed).collect(),
    });
}

/// Variables that a container takes from elsewhere get a pointer as their value.
fn pointed(one: &Entry) -> Entry {
    let value = match (&*one.name, &one.value) {
        ("env", Value::List(items)) => Value::List(items.iter().map(variable).collect()),
        (_, Value::Map(entries)) => Value::Map(entries.iter().map(pointed).collect()),
        (_, Value::List(items)) => {
            let read = items.iter().map(|item| match item {
                Value::Map(entries) => Value::Map(entries.iter().map(pointed).collect()),
                other => other.clone(),
            });
            Value::List(read.collect())
        }
        (_, other) => other.clone(),
    };
    Entry {
        value,
        ..one.clone()
    }
}

/// `{ name, valueFrom: ... }`.
fn variable(item: &Value) -> Value {
    let Value::Map(entries) = item else {
        return item.clone();
    };
    let read = entries.iter().map(|one| match &*one.name {
        "valueFrom" => {
            let reference = Reference {
                kind: RefKind::Manager,
                target: "valueFrom".into(),
                resolved: Resolved::Runtime,
            };
            Entry {
                name: "value".into(),
                span: one.span,
                value: Value::Reference(reference, one.span),
            }
        }
        _ => one.clone(),
    });
    Value::Map(read.collect())
}
