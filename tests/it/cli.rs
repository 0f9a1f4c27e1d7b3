//! The command as it is used: arguments, exit codes, streams, files.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::support::{self, Dice, Run, barekey, finished, run};

const FORMATS: [&str; 5] = ["pretty", "json", "jsonl", "sarif", "github"];

/// Two files: one with a secret, one without.
fn project() -> TempDir {
    let key = Dice::new(1).aws_key_id();
    let leak = format!("key = \"{key}\"\n");
    support::tree(&[("a.py", leak.as_bytes()), ("b.py", b"x = 1\n")])
}

/// Files enough for several threads to take turns.
fn crowd() -> TempDir {
    let dir = support::tree(&[]);
    let mut dice = Dice::new(2);
    for number in 0..60 {
        let text = format!(
            "key = \"{}\"\npassword = \"{}\"\ntoken = \"{}\"\n",
            dice.aws_key_id(),
            dice.alnum(16),
            dice.slack()
        );
        let name = format!("d{}/f{number}.py", number % 7);
        support::write(&dir.path().join(name), text.as_bytes());
    }
    dir
}

fn with_input(dir: &Path, args: &[&str], input: &[u8]) -> Run {
    let mut child = barekey(dir)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    finished(child.wait_with_output().unwrap())
}

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}

#[test]
fn findings_are_exit_1_and_none_is_0() {
    let dir = project();
    assert_eq!(run(dir.path(), &["scan"]).code, Some(1));
    assert_eq!(run(dir.path(), &["scan", "."]).code, Some(1));
    assert_eq!(run(dir.path(), &["scan", "b.py"]).code, Some(0));
    for class in ["never", "leak", "exposure", "hygiene"] {
        let code = run(dir.path(), &["scan", "--fail-on", class]).code;
        assert_eq!(code, Some(i32::from(class != "never")), "{class}");
    }
    let high = run(dir.path(), &["scan", "--min-confidence", "high"]);
    assert_eq!(high.code, Some(1), "{}", high.out);
}

#[test]
fn what_cannot_be_read_is_exit_2_and_findings_are_still_written() {
    let dir = project();
    for format in FORMATS {
        let run = run(
            dir.path(),
            &["scan", "a.py", "missing.py", "--format", format],
        );
        assert_eq!(run.code, Some(2), "{format}: {}", run.err);
        assert!(
            run.out.contains("aws-access-key-id"),
            "{format}: {}",
            run.out
        );
        assert!((run.out + &run.err).contains("missing.py"), "{format}");
    }
}

#[test]
fn no_file_read_is_exit_2() {
    let dir = support::tree(&[]);
    let run = run(dir.path(), &["scan"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("error: no file was read"), "{}", run.err);
    assert!(run.err.contains("\nhelp: "), "{}", run.err);
}

#[test]
fn an_unknown_rule_has_a_suggestion_and_no_rule_is_an_error() {
    let dir = project();
    let unknown = run(dir.path(), &["scan", "--rule", "aws-acces-key-id"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.err.contains("did you mean `aws-access-key-id`?"),
        "{}",
        unknown.err
    );
    let none = run(
        dir.path(),
        &[
            "scan",
            "--rule",
            "private-key",
            "--skip-rule",
            "private-key",
        ],
    );
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("no rule is left"), "{}", none.err);
    let other = run(dir.path(), &["scan", "--rule", "private-key"]);
    assert_eq!(other.code, Some(0));
    let without = run(dir.path(), &["scan", "--skip-rule", "aws-access-key-id"]);
    assert!(
        !without.out.contains("[aws-access-key-id]"),
        "{}",
        without.out
    );
}

#[test]
fn standard_input_has_the_name_it_is_given() {
    let dir = support::tree(&[]);
    let input = format!("password = \"{}\"\n", Dice::new(3).alnum(18));
    let named = with_input(
        dir.path(),
        &["scan", "-", "--stdin-filename", "conf/app.py"],
        input.as_bytes(),
    );
    assert_eq!(named.code, Some(1));
    assert!(named.out.contains("conf/app.py:1:13"), "{}", named.out);
    let bare = with_input(dir.path(), &["scan", "-"], input.as_bytes());
    assert!(bare.out.contains("<stdin>:1:13"), "{}", bare.out);
    let clean = with_input(dir.path(), &["scan", "-"], b"nothing here\n");
    assert_eq!(clean.code, Some(0), "{}", clean.err);
}

#[test]
fn reports_go_to_files() {
    let dir = project();
    let args = [
        "scan",
        "-o",
        "main.json",
        "--format",
        "json",
        "--also",
        "sarif=b.sarif",
    ];
    let run = run(
        dir.path(),
        &[&args[..], &["--also", "jsonl=c.jsonl"]].concat(),
    );
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    for file in ["main.json", "b.sarif", "c.jsonl"] {
        let text = fs::read_to_string(dir.path().join(file)).unwrap();
        assert!(text.contains("aws-access-key-id"), "{file}");
        for line in if file.ends_with('l') {
            text.lines().collect()
        } else {
            vec![&*text]
        } {
            serde_json::from_str::<serde_json::Value>(line).expect(file);
        }
    }
}

#[test]
fn a_report_that_cannot_be_written_is_exit_2() {
    let dir = project();
    for args in [
        &["scan", "-o", "no/such/dir.json"][..],
        &["scan", "--also", "json=no/such/dir.json"],
        &["scan", "-o", "/dev/full"],
    ] {
        let run = run(dir.path(), args);
        assert_eq!(run.code, Some(2), "{args:?}: {}", run.err);
        assert!(
            run.err.starts_with("error: ") || run.err.contains("\nerror: "),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = crowd();
    for format in FORMATS {
        let mut child = barekey(dir.path())
            .args(["scan", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 1];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let run = finished(child.wait_with_output().unwrap());
        assert_eq!(run.code, Some(1), "{format}: {}", run.err);
        assert!(
            !run.err.contains("panicked") && !run.err.contains("error"),
            "{}",
            run.err
        );
    }
}

#[test]
fn colour_is_for_those_who_ask() {
    let dir = project();
    let escape = |run: &Run| run.out.contains('\x1b') || run.err.contains('\x1b');
    let always = run(dir.path(), &["scan", "--color", "always"]);
    assert!(always.out.contains('\x1b'));
    assert!(!escape(&run(dir.path(), &["scan"])));
    assert!(!escape(&run(dir.path(), &["scan", "--color", "never"])));
    let mut forced = barekey(dir.path());
    forced.args(["scan"]).env("CLICOLOR_FORCE", "1");
    assert!(escape(&finished(forced.output().unwrap())));
    let mut quiet = barekey(dir.path());
    quiet.args(["scan"]).env("NO_COLOR", "1");
    assert!(!escape(&finished(quiet.output().unwrap())));
    let file = run(dir.path(), &["scan", "--color", "always", "-o", "out.txt"]);
    assert_eq!(file.code, Some(1));
    let text = fs::read_to_string(dir.path().join("out.txt")).unwrap();
    assert!(!text.contains('\x1b'), "a file has no colours");
}

#[test]
fn the_summary_of_a_workflow_step_is_appended() {
    let dir = project();
    let summary = dir.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let mut command = barekey(dir.path());
    command
        .args(["scan", "a.py", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", &summary);
    let run = finished(command.output().unwrap());
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(
        run.out.contains("::error") || run.out.contains("::warning"),
        "{}",
        run.out
    );
    let text = fs::read_to_string(&summary).unwrap();
    assert!(
        text.starts_with("before\n") && text.contains("aws-access-key-id"),
        "{text}"
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let dir = crowd();
    for format in FORMATS {
        let with = |threads: &str| {
            let args = [
                "scan",
                "--show-suppressed",
                "--threads",
                threads,
                "--format",
                format,
            ];
            let run = run(dir.path(), &args);
            assert_eq!(run.code, Some(1), "{format}: {}", run.err);
            without_times(&run.out)
        };
        let one = with("1");
        assert!(one.contains("d0/f0.py"), "{format}");
        for threads in ["2", "8"] {
            assert_eq!(one, with(threads), "{format}, {threads} threads");
        }
    }
}

/// The last line of the pretty report says how long it took.
fn without_times(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("scanned "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn quiet_says_nothing_about_a_clean_tree() {
    let dir = project();
    let run = run(dir.path(), &["scan", "--quiet", "b.py"]);
    assert_eq!((run.code, &*run.out, &*run.err), (Some(0), "", ""));
}

#[test]
fn the_empty_environment_is_enough() {
    let dir = project();
    let mut command = barekey(dir.path());
    let output = command.env_clear().args(["scan"]).output().unwrap();
    assert_eq!(finished(output).code, Some(1));
}
