//! Who may read secrets: policies and roles that are right, beside those that are not.

use super::*;

fn terraform(text: &str) -> Vec<String> {
    rules(&[("main.tf", text)])
}

/// A policy document with these statements.
fn document(statements: &[&str]) -> Vec<String> {
    let blocks: String = statements
        .iter()
        .map(|s| format!(" statement {{\n {s}\n }}\n"))
        .collect();
    terraform(&format!(
        "data \"aws_iam_policy_document\" \"orders\" {{\n{blocks}}}\n"
    ))
}

/// A policy that is put together from an object.
fn encoded(kind: &str, statement: &str) -> Vec<String> {
    terraform(&format!(
        "resource \"{kind}\" \"orders\" {{\n policy = jsonencode({{ Statement = [{{ {statement} }}] }})\n}}\n"
    ))
}

const ALL: &str = "resources = [\"*\"]";

#[test]
fn actions_that_name_no_secret() {
    let allowed = |actions: &str| document(&[&format!("actions = [{actions}]\n {ALL}")]);
    assert_eq!(
        allowed("\"secretsmanager:ListSecrets\", \"secretsmanager:GetSecretValue\""),
        ["wildcard-secret-access"]
    );
    for alone in [
        "\"secretsmanager:ListSecrets\"",
        "\"secretsmanager:GetRandomPassword\"",
        "\"secretsmanager:BatchGetSecretValue\", \"secretsmanager:ListSecrets\"",
        "\"ssm:DescribeParameters\"",
    ] {
        assert!(allowed(alone).is_empty(), "{alone}");
    }
    // All but reading is allowed there.
    let not = "not_actions = [\"secretsmanager:GetSecretValue\"]\n resources = [\"*\"]";
    assert!(document(&[not]).is_empty());
}

#[test]
fn policies_of_one_secret() {
    let reads = "Effect = \"Allow\", Action = \"secretsmanager:GetSecretValue\", Resource = \"*\"";
    assert_eq!(encoded("aws_iam_policy", reads), ["wildcard-secret-access"]);
    for of in [
        "Principal = { AWS = aws_iam_role.orders.arn }",
        "NotPrincipal = { AWS = \"arn:aws:iam::111122223333:root\" }",
    ] {
        // Whom it speaks of says that it is the policy of a thing, whichever that is.
        for kind in ["aws_secretsmanager_secret_policy", "aws_kms_replica_key"] {
            let own = encoded(kind, &format!("{reads}, {of}"));
            assert!(own.is_empty(), "{kind} {of}");
        }
    }
    let tagged = format!(
        "{reads}, Condition = {{ StringEquals = {{ \"secretsmanager:ResourceTag/app\" = \"orders\" }} }}"
    );
    assert!(encoded("aws_iam_policy", &tagged).is_empty());
    let denied = reads.replace("Allow", "Deny");
    assert!(encoded("aws_iam_policy", &denied).is_empty());
}

#[test]
fn policies_that_are_written_as_text() {
    let written = |effect: &str| {
        terraform(&format!(
            "resource \"aws_iam_role_policy\" \"orders\" {{\n policy = <<-EOF\n  {{\"Statement\": {{\"Effect\": \"{effect}\", \"Action\": \"ssm:GetParameter\", \"Resource\": \"*\"}}}}\n EOF\n}}\n"
        ))
    };
    assert_eq!(written("Allow"), ["wildcard-secret-access"]);
    assert!(written("Deny").is_empty());
}

/// Where secrets are not named either, the key is the smaller fault.
#[test]
fn decryption_beside_all_secrets() {
    let named = "actions = [\"secretsmanager:GetSecretValue\"]\n resources = [aws_secretsmanager_secret.db.arn]";
    let all = format!("actions = [\"ssm:GetParameter\"]\n {ALL}");
    let decrypts = format!("actions = [\"kms:Decrypt\"]\n {ALL}");
    assert_eq!(document(&[named, &decrypts]), ["wildcard-decrypt-access"]);
    assert_eq!(
        document(&[named, &all, &decrypts]),
        ["wildcard-secret-access"]
    );
}

#[test]
fn functions_without_secrets_may_share_a_role() {
    let function = |name: &str, variables: &str| {
        format!(
            "resource \"aws_lambda_function\" \"{name}\" {{\n role = aws_iam_role.shared.arn\n environment {{\n variables = {{ {variables} }}\n }}\n}}\n"
        )
    };
    let secret =
        |name: &str| format!("SECRET_ARN = aws_secretsmanager_secret.{name}.arn, STAGE = \"prod\"");
    let both = |other: &str| {
        terraform(&format!(
            "{}{}",
            function("orders", &secret("db")),
            function("mail", other)
        ))
    };
    assert_eq!(both(&secret("smtp")), ["shared-secret-access"]);
    assert!(both("STAGE = \"prod\"").is_empty());
}

#[test]
fn roles_that_read_no_secrets() {
    let azure = |role: &str| {
        terraform(&format!(
            "resource \"azurerm_role_assignment\" \"app\" {{\n role_definition_name = \"{role}\"\n scope = azurerm_resource_group.main.id\n}}\n"
        ))
    };
    assert_eq!(azure("Key Vault Secrets User"), ["wildcard-secret-access"]);
    assert!(azure("Storage Blob Data Reader").is_empty());
    let google = |role: &str| {
        terraform(&format!(
            "resource \"google_project_iam_member\" \"app\" {{\n role = \"{role}\"\n member = google_service_account.app.member\n}}\n"
        ))
    };
    assert_eq!(
        google("roles/secretmanager.secretAccessor"),
        ["wildcard-secret-access"]
    );
    assert!(google("roles/secretmanager.viewer").is_empty());
}

#[test]
fn people_may_write_secrets() {
    let policy = |object: &str, permissions: &str| {
        terraform(&format!(
            "resource \"azurerm_key_vault_access_policy\" \"one\" {{\n key_vault_id = azurerm_key_vault.main.id\n object_id = {object}\n secret_permissions = [{permissions}]\n}}\n"
        ))
    };
    let app = "azurerm_linux_function_app.orders.identity[0].principal_id";
    assert_eq!(policy(app, "\"Get\", \"Set\""), ["excessive-vault-rights"]);
    assert!(policy(app, "\"Get\", \"List\"").is_empty());
    for other in [
        "data.azurerm_client_config.current.object_id",
        // What rotates has to write.
        "azurerm_linux_function_app.rotation.identity[0].principal_id",
    ] {
        assert!(policy(other, "\"Get\", \"Set\"").is_empty(), "{other}");
    }
}
