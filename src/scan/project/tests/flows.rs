//! Every secret of every source, on every way, to every place where others can read it: found, and what stands beside it
//! silent. The parts are in `flow_parts.tsv`; programs as people write them are in `fixtures/`, and `flow_cells.rs` counts
//! which cells these cover.

use super::across::{Memory, scanned};
use super::*;

const PARTS: &str = include_str!("flow_parts.tsv");

/// The cells of a line, after what it is and its language.
fn parts<'a>(what: &'a str, language: &'a str) -> impl Iterator<Item = Vec<&'static str>> + 'a {
    let lines = PARTS
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let own = lines.filter(move |cells| cells[0] == what && cells.get(1) == Some(&language));
    own.map(|cells| cells[2..].to_vec())
}

/// A program, and what is expected of it.
struct Case {
    /// Its directory.
    at: String,
    files: Vec<(String, String)>,
    /// What a finding says; none is expected otherwise.
    says: Option<String>,
}

/// Puts a text of several lines in the place of a word, as far in as that stands.
fn filled(program: &str, word: &str, text: &str) -> String {
    let text = text.replace('⏎', "\n");
    let lines = program.lines().map(|line| {
        let indent = &line[..line.len() - line.trim_start().len()];
        line.replace(word, &text.replace('\n', &format!("\n{indent}")))
    });
    lines.map(|line| line + "\n").collect()
}

/// `PUT(x)` as a statement of the sink.
fn put(program: &str, statement: &str) -> String {
    let lines = program.lines().map(|line| match line.split_once("PUT(") {
        Some((indent, rest)) => {
            let value = rest.strip_suffix(')').unwrap();
            let whole = statement
                .replace("VALUE", value)
                .replace('⏎', &format!("\n{indent}"));
            format!("{indent}{whole}\n")
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// A file of a way, with a value in the place of the secret.
fn written(language: &str, way: &str, source: &[&str], sink: &str, value: &str) -> String {
    // Of an object a program in JavaScript makes no text by itself.
    let text = match (language, source[0]) {
        ("js", "environment") => format!("JSON.stringify({value})"),
        ("py", "environment") => format!("str({value})"),
        _ => value.to_owned(),
    };
    let program = put(&way.replace('⏎', "\n"), sink);
    let program = filled(&program, "HEAD", source[2]);
    let program = filled(&program, "READ", source[3]);
    let value = match sink.starts_with("throw") {
        true => &text,
        false => value,
    };
    if language == "sh" {
        return format!("#!/bin/sh\n{}", program.replace("QUERY", value));
    }
    let program = program.replace("TEXT", &text).replace("SECRET", value);
    match language {
        "js" => format!("import {{ writeFileSync }} from 'node:fs';\n{program}"),
        _ => format!("import logging\nimport os\nlogger = logging.getLogger()\n{program}"),
    }
}

fn cases(language: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for source in parts("source", language) {
        for sink in parts("sink", language) {
            for way in parts("way", language) {
                let says = format!("{} goes to {}", source[1], sink[1]);
                for (value, says) in [(source[4], Some(says)), (source[5], None)] {
                    let at = format!("{language}{}", cases.len());
                    let file = |name: &str, text: &str| {
                        let text = written(language, text, &source, sink[2], value);
                        (format!("{at}/{name}.{language}"), text)
                    };
                    let mut files = vec![file("main", way[1])];
                    files.extend((!way[2].is_empty()).then(|| file("store", way[2])));
                    cases.push(Case { at, files, says });
                }
            }
        }
    }
    cases
}

#[test]
fn every_secret_on_every_way_to_every_place() {
    let cases = ["js", "py", "sh"].map(cases);
    let cases: Vec<Case> = cases.into_iter().flatten().collect();
    assert!(cases.len() > 1400, "{}", cases.len());
    let files = cases.iter().flat_map(|case| &case.files);
    let memory = Memory(files.map(|(p, t)| (Arc::from(&**p), t.clone())).collect());
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in scanned(&memory, &[]) {
        if finding.rule.as_str() == "secret-logging" {
            let dir = finding.place.path.split('/').next().unwrap().to_owned();
            let detail = finding.message.rsplit_once('(').unwrap().1;
            said.entry(dir)
                .or_default()
                .push(detail.trim_end_matches(')').to_owned());
        }
    }
    let mut wrong = Vec::new();
    for case in &cases {
        let said = said.remove(&case.at).unwrap_or_default();
        let expected: Vec<String> = case.says.iter().cloned().collect();
        if said != expected {
            let text: Vec<&str> = case.files.iter().map(|(_, text)| text.as_str()).collect();
            wrong.push(format!(
                "{expected:?}, but {said:?} of\n{}",
                text.join("---\n")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// What starts at one place and ends up at several is one finding that tells of them all.
#[test]
fn all_places_where_something_ends_up_are_told() {
    let function = |name: &str, variables: &str| {
        format!(
            "resource \"aws_lambda_function\" \"{name}\" {{\n  environment {{\n    variables = {variables}\n  }}\n  kms_key_arn = var.key\n}}\n"
        )
    };
    let ends = |start: &str, f: &str, g: &str| {
        let text = format!("{start}\n{}{}", function("f", f), function("g", g));
        let found = findings(&[("main.tf", &text)]);
        assert_eq!(found.len(), 1, "{start}");
        let ends = found[0].related.iter();
        let ends = ends.map(|end| (end.place.region.start.line, end.message.clone()));
        ends.collect::<Vec<_>>()
    };
    let also = |name: &str| format!("it ends up here as well: {name}");
    let field =
        "locals { s = jsondecode(data.aws_secretsmanager_secret_version.app.secret_string) }";
    assert_eq!(
        ends(
            field,
            "{ A_PASSWORD = local.s.password, B_TOKEN = local.s.other_token, DB_HOST = local.s.host }",
            "{ C_PASSWORD = local.s.password }"
        ),
        [
            (4, also("B_TOKEN of aws_lambda_function.f")),
            (10, also("C_PASSWORD of aws_lambda_function.g")),
        ]
    );
    for start in [
        "locals { common = { DB_PASSWORD = var.db_password } }",
        "locals { common = { DB_PASSWORD = \"hG7kq2PzW9vLmQ4x\" } }",
    ] {
        let merged = "merge(local.common, { STAGE = \"prod\" })";
        let told = ends(start, merged, merged);
        assert_eq!(
            told,
            [(10, also("DB_PASSWORD of aws_lambda_function.g"))],
            "{start}"
        );
    }
    let once = ends(
        "locals { p = var.db_password }",
        "{ DB_PASSWORD = local.p }",
        "{ STAGE = \"prod\" }",
    );
    assert!(once.is_empty(), "{once:?}");
}
