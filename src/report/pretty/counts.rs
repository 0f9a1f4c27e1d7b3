//! The end of the report: notices, and how much was found, scanned and left out.

use std::collections::HashSet;
use std::io::{self, Write};

use crate::finding::{Finding, Notice, NoticeKind, Report};
use crate::report::{Options, escape, shown};
use crate::rule::Class;

/// Writes the notices; quietly, only those that make the scan incomplete.
pub(super) fn notices(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut any = false;
    for notice in &report.notices {
        if !options.quiet || notice.kind == NoticeKind::Unreadable {
            any = true;
            writeln!(out, "{}", line(notice))?;
        }
    }
    if any { writeln!(out) } else { Ok(()) }
}

/// Writes the notices that change nothing about the result.
pub(super) fn notes(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    report
        .notices
        .iter()
        .filter(|notice| notice.kind != NoticeKind::Unreadable)
        .try_for_each(|notice| writeln!(out, "{}", line(notice)))
}

fn line(notice: &Notice) -> String {
    let word = match notice.kind {
        NoticeKind::Unreadable => "error: scan incomplete",
        _ => "notice",
    };
    let path = notice
        .path
        .as_deref()
        .map(|path| format!("{}: ", escape::path(path)))
        .unwrap_or_default();
    let path = match notice.line {
        Some(line) if !path.is_empty() => format!("{}:{line}: ", path.trim_end_matches(": ")),
        _ => path,
    };
    format!("{word}: {path}{}", escape::visible(&notice.message))
}

/// Writes the counts.
pub(super) fn summary(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", found(report))?;
    let summary = &report.summary;
    let (files, rules) = (
        counted(summary.files, "file"),
        counted(summary.rules as u64, "rule"),
    );
    if summary.commits > 0 {
        let commits = counted(summary.commits, "commit");
        writeln!(out, "went through {commits}")?;
    }
    write!(
        out,
        "scanned {files} ({}) with {rules}",
        size(summary.bytes)
    )?;
    if let Some(elapsed) = options.elapsed {
        write!(out, " in {:.2} s", elapsed.as_secs_f64())?;
    }
    writeln!(out)?;
    let skipped: Vec<String> = summary
        .skipped
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(skip, n)| format!("{n} ({})", skip.as_str()))
        .collect();
    if !skipped.is_empty() {
        writeln!(out, "not scanned: {}", skipped.join(", "))?;
    }
    if summary.known > 0 {
        let known = counted(summary.known, "finding");
        writeln!(out, "{known} stood there before: not reported again")?;
    }
    if summary.baselined > 0 {
        let held = counted(summary.baselined, "finding");
        writeln!(out, "held by the baseline: {held}")?;
    }
    let held = shown(report, options)
        .filter(|finding| finding.held.is_some())
        .count() as u64;
    if options.show_held {
        writeln!(out, "held back: {}", counted(held, "finding"))?;
    }
    Ok(())
}

/// `2 leaks, 1 exposure and 3 hygiene notes in 2 files`.
fn found(report: &Report) -> String {
    let findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.held.is_none())
        .collect();
    let of = |class, noun| {
        let count = findings
            .iter()
            .filter(|finding| finding.class == class)
            .count() as u64;
        (count > 0).then(|| counted(count, noun))
    };
    let kinds = [
        (Class::Leak, "leak"),
        (Class::Exposure, "exposure"),
        (Class::Hygiene, "hygiene note"),
    ];
    let kinds: Vec<String> = kinds
        .into_iter()
        .filter_map(|(class, noun)| of(class, noun))
        .collect();
    let files: HashSet<&str> = findings
        .iter()
        .map(|finding| finding.place.path.as_ref())
        .collect();
    let files = counted(files.len() as u64, "file");
    match kinds.split_last() {
        None if report.summary.files == 0 => "nothing was scanned".to_owned(),
        None => "no secrets found".to_owned(),
        Some((only, [])) => format!("{only} in {files}"),
        Some((last, first)) => format!("{} and {last} in {files}", first.join(", ")),
    }
}

fn counted(count: u64, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// `1.5 MB`, in powers of ten.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return counted(bytes, "byte");
    }
    let (mut size, mut unit) = (bytes as f64 / 1e3, 0);
    while size >= 999.95 && unit + 1 < UNITS.len() {
        (size, unit) = (size / 1e3, unit + 1);
    }
    format!("{size:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_words() {
        assert_eq!(
            [0, 1, 999, 1000, 999_999, 1_500_000].map(size),
            [
                "0 bytes",
                "1 byte",
                "999 bytes",
                "1.0 kB",
                "1.0 MB",
                "1.5 MB"
            ]
        );
    }
}
