use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::super::{Plan, one::scan_blob};
use super::*;
use crate::finding::Finding;
use crate::source::{Blob, Content};

fn engine() -> Engine {
    Engine::new(&Plan::default())
        .map_err(|e| e.to_string())
        .unwrap()
}

fn scan(engine: &Engine, files: &[(&str, &str)]) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = files
        .iter()
        .map(|(path, text)| {
            let blob = Blob {
                path: Arc::from(*path),
                content: Content::Whole(text.as_bytes().to_vec()),
            };
            scan_blob(engine, &mut Scratch::default(), blob)
        })
        .collect();
    settle(engine, &mut outcomes, Vec::new(), 1);
    outcomes
}

fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    let outcomes = scan(&engine(), files);
    outcomes.into_iter().flat_map(|o| o.findings).collect()
}

/// `rule path:line` of each finding.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let mut found: Vec<String> = findings(files)
        .iter()
        .map(|f| format!("{} {}:{}", f.rule, f.place.path, f.place.region.start.line))
        .collect();
    found.sort();
    found
}

/// What is found in one file, by rule.
fn rules(text: &str) -> Vec<String> {
    let found = found(&[("main.tf", text)]);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
}

fn lambda(variables: &str) -> String {
    format!(
        "resource \"aws_lambda_function\" \"f\" {{\n environment {{\n variables = {variables}\n }}\n}}\n"
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
            "{secret}resource \"aws_secretsmanager_secret_rotation\" \"r\" {{\n secret_id = {id}\n}}"
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

/// What no parser can take in still gets the plain reader, and says so.
#[test]
fn broken_deep_and_long_templates() {
    let secret = "resource \"x\" \"y\" {\n password = \"hG7!kq2PzW9v\"\n";
    let outcomes = scan(&engine(), &[("main.tf", secret)]);
    assert_eq!(outcomes[0].findings[0].rule.as_str(), "hardcoded-secret");
    assert_eq!(outcomes[0].notices[0].kind, NoticeKind::NotParsed);
    for unit in [
        "[",
        "(",
        "{",
        "a {\n",
        "{a=",
        "\"${",
        "!",
        "-",
        "a?b:",
        "a?",
        "1+",
        "f(",
        "%{if a}",
        "<<A\n",
        "a[",
        "a.",
        "[for a in ",
    ] {
        let deep = format!("x = {}", unit.repeat(100_000));
        let blocks = format!("{secret}}}\n{}", unit.repeat(100_000));
        assert_eq!(scan(&engine(), &[("main.tf", &deep)]).len(), 1);
        assert_eq!(
            scan(&engine(), &[("main.tf", &blocks)])[0].findings.len(),
            1,
            "{unit}"
        );
    }
}

fn fixtures() -> Vec<(String, BTreeMap<String, String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path());
    let terraform = entries.filter(|p| {
        p.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("terraform-")
    });
    terraform
        .map(|dir| {
            let mut files = BTreeMap::new();
            collect(&dir, &dir, &mut files);
            (dir.file_name().unwrap().to_str().unwrap().to_owned(), files)
        })
        .collect()
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeMap<String, String>) {
    for path in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|e| e != "expect") {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// A fixture: its name, its text without marks, and what these say of which line.
struct Marked {
    name: String,
    text: String,
    marks: Vec<(usize, String)>,
}

fn unmarked(name: &str, raw: &str) -> Marked {
    let (mut kept, mut marks): (Vec<&str>, Vec<(usize, String)>) = Default::default();
    for line in raw.lines() {
        match line.trim_start().strip_prefix("#~") {
            Some(mark) => {
                let said = mark.trim_start_matches('^').trim();
                marks.push((kept.len(), said.to_owned()));
            }
            None => kept.push(line),
        }
    }
    Marked {
        name: name.to_owned(),
        text: kept.join("\n") + "\n",
        marks,
    }
}

#[test]
fn fixtures_say_what_is_found() {
    for (scenario, files) in fixtures() {
        let marked: Vec<Marked> = files.iter().map(|(n, t)| unmarked(n, t)).collect();
        let given: Vec<(&str, &str)> = marked.iter().map(|m| (&*m.name, &*m.text)).collect();
        let mut expected = Vec::new();
        for file in &marked {
            let said = file.marks.iter().filter(|(_, m)| !m.starts_with("silent"));
            expected.extend(said.map(|(line, m)| {
                let rule = m.split(' ').next().unwrap();
                format!("{rule} {}:{line}", file.name)
            }));
        }
        expected.sort();
        assert_eq!(found(&given), expected, "{scenario}");
    }
}

#[test]
fn fixtures_cut_anywhere_do_no_harm() {
    let engine = engine();
    for (_, files) in fixtures() {
        let all: Vec<(&str, &str)> = files
            .iter()
            .map(|(n, t)| (n.as_str(), t.as_str()))
            .collect();
        for (number, (name, text)) in all.iter().enumerate() {
            for cut in (0..text.len())
                .filter(|cut| text.is_char_boundary(*cut))
                .step_by(17)
            {
                let mut files = all.clone();
                files[number] = (name, &text[..cut]);
                assert_eq!(scan(&engine, &files).len(), files.len());
            }
        }
    }
}

/// A template with one function, whose variables are these.
fn sam(variables: &str) -> String {
    format!(
        "Parameters:\n  DbPassword: {{Type: String, NoEcho: true}}\n  Length: {{Type: Number}}\n  SecretArn: {{Type: String}}\n\
         Resources:\n  Key: {{Type: 'AWS::IAM::AccessKey', Properties: {{UserName: app}}}}\n  \
         Topic: {{Type: 'AWS::SNS::Topic'}}\n  Api:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         Environment:\n        Variables:\n          {variables}\n"
    )
}

fn sam_rules(variables: &str) -> Vec<String> {
    let found = found(&[("template.yaml", &sam(variables))]);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
}

#[test]
fn cloudformation_literals_in_environments() {
    for variables in [
        "API_TOKEN: hG7kq2PzW9vLmQ4x",
        "API_TOKEN: !If [Prod, hG7kq2PzW9vLmQ4x, '']",
        "{API_TOKEN: {'Fn::If': [Prod, hG7kq2PzW9vLmQ4x, '']}}",
    ] {
        assert_eq!(
            sam_rules(variables),
            ["plaintext-env-secret"],
            "{variables}"
        );
    }
    for variables in [
        "API_TOKEN: changeme",
        "API_TOKEN: !ImportValue shared-token",
        "API_TOKEN: arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
        "API_TOKEN: !Ref Topic",
    ] {
        assert!(sam_rules(variables).is_empty(), "{variables}");
    }
}

#[test]
fn cloudformation_mappings_are_followed() {
    let stage = "Mappings:\n  Stage:\n    prod: {key: hG7kq2PzW9vLmQ4x}\n";
    let text = format!(
        "{stage}{}",
        sam("API_TOKEN: !FindInMap [Stage, !Ref Name, key]")
    );
    let all = findings(&[("template.yaml", &text)]);
    let rules: Vec<&str> = all.iter().map(|f| f.rule.as_str()).collect();
    assert_eq!(rules, ["plaintext-env-secret"]);
    assert!(all[0].flow.is_some());
}

#[test]
fn cloudformation_copies_into_environments() {
    for variables in [
        "DB: !Ref DbPassword",
        "DB: {Ref: DbPassword}",
        "DB: !Sub 'postgres://app:${DbPassword}@db/app'",
        "DB: !Sub ['postgres://app:${P}@db/app', {P: !Ref DbPassword}]",
        "DB: !Join ['', ['postgres://app:', !Ref DbPassword, '@db/app']]",
        "DB: '{{resolve:secretsmanager:orders:SecretString:password}}'",
        "DB: '{{resolve:secretsmanager:orders}}'",
        "DB: !Sub '{{resolve:secretsmanager:${Secret}::password}}'",
        "DB: !Join ['', ['{{resolve:secretsmanager:', !Ref Secret, ':SecretString:password}}']]",
        "DB: '{{resolve:ssm-secure:/orders/db:1}}'",
        "DB: '{{resolve:ssm:/orders/db-password:1}}'",
        "DB: !GetAtt Key.SecretAccessKey",
    ] {
        assert_eq!(
            sam_rules(variables),
            ["secret-copied-into-env"],
            "{variables}"
        );
    }
    for variables in [
        "DB: !Ref SecretArn",
        "DB_SECRET: !Ref Topic",
        "DB: !Ref Length",
        "DB: !GetAtt Topic.TopicName",
        "DB: '{{resolve:secretsmanager:orders:SecretString:username}}'",
        "DB: '{{resolve:ssm:/orders/log-level:1}}'",
        "DB: !Ref AWS::Region",
        "DB: !Sub '${AWS::StackName}-${!Literal}'",
    ] {
        assert!(sam_rules(variables).is_empty(), "{variables}");
    }
}

#[test]
fn cloudformation_parameters_properties_and_stores() {
    let rules = |resources: &str| {
        let text = format!("Resources:\n{resources}\n");
        let found = found(&[("stack.json", ""), ("stack.yaml", &text)]);
        let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
        found.iter().map(rule).collect::<Vec<_>>()
    };
    let db = |password: &str| {
        rules(&format!(
            "  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: {password}"
        ))
    };
    assert_eq!(db("hG7kq2PzW9v"), ["plaintext-secret-property"]);
    assert!(db("'{{resolve:secretsmanager:orders:SecretString:password}}'").is_empty());
    let secret =
        "  S:\n    Type: AWS::SecretsManager::Secret\n    Properties: {KmsKeyId: alias/app}\n";
    assert_eq!(rules(secret), ["rotation-missing"]);
    let rotation = "  R:\n    Type: AWS::SecretsManager::RotationSchedule\n    Properties: {SecretId: !Ref S}\n";
    assert!(rules(&format!("{secret}{rotation}")).is_empty());
    let role = |resource: &str| {
        rules(&format!(
            "  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyDocument:\n        Statement:\n          \
             - {{Effect: Allow, Action: 'secretsmanager:GetSecretValue', Resource: {resource}}}"
        ))
    };
    assert_eq!(role("'*'"), ["wildcard-secret-access"]);
    assert!(role("!Ref S").is_empty());
}

#[test]
fn cloudformation_files_stand_for_themselves() {
    let one = "Parameters:\n  ApiToken: {Type: String, NoEcho: true, Default: hG7kq2PzW9vLmQ4x}\nResources:\n  T: {Type: 'AWS::SNS::Topic'}\n";
    let found = found(&[("a.yaml", one), ("b.yaml", &sam("A: !Ref ApiToken"))]);
    assert_eq!(found, ["secret-parameter-default a.yaml:2"]);
}
