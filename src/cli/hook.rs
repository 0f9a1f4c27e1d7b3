//! `barekey hook`: git asks Barekey before a commit or a push, beside whatever else it asks.
//!
//! Nothing of the user's is lost: a hook that was there is kept beside ours and runs first, and `uninstall` puts it back.
//! A directory of hooks that a hook manager writes is left to that manager.

mod doctor;
mod git;
mod global;
mod install;
mod managers;
mod push;
mod script;

use std::io::{self, Write as _};

use anyhow::Result;
use barekey::report::Refused;
use clap::{Args, Subcommand, ValueEnum};

use super::{Exit, scan};

/// The commands as clap reads them.
#[derive(Debug, Subcommand)]
pub(super) enum HookCommand {
    /// Have git ask Barekey before each commit and push; a hook that is there runs first
    Install(WhereArgs),
    /// Take the hooks away, and put back what was there
    Uninstall(WhereArgs),
    /// Say whether the hooks work, and what is wrong if they do not
    Doctor,
    /// What the hooks run
    #[command(hide = true)]
    Run(RunArgs),
}

/// Whose hooks.
#[derive(Debug, Args)]
pub(super) struct WhereArgs {
    /// Hooks of all repositories of this user (core.hooksPath), in place of those of this repository
    #[arg(long)]
    global: bool,
}

/// What git tells a hook.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The hook
    #[arg(value_name = "HOOK")]
    stage: Stage,
    /// The arguments of the hook
    #[arg(
        value_name = "ARG",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    args: Vec<String>,
}

/// A hook of git's that runs Barekey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    PreCommit,
    PrePush,
}

impl Stage {
    const ALL: [Self; 2] = [Self::PreCommit, Self::PrePush];

    /// The name of the hook's file.
    fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
        }
    }
}

/// Runs the command.
pub(super) fn run(command: HookCommand) -> Result<Exit> {
    match command {
        HookCommand::Install(WhereArgs { global: false }) => install::install(),
        HookCommand::Install(WhereArgs { global: true }) => global::install(),
        HookCommand::Uninstall(WhereArgs { global: false }) => install::uninstall(),
        HookCommand::Uninstall(WhereArgs { global: true }) => global::uninstall(),
        HookCommand::Doctor => doctor::run(),
        HookCommand::Run(args) => answer(&args),
    }
}

/// Answers git.
fn answer(args: &RunArgs) -> Result<Exit> {
    if is_skipped(&std::env::var("SKIP").unwrap_or_default()) {
        say("barekey: skipped, as SKIP asks");
        return Ok(Exit::Clean);
    }
    match args.stage {
        Stage::PreCommit => scan::in_hook(&["--staged"], Refused::Commit),
        Stage::PrePush => {
            let remote = args.args.first().map_or("origin", String::as_str);
            push::answer(remote, &mut io::stdin().lock())
        }
    }
}

/// Whether a list such as `SKIP=eslint,barekey` names us: the convention of pre-commit.
fn is_skipped(list: &str) -> bool {
    list.split(',').any(|word| word.trim() == "barekey")
}

/// Tells on standard error, which may be closed.
fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", super::error::one_line(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skip_is_a_list_of_names() {
        assert!(is_skipped("barekey") && is_skipped("a, barekey,b"));
        assert!(!is_skipped("") && !is_skipped("barekey-docker") && !is_skipped("a b"));
    }
}
