//! Git, asked by its plumbing: what is staged, what was committed, and the objects that hold it.
//!
//! Content is read as objects and never as the text of a diff, whose form depends on settings of the repository. The
//! repository may be hostile: all questions go through [`command`], which lets nothing run that it names.

use std::path::{Path, PathBuf};

use super::root::Root;

pub(crate) mod changes;
mod command;
pub(crate) mod history;
pub(crate) mod objects;
mod remote;
mod stat;
pub(crate) mod tracked;
pub(crate) mod view;

pub use changes::{Changes, Wanted};
pub(crate) use command::Git;
pub use command::GitError;
pub use history::{Base, History, Span};

/// The name of an object: 20 bytes, or 32 in a repository with SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Oid {
    bytes: [u8; 32],
    length: u8,
}

impl Oid {
    /// Reads hexadecimal digits.
    pub(crate) fn parse(hex: &[u8]) -> Option<Self> {
        let length = hex.len() / 2;
        if !matches!(hex.len(), 40 | 64) {
            return None;
        }
        let mut bytes = [0; 32];
        data_encoding::HEXLOWER
            .decode_mut(hex, &mut bytes[..length])
            .ok()?;
        Some(Self::new(bytes, length))
    }

    /// Takes bytes as trees hold them.
    fn of_bytes(raw: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes.get_mut(..raw.len())?.copy_from_slice(raw);
        matches!(raw.len(), 20 | 32).then(|| Self::new(bytes, raw.len()))
    }

    fn new(bytes: [u8; 32], length: usize) -> Self {
        Self {
            bytes,
            length: length as u8,
        }
    }

    /// How many bytes names have in this repository.
    fn length(&self) -> usize {
        self.length.into()
    }
}

impl std::fmt::Display for Oid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        data_encoding::HEXLOWER.encode_write(&self.bytes[..self.length()], f)
    }
}

impl std::fmt::Debug for Oid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// What an entry of a tree or an index is, by its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A file, or a link, whose target is its content.
    Blob,
    /// A directory.
    Tree,
    /// The commit of a submodule, which is a repository of its own.
    Submodule,
}

impl Entry {
    /// By the mode as git writes it; none for what is not there.
    fn of_mode(mode: &[u8]) -> Option<Self> {
        match mode.trim_ascii_start() {
            [b'1', b'6', ..] => Some(Self::Submodule),
            [b'1', ..] => Some(Self::Blob),
            [b'4', ..] | [b'0', b'4', ..] => Some(Self::Tree),
            _ => None,
        }
    }
}

/// A repository, found from the current directory and the variables that git sets for its hooks.
#[derive(Debug)]
pub struct Repository {
    git: Git,
    /// The top of the work tree; a bare repository has none.
    top: Option<PathBuf>,
    /// Where `HEAD` and `MERGE_HEAD` are.
    dir: PathBuf,
    /// The commit of `HEAD`; before the first one there is none.
    pub(crate) head: Option<Oid>,
    /// Whether history ends before its start.
    pub(crate) shallow: bool,
}

impl Repository {
    /// Finds the repository that the current directory belongs to.
    ///
    /// # Errors
    /// When there is none, it belongs to somebody else, or git is missing.
    pub fn find() -> Result<Self, GitError> {
        let git = Git::here();
        let place = ["rev-parse", "--is-shallow-repository", "--absolute-git-dir"];
        let head = ["--revs-only", "HEAD"];
        // Outside of a work tree there is no top, and that is no failure.
        let with_top = [&place[..], &["--show-toplevel"], &head].concat();
        let (said, has_top) = match git.output(&with_top) {
            Ok(said) => (said, true),
            Err(error) => (
                git.output(&[&place[..], &head].concat())
                    .map_err(|_| error)?,
                false,
            ),
        };
        Self::read(git, &said, has_top).ok_or_else(|| {
            GitError::new("git answers in a way that is not understood").help(
                "names of directories with line breaks in them are not supported; else report this",
            )
        })
    }

    fn read(git: Git, said: &[u8], has_top: bool) -> Option<Self> {
        let mut lines = said.strip_suffix(b"\n")?.split(|&byte| byte == b'\n');
        let shallow = match lines.next()? {
            b"true" => true,
            b"false" => false,
            _ => return None,
        };
        let dir = command::path(lines.next()?);
        let top = match has_top {
            true => Some(command::path(lines.next()?)),
            false => None,
        };
        let head = match lines.next() {
            Some(hex) => Some(Oid::parse(hex)?),
            None => None,
        };
        lines.next().is_none().then_some(Self {
            git,
            top,
            dir,
            head,
            shallow,
        })
    }

    /// The top of the work tree, else the repository itself.
    #[must_use]
    pub fn top(&self) -> &Path {
        self.top.as_deref().unwrap_or(&self.dir)
    }

    /// Whether it has a work tree.
    pub(crate) fn has_work_tree(&self) -> bool {
        self.top.is_some()
    }

    /// The directory that reported paths are relative to.
    pub(crate) fn root(&self) -> Root {
        Root::at(self.top().to_owned())
    }

    /// The commits that are being merged into `HEAD`.
    fn merge_heads(&self) -> Vec<Oid> {
        let heads = std::fs::read(self.dir.join("MERGE_HEAD")).unwrap_or_default();
        heads
            .split(|&byte| byte == b'\n')
            .filter_map(Oid::parse)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_objects() {
        let hex = "8ba3a16384aacc37d01564b28401755ce8053f51";
        let oid = Oid::parse(hex.as_bytes()).unwrap();
        assert_eq!(oid.to_string(), hex);
        assert_eq!(Oid::parse(&[b'0'; 64]).unwrap().length(), 32);
        assert_eq!(Oid::parse(b"8ba3"), None);
        assert_eq!(Oid::parse(&[b'x'; 40]), None);
        assert_eq!(Oid::of_bytes(&oid.bytes[..20]), Some(oid));
        assert_eq!(Oid::of_bytes(&[0; 33]), None);
    }

    #[test]
    fn modes() {
        assert_eq!(Entry::of_mode(b"100644"), Some(Entry::Blob));
        assert_eq!(Entry::of_mode(b"120000"), Some(Entry::Blob));
        assert_eq!(Entry::of_mode(b"160000"), Some(Entry::Submodule));
        assert_eq!(Entry::of_mode(b"40000"), Some(Entry::Tree));
        assert_eq!(Entry::of_mode(b"000000"), None);
    }

    #[test]
    fn answers_that_are_not_understood() {
        let read = |said: &[u8], top| Repository::read(Git::here(), said, top);
        let unborn = read(b"true\n/a/.git\n/a\n", true).unwrap();
        assert!(unborn.head.is_none() && unborn.shallow);
        assert_eq!(unborn.top(), Path::new("/a"));
        assert_eq!(read(b"false\n/b\n", false).unwrap().top(), Path::new("/b"));
        assert!(read(b"false\n/a\nb/.git\n/a\nb\n", true).is_none());
        assert!(read(b"", true).is_none());
    }
}
