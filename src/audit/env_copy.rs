//! A deployment copies a secret from where it is kept into an environment, where it stands in plain text.

use std::borrow::Cow;

use crate::facts::{Value, entry};
use crate::finding::Confidence;
use crate::judge;
use crate::practice::{DELIVERY, Peer, ROTATION, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::{Copied, Reading, Thing, holds_secret, is_about, step};
use super::{Scene, Sighting, advice, point, sites};
use crate::facts::Site;
use crate::link::Leaf;
use crate::reference::{RefKind, Resolved};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-copied-into-env"),
    title: Cow::Borrowed("secret copied into an environment by the deployment"),
    about: Cow::Borrowed(
        "The template holds a pointer only, but the deployment resolves it: the value ends up in plain text in the \
         configuration of what runs, readable to everyone who may look at that (and in the state, with Terraform). It \
         also stays the old one when the secret is rotated.",
    ),
    fix: Cow::Borrowed(
        "Pass the secret's ARN or name (`aws_secretsmanager_secret.x.arn`, `google_secret_manager_secret.x.id`) \
         instead of its value, grant the role read access to this one secret, and let the code fetch and cache it. \
         Where the platform resolves pointers itself, use that: ECS `secrets` with `valueFrom`, CodeBuild `type = \
         \"SECRETS_MANAGER\"`, Cloud Run `value_source.secret_key_ref`, Cloud Functions \
         `secret_environment_variables`, App Service `@Microsoft.KeyVault(SecretUri=...)`, Container Apps \
         `secretRef` with `keyVaultUrl`. For Azure's own services use the app's identity (`AzureWebJobsStorage__accountName`).",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[526, 312, 522]),
    practices: &[&DELIVERY, &ROTATION],
    peers: &[
        Peer::new(Tool::Prowler, "awslambda_function_no_secrets_in_variables"),
        Peer::new(Tool::Prowler, "ecs_task_definitions_no_environment_secrets"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("environment")]),
};

/// For each variable of an environment, the secret that most surely ends up in it.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    scene.things.iter().for_each(|thing| of(scene, thing, out));
}

/// Those of one environment.
pub(super) fn of<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, out: &mut Vec<Sighting<'p>>) {
    let mut leaves: Vec<(&str, &Leaf<'p>)> = thing
        .leaves
        .iter()
        .filter_map(|leaf| {
            let variable = sites::variable(thing, leaf);
            Some((variable.or_else(|| sites::within(thing, leaf))?, leaf))
        })
        .collect();
    leaves.sort_by_key(|(name, leaf)| (*name, leaf.entry));
    for same in leaves.chunk_by(|a, b| a.0 == b.0 && a.1.entry == b.1.entry) {
        out.extend(copy(scene, thing, same[0].0, same));
    }
}

fn copy<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    name: &'p str,
    leaves: &[(&str, &Leaf<'p>)],
) -> Option<Sighting<'p>> {
    let source = |given: bool| {
        leaves.iter().find_map(|(_, leaf)| {
            let copied = scene
                .copied_as(leaf, name)
                .or_else(|| unnamed(leaf, name))?;
            (copied.is_given == given).then_some((*leaf, copied))
        })
    };
    let (leaf, copied) = source(false).or_else(|| source(true))?;
    let (what, is_given, is_open) = (copied.what, copied.is_given, copied.is_open);
    let settled = is_given && (is_about(name) || is_pointed(scene, leaf, leaves));
    if settled || is_resolved(scene, leaf) || is_written(scene, name, leaves) {
        return None;
    }
    let Value::Reference(_, span) = leaf.value else {
        return None;
    };
    let why = if is_given {
        "a variable that holds a secret ends up in an environment"
    } else {
        "the value of a secret ends up in an environment"
    };
    let ends = format!("{name} of {}", thing.declared.what.address());
    let belief = match is_given {
        _ if sites::needs_key(name) => 0.4,
        true => 0.65,
        false if is_open => 0.6,
        false => 0.78,
    };
    let mut seen = scene.fault(&RULE, leaf.file, *span, belief, why);
    if !leaf.passed.is_empty() {
        seen.flow
            .push(step(leaf.file, *span, &format!("{what} is taken here")));
        seen.flow.extend(leaf.passed.iter().cloned());
        seen.flow.push(step(leaf.entry.0, leaf.entry.1, &ends));
    }
    seen.mend = point::mend(scene, thing.declared, leaf);
    seen.next = advice::environment(scene, thing.declared, name, leaf, &what);
    seen.detail = Some(format!("{what} in {ends}"));
    Some(seen)
}

/// The value of a parameter that is not named as a secret's, under the name of a secret.
fn unnamed(leaf: &Leaf<'_>, name: &str) -> Option<Copied> {
    match leaf.value {
        Value::Reference(reference, _)
            if reference.kind == RefKind::AwsParameter
                && reference.resolved == Resolved::Deploy
                && holds_secret(name)
                && !reference.target.rsplit('/').next().is_some_and(is_about) =>
        {
            Some(Copied::kept("the value of a parameter"))
        }
        _ => None,
    }
}

/// Whether a variable is given pointers only, as far as one can see.
fn is_pointed(scene: &Scene<'_, '_>, leaf: &Leaf<'_>, leaves: &[(&str, &Leaf<'_>)]) -> bool {
    // What a name leads to stands behind it, deeper.
    let behind = leaves
        .iter()
        .skip_while(|(_, other)| !std::ptr::eq(*other, leaf));
    let given = behind
        .skip(1)
        .take_while(|(_, other)| other.depth > leaf.depth);
    let mut given = given
        .filter(|(_, other)| !matches!(other.value, Value::Plain(_)))
        .peekable();
    given.peek().is_some() && given.all(|(_, other)| scene.is_pointer(other))
}

/// Whether the platform resolves it: CodeBuild's parameters are names.
fn is_resolved(scene: &Scene<'_, '_>, leaf: &Leaf<'_>) -> bool {
    let kind = leaf
        .beside
        .and_then(|beside| entry(beside, "type").or_else(|| entry(beside, "Type")));
    kind.and_then(|kind| scene.constant(leaf.entry.0, &kind.value))
        .is_some_and(|kind| matches!(kind, "SECRETS_MANAGER" | "PARAMETER_STORE" | "SECRET"))
}

/// Whether the secret is written down on the way: that is a leak, and reported as one.
fn is_written<'p>(scene: &Scene<'_, 'p>, name: &'p str, leaves: &[(&str, &Leaf<'p>)]) -> bool {
    leaves.iter().any(|(_, leaf)| {
        let Value::Literal(literal) = leaf.value else {
            return false;
        };
        let names = std::iter::once(name).chain(leaf.name);
        names.into_iter().any(|name| {
            let reading = Reading::named(name, Site::Environment);
            let verdict = judge::judge(&scene.evidence(leaf.file, literal, reading));
            verdict.band() >= Confidence::Medium
        })
    })
}
