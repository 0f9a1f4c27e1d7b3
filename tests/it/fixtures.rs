//! The scenarios of `fixtures/`: copied without their marks, scanned, compared with what the marks say.
//!
//! `NAME.as` beside a file lists the encodings in which it is scanned too, one a line; the copies keep line and columns.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use barekey::finding::{Confidence, Finding, Report};
use barekey::report::Format;

use crate::marks::{self, Expected, Mark};
use crate::support;

/// A scenario, ready to be scanned.
struct Scenario {
    name: String,
    dir: tempfile::TempDir,
    /// Marks by path.
    marks: BTreeMap<String, Vec<Mark>>,
    problems: Vec<String>,
}

impl Scenario {
    fn load(from: &Path) -> Self {
        let mut scenario = Self {
            name: from.file_name().unwrap().to_str().unwrap().to_owned(),
            dir: tempfile::tempdir().unwrap(),
            marks: BTreeMap::new(),
            problems: Vec::new(),
        };
        for path in support::files(from) {
            if !beside(&path, "expect") && !beside(&path, "as") {
                scenario.take(from, &path);
            }
        }
        scenario
    }

    /// Copies one file and its marks.
    fn take(&mut self, from: &Path, path: &Path) {
        let name = path.strip_prefix(from).unwrap().to_str().unwrap();
        let raw = String::from_utf8(fs::read(path).unwrap()).expect("fixtures are UTF-8");
        let mut marked = marks::split(&raw);
        self.complain(name, &marked.problems);
        if let Ok(expect) = fs::read_to_string(companion(path, "expect")) {
            let more = marks::sidecar(&expect, &marked.text);
            self.complain(&format!("{name}.expect"), &more.problems);
            marked.marks.extend(more.marks);
        }
        support::write(&self.dir.path().join(name), marked.text.as_bytes());
        if let Ok(encodings) = fs::read_to_string(companion(path, "as")) {
            for encoding in encodings.lines() {
                let copy = format!("{encoding}/{name}");
                support::write(
                    &self.dir.path().join(&copy),
                    &encode(encoding, &marked.text),
                );
                self.marks.insert(copy, marked.marks.clone());
            }
        }
        self.marks.insert(name.to_owned(), marked.marks);
    }

    fn complain(&mut self, name: &str, problems: &[String]) {
        let told = problems.iter().map(|problem| format!("{name}:{problem}"));
        self.problems.extend(told);
    }

    /// What was found against what is marked.
    fn compare(&mut self, report: &Report) {
        let mut findings: Vec<&Finding> = report.findings.iter().collect();
        for (path, marks) in &self.marks {
            for mark in marks {
                if let Some(problem) = meet(path, mark, &mut findings) {
                    self.problems.push(problem);
                }
            }
        }
        for finding in findings.iter().filter(|f| f.held.is_none()) {
            self.problems
                .push(format!("{}: an unmarked finding", told(finding)));
        }
        for notice in &report.notices {
            if notice.kind == barekey::finding::NoticeKind::Unreadable {
                self.problems.push(notice.message.clone());
            }
        }
    }
}

/// Takes the finding of a mark out of the list, or says what is missing.
fn meet(path: &str, mark: &Mark, findings: &mut Vec<&Finding>) -> Option<String> {
    let here = |f: &&Finding| &*f.place.path == path && f.place.region.start.line == mark.line;
    let wanted = |f: &&Finding| match &mark.expected {
        Expected::Silent | Expected::Twin => f.held.is_some(),
        Expected::Finding { rule, band } => {
            f.rule.as_str() == rule
                && match band {
                    None => f.held.is_none(),
                    Some(band) => f.verdict.band() == *band,
                }
        }
    };
    if mark.expected == Expected::Twin {
        return None;
    }
    if let Some(at) = findings.iter().position(|f| here(f) && wanted(f)) {
        findings.remove(at);
        return None;
    }
    let there: Vec<String> = findings
        .iter()
        .filter(|f| here(f))
        .map(|f| told(f))
        .collect();
    Some(format!(
        "{path}:{}: unmet mark {:?}; there: {there:?}",
        mark.line, mark.expected
    ))
}

/// A finding in one line.
fn told(finding: &Finding) -> String {
    let start = finding.place.region.start;
    let reasons: Vec<&str> = finding.verdict.reasons.iter().map(|r| &*r.text).collect();
    format!(
        "{}:{}:{} {} ({:.2}: {})",
        finding.place.path,
        start.line,
        start.column,
        finding.rule,
        finding.verdict.confidence,
        reasons.join(", ")
    )
}

fn beside(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|e| e == ending)
}

fn companion(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// A text in another encoding.
fn encode(encoding: &str, text: &str) -> Vec<u8> {
    let utf16 =
        |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let with = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
    match encoding {
        "utf-8-bom" => with(b"\xEF\xBB\xBF", text.as_bytes().to_vec()),
        "utf-16le" => utf16(u16::to_le_bytes),
        "utf-16be" => utf16(u16::to_be_bytes),
        "utf-16le-bom" => with(b"\xFF\xFE", utf16(u16::to_le_bytes)),
        "utf-16be-bom" => with(b"\xFE\xFF", utf16(u16::to_be_bytes)),
        "crlf" => text.replace('\n', "\r\n").into_bytes(),
        "latin-1" => text
            .chars()
            .map(|c| u8::try_from(c).expect("only Latin-1 is in a file with such a copy"))
            .collect(),
        other => panic!("unknown encoding {other}"),
    }
}

#[test]
fn every_scenario_is_as_marked() {
    let mut problems = Vec::new();
    let mut scenarios = 0;
    for entry in fs::read_dir(support::package().join("fixtures")).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        scenarios += 1;
        let mut scenario = Scenario::load(&path);
        let report = support::scan(support::plan_for_all(scenario.dir.path()));
        scenario.compare(&report);
        snapshot(&mut scenario);
        let name = &scenario.name;
        problems.extend(scenario.problems.iter().map(|p| format!("{name}/{p}")));
    }
    assert!(scenarios > 10, "only {scenarios} scenarios");
    problems.sort();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// Keeps what people see of a scenario, and that the usual scan sees what the one above did.
fn snapshot(scenario: &mut Scenario) {
    let report = support::scan(support::plan(scenario.dir.path()));
    let marked = |m: &Mark| match &m.expected {
        Expected::Silent | Expected::Twin => false,
        Expected::Finding { band, .. } => *band != Some(Confidence::Low),
    };
    let marks = scenario.marks.values().flatten().filter(|m| marked(m));
    let (expected, found) = (marks.count(), report.findings.len());
    if expected != found {
        scenario.problems.push(format!(
            "the usual scan reports {found}, {expected} are marked"
        ));
    }
    let text = support::written(Format::Pretty, &report, &support::options(false));
    // A new rule changes no scenario.
    let rules = format!("with {} rules", report.summary.rules);
    let text = text.replace(&rules, "with [..] rules");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(scenario.name.as_str(), text));
}
