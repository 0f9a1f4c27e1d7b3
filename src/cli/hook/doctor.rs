//! Whether the hooks work: everything that can be wrong is looked at, and told with what to do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use super::super::Exit;
use super::git::{Repository, Scope};
use super::install::{Present, kept};
use super::{Stage, managers};

/// What was looked at.
#[derive(Default)]
struct Diagnosis {
    lines: Vec<String>,
    problems: usize,
    /// Whether anything runs Barekey.
    asked: bool,
}

impl Diagnosis {
    fn fine(&mut self, what: String) {
        self.lines.push(format!("ok: {what}"));
    }

    fn wrong(&mut self, what: String, help: &str) {
        self.problems += 1;
        self.lines.push(format!("problem: {what}\n  help: {help}"));
    }
}

/// Prints the diagnosis; a problem is exit 1.
pub(super) fn run() -> Result<Exit> {
    let repository = Repository::find()?;
    let mut diagnosis = Diagnosis::default();
    place(&repository, &mut diagnosis);
    for stage in Stage::ALL {
        hook(&repository, stage, &mut diagnosis);
    }
    for (manager, speaks) in managers::in_tree(&repository.top) {
        if speaks {
            diagnosis.asked = true;
            diagnosis.fine(format!("{} runs barekey", manager.name));
        } else {
            let what = format!("the settings of {} do not speak of barekey", manager.name);
            diagnosis
                .lines
                .push(format!("note: {what}; {}", manager.recipe));
        }
    }
    if !diagnosis.asked {
        diagnosis.wrong(
            "nothing runs barekey before a commit".to_owned(),
            "barekey hook install",
        );
    }
    on_path(&mut diagnosis);
    super::super::print(|out| {
        let lines = diagnosis.lines.iter();
        lines
            .flat_map(|text| text.lines())
            .try_for_each(|line| writeln!(out, "{}", super::super::error::one_line(line)))
    })?;
    Ok(match diagnosis.problems {
        0 => Exit::Clean,
        _ => Exit::Findings,
    })
}

/// Where git looks for hooks.
fn place(repository: &Repository, diagnosis: &mut Diagnosis) {
    let dir = repository.short(&repository.hooks);
    match repository.set_by {
        None => diagnosis.fine(format!("git reads hooks from {dir}")),
        Some(scope) => {
            let whose = match scope {
                Scope::Repository => "this repository's",
                Scope::Wider => "the user's or the machine's",
            };
            diagnosis.fine(format!(
                "git reads hooks from {dir}, as {whose} core.hooksPath says"
            ));
            let hidden = repository.own_hooks.join(Stage::PreCommit.name());
            if repository.own_hooks != repository.hooks
                && matches!(Present::at(&hidden), Ok(Present::Ours(_)))
            {
                let what = format!(
                    "git does not see {}: core.hooksPath leads elsewhere",
                    repository.short(&hidden)
                );
                diagnosis.lines.push(format!("note: {what}"));
            }
        }
    }
}

/// One hook.
fn hook(repository: &Repository, stage: Stage, diagnosis: &mut Diagnosis) {
    let path = repository.hooks.join(stage.name());
    let name = repository.short(&path);
    match Present::at(&path) {
        Ok(Present::Ours(version)) => ours(repository, &path, &version, diagnosis),
        Ok(Present::Nothing) => diagnosis.lines.push(format!("note: there is no {name}")),
        Ok(Present::Other) => match managers::writer_of(&path) {
            Some(manager) => diagnosis
                .lines
                .push(format!("note: {} wrote {name}", manager.name)),
            None => diagnosis.lines.push(format!("note: {name} is not ours")),
        },
        Err(error) => diagnosis.wrong(
            format!("{name} cannot be read: {error}"),
            "check its permissions",
        ),
    }
}

fn ours(repository: &Repository, path: &Path, version: &str, diagnosis: &mut Diagnosis) {
    diagnosis.asked = true;
    let name = repository.short(path);
    if !is_executable(path) {
        let help = format!("chmod +x {name}, or `barekey hook install` again");
        diagnosis.wrong(
            format!("{name} is not executable, so git ignores it"),
            &help,
        );
    } else if version != env!("CARGO_PKG_VERSION") {
        let what = format!(
            "{name} was written by barekey {version}, this is {}",
            env!("CARGO_PKG_VERSION")
        );
        diagnosis.wrong(what, "`barekey hook install` writes it anew");
    } else {
        diagnosis.fine(format!("{name} runs barekey"));
    }
    let kept = kept(path);
    if kept.symlink_metadata().is_ok() {
        let kept_name = repository.short(&kept);
        match is_executable(&kept) {
            true => diagnosis.fine(format!("{kept_name} runs first")),
            false => diagnosis.lines.push(format!(
                "note: {kept_name} is not executable, so it does not run"
            )),
        }
    }
}

/// The program that hooks find.
fn on_path(diagnosis: &mut Diagnosis) {
    let Some(path) = program() else {
        let what = "barekey is not on PATH; hooks of this repository fall back on where it was installed from";
        return diagnosis.wrong(what.to_owned(), "add its directory to PATH");
    };
    let own = format!("barekey {}", env!("CARGO_PKG_VERSION"));
    let output = Command::new(&path)
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    let said = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    match said {
        Ok(said) if said == own => diagnosis.fine(format!("{} is {said}", path.display())),
        Ok(said) => {
            let said = if said.is_empty() {
                "something else".to_owned()
            } else {
                said
            };
            let what = format!("{} is {said}, this is {own}", path.display());
            diagnosis.wrong(
                what,
                "hooks use the first one on PATH: remove or upgrade it",
            );
        }
        Err(error) => diagnosis.wrong(
            format!("{} does not run: {error}", path.display()),
            "install it anew",
        ),
    }
}

/// The first barekey on PATH.
fn program() -> Option<PathBuf> {
    let name = format!("barekey{}", std::env::consts::EXE_SUFFIX);
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|dir| dir.join(&name))
        .find(|path| path.is_file() && is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|meta| meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.exists()
}
