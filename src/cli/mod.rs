//! The command line: parse, call the library, print, exit with a code. clap is known nowhere else.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand, ValueEnum};

mod attributes;
mod baseline;
mod changes;
mod ci;
mod destination;
mod ending;
mod error;
mod explain;
mod fix;
mod hook;
mod input;
mod places;
mod progress;
mod rules;
mod scan;
mod summary;
mod terminal;

/// How a run ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    Clean = 0,
    Findings = 1,
    Failed = 2,
}

/// Finds secrets that lie bare in code, configuration and infrastructure templates.
#[derive(Debug, Parser)]
#[command(name = "barekey", version, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 clean, 1 findings, 2 failed or incomplete.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colour; NO_COLOR and CLICOLOR_FORCE are obeyed
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look for secrets in files, directories or standard input
    Scan(Box<scan::ScanArgs>),
    /// Scan what a run of a CI system is about: a pull request, a push
    Ci(Box<ci::CiArgs>),
    /// Make the changes that are certain to mend a finding
    Fix(fix::FixArgs),
    /// List what was there before, so that only news is reported
    #[command(subcommand)]
    Baseline(baseline::BaselineCommand),
    /// Have git ask before each commit and push
    #[command(subcommand)]
    Hook(hook::HookCommand),
    /// List the rules, or check them
    Rules(rules::RulesArgs),
    /// Say what a rule means, or what was seen on a line and why
    Explain(explain::ExplainArgs),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// Where the settings of a project come from.
#[derive(Debug, Args)]
struct ConfigArgs {
    /// Read this configuration instead of looking for barekey.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Look for no barekey.yaml and no baseline
    #[arg(long, conflicts_with = "config")]
    isolated: bool,
}

/// Where the list of what was there before comes from.
#[derive(Debug, Default, Args)]
struct BaselineArgs {
    /// Read this baseline instead of looking for .barekey-baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Look for no baseline
    #[arg(long, conflicts_with = "baseline")]
    no_baseline: bool,
}

/// Runs the command that the process was started with.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(wrong) => return usage(&wrong),
    };
    terminal::choose(cli.color);
    let exit = run(cli.command).unwrap_or_else(|error| {
        if error::is_closed_pipe(&error) {
            return Exit::Failed;
        }
        error::print(&error);
        Exit::Failed
    });
    ExitCode::from(exit as u8)
}

/// Says what is wrong with the command line; a path in place of a command is taken for a wish to scan it.
fn usage(wrong: &clap::Error) -> ExitCode {
    let word = match wrong.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if std::path::Path::new(word).exists() => word,
        _ => wrong.exit(),
    };
    let mistake = error::Mistake::new(
        format!("`{word}` is a path, not a command"),
        format!("barekey scan {word}"),
    );
    error::print(&mistake.into());
    ExitCode::from(Exit::Failed as u8)
}

fn run(command: Command) -> Result<Exit> {
    match command {
        Command::Scan(args) => scan::run(*args),
        Command::Ci(args) => ci::run(*args),
        Command::Fix(args) => fix::run(args),
        Command::Baseline(command) => baseline::run(command),
        Command::Hook(command) => hook::run(command),
        Command::Rules(args) => rules::run(&args),
        Command::Explain(args) => explain::run(&args),
    }
}

/// Lets a command print to standard output as it is. A reader that has gone away is no failure.
fn print(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
