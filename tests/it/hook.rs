//! Single files of a module, as a hook names them: the rest is read to link them, and only what touches them is told.

use std::path::Path;

use serde_json::Value;

use crate::git_support::Repo;
use crate::support::{self, Dice, run};

/// The findings in these files, but for hygiene.
fn findings(dir: &Path, files: &[&str]) -> Vec<Value> {
    let args = [
        &["scan", "--isolated", "--format", "json", "--quiet"],
        files,
    ]
    .concat();
    let run = run(dir, &args);
    let mut report: Value =
        serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}", run.err));
    let findings = report["findings"].as_array_mut().unwrap();
    findings.retain(|f| f["class"] != "hygiene");
    std::mem::take(findings)
}

/// `PATH:LINE RULE` of each finding, with the places that belong to it.
fn told(findings: &[Value]) -> Vec<String> {
    let place = |p: &Value| {
        format!(
            "{}:{}",
            p["path"].as_str().unwrap(),
            p["region"]["start"]["line"]
        )
    };
    findings
        .iter()
        .map(|f| {
            let related: Vec<String> = f["related"].as_array().unwrap().iter().map(place).collect();
            format!(
                "{} {} {}",
                place(f),
                f["rule"].as_str().unwrap(),
                related.join(" ")
            )
        })
        .collect()
}

const MAIN: &str = "variable \"stripe_key\" {}\nresource \"aws_lambda_function\" \"f\" {\n  environment {\n    variables = {\n      \
                    STRIPE_KEY = var.stripe_key\n    }\n  }\n}\n";

fn values(secret: &str) -> String {
    format!("stripe_key = \"{secret}\"\n")
}

fn module(values: &str) -> tempfile::TempDir {
    support::tree(&[
        ("main.tf", MAIN.as_bytes()),
        ("terraform.tfvars", values.as_bytes()),
        ("other.tf", b"locals { a = 1 }\n"),
    ])
}

#[test]
fn an_old_literal_is_told_at_the_step_that_exposes_it() {
    let secret = Dice::new(1).alnum(24);
    let dir = module(&values(&secret));
    let all = findings(dir.path(), &["."]);
    assert_eq!(told(&all), ["terraform.tfvars:1 plaintext-env-secret "]);
    let step = findings(dir.path(), &["main.tf"]);
    assert_eq!(
        told(&step),
        ["main.tf:5 plaintext-env-secret terraform.tfvars:1"]
    );
    assert_eq!(
        step[0]["fingerprint"], all[0]["fingerprint"],
        "a baseline of all holds it here too"
    );
    assert_eq!(step[0]["flow"], all[0]["flow"]);
    let text = step[0].to_string();
    assert!(
        secret
            .as_bytes()
            .windows(6)
            .all(|run| !text.contains(std::str::from_utf8(run).unwrap()))
    );
    let literal = findings(dir.path(), &["terraform.tfvars"]);
    assert_eq!(told(&literal), ["terraform.tfvars:1 plaintext-env-secret "]);
    assert_eq!(told(&findings(dir.path(), &["other.tf"])), [""; 0]);
}

#[test]
fn what_is_allowed_where_it_is_written_is_allowed_here() {
    let secret = Dice::new(2).alnum(24);
    let allowed = values(&secret).replace('\n', " # barekey:allow[plaintext-env-secret] a test\n");
    assert_eq!(
        told(&findings(module(&allowed).path(), &["main.tf"])),
        [""; 0]
    );
}

#[test]
fn a_module_is_linked_with_those_that_use_it() {
    let secret = Dice::new(3).alnum(24);
    let root =
        format!("module \"f\" {{\n  source = \"./modules/f\"\n  stripe_key = \"{secret}\"\n}}\n");
    let dir = support::tree(&[
        ("main.tf", root.as_bytes()),
        ("modules/f/main.tf", MAIN.as_bytes()),
    ]);
    let child = findings(dir.path(), &["modules/f/main.tf"]);
    assert_eq!(
        told(&child),
        ["modules/f/main.tf:5 plaintext-env-secret main.tf:3"]
    );
    let root = findings(dir.path(), &["main.tf"]);
    assert_eq!(told(&root), ["main.tf:3 plaintext-env-secret "]);
}

#[test]
fn a_bicep_file_is_linked_with_its_modules_and_parameters() {
    let secret = Dice::new(5).alnum(24);
    let main = "param hook string\nmodule app 'modules/app.bicep' = {\n  name: 'app'\n  params: {\n    settings: {\n      WEBHOOK_SECRET: hook\n    }\n  }\n}\n";
    let app = "param settings object\nresource c 'Microsoft.Web/sites/config@2024-04-01' = {\n  name: 'app/appsettings'\n  properties: settings\n}\n";
    let given = format!("using './main.bicep'\n\nparam hook = '{secret}'\n");
    let dir = support::tree(&[
        ("infra/main.bicep", main.as_bytes()),
        ("infra/main.bicepparam", given.as_bytes()),
        ("infra/modules/app.bicep", app.as_bytes()),
    ]);
    for (named, line) in [("main.bicep", 5), ("modules/app.bicep", 4)] {
        let found = findings(dir.path(), &[&format!("infra/{named}")]);
        assert_eq!(
            told(&found),
            [format!(
                "infra/{named}:{line} plaintext-env-secret infra/main.bicepparam:3"
            )]
        );
    }
}

#[test]
fn a_service_is_linked_with_what_it_includes() {
    let secret = Dice::new(4).alnum(24);
    let service = "service: a\nprovider:\n  name: aws\nfunctions:\n  f:\n    handler: a.b\n    environment:\n      \
                   STRIPE_KEY: ${file(config/prod.yml):stripe}\n";
    let config = format!("stripe: {secret}\n");
    let dir = support::tree(&[
        ("serverless.yml", service.as_bytes()),
        ("config/prod.yml", config.as_bytes()),
    ]);
    let step = findings(dir.path(), &["serverless.yml"]);
    assert_eq!(
        told(&step),
        ["serverless.yml:8 plaintext-env-secret config/prod.yml:1"]
    );
    let literal = findings(dir.path(), &["config/prod.yml"]);
    assert_eq!(told(&literal), ["config/prod.yml:1 plaintext-env-secret "]);
}

#[test]
fn a_staged_step_is_news_and_a_change_beside_it_is_none() {
    let repo = Repo::started();
    let secret = Dice::new(5).alnum(24);
    repo.stage("terraform.tfvars", values(&secret));
    repo.stage("main.tf", "variable \"stripe_key\" {}\n");
    repo.commit("the literal is there");
    repo.stage("main.tf", MAIN);
    let run = repo.run(&["scan", "--staged", "--format", "json", "--quiet"]);
    let mut report: Value = serde_json::from_str(&run.out).unwrap();
    let found = report["findings"].as_array_mut().unwrap();
    found.retain(|f| f["class"] != "hygiene");
    assert_eq!(
        told(found),
        ["main.tf:5 plaintext-env-secret terraform.tfvars:1"]
    );
    repo.commit("exposed");
    repo.stage("main.tf", format!("{MAIN}locals {{ a = 1 }}\n"));
    assert_eq!(repo.run(&["scan", "--staged"]).code, Some(0));
}
