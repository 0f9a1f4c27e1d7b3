//! What stands in a pack: objects, whole or as deltas, each with a heading and packed by zlib. As git's page
//! `gitformat-pack` has it.

use std::fs::File;

use flate2::{Decompress, FlushDecompress, Status};

use super::read_some_at;
use crate::source::git::Oid;
use crate::source::git::objects::Kind;

/// The longest heading: a size of 64 bits, and the name of a base.
const HEADING: usize = 10 + 32;

/// What an entry says of itself.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) form: Form,
    /// How many bytes it has when it is unpacked.
    pub(super) size: u64,
    /// Where they start.
    data: u64,
}

/// How an object is written.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// As it is.
    Object(Kind),
    /// As a delta to what stands here.
    DeltaAt(u64),
    /// As a delta to an object of this name.
    DeltaTo(Oid),
}

/// Reads the heading of the entry that starts here; names have this many bytes.
pub(super) fn heading(pack: &File, start: u64, length: usize) -> Option<Entry> {
    let mut bytes = [0; HEADING];
    let read = read_some_at(pack, &mut bytes, start)?;
    let mut rest = &bytes[..read];
    let first = *rest.split_off_first()?;
    let mut size = u64::from(first & 15);
    let (mut more, mut place) = (first >= 0x80, 4);
    while more {
        let byte = *rest.split_off_first()?;
        size |= u64::from(byte & 0x7f).checked_shl(place)?;
        (more, place) = (byte >= 0x80, place + 7);
    }
    let form = match first >> 4 & 7 {
        1 => Form::Object(Kind::Commit),
        2 => Form::Object(Kind::Tree),
        3 => Form::Object(Kind::Blob),
        4 => Form::Object(Kind::Tag),
        6 => Form::DeltaAt(start.checked_sub(distance(&mut rest)?)?),
        7 => Form::DeltaTo(Oid::of_bytes(rest.split_off(..length)?)?),
        _ => return None,
    };
    let data = start + (read - rest.len()) as u64;
    Some(Entry { form, size, data })
}

/// How far in front of an entry its base is: seven bits a byte, the highest first, and one more for each further byte.
fn distance(rest: &mut &[u8]) -> Option<u64> {
    let mut byte = *rest.split_off_first()?;
    let mut value = u64::from(byte & 0x7f);
    while byte >= 0x80 {
        byte = *rest.split_off_first()?;
        value = (value + 1).checked_mul(0x80)? | u64::from(byte & 0x7f);
    }
    Some(value)
}

/// Unpacks entries.
pub(super) struct Unpacker {
    zlib: Decompress,
    packed: Vec<u8>,
}

impl Default for Unpacker {
    fn default() -> Self {
        Self {
            zlib: Decompress::new(true),
            packed: Vec::new(),
        }
    }
}

impl Unpacker {
    /// Unpacks an entry into `out`, which has as many bytes as it says; none where it has another size or is damaged.
    ///
    /// How many bytes an entry has in the pack is written nowhere: as many are read as there are at most, since zlib
    /// is far faster when it has all of them at once.
    pub(super) fn unpack(&mut self, pack: &File, entry: &Entry, out: &mut [u8]) -> Option<()> {
        let most = out.len() + out.len() / 64 + 64;
        if self.packed.len() < most {
            self.packed.resize(most, 0);
        }
        let packed = &mut self.packed[..most];
        let read = read_some_at(pack, packed, entry.data)?;
        self.zlib.reset(true);
        let status = self
            .zlib
            .decompress(&packed[..read], out, FlushDecompress::Finish);
        let is_whole = self.zlib.total_out() == out.len() as u64;
        (status.ok()? == Status::StreamEnd && is_whole).then_some(())
    }
}
