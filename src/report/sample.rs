//! Findings made by hand for the tests of every format.

mod findings;
mod rules;

use std::path::PathBuf;
use std::sync::Arc;

use self::findings::{finding, leaks, others, place};
use self::rules::rules;
use super::{Format, Options, Revision};
use crate::finding::*;

/// A secret without a public prefix: no part of it may be shown.
pub(super) const PASSWORD: &str = "Tr0ub4dor&3-horse";
pub(super) fn options() -> Options {
    let revision = Revision {
        repository: "https://github.com/example/shop".to_owned(),
        commit: Some("4b825dc642cb6eb9a060e54bf8d69288fbee4904".to_owned()),
        branch: Some("main".to_owned()),
    };
    Options {
        root: PathBuf::from("/srv/my shop"),
        revision: Some(revision),
        ..Options::default()
    }
}

pub(super) fn written(format: Format, report: &Report, options: &Options) -> String {
    let mut out = Vec::new();
    super::write(format, report, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Checks that no run of six characters of a secret is in the text, but for its public prefix.
pub(super) fn assert_masked(report: &Report, text: &str) {
    for finding in &report.findings {
        let secret = finding.secret.as_ref().map_or(String::new(), |secret| {
            String::from_utf8_lossy(secret.reveal()).into_owned()
        });
        let chars: Vec<char> = secret.chars().collect();
        for run in chars.windows(6).map(|run| run.iter().collect::<String>()) {
            assert!(!text.contains(&run), "{} shows {run}", finding.rule);
        }
    }
}

/// One of everything: a pair, copies, two on a line, a key over several lines, medium and low ones, held ones, notices.
pub(crate) fn report() -> Report {
    let mut findings = leaks();
    findings.extend(others());
    Report {
        findings,
        notices: notices(),
        summary: summary(),
        rules: rules(),
    }
}

fn notices() -> Vec<Notice> {
    let notice = |path: &str, line, kind, message: &str| Notice {
        path: Some(Arc::from(path)),
        line,
        kind,
        message: message.to_owned(),
    };
    vec![
        notice(
            "secret/locked.env",
            None,
            NoticeKind::Unreadable,
            "permission denied",
        ),
        notice(
            "src/b.py",
            Some(7),
            NoticeKind::UnusedMarker,
            "the marker allows nothing",
        ),
    ]
}

fn summary() -> Summary {
    Summary {
        files: 42,
        bytes: 123_456,
        skipped: [(Skip::Binary, 3), (Skip::Symlink, 1)].into(),
        rules: rules().len(),
        commits: 0,
        known: 0,
        baselined: 0,
    }
}

/// A scan that found nothing.
pub(super) fn clean() -> Report {
    Report {
        summary: summary(),
        rules: rules(),
        ..Report::default()
    }
}

/// Names and contents that try to act.
pub(super) fn hostile() -> Report {
    let at = |path: &str, marked: &str| {
        finding(
            "hardcoded-password",
            "password `••••••••` in `a|b\u{1b}[2J<img>\n::error file=x::y`",
            place(path, 1, 1, marked),
            PASSWORD,
            "••••••••",
        )
    };
    let mut findings = vec![
        at("a\n::error file=x::pwn.py", "x = «••••••••»"),
        at(
            "\u{1b}]8;;http://evil\u{7}b.py",
            "\u{1b}[31m\u{202e}y\u{200b} = «••••••••» ##[add-mask]z\r::error file=x::y",
        ),
        at(
            "c\u{202e}yp.|`[x](y)<b>&%0A.py",
            "z = «••\u{feff}••»\u{9b}m",
        ),
    ];
    for (group, finding) in (0..).zip(&mut findings) {
        finding.group = group;
    }
    let notices = vec![Notice {
        path: Some(Arc::from("\u{1b}c\n::error file=x::")),
        line: Some(1),
        kind: NoticeKind::Unreadable,
        message: "no such file\r\n::error file=x::y \u{2066}".to_owned(),
    }];
    Report {
        findings,
        notices,
        summary: summary(),
        rules: rules(),
    }
}

/// Equally bad findings, one a file.
pub(super) fn many(count: u32) -> Report {
    let mut template = leaks().swap_remove(2);
    let findings = (0..count).map(|n| {
        template.place.path = Arc::from(format!("src/file-{n:05}.py"));
        template.group = n;
        template.fingerprint = Fingerprint(format!("{n:032x}"));
        template.clone()
    });
    Report {
        findings: findings.collect(),
        summary: summary(),
        rules: rules(),
        ..Report::default()
    }
}
