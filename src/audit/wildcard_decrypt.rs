//! A policy lets someone decrypt with every key, where it names the secrets.

use std::borrow::Cow;

use crate::practice::LEAST_PRIVILEGE;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::{Scene, Sighting, policies};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("wildcard-decrypt-access"),
    title: Cow::Borrowed("decryption with every key"),
    about: Cow::Borrowed(
        "The secrets are named, the keys are not: what holds this policy decrypts everything in the account whose \
         key leaves access to policies, other secrets among it.",
    ),
    fix: Cow::Borrowed(
        "Name the key of the secret (`aws_kms_key.x.arn`, `!GetAtt Key.Arn`), or limit the statement with the \
         condition `kms:ViaService` to `secretsmanager.REGION.amazonaws.com`.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html",
    )]),
    cwe: Cow::Borrowed(&[732, 250]),
    practices: &[&LEAST_PRIVILEGE],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("aws"), Cow::Borrowed("iam")]),
};

/// Policies that read named secrets and decrypt with any key; where the secrets are not named either, that is said.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        let all = policies::statements(scene, thing);
        let reads = |s: &&policies::Statement| s.allows && s.reads().is_some();
        let named = all.iter().any(|s| reads(&s) && !s.is_about_all());
        let any = all.iter().any(|s| reads(&s) && s.is_about_all());
        let wide = all.iter().find(|s| {
            let mut actions = s.actions.iter();
            let decrypts = actions.any(|a| policies::is_action(a, "kms", &["decrypt"]));
            s.allows && decrypts && s.is_about_all()
        });
        if let Some(statement) = wide.filter(|_| named && !any) {
            let why = "it may decrypt, and names no key";
            let mut seen = scene.fault(&RULE, thing.declared.file, statement.span, 0.75, why);
            seen.detail = Some(thing.declared.what.address());
            out.push(seen);
        }
    }
}
