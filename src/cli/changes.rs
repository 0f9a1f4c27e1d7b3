//! Options that choose changes in a git repository in place of files, as a commit hook does.

use std::path::PathBuf;

use anyhow::Result;
use barekey::source::git::{Changes, History, Repository, Span, Wanted};
use clap::Args;

/// Which changes are scanned.
#[derive(Debug, Args)]
#[command(next_help_heading = "Changes in git")]
pub(super) struct ChangeArgs {
    /// What will be committed: new secrets in the index. With paths, changes of these only, and named files without
    /// changes whole
    #[arg(long, conflicts_with = "stdin_filename")]
    staged: bool,
    /// What tracked files hold that is not staged
    #[arg(long, conflicts_with = "stdin_filename")]
    unstaged: bool,
    /// Files that are neither tracked nor ignored
    #[arg(long, conflicts_with = "stdin_filename")]
    untracked: bool,
    /// All three: everything since the last commit
    #[arg(long, conflicts_with_all = ["stdin_filename", "staged", "unstaged", "untracked"])]
    changes: bool,
    /// The commits since this revision
    #[arg(long, value_name = "REV", conflicts_with_all = NO_COMMITS)]
    since: Option<String>,
    /// The commits that B has and A has not; B alone means all that it has
    #[arg(long, value_name = "A..B", value_parser = range, conflicts_with_all = NO_COMMITS, conflicts_with = "since")]
    range: Option<(Option<String>, String)>,
    /// Every commit of the current branch
    #[arg(long, conflicts_with_all = NO_COMMITS, conflicts_with_all = ["since", "range"])]
    history: bool,
    /// With --history: of every branch, tag and other ref
    #[arg(long, requires = "history")]
    all: bool,
}

/// What does not go together with commits.
const NO_COMMITS: [&str; 5] = [
    "stdin_filename",
    "staged",
    "unstaged",
    "untracked",
    "changes",
];

/// Reads `A..B`, of which either may be left out for `HEAD`, or `B`.
fn range(text: &str) -> Result<(Option<String>, String), String> {
    let Some((from, to)) = text.split_once("..") else {
        return Ok((None, text.to_owned()));
    };
    if to.starts_with('.') {
        return Err("expected A..B".to_owned());
    }
    let or_head = |name: &str| match name {
        "" => "HEAD".to_owned(),
        name => name.to_owned(),
    };
    Ok((Some(or_head(from)), or_head(to)))
}

impl ChangeArgs {
    /// Whether changes are scanned and not files.
    fn are_meant(&self) -> bool {
        self.staged || self.unstaged || self.untracked || self.changes
    }

    /// Which commits are meant, if any. Under pre-commit a push is its commits and not what is staged.
    fn span(&self) -> Option<Span> {
        if let Some(since) = &self.since {
            return Some(Span::Range(Some(since.clone()), "HEAD".to_owned()));
        }
        if let Some((from, to)) = &self.range {
            return Some(Span::Range(from.clone(), to.clone()));
        }
        if self.history {
            return Some(if self.all { Span::All } else { Span::Head });
        }
        let of_push = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let (from, to) = (
            of_push("PRE_COMMIT_FROM_REF")?,
            of_push("PRE_COMMIT_TO_REF")?,
        );
        self.staged.then_some(Span::Range(Some(from), to))
    }

    /// Asks git for changes or commits, if they are meant; the path is the root of what is reported.
    pub(super) fn read(&self, paths: &[PathBuf]) -> Result<Option<(PathBuf, InGit)>> {
        let span = self.span();
        if span.is_none() && !self.are_meant() {
            return Ok(None);
        }
        let repository = Repository::find()?;
        let found = match span {
            Some(span) => InGit::History(History::find(&repository, &span, paths)?),
            None => InGit::Changes(Changes::read(&repository, &self.wanted(paths))?),
        };
        Ok(Some((repository.top().to_owned(), found)))
    }

    fn wanted(&self, paths: &[PathBuf]) -> Wanted {
        Wanted {
            staged: self.staged || self.changes,
            unstaged: self.unstaged || self.changes,
            untracked: self.untracked || self.changes,
            paths: paths.to_vec(),
        }
    }
}

/// What git was asked for.
pub(super) enum InGit {
    Changes(Changes),
    History(History),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let read = |text| {
            let (from, to) = range(text).ok()?;
            Some(format!("{} {to}", from.unwrap_or_default()))
        };
        assert_eq!(read("a..b").unwrap(), "a b");
        assert_eq!(read("a..").unwrap(), "a HEAD");
        assert_eq!(read("..--b").unwrap(), "HEAD --b");
        assert_eq!(read("a...b"), None);
        assert_eq!(read("a").unwrap(), " a");
    }
}
