//! Variables, environments and outputs of Terraform, and the ways of values through its files.

use super::*;

/// What is found in one file, by rule.
pub(super) fn rules(text: &str) -> Vec<String> {
    let found = found(&[("main.tf", text)]);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
}

pub(super) fn lambda(variables: &str) -> String {
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
    let copied = |name: &str, body: &str| {
        let text = format!(
            "variable \"{name}\" {{\n  type = string\n  {body}\n}}\n{}",
            lambda(&format!("{{ DB = var.{name} }}"))
        );
        let found = found(&[("main.tf", &text)]);
        found
            .iter()
            .any(|f| f.starts_with("secret-copied-into-env"))
    };
    let marked = "sensitive = true";
    assert!(copied("db_password", marked) && copied("db_connection", marked));
    for name in ["db_username", "db_user", "registry_login"] {
        assert!(!copied(name, marked), "{name}");
    }
    let said = |said: &str| copied("db_password", &format!("description = \"{said}\""));
    assert!(said("Password of the database") && !said("Path to the password of the database"));
}

/// A text in a heredoc is read as what it looks like; what is filled in there stays a reference.
#[test]
fn texts_in_heredocs() {
    let resource = |text: &str| {
        let text =
            format!("resource \"local_file\" \"f\" {{\n  content = <<-EOF\n{text}\nEOF\n}}\n");
        rules(&text)
    };
    for text in [
        "grafana:\n  adminPassword: kT9vWq2LmZx84nRd",
        "kind: Deployment\nspec: {containers: [{name: x, env: [{name: DB_PASSWORD, value: kT9vWq2LmZx84nRf}]}]}",
        "stage=prod\ndb.password=kT9vWq2LmZx84nRc",
        "[db]\npassword = kT9vWq2LmZx84nRb # of the shop",
        "#cloud-config\nwrite_files:\n- path: /etc/app.env\n  content: |\n    DB_PASSWORD=kT9vWq2LmZx84nRg",
        "#!/bin/bash\nexport DB_PASSWORD=kT9vWq2LmZx84nRg",
        "yum install -y shop\nexport DB_PASSWORD=kT9vWq2LmZx84nRg\nsystemctl start shop\n./check the shop",
    ] {
        assert_eq!(resource(text), ["hardcoded-secret"], "{text}");
    }
    for text in [
        "grafana:\n  adminPassword: ${var.grafana}",
        "db:\n  password: changeme\n  passwordFile: /run/secrets/db",
        "[db]\npassword = ${random_password.db.result}\nsecret = %{ if var.a }${var.b}%{ endif }",
        "#!/bin/bash\nexport DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
        "export DB_PASSWORD=$${DB_PASSWORD_FROM_ABOVE}",
        "The password is kept by the team: ask them for access.\nThen log in.",
    ] {
        assert!(resource(text).is_empty(), "{text}: {:?}", resource(text));
    }
}

/// Documents that are files: filled in by a call or a data source, or as they are.
#[test]
fn documents_in_files() {
    let task = |definitions: &str| {
        format!(
            "variable \"amqp_password\" {{\n  sensitive = true\n}}\nresource \"aws_ecs_task_definition\" \"worker\" {{\n  family = \"worker\"\n  container_definitions = {definitions}\n}}\n"
        )
    };
    let given = "{\n    amqp = var.amqp_password\n    lit = \"kT9vWq2LmZx84nRb\"\n    stage = \"prod\"\n  }";
    let call = |path: &str| task(&format!("templatefile({path}, {given})"));
    let data = format!(
        "{}data \"template_file\" \"w\" {{\n  template = file(\"${{path.module}}/files/w.json.tpl\")\n  vars = {given}\n}}\n",
        task("data.template_file.w.rendered")
    );
    let file = "[{\"name\": \"w\", \"cpu\": ${cpu},\n  \"environment\": [\n    %{ if stage == \"prod\" }\n    {\"name\": \"AMQP_PASSWORD\", \"value\": \"${amqp}\"},\n    %{ endif }\n    {\"name\": \"DB_PASSWORD\", \"value\": \"${lit}\"},\n    {\"name\": \"STAGE\", \"value\": \"${stage}\"}\n  ]}]\n";
    let found =
        |main: &str, file: &str| on_disk(&[("t/main.tf", main), ("t/files/w.json.tpl", file)]);
    for (main, lines, last) in [
        (call("\"${path.module}/files/w.json.tpl\""), [7, 8], 6),
        (call("\"files/w.json.tpl\""), [7, 8], 6),
        (data, [11, 12], 6),
    ] {
        let [literal, copy] = &found(&main, file)[..] else {
            panic!("{main}: {:?}", found(&main, file));
        };
        assert!(
            copy.starts_with(&format!(
                "secret-copied-into-env t/main.tf:{} by ",
                lines[0]
            )),
            "{copy}"
        );
        assert!(
            literal.starts_with(&format!("plaintext-env-secret t/main.tf:{} by ", lines[1])),
            "{literal}"
        );
        for way in [copy, literal] {
            assert!(way.ends_with(&format!(" t/main.tf:{last}")), "{way}");
        }
    }
    let written = file
        .replace("${lit}", "kT9vWq2LmZx84nRc")
        .replace("${amqp}", "a");
    for definitions in [
        format!("templatefile(\"./files/w.json.tpl\", {given})"),
        "file(\"files/w.json.tpl\")".to_owned(),
    ] {
        let found = found(&task(&definitions), &written);
        assert!(
            found.len() == 1
                && found[0].starts_with("plaintext-env-secret t/files/w.json.tpl:6 by "),
            "{found:?}"
        );
    }
    for (main, file, why) in [
        (
            call("\"files/w.json.tpl\""),
            file.replace("${amqp}", "${stage}")
                .replace("${lit}", "${stage}"),
            "neither is put in",
        ),
        (
            call("\"other/w.json.tpl\""),
            file.to_owned(),
            "another file",
        ),
        (
            call("\"${path.module}/${var.stage}.json.tpl\""),
            file.to_owned(),
            "a file that is not known",
        ),
        (
            call("\"files/w.json.tpl\""),
            file.replace("environment", "secrets")
                .replace("\"value\"", "\"valueFrom\""),
            "pointers",
        ),
        (
            call("\"files/w.json.tpl\"")
                .replace("var.amqp_password", "aws_secretsmanager_secret.amqp.arn"),
            file.replace("${lit}", "${amqp}"),
            "an ARN",
        ),
        (
            call("\"files/w.json.tpl\""),
            "no JSON ${lit} ${amqp}\n".to_owned(),
            "no JSON",
        ),
    ] {
        let found = found(&main, &file);
        let found: Vec<_> = found.iter().filter(|f| f.contains("-env")).collect();
        assert!(found.is_empty(), "{why}: {found:?}");
    }
}

/// What is put into a command of a provisioner stands on its command line.
#[test]
fn commands_of_provisioners() {
    let seed = |provisioner: &str| {
        rules(&format!(
            "variable \"admin_password\" {{\n  type = string\n  sensitive = true\n}}\nresource \"null_resource\" \"seed\" {{\n  {provisioner}\n}}\n"
        ))
    };
    for command in [
        "provisioner \"local-exec\" {\n    command = \"mysql -h db -uroot -p${var.admin_password} < seed.sql\"\n  }",
        "provisioner \"local-exec\" {\n    command = <<-EOT\n      vault login ${var.admin_password}\n    EOT\n  }",
        "provisioner \"remote-exec\" {\n    inline = [\"a\", \"curl -u admin:${var.admin_password} https://shop.test\"]\n  }",
    ] {
        assert_eq!(seed(command), ["secret-on-command-line"], "{command}");
    }
    for command in [
        "provisioner \"local-exec\" {\n    command = \"mysql -h db < seed.sql\"\n    environment = { MYSQL_PWD = var.admin_password }\n  }",
        "provisioner \"local-exec\" {\n    command = \"echo ${var.admin_password} | docker login -u ci --password-stdin\"\n  }",
        "provisioner \"local-exec\" {\n    command = \"seed ${var.stage} ${aws_secretsmanager_secret.db.arn}\"\n  }",
    ] {
        assert!(seed(command).is_empty(), "{command}");
    }
}
