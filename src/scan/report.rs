//! From the outcomes of all blobs to one report: sorted, named across runs, equal secrets joined.

use std::collections::HashMap;
use std::sync::Arc;

use crate::finding::{Finding, Fingerprint, Held, Notice, NoticeKind, Report, Secret};
use crate::judge::randomness;
use crate::rule::Class;
use crate::source::root::{Root, decoded};
use crate::suppress::baseline::Seen;
use crate::suppress::identity::{CONTEXT, Identity};

use super::Plan;
use super::drive::Collected;
use super::one::Engine;

/// Log-odds from which a value is taken for a machine's.
const RANDOM: f32 = 3.0;

/// Puts a report together.
pub(super) fn report(engine: &Engine, plan: &Plan, root: &Root, collected: Collected) -> Report {
    let Collected {
        outcomes,
        mut notices,
        summary,
        ..
    } = collected;
    let mut findings = Vec::new();
    for outcome in outcomes {
        findings.extend(outcome.findings);
        notices.extend(outcome.notices);
    }
    notices.extend(engine.allow.notices(plan.config_path.as_deref()));
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    set_severities(engine, &mut findings);
    name(&mut findings);
    let mut summary = summary;
    if let Some(baseline) = &plan.baseline {
        notices.extend(
            baseline.hold(&mut findings, &|f| is_made(engine, f), &|path| {
                is_gone(root, path)
            }),
        );
        let held = findings.iter().filter(|f| f.held == Some(Held::Baseline));
        summary.baselined = held.count() as u64;
    }
    notices.sort();
    notices.dedup();
    let rules = engine.catalogue.enabled();
    summary.rules = rules.len();
    let known = findings.iter().filter(|f| f.held == Some(Held::Known));
    summary.known = known.count() as u64;
    findings.retain(|f| f.held.is_none() || engine.settings.keep_held);
    group(&mut findings);
    Report {
        findings,
        notices,
        summary,
        rules,
    }
}

/// A report that says only that nothing could be read.
pub(super) fn unreadable(message: String) -> Report {
    let notice = Notice {
        path: None,
        line: None,
        kind: NoticeKind::Unreadable,
        message,
    };
    Report {
        notices: vec![notice],
        ..Report::default()
    }
}

fn order(finding: &Finding) -> (&str, crate::finding::Region, &str) {
    (
        &finding.place.path,
        finding.place.region,
        finding.rule.as_str(),
    )
}

/// A configuration may set the severity of a rule.
fn set_severities(engine: &Engine, findings: &mut [Finding]) {
    for finding in findings {
        if let Some(rule) = engine.catalogue.find(finding.rule.as_str()) {
            finding.severity = rule.severity;
        }
    }
}

/// Numbers secrets in the order in which they first appear.
fn group(findings: &mut [Finding]) {
    let mut numbers: HashMap<Secret, u32> = HashMap::new();
    let mut next = 0;
    for finding in findings {
        finding.group = match &finding.secret {
            Some(secret) => *numbers.entry(secret.clone()).or_insert(next),
            None => next,
        };
        next = next.max(finding.group + 1);
    }
}

/// The file where what is found was written: the same whichever files a scan was given.
fn home(finding: &Finding) -> &Arc<str> {
    let flow = finding.flow.as_ref().and_then(|flow| flow.steps.first());
    flow.map_or(&finding.place.path, |step| &step.place.path)
}

/// Gives every finding its fingerprint: class, path, tag of the value, and how many of these came before.
fn name(findings: &mut [Finding]) {
    let mut seen: HashMap<(Class, Arc<str>, u16), u32> = HashMap::new();
    for finding in findings {
        let tag = Identity::of(finding, false).tag();
        let ordinal = seen
            .entry((finding.class, home(finding).clone(), tag))
            .or_default();
        finding.fingerprint = fingerprint(finding, tag, *ordinal);
        *ordinal += 1;
    }
}

/// The findings of a report that nothing holds back, by their numbers and with what stands for their values.
pub(super) fn seen<'r>(engine: &Engine, report: &'r Report) -> (Vec<usize>, Vec<Seen<'r>>) {
    let all = report.findings.iter().enumerate();
    all.filter(|(_, finding)| finding.held.is_none())
        .map(|(at, finding)| (at, Seen::new(finding, &|f| is_made(engine, f))))
        .unzip()
}

/// Whether machines make the secret: a provider documents its format, and it looks random.
fn is_made(engine: &Engine, finding: &Finding) -> bool {
    let patterns = engine.catalogue.patterns();
    let Some(pattern) = patterns.iter().find(|p| p.rule.id == finding.rule) else {
        return false;
    };
    let generic = pattern.rule.tags.iter().any(|tag| tag == "generic");
    let random = |secret: &Secret| randomness::score(secret.reveal()) >= RANDOM;
    !generic && finding.secret.as_ref().is_some_and(random)
}

/// Whether a file that a report named is no longer there.
pub(super) fn is_gone(root: &Root, path: &str) -> bool {
    root.dir().join(decoded(path)).symlink_metadata().is_err()
}

fn fingerprint(finding: &Finding, tag: u16, ordinal: u32) -> Fingerprint {
    let parts = format!(
        "{}\0{}\0{tag:04x}\0{ordinal}",
        finding.class.as_str(),
        home(finding)
    );
    let hash = blake3::derive_key(CONTEXT, parts.as_bytes());
    Fingerprint(
        hash[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    )
}
