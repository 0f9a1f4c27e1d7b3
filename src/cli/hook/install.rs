//! The hooks of one repository.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::super::Exit;
use super::super::error::Mistake;
use super::git::{Repository, Scope};
use super::{Stage, managers, say, script};

/// What stands where a hook would.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Present {
    Nothing,
    /// A hook of ours, and the version that wrote it.
    Ours(String),
    Other,
}

impl Present {
    /// Looks, without following a link.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        match path.symlink_metadata() {
            Ok(meta) if meta.is_file() => {
                Ok(script::version(&fs::read(path)?).map_or(Self::Other, Self::Ours))
            }
            Ok(_) => Ok(Self::Other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Nothing),
            Err(error) => Err(error),
        }
    }
}

/// Installs the hooks of the repository around here.
pub(super) fn install() -> Result<Exit> {
    let repository = Repository::find()?;
    if repository.set_by == Some(Scope::Wider) {
        let dir = repository.hooks.display();
        let message = format!(
            "hooks of all repositories are in {dir} (core.hooksPath); git would not see one of this"
        );
        let help = "`barekey hook install --global` adds to those";
        return Err(Mistake::new(message, help).into());
    }
    if let Some(manager) = managers::owner_of(&repository.hooks) {
        let message = format!(
            "{} writes {}",
            manager.name,
            repository.short(&repository.hooks)
        );
        return Err(Mistake::new(message, manager.recipe).into());
    }
    let program = program(&repository);
    for stage in Stage::ALL {
        let text = script::of_repository(stage, program.as_deref());
        let path = repository.hooks.join(stage.name());
        let kept = put(&path, &text)?;
        say(&format!(
            "wrote {}{}",
            repository.short(&path),
            after(kept.as_deref())
        ));
    }
    let runs = managers::in_tree(&repository.top);
    for (manager, _) in runs.iter().filter(|(_, speaks)| *speaks) {
        say(&format!(
            "note: {} runs barekey already, so it runs twice now; `barekey hook uninstall` takes these hooks away",
            manager.name
        ));
    }
    Ok(Exit::Clean)
}

/// Where this program is; hooks that are shared in a repository do not hear of it.
fn program(repository: &Repository) -> Option<PathBuf> {
    let own = repository.hooks == repository.own_hooks;
    std::env::current_exe().ok().filter(|_| own)
}

fn after(kept: Option<&Path>) -> String {
    let name = kept.and_then(Path::file_name).unwrap_or_default();
    match name.is_empty() {
        true => String::new(),
        false => format!(", which runs {} first", name.display()),
    }
}

/// Where a hook is kept that was there before.
pub(super) fn kept(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(script::KEPT);
    name.into()
}

/// Writes a hook; one that is not ours is kept, and its new place returned.
pub(super) fn put(path: &Path, text: &str) -> Result<Option<PathBuf>> {
    let kept = kept(path);
    let present = Present::at(path).with_context(|| format!("cannot read {}", path.display()))?;
    let there = kept.symlink_metadata().is_ok();
    if present == Present::Other && there {
        let message = format!("neither {} nor {} is ours", path.display(), kept.display());
        let help = "remove the one that is not needed, then install again";
        return Err(Mistake::new(message, help).into());
    }
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    let failed = || format!("cannot write {}", path.display());
    if present == Present::Other {
        fs::rename(path, &kept).with_context(failed)?;
    }
    if let Err(error) = write(path, text) {
        if present == Present::Other {
            let _ = fs::rename(&kept, path);
        }
        return Err(error).with_context(failed);
    }
    Ok((present == Present::Other || there).then_some(kept))
}

/// Writes a program beside its place, then puts it there at once.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let written = (|| {
        let mut file = fs::File::create(&new)?;
        file.write_all(text.as_bytes())?;
        make_executable(&file)?;
        drop(file);
        fs::rename(&new, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

#[cfg(unix)]
fn make_executable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

/// Git for Windows looks at the first line instead.
#[cfg(not(unix))]
fn make_executable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Takes the hooks of the repository around here away.
pub(super) fn uninstall() -> Result<Exit> {
    let repository = Repository::find()?;
    if repository.set_by == Some(Scope::Wider) && repository.hooks != repository.own_hooks {
        let help = "`barekey hook uninstall --global` takes them away";
        let message = "hooks of all repositories are in force here";
        return Err(Mistake::new(message, help).into());
    }
    for stage in Stage::ALL {
        let path = repository.hooks.join(stage.name());
        say(&format!("{}: {}", repository.short(&path), take(&path)?));
    }
    Ok(Exit::Clean)
}

/// Takes a hook of ours away and puts back what was there; says what was done.
pub(super) fn take(path: &Path) -> Result<&'static str> {
    let failed = || format!("cannot change {}", path.display());
    match Present::at(path).with_context(failed)? {
        Present::Nothing => return Ok("there is none"),
        Present::Other => return Ok("left alone, it is not ours"),
        Present::Ours(_) => {}
    }
    let kept = kept(path);
    if kept.symlink_metadata().is_ok() {
        fs::rename(&kept, path).with_context(failed)?;
        return Ok("is again what it was before");
    }
    fs::remove_file(path).with_context(failed)?;
    Ok("removed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_is_kept_and_put_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hooks/pre-commit");
        let text = script::of_repository(Stage::PreCommit, None);
        assert_eq!(put(&path, &text).unwrap(), None);
        assert_eq!(take(&path).unwrap(), "removed");
        fs::write(&path, "#!/bin/sh\nexit 3\n").unwrap();
        assert_eq!(put(&path, &text).unwrap(), Some(kept(&path)));
        assert_eq!(put(&path, &text).unwrap(), Some(kept(&path)));
        assert_eq!(take(&path).unwrap(), "is again what it was before");
        assert_eq!(fs::read(&path).unwrap(), b"#!/bin/sh\nexit 3\n");
        assert_eq!(take(&path).unwrap(), "left alone, it is not ours");
        fs::write(kept(&path), "x").unwrap();
        assert!(put(&path, &text).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"#!/bin/sh\nexit 3\n");
        assert_eq!(fs::read_dir(dir.path().join("hooks")).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_kept_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pre-commit");
        std::os::unix::fs::symlink("elsewhere", &path).unwrap();
        put(&path, &script::of_repository(Stage::PreCommit, None)).unwrap();
        assert_eq!(fs::read_link(kept(&path)).unwrap(), Path::new("elsewhere"));
        take(&path).unwrap();
        assert_eq!(fs::read_link(&path).unwrap(), Path::new("elsewhere"));
    }
}
