//! A policy lets someone read every secret there is.

use std::borrow::Cow;

use crate::facts::{Dialect, Role, Value, entry};
use crate::practice::{LEAST_PRIVILEGE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::Thing;
use super::{Scene, Sighting, identity, policies};

mod kubernetes;

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("wildcard-secret-access"),
    title: Cow::Borrowed("read access to every secret"),
    about: Cow::Borrowed(
        "Whoever takes over this role reads all secrets and parameters of the account or project, not just those \
         that it needs.",
    ),
    fix: Cow::Borrowed(
        "Name the secrets: `resources = [aws_secretsmanager_secret.x.arn]`, for parameters their path. On Google \
         Cloud grant `roles/secretmanager.secretAccessor` on the secret \
         (`google_secret_manager_secret_iam_member`), on Azure `Key Vault Secrets User` on the vault or secret.",
    ),
    class: Class::Hygiene,
    severity: Severity::High,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
    )]),
    cwe: Cow::Borrowed(&[732, 250]),
    practices: &[&LEAST_PRIVILEGE],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AWS_107"),
        Peer::new(Tool::Checkov, "CKV_AWS_108"),
        Peer::new(Tool::Checkov, "CKV_AWS_287"),
        Peer::new(Tool::Checkov, "CKV_AWS_288"),
        Peer::new(Tool::Kics, "secrets_manager_with_vulnerable_policy"),
        Peer::new(Tool::Semgrep, "no-iam-data-exfiltration"),
        Peer::new(Tool::Semgrep, "no-iam-creds-exposure"),
        Peer::new(Tool::Terrascan, "AWS.ASSP.IAM.HIGH.0066"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("iam")]),
};

/// Statements of AWS policies, and bindings of Google and Azure.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        let what = thing.declared.what;
        for statement in policies::statements(scene, thing) {
            let action = statement.reads().filter(|_| statement.allows);
            if let Some(action) = action.filter(|_| statement.is_about_all()) {
                let why = "it may read secrets, and names none";
                let mut seen = scene.fault(&RULE, thing.declared.file, statement.span, 0.8, why);
                seen.detail = Some(format!("{action} on every secret in {}", what.address()));
                out.push(seen);
            }
        }
        if what.kind.starts_with("kubernetes") {
            kubernetes::look(scene, thing, out);
        }
        if what.role == Role::Resource {
            bindings(scene, thing, &what.kind, out);
        }
    }
}

/// Roles that read secrets, granted on more than a secret.
fn bindings<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, kind: &str, out: &mut Vec<Sighting<'p>>) {
    let wide = matches!(
        kind,
        "google_project_iam_member"
            | "google_project_iam_binding"
            | "google_folder_iam_member"
            | "google_folder_iam_binding"
            | "google_organization_iam_member"
            | "google_organization_iam_binding"
    );
    let role = scene.text(thing.declared, "role");
    let google = wide
        && role.is_some_and(|r| {
            matches!(
                r,
                "roles/secretmanager.secretAccessor" | "roles/secretmanager.admin"
            )
        });
    let azure = identity::role(scene, thing).is_some() && is_wide(thing);
    if google || azure {
        let mut seen = scene.fault(
            &RULE,
            thing.declared.file,
            thing.declared.what.span,
            0.75,
            "the role holds for all secrets below it",
        );
        seen.detail = Some(thing.declared.what.address());
        out.push(seen);
    }
}

/// Whether an assignment holds for a resource group or a subscription: in Bicep and ARM, that is what the deployment is
/// for, unless a scope is named.
fn is_wide(thing: &Thing<'_>) -> bool {
    let body = &thing.declared.what.body;
    if thing.declared.what.dialect == Dialect::Azure {
        return entry(body, "scope").is_none();
    }
    let scope = thing.leaves.iter().filter(|leaf| leaf.path == ["scope"]);
    scope.into_iter().any(|leaf| match leaf.value {
        Value::Reference(reference, _) => [
            "azurerm_resource_group.",
            "data.azurerm_resource_group.",
            "data.azurerm_subscription.",
            "azurerm_subscription.",
        ]
        .iter()
        .any(|wide| reference.target.starts_with(wide)),
        _ => false,
    })
}
