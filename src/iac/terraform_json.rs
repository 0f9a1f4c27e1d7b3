//! Terraform as JSON: configuration and values, which declare what HCL would, and what Terraform writes itself: states
//! and plans, which hold the values of everything.

use crate::facts::{Declaration, Dialect, Entry, Format, Role, Value};

use super::source::{Source, constant, inside, section};
use super::terraform::{assignment, with_each};
use super::{ParseError, interpolated};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Json],
    may_be: |text| {
        is_configuration(&text.path)
            || is_values(&text.path)
            || memchr::memmem::find(&text.bytes, b"\"terraform_version\"").is_some()
    },
    read: declarations,
};

fn is_configuration(path: &str) -> bool {
    path.ends_with(".tf.json") || path.ends_with(".tofu.json")
}

fn is_values(path: &str) -> bool {
    path.ends_with(".tfvars.json")
}

fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let path = &source.file.path;
    if is_values(path) {
        let values = root.iter().cloned();
        return Ok(values.map(|e| assignment(e, Role::Assignment)).collect());
    }
    if !is_configuration(path) {
        return Ok(written(source.text, root));
    }
    let Value::Map(root) = interpolated::templates(source.text, Value::Map(root.to_vec())) else {
        return Ok(Vec::new());
    };
    Ok(root.iter().flat_map(configured).collect())
}

/// What a section of a configuration declares. Sections, and bodies, may stand in lists.
fn configured(section: &Entry) -> Vec<Declaration> {
    let role = match &*section.name {
        "resource" => Role::Resource,
        "data" => Role::Data,
        "ephemeral" => Role::Ephemeral,
        "variable" => Role::Variable,
        "output" => Role::Output,
        "module" => Role::Module,
        "provider" => Role::Provider,
        "locals" => {
            let locals = maps(&section.value).into_iter().flatten().cloned();
            return locals.map(|local| assignment(local, Role::Local)).collect();
        }
        "terraform" => return backends(&section.value),
        _ => return Vec::new(),
    };
    let named = maps(&section.value).into_iter().flatten();
    if !matches!(role, Role::Resource | Role::Data | Role::Ephemeral) {
        return named.flat_map(|one| bodies(one, role, "")).collect();
    }
    let kinds = named.flat_map(|kind| {
        let named = maps(&kind.value).into_iter().flatten();
        named.flat_map(|one| bodies(one, role, &kind.name))
    });
    kinds.collect()
}

/// The maps that a value is, or holds as a list.
fn maps(value: &Value) -> Vec<&[Entry]> {
    match value {
        Value::Map(entries) => vec![entries],
        Value::List(items) => items.iter().flat_map(maps).collect(),
        _ => Vec::new(),
    }
}

fn bodies(one: &Entry, role: Role, kind: &str) -> Vec<Declaration> {
    let (kind, name) = match role {
        Role::Provider => (&*one.name, ""),
        _ => (kind, &*one.name),
    };
    let bodies = maps(&one.value).into_iter();
    bodies
        .map(|body| Declaration {
            dialect: Dialect::Terraform,
            role,
            kind: kind.into(),
            name: name.into(),
            span: one.span,
            body: with_each(body.to_vec()),
        })
        .collect()
}

fn backends(terraform: &Value) -> Vec<Declaration> {
    let settings = maps(terraform).into_iter().flatten();
    let backends = settings.flat_map(|setting| match &*setting.name {
        "backend" => maps(&setting.value).into_iter().flatten().collect(),
        "cloud" => vec![setting],
        _ => Vec::new(),
    });
    backends
        .flat_map(|one| {
            bodies(one, Role::Backend, "")
                .into_iter()
                .map(|backend| Declaration {
                    kind: one.name.clone(),
                    name: Box::default(),
                    ..backend
                })
        })
        .collect()
}

/// What a state or a plan holds.
fn written(text: &str, root: &[Entry]) -> Vec<Declaration> {
    let mut declared: Vec<Declaration> = section(root, "outputs")
        .iter()
        .filter_map(|output| held(text, output, &output.value, "output", &output.name))
        .collect();
    for one in root {
        match (&*one.name, &one.value) {
            ("resources", Value::List(resources)) => {
                declared.extend(resources.iter().flat_map(|r| instances(text, r)));
            }
            ("planned_values" | "prior_state" | "values", value) => {
                modules(text, value, &mut declared);
            }
            _ => {}
        }
    }
    declared
}

/// The instances of a resource of a state.
fn instances(text: &str, resource: &Value) -> Vec<Declaration> {
    let Value::Map(entries) = resource else {
        return Vec::new();
    };
    let Some(Value::List(instances)) = value(entries, "instances") else {
        return Vec::new();
    };
    let of = |instance: &Value| {
        let Value::Map(instance) = instance else {
            return None;
        };
        let attributes = instance.iter().find(|e| *e.name == *"attributes")?;
        let mut declared = named(text, entries, attributes)?;
        let marked = instance.iter().find(|e| *e.name == *"sensitive_attributes");
        declared.body.extend(marked.cloned());
        Some(declared)
    };
    instances.iter().filter_map(of).collect()
}

/// The resources of a plan, module by module; the parser has limited how deep these nest.
fn modules(text: &str, value: &Value, declared: &mut Vec<Declaration>) {
    let Value::Map(entries) = value else {
        return;
    };
    for one in entries {
        match (&*one.name, &one.value) {
            ("values" | "root_module", inner) => modules(text, inner, declared),
            ("child_modules", Value::List(inner)) => {
                inner
                    .iter()
                    .for_each(|module| modules(text, module, declared));
            }
            ("resources", Value::List(resources)) => {
                for resource in resources {
                    if let Value::Map(entries) = resource
                        && let Some(values) = entries.iter().find(|e| *e.name == *"values")
                    {
                        declared.extend(named(text, entries, values));
                    }
                }
            }
            ("outputs", Value::Map(outputs)) => declared.extend(
                outputs
                    .iter()
                    .filter_map(|output| held(text, output, &output.value, "output", &output.name)),
            ),
            _ => {}
        }
    }
}

fn value<'v>(entries: &'v [Entry], name: &str) -> Option<&'v Value> {
    entries.iter().find(|e| *e.name == *name).map(|e| &e.value)
}

/// What is held of a resource whose `type` and `name` stand beside.
fn named(text: &str, beside: &[Entry], attributes: &Entry) -> Option<Declaration> {
    let word = |name| value(beside, name).and_then(|v| constant(text, v));
    let kind = match word("mode") {
        Some("data") => format!("data.{}", word("type")?),
        _ => word("type")?.to_owned(),
    };
    held(text, attributes, &attributes.value, &kind, word("name")?)
}

fn held(text: &str, at: &Entry, value: &Value, kind: &str, name: &str) -> Option<Declaration> {
    let Value::Map(body) = value else {
        return None;
    };
    let is_shown =
        kind != "output" || inside(at, "sensitive").and_then(|v| constant(text, v)) == Some("true");
    is_shown.then(|| Declaration {
        dialect: Dialect::Terraform,
        role: Role::State,
        kind: kind.into(),
        name: name.into(),
        span: at.span,
        body: body.clone(),
    })
}
