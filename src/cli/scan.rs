//! `barekey scan`: from arguments to a plan, from a report to outputs and an exit code.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use barekey::finding::{Confidence, Notice, NoticeKind, Report};
use barekey::report::{self, Format, Options, Refused};
use barekey::rule::Class;
use barekey::scan::{NewAllows, Plan, Scanner};
use barekey::suppress::baseline::Baseline;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, FromArgMatches as _, ValueEnum};

use super::changes::ChangeArgs;
use super::destination::Destination;
use super::ending::{complain, judgement};
use super::error::{self, Mistake};
use super::input::{What, what};
use super::places::{self, Settings};
use super::{BaselineArgs, ConfigArgs, Exit, progress, summary, terminal};

/// The arguments as clap reads them.
#[derive(Debug, Args)]
pub(super) struct ScanArgs {
    /// Files and directories, by default the current one; `-` is standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Name of what comes from standard input: its ending says what it is
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
    #[command(flatten)]
    changes: ChangeArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    baseline: BaselineArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What counts.
#[derive(Debug, Args)]
pub(super) struct ChoiceArgs {
    /// Report findings of at least this confidence
    #[arg(long, value_name = "LEVEL", default_value = "medium")]
    min_confidence: Level,
    /// Exit with 1 on findings of this class or a graver one
    #[arg(long, value_name = "CLASS", default_value = "exposure")]
    fail_on: FailOn,
    /// Only these rules
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    rule: Vec<String>,
    /// Not these rules
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    skip_rule: Vec<String>,
    /// Scan what .gitignore and .barekeyignore leave out
    #[arg(long)]
    no_ignore: bool,
    /// Report what a marker such as `barekey:allow` allows
    #[arg(long)]
    no_inline_allow: bool,
    /// Worker threads; 0 is one for each core
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

/// What is written, and where.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Form of the report
    #[arg(long, value_name = "FORMAT", default_value = "pretty", value_parser = format_parser())]
    format: Format,
    /// Write the report to this file
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "-",
        hide_default_value = true
    )]
    output: PathBuf,
    /// Write one more report: `sarif=out.sarif`
    #[arg(long, value_name = "FORMAT=FILE", value_parser = also)]
    also: Vec<Also>,
    /// Leave secrets unmasked
    #[arg(long)]
    show_secrets: bool,
    /// Report also what is held back, and by what
    #[arg(long)]
    show_suppressed: bool,
    /// Say nothing but findings and errors
    #[arg(long, short)]
    quiet: bool,
    /// Show no progress
    #[arg(long)]
    no_progress: bool,
}

#[derive(Clone, Debug)]
struct Also {
    format: Format,
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Level {
    Low,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Leak,
    Exposure,
    Hygiene,
    Never,
}

impl FailOn {
    fn class(self) -> Option<Class> {
        match self {
            Self::Leak => Some(Class::Leak),
            Self::Exposure => Some(Class::Exposure),
            Self::Hygiene => Some(Class::Hygiene),
            Self::Never => None,
        }
    }
}

impl From<Level> for Confidence {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
        }
    }
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::as_str))
        .try_map(|word| word.parse::<Format>())
}

fn also(text: &str) -> Result<Also, String> {
    let (format, file) = text.split_once('=').ok_or("expected FORMAT=FILE")?;
    let format = format
        .parse::<Format>()
        .map_err(|error| error.to_string())?;
    if file.is_empty() || file == "-" {
        return Err("a further report needs a file".to_owned());
    }
    Ok(Also {
        format,
        file: file.into(),
    })
}

/// Runs the command; pre-commit says by a variable that it is the one who asks.
pub(super) fn run(args: ScanArgs) -> Result<Exit> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let refused = match is_set("PRE_COMMIT_TO_REF") {
        true => Refused::Push,
        false => Refused::Commit,
    };
    carry_out(ordered(args, is_set("PRE_COMMIT").then_some(refused))?)
}

/// Runs the command as a hook with these arguments, which stops something if there are findings.
pub(super) fn in_hook(args: &[&str], refused: Refused) -> Result<Exit> {
    let command = ScanArgs::augment_args(clap::Command::new("scan").no_binary_name(true));
    let args = ScanArgs::from_arg_matches(&command.try_get_matches_from(args)?)?;
    carry_out(ordered(args, Some(refused))?)
}

/// A scan with all that it needs.
pub(super) struct Order {
    pub(super) what: What,
    pub(super) settings: Settings,
    pub(super) baseline: Option<Baseline>,
    pub(super) choice: ChoiceArgs,
    pub(super) output: OutputArgs,
    pub(super) new_allows: NewAllows,
    /// What is stopped by findings.
    pub(super) refused: Option<Refused>,
}

fn ordered(args: ScanArgs, refused: Option<Refused>) -> Result<Order> {
    let what = what(args.paths, args.stdin_filename, &args.changes)?;
    Ok(Order {
        settings: places::settings_at(&args.config, &what.root)?,
        baseline: places::baseline(&args.baseline, args.config.isolated, &what.root)?,
        what,
        choice: args.choice,
        output: args.output,
        new_allows: NewAllows::Honour,
        refused,
    })
}

/// Scans, reports and judges.
pub(super) fn carry_out(order: Order) -> Result<Exit> {
    let outputs = outputs(&order.output)?;
    let (input, root) = (order.what.input, order.what.root.clone());
    let (config_path, refused) = (order.settings.path.clone(), order.refused);
    let fail_on = order.choice.fail_on.class();
    let whole = is_whole(&order.what.paths, &root, &order.choice);
    let (plan, output) = plan(order);
    let start = Instant::now();
    let scanner =
        Scanner::new(plan).map_err(|error| places::in_file(error, config_path.as_deref()))?;
    let bar = !output.quiet && !output.no_progress && terminal::stderr_is_live();
    let mut report = progress::with_bar(bar, |progress| scanner.scan(progress));
    if !whole {
        let of_whole = [NoticeKind::UnusedAllow, NoticeKind::StaleBaseline];
        let is_known = |notice: &Notice| !of_whole.contains(&notice.kind);
        report.notices.retain(is_known);
    }
    let elapsed = start.elapsed();

    let judgement = judgement(&report, fail_on);
    let options = Options {
        refused: refused.filter(|_| judgement == Exit::Findings),
        // A hook that lets something through has nothing to say.
        quiet: output.quiet || (refused.is_some() && judgement == Exit::Clean),
        ..options(&output, root, elapsed)
    };
    let written = write_all(&outputs, &report, &options);
    let told = outputs.first() == Some(&(Format::Pretty, Destination::Stdout));
    if !options.quiet {
        summary::print(&report, &options, config_path.as_deref(), !told);
    }
    let complete = complain(&report, input, told);
    Ok(written.max(complete).max(judgement))
}

/// The plan of an order, and how its report is written.
fn plan(order: Order) -> (Plan, OutputArgs) {
    let Order {
        what,
        settings,
        choice,
        output,
        ..
    } = order;
    let plan = Plan {
        paths: what.paths,
        stdin: what.stdin,
        changes: what.changes,
        history: what.history,
        ignore_files: !choice.no_ignore,
        min_confidence: choice.min_confidence.into(),
        only: choice.rule,
        skip: choice.skip_rule,
        config: settings.config,
        config_path: settings.path,
        baseline: order.baseline,
        new_allows: order.new_allows,
        inline_allow: !choice.no_inline_allow,
        threads: choice.threads,
        keep_held: output.show_suppressed,
        keep_all: false,
    };
    (plan, output)
}

/// Whether the scan sees all that an entry of the configuration may speak of: a hook names a few files only.
fn is_whole(paths: &[PathBuf], root: &Path, choice: &ChoiceArgs) -> bool {
    let is_root = |path: &PathBuf| path.canonicalize().is_ok_and(|path| path == root);
    let all = choice.rule.is_empty() && choice.skip_rule.is_empty();
    all && !matches!(choice.min_confidence, Level::High) && paths.iter().any(is_root)
}

/// The reports that are asked for, the main one first; no two into one place.
fn outputs(args: &OutputArgs) -> Result<Vec<(Format, Destination)>> {
    let mut outputs = vec![(args.format, Destination::new(&args.output))];
    for also in &args.also {
        let destination = Destination::new(&also.file);
        if outputs.iter().any(|(_, other)| *other == destination) {
            let message = format!("two reports into {}", also.file.display());
            return Err(Mistake::new(message, "give each report a file of its own").into());
        }
        outputs.push((also.format, destination));
    }
    Ok(outputs)
}

fn options(args: &OutputArgs, root: PathBuf, elapsed: Duration) -> Options {
    Options {
        root,
        show_secrets: args.show_secrets,
        show_held: args.show_suppressed,
        color: terminal::stdout_has_color(),
        hyperlinks: terminal::stdout_has_links(),
        quiet: args.quiet,
        elapsed: Some(elapsed),
        ..Options::default()
    }
}

/// Writes every report, also when one of them fails.
fn write_all(outputs: &[(Format, Destination)], report: &Report, options: &Options) -> Exit {
    let mut exit = Exit::Clean;
    let plain = Options {
        color: false,
        hyperlinks: false,
        ..options.clone()
    };
    for (format, destination) in outputs {
        let options = if *destination == Destination::Stdout {
            options
        } else {
            &plain
        };
        if let Err(problem) = destination.write(|out| report::write(*format, report, options, out))
        {
            error::print(&problem);
            exit = Exit::Failed;
        }
    }
    if outputs
        .iter()
        .any(|(format, _)| matches!(format, Format::Github))
        && let Err(problem) = step_summary(report)
    {
        error::warn(&format!("cannot write to $GITHUB_STEP_SUMMARY: {problem}"));
    }
    exit
}

fn step_summary(report: &Report) -> io::Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)?;
    let mut out = io::BufWriter::new(file);
    report::github_summary(report, &mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_reports_need_a_format_and_a_file() {
        assert_eq!(also("sarif=a=b").unwrap().file, PathBuf::from("a=b"));
        assert!(also("sarif").is_err());
        assert!(also("xml=a").is_err());
        assert!(also("json=-").is_err());
    }
}
