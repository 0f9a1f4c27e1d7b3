//! Whom a grant of Azure is for, and which role it gives.

use crate::facts::{Role, Value, entry};
use crate::link::Declared;
use crate::reference::Reference;

use super::Scene;
use super::scene::Thing;

/// Roles of Azure on the secrets of a Key Vault.
/// <https://learn.microsoft.com/azure/key-vault/general/rbac-guide>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VaultRole {
    /// May read the values of secrets.
    User,
    /// May change them.
    Officer,
    /// May do anything.
    Administrator,
}

const ROLES: &[(&str, &str, VaultRole)] = &[
    (
        "Key Vault Secrets User",
        "4633458b-17de-408a-874b-0445c86b69e6",
        VaultRole::User,
    ),
    (
        "Key Vault Secrets Officer",
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        VaultRole::Officer,
    ),
    (
        "Key Vault Administrator",
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        VaultRole::Administrator,
    ),
];

/// What runs: kinds of Bicep and Terraform.
const WORKLOADS: &[&str] = &[
    "(Microsoft.Web/sites",
    "(Microsoft.App/",
    "(Microsoft.ContainerInstance/",
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
    "azurerm_function_app",
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "azurerm_app_service.",
    "azurerm_logic_app_standard.",
    "azurerm_container_app.",
    "azurerm_container_group.",
];

/// The role that an assignment gives, if it is one on secrets.
pub(super) fn role(scene: &Scene<'_, '_>, thing: &Thing<'_>) -> Option<VaultRole> {
    let said = named_roles(scene, thing.declared)?;
    let is = |name: &str, id: &str| said.iter().any(|text| *text == name || text.ends_with(id));
    ROLES
        .iter()
        .find(|(name, id, _)| is(name, id))
        .map(|(.., role)| *role)
}

/// Whether a declaration assigns a role that lets somebody else than who deploys read secrets; one that is not known may.
pub(super) fn may_let_read(scene: &Scene<'_, '_>, declared: Declared<'_>) -> bool {
    let Some(said) = named_roles(scene, declared) else {
        return false;
    };
    let reads = |text: &&str| {
        text.starts_with("Key Vault") || ROLES.iter().any(|(_, id, _)| text.ends_with(id))
    };
    let is_other = said.iter().any(|text| is_role(text)) && !said.iter().any(reads);
    let principal = declared.what.get("principal_id");
    let deploys = |to: &Reference| to.target.starts_with("data.azurerm_client_config");
    let is_deployers = matches!(principal, Some(Value::Reference(to, _)) if deploys(to));
    !is_other && !is_deployers
}

/// Whether a text is the name or the id of a role, and not a part of an address.
fn is_role(text: &str) -> bool {
    let id = text.rsplit('/').next().unwrap_or(text);
    let is_id = id.len() == 36 && id.bytes().filter(|b| *b == b'-').count() == 4;
    is_id || text.contains(' ')
}

/// The constants that say which role a declaration assigns; none where it assigns none.
fn named_roles<'p>(scene: &Scene<'_, 'p>, declared: Declared<'p>) -> Option<Vec<&'p str>> {
    let body = &declared.what.body;
    let value = match &*declared.what.kind {
        "azurerm_role_assignment" => {
            entry(body, "role_definition_name").or_else(|| entry(body, "role_definition_id"))
        }
        kind if kind.eq_ignore_ascii_case("Microsoft.Authorization/roleAssignments") => {
            match entry(body, "properties").map(|e| &e.value) {
                Some(Value::Map(inside)) => entry(inside, "roleDefinitionId"),
                _ => None,
            }
        }
        _ => return None,
    };
    let mut said = Vec::new();
    if let Some(value) = value {
        mentioned(scene, declared, &value.value, 0, &mut said);
    }
    Some(said)
}

/// The constants of a value, also of a local that it names.
fn mentioned<'p>(
    scene: &Scene<'_, 'p>,
    declared: Declared<'p>,
    value: &'p Value,
    depth: usize,
    out: &mut Vec<&'p str>,
) {
    let mut each = |values: &'p [Value]| {
        for value in values.iter().filter(|_| depth < 8) {
            mentioned(scene, declared, value, depth + 1, out);
        }
    };
    match value {
        Value::Concat(values) | Value::Either(values) | Value::List(values) => each(values),
        Value::Call { arguments, .. } => each(arguments),
        Value::Literal(literal) => out.push(scene.meaning(declared.file, literal)),
        Value::Reference(to, _) if depth < 8 => {
            let mut parts = to.target.split('.');
            let (Some("local"), Some(name)) = (parts.next(), parts.next()) else {
                return;
            };
            let part = parts.next();
            for local in scene.module().named(Role::Local, name) {
                let value = entry(&local.what.body, "value").map(|e| &e.value);
                let value = match (value, part) {
                    (Some(Value::Map(inside)), Some(part)) => entry(inside, part).map(|e| &e.value),
                    (value, _) => value,
                };
                if let Some(value) = value {
                    mentioned(scene, *local, value, depth + 1, out);
                }
            }
        }
        _ => {}
    }
}

/// Whether one of the values at a path is the identity of something that runs, other than what rotates secrets.
pub(super) fn is_workload(thing: &Thing<'_>, path: &[&str]) -> bool {
    let at = thing.leaves.iter().filter(|leaf| leaf.path == path);
    at.into_iter().any(|leaf| match leaf.value {
        Value::Reference(to, _) => names_workload(&to.target),
        _ => false,
    })
}

/// Whether an address is that of such an identity.
pub(super) fn names_workload(target: &str) -> bool {
    let runs = WORKLOADS.iter().any(|kind| target.contains(kind));
    let rotates = target.to_ascii_lowercase().contains("rotat");
    runs && !rotates && target.contains("identity")
}
