//! The plain reader: bindings of a name to a literal, for text that no grammar reads.
//!
//! It starts at the stems of credential names that the prefilter saw, reads the name around each, the connector after
//! it (`=`, `:`, `,`, a flag's space, a closing tag) and the value behind that, and looks at no other line. In source
//! code only quoted literals are values; where bare words are values, the format says how one ends.
//!
//! Every look ahead or back is bounded, or goes over bytes that no other look goes over, so that the time is linear in
//! the text whatever it holds.

mod bare;
mod connector;
mod context;
mod cursor;
pub(crate) mod docs;
mod heredoc;
mod list;
mod name;
mod quoted;
mod site;
mod spaced;
mod value;
mod wrapped;

use crate::facts::{Binding, Facts, Kind, NamePath, Site, Voice};
use crate::judge::{NameSays, names, randomness};

use connector::Connector;
pub(super) use connector::finds;
pub(crate) use context::Contexts;
pub(super) use quoted::unescape;
pub(super) use site::is_header_name as is_header;
pub(super) use wrapped::{gives_back, is_lookup};

use context::Context;
use cursor::Cursor;
use docs::Docs;
use name::Name;

/// How far a line is looked at behind a stem: minified files have lines of megabytes.
const REACH: usize = 2048;

/// Whether something stands near a credential's name that looks like one and is bound to it in a way that only a grammar
/// can read: as a part of an expression, within brackets, behind other arguments. `known` are the values that were read.
pub(crate) fn leaves_more(text: &[u8], stems: &[u32], known: &Facts) -> bool {
    let values = &known.bindings;
    let mut done = 0;
    stems.iter().enumerate().any(|(i, &stem)| {
        let at = stem as usize;
        if at < done {
            return false;
        }
        done = at + NEAR;
        if is_compared(&text[at.saturating_sub(NEAR)..at]) {
            return true;
        }
        let near = &text[at..text.len().min(at + NEAR)];
        let made = made_literal(near).map(|literal| at + literal);
        let unread = made.filter(|&start| {
            let next = values.partition_point(|b| b.value.raw.end as usize <= start);
            values
                .get(next)
                .is_none_or(|b| b.value.raw.start as usize > start)
        });
        let name = unread.and_then(|_| name::around(text, &stems[i..]));
        let says = name.and_then(|name| {
            std::str::from_utf8(name.span.of(text))
                .ok()
                .map(names::says)
        });
        matches!(says, Some(NameSays::Password | NameSays::Secret))
    })
}

/// Whether a literal that `before` ends with is compared with what comes: `"here" == token`, `"here".equals(token)`.
fn is_compared(before: &[u8]) -> bool {
    let part = |b: &u8| b.is_ascii_alphanumeric() || b"_.$ ".contains(b);
    let start = before.iter().rposition(|b| !part(b)).map_or(0, |i| i + 1);
    let before = &before[..start];
    let signs: [&[u8]; 5] = [b".equals(", b".equalsIgnoreCase(", b"===", b"==", b"!="];
    let sign = signs.iter().find_map(|sign| before.strip_suffix(*sign));
    sign.and_then(|before| before.trim_ascii_end().last())
        .is_some_and(|b| b"\"'`".contains(b))
}

/// How near is near.
const NEAR: usize = 120;

/// Where a literal starts in `near` that no person would write for a word.
fn made_literal(near: &[u8]) -> Option<usize> {
    let quotes = memchr::memchr3_iter(b'"', b'\'', b'`', near);
    quotes.map(|open| open + 1).find(|&start| {
        let quote = near[start - 1];
        let Some(length) = memchr::memchr(quote, &near[start..]) else {
            return false;
        };
        let literal = &near[start..start + length];
        let token = |b: &u8| b.is_ascii_graphic() && !b"<>(){}[],;".contains(b);
        length >= 8
            && literal.iter().any(u8::is_ascii_digit)
            && literal.iter().all(token)
            && randomness::score(literal) > 0.0
    })
}

/// Reads the bindings at `stems`, which ascend; `docs` are its texts of several lines. Names that have
/// nothing to do with credentials are passed over: `monkey`, `author`.
pub(crate) fn read(text: &[u8], kind: Kind, stems: &[u32], docs: &Docs<'_>) -> Facts {
    let mut facts = Facts::default();
    for (kind, stems) in heredoc::parts(text, kind, stems) {
        read_part(text, kind, stems, docs, &mut facts);
    }
    facts.bindings.sort_by_key(|b| b.value.raw);
    facts.bindings.dedup_by_key(|b| b.value.raw);
    facts
}

/// Reads the bindings at stems of a part of a text that is of one kind.
fn read_part(text: &[u8], kind: Kind, stems: &[u32], docs: &Docs<'_>, facts: &mut Facts) {
    let reader = Reader {
        cursor: Cursor::new(text),
        kind,
        docs,
    };
    let mut contexts = Contexts::new(text, kind.format);
    let mut done = 0;
    for (i, &stem) in stems.iter().enumerate() {
        let Some(name) = (stem >= done)
            .then(|| name::around(text, &stems[i..]))
            .flatten()
        else {
            continue;
        };
        done = name.span.end;
        let Some((connector, at)) = connector::after(&reader, &name) else {
            continue;
        };
        let speaks = std::str::from_utf8(name.span.of(text)).map(names::says);
        if speaks.is_ok_and(|says| says == NameSays::Nothing) || is_packed(text, stem as usize) {
            continue;
        }
        let place = Place {
            name: &name,
            connector,
            context: contexts.at(stem as usize),
        };
        reader.bind(&place, at, facts);
    }
}

/// Lines of packed data have 60, 64, 72, 76 or 80 characters, seldom more.
const PACKED: std::ops::RangeInclusive<usize> = 60..=200;

/// Whether `at` lies within data that is packed into lines of one length, as base85 is: every word in it stands there by
/// chance. Names of settings start their lines, those of addresses and connection strings come after a separator.
fn is_packed(text: &[u8], at: usize) -> bool {
    let most = *PACKED.end() + 1;
    let (before, after) = text.split_at(at);
    let start = memchr::memrchr(b'\n', &before[before.len().saturating_sub(most)..]);
    let head = start.map_or(most, |i| before.len().min(most) - i - 1);
    let tail = memchr::memchr(b'\n', &after[..after.len().min(most)]).unwrap_or(most);
    let length = head + tail;
    if !PACKED.contains(&length) || head == 0 || b";&?".contains(&before[before.len() - 1]) {
        return false;
    }
    let line = at - head;
    let dense = |line: &[u8]| line.trim_ascii_end().iter().all(u8::is_ascii_graphic);
    let same = |start: Option<usize>| {
        let line = start.and_then(|start| text.get(start..=start + length));
        line.is_some_and(|line| line[length] == b'\n' && dense(&line[..length]))
    };
    let next = line + length + 1;
    let above = line.checked_sub(length + 1);
    same(Some(line)) && same(above) && same(Some(next))
}

/// A text with what its format says about values.
struct Reader<'t> {
    cursor: Cursor<'t>,
    kind: Kind,
    docs: &'t Docs<'t>,
}

/// A name with what leads from it to a value.
#[derive(Clone, Copy, Debug)]
struct Place<'n> {
    name: &'n Name,
    connector: Connector,
    context: Context,
}

impl<'t> std::ops::Deref for Reader<'t> {
    type Target = Cursor<'t>;

    fn deref(&self) -> &Cursor<'t> {
        &self.cursor
    }
}

impl Reader<'_> {
    /// Reads what stands at `at`, and adds what the name is bound to.
    fn bind(&self, place: &Place<'_>, at: usize, facts: &mut Facts) {
        let name = place.name;
        let Some(site) = site::of(self, place) else {
            return;
        };
        let values = value::read(self, place, at);
        if let [only] = &values[..]
            && connector::is_key(self, name, only)
        {
            return;
        }
        let many = values.len() > 1;
        facts
            .bindings
            .extend(values.into_iter().map(|value| Binding {
                path: NamePath(name.segments(self.text)),
                value,
                site: if many { Site::Item } else { site },
                voice: self.voice(name.start(), place.context),
            }));
    }

    /// Who speaks at `at`.
    fn voice(&self, at: usize, context: Context) -> Voice {
        match context {
            _ if self.docs.contain(at) => Voice::Documentation,
            _ if docs::announces_example(self.text, at, self.kind.format) => Voice::Example,
            Context::Comment if docs::is_fenced(self.text, at) => Voice::Documentation,
            Context::Comment => Voice::Comment,
            _ => Voice::Code,
        }
    }
}

#[cfg(test)]
mod tests;
