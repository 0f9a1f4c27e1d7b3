//! Large contents in pieces: a stream becomes texts that overlap, each small enough to be analysed whole.
//!
//! The stream is decoded once, from front to back, and the tail of each text is the start of the next. Every byte is owned
//! by exactly one chunk, which sees something of what stands before and behind. Lines and columns are carried along.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter, memrchr};

use crate::facts::Kind;
use crate::finding::Notice;
use crate::text::decode::{self, HEAD};
use crate::text::position::units;
use crate::text::{Base, Encoding, Text, kind};

/// How large the pieces are, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Read for each chunk.
    pub(crate) chunk: usize,
    /// Shared by two neighbours.
    pub(crate) overlap: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            chunk: 1 << 20,
            overlap: 64 << 10,
        }
    }
}

/// A piece of a large content.
pub(crate) struct Chunk {
    /// What it holds, and where it starts in the file.
    pub(crate) text: Text,
    /// The part of the text that no other chunk owns: a finding belongs to the chunk that owns its first byte.
    pub(crate) own: Range<usize>,
}

/// The chunks of a stream.
pub(crate) struct Chunks {
    path: Arc<str>,
    overlap: usize,
    kind: Kind,
    feed: Feed,
    /// What the next text starts with.
    tail: Vec<u8>,
    /// Bytes of `tail` that an earlier chunk owns.
    owned: usize,
    /// Where `tail` starts.
    base: Base,
    done: bool,
}

impl Chunks {
    /// Looks at the start of a stream; `None` means that it is no text.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn new(path: Arc<str>, reader: Box<dyn Read + Send>) -> io::Result<Option<Self>> {
        Self::sized(path, reader, Sizes::default())
    }

    /// The same with other sizes.
    pub(crate) fn sized(
        path: Arc<str>,
        reader: Box<dyn Read + Send>,
        sizes: Sizes,
    ) -> io::Result<Option<Self>> {
        let Some(mut feed) = Feed::new(reader, sizes.chunk)? else {
            return Ok(None);
        };
        let mut tail = Vec::new();
        feed.decode_into(&mut tail);
        let kind = kind::recognise(&path, &tail[..tail.len().min(HEAD)]);
        Ok(Some(Self {
            path,
            overlap: sizes.overlap,
            kind,
            feed,
            tail,
            owned: 0,
            base: Base::default(),
            done: false,
        }))
    }

    /// The next chunk, until there is none.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn next(&mut self) -> io::Result<Option<Chunk>> {
        if self.done {
            return Ok(None);
        }
        while !self.feed.ended && self.tail.len() <= 2 * self.overlap {
            self.feed.read()?;
            self.feed.decode_into(&mut self.tail);
        }
        Ok(Some(self.cut()))
    }

    /// The notice that the encoding was guessed; complete after the last chunk.
    pub(crate) fn notice(&self) -> Option<Notice> {
        self.feed
            .guessed
            .map(|encoding| decode::guessed(&self.path, encoding))
    }

    /// Bytes of the stream that were read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.feed.bytes
    }

    /// Makes a chunk of all that is decoded, and keeps its end for the next one.
    fn cut(&mut self) -> Chunk {
        let bytes = std::mem::take(&mut self.tail);
        let (base, start) = (self.base, self.owned);
        let mut end = bytes.len();
        if self.feed.ended {
            self.done = true;
        } else {
            let part = self.overlap / 4;
            let next = boundary(&bytes, bytes.len() - 4 * part, part);
            end = boundary(&bytes, bytes.len() - 2 * part, part).max(next);
            self.tail = Vec::with_capacity(bytes.capacity());
            self.tail.extend_from_slice(&bytes[next..]);
            self.owned = end - next;
            self.base = advanced(base, &bytes[..next]);
        }
        let text = Text {
            path: Arc::clone(&self.path),
            bytes,
            base,
            encoding: self.feed.encoding,
            kind: self.kind,
        };
        Chunk {
            text,
            own: start..end,
        }
    }
}

/// The first start of a line within `length` bytes from an offset, else the first start of a character.
fn boundary(bytes: &[u8], from: usize, length: usize) -> usize {
    match memchr(b'\n', &bytes[from..from + length]) {
        Some(at) => from + at + 1,
        None => {
            from + bytes[from..]
                .iter()
                .take_while(|&&byte| byte & 0xc0 == 0x80)
                .count()
        }
    }
}

/// Where the text behind some bytes starts.
fn advanced(base: Base, bytes: &[u8]) -> Base {
    match memrchr(b'\n', bytes) {
        Some(at) => Base {
            line: base.line + memchr_iter(b'\n', bytes).count() as u32,
            column: units(&bytes[at + 1..]),
        },
        None => Base {
            line: base.line,
            column: base.column.saturating_add(units(bytes)),
        },
    }
}

/// Decodes a stream from front to back.
struct Feed {
    reader: Box<dyn Read + Send>,
    /// Bytes in a read.
    size: usize,
    encoding: Encoding,
    /// Of UTF-16.
    decoder: Option<Decoder>,
    /// Set when the encoding was a guess.
    guessed: Option<Encoding>,
    /// Bytes not decoded yet.
    raw: Vec<u8>,
    /// Bytes read.
    bytes: u64,
    ended: bool,
}

impl Feed {
    /// Reads the start of a stream and decides on the encoding.
    fn new(reader: Box<dyn Read + Send>, size: usize) -> io::Result<Option<Self>> {
        let raw = Vec::with_capacity(size);
        let mut feed = Self {
            reader,
            size,
            encoding: Encoding::Utf8,
            decoder: None,
            guessed: None,
            raw,
            bytes: 0,
            ended: false,
        };
        feed.read()?;
        let Some(sniffed) = decode::sniff(&feed.raw) else {
            return Ok(None);
        };
        feed.encoding = sniffed.encoding;
        feed.decoder = match sniffed.encoding {
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Encoding::Utf8 | Encoding::Latin1 => None,
        };
        feed.guessed = (feed.decoder.is_some() && sniffed.mark == 0).then_some(sniffed.encoding);
        feed.raw.drain(..sniffed.mark);
        Ok(Some(feed))
    }

    /// Reads on.
    fn read(&mut self) -> io::Result<()> {
        let read = self
            .reader
            .by_ref()
            .take(self.size as u64)
            .read_to_end(&mut self.raw)?;
        self.bytes += read as u64;
        self.ended = read < self.size;
        Ok(())
    }

    /// Decodes what was read, but for the start of a character that is still to come.
    fn decode_into(&mut self, text: &mut Vec<u8>) {
        if let Some(decoder) = &mut self.decoder {
            let mut decoded = String::with_capacity(
                decoder
                    .max_utf8_buffer_length(self.raw.len())
                    .unwrap_or_default(),
            );
            let (..) = decoder.decode_to_string(&self.raw, &mut decoded, self.ended);
            text.extend_from_slice(decoded.as_bytes());
            self.raw.clear();
            return;
        }
        let whole = if self.ended {
            self.raw.len()
        } else {
            self.raw.len() - cut_character(&self.raw)
        };
        match std::str::from_utf8(&self.raw[..whole]) {
            Ok(valid) => text.extend_from_slice(valid.as_bytes()),
            Err(_) => {
                self.encoding = Encoding::Latin1;
                self.guessed = Some(Encoding::Latin1);
                text.extend_from_slice(&decode::repaired(&self.raw[..whole]));
            }
        }
        self.raw.drain(..whole);
    }
}

/// How many bytes at the end are the start of a UTF-8 character.
fn cut_character(bytes: &[u8]) -> usize {
    let cut = |length: &usize| {
        let tail = &bytes[bytes.len() - length..];
        std::str::from_utf8(tail)
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (1..=bytes.len().min(3)).find(cut).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::finding::Position;
    use crate::text::position::LineIndex;

    const SMALL: Sizes = Sizes {
        chunk: 64,
        overlap: 24,
    };

    fn chunks(raw: &[u8], sizes: Sizes) -> (Vec<Chunk>, Option<Notice>) {
        let reader = Box::new(io::Cursor::new(raw.to_vec()));
        let mut chunks = Chunks::sized("a.txt".into(), reader, sizes)
            .unwrap()
            .unwrap();
        let all = std::iter::from_fn(|| chunks.next().unwrap()).collect();
        assert_eq!(chunks.bytes(), raw.len() as u64);
        (all, chunks.notice())
    }

    fn joined(chunks: &[Chunk]) -> String {
        let owned = chunks
            .iter()
            .flat_map(|chunk| chunk.text.bytes[chunk.own.clone()].iter().copied());
        String::from_utf8(owned.collect()).unwrap()
    }

    fn check_positions(whole: &str, chunks: &[Chunk]) {
        let mut at = 0;
        for chunk in chunks {
            let index = LineIndex::new(&chunk.text);
            let before = &whole[..at];
            let line = before.matches('\n').count() as u32 + 1;
            let column = before.rsplit('\n').next().unwrap().encode_utf16().count() as u32 + 1;
            assert_eq!(index.position(chunk.own.start), Position { line, column });
            at += chunk.own.len();
        }
    }

    #[test]
    fn short_and_empty_streams() {
        assert_eq!(joined(&chunks(b"", SMALL).0), "");
        assert_eq!(joined(&chunks(b"\xef\xbb\xbfshort", SMALL).0), "short");
        assert!(
            Chunks::new("a".into(), Box::new(&b"\x7fELF\0\0\0"[..]))
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn every_chunk_sees_both_sides() {
        let text = "0123456789".repeat(100);
        let (chunks, _) = chunks(text.as_bytes(), SMALL);
        assert!(chunks.len() > 10);
        for pair in chunks.windows(2) {
            assert_eq!(pair[0].text.bytes.len() - pair[0].own.end, 12);
            assert_eq!(pair[1].own.start, 12);
        }
    }

    #[test]
    fn a_broken_byte_late_in_a_stream() {
        let raw = [
            b"x".repeat(100).as_slice(),
            b"\xe9 = \xc3\xa9",
            &b"y".repeat(100),
        ]
        .concat();
        let (chunks, notice) = chunks(&raw, SMALL);
        assert_eq!(
            joined(&chunks),
            format!("{}é = é{}", "x".repeat(100), "y".repeat(100))
        );
        assert!(notice.is_some());
    }

    #[test]
    fn default_sizes_cut_where_lines_start() {
        let text = "a line of a large log\n".repeat(200_000);
        let (chunks, notice) = chunks(text.as_bytes(), Sizes::default());
        assert_eq!(joined(&chunks), text);
        assert!(notice.is_none() && chunks.iter().all(|chunk| chunk.text.base.column == 0));
        check_positions(&text, &chunks);
    }

    proptest! {
        #[test]
        fn broken_characters_come_out_as_in_whole_files(
            raw in prop::collection::vec(prop_oneof![0x20u8..0x7f, 0x80u8.., Just(b'\n')], 0..400), chunk in 9usize..90, overlap in 0usize..40,
        ) {
            prop_assume!(decode::sniff(&raw[..raw.len().min(chunk)]).is_some_and(|sniffed| sniffed == decode::Sniffed { encoding: Encoding::Utf8, mark: 0 }));
            let whole = String::from_utf8(decode::repaired(&raw)).unwrap();
            let (chunks, _) = chunks(&raw, Sizes { chunk, overlap });
            prop_assert_eq!(joined(&chunks), whole.as_str());
            check_positions(&whole, &chunks);
        }

        #[test]
        fn owned_parts_are_the_whole(
            parts in prop::collection::vec(prop_oneof!["[a-z=]{1,30}", "[é😀\t]{0,9}", Just("\r\n".into())], 0..60),
            chunk in 9usize..90, overlap in 0usize..40, form in 0..4,
        ) {
            let whole = parts.concat();
            let units = whole.encode_utf16();
            let raw = match form {
                0 => whole.clone().into_bytes(),
                1 => [&b"\xef\xbb\xbf"[..], whole.as_bytes()].concat(),
                2 => [0xff, 0xfe].into_iter().chain(units.flat_map(u16::to_le_bytes)).collect(),
                _ => [0xfe, 0xff].into_iter().chain(units.flat_map(u16::to_be_bytes)).collect(),
            };
            let (chunks, _) = chunks(&raw, Sizes { chunk, overlap });
            prop_assert_eq!(joined(&chunks), whole.as_str());
            check_positions(&whole, &chunks);
        }
    }
}
