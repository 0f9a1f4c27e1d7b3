//! Options that choose changes in a git repository in place of files, as a commit hook does.

use std::path::PathBuf;

use anyhow::Result;
use barekey::source::git::{Changes, Repository, Wanted};
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
}

impl ChangeArgs {
    /// Whether changes are scanned and not files.
    fn are_meant(&self) -> bool {
        self.staged || self.unstaged || self.untracked || self.changes
    }

    /// Asks git for the changes, if they are meant.
    pub(super) fn read(&self, paths: &[PathBuf]) -> Result<Option<(PathBuf, Changes)>> {
        if !self.are_meant() {
            return Ok(None);
        }
        let repository = Repository::find()?;
        let wanted = Wanted {
            staged: self.staged || self.changes,
            unstaged: self.unstaged || self.changes,
            untracked: self.untracked || self.changes,
            paths: paths.to_vec(),
        };
        let changes = Changes::read(&repository, &wanted)?;
        Ok(Some((repository.top().to_owned(), changes)))
    }
}
