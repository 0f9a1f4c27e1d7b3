//! A pointer that stays with one version of a secret, or reads the newest only once.

use std::borrow::Cow;

use crate::facts::{Role, Value};
use crate::practice::{DELIVERY, ROTATION};
use crate::reference::azure::{self, KeyVault};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pointers;
use super::scene::Thing;
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("frozen-secret-reference"),
    title: Cow::Borrowed("pointer that does not follow a rotation"),
    about: Cow::Borrowed(
        "After the secret was rotated, the old value stays in use until somebody deploys or restarts; with an environment \
         variable that is `latest`, some instances have the old value and some the new one.",
    ),
    fix: Cow::Borrowed(
        "In App Service leave the version out of the pointer: it takes a new one within a day. On Cloud Run and in Cloud \
         Functions mount the secret as a volume to read the newest, or name a version in the environment and deploy \
         when it changes. In CloudFormation let the code fetch the secret. Where the version is meant to stay, \
         a comment that says `pinned` settles it.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[
        Cow::Borrowed(
            "https://learn.microsoft.com/azure/app-service/app-service-key-vault-references",
        ),
        Cow::Borrowed("https://cloud.google.com/run/docs/configuring/services/secrets"),
    ]),
    cwe: Cow::Borrowed(&[324]),
    practices: &[&ROTATION, &DELIVERY],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("azure"), Cow::Borrowed("google")]),
};

/// Belief where a rotation is declared in the module, and where none is: then a fixed version may be what is meant.
const ROTATED: f32 = 0.7;
const NOT_ROTATED: f32 = 0.35;

/// Versions in pointers of Azure and CloudFormation, and `latest` in environments of Google.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let belief = if is_rotated(scene) {
        ROTATED
    } else {
        NOT_ROTATED
    };
    for pointer in pointers::of_module(scene) {
        if is_fixed(&pointer.text) && !pointer.is_meant(scene) {
            out.push(pointer.fault(scene, &RULE, belief, "it names a version"));
        }
    }
    for thing in scene
        .things
        .iter()
        .filter(|t| t.declared.what.role == Role::Resource)
    {
        newest(scene, thing, out);
    }
}

/// Whether a pointer stays with a version.
fn is_fixed(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("{{resolve:secretsmanager:") {
        let parts = rest.trim_end_matches("}}").split("SecretString:").nth(1);
        let mut parts = parts.into_iter().flat_map(|parts| parts.split(':')).skip(2);
        return parts.next().is_some_and(|version| !version.is_empty());
    }
    let says = azure::key_vault(text);
    matches!(says, Some(KeyVault::Named { version: Some(version) }) if !version.contains('*'))
}

/// Whether the module says how a secret is rotated.
fn is_rotated(scene: &Scene<'_, '_>) -> bool {
    let declared = scene.module().declared.iter();
    let mut kinds = declared.map(|d| &*d.what.kind);
    kinds.any(|kind| {
        matches!(
            kind,
            "AWS::SecretsManager::RotationSchedule"
                | "aws_secretsmanager_secret_rotation"
                | "azurerm_eventgrid_system_topic_event_subscription"
                | "azurerm_eventgrid_event_subscription"
        ) || kind.starts_with("Microsoft.EventGrid/")
    })
}

/// Kind, path of the version, and of what else holds it.
const VERSIONS: &[(&str, &[&str])] = &[
    (
        "google_cloud_run_v2_service",
        &[
            "template",
            "containers",
            "env",
            "value_source",
            "secret_key_ref",
            "version",
        ],
    ),
    (
        "google_cloud_run_v2_job",
        &[
            "template",
            "template",
            "containers",
            "env",
            "value_source",
            "secret_key_ref",
            "version",
        ],
    ),
    (
        "google_cloud_run_service",
        &[
            "template",
            "spec",
            "containers",
            "env",
            "value_from",
            "secret_key_ref",
            "key",
        ],
    ),
    (
        "google_cloudfunctions_function",
        &["secret_environment_variables", "version"],
    ),
    (
        "google_cloudfunctions2_function",
        &["service_config", "secret_environment_variables", "version"],
    ),
    (
        "google.run",
        &[
            "spec",
            "template",
            "spec",
            "containers",
            "env",
            "valueFrom",
            "secretKeyRef",
            "key",
        ],
    ),
    (
        "google.job",
        &[
            "spec",
            "template",
            "spec",
            "template",
            "spec",
            "containers",
            "env",
            "valueFrom",
            "secretKeyRef",
            "key",
        ],
    ),
];

/// `latest` as the version of an environment variable; on a volume it is right.
fn newest<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, out: &mut Vec<Sighting<'p>>) {
    let what = thing.declared.what;
    let rows = VERSIONS.iter().filter(|(kind, _)| *kind == &*what.kind);
    for (_, path) in rows {
        let leaves = thing.leaves.iter().filter(|leaf| leaf.path == **path);
        for leaf in leaves.filter(|leaf| leaf.depth == 0) {
            let Value::Literal(literal) = leaf.value else {
                continue;
            };
            if scene.meaning(leaf.file, literal) == "latest" {
                let why = "the newest version is read when an instance starts";
                let mut seen = scene.fault(&RULE, leaf.file, literal.raw, 0.6, why);
                seen.detail = Some(format!("`latest` in {}", what.address()));
                out.push(seen);
            }
        }
    }
}
