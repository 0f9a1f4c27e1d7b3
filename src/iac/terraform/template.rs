//! Files that Terraform fills in: `templatefile("task.json.tpl", { password = var.password })`, `data "template_file"`, and
//! documents that are read as they are.

use crate::facts::{Declaration, Dialect, Entry, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;

use super::super::hcl::DOCUMENTS;
use super::super::source::{meaning, module};

/// Points calls to the files that they name, and adds these to what is declared.
pub(super) fn take_in(text: &str, declared: &mut Vec<Declaration>) {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    if !["templatefile(", "file("].iter().any(|call| has(call)) {
        return;
    }
    let mut files = Files {
        text,
        found: Vec::new(),
    };
    for one in declared.iter_mut() {
        let is_template = one.role == Role::Data && *one.kind == *"template_file";
        for entry in &mut one.body {
            let as_it_is = DOCUMENTS.contains(&&*entry.name) || is_template;
            files.look(&mut entry.value, as_it_is, 0);
        }
    }
    declared.extend(files.found);
}

/// The template and the values of a `data "template_file"`.
pub(crate) fn of_data(what: &Declaration) -> Option<(&Value, Option<&Value>)> {
    let is_one = what.role == Role::Data && *what.kind == *"template_file";
    let template = entry(&what.body, "template").filter(|_| is_one)?;
    Some((&template.value, entry(&what.body, "vars").map(|e| &e.value)))
}

/// How deep values are looked into.
const DEPTH: usize = 64;

/// The files of a text that are named so far.
struct Files<'t> {
    text: &'t str,
    found: Vec<Declaration>,
}

impl Files<'_> {
    fn look(&mut self, value: &mut Value, as_it_is: bool, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match value {
            Value::Call {
                name, arguments, ..
            } => {
                if **name == *"templatefile" || as_it_is && **name == *"file" {
                    self.point(arguments);
                }
                self.all(arguments, as_it_is, depth);
            }
            Value::Concat(values) | Value::Either(values) | Value::List(values) => {
                self.all(values, as_it_is, depth);
            }
            Value::Map(entries) => {
                let values = entries.iter_mut();
                values.for_each(|one: &mut Entry| self.look(&mut one.value, as_it_is, depth + 1));
            }
            _ => {}
        }
    }

    fn all(&mut self, values: &mut [Value], as_it_is: bool, depth: usize) {
        let values = values.iter_mut();
        values.for_each(|one| self.look(one, as_it_is, depth + 1));
    }

    /// In the place of the path that a call names.
    fn point(&mut self, arguments: &mut [Value]) {
        let Some((path, span)) = arguments.first().and_then(|first| path(self.text, first)) else {
            return;
        };
        let reference = Reference {
            kind: RefKind::Template,
            target: format!("text.{path}").into(),
            resolved: Resolved::Deploy,
        };
        arguments[0] = Value::Reference(reference, span);
        if self.found.iter().all(|known| *known.name != *path) {
            let kind = "terraform.file".into();
            let file = module(Dialect::Terraform, &path, &path, span);
            self.found.push(Declaration { kind, ..file });
        }
    }
}

/// A path within the module: `"${path.module}/task.json.tpl"`, `"task.json.tpl"`.
fn path(text: &str, value: &Value) -> Option<(String, Span)> {
    let (literal, below) = match value {
        Value::Literal(literal) => (literal, ""),
        Value::Concat(parts) => match parts.as_slice() {
            [Value::Reference(root, _), Value::Literal(rest)]
                if matches!(&*root.target, "path.module" | "path.root") =>
            {
                (rest, ".")
            }
            _ => return None,
        },
        _ => return None,
    };
    let path = format!("{below}{}", meaning(text, literal));
    let is_relative = path.starts_with("./") || path.starts_with("../");
    match path.starts_with('/') || path.is_empty() {
        true => None,
        false if is_relative => Some((path, literal.raw)),
        false => Some((format!("./{path}"), literal.raw)),
    }
}
