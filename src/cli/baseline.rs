//! `barekey baseline`: the list of what was there before. Each command reads all it needs first and writes last, a whole
//! file or none.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use barekey::finding::{Confidence, Finding, NoticeKind, Report};
use barekey::scan::{Plan, Scanner};
use barekey::suppress::baseline::{Baseline, Entry};
use clap::{Args, Subcommand};

use super::destination::Destination;
use super::error::{self, Mistake, one_line};
use super::places::{self, Settings};
use super::scan::Level;
use super::{ConfigArgs, Exit, attributes, progress, terminal};

/// The commands as clap reads them.
#[derive(Debug, Subcommand)]
pub(super) enum BaselineCommand {
    /// Write a baseline of all that is found now, and have git merge it line by line
    Create(WriteArgs),
    /// Write the baseline anew: add what is found now, take out what is not
    Update(WriteArgs),
    /// Take out the entries that hold nothing any more, and follow renamed files
    Prune(TreeArgs),
    /// Add the entries of other baselines; where git left a conflict, take those of both sides
    Merge(MergeArgs),
    /// List the entries and what each of them holds
    Show(TreeArgs),
}

/// The tree, and its baseline.
#[derive(Debug, Args)]
pub(super) struct TreeArgs {
    /// Some directory of the tree; all of the work tree around it is scanned
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    config: ConfigArgs,
    /// Worker threads; 0 is one for each core
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

/// The file of the baseline.
#[derive(Debug, Args)]
struct FileArgs {
    /// The baseline, instead of .barekey-baseline at the root of the tree
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// What goes into a baseline.
#[derive(Debug, Args)]
pub(super) struct WriteArgs {
    #[command(flatten)]
    tree: TreeArgs,
    /// Take findings of at least this confidence
    #[arg(long, value_name = "LEVEL", default_value = "medium")]
    min_confidence: Level,
}

/// Baselines to merge.
#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// Baselines whose entries are added
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    file: FileArgs,
}

/// Runs the command.
pub(super) fn run(command: BaselineCommand) -> Result<Exit> {
    match command {
        BaselineCommand::Create(args) => create(&args),
        BaselineCommand::Update(args) => update(&args),
        BaselineCommand::Prune(args) => prune(&args),
        BaselineCommand::Merge(args) => merge(&args),
        BaselineCommand::Show(args) => show(&args),
    }
}

fn create(args: &WriteArgs) -> Result<Exit> {
    let tree = Tree::new(&args.tree)?;
    if tree.path.symlink_metadata().is_ok() {
        let message = format!("{} is there already", tree.path.display());
        return Err(Mistake::new(message, "`barekey baseline update` writes it anew").into());
    }
    let (scanner, report) = tree.scan(args.min_confidence.into())?;
    let baseline = scanner.baseline(&tree.path, &report);
    write(&baseline, None)?;
    match attributes::merge_by_union(&tree.root, &tree.path) {
        Ok(Some(line)) => say(&format!(
            "added `{line}` to .gitattributes, so that branches merge"
        )),
        Ok(None) => {}
        Err(problem) => error::warn(&format!(
            "{problem}; two branches that change the baseline may conflict"
        )),
    }
    say("commit it: from now on, `barekey scan` reports what is new");
    Ok(Exit::Clean)
}

fn update(args: &WriteArgs) -> Result<Exit> {
    let tree = Tree::new(&args.tree)?;
    let old = Baseline::load(&tree.path)?;
    let (scanner, report) = tree.scan(args.min_confidence.into())?;
    write(&scanner.baseline(&tree.path, &report), Some(&old))?;
    Ok(Exit::Clean)
}

fn prune(args: &TreeArgs) -> Result<Exit> {
    let tree = Tree::new(args)?;
    let old = Baseline::load(&tree.path)?;
    let (scanner, report) = tree.scan(Confidence::Low)?;
    let mut kept = Baseline::of(&tree.path, []);
    for (entry, finding) in scanner.compare(&old, &report)? {
        if let Some(finding) = finding {
            kept.add(following(entry, finding));
        }
    }
    write(&kept, Some(&old))?;
    Ok(Exit::Clean)
}

/// The entry under the name that the file of its finding has now.
fn following(entry: &Entry, finding: &Finding) -> Entry {
    let mut entry = entry.clone();
    if *entry.path != *finding.place.path {
        entry.path = finding.place.path.to_string();
        entry.number = 1;
    }
    entry
}

fn merge(args: &MergeArgs) -> Result<Exit> {
    let root = places::root(&[".".into()])?;
    let path = places::baseline_file(args.file.baseline.as_deref(), &root);
    let own = match path.symlink_metadata() {
        Err(_) if !args.files.is_empty() => Baseline::of(&path, []),
        _ => Baseline::load_both_sides(&path)?,
    };
    let mut entries = own.entries().clone();
    for file in &args.files {
        entries.extend(Baseline::load_both_sides(file)?.entries().iter().cloned());
    }
    write(&Baseline::of(&path, entries), Some(&own))?;
    Ok(Exit::Clean)
}

fn show(args: &TreeArgs) -> Result<Exit> {
    let tree = Tree::new(args)?;
    let baseline = Baseline::load(&tree.path)?;
    let (scanner, report) = tree.scan(Confidence::Low)?;
    let compared = scanner.compare(&baseline, &report)?;
    super::print(|out| {
        for (entry, finding) in &compared {
            writeln!(out, "{}", shown(entry, *finding))?;
        }
        Ok(())
    })?;
    let stale = compared
        .iter()
        .filter(|(_, finding)| finding.is_none())
        .count();
    let count = baseline.entries().len();
    say(&format!(
        "{count} in {}, of which {stale} hold nothing",
        baseline.path().display()
    ));
    Ok(Exit::Clean)
}

/// One line: where the finding of an entry stands now.
fn shown(entry: &Entry, finding: Option<&Finding>) -> String {
    let Some(finding) = finding else {
        return format!("{}: {}: holds nothing", one_line(&entry.path), entry.rule);
    };
    let start = finding.place.region.start;
    let was = match *entry.path == *finding.place.path {
        true => String::new(),
        false => format!(" (was in {})", one_line(&entry.path)),
    };
    format!(
        "{}:{}:{}: {}: {}{was}",
        one_line(&finding.place.path),
        start.line,
        start.column,
        finding.rule,
        one_line(if finding.masked.is_empty() {
            &finding.message
        } else {
            &finding.masked
        }),
    )
}

/// A whole tree with its settings.
struct Tree {
    root: PathBuf,
    settings: Settings,
    /// The file of the baseline.
    path: PathBuf,
    threads: usize,
}

impl Tree {
    fn new(args: &TreeArgs) -> Result<Self> {
        if !args.dir.is_dir() {
            let message = format!("{} is no directory", args.dir.display());
            return Err(Mistake::new(message, "name a directory of the tree").into());
        }
        let root = places::root(std::slice::from_ref(&args.dir))?;
        Ok(Self {
            settings: places::settings(&args.config, std::slice::from_ref(&root))?,
            path: places::baseline_file(args.file.baseline.as_deref(), &root),
            root,
            threads: args.threads,
        })
    }

    /// Scans all of it, as `barekey scan` without a baseline does. A part will not do: what is not seen would be lost.
    fn scan(&self, min_confidence: Confidence) -> Result<(Scanner, Report)> {
        let config_path = self.settings.path.clone();
        let plan = Plan {
            paths: vec![self.root.clone()],
            config: self.settings.config.clone(),
            config_path: config_path.clone(),
            // Not to be scanned.
            baseline: Some(Baseline::of(&self.path, [])),
            min_confidence,
            threads: self.threads,
            ..Plan::default()
        };
        let scanner =
            Scanner::new(plan).map_err(|error| places::in_file(error, config_path.as_deref()))?;
        let bar = terminal::stderr_is_live();
        let report = progress::with_bar(bar, |progress| scanner.scan(progress));
        whole(&report)?;
        Ok((scanner, report))
    }
}

/// Whether all of the tree was seen.
fn whole(report: &Report) -> Result<()> {
    let unread = |kind| kind == NoticeKind::Unreadable;
    if let Some(notice) = report.notices.iter().find(|notice| unread(notice.kind)) {
        let path = notice.path.as_deref().unwrap_or("the tree");
        let message = format!("{path}: {}", notice.message);
        let help =
            "a baseline is made of whole trees; leave the file out with `skip` in barekey.yaml";
        return Err(Mistake::new(message, help).into());
    }
    if report.summary.files == 0 {
        let help = "check the directory, `skip` in barekey.yaml and the ignore files";
        return Err(Mistake::new("no file was read", help).into());
    }
    Ok(())
}

/// Writes a baseline, unless the file holds these bytes already, and tells what changed.
fn write(baseline: &Baseline, old: Option<&Baseline>) -> Result<()> {
    let path = baseline.path();
    let mut bytes = Vec::new();
    baseline.write(&mut bytes)?;
    let name = one_line(&path.to_string_lossy());
    let count = baseline.entries().len();
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        say(&format!("{name} is up to date: {}", entries(count)));
        return Ok(());
    }
    Destination::new(path).write(|out| out.write_all(&bytes))?;
    let changed = old.map(|old| {
        let added = baseline.entries().difference(old.entries()).count();
        let removed = old.entries().difference(baseline.entries()).count();
        format!(" ({added} added, {removed} removed)")
    });
    say(&format!(
        "wrote {name}: {}{}",
        entries(count),
        changed.unwrap_or_default()
    ));
    Ok(())
}

fn entries(count: usize) -> String {
    match count {
        1 => "1 entry".to_owned(),
        _ => format!("{count} entries"),
    }
}

/// Tells on standard error, which may be closed.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incomplete_scan_makes_no_baseline() {
        assert!(whole(&Report::default()).is_err());
        let mut report = Report::default();
        report.summary.files = 1;
        assert!(whole(&report).is_ok());
        report.notices.push(barekey::finding::Notice {
            path: None,
            line: None,
            kind: NoticeKind::Unreadable,
            message: "cannot be read".to_owned(),
        });
        assert!(whole(&report).is_err());
    }
}
