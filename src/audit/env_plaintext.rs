//! A secret is written where a function, container or build takes its environment from.

use std::borrow::Cow;

use crate::facts::Site;
use crate::link::Leaf;
use crate::practice::{DELIVERY, Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::{Reading, Thing, holds_secret};
use super::{Scene, Sighting, advice, point, sites};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("plaintext-env-secret"),
    title: Cow::Borrowed("secret in plain text in an environment"),
    about: Cow::Borrowed(
        "The value becomes part of the configuration of what runs: everyone who may look at a function, a task or \
         an app reads it, and so does everyone with the Terraform state or this file.",
    ),
    fix: Cow::Borrowed(
        "Revoke it first if this was ever pushed. Keep the new value in a secret store, pass the secret's ARN or \
         name in the environment, grant the role read access to this one secret, and let the code fetch it; in a \
         workflow use `${{ secrets.NAME }}`, in Kubernetes `valueFrom` with `secretKeyRef`, on ECS `secrets` with `valueFrom`, on Cloud Run `value_source.secret_key_ref`, in App Service \
         `@Microsoft.KeyVault(SecretUri=...)`.",
    ),
    class: Class::Leak,
    severity: Severity::High,
    precision: Precision::High,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[526, 798, 312]),
    practices: &[&STORE, &DELIVERY],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AWS_45"),
        Peer::new(Tool::Checkov, "CKV_AZURE_235"),
        Peer::new(Tool::Kics, "hardcoded_aws_access_key_in_lambda"),
        Peer::new(Tool::Trivy, "AVD-AWS-0036"),
        Peer::new(Tool::Semgrep, "aws-lambda-environment-credentials"),
        Peer::new(Tool::Prowler, "awslambda_function_no_secrets_in_variables"),
        Peer::new(Tool::Prowler, "ecs_task_definitions_no_environment_secrets"),
        Peer::new(Tool::Prowler, "codebuild_project_no_secrets_in_variables"),
        Peer::new(Tool::Prowler, "amplify_app_no_secrets_in_environment"),
        Peer::new(
            Tool::Prowler,
            "apigateway_restapi_no_secrets_in_stage_variables",
        ),
        Peer::new(Tool::Prowler, "glue_etl_jobs_no_secrets_in_arguments"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("environment")]),
};

/// Every constant in an environment is a candidate, by the name of the variable and by the name that it was written under.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        for leaf in &thing.leaves {
            let Some(variable) = sites::variable(thing, leaf) else {
                continue;
            };
            let ends = format!("{variable} of {}", thing.declared.what.address());
            let written = leaf.name.filter(|n| *n != variable && holds_secret(n));
            // What is put into a text is a secret by its own name only.
            let own = (!leaf.within).then_some(variable);
            for name in own.into_iter().chain(written) {
                let reading = Reading::named(name, Site::Environment);
                let seen = scene.literal(&RULE, leaf, reading, &ends);
                out.extend(seen.map(|seen| Sighting {
                    next: next(scene, thing, variable, leaf),
                    mend: point::written(scene, thing.declared, variable, leaf),
                    ..seen
                }));
            }
        }
    }
}

fn next<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    variable: &str,
    leaf: &Leaf<'p>,
) -> Option<String> {
    let advice = advice::environment(scene, thing.declared, variable, leaf, "")?;
    Some(format!(
        "Revoke it first if this was ever pushed, and keep the new value in a secret store. {advice}"
    ))
}
