//! The value behind a connector: quoted, bare, wrapped in a call, a list, or on the next line.

use crate::facts::{Format, Literal};
use crate::span::Span;

use super::connector::Connector;
use super::context::Context;
use super::cursor::Stops;
use super::{Place, REACH, Reader, bare, list, quoted, site, wrapped};

/// The literals behind `place`; more than one where it is a list.
pub(super) fn read(reader: &Reader<'_>, place: &Place<'_>, at: usize) -> Vec<Literal> {
    if place.connector == Connector::Element {
        return element(reader.text, at).into_iter().collect();
    }
    let here = reader.skip_blanks(at);
    match place.context {
        Context::String(quote) if place.name.quote.is_none() => {
            inside_string(reader, place, here, quote)
                .into_iter()
                .collect()
        }
        _ if line_ends(reader, here) => next_line(reader, place, here),
        _ => on_this_line(reader, place, here),
    }
}

/// A bare word with these ends, of one byte and more.
pub(super) fn word(reader: &Reader<'_>, at: usize, stops: Stops) -> Option<Literal> {
    bare_between(at, reader.word_end(at, stops))
}

/// What stands between two places without quotes; what is longer than any value is none.
pub(super) fn bare_between(start: usize, end: usize) -> Option<Literal> {
    (start < end && end - start < REACH).then(|| Literal {
        raw: Span::new(start, end),
        text: None,
        quoted: false,
    })
}

/// Whether nothing more stands on the line but what opens a value on the next.
fn line_ends(reader: &Reader<'_>, at: usize) -> bool {
    let rest = &reader.text[at..reader.text.len().min(at + 16)];
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    match rest[..end].trim_ascii_end() {
        b"" | b"\\" | b"(" | b"[" | b"{" => true,
        [b'|' | b'>', indicators @ ..] => indicators
            .iter()
            .all(|b| matches!(b, b'+' | b'-' | b'1'..=b'9')),
        _ => false,
    }
}

fn on_this_line(reader: &Reader<'_>, place: &Place<'_>, at: usize) -> Vec<Literal> {
    if let Some(literal) = quoted::at(reader, at) {
        return literal.into_iter().collect();
    }
    if let Some(literal) = wrapped::at(reader, at) {
        return vec![literal];
    }
    if place.connector == Connector::Call {
        return Vec::new();
    }
    if matches!(reader.at(at), Some(b'[' | b'(')) {
        return list::inline(reader, at + 1);
    }
    if let Some(literal) = member(reader, at) {
        return vec![literal];
    }
    // What looks like a comment on a line of thousands of bytes is most often the middle of an expression.
    let comment = place.context == Context::Comment && !reader.kind.generated;
    let bare = reader.kind.has_bare_values() || comment;
    let assigns = !matches!(place.connector, Connector::Compare | Connector::Comma);
    if bare && assigns {
        bare::read(reader, place, at).into_iter().collect()
    } else {
        Vec::new()
    }
}

/// A value after the end of the line: a quoted literal, list items, a block of one line.
fn next_line(reader: &Reader<'_>, place: &Place<'_>, at: usize) -> Vec<Literal> {
    let next = at + reader.rest_of_line(at).len();
    let start = reader.skip_white(next, 1);
    let yaml = reader.kind.format == Format::Yaml;
    match reader.at(at) {
        Some(b'[' | b'(') => return list::inline(reader, at + 1),
        Some(b'{') => return member(reader, at).into_iter().collect(),
        Some(b'|' | b'>') if yaml => return block(reader, start).into_iter().collect(),
        _ if yaml && reader.starts_with(start, b"- ") => return list::dashes(reader, start),
        _ => {}
    }
    if goes_on(reader, place) {
        quoted::at(reader, start).flatten().into_iter().collect()
    } else {
        Vec::new()
    }
}

/// `{"value": "here"}`, as parameters of Azure and variables of Heroku are given.
fn member(reader: &Reader<'_>, at: usize) -> Option<Literal> {
    if reader.kind.format != Format::Json || reader.at(at) != Some(b'{') {
        return None;
    }
    let name = reader.skip_white(at + 1, 1);
    let behind = name + b"\"value\"".len();
    let colon = reader
        .starts_with(name, b"\"value\"")
        .then(|| reader.skip_blanks(behind))?;
    (reader.at(colon) == Some(b':'))
        .then(|| quoted::at(reader, reader.skip_blanks(colon + 1)))??
}

/// Whether a value may stand on the line after its name: not behind the colon of a Python statement, nor where the end
/// of the line means that there is none.
fn goes_on(reader: &Reader<'_>, place: &Place<'_>) -> bool {
    match reader.kind.format {
        Format::Config => false,
        Format::Prose => !matches!(place.connector, Connector::Comma | Connector::Space),
        Format::Python if place.connector == Connector::Colon => place.name.quote.is_some(),
        _ => !site::is_query(reader, place.name.start()),
    }
}

/// A bare line of its own, as of a block scalar.
fn block(reader: &Reader<'_>, at: usize) -> Option<Literal> {
    bare_between(at, at + reader.rest_of_line(at).trim_ascii_end().len())
}

/// The text of an element.
fn element(text: &[u8], at: usize) -> Option<Literal> {
    const DATA: &[u8] = b"<![CDATA[";
    let cdata = text[at..].starts_with(DATA);
    let at = if cdata { at + DATA.len() } else { at };
    let rest = &text[at..text.len().min(at + REACH)];
    let end = memchr::memmem::find(rest, if cdata { b"]]>" } else { b"<" })?;
    let closes = cdata || rest[end..].starts_with(b"</");
    let lead = end - rest[..end].trim_ascii_start().len();
    let body = rest[..end].trim_ascii();
    closes
        .then(|| bare_between(at + lead, at + lead + body.len()))
        .flatten()
}

/// `"Server=x;Password=here;"`, `"--token=here"`, `"X-Api-Key: here"`: a bare word within a string.
fn inside_string(reader: &Reader<'_>, place: &Place<'_>, at: usize, quote: u8) -> Option<Literal> {
    let nested = reader.at(at) == Some(b'\\') || quote == b'"' && reader.at(at) == Some(b'\'');
    if let Some(literal) = nested.then(|| quoted::at(reader, at)).flatten() {
        return literal;
    }
    if place.name.expansion {
        return bare::expanded(reader, place, at);
    }
    let start = bare::past_scheme(reader, place, at);
    let end = reader.word_end(start, Stops::Within(quote));
    let closed = reader.at(end) == Some(quote);
    let tight = at == place.name.end() + 1;
    let part = reader.at(end) == Some(b';') || closed;
    let fits = match place.connector {
        Connector::Assign => tight || part && is_part(reader, place.name.start()),
        Connector::Colon | Connector::Space => closed,
        _ => false,
    };
    let pattern = matches!(reader.at(start), Some(b'(' | b'[' | b'^' | b'{'));
    (fits && !pattern)
        .then(|| bare_between(start, end))
        .flatten()
}

/// Whether the name at `at` stands behind another part of a connection string.
fn is_part(reader: &Reader<'_>, at: usize) -> bool {
    reader.back(at, 8).trim_ascii_end().ends_with(b";")
}
