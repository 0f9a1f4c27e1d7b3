//! A script of CI prints a secret where everyone who may read the log sees it.

use std::borrow::Cow;

use crate::facts::Command;
use crate::practice::{LOGGING, PIPELINE};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pipeline::{Held, Job, Known, Step, jobs};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("ci-secret-printed"),
    title: Cow::Borrowed("secret printed in a CI log"),
    about: Cow::Borrowed(
        "Logs are kept, shared and often public. The system hides the exact value of a secret that it knows, but no \
         part, encoding or other form of it, and nothing that the script fetched by itself.",
    ),
    fix: Cow::Borrowed(
        "Print no secret: test with `[ -n \"$TOKEN\" ]` whether it is set. Have the log hide what was fetched or derived before \
         anything else is done with it (`echo \"::add-mask::$VALUE\"`, in Azure Pipelines `##vso[task.setsecret]`), hand secrets to programs by \
         standard input or a file, and leave out `set -x`. Rotate what was printed.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information",
    )]),
    cwe: Cow::Borrowed(&[532, 200]),
    practices: &[&LOGGING, &PIPELINE],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("ci")]),
};

/// Every command whose output is the log's.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for job in jobs(scene) {
        let mut known = job.known();
        for step in job.steps() {
            let before = known.clone();
            known.set(step.env());
            for (command, held) in known.printed(step.commands()) {
                let log = command.output.is_shown() && !sets(&known, command);
                if let Some(held) = held.filter(|_| log) {
                    out.push(sighting(scene, &job, command, belief(held)));
                }
            }
            traced(scene, &job, step, &known, out);
            step.commands()
                .iter()
                .for_each(|command| known.run(command));
            known.ends_step(before);
        }
    }
}

fn belief(held: Held) -> (f32, &'static str) {
    match held {
        Held::Bare(_) => (
            0.8,
            "the log hides the secret itself, not what is printed here",
        ),
        Held::Hidden => (
            0.55,
            "the log hides it only where it is printed to the letter",
        ),
        Held::Named | Held::Given => (0.55, "its name is a secret's"),
    }
}

/// Whether what is printed sets something, which the log does not show.
fn sets<'p>(known: &Known<'_, 'p>, command: &'p Command) -> bool {
    let starts = [
        "::set-output",
        "::set-env",
        "::add-mask",
        "::save-state",
        "##vso[task.set",
    ];
    let mut words = command.words.iter().map(|word| known.text(word));
    words.any(|word| starts.iter().any(|start| word.starts_with(start)))
}

fn sighting<'p>(
    scene: &Scene<'_, 'p>,
    job: &Job<'_, 'p>,
    command: &Command,
    (belief, why): (f32, &'static str),
) -> Sighting<'p> {
    let mut seen = scene.fault(&RULE, job.file(), command.span, belief, why);
    seen.detail = Some(job.address());
    seen
}

/// `set -x`, before commands that are called with secrets.
fn traced<'p>(
    scene: &Scene<'_, 'p>,
    job: &Job<'_, 'p>,
    step: Step<'p>,
    known: &Known<'_, 'p>,
    out: &mut Vec<Sighting<'p>>,
) {
    let Some(traced) = known.traced(step.commands()) else {
        return;
    };
    let belief = match traced.held {
        Held::Bare(_) => (
            0.75,
            "every command is printed, with a secret that the log does not know",
        ),
        _ => (0.4, "every command is printed, with a secret in it"),
    };
    out.push(sighting(scene, job, traced.trace, belief));
}
