//! What should be a pointer to a secret is none: the text itself arrives as the value.

use std::borrow::Cow;

use crate::facts::{Role, Value, entry};
use crate::practice::{DELIVERY, Peer, Tool};
use crate::reference::azure;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pointers::{self, Pointer};
use super::scene::{Thing, is_set};
use super::sites::is_kind;
use super::{Scene, Sighting, vault_access};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("malformed-secret-reference"),
    title: Cow::Borrowed("pointer to a secret that cannot be followed"),
    about: Cow::Borrowed(
        "Nothing resolves this: the app is given the text itself in the place of the secret, and whoever then helps \
         out with the value puts it into the configuration.",
    ),
    fix: Cow::Borrowed(
        "Write `@Microsoft.KeyVault(SecretUri=https://VAULT.vault.azure.net/secrets/NAME)` or \
         `@Microsoft.KeyVault(VaultName=VAULT;SecretName=NAME)`, and give the app an identity that may read the secret \
         (`Key Vault Secrets User` on a vault with roles); \
         in CloudFormation `{{resolve:secretsmanager:NAME:SecretString:KEY}}` or `{{resolve:ssm-secure:NAME}}`.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[
        Cow::Borrowed(
            "https://learn.microsoft.com/azure/app-service/app-service-key-vault-references",
        ),
        Cow::Borrowed(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html",
        ),
    ]),
    cwe: Cow::Borrowed(&[16]),
    practices: &[&DELIVERY],
    peers: &[Peer::new(Tool::CfnLint, "E1027")],
    tags: Cow::Borrowed(&[Cow::Borrowed("azure"), Cow::Borrowed("cloudformation")]),
};

/// Apps that resolve pointers to Key Vault with an identity, and the path of that.
const APPS: &[(&str, &str)] = &[
    ("Microsoft.Web/sites", "identity"),
    ("Microsoft.Web/sites/slots", "identity"),
    ("azurerm_linux_function_app*", "identity"),
    ("azurerm_windows_function_app*", "identity"),
    ("azurerm_function_app", "identity"),
    ("azurerm_linux_web_app*", "identity"),
    ("azurerm_windows_web_app*", "identity"),
    ("azurerm_app_service", "identity"),
    ("azurerm_logic_app_standard", "identity"),
];

/// Pointers that are written wrong, and apps that cannot follow right ones.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for pointer in pointers::of_module(scene) {
        if let Some(why) = fault(&pointer.text) {
            out.push(pointer.fault(scene, &RULE, 0.75, why));
        }
    }
    for thing in scene
        .things
        .iter()
        .filter(|t| t.declared.what.role == Role::Resource)
    {
        let what = thing.declared.what;
        let Some((_, name)) = APPS.iter().find(|(kind, _)| is_kind(kind, &what.kind)) else {
            continue;
        };
        let settings = settings(scene, thing);
        let Some(pointer) = followed(scene, &settings) else {
            continue;
        };
        let fault = if !is_set(&what.body, name) {
            let why = "the app has no identity that could read the secret";
            Some((0.7, why, format!("{} has no identity", what.address())))
        } else if vault_access::is_denied(scene, &settings, &pointer.text) {
            let why = "no role lets the app's identity read the vault";
            let said = format!("no role on the vault for {}", what.address());
            Some((0.55, why, said))
        } else {
            None
        };
        out.extend(fault.map(|(belief, why, said)| {
            let mut seen = pointer.fault(scene, &RULE, belief, why);
            seen.detail = Some(said);
            seen
        }));
    }
}

/// What is wrong with a pointer, if anything is.
fn fault(text: &str) -> Option<&'static str> {
    if let Some(rest) = text.strip_prefix("{{resolve:") {
        let service = rest.split([':', '}']).next()?;
        let known = matches!(service, "ssm" | "ssm-secure" | "secretsmanager");
        return (!known && !service.contains(['*', '$']))
            .then_some("CloudFormation knows no such service");
    }
    match azure::key_vault(text)? {
        azure::KeyVault::Named { .. } | azure::KeyVault::Unknown => None,
        azure::KeyVault::Open => Some("the bracket is not closed"),
        azure::KeyVault::Incomplete => Some("it names no secret and vault"),
    }
}

/// An app and the resources below it that hold its settings.
fn settings<'s, 'p>(scene: &'s Scene<'_, 'p>, app: &'s Thing<'p>) -> Vec<&'s Thing<'p>> {
    let below = scene.resources("Microsoft.Web/sites/config/appsettings");
    let below = below.filter(|settings| is_below(settings, app));
    std::iter::once(app).chain(below).collect()
}

/// A right pointer in settings.
fn followed<'p>(scene: &Scene<'_, 'p>, settings: &[&Thing<'p>]) -> Option<Pointer<'p>> {
    let mut found = Vec::new();
    for thing in settings {
        let declared = thing.declared;
        pointers::of_entries(scene, declared, &declared.what.body, &mut found);
    }
    found.into_iter().find(|p| fault(&p.text).is_none())
}

/// Whether a resource names another as its parent.
fn is_below(settings: &Thing<'_>, app: &Thing<'_>) -> bool {
    let what = app.declared.what;
    let named = format!("{}({})", what.name, what.kind);
    match entry(&settings.declared.what.body, "parent").map(|e| &e.value) {
        Some(Value::Reference(to, _)) => *to.target == *named,
        _ => false,
    }
}
