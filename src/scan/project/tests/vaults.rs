//! Apps of Azure, and what lets them read a vault.

use super::pointers::{IDENTITY, URI, app};
use super::*;

#[test]
fn apps_and_their_identities() {
    let pointer = format!("'{URI})'");
    assert_eq!(app("", &pointer, ""), ["malformed-secret-reference"]);
    assert!(app(IDENTITY, &pointer, "").is_empty());
    let shared = "'@Microsoft.AppConfiguration(Endpoint=https://orders.azconfig.io; Key=db)'";
    assert_eq!(app("", shared, ""), ["malformed-secret-reference"]);
    assert!(app("", "'prod'", "").is_empty());
    // Whose settings they are is told by their parent; that of others may be anywhere.
    let settings = |parent: &str| {
        format!(
            "resource other 'Microsoft.Web/sites@2024-04-01' existing = {{\n  name: 'other'\n}}\n\
             resource settings 'Microsoft.Web/sites/config@2024-04-01' = {{\n  {parent}\n  properties: {{\n    DATABASE: '{URI})'\n  }}\n}}\n"
        )
    };
    let own = settings("parent: app\n  name: 'appsettings'");
    assert_eq!(app("", "'prod'", &own), ["malformed-secret-reference"]);
    for elsewhere in [
        "parent: other\n  name: 'appsettings'",
        "name: 'other/appsettings'",
    ] {
        assert!(
            app("", "'prod'", &settings(elsewhere)).is_empty(),
            "{elsewhere}"
        );
    }
}

/// An app with a pointer to a vault, both of Bicep, and what is declared beside them.
fn app_and_vault(identity: &str, pointer: &str, vault: &str, beside: &str) -> Vec<String> {
    let text = format!(
        "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n  name: 'orders'\n  properties: {{\n    {vault}\n  }}\n}}\n\
         resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {{\n  scope: vault\n  name: 'audit'\n  properties: {{}}\n}}\n\
         resource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'orders'\n  identity: {{ {identity} }}\n  properties: {{\n    siteConfig: {{\n      appSettings: [\n        \
         {{ name: 'DATABASE', value: {pointer} }}\n      ]\n    }}\n  }}\n}}\n{beside}"
    );
    rules(&[("main.bicep", &text)])
}

/// A role of Bicep.
fn role(id: &str) -> String {
    format!(
        "param readerId string\nresource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{\n  name: guid(vault.id)\n  scope: vault\n  properties: {{\n    \
         roleDefinitionId: {id}\n    principalId: readerId\n  }}\n}}\n"
    )
}

#[test]
fn apps_that_may_not_read_their_vault() {
    let own = "type: 'SystemAssigned'";
    let roles = "enableRbacAuthorization: true";
    let called = "'@Microsoft.KeyVault(VaultName=orders;SecretName=db)'";
    let put_together = "'@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/db)'";
    let other = role(
        "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')",
    );
    let denied = ["malformed-secret-reference"];
    let of_secret = "'@Microsoft.KeyVault(SecretUri=${secret.properties.secretUri})'";
    let secret = "resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {\n  parent: vault\n  name: 'db'\n  properties: { attributes: { exp: 1830297600 } }\n}\n";
    assert_eq!(app_and_vault(own, of_secret, roles, secret), denied);
    for pointer in [called, &format!("'{URI})'"), put_together] {
        assert_eq!(app_and_vault(own, pointer, roles, ""), denied, "{pointer}");
        assert_eq!(
            app_and_vault(own, pointer, roles, &other),
            denied,
            "a role on blobs"
        );
    }
    let reader = role(
        "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-874b-0445c86b69e6')",
    );
    let given = format!("param roleId string\n{}", role("roleId"));
    let elsewhere = "module access 'br/public:avm/res/authorization/role-assignment:0.1.0' = {\n  name: 'access'\n}\n";
    let shared = "resource shared 'Microsoft.KeyVault/vaults@2023-07-01' existing = {\n  name: 'shared'\n}\n";
    for (right, why) in [
        (
            app_and_vault(own, called, roles, &reader),
            "a role on secrets",
        ),
        (
            app_and_vault(own, called, roles, &given),
            "a role that is not known",
        ),
        (
            app_and_vault(own, called, roles, elsewhere),
            "a module that is not here",
        ),
        (
            app_and_vault(own, put_together, roles, shared),
            "a vault that is there already",
        ),
        (
            app_and_vault("type: 'UserAssigned'", called, roles, ""),
            "an identity that is there already",
        ),
        (
            app_and_vault(own, called, "accessPolicies: []", ""),
            "a vault without roles",
        ),
        (
            app_and_vault(
                own,
                "'@Microsoft.KeyVault(VaultName=shared;SecretName=db)'",
                roles,
                "",
            ),
            "another vault",
        ),
        (app_and_vault(own, "'prod'", roles, ""), "no pointer"),
        (
            app_and_vault(
                own,
                called,
                roles,
                "// After this: az role assignment create ...\n",
            ),
            "a command that assigns it",
        ),
    ] {
        assert!(right.is_empty(), "{why}: {right:?}");
    }
}

#[test]
fn apps_of_terraform_that_may_not_read_their_vault() {
    let module = |role: &str| {
        let text = format!(
            "resource \"azurerm_key_vault\" \"orders\" {{\n name = \"orders\"\n rbac_authorization_enabled = true\n}}\n\
             resource \"azurerm_monitor_diagnostic_setting\" \"orders\" {{\n target_resource_id = azurerm_key_vault.orders.id\n}}\n\
             resource \"azurerm_linux_web_app\" \"orders\" {{\n app_settings = {{\n DATABASE = \"@Microsoft.KeyVault(SecretUri=${{azurerm_key_vault.orders.vault_uri}}secrets/db)\"\n }}\n \
             identity {{\n type = \"SystemAssigned\"\n }}\n}}\n{role}"
        );
        rules(&[("main.tf", &text)])
    };
    let role = |principal: &str, name: &str| {
        module(&format!(
            "resource \"azurerm_role_assignment\" \"orders\" {{\n scope = azurerm_key_vault.orders.id\n role_definition_name = \"{name}\"\n principal_id = {principal}\n}}\n"
        ))
    };
    let app = "azurerm_linux_web_app.orders.identity[0].principal_id";
    let denied = ["malformed-secret-reference"];
    assert_eq!(module(""), denied);
    // Who deploys may write secrets; that does not let the app read them.
    let deployer = "data.azurerm_client_config.current.object_id";
    assert_eq!(role(deployer, "Key Vault Secrets Officer"), denied);
    assert!(role(app, "Key Vault Secrets User").is_empty());
    assert_eq!(role(app, "Storage Blob Data Reader"), denied);
}
