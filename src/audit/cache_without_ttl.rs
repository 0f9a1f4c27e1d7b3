//! A secret is fetched once and kept for as long as the program runs.

use std::borrow::Cow;

use crate::facts::code::{Call, Expression, FILE};
use crate::practice::CACHING;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::handler::stated;
use super::program::Program;
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

/// Whether a call asks for one version by its number: that one stays as it is, whatever is rotated.
fn is_pinned(subject: &Subject<'_>, call: &Call) -> bool {
    let Subject { facts, text, .. } = *subject;
    let made = match call.at(0) {
        Some(Expression::Call(number)) => facts.calls.get(*number as usize),
        _ => None,
    };
    let mut calls = [Some(call), made].into_iter().flatten();
    calls.any(|call| {
        let named = ["VersionId", "version", "version_id"].iter();
        let mut named = named.filter_map(|name| call.named(name, text));
        named.any(|value| !matches!(value, Expression::Plain(_))) || names_version(subject, call)
    })
}

/// `projects/p/secrets/s/versions/3`, in the call or in what a name was given that stands in it.
fn names_version(subject: &Subject<'_>, call: &Call) -> bool {
    let Subject { facts, text, .. } = *subject;
    let numbered = |span: Span| {
        let written = text.get(span.range()).unwrap_or_default();
        let mut versions = written.split("/versions/").skip(1);
        versions.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let program = Program { facts, text };
    let name = call.named("name", text);
    let given = match name {
        Some(Expression::Name(name)) => program.given(name, call.function).map(|(v, ..)| v),
        _ => None,
    };
    let given = match given {
        Some(Expression::Text(literal)) => Some(literal.raw),
        Some(Expression::Concat(parts)) => match parts.last() {
            Some(Expression::Text(literal)) => Some(literal.raw),
            _ => None,
        },
        _ => None,
    };
    numbered(call.span) || given.is_some_and(numbered)
}

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
        let keeps = handlers.reaches(call) && handlers.keeps(call.function);
        (call.function == FILE || keeps) && !is_pinned(subject, call)
    });
    let why = "its result is kept, and nothing in this file minds the time";
    out.extend(kept.map(|call| stated(&RULE, call.callee.span, subject.kind, 0.55, why)));
}
