//! Files of a directory tree, opened with care: nothing that is no regular file is opened, unless the user named it, and
//! nothing is read without a bound.

use std::fs::{self, File, FileType};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::root::{self, Root};
use super::{Blob, Content, Source, WHOLE_LIMIT};
use crate::finding::Skip;

/// How a path came into the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Named by the user, who means the target of a link and may mean a pipe.
    Named,
    /// Found in a directory.
    Walked,
    /// Found in a directory, which says what it is.
    Entry(FileType),
}

/// Why there is no content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// It is left out.
    #[error("{}", .0.as_str())]
    Skip(Skip),
    /// It cannot be read.
    #[error("{}", reason(.0))]
    Unreadable(#[from] io::Error),
}

/// Opens a file, and reads it when it is small enough to be analysed whole. The allocation of `buffer` is reused.
pub(crate) fn open(path: &Path, origin: Origin, buffer: Vec<u8>) -> Result<Content, Refusal> {
    let kind = match origin {
        Origin::Named => fs::metadata(path)?.file_type(),
        Origin::Walked => fs::symlink_metadata(path)?.file_type(),
        Origin::Entry(kind) => kind,
    };
    if kind.is_symlink() {
        return Err(Refusal::Skip(Skip::Symlink));
    }
    let meant = origin == Origin::Named && is_inherited(path);
    if !(kind.is_file() || meant) {
        return Err(Refusal::Skip(Skip::Special));
    }
    let file = match origin {
        Origin::Named => File::open(path)?,
        Origin::Walked | Origin::Entry(_) => open_here(path)?,
    };
    let metadata = file.metadata()?;
    if !(metadata.is_file() || meant) {
        return Err(Refusal::Skip(Skip::Special));
    }
    let size = metadata.len();
    if size > WHOLE_LIMIT as u64 {
        return Ok(Content::Stream(Box::new(file)));
    }
    Ok(content(file, size as usize, buffer)?)
}

/// Opens what was a regular file a moment ago: no link that took its place is followed, no pipe waited for.
#[cfg(unix)]
fn open_here(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = File::options();
    options.read(true);
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options.open(path)
}

#[cfg(not(unix))]
fn open_here(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Reads up to the limit, whatever size was announced; what is longer becomes a stream.
pub(crate) fn content(
    mut reader: impl Read + Send + 'static,
    size: usize,
    mut buffer: Vec<u8>,
) -> io::Result<Content> {
    fill(&mut reader, size + 1, &mut buffer)?;
    if buffer.len() > size {
        let more = WHOLE_LIMIT + 1 - buffer.len();
        reader.by_ref().take(more as u64).read_to_end(&mut buffer)?;
    }
    if buffer.len() > WHOLE_LIMIT {
        return Ok(Content::Stream(Box::new(Cursor::new(buffer).chain(reader))));
    }
    Ok(Content::Whole(buffer))
}

/// Replaces the content of `buffer` by up to `length` bytes, in as few reads as can be.
fn fill(reader: &mut impl Read, length: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
    // What is in it is written over; only what is beyond needs to be made.
    buffer.resize(length, 0);
    let mut filled = 0;
    while filled < length {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(filled);
    Ok(())
}

/// Whether the path names an open file of this process: standard input or the pipe of a process substitution.
fn is_inherited(path: &Path) -> bool {
    ["/dev/fd", "/proc/self/fd"]
        .iter()
        .any(|dir| path.starts_with(dir))
        || path == Path::new("/dev/stdin")
}

/// The files below a directory, read with the same care as those of a walk.
pub(crate) struct Files {
    top: PathBuf,
}

impl Files {
    /// Those below this root.
    pub(crate) fn new(root: &Root) -> Self {
        Self {
            top: root.dir().to_owned(),
        }
    }
}

impl Source for Files {
    fn read(&self, path: &str) -> io::Result<Option<Blob>> {
        let file = self.top.join(root::decoded(path));
        let content = match open(&file, Origin::Walked, Vec::new()) {
            Ok(content) => content,
            Err(Refusal::Skip(Skip::Symlink)) => {
                let target = fs::read_link(&file)?;
                Content::Whole(target.into_os_string().into_encoded_bytes())
            }
            Err(Refusal::Skip(_)) => return Ok(None),
            Err(Refusal::Unreadable(error)) if is_absence(&error) => return Ok(None),
            Err(Refusal::Unreadable(error)) => return Err(error),
        };
        let path = path.into();
        Ok(Some(Blob { path, content }))
    }

    fn list(&self, dir: &str) -> Vec<Arc<str>> {
        let dir = match dir {
            "" => self.top.clone(),
            dir => self.top.join(root::decoded(dir)),
        };
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
        let within = files.filter_map(|entry| {
            let path = entry.path();
            let inside = path.strip_prefix(&self.top).ok()?;
            Some(root::named(inside).into())
        });
        let mut names: Vec<Arc<str>> = within.collect();
        names.sort();
        names
    }
}

/// Whether it says that there is no such file.
fn is_absence(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// What the system says of an error, as a part of a sentence: `permission denied`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    match (letters.next(), letters.as_str()) {
        (Some(first), rest) if !rest.starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    fn whole(path: &Path, origin: Origin) -> Vec<u8> {
        match open(path, origin, Vec::new()) {
            Ok(Content::Whole(bytes)) => bytes,
            Ok(Content::Stream(_)) => panic!("a stream"),
            Err(error) => panic!("{error}"),
        }
    }

    fn length(mut reader: Box<dyn Read + Send>) -> usize {
        io::copy(&mut reader, &mut io::sink()).map_or(0, |length| length as usize)
    }

    fn skip(path: &Path, origin: Origin) -> Option<Skip> {
        match open(path, origin, Vec::new()) {
            Err(Refusal::Skip(skip)) => Some(skip),
            _ => None,
        }
    }

    #[test]
    fn links_are_followed_only_when_named() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "text").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(whole(&file, Origin::Walked), b"text");
        assert_eq!(skip(&link, Origin::Walked), Some(Skip::Symlink));
        assert_eq!(whole(&link, Origin::Named), b"text");
    }

    #[test]
    fn pipes_and_devices_are_never_opened() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        for origin in [Origin::Walked, Origin::Named] {
            assert_eq!(skip(&pipe, origin), Some(Skip::Special));
            assert_eq!(skip(Path::new("/dev/zero"), origin), Some(Skip::Special));
        }
    }

    #[test]
    fn what_took_the_place_of_a_file_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link, pipe) = (
            dir.path().join("file"),
            dir.path().join("link"),
            dir.path().join("pipe"),
        );
        fs::write(&file, "text").unwrap();
        symlink(&file, &link).unwrap();
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let entry = Origin::Entry(fs::symlink_metadata(&file).unwrap().file_type());
        assert_eq!(whole(&file, entry), b"text");
        assert_eq!(skip(&pipe, entry), Some(Skip::Special));
        assert!(matches!(
            open(&link, entry, Vec::new()),
            Err(Refusal::Unreadable(_))
        ));
    }

    #[test]
    fn sizes_around_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        for (size, streams) in [
            (0, false),
            (1, false),
            (WHOLE_LIMIT, false),
            (WHOLE_LIMIT + 1, true),
        ] {
            fs::write(&file, vec![b'a'; size]).unwrap();
            match open(&file, Origin::Walked, Vec::new()).unwrap() {
                Content::Whole(bytes) => assert!(!streams && bytes.len() == size),
                Content::Stream(reader) => assert!(streams && length(reader) == size),
            }
        }
    }

    #[test]
    fn a_wrong_size_is_not_believed() {
        for (announced, real) in [
            (0, 10),
            (20, 10),
            (0, WHOLE_LIMIT),
            (5, WHOLE_LIMIT + 9),
            (WHOLE_LIMIT, WHOLE_LIMIT + 9),
        ] {
            let read = match content(Cursor::new(vec![b'a'; real]), announced, vec![1; 3]).unwrap()
            {
                Content::Whole(bytes) => bytes.len(),
                Content::Stream(reader) => length(reader),
            };
            assert_eq!(read, real);
        }
        #[cfg(target_os = "linux")]
        assert!(!whole(Path::new("/proc/self/stat"), Origin::Walked).is_empty());
    }

    #[test]
    fn errors_read_as_a_part_of_a_sentence() {
        let error = open(Path::new("/nowhere/at/all"), Origin::Named, Vec::new())
            .err()
            .unwrap();
        assert_eq!(error.to_string(), "no such file or directory");
    }
}
