//! GitHub's workflow commands, which become annotations, and a table for the summary of a job.
//!
//! The runner shows ten annotations of a level in a step and drops the others silently, so the worst are chosen here.

use std::borrow::Cow;
use std::io::{self, Write};

use super::level::{Level, by_severity, keep_worst};
use super::{Options, escape, shown};
use crate::finding::{Finding, NoticeKind, Report};
use crate::rule::Rule;

/// Annotations of a level that the runner shows in a step.
const SHOWN: usize = 10;
/// Bytes that the summary of a step may have; GitHub takes 1 MiB and refuses more.
const BUDGET: usize = (1 << 20) - 4096;

/// Writes a workflow command for each of the worst findings, and a line that counts the others.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let all: Vec<&Finding> = shown(report, options)
        .filter(|finding| finding.held.is_none())
        .collect();
    let mut worst = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        let mut some: Vec<&Finding> = all
            .iter()
            .copied()
            .filter(|finding| Level::of(finding) == level)
            .collect();
        keep_worst(&mut some, SHOWN, |a, b| by_severity(a, b));
        worst.extend(some);
    }
    for finding in &worst {
        command(finding, rule(report, finding), out)?;
    }
    for notice in report
        .notices
        .iter()
        .filter(|notice| notice.kind == NoticeKind::Unreadable)
    {
        let path = notice
            .path
            .as_deref()
            .map(|path| format!("file={},", property(&escape::path(path))))
            .unwrap_or_default();
        writeln!(
            out,
            "::error {path}title=barekey%3A scan incomplete::{}",
            data(&escape::visible(&notice.message))
        )?;
    }
    match all.len() - worst.len() {
        0 => Ok(()),
        1 => writeln!(
            out,
            "barekey: 1 more finding has no annotation; the report lists it"
        ),
        more => writeln!(
            out,
            "barekey: {more} more findings have no annotation; the report lists them"
        ),
    }
}

fn command(finding: &Finding, rule: Option<&Rule>, out: &mut dyn Write) -> io::Result<()> {
    let word = match Level::of(finding) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let (start, end) = (finding.place.region.start, finding.place.region.end);
    write!(
        out,
        "::{word} file={},line={},endLine={}",
        property(&escape::path(&finding.place.path)),
        start.line,
        end.line
    )?;
    if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column)?;
    }
    let title = format!("barekey: {}", finding.rule);
    let next = finding
        .next
        .as_deref()
        .or_else(|| rule.map(|rule| &*rule.fix));
    let message = match next {
        Some(next) => format!("{}. {next}", finding.message.trim_end_matches('.')),
        None => finding.message.clone(),
    };
    writeln!(
        out,
        ",title={}::{}",
        property(&escape::visible(&title)),
        data(&escape::visible(&message))
    )
}

fn rule<'a>(report: &'a Report, finding: &Finding) -> Option<&'a Rule> {
    report.rules.iter().find(|rule| rule.id == finding.rule)
}

/// Text after the `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes a Markdown table of the findings that are not held, at most 1 MiB of it: what a job appends to
/// `$GITHUB_STEP_SUMMARY`.
///
/// # Errors
///
/// Fails when `out` does.
pub fn summary(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.held.is_none())
        .collect();
    writeln!(out, "## Barekey\n")?;
    if findings.is_empty() {
        writeln!(out, "No secrets found in {} files.", report.summary.files)?;
    } else {
        table(&findings, out)?;
    }
    if report.summary.baselined > 0 {
        let held = report.summary.baselined;
        writeln!(out, "\nHeld by the baseline: {held}.")?;
    }
    let unreadable = report
        .notices
        .iter()
        .filter(|notice| notice.kind == NoticeKind::Unreadable)
        .count();
    if unreadable > 0 {
        writeln!(
            out,
            "\n**The scan is incomplete**: not everything asked for could be read ({unreadable})."
        )?;
    }
    Ok(())
}

fn table(findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| Level | Rule | Place | Finding |\n| --- | --- | --- | --- |"
    )?;
    let mut left = BUDGET;
    for (written, finding) in findings.iter().enumerate() {
        let row = row(finding);
        if row.len() > left {
            return writeln!(out, "\nAnd {} more.", findings.len() - written);
        }
        left -= row.len();
        out.write_all(row.as_bytes())?;
    }
    Ok(())
}

fn row(finding: &Finding) -> String {
    let level = Level::of(finding).as_str();
    let start = finding.place.region.start;
    let path = escape::path(&finding.place.path);
    let cells = [
        finding.rule.as_str(),
        &format!("{path}:{}:{}", start.line, start.column),
        &finding.message,
    ];
    let [rule, place, message] = cells.map(|cell| markdown(&escape::visible(cell)).into_owned());
    format!("| {level} | {rule} | {place} | {message} |\n")
}

/// Text that Markdown and HTML show as it is, in a cell of a table: no markup, no link.
fn markdown(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_ascii_punctuation()) {
        return Cow::Borrowed(text);
    }
    let escape = |mut out: String, c: char| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '-' | '/' | ',' | ';' | '"' | '\'' => out.push(c),
            _ if c.is_ascii_punctuation() => out.extend(['\\', c]),
            _ => out.push(c),
        }
        out
    };
    Cow::Owned(
        text.chars()
            .fold(String::with_capacity(text.len() + 16), escape),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Format, sample};

    fn table_of(report: &Report) -> String {
        let mut out = Vec::new();
        summary(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn annotations() {
        insta::assert_snapshot!(sample::written(
            Format::Github,
            &sample::report(),
            &sample::options()
        ));
    }

    #[test]
    fn hostile_annotations() {
        insta::assert_snapshot!(sample::written(
            Format::Github,
            &sample::hostile(),
            &sample::options()
        ));
    }

    #[test]
    fn job_summary() {
        insta::assert_snapshot!(table_of(&sample::report()));
    }

    #[test]
    fn hostile_job_summary() {
        insta::assert_snapshot!(table_of(&sample::hostile()));
    }

    #[test]
    fn the_worst_ten_are_annotated_and_the_others_counted() {
        let text = sample::written(Format::Github, &sample::many(25), &sample::options());
        assert_eq!(
            text.lines()
                .filter(|line| line.starts_with("::error "))
                .count(),
            10
        );
        assert!(
            text.ends_with("barekey: 15 more findings have no annotation; the report lists them\n"),
            "{text}"
        );
    }

    #[test]
    fn the_summary_keeps_to_its_size() {
        let text = table_of(&sample::many(20_000));
        assert!(text.len() <= 1 << 20);
        let rows = text
            .lines()
            .filter(|line| line.starts_with("| error"))
            .count();
        assert!(
            text.contains(&format!("And {} more.", 20_000 - rows)),
            "{rows}"
        );
    }

    #[test]
    fn escapes() {
        assert_eq!(property("a,b:c%d\r\ne"), "a%2Cb%3Ac%25d%0D%0Ae");
        assert_eq!(data("a,b:c%d\r\ne"), "a,b:c%25d%0D%0Ae");
        assert_eq!(
            markdown("|`<b>&[x](y)www.z"),
            "\\|\\`&lt;b&gt;&amp;\\[x\\]\\(y\\)www\\.z"
        );
    }
}
