//! What Bicep and ARM templates have in common: names, functions and kinds of resources. Each has a reader of its own that
//! makes terms, and these become the same values.

use std::collections::HashMap;

use crate::facts::{Declaration, Dialect, Entry, Literal, Role, Value};
use crate::reference::azure::KeyVault;
use crate::reference::{self, RefKind, Reference, Resolved, azure};
use crate::span::Span;

use super::source::{constant, meaning};

/// What an expression is, as far as it was read: a name may go on with a dot.
pub(super) enum Term {
    /// A value.
    Value(Value),
    /// A name or a result, and which part of it.
    Path {
        /// What it starts with.
        root: Root,
        /// The names behind it.
        parts: Vec<Box<str>>,
        /// All of it.
        span: Span,
    },
}

/// What a path starts with.
pub(super) enum Root {
    /// A name that is not looked up yet.
    Name(Box<str>),
    /// An address: `var.x`.
    Address(Box<str>),
    /// What a function gives, asked of a kind of resource, if it is known.
    Call {
        /// Of the function.
        name: Box<str>,
        /// In their order.
        arguments: Vec<Value>,
        /// Of the resource.
        kind: Box<str>,
    },
}

/// What a name of a template stands for.
pub(super) enum Known {
    /// A parameter.
    Parameter,
    /// A variable.
    Variable,
    /// A resource of this kind.
    Resource(Box<str>),
    /// Another template.
    Module,
}

/// The names of a template.
#[derive(Default)]
pub(super) struct Names(pub(super) HashMap<Box<str>, Known>);

impl Names {
    /// The value of a term.
    pub(super) fn value(&self, term: Term) -> Value {
        match term {
            Term::Value(value) => value,
            Term::Path { root, parts, span } => match root {
                Root::Name(name) => self.named(&name, &parts, span),
                Root::Address(root) => address(&root, &parts, span),
                Root::Call {
                    name,
                    arguments,
                    kind,
                } => result(&name, arguments, &kind, parts, span),
            },
        }
    }

    fn named(&self, name: &str, parts: &[Box<str>], span: Span) -> Value {
        match self.0.get(name) {
            Some(Known::Parameter) => address(&format!("var.{name}"), parts, span),
            Some(Known::Variable) => address(&format!("local.{name}"), parts, span),
            Some(Known::Resource(kind)) => {
                Value::Reference(azure::property(kind, name, parts), span)
            }
            Some(Known::Module) => match parts.split_first() {
                Some((first, rest)) if &**first == "outputs" => {
                    address(&format!("module.{name}"), rest, span)
                }
                _ => Value::Unknown(span),
            },
            None => Value::Unknown(span),
        }
    }

    /// The kind of the resource that a name stands for.
    pub(super) fn kind(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Known::Resource(kind)) => Some(kind),
            _ => None,
        }
    }
}

/// A name of the template; numbers of lists are left out, as all items may be meant.
fn address(root: &str, parts: &[Box<str>], span: Span) -> Value {
    let mut target = root.to_owned();
    let named = parts
        .iter()
        .filter(|part| !part.bytes().all(|b| b.is_ascii_digit()));
    for part in named {
        target.push('.');
        target.push_str(part);
    }
    Value::Reference(
        Reference {
            kind: RefKind::Template,
            target: target.into(),
            resolved: Resolved::Deploy,
        },
        span,
    )
}

/// What a function gives.
fn result(
    name: &str,
    mut arguments: Vec<Value>,
    kind: &str,
    parts: Vec<Box<str>>,
    span: Span,
) -> Value {
    if azure::lists(name) {
        return Value::Reference(azure::call(name, kind, &parts), span);
    }
    match name {
        "reference" => Value::Reference(azure::property(kind, name, &parts), span),
        "if" if !arguments.is_empty() => {
            arguments.remove(0);
            Value::Either(arguments)
        }
        "coalesce" => Value::Either(arguments),
        "concat" if arguments.iter().any(|a| matches!(a, Value::Literal(_))) => {
            Value::Concat(arguments)
        }
        "createArray" => Value::List(arguments),
        "readEnvironmentVariable" => from_environment(arguments, span),
        _ => Value::Call {
            name: name.into(),
            arguments,
            part: parts,
            span,
        },
    }
}

/// `readEnvironmentVariable('X', 'default')` of the deployment.
fn from_environment(arguments: Vec<Value>, span: Span) -> Value {
    let mut arguments = arguments.into_iter();
    let target = match arguments.next() {
        Some(Value::Literal(Literal {
            text: Some(name), ..
        })) => name,
        _ => Box::default(),
    };
    let pointer = Reference {
        kind: RefKind::Environment,
        target,
        resolved: Resolved::Deploy,
    };
    let given = std::iter::once(Value::Reference(pointer, span));
    Value::Either(given.chain(arguments).collect())
}

/// A function with its arguments. Texts that are put together to a pointer are one.
pub(super) fn called(
    text: &str,
    names: &Names,
    name: &str,
    arguments: Vec<Value>,
    span: Span,
) -> Term {
    match (name, arguments.first()) {
        ("concat" | "format", Some(Value::Literal(_))) => {
            if let Some(pointer) = pointer(&rendered(text, &arguments)) {
                return Term::Value(Value::Reference(pointer, span));
            }
        }
        ("createObject", _) => return Term::Value(object(text, arguments)),
        _ => {}
    }
    let by_name = arguments.first().and_then(|first| text_of(text, first));
    let by_name = by_name.and_then(|name| names.kind(name)).map(Into::into);
    let kind = by_name.or_else(|| kind_named(text, &arguments));
    Term::Path {
        root: Root::Call {
            name: name.into(),
            arguments,
            kind: kind.unwrap_or_default(),
        },
        parts: Vec::new(),
        span,
    }
}

/// `createObject('name', value, ...)`.
fn object(text: &str, arguments: Vec<Value>) -> Value {
    let (mut entries, mut all) = (Vec::new(), arguments.into_iter());
    while let (Some(key), Some(value)) = (all.next(), all.next()) {
        if let Some(name) = text_of(text, &key) {
            entries.push(Entry {
                name: name.into(),
                span: at(&key),
                value,
            });
        }
    }
    Value::Map(entries)
}

/// The kind of resource that the first argument of a function names: by its kind, or by its id.
fn kind_named(text: &str, arguments: &[Value]) -> Option<Box<str>> {
    match arguments.first()? {
        Value::Reference(to, _) => {
            let (_, rest) = to.target.split_once('(')?;
            rest.split_once(')').map(|(kind, _)| kind.into())
        }
        Value::Call { arguments, .. } => arguments
            .iter()
            .filter_map(|argument| constant(text, argument))
            .find(|argument| argument.contains('/'))
            .map(Into::into),
        _ => None,
    }
}

/// Parts of a text, put together by the deployment: a pointer where they start as one.
pub(super) fn put_together(text: &str, parts: Vec<Value>) -> Value {
    let span = parts.iter().map(at).reduce(|a, b| Span {
        start: a.start.min(b.start),
        end: a.end.max(b.end),
    });
    match pointer(&rendered(text, &parts)) {
        Some(_) => {
            let texts = parts.iter().map(|part| match constant(text, part) {
                Some(text) => text.into(),
                None => vault(part).unwrap_or_else(|| "*".to_owned()),
            });
            let pointer = pointer(&texts.collect::<String>());
            pointer.map_or(Value::Concat(parts), |pointer| {
                Value::Reference(pointer, span.unwrap_or_default())
            })
        }
        None => Value::Concat(parts),
    }
}

/// `${vault}` for a property of a Key Vault, or of a secret in one, that the file names so; with what is known of the rest.
fn vault(part: &Value) -> Option<String> {
    let Value::Reference(to, _) = part else {
        return None;
    };
    let (name, kind) = to.target.split_once('(')?;
    let rest = match kind.rsplit('.').next() {
        Some("secretUriWithVersion") => "/secrets/*/version",
        Some("vaultUri") => "/",
        _ => "",
    };
    kind.starts_with("Microsoft.KeyVault/vaults")
        .then(|| format!("${{{name}}}{rest}"))
}

/// `@Microsoft.KeyVault(...)`, which the platform resolves; what is written wrong stays a text.
pub(super) fn pointer(text: &str) -> Option<Reference> {
    let right = match azure::key_vault(text) {
        Some(says) => matches!(says, KeyVault::Named { .. } | KeyVault::Unknown),
        None => text
            .trim_start()
            .starts_with("@Microsoft.AppConfiguration("),
    };
    right.then(|| reference::parse(text))?
}

/// Parts one after the other; what is only known later is `*`.
pub(super) fn rendered(text: &str, parts: &[Value]) -> String {
    let texts = parts.iter().map(|part| constant(text, part).unwrap_or("*"));
    texts.collect()
}

fn at(value: &Value) -> Span {
    match value {
        Value::Literal(literal) => literal.raw,
        Value::Plain(span) | Value::Reference(_, span) | Value::Unknown(span) => *span,
        Value::Call { span, .. } => *span,
        Value::Concat(parts) | Value::Either(parts) | Value::List(parts) => {
            parts.first().map_or_else(Span::default, at)
        }
        Value::Map(entries) => entries.first().map_or_else(Span::default, |e| e.span),
        Value::Commands(_) => Span::default(),
    }
}

/// A kind of resource without its version. What the settings of an app are is said by their name.
pub(super) fn kind(written: &str, name: &str) -> Box<str> {
    let kind = written.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    match kind.to_ascii_lowercase().ends_with("/config") && !last.contains('*') {
        true => format!("{kind}/{}", last.to_ascii_lowercase()).into(),
        false => kind.into(),
    }
}

/// A type, as audits know types.
pub(super) fn of_type(name: &str, span: Span) -> Entry {
    let kind = Reference {
        kind: RefKind::Template,
        target: name.into(),
        resolved: Resolved::Runtime,
    };
    Entry {
        name: "type".into(),
        span,
        value: Value::Reference(kind, span),
    }
}

/// `name: true`, where it is said in another way.
pub(super) fn flag(name: &str, span: Span) -> Entry {
    Entry {
        name: name.into(),
        span,
        value: said("true", span),
    }
}

/// A text that is written in another way.
pub(super) fn said(text: &str, raw: Span) -> Value {
    Value::Literal(Literal {
        raw,
        text: Some(text.into()),
        quoted: true,
    })
}

/// The text of a value that is one.
pub(super) fn text_of<'v>(text: &'v str, value: &'v Value) -> Option<&'v str> {
    match value {
        Value::Literal(literal) => Some(meaning(text, literal)),
        _ => None,
    }
}

/// A declaration of Azure's languages.
pub(super) fn declared(
    role: Role,
    kind: &str,
    name: &str,
    span: Span,
    body: Vec<Entry>,
) -> Declaration {
    Declaration {
        dialect: Dialect::Azure,
        role,
        kind: kind.into(),
        name: name.into(),
        span,
        body,
    }
}

/// The use of a template: where it is, and what it is given.
pub(super) fn module(path: &str, name: &str, span: Span, inputs: Vec<Entry>) -> Declaration {
    let local = !path.contains(':');
    let path = match local && !path.starts_with('.') {
        true => format!("./{path}"),
        false => path.to_owned(),
    };
    let source = Entry {
        name: "source".into(),
        span,
        value: said(&path, span),
    };
    let body = std::iter::once(source).chain(inputs).collect();
    declared(Role::Module, "", name, span, body)
}
