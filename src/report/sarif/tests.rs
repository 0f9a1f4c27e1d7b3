//! The log is read back with the typed crate, and kept as a snapshot.

use serde_sarif::sarif::{self, Sarif};

use super::*;
use crate::report::{Format, sample};

fn written(report: &Report, options: &Options) -> sarif::Run {
    let text = sample::written(Format::Sarif, report, options);
    let mut log: Sarif = serde_json::from_str(&text).unwrap();
    assert_eq!((log.version.as_str(), log.runs.len()), (Some("2.1.0"), 1));
    log.runs.remove(0)
}

#[test]
fn snapshot() {
    let text = sample::written(
        Format::Sarif,
        &sample::report(),
        &Options {
            show_held: true,
            ..sample::options()
        },
    );
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let text = serde_json::to_string_pretty(&value).unwrap();
    insta::assert_snapshot!(
        text.replace(
            concat!("\"", env!("CARGO_PKG_VERSION"), "\""),
            "\"[version]\""
        )
        .replace(
            concat!("Barekey ", env!("CARGO_PKG_VERSION")),
            "Barekey [version]"
        )
    );
}

#[test]
fn secrets_of_a_rule_on_a_line_are_one_result() {
    let run = written(&sample::report(), &sample::options());
    let results = run.results.unwrap();
    assert_eq!(
        results.len(),
        sample::report()
            .findings
            .iter()
            .filter(|finding| finding.held.is_none())
            .count()
            - 1
    );
    let two = results
        .iter()
        .find(|result| result.rule_id.as_deref() == Some("github-personal-access-token"))
        .unwrap();
    assert_eq!(two.related_locations.as_ref().unwrap().len(), 1);
    assert!(two.message.text.as_ref().unwrap().ends_with("](1)."));
}

#[test]
fn held_findings_are_absent_unless_asked_for() {
    let run = written(&sample::report(), &sample::options());
    assert!(
        run.results
            .unwrap()
            .iter()
            .all(|result| result.suppressions.is_none())
    );
    let run = written(
        &sample::report(),
        &Options {
            show_held: true,
            ..sample::options()
        },
    );
    let kinds: Vec<_> = run
        .results
        .unwrap()
        .into_iter()
        .filter_map(|result| result.suppressions)
        .flatten()
        .map(|suppression| suppression.kind)
        .collect();
    assert_eq!(kinds, ["inSource", "external", "external"]);
}

#[test]
fn rules_are_those_with_results() {
    let run = written(&sample::report(), &sample::options());
    let rules = run.tool.driver.rules.unwrap();
    assert!(rules.iter().all(|rule| rule.id != "unused-rule"));
    for result in run.results.unwrap() {
        let rule = &rules[usize::try_from(result.rule_index.unwrap()).unwrap()];
        assert_eq!(result.rule_id.as_ref(), Some(&rule.id));
    }
}

#[test]
fn an_unreadable_file_makes_the_run_incomplete() {
    let successful = |report: &Report| {
        written(report, &sample::options()).invocations.unwrap()[0].execution_successful
    };
    assert!(!successful(&sample::report()));
    assert!(successful(&sample::clean()));
}

#[test]
fn the_least_severe_are_cut_with_a_notification() {
    let mut report = sample::many(30);
    report.findings[7].verdict.confidence = 0.99;
    report.findings[29].severity = crate::rule::Severity::Critical;
    let mut out = Vec::new();
    write_at_most(3, &report, &sample::options(), &mut out).unwrap();
    let run = serde_json::from_slice::<Sarif>(&out)
        .unwrap()
        .runs
        .remove(0);
    let uri = |result: &sarif::Result| -> String {
        let physical = result.locations.as_ref().unwrap()[0]
            .physical_location
            .as_ref()
            .unwrap();
        physical
            .artifact_location
            .as_ref()
            .unwrap()
            .uri
            .clone()
            .unwrap()
    };
    let uris: Vec<_> = run.results.unwrap().iter().map(uri).collect();
    assert_eq!(
        uris,
        [
            "src/file-00000.py",
            "src/file-00007.py",
            "src/file-00029.py"
        ]
    );
    let notifications = run
        .invocations
        .unwrap()
        .remove(0)
        .tool_execution_notifications
        .unwrap();
    let text = notifications.last().unwrap().message.text.as_ref().unwrap();
    assert!(text.starts_with("27 results were left out"), "{text}");
}

/// Writes samples where a validator can read them.
#[test]
fn samples_for_a_validator() {
    let Some(dir) = std::env::var_os("BAREKEY_SARIF").map(std::path::PathBuf::from) else {
        return;
    };
    for (name, report) in [
        ("report", sample::report()),
        ("hostile", sample::hostile()),
        ("clean", sample::clean()),
        ("many", sample::many(25_010)),
    ] {
        let text = sample::written(
            Format::Sarif,
            &report,
            &Options {
                show_held: true,
                ..sample::options()
            },
        );
        std::fs::write(dir.join(name).with_extension("sarif"), text).unwrap();
    }
}
