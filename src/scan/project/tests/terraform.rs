use super::*;

/// What is found in one file, by rule.
fn rules(text: &str) -> Vec<String> {
    let found = found(&[("main.tf", text)]);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
}

fn lambda(variables: &str) -> String {
    format!(
        "resource \"aws_lambda_function\" \"f\" {{\n environment {{\n variables = {variables}\n }}\n kms_key_arn = var.key\n}}\n"
    )
}

#[test]
fn literals_in_environments() {
    for text in [
        lambda("{ DB_PASSWORD = \"hG7!kq2PzW9v\" }"),
        lambda("merge({ A = \"b\" }, { \"DB_PASSWORD\" : \"hG7!kq2PzW9v\" })"),
        lambda("var.on ? { DB_PASSWORD = \"hG7!kq2PzW9v\" } : {}"),
        "resource \"aws_codebuild_project\" \"b\" {\n environment {\n environment_variable {\n name = \"NPM_TOKEN\"\n value = \"hG7kq2PzW9vLmQ4x\"\n }\n }\n}".into(),
        "resource \"azurerm_linux_function_app\" \"a\" {\n app_settings = {\n DB_PASSWORD = \"hG7!kq2PzW9v\"\n }\n}".into(),
        "resource \"google_cloud_run_v2_service\" \"s\" {\n template {\n containers {\n env {\n name = \"DB_PASSWORD\"\n value = \"hG7!kq2PzW9v\"\n }\n }\n }\n}".into(),
        "module \"lambda\" {\n source = \"terraform-aws-modules/lambda/aws\"\n environment_variables = {\n DB_PASSWORD = \"hG7!kq2PzW9v\"\n }\n}".into(),
    ] {
        assert_eq!(rules(&text), ["plaintext-env-secret"], "{text}");
    }
    for value in [
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
        "changeme",
        "",
        "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s/)",
        "/orders/db/password",
    ] {
        let text = lambda(&format!("{{ DB_PASSWORD = \"{value}\" }}"));
        assert!(rules(&text).is_empty(), "{text}");
    }
}

#[test]
fn copies_into_environments() {
    for value in [
        "data.aws_secretsmanager_secret_version.db.secret_string",
        "jsondecode(data.aws_secretsmanager_secret_version.db.secret_string)[\"password\"]",
        "jsondecode(data.aws_secretsmanager_secret_version.db.secret_string).password",
        "random_password.db.result",
        "\"postgres://app:${random_password.db.result}@db/app\"",
        "aws_iam_access_key.x.secret",
        "data.aws_ssm_parameter.db_password.value",
        "var.db_password",
        "nonsensitive(var.db_password)",
        "data.azurerm_key_vault_secret.x.value",
        "azurerm_storage_account.x.primary_access_key",
    ] {
        let text = lambda(&format!("{{ DATABASE = {value} }}"));
        assert_eq!(rules(&text), ["secret-copied-into-env"], "{text}");
    }
    for value in [
        "aws_secretsmanager_secret.db.arn",
        "aws_secretsmanager_secret.db.name",
        "data.aws_secretsmanager_secret_version.db.arn",
        "jsondecode(data.aws_secretsmanager_secret_version.db.secret_string)[\"username\"]",
        "data.aws_ssm_parameter.log_level.value",
        "var.db_secret_arn",
        "var.db_password_length",
        "sha256(var.db_password)",
        "random_pet.db.id",
        "azurerm_application_insights.x.connection_string",
    ] {
        let text = lambda(&format!("{{ DATABASE = {value} }}"));
        assert!(rules(&text).is_empty(), "{text}: {:?}", rules(&text));
    }
}

#[test]
fn what_the_platform_resolves_is_no_copy() {
    let text = "resource \"aws_codebuild_project\" \"b\" {\n environment {\n environment_variable {\n name = \"TOKEN\"\n value = var.api_token\n type = \"SECRETS_MANAGER\"\n }\n }\n}";
    assert!(rules(text).is_empty());
    let text = "resource \"aws_ecs_task_definition\" \"t\" {\n container_definitions = jsonencode([{ name = \"a\", secrets = [{ name = \"P\", valueFrom = var.db_password }] }])\n}";
    assert!(rules(text).is_empty());
    let text = format!(
        "variable \"db_password\" {{\n ephemeral = true\n}}\n{}",
        lambda("{ P = var.db_password }")
    );
    assert!(rules(&text).is_empty());
    let text = format!(
        "variable \"db_password\" {{\n type = bool\n}}\n{}",
        lambda("{ P = var.db_password }")
    );
    assert!(rules(&text).is_empty());
}

#[test]
fn a_literal_is_followed_through_three_files() {
    let lambda = "variable \"settings\" {}\nresource \"aws_lambda_function\" \"f\" {\n environment {\n variables = var.settings\n }\n}";
    let main = "locals {\n settings = { SMTP_PASSWORD = var.smtp_password }\n}\nmodule \"f\" {\n source = \"../modules/f\"\n settings = local.settings\n}";
    let files = [
        ("live/main.tf", main),
        (
            "live/variables.tf",
            "variable \"smtp_password\" {\n sensitive = true\n}",
        ),
        ("live/prod.tfvars", "smtp_password = \"7hRq!ZpLw20vKe\"\n"),
        ("modules/f/main.tf", lambda),
    ];
    let all = findings(&files);
    assert_eq!(found(&files), ["plaintext-env-secret live/prod.tfvars:1"]);
    let steps = &all[0].flow.as_ref().unwrap().steps;
    let places: Vec<(&str, u32)> = steps
        .iter()
        .map(|s| (&*s.place.path, s.place.region.start.line))
        .collect();
    assert_eq!(
        places,
        [
            ("live/prod.tfvars", 1),
            ("live/main.tf", 2),
            ("live/main.tf", 6),
            ("modules/f/main.tf", 4)
        ]
    );
    assert!(
        steps
            .iter()
            .all(|s| !s.place.excerpt.text.contains("ZpLw20"))
    );
}

#[test]
fn a_variable_that_is_given_pointers_is_one() {
    let child = format!(
        "variable \"db_secret\" {{\n sensitive = true\n}}\n{}",
        lambda("{ DB_SECRET = var.db_secret }")
    );
    let call =
        |value: &str| format!("module \"m\" {{\n source = \"./m\"\n db_secret = {value}\n}}");
    let pointer = call("aws_secretsmanager_secret.db.arn");
    assert!(found(&[("main.tf", &pointer), ("m/main.tf", &child)]).is_empty());
    let value = call("data.aws_secretsmanager_secret_version.db.secret_string");
    assert_eq!(
        found(&[("main.tf", &value), ("m/main.tf", &child)]),
        ["secret-copied-into-env main.tf:3"]
    );
}

#[test]
fn circles_end() {
    let text = format!(
        "locals {{\n a = local.b\n b = local.a\n}}\n{}",
        lambda("local.a")
    );
    assert!(rules(&text).is_empty());
    let call = "module \"m\" {\n source = \"../b\"\n x = var.x\n}";
    let back = "module \"m\" {\n source = \"../a\"\n x = var.x\n}";
    assert!(found(&[("a/main.tf", call), ("b/main.tf", back)]).is_empty());
    let wide = "locals {\n a = [local.a, local.a, local.a, local.a, local.a, local.a, local.a, local.a]\n}\n";
    assert!(rules(&format!("{wide}{}", lambda("local.a"))).is_empty());
}

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
fn variables_and_outputs() {
    let used = "resource \"aws_db_instance\" \"d\" {\n password = var.db_password\n}\n";
    let variable = |body: &str| format!("{used}variable \"db_password\" {{\n{body}\n}}");
    assert_eq!(
        rules(&variable("type = string")),
        ["secret-parameter-exposed"]
    );
    assert!(rules(&variable("type = string\nsensitive = true")).is_empty());
    assert!(rules(&variable("type = bool")).is_empty());
    assert!(rules("variable \"db_password\" {\n}\nmodule \"m\" {\n source = \"x/y/z\"\n p = var.db_password\n}").is_empty());
    let output = |value: &str| format!("output \"o\" {{\n value = {value}\n}}");
    assert_eq!(
        rules(&output("random_password.x.result")),
        ["secret-in-output"]
    );
    assert!(rules(&output("random_password.x.result\n sensitive = true")).is_empty());
    assert!(rules(&output("aws_secretsmanager_secret.x.arn")).is_empty());
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

/// What a variable is said to be counts, and a user's name is no secret though people mark it as one.
#[test]
fn variables_that_hold_no_secret() {
    let exposed = |name: &str, body: &str| {
        let text = format!(
            "variable \"{name}\" {{\n  type = string\n  {body}\n}}\nresource \"a_b\" \"c\" {{\n  thing = var.{name}\n}}\n"
        );
        let found = found(&[("main.tf", &text)]);
        found
            .iter()
            .any(|f| f.starts_with("secret-parameter-exposed"))
    };
    assert!(exposed(
        "credentials",
        "description = \"Password of the service\""
    ));
    assert!(exposed("credentials", "description = \"Path\""));
    for said in [
        "Path to the shared file",
        "The name of the secret",
        "ARN of it",
        "Location of the file",
    ] {
        assert!(
            !exposed("credentials", &format!("description = \"{said}\"")),
            "{said}"
        );
    }
    let copied = |name: &str| {
        let text = format!(
            "variable \"{name}\" {{\n  type = string\n  sensitive = true\n}}\n{}",
            lambda(&format!("{{ DB = var.{name} }}"))
        );
        let found = found(&[("main.tf", &text)]);
        found
            .iter()
            .any(|f| f.starts_with("secret-copied-into-env"))
    };
    assert!(copied("db_password") && copied("db_connection"));
    assert!(!copied("db_username") && !copied("db_user") && !copied("registry_login"));
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
