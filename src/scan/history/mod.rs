//! Scans history: every content that ever was, once, however many commits hold it; and the messages of commits and tags.
//!
//! First all contents are scanned, in parallel and in the order in which commits brought them. Then the commits are gone
//! through once more, in memory: what a commit has and those before it had not is news, and belongs to that commit.

use std::collections::{HashMap, HashSet};

use crate::facts::Kind;
use crate::finding::{Finding, Notice, NoticeKind, Skip};
use crate::source::git::Oid;
use crate::source::git::history::{Changed, History, Met};
use crate::source::ignored::Ignored;

use super::drive::Collected;
use super::{Outcome, Progress, Scanner};

mod commits;
mod look;
mod settle;
mod tags;

use commits::{Commits, Paths};
use look::Job;

/// What is looked at: a content under names of one kind, or a commit for its message.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Content(u32, Kind),
    Message(u32),
}

/// Numbers stand for objects, since there are many of them.
#[derive(Default)]
struct Numbers {
    oids: Vec<Oid>,
    by_oid: HashMap<Oid, u32>,
}

impl Numbers {
    fn of(&mut self, oid: Oid) -> u32 {
        let next = self.oids.len() as u32;
        let number = *self.by_oid.entry(oid).or_insert(next);
        if number == next {
            self.oids.push(oid);
        }
        number
    }

    fn oid(&self, number: u32) -> Oid {
        self.oids[number as usize]
    }
}

/// A scan of history, as far as it has come.
struct Past<'a> {
    scanner: &'a Scanner,
    history: &'a History,
    progress: &'a Progress,
    numbers: Numbers,
    paths: Paths,
    commits: Commits,
    /// What was given to be looked at.
    seen: HashSet<What>,
    /// What was found there, if anything.
    found: HashMap<What, Vec<Finding>>,
    all: Collected,
}

impl Scanner {
    /// What the commits of a history brought.
    pub(super) fn past(&self, history: &History, progress: &Progress) -> Collected {
        let mut past = Past {
            scanner: self,
            history,
            progress,
            numbers: Numbers::default(),
            paths: Paths::default(),
            commits: Commits::default(),
            seen: HashSet::new(),
            found: HashMap::new(),
            all: Collected::default(),
        };
        past.look_at_commits();
        past.look_before_commits();
        let mut findings = past.settled();
        findings.extend(past.tags());
        past.all.summary.commits = past.commits.len();
        past.all.outcomes.push(Outcome {
            findings,
            ..Outcome::default()
        });
        past.all
    }

    /// Why a file of history is left out, if it is. What was in the configuration counts; the baseline lists hashes.
    fn leaves_out(&self, history: &History, path: &str, ignored: &mut Ignored<'_>) -> Option<Skip> {
        let baseline = self.plan.baseline.as_ref();
        if baseline.is_some_and(|own| *history.root.relative(own.path()) == *path) {
            return Some(Skip::OwnConfig);
        }
        if self.skip.matches(path) {
            return Some(Skip::Config);
        }
        (self.plan.ignore_files && ignored.matches(path)).then_some(Skip::Ignored)
    }
}

impl Past<'_> {
    /// Goes through the commits, and has everything new looked at on the way.
    fn look_at_commits(&mut self) {
        let (scanner, history) = (self.scanner, self.history);
        let mut ignored = Ignored::new(&*history.settings);
        let mut cut = false;
        let walked = look::at(self, |past, give| {
            history.walk(&mut |met| match met {
                Met::Commit(oid) => {
                    cut |= history.starts.contains(&oid);
                    let number = past.numbers.of(oid);
                    past.commits.begin(number);
                    give(Job::message(number, oid));
                }
                Met::Changed(changed) => {
                    let all = &mut past.all;
                    let path = past.paths.of(&changed.path, |path| {
                        let left_out = scanner.leaves_out(history, path, &mut ignored);
                        left_out.into_iter().for_each(|skip| all.skip(skip));
                        history.covers(path) && left_out.is_none()
                    });
                    if let Some(job) = path.and_then(|path| past.add(path, &changed)) {
                        give(job);
                    }
                }
            })
        });
        if let Err(error) = walked {
            self.tell(NoticeKind::Unreadable, error.to_string());
        }
        if cut {
            let kind = match history.is_range {
                true => NoticeKind::Unreadable,
                false => NoticeKind::Shallow,
            };
            let said = "this clone is shallow, and what came before its start was not seen; `git fetch --unshallow` \
                        brings all of it (fetch-depth: 0 in CI)";
            self.tell(kind, said.to_owned());
        }
    }

    /// Notes a change of the last commit; the answer is what there is to look at.
    fn add(&mut self, path: u32, changed: &Changed) -> Option<Job> {
        let new = changed.new.map(|oid| self.numbers.of(oid));
        let old = changed.old.iter().flatten();
        let old = old.map(|oid| self.numbers.of(*oid)).collect();
        self.commits.add(path, new, old);
        self.job(path, new?)
    }

    /// What is to be looked at for a content of a path, unless it was before.
    fn job(&mut self, path: u32, content: u32) -> Option<Job> {
        let what = What::Content(content, self.paths.kind(path));
        self.seen.insert(what).then(|| Job {
            what,
            oid: self.numbers.oid(content),
            path: self.paths.name(path),
        })
    }

    /// Where commits have findings, looks at what was there before the first of them.
    fn look_before_commits(&mut self) {
        let mut wanted = Vec::new();
        for commit in self.commits.iter() {
            let has_findings = |change: &commits::Change| {
                let what = change
                    .new
                    .map(|new| What::Content(new, self.paths.kind(change.path)));
                what.is_some_and(|what| self.found.contains_key(&what))
            };
            if !commit.changes.iter().any(has_findings) {
                continue;
            }
            for change in commit.changes {
                if change.new.is_none() || has_findings(change) {
                    let old = self.commits.old(change);
                    wanted.extend(old.iter().map(|old| (change.path, *old)));
                }
            }
        }
        let jobs: Vec<Job> = wanted
            .into_iter()
            .filter_map(|(path, old)| self.job(path, old))
            .collect();
        if jobs.is_empty() {
            return;
        }
        let summary = self.all.summary.clone();
        look::at(self, |_, give| jobs.into_iter().for_each(give));
        self.all.summary = summary;
    }

    fn tell(&mut self, kind: NoticeKind, message: String) {
        self.all.notices.push(Notice {
            path: None,
            line: None,
            kind,
            message,
        });
    }
}
