//! The state, which holds every secret of a configuration in plain text, is kept without encryption.

use std::borrow::Cow;

use crate::facts::Role;
use crate::practice::ENCRYPTION;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("unencrypted-state-backend"),
    title: Cow::Borrowed("Terraform state kept without protection"),
    about: Cow::Borrowed(
        "The state holds the values of all resources in plain text, generated passwords and sensitive variables \
         among them.",
    ),
    fix: Cow::Borrowed(
        "Keep the state in a backend with encryption, locking and access control (`s3` with `encrypt = true` and \
         `kms_key_id`, `azurerm`, `gcs`, HCP Terraform), over HTTPS only, and give the backend's credentials by \
         environment or role.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[311, 312]),
    practices: &[&ENCRYPTION],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform")]),
};

/// Backends that are explicitly unsafe; S3 encrypts by itself, so that a missing `encrypt` says little.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene
        .things
        .iter()
        .filter(|t| t.declared.what.role == Role::Backend)
    {
        let backend = thing.declared;
        let plain = |name: &str| {
            scene
                .text(backend, name)
                .is_some_and(|address| address.starts_with("http://") && !is_local(address))
        };
        let (belief, why) = match &*backend.what.kind {
            "local" => (0.6, "the state is a file without encryption"),
            "s3" if scene.text(backend, "encrypt") == Some("false") => {
                (0.8, "encryption is switched off")
            }
            "s3" if !backend.what.body.is_empty() && backend.what.get("encrypt").is_none() => {
                (0.3, "`encrypt` is not set")
            }
            "http" | "consul" | "etcdv3" if plain("address") => {
                (0.8, "the state goes over HTTP without TLS")
            }
            _ => continue,
        };
        let mut seen = scene.fault(&RULE, backend.file, backend.what.span, belief, why);
        seen.detail = Some(why.to_owned());
        out.push(seen);
    }
}

fn is_local(address: &str) -> bool {
    ["http://localhost", "http://127.0.0.1"]
        .iter()
        .any(|local| address.starts_with(local))
}
