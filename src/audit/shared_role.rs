//! Functions that read different secrets share a role, so that each reads those of the others.

use std::borrow::Cow;

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Role, Value};
use crate::practice::LEAST_PRIVILEGE;
use crate::reference::{self, RefKind};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::Thing;
use super::{Scene, Sighting, policies, sites};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("shared-secret-access"),
    title: Cow::Borrowed("one role for functions that read different secrets"),
    about: Cow::Borrowed(
        "Each function reads the secrets of the others: a fault in one of them opens all.",
    ),
    fix: Cow::Borrowed(
        "Give each function a role of its own that reads its own secrets. In serverless.yml move the statements \
         from `provider.iam.role` to the functions (plugin `serverless-iam-roles-per-function`); SAM makes a role \
         for each function that has `Policies` instead of `Role`.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-permissions.html",
    )]),
    cwe: Cow::Borrowed(&[250, 732]),
    practices: &[&LEAST_PRIVILEGE],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("aws"), Cow::Borrowed("iam")]),
};

const FUNCTIONS: &[&str] = &[
    "aws_lambda_function",
    "AWS::Lambda::Function",
    "AWS::Serverless::Function",
    "serverless.function",
];

/// Roles by the functions that have them; those of which all functions point to the same secrets are shared rightly.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let mut roles: BTreeMap<&str, Vec<(&Thing<'p>, BTreeSet<String>)>> = BTreeMap::new();
    for thing in FUNCTIONS.iter().flat_map(|kind| scene.resources(kind)) {
        if let Some(role) = role(scene, thing) {
            roles
                .entry(role)
                .or_default()
                .push((thing, secrets(scene, thing)));
        }
    }
    for functions in roles.values() {
        let with: Vec<_> = functions.iter().filter(|(_, s)| !s.is_empty()).collect();
        let differ = with.iter().any(|(_, secrets)| *secrets != with[0].1);
        if let Some((thing, _)) = with.first().filter(|_| differ) {
            let names: Vec<&str> = with.iter().map(|(t, _)| &*t.declared.what.name).collect();
            let why = "functions with this role point to different secrets";
            let what = thing.declared.what;
            let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.6, why);
            seen.detail = Some(names.join(", "));
            out.push(seen);
        }
    }
}

/// What names the role of a function; for serverless.yml the provider's, if that reads secrets for all functions.
fn role<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>) -> Option<&'p str> {
    if &*thing.declared.what.kind == "serverless.function" {
        return grants_all(scene).then_some("provider");
    }
    let roles = thing
        .leaves
        .iter()
        .filter(|leaf| leaf.depth == 0 && (leaf.path == ["role"] || leaf.path == ["Role"]));
    roles.into_iter().find_map(|leaf| match leaf.value {
        Value::Reference(reference, _) => Some(&*reference.target),
        _ => None,
    })
}

/// Whether serverless.yml lets all functions read secrets, each of which is named, and gives none a role of its own.
fn grants_all(scene: &Scene<'_, '_>) -> bool {
    let provider = scene.resources("serverless.provider").next();
    let reads = provider.is_some_and(|provider| {
        let all = policies::statements(scene, provider);
        all.iter()
            .any(|s| s.allows && s.reads().is_some() && !s.is_about_all())
    });
    let content = scene.module().of(Role::Content).next();
    let plugins =
        content.and_then(|content| content.what.get("plugins").map(|v| (content.file, v)));
    let own = plugins.is_some_and(|(file, plugins)| match plugins {
        Value::List(names) => names
            .iter()
            .any(|name| scene.constant(file, name) == Some("serverless-iam-roles-per-function")),
        _ => false,
    });
    reads && !own
}

/// What a function is pointed to in its environment.
fn secrets<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>) -> BTreeSet<String> {
    let pointers = thing
        .leaves
        .iter()
        .filter(|leaf| sites::variable(thing, leaf).is_some());
    pointers
        .filter_map(|leaf| match leaf.value {
            Value::Reference(to, _) => secret(&to.target),
            Value::Literal(literal) => {
                let said = scene.meaning(leaf.file, literal);
                let kind = reference::parse(said).map(|r| r.kind);
                (kind == Some(RefKind::AwsSecretsManager)).then(|| said.to_owned())
            }
            // A function of CloudFormation within serverless.yml.
            _ => None,
        })
        .collect()
}

/// The secret that an address is of.
fn secret(target: &str) -> Option<String> {
    let kinds = ["aws_secretsmanager_secret", "AWS::SecretsManager::Secret"];
    let (kind, rest) = target.split_once('.')?;
    let name = rest.split('.').next()?;
    kinds.contains(&kind).then(|| name.to_owned())
}
