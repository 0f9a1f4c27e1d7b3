//! The texts of a module that start as pointers to secrets, where they are written.

use crate::facts::{Entry, Value};
use crate::link::Declared;
use crate::reference::azure::{self, KeyVault};
use crate::reference::{RefKind, Resolved};
use crate::rule::Rule;
use crate::span::Span;

use super::{Scene, Sighting};

/// A text that starts as a pointer.
pub(super) struct Pointer<'p> {
    /// The declaration that it stands in.
    pub(super) declared: Declared<'p>,
    /// Where.
    pub(super) span: Span,
    /// The text, with `*` for what is only known later.
    pub(super) text: String,
}

impl<'p> Pointer<'p> {
    /// That a pointer is at fault.
    pub(super) fn fault(
        &self,
        scene: &Scene<'_, 'p>,
        rule: &'static Rule,
        belief: f32,
        why: &'static str,
    ) -> Sighting<'p> {
        let mut seen = scene.fault(rule, self.declared.file, self.span, belief, why);
        seen.detail = Some(self.declared.what.address());
        seen
    }

    /// Whether a comment says that its version is meant to stay.
    pub(super) fn is_meant(&self, scene: &Scene<'_, '_>) -> bool {
        is_meant(scene, self.declared.file, self.span)
    }
}

/// Whether a comment on the line of a version, or right above it, says that it is meant to stay.
pub(super) fn is_meant(scene: &Scene<'_, '_>, file: usize, span: Span) -> bool {
    let file = &scene.project.files[file];
    let text = file.slice(Span::new(0, file.text.bytes.len()));
    let (Some(before), Some(after)) = (
        text.get(..span.start as usize),
        text.get(span.end as usize..),
    ) else {
        return false;
    };
    let rest = after.lines().next().unwrap_or_default();
    let beside = COMMENTS
        .iter()
        .filter_map(|sign| rest.find(&format!(" {sign}")).map(|at| &rest[at..]))
        .any(says_pinned);
    let above = before.lines().rev().skip(1);
    let is_comment = |line: &&str| {
        COMMENTS
            .iter()
            .any(|sign| line.trim_start().starts_with(sign))
    };
    beside || above.take_while(is_comment).any(says_pinned)
}

/// How comments start in templates.
const COMMENTS: &[&str] = &["#", "//"];

/// `pinned on purpose`, but not `TODO: unpin`.
fn says_pinned(comment: &str) -> bool {
    let small = comment.to_ascii_lowercase();
    let words = || small.split(|c: char| !c.is_ascii_alphanumeric());
    let says = |wanted: &[&str]| words().any(|word| wanted.contains(&word));
    says(&["pin", "pins", "pinned", "pinning"]) && !says(&["todo", "fixme", "not", "no", "never"])
}

/// How deep values are looked into.
const DEPTH: usize = 64;

/// What such texts start with.
const STARTS: &[&str] = &[
    "@Microsoft.",
    "{{resolve:",
    // These are taken for ones, and are none.
    "Microsoft.KeyVault(",
    "@AzureKeyVault(",
    "{resolve:",
    "{{ resolve:",
];

/// Whether a text starts so; that the platforms mind the case, they do not say.
fn starts(text: &str, start: &str) -> bool {
    let head = text.get(..start.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(start))
}

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

/// What is known of a part of a text that is only put in later: the id of a secret of a Key Vault has its version in it.
fn stands_for(part: &Value) -> &'static str {
    let Value::Reference(to, _) = part else {
        return "*";
    };
    let target = to.target.strip_prefix("data.").unwrap_or(&to.target);
    let kind = target.split('.').next().unwrap_or_default();
    match (kind, target.rsplit('.').next().unwrap_or_default()) {
        ("azurerm_key_vault_secret", "id") => "https://*/secrets/*/version",
        ("azurerm_key_vault_secret", "versionless_id") => "https://*/secrets/*",
        ("azurerm_key_vault", "vault_uri") => "https://*/",
        _ => "*",
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
        if STARTS.iter().any(|start| starts(&text, start)) {
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
            let texts = parts.iter().map(|part| {
                scene
                    .constant(declared.file, part)
                    .unwrap_or_else(|| stands_for(part))
            });
            add(name, texts.collect());
        }
        // The reader put it together already.
        Value::Reference(to, span) if to.kind == RefKind::Azure => {
            let text = format!("@Microsoft.KeyVault({})", to.target);
            match azure::key_vault(&text) {
                Some(KeyVault::Named { .. } | KeyVault::Unknown) => add(*span, text),
                _ if to.target.starts_with("Endpoint=") => {
                    add(*span, format!("@Microsoft.AppConfiguration({})", to.target));
                }
                _ => {}
            }
        }
        Value::Reference(to, span)
            if to.kind == RefKind::AwsSecretsManager && to.resolved == Resolved::Deploy =>
        {
            add(
                *span,
                format!("{{{{resolve:secretsmanager:{}}}}}", to.target),
            );
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
