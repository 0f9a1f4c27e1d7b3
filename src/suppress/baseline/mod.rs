//! The baseline: a list of findings that were there before, so that only news is reported.
//!
//! It is made to live in a repository: text, one sorted line an entry, no line numbers, no times. So it changes only when
//! findings do, and two branches that each add an entry merge without a conflict. One entry holds one finding, by path,
//! class and value; moved lines and a better rule change nothing. An entry whose file is gone may hold one finding
//! elsewhere, as after a renaming.

mod entry;
mod matching;
mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::identity::Identity;
use crate::finding::{Finding, Held, Notice, NoticeKind};

pub use entry::{Entry, Value};
pub use read::BaselineError;

/// The name under which a baseline is looked for at the root of a tree.
pub const FILE_NAME: &str = ".barekey-baseline";

/// The form that is written, and the newest that is read.
const VERSION: u32 = 1;

/// Entries that hold nothing are told one by one up to this number.
const TOLD: usize = 20;

/// A list of findings that were there before.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// The file that it stands in.
    path: PathBuf,
    entries: BTreeSet<Entry>,
}

impl Baseline {
    /// The baseline of a tree, if it has one. Whether it can be read is for [`Baseline::load`] to say.
    #[must_use]
    pub fn find(root: &Path) -> Option<PathBuf> {
        Some(root.join(FILE_NAME)).filter(|path| path.symlink_metadata().is_ok())
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// When it is no regular file of at most 16 MiB, was written by a newer version, or holds a line that is no entry.
    pub fn load(path: &Path) -> Result<Self, BaselineError> {
        read::load(path).map(|entries| Self::of(path, entries))
    }

    /// Reads a baseline from bytes that did not come from a disk, such as those of a commit.
    ///
    /// # Errors
    /// As [`Baseline::load`].
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, BaselineError> {
        read::parse(path, bytes).map(|entries| Self::of(path, entries))
    }

    /// Reads a baseline, and takes both sides where git left a conflict in it.
    ///
    /// # Errors
    /// As [`Baseline::load`].
    pub fn load_both_sides(path: &Path) -> Result<Self, BaselineError> {
        read::load_both_sides(path).map(|entries| Self::of(path, entries))
    }

    /// A baseline of these entries.
    pub fn of(path: &Path, entries: impl IntoIterator<Item = Entry>) -> Self {
        Self {
            path: path.to_owned(),
            entries: entries.into_iter().collect(),
        }
    }

    /// One that holds all of these findings.
    pub(crate) fn of_findings(path: &Path, seen: &[Seen<'_>]) -> Self {
        let mut baseline = Self::of(path, []);
        for seen in seen {
            baseline.add(Entry::of(seen.finding, &seen.identity, 1));
        }
        baseline
    }

    /// Adds an entry under the next number that is free.
    pub fn add(&mut self, mut entry: Entry) {
        while self.entries.contains(&entry) {
            entry.number += 1;
        }
        self.entries.insert(entry);
    }

    /// The file that it stands in, or will.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The entries in the order of their paths.
    #[must_use]
    pub fn entries(&self) -> &BTreeSet<Entry> {
        &self.entries
    }

    /// Writes it: always the same bytes for the same entries.
    ///
    /// # Errors
    /// When `out` does.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# barekey-baseline {VERSION}")?;
        writeln!(
            out,
            "# Findings that were there before: PATH CLASS RULE VALUE [NUMBER]. VALUE is 16 bits of a hash where"
        )?;
        writeln!(
            out,
            "# the secret can be guessed. Change it with `barekey baseline`; the order of lines does not count."
        )?;
        let lines: BTreeSet<String> = self.entries.iter().map(Entry::to_string).collect();
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// For each entry, in order, which of the findings it holds. `gone` says that there is no such file.
    pub(crate) fn compare(
        &self,
        seen: &[Seen<'_>],
        gone: &dyn Fn(&str) -> bool,
    ) -> Vec<(&Entry, Option<usize>)> {
        let entries: Vec<&Entry> = self.entries.iter().collect();
        let holds = matching::entries_with_findings(&entries, seen, gone);
        entries.into_iter().zip(holds).collect()
    }

    /// Holds what was there before, and says which entries hold nothing.
    pub(crate) fn hold(
        &self,
        findings: &mut [Finding],
        made: &dyn Fn(&Finding) -> bool,
        gone: &dyn Fn(&str) -> bool,
    ) -> Vec<Notice> {
        // What stood there before a change is what the entries speak of first, so that a further copy is news.
        let mut open: Vec<usize> = (0..findings.len())
            .filter(|&at| matches!(findings[at].held, None | Some(Held::Known)))
            .collect();
        open.sort_by_key(|&at| findings[at].held.is_none());
        let seen: Vec<Seen<'_>> = open
            .iter()
            .map(|&at| Seen::new(&findings[at], made))
            .collect();
        let compared = self.compare(&seen, gone);
        let held: Vec<usize> = compared.iter().filter_map(|(_, at)| *at).collect();
        let stale: Vec<&Entry> = compared
            .iter()
            .filter(|(_, at)| at.is_none())
            .map(|(entry, _)| *entry)
            .collect();
        for at in held {
            findings[open[at]].held.get_or_insert(Held::Baseline);
        }
        notices(&stale)
    }
}

/// A finding and what stands for its value.
pub(crate) struct Seen<'f> {
    pub(crate) finding: &'f Finding,
    pub(crate) identity: Identity,
}

impl<'f> Seen<'f> {
    /// `made` says that the secret's format is one that machines make.
    pub(crate) fn new(finding: &'f Finding, made: &dyn Fn(&Finding) -> bool) -> Self {
        Self {
            finding,
            identity: Identity::of(finding, made(finding)),
        }
    }
}

/// What to say of entries that hold nothing: by file, for there may be many.
fn notices(stale: &[&Entry]) -> Vec<Notice> {
    let mut by_path: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in stale {
        by_path.entry(&entry.path).or_default().push(&entry.rule);
    }
    let notice = |path: Option<&str>, message| Notice {
        path: path.map(Into::into),
        line: None,
        kind: NoticeKind::StaleBaseline,
        message,
    };
    let mut notices: Vec<Notice> = by_path
        .iter()
        .take(TOLD)
        .map(|(path, rules)| {
            let (what, entries) = match rules.as_slice() {
                [rule] => ((*rule).to_owned(), "the entry"),
                rules => (format!("{} findings", rules.len()), "the entries"),
            };
            let message = format!(
                "the baseline holds {what} that this scan does not find; `barekey baseline prune` removes {entries}"
            );
            notice(Some(path), message)
        })
        .collect();
    if by_path.len() > TOLD {
        let message = format!(
            "the baseline holds findings in {} more files that this scan does not find",
            by_path.len() - TOLD
        );
        notices.push(notice(None, message));
    }
    notices
}

#[cfg(test)]
mod tests;
