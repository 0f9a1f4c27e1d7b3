//! A value that is made of a secret goes on to other steps or jobs, and the log does not hide it.

use std::borrow::Cow;

use crate::facts::{Command, Output, Value};
use crate::practice::{LOGGING, PIPELINE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::pipeline::{Held, Job, Known, Step, each, jobs, map};
use super::scene::holds_secret;
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("ci-secret-unmasked"),
    title: Cow::Borrowed("secret of CI that the log does not hide"),
    about: Cow::Borrowed(
        "The log hides the exact value of each secret. A part of a structured secret, an encoding of one, and what a script \
         fetched are other values: every later step that prints them shows them.",
    ),
    fix: Cow::Borrowed(
        "Keep each value as a secret of its own rather than as a part of JSON, and have the log hide a value before it is \
         handed on: `echo \"::add-mask::$VALUE\"`; in Azure Pipelines set it with `issecret=true`. Fetch a secret in the job that needs it \
         instead of passing it as an output.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://docs.zizmor.sh/audits/#unredacted-secrets"),
        Cow::Borrowed(
            "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log",
        ),
    ]),
    cwe: Cow::Borrowed(&[532, 200]),
    practices: &[&LOGGING, &PIPELINE],
    peers: &[Peer::new(Tool::Zizmor, "unredacted-secrets")],
    tags: Cow::Borrowed(&[Cow::Borrowed("ci")]),
};

/// What steps set for later ones, outputs of jobs, and parts of secrets wherever they are used.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for job in jobs(scene) {
        let mut known = job.known();
        parts(scene, &job, &known, "env", out);
        for step in job.steps() {
            let before = known.clone();
            known.set(step.env());
            for (command, held) in known.printed(step.commands()) {
                if hands_on(&known, command, held) {
                    let why = "it is set for later steps, and the log was not told to hide it";
                    out.push(sighting(scene, &job, command.span, 0.7, why));
                }
            }
            step.commands()
                .iter()
                .for_each(|command| known.run(command));
            parts_of_step(scene, &job, &known, step, out);
            known.ends_step(before);
        }
        for output in map(&job.declared.what.body, "outputs") {
            if known.of(&output.value) >= Some(Held::Hidden) {
                let why = "an output of a job is no secret of those that take it";
                out.push(sighting(scene, &job, output.span, 0.65, why));
            }
        }
    }
}

fn sighting<'p>(
    scene: &Scene<'_, 'p>,
    job: &Job<'_, 'p>,
    span: Span,
    belief: f32,
    why: &'static str,
) -> Sighting<'p> {
    let mut seen = scene.fault(&RULE, job.file(), span, belief, why);
    seen.detail = Some(job.address());
    seen
}

/// Whether a command sets for later steps what is not hidden.
fn hands_on<'p>(known: &Known<'_, 'p>, command: &'p Command, held: Option<Held>) -> bool {
    let bare = matches!(held, Some(Held::Bare(_)));
    if let Output::File(file) = &command.output {
        return bare && is_of_later_steps(file);
    }
    let mut words = command.words.iter();
    words.any(|word| {
        let text = known.text(word);
        let sets = text.starts_with("::set-output") || text.starts_with("::set-env");
        sets && bare || sets_plainly(known, word, &text)
    })
}

/// `##vso[task.setvariable variable=NAME]value`, where it says nothing of a secret.
fn sets_plainly<'p>(known: &Known<'_, 'p>, word: &'p Value, text: &str) -> bool {
    let Some(rest) = text.strip_prefix("##vso[task.setvariable ") else {
        return false;
    };
    let settings = rest.split(']').next().unwrap_or_default();
    let name = settings
        .split([' ', ';'])
        .find_map(|one| one.strip_prefix("variable="));
    let written = matches!(word, Value::Literal(_));
    !settings.to_ascii_lowercase().contains("issecret=true")
        && !written
        && (known.of(word) >= Some(Held::Hidden) || name.is_some_and(holds_secret))
}

/// The files in which steps leave variables and outputs.
fn is_of_later_steps(file: &Value) -> bool {
    match file {
        Value::Reference(reference, _) => matches!(
            &*reference.target,
            "GITHUB_ENV" | "GITHUB_OUTPUT" | "github.env" | "github.output" | "BASH_ENV"
        ),
        Value::Concat(parts) => parts.iter().any(is_of_later_steps),
        _ => false,
    }
}

fn parts_of_step<'p>(
    scene: &Scene<'_, 'p>,
    job: &Job<'_, 'p>,
    known: &Known<'_, 'p>,
    step: Step<'p>,
    out: &mut Vec<Sighting<'p>>,
) {
    for one in step.entries {
        part(scene, job, known, &one.value, out);
    }
}

fn parts<'p>(
    scene: &Scene<'_, 'p>,
    job: &Job<'_, 'p>,
    known: &Known<'_, 'p>,
    name: &str,
    out: &mut Vec<Sighting<'p>>,
) {
    for one in map(&job.declared.what.body, name) {
        part(scene, job, known, &one.value, out);
    }
}

/// `fromJSON(secrets.X).part`.
fn part<'p>(
    scene: &Scene<'_, 'p>,
    job: &Job<'_, 'p>,
    known: &Known<'_, 'p>,
    value: &'p Value,
    out: &mut Vec<Sighting<'p>>,
) {
    each(value, &mut |one| {
        if let Value::Call {
            name, part, span, ..
        } = one
            && &**name == "fromJSON"
            && !part.is_empty()
            && matches!(known.of(one), Some(Held::Bare(_)))
        {
            let why = "it is a part of a structured secret, which the log does not know";
            out.push(sighting(scene, job, *span, 0.75, why));
        }
    });
}
