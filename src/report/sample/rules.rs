//! The rules that the sample findings refer to, and one without findings.

use std::borrow::Cow;

use crate::practice::{Peer, STORE, Tool};
use crate::rule::*;

const PEERS: &[Peer] = &[Peer::new(Tool::Checkov, "CKV_AWS_41")];

fn rule(
    id: &'static str,
    class: Class,
    severity: Severity,
    texts: [&'static str; 3],
    cwe: &'static [u16],
) -> Rule {
    let [title, about, fix] = texts.map(Cow::Borrowed);
    let references: &'static [Str] = &[Cow::Borrowed(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    )];
    let tags: &'static [Str] = &[Cow::Borrowed("aws"), Cow::Borrowed("credentials")];
    Rule {
        id: RuleId::new(id),
        title,
        about,
        fix,
        class,
        severity,
        precision: Precision::High,
        references: Cow::Borrowed(references),
        cwe: Cow::Borrowed(cwe),
        practices: &[&STORE],
        peers: PEERS,
        tags: Cow::Borrowed(tags),
    }
}

pub(super) fn rules() -> Vec<Rule> {
    let (leak, exposure) = (Class::Leak, Class::Exposure);
    vec![
        rule(
            "aws-secret-access-key",
            leak,
            Severity::Critical,
            [
                "AWS secret access key",
                "Whoever reads it acts as its \
            user in the AWS account",
                "Deactivate the key in IAM, then use a role with temporary credentials",
            ],
            &[798, 321],
        ),
        rule(
            "github-personal-access-token",
            leak,
            Severity::High,
            [
                "GitHub personal access token",
                "It opens the \
            repositories of its owner",
                "Revoke it under Settings, Developer settings",
            ],
            &[798],
        ),
        rule(
            "hardcoded-password",
            leak,
            Severity::High,
            [
                "password written in code",
                "Whoever reads the code can log in",
                "Keep it in a secret store and fetch it at run time",
            ],
            &[259, 798],
        ),
        rule(
            "missing-rotation",
            Class::Hygiene,
            Severity::Low,
            [
                "secret without rotation",
                "An old secret has been seen by \
            many",
                "Add an aws_secretsmanager_secret_rotation",
            ],
            &[262],
        ),
        rule(
            "plaintext-env-secret",
            exposure,
            Severity::Medium,
            [
                "secret copied into a function's environment",
                "Everybody \
            who may describe the function can read it",
                "Pass the ARN of the secret instead and fetch it at run time",
            ],
            &[526],
        ),
        rule(
            "private-key",
            leak,
            Severity::Critical,
            [
                "private key",
                "Whoever holds it is taken for its owner",
                "Make a new \
            key pair and withdraw this one",
            ],
            &[321],
        ),
        rule(
            "unused-rule",
            leak,
            Severity::Low,
            ["unused", "unused", "unused"],
            &[1392],
        ),
    ]
}
