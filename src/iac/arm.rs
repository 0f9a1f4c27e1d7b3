//! ARM templates and their files of parameters: JSON with expressions. Known by their schema, or by kinds and versions of
//! resources. A template within a deployment has names of its own, which start with the deployment's number.

mod expression;
mod parameter;

use std::cell::Cell;
use std::collections::HashMap;

use crate::facts::{Declaration, Entry, Format, Literal, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::text::Text;

use super::ParseError;
use super::azure::{Known, Names, declared, kind, module, pointer, rendered, text_of};
use super::source::{Source, constant, inside, meaning, piece, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Json],
    may_be,
    read: declarations,
};

/// Templates that Azure takes have at most 4 MB.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits>
const MOST_BYTES: usize = 4 << 20;

/// How deep deployments are read in each other.
const DEPTH: usize = 8;

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let schema = || has("deploymentTemplate.json") || has("deploymentParameters.json");
    let kinds = || has("\"apiVersion\"") && has("\"resources\"") && has("\"Microsoft.");
    text.bytes.len() <= MOST_BYTES && (schema() || kinds())
}

/// What a file declares; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let (root, text) = (source.entries()?, source.text);
    let schema = entry(root, "$schema").and_then(|one| constant(text, &one.value));
    let is = |what: &str| schema.is_some_and(|schema| schema.contains(what));
    let resources = entry(root, "resources");
    if is("eploymentParameters.json") && resources.is_none() {
        return Ok(parameters(source, root));
    }
    let kinds = resources.is_some_and(|one| {
        listed(&one.value)
            .iter()
            .any(|(_, body)| is_resource(text, body))
    });
    if !kinds && !is("eploymentTemplate.json") {
        return Ok(Vec::new());
    }
    let count = Cell::new(0);
    let mut all = Vec::new();
    Scope::new(text, root, String::new(), &count).template(root, 0, &mut all);
    Ok(all)
}

fn is_resource(text: &str, body: &[Entry]) -> bool {
    let has = |name: &str| entry(body, name).and_then(|one| constant(text, &one.value));
    has("type").is_some_and(|kind| kind.contains('/')) && has("apiVersion").is_some()
}

/// A file of parameters as the use of the template beside it.
fn parameters(source: &Source<'_>, root: &[Entry]) -> Vec<Declaration> {
    let Some(head) = entry(root, "parameters") else {
        return Vec::new();
    };
    let count = Cell::new(0);
    let scope = Scope::new(source.text, &[], String::new(), &count);
    let inputs = section(root, "parameters")
        .iter()
        .filter_map(|one| scope.given(one));
    let name = source.file.path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let template = match stem {
        "parameters" => "*".to_owned(),
        stem => format!("{stem}.*"),
    };
    vec![module(&template, stem, head.span, inputs.collect())]
}

/// A template's names, and where it stands.
struct Scope<'t> {
    text: &'t str,
    names: Names,
    /// What the names of parameters and variables start with.
    prefix: String,
    /// The names of deployments with templates in them, and what the names in these start with.
    deployments: HashMap<String, String>,
    /// How many such deployments the file has.
    count: &'t Cell<usize>,
}

impl<'t> Scope<'t> {
    fn new(text: &'t str, root: &[Entry], prefix: String, count: &'t Cell<usize>) -> Self {
        let mut scope = Self {
            text,
            names: Names::default(),
            prefix,
            deployments: HashMap::new(),
            count,
        };
        let resources = entry(root, "resources");
        for (name, body) in resources.map_or_else(Vec::new, |one| listed(&one.value)) {
            let of = entry(body, "type").and_then(|one| constant(text, &one.value));
            if let (Some(name), Some(of)) = (name, of) {
                let known = Known::Resource(kind(of, ""));
                scope.names.0.insert(name.name.clone(), known);
            }
            if !of.is_some_and(is_deployment) || section(body, "properties").is_empty() {
                continue;
            }
            count.set(count.get() + 1);
            let inner = format!("{}/", count.get());
            if let Some(name) = name {
                scope
                    .deployments
                    .insert(name.name.to_string(), inner.clone());
            }
            scope.deployments.insert(scope.name(body), inner);
        }
        scope
    }

    /// All that a template declares.
    fn template(&self, root: &[Entry], depth: usize, out: &mut Vec<Declaration>) {
        for one in section(root, "parameters") {
            out.push(self.parameter(one));
        }
        for one in section(root, "variables") {
            out.push(self.valued(Role::Local, one, &one.value, Vec::new()));
        }
        if let Some(resources) = entry(root, "resources") {
            self.resources(&resources.value, "", depth, out);
        }
        for one in section(root, "outputs") {
            let secure = self.type_of(one).1;
            if let Some(value) = inside(one, "value") {
                out.push(self.valued(Role::Output, one, value, secure));
            }
        }
    }

    fn valued(&self, role: Role, one: &Entry, value: &Value, mut body: Vec<Entry>) -> Declaration {
        body.push(Entry {
            name: "value".into(),
            span: one.span,
            value: self.value(value),
        });
        self.declared(role, one, body)
    }

    fn declared(&self, role: Role, one: &Entry, body: Vec<Entry>) -> Declaration {
        let name = format!("{}{}", self.prefix, one.name);
        declared(role, "", &name, one.span, body)
    }

    /// What a parameter of another template is given.
    fn given(&self, one: &Entry) -> Option<Entry> {
        let value = match (inside(one, "value"), inside(one, "reference")) {
            (Some(value), _) => self.value(value),
            // The deployment takes it out of a Key Vault: what becomes of it is up to the template.
            (None, Some(_)) => {
                let secret = Reference {
                    kind: RefKind::Azure,
                    target: one.name.clone(),
                    resolved: Resolved::Deploy,
                };
                Value::Reference(secret, one.span)
            }
            _ => return None,
        };
        Some(Entry {
            name: one.name.clone(),
            span: one.span,
            value,
        })
    }

    fn resources(&self, all: &Value, above: &str, depth: usize, out: &mut Vec<Declaration>) {
        for (symbol, body) in listed(all) {
            let Some(of) = entry(body, "type") else {
                continue;
            };
            let written = constant(self.text, &of.value).unwrap_or_default();
            let full = match above.is_empty() {
                true => written.to_owned(),
                false => format!("{above}/{written}"),
            };
            let name = self.name(body);
            if let Some(inner) = entry(body, "resources") {
                self.resources(&inner.value, &full, depth, out);
            }
            let deployment = is_deployment(&full);
            if deployment && depth < DEPTH {
                self.deployment_in(symbol, body, depth, out);
            }
            let existing = entry(body, "existing").is_some();
            let role = if existing { Role::Data } else { Role::Resource };
            let span = symbol.map_or(of.span, |symbol| symbol.span);
            let span = entry(body, "name").map_or(span, |name| name.span);
            let properties = body
                .iter()
                .filter(|e| &*e.name != "resources" && !(deployment && &*e.name == "properties"));
            let properties = properties.map(|one| self.entry(one)).collect();
            let shown = symbol.map_or(&*name, |symbol| &*symbol.name);
            let shown = shown.trim_matches(['*', '/']);
            out.push(declared(role, &kind(&full, &name), shown, span, properties));
        }
    }

    /// A template that stands within this one, or is used by it.
    fn deployment_in(
        &self,
        symbol: Option<&Entry>,
        body: &[Entry],
        depth: usize,
        out: &mut Vec<Declaration>,
    ) {
        let properties = section(body, "properties");
        let inputs = section(properties, "parameters").iter();
        let inputs = inputs.filter_map(|one| self.given(one));
        let name = symbol.map_or_else(|| self.name(body), |symbol| symbol.name.to_string());
        let template = section(properties, "template");
        if let Some(path) = entry(section(properties, "templateLink"), "relativePath") {
            if let Some(path) = constant(self.text, &path.value) {
                out.push(module(path, &name, body[0].span, inputs.collect()));
            }
            return;
        }
        let scope = entry(section(properties, "expressionEvaluationOptions"), "scope");
        let scope = scope.and_then(|one| constant(self.text, &one.value));
        let Some(prefix) = self.deployments.get(&name) else {
            return;
        };
        if !scope.is_some_and(|scope| scope.eq_ignore_ascii_case("inner")) {
            if let Some(resources) = entry(template, "resources") {
                self.resources(&resources.value, "", depth + 1, out);
            }
            return;
        }
        let inner = Scope::new(self.text, template, prefix.clone(), self.count);
        inner.template(template, depth + 1, out);
        for input in inputs {
            let one = Entry {
                name: "value".into(),
                ..input.clone()
            };
            let name = format!("{prefix}{}", input.name);
            out.push(declared(Role::Assignment, "", &name, input.span, vec![one]));
        }
        if let Some(outputs) = entry(template, "outputs") {
            let given = Value::Map(vec![inner.entry(outputs)]);
            let one = Entry {
                name: "value".into(),
                span: outputs.span,
                value: given,
            };
            out.push(declared(Role::Local, "", prefix, outputs.span, vec![one]));
        }
    }

    /// What a resource is named, with `*` for what is only known later.
    fn name(&self, body: &[Entry]) -> String {
        match entry(body, "name").map(|one| self.value(&one.value)) {
            Some(Value::Concat(parts)) => rendered(self.text, &parts),
            Some(Value::Reference(to, _)) => {
                let last = to.target.rsplit('.').next().unwrap_or_default();
                format!("*{last}")
            }
            Some(value) => text_of(self.text, &value).unwrap_or("*").to_owned(),
            None => String::new(),
        }
    }

    fn entry(&self, one: &Entry) -> Entry {
        Entry {
            name: one.name.clone(),
            span: one.span,
            value: self.value(&one.value),
        }
    }

    /// A value with its expressions read.
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Literal(literal) => self.literal(literal),
            Value::List(items) => Value::List(items.iter().map(|i| self.value(i)).collect()),
            Value::Map(entries) => {
                let own = entries.iter().filter(|e| &*e.name != "copy");
                let loops = entries.iter().filter(|e| &*e.name == "copy");
                let made = loops.flat_map(|one| self.repeated(one));
                Value::Map(own.map(|e| self.entry(e)).chain(made).collect())
            }
            other => other.clone(),
        }
    }

    /// `"copy": [{"name": "x", "count": 3, "input": ...}]`: `x` is a list of such.
    fn repeated(&self, copy: &Entry) -> Vec<Entry> {
        let made = listed(&copy.value).into_iter().filter_map(|(_, body)| {
            let name = entry(body, "name").and_then(|one| constant(self.text, &one.value))?;
            let input = entry(body, "input")?;
            Some(Entry {
                name: name.into(),
                span: input.span,
                value: Value::List(vec![self.value(&input.value)]),
            })
        });
        made.collect()
    }

    fn literal(&self, literal: &Literal) -> Value {
        let text = meaning(self.text, literal);
        if !text.starts_with('[') || !text.ends_with(']') {
            return match pointer(text) {
                Some(pointer) => Value::Reference(pointer, literal.raw),
                None => Value::Literal(literal.clone()),
            };
        }
        if text.starts_with("[[") {
            return Value::Literal(piece(self.text, literal, 1..text.len()));
        }
        expression::value(self, literal).unwrap_or(Value::Unknown(literal.raw))
    }

    /// The address of a parameter or variable of this template.
    fn address(&self, root: &str, name: &Value) -> Option<Box<str>> {
        let name = constant(self.text, name)?;
        Some(format!("{root}.{}{name}", self.prefix).into())
    }

    /// What a deployment of this file gives.
    fn deployment(&self, of: &Value) -> Option<Box<str>> {
        let name = match of {
            Value::Literal(literal) => meaning(self.text, literal).to_owned(),
            Value::Call { arguments, .. } => match arguments.last()? {
                Value::Concat(parts) => rendered(self.text, parts),
                value => constant(self.text, value)?.to_owned(),
            },
            _ => return None,
        };
        let prefix = self.deployments.get(&name)?;
        Some(format!("local.{prefix}").into())
    }
}

/// The mappings of a list, or those that a mapping names.
fn listed(value: &Value) -> Vec<(Option<&Entry>, &[Entry])> {
    match value {
        Value::List(items) => {
            let maps = items.iter().filter_map(|item| match item {
                Value::Map(entries) => Some((None, entries.as_slice())),
                _ => None,
            });
            maps.collect()
        }
        Value::Map(entries) => {
            let maps = entries.iter().filter_map(|one| match &one.value {
                Value::Map(inside) => Some((Some(one), inside.as_slice())),
                _ => None,
            });
            maps.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a resource is the use of another template, which is read on its own.
fn is_deployment(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("Microsoft.Resources/deployments")
}
