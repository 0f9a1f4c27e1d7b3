//! A secret is among the arguments of a process that a program starts.

use std::borrow::Cow;

use crate::practice::DELIVERY;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::taint::{self, Sink};
use super::{Sighting, Subject, says_one};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-in-process-arguments"),
    title: Cow::Borrowed("secret in the arguments of a process"),
    about: Cow::Borrowed(
        "Every user and process of the machine can see the arguments of a process, and failed commands and audits print and \
         keep them.",
    ),
    fix: Cow::Borrowed(
        "Give the secret to the process by its standard input, by a file that only it can read, or by the variable of its \
         environment that the tool reads (`PGPASSWORD`, `MYSQL_PWD`, `GH_TOKEN`).",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[214, 522]),
    practices: &[&DELIVERY],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code")]),
};

/// Words of calls that start processes.
const WORDS: &[&str] = &[
    "subprocess",
    "os.system",
    "os.popen",
    "child_process",
    "execa",
    "zx",
];

/// Whether a program reads a secret, and start processes.
pub(crate) fn wants(text: &str) -> bool {
    says_one(text, WORDS) && taint::reads_one(text)
}

/// Every such place.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    if !subject.facts.steps.is_empty() && wants(subject.text) {
        let here = |sink| sink == Sink::Process;
        taint::report(&RULE, here, subject, out);
    }
}
