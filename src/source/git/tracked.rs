//! Files that git tracks in spite of an ignore rule: they are part of every clone, so they are scanned.

use std::path::{Path, PathBuf};

use super::{Git, GitError, command};

/// The tracked files below the top of a work tree that match an ignore rule.
///
/// # Errors
/// When git is missing, refuses or hangs.
pub(crate) fn ignored_files(top: &Path) -> Result<Vec<PathBuf>, GitError> {
    let listing = Git::at(top).output(&["ls-files", "-z", "-c", "-i", "--exclude-standard"])?;
    let names = listing
        .split(|&byte| byte == 0)
        .filter(|name| !name.is_empty());
    Ok(names.map(|name| top.join(command::path(name))).collect())
}
