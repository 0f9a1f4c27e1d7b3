//! Hostile and broken contents: no panic, no hang, the right exit code, and the secret is still found.

use std::fs;
use std::time::{Duration, Instant};

use barekey::finding::{NoticeKind, Report, Skip};
use barekey::report::Format;

use crate::support::{self, Dice, run};

/// The places of a rule's findings, as line and column.
fn places(report: &Report, rule: &str) -> Vec<(u32, u32)> {
    let of_rule = report.findings.iter().filter(|f| f.rule.as_str() == rule);
    of_rule
        .map(|f| (f.place.region.start.line, f.place.region.start.column))
        .collect()
}

/// A line with a made-up key of AWS in columns from 6 on.
pub(crate) fn leak(seed: u64) -> String {
    format!("k = \"{}\"\n", Dice::new(seed).aws_key_id())
}

fn scanned(files: &[(&str, &[u8])]) -> Report {
    let dir = support::tree(files);
    support::scan(support::plan(dir.path()))
}

/// What was done, within a limit.
pub(crate) fn timed<T>(most: Duration, what: &str, act: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = act();
    let took = start.elapsed();
    assert!(took < most, "{what} took {took:?}");
    done
}

pub(crate) const AWS: &str = "aws-access-key-id";

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
fn lines_are_counted_as_the_web_counts_them() {
    let key = Dice::new(16).aws_key_id();
    let text = format!("a\x0Cb\x0Bc\u{85}d\u{2028}e\nk = \"{key}\"\n");
    let report = scanned(&[("a.py", text.as_bytes())]);
    assert_eq!(places(&report, AWS), [(2, 6)]);
}
