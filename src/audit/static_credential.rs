//! A long-lived credential is made where a role would do.

use std::borrow::Cow;

use crate::practice::{Peer, TEMPORARY, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("static-credential-resource"),
    title: Cow::Borrowed("long-lived credential"),
    about: Cow::Borrowed(
        "A key that does not expire works from anywhere for whoever gets hold of it, and its secret half stands in \
         the Terraform state.",
    ),
    fix: Cow::Borrowed(
        "Let what runs assume a role: an execution role on AWS, a managed identity on Azure, an attached service \
         account on Google Cloud; for CI and other clouds use OpenID Connect federation.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys",
    )]),
    cwe: Cow::Borrowed(&[522, 263]),
    practices: &[&TEMPORARY],
    peers: &[Peer::new(Tool::Checkov, "CKV_AWS_273")],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform")]),
};

/// Kinds that make such a credential.
const KINDS: &[&str] = &[
    "aws_iam_access_key",
    "google_service_account_key",
    "azuread_application_password",
    "azuread_service_principal_password",
    "google_storage_hmac_key",
];

/// Resources of these kinds.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in KINDS.iter().flat_map(|kind| scene.resources(kind)) {
        let what = thing.declared.what;
        let mut seen = scene.fault(
            &RULE,
            thing.declared.file,
            what.span,
            0.7,
            "it makes a key that does not expire by itself",
        );
        seen.detail = Some(what.address());
        out.push(seen);
    }
}
