//! CloudFormation and SAM, in YAML or JSON: what a template declares, with its intrinsic functions read. Known by its
//! resources, whose types are of AWS, not by the name of the file.
//!
//! A parameter is a variable, whatever it is written as; a mapping is a local. So linking and audits know one language.

use std::collections::HashMap;

use crate::facts::{Declaration, Dialect, Entry, Format, Literal, Role, Value, entry};
use crate::reference::{self, RefKind, Reference, Resolved, cloudformation};
use crate::span::Span;
use crate::text::Text;

use super::source::{constant, inside, meaning, piece, section};

/// Templates that CloudFormation takes have at most 1 MB.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MOST_BYTES: usize = 1_000_000;

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml, Format::Json],
    may_be,
    read: |source| Ok(declarations(source.entries()?, source.text)),
};

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    text.bytes.len() <= MOST_BYTES && has("Resources") && has("AWS::")
}

/// What a template, or a part of another file that is one, declares.
pub(super) fn declarations(root: &[Entry], text: &str) -> Vec<Declaration> {
    let resources = section(root, "Resources");
    let kinds: HashMap<&str, &str> = resources
        .iter()
        .filter_map(|one| Some((&*one.name, constant(text, inside(one, "Type")?)?)))
        .collect();
    if !kinds.values().any(|kind| kind.starts_with("AWS::")) {
        return Vec::new();
    }
    let parameters = section(root, "Parameters");
    let reader = Reader {
        text,
        kinds,
        parameters: parameters.iter().map(|p| &*p.name).collect(),
    };
    let parameters = parameters.iter().map(|one| reader.parameter(one));
    let mappings = section(root, "Mappings")
        .iter()
        .map(|one| reader.local(one));
    let globals = section(root, "Globals").iter();
    let globals = globals.filter_map(|one| reader.global(one));
    let things = resources.iter().filter_map(|one| reader.resource(one));
    let outputs = section(root, "Outputs").iter();
    let outputs = outputs.filter_map(|one| reader.output(one));
    let all = parameters.chain(mappings).chain(globals);
    all.chain(things).chain(outputs).collect()
}

struct Reader<'v> {
    text: &'v str,
    /// The types of the resources by their names.
    kinds: HashMap<&'v str, &'v str>,
    parameters: Vec<&'v str>,
}

impl Reader<'_> {
    /// `NoEcho` is what others call sensitive. A parameter whose value CloudFormation fetches has a name as its default.
    fn parameter(&self, one: &Entry) -> Declaration {
        let kind = inside(one, "Type").and_then(|kind| constant(self.text, kind));
        let fetched = kind.is_some_and(|kind| kind.starts_with("AWS::SSM::Parameter::"));
        let Value::Map(entries) = &one.value else {
            return self.declared(one, Role::Variable, "", Vec::new());
        };
        let body = entries.iter().filter_map(|entry| {
            let name = match &*entry.name {
                "Default" if fetched => return None,
                "Default" => "default",
                "NoEcho" => "sensitive",
                "Type" => "type",
                other => other,
            };
            Some(Entry {
                name: name.into(),
                ..entry.clone()
            })
        });
        self.declared(one, Role::Variable, "", body.collect())
    }

    fn local(&self, one: &Entry) -> Declaration {
        self.valued(one, Role::Local, &one.value)
    }

    fn output(&self, one: &Entry) -> Option<Declaration> {
        Some(self.valued(one, Role::Output, inside(one, "Value")?))
    }

    /// What SAM adds to all functions.
    fn global(&self, one: &Entry) -> Option<Declaration> {
        let kind = match &*one.name {
            "Function" => "AWS::Serverless::Function",
            _ => return None,
        };
        let body = self.entries(&one.value);
        Some(Declaration {
            name: "Globals".into(),
            ..self.declared(one, Role::Resource, kind, body)
        })
    }

    fn resource(&self, one: &Entry) -> Option<Declaration> {
        let kind = self.kinds.get(&*one.name)?;
        let body = inside(one, "Properties").map(|p| self.entries(p));
        Some(self.declared(one, Role::Resource, kind, body.unwrap_or_default()))
    }

    fn entries(&self, value: &Value) -> Vec<Entry> {
        match self.value(value) {
            Value::Map(entries) => entries,
            _ => Vec::new(),
        }
    }

    /// A declaration with one value.
    fn valued(&self, one: &Entry, role: Role, value: &Value) -> Declaration {
        let body = vec![Entry {
            name: "value".into(),
            span: one.span,
            value: self.value(value),
        }];
        self.declared(one, role, "", body)
    }

    fn declared(&self, one: &Entry, role: Role, kind: &str, body: Vec<Entry>) -> Declaration {
        Declaration {
            dialect: Dialect::CloudFormation,
            role,
            kind: kind.into(),
            name: one.name.clone(),
            span: one.span,
            body,
        }
    }

    /// A value with its functions read.
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Literal(literal) => self.literal(value, literal),
            Value::List(items) => Value::List(items.iter().map(|i| self.value(i)).collect()),
            Value::Map(entries) => match entries.as_slice() {
                [one] if is_function(&one.name) => {
                    let name = one.name.trim_start_matches("Fn::");
                    self.function(name, &one.value, one.span)
                }
                _ => Value::Map(entries.iter().map(|e| self.entry(e)).collect()),
            },
            Value::Call {
                name,
                arguments,
                span,
                ..
            } => match arguments.first() {
                Some(argument) => self.function(name, argument, *span),
                None => Value::Unknown(*span),
            },
            other => other.clone(),
        }
    }

    fn entry(&self, entry: &Entry) -> Entry {
        Entry {
            name: entry.name.clone(),
            span: entry.span,
            value: self.value(&entry.value),
        }
    }

    /// A text, which may hold a dynamic reference.
    fn literal(&self, value: &Value, literal: &Literal) -> Value {
        match dynamic(meaning(self.text, literal)) {
            Some(reference) => Value::Reference(reference, literal.raw),
            None => value.clone(),
        }
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
    fn function(&self, name: &str, argument: &Value, span: Span) -> Value {
        match (name, argument) {
            ("Ref", Value::Literal(to)) => self.named(meaning(self.text, to), span),
            ("GetAtt", Value::Literal(to)) => self.named(meaning(self.text, to), span),
            ("GetAtt", Value::List(parts)) => self.named(&self.joined(parts, "."), span),
            ("Sub", Value::Literal(template)) => self.sub(template, &[]),
            // Of another tool that fills in its own variables first.
            ("Sub", Value::Concat(parts)) => {
                let parts = parts.iter().map(|part| self.function(name, part, span));
                Value::Concat(parts.collect())
            }
            ("Sub", Value::Reference(..)) => argument.clone(),
            ("Sub", Value::List(parts)) => match parts.as_slice() {
                [Value::Literal(template), Value::Map(names)] => self.sub(template, names),
                _ => Value::Unknown(span),
            },
            ("Join", Value::List(parts)) => match parts.as_slice() {
                [_, Value::List(parts)] => self.join(parts, span),
                _ => Value::Unknown(span),
            },
            ("If", Value::List(parts)) => {
                Value::Either(parts.iter().skip(1).map(|p| self.value(p)).collect())
            }
            ("Base64", inner) => self.value(inner),
            ("Select", Value::List(parts)) => match parts.last() {
                Some(Value::List(from)) => {
                    Value::Either(from.iter().map(|v| self.value(v)).collect())
                }
                _ => Value::Unknown(span),
            },
            ("FindInMap", Value::List(keys)) => {
                let target = format!("local.{}", self.joined(keys, "."));
                Value::Reference(template(&target, Resolved::Deploy), span)
            }
            _ => Value::Unknown(span),
        }
    }

    /// Constants one after the other; what is none is any.
    fn joined(&self, parts: &[Value], separator: &str) -> String {
        let texts = parts
            .iter()
            .map(|part| constant(self.text, part).unwrap_or("*"));
        texts.collect::<Vec<_>>().join(separator)
    }

    /// What `!Ref Name` and `!GetAtt Name.Attribute` are: a parameter's value, or a name or attribute of a resource.
    fn named(&self, target: &str, span: Span) -> Value {
        let name = target.split('.').next().unwrap_or_default();
        let reference = match self.kinds.get(name) {
            Some(kind) => cloudformation::attribute(kind, target),
            None if self.parameters.contains(&target) => {
                template(&format!("var.{target}"), Resolved::Deploy)
            }
            None => template(target, Resolved::Runtime),
        };
        Value::Reference(reference, span)
    }

    fn join(&self, parts: &[Value], span: Span) -> Value {
        match dynamic(&self.joined(parts, "")) {
            Some(reference) => Value::Reference(reference, span),
            None => Value::Concat(parts.iter().map(|part| self.value(part)).collect()),
        }
    }

    /// `${Name}` within a text; `${!Name}` is itself.
    fn sub(&self, template: &Literal, names: &[Entry]) -> Value {
        let text = meaning(self.text, template);
        if let Some(reference) = dynamic(text) {
            return Value::Reference(reference, template.raw);
        }
        let piece = |range| Value::Literal(piece(self.text, template, range));
        let (mut parts, mut done) = (Vec::new(), 0);
        while let Some(start) = text[done..].find("${").map(|at| at + done) {
            let Some(end) = text[start..].find('}').map(|at| at + start) else {
                break;
            };
            if done < start {
                parts.push(piece(done..start));
            }
            let name = &text[start + 2..end];
            parts.push(match entry(names, name) {
                Some(given) => self.value(&given.value),
                None if name.starts_with('!') => Value::Unknown(template.raw),
                None => self.named(name, template.raw),
            });
            done = end + 1;
        }
        if parts.is_empty() {
            return Value::Literal(template.clone());
        }
        if done < text.len() {
            parts.push(piece(done..text.len()));
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => Value::Concat(parts),
        }
    }
}

fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}

/// `{{resolve:...}}`, which the deployment replaces.
fn dynamic(text: &str) -> Option<Reference> {
    let start = text.find("{{resolve:")?;
    let length = text[start..].find("}}").unwrap_or(text.len() - start);
    reference::parse(&text[start..start + length])
}

fn template(target: &str, resolved: Resolved) -> Reference {
    Reference {
        kind: RefKind::Template,
        target: target.into(),
        resolved,
    }
}
