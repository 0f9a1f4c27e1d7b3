//! A workflow that is called is given every secret of the one that calls it.

use std::borrow::Cow;

use crate::facts::entry;
use crate::practice::{LEAST_PRIVILEGE, PIPELINE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pipeline::jobs;
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("ci-secrets-inherited"),
    title: Cow::Borrowed("every secret passed to another workflow"),
    about: Cow::Borrowed(
        "`secrets: inherit` hands all secrets to the workflow that is called, also those that are added later, and whatever it \
         or its actions become.",
    ),
    fix: Cow::Borrowed(
        "Name the secrets that it needs: `secrets: { token: ${{ secrets.TOKEN }} }`.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.zizmor.sh/audits/#secrets-inherit",
    )]),
    cwe: Cow::Borrowed(&[250, 272]),
    practices: &[&LEAST_PRIVILEGE, &PIPELINE],
    peers: &[Peer::new(Tool::Zizmor, "secrets-inherit")],
    tags: Cow::Borrowed(&[Cow::Borrowed("ci")]),
};

/// Calls that pass everything; to a workflow of the same repository, less is lost.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for job in jobs(scene) {
        let called = scene.text(job.declared, "uses");
        let Some(secrets) = entry(&job.declared.what.body, "secrets") else {
            continue;
        };
        if scene.constant(job.file(), &secrets.value) != Some("inherit") {
            continue;
        }
        let belief = match called {
            Some(path) if path.starts_with("./") => 0.5,
            Some(_) => 0.75,
            None => continue,
        };
        let why = "the workflow that is called takes all secrets";
        let mut seen = scene.fault(&RULE, job.file(), secrets.span, belief, why);
        seen.detail = Some(job.address());
        out.push(seen);
    }
}
