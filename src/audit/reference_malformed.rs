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
    const STARTS: &[(&str, &str)] = &[
        ("Microsoft.KeyVault(", "there is no `@` before it"),
        ("@AzureKeyVault(", "App Service knows no such pointer"),
        (
            "{resolve:",
            "a dynamic reference has two braces on each side",
        ),
        ("{{ resolve:", "a dynamic reference has no blanks in it"),
    ];
    if let Some((_, why)) = STARTS.iter().find(|(start, _)| text.starts_with(start)) {
        return Some(why);
    }
    if let Some(rest) = text.strip_prefix("{{resolve:") {
        let service = rest.split([':', '}']).next()?;
        let known = matches!(service, "ssm" | "ssm-secure" | "secretsmanager");
        if !known && !service.contains(['*', '$']) {
            return Some("CloudFormation knows no such service");
        }
        return lacks_secret_string(rest).then_some("what follows the secret is `SecretString`");
    }
    match azure::key_vault(text)? {
        azure::KeyVault::Named { .. } if is_addressed_wrong(text) => {
            Some("it takes an address with `https://`, or the name of a vault")
        }
        azure::KeyVault::Named { .. } | azure::KeyVault::Unknown => None,
        azure::KeyVault::Open => Some("the bracket is not closed"),
        azure::KeyVault::Incomplete => Some("it names no secret and vault"),
    }
}

/// `secretsmanager:NAME:KEY`: what stands behind a name is no key yet. Behind an ARN it may be part of that.
fn lacks_secret_string(rest: &str) -> bool {
    let named = rest.strip_prefix("secretsmanager:");
    let named = named.map(|named| named.trim_end_matches('}'));
    let after = named.and_then(|named| named.split_once(':'));
    after.is_some_and(|(name, after)| {
        name != "arn"
            && !name.contains(['*', '$'])
            && !after.is_empty()
            && !after.starts_with("SecretString")
            && !after.starts_with([':', '*', '$'])
    })
}

/// Whether the address of a secret lacks its scheme, or an address stands in the place of a vault's name.
fn is_addressed_wrong(text: &str) -> bool {
    let after = |name: &str| text.split_once(name).map(|(_, rest)| rest);
    let uri = after("SecretUri=").is_some_and(|uri| {
        uri.starts_with(|c: char| c.is_ascii_alphanumeric()) && !uri.starts_with("http")
    });
    uri || after("VaultName=").is_some_and(|vault| vault.starts_with("http"))
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
