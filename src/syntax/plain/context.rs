//! Whether a place on a line stands in a comment, in a string, or in neither.

use crate::facts::Format;

/// Where a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// Between tokens.
    Plain,
    /// In a string with this quote.
    String(u8),
    /// In a comment.
    Comment,
}

/// What a byte is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Plain,
    Quote(u8),
    /// A comment up to the end of the line.
    Line,
    /// A comment up to these bytes.
    Block(&'static [u8]),
}

/// What starts a comment.
fn comment_starts(format: Format) -> &'static [&'static [u8]] {
    match format {
        Format::CLike => &[b"//", b"/*"],
        Format::Python | Format::Hash | Format::Yaml | Format::Shell => &[b"#"],
        Format::Config => &[b"#", b";"],
        Format::Hcl => &[b"#", b"//", b"/*"],
        Format::Dash => &[b"--"],
        Format::Lisp => &[b";"],
        Format::Markup | Format::Prose => &[b"<!--"],
        Format::Json => &[],
    }
}

/// Bytes that may begin or end something in some format, or escape what follows; most are none of them and change nothing.
const TURNS: [bool; 256] = {
    let turns = b"\"'`\\/*#;-<";
    let mut table = [false; 256];
    let mut i = 0;
    while i < turns.len() {
        table[turns[i] as usize] = true;
        i += 1;
    }
    table
};

/// Reads lines as far as asked, toggling at quotes. Strings over several lines are taken for what they look like.
pub(crate) struct Contexts<'t> {
    text: &'t [u8],
    format: Format,
    /// What is read up to.
    at: usize,
    line: usize,
    state: State,
}

impl<'t> Contexts<'t> {
    pub(crate) fn new(text: &'t [u8], format: Format) -> Self {
        Self {
            text,
            format,
            at: 0,
            line: 0,
            state: State::Plain,
        }
    }

    /// Whether a place is in a comment; the places ascend.
    pub(crate) fn is_comment(&mut self, to: usize) -> bool {
        self.at(to) == Context::Comment
    }

    /// Whether a place is neither in a comment nor in a string; the places ascend.
    pub(crate) fn is_between_tokens(&mut self, to: usize) -> bool {
        self.at(to) == Context::Plain
    }

    /// The context at `to`, which ascends from call to call.
    pub(super) fn at(&mut self, to: usize) -> Context {
        let unread = &self.text[self.at.min(to)..to];
        let line = memchr::memrchr(b'\n', unread).map(|i| self.at + i + 1);
        if let Some(line) = line.or((self.at == 0).then_some(0)) {
            (self.at, self.line) = (line, line);
            self.state = self.opening();
        }
        while self.at < to {
            let unread = &self.text[self.at..to];
            let next = match self.state {
                State::Line => None,
                _ => unread.iter().position(|b| TURNS[*b as usize]),
            };
            match next {
                Some(next) => {
                    self.at += next;
                    self.step();
                }
                None => self.at = to,
            }
        }
        match self.state {
            State::Plain => Context::Plain,
            State::Quote(quote) => Context::String(quote),
            State::Line | State::Block(_) => Context::Comment,
        }
    }

    /// The state at the start of a line: comments of several lines have a star there.
    fn opening(&self) -> State {
        let line = self.text[self.line..].trim_ascii_start();
        let within = self.format == Format::CLike && line.starts_with(b"* ");
        if within {
            State::Block(b"*/")
        } else {
            State::Plain
        }
    }

    /// Reads one byte, or two where a backslash escapes the second.
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let quotes = !matches!(self.format, Format::Prose | Format::Markup);
        self.state = match (self.state, rest[0]) {
            (State::Quote(_), b'\\') => {
                self.at += usize::from(rest.get(1) != Some(&b'\n'));
                self.state
            }
            (State::Quote(quote), b) if b == quote => State::Plain,
            (State::Block(end), _) if rest.starts_with(end) => State::Plain,
            (State::Plain, b'"' | b'`') if quotes => State::Quote(rest[0]),
            (State::Plain, b'\'') if quotes && !self.is_apostrophe() => State::Quote(b'\''),
            (State::Plain, _) => self.comment().unwrap_or(State::Plain),
            (state, _) => state,
        };
        self.at += 1;
    }

    /// The comment that starts here. `#` starts one after white space only, so that `a#b` and `#{x}` do not; `//` not
    /// in `https://`.
    fn comment(&self) -> Option<State> {
        let rest = &self.text[self.at..];
        let start = comment_starts(self.format)
            .iter()
            .find(|c| c[0] == rest[0] && rest.starts_with(c))?;
        let before = (self.at > self.line).then(|| self.text[self.at - 1]);
        let starts = match start[0] {
            b'#' | b';' => {
                before.is_none_or(|b| b.is_ascii_whitespace()) || self.format == Format::Python
            }
            b'/' => before != Some(b':'),
            _ => true,
        };
        let state = match *start {
            b"/*" => State::Block(b"*/"),
            b"<!--" => State::Block(b"-->"),
            _ => State::Line,
        };
        starts.then_some(state)
    }

    /// `don't`: a letter on each side, and not the prefix of a string.
    fn is_apostrophe(&self) -> bool {
        let letter = |j: Option<usize>| {
            j.and_then(|j| self.text.get(j))
                .is_some_and(u8::is_ascii_alphabetic)
        };
        let before = |n: usize| self.at.checked_sub(n).filter(|&j| j >= self.line);
        let prefix = before(1).is_some_and(|j| b"bruflBRUFL".contains(&self.text[j]));
        letter(before(1)) && letter(Some(self.at + 1)) && (!prefix || letter(before(2)))
    }
}
