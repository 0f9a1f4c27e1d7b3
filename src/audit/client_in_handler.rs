//! A handler makes a client of a secret store for every event.

use std::borrow::Cow;

use crate::facts::code::Call;
use crate::practice::CACHING;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::handler::stated;
use super::{Sighting, Subject};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("client-in-handler"),
    title: Cow::Borrowed("client of a secret store made for every event"),
    about: Cow::Borrowed(
        "A new client reads its credentials and opens a connection again: this takes longer than the request itself, and \
         what the client could keep between two events is lost.",
    ),
    fix: Cow::Borrowed("Make the client once, outside of the handler, and use it in the handler."),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
    )]),
    cwe: Cow::Borrowed(&[1050]),
    practices: &[&CACHING],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code"), Cow::Borrowed("serverless")]),
};

/// Calls that make a client of a store.
const CLIENTS: &[&str] = &[
    "SecretsManagerClient",
    "SecretsManager",
    "SSMClient",
    "SecretClient",
    "SecretManagerServiceClient",
    "SecretManagerServiceAsyncClient",
];

/// Every client that is made on the way of an event, and not kept.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Some(handlers) = subject.handlers() else {
        return;
    };
    let made = subject
        .facts
        .calls
        .iter()
        .filter(|call| makes_client(call, subject.text));
    let every = made.filter(|call| handlers.reaches(call) && !handlers.keeps(call.function));
    let why = "a handler reaches this call, and nothing keeps the client";
    out.extend(every.map(|call| stated(&RULE, call.callee.span, subject.kind, 0.65, why)));
}

fn makes_client(call: &Call, text: &str) -> bool {
    let callee = call.callee.dotted(text);
    let last = callee.rsplit('.').next().unwrap_or_default();
    let service = || match call.at(0) {
        Some(crate::facts::code::Expression::Text(service)) => text.get(service.raw.range()),
        _ => None,
    };
    CLIENTS.contains(&last)
        || last == "client" && matches!(service(), Some("secretsmanager" | "ssm"))
}
