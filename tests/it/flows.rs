//! Scenarios of several files, as SARIF has them: each secret that comes through other files tells its way.

use std::fs;

use barekey::report::Format;
use serde_sarif::sarif::{Result as SarifResult, Sarif};

use crate::{marks, support};

/// The report of a scenario, scanned without its marks.
fn report(scenario: &str) -> Sarif {
    let from = support::package().join("fixtures").join(scenario);
    let dir = tempfile::tempdir().unwrap();
    for path in support::files(&from) {
        if path.extension().is_none_or(|ending| ending != "expect") {
            let name = path.strip_prefix(&from).unwrap();
            let marked = marks::split(&fs::read_to_string(&path).unwrap());
            support::write(&dir.path().join(name), marked.text.as_bytes());
        }
    }
    let report = support::scan(support::plan(dir.path()));
    let text = support::written(Format::Sarif, &report, &support::options(false));
    serde_json::from_str(&text).expect("the report is SARIF")
}

/// Rule, and the files that the value passes; those one after the other are named once.
fn ways(sarif: &Sarif) -> Vec<(String, Vec<String>)> {
    let results = sarif.runs[0].results.as_ref().unwrap();
    let mut ways: Vec<_> = results
        .iter()
        .map(|result| (result.rule_id.clone().unwrap(), way(result)))
        .filter(|(_, way)| way.len() > 1)
        .collect();
    ways.sort();
    ways
}

fn way(result: &SarifResult) -> Vec<String> {
    let flows = result.code_flows.iter().flatten();
    let threads = flows.flat_map(|flow| &flow.thread_flows);
    let mut files: Vec<String> = threads
        .flat_map(|thread| &thread.locations)
        .map(|step| {
            let place = step.location.as_ref().unwrap();
            let place = place.physical_location.as_ref().unwrap();
            let file = place.artifact_location.as_ref().unwrap();
            file.uri.clone().unwrap()
        })
        .collect();
    files.dedup();
    files
}

fn expect(scenario: &str, expected: &[(&str, &[&str])]) {
    let found = ways(&report(scenario));
    let expected: Vec<(String, Vec<String>)> = expected
        .iter()
        .map(|(rule, files)| {
            let files = files.iter().map(|file| (*file).to_owned());
            ((*rule).to_owned(), files.collect())
        })
        .collect();
    assert_eq!(found, expected, "{scenario}");
}

#[test]
fn values_tell_their_way_through_a_sam_project() {
    let up = &["samconfig.toml", "template.yaml"];
    expect(
        "sam-orders",
        &[
            (
                "plaintext-env-secret",
                &[up[0], up[1], "worker/template.yaml"],
            ),
            (
                "plaintext-secret-property",
                &[up[0], up[1], "stacks/database.yaml"],
            ),
        ],
    );
}

#[test]
fn values_tell_their_way_through_a_serverless_project() {
    expect(
        "serverless-service",
        &[
            (
                "plaintext-env-secret",
                &["secrets/dev.json", "config/dev.yml", "serverless.yml"],
            ),
            (
                "secret-copied-into-env",
                &["config/worker.yml", "serverless.yml"],
            ),
            (
                "secret-copied-into-env",
                &["config/worker.yml", "serverless.yml"],
            ),
        ],
    );
}

#[test]
fn values_tell_their_way_through_a_terraform_module() {
    expect(
        "terraform-function",
        &[
            (
                "plaintext-env-secret",
                &["main.tf", "modules/worker/main.tf"],
            ),
            (
                "plaintext-env-secret",
                &["terraform.tfvars", "variables.tf", "main.tf"],
            ),
        ],
    );
}

#[test]
fn values_tell_their_way_through_programs_in_javascript() {
    let (secrets, orders) = ("src/lib/secrets.js", "src/routes/orders.js");
    expect(
        "orders-api",
        &[
            ("hardcoded-crypto-key", &["src/config/signing.js", orders]),
            ("secret-logging", &[secrets, orders]),
            (
                "secret-logging",
                &[secrets, orders, "src/lib/log.js", orders],
            ),
        ],
    );
}

#[test]
fn values_tell_their_way_through_programs_in_typescript() {
    let charge = "src/functions/charge.ts";
    let settings = "src/shared/settings.ts";
    expect(
        "billing-functions",
        &[
            ("hardcoded-crypto-key", &[settings, charge]),
            ("secret-logging", &[settings, "src/shared/text.ts", charge]),
            ("secret-logging", &["src/shared/vault.ts", charge]),
        ],
    );
}

#[test]
fn values_tell_their_way_through_programs_in_python() {
    let (store, main) = ("reports/stores/aws.py", "reports/main.py");
    expect(
        "reports-worker",
        &[
            ("hardcoded-secret", &["reports/settings.py", main]),
            ("secret-logging", &["reports/settings.py", main]),
            ("secret-logging", &[store, main]),
            ("secret-logging", &[store, main, "reports/audit.py", main]),
        ],
    );
}
