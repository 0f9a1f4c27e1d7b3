//! The hooks of all repositories of a user: a directory that `core.hooksPath` names. Git reads no other hooks then, so
//! each hook there first runs the one of the repository.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use super::super::Exit;
use super::git::ask;
use super::install::{self, Present};
use super::{Stage, say, script};

/// What git runs in a work tree. Left out: hooks of servers, and those that git runs for each reference or file.
const CLIENT_HOOKS: [&str; 14] = [
    "applypatch-msg",
    "commit-msg",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-merge",
    "post-rewrite",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "prepare-commit-msg",
];

const KEY: &str = "core.hooksPath";

/// Writes hooks of ours into a directory of ours, or into the one that is in force.
pub(super) fn install() -> Result<Exit> {
    let program = std::env::current_exe().ok();
    let (own, set) = (own_dir()?, current());
    if let Some(dir) = set.as_ref().filter(|dir| **dir != own) {
        for stage in Stage::ALL {
            let path = dir.join(stage.name());
            install::put(&path, &script::of_repository(stage, program.as_deref()))?;
            say(&format!("wrote {}", path.display()));
        }
        return Ok(Exit::Clean);
    }
    for name in CLIENT_HOOKS {
        let stage = Stage::ALL.into_iter().find(|stage| stage.name() == name);
        install::put(
            &own.join(name),
            &script::of_all(name, stage, program.as_deref()),
        )?;
    }
    if set.is_none() {
        let dir = own
            .to_str()
            .context("the directory has a name that git cannot read")?;
        ask(Path::new("."), &["config", "--global", KEY, dir])?;
    }
    say(&format!(
        "wrote hooks to {}; each runs that of the repository first",
        own.display()
    ));
    Ok(Exit::Clean)
}

/// Takes them away, and the setting with them if it is ours.
pub(super) fn uninstall() -> Result<Exit> {
    let (own, set) = (own_dir()?, current());
    if let Some(dir) = set.as_ref().filter(|dir| **dir != own) {
        for stage in Stage::ALL {
            let path = dir.join(stage.name());
            say(&format!("{}: {}", path.display(), install::take(&path)?));
        }
        return Ok(Exit::Clean);
    }
    if set.is_some() {
        ask(Path::new("."), &["config", "--global", "--unset", KEY])?;
    }
    for name in CLIENT_HOOKS {
        let path = own.join(name);
        if let Ok(Present::Ours(_)) = Present::at(&path) {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    // Something of the user's may be in there.
    let _ = fs::remove_dir(&own);
    say("hooks of all repositories are no longer ours");
    Ok(Exit::Clean)
}

/// The directory that is in force for all repositories.
pub(super) fn current() -> Option<PathBuf> {
    let home = Path::new(".");
    let dir = ask(home, &["config", "--global", "--type=path", "--get", KEY]).ok()?;
    Some(PathBuf::from(dir)).filter(|dir| !dir.as_os_str().is_empty())
}

/// Where the hooks are that we write for all repositories.
fn own_dir() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = |name: &str| set(name).map(|home| PathBuf::from(home).join(".config"));
    let base = set("XDG_CONFIG_HOME").map(PathBuf::from);
    let base = base
        .or_else(|| home("HOME"))
        .or_else(|| home("USERPROFILE"));
    let base = base.ok_or_else(|| anyhow!("there is no home directory"))?;
    Ok(base.join("barekey").join("hooks"))
}
