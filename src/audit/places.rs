//! The places at which a value may be a secret, for the table of what the fixtures cover.

use crate::facts::{Entry, Role, Value};
use crate::link::Leaf;

use super::scene::{Scene, Thing};
use super::{property, sites, store_literal};

/// What a value stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Environment,
    Property,
    Store,
    Default,
    Output,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Written {
    Literal,
    Runtime,
    Deploy,
    Unknown,
}

/// The place of a leaf; none where no secret is looked for.
pub(crate) fn place(thing: &Thing<'_>, leaf: &Leaf<'_>) -> Option<Place> {
    let kind = &thing.declared.what.kind;
    let first = leaf.path.first().copied().unwrap_or_default();
    match thing.declared.what.role {
        Role::Variable => (first == "default").then_some(Place::Default),
        Role::Output => (first == "value").then_some(Place::Output),
        _ if sites::variable(thing, leaf).is_some() => Some(Place::Environment),
        Role::Resource if is_baked(kind, &leaf.path) => Some(Place::Environment),
        Role::Resource if is_kept(kind, &leaf.path) => Some(Place::Store),
        Role::Resource if property::is_secret(kind, &leaf.path) => Some(Place::Property),
        _ => None,
    }
}

/// Whether a value is a variable or argument of an image.
fn is_baked(kind: &str, path: &[&str]) -> bool {
    kind.starts_with("docker.") && matches!(path, ["env" | "arg", _])
}

/// Whether a value is what a store keeps.
fn is_kept(kind: &str, path: &[&str]) -> bool {
    let secret = kind == "kubernetes.Secret" && matches!(path, ["data" | "stringData", _]);
    secret || store_literal::is_store(kind, path)
}

/// How the value of a leaf is written; none for numbers and truth values.
pub(crate) fn written(scene: &Scene<'_, '_>, leaf: &Leaf<'_>) -> Option<Written> {
    match leaf.value {
        Value::Literal(_) | Value::Reference(..) if scene.is_pointer(leaf) => {
            Some(Written::Runtime)
        }
        Value::Literal(_) => Some(Written::Literal),
        Value::Reference(..) => Some(Written::Deploy),
        Value::Unknown(_) | Value::Call { .. } => Some(Written::Unknown),
        _ => None,
    }
}

/// Values of which a walk finds nothing, as leaves.
pub(crate) fn unknown<'p>(module: usize, thing: &Thing<'p>) -> Vec<Leaf<'p>> {
    let mut found = Vec::new();
    let start = Vec::new();
    below(
        &thing.declared.what.body,
        &start,
        &mut |path, value, entry| {
            found.push(Leaf {
                path: path.to_vec(),
                beside: None,
                value,
                file: thing.declared.file,
                module,
                entry: (thing.declared.file, entry.span),
                name: None,
                passed: Vec::new(),
                part: Vec::new(),
                depth: 0,
                within: false,
            });
        },
    );
    found.retain(|leaf| thing.leaves.iter().all(|known| known.path != leaf.path));
    found
}

fn below<'p>(
    entries: &'p [Entry],
    path: &[&'p str],
    each: &mut dyn FnMut(&[&'p str], &'p Value, &'p Entry),
) {
    for one in entries {
        let path: Vec<&str> = path.iter().copied().chain([&*one.name]).collect();
        inside(&one.value, &path, one, each);
    }
}

fn inside<'p>(
    value: &'p Value,
    path: &[&'p str],
    entry: &'p Entry,
    each: &mut dyn FnMut(&[&'p str], &'p Value, &'p Entry),
) {
    match value {
        Value::Map(entries) => below(entries, path, each),
        Value::List(values) | Value::Either(values) => {
            values.iter().for_each(|v| inside(v, path, entry, each));
        }
        Value::Call { arguments, .. } => {
            each(path, value, entry);
            arguments.iter().for_each(|v| inside(v, path, entry, each));
        }
        Value::Unknown(_) => each(path, value, entry),
        _ => {}
    }
}
