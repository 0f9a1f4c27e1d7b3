//! A secret is encrypted with a key that the account does not control.

use std::borrow::Cow;

use crate::practice::{ENCRYPTION, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::is_set;
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-key-management-missing"),
    title: Cow::Borrowed("secret without a key of its own"),
    about: Cow::Borrowed(
        "Without `kms_key_id` the key `aws/secretsmanager` is used: its policy cannot be changed, it cannot be \
         shared with another account, and its use cannot be limited or told apart.",
    ),
    fix: Cow::Borrowed(
        "Set `kms_key_id` (CloudFormation: `KmsKeyId`) to a customer managed key with rotation, and let only the roles that read the secret \
         decrypt with it.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
    )]),
    cwe: Cow::Borrowed(&[311]),
    practices: &[&ENCRYPTION],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AWS_149"),
        Peer::new(Tool::Kics, "secretsmanager_secret_without_kms"),
        Peer::new(Tool::Trivy, "AVD-AWS-0098"),
        Peer::new(Tool::CfnNag, "W77"),
        Peer::new(Tool::Semgrep, "aws-secretsmanager-secret-unencrypted"),
        Peer::new(Tool::Terrascan, "AWS.SecretsManagerSecret.DP.MEDIUM.0036"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("aws")]),
};

/// Secrets of AWS without a key.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let kinds = [
        (
            "aws_secretsmanager_secret",
            "kms_key_id",
            "`kms_key_id` is not set",
        ),
        (
            "AWS::SecretsManager::Secret",
            "KmsKeyId",
            "`KmsKeyId` is not set",
        ),
    ];
    for (kind, argument, why) in kinds {
        for thing in scene
            .resources(kind)
            .filter(|t| !is_set(&t.declared.what.body, argument))
        {
            let what = thing.declared.what;
            let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.6, why);
            seen.detail = Some(what.address());
            out.push(seen);
        }
    }
}
