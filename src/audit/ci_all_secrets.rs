//! Every secret of a repository is given to a step that needs one.

use std::borrow::Cow;

use crate::facts::Value;
use crate::practice::{LEAST_PRIVILEGE, PIPELINE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pipeline::{each, jobs};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("ci-secrets-overprovisioned"),
    title: Cow::Borrowed("every secret given to one step"),
    about: Cow::Borrowed(
        "`toJSON(secrets)` puts all secrets of the repository and organisation into one value: whatever the step runs reads \
         them all, and the log hides the whole text only, not the secrets in it.",
    ),
    fix: Cow::Borrowed(
        "Give the step the secrets that it needs, each by its name: `${{ secrets.NAME }}`.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.zizmor.sh/audits/#overprovisioned-secrets",
    )]),
    cwe: Cow::Borrowed(&[250, 200]),
    practices: &[&LEAST_PRIVILEGE, &PIPELINE],
    peers: &[
        Peer::new(Tool::Zizmor, "overprovisioned-secrets"),
        Peer::new(Tool::Checkov, "CKV_GHA_3"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("ci")]),
};

/// `toJSON(secrets)` wherever it stands.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for job in jobs(scene) {
        for one in &job.declared.what.body {
            each(&one.value, &mut |value| {
                if let Value::Call {
                    name,
                    arguments,
                    span,
                    ..
                } = value
                    && &**name == "toJSON"
                    && matches!(arguments.as_slice(), [Value::Reference(all, _)] if &*all.target == "secrets")
                {
                    let why = "it holds all secrets at once";
                    let mut seen = scene.fault(&RULE, job.file(), *span, 0.75, why);
                    seen.detail = Some(job.address());
                    out.push(seen);
                }
            });
        }
    }
}
