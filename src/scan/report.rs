//! From the outcomes of all blobs to one report: sorted, named across runs, equal secrets joined.

use std::collections::HashMap;
use std::sync::Arc;

use crate::finding::{Finding, Fingerprint, Held, Notice, NoticeKind, Report, Secret};
use crate::rule::Class;

use super::Plan;
use super::drive::Collected;
use super::one::Engine;

/// Keys the hash that stands for a value in fingerprints, so that it is of no use elsewhere.
const CONTEXT: &str = "barekey 2026-11-22 fingerprint of a finding";

/// Puts a report together.
pub(super) fn report(engine: &Engine, plan: &Plan, collected: Collected) -> Report {
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
    notices.sort();
    notices.dedup();
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    set_severities(engine, &mut findings);
    name(&mut findings);
    let rules = engine.catalogue.enabled();
    let mut summary = summary;
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
        let tag = match &finding.secret {
            Some(secret) => tag(secret),
            None => tag(&Secret::new(
                format!("{}\0{}", finding.rule, finding.message).as_bytes(),
            )),
        };
        let ordinal = seen
            .entry((finding.class, home(finding).clone(), tag))
            .or_default();
        finding.fingerprint = fingerprint(finding, tag, *ordinal);
        *ordinal += 1;
    }
}

/// Sixteen bits of a keyed hash: they tell values in a file apart, and confirm no guess.
fn tag(secret: &Secret) -> u16 {
    let hash = blake3::derive_key(CONTEXT, secret.reveal());
    u16::from_le_bytes([hash[0], hash[1]])
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
