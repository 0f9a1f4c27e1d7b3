//! Pointers to secrets that are right, and what looks like one that is not.

use super::*;

/// A template of Bicep with an app whose setting is this, and what is declared beside it.
pub(super) fn app(identity: &str, value: &str, beside: &str) -> Vec<String> {
    let text = format!(
        "param secretUri string\nparam secretVersion string\nresource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'orders'\n  {identity}\n  properties: {{\n    \
         siteConfig: {{\n      appSettings: [\n        {{ name: 'DATABASE', value: {value} }}\n      ]\n    }}\n  }}\n}}\n{beside}"
    );
    rules(&[("main.bicep", &text)])
}

pub(super) const IDENTITY: &str = "identity: { type: 'SystemAssigned' }";

pub(super) const URI: &str =
    "@Microsoft.KeyVault(SecretUri=https://orders.vault.azure.net/secrets/db";

#[test]
fn names_of_secrets_that_programs_follow() {
    let template = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: x}\nspec:\n  template:\n    spec:\n      containers:\n        - env:\n            \
                    - name: DB_PASSWORD\n              value: projects/p/secrets/db/versions/latest\n";
    let beside = |path: &str, program: &str| rules(&[("service.yaml", template), (path, program)]);
    for (path, program) in [
        (
            "main.py",
            "name = os.environ['DB_PASSWORD']\nclient.access_secret_version(name=name)\n",
        ),
        (
            "index.js",
            "const [v] = await client.accessSecretVersion({ name: process.env.DB_PASSWORD });\n",
        ),
        (
            "main.go",
            "package main\n\nfunc db() {\n\treq := &pb.AccessSecretVersionRequest{Name: os.Getenv(\"DB_PASSWORD\")}\n}\n",
        ),
    ] {
        assert!(beside(path, program).is_empty(), "{path}");
    }
    let unresolved = ["unresolved-secret-reference"];
    for (path, program) in [
        // Another variable, a password, and what only speaks of it.
        (
            "main.py",
            "name = os.environ['API_KEY_NAME']\nclient.access_secret_version(name=name)\n",
        ),
        (
            "index.js",
            "connect({ password: process.env.DB_PASSWORD });\n",
        ),
        (
            "README.md",
            "Set `process.env.DB_PASSWORD` for `accessSecretVersion`.\n",
        ),
    ] {
        assert_eq!(beside(path, program), unresolved, "{path}");
    }
    // What runs elsewhere has to ask for it by its name.
    let function = "resource \"aws_lambda_function\" \"orders\" {\n environment {\n variables = { DB_PASSWORD = \"projects/p/secrets/db/versions/latest\" }\n }\n}\n";
    assert!(rules(&[("main.tf", function)]).is_empty());
}

#[test]
fn pointers_that_are_put_together() {
    let setting = |value: &str| {
        let text = format!(
            "resource \"azurerm_linux_web_app\" \"orders\" {{\n app_settings = {{\n DATABASE = {value}\n }}\n identity {{\n type = \"SystemAssigned\"\n }}\n}}\n"
        );
        rules(&[("main.tf", &text)])
    };
    assert_eq!(
        setting("\"@Microsoft.KeyVault(SecretName=${var.name})\""),
        ["malformed-secret-reference"]
    );
    for wrong in [
        "\"Microsoft.KeyVault(VaultName=orders;SecretName=db)\"",
        "\"@AzureKeyVault(VaultName=orders;SecretName=db)\"",
        "\"@Microsoft.KeyVault(SecretUri=orders.vault.azure.net/secrets/db)\"",
        "\"@Microsoft.KeyVault(VaultName=https://orders.vault.azure.net;SecretName=db)\"",
    ] {
        assert_eq!(setting(wrong), ["malformed-secret-reference"], "{wrong}");
    }
    for right in [
        "\"@Microsoft.KeyVault(SecretUri=${azurerm_key_vault_secret.db.versionless_id})\"",
        "\"@Microsoft.KeyVault(${var.pointer})\"",
        // Nothing says that the platform minds the case.
        "\"@microsoft.keyvault(VaultName=orders;SecretName=db)\"",
    ] {
        assert!(setting(right).is_empty(), "{right}");
    }
    let database = |password: &str| {
        let text = format!(
            "Parameters: {{Store: {{Type: String}}}}\nResources:\n  Db: {{Type: AWS::RDS::DBInstance, Properties: {{MasterUserPassword: {password}}}}}\n"
        );
        rules(&[("stack.yaml", &text)])
    };
    assert_eq!(
        database("'{{resolve:secretmanager:db:SecretString:password}}'"),
        ["malformed-secret-reference"]
    );
    for wrong in [
        "'{resolve:secretsmanager:db:SecretString:password}'",
        "'{{ resolve:secretsmanager:db:SecretString:password }}'",
        "'{{resolve:ssmsecure:db:1}}'",
        "'{{resolve:secretsmanager:db:password}}'",
    ] {
        assert_eq!(database(wrong), ["malformed-secret-reference"], "{wrong}");
    }
    for right in [
        "'{{resolve:secretsmanager:db}}'",
        "'{{resolve:secretsmanager:db::password}}'",
        "'{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1B2c3:SecretString:password}}'",
        "'{{resolve:ssm-secure:/app/db}}'",
    ] {
        assert!(database(right).is_empty(), "{right}");
    }
    for given in [
        "!Sub '{{resolve:${Store}:db:SecretString:password}}'",
        "!Join ['', ['{{resolve:', !Ref Store, ':db:SecretString:password}}']]",
    ] {
        assert!(database(given).is_empty(), "{given}");
    }
    assert!(database("'{{resolve:secretsmanager:db:SecretString:password}}'").is_empty());
}
