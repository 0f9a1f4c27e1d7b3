//! The token that a checkout leaves in the repository is uploaded with the workspace.

use std::borrow::Cow;

use crate::facts::{Value, entry};
use crate::practice::{PIPELINE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pipeline::{Job, Step, jobs};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("ci-checkout-token-uploaded"),
    title: Cow::Borrowed("checkout token uploaded with the workspace"),
    about: Cow::Borrowed(
        "`actions/checkout` leaves its token in `.git/config`, and a later step uploads that folder: everyone who may download the \
         artifact can use the token while the run goes on.",
    ),
    fix: Cow::Borrowed(
        "Set `persist-credentials: false` on the checkout, upload the files that are needed instead of the workspace, and leave out \
         `include-hidden-files`.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed("https://docs.zizmor.sh/audits/#artipacked")]),
    cwe: Cow::Borrowed(&[522, 538]),
    practices: &[&PIPELINE],
    peers: &[Peer::new(Tool::Zizmor, "artipacked")],
    tags: Cow::Borrowed(&[Cow::Borrowed("ci")]),
};

/// A checkout that keeps its token, before an upload of the whole workspace with its hidden files.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for job in jobs(scene) {
        let keeps = |step: &Step<'p>| {
            let checkout = job
                .uses(*step)
                .filter(|(action, _)| *action == "actions/checkout");
            // From version 6 on the token is kept outside of the workspace.
            checkout.is_some_and(|(_, version)| !is_version(version, |major| major >= 6))
                && text(scene, &job, *step, "persist-credentials") != Some("false")
        };
        let mut steps = job.steps();
        if !steps.by_ref().any(|step| keeps(&step)) {
            continue;
        }
        for upload in steps.filter(|step| uploads_all(scene, &job, *step)) {
            let Some(uses) = entry(upload.entries, "uses") else {
                continue;
            };
            let why = "it uploads .git, in which the checkout left its token";
            let mut seen = scene.fault(&RULE, job.file(), uses.span, 0.75, why);
            seen.detail = Some(job.address());
            out.push(seen);
        }
    }
}

fn uploads_all<'p>(scene: &Scene<'_, 'p>, job: &Job<'_, 'p>, step: Step<'p>) -> bool {
    let upload = job
        .uses(step)
        .filter(|(action, _)| *action == "actions/upload-artifact");
    let Some((_, version)) = upload else {
        return false;
    };
    // Hidden files are left out since 4.4.
    let hidden = text(scene, job, step, "include-hidden-files") == Some("true")
        || is_version(version, |major| major < 4);
    let all = entry(step.with(), "path").is_some_and(|path| match &path.value {
        Value::Reference(reference, _) => &*reference.target == "github.workspace",
        value => scene.constant(job.file(), value).is_some_and(|path| {
            path.lines()
                .any(|line| matches!(line.trim(), "." | "./" | "**" | "./**" | ".git"))
        }),
    });
    hidden && all
}

fn text<'p>(
    scene: &Scene<'_, 'p>,
    job: &Job<'_, 'p>,
    step: Step<'p>,
    name: &str,
) -> Option<&'p str> {
    scene.constant(job.file(), &entry(step.with(), name)?.value)
}

/// Whether a version is a number that fits; of a commit, nobody knows.
fn is_version(version: &str, fits: impl Fn(u32) -> bool) -> bool {
    let major = version.strip_prefix('v').and_then(|v| v.split('.').next());
    major.and_then(|major| major.parse().ok()).is_some_and(fits)
}
