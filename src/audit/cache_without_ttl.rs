//! A secret is fetched once and kept for as long as the program runs.

use std::borrow::Cow;

use crate::facts::code::FILE;
use crate::practice::CACHING;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::handler::stated;
use super::{Sighting, Subject};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("cache-without-ttl"),
    title: Cow::Borrowed("secret kept without a time limit"),
    about: Cow::Borrowed(
        "When the secret is rotated, instances of this function that are still warm go on with the old one until they are \
         replaced, and fail.",
    ),
    fix: Cow::Borrowed(
        "Remember when it was fetched and fetch it again after some minutes, and at once when it is refused: with \
         `max_age` of `aws_lambda_powertools.utilities.parameters`, the caching client of Secrets Manager, or the extension \
         of Lambda for parameters and secrets.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets.html",
    )]),
    cwe: Cow::Borrowed(&[672]),
    practices: &[&CACHING],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code"), Cow::Borrowed("serverless")]),
};

/// Words of which one stands in every program that minds the time, in small letters.
const TIMES: &[&str] = &[
    "ttl",
    "time.time",
    "date.now",
    "monotonic",
    "expire",
    "expiry",
    "max_age",
    "maxage",
    "timedelta",
    "datetime",
    "refresh",
    "setinterval",
    "hrtime",
    "performance.now",
];

/// Every call of a store whose result is kept, in a file that never minds the time.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Some(handlers) = subject.handlers() else {
        return;
    };
    let small = subject.text.to_ascii_lowercase();
    if TIMES.iter().any(|word| small.contains(word)) {
        return;
    }
    let asks = handlers.carrier.asks().into_iter();
    let kept = asks.filter(|call| {
        call.function == FILE || handlers.reaches(call) && handlers.keeps(call.function)
    });
    let why = "its result is kept, and nothing in this file minds the time";
    out.extend(kept.map(|call| stated(&RULE, call.callee.span, subject.kind, 0.55, why)));
}
