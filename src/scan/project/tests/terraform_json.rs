use super::*;

const KEY: &str = "hG7kq2PzW9vLmQ4xTb8s";

fn with_key(text: &str) -> String {
    text.replace("@@", KEY)
}

fn in_file(path: &str, text: &str) -> Vec<String> {
    let hygiene = [
        "committed-state",
        "env-key-management-missing",
        "secret-parameter-exposed",
    ];
    let mut found = found(&[(path, &with_key(text))]);
    found.retain(|one| !hygiene.iter().any(|rule| one.starts_with(rule)));
    found
}

#[test]
fn configuration_as_json_is_read_as_hcl_is() {
    let lambda = r#"{
  "variable": {"api_token": {"type": "string", "default": "@@"}},
  "resource": {
    "aws_lambda_function": {
      "f": {"environment": [{"variables": {
        "API_TOKEN": "${var.api_token}",
        "ARN": "${aws_secretsmanager_secret.db.arn}",
        "DB_PASSWORD": "${data.aws_secretsmanager_secret_version.db.secret_string}"
      }}]}
    }
  }
}"#;
    assert_eq!(
        in_file("main.tf.json", lambda),
        [
            "plaintext-env-secret main.tf.json:2",
            "secret-copied-into-env main.tf.json:8"
        ]
    );
    let found = findings(&[("main.tf.json", &with_key(lambda))]);
    let copy = found
        .iter()
        .find(|f| f.rule.as_str() == "secret-copied-into-env");
    let region = copy.unwrap().place.region;
    assert_eq!(
        (region.start.column, region.end.column),
        (27, 82),
        "inside of the braces"
    );
}

#[test]
fn values_as_json_are_given_to_variables() {
    let main = "variable \"stripe_key\" {}\nresource \"aws_lambda_function\" \"f\" {\n environment {\n variables = { STRIPE_KEY = var.stripe_key }\n }\n}\n";
    let values = with_key("{\"stripe_key\": \"@@\"}");
    let files = [("main.tf", main), ("prod.tfvars.json", values.as_str())];
    let mut found = found(&files);
    found.retain(|f| !f.starts_with("secret-parameter-exposed"));
    assert_eq!(found, ["plaintext-env-secret prod.tfvars.json:1"]);
}

#[test]
fn states_and_plans_hold_secrets() {
    let state = r#"{
  "version": 4, "terraform_version": "1.9.0",
  "outputs": {
    "token": {"value": "@@", "type": "string", "sensitive": true},
    "region": {"value": "eu-west-1", "type": "string"}
  },
  "resources": [
    {"mode": "managed", "type": "random_password", "name": "db", "instances": [{"attributes": {
      "id": "none",
      "result": "@@"}}]},
    {"mode": "managed", "type": "x_thing", "name": "a", "instances": [{"attributes": {
      "seed": "@@", "label": "qL9xVb2nRt5yUw8e"},
      "sensitive_attributes": [[{"type": "get_attr", "value": "seed"}]]}]},
    {"mode": "managed", "type": "aws_s3_bucket", "name": "b", "instances": [{"attributes": {"bucket": "logs"}}]}
  ]
}"#;
    let mut seen = in_file("terraform.tfstate", state);
    seen.sort();
    assert_eq!(
        seen,
        [
            "secret-in-state terraform.tfstate:10",
            "secret-in-state terraform.tfstate:12",
            "secret-in-state terraform.tfstate:4"
        ]
    );
    let plan = r#"{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"child_modules": [
  {"resources": [{"mode": "managed", "type": "aws_db_instance", "name": "db", "values": {
    "engine": "postgres",
    "password": "@@"}}]}]}}}"#;
    assert_eq!(in_file("plan.json", plan), ["secret-in-state plan.json:4"]);
    let clean = r#"{"version": 4, "terraform_version": "1.9.0", "resources": []}"#;
    assert_eq!(found(&[("terraform.tfstate", clean)]), [""; 0]);
    let placeholder = state.replace("@@", "changeme");
    assert_eq!(in_file("terraform.tfstate", &placeholder), [""; 0]);
}

#[test]
fn json_in_a_heredoc_is_looked_into() {
    let task = r#"resource "aws_ecs_task_definition" "t" {
  container_definitions = <<EOF
[{
  "name": "app",
  "cpu": ${var.cpu},
  "environment": [
    {"name": "LOG", "value": "info"},
    {"name": "STRIPE_KEY", "value": "@@"},
    {"name": "DB_PASSWORD", "value": "${data.aws_secretsmanager_secret_version.db.secret_string}"}
  ],
  "secrets": [{"name": "X_TOKEN", "valueFrom": "${aws_secretsmanager_secret.x.arn}"}]
}]
EOF
}
"#;
    assert_eq!(
        in_file("main.tf", task),
        [
            "plaintext-env-secret main.tf:8",
            "secret-copied-into-env main.tf:9"
        ]
    );
    let broken = task.replace("}]\nEOF", "\nEOF");
    let seen = in_file("main.tf", &broken);
    assert!(
        seen.iter().all(|f| f.ends_with(":8")),
        "the plain reader has it: {seen:?}"
    );
}

/// What is found where a loop over this map is used.
fn looped(used: &str) -> Vec<String> {
    let map = "locals {\n env = {\n  STRIPE_KEY = \"@@\"\n  MODE = \"x\"\n }\n}\n";
    in_file("main.tf", &format!("{map}resource {used}\n"))
}

#[test]
fn loops_give_what_they_take() {
    let lambda = |variables: &str| {
        format!(
            "\"aws_lambda_function\" \"f\" {{\n environment {{\n variables = {variables}\n }}\n}}"
        )
    };
    let pairs = "\"aws_ecs_task_definition\" \"f\" {\n container_definitions = jsonencode([{\n environment = [for k, v in local.env : { name = k, value = v }]\n }])\n}";
    for used in [
        &lambda("{ for k, v in local.env : k => v }"),
        &lambda("{ for k, v in local.env : upper(k) => v if v != \"\" }"),
        pairs,
    ] {
        assert_eq!(looped(used), ["plaintext-env-secret main.tf:3"], "{used}");
    }
    let pointers = pairs.replace("value = v", "valueFrom = v");
    for used in [&*pointers, &lambda("{ for k, v in local.env : k => k }")] {
        assert_eq!(looped(used), ["hardcoded-secret main.tf:3"], "{used}");
    }
}

#[test]
fn each_value_is_one_of_those_that_are_repeated() {
    let text = "locals {\n apps = {\n  one = { token = \"@@\", mode = \"x\" }\n }\n}\nresource \"aws_lambda_function\" \"f\" {\n for_each = local.apps\n environment {\n variables = { API_TOKEN = each.value.token, MODE = each.value.mode }\n }\n}\n";
    assert_eq!(in_file("main.tf", text), ["plaintext-env-secret main.tf:3"]);
    let plain = text.replace("API_TOKEN = each.value.token", "API_TOKEN_NAME = each.key");
    assert_eq!(in_file("main.tf", &plain), ["hardcoded-secret main.tf:3"]);
}
