//! A rotation is declared that cannot run.

use std::borrow::Cow;

use crate::facts::{Entry, Value, entry};
use crate::practice::ROTATION;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::{Thing, is_set};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("rotation-incomplete"),
    title: Cow::Borrowed("rotation that cannot run"),
    about: Cow::Borrowed(
        "The schedule is there, but nothing rotates: the secret stays as it is while everyone believes that it \
         changes.",
    ),
    fix: Cow::Borrowed(
        "Name a function that rotates the secret (`rotation_lambda_arn`; CloudFormation: `RotationLambdaARN` or \
         `HostedRotationLambda`), and let Secrets Manager call it: an `aws_lambda_permission` \
         (`AWS::Lambda::Permission`) for the principal `secretsmanager.amazonaws.com`. On Google Cloud name a topic (`topics`) \
         that starts the function.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html",
    )]),
    cwe: Cow::Borrowed(&[324, 262]),
    practices: &[&ROTATION],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("aws")]),
};

/// What says that something rotates: a function, one that the service makes, or the owner of an external secret.
const ROTATES: &[&str] = &[
    "rotation_lambda_arn",
    "RotationLambdaARN",
    "HostedRotationLambda",
    "external_secret_rotation_role_arn",
    "ExternalSecretRotationRoleArn",
];

const FUNCTIONS: &[&str] = &[
    "aws_lambda_function.",
    "AWS::Lambda::Function.",
    "AWS::Serverless::Function.",
];

const PERMISSIONS: &[&str] = &["aws_lambda_permission", "AWS::Lambda::Permission"];

/// Rotations of secrets of this module; what a service manages rotates by itself.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let terraform = scene.resources("aws_secretsmanager_secret_rotation");
    for thing in terraform.chain(scene.resources("AWS::SecretsManager::RotationSchedule")) {
        let what = thing.declared.what;
        let why = if !ROTATES.iter().any(|name| is_set(&what.body, name)) {
            is_plain(thing).then_some("it names no function that rotates the secret")
        } else {
            let lonely = is_own_function(thing) && !may_be_called(scene);
            lonely.then_some("nothing lets Secrets Manager call the function that rotates")
        };
        out.extend(why.map(|why| {
            let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.7, why);
            seen.detail = Some(what.address());
            seen
        }));
    }
    for thing in scene.resources("google_secret_manager_secret") {
        let what = thing.declared.what;
        if is_set(&what.body, "rotation") && !is_set(&what.body, "topics") {
            let why = "no topic hears when it is to be rotated";
            let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.7, why);
            seen.detail = Some(what.address());
            out.push(seen);
        }
    }
}

/// Whether the secret is one of this module, and no service's own.
fn is_plain(rotation: &Thing<'_>) -> bool {
    refers(rotation, &["secret_id", "SecretId"], |target| {
        target.starts_with("aws_secretsmanager_secret.")
            || target.starts_with("AWS::SecretsManager::Secret.")
    })
}

fn is_own_function(rotation: &Thing<'_>) -> bool {
    refers(
        rotation,
        &["rotation_lambda_arn", "RotationLambdaARN"],
        |target| FUNCTIONS.iter().any(|kind| target.starts_with(kind)),
    )
}

fn refers(thing: &Thing<'_>, names: &[&str], is: impl Fn(&str) -> bool) -> bool {
    let leaves = thing
        .leaves
        .iter()
        .filter(|leaf| match leaf.path.as_slice() {
            [name] => names.contains(name) && leaf.depth == 0,
            _ => false,
        });
    leaves.into_iter().any(|leaf| match leaf.value {
        Value::Reference(reference, _) => is(&reference.target),
        _ => false,
    })
}

/// Whether a permission for Secrets Manager, or for someone unknown, is declared anywhere.
fn may_be_called(scene: &Scene<'_, '_>) -> bool {
    let all = scene.project.modules.iter().flat_map(|m| &m.declared);
    all.filter(|d| PERMISSIONS.contains(&&*d.what.kind))
        .any(|d| {
            let principal = principal(&d.what.body).map(|e| &e.value);
            match principal {
                Some(Value::Literal(literal)) => scene
                    .meaning(d.file, literal)
                    .starts_with("secretsmanager."),
                _ => true,
            }
        })
}

fn principal(body: &[Entry]) -> Option<&Entry> {
    entry(body, "principal").or_else(|| entry(body, "Principal"))
}
