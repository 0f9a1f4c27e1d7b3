//! A secret in Key Vault has no date after which it must not be used.

use std::borrow::Cow;

use crate::practice::{Peer, ROTATION, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::lacks;
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-expiry-missing"),
    title: Cow::Borrowed("secret without an expiry date"),
    about: Cow::Borrowed(
        "Without a date nobody is told to replace the secret, and an old version stays good for ever.",
    ),
    fix: Cow::Borrowed(
        "Set `expiration_date` (Bicep and ARM: `properties.attributes.exp`) on the secret, and replace the secret before that date; Key Vault's events can \
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

/// Kind, path of the date, and what is said where there is none.
const DATES: &[(&str, &str, &str)] = &[
    (
        "azurerm_key_vault_secret",
        "expiration_date",
        "`expiration_date` is not set",
    ),
    (
        "Microsoft.KeyVault/vaults/secrets",
        "properties.attributes.exp",
        "`properties.attributes.exp` is not set",
    ),
];

/// Secrets of Key Vault without a date.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for &(kind, path, why) in DATES {
        for thing in scene.resources(kind) {
            let what = thing.declared.what;
            if lacks(&what.body, path) {
                let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.75, why);
                seen.detail = Some(what.address());
                out.push(seen);
            }
        }
    }
}
