//! The role that a value plays, as the name, the connector and the place tell it.

use crate::facts::{Format, Site};

use super::connector::Connector;
use super::context::Context;
use super::{Place, Reader};

/// Calls that give their second argument where nothing is found under their first.
const LOOKUPS: &[&[u8]] = &[
    b"getenv",
    b"env",
    b"get",
    b"fetch",
    b"getproperty",
    b"getordefault",
];

/// The role of a value at `place`; `None` where the connector means nothing there.
pub(super) fn of(reader: &Reader<'_>, place: &Place<'_>) -> Option<Site> {
    let name = place.name;
    let query = is_query(reader, name.start());
    if query && is_badge(reader, name.start()) {
        return None;
    }
    let set = matches!(
        place.connector,
        Connector::Assign | Connector::Colon | Connector::Comma
    );
    Some(match place.connector {
        Connector::Fallback => Site::Default,
        _ if name.expansion && set => Site::Default,
        Connector::Assign if query => Site::Query,
        _ if name.flag && set => Site::Flag,
        _ if set && is_header(reader, place) => Site::Header,
        Connector::Assign
            if reader.kind.format == Format::Shell && place.context == Context::Plain =>
        {
            Site::Environment
        }
        Connector::Assign | Connector::Colon | Connector::NamedValue => Site::Variable,
        Connector::Compare => Site::Comparison,
        Connector::Comma if looks_up(reader, name.start()) => Site::Default,
        Connector::Comma | Connector::Call => Site::Argument,
        Connector::Element => Site::Element,
        Connector::Space if name.flag => Site::Flag,
        Connector::Space => Site::Variable,
    })
}

/// Whether the parameter of a query starts at `at`.
pub(super) fn is_query(reader: &Reader<'_>, at: usize) -> bool {
    matches!(reader.before(at), Some(b'?' | b'&'))
}

/// Whether a name in quotes, or at the start of a string, is a header's.
fn is_header(reader: &Reader<'_>, place: &Place<'_>) -> bool {
    let written = place.name.quote.is_some() || matches!(place.context, Context::String(_));
    written && is_header_name(place.name.span.of(reader.text))
}

/// Whether a name is that of a header which may hold a credential.
pub(crate) fn is_header_name(name: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[
        b"authorization",
        b"proxy-authorization",
        b"cookie",
        b"set-cookie",
    ];
    let known = || NAMES.iter().any(|n| name.eq_ignore_ascii_case(n));
    name.len() > 2 && name[..2].eq_ignore_ascii_case(b"x-") || known()
}

/// Whether the quoted name at `at` is the first argument of a look-up.
fn looks_up(reader: &Reader<'_>, at: usize) -> bool {
    let before = reader.back(at.saturating_sub(1), 80).trim_ascii_end();
    let Some(before) = before.strip_suffix(b"(") else {
        return false;
    };
    let start = before
        .iter()
        .rposition(|b| !(b.is_ascii_alphanumeric() || *b == b'_'))
        .map_or(0, |i| i + 1);
    LOOKUPS
        .iter()
        .any(|l| before[start..].eq_ignore_ascii_case(l))
}

/// Whether an image's address goes before a query: the tokens of badges are made to be shown.
fn is_badge(reader: &Reader<'_>, query: usize) -> bool {
    let before = reader.back(query, 200);
    let start = before
        .iter()
        .rposition(|b| b.is_ascii_whitespace() || b"\"'(<".contains(b))
        .map_or(0, |i| i + 1);
    let address = &before[start..];
    memchr::memmem::find(address, b".svg").is_some()
        || memchr::memmem::find(address, b"badge").is_some()
}
