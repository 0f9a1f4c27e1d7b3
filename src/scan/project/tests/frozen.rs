//! Pointers that stay with a version of a secret, and those that follow a rotation.

use super::pointers::{IDENTITY, URI, app};
use super::*;

const EVENTS: &str =
    "resource events 'Microsoft.EventGrid/systemTopics@2022-06-15' = {\n  name: 'near-expiry'\n}\n";

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

/// A template with a secret that is rotated, and a resource of a kind with a property that is given this.
fn rotated_stack(kind: &str, property: &str, pointer: &str) -> Vec<String> {
    let text = format!(
        "Parameters: {{Version: {{Type: String}}, Other: {{Type: String}}}}\nResources:\n  Secret: {{Type: 'AWS::SecretsManager::Secret', Properties: {{Name: db, KmsKeyId: k}}}}\n  \
         Rotation:\n    Type: AWS::SecretsManager::RotationSchedule\n    Properties: {{SecretId: !Ref Secret, HostedRotationLambda: {{RotationType: MySQLSingleUser}}}}\n  \
         Fixed: {{Type: 'AWS::SecretsManager::Secret', Properties: {{Name: vendor, KmsKeyId: k, Tags: [{{Key: rotation, Value: manual}}]}}}}\n  \
         Thing:\n    Type: {kind}\n    Properties:\n      {property}: {pointer}\n"
    );
    rules(&[("stack.yaml", &text)])
}

#[test]
fn versions_of_dynamic_references() {
    let database =
        |pointer: &str| rotated_stack("AWS::RDS::DBInstance", "MasterUserPassword", pointer);
    let id = "a1b2c3d4-5678-90ab-cdef-0123456789ab";
    for fixed in [
        format!("'{{{{resolve:secretsmanager:db:SecretString:password::{id}}}}}'"),
        format!("!Sub '{{{{resolve:secretsmanager:${{Secret}}:SecretString:password::{id}}}}}'"),
        format!(
            "!Join ['', ['{{{{resolve:secretsmanager:', !Ref Secret, ':SecretString:password::{id}}}}}']]"
        ),
        // Whichever that is, it may be the one that is rotated.
        format!("!Sub '{{{{resolve:secretsmanager:${{Other}}-db:SecretString:password::{id}}}}}'"),
    ] {
        assert_eq!(database(&fixed), ["frozen-secret-reference"], "{fixed}");
    }
    for follows in [
        "'{{resolve:secretsmanager:db:SecretString:password}}'",
        "'{{resolve:secretsmanager:db:SecretString:password:AWSCURRENT}}'",
        // Whoever gives the version can give a new one.
        "!Sub '{{resolve:secretsmanager:db:SecretString:password::${Version}}}'",
        // Nothing rotates this one.
        "'{{resolve:secretsmanager:vendor:SecretString:password::a1b2c3d4-5678-90ab-cdef-0123456789ab}}'",
        "!Sub '{{resolve:secretsmanager:${Fixed}:SecretString:password::a1b2c3d4-5678-90ab-cdef-0123456789ab}}'",
    ] {
        assert!(database(follows).is_empty(), "{follows}");
    }
}

#[test]
fn rotated_secrets_that_are_followed_once() {
    let endpoint = |pointer: &str| rotated_stack("AWS::DMS::Endpoint", "Password", pointer);
    for once in [
        "'{{resolve:secretsmanager:db:SecretString:password}}'",
        "!Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'",
        "!Join ['', ['{{resolve:secretsmanager:', !Ref Secret, ':SecretString:password}}']]",
        "'{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1B2c3:SecretString:password}}'",
    ] {
        assert_eq!(endpoint(once), ["frozen-secret-reference"], "{once}");
    }
    for right in [
        // Nothing rotates them, as far as is known, or it is no secret that is taken.
        "'{{resolve:secretsmanager:vendor:SecretString:password}}'",
        "!Sub '{{resolve:secretsmanager:${Other}:SecretString:password}}'",
        "!Sub '{{resolve:secretsmanager:${Other}-db:SecretString:password}}'",
        "!Join ['', ['{{resolve:secretsmanager:', !Ref Other, '-db:SecretString:password}}']]",
        "!Join ['', ['{{resolve:secretsmanager:', !Ref Fixed, ':SecretString:password}}']]",
        "'{{resolve:secretsmanager:db:SecretString:username}}'",
    ] {
        assert!(endpoint(right).is_empty(), "{right}");
    }
    let pointer = "'{{resolve:secretsmanager:db:SecretString:password}}'";
    // A rotation changes the password of the database itself.
    assert!(rotated_stack("AWS::RDS::DBInstance", "MasterUserPassword", pointer).is_empty());
    // Elsewhere in CloudFormation's languages it is a copy, and reported as one.
    let copied = rotated_stack(
        "AWS::Lambda::Function",
        "Environment",
        &format!("{{Variables: {{DB_PASSWORD: {pointer}}}}}"),
    );
    assert_eq!(
        copied,
        ["env-key-management-missing", "secret-copied-into-env"]
    );
}

/// A module of Terraform that reads a secret, with what is declared beside it.
fn reads(data: &str, beside: &str) -> Vec<String> {
    rules(&[("main.tf", &format!("{data}\n{beside}"))])
}

#[test]
fn versions_that_terraform_reads() {
    let rotation = |id: &str| {
        format!(
            "resource \"aws_secretsmanager_secret_rotation\" \"db\" {{\n secret_id = {id}\n rotation_lambda_arn = var.rotation_arn\n rotation_rules {{\n \
             automatically_after_days = 30\n }}\n}}\nvariable \"rotation_arn\" {{}}\nvariable \"db_version\" {{}}\n"
        )
    };
    let secret = "data \"aws_secretsmanager_secret\" \"db\" {\n name = \"orders/db\"\n}\n";
    let own = "data.aws_secretsmanager_secret.db.id";
    let read = |id: &str, version: &str| {
        format!(
            "{secret}data \"aws_secretsmanager_secret_version\" \"db\" {{\n secret_id = {id}\n {version}\n}}\n"
        )
    };
    let id = "\"a1b2c3d4-5678-90ab-cdef-0123456789ab\"";
    let pinned = format!("version_id = {id}");
    let frozen = ["frozen-secret-reference"];
    for known in [own, "\"orders/db\""] {
        assert_eq!(
            reads(&read(known, &pinned), &rotation(own)),
            frozen,
            "{known}"
        );
        assert_eq!(
            reads(&read(own, &pinned), &rotation(known)),
            frozen,
            "{known}"
        );
    }
    let short = read(own, &pinned).replace(
        "data \"aws_secretsmanager_secret_version\"",
        "ephemeral \"aws_secretsmanager_secret_version\"",
    );
    assert_eq!(reads(&short, &rotation(own)), frozen);
    for (data, beside, why) in [
        (read(own, &pinned), String::new(), "nothing rotates it"),
        (
            read("\"vendor\"", &pinned),
            rotation(own),
            "another is rotated",
        ),
        (read(own, ""), rotation(own), "the newest"),
        (
            read(own, "version_stage = \"AWSPREVIOUS\""),
            rotation(own),
            "a stage",
        ),
        (read(own, "version_id = null"), rotation(own), "none"),
        (
            read(own, "version_id = var.db_version"),
            rotation(own),
            "given",
        ),
        (
            read(
                own,
                &format!("# Pinned until the vendor has moved.\n {pinned}"),
            ),
            rotation(own),
            "it is meant",
        ),
    ] {
        assert!(reads(&data, &beside).is_empty(), "{why}");
    }
    let doubts = doubted(&[("main.tf", &read(own, &pinned))]);
    assert!(doubts.contains(&frozen[0].to_owned()), "{doubts:?}");
}

#[test]
fn versions_that_terraform_reads_of_google_and_azure() {
    let google = |rotation: &str, version: &str| {
        reads(
            &format!(
                "data \"google_secret_manager_secret_version\" \"db\" {{\n secret = google_secret_manager_secret.db.id\n {version}\n}}\n"
            ),
            &format!(
                "resource \"google_secret_manager_secret\" \"db\" {{\n secret_id = \"db\"\n topics {{\n name = \"t\"\n }}\n {rotation}\n labels = {{ rotation = \"manual\" }}\n}}\n"
            ),
        )
    };
    let rotation = "rotation {\n rotation_period = \"2592000s\"\n next_rotation_time = \"2027-01-01T00:00:00Z\"\n }";
    let frozen = ["frozen-secret-reference"];
    assert_eq!(google(rotation, "version = \"3\""), frozen);
    assert_eq!(google(rotation, "version = 3"), frozen);
    for right in [
        "",
        "version = \"latest\"",
        "version = 3 # pinned, see ADR 12",
    ] {
        assert!(google(rotation, right).is_empty(), "{right}");
    }
    assert!(
        google("", "version = \"3\"").is_empty(),
        "nothing rotates it"
    );
    let azure = |version: &str, beside: &str| {
        let data = "data \"azurerm_key_vault\" \"orders\" {\n name = \"orders\"\n}\ndata \"azurerm_key_vault_secret\" \"db\" {\n name = \"db\"\n key_vault_id = \
                    data.azurerm_key_vault.orders.id\n @\n}\n";
        reads(&data.replace('@', version), beside)
    };
    let events = "resource \"azurerm_eventgrid_event_subscription\" \"near_expiry\" {\n name = \"near-expiry\"\n scope = data.azurerm_key_vault.orders.id\n}\n";
    let version = "version = \"4f9d0b2c7e81a65d\"";
    assert_eq!(azure(version, events), frozen);
    assert!(azure("", events).is_empty());
    assert!(azure(version, "").is_empty(), "nothing rotates it");
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

/// What Terraform calls the id of a secret of a Key Vault has its version in it.
#[test]
fn ids_of_secrets_of_key_vault() {
    let app = |secret: &str, beside: &str| {
        let text = format!(
            "resource \"azurerm_linux_function_app\" \"a\" {{\n  identity {{\n    type = \"SystemAssigned\"\n  }}\n  app_settings = {{\n    DB = \"@Microsoft.KeyVault(SecretUri=${{{secret}}})\"\n  }}\n}}\n{beside}"
        );
        rules(&[("main.tf", &text)])
    };
    let events = "resource \"azurerm_eventgrid_event_subscription\" \"near_expiry\" {\n name = \"near-expiry\"\n scope = data.azurerm_key_vault.orders.id\n}\n";
    for secret in [
        "azurerm_key_vault_secret.db.id",
        "data.azurerm_key_vault_secret.db.id",
    ] {
        assert_eq!(app(secret, events), ["frozen-secret-reference"], "{secret}");
        assert!(app(secret, "").is_empty(), "nothing rotates it");
    }
    for follows in [
        "azurerm_key_vault_secret.db.versionless_id",
        "data.azurerm_key_vault_secret.db.versionless_id",
        "var.secret_id",
        "module.secrets.id",
    ] {
        assert!(app(follows, events).is_empty(), "{follows}");
    }
    let secret = "resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' existing = {\n  name: 'orders/db'\n}\n";
    let of = |property: &str| {
        let value = format!("'@Microsoft.KeyVault(SecretUri=${{secret.properties.{property}}})'");
        super::pointers::app(IDENTITY, &value, &format!("{EVENTS}{secret}"))
    };
    assert_eq!(of("secretUriWithVersion"), ["frozen-secret-reference"]);
    assert!(of("secretUri").is_empty());
    let below = |uri: &str, version: &str| {
        format!("@Microsoft.KeyVault(SecretUri=${{{uri}}}secrets/db{version})")
    };
    let bicep = |version: &str| {
        let value = format!("'{}'", below("vault.properties.vaultUri", version));
        let vault = "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {\n  name: 'orders'\n}\n";
        super::pointers::app(IDENTITY, &value, &format!("{EVENTS}{vault}"))
    };
    assert_eq!(bicep("/4f9d0b2c7e81a65d"), ["frozen-secret-reference"]);
    assert!(bicep("").is_empty() && bicep("/").is_empty());
}
