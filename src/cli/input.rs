//! What a scan is of: files and directories, standard input, or changes in a repository.

use std::path::{Path, PathBuf};

use anyhow::Result;
use barekey::source::git::{Changes, History};

use super::changes::{ChangeArgs, InGit};
use super::error::Mistake;
use super::places;

/// What is scanned, and the directory that paths in reports are relative to.
pub(super) struct What {
    pub(super) paths: Vec<PathBuf>,
    pub(super) stdin: Option<String>,
    pub(super) changes: Option<Changes>,
    pub(super) history: Option<History>,
    pub(super) root: PathBuf,
    pub(super) input: Input,
}

impl What {
    /// Changes or commits of the repository with this top.
    pub(super) fn in_git(root: PathBuf, found: InGit) -> Self {
        let (changes, history) = match found {
            InGit::Changes(changes) => (Some(changes), None),
            InGit::History(history) => (None, Some(history)),
        };
        Self {
            paths: Vec::new(),
            stdin: None,
            input: match history {
                Some(_) => Input::Commits,
                None => Input::Changes,
            },
            changes,
            history,
            root,
        }
    }
}

/// Settles what is scanned.
pub(super) fn what(
    paths: Vec<PathBuf>,
    name: Option<String>,
    changes: &ChangeArgs,
) -> Result<What> {
    if let Some((root, found)) = changes.read(&paths)? {
        return Ok(What::in_git(root, found));
    }
    let (mut paths, stdin) = inputs(paths, name)?;
    if paths.is_empty() && stdin.is_none() {
        paths.push(".".into());
    }
    Ok(What {
        root: places::root(&paths)?,
        input: Input::of(&paths, stdin.is_some()),
        paths,
        stdin,
        changes: None,
        history: None,
    })
}

/// What was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Stdin,
    /// Perhaps none at all.
    Changes,
    /// Perhaps none at all.
    Commits,
    /// No directory among them, as a commit hook names files.
    Files,
    Trees,
}

impl Input {
    pub(super) fn of(paths: &[PathBuf], stdin: bool) -> Self {
        if stdin {
            Self::Stdin
        } else if paths.iter().all(|path| path.is_file()) {
            Self::Files
        } else {
            Self::Trees
        }
    }
}

/// What to read: paths, or standard input under a name.
fn inputs(paths: Vec<PathBuf>, name: Option<String>) -> Result<(Vec<PathBuf>, Option<String>)> {
    let dash = Path::new("-");
    match (paths.iter().any(|path| path.as_path() == dash), name) {
        (true, _) if paths.len() > 1 => Err(Mistake::new(
            "`-` stands beside other paths",
            "scan standard input on its own",
        )
        .into()),
        (true, name) => Ok((
            Vec::new(),
            Some(name.unwrap_or_else(|| "<stdin>".to_owned())),
        )),
        (false, Some(_)) => Err(Mistake::new(
            "--stdin-filename without standard input",
            "give `-` as the path",
        )
        .into()),
        (false, None) => Ok((paths, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_input_stands_alone() {
        assert_eq!(
            inputs(vec!["-".into()], None).unwrap().1.as_deref(),
            Some("<stdin>")
        );
        assert_eq!(
            inputs(vec!["-".into()], Some("a.py".into()))
                .unwrap()
                .1
                .as_deref(),
            Some("a.py")
        );
        assert!(inputs(vec!["-".into(), "a".into()], None).is_err());
        assert!(inputs(vec!["a".into()], Some("b".into())).is_err());
    }
}
