//! Packs, read without git: most objects of a history are in them, and unpacking is most of the work of a scan.
//!
//! Only what is whole and as git writes it is read here. Of everything else nothing is said, so that git is asked: it knows
//! objects of their own files, large ones and other forms, and says what is wrong with what is damaged.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Oid;
use super::objects::Kind;
use crate::source::WHOLE_LIMIT;

mod delta;
mod entry;
mod index;
#[cfg(test)]
mod tests;

use entry::{Entry, Form, Unpacker};
use index::Index;

/// How many packs are read here, the largest ones: each has two open files.
const PACKS: usize = 48;

/// How often a lender of objects may have them from another one, as in git.
const LENDERS: usize = 5;

/// The most links in a chain of deltas, as in git.
const LINKS: usize = 4096;

/// How much of a chain is kept by each thread: 8 MiB.
const KEPT: usize = 8 << 20;

/// The packs of a repository.
#[derive(Default)]
pub(super) struct Packs(Vec<Pack>);

struct Pack {
    index: Index,
    file: File,
}

/// Where an object stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    pack: usize,
    start: u64,
}

/// A pack, and where in it an object and all that it is made of stand: a whole object, then deltas.
type Chain = (usize, Box<[u64]>);

impl Packs {
    /// Opens the packs in a directory of objects, and in those that it borrows from; names have this many bytes.
    pub(super) fn open(objects: &Path, length: usize) -> Self {
        let mut dirs = vec![objects.to_owned()];
        add_lenders(objects, LENDERS, &mut dirs);
        let files = dirs
            .iter()
            .filter_map(|dir| dir.join("pack").read_dir().ok());
        let mut paths: Vec<PathBuf> = files.flatten().flatten().map(|file| file.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|name| name == "idx"));
        let size = |path: &PathBuf| path.metadata().map_or(0, |about| about.len());
        paths.sort_by_cached_key(|path| (Reverse(size(path)), path.clone()));
        let opened = paths.iter().filter_map(|path| Pack::open(path, length));
        Self(opened.take(PACKS).collect())
    }

    /// Puts things in an order in which their objects are quickly read: each behind what it is a delta of.
    pub(super) fn sort<T>(&self, things: &mut [T], oid: impl Fn(&T) -> Oid) {
        let mut bases = HashMap::new();
        things.sort_by_cached_key(|thing| self.chain(&oid(thing), &mut bases));
    }

    fn chain(&self, oid: &Oid, bases: &mut HashMap<Place, Option<Place>>) -> Option<Chain> {
        let place = self.find(oid)?;
        let (mut next, mut chain) = (Some(place), Vec::new());
        while let Some(place) = next.filter(|_| chain.len() < LINKS) {
            chain.push(place.start);
            let base = || self.entry(place).and_then(|(_, base)| base);
            next = *bases.entry(place).or_insert_with(base);
        }
        chain.reverse();
        Some((place.pack, chain.into()))
    }

    fn find(&self, oid: &Oid) -> Option<Place> {
        let mut packs = self.0.iter().enumerate();
        packs.find_map(|(pack, of)| of.index.find(oid).map(|start| Place { pack, start }))
    }

    /// What stands at a place, and where its base is if it is a delta.
    fn entry(&self, place: Place) -> Option<(Entry, Option<Place>)> {
        let pack = &self.0[place.pack];
        let entry = entry::heading(&pack.file, place.start, pack.index.length())?;
        let base = match entry.form {
            Form::Object(_) => None,
            Form::DeltaAt(start) => Some(start),
            Form::DeltaTo(oid) => Some(pack.index.find(&oid)?),
        };
        Some((entry, base.map(|start| Place { start, ..place })))
    }
}

impl Pack {
    /// Opens a pack by its index; none where one of both is something else.
    fn open(index: &Path, length: usize) -> Option<Self> {
        let path = index.with_extension("pack");
        if !index.is_file() || !path.is_file() {
            return None;
        }
        let file = File::open(path).ok()?;
        let mut header = [0; 8];
        read_at(&file, &mut header, 0)?;
        let index = Index::open(index, length)?;
        (header == *b"PACK\0\0\0\x02").then_some(Self { index, file })
    }
}

/// Adds the directories of objects that this one borrows from, and those that they borrow from.
fn add_lenders(objects: &Path, depth: usize, dirs: &mut Vec<PathBuf>) {
    let list = objects.join("info").join("alternates");
    if depth == 0 || !list.is_file() {
        return;
    }
    let list = std::fs::read(list).unwrap_or_default();
    // Quoted ones are left to git.
    let lines = list.split(|&byte| byte == b'\n');
    for line in lines.filter(|line| !matches!(line, [] | [b'#' | b'"', ..])) {
        let dir = objects.join(super::command::path(line));
        if !dirs.contains(&dir) {
            dirs.push(dir.clone());
            add_lenders(&dir, depth - 1, dirs);
        }
    }
}

/// Reads objects for one thread. What the last one is made of is kept: in the order of [`Packs::sort`], the next one is
/// made of the same, but for a delta or two.
pub(super) struct Reader {
    packs: Arc<Packs>,
    unpacker: Unpacker,
    delta: Vec<u8>,
    /// Each is the base of the next.
    kept: Vec<Link>,
}

/// An object of a chain.
struct Link {
    place: Place,
    kind: Kind,
    bytes: Vec<u8>,
}

impl Reader {
    pub(super) fn new(packs: &Arc<Packs>) -> Self {
        Self {
            packs: Arc::clone(packs),
            unpacker: Unpacker::default(),
            delta: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Reads an object of at most [`WHOLE_LIMIT`] bytes; none where it is in no pack, or not read here.
    pub(super) fn read(&mut self, oid: &Oid) -> Option<(Kind, Vec<u8>)> {
        let missing = self.missing(self.packs.find(oid)?)?;
        for (place, entry) in missing.into_iter().rev() {
            let link = self.link(place, &entry)?;
            self.keep(link);
        }
        let object = self.kept.last()?;
        Some((object.kind, object.bytes.clone()))
    }

    /// What of a chain is not kept, from the object on; what is kept and not of this chain is let go.
    fn missing(&mut self, place: Place) -> Option<Vec<(Place, Entry)>> {
        let (mut next, mut missing) = (Some(place), Vec::new());
        while let Some(place) = next {
            if let Some(at) = self.kept.iter().rposition(|link| link.place == place) {
                self.kept.truncate(at + 1);
                return Some(missing);
            }
            let (entry, base) = self.packs.entry(place)?;
            if entry.size > WHOLE_LIMIT as u64 || missing.len() == LINKS {
                return None;
            }
            missing.push((place, entry));
            next = base;
        }
        self.kept.clear();
        Some(missing)
    }

    /// Unpacks an entry, with the last link as the base of a delta.
    fn link(&mut self, place: Place, entry: &Entry) -> Option<Link> {
        let (pack, size) = (&self.packs.0[place.pack].file, entry.size as usize);
        if let Form::Object(kind) = entry.form {
            let mut bytes = vec![0; size];
            self.unpacker.unpack(pack, entry, &mut bytes)?;
            return Some(Link { place, kind, bytes });
        }
        if self.delta.len() < size {
            self.delta.resize(size, 0);
        }
        let delta = &mut self.delta[..size];
        self.unpacker.unpack(pack, entry, delta)?;
        let base = self.kept.last()?;
        let bytes = delta::applied(&base.bytes, delta, WHOLE_LIMIT)?;
        Some(Link {
            bytes,
            place,
            kind: base.kind,
        })
    }

    /// Keeps a link as the last one, and lets the first ones go where they are too many.
    fn keep(&mut self, link: Link) {
        self.kept.push(link);
        let mut bytes = 0;
        let fit = self.kept.iter().rev().take_while(|link| {
            bytes += link.bytes.len();
            bytes <= KEPT
        });
        let fit = fit.count().max(1);
        self.kept.drain(..self.kept.len() - fit);
    }
}

/// Fills a buffer from a place in a file.
fn read_at(file: &File, buffer: &mut [u8], start: u64) -> Option<()> {
    (read_some_at(file, buffer, start)? == buffer.len()).then_some(())
}

/// Fills a buffer from a place in a file, as far as the file goes; how much that is.
fn read_some_at(file: &File, buffer: &mut [u8], start: u64) -> Option<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match positioned(file, &mut buffer[done..], start.checked_add(done as u64)?) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(done)
}

#[cfg(unix)]
fn positioned(file: &File, buffer: &mut [u8], start: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, start)
}

#[cfg(windows)]
fn positioned(file: &File, buffer: &mut [u8], start: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, start)
}
