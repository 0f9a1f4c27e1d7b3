//! A right pointer to a secret, at a place where the platform follows none: the text arrives as the value, or the deployment
//! is refused.

use std::borrow::Cow;

use crate::facts::Value;
use crate::link::Leaf;
use crate::practice::{DELIVERY, Peer, Tool};
use crate::reference::{self, RefKind, Resolved};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::scene::{Thing, holds_secret};
use super::{Scene, Sighting, sites};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("unresolved-secret-reference"),
    title: Cow::Borrowed("pointer to a secret where the platform follows none"),
    about: Cow::Borrowed(
        "Cloud Run and Cloud Functions hand a plain variable over as it is written: under the name of a secret the code \
         gets the name of one. CloudFormation follows `ssm-secure` in few properties only, and refuses it elsewhere. \
         Whoever then helps out with the value puts it into the configuration.",
    ),
    fix: Cow::Borrowed(
        "On Google Cloud use `secret_environment_variables`, `value_source` with `secret_key_ref` or `--set-secrets`; \
         where the code fetches the secret itself, let the variable's name say that it holds a name \
         (`DB_PASSWORD_NAME`). In CloudFormation pass the parameter's name and let the code fetch it, or keep the secret \
         in Secrets Manager.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://cloud.google.com/run/docs/configuring/services/secrets"),
        Cow::Borrowed(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html",
        ),
    ]),
    cwe: Cow::Borrowed(&[16]),
    practices: &[&DELIVERY],
    peers: &[Peer::new(Tool::CfnLint, "E1027")],
    tags: Cow::Borrowed(&[Cow::Borrowed("google"), Cow::Borrowed("cloudformation")]),
};

/// Where CloudFormation follows `ssm-secure`: kind and path, as its documentation lists them.
const FOLLOWED: &[(&str, &str)] = &[
    ("AWS::DirectoryService::MicrosoftAD", "Password"),
    ("AWS::DirectoryService::SimpleAD", "Password"),
    ("AWS::ElastiCache::ReplicationGroup", "AuthToken"),
    ("AWS::IAM::User", "LoginProfile.Password"),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "RedshiftDestinationConfiguration.Password",
    ),
    ("AWS::OpsWorks::App", "AppSource.Password"),
    ("AWS::OpsWorks::Stack", "CustomCookbooksSource.Password"),
    ("AWS::OpsWorks::Stack", "RdsDbInstances.DbPassword"),
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
];

/// Names of secrets in environments of Google, and `ssm-secure` in properties of CloudFormation.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        for leaf in &thing.leaves {
            let seen = in_environment(scene, thing, leaf).or_else(|| in_property(thing, leaf));
            let Some((span, belief, why)) = seen else {
                continue;
            };
            let mut seen = scene.fault(&RULE, leaf.file, span, belief, why);
            let name = leaf.path.last().copied().unwrap_or_default();
            let name = sites::variable(thing, leaf).unwrap_or(name);
            seen.detail = Some(format!("{name} of {}", thing.declared.what.address()));
            out.push(seen);
        }
    }
}

type Seen = (Span, f32, &'static str);

/// `projects/P/secrets/S/versions/V` under the name of a secret; a name that says that it holds a name is right.
fn in_environment<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, leaf: &Leaf<'p>) -> Option<Seen> {
    let what = thing.declared.what;
    let google = what.kind.starts_with("google");
    let name = sites::variable(thing, leaf).filter(|_| google)?;
    let Value::Literal(literal) = leaf.value else {
        return None;
    };
    let said = scene.meaning(leaf.file, literal);
    let names_version = said.starts_with("projects/") && said.contains("/versions/");
    let kind = reference::parse(said).map(|r| r.kind);
    let why = "the variable gets the name of the secret, not the secret";
    let asked = scene.project.asked.contains(name);
    (holds_secret(name) && !asked && names_version && kind == Some(RefKind::Google)).then_some((
        literal.raw,
        0.55,
        why,
    ))
}

/// `{{resolve:ssm-secure:...}}` in a property that takes none.
fn in_property(thing: &Thing<'_>, leaf: &Leaf<'_>) -> Option<Seen> {
    let Value::Reference(to, span) = leaf.value else {
        return None;
    };
    let secure = to.kind == RefKind::AwsParameter
        && to.resolved == Resolved::Deploy
        && to.target.starts_with("-secure");
    let kind = &*thing.declared.what.kind;
    let path = leaf.path.join(".");
    let followed = FOLLOWED.contains(&(kind, path.as_str()));
    // In an environment it is a copy that somebody wants, and reported as one.
    let is_property = kind.starts_with("AWS::") && sites::variable(thing, leaf).is_none();
    (secure && is_property && !followed).then_some((
        *span,
        0.75,
        "CloudFormation does not follow `ssm-secure` here",
    ))
}
