//! Pointers to secrets that are right, and what looks like one that is not.

use super::*;

/// A template of Bicep with an app whose setting is this, and what is declared beside it.
fn app(identity: &str, value: &str, beside: &str) -> Vec<String> {
    let text = format!(
        "param secretUri string\nparam secretVersion string\nresource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'orders'\n  {identity}\n  properties: {{\n    \
         siteConfig: {{\n      appSettings: [\n        {{ name: 'DATABASE', value: {value} }}\n      ]\n    }}\n  }}\n}}\n{beside}"
    );
    rules(&[("main.bicep", &text)])
}

const IDENTITY: &str = "identity: { type: 'SystemAssigned' }";
const EVENTS: &str =
    "resource events 'Microsoft.EventGrid/systemTopics@2022-06-15' = {\n  name: 'near-expiry'\n}\n";
const URI: &str = "@Microsoft.KeyVault(SecretUri=https://orders.vault.azure.net/secrets/db";

#[test]
fn versions_of_key_vault() {
    let rotated = |value: &str| app(IDENTITY, value, EVENTS);
    let fixed = format!("'{URI}/4f9d0b2c7e81a65d)'");
    assert_eq!(rotated(&fixed), ["frozen-secret-reference"]);
    assert!(app(IDENTITY, &fixed, "").is_empty(), "nothing rotates it");
    for follows in [
        format!("'{URI})'"),
        format!("'{URI}/)'"),
        "'@Microsoft.KeyVault(VaultName=orders;SecretName=db)'".to_owned(),
        // Whoever gives the version can give a new one.
        format!("'{URI}/${{secretVersion}})'"),
    ] {
        assert!(rotated(&follows).is_empty(), "{follows}");
    }
}

#[test]
fn versions_that_are_meant_to_stay() {
    let with = |above: &str, behind: &str| {
        let settings = format!(
            "resource settings 'Microsoft.Web/sites/config@2024-04-01' = {{\n  name: 'orders/appsettings'\n  properties: {{\n    STAGE: 'prod'\n    {above}\n    \
             DATABASE: '{URI}/4f9d0b2c7e81a65d)'{behind}\n  }}\n}}\n{EVENTS}"
        );
        rules(&[("settings.bicep", &settings)])
    };
    for stated in [
        with("// Pinned: the vendor signs off each version.", ""),
        with(
            "// The audit wants releases to be repeatable,\n    // so that we pin versions.",
            "",
        ),
        with("", " // pinned, see ADR 12"),
    ] {
        assert!(stated.is_empty(), "{stated:?}");
    }
    for open in [
        with("", ""),
        with("// TODO: do not pin this", ""),
        with("// pinned\n    LEVEL: 'info'", ""),
        with("// of the pinboard", ""),
        with("", "\n    // pinned\n    LEVEL: 'info'"),
    ] {
        assert_eq!(open, ["frozen-secret-reference"]);
    }
}

#[test]
fn versions_of_dynamic_references() {
    let stack = |pointer: &str| {
        let text = format!(
            "Resources:\n  Secret: {{Type: 'AWS::SecretsManager::Secret', Properties: {{KmsKeyId: k}}}}\n  Rotation:\n    Type: AWS::SecretsManager::RotationSchedule\n    \
             Properties: {{SecretId: !Ref Secret, HostedRotationLambda: {{RotationType: MySQLSingleUser}}}}\n  Db:\n    Type: AWS::RDS::DBInstance\n    \
             Properties:\n      MasterUserPassword: '{pointer}'\n"
        );
        rules(&[("stack.yaml", &text)])
    };
    assert_eq!(
        stack(
            "{{resolve:secretsmanager:db:SecretString:password::a1b2c3d4-5678-90ab-cdef-0123456789ab}}"
        ),
        ["frozen-secret-reference"]
    );
    for follows in [
        "{{resolve:secretsmanager:db:SecretString:password}}",
        "{{resolve:secretsmanager:db:SecretString:password:AWSCURRENT}}",
    ] {
        assert!(stack(follows).is_empty(), "{follows}");
    }
}

/// A service of Cloud Run in Terraform.
fn cloud_run(container: &str, beside: &str) -> Vec<String> {
    let text = format!(
        "resource \"google_cloud_run_v2_service\" \"orders\" {{\n template {{\n containers {{\n {container}\n }}\n {beside}\n }}\n}}\n"
    );
    rules(&[("main.tf", &text)])
}

#[test]
fn versions_of_google() {
    let variable = |version: &str| {
        cloud_run(
            &format!(
                "env {{\n name = \"DB_PASSWORD\"\n value_source {{\n secret_key_ref {{\n secret = \"db\"\n version = {version}\n }}\n }}\n }}"
            ),
            "",
        )
    };
    assert_eq!(variable("\"latest\""), ["frozen-secret-reference"]);
    assert!(variable("\"7\"").is_empty());
    // The value of a variable may be another one.
    let given = format!(
        "variable \"db_version\" {{\n default = \"latest\"\n}}\nresource \"google_cloudfunctions2_function\" \"orders\" {{\n service_config {{\n \
         secret_environment_variables {{\n key = \"DB_PASSWORD\"\n secret = \"db\"\n version = {}\n }}\n }}\n}}\n",
        "var.db_version"
    );
    assert!(rules(&[("main.tf", &given)]).is_empty());
    let volume = "volumes {\n name = \"db\"\n secret {\n secret = \"db\"\n items {\n version = \"latest\"\n path = \"password\"\n }\n }\n }";
    assert!(cloud_run("image = \"orders\"", volume).is_empty());
}

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
    for given in [
        "!Sub '{{resolve:${Store}:db:SecretString:password}}'",
        "!Join ['', ['{{resolve:', !Ref Store, ':db:SecretString:password}}']]",
    ] {
        assert!(database(given).is_empty(), "{given}");
    }
    assert!(database("'{{resolve:secretsmanager:db:SecretString:password}}'").is_empty());
}
