//! `barekey fix`: makes the changes that are certain, or shows them.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use barekey::finding::{Finding, Report};
use barekey::fix::{self, Outcome};
use barekey::report;
use barekey::scan::{Plan, Progress, Scanner};
use clap::Args;

use super::ending;
use super::error::{self, one_line};
use super::input::Input;
use super::places::{self, Settings};

use super::{ConfigArgs, Exit};

/// The arguments as clap reads them.
#[derive(Debug, Args)]
pub(super) struct FixArgs {
    /// Files and directories
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Show what would change, secrets masked, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Only findings of these rules
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    rule: Vec<String>,
    /// Not those of these rules
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    skip_rule: Vec<String>,
    /// Also in files that .gitignore and .barekeyignore leave out
    #[arg(long)]
    no_ignore: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs the command.
pub(super) fn run(args: FixArgs) -> Result<Exit> {
    let root = places::root(&args.paths)?;
    let Settings { config, path } = places::settings(&args.config, &args.paths)?;
    let input = Input::of(&args.paths, false);
    let plan = Plan {
        paths: args.paths,
        ignore_files: !args.no_ignore,
        only: args.rule,
        skip: args.skip_rule,
        config,
        config_path: path.clone(),
        ..Plan::default()
    };
    let scanner = Scanner::new(plan).map_err(|error| places::in_file(error, path.as_deref()))?;
    let report = scanner.scan(&Progress::default());
    let outcome = match args.dry_run {
        true => fix::plan(&report, &root),
        false => fix::apply(&report, &root),
    };
    super::print(|out| match args.dry_run {
        true => show(&outcome, out),
        false => tell(&outcome, out),
    })?;
    summary(&report, &outcome, args.dry_run);
    let complete = ending::complain(&report, input, false);
    Ok(complete.max(exit(&outcome, args.dry_run)))
}

fn exit(outcome: &Outcome<'_>, dry_run: bool) -> Exit {
    if !outcome.refused.is_empty() {
        return Exit::Failed;
    }
    match dry_run && !outcome.mended.is_empty() {
        true => Exit::Findings,
        false => Exit::Clean,
    }
}

/// What would change, file by file.
fn show(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    for change in &outcome.changes {
        out.write_all(report::diff(&change.path, &change.edits).as_bytes())?;
    }
    Ok(())
}

/// What was done, finding by finding.
fn tell(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.mended {
        let done = finding.fix.as_ref().map_or("", |fix| &fix.message);
        writeln!(
            out,
            "{}:{}: {}: {}",
            one_line(&finding.place.path),
            finding.place.region.start.line,
            finding.rule,
            one_line(done)
        )?;
    }
    Ok(())
}

/// What is left to do stands on standard error.
fn summary(report: &Report, outcome: &Outcome<'_>, dry_run: bool) {
    for (path, refusal) in &outcome.refused {
        error::print(&anyhow::anyhow!("{path}: {refusal}"));
    }
    let clashing = outcome.clashing.len();
    if clashing > 0 {
        let them = counted(clashing, "fix waits", "fixes wait");
        error::warn(&format!(
            "{them} for others at the same place: run it again"
        ));
    }
    let reported = report.findings.iter().filter(|f| f.held.is_none());
    let by_hand = |finding: &&Finding| finding.fix.is_none();
    let left = reported.filter(by_hand).count();
    let word = if dry_run { "would be fixed" } else { "fixed" };
    let mut text = format!(
        "{} {word} in {}",
        counted(outcome.mended.len(), "finding", "findings"),
        counted(outcome.changes.len(), "file", "files")
    );
    if left > 0 {
        let them = counted(left, "finding needs", "findings need");
        text.push_str(&format!(
            "; {them} a decision: `barekey scan` tells the next step"
        ));
    }
    let _ = writeln!(anstream::stderr(), "{text}");
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
