//! State, variables, outputs and stores of Terraform: what is right beside what is not.

use super::*;

fn terraform(text: &str) -> Vec<String> {
    rules(&[("main.tf", text)])
}

const DATABASE: &str = "resource \"random_password\" \"db\" {\n length = 32\n}\nresource \"aws_db_instance\" \"db\" {\n password = random_password.db.result\n}\n";

#[test]
fn modules_have_their_state_elsewhere() {
    let root = format!("provider \"aws\" {{\n}}\n{DATABASE}");
    assert_eq!(
        rules(&[("db/main.tf", &root)]),
        ["unencrypted-state-backend"]
    );
    let caller = "terraform {\n backend \"s3\" {\n bucket = \"state\"\n encrypt = true\n }\n}\nmodule \"db\" {\n source = \"../db\"\n}\n";
    assert!(rules(&[("db/main.tf", &root), ("live/main.tf", caller)]).is_empty());
    // What the run is given is not made by it.
    let given = "provider \"aws\" {\n}\nresource \"aws_db_instance\" \"db\" {\n password = var.db_password\n}\n";
    assert!(terraform(given).is_empty());
}

#[test]
fn backends_that_protect_themselves() {
    let backend = |kind: &str, body: &str| {
        terraform(&format!(
            "terraform {{\n backend \"{kind}\" {{\n {body}\n }}\n}}\n"
        ))
    };
    assert_eq!(
        backend("http", "address = \"http://state.acme.test/orders\""),
        ["unencrypted-state-backend"]
    );
    for (kind, body) in [
        ("http", "address = \"https://state.acme.test/orders\""),
        // S3 has encrypted what it is given since 2023.
        ("s3", "bucket = \"acme-state\"\n key = \"orders.tfstate\""),
        ("s3", ""),
        (
            "azurerm",
            "storage_account_name = \"acmestate\"\n container_name = \"tfstate\"",
        ),
        ("gcs", "bucket = \"acme-state\""),
        ("remote", "organization = \"acme\""),
    ] {
        assert!(backend(kind, body).is_empty(), "{kind} {body}");
    }
    let bucket = "terraform {\n backend \"s3\" {\n bucket = \"acme-state\"\n }\n}\n";
    assert_eq!(
        doubted(&[("main.tf", bucket)]),
        ["unencrypted-state-backend"]
    );
}

#[test]
fn variables_that_name_a_secret() {
    let used = |data: &str| {
        terraform(&format!(
            "variable \"db_secret\" {{\n type = string\n}}\n{data}\n"
        ))
    };
    assert_eq!(
        used("resource \"aws_db_instance\" \"db\" {\n password = var.db_secret\n}"),
        ["secret-parameter-exposed"]
    );
    for named in [
        "data \"aws_secretsmanager_secret\" \"db\" {\n name = var.db_secret\n}",
        "data \"aws_secretsmanager_secret_version\" \"db\" {\n secret_id = var.db_secret\n}",
        "resource \"aws_lambda_function\" \"f\" {\n tags = {\n secret = var.db_secret\n }\n}",
    ] {
        assert!(used(named).is_empty(), "{named}");
    }
}

#[test]
fn inputs_of_workflows_are_not_printed() {
    let called = "on:\n  workflow_call:\n    inputs:\n      api_token: {type: string}\njobs:\n  run:\n    steps:\n      - run: ./deploy\n        env:\n          API_TOKEN: ${{ inputs.api_token }}\n";
    assert!(rules(&[(".github/workflows/run.yml", called)]).is_empty());
}

#[test]
fn outputs_that_nobody_keeps() {
    let output = |more: &str| {
        terraform(&format!(
            "output \"password\" {{\n value = random_password.db.result\n {more}\n}}\n"
        ))
    };
    assert_eq!(output("description = \"of orders\""), ["secret-in-output"]);
    assert!(output("ephemeral = true").is_empty());
}

#[test]
fn stores_that_are_filled_by_others() {
    let secret = |lifecycle: &str| {
        terraform(&format!(
            "resource \"azurerm_key_vault_secret\" \"api\" {{\n key_vault_id = var.vault\n expiration_date = var.until\n value = \"x9Kd02LsPqZmVn47\"\n {lifecycle}\n}}\n"
        ))
    };
    let ignored = |what: &str| secret(&format!("lifecycle {{\n ignore_changes = {what}\n }}"));
    assert_eq!(secret(""), ["literal-in-store"]);
    assert_eq!(ignored("[tags]"), ["literal-in-store"]);
    assert!(ignored("[value]").is_empty());
    assert!(ignored("all").is_empty());
}

#[test]
fn members_of_what_a_store_keeps() {
    let version = |json: &str| {
        terraform(&format!(
            "resource \"aws_secretsmanager_secret_version\" \"idp\" {{\n secret_id = var.id\n secret_string = <<-EOF\n  {json}\n EOF\n}}\n"
        ))
    };
    assert_eq!(
        version("{\"client_id\": \"orders\", \"client_secret\": \"Zk29vqTmW4xpLs8R\"}"),
        ["literal-in-store"]
    );
    assert!(version("{\"client_id\": \"Zk29vqTmW4xpLs8R\"}").is_empty());
    assert!(version("{}").is_empty());
}
