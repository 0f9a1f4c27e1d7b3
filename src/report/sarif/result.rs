//! A result: one finding, or the findings of one rule on one line.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{self, ResultLevel};

use super::{Row, location, sentence};
use crate::finding::{Edit, Finding, Fix, Flow, Held};
use crate::report::escape;
use crate::report::json::rounded;
use crate::report::level::Level;

/// Related locations of a result; GitHub shows 100.
const RELATED: usize = 100;

/// The result of a row.
pub(super) fn result(row: &Row<'_>, rule_index: Option<usize>) -> sarif::Result {
    let lead = row.lead;
    let (text, related) = message(row);
    let mut result = sarif::Result::builder()
        .rule_id(lead.rule.as_str())
        .level(level(lead))
        .rank((rounded(lead.verdict.confidence) * 1000.0).round() / 10.0)
        .message(sarif::Message::builder().text(text).build())
        .locations(vec![location::location(&lead.place)])
        .partial_fingerprints(BTreeMap::from([(
            "barekey/v1".to_owned(),
            lead.fingerprint.0.clone(),
        )]))
        .properties(properties(lead))
        .build();
    result.rule_index = rule_index.and_then(|index| i64::try_from(index).ok());
    result.related_locations = Some(related).filter(|related| !related.is_empty());
    result.code_flows = lead.flow.as_ref().map(|flow| vec![code_flow(flow)]);
    result.fixes = fixes(row);
    result.suppressions = lead.held.as_ref().map(|held| vec![suppression(held)]);
    result
}

/// The way of a value, step by step.
fn code_flow(flow: &Flow) -> sarif::CodeFlow {
    let locations = flow.steps.iter().map(|step| {
        sarif::ThreadFlowLocation::builder()
            .location(location::step(&step.place, &plain(&step.message)))
            .build()
    });
    let thread = sarif::ThreadFlow::builder()
        .locations(locations.collect::<Vec<_>>())
        .build();
    sarif::CodeFlow::builder()
        .thread_flows(vec![thread])
        .build()
}

/// What mends the findings of a row.
fn fixes(row: &Row<'_>) -> Option<Vec<sarif::Fix>> {
    let findings = std::iter::once(row.lead).chain(row.others.iter().copied());
    let mut fixes: Vec<&Fix> = findings.filter_map(|f| f.fix.as_ref()).collect();
    fixes.dedup();
    (!fixes.is_empty()).then(|| fixes.into_iter().map(fix).collect())
}

fn fix(fix: &Fix) -> sarif::Fix {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
    let changes = edits.chunk_by(|a, b| a.path == b.path).map(|edits| {
        sarif::ArtifactChange::builder()
            .artifact_location(location::artifact(&edits[0].path))
            .replacements(edits.iter().map(|e| replacement(e)).collect::<Vec<_>>())
            .build()
    });
    let text = sentence(&location::capitalised(&plain(&fix.message)));
    sarif::Fix::builder()
        .description(sarif::Message::builder().text(text).build())
        .artifact_changes(changes.collect::<Vec<_>>())
        .build()
}

fn replacement(edit: &Edit) -> sarif::Replacement {
    let mut replacement = sarif::Replacement::builder()
        .deleted_region(location::exact(edit.region))
        .build();
    let inserted = || {
        sarif::ArtifactContent::builder()
            .text(edit.replacement.as_str())
            .build()
    };
    replacement.inserted_content = (!edit.replacement.is_empty()).then(inserted);
    replacement
}

fn level(finding: &Finding) -> ResultLevel {
    match Level::of(finding) {
        Level::Note => ResultLevel::Note,
        Level::Warning => ResultLevel::Warning,
        Level::Error => ResultLevel::Error,
    }
}

/// The message, whose first sentence carries everything and whose others link to the related locations.
fn message(row: &Row<'_>) -> (String, Vec<sarif::Location>) {
    let mut text = sentence(&location::capitalised(&plain(&row.lead.message)));
    if let Some(next) = &row.lead.next {
        text = format!("{text} {}", plain(next));
    }
    let mut locations = Vec::new();
    let halves = row
        .lead
        .related
        .iter()
        .map(|half| (&half.place, half.message.as_str(), "See also"));
    let others = row
        .others
        .iter()
        .map(|other| (&other.place, other.message.as_str(), "Also on this line:"));
    for (place, message, lead_in) in halves.chain(others).take(RELATED) {
        locations.push(location::related(locations.len() + 1, place, message));
        let label = message
            .trim_end_matches('.')
            .replace('[', "(")
            .replace(']', ")");
        text.push_str(&format!(" {lead_in} [{label}]({}).", locations.len()));
    }
    let rest = (row.lead.related.len() + row.others.len()).saturating_sub(RELATED);
    if rest > 0 {
        text.push_str(&format!(" And {rest} more."));
    }
    (text, locations)
}

/// Text in which nothing hides or is taken for a link.
fn plain(text: &str) -> String {
    escape::visible(text).replace("](", "] (")
}

fn properties(finding: &Finding) -> sarif::PropertyBag {
    let reasons: Vec<Value> = finding
        .verdict
        .reasons
        .iter()
        .map(|reason| json!({ "text": reason.text, "weight": rounded(reason.weight) }))
        .collect();
    let mut properties = BTreeMap::from([
        (
            "confidence".to_owned(),
            json!(rounded(finding.verdict.confidence)),
        ),
        (
            "confidenceBand".to_owned(),
            json!(finding.verdict.band().as_str()),
        ),
        ("class".to_owned(), json!(finding.class.as_str())),
        ("severity".to_owned(), json!(finding.severity.as_str())),
        ("masked".to_owned(), json!(finding.masked)),
        ("secretGroup".to_owned(), json!(finding.group)),
        ("reasons".to_owned(), Value::Array(reasons)),
    ]);
    if let Some(commit) = &finding.commit {
        properties.insert("commit".to_owned(), json!(commit));
    }
    if !finding.also.is_empty() {
        properties.insert("also".to_owned(), json!(finding.also));
    }
    sarif::PropertyBag::builder()
        .additional_properties(properties)
        .build()
}

fn suppression(held: &Held) -> sarif::Suppression {
    let (kind, justification) = match held {
        Held::Threshold => (
            "external",
            "the confidence is below the threshold".to_owned(),
        ),
        Held::Marker { line, reason: None } => {
            ("inSource", format!("allowed by the marker in line {line}"))
        }
        Held::Marker {
            reason: Some(reason),
            ..
        } => ("inSource", reason.clone()),
        Held::Config { entry } => ("external", entry.clone()),
        Held::Known => ("external", "it stood there before the change".to_owned()),
        Held::Baseline => ("external", "it stands in the baseline".to_owned()),
    };
    sarif::Suppression::builder()
        .kind(kind)
        .justification(justification)
        .status("accepted")
        .build()
}
