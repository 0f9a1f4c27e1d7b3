//! What changed since the last commit: entries of the index that differ from `HEAD`, files that differ from the index,
//! files that are new; each with what stood there before.

use std::collections::HashSet;
use std::sync::Arc;

use super::objects::Objects;
use super::stat::{self, Fate};
use super::view::{Commit, Listed};
use super::{Entry, Git, GitError, Oid, Repository};
use crate::source::root::{self, Root};
use crate::source::{Source, tree};

/// Which changes are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those in the index.
    pub staged: bool,
    /// Those of tracked files that are not staged.
    pub unstaged: bool,
    /// Files that are not tracked and not ignored.
    pub untracked: bool,
    /// Only those of these paths, if there are any. With `staged` alone, named files without changes are taken whole.
    pub paths: Vec<std::path::PathBuf>,
}

/// Files that changed, and what they were before.
pub struct Changes {
    pub(crate) root: Root,
    /// One for each place where there are changes.
    pub(crate) steps: Vec<Step>,
    /// Submodules, which are repositories of their own.
    pub(crate) submodules: usize,
    /// Paths in conflict: nothing is staged for them.
    pub(crate) unmerged: Vec<Arc<str>>,
}

/// Files as they are in one place.
pub(crate) struct Step {
    pub(crate) view: Arc<dyn Source>,
    /// Those that changed, sorted.
    pub(crate) files: Vec<Arc<str>>,
    /// Whether the user named them, so that they must be there.
    pub(crate) named: bool,
    /// What they are compared with: secrets that stood there are known.
    pub(crate) before: Vec<Before>,
}

/// The files of an earlier state.
pub(crate) struct Before {
    pub(crate) view: Arc<dyn Source>,
    /// Those that are gone: what stood in them may stand elsewhere now.
    pub(crate) removed: Vec<Arc<str>>,
}

impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files = self.steps.iter().map(|step| &step.files);
        f.debug_list().entries(files).finish()
    }
}

impl Changes {
    /// Asks git for the changes.
    ///
    /// # Errors
    /// When the index or a commit cannot be read.
    pub fn read(repository: &Repository, wanted: &Wanted) -> Result<Self, GitError> {
        let mut changes = Self {
            root: repository.root(),
            steps: Vec::new(),
            submodules: 0,
            unmerged: Vec::new(),
        };
        if !repository.has_work_tree() {
            return Err(GitError::new("a bare repository has nothing staged")
                .help("scan its history: barekey scan --history"));
        }
        if wanted.staged {
            changes.add_staged(repository)?;
        }
        if wanted.unstaged {
            changes.add_unstaged(repository)?;
        }
        if wanted.untracked {
            changes.add_untracked(repository)?;
        }
        let rest = changes.narrow(&wanted.paths);
        if !(wanted.unstaged || wanted.untracked) {
            changes.add_whole(rest);
        }
        Ok(changes)
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.files.is_empty())
    }

    fn add_staged(&mut self, repository: &Repository) -> Result<(), GitError> {
        let objects = Objects::new(&repository.git);
        objects.prepare();
        let diffs = match repository.head {
            Some(head) => {
                let mut commits = vec![head];
                commits.extend(repository.merge_heads());
                let diffs = commits.into_iter().map(|commit| {
                    let differing = differing(&repository.git, commit)?;
                    Ok((Some(commit), differing))
                });
                diffs.collect::<Result<Vec<_>, GitError>>()?
            }
            None => vec![(None, all(&repository.git)?)],
        };
        let Some(((head, first), merged)) = diffs.split_first() else {
            return Ok(());
        };
        let staged = first
            .iter()
            .map(|one| (one.path.clone(), one.new.and_then(Side::blob)));
        let base = head.map(|head| Commit::new(&objects, head));
        let index = Listed::new(&objects, base, staged);
        // What is as in one of the merged commits is no news.
        let merged: Vec<HashSet<&str>> = merged
            .iter()
            .map(|(_, differing)| differing.iter().map(|one| &*one.path).collect())
            .collect();
        let is_new = |one: &&Differing| merged.iter().all(|paths| paths.contains(&*one.path));
        let mut files = Vec::new();
        for one in first.iter().filter(is_new) {
            match one.new {
                _ if one.unmerged => self.unmerged.push(one.path.clone()),
                Some(side) if side.entry == Entry::Submodule => self.submodules += 1,
                Some(side) if one.old.is_none_or(|old| old.oid != side.oid) => {
                    files.push(one.path.clone());
                }
                _ => {}
            }
        }
        let before = diffs.iter().filter_map(|(commit, differing)| {
            let gone = differing.iter().filter(|one| one.is_gone());
            let old = differing
                .iter()
                .map(|one| (one.path.clone(), one.old.and_then(Side::blob)));
            let base = Commit::new(&objects, (*commit)?);
            Some(Before {
                view: Arc::new(Listed::new(&objects, Some(base), old)),
                removed: gone.map(|one| one.path.clone()).collect(),
            })
        });
        self.steps.push(Step {
            view: Arc::new(index),
            files,
            named: false,
            before: before.collect(),
        });
        Ok(())
    }

    fn add_unstaged(&mut self, repository: &Repository) -> Result<(), GitError> {
        let noted = stat::noted(&repository.git).map_err(unreadable)?;
        let written = stat::written(repository);
        let (mut files, mut removed) = (Vec::new(), Vec::new());
        for one in &noted {
            match one.fate(self.root.dir(), written) {
                Fate::Same => {}
                Fate::Changed => files.push(one.path.clone()),
                Fate::Gone => removed.push(one.path.clone()),
            }
        }
        let index = noted.into_iter().map(|one| {
            let oid = one.blob();
            (one.path, oid)
        });
        let index = Listed::new(&Objects::new(&repository.git), None, index);
        self.steps.push(Step {
            view: Arc::new(tree::Files::new(&self.root)),
            files,
            named: false,
            before: vec![Before {
                view: Arc::new(index),
                removed,
            }],
        });
        Ok(())
    }

    fn add_untracked(&mut self, repository: &Repository) -> Result<(), GitError> {
        let mut files = stat::untracked(&repository.git).map_err(unreadable)?;
        let all = files.len();
        files.retain(|path| !path.ends_with('/'));
        self.submodules += all - files.len();
        self.steps.push(Step {
            view: Arc::new(tree::Files::new(&self.root)),
            files,
            named: false,
            before: Vec::new(),
        });
        Ok(())
    }

    /// Takes files whole, as they are in the work tree.
    fn add_whole(&mut self, files: Vec<Arc<str>>) {
        self.steps.push(Step {
            view: Arc::new(tree::Files::new(&self.root)),
            files,
            named: true,
            before: Vec::new(),
        });
    }

    /// Leaves only changes of what was named; the answer are named files without changes.
    fn narrow(&mut self, paths: &[std::path::PathBuf]) -> Vec<Arc<str>> {
        if paths.is_empty() {
            return Vec::new();
        }
        let (mut named, mut below) = (HashSet::new(), Vec::new());
        for path in paths {
            let name = self.root.relative(path);
            if path.is_dir() && !path.is_symlink() {
                below.push(match &*name {
                    "." => String::new(),
                    dir => format!("{dir}/"),
                });
            } else {
                named.insert(name);
            }
        }
        let mut changed: HashSet<Arc<str>> = self.unmerged.iter().cloned().collect();
        for step in &mut self.steps {
            let is_below = |path: &Arc<str>| below.iter().any(|dir| path.starts_with(&**dir));
            step.files
                .retain(|path| named.contains(path) || is_below(path));
            changed.extend(step.files.iter().cloned());
            changed.extend(step.before.iter().flat_map(|b| b.removed.iter().cloned()));
        }
        let mut rest: Vec<Arc<str>> = named.into_iter().collect();
        rest.retain(|path| !changed.contains(path));
        rest.sort();
        rest
    }
}

/// One side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Side {
    entry: Entry,
    oid: Oid,
}

impl Side {
    pub(super) fn new(mode: &[u8], oid: &[u8]) -> Option<Self> {
        Some(Self {
            entry: Entry::of_mode(mode)?,
            oid: Oid::parse(oid)?,
        })
    }

    pub(super) fn blob(self) -> Option<Oid> {
        (self.entry == Entry::Blob).then_some(self.oid)
    }
}

/// A path whose entry differs.
#[derive(Debug, PartialEq, Eq)]
struct Differing {
    path: Arc<str>,
    old: Option<Side>,
    new: Option<Side>,
    unmerged: bool,
}

impl Differing {
    /// Whether there was a file that is no longer there.
    fn is_gone(&self) -> bool {
        let was = self.old.and_then(Side::blob).is_some();
        was && self.new.is_none() && !self.unmerged
    }

    /// `:MODE MODE OID OID STATUS`, with the path behind it.
    fn of_raw(heading: &[u8], path: &[u8]) -> Option<Self> {
        let words: Vec<&[u8]> = heading.strip_prefix(b":")?.split(|&b| b == b' ').collect();
        let [old_mode, new_mode, old, new, status] = words[..] else {
            return None;
        };
        Some(Self {
            path: root::encoded(path).into(),
            old: Side::new(old_mode, old),
            new: Side::new(new_mode, new),
            unmerged: status == b"U",
        })
    }

    /// `MODE OID STAGE\tPATH`.
    fn of_listing(line: &[u8]) -> Option<Self> {
        let (heading, path) = line.split_at(memchr::memchr(b'\t', line)?);
        let words: Vec<&[u8]> = heading.split(|&b| b == b' ').collect();
        let [mode, oid, stage] = words[..] else {
            return None;
        };
        Some(Self {
            path: root::encoded(&path[1..]).into(),
            old: None,
            new: Side::new(mode, oid),
            unmerged: stage != b"0",
        })
    }
}

/// The entries of the index that differ from those of a commit, sorted by path.
fn differing(git: &Git, commit: Oid) -> Result<Vec<Differing>, GitError> {
    let commit = commit.to_string();
    let question = [
        "diff-index",
        "--cached",
        "--raw",
        "-z",
        "--full-index",
        "--no-renames",
        "--no-relative",
        &commit,
        "--",
    ];
    let raw = git.output(&question).map_err(unreadable)?;
    let mut words = raw.split(|&byte| byte == 0);
    let mut found = Vec::new();
    while let Some((heading, path)) = words.next().zip(words.next()) {
        found.push(Differing::of_raw(heading, path).ok_or_else(not_understood)?);
    }
    Ok(found)
}

/// All entries of the index; before the first commit all of them are new.
fn all(git: &Git) -> Result<Vec<Differing>, GitError> {
    let top = [":/"];
    let question = [&["ls-files", "-s", "-z", "--full-name", "--"][..], &top].concat();
    let raw = git.output(&question).map_err(unreadable)?;
    let lines = raw.split(|&byte| byte == 0).filter(|l| !l.is_empty());
    let mut found = lines
        .map(|line| Differing::of_listing(line).ok_or_else(not_understood))
        .collect::<Result<Vec<_>, _>>()?;
    found.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

fn unreadable(error: GitError) -> GitError {
    match error.way_out() {
        Some(_) => error,
        None => error.help("`git status` and `git fsck` tell more"),
    }
}

pub(super) fn not_understood() -> GitError {
    GitError::new("git lists changes in a way that is not understood").help("report this")
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "8ba3a16384aacc37d01564b28401755ce8053f51";
    const NONE: &str = "0000000000000000000000000000000000000000";

    fn raw(heading: &str) -> Differing {
        Differing::of_raw(heading.as_bytes(), b"d/a\n%\xff").unwrap()
    }

    #[test]
    fn entries_of_a_raw_diff() {
        let added = raw(&format!(":000000 100644 {NONE} {A} A"));
        assert_eq!(&*added.path, "d/a\n%25%FF");
        assert!(added.old.is_none() && added.new.unwrap().blob().is_some());
        assert!(raw(&format!(":100644 000000 {A} {NONE} D")).is_gone());
        assert!(!raw(&format!(":160000 000000 {A} {NONE} D")).is_gone());
        let conflict = raw(&format!(":100644 000000 {A} {NONE} U"));
        assert!(conflict.unmerged && !conflict.is_gone());
        assert!(Differing::of_raw(b"100644", b"a").is_none());
    }

    #[test]
    fn entries_of_a_listing() {
        let line = format!("120000 {A} 0\tlink");
        let link = Differing::of_listing(line.as_bytes()).unwrap();
        assert!(link.new.unwrap().blob().is_some() && !link.unmerged);
        let line = format!("100644 {A} 2\ta\tb");
        let ours = Differing::of_listing(line.as_bytes()).unwrap();
        assert!(ours.unmerged && &*ours.path == "a\tb");
        assert!(Differing::of_listing(b"100644").is_none());
    }
}
