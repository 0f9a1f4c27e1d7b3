//! A secret is kept in a store that could rotate it, and nothing does.

use std::borrow::Cow;

use crate::facts::{Role, Value};
use crate::link::{Declared, Leaf, leaves};
use crate::practice::{Peer, ROTATION, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::rotated::{Rotated, Which};
use super::scene::{Thing, is_about, is_set};
use super::variables::ends_with_one;
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("rotation-missing"),
    title: Cow::Borrowed("secret without rotation"),
    about: Cow::Borrowed("A secret that never changes stays good for everyone who ever saw it."),
    fix: Cow::Borrowed(
        "Add an `aws_secretsmanager_secret_rotation` (CloudFormation: `AWS::SecretsManager::RotationSchedule`) with a rotation function and `rotation_rules`; for RDS, \
         Redshift and DocumentDB let the service manage the password (`manage_master_user_password = true`). On \
         Google Cloud add a `rotation` block and a topic that starts the change.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
    )]),
    cwe: Cow::Borrowed(&[324, 262]),
    practices: &[&ROTATION],
    peers: &[
        Peer::new(Tool::Checkov, "CKV2_AWS_57"),
        Peer::new(Tool::Checkov, "CKV_AWS_304"),
        Peer::new(Tool::CdkNag, "AwsSolutions-SMG4"),
        Peer::new(Tool::Prowler, "secretsmanager_secret_rotated_periodically"),
        Peer::new(Tool::Prowler, "secretmanager_secret_rotation_enabled"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("aws")]),
};

/// Secrets that no rotation names.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let (rotated, below) = (Rotated::of(scene), rotated_below(scene));
    let terraform = scene.resources("aws_secretsmanager_secret");
    for thing in terraform.chain(scene.resources("AWS::SecretsManager::Secret")) {
        let what = thing.declared.what;
        let replica =
            is_set(&what.body, "rotation_lambda_arn") || is_set(&what.body, "rotation_rules");
        if replica
            || is_exempt(scene, thing)
            || rotated.may_hold(Which::Declared(&what.name, false))
            || is_handed_out(scene, thing)
            || below.contains(&Which::Declared(&what.name, false))
        {
            continue;
        }
        let mut seen = scene.fault(
            &RULE,
            thing.declared.file,
            what.span,
            0.7,
            "no rotation of it is declared",
        );
        seen.detail = Some(what.address());
        out.push(seen);
    }
    google(scene, out);
}

/// Secrets of Google: a rotation is a block of theirs.
fn google<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene.resources("google_secret_manager_secret") {
        let what = thing.declared.what;
        let settled = is_set(&what.body, "rotation") || is_set(&what.body, "ttl");
        if settled || is_exempt(scene, thing) || is_known_to_many(&what.name) {
            continue;
        }
        let why = "no rotation of it is declared";
        let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.6, why);
        seen.detail = Some(what.address());
        out.push(seen);
    }
}

/// Whether the name is that of a user, a host or the like, which people keep beside the password.
fn is_known_to_many(name: &str) -> bool {
    ends_with_one(
        name,
        &[
            "user", "username", "name", "host", "port", "url", "id", "email",
        ],
    )
}

/// Whether its name says that it holds a user name or the like, or a tag that it cannot be rotated.
fn is_exempt(scene: &Scene<'_, '_>, secret: &Thing<'_>) -> bool {
    let words = [
        "none", "false", "no", "off", "manual", "external", "never", "exempt",
    ];
    let tagged = secret.leaves.iter().any(|leaf| {
        let tags = leaf
            .path
            .first()
            .is_some_and(|name| matches!(*name, "tags" | "Tags" | "labels"));
        let named = leaf
            .path
            .last()
            .is_some_and(|name| name.to_ascii_lowercase().contains("rotat"));
        let value = scene.constant(leaf.file, leaf.value);
        tags && named && value.is_some_and(|v| words.contains(&&*v.to_ascii_lowercase()))
    });
    tagged || is_about(&secret.declared.what.name)
}

/// The secrets of this module that others which it uses are given, and rotate.
fn rotated_below<'p>(scene: &Scene<'_, 'p>) -> Vec<Which<'p>> {
    if scene.module().of(Role::Module).next().is_none() {
        return Vec::new();
    }
    let of = |leaf: &Leaf<'p>| match leaf.value {
        Value::Reference(to, _) if leaf.module == scene.number && leaf.path == ["secret_id"] => {
            Which::at(&to.target)
        }
        _ => None,
    };
    let mut found = Vec::new();
    for (number, module) in scene.project.modules.iter().enumerate() {
        let rotates = |d: &&Declared<'p>| *d.what.kind == *"aws_secretsmanager_secret_rotation";
        let rotations = module.declared.iter().filter(rotates);
        for &rotation in rotations.filter(|_| number != scene.number) {
            let leaves = leaves(scene.project, number, rotation);
            found.extend(leaves.iter().filter_map(of));
        }
    }
    found
}

/// Whether another module may rotate it: one that uses this one and has a rotation.
fn is_handed_out(scene: &Scene<'_, '_>, secret: &Thing<'_>) -> bool {
    let own = Which::Declared(&secret.declared.what.name, false);
    let given = scene
        .things
        .iter()
        .filter(|t| t.declared.what.role == Role::Output);
    let out = given.flat_map(|t| &t.leaves).any(
        |leaf| matches!(leaf.value, Value::Reference(r, _) if Which::at(&r.target) == Some(own)),
    );
    let elsewhere = || {
        let all = scene.project.modules.iter().flat_map(|m| &m.declared);
        all.into_iter()
            .any(|d| &*d.what.kind == "aws_secretsmanager_secret_rotation")
    };
    out && scene.module().is_called() && elsewhere()
}
