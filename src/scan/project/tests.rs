use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::super::{Plan, Progress, Report, Scanner, one::scan_blob};
use super::*;
use crate::finding::{Confidence, Finding};
use crate::source::{Blob, Content};

mod access;
mod across;
mod actions;
mod arm;
mod aws;
mod azure;
mod bicep;
mod cloudformation;
mod clouds;
mod code_sites;
mod containers;
mod copies;
mod coverage;
mod flow_cells;
mod flows;
mod frozen;
mod google;
mod hostile;
mod kubernetes;
mod kustomize;
mod pipelines;
mod pointers;
mod programs;
mod rotation;
mod scripts;
mod serverless;
mod state;
mod terraform;
mod terraform_json;
mod terraform_stores;
mod vaults;

fn engine() -> Engine {
    Engine::new(&Plan::default())
        .map_err(|e| e.to_string())
        .unwrap()
}

fn scan(engine: &Engine, files: &[(&str, &str)]) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = files
        .iter()
        .map(|(path, text)| {
            let blob = Blob {
                path: Arc::from(*path),
                content: Content::Whole(text.as_bytes().to_vec()),
            };
            scan_blob(engine, &mut Scratch::default(), blob)
        })
        .collect();
    settle(engine, &mut outcomes, Vec::new(), Vec::new(), 1);
    outcomes
}

fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    let outcomes = scan(&engine(), files);
    outcomes.into_iter().flat_map(|o| o.findings).collect()
}

/// What a scan of files on a disk reports.
fn scanned(plan: Plan) -> Report {
    let scanner = Scanner::new(plan).map_err(|e| e.to_string()).unwrap();
    scanner.scan(&Progress::default())
}

/// `rule path:line` of each finding in files on a disk, and where its way leads.
fn on_disk(files: &[(&str, &str)]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let report = scanned(Plan {
        paths: vec![dir.path().to_owned()],
        ..Plan::default()
    });
    let root = format!("{}/", dir.path().display());
    let place = |place: &crate::finding::Place| {
        let path = place.path.strip_prefix(&root).unwrap_or(&place.path);
        format!("{path}:{}", place.region.start.line)
    };
    let found = report.findings.iter().map(|f| {
        let steps = f.flow.iter().flat_map(|flow| &flow.steps);
        let steps: Vec<String> = steps.map(|s| place(&s.place)).collect();
        let found = format!("{} {} by {}", f.rule, place(&f.place), steps.join(" "));
        found.trim_end_matches(" by ").to_owned()
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    found
}

/// The rules of what those hear who ask for what is hardly believed.
fn doubted(files: &[(&str, &str)]) -> Vec<String> {
    let plan = Plan {
        min_confidence: Confidence::Low,
        ..Plan::default()
    };
    let engine = Engine::new(&plan).map_err(|e| e.to_string()).unwrap();
    let outcomes = scan(&engine, files);
    let findings = outcomes.iter().flat_map(|o| &o.findings);
    let low = findings.filter(|f| f.verdict.band() == Confidence::Low);
    low.map(|f| f.rule.to_string()).collect()
}

/// `rule path:line` of each finding.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let mut found: Vec<String> = findings(files)
        .iter()
        .map(|f| format!("{} {}:{}", f.rule, f.place.path, f.place.region.start.line))
        .collect();
    found.sort();
    found
}

/// The rules of what is found, each as often as it is.
fn rules(files: &[(&str, &str)]) -> Vec<String> {
    let found = found(files);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
}

/// What no parser can take in still gets the plain reader, and says so.
#[test]
fn broken_deep_and_long_templates() {
    let secret = "resource \"x\" \"y\" {\n password = \"hG7!kq2PzW9v\"\n";
    let outcomes = scan(&engine(), &[("main.tf", secret)]);
    assert_eq!(outcomes[0].findings[0].rule.as_str(), "hardcoded-secret");
    assert_eq!(outcomes[0].notices[0].kind, NoticeKind::NotParsed);
    for unit in [
        "[",
        "(",
        "{",
        "a {\n",
        "{a=",
        "\"${",
        "!",
        "-",
        "a?b:",
        "a?",
        "1+",
        "f(",
        "%{if a}",
        "<<A\n",
        "a[",
        "a.",
        "[for a in ",
    ] {
        let deep = format!("x = {}", unit.repeat(100_000));
        let blocks = format!("{secret}}}\n{}", unit.repeat(100_000));
        assert_eq!(scan(&engine(), &[("main.tf", &deep)]).len(), 1);
        assert_eq!(
            scan(&engine(), &[("main.tf", &blocks)])[0].findings.len(),
            1,
            "{unit}"
        );
    }
}

/// The scenarios whose names start so, without what has its marks elsewhere.
fn fixtures(starts: &[&str]) -> Vec<(String, BTreeMap<String, String>)> {
    fixtures_of(starts, &|path| {
        path.extension().is_some_and(|e| e != "expect")
    })
}

/// The scenarios whose names start so, with the files that are kept.
fn fixtures_of(
    starts: &[&str],
    keeps: &dyn Fn(&Path) -> bool,
) -> Vec<(String, BTreeMap<String, String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path());
    let entries = entries.filter(|path| path.is_dir());
    let name = |p: &Path| p.file_name().unwrap().to_str().unwrap().to_owned();
    let wanted = entries.filter(|p| starts.iter().any(|start| name(p).starts_with(start)));
    wanted
        .map(|dir| {
            let mut files = BTreeMap::new();
            collect(&dir, &dir, keeps, &mut files);
            (name(&dir), files)
        })
        .collect()
}

fn collect(
    root: &Path,
    dir: &Path,
    keeps: &dyn Fn(&Path) -> bool,
    files: &mut BTreeMap<String, String>,
) {
    for path in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            collect(root, &path, keeps, files);
        } else if keeps(&path) {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// A fixture: its name, its text without marks, and what these say of which line.
struct Marked {
    name: String,
    text: String,
    marks: Vec<(usize, String)>,
}

fn unmarked(name: &str, raw: &str) -> Marked {
    let (mut kept, mut marks): (Vec<&str>, Vec<(usize, String)>) = Default::default();
    for line in raw.lines() {
        match line.trim_start().strip_prefix("#~") {
            Some(mark) => {
                let said = mark.trim_start_matches('^').trim();
                marks.push((kept.len(), said.to_owned()));
            }
            None => kept.push(line),
        }
    }
    Marked {
        name: name.to_owned(),
        text: kept.join("\n") + "\n",
        marks,
    }
}

#[test]
fn fixtures_say_what_is_found() {
    let marked_inside = [
        "terraform-f",
        "terraform-clouds",
        "github-workflows",
        "kubernetes-app",
        "pipelines",
    ];
    for (scenario, files) in fixtures(&marked_inside) {
        let marked: Vec<Marked> = files.iter().map(|(n, t)| unmarked(n, t)).collect();
        let given: Vec<(&str, &str)> = marked.iter().map(|m| (&*m.name, &*m.text)).collect();
        let mut expected = Vec::new();
        for file in &marked {
            let said = file.marks.iter().filter(|(_, m)| !m.starts_with("silent"));
            expected.extend(said.map(|(line, m)| {
                let rule = m.split(' ').next().unwrap();
                format!("{rule} {}:{line}", file.name)
            }));
        }
        expected.sort();
        assert_eq!(found(&given), expected, "{scenario}");
    }
}

#[test]
fn fixtures_cut_anywhere_do_no_harm() {
    let engine = engine();
    for (_, files) in fixtures(&[
        "terraform-",
        "github-",
        "sam-",
        "serverless-",
        "kubernetes-",
        "compose-",
        "pipelines",
        "azure-",
        "google-",
    ]) {
        let all: Vec<(&str, &str)> = files
            .iter()
            .map(|(n, t)| (n.as_str(), t.as_str()))
            .collect();
        for (number, (name, text)) in all.iter().enumerate() {
            for cut in (0..text.len())
                .filter(|cut| text.is_char_boundary(*cut))
                .step_by(17)
            {
                let mut files = all.clone();
                files[number] = (name, &text[..cut]);
                assert_eq!(scan(&engine, &files).len(), files.len());
            }
        }
    }
}
