//! A template gives a secret out as a result that is not marked as one.

use std::borrow::Cow;

use crate::facts::{Dialect, Role, Value};
use crate::practice::{LOGGING, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::{Mend, Scene, Sighting, mend};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-in-output"),
    title: Cow::Borrowed("secret in an output that is not sensitive"),
    about: Cow::Borrowed(
        "Outputs are printed after every run and kept in plain text, in the state, with the stack or in the history of \
         deployments: everyone reads them who may look at that.",
    ),
    fix: Cow::Borrowed(
        "Give out the secret's ARN or name instead. If the value must go out of Terraform, add `sensitive = true` (it \
         still stands in the state) or make the output `ephemeral`; CloudFormation has no way to hide an output. In \
         Bicep let the template that needs it ask for it (`existing` and `listKeys()`), or put it into a Key Vault.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[532, 200, 312]),
    practices: &[&LOGGING],
    peers: &[
        Peer::new(Tool::CfnLint, "W2010"),
        Peer::new(Tool::Bicep, "outputs-should-not-contain-secrets"),
        Peer::new(Tool::PsRule, "Azure.Deployment.OutputSecretValue"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform")]),
};

/// Outputs that a secret is followed to.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene
        .things
        .iter()
        .filter(|t| t.declared.what.role == Role::Output)
    {
        let output = thing.declared;
        if scene.is_true(output, "sensitive") || scene.is_true(output, "ephemeral") {
            continue;
        }
        let value = thing.leaves.iter().filter(|leaf| {
            leaf.path == ["value"] || leaf.path.len() == 2 && leaf.path[0] == "value"
        });
        let secret = value
            .filter(|leaf| matches!(leaf.value, Value::Reference(..)))
            .find_map(|leaf| scene.copied(leaf));
        if let Some(secret) = secret {
            let why = "its value is a secret, and nothing marks it as sensitive";
            let mut seen = scene.fault(&RULE, output.file, output.what.span, 0.75, why);
            seen.detail = Some(format!("{} in {}", secret.what, output.what.address()));
            seen.mend = mend::mark(scene.project.files, output)
                .filter(|_| output.what.dialect == Dialect::Terraform)
                .map(|rewrite| Mend {
                    message: "set `sensitive = true` on the output".to_owned(),
                    rewrites: vec![rewrite],
                });
            out.push(seen);
        }
    }
}
