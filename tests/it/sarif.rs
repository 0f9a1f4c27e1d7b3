//! SARIF, read back with the types of the standard: a region is exactly the columns of the secret.

use std::path::Path;

use barekey::report::Format;
use serde_sarif::sarif::{ResultLevel, Sarif};

use crate::support::{self, Dice};

/// The report of a scan with these files.
fn report(files: &[(&str, &[u8])]) -> Sarif {
    let dir = support::tree(files);
    read(dir.path())
}

fn read(dir: &Path) -> Sarif {
    let report = support::scan(support::plan(dir));
    let text = support::written(Format::Sarif, &report, &support::options(false));
    serde_json::from_str(&text).expect("the report is SARIF")
}

/// The text of each region of a report, cut out of decoded lines by UTF-16 code units.
fn regions(sarif: &Sarif, text: &str) -> Vec<String> {
    let lines: Vec<Vec<u16>> = text
        .split('\n')
        .map(|l| l.encode_utf16().collect())
        .collect();
    let results = sarif.runs[0].results.as_ref().unwrap();
    let places = results.iter().flat_map(|r| r.locations.as_ref().unwrap());
    places
        .map(|place| {
            let place = place.physical_location.as_ref().unwrap();
            let region = place.region.as_ref().unwrap();
            let line = &lines[region.start_line.unwrap() as usize - 1];
            assert!(
                region
                    .end_line
                    .is_none_or(|end| Some(end) == region.start_line)
            );
            let (start, end) = (region.start_column.unwrap(), region.end_column.unwrap());
            String::from_utf16(&line[start as usize - 1..end as usize - 1]).unwrap()
        })
        .collect()
}

fn check(name: &str, raw: &[u8], text: &str, secrets: &[String]) {
    let sarif = report(&[(name, raw)]);
    let mut found = regions(&sarif, text);
    let mut secrets = secrets.to_vec();
    found.sort();
    secrets.sort();
    assert_eq!(found, secrets, "{name}: {text:?}");
}

/// A text with secrets after tabs, astral characters, combining marks and other secrets.
fn planted(dice: &mut Dice) -> (String, Vec<String>) {
    let secrets = [
        dice.aws_key_id(),
        dice.slack(),
        dice.alnum(20),
        dice.alnum(24),
    ];
    let [key, token, password, other] = &secrets;
    let text = format!(
        "\u{65e5}\u{672c} = 1\n\tk\t=\t\"\u{1f680}\", \"{key}\"\ne\u{301}\u{1f469}\u{200d}\u{1f680} \"{token}\"\n\
         \tpassword = \"{password}\"; \u{1d4fd} = \"\"\n\u{1f511} = 1; api_key = \"{other}\"\n"
    );
    (text, secrets.to_vec())
}

#[test]
fn regions_are_the_columns_of_the_secret_in_any_encoding() {
    let mut dice = Dice::new(11);
    let (text, secrets) = planted(&mut dice);
    check("a.py", text.as_bytes(), &text, &secrets);
    let crlf = text.replace('\n', "\r\n");
    check("crlf.py", crlf.as_bytes(), &crlf, &secrets);
    check(
        "bom.py",
        format!("\u{feff}{text}").as_bytes(),
        &text,
        &secrets,
    );
    for (name, bytes) in [
        ("le.py", u16::to_le_bytes as fn(u16) -> [u8; 2]),
        ("be.py", u16::to_be_bytes),
    ] {
        let with_mark = format!("\u{feff}{text}");
        let raw: Vec<u8> = with_mark.encode_utf16().flat_map(bytes).collect();
        check(name, &raw, &text, &secrets);
    }
    let latin = format!("\u{e9} = \"\u{fc}\"; password = \"{}\"\n", secrets[2]);
    let raw: Vec<u8> = latin.chars().map(|c| u8::try_from(c).unwrap()).collect();
    check("latin.py", &raw, &latin, &secrets[2..3]);
}

#[test]
fn one_result_a_secret_with_all_that_its_rule_has_to_say() {
    let (text, secrets) = planted(&mut Dice::new(12));
    let sarif = report(&[("a.py", text.as_bytes())]);
    let run = &sarif.runs[0];
    let rules = run.tool.driver.rules.as_ref().unwrap();
    let results = run.results.as_ref().unwrap();
    assert_eq!(results.len(), secrets.len());
    for result in results {
        let index = usize::try_from(result.rule_index.unwrap()).unwrap();
        assert_eq!(Some(&rules[index].id), result.rule_id.as_ref());
        assert!(matches!(
            result.level,
            Some(ResultLevel::Error | ResultLevel::Warning)
        ));
        let prints = result.partial_fingerprints.as_ref().unwrap();
        assert_eq!(prints["barekey/v1"].len(), 32);
        let place = result.locations.as_ref().unwrap()[0]
            .physical_location
            .clone()
            .unwrap();
        let artifact = place.artifact_location.unwrap();
        assert_eq!(artifact.uri.as_deref(), Some("a.py"));
        assert_eq!(artifact.uri_base_id.as_deref(), Some("%SRCROOT%"));
    }
}

#[test]
fn secrets_of_one_rule_on_one_line_are_one_result() {
    let mut dice = Dice::new(13);
    let (one, two) = (dice.slack(), dice.slack());
    let sarif = report(&[("a.py", format!("t = [\"{one}\", \"{two}\"]\n").as_bytes())]);
    let results = sarif.runs[0].results.as_ref().unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].related_locations.as_ref().map(Vec::len), Some(1));
}

#[test]
fn names_of_files_are_uris() {
    let text = format!("k = \"{}\"\n", Dice::new(14).aws_key_id());
    let names = ["a b.py", "100%.py", "x#y?.py", "d/\u{fc}.py", "[a].py"];
    for name in names {
        let sarif = report(&[(name, text.as_bytes())]);
        let results = sarif.runs[0].results.as_ref().unwrap();
        let place = &results[0].locations.as_ref().unwrap()[0];
        let artifact = place
            .physical_location
            .as_ref()
            .unwrap()
            .artifact_location
            .clone();
        let uri = artifact.unwrap().uri.unwrap();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%!$&'()*+,;=:@".contains(c);
        assert!(uri.chars().all(plain), "{name}: {uri}");
        assert_eq!(decoded(&uri), name);
    }
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let hex = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn fixtures_make_a_report_that_reads_back() {
    let sarif = read(&support::package().join("fixtures"));
    let results = sarif.runs[0].results.as_ref().unwrap();
    assert!(results.len() > 80, "{}", results.len());
}
