//! Lines and columns of byte offsets, for texts in which something was found.
//!
//! A line ends with `\n` and nothing else. Columns count UTF-16 code units; sums of them are kept every few KiB, so that a
//! look-up costs the same on a line of 4 MiB as on a short one.

use memchr::memchr_iter;

use super::{Base, Text};
use crate::finding::{Position, Region};
use crate::span::Span;

/// Distance of the kept sums, in bytes.
const STEP: usize = 4 << 10;

/// The line starts of a text and sums of its UTF-16 code units.
pub(crate) struct LineIndex<'t> {
    bytes: &'t [u8],
    base: Base,
    /// Offset of each line.
    starts: Vec<u32>,
    /// Code units before each multiple of `STEP`; empty when all is ASCII.
    sums: Vec<u32>,
}

impl<'t> LineIndex<'t> {
    /// Reads the text once.
    pub(crate) fn new(text: &'t Text) -> Self {
        let bytes = text.bytes.as_slice();
        let starts = std::iter::once(0)
            .chain(memchr_iter(b'\n', bytes).map(|at| at as u32 + 1))
            .collect();
        let sums = if bytes.is_ascii() {
            Vec::new()
        } else {
            sums(bytes)
        };
        Self {
            bytes,
            base: text.base,
            starts,
            sums,
        }
    }

    /// Line and column of an offset in the file.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.line_of(offset);
        let start = self.starts[line] as usize;
        let before = if line == 0 { self.base.column } else { 0 };
        let column =
            (self.units_before(offset) - self.units_before(start) + 1).saturating_add(before);
        Position {
            line: self.base.line + line as u32 + 1,
            column,
        }
    }

    /// Where a span starts and ends in the file.
    pub(crate) fn region(&self, span: Span) -> Region {
        Region {
            start: self.position(span.start as usize),
            end: self.position(span.end as usize),
        }
    }

    /// The line of this text that an offset is on, from 0; the `\n` is the last byte of its line.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|&start| start as usize <= offset)
            - 1
    }

    /// How many lines the text has; one that ends with `\n` has an empty last one.
    #[cfg(test)]
    fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The bytes of a line of this text, counted from 0, without `\n` or `\r\n`. Empty beyond the last line.
    pub(crate) fn line_span(&self, line: usize) -> Span {
        let Some(&start) = self.starts.get(line) else {
            return Span::new(self.bytes.len(), self.bytes.len());
        };
        let start = start as usize;
        let Some(&next) = self.starts.get(line + 1) else {
            return Span::new(start, self.bytes.len());
        };
        let line = &self.bytes[start..next as usize - 1];
        Span::new(
            start,
            start + line.strip_suffix(b"\r").unwrap_or(line).len(),
        )
    }

    /// UTF-16 code units before an offset of the text.
    fn units_before(&self, offset: usize) -> u32 {
        let offset = offset.min(self.bytes.len());
        match self.sums.get(offset / STEP) {
            Some(sum) => sum + units(&self.bytes[offset / STEP * STEP..offset]),
            None => offset as u32,
        }
    }
}

/// Code units before each multiple of `STEP`.
fn sums(bytes: &[u8]) -> Vec<u32> {
    let mut sum = 0;
    let mut sums = vec![0];
    for block in bytes.chunks(STEP) {
        sum += units(block);
        sums.push(sum);
    }
    sums
}

/// UTF-16 code units of some UTF-8. A character counts at its first byte, so any cut will do.
pub(crate) fn units(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .map(|&byte| u32::from(byte & 0xc0 != 0x80) + u32::from(byte >= 0xf0))
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::{Format, Kind};
    use crate::text::Encoding;

    fn text(bytes: &str, base: Base) -> Text {
        let kind = Kind {
            format: Format::Prose,
            credential_file: false,
            generated: false,
        };
        Text {
            path: "a".into(),
            bytes: bytes.into(),
            base,
            encoding: Encoding::Utf8,
            kind,
        }
    }

    fn naive(text: &str, base: Base, offset: usize) -> Position {
        let before = &text[..offset];
        let line = before.matches('\n').count() as u32;
        let column = before.rsplit('\n').next().unwrap().encode_utf16().count() as u32;
        let carried = if line == 0 { base.column } else { 0 };
        Position {
            line: base.line + line + 1,
            column: carried + column + 1,
        }
    }

    #[test]
    fn lines_without_their_ends() {
        let text = text("one\r\ntwo\n\nfour", Base::default());
        let index = LineIndex::new(&text);
        let lines: Vec<_> = (0..index.lines())
            .map(|line| index.line_span(line).of(&text.bytes))
            .collect();
        assert_eq!(lines, [&b"one"[..], b"two", b"", b"four"]);
        assert!(index.line_span(9).is_empty());
        assert_eq!(index.line_of(4), 0);
        assert_eq!(index.line_of(5), 1);
    }

    #[test]
    fn a_long_line_is_quick() {
        let text = text(&"é".repeat(2 << 20), Base::default());
        let index = LineIndex::new(&text);
        for n in 0..5000 {
            assert_eq!(index.position(n * 800).column as usize, n * 400 + 1);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_counting(
            parts in prop::collection::vec(prop_oneof!["\\PC{0,9}", "[a\t\r\n]{0,9}", Just("\r\n".into()), Just("😀é".repeat(700))], 0..12),
            line in 0u32..9, column in 0u32..9, at in any::<prop::sample::Index>(),
        ) {
            let whole = parts.concat();
            let base = Base { line, column };
            let text = text(&whole, base);
            let index = LineIndex::new(&text);
            let offset = (0..=at.index(whole.len() + 1)).rev().find(|&at| whole.is_char_boundary(at)).unwrap();
            prop_assert_eq!(index.position(offset), naive(&whole, base, offset));
            let end = index.region(Span::new(offset, whole.len())).end;
            prop_assert_eq!(end, naive(&whole, base, whole.len()));
        }
    }
}
