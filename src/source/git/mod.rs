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
mod packs;
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

    /// As trees and packs hold it.
    fn raw(&self) -> &[u8] {
        &self.bytes[..self.length()]
    }

    /// How many bytes names have in this repository.
    fn length(&self) -> usize {
        self.length.into()
    }
}

impl std::fmt::Display for Oid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        data_encoding::HEXLOWER.encode_write(self.raw(), f)
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
    /// Where objects are.
    objects: PathBuf,
    /// How many bytes their names have.
    names: usize,
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
        let asked = [
            "rev-parse",
            "--is-shallow-repository",
            "--show-object-format",
            "--absolute-git-dir",
            "--path-format=absolute",
            "--git-path",
            "objects",
            // Silent outside of a work tree, where `--show-toplevel` would fail.
            "--show-cdup",
            "--revs-only",
            "HEAD",
        ];
        let said = git.output(&asked)?;
        let here = std::env::current_dir().map_err(|error| GitError::of_system(&error))?;
        Self::read(git, &said, &here).ok_or_else(|| {
            GitError::new("git answers in a way that is not understood").help(
                "names of directories with line breaks in them are not supported; else report this",
            )
        })
    }

    fn read(git: Git, said: &[u8], here: &Path) -> Option<Self> {
        let lines = said.strip_suffix(b"\n")?.split(|&byte| byte == b'\n');
        let mut lines = lines.peekable();
        let shallow = match lines.next()? {
            b"true" => true,
            b"false" => false,
            _ => return None,
        };
        let names = match lines.next()? {
            b"sha1" => 20,
            b"sha256" => 32,
            _ => return None,
        };
        let (dir, objects) = (command::path(lines.next()?), command::path(lines.next()?));
        let is_way = |line: &&[u8]| line.is_empty() || line.contains(&b'/');
        let way = lines.next_if(is_way).map(command::path);
        let head = match lines.next() {
            Some(hex) => Some(Oid::parse(hex)?),
            None => None,
        };
        lines.next().is_none().then_some(Self {
            git,
            top: way.map(|way| joined(here, &way)),
            dir,
            objects,
            names,
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

/// Where a way leads: one that is absolute, or goes up.
fn joined(here: &Path, way: &Path) -> PathBuf {
    let ups = way.iter().filter(|step| *step == "..").count();
    match way.is_absolute() {
        true => way.to_owned(),
        false => here.ancestors().nth(ups).unwrap_or(here).to_owned(),
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
        let read = |said: &str| Repository::read(Git::here(), said.as_bytes(), Path::new("/a/b/c"));
        let unborn = read("true\nsha1\n/a/.git\n/a/.git/objects\n\n").unwrap();
        assert!(unborn.head.is_none() && unborn.shallow && unborn.names == 20);
        assert_eq!(unborn.top(), Path::new("/a/b/c"));
        let hex = "1".repeat(64);
        let below = read(&format!("false\nsha256\n/g\n/o\n../../\n{hex}\n")).unwrap();
        assert_eq!((below.top(), below.names), (Path::new("/a"), 32));
        assert_eq!(below.head, Oid::parse(hex.as_bytes()));
        let away = read("false\nsha1\n/g\n/o\n/other\n").unwrap();
        assert_eq!(away.top(), Path::new("/other"));
        let bare = read("false\nsha1\n/b\n/b/objects\n").unwrap();
        assert!(!bare.has_work_tree() && bare.top() == Path::new("/b"));
        assert!(read("false\nsha1\n/a\nb/.git\n/a\nb/.git/objects\n\n").is_none());
        assert!(read("false\nmd5\n/b\n/b/objects\n").is_none());
        assert!(read("").is_none());
    }
}
