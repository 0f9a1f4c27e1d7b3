//! What a remote does not have yet, as far as it was fetched from.

use super::{GitError, Repository};

impl Repository {
    /// The commits that lead to this one, given by its full name, and that no branch of the remote has: as a range of two
    /// ends, or as one commit where they have no start in common. None where the remote has them all.
    ///
    /// # Errors
    /// When git cannot tell.
    pub fn missing_on(&self, remote: &str, commit: &str) -> Result<Option<String>, GitError> {
        let others = format!("--remotes={remote}");
        let question = ["rev-list", "--boundary", commit, "--not", &others, "--"];
        let listed = self.git.output(&question)?;
        let listed = String::from_utf8_lossy(&listed);
        if listed.is_empty() {
            return Ok(None);
        }
        // One commit that both have is enough: with several, a little more is read than is new.
        let boundary = listed.lines().find_map(|line| line.strip_prefix('-'));
        Ok(Some(match boundary {
            Some(boundary) => format!("{boundary}..{commit}"),
            None => commit.to_owned(),
        }))
    }
}
