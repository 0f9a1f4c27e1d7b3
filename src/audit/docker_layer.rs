//! A build of an image is given a secret that stays in the image.

use std::borrow::Cow;

use crate::facts::{Command, Entry, Value, entry};
use crate::practice::{DELIVERY, PIPELINE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::pipeline::{Job, Known, Step, arguments, map, program, scripts, texts};
use super::scene::{Thing, holds_secret};
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

/// Dockerfiles, services of Compose, and builds in jobs and scripts.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    stages(scene, out);
    services(scene, out);
    for job in scripts(scene) {
        let known = job.known();
        let built = job.commands().filter_map(|command| built(&known, command));
        let actions = job.steps().filter_map(|step| by_action(&job, step, &known));
        for (name, span) in built.chain(actions) {
            let why = "the value of a secret is a build argument";
            let mut seen = scene.fault(&RULE, job.file(), span, 0.7, why);
            seen.detail = Some(format!("build argument {name} in {}", job.address()));
            out.push(seen);
        }
    }
}

/// What the stages of a Dockerfile take and copy; only the last one becomes the image.
fn stages<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let kinds = [("docker.image", 0.15), ("docker.stage", 0.0)];
    for (kind, more) in kinds {
        for thing in scene.resources(kind) {
            let mut see = |span, belief: f32, why, what: String| {
                let mut seen = scene.fault(&RULE, thing.declared.file, span, belief + more, why);
                seen.detail = Some(what);
                out.push(seen);
            };
            for one in settings(thing, "arg").filter(|one| holds_secret(&one.name)) {
                if !matches!(one.value, Value::Literal(_)) {
                    let why = "a build argument with the name of a secret";
                    see(one.span, 0.5, why, format!("build argument {}", one.name));
                }
            }
            for one in settings(thing, "env").filter(|one| holds_secret(&one.name)) {
                if matches!(one.value, Value::Reference(..)) {
                    let why = "a variable of the image is given a secret";
                    see(one.span, 0.55, why, format!("variable {}", one.name));
                }
            }
            for (span, path) in copies(scene, thing) {
                let why = "a file of credentials is copied";
                see(span, 0.5, why, path.to_owned());
            }
        }
    }
}

/// The entries of all instructions of a name.
fn settings<'p>(
    thing: &Thing<'p>,
    name: &'static str,
) -> impl Iterator<Item = &'p Entry> + use<'p> {
    let all = thing.declared.what.body.iter();
    let all = all.filter(move |one| &*one.name == name);
    all.flat_map(|one| match &one.value {
        Value::Map(entries) => entries.as_slice(),
        _ => &[],
    })
}

/// Sources of copies that hold credentials by design.
fn copies<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>) -> Vec<(Span, &'p str)> {
    let mut found = Vec::new();
    let body = thing.declared.what.body.iter();
    for one in body.filter(|one| matches!(&*one.name, "copy" | "add")) {
        let Value::List(sources) = &one.value else {
            continue;
        };
        for source in sources {
            if let Value::Literal(literal) = source {
                let path = scene.meaning(thing.declared.file, literal);
                if is_credentials(path) {
                    found.push((literal.raw, path));
                }
            }
        }
    }
    found
}

/// Files that hold credentials and nothing else.
fn is_credentials(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let keys = [
        "id_rsa",
        "id_ed25519",
        "id_ecdsa",
        "id_dsa",
        ".netrc",
        ".git-credentials",
        ".pgpass",
        ".pypirc",
    ];
    keys.contains(&name)
        || path.ends_with(".aws/credentials")
        || path.ends_with(".docker/config.json")
        || path.ends_with(".kube/config")
        || matches!(
            name,
            ".env" | ".env.production" | ".env.prod" | ".env.local"
        )
}

/// Build arguments of Compose that are given a secret.
fn services<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene.resources("compose.service") {
        for one in map(map(&thing.declared.what.body, "build"), "args") {
            if holds_secret(&one.name)
                && matches!(one.value, Value::Reference(..) | Value::Either(_))
            {
                let why = "the value of a secret is a build argument";
                let mut seen = scene.fault(&RULE, thing.declared.file, one.span, 0.65, why);
                let address = thing.declared.what.address();
                seen.detail = Some(format!("build argument {} of {address}", one.name));
                out.push(seen);
            }
        }
    }
}

/// `docker build --build-arg NAME=$SECRET`; with a name alone, the value is taken from the environment.
fn built<'p>(known: &Known<'_, 'p>, command: &'p Command) -> Option<(String, Span)> {
    let words = program(known, command);
    let texts = texts(known, words);
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
    let span = secret.span()?;
    Some((secret.name, span))
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
    let span = secret.span()?;
    Some((secret.name, span))
}
