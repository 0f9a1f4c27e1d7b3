//! The one place that starts git.
//!
//! A repository is data, also its configuration: nothing that it names is run. Only plumbing that reads is asked, and it
//! runs no hook, monitor, filter, pager or transport, writes nothing and prompts nobody. Global configuration stays in
//! force, since it says whose repositories are trusted.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::source::tree::reason;

/// How long git may take for an answer; it never does, unless its configuration makes it wait for a pipe.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is set for every question, whatever the repository says.
const SWITCHES: [&str; 4] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
];

/// The same, as variables: nothing is fetched, nothing locked, and objects are what their names say.
const VARIABLES: [(&str, &str); 6] = [
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_GRAFT_FILE", "/dev/null"),
];

/// Variables of the caller that change what paths in a question mean.
const UNSET: [&str; 4] = [
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// Why git gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GitError {
    message: String,
    help: Option<String>,
}

impl GitError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    /// With the way out.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// The way out.
    #[must_use]
    pub fn way_out(&self) -> Option<&str> {
        self.help.as_deref()
    }

    pub(super) fn of_system(error: &std::io::Error) -> Self {
        let failed = Self::new(format!("failed to run git: {}", reason(error)));
        match error.kind() {
            std::io::ErrorKind::NotFound => failed.help("install git, or check PATH"),
            _ => failed,
        }
    }

    /// From what git said of its failure.
    pub(super) fn of_complaint(question: &str, complaint: &str) -> Self {
        let error = Self::new(format!("git {question} failed: {}", said(complaint)));
        if complaint.contains("not a git repository") {
            return Self::new("this is no git repository")
                .help("go into one; `barekey scan` without options scans files");
        }
        if complaint.contains("safe.directory") {
            return error.help("if you trust this repository, add it to safe.directory");
        }
        if complaint.contains("must be run in a work tree") {
            return Self::new("there is no work tree here")
                .help("go into one; a bare repository is scanned with --history");
        }
        error
    }
}

/// Asks git from one directory.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    /// Where it is started; none is the current directory.
    from: Option<PathBuf>,
}

impl Git {
    /// From the current directory, as the variables in a hook expect.
    pub(crate) fn here() -> Self {
        Self { from: None }
    }

    /// From this directory.
    pub(crate) fn at(dir: &Path) -> Self {
        Self {
            from: Some(dir.to_owned()),
        }
    }

    /// A question that is not asked yet.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        if let Some(dir) = &self.from {
            command.current_dir(dir);
        }
        for name in UNSET {
            command.env_remove(name);
        }
        command.args(SWITCHES).args(args).envs(VARIABLES);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    /// All that git answers.
    ///
    /// # Errors
    /// When git is missing, refuses or hangs.
    pub(crate) fn output(&self, args: &[&str]) -> Result<Vec<u8>, GitError> {
        let mut child = self
            .command(args)
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| GitError::of_system(&error))?;
        let complaint = child.stderr.take().map(complaint);
        let said = all(&mut child);
        if said.is_err() {
            // It may have ended just now; waiting for it is all that is left in either case.
            let _ = child.kill();
        }
        let status = child.wait().map_err(|error| GitError::of_system(&error))?;
        let said = said?;
        if !status.success() {
            let complaint = complaint.and_then(|thread| thread.join().ok());
            let question = args.first().copied().unwrap_or_default();
            return Err(GitError::of_complaint(
                question,
                &complaint.unwrap_or_default(),
            ));
        }
        Ok(said)
    }
}

/// All that the child writes, if it comes to an end.
fn all(child: &mut Child) -> Result<Vec<u8>, GitError> {
    let Some(mut stdout) = child.stdout.take() else {
        return Ok(Vec::new());
    };
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.read_to_end(&mut bytes).map(|_| bytes);
        // Nobody listens any more once patience is lost.
        let _ = sender.send(read);
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok(read) => read.map_err(|error| GitError::of_system(&error)),
        Err(_) => Err(GitError::new(format!(
            "git gave no answer within {} seconds",
            PATIENCE.as_secs()
        ))),
    }
}

/// Collects what a child says of its failure, as long as it speaks; the start of it is kept.
pub(super) fn complaint(mut stderr: ChildStderr) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // Without words, the failure is reported all the same.
        let _ = stderr.by_ref().take(64 << 10).read_to_end(&mut bytes);
        let _ = std::io::copy(&mut stderr, &mut std::io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The first line that tells of a failure, else the last one.
fn said(complaint: &str) -> &str {
    let lines = || complaint.lines().map(str::trim).filter(|l| !l.is_empty());
    let fatal = lines().find_map(|line| line.strip_prefix("fatal: "));
    let line = fatal.or_else(|| lines().next_back());
    line.unwrap_or("no reason given")
}

/// A path as git writes it.
#[cfg(unix)]
pub(super) fn path(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(name.to_vec()).into()
}

/// A path as git writes it: UTF-8.
#[cfg(not(unix))]
pub(super) fn path(name: &[u8]) -> PathBuf {
    OsString::from(String::from_utf8_lossy(name).into_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_becomes_one_line_and_help() {
        let error = GitError::of_complaint("rev-parse", "hint: x\nfatal: bad object HEAD\nmore\n");
        assert_eq!(error.to_string(), "git rev-parse failed: bad object HEAD");
        assert_eq!(error.way_out(), None);
        let foreign = "fatal: detected dubious ownership in repository at '/x'\nTo add an exception for this \
                       directory, call:\n\n\tgit config --global --add safe.directory /x\n";
        let error = GitError::of_complaint("rev-parse", foreign);
        assert!(error.to_string().ends_with("repository at '/x'"));
        assert!(error.way_out().is_some_and(|help| help.contains("trust")));
        assert_eq!(said(""), "no reason given");
    }

    #[test]
    fn a_refusal_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        let error = Git::at(dir.path()).output(&["ls-files"]).unwrap_err();
        assert!(!error.to_string().is_empty());
    }
}
