//! Commands of a workflow are switched on that let everything a step prints change the environment of the next.

use std::borrow::Cow;

use crate::facts::Entry;
use crate::practice::{PIPELINE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pipeline::{jobs, map};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("ci-unsecure-commands"),
    title: Cow::Borrowed("unsecure workflow commands switched on"),
    about: Cow::Borrowed(
        "With `ACTIONS_ALLOW_UNSECURE_COMMANDS` whatever prints a line may set variables and the path of later steps, and so take \
         the secrets that these are given.",
    ),
    fix: Cow::Borrowed(
        "Remove the variable, and write to the files `$GITHUB_ENV` and `$GITHUB_PATH` instead.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.zizmor.sh/audits/#insecure-commands",
    )]),
    cwe: Cow::Borrowed(&[77, 78]),
    practices: &[&PIPELINE],
    peers: &[
        Peer::new(Tool::Zizmor, "insecure-commands"),
        Peer::new(Tool::Checkov, "CKV_GHA_1"),
        Peer::new(Tool::Kics, "unsecured_commands"),
        Peer::new(Tool::Semgrep, "allowed-unsecure-commands"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("ci")]),
};

/// The variable in the environment of a workflow, a job or a step.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene.resources("pipeline.workflow") {
        look(
            scene,
            thing.declared.file,
            map(&thing.declared.what.body, "env"),
            out,
        );
    }
    for job in jobs(scene) {
        look(scene, job.file(), map(&job.declared.what.body, "env"), out);
        for step in job.steps() {
            look(scene, job.file(), step.env(), out);
        }
    }
}

fn look<'p>(scene: &Scene<'_, 'p>, file: usize, env: &'p [Entry], out: &mut Vec<Sighting<'p>>) {
    for one in env
        .iter()
        .filter(|one| &*one.name == "ACTIONS_ALLOW_UNSECURE_COMMANDS")
    {
        if scene
            .constant(file, &one.value)
            .is_some_and(|on| on.eq_ignore_ascii_case("true"))
        {
            let why = "it lets output change the environment";
            out.push(scene.fault(&RULE, file, one.span, 0.85, why));
        }
    }
}
