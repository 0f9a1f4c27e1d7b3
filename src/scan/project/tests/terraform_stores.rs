//! Stores of Terraform, who may read them, and where its state is kept.

use super::terraform::rules;

#[test]
fn stores() {
    let secret = |version: &str| {
        format!(
            "resource \"aws_ssm_parameter\" \"p\" {{\n name = \"/app/x\"\n type = \"{version}\n}}"
        )
    };
    assert_eq!(
        rules(&secret("SecureString\"\n value = \"x9Kd02LsPqZmVn47\"")),
        ["literal-in-store"]
    );
    assert!(rules(&secret("SecureString\"\n value = \"changeme\"")).is_empty());
    assert!(rules(&secret("SecureString\"\n value = var.db_password")).is_empty());
    assert!(rules(&secret("SecureString\"\n value = \"x9Kd02LsPqZmVn47\"\n lifecycle {\n ignore_changes = [value]\n }")).is_empty());
    assert!(rules(&secret("String\"\n value = \"x9Kd02LsPqZmVn47\"")).is_empty());
    assert_eq!(
        rules(
            "resource \"azurerm_key_vault_secret\" \"s\" {\n value = random_password.x.result\n}"
        ),
        ["secret-expiry-missing"]
    );
}

#[test]
fn rotation() {
    let secret = "resource \"aws_secretsmanager_secret\" \"db\" {\n kms_key_id = \"k\"\n}\n";
    let rotated = |id: &str| {
        format!(
            "{secret}resource \"aws_secretsmanager_secret_rotation\" \"r\" {{\n secret_id = {id}\n rotation_lambda_arn = var.f\n}}"
        )
    };
    assert_eq!(rules(secret), ["rotation-missing"]);
    assert_eq!(
        rules(&rotated("aws_secretsmanager_secret.other.id")),
        ["rotation-missing"]
    );
    assert!(rules(&rotated("aws_secretsmanager_secret.db.id")).is_empty());
    assert!(rules(&rotated("aws_secretsmanager_secret_version.db.secret_id")).is_empty());
}

/// Secrets of Google rotate by a block of theirs; roles of Kubernetes are blocks, too.
#[test]
fn rotation_and_roles_in_blocks() {
    let secret = |name: &str, body: &str| {
        let text = format!(
            "resource \"google_secret_manager_secret\" \"{name}\" {{\n  secret_id = \"x\"\n{body}\n}}\n"
        );
        rules(&text)
    };
    let rotation = |period: &str| format!("rotation {{\n rotation_period = \"{period}\"\n}}\n");
    let topic = "topics {\n name = \"t\"\n}\n";
    assert_eq!(secret("db_password", ""), ["rotation-missing"]);
    assert_eq!(
        secret("db_password", &(rotation("31536000s") + topic)),
        ["rotation-too-rare"]
    );
    assert_eq!(
        secret("db_password", &rotation("2592000s")),
        ["rotation-incomplete"]
    );
    for (name, body) in [
        ("db_password", rotation("2592000s") + topic),
        ("db_password", "labels = { rotation = \"none\" }".to_owned()),
        ("db_password", "ttl = \"86400s\"".to_owned()),
        ("db_user", String::new()),
        ("db_name", String::new()),
    ] {
        assert!(secret(name, &body).is_empty(), "{name} {body}");
    }
    let role = |kind: &str, more: &str| {
        let text = format!(
            "resource \"{kind}\" \"r\" {{\n  rule {{\n    api_groups = [\"\"]\n    resources = [\"secrets\"]\n    verbs = [\"get\"]\n{more}  }}\n}}\n"
        );
        rules(&text)
    };
    for kind in ["kubernetes_cluster_role", "kubernetes_role_v1"] {
        assert_eq!(role(kind, ""), ["wildcard-secret-access"], "{kind}");
        assert!(
            role(kind, "    resource_names = [\"app\"]\n").is_empty(),
            "{kind}"
        );
    }
    assert!(role("kubernetes_role_binding", "").is_empty());
}

#[test]
fn policies() {
    let document = |statement: &str| {
        format!("data \"aws_iam_policy_document\" \"d\" {{\n statement {{\n{statement}\n }}\n}}")
    };
    let bad = |s: &str| rules(&document(s)) == ["wildcard-secret-access"];
    assert!(bad(
        "actions = [\"secretsmanager:GetSecretValue\"]\nresources = [\"*\"]"
    ));
    assert!(bad(
        "actions = [\"secretsmanager:*\"]\nresources = [\"arn:aws:secretsmanager:eu-west-1:1:secret:*\"]"
    ));
    assert!(bad(
        "actions = [\"ssm:GetParameter*\"]\nresources = [\"arn:aws:ssm:${var.region}:${local.account}:parameter/*\"]"
    ));
    for silent in [
        "actions = [\"secretsmanager:ListSecrets\"]\nresources = [\"*\"]",
        "actions = [\"secretsmanager:GetSecretValue\"]\nresources = [aws_secretsmanager_secret.x.arn]",
        "actions = [\"secretsmanager:GetSecretValue\"]\nresources = [\"${aws_secretsmanager_secret.x.arn}-*\"]",
        "actions = [\"secretsmanager:GetSecretValue\"]\nresources = [\"arn:aws:secretsmanager:eu-west-1:1:secret:db-??????\"]",
        "effect = \"Deny\"\nactions = [\"secretsmanager:GetSecretValue\"]\nresources = [\"*\"]",
        "actions = [\"secretsmanager:GetSecretValue\"]\nresources = [\"*\"]\ncondition {\n test = \"StringEquals\"\n }",
        "actions = [\"ssm:GetParametersByPath\"]\nresources = [\"arn:aws:ssm:eu-west-1:1:parameter/app/*\"]",
    ] {
        assert!(rules(&document(silent)).is_empty(), "{silent}");
    }
}

#[test]
fn policies_in_heredocs() {
    let policy = |statement: &str| {
        format!(
            "resource \"aws_iam_policy\" \"p\" {{\n policy = <<EOF\n{{ \"Statement\": [{statement}] }}\nEOF\n}}\n"
        )
    };
    let reads = r#""Effect": "Allow", "Action": ["logs:*", "secretsmanager:GetSecretValue"]"#;
    let bad = policy(&format!("{{ {reads}, \"Resource\": \"*\" }}"));
    assert_eq!(rules(&bad), ["wildcard-secret-access"]);
    let put_in = policy(&format!(
        "{{ {reads}, \"Resource\": \"arn:aws:secretsmanager:${{var.region}}:${{local.account}}:secret:*\" }}"
    ));
    assert_eq!(rules(&put_in), ["wildcard-secret-access"]);
    let named = policy(&format!(
        "{{ {reads}, \"Resource\": \"${{aws_secretsmanager_secret.db.arn}}\" }}"
    ));
    assert!(rules(&named).is_empty());
    let limited = policy(&format!(
        "{{ {reads}, \"Resource\": \"*\", \"Condition\": {{}} }}"
    ));
    assert!(rules(&limited).is_empty());
}

#[test]
fn google_and_azure_grants() {
    let google = |kind: &str| {
        format!("resource \"{kind}\" \"g\" {{\n role = \"roles/secretmanager.secretAccessor\"\n}}")
    };
    assert_eq!(
        rules(&google("google_project_iam_member")),
        ["wildcard-secret-access"]
    );
    assert!(rules(&google("google_secret_manager_secret_iam_member")).is_empty());
    let azure = |scope: &str| {
        format!(
            "resource \"azurerm_role_assignment\" \"a\" {{\n role_definition_name = \"Key Vault Secrets User\"\n scope = {scope}\n}}"
        )
    };
    assert_eq!(
        rules(&azure("azurerm_resource_group.main.id")),
        ["wildcard-secret-access"]
    );
    assert!(rules(&azure("azurerm_key_vault.main.id")).is_empty());
}

#[test]
fn backends() {
    let backend =
        |kind: &str, body: &str| format!("terraform {{\n backend \"{kind}\" {{\n{body}\n }}\n}}");
    assert_eq!(
        rules(&backend("local", "path = \"x\"")),
        ["unencrypted-state-backend"]
    );
    assert_eq!(
        rules(&backend("s3", "bucket = \"b\"\nencrypt = false")),
        ["unencrypted-state-backend"]
    );
    assert_eq!(
        rules(&backend("http", "address = \"http://state.test/x\"")),
        ["unencrypted-state-backend"]
    );
    for silent in [
        backend("s3", ""),
        backend("s3", "bucket = \"b\"\nencrypt = true"),
        backend("gcs", "bucket = \"b\""),
        backend("http", "address = \"http://localhost:1/x\""),
    ] {
        assert!(rules(&silent).is_empty(), "{silent}");
    }
}

/// A value beside its name is the property's as well; a Secret of Kubernetes holds nothing but secrets.
#[test]
fn values_beside_their_names() {
    let secret = |block: &str| {
        rules(&format!(
            "resource \"azurerm_container_app\" \"a\" {{\n  secret {{\n{block}\n  }}\n}}\n"
        ))
    };
    assert_eq!(
        secret("name = \"db\"\nvalue = \"kT9vWq2LmZx84nRb\""),
        ["plaintext-secret-property"]
    );
    assert!(secret("name = \"kT9vWq2LmZx84nRb\"\nkey_vault_secret_id = \"https://shop.vault.azure.net/secrets/db\"").is_empty());
    for filled in [
        "resource \"github_actions_environment_secret\" \"g\" {\n  secret_name = \"X\"\n  plaintext_value = \"kT9vWq2LmZx84nRi\"\n}\n",
        "resource \"cloudflare_workers_secret\" \"c\" {\n  name = \"STRIPE\"\n  secret_text = \"kT9vWq2LmZx84nRp\"\n}\n",
        "resource \"azuredevops_variable_group\" \"v\" {\n  variable {\n    name = \"tok\"\n    secret_value = \"kT9vWq2LmZx84nRl\"\n    is_secret = true\n  }\n}\n",
    ] {
        assert_eq!(rules(filled), ["literal-in-store"], "{filled}");
    }
    let data = |entry: &str| {
        rules(&format!(
            "resource \"kubernetes_secret\" \"m\" {{\n  data = {{\n{entry}\n  }}\n}}\n"
        ))
    };
    assert_eq!(
        data("stripe = \"JuNefAh6PU8g9pMBO25pzNjH\""),
        ["literal-in-store"]
    );
    for none in [
        "username = \"JuNefAh6PU8g9pMBO25pzNjH\"",
        "stripe = \"changeme\"",
        "\"app.yaml\" = \"stage: prod\"",
    ] {
        assert!(data(none).is_empty(), "{none}");
    }
}
