//! A secret that a program fetches ends in its log, in an error or in a response.
//!
//! Values are followed by `taint`; here is what is said of those that arrive.

use std::borrow::Cow;

use crate::practice::LOGGING;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::taint::{self, Sink};
use super::{Sighting, Subject};

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
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    if subject.facts.steps.is_empty() || !wants(subject.text) {
        return;
    }
    let elsewhere = |sink| !matches!(sink, Sink::Process | Sink::Query | Sink::Environment);
    taint::report(&RULE, elsewhere, subject, out);
}
