//! Where reports go: standard output, a file that is replaced at once, or a device that is written through.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Somewhere to write a report to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Stdout,
    File(PathBuf),
}

impl Destination {
    pub(super) fn new(path: &Path) -> Self {
        if path.as_os_str() == "-" {
            Self::Stdout
        } else {
            Self::File(path.to_owned())
        }
    }

    /// Writes all of it or, into a file, nothing.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        match self {
            Self::Stdout => super::print(write).context("cannot write to standard output"),
            Self::File(path) => {
                write_file(path, write).with_context(|| format!("cannot write {}", path.display()))
            }
        }
    }
}

fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(meta) if meta.is_file() => {
            replace(&fs::canonicalize(path)?, Some(meta.permissions()), write)
        }
        Ok(_) => through(path, write),
        Err(error) if error.kind() == io::ErrorKind::NotFound => replace(path, None, write),
        Err(error) => Err(error),
    }
}

/// A device or a pipe cannot be replaced.
fn through(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
    write(&mut out)?;
    out.flush()
}

/// Writes a file beside the old one, then takes its name: a reader sees the old or the new, never half of it.
fn replace(
    path: &Path,
    permissions: Option<fs::Permissions>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let (temporary, file) = beside(path)?;
    let written = (|| {
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()?;
        drop(out);
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path
        .file_name()
        .ok_or(io::ErrorKind::InvalidInput)?
        .to_string_lossy();
    let mut error = io::Error::from(io::ErrorKind::AlreadyExists);
    for attempt in 0..16 {
        let temporary =
            path.with_file_name(format!(".{name}.{}-{attempt}.tmp", std::process::id()));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)
        {
            Ok(file) => return Ok((temporary, file)),
            Err(other) if other.kind() == io::ErrorKind::AlreadyExists => error = other,
            Err(other) => return Err(other),
        }
    }
    Err(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_or_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.json");
        let file = Destination::new(&path);
        file.write(|out| out.write_all(b"one")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        file.write(|out| out.write_all(b"two").and(Err(io::ErrorKind::Other.into())))
            .unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        file.write(|out| out.write_all(b"two")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        assert!(
            Destination::new(&dir.path().join("none/out"))
                .write(|_| Ok(()))
                .is_err()
        );
        assert!(Destination::new(dir.path()).write(|_| Ok(())).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_devices_are_written_through() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        Destination::new(&link)
            .write(|out| out.write_all(b"new"))
            .unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        Destination::new(Path::new("/dev/null"))
            .write(|out| out.write_all(b"new"))
            .unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}
