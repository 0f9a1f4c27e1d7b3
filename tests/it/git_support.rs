//! Real repositories for tests: made by git itself, with no configuration but their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{self, Dice, Run, barekey, finished};

/// A repository in a temporary directory.
pub(crate) struct Repo {
    /// Removed at the end.
    _dir: TempDir,
    /// The top of the work tree, without links in the way.
    pub(crate) top: PathBuf,
    /// Variables for git and for Barekey.
    pub(crate) env: Vec<(String, String)>,
}

impl Repo {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// An empty one, made with these options of `git init`.
    pub(crate) fn with(options: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap().join("repo");
        std::fs::create_dir(&top).unwrap();
        let repo = Self {
            _dir: dir,
            top,
            env: Vec::new(),
        };
        repo.git(&[&["init", "-q", "-b", "main"], options].concat());
        repo
    }

    /// One with a file that was committed.
    pub(crate) fn started() -> Self {
        let repo = Self::new();
        repo.write("README.md", "# A project\n");
        repo.commit("start");
        repo
    }

    /// A directory beside the repository, in the same temporary directory.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.top.parent().unwrap().join(name)
    }

    /// The same repository, seen from another directory.
    pub(crate) fn git_in(&self, dir: &Path, args: &[&str]) -> Output {
        let mut git = Command::new("git");
        git.current_dir(dir).args(args);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                git.env_remove(&name);
            }
        }
        git.envs(clean_config());
        git.envs([
            ("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"),
            ("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"),
        ]);
        git.envs(self.env.iter().map(|(name, value)| (name, value)));
        git.output().unwrap()
    }

    /// Has git do something; the output is what it said.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let done = self.git_in(&self.top, args);
        let complaint = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "git {args:?}: {complaint}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// Has git do something that it refuses.
    pub(crate) fn git_fails(&self, args: &[&str]) {
        assert!(!self.git_in(&self.top, args).status.success(), "{args:?}");
    }

    /// Writes a file in the work tree.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        support::write(&self.top.join(name), content.as_ref());
    }

    /// Writes a file and stages it.
    pub(crate) fn stage(&self, name: &str, content: impl AsRef<[u8]>) {
        self.write(name, content);
        self.git(&["add", "-f", "--", name]);
    }

    /// Commits all that is in the work tree.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Barekey in this repository, not started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = barekey(&self.top);
        command.args(args).envs(clean_config());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs Barekey in this repository.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        finished(self.command(args).output().unwrap())
    }

    /// What a scan with these options reports, as `PATH:LINE`, and its exit code.
    pub(crate) fn scan(&self, options: &[&str]) -> (Vec<String>, Option<i32>) {
        let run = self.run(&[&["scan", "--format", "json"], options].concat());
        (places(&run), run.code)
    }

    /// The same of what is staged.
    pub(crate) fn staged(&self) -> (Vec<String>, Option<i32>) {
        self.scan(&["--staged"])
    }
}

/// No configuration of the user or of the system.
pub(crate) fn clean_config() -> [(&'static str, &'static str); 6] {
    [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "A"),
        ("GIT_AUTHOR_EMAIL", "a@example.org"),
        ("GIT_COMMITTER_NAME", "A"),
        ("GIT_COMMITTER_EMAIL", "a@example.org"),
    ]
}

/// `PATH:LINE` of each finding of a report in JSON.
pub(crate) fn places(run: &Run) -> Vec<String> {
    let document: serde_json::Value = match serde_json::from_str(&run.out) {
        Ok(document) => document,
        Err(_) => return vec![format!("no report: {}", run.err)],
    };
    let findings = document["findings"].as_array().unwrap();
    let place = |finding: &serde_json::Value| {
        let path = finding["path"].as_str().unwrap();
        format!("{path}:{}", finding["region"]["start"]["line"])
    };
    findings.iter().map(place).collect()
}

/// A line of code with a made-up token in it; each number gives another one.
pub(crate) fn leak(number: u64) -> String {
    format!("token = \"{}\"\n", Dice::new(number + 7000).slack())
}

/// Nothing was reported, and nothing was wrong.
pub(crate) fn clean() -> (Vec<String>, Option<i32>) {
    (Vec::new(), Some(0))
}

/// Exactly these places were reported.
pub(crate) fn hit(places: &[&str]) -> (Vec<String>, Option<i32>) {
    (places.iter().map(|&p| p.to_owned()).collect(), Some(1))
}
