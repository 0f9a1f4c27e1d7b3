//! Terraform and OpenTofu: what the blocks of HCL declare. Known by its blocks, not by the name of the file, but for
//! files of values, which have no blocks.

use crate::facts::{Declaration, Dialect, Entry, Format, Role, Value};
use crate::span::Span;

use super::hcl::{self, Node, Tree, entries};

pub(crate) mod template;

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Hcl],
    may_be: |_| true,
    read: |source| {
        let mut declared = declarations(hcl::parse(source.text)?, &source.file.path);
        template::take_in(source.text, &mut declared);
        Ok(declared)
    },
};

/// The declarations of a file, in their order; none if it is of another tool.
fn declarations(tree: Tree, path: &str) -> Vec<Declaration> {
    let values = is_values(path);
    let mut declared = Vec::new();
    for node in tree {
        match node {
            Node::Attribute(entry) if values => declared.push(assignment(entry, Role::Assignment)),
            Node::Attribute(_) => {}
            Node::Block {
                name,
                labels,
                span,
                body,
            } => block(&name, labels, span, body, &mut declared),
        }
    }
    declared
}

/// Whether a file holds values of variables.
fn is_values(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.contains(".tfvars")
}

fn block(
    name: &str,
    labels: Vec<Box<str>>,
    span: Span,
    body: Tree,
    declared: &mut Vec<Declaration>,
) {
    let role = match (name, labels.len()) {
        ("resource", 2) => Role::Resource,
        ("data", 2) => Role::Data,
        ("ephemeral", 2) => Role::Ephemeral,
        ("variable", 1) => Role::Variable,
        ("output", 1) => Role::Output,
        ("module", 1) => Role::Module,
        ("provider", 1) => Role::Provider,
        ("locals", 0) => {
            let locals = entries(body);
            return declared.extend(locals.into_iter().map(|e| assignment(e, Role::Local)));
        }
        ("terraform", 0) => return declared.extend(body.into_iter().filter_map(backend)),
        _ => return,
    };
    let mut labels = labels.into_iter();
    let (kind, name) = match role {
        Role::Resource | Role::Data | Role::Ephemeral => (labels.next(), labels.next()),
        Role::Provider => (labels.next(), None),
        _ => (None, labels.next()),
    };
    declared.push(Declaration {
        dialect: Dialect::Terraform,
        role,
        kind: kind.unwrap_or_default(),
        name: name.unwrap_or_default(),
        span,
        body: with_each(entries(body)),
    });
}

/// What `each.value` stands for is looked up in what `for_each` repeats.
pub(super) fn with_each(body: Vec<Entry>) -> Vec<Entry> {
    let over = body.iter().find(|e| *e.name == *"for_each");
    let Some(over) = over.map(|e| e.value.clone()) else {
        return body;
    };
    let small = !matches!(&over, Value::Map(entries) if entries.len() > MOST_REPEATED);
    match small {
        true => body.into_iter().map(|e| each_entry(e, &over)).collect(),
        false => body,
    }
}

/// Entries of a written map that every use of `each.value` may stand for.
const MOST_REPEATED: usize = 100;

fn each_entry(entry: Entry, over: &Value) -> Entry {
    Entry {
        value: each(entry.value, over),
        ..entry
    }
}

fn each(value: Value, over: &Value) -> Value {
    let all = |values: Vec<Value>| values.into_iter().map(|v| each(v, over)).collect();
    match value {
        Value::Reference(to, span) => match to.target.strip_prefix("each.value") {
            Some(rest) if rest.is_empty() || rest.starts_with('.') => {
                let parts = rest.split('.').filter(|p| !p.is_empty()).map(Into::into);
                Value::Call {
                    name: "values".into(),
                    arguments: vec![over.clone()],
                    part: std::iter::once("*".into()).chain(parts).collect(),
                    span,
                }
            }
            _ => Value::Reference(to, span),
        },
        Value::Concat(values) => Value::Concat(all(values)),
        Value::Either(values) => Value::Either(all(values)),
        Value::List(values) => Value::List(all(values)),
        Value::Call {
            name,
            arguments,
            part,
            span,
        } => Value::Call {
            name,
            arguments: all(arguments),
            part,
            span,
        },
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|e| each_entry(e, over)).collect())
        }
        other => other,
    }
}

/// `name = value` as a declaration of its own.
pub(super) fn assignment(entry: Entry, role: Role) -> Declaration {
    Declaration {
        dialect: Dialect::Terraform,
        role,
        kind: Box::default(),
        name: entry.name.clone(),
        span: entry.span,
        body: vec![Entry {
            name: "value".into(),
            ..entry
        }],
    }
}

/// `backend "s3" {}` and `cloud {}`.
fn backend(node: Node) -> Option<Declaration> {
    let Node::Block {
        name,
        labels,
        span,
        body,
    } = node
    else {
        return None;
    };
    let kind = match &*name {
        "backend" => labels.into_iter().next()?,
        "cloud" => name,
        _ => return None,
    };
    Some(Declaration {
        dialect: Dialect::Terraform,
        role: Role::Backend,
        kind,
        name: Box::default(),
        span,
        body: entries(body),
    })
}
