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
