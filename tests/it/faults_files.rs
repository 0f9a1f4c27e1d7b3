//! Hostile and broken trees: links, pipes, names, paths, and places to write to.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;
use std::time::Duration;

use barekey::finding::Skip;
use barekey::report::Format;

use crate::faults::{AWS, leak, timed};
use crate::support::{self, barekey, finished, run};

#[test]
fn links_pipes_and_devices_are_passed_by() {
    let leak = leak(8);
    let outside = support::tree(&[("b.py", leak.as_bytes())]);
    let dir = support::tree(&[("a/a.py", leak.as_bytes())]);
    let root = dir.path();
    symlink(root, root.join("a/loop")).unwrap();
    symlink("self", root.join("self")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    symlink("/dev/zero", root.join("zero")).unwrap();
    symlink(outside.path().join("b.py"), root.join("out.py")).unwrap();
    symlink(outside.path(), root.join("outside")).unwrap();
    let fifo = Command::new("mkfifo").arg(root.join("pipe")).status();
    assert!(fifo.is_ok_and(|s| s.success()));
    let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    let limit = Duration::from_secs(20);
    let report = timed(limit, "links", || support::scan(support::plan(root)));
    let paths: Vec<&str> = report.findings.iter().map(|f| &*f.place.path).collect();
    assert_eq!(paths, ["a/a.py"]);
    assert_eq!(report.summary.skipped[&Skip::Symlink], 6);
    assert_eq!(report.summary.skipped[&Skip::Special], 2);
    assert!(report.notices.is_empty());
}

#[test]
fn what_may_not_be_read_makes_the_scan_incomplete() {
    let dir = support::tree(&[("a.py", leak(9).as_bytes()), ("b.py", b""), ("d/c.py", b"")]);
    for path in ["b.py", "d"] {
        fs::set_permissions(dir.path().join(path), fs::Permissions::from_mode(0o0)).unwrap();
    }
    let as_root = fs::read(dir.path().join("b.py")).is_ok();
    let run = run(dir.path(), &["scan", "--format", "jsonl"]);
    fs::set_permissions(dir.path().join("d"), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(run.out.contains(AWS));
    if as_root {
        return;
    }
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(
        run.err.contains("b.py") && run.err.contains("d: "),
        "{}",
        run.err
    );
}

#[test]
fn hostile_names_do_no_harm() {
    let leak = leak(10);
    let dir = support::tree(&[]);
    let names: [&[u8]; 12] = [
        b"new\nline.py",
        b"\x1b]0;title\x07\x1b[31mred.py",
        b"::error file=x::boo.py",
        b"\n::set-output name=a::b.py",
        b"\xFF\xFEno-utf8.py",
        b"--config=x.py",
        b"-",
        "\u{202e}yp.exe.py".as_bytes(),
        b"<script>alert(1)<.py",
        b"a|b`c`[d](e).py",
        b"100%25 #?&.py",
        b"CON\\aux.py",
    ];
    for name in names {
        fs::write(dir.path().join(OsStr::from_bytes(name)), &leak).unwrap();
    }
    for format in Format::ALL {
        let args = ["scan", "--format", format.as_str(), "--threads", "1"];
        let summary = dir.path().join(".git-summary");
        let output = barekey(dir.path())
            .args(args)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .output();
        let run = finished(output.unwrap());
        assert_eq!(run.code, Some(1), "{}", run.err);
        let summary = fs::read_to_string(&summary).unwrap_or_default();
        for text in [&run.out, &run.err, &summary] {
            let hidden =
                |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!text.contains(hidden), "{format:?}: {text:?}");
            let commands = text.lines().filter(|l| l.trim_start().starts_with("::"));
            let own = ["::error ", "::warning ", "::notice "];
            let mut foreign = commands.filter(|l| !own.iter().any(|o| l.starts_with(o)));
            assert_eq!(foreign.next(), None, "{format:?}");
        }
        assert!(!summary.contains("<script>"), "{summary}");
    }
    let report = support::scan(support::plan(dir.path()));
    assert_eq!(report.findings.len(), names.len());
}

#[test]
fn a_path_longer_than_the_system_takes() {
    let dir = support::tree(&[("a.py", leak(12).as_bytes())]);
    let script = "i=0; while [ $i -lt 300 ]; do mkdir -p dddddddddddddddd && cd -P dddddddddddddddd || exit 1; i=$((i+1)); done; cp \"$0/a.py\" .";
    let made = Command::new("sh")
        .arg("-c")
        .arg(script)
        .arg(dir.path())
        .current_dir(dir.path())
        .status();
    assert!(made.is_ok_and(|s| s.success()));
    let limit = Duration::from_secs(20);
    let run = timed(limit, "a deep path", || {
        run(dir.path(), &["scan", "--quiet"])
    });
    assert!(run.out.contains(AWS));
    assert!(
        matches!(run.code, Some(1 | 2)),
        "{:?} {}",
        run.code,
        run.err
    );
    assert!(
        run.code == Some(2) || run.out.matches(AWS).count() > 1,
        "a file was passed over in silence"
    );
    let removed = Command::new("rm").arg("-rf").arg(dir.path()).status();
    assert!(removed.is_ok());
}

#[test]
fn closed_or_full_places_are_told_of() {
    let dir = support::tree(&[("a.py", leak(15).as_bytes())]);
    let full = run(dir.path(), &["scan", "--format", "json", "-o", "/dev/full"]);
    assert_eq!(full.code, Some(2), "{}", full.err);
    let null = run(dir.path(), &["scan", "-o", "/dev/null"]);
    assert_eq!(null.code, Some(1), "{}", null.err);
    assert!(fs::metadata("/dev/null").is_ok_and(|m| !m.is_file()));
}
