//! Audits of Azure: rights, pointers, transport, logs and settings.

/// The rules of what is found in one file.
pub(super) fn rules(path: &str, text: &str) -> Vec<String> {
    super::rules(&[(path, text)])
}

/// A template with an app, whose settings are these.
pub(super) fn app(settings: &str) -> String {
    format!(
        "param names object\n@secure()\nparam dbPassword string\nparam passwordLength int\nparam secretUri string\n\
         resource stg 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {{\n  name: 'stg'\n}}\n\
         resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {{\n  name: 'kv'\n}}\n\
         resource insights 'Microsoft.Insights/components@2020-02-02' existing = {{\n  name: 'ai'\n}}\n\
         resource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'app'\n  identity: {{ type: 'SystemAssigned' }}\n  \
         properties: {{\n    siteConfig: {{\n      minTlsVersion: '1.2'\n      appSettings: [\n        {settings}\n      ]\n    }}\n  }}\n}}\n"
    )
}

pub(super) fn settings(value: &str) -> Vec<String> {
    rules(
        "main.bicep",
        &app(&format!("{{ name: 'DATABASE', value: {value} }}")),
    )
}

/// A vault and an app with an assignment of a role, whose properties and scope are these.
fn assignment(role: &str, principal: &str, scope: &str) -> Vec<String> {
    rules(
        "a.bicep",
        &format!(
            "var roles = {{\n  officer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'\n}}\nparam adminId string\n\
             resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {{\n  name: 'kv'\n}}\n\
             resource rotator 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'rotator'\n  identity: {{ type: 'SystemAssigned' }}\n}}\n\
             resource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'app'\n  identity: {{ type: 'SystemAssigned' }}\n}}\n\
             resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{\n  name: guid('x')\n  {scope}\n  properties: {{\n    \
             roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', {role})\n    principalId: {principal}\n  }}\n}}\n"
        ),
    )
}

#[test]
fn azure_roles() {
    let user = "'4633458b-17de-408a-874b-0445c86b69e6'";
    let app = "app.identity.principalId";
    assert_eq!(assignment(user, app, ""), ["wildcard-secret-access"]);
    assert!(assignment(user, app, "scope: kv").is_empty());
    assert_eq!(
        assignment("roles.officer", app, "scope: kv"),
        ["excessive-vault-rights"]
    );
    for (role, principal) in [
        ("roles.officer", "adminId"),
        ("roles.officer", "rotator.identity.principalId"),
        ("'7f951dda-4ed3-4680-a7ca-43fe172d538d'", app),
    ] {
        assert!(
            assignment(role, principal, "scope: kv").is_empty(),
            "{role} {principal}"
        );
    }
}

#[test]
fn azure_access_policies() {
    let policy = |permissions: &str, object: &str| {
        rules(
            "a.bicep",
            &format!(
                "param adminId string\nresource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'app'\n  identity: {{ type: 'SystemAssigned' }}\n}}\n\
                 resource p 'Microsoft.KeyVault/vaults/accessPolicies@2023-07-01' = {{\n  name: 'kv/add'\n  properties: {{\n    accessPolicies: [\n      {{\n        \
                 objectId: {object}\n        permissions: {{ secrets: [{permissions}] }}\n      }}\n    ]\n  }}\n}}\n"
            ),
        )
    };
    let app = "app.identity.principalId";
    assert_eq!(policy("'get', 'set'", app), ["excessive-vault-rights"]);
    assert_eq!(policy("'all'", app), ["excessive-vault-rights"]);
    assert!(policy("'get', 'list'", app).is_empty());
    assert!(policy("'all'", "adminId").is_empty());
}

#[test]
fn pointers_that_cannot_be_followed() {
    for value in [
        "'@Microsoft.KeyVault(SecretName=db)'",
        "'@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db'",
        "'@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/keys/db)'",
        "'@Microsoft.KeyVault(VaultName=${kv.name})'",
    ] {
        assert_eq!(settings(value), ["malformed-secret-reference"], "{value}");
    }
    for value in [
        "'@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db/)'",
        "'@Microsoft.KeyVault(SecretUri=${secretUri})'",
        "'@Microsoft.KeyVault(${secretUri})'",
        "'@Microsoft.KeyVault(VaultName=${kv.name};SecretName=db)'",
    ] {
        assert!(settings(value).is_empty(), "{value}");
    }
    let text = app("{ name: 'DB', value: '@Microsoft.KeyVault(VaultName=kv;SecretName=db)' }");
    let without = text.replace("  identity: { type: 'SystemAssigned' }\n", "");
    assert_eq!(
        rules("main.bicep", &without),
        ["malformed-secret-reference"]
    );
    let stack = |pointer: &str| {
        let text = format!(
            "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: '{pointer}'\n"
        );
        rules("stack.yaml", &text)
    };
    assert_eq!(
        stack("{{resolve:secretmanager:db:SecretString:password}}"),
        ["malformed-secret-reference"]
    );
    assert!(stack("{{resolve:secretsmanager:db:SecretString:password}}").is_empty());
}

#[test]
fn pointers_that_do_not_follow_a_rotation() {
    let pinned =
        "'@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db/4f9d0b2c7e81a65d)'";
    assert!(settings(pinned).is_empty());
    let rotated = format!(
        "{}resource events 'Microsoft.EventGrid/systemTopics@2022-06-15' = {{\n  name: 'near-expiry'\n}}\n",
        app(&format!("{{ name: 'DB', value: {pinned} }}"))
    );
    assert_eq!(rules("a.bicep", &rotated), ["frozen-secret-reference"]);
}

#[test]
fn transport() {
    let set = |property: &str, value: &str| {
        rules(
            "a.bicep",
            &format!(
                "resource s 'Microsoft.Storage/storageAccounts@2023-05-01' = {{\n  name: 's'\n  properties: {{\n    {property}: {value}\n  }}\n}}\n"
            ),
        )
    };
    assert_eq!(set("minimumTlsVersion", "'TLS1_0'"), ["insecure-transport"]);
    assert_eq!(
        set("supportsHttpsTrafficOnly", "false"),
        ["insecure-transport"]
    );
    assert!(set("minimumTlsVersion", "'TLS1_2'").is_empty());
    assert!(set("allowBlobPublicAccess", "false").is_empty());
    let variable = |value: &str| {
        rules(
            "main.bicep",
            &app(&format!(
                "{{ name: 'NODE_TLS_REJECT_UNAUTHORIZED', value: '{value}' }}"
            )),
        )
    };
    assert_eq!(variable("0"), ["insecure-transport"]);
    assert!(variable("1").is_empty());
}

#[test]
fn readers_of_vaults_are_logged() {
    let vault = "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv'\n}\n";
    let log = |scope: &str| {
        format!(
            "resource app 'Microsoft.Web/sites@2024-04-01' existing = {{\n  name: 'a'\n}}\n\
             resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {{\n  name: 'log'\n  scope: {scope}\n}}\n"
        )
    };
    // A policy may ask for it.
    assert!(rules("a.bicep", vault).is_empty());
    assert!(rules("a.bicep", &format!("{vault}{}", log("kv"))).is_empty());
    assert_eq!(
        rules("a.bicep", &format!("{vault}{}", log("app"))),
        ["secret-access-not-logged"]
    );
}

#[test]
fn settings_of_apps_as_json() {
    let local = |encrypted: bool, settings: &str| {
        rules(
            "local.settings.json",
            &format!("{{\"IsEncrypted\": {encrypted}, \"Values\": {{{settings}}}}}"),
        )
    };
    let literal = "\"SMTP_PASSWORD\": \"Kd9!mzQ2#xLpW4\"";
    assert_eq!(local(false, literal), ["plaintext-env-secret"]);
    for silent in [
        "\"AzureWebJobsStorage\": \"UseDevelopmentStorage=true\"",
        "\"AzureWebJobsStorage\": \"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;\"",
        "\"SMTP_PASSWORD\": \"@Microsoft.KeyVault(VaultName=kv;SecretName=smtp)\"",
        "\"SMTP_PASSWORD\": \"\"",
        "\"FUNCTIONS_WORKER_RUNTIME\": \"node\"",
    ] {
        assert!(local(false, silent).is_empty(), "{silent}");
    }
    let listed =
        "[{\"name\": \"SMTP_PASSWORD\", \"value\": \"Kd9!mzQ2#xLpW4\", \"slotSetting\": false}]";
    assert_eq!(rules("settings.json", listed), ["plaintext-env-secret"]);
}

#[test]
fn commands_of_extensions() {
    let extension = |settings: &str| {
        rules(
            "a.bicep",
            &format!(
                "@secure()\nparam dbPassword string\nresource x 'Microsoft.Compute/virtualMachines/extensions@2024-07-01' = {{\n  name: 'vm/setup'\n  \
                 properties: {{\n    publisher: 'Microsoft.Azure.Extensions'\n    {settings}: {{\n      commandToExecute: 'setup.sh ${{dbPassword}}'\n    }}\n  }}\n}}\n"
            ),
        )
    };
    assert_eq!(extension("settings"), ["secret-in-user-data"]);
    assert!(extension("protectedSettings").is_empty());
}
