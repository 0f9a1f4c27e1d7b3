//! A policy of AWS that opens every secret is attached.

use std::borrow::Cow;

use crate::facts::{Entry, Role, Value};
use crate::practice::LEAST_PRIVILEGE;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("managed-secret-policy"),
    title: Cow::Borrowed("managed policy that opens every secret"),
    about: Cow::Borrowed(
        "The policy is made by AWS for administrators: whoever takes over this role reads every secret or \
         parameter of the account.",
    ),
    fix: Cow::Borrowed(
        "Attach a policy of your own instead, with `secretsmanager:GetSecretValue` or `ssm:GetParameter` on the \
         secrets and parameters that it needs.",
    ),
    class: Class::Hygiene,
    severity: Severity::High,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-policies.html",
    )]),
    cwe: Cow::Borrowed(&[732, 250]),
    practices: &[&LEAST_PRIVILEGE],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("aws"), Cow::Borrowed("iam")]),
};

/// Policies that allow to read all secrets or parameters.
const POLICIES: &[&str] = &[
    "SecretsManagerReadWrite",
    "AmazonSSMFullAccess",
    "AmazonSSMReadOnlyAccess",
];

/// Where policies are attached, in the words of all dialects.
const PLACES: &[&str] = &[
    "policy_arn",
    "policy_arns",
    "managed_policy_arns",
    "role_policy_arns",
    "policies",
    "ManagedPolicyArns",
    "Policies",
    "managedPolicies",
    "iamManagedPolicies",
];

/// Names and ARNs of these policies where policies are attached.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        let what = thing.declared.what;
        let mut found = Vec::new();
        match (what.role, &*what.kind) {
            (Role::Resource | Role::Module, _) => {
                attached(scene, thing.declared.file, &what.body, &mut found);
            }
            (Role::Data, "aws_iam_policy") => {
                let named = what
                    .body
                    .iter()
                    .filter(|e| matches!(&*e.name, "name" | "arn"));
                named.for_each(|e| look(scene, thing.declared.file, &e.value, &mut found));
            }
            _ => {}
        }
        for (policy, span) in found {
            let why = "AWS lets this policy read all of them";
            let mut seen = scene.fault(&RULE, thing.declared.file, span, 0.8, why);
            seen.detail = Some(format!("{policy} for {}", what.address()));
            out.push(seen);
        }
    }
}

fn attached(
    scene: &Scene<'_, '_>,
    file: usize,
    entries: &[Entry],
    found: &mut Vec<(&'static str, Span)>,
) {
    for one in entries {
        match &one.value {
            value if PLACES.contains(&&*one.name) => look(scene, file, value, found),
            Value::Map(inner) => attached(scene, file, inner, found),
            _ => {}
        }
    }
}

fn look(scene: &Scene<'_, '_>, file: usize, value: &Value, found: &mut Vec<(&'static str, Span)>) {
    match value {
        Value::Literal(literal) => {
            let said = match &literal.text {
                Some(text) => text,
                None => scene.slice(file, literal.raw),
            };
            let name = said.rsplit('/').next().unwrap_or_default();
            let known = POLICIES.iter().find(|policy| **policy == name);
            found.extend(known.map(|policy| (*policy, literal.raw)));
        }
        Value::List(values) | Value::Either(values) | Value::Concat(values) => {
            values.iter().for_each(|v| look(scene, file, v, found));
        }
        Value::Map(entries) => entries
            .iter()
            .for_each(|e| look(scene, file, &e.value, found)),
        Value::Call { arguments, .. } => {
            arguments.iter().for_each(|v| look(scene, file, v, found));
        }
        _ => {}
    }
}
