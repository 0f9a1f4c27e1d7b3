//! History: every commit of a range from the first to the last, and what it put where.
//!
//! `rev-list` names the commits and `diff-tree` what they changed; both run side by side and are read as they speak. A
//! merge is told by what differs from all that it merges, so every content that ever was is met where it was new.

use std::collections::HashSet;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Arc;

use super::changes::Side;
use super::objects::Objects;
use super::view::Commit;
use super::{Git, GitError, Oid, Repository, command};
use crate::source::root::{self, Root};
use crate::source::{Content, Source, tree};

/// Which commits are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// All of the current branch.
    Head,
    /// All that any branch, tag or other ref leads to, with the tags themselves.
    All,
    /// Those that the second revision has and the first has not; all that it has where there is no first one.
    Range(Option<String>, String),
}

/// A part of the history of a repository.
pub struct History {
    pub(crate) objects: Objects,
    /// The directory that reported paths are relative to.
    pub(crate) root: Root,
    /// Where rules of what to leave out are read.
    pub(crate) settings: Arc<dyn Source>,
    /// Refs, which may be tags with a text of their own.
    pub(crate) refs: Vec<String>,
    /// Commits at which a shallow clone starts.
    pub(crate) starts: HashSet<Oid>,
    /// Whether it is of a range, which must be whole.
    pub(crate) is_range: bool,
    /// Only files of these names, or below these directories, if there are any.
    only: Option<Only>,
    git: Git,
    /// For `rev-list`.
    commits: Vec<String>,
}

/// The files of the commit that a range parts from.
pub struct Base(Arc<Commit>);

impl Base {
    /// A file at the top.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, GitError> {
        let failed =
            |why: &str| GitError::new(format!("failed to read {name} of the merge base: {why}"));
        match self.0.read(name) {
            Ok(None) => Ok(None),
            Ok(Some(blob)) => match blob.content {
                Content::Whole(bytes) => Ok(Some(bytes)),
                Content::Stream(_) => Err(failed("it is too large")),
            },
            Err(error) => Err(failed(&error.to_string())),
        }
    }
}

/// Files and directories that were named.
struct Only {
    files: HashSet<Arc<str>>,
    below: Vec<String>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("History").field(&self.commits).finish()
    }
}

/// A path that a commit changed.
pub(crate) struct Changed {
    /// As reports name it.
    pub(crate) path: Arc<str>,
    /// What it was in each of the commits before, where it was a file.
    pub(crate) old: Vec<Option<Oid>>,
    /// What it is, where it is a file.
    pub(crate) new: Option<Oid>,
}

/// What the walk meets.
pub(crate) enum Met {
    /// A commit, with those before it met already.
    Commit(Oid),
    /// A path that the last commit changed.
    Changed(Changed),
}

impl History {
    /// Finds the commits that are meant, and of them what concerns these paths, if there are any.
    ///
    /// # Errors
    /// When a revision is unknown or git cannot be asked.
    pub fn find(repository: &Repository, span: &Span, paths: &[PathBuf]) -> Result<Self, GitError> {
        let (git, objects) = (repository.git.clone(), Objects::packed(repository));
        let root = repository.root();
        let (mut commits, mut refs) = (Vec::new(), Vec::new());
        match span {
            Span::Head => commits.extend(repository.head.map(|head| head.to_string())),
            Span::All => {
                commits.push("--all".to_owned());
                refs = names_of_refs(&git)?;
            }
            Span::Range(from, to) => {
                commits.push(repository.commit(to)?.to_string());
                if let Some(from) = from {
                    commits.push(format!("^{}", repository.commit(from)?));
                }
            }
        }
        let settings: Arc<dyn Source> = match (repository.has_work_tree(), repository.head) {
            (false, Some(head)) => Arc::new(Commit::new(&objects, head)),
            _ => Arc::new(tree::Files::new(&root)),
        };
        Ok(Self {
            only: Only::new(&root, paths),
            root,
            objects,
            settings,
            refs,
            starts: repository.starts(),
            is_range: matches!(span, Span::Range(..)),
            git,
            commits,
        })
    }

    /// Where the commits of a range part from what is known: the files there, if there are any.
    ///
    /// # Errors
    /// When git cannot tell.
    pub fn base(&self, repository: &Repository) -> Result<Option<Base>, GitError> {
        let [to, from] = &self.commits[..] else {
            return Ok(None);
        };
        let both = format!("{}...{to}", from.trim_start_matches('^'));
        let said = self.git.output(&["rev-parse", "--revs-only", &both])?;
        let mut lines = said.split(|&byte| byte == b'\n');
        let base = lines.find_map(|line| Oid::parse(line.strip_prefix(b"^")?));
        Ok(base.map(|base| Base(Arc::new(Commit::new(&Objects::new(&repository.git), base)))))
    }

    /// Obeys the ignore files of an earlier commit.
    pub fn obey(&mut self, base: Base) {
        self.settings = base.0;
    }

    /// Whether a file is among those that were named.
    pub(crate) fn covers(&self, path: &str) -> bool {
        let Some(only) = &self.only else {
            return true;
        };
        only.files.contains(path) || only.below.iter().any(|dir| path.starts_with(&**dir))
    }

    /// Meets all commits, each after those before it.
    ///
    /// # Errors
    /// When git cannot go on: an object is missing or damaged.
    pub(crate) fn walk(&self, meet: &mut dyn FnMut(Met)) -> Result<(), GitError> {
        if self.commits.is_empty() {
            return Ok(());
        }
        let mut list = self
            .git
            .command(&["rev-list", "--reverse", "--topo-order"])
            .args(&self.commits)
            .arg("--")
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| GitError::of_system(&error))?;
        let listed = list.stdout.take().map_or_else(Stdio::null, Stdio::from);
        let said_of_list = list.stderr.take().map(command::complaint);
        let mut diff = self
            .git
            .command(&[
                "diff-tree",
                "--stdin",
                "--raw",
                "-r",
                "-c",
                "--root",
                "--always",
                "-z",
                "--full-index",
                "--no-renames",
                "--no-relative",
            ])
            .stdin(listed)
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| GitError::of_system(&error))?;
        let said_of_diff = diff.stderr.take().map(command::complaint);
        let read = read_all(&mut diff, meet);
        finished("diff-tree", &mut diff, said_of_diff, read.is_err())?;
        finished("rev-list", &mut list, said_of_list, read.is_err())?;
        read
    }
}

impl Only {
    fn new(root: &Root, paths: &[PathBuf]) -> Option<Self> {
        if paths.is_empty() {
            return None;
        }
        let mut only = Self {
            files: HashSet::new(),
            below: Vec::new(),
        };
        for path in paths {
            let name = root.relative(path);
            // A directory that is gone is still one in history.
            only.below.push(match &*name {
                "." => String::new(),
                dir => format!("{dir}/"),
            });
            only.files.insert(name);
        }
        Some(only)
    }
}

impl Repository {
    /// The commits at which a shallow clone starts.
    fn starts(&self) -> HashSet<Oid> {
        if !self.shallow {
            return HashSet::new();
        }
        let asked = [
            "rev-parse",
            "--path-format=absolute",
            "--git-path",
            "shallow",
        ];
        let path = self.git.output(&asked).unwrap_or_default();
        let path = command::path(path.strip_suffix(b"\n").unwrap_or(&path));
        let list = std::fs::read(path).unwrap_or_default();
        list.split(|&byte| byte == b'\n')
            .filter_map(Oid::parse)
            .collect()
    }

    /// Whether a revision is known here.
    #[must_use]
    pub fn has(&self, revision: &str) -> bool {
        self.commit(revision).is_ok()
    }

    /// Whether two revisions are the same commit.
    #[must_use]
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        let commits = self.commit(one).ok().zip(self.commit(other).ok());
        commits.is_some_and(|(one, other)| one == other)
    }

    /// The commit of a revision, which may have any name: it is written to git's standard input, where nothing is an
    /// option.
    fn commit(&self, revision: &str) -> Result<Oid, GitError> {
        let found = Objects::new(&self.git).find(&format!("{revision}^{{commit}}"));
        match found {
            Ok(Some(object)) => Ok(object.oid),
            _ if self.shallow => Err(GitError::new(format!("unknown revision `{revision}`"))
                .help("this clone is shallow: `git fetch --unshallow` brings all of it (fetch-depth: 0 in CI)")),
            _ => Err(GitError::new(format!("unknown revision `{revision}`"))
                .help("`git fetch` may bring it; `git log --all --oneline` lists what is here")),
        }
    }
}

fn names_of_refs(git: &Git) -> Result<Vec<String>, GitError> {
    let listing = git.output(&["rev-parse", "--symbolic-full-name", "--all"])?;
    let names = listing
        .split(|&byte| byte == b'\n')
        .filter(|n| !n.is_empty());
    Ok(names
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect())
}

/// Waits for a child, and tells why it failed if it did. One that nobody listens to any more is ended.
fn finished(
    question: &str,
    child: &mut Child,
    said: Option<std::thread::JoinHandle<String>>,
    end: bool,
) -> Result<(), GitError> {
    if end {
        // It may have ended by itself.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| GitError::of_system(&error))?;
    if status.success() || end {
        return Ok(());
    }
    let said = said.and_then(|thread| thread.join().ok());
    Err(GitError::of_complaint(question, &said.unwrap_or_default()))
}

fn read_all(diff: &mut Child, meet: &mut dyn FnMut(Met)) -> Result<(), GitError> {
    let Some(stdout) = diff.stdout.take() else {
        return Ok(());
    };
    let mut words = BufReader::with_capacity(64 << 10, stdout);
    let (mut heading, mut path) = (Vec::new(), Vec::new());
    while next(&mut words, &mut heading).map_err(|error| GitError::of_system(&error))? {
        if let Some(commit) = Oid::parse(&heading) {
            meet(Met::Commit(commit));
            continue;
        }
        next(&mut words, &mut path).map_err(|error| GitError::of_system(&error))?;
        let changed = changed(&heading, &path).ok_or_else(super::changes::not_understood)?;
        meet(Met::Changed(changed));
    }
    Ok(())
}

/// The next word that ends with a zero byte.
fn next(words: &mut impl io::BufRead, word: &mut Vec<u8>) -> io::Result<bool> {
    word.clear();
    words.by_ref().read_until(0, word)?;
    Ok(word.pop().is_some())
}

/// As many colons as there are commits before, so many modes and names and one more of each, and a status.
fn changed(heading: &[u8], path: &[u8]) -> Option<Changed> {
    let before = heading.iter().take_while(|&&byte| byte == b':').count();
    let words: Vec<&[u8]> = heading[before..].split(|&byte| byte == b' ').collect();
    if before == 0 || words.len() != 2 * before + 3 {
        return None;
    }
    let blob = |at: usize| Side::new(words[at], words[before + 1 + at]).and_then(Side::blob);
    Some(Changed {
        path: root::encoded(path).into(),
        old: (0..before).map(blob).collect(),
        new: blob(before),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_with_any_number_of_commits_before() {
        let (a, b, c) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        let one = changed(format!(":100644 000000 {a} {c} D").as_bytes(), b"x").unwrap();
        assert!(one.new.is_none() && one.old == [Oid::parse(a.as_bytes())]);
        let two = format!("::100644 000000 100755 {a} {c} {b} MA");
        let two = changed(two.as_bytes(), b"x").unwrap();
        assert_eq!(two.old, [Oid::parse(a.as_bytes()), None]);
        assert_eq!(two.new, Oid::parse(b.as_bytes()));
        for heading in ["", "100644", ":100644 100644 a b", "::100644 000000 a b M"] {
            assert!(changed(heading.as_bytes(), b"x").is_none(), "{heading}");
        }
    }
}
