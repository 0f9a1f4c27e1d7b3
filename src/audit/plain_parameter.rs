//! A secret is kept in a parameter that is not encrypted.

use std::borrow::Cow;

use crate::facts::{Role, Value};
use crate::practice::{ENCRYPTION, Peer, Tool};
use crate::reference::{RefKind, Resolved};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::copied::is_plain;
use super::scene::{Thing, holds_secret};
use super::{Scene, Sighting, property};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-in-plain-parameter"),
    title: Cow::Borrowed("secret in a parameter that is not encrypted"),
    about: Cow::Borrowed(
        "A parameter of type `String` is kept and shown in plain text: no key protects it, and everyone who may \
         list parameters with their values reads it.",
    ),
    fix: Cow::Borrowed(
        "Keep it as a `SecureString` (`type = SecureString`, with `key_id`), or in Secrets Manager. \
         CloudFormation cannot make a `SecureString`: use `AWS::SecretsManager::Secret`, and point to it with \
         `{{resolve:secretsmanager:...}}` or, for a `SecureString` made elsewhere, `{{resolve:ssm-secure:...}}`.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-securestring.html",
    )]),
    cwe: Cow::Borrowed(&[311, 312]),
    practices: &[&ENCRYPTION],
    peers: &[Peer::new(Tool::CfnNag, "F34")],
    tags: Cow::Borrowed(&[Cow::Borrowed("aws")]),
};

/// Parameters that are given a secret, and secret properties that are given such a parameter.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        let what = thing.declared.what;
        match &*what.kind {
            "aws_ssm_parameter" if what.role == Role::Resource => {
                kept(scene, thing, ["type", "value"], out);
            }
            "AWS::SSM::Parameter" => kept(scene, thing, ["Type", "Value"], out),
            kind if kind.starts_with("AWS::") => taken(scene, thing, out),
            _ => {}
        }
    }
}

fn kept<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    [kind, value]: [&str; 2],
    out: &mut Vec<Sighting<'p>>,
) {
    if !matches!(
        scene.text(thing.declared, kind),
        Some("String" | "StringList")
    ) {
        return;
    }
    let values = thing.leaves.iter().filter(|leaf| leaf.path == [value]);
    if let Some(secret) = values.into_iter().find_map(|leaf| scene.copied(leaf)) {
        let what = thing.declared.what;
        let why = "its type is `String`, and it is given a secret";
        let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.75, why);
        seen.detail = Some(format!("{} in {}", secret.what, what.address()));
        out.push(seen);
    }
}

/// `{{resolve:ssm:...}}` reads plain parameters only.
fn taken<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, out: &mut Vec<Sighting<'p>>) {
    for leaf in &thing.leaves {
        let Value::Reference(reference, span) = leaf.value else {
            continue;
        };
        let plain = reference.kind == RefKind::AwsParameter
            && reference.resolved == Resolved::Deploy
            && reference.target.starts_with(':');
        let path = reference.target.trim_start_matches(':').split(':').next();
        let name = path
            .and_then(|path| path.rsplit('/').next())
            .unwrap_or_default();
        let secret = property::is_secret(&thing.declared.what.kind, &leaf.path);
        if plain && secret && (holds_secret(name) || !is_plain(name)) {
            let why = "the property holds a secret, and `ssm` reads plain parameters only";
            let mut seen = scene.fault(&RULE, leaf.file, *span, 0.7, why);
            let property = leaf.path.join(".");
            seen.detail = Some(format!("{property} of {}", thing.declared.what.address()));
            out.push(seen);
        }
    }
}
