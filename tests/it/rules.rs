//! The rules on their own examples, and the page that is made of them.

use std::fs;

use barekey::config::Config;
use barekey::scan::check_rules;

use crate::support;

#[test]
fn every_rule_holds_on_its_examples() {
    let check = check_rules(&Config::default());
    assert!(
        check.problems.is_empty(),
        "\n{}\n",
        check.problems.join("\n")
    );
    assert!(check.rules > 200 && check.examples > 2 * check.rules);
}

#[test]
fn the_page_of_rules_is_up_to_date() {
    let Ok(page) = fs::read_to_string(support::package().join("docs/rules.md")) else {
        return;
    };
    let dir = support::tree(&[]);
    let run = support::run(dir.path(), &["rules", "--isolated", "--format", "markdown"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(
        run.out == page,
        "docs/rules.md is old: run `just rules-page`"
    );
}

/// The form of a place in a standard, or of the rule of another tool.
fn form(of: &str) -> &'static str {
    match of {
        "OWASP Secrets Management Cheat Sheet" => r"^\d\.\d+$",
        "NIST SP 800-53" => r"^[A-Z]{2}-\d+(\(\d+\))?$",
        "NIST SP 800-57" => r"^\d(\.\d)+$",
        "PCI DSS" => r"^\d{1,2}\.\d\.\d$",
        "CIS Controls" => r"^\d{1,2}\.\d{1,2}$",
        "bicep" | "semgrep" | "zizmor" => r"^[a-z]+(-[a-z]+)*$",
        "cdk-nag" => r"^AwsSolutions-[A-Z]+\d+$",
        "cfn-lint" => r"^[EWI]\d{4}$",
        "cfn-nag" => r"^[FW]\d{1,4}$",
        "checkov" => r"^CKV2?_[A-Z0-9]+_\d+$",
        "hadolint" => r"^DL\d{4}$",
        "kics" | "prowler" => r"^[a-z0-9]+(_[a-z0-9]+)+$",
        "ps-rule" => r"^Azure(\.\w+)+$",
        "terrascan" => r"^AWS(\.\w+)+\.\d{4}$",
        "trivy" => r"^(AVD-[A-Z]+-\d{4}|[A-Z]+-?\d{4,5})$",
        other => panic!("nobody knows the form of {other}"),
    }
}

fn rules() -> Vec<serde_json::Value> {
    let dir = support::tree(&[]);
    let run = support::run(dir.path(), &["rules", "--isolated", "--format", "json"]);
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn every_rule_names_weaknesses_and_standards() {
    for rule in rules() {
        let id = &rule["id"];
        assert!(!rule["cwe"].as_array().unwrap().is_empty(), "{id}: no CWE");
        let practices = rule["practices"].as_array().unwrap();
        assert!(!practices.is_empty(), "{id}: no practice");
        for practice in practices {
            let standards = practice["standards"].as_array().unwrap();
            let bodies: Vec<&str> = standards
                .iter()
                .filter_map(|s| s["body"].as_str())
                .collect();
            assert!(bodies[0].starts_with("OWASP"), "{id}: {bodies:?}");
            assert!(bodies.contains(&"NIST SP 800-53"), "{id}: {bodies:?}");
        }
    }
}

#[test]
fn ids_of_standards_and_peers_have_their_form() {
    let is = |of: &str, id: &str| regex::Regex::new(form(of)).unwrap().is_match(id);
    for rule in rules() {
        let practices = rule["practices"].as_array().unwrap();
        for standard in practices
            .iter()
            .flat_map(|p| p["standards"].as_array().unwrap())
        {
            let (body, id) = (&standard["body"], &standard["id"]);
            assert!(
                is(body.as_str().unwrap(), id.as_str().unwrap()),
                "{body} {id}"
            );
        }
        for peer in rule["peers"].as_array().unwrap() {
            let (tool, id) = (&peer["tool"], &peer["id"]);
            assert!(
                is(tool.as_str().unwrap(), id.as_str().unwrap()),
                "{tool} {id}"
            );
        }
        for tag in rule["tags"].as_array().unwrap() {
            assert!(
                !tag.as_str().unwrap().contains(':'),
                "{tag} belongs to `peers`"
            );
        }
    }
}

#[test]
fn the_list_of_rules_is_json() {
    let dir = support::tree(&[]);
    let run = support::run(dir.path(), &["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let text = list.to_string();
    for id in ["private-key", "hardcoded-secret", "unnamed-secret"] {
        assert!(text.contains(id), "{id}");
    }
}
