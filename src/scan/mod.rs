//! Wires the rooms: a plan becomes an engine, blobs become outcomes, outcomes become a report.

mod archive;
mod changed;
mod check;
mod chunk;
mod drive;
mod finish;
mod heard;
mod history;
mod includes;
mod kept;
mod mask;
mod neighbours;
mod news;
mod one;
mod pair;
mod programs;
mod project;
mod report;
mod settings;
mod unnamed;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::config::glob::Globs;
use crate::source::git::{Changes, History};
use crate::source::root::Root;
use crate::source::tree::Files;
use crate::source::{Blob, Source};

pub use check::{RuleCheck, check_rules};
use drive::Collected;
use one::{Engine, Scratch, scan_blob};

use crate::catalogue::PlanError;
use crate::config::Config;
use crate::finding::{Confidence, Finding, Notice, Report, Skip};
use crate::suppress::baseline::{Baseline, Entry};

/// What to scan and how; the checked form of a command line. Knows no clap.
#[derive(Debug)]
pub struct Plan {
    /// Files and directories to scan, as named by the user.
    pub paths: Vec<PathBuf>,
    /// Scan standard input under this name instead of paths.
    pub stdin: Option<String>,
    /// Scan what changed instead of paths.
    pub changes: Option<Changes>,
    /// Scan commits instead of paths.
    pub history: Option<History>,
    /// Obey `.gitignore` and `.barekeyignore`.
    pub ignore_files: bool,
    /// Findings below this are held.
    pub min_confidence: Confidence,
    /// Only these rules; empty means all.
    pub only: Vec<String>,
    /// Not these rules.
    pub skip: Vec<String>,
    /// What the project says.
    pub config: Config,
    /// The file the configuration was read from; it is not scanned.
    pub config_path: Option<PathBuf>,
    /// What was there before; its file is not scanned.
    pub baseline: Option<Baseline>,
    /// Honour inline markers.
    pub inline_allow: bool,
    /// What becomes of inline markers that the scanned commits add.
    pub new_allows: NewAllows,
    /// Worker threads; 0 means one a core.
    pub threads: usize,
    /// Keep held findings in the report.
    pub keep_held: bool,
    /// Keep even what the judge does not believe (confidence below 0.2); for `explain`.
    pub keep_all: bool,
}

impl Default for Plan {
    /// A scan of nothing, as a command line without options means it.
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            stdin: None,
            changes: None,
            history: None,
            ignore_files: true,
            min_confidence: Confidence::Medium,
            only: Vec::new(),
            skip: Vec::new(),
            config: Config::default(),
            config_path: None,
            baseline: None,
            inline_allow: true,
            new_allows: NewAllows::Honour,
            threads: 0,
            keep_held: false,
            keep_all: false,
        }
    }
}

impl Plan {
    /// The files that steer the scan and are not scanned: configuration and baseline.
    fn own_files(&self) -> impl Iterator<Item = &Path> {
        let baseline = self.baseline.as_ref().map(Baseline::path);
        self.config_path.as_deref().into_iter().chain(baseline)
    }
}

/// What becomes of inline markers that the scanned commits add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewAllows {
    /// They hold findings as others do.
    Honour,
    /// The same, and each is told.
    Tell,
    /// They hold nothing.
    Refuse,
}

/// Counts that grow while a scan runs, for a progress bar.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files done.
    pub files: AtomicU64,
    /// Bytes done.
    pub bytes: AtomicU64,
}

/// What came of one blob.
#[derive(Default)]
pub struct Outcome {
    /// Not yet grouped over files.
    pub findings: Vec<Finding>,
    /// What to know about this blob.
    pub notices: Vec<Notice>,
    /// Bytes that were analysed.
    pub bytes: u64,
    /// Why it was left out, if it was.
    pub skipped: Option<Skip>,
    /// A template, which is analysed when all files of its module were seen.
    pub(crate) template: Option<crate::link::File>,
    /// The variables of the environment that it reads where it asks Google for secrets, if it is a program.
    pub(crate) asks: Vec<Box<str>>,
    /// Its path where it is no template, but one may take values out of it.
    pub(crate) includable: Option<std::sync::Arc<str>>,
    /// What it has to do with others where it is a program.
    pub(crate) program: Option<programs::Note>,
}

/// A plan made ready: rules chosen, engine built.
pub struct Scanner {
    plan: Plan,
    engine: Engine,
    skip: Globs,
}

impl Scanner {
    /// Makes a plan ready.
    ///
    /// # Errors
    /// When a rule is unknown or wrong, or none is left.
    pub fn new(plan: Plan) -> Result<Self, PlanError> {
        let engine = Engine::new(&plan)?;
        let skip = Globs::new(&plan.config.skip, "skip")?;
        Ok(Self { plan, engine, skip })
    }

    /// Scans what the plan names. Never fails: what could not be read is a notice of kind `Unreadable`.
    pub fn scan(&self, progress: &Progress) -> Report {
        if let Some(history) = &self.plan.history {
            let collected = self.past(history, progress);
            return report::report(&self.engine, &self.plan, &history.root, collected);
        }
        if let Some(changes) = &self.plan.changes {
            let collected = self.changed(changes, progress);
            return report::report(&self.engine, &self.plan, &changes.root, collected);
        }
        let root = match Root::find(&self.plan.paths) {
            Ok(root) => root,
            Err(error) => {
                return report::unreadable(format!(
                    "failed to find the current directory: {error}"
                ));
            }
        };
        let scan_one = |scratch: &mut Scratch, blob: Blob| scan_blob(&self.engine, scratch, blob);
        let (mut collected, named) = match &self.plan.stdin {
            Some(name) => (
                drive::stdin(name, &root, progress, &scan_one),
                HashSet::new(),
            ),
            None => (
                drive::run(&self.plan, &self.skip, &root, progress, &scan_one),
                self.plan.paths.iter().map(|p| root.relative(p)).collect(),
            ),
        };
        self.link(&mut collected, &Files::new(&root), &named);
        report::report(&self.engine, &self.plan, &root, collected)
    }

    /// Holds a finding that the configuration allows in its file.
    fn hold_by_config(&self, finding: &mut Finding) {
        let secret = finding.secret.as_ref().map_or(&[][..], |s| s.reveal());
        if finding.held.is_none() {
            let allow = &self.engine.allow;
            finding.held = allow.hold(&finding.rule, &finding.place.path, secret);
        }
    }

    /// Analyses the templates among what was collected, together with the rest of the modules of those that were named.
    fn link(&self, collected: &mut Collected, source: &dyn Source, named: &HashSet<Arc<str>>) {
        let mut context =
            neighbours::read(source, named, &collected.outcomes, &collected.includable);
        if !self.engine.module_audits.is_empty() {
            includes::take(collected, &mut context, &|path| {
                neighbours::text(source, path)
            });
        }
        let sightings = match self.engine.follows {
            true => self.cross(collected, &mut context, source, named),
            false => Vec::new(),
        };
        let outcomes = &mut collected.outcomes;
        project::settle(
            &self.engine,
            outcomes,
            context,
            sightings,
            self.plan.threads,
        );
    }

    /// What is seen only by looking at several programs; these wait for being looked at together, whatever was found in
    /// them before.
    fn cross(
        &self,
        collected: &mut Collected,
        context: &mut Vec<crate::link::File>,
        source: &dyn Source,
        named: &HashSet<Arc<str>>,
    ) -> Vec<project::Crossing> {
        let is_on = |rule: &crate::Rule| self.engine.catalogue.is_on(&rule.id);
        let mut found = programs::crossings(
            source,
            named,
            &collected.programs,
            &is_on,
            self.plan.threads,
        );
        collected.notices.extend(found.notice.take());
        let scanned: HashSet<Arc<str>> = collected
            .programs
            .iter()
            .map(programs::Note::path)
            .collect();
        let (files, crossings) = found.into_files();
        let templates = collected
            .outcomes
            .iter()
            .filter_map(|o| o.template.as_ref());
        let known = templates
            .chain(&*context)
            .map(|file| file.text.path.clone());
        let known: HashSet<Arc<str>> = known.collect();
        for file in files
            .into_iter()
            .filter(|file| !known.contains(&file.text.path))
        {
            match scanned.contains(&file.text.path) {
                true => includes::replace(&mut collected.outcomes, file),
                false => context.push(file),
            }
        }
        crossings
    }

    /// A baseline for all that a report of this scanner does not hold back.
    #[must_use]
    pub fn baseline(&self, path: &Path, report: &Report) -> Baseline {
        Baseline::of_findings(path, &report::seen(&self.engine, report).1)
    }

    /// For each entry of a baseline which finding of a report by this scanner it holds.
    ///
    /// # Errors
    /// When there is no current directory.
    pub fn compare<'a>(
        &self,
        baseline: &'a Baseline,
        report: &'a Report,
    ) -> std::io::Result<Vec<(&'a Entry, Option<&'a Finding>)>> {
        let root = Root::find(&self.plan.paths)?;
        let (open, seen) = report::seen(&self.engine, report);
        let compared = baseline.compare(&seen, &|path| report::is_gone(&root, path));
        let finding = |at: usize| &report.findings[open[at]];
        Ok(compared
            .into_iter()
            .map(|(entry, at)| (entry, at.map(finding)))
            .collect())
    }
}

/// The absolute directory that paths in a report are relative to.
///
/// # Errors
/// When there is no current directory.
pub fn root(paths: &[PathBuf]) -> std::io::Result<PathBuf> {
    Root::find(paths).map(|root| root.dir().to_owned())
}
