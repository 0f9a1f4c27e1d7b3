//! Intrinsic functions and dynamic references of CloudFormation, short and long.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use crate::facts::{Entry, Literal, Value, entry};
use crate::reference::{self, RefKind, Reference, Resolved, cloudformation};
use crate::span::Span;

use super::super::source::{constant, meaning, piece};
use super::{Reader, location};

impl Reader<'_> {
    /// A value with its functions read.
    pub(super) fn value(&self, value: &Value) -> Value {
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

    pub(super) fn entry(&self, entry: &Entry) -> Entry {
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
            ("ImportValue", name) => {
                let target = format!("import.{}", self.shape(&self.value(name)));
                Value::Reference(template(&target, Resolved::Deploy), span)
            }
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

    /// A text with `*` for what is not constant in it.
    pub(super) fn shape(&self, value: &Value) -> String {
        match value {
            Value::Concat(parts) => parts.iter().map(|part| self.shape(part)).collect(),
            value => constant(self.text, value).unwrap_or("*").to_owned(),
        }
    }

    /// What `!Ref Name` and `!GetAtt Name.Attribute` are: a parameter's value, or a name or attribute of a resource.
    fn named(&self, target: &str, span: Span) -> Value {
        let name = target.split('.').next().unwrap_or_default();
        let output = target
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(".Outputs."));
        let reference = match self.kinds.get(name) {
            Some(kind) => match output.filter(|_| location(kind).is_some()) {
                Some(output) => template(&format!("module.{name}.{output}"), Resolved::Deploy),
                None => cloudformation::attribute(kind, target),
            },
            None if self.parameters.contains(&target) => {
                template(&format!("var.{target}"), Resolved::Deploy)
            }
            None => template(target, Resolved::Runtime),
        };
        Value::Reference(reference, span)
    }

    fn join(&self, parts: &[Value], span: Span) -> Value {
        match dynamic(&self.joined(parts, "")) {
            Some(reference) => Value::Reference(self.with_secret(reference, parts), span),
            None => Value::Concat(parts.iter().map(|part| self.value(part)).collect()),
        }
    }

    /// With the secret that it names, as `${Name}`, where that is one of the template.
    fn with_secret(&self, mut reference: Reference, parts: &[Value]) -> Reference {
        let own = parts.iter().find_map(|part| match self.value(part) {
            Value::Reference(to, _) => to
                .target
                .strip_prefix("AWS::SecretsManager::Secret.")
                .map(|name| format!("${{{name}}}")),
            _ => None,
        });
        if let (Some(own), Some(rest)) = (own, reference.target.strip_prefix('*')) {
            reference.target = format!("{own}{rest}").into();
        }
        reference
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
