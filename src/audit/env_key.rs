//! A function whose environment is given secrets encrypts it with a key that the account does not control.

use std::borrow::Cow;

use crate::practice::{ENCRYPTION, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::is_set;
use super::{Scene, Sighting, env_copy};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("env-key-management-missing"),
    title: Cow::Borrowed("environment with secrets and no key of its own"),
    about: Cow::Borrowed(
        "The deployment puts secrets into this environment, and without a customer managed key everyone who may \
         look at the function's configuration reads them: nothing else is asked for.",
    ),
    fix: Cow::Borrowed(
        "Take the secrets out first: pass their ARNs and let the code fetch them. Until then set `kms_key_arn` \
         (CloudFormation: `KmsKeyArn`, serverless.yml: `kmsKeyArn`), and let few decrypt with that key.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
    )]),
    cwe: Cow::Borrowed(&[311]),
    practices: &[&ENCRYPTION],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AWS_173"),
        Peer::new(
            Tool::Kics,
            "serverless_function_environment_variables_not_encrypted",
        ),
        Peer::new(Tool::Semgrep, "aws-lambda-environment-unencrypted"),
        Peer::new(
            Tool::Prowler,
            "awslambda_function_env_vars_not_encrypted_with_cmk",
        ),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("aws"), Cow::Borrowed("environment")]),
};

/// Functions, and what says which key encrypts their environment.
const FUNCTIONS: &[(&str, &str)] = &[
    ("aws_lambda_function", "kms_key_arn"),
    ("AWS::Lambda::Function", "KmsKeyArn"),
    ("AWS::Serverless::Function", "KmsKeyArn"),
    ("serverless.function", "kmsKeyArn"),
    ("serverless.function", "awsKmsKeyArn"),
];

/// Functions into whose environment the deployment copies a secret; those with pointers only have nothing to encrypt.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        let what = thing.declared.what;
        let mut keys = FUNCTIONS
            .iter()
            .filter(|(kind, _)| *kind == &*what.kind)
            .peekable();
        let is_function = keys.peek().is_some() && &*what.name != "Globals";
        if !is_function || keys.any(|(_, key)| is_set(&what.body, key) || for_all(scene, key)) {
            continue;
        }
        let mut copies = Vec::new();
        env_copy::of(scene, thing, &mut copies);
        if !copies.is_empty() {
            let why = "secrets are copied into its environment, and no key is named";
            let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.6, why);
            seen.detail = Some(what.address());
            out.push(seen);
        }
    }
}

/// Whether a key is named for all functions.
fn for_all(scene: &Scene<'_, '_>, key: &str) -> bool {
    scene.things.iter().map(|t| t.declared.what).any(|what| {
        let all = &*what.kind == "serverless.provider" || &*what.name == "Globals";
        all && is_set(&what.body, key)
    })
}
