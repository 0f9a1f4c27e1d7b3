//! The index of a pack: where each object stands in it. Version 2, as git's page `gitformat-pack` has it.

use std::fs::File;
use std::path::Path;

use super::read_at;
use crate::source::git::Oid;

/// In front of everything: magic, version and for each first byte how many names start with it or one before it.
const HEADER: usize = 8;
const COUNTS: usize = 256;
const NAMES: u64 = (HEADER + 4 * COUNTS) as u64;

/// Names that are read at once while one is looked for.
const PAGE: usize = 128;

/// An index on disk. It is not kept in memory: one of millions of objects is larger than what a scan may take.
pub(super) struct Index {
    file: File,
    /// How many names start with this byte or one before it.
    counts: Box<[u32]>,
    /// Bytes of a name.
    length: usize,
}

impl Index {
    /// Opens an index; none where it has another form or names of another length.
    pub(super) fn open(path: &Path, length: usize) -> Option<Self> {
        let file = File::open(path).ok()?;
        let mut header = [0; HEADER + 4 * COUNTS];
        read_at(&file, &mut header, 0)?;
        let (magic, counts) = header.split_at(HEADER);
        let counts: Box<[u32]> = counts.chunks_exact(4).filter_map(number).collect();
        let index = Self {
            counts,
            length,
            file,
        };
        let is_whole = index.file.metadata().ok()?.len() >= index.large_offsets();
        (magic == b"\xfftOc\0\0\0\x02" && index.counts.is_sorted() && is_whole).then_some(index)
    }

    /// How many bytes names have.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> u32 {
        self.counts[COUNTS - 1]
    }

    /// Where an object starts in the pack, if it has it.
    pub(super) fn find(&self, oid: &Oid) -> Option<u64> {
        let number = self.position(oid.raw())?;
        let mut offset = [0; 4];
        let offsets = NAMES + u64::from(self.count()) * (self.length as u64 + 4);
        read_at(&self.file, &mut offset, offsets + 4 * u64::from(number))?;
        let offset = u32::from_be_bytes(offset);
        if offset >> 31 == 0 {
            return Some(offset.into());
        }
        let mut large = [0; 8];
        let number = u64::from(offset & !(1 << 31));
        read_at(&self.file, &mut large, self.large_offsets() + 8 * number)?;
        Some(u64::from_be_bytes(large))
    }

    /// Where offsets stand that need more than 31 bits: behind names, checksums and the other offsets.
    fn large_offsets(&self) -> u64 {
        NAMES + u64::from(self.count()) * (self.length as u64 + 8)
    }

    /// Which of the sorted names this one is.
    fn position(&self, name: &[u8]) -> Option<u32> {
        let first = usize::from(*name.first()?);
        let mut low = first.checked_sub(1).map_or(0, |before| self.counts[before]);
        let mut high = self.counts[first];
        let mut page = [0; PAGE * 32];
        while low < high {
            let count = (high - low).min(PAGE as u32);
            let from = low + (high - low - count) / 2;
            let page = &mut page[..count as usize * self.length];
            read_at(
                &self.file,
                page,
                NAMES + u64::from(from) * self.length as u64,
            )?;
            let names: Vec<&[u8]> = page.chunks_exact(self.length).collect();
            match names.binary_search(&name) {
                Ok(at) => return Some(from + at as u32),
                Err(0) => high = from,
                Err(at) if at == names.len() => low = from + count,
                Err(_) => return None,
            }
        }
        None
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}
