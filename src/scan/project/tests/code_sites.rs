//! Every place of a secret in every language that a grammar reads, and in scripts of a shell: reported with a password and with a token, and a look-alike
//! that is not. `benches/plant_code.py` plants the same cases into other people's code.

use super::*;

const CASES: &str = include_str!("code_sites.tsv");

/// A password that a person chose, and a token; the token is a secret wherever it stands, so that only the password has cases
/// that are not reported.
const SECRETS: [&str; 2] = ["Vq7#kT2xLw9m", "f4Kq9ZtB2mXv7LsW1cYd8RnJ5hGp3TaE"];

/// One line of the table.
struct Case {
    ending: &'static str,
    place: &'static str,
    reported: &'static str,
    silent: &'static str,
}

fn cases() -> Vec<Case> {
    let lines = CASES.lines().filter(|line| !line.starts_with('#'));
    let case = |line: &'static str| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap();
        Case {
            ending: next(),
            place: next(),
            reported: next(),
            silent: next(),
        }
    };
    lines.map(case).collect()
}

/// Whether a leak is reported where the secret stands.
fn is_reported(case: &Case, pattern: &str, secret: &str) -> bool {
    let text = pattern.replace("VALUE", secret).replace('⏎', "\n");
    let head = match case.ending {
        "php" => "<?php\n",
        "go" => "package a\n\n",
        _ => "",
    };
    let name = format!("src/a.{}", case.ending);
    findings(&[(&name, &format!("{head}{text}\n"))])
        .iter()
        .any(|f| f.class == crate::rule::Class::Leak && f.held.is_none())
}

#[test]
fn every_place_in_every_language() {
    let mut wrong = Vec::new();
    for case in cases() {
        let silent = [(case.silent, SECRETS[0], false)];
        let reported = SECRETS.map(|secret| (case.reported, secret, true));
        for (pattern, secret, expected) in reported.into_iter().chain(silent) {
            if is_reported(&case, pattern, secret) != expected {
                let (ending, place) = (case.ending, case.place);
                wrong.push(format!(
                    "{ending} {place}: {expected} for {pattern} {secret}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// No cell is there twice, and each language has the places that all have.
#[test]
fn every_language_has_its_places() {
    let cases = cases();
    for language in ["py", "js", "go", "java", "rs", "rb", "php"] {
        for place in [
            "variable",
            "member",
            "argument",
            "environment default",
            "comparison",
        ] {
            let of = |c: &&Case| c.ending == language && c.place == place;
            assert_eq!(cases.iter().filter(of).count(), 1, "{language} {place}");
        }
    }
}
