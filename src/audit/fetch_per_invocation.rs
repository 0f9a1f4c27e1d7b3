//! A handler asks the store for a secret for every event.

use std::borrow::Cow;

use crate::practice::CACHING;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::handler::stated;
use super::{Sighting, Subject};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("fetch-per-invocation"),
    title: Cow::Borrowed("secret fetched for every event"),
    about: Cow::Borrowed(
        "Every call of this function waits for the store and is paid for; with many events the store answers that there are too \
         many, and the function fails.",
    ),
    fix: Cow::Borrowed(
        "Keep the secret in a variable outside of the handler and fetch it again after some minutes: with \
         `aws_lambda_powertools.utilities.parameters`, the caching client of Secrets Manager, the extension of Lambda for \
         parameters and secrets, or a time beside the variable.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    )]),
    cwe: Cow::Borrowed(&[770]),
    practices: &[&CACHING],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code"), Cow::Borrowed("serverless")]),
};

/// Every call of a store on the way of an event, but for those whose result is kept.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Some(handlers) = subject.handlers() else {
        return;
    };
    let asks = handlers.carrier.asks().into_iter();
    let every = asks.filter(|call| handlers.reaches(call) && !handlers.keeps(call.function));
    let why = "a handler reaches this call, and nothing keeps its result";
    out.extend(every.map(|call| stated(&RULE, call.callee.span, subject.kind, 0.65, why)));
}
