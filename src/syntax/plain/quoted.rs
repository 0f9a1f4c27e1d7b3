//! String literals: prefixes, ends, escapes, and whether one is only a part of something longer.

use crate::facts::{Format, Literal};
use crate::span::Span;

use super::Reader;

/// Longest literal that is read.
const LONGEST: usize = 2048;

/// How a string is written.
#[derive(Clone, Copy, Debug)]
struct Opening {
    quote: u8,
    /// Whether the string stands in another one, so that backslashes go before its quotes.
    escaped: bool,
    triple: bool,
    /// Whether names in braces are filled in.
    template: bool,
    /// Where the text begins.
    start: usize,
}

/// A string at `at`; `Some(None)` for one that is not a constant on its own.
pub(super) fn at(reader: &Reader<'_>, at: usize) -> Option<Option<Literal>> {
    let opening = open(reader, at)?;
    let close = close_of(reader, opening)?;
    let raw = Span::new(opening.start, close);
    let after = close
        + if opening.triple {
            3
        } else {
            1 + usize::from(opening.escaped)
        };
    let text = raw.of(reader.text);
    let constant = !raw.is_empty()
        && !is_joined(reader, after)
        && !is_filled_in(reader.kind.format, opening, text);
    Some(constant.then(|| Literal {
        raw,
        text: unescape(text),
        quoted: true,
    }))
}

fn open(reader: &Reader<'_>, at: usize) -> Option<Opening> {
    let prefix = reader.text[at..].iter().take(3);
    let prefix = prefix.take_while(|b| b"bBrRuUfFLN@$".contains(b)).count();
    let template = reader.text[at..at + prefix]
        .iter()
        .any(|b| matches!(b, b'f' | b'F' | b'$'));
    let escaped = reader.at(at + prefix) == Some(b'\\');
    let open = at + prefix + usize::from(escaped);
    let quote = reader.at(open).filter(|_| reader.is_quote(open))?;
    let triple = reader.starts_with(open, &[quote; 3]);
    Some(Opening {
        quote,
        escaped,
        triple,
        template,
        start: open + if triple { 3 } else { 1 },
    })
}

/// Where a string ends: the first such quote that no backslash escapes, on this line unless it may hold lines.
fn close_of(reader: &Reader<'_>, opening: Opening) -> Option<usize> {
    let Opening { quote, triple, .. } = opening;
    let end = reader.text.len().min(opening.start + LONGEST);
    let lines = triple || quote == b'`';
    let mut at = opening.start;
    while at < end {
        match reader.text[at] {
            b'\\' if opening.escaped && reader.at(at + 1) == Some(quote) => return Some(at),
            b'\\' => at += 1,
            b'\n' if !lines => return None,
            b if b == quote && triple && !reader.starts_with(at, &[quote; 3]) => {}
            b if b == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether names within the string stand for other text.
fn is_filled_in(format: Format, opening: Opening, text: &[u8]) -> bool {
    let holds = |what: &[u8]| memchr::memmem::find(text, what).is_some();
    match (format, opening.quote) {
        _ if opening.template => holds(b"{"),
        (Format::CLike | Format::Markup, b'`') => holds(b"${"),
        (Format::Hash, b'"') => holds(b"#{"),
        (Format::Shell, b'"') => holds(b"$("),
        _ => false,
    }
}

/// Whether something is appended or filled in, so that the literal is only a part.
fn is_joined(reader: &Reader<'_>, after: usize) -> bool {
    let at = reader.skip_blanks(after);
    let next = reader.at(at + 1);
    let format = reader.kind.format;
    match reader.at(at) {
        Some(b'+') => true,
        Some(b'%') => matches!(next, Some(b' ' | b'(')),
        Some(b'.') => {
            matches!(next, Some(b' ' | b'$' | b'"' | b'\'' | b'.'))
                || reader.starts_with(at, b".format(")
                || reader.starts_with(at, b".replace(")
        }
        Some(b'&') => format == Format::CLike && next == Some(b' '),
        Some(b'<') => format == Format::Hash && next == Some(b'>'),
        Some(b'|') => match format {
            Format::CLike => next == Some(b' '),
            Format::Dash => next == Some(b'|'),
            _ => false,
        },
        _ => false,
    }
}

/// Decodes the escapes that all languages share; `None` where there are none.
pub(crate) fn unescape(raw: &[u8]) -> Option<Box<str>> {
    memchr::memchr(b'\\', raw)?;
    let text = std::str::from_utf8(raw).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('u') => push_hex(&mut out, &mut chars, 4),
            Some('x') => push_hex(&mut out, &mut chars, 2),
            Some(other) => out.push(other),
            None => {}
        }
    }
    Some(out.into())
}

fn push_hex(out: &mut String, chars: &mut std::str::Chars<'_>, digits: usize) {
    let hex = chars.as_str().get(..digits);
    if let Some(c) = hex
        .and_then(|h| u32::from_str_radix(h, 16).ok())
        .and_then(char::from_u32)
    {
        out.push(c);
        *chars = chars.as_str()[digits..].chars();
    }
}
