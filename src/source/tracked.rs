//! Files that git tracks in spite of an ignore rule: they are part of every clone, so they are scanned.
//!
//! Git is asked without hooks, monitors, network and prompts: a hostile work tree gets nothing run.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::tree::reason;

/// How long git may take; it never does, unless its configuration makes it wait for a pipe.
const PATIENCE: Duration = Duration::from_secs(60);

/// The tracked files below the top of a work tree that match an ignore rule.
///
/// # Errors
/// A sentence without a stop when git is missing, refuses or hangs.
pub(crate) fn ignored_files(top: &Path) -> Result<Vec<PathBuf>, String> {
    let mut child = command(top)
        .spawn()
        .map_err(|error| format!("failed to run git: {}", reason(&error)))?;
    let listing = output(&mut child);
    if listing.is_err() {
        // It may have ended just now; waiting for it is all that is left in either case.
        let _ = child.kill();
    }
    let status = child
        .wait()
        .map_err(|error| format!("failed to run git: {}", reason(&error)))?;
    let listing = listing?;
    if !status.success() {
        return Err(format!(
            "git failed to list tracked files: {}",
            complaint(&mut child)
        ));
    }
    let names = listing
        .split(|&byte| byte == 0)
        .filter(|name| !name.is_empty());
    Ok(names.map(|name| top.join(os_string(name))).collect())
}

/// The question.
fn command(top: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(top)
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args(["ls-files", "-z", "-c", "-i", "--exclude-standard"])
        .envs([
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_ALLOW_PROTOCOL", "none"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// All that the child writes, if it comes to an end.
fn output(child: &mut Child) -> Result<Vec<u8>, String> {
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
        Ok(read) => read.map_err(|error| format!("failed to read from git: {}", reason(&error))),
        Err(_) => Err(format!(
            "git gave no answer within {} seconds",
            PATIENCE.as_secs()
        )),
    }
}

/// The last line of what an ended child said of its failure.
fn complaint(child: &mut Child) -> String {
    let mut bytes = Vec::new();
    if let Some(stderr) = &mut child.stderr {
        // Without words, the failure is reported all the same.
        let _ = stderr.take(64 << 10).read_to_end(&mut bytes);
    }
    let text = String::from_utf8_lossy(&bytes);
    let line = text
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("no reason given");
    line.trim().trim_start_matches("fatal: ").to_owned()
}

#[cfg(unix)]
fn os_string(name: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(name.to_vec())
}

#[cfg(not(unix))]
fn os_string(name: &[u8]) -> OsString {
    String::from_utf8_lossy(name).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_only_looks_like_a_work_tree() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        let error = ignored_files(dir.path()).unwrap_err();
        assert!(
            error.starts_with("git failed to list tracked files: "),
            "{error}"
        );
    }
}
