//! Hostile and broken inputs: no panic, no hang, the right exit code, and the secret is still found.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use barekey::finding::{NoticeKind, Report, Skip};
use barekey::report::Format;

use crate::support::{self, Dice, barekey, finished, run};

/// The places of a rule's findings, as line and column.
fn places(report: &Report, rule: &str) -> Vec<(u32, u32)> {
    let of_rule = report.findings.iter().filter(|f| f.rule.as_str() == rule);
    of_rule
        .map(|f| (f.place.region.start.line, f.place.region.start.column))
        .collect()
}

/// A line with a made-up key of AWS in columns from 6 on.
fn leak(seed: u64) -> String {
    format!("k = \"{}\"\n", Dice::new(seed).aws_key_id())
}

fn scanned(files: &[(&str, &[u8])]) -> Report {
    let dir = support::tree(files);
    support::scan(support::plan(dir.path()))
}

fn timed<T>(most: Duration, what: &str, act: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = act();
    let took = start.elapsed();
    assert!(took < most, "{what} took {took:?}");
    done
}

const AWS: &str = "aws-access-key-id";

#[test]
fn deep_nesting_does_not_hide_a_secret() {
    let leak = leak(1);
    for (name, open, close) in [
        ("a.json", "[", "]"),
        ("a.json", "{\"a\":", "}"),
        ("a.yaml", "[", "]"),
        ("a.tf", "a {\n", "}\n"),
        ("a.py", "(", ")"),
        ("a.js", "[(", ")]"),
        ("a.ts", "<A", ">"),
        ("a.xml", "<a>", "</a>"),
        ("a.sql", "('", "')"),
    ] {
        let text = format!("{}\n{leak}{}", open.repeat(100_000), close.repeat(100_000));
        let limit = Duration::from_secs(20);
        let report = timed(limit, name, || scanned(&[(name, text.as_bytes())]));
        assert_eq!(places(&report, AWS).len(), 1, "{name} {open}");
    }
}

#[test]
fn odd_bytes_do_not_hide_a_secret() {
    let leak = leak(2);
    let nul_stride = format!("{}{leak}", "A\0".repeat(8));
    let wrapped = |before: &[u8], after: &[u8]| [before, leak.as_bytes(), after].concat();
    for (name, content) in [
        ("bom", wrapped(b"\xEF\xBB\xBF", b"")),
        ("invalid first", wrapped(b"\xC3\x28\x80 x\n", b"")),
        ("invalid later", wrapped(b"", b"\xC3\x28\n")),
        ("latin-1", wrapped(b"gr\xFC\xDFe\n", b"\xE9\n")),
        ("shift-jis", wrapped(b"\x83\x70\x83\x58\n", b"\n")),
        ("carriage returns", wrapped(b"a\rb\r", b"c\r")),
        ("form feeds", wrapped(b"a\x0C\x0B\n", b"")),
        (
            "line separators",
            wrapped("a\u{2028}b\u{85}\n".as_bytes(), b""),
        ),
        ("no line end", leak.trim_end().as_bytes().to_vec()),
        ("nul stride", nul_stride.into_bytes()),
    ] {
        let report = scanned(&[("a.py", &content)]);
        let known = name == "nul stride";
        let found = places(&report, AWS).len();
        let told = report.summary.skipped.contains_key(&Skip::Binary) || !report.notices.is_empty();
        assert!(found == 1 || known && told, "{name}: {found} found");
    }
}

#[test]
fn any_cut_of_a_fixture_ends_well() {
    let mut dice = Dice::new(3);
    for path in support::files(&support::package().join("fixtures")) {
        let content = fs::read(&path).unwrap();
        if content.is_empty() {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let cuts: Vec<usize> = (0..6).map(|_| dice.below(content.len())).collect();
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for (number, &cut) in cuts.iter().enumerate() {
            files.push((format!("h{number}/{name}"), content[..cut].to_vec()));
            files.push((format!("t{number}/{name}"), content[cut..].to_vec()));
            let mut broken = content.clone();
            broken[cut] ^= 0x80 >> (number % 8);
            files.push((format!("b{number}/{name}"), broken));
            let doubled = [&content[..cut], &content[..]].concat();
            files.push((format!("d{number}/{name}"), doubled));
        }
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, c)| (&**n, &**c)).collect();
        let dir = support::tree(&files);
        let report = support::scan(support::plan_for_all(dir.path()));
        for format in Format::ALL {
            support::written(format, &report, &support::options(true));
        }
    }
}

#[test]
fn many_secrets_on_one_line_are_found_in_time() {
    let mut dice = Dice::new(4);
    let keys: Vec<String> = (0..900).map(|_| dice.aws_key_id()).collect();
    let text = format!("[\"{}\"]\n", keys.join("\", \""));
    let limit = Duration::from_secs(10);
    let report = timed(limit, "900 secrets", || {
        scanned(&[("a.js", text.as_bytes())])
    });
    let expected: Vec<(u32, u32)> = (0..900).map(|i| (1, 3 + 24 * i)).collect();
    assert_eq!(places(&report, AWS), expected);
    let widest = report
        .findings
        .iter()
        .map(|f| f.place.excerpt.text.len())
        .max();
    assert!(widest.is_some_and(|w| w < 400), "{widest:?}");
}

#[test]
fn more_findings_than_are_kept_are_told_of() {
    let mut dice = Dice::new(5);
    let text: String = (0..1200)
        .map(|_| format!("k = \"{}\"\n", dice.aws_key_id()))
        .collect();
    let report = scanned(&[("a.py", text.as_bytes())]);
    assert_eq!(places(&report, AWS).len(), 1000);
    let capped = report
        .notices
        .iter()
        .filter(|n| n.kind == NoticeKind::Capped);
    assert_eq!(capped.count(), 1);
}

#[test]
fn a_line_of_33_megabytes() {
    let key = Dice::new(6).aws_key_id();
    let unit = "function(a,b){return a.c(b)+1},";
    let mut text = unit.repeat(33_000_000 / unit.len());
    let column = text.len() as u32 + 6;
    text.push_str(&format!("k = \"{key}\""));
    let limit = Duration::from_secs(60);
    let report = timed(limit, "33 MB", || scanned(&[("a.min.js", text.as_bytes())]));
    assert_eq!(places(&report, AWS), [(1, column)]);
    assert!(report.findings[0].place.excerpt.text.len() < 400);
}

#[test]
fn a_secret_across_the_boundary_of_chunks_is_found_once() {
    let mut dice = Dice::new(7);
    let (mib, line) = (1 << 20, format!("{}\n", "x".repeat(63)));
    let mut expected = Vec::new();
    let mut text = line.repeat(5 * mib / 64).into_bytes();
    // Around each multiple of a chunk and of a chunk and its overlap, at steps that leave no edge untried.
    let mut at = mib - 64 * 60;
    while at < 4 * mib + 300_000 {
        let key = dice.aws_key_id();
        let shift = dice.below(40);
        text[at + shift..at + shift + 22].copy_from_slice(format!("\"{key}\"").as_bytes());
        expected.push((at as u32 / 64 + 1, shift as u32 + 2));
        at += if at % mib > 300_000 && at % mib < mib - 300_000 {
            64 * 997
        } else {
            64 * 37
        };
    }
    let report = scanned(&[("a.txt", &text)]);
    assert!(
        expected.len() < 1000,
        "{} is more than is kept",
        expected.len()
    );
    assert_eq!(places(&report, AWS), expected);
}

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
fn hostile_content_does_no_harm() {
    let key = Dice::new(11).aws_key_id();
    let text = format!(
        "\x1b[2J\x1b]8;;http://x\x07 k = \"{key}\" \u{202e}\u{2066} ::error::x\r::error::y\n##[error]z \x07"
    );
    let dir = support::tree(&[("a.py", text.as_bytes())]);
    for format in Format::ALL {
        let run = run(dir.path(), &["scan", "--format", format.as_str()]);
        assert_eq!(run.code, Some(1), "{format:?}: {}", run.err);
        let hidden =
            |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!run.out.contains(hidden), "{format:?}: {:?}", run.out);
        let mut lines = run.out.lines();
        assert!(
            !lines.any(|l| l.starts_with("::error::") || l.starts_with("##[")),
            "{}",
            run.out
        );
    }
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

/// The exit code and errors of a scan with this configuration.
fn configured(dir: &Path, config: &[u8]) -> (Option<i32>, String) {
    fs::write(dir.join("barekey.yaml"), config).unwrap();
    let run = run(dir, &["scan", "--quiet"]);
    (run.code, run.err)
}

#[test]
fn a_wrong_configuration_is_an_error_that_says_where() {
    let dir = support::tree(&[("a.py", leak(13).as_bytes())]);
    let custom = |regex: &str| {
        format!(
            "custom:\n- provider: own\n  name: Own\n  rules:\n  - id: own-key\n    title: t\n    about: a\n    fix: f\n    \
             severity: high\n    confidence: 0.9\n    regex: '{regex}'\n    anchors: ['own_']\n    examples: ['own_1']\n    \
             counterexamples: ['x']\n"
        )
    };
    for (config, part) in [
        ("skp: [a]\n".to_owned(), "did you mean `skip`?"),
        ("skip: [\n".to_owned(), "barekey.yaml:"),
        ("allow:\n- value: '('\n".to_owned(), "unclosed group"),
        ("skip: ['[']\n".to_owned(), "skip"),
        (custom("own_("), "own-key"),
        (custom("own_[a-z]{10}{10}{10}{10}{10}"), "own-key"),
        (custom("own_.*"), "own-key"),
        ("builtin: false\n".to_owned(), "no rule is left"),
        ("rules: {no-such-rule: off}\n".to_owned(), "no-such-rule"),
    ] {
        let (code, error) = configured(dir.path(), config.as_bytes());
        assert_eq!(code, Some(2), "{config}: {error}");
        assert!(error.contains(part), "{config}: {error}");
        assert!(error.starts_with("error: "), "{error}");
    }
    let (code, error) = configured(dir.path(), custom("own_[a-z]{10}").as_bytes());
    assert_eq!(code, Some(1), "{error}");
}

#[test]
fn a_configuration_may_have_a_mark_and_other_line_ends_and_be_empty() {
    let dir = support::tree(&[("a.py", leak(14).as_bytes()), ("b.py", b"x = 1\n")]);
    for config in [
        &b"\xEF\xBB\xBFskip: [a.py]\n"[..],
        b"skip:\r\n- a.py\r\n",
        b"\xEF\xBB\xBFskip:\r\n  - a.py\r\n",
    ] {
        let (code, error) = configured(dir.path(), config);
        assert_eq!(code, Some(0), "{error}");
    }
    for config in [&b""[..], b"# nothing\n", b"\xEF\xBB\xBF"] {
        let (code, error) = configured(dir.path(), config);
        assert_eq!(code, Some(1), "{error}");
    }
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

#[test]
fn lines_are_counted_as_the_web_counts_them() {
    let key = Dice::new(16).aws_key_id();
    let text = format!("a\x0Cb\x0Bc\u{85}d\u{2028}e\nk = \"{key}\"\n");
    let report = scanned(&[("a.py", text.as_bytes())]);
    assert_eq!(places(&report, AWS), [(2, 6)]);
}
