//! Values without quotes: how one ends is a matter of the format.

use crate::facts::{Format, Literal};

use super::connector::Connector;
use super::context::Context;
use super::cursor::Stops;
use super::value::{bare_between, word};
use super::{Place, Reader, site};

/// The bare value at `at`.
pub(super) fn read(reader: &Reader<'_>, place: &Place<'_>, at: usize) -> Option<Literal> {
    let start = place.name.start();
    let spaced = place.connector == Connector::Space;
    let assigned = place.connector == Connector::Assign;
    let literal = match reader.kind.format {
        _ if place.name.expansion => expanded(reader, place, at),
        _ if site::is_query(reader, start) => word(reader, at, Stops::Query),
        _ if place.context == Context::Comment => in_sentence(reader, place, at),
        Format::Yaml | Format::Config if assigned && is_nested(reader, start) => {
            word(reader, at, Stops::Parts)
        }
        Format::Yaml if !spaced => scalar(reader, at),
        Format::Config if !spaced => setting(reader, at),
        Format::Prose if !spaced => in_sentence(reader, place, at),
        Format::Markup if place.connector == Connector::Colon => in_sentence(reader, place, at),
        _ => word(reader, at, Stops::Command),
    }?;
    let rule = |b: &u8| matches!(b, b'-' | b'=' | b'|' | b'+' | b'*' | b'.');
    (!literal.raw.of(reader.text).iter().all(rule)).then_some(literal)
}

/// `${NAME:-here}`, `${NAME:=here}`, `${some.name:here}`. One plain word before a colon names a store: `${secret:x}`.
pub(super) fn expanded(reader: &Reader<'_>, place: &Place<'_>, at: usize) -> Option<Literal> {
    let compound = |b: &u8| b.is_ascii_uppercase() || matches!(b, b'.' | b'_' | b'-');
    let defaults = match place.connector {
        Connector::Fallback | Connector::Assign => true,
        Connector::Colon => place.name.span.of(reader.text).iter().any(compound),
        _ => false,
    };
    let literal = defaults.then(|| word(reader, at, Stops::Brace)).flatten()?;
    (reader.at(literal.raw.end as usize) == Some(b'}')).then_some(literal)
}

/// Past the scheme that stands before the credential in a header.
pub(super) fn past_scheme(reader: &Reader<'_>, place: &Place<'_>, at: usize) -> usize {
    const SCHEMES: &[&[u8]] = &[b"bearer ", b"basic ", b"token ", b"apikey "];
    let scheme = SCHEMES.iter().find(|s| reader.says(at, s));
    match scheme {
        Some(scheme) if place.connector == Connector::Colon => {
            reader.skip_blanks(at + scheme.len())
        }
        _ => at,
    }
}

/// Whether the name at `at` is a part of a value: of a connection string, or in YAML of a command's arguments.
fn is_nested(reader: &Reader<'_>, at: usize) -> bool {
    let line = reader.line_before(at).trim_ascii();
    let item = || matches!(line, b"" | b"-" | b"--" | b"---");
    reader.back(at, 8).trim_ascii_end().ends_with(b";")
        || matches!(reader.before(at), Some(b',' | b'-'))
        || reader.kind.format == Format::Yaml && !item()
}

/// YAML plain scalars end at ` #`, and in flow mappings at `,` or `}`.
pub(super) fn scalar(reader: &Reader<'_>, at: usize) -> Option<Literal> {
    let at = past_tag(reader, at);
    if reader.at(at) == Some(b'{') {
        return None;
    }
    let line = reader.line_before(at);
    let count = |b: u8| memchr::memchr_iter(b, line).count();
    if count(b'{') > count(b'}') {
        return flow_item(reader, at, b'}');
    }
    let rest = reader.rest_of_line(at);
    trimmed(reader, at, comment(rest, b'#'))
}

/// A plain scalar within brackets that `close` ends.
pub(super) fn flow_item(reader: &Reader<'_>, at: usize, close: u8) -> Option<Literal> {
    let rest = reader.rest_of_line(at);
    let rest = &rest[..comment(rest, b'#')];
    let end = memchr::memchr2(b',', close, rest).unwrap_or(rest.len());
    trimmed(reader, at, end)
}

/// Past `!!str` and other tags that leave a scalar what it is.
fn past_tag(reader: &Reader<'_>, at: usize) -> usize {
    let tag = [&b"!!str "[..], b"!!binary "]
        .into_iter()
        .find(|t| reader.starts_with(at, t));
    tag.map_or(at, |t| reader.skip_blanks(at + t.len()))
}

/// A value of a configuration file goes up to a comment.
fn setting(reader: &Reader<'_>, at: usize) -> Option<Literal> {
    let rest = reader.rest_of_line(at);
    trimmed(reader, at, comment(rest, b'#').min(comment(rest, b';')))
}

/// Where a comment starts, `mark` after white space, or else the end.
fn comment(rest: &[u8], mark: u8) -> usize {
    memchr::memchr_iter(mark, rest)
        .find(|&i| i == 0 || rest[i - 1].is_ascii_whitespace())
        .unwrap_or(rest.len())
}

/// The `length` bytes at `at` without blanks and a comma at their end.
fn trimmed(reader: &Reader<'_>, at: usize, length: usize) -> Option<Literal> {
    let value = reader.text[at..at + length].trim_ascii_end();
    let value = value.strip_suffix(b",").unwrap_or(value);
    bare_between(at, at + value.len())
}

/// In running text a value is the last word of its line, or stands right behind `=`, or in backticks.
fn in_sentence(reader: &Reader<'_>, place: &Place<'_>, at: usize) -> Option<Literal> {
    let literal = word(reader, at, Stops::Sentence)?;
    let value = literal.raw.of(reader.text);
    let mark = |b: &u8| matches!(b, b'.' | b',' | b':' | b'*');
    let end = at + value.iter().rposition(|b| !mark(b))? + 1;
    let mut rest = reader.text[end..]
        .iter()
        .take_while(|b| **b != b'\n')
        .take(8);
    let markup = reader.kind.format == Format::Markup;
    let last = markup && reader.at(end) == Some(b'<')
        || rest.all(|b| b.is_ascii_whitespace() || b".,:*`|\"')}]/#-".contains(b));
    let tight = place.connector == Connector::Assign && reader.before(at) == Some(b'=');
    (last || tight).then(|| bare_between(at, end)).flatten()
}
