//! A deployment is given a secret on its command line.

use std::borrow::Cow;

use crate::facts::Command;
use crate::practice::{DELIVERY, PIPELINE};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pipeline::{Argument, Known, arguments, program, scripts, texts};
use super::scene::holds_secret;
use super::{Scene, Sighting, provisioner};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-on-command-line"),
    title: Cow::Borrowed("secret on a command line of a deployment"),
    about: Cow::Borrowed(
        "Other processes see the command line, traces and failed commands print it, and the tool puts the value in plain text into the \
         configuration, state or parameters of what it deploys.",
    ),
    fix: Cow::Borrowed(
        "Keep the value in a secret store and give the deployment its name or ARN: a parameter with the secret's ARN for `sam deploy`, \
         `--set-secrets` for `gcloud`, `@Microsoft.KeyVault(SecretUri=...)` for `az ... appsettings set`, an ephemeral or write-only argument for Terraform.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://cwe.mitre.org/data/definitions/214.html",
    )]),
    cwe: Cow::Borrowed(&[214, 522]),
    practices: &[&DELIVERY, &PIPELINE],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("ci"), Cow::Borrowed("scripts")]),
};

/// Command lines that deploy (`*` is any word), and the options whose values end up in what is deployed.
const DEPLOYMENTS: &[(&[&str], &[&str])] = &[
    (&["sam", "deploy"], &["--parameter-overrides"]),
    (
        &["aws", "cloudformation", "*"],
        &["--parameter-overrides", "--parameters"],
    ),
    (&["aws", "lambda", "*"], &["--environment"]),
    (&["serverless", "deploy"], &["--param"]),
    (&["sls", "deploy"], &["--param"]),
    (
        &["az", "functionapp", "config", "appsettings", "set"],
        &["--settings"],
    ),
    (
        &["az", "webapp", "config", "appsettings", "set"],
        &["--settings"],
    ),
    (
        &["az", "containerapp", "*"],
        &["--set-env-vars", "--env-vars"],
    ),
    (
        &["az", "container", "create"],
        &["--environment-variables", "-e"],
    ),
    (&["az", "deployment", "*", "*"], &["--parameters", "-p"]),
    (
        &["gcloud", "run", "*"],
        &["--set-env-vars", "--update-env-vars"],
    ),
    (
        &["gcloud", "functions", "deploy"],
        &["--set-env-vars", "--update-env-vars"],
    ),
    (
        &["gcloud", "beta", "run", "*"],
        &["--set-env-vars", "--update-env-vars"],
    ),
    (&["terraform", "*"], &["-var", "--var"]),
    (&["tofu", "*"], &["-var", "--var"]),
    (&["eb", "setenv"], &[""]),
    (&["firebase", "functions:config:set"], &[""]),
    (&["ansible-playbook"], &["-e", "--extra-vars"]),
    (&["aws", "rds", "*"], &["--master-user-password"]),
    (&["kubectl", "set", "env"], &[""]),
    (&["helm", "upgrade"], &["--set-string", "--set"]),
    (&["helm", "install"], &["--set-string", "--set"]),
];

/// Deployments in the scripts of jobs, and in others.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    provisioner::run(scene, out);
    for job in scripts(scene) {
        let known = job.known();
        for command in job.commands() {
            out.extend(look(scene, job.file(), &known, command).map(|mut seen| {
                let name = seen.detail.take().unwrap_or_default();
                seen.detail = Some(format!("{name} in {}", job.address()));
                seen
            }));
        }
    }
}

/// The first secret that a deployment is given.
fn look<'p>(
    scene: &Scene<'_, 'p>,
    file: usize,
    known: &Known<'_, 'p>,
    command: &'p Command,
) -> Option<Sighting<'p>> {
    let words = program(known, command);
    let texts = texts(known, words);
    let (_, options) = DEPLOYMENTS.iter().find(|(start, _)| {
        let mut pairs = start.iter().zip(&texts);
        start.len() <= texts.len() && pairs.all(|(a, b)| *a == "*" || a == b)
    })?;
    let given = given(&texts, options);
    let arguments = given.into_iter().flat_map(|range| {
        let words = &words[range.clone()];
        let option = range.start.checked_sub(1).map(|at| &*texts[at]);
        let own = option.filter(|option| option.starts_with("--") && holds_secret(option));
        let own = own.map(|option| Argument::of_option(known, option, words));
        own.into_iter().chain(arguments(known, words))
    });
    let secret = arguments
        .into_iter()
        .find(|argument| argument.is_secret())?;
    let why = "the value of a secret stands on the command line";
    let span = secret.span()?;
    let mut seen = scene.fault(&RULE, file, span, 0.65, why);
    seen.detail = Some(format!("{} of {}", secret.name, texts[0]));
    Some(seen)
}

/// The words that belong to options: those behind one up to the next option, or the option's own.
fn given(texts: &[String], options: &[&str]) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let Some(option) = options.iter().find(|option| text.starts_with(**option)) else {
            continue;
        };
        let rest = &text[option.len()..];
        if option.is_empty() || rest.starts_with('=') {
            ranges.push(at..at + 1);
        } else if rest.is_empty() {
            let behind = texts[at + 1..].iter();
            let count = behind.take_while(|next| !next.starts_with('-')).count();
            ranges.push(at + 1..at + 1 + count);
        }
    }
    ranges
}
