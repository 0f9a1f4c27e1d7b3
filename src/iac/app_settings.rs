//! Settings of Azure's apps as JSON: local.settings.json of Functions, and lists of settings as the command line gives and
//! takes them. Known by their members.

use crate::facts::{Declaration, Entry, Format, Role, Value, entry};
use crate::span::Span;
use crate::text::Text;

use super::ParseError;
use super::azure::declared;
use super::source::{Source, constant, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Json],
    may_be,
    read: declarations,
};

/// How large a file is read, in bytes.
const MOST_BYTES: usize = 1_000_000;

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let local = || has("\"Values\"") && (has("\"IsEncrypted\"") || has("FUNCTIONS_WORKER_RUNTIME"));
    text.bytes.len() <= MOST_BYTES && (local() || has("\"slotSetting\""))
}

/// The settings as a resource; none where they are encrypted.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let file = source.file.path.rsplit('/').next().unwrap_or_default();
    let resource = |body: Vec<Entry>| {
        let span = body.first().map_or_else(Span::default, |e| e.span);
        vec![declared(Role::Resource, "azure.settings", file, span, body)]
    };
    if let Value::List(items) = source.tree()? {
        let all = items.iter().all(|item| match item {
            Value::Map(one) => entry(one, "slotSetting").is_some() && entry(one, "name").is_some(),
            _ => false,
        });
        let body = vec![Entry {
            name: "Values".into(),
            span: Span::default(),
            value: Value::List(items.clone()),
        }];
        return Ok(if all { resource(body) } else { Vec::new() });
    }
    let root = source.entries()?;
    let encrypted = entry(root, "IsEncrypted").and_then(|e| constant(source.text, &e.value));
    if section(root, "Values").is_empty() || encrypted == Some("true") {
        return Ok(Vec::new());
    }
    Ok(resource(root.to_vec()))
}
