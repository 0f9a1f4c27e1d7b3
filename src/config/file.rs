//! Reading a file that steers a scan from a disk that may be hostile: never a link, never a device, never too much.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Why a file that steers a scan is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is a link, a directory, a device, too large or of another kind.
    #[error("{}: {problem}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What it is.
        problem: String,
    },
}

/// The error that a file is what it must not be.
pub(crate) fn refused(path: &Path, problem: impl Into<String>) -> FileError {
    FileError::Refused {
        path: path.to_owned(),
        problem: problem.into(),
    }
}

/// Reads a regular file of at most so many MiB.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let failed = |source| FileError::Io {
        path: path.to_owned(),
        source,
    };
    let meta = path.symlink_metadata().map_err(failed)?;
    if meta.is_symlink() {
        return Err(refused(path, "is a symbolic link"));
    }
    if !meta.is_file() {
        return Err(refused(path, "is not a regular file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take((limit << 20) + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > limit << 20 {
        return Err(refused(path, format!("is larger than {limit} MiB")));
    }
    Ok(bytes)
}

/// What a file says: UTF-8, with or without a mark of the order of its bytes.
pub(crate) fn text<'b>(path: &Path, bytes: &'b [u8]) -> Result<&'b str, FileError> {
    let text = std::str::from_utf8(bytes).map_err(|_| refused(path, "is not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(path: &Path) -> String {
        read(path, 1).unwrap_err().to_string()
    }

    #[test]
    fn only_a_regular_file_of_a_sane_size() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        assert!(error(&path).starts_with("cannot read "));
        assert!(error(dir.path()).ends_with("is not a regular file"));
        std::fs::write(&path, vec![b'#'; 1 << 20]).unwrap();
        assert_eq!(read(&path, 1).unwrap().len(), 1 << 20);
        std::fs::write(&path, vec![b'#'; (1 << 20) + 1]).unwrap();
        assert!(error(&path).ends_with("is larger than 1 MiB"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        assert!(error(&path).ends_with("is a symbolic link"));
    }

    #[test]
    fn only_utf8() {
        let path = Path::new("f");
        assert_eq!(text(path, b"\xef\xbb\xbfa").unwrap(), "a");
        let wrong = text(path, b"\xff").unwrap_err();
        assert_eq!(wrong.to_string(), "f: is not UTF-8");
    }
}
