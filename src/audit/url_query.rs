//! A secret is put into the query of a URL that a program asks for.

use std::borrow::Cow;

use crate::practice::TRANSPORT;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::taint::{self, Sink};
use super::{Sighting, Subject, says_one};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-in-url-query"),
    title: Cow::Borrowed("secret in the query of a URL"),
    about: Cow::Borrowed(
        "URLs are written to the logs of servers, proxies and clients, and to the history and traces of whoever passes them \
         on; the secret is in all of them.",
    ),
    fix: Cow::Borrowed(
        "Send it in a header (`Authorization`, `x-api-key`) or in the body, if the service takes it there; if not, restrict the \
         key to this service and address, and keep URLs out of the logs.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[598, 522]),
    practices: &[&TRANSPORT],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code")]),
};

/// Words of calls that send requests.
const WORDS: &[&str] = &[
    "fetch(",
    "axios",
    "requests.",
    "httpx.",
    "urlopen",
    "got",
    "http",
    "session.",
];

/// Whether a program reads a secret, and send requests.
pub(crate) fn wants(text: &str) -> bool {
    says_one(text, WORDS) && taint::reads_one(text)
}

/// Every such place.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    if !subject.facts.steps.is_empty() && wants(subject.text) {
        let here = |sink| sink == Sink::Query;
        taint::report(&RULE, here, subject, out);
    }
}
