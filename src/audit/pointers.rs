//! The texts of a module that start as pointers to secrets, where they are written.

use crate::facts::{Entry, Value};
use crate::link::Declared;
use crate::reference::RefKind;
use crate::reference::azure::{self, KeyVault};
use crate::span::Span;

use super::Scene;

/// A text that starts as a pointer.
pub(super) struct Pointer<'p> {
    /// The declaration that it stands in.
    pub(super) declared: Declared<'p>,
    /// Where.
    pub(super) span: Span,
    /// The text, with `*` for what is only known later.
    pub(super) text: String,
}

/// How deep values are looked into.
const DEPTH: usize = 64;

/// What such texts start with.
const STARTS: &[&str] = &["@Microsoft.", "{{resolve:"];

/// Those of everything that a module declares.
pub(super) fn of_module<'p>(scene: &Scene<'_, 'p>) -> Vec<Pointer<'p>> {
    let mut found = Vec::new();
    for &declared in &scene.module().declared {
        of_entries(scene, declared, &declared.what.body, &mut found);
    }
    found
}

/// Those within entries of a declaration.
pub(super) fn of_entries<'p>(
    scene: &Scene<'_, 'p>,
    declared: Declared<'p>,
    entries: &'p [Entry],
    out: &mut Vec<Pointer<'p>>,
) {
    for one in entries {
        look(scene, declared, one.span, &one.value, 0, out);
    }
}

fn look<'p>(
    scene: &Scene<'_, 'p>,
    declared: Declared<'p>,
    name: Span,
    value: &'p Value,
    depth: usize,
    out: &mut Vec<Pointer<'p>>,
) {
    if depth > DEPTH {
        return;
    }
    let mut add = |span, text: String| {
        if STARTS.iter().any(|start| text.starts_with(start)) {
            out.push(Pointer {
                declared,
                span,
                text,
            });
        }
    };
    match value {
        Value::Literal(literal) => add(literal.raw, scene.meaning(declared.file, literal).into()),
        Value::Concat(parts) => {
            let texts = parts
                .iter()
                .map(|part| scene.constant(declared.file, part).unwrap_or("*"));
            add(name, texts.collect());
        }
        // The reader put it together already.
        Value::Reference(to, span) if to.kind == RefKind::Azure => {
            let text = format!("@Microsoft.KeyVault({})", to.target);
            if matches!(azure::key_vault(&text), Some(KeyVault::Named { .. })) {
                add(*span, text);
            }
        }
        Value::Either(values) | Value::List(values) => {
            let values = values.iter();
            values.for_each(|value| look(scene, declared, name, value, depth + 1, out));
        }
        Value::Call { arguments, .. } => {
            let arguments = arguments.iter();
            arguments.for_each(|value| look(scene, declared, name, value, depth + 1, out));
        }
        Value::Map(entries) => {
            let entries = entries.iter();
            entries.for_each(|one| look(scene, declared, one.span, &one.value, depth + 1, out));
        }
        Value::Commands(_) | Value::Plain(_) | Value::Reference(..) | Value::Unknown(_) => {}
    }
}
