//! A pipeline logs in to a cloud with a key that does not expire, where it could prove who it is.

use std::borrow::Cow;

use crate::facts::{Entry, Value, entry};
use crate::practice::{PIPELINE, TEMPORARY};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pipeline::{Held, Job, Known, Step, jobs, map};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("static-credential-in-ci"),
    title: Cow::Borrowed("long-lived cloud credential in CI"),
    about: Cow::Borrowed(
        "The key works from anywhere until someone deletes it, and every step of the job, with all that it downloads, may read it. \
         The system can give each run an identity of its own instead.",
    ),
    fix: Cow::Borrowed(
        "Let the cloud trust the runs of this repository (OpenID Connect), and delete the key: on GitHub `permissions: id-token: write` with \
         `role-to-assume` (AWS), `client-id`, `tenant-id` and `subscription-id` (Azure) or `workload_identity_provider` (Google Cloud); on GitLab \
         `id_tokens`; in Azure Pipelines a service connection with workload identity federation.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.github.com/en/actions/concepts/security/openid-connect",
    )]),
    cwe: Cow::Borrowed(&[798, 522]),
    practices: &[&TEMPORARY, &PIPELINE],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("ci")]),
};

/// Actions that log in, the input that takes a key, and the cloud.
const LOGINS: &[(&str, &str)] = &[
    ("aws-actions/configure-aws-credentials", "aws-access-key-id"),
    ("azure/login", "creds"),
    ("google-github-actions/auth", "credentials_json"),
];

/// Variables that hold such a key.
const VARIABLES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AZURE_CREDENTIALS",
    "ARM_CLIENT_SECRET",
    "AZURE_CLIENT_SECRET",
    "GOOGLE_CREDENTIALS",
];

/// Logins with a key, and keys in the environment; once a job.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene.resources("pipeline.workflow") {
        let env = map(&thing.declared.what.body, "env");
        if let Some(one) = env.iter().find(|one| is_key(one, env)) {
            let mut seen = fault(scene, thing.declared.file, one);
            seen.detail = Some(one.name.to_string());
            out.push(seen);
        }
    }
    for job in jobs(scene) {
        let known = job.known();
        let env = map(&job.declared.what.body, "env");
        let own = env.iter().find(|one| is_key(one, env));
        let found = own.or_else(|| job.steps().find_map(|step| in_step(&job, step, &known)));
        if let Some(one) = found {
            let mut seen = fault(scene, job.file(), one);
            seen.detail = Some(format!("{} of {}", one.name, job.address()));
            out.push(seen);
        }
    }
}

fn fault<'p>(scene: &Scene<'_, 'p>, file: usize, one: &Entry) -> Sighting<'p> {
    let why = "it is a key that does not expire by itself";
    scene.fault(&RULE, file, one.span, 0.7, why)
}

fn in_step<'p>(job: &Job<'_, 'p>, step: Step<'p>, known: &Known<'_, 'p>) -> Option<&'p Entry> {
    let env = step.env();
    let set = env.iter().find(|one| is_key(one, env));
    let (action, _) = job.uses(step).unwrap_or_default();
    let login = LOGINS
        .iter()
        .find(|(login, _)| action.eq_ignore_ascii_case(login));
    let given = login.and_then(|(_, input)| entry(step.with(), input));
    set.or(given.filter(|one| known.of(&one.value) == Some(Held::Hidden) || is_secret(&one.value)))
}

/// Whether an entry sets such a key from a secret, and not that of another service that speaks the same language.
fn is_key(one: &Entry, beside: &[Entry]) -> bool {
    let elsewhere = beside.iter().any(|other| {
        let name = other.name.to_ascii_uppercase();
        name.contains("ENDPOINT") || name.contains("CLOUDFLARE") || name.contains("MINIO")
    });
    VARIABLES.contains(&&*one.name) && is_secret(&one.value) && !elsewhere
}

/// A secret of the system, whatever its name says.
fn is_secret(value: &Value) -> bool {
    match value {
        Value::Reference(reference, _) => reference.target.starts_with("secrets."),
        Value::Either(values) => values.iter().any(is_secret),
        _ => false,
    }
}
