//! Takes all that a plan names through one function, in parallel.
//!
//! Directories are scanned inside the walker's threads, lists on as many threads of rayon. Each worker owns its scratch and
//! its results, and hands the results over once, when it is done.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkState};

use super::one::Scratch;
use super::programs::Note;
use super::{Outcome, Plan, Progress};
use crate::config::glob::Globs;
use crate::finding::{Notice, NoticeKind, Skip, Summary};
use crate::source::Blob;
use crate::source::git::{GitError, tracked};
use crate::source::root::Root;
use crate::source::tree::{self, Origin, Refusal, reason};
use crate::source::walk::{Named, Tree};

/// What turns a blob into an outcome with the help of a worker's scratch.
pub(crate) type ScanOne<'a> = &'a (dyn Fn(&mut Scratch, Blob) -> Outcome + Sync);

/// What all workers share.
pub(crate) struct Drive<'a> {
    plan: &'a Plan,
    root: &'a Root,
    progress: &'a Progress,
    skip: &'a Globs,
    /// The configuration and the baseline of this run.
    own: Vec<PathBuf>,
}

/// What came of a scan, in no order.
#[derive(Default)]
pub(crate) struct Collected {
    /// Of blobs about which there is something to say.
    pub(crate) outcomes: Vec<Outcome>,
    /// What could not be read.
    pub(crate) notices: Vec<Notice>,
    /// Counts; the number of rules is left out.
    pub(crate) summary: Summary,
    /// Files that a template may take values out of.
    pub(crate) includable: Vec<Arc<str>>,
    /// What programs have to do with each other.
    pub(crate) programs: Vec<Note>,
}

impl Collected {
    pub(super) fn add(&mut self, other: Self) {
        self.outcomes.extend(other.outcomes);
        self.notices.extend(other.notices);
        self.includable.extend(other.includable);
        self.programs.extend(other.programs);
        self.summary.files += other.summary.files;
        self.summary.bytes += other.summary.bytes;
        for (skip, count) in other.summary.skipped {
            *self.summary.skipped.entry(skip).or_default() += count;
        }
    }

    pub(super) fn skip(&mut self, skip: Skip) {
        *self.summary.skipped.entry(skip).or_default() += 1;
    }

    /// Keeps an outcome, and tells the progress.
    pub(crate) fn keep(&mut self, mut outcome: Outcome, progress: &Progress) {
        progress.files.fetch_add(1, Ordering::Relaxed);
        progress.bytes.fetch_add(outcome.bytes, Ordering::Relaxed);
        self.summary.bytes += outcome.bytes;
        match outcome.skipped {
            Some(skip) => self.skip(skip),
            None => self.summary.files += 1,
        }
        self.includable.extend(outcome.includable.take());
        self.programs.extend(outcome.program.take());
        let speaks = !outcome.findings.is_empty() || !outcome.notices.is_empty();
        if speaks || outcome.template.is_some() || !outcome.asks.is_empty() {
            self.outcomes.push(outcome);
        }
    }
}

/// Scans the paths of a plan, but for those that `skip` matches.
pub(crate) fn run(
    plan: &Plan,
    skip: &Globs,
    root: &Root,
    progress: &Progress,
    scan_one: ScanOne<'_>,
) -> Collected {
    let drive = Drive {
        plan,
        root,
        progress,
        skip,
        own: plan.own_files().map(|path| root.absolute(path)).collect(),
    };
    let sink = Mutex::default();
    drive.scan_all(scan_one, &sink);
    sink.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Scans standard input under a name.
pub(crate) fn stdin(
    name: &str,
    root: &Root,
    progress: &Progress,
    scan_one: ScanOne<'_>,
) -> Collected {
    let mut collected = Collected::default();
    let path = root.relative(Path::new(name));
    match tree::content(io::stdin(), 64 << 10, Vec::new()) {
        Ok(content) => collected.keep(
            scan_one(&mut Scratch::default(), Blob { path, content }),
            progress,
        ),
        Err(error) => collected.notices.push(Notice {
            message: format!("failed to read standard input: {}", reason(&error)),
            path: None,
            line: None,
            kind: NoticeKind::Unreadable,
        }),
    }
    collected
}

impl Drive<'_> {
    /// Walks the directories while git lists its files, then takes what is left.
    fn scan_all(&self, scan_one: ScanOne<'_>, sink: &Mutex<Collected>) {
        let named = Named::new(self.root, &self.plan.paths);
        let mut rest = Collected::default();
        for (path, error) in &named.failed {
            rest.notices.push(self.unreadable(path, error));
        }
        let tree = Tree::new(&named, self.plan.ignore_files);
        let mut list: Vec<(PathBuf, Origin)> = named
            .files
            .into_iter()
            .map(|path| (path, Origin::Named))
            .collect();
        if !tree.is_empty() {
            let tracked = thread::scope(|scope| {
                let asks = self.plan.ignore_files && self.root.is_work_tree();
                let git = asks.then(|| scope.spawn(|| tracked::ignored_files(self.root.dir())));
                tree.walk(self.threads()).visit(&mut Workers {
                    drive: self,
                    scan_one,
                    sink,
                });
                git.map(|git| {
                    git.join()
                        .unwrap_or_else(|_| Err(GitError::new("failed to read from git")))
                })
            });
            match tracked {
                Some(Ok(files)) => list.extend(
                    tree.left_out(files)
                        .into_iter()
                        .map(|path| (path, Origin::Walked)),
                ),
                Some(Err(error)) => rest.notices.push(Notice {
                    path: None,
                    line: None,
                    kind: NoticeKind::GitFailed,
                    message: format!("tracked files that are ignored were not scanned: {error}"),
                }),
                None => {}
            }
        }
        let trap = io::Error::other("an ignore file in it is no regular file");
        rest.notices
            .extend(tree.refused().iter().map(|dir| self.unreadable(dir, &trap)));
        self.scan_list(&list, scan_one, sink);
        sink.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(rest);
    }

    /// Scans single files.
    fn scan_list(
        &self,
        list: &[(PathBuf, Origin)],
        scan_one: ScanOne<'_>,
        sink: &Mutex<Collected>,
    ) {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut worker = Worker::new(self, scan_one, sink);
            while let Some((path, origin)) = list.get(next.fetch_add(1, Ordering::Relaxed)) {
                worker.scan(path, *origin);
            }
        };
        in_parallel(self.threads().min(list.len()), &work);
    }

    /// How many workers there are.
    fn threads(&self) -> usize {
        workers(self.plan)
    }

    /// The notice that something cannot be read.
    fn unreadable(&self, path: &Path, error: &io::Error) -> Notice {
        let path = self.root.relative(path);
        let message = format!("cannot be read: {}", reason(error));
        Notice {
            path: Some(path),
            line: None,
            kind: NoticeKind::Unreadable,
            message,
        }
    }
}

/// How many workers a plan means.
pub(super) fn workers(plan: &Plan) -> usize {
    match plan.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

/// Does the same work on several threads, or here where one is enough.
pub(super) fn in_parallel(threads: usize, work: &(dyn Fn() + Sync)) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    match (threads, pool.build()) {
        (2.., Ok(pool)) => drop(pool.broadcast(|_| work())),
        // One is enough, or no more threads are to be had.
        _ => work(),
    }
}

/// Makes a worker for each thread of a walk.
struct Workers<'a> {
    drive: &'a Drive<'a>,
    scan_one: ScanOne<'a>,
    sink: &'a Mutex<Collected>,
}

impl<'s, 'a: 's> ParallelVisitorBuilder<'s> for Workers<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        Box::new(Worker::new(self.drive, self.scan_one, self.sink))
    }
}

/// Scans what it is given, one file after the other.
struct Worker<'a> {
    drive: &'a Drive<'a>,
    scan_one: ScanOne<'a>,
    sink: &'a Mutex<Collected>,
    /// Made for the first file.
    scratch: Option<Scratch>,
    collected: Collected,
}

impl<'a> Worker<'a> {
    fn new(drive: &'a Drive<'a>, scan_one: ScanOne<'a>, sink: &'a Mutex<Collected>) -> Self {
        Self {
            drive,
            scan_one,
            sink,
            scratch: None,
            collected: Collected::default(),
        }
    }

    /// Scans one file.
    fn scan(&mut self, path: &Path, origin: Origin) {
        let name = self.drive.root.relative(path);
        if self.drive.own.iter().any(|own| own == path) {
            return self.collected.skip(Skip::OwnConfig);
        }
        if self.drive.skip.matches(&name) {
            return self.collected.skip(Skip::Config);
        }
        let scratch = self.scratch.get_or_insert_default();
        match tree::open(path, origin, std::mem::take(&mut scratch.buffer)) {
            Ok(content) => {
                let outcome = (self.scan_one)(
                    scratch,
                    Blob {
                        path: name,
                        content,
                    },
                );
                self.collected.keep(outcome, self.drive.progress);
            }
            Err(Refusal::Skip(skip)) => self.collected.skip(skip),
            // It went away since its directory was read.
            Err(Refusal::Unreadable(error))
                if origin != Origin::Named && error.kind() == io::ErrorKind::NotFound => {}
            Err(Refusal::Unreadable(error)) => self
                .collected
                .notices
                .push(self.drive.unreadable(path, &error)),
        }
    }

    /// Whether the walk should enter a directory.
    fn enter(&mut self, entry: &DirEntry) -> WalkState {
        let left_out = entry.depth() > 0
            && self
                .drive
                .skip
                .matches(&self.drive.root.relative(entry.path()));
        if left_out {
            self.collected.skip(Skip::Config);
            return WalkState::Skip;
        }
        WalkState::Continue
    }
}

impl ParallelVisitor for Worker<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry)
                if entry.file_type().is_some_and(|kind| kind.is_dir()) || entry.depth() == 0 =>
            {
                return self.enter(&entry);
            }
            Ok(entry) => {
                let origin = entry.file_type().map_or(Origin::Walked, Origin::Entry);
                self.scan(entry.path(), origin);
            }
            // A malformed line of an ignore file has no error of the system in it; git is silent about it, too.
            Err(error) => {
                if let Some((path, error)) = failure(&error, Path::new("")) {
                    self.collected
                        .notices
                        .push(self.drive.unreadable(path, error));
                }
            }
        }
        WalkState::Continue
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        let collected = std::mem::take(&mut self.collected);
        self.sink
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(collected);
    }
}

/// The error of the system in an error of the walk, and the path that it is about.
fn failure<'e>(error: &'e ignore::Error, path: &'e Path) -> Option<(&'e Path, &'e io::Error)> {
    match error {
        ignore::Error::WithPath { path, err } => failure(err, path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            failure(err, path)
        }
        ignore::Error::Partial(errors) => errors.iter().find_map(|error| failure(error, path)),
        ignore::Error::Io(error) => Some((path, error)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
