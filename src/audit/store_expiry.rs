//! A secret in Key Vault has no date after which it must not be used.

use std::borrow::Cow;

use crate::practice::{Peer, ROTATION, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::is_set;
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-expiry-missing"),
    title: Cow::Borrowed("secret without an expiry date"),
    about: Cow::Borrowed(
        "Without a date nobody is told to replace the secret, and an old version stays good for ever.",
    ),
    fix: Cow::Borrowed(
        "Set `expiration_date` on the secret, and replace the secret before that date; Key Vault's events can \
         start the change.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::High,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[324, 262]),
    practices: &[&ROTATION],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AZURE_41"),
        Peer::new(Tool::Kics, "secret_expiration_not_set"),
        Peer::new(Tool::Trivy, "AVD-AZU-0017"),
        Peer::new(Tool::Semgrep, "keyvault-ensure-secret-expires"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("azure")]),
};

/// Secrets of Key Vault without a date.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene.resources("azurerm_key_vault_secret") {
        let what = thing.declared.what;
        if !is_set(&what.body, "expiration_date") {
            let mut seen = scene.fault(
                &RULE,
                thing.declared.file,
                what.span,
                0.75,
                "`expiration_date` is not set",
            );
            seen.detail = Some(what.address());
            out.push(seen);
        }
    }
}
