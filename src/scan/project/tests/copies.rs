//! What looks like a copy of a secret in an environment and is none.

use super::*;

/// Of Terraform.
fn terraform(text: &str) -> Vec<String> {
    rules(&[("main.tf", text)])
}

/// A function with these variables, and what is declared beside it.
fn lambda(variables: &str, beside: &str) -> Vec<String> {
    terraform(&format!(
        "{beside}\nresource \"aws_lambda_function\" \"orders\" {{\n environment {{\n variables = {{ {variables} }}\n }}\n kms_key_arn = var.key\n}}\n"
    ))
}

#[test]
fn names_that_say_what_is_given() {
    // The secret's own variable says what it holds; the function's says that it is an ARN.
    assert_eq!(
        lambda("DB_SECRET = var.db_secret", ""),
        ["secret-copied-into-env"]
    );
    assert!(lambda("DB_SECRET_ARN = var.db_secret", "").is_empty());
    let marked = "variable \"connection\" {\n type = string\n sensitive = true\n}";
    assert_eq!(
        lambda("TARGET = var.connection", marked),
        ["secret-copied-into-env"]
    );
    let arn = marked.replace("\"connection\"", "\"db_secret_arn\"");
    assert!(lambda("TARGET = var.db_secret_arn", &arn).is_empty());
}

#[test]
fn parts_of_what_is_marked() {
    let database = "variable \"database\" {\n type = object({ host = string, port = number, password = string })\n sensitive = true\n}";
    assert_eq!(
        lambda("PGPASSWORD = var.database.password", database),
        ["secret-copied-into-env"]
    );
    assert!(
        lambda(
            "PGHOST = var.database.host, PGPORT = var.database.port",
            database
        )
        .is_empty()
    );
}

#[test]
fn parameters_that_are_configuration() {
    let parameter =
        |name: &str| format!("data \"aws_ssm_parameter\" \"shared\" {{\n name = \"{name}\"\n}}");
    let value = "SETTING = data.aws_ssm_parameter.shared.value";
    assert_eq!(
        lambda(value, &parameter("/orders/smtp-password")),
        ["secret-copied-into-env"]
    );
    assert!(lambda(value, &parameter("/orders/log-level")).is_empty());
    let about = "REVISION = data.aws_ssm_parameter.shared.version";
    assert!(lambda(about, &parameter("/orders/smtp-password")).is_empty());
}

#[test]
fn properties_that_are_never_shown() {
    for resource in [
        "\"aws_db_instance\" \"orders\" {\n password_wo = random_password.db.result\n password_wo_version = 1\n}",
        "\"aws_rds_cluster\" \"orders\" {\n master_password_wo = data.aws_secretsmanager_secret_version.db.secret_string\n}",
        "\"aws_cloudwatch_event_connection\" \"hook\" {\n auth_parameters {\n basic {\n username = \"orders\"\n password = random_password.hook.result\n }\n }\n}",
    ] {
        assert!(
            terraform(&format!("resource {resource}\n")).is_empty(),
            "{resource}"
        );
    }
}

/// A service of serverless.yml with this variable.
fn serverless(variable: &str) -> Vec<String> {
    let text = format!(
        "service: orders\nprovider: {{name: aws, kmsKeyArn: k}}\nfunctions:\n  api:\n    awsKmsKeyArn: k\n    environment:\n      {variable}\n"
    );
    rules(&[("serverless.yml", &text)])
}

#[test]
fn settings_of_serverless_services() {
    for copied in [
        "SMTP_PASSWORD: ${env:SMTP_PASSWORD}",
        "RELAY: ${file(./kept-out.yml):smtpPassword}",
        "DB_SECRET: ${ssm:/orders/db}",
    ] {
        assert_eq!(serverless(copied), ["secret-copied-into-env"], "{copied}");
    }
    for setting in [
        "LOG_LEVEL: ${env:LOG_LEVEL}",
        "RELAY: ${file(./kept-out.yml):smtpHost}",
        // What the parameter holds is the ARN of the secret.
        "DB_SECRET: ${ssm:/orders/db-secret-arn}",
    ] {
        assert!(serverless(setting).is_empty(), "{setting}");
    }
}

/// A file that is there says itself what it holds.
#[test]
fn files_of_serverless_services() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let scan = || {
        let plan = Plan {
            paths: vec![dir.path().to_owned()],
            skip: vec!["env-key-management-missing".to_owned()],
            ..Plan::default()
        };
        let report = scanned(plan);
        let rules = report.findings.iter().map(|f| f.rule.to_string());
        rules.collect::<Vec<_>>()
    };
    write(
        "serverless.yml",
        "service: orders\nprovider: {name: aws}\nfunctions:\n  api:\n    environment:\n      API_TOKEN: ${file(./config.yml):apiToken}\n",
    );
    assert_eq!(scan(), ["secret-copied-into-env"]);
    // A placeholder is no secret, wherever it goes.
    write("config.yml", "apiToken: changeme\n");
    assert!(scan().is_empty());
    write(
        "config.yml",
        "apiToken: arn:aws:secretsmanager:eu-west-1:111122223333:secret:api-AbCdEf\n",
    );
    assert!(scan().is_empty());
}

#[test]
fn marked_parameters_of_bicep() {
    let app = |parameter: &str| {
        let text = format!(
            "@secure()\nparam {parameter} string\nresource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'orders'\n  identity: {{ type: 'SystemAssigned' }}\n  \
             properties: {{\n    siteConfig: {{\n      appSettings: [\n        {{ name: 'TARGET', value: {parameter} }}\n      ]\n    }}\n  }}\n}}\n"
        );
        rules(&[("main.bicep", &text)])
    };
    assert_eq!(app("smtpPassword"), ["secret-copied-into-env"]);
    // People mark addresses too.
    assert!(app("searchEndpoint").is_empty());
}

/// A storage account has to be given with its key there, so that only those hear of it who ask for more.
#[test]
fn shares_that_platforms_mount() {
    let app = |name: &str| {
        format!(
            "resource stg 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {{\n  name: 'orders'\n}}\n\
             resource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'orders'\n  identity: {{ type: 'SystemAssigned' }}\n  properties: {{\n    siteConfig: {{\n      \
             appSettings: [\n        {{ name: '{name}', value: 'AccountName=orders;AccountKey=${{stg.listKeys().keys[0].value}}' }}\n      ]\n    }}\n  }}\n}}\n"
        )
    };
    let copied = ["secret-copied-into-env"];
    let jobs = app("AzureWebJobsStorage");
    assert_eq!(rules(&[("main.bicep", &jobs)]), copied);
    let share = app("WEBSITE_CONTENTAZUREFILECONNECTIONSTRING");
    assert!(rules(&[("main.bicep", &share)]).is_empty());
    assert_eq!(doubted(&[("main.bicep", &share)]), copied);
}

#[test]
fn apps_that_use_their_identity() {
    let app = |settings: &str| {
        let text = format!(
            "resource \"azurerm_linux_function_app\" \"orders\" {{\n app_settings = {{\n {settings}\n }}\n identity {{\n type = \"SystemAssigned\"\n }}\n}}\n"
        );
        terraform(&text)
    };
    assert_eq!(
        app("\"AzureWebJobsStorage\" = azurerm_storage_account.orders.primary_connection_string"),
        ["secret-copied-into-env"]
    );
    for identity in [
        "\"AzureWebJobsStorage__accountName\" = azurerm_storage_account.orders.name",
        "\"AzureWebJobsStorage__credential\" = \"managedidentity\"",
        "\"APPLICATIONINSIGHTS_CONNECTION_STRING\" = azurerm_application_insights.orders.connection_string",
    ] {
        assert!(app(identity).is_empty(), "{identity}");
    }
}

/// A field of a secret is one, unless its name says that it is none, and so does the name that it gets.
#[test]
fn fields_of_secrets() {
    let stack = |name: &str, field: &str| {
        let text = format!(
            "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      KmsKeyArn: k\n      Environment:\n        Variables:\n          \
             {name}: '{{{{resolve:secretsmanager:mail/x:SecretString:{field}}}}}'\n"
        );
        rules(&[("stack.yaml", &text)])
    };
    let module = |name: &str, field: &str| {
        let beside = "locals {\n s = jsondecode(data.aws_secretsmanager_secret_version.app.secret_string)\n}";
        lambda(&format!("{name} = {field}"), beside)
    };
    let sops = |name: &str, field: &str| {
        lambda(&format!("{name} = data.sops_file.s.data[\"{field}\"]"), "")
    };
    let by_name = |name: &str, field: &str| {
        [
            stack(name, field),
            module(name, &format!("local.s.{field}")),
            module(name, &format!("local.s[\"{field}\"]")),
            module(name, &format!("lookup(local.s, \"{field}\", \"\")")),
            module(name, &format!("try(local.s.{field}, null)")),
            sops(name, field),
        ]
    };
    for (name, field) in [
        ("SMTP", "password"),
        ("API_KEY", "key"),
        ("C_TOKEN", "client"),
        ("D_TOKEN", "value"),
        ("SIGNING", "x"),
        ("DATABASE_URL", "url"),
        ("MONGO_URI", "MONGO_URI"),
        ("HOOK", "slack_webhook_url"),
    ] {
        for found in by_name(name, field) {
            assert_eq!(found, ["secret-copied-into-env"], "{name}: {field}");
        }
    }
    for (name, field) in [
        ("DB_USER", "username"),
        ("DB_HOST", "host"),
        ("DB_NAME", "dbname"),
        ("CLUSTER", "dbClusterIdentifier"),
        ("LOG_LEVEL", "LOG_LEVEL"),
        ("API_URL", "api_url"),
        ("FEEDBACK_URL", "feedback_url"),
        ("KEY_ID", "key_id"),
    ] {
        for found in by_name(name, field) {
            assert!(found.is_empty(), "{name}: {field}: {found:?}");
        }
    }
}

/// A name that asks for a secret makes one of what it is given, unless that is plainly none.
#[test]
fn names_that_ask_for_a_secret() {
    let beside = "variable \"tok\" {\n type = string\n}\nvariable \"creds\" {\n type = object({ username = string, password = string })\n}\n\
        variable \"length\" {\n type = number\n}\nvariable \"arn_of_it\" {\n type = string\n description = \"ARN of the secret\"\n}\n\
        data \"aws_ssm_parameter\" \"all\" {\n for_each = toset([\"db_password\", \"log_level\"])\n name = \"/shop/${each.key}\"\n}\n\
        data \"aws_ssm_parameter\" \"db\" {\n name = \"/shop/db\"\n}\nmodule \"here\" {\n source = \"./here\"\n}\n";
    for copied in [
        "GITHUB_TOKEN = var.tok",
        "ADMIN_PASS = var.creds.password",
        "API_TOKEN = data.terraform_remote_state.x.outputs.api_token",
        "DB_PASSWORD = module.elsewhere.pw",
        "DB_PASSWORD = data.aws_ssm_parameter.db.value",
        "DB = data.aws_ssm_parameter.all[\"db_password\"].value",
        "SSM_TOKEN = aws_ssm_parameter.x.value",
        "HMAC = google_storage_hmac_key.k.secret",
        "OKTA = okta_app_oauth.app.client_secret",
        "CONFIG = jsonencode({ db = { password = var.tok, host = \"h\" } })",
        "CONFIG = jsonencode({ db = data.aws_secretsmanager_secret_version.db.secret_string })",
    ] {
        assert_eq!(
            lambda(copied, beside),
            ["secret-copied-into-env"],
            "{copied}"
        );
    }
    for none in [
        "STAGE = var.tok",
        // A key of an object.
        "CACERT_KEY = var.tok",
        // What is called a secret is often its name.
        "DB_SECRET = var.tok",
        "DB_PASSWORD = var.length",
        "DB_PASSWORD = var.arn_of_it",
        "DB_PASSWORD = var.creds.username",
        "API_TOKEN = data.terraform_remote_state.x.outputs.token_arn",
        "API_TOKEN_NAME = data.terraform_remote_state.x.outputs.it",
        "DB_PASSWORD = module.elsewhere.secret_name",
        "DB = data.aws_ssm_parameter.db.value",
        "LEVEL = data.aws_ssm_parameter.all[\"log_level\"].value",
        "DB_PASSWORD = data.aws_ssm_parameter.db.arn",
        "CONFIG = jsonencode({ db = { host = var.tok } })",
        "TABLE = aws_dynamodb_table.t.hash_key",
    ] {
        let found = lambda(none, beside);
        assert!(found.is_empty(), "{none}: {found:?}");
    }
    let taken = "resource \"google_cloud_run_v2_service\" \"s\" {\n template {\n containers {\n env {\n name = \"DB_PASSWORD\"\n value_source {\n secret_key_ref {\n secret = \
        google_secret_manager_secret_version.db.secret\n version = google_secret_manager_secret_version.db.version\n }\n }\n }\n }\n }\n}\n";
    assert!(terraform(taken).is_empty(), "{:?}", terraform(taken));
    // A variable that is given a pointer is one.
    let given = "variable \"tok\" {\n type = string\n default = \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:tok-a1B2c3\"\n}";
    assert!(lambda("GITHUB_TOKEN = var.tok", given).is_empty());
}

/// Parameters of Azure that are marked, under names that say little.
#[test]
fn marked_parameters_of_azure() {
    let app = |parameter: &str, setting: &str| {
        let text = format!(
            "@secure()\n{parameter}\nresource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'orders'\n  identity: {{ type: 'SystemAssigned' }}\n  \
             properties: {{\n    siteConfig: {{\n      minTlsVersion: '1.2'\n      appSettings: [\n        {setting}\n      ]\n    }}\n  }}\n}}\n"
        );
        rules(&[("main.bicep", &text)])
    };
    for (parameter, setting) in [
        ("param conn string", "{ name: 'DATABASE_URL', value: conn }"),
        (
            "param target string",
            "{ name: 'DATABASE_URL', value: target }",
        ),
        (
            "param storageConnection string",
            "{ name: 'STORE', value: storageConnection }",
        ),
        (
            "param databaseUrl string",
            "{ name: 'STORE', value: databaseUrl }",
        ),
        (
            "param settings object",
            "{ name: 'A_TOKEN', value: settings.token }",
        ),
    ] {
        assert_eq!(
            app(parameter, setting),
            ["secret-copied-into-env"],
            "{parameter}"
        );
    }
    for (parameter, setting) in [
        (
            "param endpoint string",
            "{ name: 'SEARCH', value: endpoint }",
        ),
        (
            "param settings object",
            "{ name: 'REGION', value: settings.region }",
        ),
        ("param account string", "{ name: 'STORE', value: account }"),
    ] {
        assert!(app(parameter, setting).is_empty(), "{parameter}");
    }
}

/// `dynamic` blocks that make names and values are environments as others.
#[test]
fn environments_that_are_repeated() {
    let service = |over: &str, iterator: &str, pair: [&str; 2]| {
        let beside = "variable \"x_password\" {\n sensitive = true\n}\nlocals {\n envs = { X_PASSWORD = var.x_password, STAGE = \"prod\" }\n}\n";
        let [name, value] = pair;
        terraform(&format!(
            "{beside}resource \"google_cloud_run_v2_service\" \"s\" {{\n template {{\n containers {{\n dynamic \"env\" {{\n for_each = {over}\n {iterator}\n \
             content {{\n name = {name}\n value = {value}\n }}\n }}\n }}\n }}\n}}\n"
        ))
    };
    let pair = ["env.key", "env.value"];
    let copied = ["secret-copied-into-env"];
    assert_eq!(service("{ X_PASSWORD = var.x_password }", "", pair), copied);
    assert_eq!(service("local.envs", "", pair), copied);
    assert_eq!(
        service(
            "merge(local.envs, { A = \"b\" })",
            "iterator = e",
            ["e.key", "e.value"]
        ),
        copied
    );
    let list = "[{ name = \"X_PASSWORD\", value = var.x_password }]";
    assert_eq!(
        service(list, "", ["env.value.name", "env.value.value"]),
        copied
    );
    let literal = "{ X_PASSWORD = \"hG7kq2PzW9vLmQ4x\" }";
    assert_eq!(service(literal, "", pair), ["plaintext-env-secret"]);
    for (over, iterator, pair, why) in [
        ("{ STAGE = \"prod\" }", "", pair, "no secret"),
        (
            "{ X_PASSWORD = google_secret_manager_secret.x.id }",
            "",
            pair,
            "a pointer",
        ),
        ("local.envs", "iterator = e", pair, "another iterator"),
        (
            "local.envs",
            "",
            ["env.key", "\"a\""],
            "the value is another",
        ),
    ] {
        let found = service(over, iterator, pair);
        assert!(found.is_empty(), "{why}: {found:?}");
    }
}

/// Modules of others take environments of containers, too.
#[test]
fn environments_of_modules() {
    let module = |inputs: &str| {
        terraform(&format!(
            "variable \"db_password\" {{\n sensitive = true\n}}\nmodule \"a\" {{\n source = \"shop/ecs/aws\"\n {inputs}\n}}\n"
        ))
    };
    for inputs in [
        "container_definitions = {\n app = { environment = [{ name = \"DB_PASSWORD\", value = var.db_password }] }\n }",
        "container_definitions = [{ environment = [{ name = \"DB_PASSWORD\", value = var.db_password }] }]",
        "map_environment = { REDIS_PASSWORD = var.db_password }",
    ] {
        assert_eq!(module(inputs), ["secret-copied-into-env"], "{inputs}");
    }
    for inputs in [
        "container_definitions = {\n app = { secrets = [{ name = \"DB_PASSWORD\", valueFrom = aws_ssm_parameter.db.arn }] }\n }",
        "map_secrets = { REDIS_PASSWORD = aws_ssm_parameter.db.arn }",
    ] {
        assert!(module(inputs).is_empty(), "{inputs}");
    }
}
