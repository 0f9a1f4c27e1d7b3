//! No output shows a secret: not in any format, not of what is held back, not of a neighbour on the same line.

use barekey::finding::Confidence;
use barekey::report::{self, Format};
use barekey::scan::Plan;
use proptest::prelude::*;

use crate::support::{self, Dice};

/// A secret as it was planted: everything behind `public` bytes is secret.
#[derive(Clone, Debug)]
struct Planted {
    value: String,
    public: usize,
}

fn planted(value: String, public: usize) -> Planted {
    Planted { value, public }
}

/// A piece of a line with a secret in it.
fn piece(kind: usize, dice: &mut Dice) -> (String, Vec<Planted>) {
    let base64 = |bytes: &str| data_encoding_base64(bytes.as_bytes());
    match kind {
        0 => {
            let key = dice.aws_key_id();
            (format!("id = \"{key}\""), vec![planted(key, 4)])
        }
        1 => {
            let token = dice.slack();
            (format!("slack = '{token}'"), vec![planted(token, 5)])
        }
        2 => {
            let length = 12 + dice.below(20);
            let password = dice.alnum(length);
            (
                format!("password = \"{password}\""),
                vec![planted(password, 0)],
            )
        }
        3 => {
            let password = format!("q{}7Z", dice.alnum(4));
            (
                format!("passwd: \"{password}\""),
                vec![planted(password, 0)],
            )
        }
        4 => {
            let password = dice.alnum(14);
            let text = format!("url = \"postgres://app:{password}@db.internal/app\"");
            (text, vec![planted(password, 0)])
        }
        5 => {
            let password = dice.alnum(16);
            let encoded = base64(&format!("ci:{password}"));
            let text = format!("h = \"Authorization: Basic {encoded}\"");
            (text, vec![planted(encoded, 0)])
        }
        6 => {
            let (id, key) = (dice.aws_key_id(), dice.alnum(40));
            let text = format!("aws_access_key_id={id} aws_secret_access_key={key}");
            (text, vec![planted(id, 4), planted(key, 0)])
        }
        7 => {
            let token = format!("{}{}", dice.alnum(30), 10 + dice.below(90));
            (format!("send(\"{token}\")"), vec![planted(token, 0)])
        }
        _ => {
            let secret = dice.alnum(20);
            let text = format!("client_secret = \"{secret}\", \"{secret}\"");
            (text, vec![planted(secret, 0)])
        }
    }
}

/// Base64, by hand: the test must not share code with what it tests.
fn data_encoding_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for digit in 0..4 {
            let at = (bits >> (18 - 6 * digit)) & 63;
            out.push(if digit > chunk.len() {
                '='
            } else {
                DIGITS[at as usize] as char
            });
        }
    }
    out
}

/// Every output of a scan of one file, with and without what is held.
fn outputs(name: &str, content: &str) -> Vec<(String, String)> {
    let dir = support::tree(&[(name, content.as_bytes())]);
    let mut outputs = Vec::new();
    for (keep_held, keep_all) in [(false, false), (true, false), (true, true)] {
        let report = support::scan(Plan {
            keep_held,
            keep_all,
            min_confidence: if keep_all {
                Confidence::High
            } else {
                Confidence::Medium
            },
            ..support::plan(dir.path())
        });
        for format in Format::ALL {
            let mut text = support::written(format, &report, &support::options(keep_held));
            // A hash has six digits of some secret by chance, once in a few dozen runs of all cases.
            for finding in &report.findings {
                text = text.replace(&finding.fingerprint.0, "");
            }
            outputs.push((format!("{} {keep_held} {keep_all}", format.as_str()), text));
        }
        let mut summary = Vec::new();
        report::github_summary(&report, &mut summary).unwrap();
        outputs.push(("summary".to_owned(), String::from_utf8(summary).unwrap()));
    }
    outputs
}

/// The first run of a secret's characters that a text shows.
fn shown(text: &str, secret: &Planted) -> Option<String> {
    let hidden = &secret.value[secret.public..];
    let run = if secret.value.len() < 12 {
        hidden.len().min(6)
    } else {
        6
    };
    hidden
        .as_bytes()
        .windows(run)
        .map(|window| std::str::from_utf8(window).unwrap())
        .find(|window| text.contains(window))
        .map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_output_shows_a_run_of_a_secret(
        seed in any::<u64>(),
        lines in prop::collection::vec(prop::collection::vec(0usize..9, 1..4), 1..6),
        name in prop::sample::select(vec!["a.py", "a.js", "a.yaml", "a.sh", "a.txt", ".env", "a.json"]),
    ) {
        let mut dice = Dice::new(seed);
        let mut secrets = Vec::new();
        let mut content = String::new();
        for line in lines {
            let pieces: Vec<String> = line.into_iter().map(|kind| {
                let (text, planted) = piece(kind, &mut dice);
                secrets.extend(planted);
                text
            }).collect();
            content.push_str(&pieces.join("; "));
            content.push('\n');
        }
        for (output, text) in outputs(name, &content) {
            for secret in &secrets {
                let run = shown(&text, secret);
                prop_assert!(run.is_none(), "{} of {} shows {:?} of {:?}:\n{}\n{}", output, name, run, secret, content, text);
            }
        }
    }
}

#[test]
fn the_halves_of_a_pair_are_both_hidden() {
    let mut dice = Dice::new(21);
    for kind in [6, 0] {
        let (text, secrets) = piece(kind, &mut dice);
        for (output, written) in outputs("a.ini", &format!("{}\n", text.replace(' ', "\n"))) {
            for secret in &secrets {
                assert_eq!(shown(&written, secret), None, "{output}: {written}");
            }
        }
    }
}

#[test]
fn keys_over_lines_are_hidden() {
    let dice = &mut Dice::new(22);
    let body: Vec<String> = (0..12).map(|_| dice.alnum(64)).collect();
    let key = format!(
        "-----BEGIN RSA PRIVATE KEY-----\nMIIC{}\n-----END RSA PRIVATE KEY-----\n",
        body.join("\n")
    );
    for (output, text) in outputs("key.pem", &key) {
        for line in &body {
            assert_eq!(
                shown(&text, &planted(line.clone(), 0)),
                None,
                "{output}: {text}"
            );
        }
    }
}

#[test]
fn secrets_are_shown_on_demand_by_desk_formats_only() {
    let key = Dice::new(23).aws_key_id();
    let dir = support::tree(&[("a.py", format!("k = \"{key}\"\n").as_bytes())]);
    for format in Format::ALL {
        let args = ["scan", "--show-secrets", "--format", format.as_str()];
        let run = support::run(dir.path(), &args);
        let desk = matches!(format, Format::Pretty | Format::Json | Format::Jsonl);
        assert_eq!(run.out.contains(&key), desk, "{format:?}");
    }
}

#[test]
fn explain_and_errors_show_nothing() {
    let mut dice = Dice::new(24);
    let (id, key) = (dice.aws_key_id(), dice.alnum(40));
    let text = format!("aws_access_key_id = {id}\naws_secret_access_key = {key}\n");
    let dir = support::tree(&[("a.ini", text.as_bytes())]);
    for place in ["a.ini:1", "a.ini:2"] {
        let run = support::run(dir.path(), &["explain", place]);
        for secret in [planted(id.clone(), 4), planted(key.clone(), 0)] {
            assert_eq!(
                shown(&(run.out.clone() + &run.err), &secret),
                None,
                "{}",
                run.out
            );
        }
    }
}
