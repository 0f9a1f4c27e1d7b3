//! The sample findings.

use std::borrow::Cow;
use std::sync::Arc;

use super::PASSWORD;
use super::rules::rules;
use crate::finding::*;
use crate::rule::RuleId;
use crate::span::Span;

/// The key of the documentation of AWS, reversed.
const AWS_KEY: &str = "YEKELPMAXEYCiFRxPb/GNEDM7K/IMEFntUXrlaJw";
const TOKEN: &str = "ghp_zQ8vR2mK5nX1cT7bW4yH9jL3dF6gS0aPeUoI";
const PEM: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

/// A place whose masked secret stands between « and ».
pub(super) fn place(path: &str, line: u32, first_line: u32, marked: &str) -> Place {
    let (start, end) = (
        marked.find('«').unwrap(),
        marked.find('»').unwrap() - '«'.len_utf8(),
    );
    let text = marked.replace(['«', '»'], "");
    let position = |at: usize, base: u32| Position {
        line: base + text[..at].matches('\n').count() as u32,
        column: text[..at]
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .encode_utf16()
            .count() as u32
            + 1,
    };
    let region = Region {
        start: position(start, first_line),
        end: position(end, first_line),
    };
    assert_eq!(region.start.line, line);
    Place {
        path: Arc::from(path),
        region,
        excerpt: Excerpt {
            first_line,
            text,
            mark: start..end,
        },
    }
}

pub(super) fn finding(
    rule: &'static str,
    message: &str,
    place: Place,
    secret: &str,
    masked: &str,
) -> Finding {
    let found = rules()
        .into_iter()
        .find(|known| known.id.as_str() == rule)
        .unwrap();
    let reason = |text: &'static str, weight| Reason {
        text: Cow::Borrowed(text),
        weight,
    };
    let fingerprint =
        blake3::hash(format!("{rule} {} {}", place.path, place.region.start.line).as_bytes())
            .to_hex();
    Finding {
        rule: found.id,
        class: found.class,
        severity: found.severity,
        message: message.to_owned(),
        place,
        related: Vec::new(),
        flow: None,
        secret: (!secret.is_empty()).then(|| Secret::new(secret.as_bytes())),
        subject: String::new(),
        masked: masked.to_owned(),
        group: blake3::hash(secret.as_bytes()).as_bytes()[0].into(),
        verdict: Verdict {
            confidence: 0.93,
            reasons: vec![
                reason("the value looks random", 1.5),
                reason("the file is a test", -0.75),
                reason("the name says password", 2.25),
            ],
        },
        also: Vec::new(),
        held: None,
        fix: None,
        next: None,
        commit: None,
        fingerprint: Fingerprint(fingerprint[..32].to_owned()),
    }
}

/// Takes a line away, and puts something in.
fn fix(path: &str) -> Fix {
    let position = |line, column| Position { line, column };
    let edit = |start, end, span, replacement: &str| Edit {
        path: path.into(),
        span: Span::from(span),
        region: Region { start, end },
        replacement: replacement.to_owned(),
        lines: Excerpt {
            first_line: 12,
            text: "        DB_PASSWORD: ********".to_owned(),
            mark: 0..8,
        },
        digest: Digest([0; 32]),
    };
    Fix {
        message: "pass the secret's name [see](1) instead".to_owned(),
        edits: vec![
            edit(position(12, 1), position(13, 1), 200..238, ""),
            edit(
                position(14, 9),
                position(14, 9),
                250..250,
                "DB_SECRET: db\n",
            ),
        ],
    }
}

pub(super) fn leaks() -> Vec<Finding> {
    let mut pair = finding(
        "aws-secret-access-key",
        "AWS secret access key `••••••••`",
        place(
            "src/deploy.py",
            4,
            3,
            "ACCESS = \"AKIA••••\"\nSECRET = \"«••••••••»\"\n\nclient = boto3.client(\"s3\")",
        ),
        AWS_KEY,
        "••••••••",
    );
    pair.related = vec![Related {
        message: "the id of this key".to_owned(),
        place: place(
            "src/deploy.py",
            3,
            3,
            "ACCESS = \"«AKIA••••»\"\nSECRET = \"••••••••\"",
        ),
    }];
    pair.also = vec![RuleId::new("hardcoded-password")];
    let mut cut = place("src/b.py", 9, 9, "…, password=\"«••••••••»\", …");
    cut.region = Region {
        start: Position {
            line: 9,
            column: 4014,
        },
        end: Position {
            line: 9,
            column: 4031,
        },
    };
    let mut cut_key = place("dist/app.min.js", 2, 2, "…,key:\"«••••••••»\",…");
    cut_key.region = Region {
        start: Position {
            line: 2,
            column: 90_001,
        },
        end: Position {
            line: 2,
            column: 90_041,
        },
    };
    let line = |marked| place("config/ünï côde [1].env", 2, 2, marked);
    vec![
        pair,
        finding(
            "aws-secret-access-key",
            "AWS secret access key `••••••••`",
            cut_key,
            &AWS_KEY[1..],
            "••••••••",
        ),
        finding(
            "hardcoded-password",
            "password `••••••••` written in code",
            line("\u{1f511} A=«••••••••» B=ghp_••••"),
            PASSWORD,
            "••••••••",
        ),
        finding(
            "github-personal-access-token",
            "GitHub personal access token `ghp_••••`",
            line("\u{1f511} A=•••••••• B=«ghp_••••» C=ghp_••••"),
            &TOKEN[4..],
            "ghp_••••",
        ),
        finding(
            "github-personal-access-token",
            "GitHub personal access token `ghp_••••`",
            line("\u{1f511} A=•••••••• B=ghp_•••• C=«ghp_••••»"),
            &TOKEN[10..],
            "ghp_••••",
        ),
        finding(
            "private-key",
            "private key `-----BEGIN PRIVATE KEY-----`",
            place(
                "keys/100%25/%FF.pem",
                1,
                1,
                "-----BEGIN PRIVATE KEY-----\n«••••••••\n••••••••»\n-----END PRIVATE KEY-----"
                    .replace('«', "")
                    .replacen("-----", "«-----", 1)
                    .as_str(),
            ),
            PEM,
            "••••••••",
        ),
        finding(
            "hardcoded-password",
            "password `••••••••` written in code",
            cut,
            PASSWORD,
            "••••••••",
        ),
        finding(
            "hardcoded-password",
            "password `••••••••` written in code",
            place("src/c.py", 1, 1, "\tp = '«••••••••»'"),
            PASSWORD,
            "••••••••",
        ),
    ]
}

pub(super) fn others() -> Vec<Finding> {
    let mut copied = finding(
        "plaintext-env-secret",
        "`DB_PASSWORD` gets the secret itself when the stack is deployed",
        place(
            "template.yaml",
            12,
            11,
            "      Variables:\n        DB_PASSWORD: «'{{resolve:secretsmanager:db}}'»\n        LOG: info",
        ),
        "",
        "",
    );
    copied.verdict.confidence = 0.61;
    copied.fix = Some(fix("template.yaml"));
    let mut rotation = finding(
        "missing-rotation",
        "the secret `db` is never rotated",
        place(
            "main.tf",
            1,
            1,
            "resource «\"aws_secretsmanager_secret\" \"db\"» {",
        ),
        "",
        "",
    );
    rotation.verdict.confidence = 0.95;
    let mut marked = finding(
        "hardcoded-password",
        "password `••••••••` written in code",
        place("test/a.py", 5, 5, "p = '«••••••••»'"),
        "s3cr3t-of-a-test",
        "••••••••",
    );
    marked.held = Some(Held::Marker {
        line: 5,
        reason: Some("made up for this test".to_owned()),
    });
    let mut low = finding(
        "hardcoded-password",
        "password `••••••••` written in code",
        place("test/b.py", 6, 6, "p = '«••••••••»'"),
        "another-of-a-test",
        "••••••••",
    );
    low.verdict.confidence = 0.31;
    low.held = Some(Held::Threshold);
    let mut allowed = finding(
        "private-key",
        "private key `-----BEGIN PRIVATE KEY-----`",
        place("test/c.pem", 1, 1, "«••••»"),
        "third-of-a-test",
        "••••",
    );
    allowed.held = Some(Held::Config {
        entry: "allow entry 2".to_owned(),
    });
    vec![copied, rotation, marked, low, allowed]
}
