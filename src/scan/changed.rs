//! Scans changes: each changed file whole, and of what is found there only what did not stand there before is news.
//!
//! The old state is analysed by the same engine, and only where the new one has findings. So a value changed under an old
//! key is found, and moved lines, merges and renames are no news.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::finding::{Finding, Notice, NoticeKind, Skip};
use crate::source::Source;
use crate::source::git::Changes;
use crate::source::git::changes::{Before, Step};
use crate::source::ignored::Ignored;
use crate::source::tree::{Files, reason};

use super::drive::{self, Collected};
use super::news::Known;
use super::one::{Scratch, scan_blob};
use super::{Outcome, Progress, Scanner};

/// So many files are worth one more thread, and one more process of git.
const SHARE: usize = 32;

impl Scanner {
    /// Everything in the changed files; what stood there before is held.
    pub(super) fn changed(&self, changes: &Changes, progress: &Progress) -> Collected {
        let mut all = Collected::default();
        let mut findings: Vec<Finding> = Vec::new();
        let tree = Files::new(&changes.root);
        let mut ignored = Ignored::new(&tree);
        for step in &changes.steps {
            let files = self.chosen(&step.files, changes, &mut ignored, &mut all);
            let mut collected = self.files_of(&files, &*step.view, step.named, progress);
            let mut found = taken(&mut collected);
            all.add(collected);
            self.hold_in_place(step, &mut found, &mut all);
            findings.append(&mut found);
        }
        self.hold_moved(changes, &mut findings, &mut all);
        for _ in 0..changes.submodules {
            all.skip(Skip::Submodule);
        }
        all.notices.extend(changes.unmerged.iter().map(conflict));
        all.outcomes.push(Outcome {
            findings,
            ..Outcome::default()
        });
        all
    }

    /// The files that are to be scanned.
    fn chosen(
        &self,
        files: &[Arc<str>],
        changes: &Changes,
        ignored: &mut Ignored<'_>,
        all: &mut Collected,
    ) -> Vec<Arc<str>> {
        let own = self
            .plan
            .own_files()
            .map(|path| changes.root.relative(path));
        let own: Vec<Arc<str>> = own.collect();
        let mut skipped = |path: &Arc<str>| {
            if own.contains(path) {
                return Some(Skip::OwnConfig);
            }
            if self.skip.matches(path) {
                return Some(Skip::Config);
            }
            (self.plan.ignore_files && ignored.matches(path)).then_some(Skip::Ignored)
        };
        let mut chosen = Vec::with_capacity(files.len());
        for path in files {
            match skipped(path) {
                Some(skip) => all.skip(skip),
                None => chosen.push(path.clone()),
            }
        }
        chosen
    }

    /// Scans files, and links them with the rest of their modules.
    fn files_of(
        &self,
        files: &[Arc<str>],
        view: &dyn Source,
        named: bool,
        progress: &Progress,
    ) -> Collected {
        let next = AtomicUsize::new(0);
        let sink: Mutex<Collected> = Mutex::default();
        let work = || {
            let (mut scratch, mut mine) = (Scratch::default(), Collected::default());
            while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                match view.read(path) {
                    Ok(Some(blob)) => {
                        let outcome = scan_blob(&self.engine, &mut scratch, blob);
                        mine.keep(outcome, progress);
                    }
                    // It went away in the meantime.
                    Ok(None) if !named => {}
                    Ok(None) => mine.notices.push(Notice::unreadable(path, "no such file")),
                    Err(error) => mine.notices.push(Notice::unreadable(path, &reason(&error))),
                }
            }
            sink.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .add(mine);
        };
        let threads = drive::workers(&self.plan).min(1 + files.len() / SHARE);
        drive::in_parallel(threads, &work);
        let mut collected = sink.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.link(&mut collected, view, &files.iter().cloned().collect());
        collected
    }

    /// Findings of files as they were before; of what happens there, only what could not be read is told.
    fn earlier(&self, files: &[Arc<str>], before: &Before, all: &mut Collected) -> Vec<Finding> {
        let mut collected = self.files_of(files, &*before.view, false, &Progress::default());
        let found = taken(&mut collected);
        let lost = |notice: &Notice| notice.kind == NoticeKind::Unreadable;
        all.notices
            .extend(collected.notices.into_iter().filter(lost));
        found
    }

    /// Holds what stood in the same file before.
    fn hold_in_place(&self, step: &Step, found: &mut [Finding], all: &mut Collected) {
        let paths: BTreeSet<Arc<str>> = found.iter().map(|f| f.place.path.clone()).collect();
        let paths: Vec<Arc<str>> = paths.into_iter().collect();
        if paths.is_empty() {
            return;
        }
        let mut known: HashMap<Arc<str>, Known> = HashMap::new();
        for before in &step.before {
            for finding in self.earlier(&paths, before, all) {
                let path = finding.place.path.clone();
                known.entry(path).or_default().extend([&finding]);
            }
        }
        for finding in found {
            if let Some(known) = known.get_mut(&finding.place.path) {
                known.hold([finding]);
            }
        }
    }

    /// Holds what stood in a file that is gone.
    fn hold_moved(&self, changes: &Changes, findings: &mut [Finding], all: &mut Collected) {
        let mut known = Known::default();
        let before = changes.steps.iter().flat_map(|step| &step.before);
        for before in before.filter(|before| !before.removed.is_empty()) {
            if findings.iter().any(|finding| finding.held.is_none()) {
                known.extend(&self.earlier(&before.removed, before, all));
            }
        }
        known.hold(findings.iter_mut().filter(|finding| finding.held.is_none()));
    }
}

/// Takes the findings out of the outcomes, in the order of files and lines.
fn taken(collected: &mut Collected) -> Vec<Finding> {
    let outcomes = collected.outcomes.iter_mut();
    let mut found: Vec<Finding> = outcomes.flat_map(|o| o.findings.drain(..)).collect();
    found.sort_by(|a, b| (&a.place.path, a.place.region).cmp(&(&b.place.path, b.place.region)));
    found
}

/// The notice that nothing is staged for a path in conflict.
fn conflict(path: &Arc<str>) -> Notice {
    Notice {
        path: Some(path.clone()),
        line: None,
        kind: NoticeKind::Unmerged,
        message: "not scanned: its conflict is not resolved yet".to_owned(),
    }
}
