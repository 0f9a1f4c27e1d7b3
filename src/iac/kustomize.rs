//! Kustomize: the Secrets and ConfigMaps that its generators make of literals and files are objects as any other. Known by
//! its generators, for the kind of such a file may be left out. A file that a generator takes in is a module with its
//! settings as a content, or with one text.
//! <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator/>

use crate::facts::{Declaration, Dialect, Entry, Format, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;
use crate::text::Text;

use super::ParseError;
use super::pipeline::{MOST_BYTES, has_line, named};
use super::source::{Source, constant, meaning, module, piece, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml],
    may_be,
    read: declarations,
};

/// Generators, by the name of their list, by their kind as objects, what they make, and under which name that keeps texts.
const GENERATORS: &[(&str, &str, &str, &str)] = &[
    (
        "secretGenerator",
        "SecretGenerator",
        "kubernetes.Secret",
        "stringData",
    ),
    (
        "configMapGenerator",
        "ConfigMapGenerator",
        "kubernetes.ConfigMap",
        "data",
    ),
];

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let lists = || {
        GENERATORS
            .iter()
            .any(|(list, ..)| has_line(&text.bytes, list))
    };
    let kinds = || GENERATORS.iter().any(|(_, kind, ..)| has(kind));
    let sources = || ["literals", "files", "env"].iter().any(|name| has(name));
    text.bytes.len() <= MOST_BYTES && has("enerator") && (lists() || kinds()) && sources()
}

/// What the generators of all documents make.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let (mut declared, mut files) = (Vec::new(), Vec::new());
    for document in source.documents()? {
        let Value::Map(root) = document else {
            continue;
        };
        let kind = entry(root, "kind").and_then(|kind| constant(source.text, &kind.value));
        for (list, generator, made, texts) in GENERATORS {
            let own = (kind == Some(generator)).then(|| {
                let name = entry(section(root, "metadata"), "name");
                (name, root.as_slice())
            });
            let listed = match entry(root, list).map(|list| &list.value) {
                Some(Value::List(items)) => items.as_slice(),
                _ => &[],
            };
            let listed = listed.iter().filter_map(|item| match item {
                Value::Map(item) => Some((entry(item, "name"), item.as_slice())),
                _ => None,
            });
            for (name, generator) in own.into_iter().chain(listed) {
                declared.extend(object(source, (made, texts), name, generator, &mut files));
            }
        }
    }
    declared.extend(files);
    Ok(declared)
}

/// What a generator makes of its literals and files; the latter are added to those that are taken in.
fn object(
    source: &Source<'_>,
    (kind, texts): (&str, &str),
    name: Option<&Entry>,
    generator: &[Entry],
    files: &mut Vec<Declaration>,
) -> Option<Declaration> {
    let name = name?;
    let literals = items(generator, "literals");
    let mut pairs: Vec<Entry> = literals.filter_map(|item| pair(source, item)).collect();
    pairs.extend(items(generator, "files").filter_map(|item| file(source, item, files)));
    let mut body = Vec::new();
    if !pairs.is_empty() {
        body.push(named(texts, name.span, Value::Map(pairs)));
    }
    // `env` is the older name.
    for item in items(generator, "envs").chain(items(generator, "env")) {
        if let Value::Literal(literal) = item {
            let path = meaning(source.text, literal);
            let settings = taken("file", path, literal.raw, files);
            body.extend(settings.map(|settings| named(texts, literal.raw, settings)));
        }
    }
    (!body.is_empty()).then_some(Declaration {
        dialect: Dialect::Kubernetes,
        role: Role::Resource,
        kind: kind.into(),
        name: constant(source.text, &name.value)?.into(),
        span: name.span,
        body,
    })
}

/// The items of a list, or what stands in its place.
fn items<'v>(generator: &'v [Entry], name: &str) -> impl Iterator<Item = &'v Value> {
    let value = entry(generator, name).map(|one| &one.value);
    let all = match value {
        Some(Value::List(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    all.iter()
}

/// `NAME=path`, or a path of which the last name is that of the key.
fn file(source: &Source<'_>, item: &Value, files: &mut Vec<Declaration>) -> Option<Entry> {
    let Value::Literal(literal) = item else {
        return None;
    };
    let text = meaning(source.text, literal);
    let (key, path) = match text.split_once('=') {
        Some(given) => given,
        None => (text.rsplit('/').next()?, text),
    };
    let value = taken("text", path, literal.raw, files)?;
    Some(named(key, literal.raw, value))
}

/// A pointer to what a file beside this one holds, which is added to those that are taken in.
fn taken(root: &str, path: &str, span: Span, files: &mut Vec<Declaration>) -> Option<Value> {
    if path.is_empty() || path.starts_with('/') || path.contains("://") || path.contains("${") {
        return None;
    }
    let path = match path.starts_with("./") || path.starts_with("../") {
        true => path.to_owned(),
        false => format!("./{path}"),
    };
    let name = files.len().to_string();
    files.push(module(Dialect::Kubernetes, &name, &path, span));
    let reference = Reference {
        kind: RefKind::Template,
        target: format!("{root}.{name}").into(),
        resolved: Resolved::Deploy,
    };
    Some(Value::Reference(reference, span))
}

/// `NAME=value` or `NAME="value"`.
fn pair(source: &Source<'_>, item: &Value) -> Option<Entry> {
    let Value::Literal(literal) = item else {
        return None;
    };
    let text = meaning(source.text, literal);
    let (name, value) = text.split_once('=')?;
    let (mut start, mut end) = (name.len() + 1, text.len());
    let quoted = |mark: char| value.len() > 1 && value.starts_with(mark) && value.ends_with(mark);
    if quoted('"') || quoted('\'') {
        (start, end) = (start + 1, end - 1);
    }
    let span = piece(source.text, literal, 0..name.len()).raw;
    let value = Value::Literal(piece(source.text, literal, start..end));
    Some(named(name, span, value))
}
