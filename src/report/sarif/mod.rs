//! SARIF 2.1.0, made for GitHub's code scanning: what it requires is there, what it limits is cut with a notification.
//!
//! A log is a shell with results in it. The shell is typed, small and written first up to its empty list of results;
//! then each result is made, written and forgotten; then the rest of the shell follows.

mod location;
mod notification;
mod result;
mod taxonomy;
mod tool;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde_sarif::sarif;

use super::level::{by_severity, keep_worst};
use super::{Options, escape, shown};
use crate::finding::{Finding, Report};
use crate::rule::{Rule, RuleId};

/// Results that GitHub takes in a run; it refuses a file with more.
const LIMIT: usize = 25_000;

/// The address of the schema.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The home of the project.
const HOME: &str = "https://github.com/barekey/barekey";

/// The secrets of one rule on one line: code scanning would take several results for one.
pub(super) struct Row<'a> {
    /// The finding that the result is about: the most certain, of equals the first.
    lead: &'a Finding,
    /// The others.
    others: Vec<&'a Finding>,
}

/// Writes a log with one run.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    write_at_most(LIMIT, report, options, out)
}

fn write_at_most(
    limit: usize,
    report: &Report,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = rows(report, options);
    let all = rows.len();
    keep_worst(&mut rows, limit, |a, b| by_severity(a.lead, b.lead));
    let rules = used_rules(report, &rows);
    let notifications = notification::all(report, all - rows.len());
    let shell = serde_json::to_string(&log(run(&rules, notifications, options)))?;
    let (head, tail) = shell
        .split_once(r#""results":[]"#)
        .ok_or_else(|| io::Error::other("no list of results"))?;
    let mut out = escape::Json(out);
    write!(out, "{head}\"results\":[")?;
    let index: HashMap<&RuleId, usize> = rules
        .iter()
        .enumerate()
        .map(|(index, rule)| (&rule.id, index))
        .collect();
    for (n, row) in rows.iter().enumerate() {
        out.write_all(if n == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(
            &mut out,
            &result::result(row, index.get(&row.lead.rule).copied()),
        )?;
    }
    writeln!(out, "]{tail}")
}

/// Findings by rule, path and line, in the order of the first of each.
fn rows<'a>(report: &'a Report, options: &Options) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut seen = HashMap::new();
    for finding in shown(report, options) {
        let line = finding.place.region.start.line;
        let row = *seen
            .entry((
                &finding.rule,
                &finding.place.path,
                line,
                finding.held.is_some(),
            ))
            .or_insert(rows.len());
        match rows.get_mut(row) {
            None => rows.push(Row {
                lead: finding,
                others: Vec::new(),
            }),
            Some(row) if finding.verdict.confidence > row.lead.verdict.confidence => {
                row.others
                    .insert(0, std::mem::replace(&mut row.lead, finding));
            }
            Some(row) => row.others.push(finding),
        }
    }
    rows
}

/// The rules that have results, in the order of the report.
fn used_rules<'a>(report: &'a Report, rows: &[Row<'_>]) -> Vec<&'a Rule> {
    let used: std::collections::HashSet<&RuleId> = rows.iter().map(|row| &row.lead.rule).collect();
    report
        .rules
        .iter()
        .filter(|rule| used.contains(&rule.id))
        .collect()
}

fn log(run: sarif::Run) -> sarif::Sarif {
    sarif::Sarif::builder()
        .schema(SCHEMA)
        .version("2.1.0")
        .runs(vec![run])
        .build()
}

fn run(rules: &[&Rule], notifications: Vec<sarif::Notification>, options: &Options) -> sarif::Run {
    let complete = !notification::has_error(&notifications);
    let invocation = sarif::Invocation::builder()
        .execution_successful(complete)
        .tool_execution_notifications(notifications)
        .build();
    let mut run = sarif::Run::builder()
        .tool(tool::tool(rules))
        .automation_details(
            sarif::RunAutomationDetails::builder()
                .id("barekey/")
                .build(),
        )
        .column_kind("utf16CodeUnits")
        .invocations(vec![invocation])
        .results(Vec::new())
        .build();
    run.taxonomies = taxonomy::taxonomies(rules);
    run.version_control_provenance = options
        .revision
        .as_ref()
        .and_then(location::provenance)
        .map(|one| vec![one]);
    run.original_uri_base_ids = location::root_uri(&options.root).map(|uri| {
        BTreeMap::from([(
            location::ROOT.to_owned(),
            sarif::ArtifactLocation::builder().uri(uri).build(),
        )])
    });
    run
}

/// A text that ends with a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests;
