//! Moving over a text: past blanks, to the end of a line or of a word.

use std::cell::Cell;

use super::REACH;

/// What ends a bare word, beside white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stops {
    /// A command's end, a bracket, a quote.
    Command,
    /// As for a command, but `&` belongs to the word.
    Sentence,
    /// What separates the parameters of a query.
    Query,
    /// What separates the parts of a connection string.
    Parts,
    /// The brace that closes an expansion.
    Brace,
    /// The quote of the string around the word, or what separates the parts of one.
    Within(u8),
}

impl Stops {
    fn holds(self, b: u8) -> bool {
        let closes = b"\"'`)<>".contains(&b);
        match self {
            _ if b.is_ascii_whitespace() => true,
            Stops::Command => closes || matches!(b, b';' | b'&' | b'|'),
            Stops::Sentence => closes || matches!(b, b';' | b'|'),
            Stops::Query => closes || matches!(b, b'&' | b'#'),
            Stops::Parts => closes || matches!(b, b';' | b'&' | b','),
            Stops::Brace => matches!(b, b'}' | b'"' | b'\'' | b'`'),
            Stops::Within(quote) => b == quote || b"&;,\"'<>)`\\".contains(&b),
        }
    }
}

/// A text, and what is known of where its words end.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    /// A stretch without the stops that were last asked for; names may follow each other without one.
    free: Cell<(Stops, usize, usize)>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            free: Cell::new((Stops::Command, 0, 0)),
        }
    }

    pub(super) fn at(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    pub(super) fn before(&self, at: usize) -> Option<u8> {
        self.at(at.checked_sub(1)?)
    }

    pub(super) fn starts_with(&self, at: usize, what: &[u8]) -> bool {
        self.text
            .get(at..)
            .is_some_and(|rest| rest.starts_with(what))
    }

    /// Whether `what` stands at `at` in either case.
    pub(super) fn says(&self, at: usize, what: &[u8]) -> bool {
        self.text
            .get(at..at + what.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(what))
    }

    /// Whether one of the three quotes stands at `at`.
    pub(super) fn is_quote(&self, at: usize) -> bool {
        matches!(self.at(at), Some(b'"' | b'\'' | b'`'))
    }

    /// Up to `longest` bytes before `at`.
    pub(super) fn back(&self, at: usize, longest: usize) -> &'t [u8] {
        &self.text[at.saturating_sub(longest)..at]
    }

    /// The part of the line before `at` that is looked at.
    pub(super) fn line_before(&self, at: usize) -> &'t [u8] {
        let before = self.back(at, REACH);
        memchr::memrchr(b'\n', before).map_or(before, |i| &before[i + 1..])
    }

    /// Past spaces and tabs.
    pub(super) fn skip_blanks(&self, at: usize) -> usize {
        self.skip_white(at, 0)
    }

    /// Past all white space, over at most `lines` line ends.
    pub(super) fn skip_white(&self, mut at: usize, lines: usize) -> usize {
        let mut left = lines;
        while let Some(b) = self.at(at) {
            match b {
                b' ' | b'\t' => {}
                b'\r' if left > 0 => {}
                b'\n' if left > 0 => left -= 1,
                _ => break,
            }
            at += 1;
        }
        at
    }

    /// The rest of the line from `at`, without its end; of a long line only its beginning.
    pub(super) fn rest_of_line(&self, at: usize) -> &'t [u8] {
        let rest = &self.text[at..self.text.len().min(at + REACH)];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end])
    }

    /// Where the word at `at` ends. Each byte is looked at once, however many words end at the same place.
    pub(super) fn word_end(&self, at: usize, stops: Stops) -> usize {
        let (known, from, to) = self.free.get();
        let known = known == stops && (from..=to).contains(&at);
        let (from, mut end) = if known { (from, to) } else { (at, at) };
        while self.at(end).is_some_and(|b| !stops.holds(b)) {
            end += 1;
        }
        self.free.set((stops, from, end));
        end
    }
}
