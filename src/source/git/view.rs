//! Files as a commit or the index has them.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::objects::{Kind, Objects};
use super::{Entry, Oid};
use crate::source::{Blob, Content, Source, root};

/// What a directory of a commit holds: the names in it, as reports write them.
type Tree = Arc<HashMap<Box<str>, (Entry, Oid)>>;

/// The files of a commit.
pub(crate) struct Commit {
    objects: Objects,
    /// The commit.
    oid: Oid,
    /// By path; the top is the empty path.
    trees: Mutex<HashMap<Box<str>, Tree>>,
}

impl Commit {
    /// The files of this commit.
    pub(crate) fn new(objects: &Objects, oid: Oid) -> Self {
        Self {
            objects: objects.clone(),
            oid,
            trees: Mutex::default(),
        }
    }

    /// The directory of this path, if it is one.
    fn tree(&self, dir: &str) -> io::Result<Option<Tree>> {
        let known = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = known.get(dir) {
            return Ok(Some(Arc::clone(tree)));
        }
        drop(known);
        let raw = if dir.is_empty() {
            let missing = || io::Error::other(format!("commit {} is missing", self.oid));
            let object = self.objects.find(&format!("{}^{{tree}}", self.oid))?;
            object.ok_or_else(missing)?
        } else {
            match self.entry(dir)? {
                Some((Entry::Tree, oid)) => self.objects.get(oid)?,
                _ => return Ok(None),
            }
        };
        let tree = match raw.content {
            Content::Whole(bytes) if raw.kind == Kind::Tree => {
                Arc::new(entries(&bytes, self.oid.length()))
            }
            _ => return Err(io::Error::other(format!("{} is no tree", raw.oid))),
        };
        let mut known = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(dir.into(), Arc::clone(&tree));
        Ok(Some(tree))
    }

    /// What stands at a path.
    fn entry(&self, path: &str) -> io::Result<Option<(Entry, Oid)>> {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        let tree = self.tree(dir)?;
        Ok(tree.and_then(|tree| tree.get(name).copied()))
    }
}

impl Source for Commit {
    fn read(&self, path: &str) -> io::Result<Option<Blob>> {
        match self.entry(path)? {
            Some((Entry::Blob, oid)) => Ok(Some(blob(&self.objects, path, oid)?)),
            _ => Ok(None),
        }
    }

    fn list(&self, dir: &str) -> Vec<Arc<str>> {
        let tree = self.tree(dir).ok().flatten();
        let entries = tree.iter().flat_map(|tree| tree.iter());
        let files = entries.filter(|(_, (entry, _))| *entry == Entry::Blob);
        let mut names: Vec<Arc<str>> = files.map(|(name, _)| joined(dir, name)).collect();
        names.sort();
        names
    }
}

/// The files of a commit, but for those of which a listing has told already what they are: those of the index are those
/// of `HEAD` but for what is staged.
pub(crate) struct Listed {
    objects: Objects,
    /// Before the first commit there is none.
    base: Option<Commit>,
    /// What was told by path; none is not there.
    told: HashMap<Arc<str>, Option<Oid>>,
}

impl Listed {
    /// The files of a commit with what was told upon it.
    pub(crate) fn new(
        objects: &Objects,
        base: Option<Commit>,
        told: impl IntoIterator<Item = (Arc<str>, Option<Oid>)>,
    ) -> Self {
        Self {
            objects: objects.clone(),
            base,
            told: told.into_iter().collect(),
        }
    }
}

impl Source for Listed {
    fn read(&self, path: &str) -> io::Result<Option<Blob>> {
        match (self.told.get(path), &self.base) {
            (Some(Some(oid)), _) => Ok(Some(blob(&self.objects, path, *oid)?)),
            (Some(None), _) | (None, None) => Ok(None),
            (None, Some(base)) => base.read(path),
        }
    }

    fn list(&self, dir: &str) -> Vec<Arc<str>> {
        let mut names = self.base.as_ref().map_or_else(Vec::new, |b| b.list(dir));
        names.retain(|name| !self.told.contains_key(name));
        let there = self.told.iter().filter(|(_, oid)| oid.is_some());
        let is_here = |path: &Arc<str>| path.rsplit_once('/').unwrap_or(("", path)).0 == dir;
        names.extend(there.map(|(path, _)| path.clone()).filter(is_here));
        names.sort();
        names
    }
}

fn blob(objects: &Objects, path: &str, oid: Oid) -> io::Result<Blob> {
    Ok(Blob {
        path: path.into(),
        content: objects.get(oid)?.content,
    })
}

fn joined(dir: &str, name: &str) -> Arc<str> {
    match dir {
        "" => name.into(),
        dir => format!("{dir}/{name}").into(),
    }
}

/// Reads a tree: `MODE NAME\0` and the bytes of a name of an object, again and again.
fn entries(mut raw: &[u8], length: usize) -> HashMap<Box<str>, (Entry, Oid)> {
    let mut found = HashMap::new();
    while let Some((heading, rest)) = memchr::memchr(0, raw).map(|at| raw.split_at(at)) {
        let (Some(oid), Some(space)) = (rest.get(1..=length), memchr::memchr(b' ', heading)) else {
            break;
        };
        let (mode, name) = (&heading[..space], &heading[space + 1..]);
        if let (Some(entry), Some(oid)) = (Entry::of_mode(mode), Oid::of_bytes(oid)) {
            found.insert(root::encoded(name).into(), (entry, oid));
        }
        raw = &rest[length + 1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_read_as_far_as_they_are_whole() {
        let oid = [7; 20];
        let raw = [
            &b"100644 a%\0"[..],
            &oid,
            b"40000 d\n\xff\0",
            &oid,
            b"160000 s\0xx",
        ]
        .concat();
        let read = entries(&raw, 20);
        assert_eq!(read.len(), 2);
        assert_eq!(read["a%25"], (Entry::Blob, Oid::of_bytes(&oid).unwrap()));
        assert_eq!(read["d\n%FF"].0, Entry::Tree);
    }
}
