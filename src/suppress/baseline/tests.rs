//! Which entry holds which finding.

use super::*;
use crate::finding::{Excerpt, Fingerprint, Place, Position, Region, Secret, Verdict};
use crate::rule::{Class, RuleId, Severity};

fn finding(path: &str, rule: &'static str, line: u32, secret: &str) -> Finding {
    let at = |column| Position { line, column };
    Finding {
        rule: RuleId::new(rule),
        class: Class::Leak,
        severity: Severity::High,
        message: format!("found by {rule}"),
        commit: None,
        place: Place {
            path: path.into(),
            region: Region {
                start: at(1),
                end: at(9),
            },
            excerpt: Excerpt {
                first_line: line,
                text: String::new(),
                mark: 0..0,
            },
        },
        related: Vec::new(),
        flow: None,
        secret: (!secret.is_empty()).then(|| Secret::new(secret.as_bytes())),
        subject: String::new(),
        masked: String::new(),
        group: 0,
        verdict: Verdict {
            confidence: 0.9,
            reasons: Vec::new(),
        },
        also: Vec::new(),
        held: None,
        fix: None,
        next: None,
        fingerprint: Fingerprint(String::new()),
    }
}

/// Everything in capitals is machine-made.
fn made(finding: &Finding) -> bool {
    finding
        .secret
        .as_ref()
        .is_some_and(|s| s.reveal().iter().all(u8::is_ascii_uppercase))
}

fn baseline(findings: &[Finding]) -> Baseline {
    let seen: Vec<Seen<'_>> = findings.iter().map(|f| Seen::new(f, &made)).collect();
    Baseline::of_findings(Path::new("b"), &seen)
}

/// The lines of findings that are news, and the number of notices.
fn news(baseline: &Baseline, mut findings: Vec<Finding>, gone: &[&str]) -> (Vec<u32>, usize) {
    let notices = baseline.hold(&mut findings, &made, &|path| gone.contains(&path));
    let open = findings.iter().filter(|f| f.held.is_none());
    (
        open.map(|f| f.place.region.start.line).collect(),
        notices.len(),
    )
}

const LONG: &str = "QWMZRTYKPLHGFDSAXCVBNJEUIOQWRTKZMPLA";

#[test]
fn moved_lines_and_a_better_rule_are_no_news() {
    let was = baseline(&[finding("a", "x", 1, "one"), finding("a", "x", 2, LONG)]);
    let now = vec![finding("a", "x", 7, LONG), finding("a", "y", 9, "one")];
    assert_eq!(news(&was, now, &[]), (vec![], 0));
}

#[test]
fn another_value_path_or_class_is_news() {
    let was = baseline(&[finding("a", "x", 1, "one")]);
    assert_eq!(
        news(&was, vec![finding("a", "x", 1, "two")], &[]),
        (vec![1], 1)
    );
    assert_eq!(
        news(&was, vec![finding("b", "x", 1, "one")], &[]),
        (vec![1], 1)
    );
    let mut other = finding("a", "x", 1, "one");
    other.class = Class::Exposure;
    assert_eq!(news(&was, vec![other], &[]), (vec![1], 1));
}

#[test]
fn one_entry_holds_one_finding() {
    let was = baseline(&[finding("a", "x", 1, "one")]);
    let twice = || vec![finding("a", "x", 1, "one"), finding("a", "x", 2, "one")];
    assert_eq!(news(&was, twice(), &[]), (vec![2], 0));
    let both = baseline(&twice());
    assert_eq!(both.entries().len(), 2);
    assert_eq!(news(&both, twice(), &[]), (vec![], 0));
    assert_eq!(
        news(&both, vec![finding("a", "x", 5, "one")], &[]),
        (vec![], 1)
    );
}

#[test]
fn a_renamed_file_is_no_news_once() {
    let was = baseline(&[finding("old", "x", 1, "one")]);
    let now = || {
        vec![
            finding("new", "x", 1, "one"),
            finding("newer", "x", 2, "one"),
        ]
    };
    assert_eq!(news(&was, now(), &["old"]), (vec![2], 0));
    assert_eq!(news(&was, now(), &[]), (vec![1, 2], 1));
    let other = vec![finding("new", "y", 1, "one")];
    assert_eq!(news(&was, other, &["old"]), (vec![1], 1));
}

#[test]
fn what_has_no_secret_is_known_by_rule_and_subject() {
    let about = |rule, line, subject: &str| Finding {
        subject: subject.to_owned(),
        ..finding("a", rule, line, "")
    };
    let was = baseline(&[about("x", 1, "vault main")]);
    assert!(matches!(
        was.entries().first().unwrap().value,
        Value::Tag(_)
    ));
    let news = |now| news(&was, vec![now], &[]);
    assert_eq!(news(about("x", 4, "vault main")), (vec![], 0));
    assert_eq!(news(about("y", 4, "vault main")), (vec![4], 1));
    assert_eq!(news(about("x", 4, "vault other")), (vec![4], 1));
}

#[test]
fn only_long_random_values_are_hashed_whole() {
    let values: Vec<Value> = baseline(&[finding("a", "x", 1, "one"), finding("b", "x", 1, LONG)])
        .entries()
        .iter()
        .map(|entry| entry.value)
        .collect();
    assert!(matches!(values[..], [Value::Tag(_), Value::Hash(_)]));
    let person = baseline(&[finding(
        "a",
        "x",
        1,
        "a long passphrase that nobody made at random",
    )]);
    assert!(matches!(
        person.entries().first().unwrap().value,
        Value::Tag(_)
    ));
}

#[test]
fn what_is_held_already_uses_up_no_entry() {
    let was = baseline(&[finding("a", "x", 1, "one")]);
    let mut marked = finding("a", "x", 1, "one");
    marked.held = Some(Held::Threshold);
    assert_eq!(
        news(&was, vec![marked, finding("a", "x", 2, "one")], &[]),
        (vec![], 0)
    );
}

#[test]
fn a_copy_of_what_a_change_found_there_is_news() {
    let was = baseline(&[finding("a", "x", 9, "one")]);
    let mut known = finding("a", "x", 9, "one");
    known.held = Some(Held::Known);
    let now = vec![finding("a", "x", 2, "one"), known];
    assert_eq!(news(&was, now, &[]), (vec![2], 0));
}

#[test]
fn what_is_written_is_read_and_sorted() {
    let was = baseline(&[
        finding("b", "x", 1, "one"),
        finding("a b", "x", 1, LONG),
        finding("b", "x", 3, "one"),
    ]);
    let mut bytes = Vec::new();
    was.write(&mut bytes).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.is_sorted() && lines.len() == 3, "{text}");
    assert_eq!(
        Baseline::parse(Path::new("b"), &bytes).unwrap().entries(),
        was.entries()
    );
}

#[test]
fn many_stale_entries_are_told_in_short() {
    let findings: Vec<Finding> = (0..100)
        .flat_map(|n| {
            [
                finding(&format!("f{n}"), "x", 1, "one"),
                finding(&format!("f{n}"), "x", 2, "two"),
            ]
        })
        .collect();
    let notices = baseline(&findings).hold(&mut [], &made, &|_| true);
    assert_eq!(notices.len(), TOLD + 1);
    assert!(
        notices[0]
            .message
            .starts_with("the baseline holds 2 findings that")
    );
    assert!(notices[TOLD].message.contains("80 more files"));
}
