//! Questions about hooks to git: these are the few that need the repository's own `core.hooksPath`. None of them runs
//! anything that the repository names.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow};

/// A work tree, or a repository without one, and where its hooks are looked for.
pub(super) struct Repository {
    /// Where git runs hooks: the top of the work tree.
    pub(super) top: PathBuf,
    /// The directory that git reads hooks from.
    pub(super) hooks: PathBuf,
    /// The directory that hooks are in unless `core.hooksPath` says otherwise.
    pub(super) own_hooks: PathBuf,
    /// Who set `core.hooksPath`, if anybody did.
    pub(super) set_by: Option<Scope>,
}

/// Whose configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Of this repository or work tree.
    Repository,
    /// Of the user or the machine: it is in force for every repository.
    Wider,
}

impl Repository {
    /// The repository around the current directory.
    pub(super) fn find() -> Result<Self> {
        let here = Path::new(".");
        let inside = ask(here, &["rev-parse", "--is-inside-work-tree"])?;
        let top = match inside.as_str() {
            "true" => ask(here, &["rev-parse", "--show-toplevel"])?,
            _ => ask(here, &["rev-parse", "--absolute-git-dir"])?,
        };
        let top = PathBuf::from(top);
        let common = top.join(ask(&top, &["rev-parse", "--git-common-dir"])?);
        Ok(Self {
            hooks: top.join(ask(&top, &["rev-parse", "--git-path", "hooks"])?),
            own_hooks: common.join("hooks"),
            set_by: hooks_path(&top),
            top,
        })
    }

    /// The name of a path from the top, where it lies below it.
    pub(super) fn short<'p>(&self, path: &'p Path) -> std::path::Display<'p> {
        path.strip_prefix(&self.top).unwrap_or(path).display()
    }
}

/// Who says where hooks are.
fn hooks_path(top: &Path) -> Option<Scope> {
    let said = ask(top, &["config", "--show-scope", "--get", "core.hooksPath"]).ok()?;
    Some(match said.split_whitespace().next() {
        Some("global" | "system") => Scope::Wider,
        _ => Scope::Repository,
    })
}

/// What git answers, without the line end.
pub(super) fn ask(from: &Path, question: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .current_dir(from)
        .args(question)
        .envs([
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_ALLOW_PROTOCOL", "none"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
        ])
        .stdin(Stdio::null())
        .output()
        .context("failed to run git")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let line = said.lines().next().unwrap_or("no reason given");
        return Err(anyhow!("git: {}", line.trim_start_matches("fatal: ")));
    }
    let text =
        String::from_utf8(output.stdout).context("git answered with bytes that are no text")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
