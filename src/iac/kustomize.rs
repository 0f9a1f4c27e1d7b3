//! Kustomize: the Secrets and ConfigMaps that its generators make of literals are objects as any other. Known by its
//! generators, for the kind of such a file may be left out. Files that generators take in are read where they stand.
//! <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator/>

use crate::facts::{Declaration, Dialect, Entry, Format, Role, Value, entry};
use crate::text::Text;

use super::ParseError;
use super::pipeline::{MOST_BYTES, has_line, named};
use super::source::{Source, constant, meaning, piece, section};

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
    text.bytes.len() <= MOST_BYTES && has("literals") && (lists() || kinds())
}

/// What the generators of all documents make.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let mut declared = Vec::new();
    for document in source.documents()? {
        let Value::Map(root) = document else {
            continue;
        };
        let kind = entry(root, "kind").and_then(|kind| constant(source.text, &kind.value));
        for (list, generator, made, texts) in GENERATORS {
            if kind == Some(generator) {
                let name = entry(section(root, "metadata"), "name");
                declared.extend(object(source, made, texts, name, root));
            }
            if let Some(Value::List(items)) = entry(root, list).map(|list| &list.value) {
                declared.extend(items.iter().filter_map(|item| match item {
                    Value::Map(item) => object(source, made, texts, entry(item, "name"), item),
                    _ => None,
                }));
            }
        }
    }
    Ok(declared)
}

/// What a generator makes of its literals.
fn object(
    source: &Source<'_>,
    kind: &str,
    texts: &str,
    name: Option<&Entry>,
    generator: &[Entry],
) -> Option<Declaration> {
    let name = name?;
    let literals = entry(generator, "literals")?;
    let Value::List(items) = &literals.value else {
        return None;
    };
    let pairs = items.iter().filter_map(|item| pair(source, item));
    Some(Declaration {
        dialect: Dialect::Kubernetes,
        role: Role::Resource,
        kind: kind.into(),
        name: constant(source.text, &name.value)?.into(),
        span: name.span,
        body: vec![named(texts, literals.span, Value::Map(pairs.collect()))],
    })
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
