//! A pointer that stays with one version of a secret, or reads the newest only once.

use std::borrow::Cow;

use crate::facts::{Role, Value, entry};
use crate::practice::{DELIVERY, ROTATION};
use crate::reference::RefKind;
use crate::reference::azure::{self, KeyVault};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::rotated::{Rotated, Which};
use super::scene::Thing;
use super::{Scene, Sighting};
use super::{pointers, sites};

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
         when it changes. In CloudFormation let the code fetch the secret; in Terraform leave out `version_id` or `version`. Where the version is meant to stay, \
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

/// Belief where a rotation of the secret is declared, and where none is: then a fixed version may be what is meant.
const ROTATED: f32 = 0.7;
const NOT_ROTATED: f32 = 0.35;

/// Versions in pointers and where Terraform reads a secret, pointers that are followed once, and `latest` in environments of
/// Google.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let rotated = Rotated::of(scene);
    for pointer in pointers::of_module(scene) {
        let Some(secret) = pinned(&pointer.text) else {
            continue;
        };
        if pointer.is_meant(scene) {
            continue;
        }
        let belief = match secret {
            Some(secret) if rotated.may_hold(secret) => ROTATED,
            None if is_told_of_expiry(scene) => ROTATED,
            _ => NOT_ROTATED,
        };
        out.push(pointer.fault(scene, &RULE, belief, "it names a version"));
    }
    for thing in &scene.things {
        match thing.declared.what.role {
            Role::Data | Role::Ephemeral => read(scene, thing, &rotated, out),
            Role::Resource => {
                newest(scene, thing, out);
                once(scene, thing, &rotated, out);
            }
            _ => {}
        }
    }
}

/// What a pointer with a fixed version names: a secret of AWS, or one of Azure. None where it follows the newest.
fn pinned(text: &str) -> Option<Option<Which<'_>>> {
    if let Some((secret, rest)) = dynamic(text) {
        let version = rest.split(':').nth(3)?;
        return is_known(version).then(|| Some(Which::called(secret)));
    }
    match azure::key_vault(text) {
        Some(KeyVault::Named {
            version: Some(version),
        }) if is_known(&version) => Some(None),
        _ => None,
    }
}

/// Secret and rest of `{{resolve:secretsmanager:SECRET:SecretString:KEY:STAGE:VERSION}}`.
fn dynamic(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix("{{resolve:secretsmanager:")?;
    let inside = inside.trim_end_matches("}}");
    let at = inside.find(":SecretString").unwrap_or(inside.len());
    Some((&inside[..at], inside[at..].trim_start_matches(':')))
}

/// Whether a version is fixed here: who gives it from elsewhere can give a new one.
fn is_known(version: &str) -> bool {
    !version.is_empty() && !version.contains(['*', '$'])
}

/// Whether the module hears of secrets of a Key Vault that are about to expire.
/// <https://learn.microsoft.com/azure/key-vault/secrets/tutorial-rotation>
fn is_told_of_expiry(scene: &Scene<'_, '_>) -> bool {
    let declared = scene.module().declared.iter();
    let mut kinds = declared.map(|d| &*d.what.kind);
    kinds.any(|kind| {
        matches!(
            kind,
            "azurerm_eventgrid_system_topic_event_subscription"
                | "azurerm_eventgrid_event_subscription"
        ) || kind.starts_with("Microsoft.EventGrid/")
    })
}

/// What Terraform reads secrets with: kind, the argument of the secret, that of the version.
const READS: &[(&str, &str, &str)] = &[
    (
        "aws_secretsmanager_secret_version",
        "secret_id",
        "version_id",
    ),
    ("azurerm_key_vault_secret", "name", "version"),
    ("google_secret_manager_secret_version", "secret", "version"),
    (
        "google_secret_manager_secret_version_access",
        "secret",
        "version",
    ),
];

/// A version that is written where Terraform reads a secret.
fn read<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    rotated: &Rotated<'p>,
    out: &mut Vec<Sighting<'p>>,
) {
    let what = thing.declared.what;
    let Some((kind, secret, version)) = READS.iter().find(|(kind, ..)| *kind == &*what.kind) else {
        return;
    };
    let Some(pin) = entry(&what.body, version) else {
        return;
    };
    let said = scene.constant(thing.declared.file, &pin.value);
    let is_pinned = said.is_some_and(|said| is_known(said) && !FOLLOW.contains(&said));
    if !is_pinned || pointers::is_meant(scene, thing.declared.file, pin.span) {
        return;
    }
    let ids = thing.leaves.iter().filter(|leaf| leaf.path == [*secret]);
    let mut ids = ids.filter_map(|leaf| Which::of(scene, leaf));
    let is_rotated = match kind.starts_with("azurerm") {
        true => is_told_of_expiry(scene),
        false => ids.any(|id| rotated.may_hold(id)),
    };
    let belief = if is_rotated { ROTATED } else { NOT_ROTATED };
    let why = "it names a version";
    let mut seen = scene.fault(&RULE, thing.declared.file, pin.span, belief, why);
    seen.detail = Some(what.address());
    out.push(seen);
}

/// Versions that are no fixed ones.
const FOLLOW: &[&str] = &["latest", "null"];

/// Kinds whose own password a secret holds: a rotation changes it there too.
const OWN: &[&str] = &[
    "AWS::AmazonMQ::*",
    "AWS::DirectoryService::*",
    "AWS::DocDB::*",
    "AWS::ElastiCache::*",
    "AWS::Elasticsearch::*",
    "AWS::Lightsail::*",
    "AWS::MemoryDB::*",
    "AWS::OpenSearchService::*",
    "AWS::RDS::*",
    "AWS::Redshift*",
];

/// Rotated secrets that a resource is given when it is created or changed, and not when they are rotated. In environments that
/// is a copy, which another rule reports.
fn once<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    rotated: &Rotated<'p>,
    out: &mut Vec<Sighting<'p>>,
) {
    let what = thing.declared.what;
    if !what.kind.starts_with("AWS::") || OWN.iter().any(|own| sites::is_kind(own, &what.kind)) {
        return;
    }
    for leaf in &thing.leaves {
        let Value::Reference(to, span) = leaf.value else {
            continue;
        };
        let copied = to.kind == RefKind::AwsSecretsManager && scene.copied(leaf).is_some();
        let text = format!("{{{{resolve:secretsmanager:{}", to.target);
        let is_rotated = dynamic(&text).is_some_and(|(id, _)| rotated.holds(Which::called(id)));
        if copied && is_rotated && pinned(&text).is_none() && sites::variable(thing, leaf).is_none()
        {
            let why = "it is followed when the resource changes, not when the secret does";
            let mut seen = scene.fault(&RULE, leaf.file, *span, 0.6, why);
            let name = leaf.path.last().copied().unwrap_or_default();
            seen.detail = Some(format!("{name} of {}", what.address()));
            out.push(seen);
        }
    }
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
