//! CloudFormation and SAM, in YAML or JSON: what a template declares, with its intrinsic functions read. Known by its
//! resources, whose types are of AWS, not by the name of the file.
//!
//! A parameter is a variable, whatever it is written as; a mapping is a local, a nested stack a module. So linking and
//! audits know one language.

use std::collections::HashMap;

use crate::facts::{Declaration, Dialect, Entry, Format, Literal, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::text::Text;

use super::source::{constant, inside, meaning, section};

mod functions;

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
    text.bytes.len() <= MOST_BYTES && has("Resources") && (has("AWS::") || has(VERSION))
}

/// What only these templates say of themselves.
const VERSION: &str = "AWSTemplateFormatVersion";

/// The kind that metadata have among the declarations.
const METADATA: &str = "cloudformation.metadata";

/// The property of a nested stack that says where its template is.
fn location(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::CloudFormation::Stack" => Some("TemplateURL"),
        "AWS::Serverless::Application" => Some("Location"),
        _ => None,
    }
}

/// A path in the repository, which `aws cloudformation package` and `sam build` replace.
pub(super) fn local(path: &str) -> Option<String> {
    let elsewhere = path.contains("://") || path.starts_with(['/', '$']) || path.is_empty();
    let dotted = path.starts_with("./") || path.starts_with("../");
    match (elsewhere, dotted) {
        (true, _) => None,
        (_, true) => Some(path.to_owned()),
        _ => Some(format!("./{path}")),
    }
}

/// What a template, or a part of another file that is one, declares.
pub(super) fn declarations(root: &[Entry], text: &str) -> Vec<Declaration> {
    let resources = section(root, "Resources");
    let kinds = kinds(&[root], text);
    let named = kinds.values().any(|kind| kind.starts_with("AWS::"));
    if !named && entry(root, VERSION).is_none() {
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
    let template = entry(root, "Metadata").map(|one| reader.metadata(one, &one.value));
    let metadata = resources.iter().filter_map(|one| {
        let value = inside(one, "Metadata")?;
        Some(reader.metadata(one, value))
    });
    let all = parameters.chain(mappings).chain(globals);
    all.chain(things)
        .chain(outputs)
        .chain(template)
        .chain(metadata)
        .collect()
}

/// Entries of another file with CloudFormation's functions read, as they speak of the resources of templates.
pub(super) fn evaluated(entries: &[Entry], templates: &[&[Entry]], text: &str) -> Vec<Entry> {
    let reader = Reader {
        text,
        kinds: kinds(templates, text),
        parameters: Vec::new(),
    };
    entries.iter().map(|one| reader.entry(one)).collect()
}

/// The types of all resources by their names.
fn kinds<'v>(templates: &[&'v [Entry]], text: &'v str) -> HashMap<&'v str, &'v str> {
    let resources = templates.iter().flat_map(|root| section(root, "Resources"));
    resources
        .filter_map(|one| Some((&*one.name, constant(text, inside(one, "Type")?)?)))
        .collect()
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
        let fetched = kind.is_some_and(|kind| kind.starts_with("AWS::SSM::Parameter::Value"));
        let Value::Map(entries) = &one.value else {
            return self.declared(one, Role::Variable, "", Vec::new());
        };
        let body = entries.iter().map(|entry| {
            let (name, value) = match &*entry.name {
                "Default" if fetched => ("default", self.fetched(&entry.value)),
                "Default" => ("default", entry.value.clone()),
                "NoEcho" => ("sensitive", entry.value.clone()),
                "Type" => ("type", entry.value.clone()),
                other => (other, entry.value.clone()),
            };
            Entry {
                name: name.into(),
                span: entry.span,
                value,
            }
        });
        self.declared(one, Role::Variable, "", body.collect())
    }

    /// The name of a parameter of Systems Manager whose value the deployment takes.
    fn fetched(&self, name: &Value) -> Value {
        let Value::Literal(literal) = name else {
            return name.clone();
        };
        let reference = Reference {
            kind: RefKind::AwsParameter,
            target: meaning(self.text, literal).into(),
            resolved: Resolved::Deploy,
        };
        Value::Reference(reference, literal.raw)
    }

    fn local(&self, one: &Entry) -> Declaration {
        self.valued(one, Role::Local, &one.value)
    }

    /// With the name under which other stacks import it, where it has one.
    fn output(&self, one: &Entry) -> Option<Declaration> {
        let mut output = self.valued(one, Role::Output, inside(one, "Value")?);
        if let Some(Value::Map(export)) = inside(one, "Export") {
            let name = entry(export, "Name").map(|name| self.shape(&self.value(&name.value)));
            output.body.extend(name.map(|name| Entry {
                name: "export".into(),
                span: one.span,
                value: Value::Literal(Literal {
                    raw: one.span,
                    text: Some(name.into()),
                    quoted: true,
                }),
            }));
        }
        Some(output)
    }

    /// What SAM adds to all functions.
    fn global(&self, one: &Entry) -> Option<Declaration> {
        let kind = match &*one.name {
            "Function" => "AWS::Serverless::Function",
            "Api" => "AWS::Serverless::Api",
            "HttpApi" => "AWS::Serverless::HttpApi",
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
        let body = body.unwrap_or_default();
        Some(match self.stack(one, kind, &body) {
            Some(stack) => stack,
            None => self.declared(one, Role::Resource, kind, body),
        })
    }

    /// A nested stack whose template is a file here: a module with its parameters.
    fn stack(&self, one: &Entry, kind: &str, body: &[Entry]) -> Option<Declaration> {
        let at = entry(body, location(kind)?)?;
        let Value::Literal(path) = &at.value else {
            return None;
        };
        let path = local(meaning(self.text, path))?;
        let source = Entry {
            name: "source".into(),
            span: at.span,
            value: Value::Literal(Literal {
                raw: at.span,
                text: Some(path.into()),
                quoted: true,
            }),
        };
        let mut given = section(body, "Parameters").to_vec();
        given.push(source);
        Some(self.declared(one, Role::Module, "", given))
    }

    /// What tools are told about a template or a resource; everyone who may describe the stack reads it.
    fn metadata(&self, one: &Entry, value: &Value) -> Declaration {
        self.declared(one, Role::Resource, METADATA, self.entries(value))
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
}
