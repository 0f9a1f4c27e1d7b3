//! What only reads secrets may also change or remove them.

use std::borrow::Cow;

use crate::facts::{Entry, Role, Value, entry};
use crate::practice::LEAST_PRIVILEGE;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::identity::{self, VaultRole};
use super::scene::Thing;
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("excessive-vault-rights"),
    title: Cow::Borrowed("an app may do more with secrets than read them"),
    about: Cow::Borrowed(
        "Whoever takes over the app can replace or delete secrets, or give rights to others, where reading would do.",
    ),
    fix: Cow::Borrowed(
        "Give the app's identity the role `Key Vault Secrets User`, best on the one secret, or in an access policy the \
         permission `get` alone. What rotates secrets has an identity of its own.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://learn.microsoft.com/azure/key-vault/general/rbac-guide",
    )]),
    cwe: Cow::Borrowed(&[250, 732]),
    practices: &[&LEAST_PRIVILEGE],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("azure"), Cow::Borrowed("iam")]),
};

/// Role assignments and access policies whose principal is the identity of something that runs.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let resources = scene.things.iter();
    for thing in resources.filter(|t| t.declared.what.role == Role::Resource) {
        let what = thing.declared.what;
        let kind = what.kind.to_ascii_lowercase();
        match &*kind {
            "azurerm_role_assignment" => assignment(scene, thing, &["principal_id"], out),
            "microsoft.authorization/roleassignments" => {
                assignment(scene, thing, &["properties", "principalId"], out);
            }
            "azurerm_key_vault_access_policy" => {
                let workload = identity::is_workload(thing, &["object_id"]);
                let given = excess(scene, thing, &what.body, "secret_permissions");
                if let Some(given) = given.filter(|_| workload) {
                    out.push(sighting(scene, thing, what.span, given));
                }
            }
            "azurerm_key_vault" => {
                let all = what.body.iter().filter(|e| &*e.name == "access_policy");
                for one in all {
                    policy(
                        scene,
                        thing,
                        &one.value,
                        &["access_policy", "object_id"],
                        out,
                    );
                }
            }
            "microsoft.keyvault/vaults" | "microsoft.keyvault/vaults/accesspolicies" => {
                policies(scene, thing, out);
            }
            _ => {}
        }
    }
}

fn assignment<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    principal: &[&str],
    out: &mut Vec<Sighting<'p>>,
) {
    let name = match identity::role(scene, thing) {
        Some(VaultRole::Officer) => "Key Vault Secrets Officer",
        Some(VaultRole::Administrator) => "Key Vault Administrator",
        Some(VaultRole::User) | None => return,
    };
    if identity::is_workload(thing, principal) {
        out.push(sighting(scene, thing, thing.declared.what.span, name));
    }
}

/// `properties.accessPolicies` of Bicep and ARM.
fn policies<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, out: &mut Vec<Sighting<'p>>) {
    let Some(Value::Map(properties)) = thing.declared.what.get("properties") else {
        return;
    };
    let list = entry(properties, "accessPolicies").map(|e| &e.value);
    let Some(Value::List(all)) = list else {
        return;
    };
    // With one policy, what leads to its principal is known; else it must stand there.
    let path: &[&str] = match all.len() {
        1 => &["properties", "accessPolicies", "objectId"],
        _ => &[],
    };
    for one in all {
        policy(scene, thing, one, path, out);
    }
}

fn policy<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    policy: &'p Value,
    path: &[&str],
    out: &mut Vec<Sighting<'p>>,
) {
    let Value::Map(policy) = policy else {
        return;
    };
    let principal = entry(policy, "objectId").or_else(|| entry(policy, "object_id"));
    let named = |one: &Entry| match &one.value {
        Value::Reference(to, _) => identity::names_workload(&to.target),
        _ => false,
    };
    if !principal.is_some_and(named) && !identity::is_workload(thing, path) {
        return;
    }
    let permissions = match entry(policy, "permissions").map(|e| &e.value) {
        Some(Value::Map(inside)) => inside.as_slice(),
        _ => policy,
    };
    let secrets = excess(scene, thing, permissions, "secrets")
        .or_else(|| excess(scene, thing, permissions, "secret_permissions"));
    if let (Some(given), Some(principal)) = (secrets, principal) {
        out.push(sighting(scene, thing, principal.span, given));
    }
}

/// A permission on secrets beyond reading.
fn excess<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    entries: &'p [Entry],
    name: &str,
) -> Option<&'p str> {
    let Value::List(all) = &entry(entries, name)?.value else {
        return None;
    };
    all.iter()
        .filter_map(|one| scene.constant(thing.declared.file, one))
        .find(|one| !one.eq_ignore_ascii_case("get") && !one.eq_ignore_ascii_case("list"))
}

fn sighting<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, span: Span, given: &str) -> Sighting<'p> {
    let why = "the principal is an app's identity";
    let mut seen = scene.fault(&RULE, thing.declared.file, span, 0.75, why);
    seen.detail = Some(format!("`{given}` in {}", thing.declared.what.address()));
    seen
}
