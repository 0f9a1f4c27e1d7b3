//! A long-lived credential is made where a role would do.

use std::borrow::Cow;

use crate::facts::Value;
use crate::link::Leaf;
use crate::practice::{Peer, TEMPORARY, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::Thing;
use super::{Scene, Sighting, store_literal};

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
    "AWS::IAM::AccessKey",
    "google_service_account_key",
    "azuread_application_password",
    "azuread_service_principal_password",
    "google_storage_hmac_key",
];

/// What takes such a credential and can prove itself in no other way, by how its kind starts: clouds whose workloads have no
/// identity that another cloud could trust, and services that speak to the storage of another cloud with a key only.
const APART: &[&str] = &[
    "aws_datasync_location_object_storage",
    "azurerm_data_factory_linked_service_",
    "cloudflare_",
    "digitalocean_",
    "exoscale_",
    "hcloud_",
    "heroku_",
    "linode_",
    "netlify_",
    "ovh_",
    "render_",
    "scaleway_",
    "upcloud_",
    "vultr_",
];

/// Resources of these kinds.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let made = KINDS.iter().flat_map(|kind| scene.resources(kind));
    for thing in made.filter(|thing| !is_for_elsewhere(scene, thing)) {
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

/// Whether all that takes the credential, but for stores that only keep it, is of another cloud and takes nothing else.
fn is_for_elsewhere(scene: &Scene<'_, '_>, made: &Thing<'_>) -> bool {
    let what = made.declared.what;
    let address = format!("{}.{}.", what.kind, what.name);
    let takes = |leaf: &Leaf<'_>| match leaf.value {
        Value::Reference(to, _) => leaf.module == scene.number && to.target.starts_with(&address),
        _ => false,
    };
    let uses = scene.things.iter().flat_map(|thing| {
        let taken = thing.leaves.iter().filter(|leaf| takes(leaf));
        taken.map(|leaf| (&*thing.declared.what.kind, &leaf.path))
    });
    let mut uses = uses
        .filter(|(kind, path)| is_apart(kind, &what.kind) || !store_literal::is_store(kind, path))
        .peekable();
    uses.peek().is_some() && uses.all(|(kind, _)| is_apart(kind, &what.kind))
}

/// Whether a kind takes a credential of another cloud, and nothing else.
fn is_apart(kind: &str, made: &str) -> bool {
    let cloud = |kind: &str| {
        let provider = kind.split('_').next().unwrap_or_default().to_owned();
        // The directory and the resources of Azure.
        provider.replace("azuread", "azurerm")
    };
    cloud(kind) != cloud(made) && APART.iter().any(|start| kind.starts_with(start))
}
