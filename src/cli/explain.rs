//! `barekey explain`: what a rule means, or everything that was seen on a line and what came of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use barekey::catalogue::Catalogue;
use barekey::catalogue::PlanError;
use barekey::finding::{Finding, Held, NoticeKind, Report};
use barekey::rule::Rule;
use barekey::scan::{Plan, Progress, Scanner};
use clap::Args;

use super::error::{self, Mistake, one_line};
use super::places::{self, Settings};
use super::{BaselineArgs, ConfigArgs, Exit};

/// The arguments as clap reads them.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule, or a line: `barekey explain src/app.py:12`
    #[arg(value_name = "RULE | FILE:LINE")]
    what: String,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    baseline: BaselineArgs,
}

/// Runs the command.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit> {
    match line_of(&args.what) {
        Some((file, line)) => explain_line(file, line, args),
        None => explain_rule(&args.what, &args.config),
    }
}

/// `FILE:LINE`, also with a column after it.
fn line_of(what: &str) -> Option<(PathBuf, u32)> {
    let (file, number) = what.rsplit_once(':')?;
    let number = number.parse::<u32>().ok()?;
    match file
        .rsplit_once(':')
        .map(|(file, line)| (file, line.parse::<u32>()))
    {
        Some((file, Ok(line))) if !file.is_empty() => Some((file.into(), line)),
        _ => (!file.is_empty()).then(|| (file.into(), number)),
    }
}

fn explain_rule(id: &str, config: &ConfigArgs) -> Result<Exit> {
    let Settings { config, path } = places::settings(config, &[".".into()])?;
    let catalogue =
        Catalogue::new(&config).map_err(|error| places::in_file(error, path.as_deref()))?;
    let Some(rule) = catalogue.find(id) else {
        return Err(unknown(id, catalogue.rules()));
    };
    super::print(|out| write_rule(rule, out))?;
    Ok(Exit::Clean)
}

fn unknown(id: &str, rules: &[Rule]) -> anyhow::Error {
    if std::path::Path::new(id).is_file() {
        return Mistake::new(
            format!("`{id}` is a file, not a rule"),
            format!("name a line of it: {id}:1"),
        )
        .into();
    }
    let near = rules
        .iter()
        .map(|rule| (strsim::jaro_winkler(id, rule.id.as_str()), rule))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    PlanError::UnknownRule {
        id: id.to_owned(),
        suggestion: near.map(|(_, rule)| rule.id.to_string()),
    }
    .into()
}

fn write_rule(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}", rule.id, rule.title)?;
    writeln!(
        out,
        "class {}, severity {}, precision {}",
        rule.class.as_str(),
        rule.severity.as_str(),
        rule.precision.as_str()
    )?;
    writeln!(out, "\n{}\n\nfix: {}", rule.about, rule.fix)?;
    if !rule.tags.is_empty() {
        writeln!(out, "tags: {}", rule.tags.join(", "))?;
    }
    for practice in rule.practices {
        writeln!(out, "practice: {}", practice.says)?;
    }
    for standard in rule.standards() {
        writeln!(out, "standard: {standard}")?;
    }
    if !rule.peers.is_empty() {
        let peers: Vec<String> = rule.peers.iter().map(ToString::to_string).collect();
        writeln!(out, "corresponds to: {}", peers.join(", "))?;
    }
    for number in rule.cwe.iter() {
        writeln!(
            out,
            "see: https://cwe.mitre.org/data/definitions/{number}.html"
        )?;
    }
    let pages = rule.standards().into_iter().filter_map(|s| s.url());
    for page in rule.references.iter().map(ToString::to_string).chain(pages) {
        writeln!(out, "see: {page}")?;
    }
    Ok(())
}

fn explain_line(file: PathBuf, line: u32, args: &ExplainArgs) -> Result<Exit> {
    check_line(&file, line)?;
    let Settings {
        config,
        path: config_path,
    } = places::settings(&args.config, std::slice::from_ref(&file))?;
    let path = config_path.clone();
    let root = places::root(std::slice::from_ref(&file))?;
    let plan = Plan {
        baseline: places::baseline(&args.baseline, args.config.isolated, &root)?,
        ..plan(file, config, config_path)
    };
    let file = plan.paths[0].clone();
    let scanner = Scanner::new(plan).map_err(|error| places::in_file(error, path.as_deref()))?;
    let report = scanner.scan(&Progress::default());
    fail_if_unread(&report, line)?;
    let seen: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| {
            finding.place.region.start.line <= line && line <= finding.place.region.end.line
        })
        .collect();
    super::print(|out| {
        for finding in &seen {
            write_finding(finding, out)?;
        }
        if seen.is_empty() {
            writeln!(
                out,
                "{}:{line}: no rule saw anything on this line",
                one_line(&file.to_string_lossy())
            )?;
            writeln!(out, "{NOTHING}")?;
        }
        Ok(())
    })?;
    Ok(Exit::Clean)
}

/// Whether there is such a file, and such a line in it.
fn check_line(file: &Path, line: u32) -> Result<()> {
    const LARGE: u64 = 64 << 20;
    let name = file.display();
    let help = "a rule has no colon; a line is named as FILE:LINE, and lines count from 1";
    let meta = fs::metadata(file).ok();
    let what = match &meta {
        None => format!("no such file: {name}"),
        Some(meta) if !meta.is_file() => format!("not a file: {name}"),
        Some(_) if line == 0 => "there is no line 0".to_owned(),
        Some(meta) if meta.len() <= LARGE => match fs::read_to_string(file) {
            // A line may end in either or both: never too few.
            Ok(text) if text.split(['\n', '\r']).count() < line as usize => {
                format!("{name} ends at line {}", text.lines().count())
            }
            _ => return Ok(()),
        },
        Some(_) => return Ok(()),
    };
    Err(Mistake::new(what, help).into())
}

const NOTHING: &str = "help: candidates are values of a known format, values under a name such as password or token, \
                       and long random strings";

fn plan(file: PathBuf, config: barekey::config::Config, config_path: Option<PathBuf>) -> Plan {
    Plan {
        paths: vec![file],
        ignore_files: false,
        config,
        config_path,
        threads: 1,
        keep_held: true,
        keep_all: true,
        ..Plan::default()
    }
}

fn fail_if_unread(report: &Report, line: u32) -> Result<()> {
    if let Some(notice) = report
        .notices
        .iter()
        .find(|notice| notice.kind == NoticeKind::Unreadable)
    {
        let path = notice.path.as_deref().unwrap_or_default();
        return Err(anyhow!("{path}: {}", notice.message));
    }
    if report.summary.files == 0 {
        let why: Vec<&str> = report
            .summary
            .skipped
            .keys()
            .map(|why| why.as_str())
            .collect();
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(": {}", why.join(", "))
        };
        return Err(Mistake::new(
            format!("no file was read{why}"),
            "check `skip` in barekey.yaml",
        )
        .into());
    }
    for notice in &report.notices {
        let is_near = notice.line.is_none_or(|of| of == line);
        let of_others = [NoticeKind::UnusedAllow, NoticeKind::StaleBaseline];
        if is_near && !of_others.contains(&notice.kind) {
            error::warn(&notice.message);
        }
    }
    Ok(())
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let start = finding.place.region.start;
    writeln!(
        out,
        "{}:{}:{}: {} {} (confidence {:.2}, {})",
        one_line(&finding.place.path),
        start.line,
        start.column,
        finding.rule,
        one_line(&finding.masked),
        finding.verdict.confidence,
        finding.verdict.band().as_str(),
    )?;
    for reason in &finding.verdict.reasons {
        writeln!(out, "  {:+5.1}  {}", reason.weight, one_line(&reason.text))?;
    }
    if !finding.also.is_empty() {
        let also: Vec<&str> = finding.also.iter().map(|id| id.as_str()).collect();
        writeln!(out, "  also seen by {}", also.join(", "))?;
    }
    let fate = finding
        .held
        .as_ref()
        .map_or_else(|| "reported".to_owned(), held);
    writeln!(out, "  {}", one_line(&fate))
}

fn held(held: &Held) -> String {
    let because = |reason: &Option<String>| {
        reason
            .as_ref()
            .map(|text| format!(": {text}"))
            .unwrap_or_default()
    };
    match held {
        Held::Threshold => "not reported: below --min-confidence".to_owned(),
        Held::Marker { line, reason } => {
            format!("not reported: the marker on line {line}{}", because(reason))
        }
        Held::Config { entry } => format!("not reported: the allow entry `{entry}`"),
        Held::Known => "not reported: it stood there before".to_owned(),
        Held::Baseline => "not reported: it stands in the baseline".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_from_rules() {
        assert_eq!(line_of("github-token"), None);
        assert_eq!(line_of("a/b.py:12"), Some(("a/b.py".into(), 12)));
        assert_eq!(line_of("a/b.py:12:3"), Some(("a/b.py".into(), 12)));
        assert_eq!(line_of("C:\\a.py:7"), Some(("C:\\a.py".into(), 7)));
        assert_eq!(line_of(":7"), None);
        assert_eq!(line_of("a.py:x"), None);
    }

    #[test]
    fn what_holds_a_finding_is_told() {
        let marker = Held::Marker {
            line: 3,
            reason: Some("a test".to_owned()),
        };
        assert_eq!(held(&marker), "not reported: the marker on line 3: a test");
        assert_eq!(
            held(&Held::Config {
                entry: "allow[0]".to_owned()
            }),
            "not reported: the allow entry `allow[0]`"
        );
    }
}
