//! A secret that a program fetches ends in its log, in an error or in a response.
//!
//! Values are followed by `taint`; here is what is said of those that arrive.

use std::borrow::Cow;

use crate::facts::{Facts, Format, Kind};
use crate::practice::LOGGING;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::Sighting;
use super::handler::stated;
use super::scene::step;
use super::taint::{self, Carrier, Taint};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-logging"),
    title: Cow::Borrowed("secret written to a log, an error, a response or a file"),
    about: Cow::Borrowed(
        "The program fetches a secret and gives it, or a part of it, to those who read its output. Logs are kept, \
         shared and searched by more people than may read the secret store.",
    ),
    fix: Cow::Borrowed(
        "Log the name or ARN of the secret, or whether it is set, and never its value or a part of it. Rotate what was \
         logged, and remove it from the logs.",
    ),
    class: Class::Exposure,
    severity: Severity::High,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[532, 209]),
    practices: &[&LOGGING],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code")]),
};

/// Words at which a program may read a secret.
pub(crate) const CUES: &[&str] = taint::CUES;

/// Whether a program reads a secret, and puts something out.
pub(crate) fn wants(text: &str) -> bool {
    taint::may_leak(text)
}

/// Every place that a secret is put out at.
pub(crate) fn run<'t>(facts: &'t Facts, text: &'t str, kind: Kind, out: &mut Vec<Sighting<'t>>) {
    if facts.steps.is_empty() || !wants(text) {
        return;
    }
    let python = kind.format == Format::Python;
    for leak in Carrier::new(facts, text, python).leaks() {
        let Some(says) = leak.taint.origin.says() else {
            continue;
        };
        let sink = leak.sink.says();
        let why = "a secret is followed to where it is put out";
        let mut seen = stated(&RULE, leak.span, kind, leak.sink.belief(), why);
        seen.detail = Some(format!("{says} goes to {sink}"));
        seen.flow = way(&leak.taint, leak.span, sink);
        out.push(seen);
    }
}

fn way(taint: &Taint, end: Span, sink: &str) -> Vec<crate::link::Step> {
    let fetched = step(0, taint.at, "the secret is read here");
    let through = taint.passed.iter().map(|at| step(0, *at, "it passes here"));
    let end = step(0, end, &format!("it goes to {sink}"));
    [fetched].into_iter().chain(through).chain([end]).collect()
}
