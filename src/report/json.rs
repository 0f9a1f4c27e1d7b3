//! JSON for other programs: one document, or one object a line. The shape is described in docs/json.md and changes
//! only together with its version.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::{Options, escape, shown};
use crate::finding::{
    Commit, Edit, Finding, Fingerprint, Fix, Held, Notice, Reason, Region, Report, Summary,
};
use crate::rule::{Class, RuleId, Severity};

/// The version of the shape.
const VERSION: u32 = 1;

/// Writes one indented document.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: VERSION,
        tool: TOOL,
        findings: Findings { report, options },
        notices: &report.notices,
        summary: Counts::of(report, options),
    };
    serde_json::to_writer_pretty(escape::Json(out), &document)?;
    writeln!(out)
}

/// Writes findings, notices and the summary, one object a line.
pub(super) fn write_lines(
    report: &Report,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = |line: &Line<'_>| {
        serde_json::to_writer(escape::Json(out), line)?;
        writeln!(out)
    };
    for finding in shown(report, options) {
        line(&Line::Finding(Entry::of(finding, options)))?;
    }
    for notice in &report.notices {
        line(&Line::Notice(notice))?;
    }
    line(&Line::Summary {
        version: VERSION,
        tool: TOOL,
        counts: Counts::of(report, options),
    })
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    Finding(Entry<'a>),
    Notice(&'a Notice),
    Summary {
        version: u32,
        tool: Tool,
        #[serde(flatten)]
        counts: Counts<'a>,
    },
}

#[derive(Clone, Copy, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

const TOOL: Tool = Tool {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    findings: Findings<'a>,
    notices: &'a [Notice],
    summary: Counts<'a>,
}

/// The findings as a list that is made while it is written.
struct Findings<'a> {
    report: &'a Report,
    options: &'a Options,
}

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            shown(self.report, self.options).map(|finding| Entry::of(finding, self.options)),
        )
    }
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a RuleId,
    class: Class,
    severity: Severity,
    confidence: f64,
    band: &'static str,
    message: &'a str,
    path: &'a str,
    region: Region,
    masked: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<Cow<'a, str>>,
    reasons: Vec<Step<'a>>,
    also: &'a [RuleId],
    related: Vec<Beside<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flow: Vec<Beside<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Mend<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
    group: u32,
    held: Option<&'a Held>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a Commit>,
    fingerprint: &'a Fingerprint,
}

#[derive(Serialize)]
struct Step<'a> {
    text: &'a str,
    weight: f64,
}

impl<'a> Step<'a> {
    fn of(reason: &'a Reason) -> Self {
        Self {
            text: &reason.text,
            weight: rounded(reason.weight),
        }
    }
}

#[derive(Serialize)]
struct Beside<'a> {
    message: &'a str,
    path: &'a str,
    region: Region,
}

#[derive(Serialize)]
struct Mend<'a> {
    message: &'a str,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    path: &'a str,
    region: Region,
    replacement: &'a str,
}

impl<'a> Mend<'a> {
    fn of(fix: &'a Fix) -> Self {
        let change = |edit: &'a Edit| Change {
            path: &edit.path,
            region: edit.region,
            replacement: &edit.replacement,
        };
        Self {
            message: &fix.message,
            edits: fix.edits.iter().map(change).collect(),
        }
    }
}

impl<'a> Entry<'a> {
    fn of(finding: &'a Finding, options: &Options) -> Self {
        let secret = finding.secret.as_ref().filter(|_| options.show_secrets);
        let beside = |related: &'a crate::finding::Related| Beside {
            message: &related.message,
            path: &related.place.path,
            region: related.place.region,
        };
        Self {
            rule: &finding.rule,
            class: finding.class,
            severity: finding.severity,
            confidence: rounded(finding.verdict.confidence),
            band: finding.verdict.band().as_str(),
            message: &finding.message,
            path: &finding.place.path,
            region: finding.place.region,
            masked: &finding.masked,
            secret: secret.map(|secret| String::from_utf8_lossy(secret.reveal())),
            reasons: finding.verdict.reasons.iter().map(Step::of).collect(),
            also: &finding.also,
            related: finding.related.iter().map(beside).collect(),
            flow: finding
                .flow
                .iter()
                .flat_map(|flow| flow.steps.iter().map(beside))
                .collect(),
            fixes: finding.fix.iter().map(Mend::of).collect(),
            next: finding.next.as_deref(),
            group: finding.group,
            held: finding.held.as_ref(),
            commit: finding.commit.as_ref(),
            fingerprint: &finding.fingerprint,
        }
    }
}

/// A number with three decimals, as the nearest double: `0.93`, not `0.9300000071525574`.
pub(super) fn rounded(number: f32) -> f64 {
    (f64::from(number) * 1000.0).round() / 1000.0
}

#[derive(Default, Serialize)]
struct Counts<'a> {
    leak: u64,
    exposure: u64,
    hygiene: u64,
    held: u64,
    #[serde(flatten)]
    scanned: Cow<'a, Summary>,
}

impl<'a> Counts<'a> {
    fn of(report: &'a Report, options: &Options) -> Self {
        let mut counts = Self {
            scanned: Cow::Borrowed(&report.summary),
            ..Self::default()
        };
        for finding in shown(report, options) {
            let count = match (&finding.held, finding.class) {
                (Some(_), _) => &mut counts.held,
                (None, Class::Leak) => &mut counts.leak,
                (None, Class::Exposure) => &mut counts.exposure,
                (None, Class::Hygiene) => &mut counts.hygiene,
            };
            *count += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::{Format, sample};

    fn scrubbed(text: &str) -> String {
        text.replace(env!("CARGO_PKG_VERSION"), "[version]")
    }

    #[test]
    fn document() {
        insta::assert_snapshot!(scrubbed(&sample::written(
            Format::Json,
            &sample::report(),
            &sample::options()
        )));
    }

    #[test]
    fn lines() {
        let options = Options {
            show_held: true,
            ..sample::options()
        };
        insta::assert_snapshot!(scrubbed(&sample::written(
            Format::Jsonl,
            &sample::report(),
            &options
        )));
    }

    #[test]
    fn every_line_is_an_object_with_a_type() {
        let text = sample::written(Format::Jsonl, &sample::hostile(), &sample::options());
        let types: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].take())
            .collect();
        assert_eq!(
            types,
            ["finding", "finding", "finding", "notice", "summary"]
        );
    }

    /// The properties of an object are those that the schema names, and the required ones are there.
    fn assert_described(value: &Value, schema: &Value, definitions: &Value) {
        let name = schema["$ref"]
            .as_str()
            .and_then(|path| path.rsplit('/').next());
        let schema = name.map_or(schema, |name| &definitions[name]);
        if let Some(items) = value.as_array() {
            items
                .iter()
                .for_each(|item| assert_described(item, &schema["items"], definitions));
        }
        let (Some(object), Some(properties)) =
            (value.as_object(), schema["properties"].as_object())
        else {
            return;
        };
        for (key, value) in object {
            assert_described(
                value,
                properties
                    .get(key)
                    .unwrap_or_else(|| panic!("{key} is not in the schema")),
                definitions,
            );
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            assert!(
                object.contains_key(key.as_str().unwrap()),
                "{key} is missing"
            );
        }
    }

    #[test]
    fn the_schema_describes_the_document() {
        let schema: Value =
            serde_json::from_str(include_str!("../../docs/report.schema.json")).unwrap();
        for options in [
            sample::options(),
            Options {
                show_held: true,
                show_secrets: true,
                ..sample::options()
            },
        ] {
            let text = sample::written(Format::Json, &sample::report(), &options);
            assert_described(
                &serde_json::from_str(&text).unwrap(),
                &schema,
                &schema["$defs"],
            );
        }
    }
}
