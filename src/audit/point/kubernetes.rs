//! Pointers in manifests of Kubernetes: a container takes a value out of a Secret.

use crate::audit::mend::{self, Rewrite};
use crate::audit::pipeline::map;
use crate::audit::scene::Scene;
use crate::facts::{Dialect, Entry, Value, entry};
use crate::link::{Declared, Leaf};

/// Kinds of objects that make a Secret, and the path to the keys that it will have.
const MAKERS: &[(&str, &[&str])] = &[
    ("kubernetes.Secret", &["data"]),
    ("kubernetes.Secret", &["stringData"]),
    ("kubernetes.SealedSecret", &["spec", "encryptedData"]),
    ("kubernetes.ExternalSecret", &["spec", "data"]),
];

/// `value: ...` becomes `valueFrom`, where one Secret of the file has a key of the variable's name.
pub(super) fn taken<'p>(scene: &Scene<'_, 'p>, variable: &str, leaf: &Leaf<'p>) -> Option<Rewrite> {
    let value = entry(leaf.beside?, "value")?;
    let Value::Literal(literal) = &value.value else {
        return None;
    };
    let mut secrets = scene.things.iter().filter_map(|thing| {
        let known = thing.declared.what.dialect == Dialect::Kubernetes;
        let has_key = keys(scene, thing.declared).any(|key| key == variable);
        (known && has_key).then(|| secret(scene, thing.declared))?
    });
    let (name, None) = (secrets.next()?, secrets.next()) else {
        return None;
    };
    let lines = [
        "valueFrom:".to_owned(),
        "  secretKeyRef:".to_owned(),
        format!("    name: {name}"),
        format!("    key: {variable}"),
    ];
    mend::replace(
        scene.project.files,
        leaf.file,
        (value.span, literal.raw),
        &lines,
    )
}

/// The keys of the Secret that an object is, or will make.
fn keys<'s, 'p>(
    scene: &'s Scene<'_, 'p>,
    declared: Declared<'p>,
) -> impl Iterator<Item = &'p str> + use<'s, 'p> {
    let what = declared.what;
    let makers = MAKERS.iter().filter(|(kind, _)| *what.kind == **kind);
    let found = makers.filter_map(|(_, path)| below(&what.body, path));
    found.flat_map(move |value| -> Vec<&'p str> {
        match value {
            Value::Map(entries) => entries.iter().map(|one| &*one.name).collect(),
            Value::List(items) => {
                let keys = items.iter().filter_map(|item| match item {
                    Value::Map(item) => {
                        scene.constant(declared.file, &entry(item, "secretKey")?.value)
                    }
                    _ => None,
                });
                keys.collect()
            }
            _ => Vec::new(),
        }
    })
}

fn below<'p>(entries: &'p [Entry], path: &[&str]) -> Option<&'p Value> {
    let (last, above) = path.split_last()?;
    let around = above
        .iter()
        .fold(entries, |entries, name| map(entries, name));
    entry(around, last).map(|one| &one.value)
}

/// The name of the Secret.
fn secret<'p>(scene: &Scene<'_, 'p>, declared: Declared<'p>) -> Option<&'p str> {
    let spec = map(&declared.what.body, "spec");
    let target = entry(map(spec, "target"), "name");
    let template = entry(map(map(spec, "template"), "metadata"), "name");
    let name = match target.or(template) {
        Some(name) => scene.constant(declared.file, &name.value)?,
        None => &declared.what.name,
    };
    (!name.is_empty()).then_some(name)
}
