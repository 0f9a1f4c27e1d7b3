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
    beside(scene, out);
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

/// Configurations with secrets and no backend: then the state is a file beside them. Modules that others use, and examples,
/// have their state elsewhere.
fn beside<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let module = scene.module();
    let Some(provider) = module.of(Role::Provider).next() else {
        return;
    };
    let path = &scene.project.files[provider.file].text.path;
    let apart = path
        .split('/')
        .any(|dir| matches!(dir, "modules" | "examples" | "test" | "tests"));
    if apart || module.is_called() || module.of(Role::Backend).next().is_some() {
        return;
    }
    let mut leaves = scene.things.iter().flat_map(|thing| &thing.leaves);
    if leaves.any(|leaf| scene.copied(leaf).is_some_and(|copied| !copied.is_given)) {
        let why = "secrets go into a state that is a file beside it";
        let mut seen = scene.fault(&RULE, provider.file, provider.what.span, 0.55, why);
        seen.detail = Some("no backend is named".to_owned());
        out.push(seen);
    }
}

fn is_local(address: &str) -> bool {
    ["http://localhost", "http://127.0.0.1"]
        .iter()
        .any(|local| address.starts_with(local))
}
