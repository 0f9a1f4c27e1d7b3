//! A function logs in to the cloud that it runs in with a long-lived key, where it has an identity of its own.

use std::borrow::Cow;

use crate::facts::code::{Call, Expression, Member};
use crate::practice::TEMPORARY;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::handler::{self, Cloud, clouds, stated};
use super::program::Program;
use super::{Sighting, Subject, says_one};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("static-credential-in-function"),
    title: Cow::Borrowed("long-lived credential used by a function"),
    about: Cow::Borrowed(
        "The function has an identity of its own, whose credentials change by themselves. A key beside it works from anywhere \
         until someone deletes it, and has to be kept, given to the function and rotated.",
    ),
    fix: Cow::Borrowed(
        "Make the client without credentials, and allow the function's own identity what it needs: its execution role on AWS; on \
         Azure a managed identity with `DefaultAzureCredential`; on Google Cloud the attached service account with the default \
         credentials. For another account assume a role. Then delete the key.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[
        Cow::Borrowed(
            "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        ),
        Cow::Borrowed(
            "https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys",
        ),
    ]),
    cwe: Cow::Borrowed(&[522, 263]),
    practices: &[&TEMPORARY],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code"), Cow::Borrowed("serverless")]),
};

/// Words of clients that are given a key.
pub(crate) const CUES: &[&str] = &[
    "aws_access_key_id",
    "accessKeyId",
    "ClientSecretCredential",
    "from_service_account_",
    "keyFilename",
];

/// Where else than at AWS a client finds what it asks for.
const ELSEWHERE: &[&str] = &["endpoint_url", "endpoint"];

/// Calls that log in to Google with the key of a service account.
const ACCOUNTS: &[&str] = &[
    "from_service_account_file",
    "from_service_account_info",
    "from_service_account_json",
];

/// Whether a function of a cloud may be given a key.
pub(crate) fn wants(text: &str) -> bool {
    says_one(text, CUES) && says_one(text, handler::WORDS)
}

/// Every client of the function's own cloud that is given a key.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Subject {
        facts, text, kind, ..
    } = *subject;
    if facts.steps.is_empty() || !wants(text) {
        return;
    }
    let clouds = clouds(facts, text);
    let program = Program { facts, text };
    let keyed = facts.calls.iter().filter(|call| {
        let takes = |cloud: &Cloud| match cloud {
            Cloud::Aws => takes_access_key(call, &program),
            Cloud::Azure => takes_client_secret(call, text),
            Cloud::Google => takes_account_key(call, &program),
        };
        clouds.iter().any(takes)
    });
    let why = "a function that has an identity is given a key";
    out.extend(keyed.map(|call| stated(&RULE, call.callee.span, kind, 0.65, why)));
}

/// A client of AWS with a key that is no part of a session, as those of an assumed role are.
fn takes_access_key(call: &Call, program: &Program<'_>) -> bool {
    let text = program.text;
    let has = |name: &str| call.named(name, text).is_some();
    if ELSEWHERE.iter().any(|name| has(name)) {
        return false;
    }
    if has("aws_access_key_id") {
        return !has("aws_session_token");
    }
    let callee = program.callee(call);
    if !callee.starts_with("aws-sdk") && !callee.starts_with("@aws-sdk/") {
        return false;
    }
    let keyed = |members: &[Member]| {
        let has = |name: &str| members.iter().any(|m| m.name.last(text) == name);
        has("accessKeyId") && !has("sessionToken")
    };
    let options = call.arguments.iter().filter_map(|a| members(&a.value));
    options.into_iter().any(|options| {
        let own = options.iter().find(|m| m.name.last(text) == "credentials");
        keyed(options) || own.and_then(|m| members(&m.value)).is_some_and(keyed)
    })
}

/// A credential of Azure of an application, unless it is one of another cloud of Azure.
fn takes_client_secret(call: &Call, text: &str) -> bool {
    let other = |name: &str| call.named(name, text).is_some();
    call.callee.last(text) == "ClientSecretCredential"
        && !call.arguments.is_empty()
        && !other("authority")
        && !other("authorityHost")
}

/// A client of Google with the key of a service account that acts for itself, and for no user of a Workspace.
fn takes_account_key(call: &Call, program: &Program<'_>) -> bool {
    let text = program.text;
    let own = program.callee(call).starts_with("@google-cloud/");
    let keyed = ACCOUNTS.contains(&call.callee.last(text))
        || own && call.named("keyFilename", text).is_some();
    keyed && call.named("subject", text).is_none() && !text.contains("with_subject(")
}

fn members(value: &Expression) -> Option<&[Member]> {
    match value {
        Expression::Map(members) => Some(members),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Audit;
    use crate::audit::program::seen_in;

    fn check(ending: &str, before: &str, expected: usize, cases: &[&str]) {
        let audit = Audit {
            rule: &RULE,
            cues: CUES,
            wants,
            run,
        };
        for case in cases {
            let text = format!("{before}\n{case}\n");
            assert_eq!(seen_in(&audit, ending, &text).len(), expected, "{text}");
        }
    }

    const LAMBDA: &str = "import boto3, os\ndef handler(event, context):\n    return 1";
    const NODE: &str = "import AWS from 'aws-sdk';\nimport { S3Client } from '@aws-sdk/client-s3';\nimport { R2 } from './r2';\nexport const handler = async (event) => 1;";

    #[test]
    fn functions_of_aws() {
        let keyed = [
            "s3 = boto3.client('s3', aws_access_key_id=os.environ['KEY_ID'], aws_secret_access_key=os.environ['KEY'])",
            "s = boto3.Session(aws_access_key_id=a, aws_secret_access_key=b)",
        ];
        check("py", LAMBDA, 1, &keyed);
        check("py", "import boto3, os", 0, &keyed);
        check(
            "py",
            LAMBDA,
            0,
            &[
                "s3 = boto3.client('s3')  # aws_access_key_id",
                "s3 = boto3.client('s3', aws_access_key_id=c['AccessKeyId'], aws_session_token=c['SessionToken'])",
                "s3 = boto3.client('s3', endpoint_url=url, aws_access_key_id=a, aws_secret_access_key=b)",
            ],
        );
        check(
            "js",
            NODE,
            1,
            &[
                "new S3Client({ credentials: { accessKeyId: process.env.ID, secretAccessKey: key } })",
                "new AWS.S3({ accessKeyId: id, secretAccessKey: key })",
                "AWS.config.update({ accessKeyId: id, secretAccessKey: key })",
            ],
        );
        check(
            "js",
            NODE,
            0,
            &[
                "new S3Client({ credentials: { accessKeyId: a, secretAccessKey: b, sessionToken: c } })",
                "new S3Client({ endpoint: url, credentials: { accessKeyId: a, secretAccessKey: b } })",
                "new R2({ accessKeyId: a, secretAccessKey: b })",
                "new S3Client({ region: 'accessKeyId' })",
            ],
        );
    }

    #[test]
    fn functions_of_azure_and_google() {
        let azure = "import azure.functions as func\nfrom azure.identity import ClientSecretCredential\ndef main(req):\n    return 1";
        check("py", azure, 1, &["c = ClientSecretCredential(t, i, s)"]);
        check(
            "py",
            azure,
            0,
            &[
                "c = ClientSecretCredential(t, i, s, authority=AzureAuthorityHosts.AZURE_CHINA)",
                "c = DefaultAzureCredential()",
            ],
        );
        check("py", LAMBDA, 0, &["c = ClientSecretCredential(t, i, s)"]);
        let google =
            "import functions_framework\n@functions_framework.http\ndef f(request):\n    return 1";
        check(
            "py",
            google,
            1,
            &["c = service_account.Credentials.from_service_account_file(p)"],
        );
        check(
            "py",
            google,
            0,
            &[
                "c = service_account.Credentials.from_service_account_file(p, subject=u)",
                "c = service_account.Credentials.from_service_account_info(p).with_subject(u)",
                "c = google.auth.default()  # from_service_account_file",
            ],
        );
        let node =
            "const { Storage } = require('@google-cloud/storage');\nexports.f = (req, res) => 1;";
        check("js", node, 1, &["new Storage({ keyFilename: 'key.json' })"]);
        check(
            "js",
            node,
            0,
            &["new Storage({ projectId: 'keyFilename' })"],
        );
    }
}
