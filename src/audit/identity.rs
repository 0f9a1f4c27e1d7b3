//! Whom a grant of Azure is for, and which role it gives.

use crate::facts::{Role, Value, entry};
use crate::link::Declared;

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
    let body = &thing.declared.what.body;
    let value = match &*thing.declared.what.kind {
        "azurerm_role_assignment" => {
            entry(body, "role_definition_name").or_else(|| entry(body, "role_definition_id"))
        }
        kind if kind.eq_ignore_ascii_case("Microsoft.Authorization/roleAssignments") => {
            match entry(body, "properties").map(|e| &e.value) {
                Some(Value::Map(inside)) => entry(inside, "roleDefinitionId"),
                _ => None,
            }
        }
        _ => None,
    }?;
    let mut said = Vec::new();
    mentioned(scene, thing.declared, &value.value, 0, &mut said);
    let is = |name: &str, id: &str| said.iter().any(|text| *text == name || text.ends_with(id));
    ROLES
        .iter()
        .find(|(name, id, _)| is(name, id))
        .map(|(.., role)| *role)
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
