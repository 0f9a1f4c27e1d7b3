//! A build of an image is given a secret that stays in the image.

use std::borrow::Cow;

use crate::facts::{Command, Value, entry};
use crate::practice::{DELIVERY, PIPELINE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::pipeline::{Job, Known, Step, arguments, jobs, program};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("docker-secret-in-layer"),
    title: Cow::Borrowed("secret in a layer or the history of an image"),
    about: Cow::Borrowed(
        "Build arguments and variables stand in the history of the image, and files stay in their layer though a later one removes \
         them: everyone who may pull the image can read the secret.",
    ),
    fix: Cow::Borrowed(
        "Mount the secret for the one command that needs it: `RUN --mount=type=secret,id=npm ...` in the Dockerfile, and `docker build --secret \
         id=npm,env=NPM_TOKEN` (`secrets:` of docker/build-push-action, `build.secrets` of Compose). Rotate what an image was built with.",
    ),
    class: Class::Exposure,
    severity: Severity::High,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.docker.com/build/building/secrets/",
    )]),
    cwe: Cow::Borrowed(&[538, 522]),
    practices: &[&DELIVERY, &PIPELINE],
    peers: &[
        Peer::new(Tool::Hadolint, "DL3064"),
        Peer::new(Tool::Trivy, "DS-0031"),
        Peer::new(Tool::Semgrep, "secret-in-build-arg"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("docker")]),
};

/// Build arguments in the steps of jobs.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for job in jobs(scene) {
        let known = job.known();
        for step in job.steps() {
            let built = step
                .commands()
                .iter()
                .filter_map(|command| built(&known, command));
            for (name, span) in built.chain(by_action(&job, step, &known)) {
                let why = "the value of a secret is a build argument";
                let mut seen = scene.fault(&RULE, job.file(), span, 0.7, why);
                seen.detail = Some(format!("build argument {name} in {}", job.address()));
                out.push(seen);
            }
        }
    }
}

/// `docker build --build-arg NAME=$SECRET`; with a name alone, the value is taken from the environment.
fn built<'p>(known: &Known<'_, 'p>, command: &'p Command) -> Option<(String, Span)> {
    let words = program(known, command);
    let texts: Vec<String> = words.iter().map(|word| known.text(word)).collect();
    let tool = texts.first()?.as_str();
    let builds = texts
        .iter()
        .take(4)
        .any(|word| matches!(word.as_str(), "build" | "bake"));
    if !matches!(
        tool,
        "docker" | "podman" | "buildah" | "nerdctl" | "docker-compose"
    ) || !builds
    {
        return None;
    }
    let flagged = (1..words.len())
        .filter(|&at| texts[at].starts_with("--build-arg=") || texts[at - 1] == "--build-arg");
    let mut given = flagged.flat_map(|at| arguments(known, &words[at..=at]));
    let secret = given.find(|argument| argument.is_secret())?;
    Some((secret.name, span(secret.values.first()?)?))
}

/// `build-args` of the action that builds.
fn by_action<'p>(
    job: &Job<'_, 'p>,
    step: Step<'p>,
    known: &Known<'_, 'p>,
) -> Option<(String, Span)> {
    let (action, _) = job.uses(step)?;
    let given = match action {
        "docker/build-push-action" => entry(step.with(), "build-args")?,
        _ => return None,
    };
    let arguments = arguments(known, std::slice::from_ref(&given.value));
    let secret = arguments
        .into_iter()
        .find(|argument| argument.is_secret())?;
    Some((secret.name, span(secret.values.first()?)?))
}

fn span(value: &Value) -> Option<Span> {
    match value {
        Value::Reference(_, span) => Some(*span),
        _ => None,
    }
}
