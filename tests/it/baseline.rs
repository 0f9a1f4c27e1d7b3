//! A scan after a baseline says nothing, however it is run; and whatever is new is said.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use crate::git_support::{Repo, clean_config, hit, leak};
use crate::support::{self, Dice};

pub(crate) const FILE: &str = ".barekey-baseline";

/// A work tree of git with these files, not yet committed.
pub(crate) fn repository(files: &[(String, String)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        support::write(&dir.path().join(name), text.as_bytes());
    }
    git(dir.path(), &["init", "-q", "-b", "main"]);
    dir
}

/// Has git do something there.
pub(crate) fn git(dir: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(dir).args(args).envs(clean_config());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("GIT_") && !clean_config().iter().any(|(set, _)| *set == text) {
            command.env_remove(&name);
        }
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {said}");
}

pub(crate) fn create(dir: &Path) {
    let run = support::run(dir, &["baseline", "create"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
}

/// The places of what a scan reports, as `FILE:LINE`, sorted.
pub(crate) fn places(dir: &Path, args: &[&str]) -> Vec<String> {
    let all = [&["scan", "--format", "jsonl", "--quiet"], args].concat();
    let run = support::run(dir, &all);
    let findings = run
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut places: Vec<String> = findings
        .filter(|line| line["type"] == "finding" && line["held"].is_null())
        .map(|f| {
            format!(
                "{}:{}",
                f["path"].as_str().unwrap(),
                f["region"]["start"]["line"]
            )
        })
        .collect();
    let failing = i32::from(!places.is_empty());
    assert_eq!(run.code, Some(failing), "{}\n{}", run.out, run.err);
    places.sort();
    places
}

/// A line with a secret in it.
pub(crate) fn line(kind: usize, dice: &mut Dice) -> String {
    match kind % 5 {
        0 => format!("key_{} = \"{}\"", dice.below(1000), dice.aws_key_id()),
        1 => format!("slack_{} = \"{}\"", dice.below(1000), dice.slack()),
        2 => format!("db_password = \"{}\"", dice.alnum(18)),
        3 => format!(
            "url = \"postgres://app:{}@db.internal/app\"",
            dice.alnum(16)
        ),
        _ => format!("value_{} = {}", dice.below(1000), dice.below(1000)),
    }
}

/// Files of a made-up project.
fn project(seed: u64, sizes: &[usize]) -> Vec<(String, String)> {
    let mut dice = Dice::new(seed);
    let names = [
        "app.py",
        "src/a b.py",
        "src/deep/ünï.py",
        "conf/100%.py",
        "conf/#x.py",
        "=.py",
    ];
    let files = names.iter().zip(sizes);
    files
        .map(|(name, &size)| {
            let lines: Vec<String> = (0..size).map(|_| line(dice.below(5), &mut dice)).collect();
            ((*name).to_owned(), lines.join("\n") + "\n")
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_a_baseline_there_is_no_news(
        seed in any::<u64>(),
        sizes in prop::collection::vec(1usize..8, 1..6),
        threads in prop::sample::select(vec!["1", "2", "7"]),
        show in prop::sample::select(vec![None, Some("--show-secrets"), Some("--show-suppressed")]),
        order in any::<u64>(),
    ) {
        let files = project(seed, &sizes);
        let dir = repository(&files);
        support::write(&dir.path().join("src/deep/x.py"), b"x = 1\n");
        create(dir.path());
        let mut args = vec!["--threads", threads];
        args.extend(show);
        let root = dir.path().to_str().unwrap();
        prop_assert_eq!(places(dir.path(), &args), [""; 0]);
        for (from, path) in [("src", ".."), ("src", "."), ("src/deep", "x.py"), ("/", root), ("conf", root)] {
            if let Ok(from) = dir.path().join(from).canonicalize() {
                prop_assert_eq!(places(&from, &[&args[..], &[path]].concat()), [""; 0]);
            }
        }
        // Any order, any line ends, any number of copies.
        let path = dir.path().join(FILE);
        let text = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<&str> = text.lines().chain(text.lines()).collect();
        let mut dice = Dice::new(order);
        for at in (1..lines.len()).rev() {
            lines.swap(at, dice.below(at + 1));
        }
        fs::write(&path, lines.join("\r\n")).unwrap();
        prop_assert_eq!(places(dir.path(), &args), [""; 0]);
        // Written anew, it is as it was.
        let run = support::run(dir.path(), &["baseline", "update", "--threads", threads]);
        prop_assert_eq!(run.code, Some(0), "{}", run.err);
        prop_assert_eq!(fs::read_to_string(&path).unwrap(), text.clone());
        // It gives no secret away, and has neither lines nor times.
        for (_, content) in &files {
            for word in content.split(['"', ':', '@', '/']).filter(|word| word.len() >= 16) {
                prop_assert!(!text.contains(word));
            }
        }
    }

    #[test]
    fn moved_lines_and_renamed_files_are_no_news(
        seed in any::<u64>(),
        sizes in prop::collection::vec(1usize..8, 2..6),
        above in 1usize..30,
    ) {
        let files = project(seed, &sizes);
        let dir = repository(&files);
        create(dir.path());
        let before = fs::read_to_string(dir.path().join(FILE)).unwrap();
        for (name, text) in &files {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.reverse();
            let moved = format!("{}{}\n", "pass\n".repeat(above), lines.join("\n\n"));
            fs::write(dir.path().join(name), moved).unwrap();
        }
        prop_assert_eq!(places(dir.path(), &[]), [""; 0]);
        support::run(dir.path(), &["baseline", "update"]);
        prop_assert_eq!(fs::read_to_string(dir.path().join(FILE)).unwrap(), before.clone());

        let (name, _) = &files[0];
        fs::rename(dir.path().join(name), dir.path().join("renamed.py")).unwrap();
        prop_assert_eq!(places(dir.path(), &[]), [""; 0]);
        let run = support::run(dir.path(), &["baseline", "prune"]);
        prop_assert_eq!(run.code, Some(0), "{}", run.err);
        let after = fs::read_to_string(dir.path().join(FILE)).unwrap();
        prop_assert_eq!(after.lines().count(), before.lines().count());
        let gone = format!("\n{name} ");
        prop_assert!(!after.contains(&gone));
        prop_assert_eq!(places(dir.path(), &[]), [""; 0]);
    }

    #[test]
    fn a_new_secret_on_an_old_line_is_news(seed in any::<u64>(), kind in 0usize..4, other in 0usize..4) {
        let mut dice = Dice::new(seed);
        let (old, new) = (line(kind, &mut dice), line(other, &mut dice));
        let dir = repository(&[("a.py".to_owned(), format!("# one\n{old}\n"))]);
        create(dir.path());
        prop_assert_eq!(places(dir.path(), &[]), [""; 0]);
        fs::write(dir.path().join("a.py"), format!("# one\n{new}\n")).unwrap();
        // Sixteen bits may agree, once in 65,536 times.
        if fingerprint(&dir, &old) != fingerprint(&dir, &new) {
            prop_assert_eq!(places(dir.path(), &[]), ["a.py:2"]);
        }
        fs::write(dir.path().join("a.py"), format!("# one\n{old}\n{old}\n")).unwrap();
        prop_assert_eq!(places(dir.path(), &[]), ["a.py:3"]);
    }
}

/// The fingerprint of the only finding in a line.
fn fingerprint(beside: &tempfile::TempDir, line: &str) -> String {
    let path = beside.path().join("probe/a.py");
    support::write(&path, line.as_bytes());
    let mut report = support::scan(support::plan(&path));
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
    report.findings.remove(0).fingerprint.0
}

#[test]
fn what_is_held_is_counted_and_shown_on_demand_only() {
    let mut dice = Dice::new(43);
    let dir = repository(&[("a.py".to_owned(), line(0, &mut dice))]);
    create(dir.path());
    let run = support::run(dir.path(), &["scan"]);
    assert!(
        run.out.contains("no secrets found\n")
            && run.out.contains("held by the baseline: 1 finding\n"),
        "{}",
        run.out
    );
    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&support::run(dir.path(), args).out).unwrap()
    };
    let report = json(&["scan", "--format", "json"]);
    assert_eq!(
        (&report["summary"]["baselined"], &report["summary"]["held"]),
        (&1.into(), &0.into())
    );
    let report = json(&["scan", "--format", "json", "--show-suppressed"]);
    assert_eq!(report["findings"][0]["held"]["by"], "baseline");
    assert!(
        json(&["scan", "--format", "sarif"])["runs"][0]["results"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let sarif = json(&["scan", "--format", "sarif", "--show-suppressed"]);
    assert_eq!(
        sarif["runs"][0]["results"][0]["suppressions"][0]["justification"],
        "it stands in the baseline"
    );
    assert!(
        support::run(dir.path(), &["explain", "a.py:1"])
            .out
            .contains("it stands in the baseline")
    );
    let shown = support::run(dir.path(), &["baseline", "show"]);
    assert!(shown.out.starts_with("a.py:1:"), "{}", shown.out);
    for args in [
        &["--no-baseline"][..],
        &["--isolated"],
        &["--baseline", "other"],
    ] {
        fs::write(dir.path().join("other"), "# barekey-baseline 1\n").unwrap();
        assert_eq!(places(dir.path(), args), ["a.py:1"], "{args:?}");
    }
}

#[test]
fn what_is_gone_is_told_and_pruned() {
    let mut dice = Dice::new(44);
    let text = [line(0, &mut dice), line(2, &mut dice)];
    let dir = repository(&[("a.py".to_owned(), text.join("\n"))]);
    create(dir.path());
    fs::write(dir.path().join("a.py"), &text[1]).unwrap();
    let told = "notice: a.py: the baseline holds aws-access-key-id that this scan does not find";
    let run = support::run(dir.path(), &["scan"]);
    assert!(run.out.contains(told), "{}", run.out);
    // A scan of single files, or of less than all, cannot know.
    for args in [
        &["scan", "a.py"][..],
        &["scan", "--min-confidence", "high"],
        &["scan", "--skip-rule", "unnamed-secret"],
    ] {
        let run = support::run(dir.path(), args);
        assert!(!run.out.contains("notice"), "{args:?}: {}", run.out);
    }
    let shown = support::run(dir.path(), &["baseline", "show"]);
    assert!(
        shown
            .out
            .contains("a.py: aws-access-key-id: holds nothing\n"),
        "{}",
        shown.out
    );
    let run = support::run(dir.path(), &["baseline", "prune"]);
    assert!(
        run.err.contains("1 entry (0 added, 1 removed)"),
        "{}",
        run.err
    );
    assert!(!support::run(dir.path(), &["scan"]).out.contains("notice"));
}

#[test]
fn a_bad_baseline_stops_the_scan() {
    let dir = repository(&[("a.py".to_owned(), "x = 1\n".to_owned())]);
    let path = dir.path().join(FILE);
    for (text, part) in [
        ("", "is no baseline"),
        ("# barekey-baseline 9\n", "version 9 is newer"),
        (
            "# barekey-baseline 1\nnonsense\n",
            ".barekey-baseline:2: expected",
        ),
    ] {
        fs::write(&path, text).unwrap();
        let run = support::run(dir.path(), &["scan"]);
        assert_eq!(run.code, Some(2));
        assert!(
            run.err.contains(part) && run.err.contains("\nhelp: "),
            "{}",
            run.err
        );
    }
    let run = support::run(dir.path(), &["scan", "--baseline", "none"]);
    assert_eq!(
        (run.code, run.err.contains("cannot read none")),
        (Some(2), true),
        "{}",
        run.err
    );
    let run = support::run(dir.path(), &["baseline", "create"]);
    assert!(
        run.code == Some(2) && run.err.contains("is there already"),
        "{}",
        run.err
    );
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(support::run(dir.path(), &["scan"]).code, Some(2));
}

#[test]
fn staged_changes_are_held_and_a_further_copy_is_news() {
    let repo = Repo::started();
    repo.stage("a.py", leak(1));
    repo.stage("b.py", leak(2));
    let run = repo.run(&["baseline", "create"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    repo.git(&["add", FILE]);
    let run = repo.run(&["scan", "--staged"]);
    assert!(
        run.code == Some(0) && run.out.contains("held by the baseline: 2 findings"),
        "{}{}",
        run.out,
        run.err
    );
    repo.commit("two secrets that are known");
    // What is committed is held by what was committed; the entry speaks of that, not of the copy.
    repo.stage("a.py", leak(1) + &leak(1));
    repo.stage("b.py", leak(3));
    let (places, code) = repo.staged();
    assert_eq!((places.len(), code), (2, Some(1)));
    assert!(places.contains(&"b.py:1".to_owned()), "{places:?}");
    repo.git(&["restore", "--staged", "b.py"]);
    repo.stage("a.py", leak(1));
    repo.stage("c.py", leak(1));
    assert_eq!(repo.staged(), hit(&["c.py:1"]));
}

#[test]
fn what_is_no_secret_is_known_by_where_it_stands() {
    let database = |name: &str, extra: &str| {
        format!(
            "resource \"aws_secretsmanager_secret\" \"{name}\" {{\n{extra}  recovery_window_in_days = 0\n}}\n"
        )
    };
    let dir = repository(&[("main.tf".to_owned(), database("one", ""))]);
    let all = ["--fail-on", "hygiene"];
    let before = places(dir.path(), &all);
    assert!(!before.is_empty());
    create(dir.path());
    assert_eq!(places(dir.path(), &all), [""; 0]);
    // Moved and indented, it is the same.
    let file = dir.path().join("main.tf");
    let moved = format!(
        "# above\n\n{}",
        database("one", "    # more\n  ").replace("  recovery", "      recovery")
    );
    fs::write(&file, moved).unwrap();
    assert_eq!(places(dir.path(), &all), [""; 0]);
    // The same in another resource is news.
    fs::write(&file, database("one", "") + &database("two", "")).unwrap();
    let news = places(dir.path(), &all);
    assert_eq!(news.len(), before.len(), "{news:?}");
    assert!(
        news.iter()
            .all(|place| place.starts_with("main.tf:") && !before.contains(place))
    );
    fs::write(&file, database("two", "")).unwrap();
    assert_eq!(places(dir.path(), &all).len(), before.len());
}
