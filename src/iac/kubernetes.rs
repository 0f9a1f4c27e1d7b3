//! Kubernetes manifests, several in a file: each object is a resource of its kind. Known by its version and kind, not by
//! the name of the file. Documents that are templates of Helm are no YAML yet, and left to the readers that need no tree.

use crate::facts::{Declaration, Dialect, Entry, Format, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::text::Text;

use super::ParseError;
use super::source::{Source, constant, has_key, inside, section};

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
        body: all_pointed(text, entries),
    });
}

/// Variables that a container takes from elsewhere get a pointer as their value. A Secret is one, and stays one; what a ConfigMap
/// holds is followed.
fn pointed(text: &str, one: &Entry) -> Entry {
    let value = match (&*one.name, &one.value) {
        ("env", Value::List(items)) => {
            Value::List(items.iter().map(|item| variable(text, item)).collect())
        }
        (_, Value::Map(entries)) => Value::Map(all_pointed(text, entries)),
        (_, Value::List(items)) => {
            let read = items.iter().map(|item| match item {
                Value::Map(entries) => Value::Map(all_pointed(text, entries)),
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

/// All of a mapping; `envFrom` is an environment of its own.
fn all_pointed(text: &str, entries: &[Entry]) -> Vec<Entry> {
    let sources = entries.iter().filter_map(|one| match &one.value {
        Value::List(items) if *one.name == *"envFrom" => Some(Entry {
            name: "env".into(),
            span: one.span,
            value: Value::List(items.iter().filter_map(|item| source(text, item)).collect()),
        }),
        _ => None,
    });
    let own = entries.iter().map(|one| pointed(text, one));
    own.chain(sources).collect()
}

/// `{ configMapRef: { name } }`, `{ secretRef: { name } }`.
fn source(text: &str, item: &Value) -> Option<Value> {
    let Value::Map(entries) = item else {
        return None;
    };
    let refs = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];
    refs.iter()
        .find_map(|(name, kind)| object_of(text, entry(entries, name)?, kind))
}

/// `{ name, key }` of an object that values are taken out of.
fn object_of(text: &str, one: &Entry, kind: &str) -> Option<Value> {
    let said = |name: &str| inside(one, name).and_then(|value| constant(text, value));
    let mut target = format!("{kind}/{}", said("name")?);
    if let Some(key) = said("key") {
        target = format!("{target}/{key}");
    }
    let reference = match kind {
        "ConfigMap" => Reference {
            kind: RefKind::Template,
            target: format!("object.{target}").into(),
            resolved: Resolved::Deploy,
        },
        _ => Reference {
            kind: RefKind::Manager,
            target: target.into(),
            resolved: Resolved::Runtime,
        },
    };
    Some(Value::Reference(reference, one.span))
}

/// `{ name, valueFrom: ... }`.
fn variable(text: &str, item: &Value) -> Value {
    let Value::Map(entries) = item else {
        return item.clone();
    };
    let read = entries.iter().map(|one| match &*one.name {
        "valueFrom" => Entry {
            name: "value".into(),
            span: one.span,
            value: value_from(text, one),
        },
        _ => one.clone(),
    });
    Value::Map(read.collect())
}

fn value_from(text: &str, one: &Entry) -> Value {
    let keys = [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];
    let object = keys.iter().find_map(|(name, kind)| {
        let Value::Map(entries) = &one.value else {
            return None;
        };
        object_of(text, entry(entries, name)?, kind)
    });
    // Fields of the container itself.
    let reference = Reference {
        kind: RefKind::Manager,
        target: "valueFrom".into(),
        resolved: Resolved::Runtime,
    };
    object.unwrap_or(Value::Reference(reference, one.span))
}
