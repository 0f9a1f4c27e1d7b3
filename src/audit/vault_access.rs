//! Whether anything lets an app read the vault that its pointers lead to.

use crate::facts::{Entry, Role, Value, entry};
use crate::link::Declared;
use crate::reference::azure;

use super::scene::Thing;
use super::sites::is_kind;
use super::{Scene, identity};

/// Whether the vault that a pointer of an app leads to is declared here with roles, and no assignment of one that the app's own
/// identity could have. What is declared elsewhere may be right: a vault, a module, an identity.
///
/// The app comes first, then the resources below it that hold settings.
pub(super) fn is_denied(scene: &Scene<'_, '_>, settings: &[&Thing<'_>], pointer: &str) -> bool {
    let Some(app) = settings.first() else {
        return false;
    };
    has_own_identity(scene, app.declared)
        && is_declared_with_roles(scene, settings, pointer)
        && !may_be_granted(scene)
}

/// Whether the app has the identity that comes and goes with it, and no other.
fn has_own_identity(scene: &Scene<'_, '_>, app: Declared<'_>) -> bool {
    let Some(Value::Map(identity)) = app.what.get("identity") else {
        return false;
    };
    let kind = entry(identity, "type").and_then(|e| scene.constant(app.file, &e.value));
    kind == Some("SystemAssigned")
}

/// Whether the pointer leads to a vault of this project, and access to all of them goes by roles.
fn is_declared_with_roles(scene: &Scene<'_, '_>, settings: &[&Thing<'_>], pointer: &str) -> bool {
    let vaults: Vec<Declared<'_>> = all(scene).filter(is_vault).collect();
    // One that is only looked up says nothing of roles.
    let with_roles = |vault: &Declared<'_>| goes_by_roles(scene, *vault);
    let name = azure::vault(pointer);
    let is_named = || {
        let mut vaults = vaults.iter();
        name.is_some() && vaults.any(|vault| scene.text(*vault, "name") == name)
    };
    vaults.iter().all(with_roles)
        && (is_named() || azure::symbol(pointer).is_some() || leads_to_one(settings))
        && !vaults.is_empty()
}

/// Whether one of the settings is put together of what Terraform knows of a vault.
fn leads_to_one(settings: &[&Thing<'_>]) -> bool {
    let mut leaves = settings.iter().flat_map(|thing| &thing.leaves);
    leaves.any(|leaf| match leaf.value {
        Value::Reference(to, _) => leaf.within && to.target.starts_with("azurerm_key_vault"),
        _ => false,
    })
}

fn all<'a, 'p>(scene: &'a Scene<'_, 'p>) -> impl Iterator<Item = Declared<'p>> + 'a {
    let modules = scene.project.modules.iter();
    modules.flat_map(|module| module.declared.iter().copied())
}

fn is_vault(declared: &Declared<'_>) -> bool {
    let kinds = ["azurerm_key_vault", "Microsoft.KeyVault/vaults"];
    let may_be = matches!(declared.what.role, Role::Resource | Role::Data);
    may_be && kinds.iter().any(|kind| is_kind(kind, &declared.what.kind))
}

fn goes_by_roles(scene: &Scene<'_, '_>, vault: Declared<'_>) -> bool {
    let properties: &[Entry] = match vault.what.get("properties") {
        Some(Value::Map(properties)) => properties,
        _ => &vault.what.body,
    };
    let names = [
        "enableRbacAuthorization",
        "enable_rbac_authorization",
        "rbac_authorization_enabled",
    ];
    let said = names.iter().find_map(|name| entry(properties, name));
    said.and_then(|e| scene.constant(vault.file, &e.value)) == Some("true")
}

/// Whether a role on secrets, or one that is not known, is given to anybody but who deploys; or may be where nobody looks.
fn may_be_granted(scene: &Scene<'_, '_>) -> bool {
    let assigned = all(scene).any(|one| identity::may_let_read(scene, one));
    let mut modules = scene.project.modules.iter();
    let is_elsewhere = modules.any(|module| {
        let mut calls = module.of(Role::Module);
        calls.any(|call| !module.uses(&call.what.name))
    });
    let mut files = scene.project.files.iter();
    assigned || is_elsewhere || files.any(|file| assigns(&file.text.bytes))
}

/// Whether a script assigns roles: `az role assignment create`, `New-AzRoleAssignment`.
fn assigns(text: &[u8]) -> bool {
    let words: [&[u8]; 2] = [b"role assignment create", b"New-AzRoleAssignment"];
    words
        .iter()
        .any(|word| memchr::memmem::find(text, word).is_some())
}
