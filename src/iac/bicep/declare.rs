//! Declarations of Bicep: parameters, variables, resources, modules and outputs.

use crate::facts::{Declaration, Entry, Role, Value};
use crate::iac::azure::{Root, Term, declared, flag, kind, module, of_type, rendered, text_of};
use crate::iac::source::constant;
use crate::span::Span;

use super::reader::{Made, Reader, What};
use super::tree::Node;

impl Reader<'_> {
    /// `@secure()` and `@allowed([...])`; others say nothing of the value.
    pub(super) fn decorator(&mut self, node: Node, below: Vec<Made>) -> What {
        let called = below.into_iter().find_map(|m| match m.what {
            What::Term(Term::Path {
                root: Root::Call {
                    name, arguments, ..
                },
                ..
            }) => Some((name, arguments)),
            _ => None,
        });
        match called {
            Some((name, _)) if &*name == "secure" => {
                self.decorators.push(flag("sensitive", node.span));
            }
            Some((name, _)) if &*name == "allowed" => {
                self.decorators.push(of_type("one of a few", node.span));
            }
            _ => {}
        }
        What::Token
    }

    pub(super) fn declare(&mut self, node: Node, below: Vec<Made>) {
        let decorators = std::mem::take(&mut self.decorators);
        let head = Head::of(self, &below);
        let written = below.iter().any(|m| m.node.kind == "existing");
        let value = below
            .into_iter()
            .rev()
            .take_while(|m| m.node.kind != "=")
            .find_map(|m| self.value(m));
        let one = match node.kind {
            "parameter_declaration" => self.parameter(&head, value, decorators),
            "variable_declaration" => valued(Role::Local, &head, value, Vec::new()),
            "output_declaration" => valued(Role::Output, &head, value, decorators),
            "module_declaration" => {
                let inputs = map(value).into_iter().find(|e| &*e.name == "params");
                let inputs = map(inputs.map(|e| e.value));
                module(&head.text, &head.name, head.span, inputs)
            }
            "resource_declaration" => self.resource(node, &head, value, written),
            "using_statement" => {
                self.template = Some((head.text, head.span));
                return;
            }
            _ => return,
        };
        self.declared.push(one);
    }

    fn parameter(&self, head: &Head, value: Option<Value>, said: Vec<Entry>) -> Declaration {
        let mut body = said;
        body.push(of_type(head.type_name.trim_end_matches('?'), head.span));
        body.extend(value.map(|value| Entry {
            name: "default".into(),
            span: head.span,
            value,
        }));
        declared(Role::Variable, "", &head.name, head.span, body)
    }

    /// Resources within are declared before; their kind goes on from this one's.
    fn resource(
        &mut self,
        node: Node,
        head: &Head,
        value: Option<Value>,
        existing: bool,
    ) -> Declaration {
        let body = map(value);
        let own = kind(&head.text, &name_of(self.text, &body));
        let inner = self
            .declared
            .iter_mut()
            .filter(|d| d.span.overlaps(node.span));
        for one in inner.filter(|d| matches!(d.role, Role::Resource | Role::Data)) {
            let name = name_of(self.text, &one.body);
            one.kind = kind(&format!("{own}/{}", one.kind), &name);
        }
        let role = if existing { Role::Data } else { Role::Resource };
        declared(role, &own, &head.name, head.span, body)
    }
}

/// What a declaration starts with.
struct Head {
    name: Box<str>,
    /// Where the name stands.
    span: Span,
    /// The kind of a resource, the path of a module.
    text: String,
    type_name: String,
}

impl Head {
    fn of(reader: &Reader<'_>, below: &[Made]) -> Self {
        let before = || below.iter().take_while(|m| m.node.kind != "=");
        let name = before().find(|m| m.node.kind == "identifier");
        let text = before().find_map(|m| match &m.what {
            What::Term(Term::Value(value)) => Some((text_of(reader.text, value)?, m.node.span)),
            _ => None,
        });
        let of = before().skip_while(|m| m.node.kind != "identifier").nth(1);
        let (text, at) = text.unwrap_or_default();
        Self {
            name: name
                .map(|m| reader.slice(m.node.span))
                .unwrap_or_default()
                .into(),
            span: name.map_or(at, |m| m.node.span),
            text: text.to_owned(),
            type_name: of
                .map(|m| reader.slice(m.node.span))
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

fn valued(role: Role, head: &Head, value: Option<Value>, said: Vec<Entry>) -> Declaration {
    let mut body = said;
    body.extend(value.map(|value| Entry {
        name: "value".into(),
        span: head.span,
        value,
    }));
    declared(role, "", &head.name, head.span, body)
}

/// The entries of a mapping, or of the first in a loop.
fn map(value: Option<Value>) -> Vec<Entry> {
    match value {
        Some(Value::Map(entries)) => entries,
        Some(Value::Either(values)) => map(values.into_iter().next()),
        _ => Vec::new(),
    }
}

/// What a resource is named, with `*` for what is only known later.
fn name_of(text: &str, body: &[Entry]) -> String {
    match body.iter().find(|e| &*e.name == "name").map(|e| &e.value) {
        Some(Value::Concat(parts)) => rendered(text, parts),
        Some(value) => constant(text, value).unwrap_or("*").to_owned(),
        None => String::new(),
    }
}
