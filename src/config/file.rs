//! Reading a file that steers a scan from a disk that may be hostile: never a link, never a device, never too much.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Why a file is not read.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The system says so.
    Io(io::Error),
    /// It is a link, a directory, a device or too large: says what it is.
    Refused(String),
}

/// Reads a regular file of at most so many MiB.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Problem> {
    let refused = |what: &str| Problem::Refused(what.to_owned());
    let meta = path.symlink_metadata().map_err(Problem::Io)?;
    if meta.is_symlink() {
        return Err(refused("is a symbolic link"));
    }
    if !meta.is_file() {
        return Err(refused("is not a regular file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Problem::Io)?;
    file.take((limit << 20) + 1)
        .read_to_end(&mut bytes)
        .map_err(Problem::Io)?;
    if bytes.len() as u64 > limit << 20 {
        return Err(refused(&format!("is larger than {limit} MiB")));
    }
    Ok(bytes)
}
