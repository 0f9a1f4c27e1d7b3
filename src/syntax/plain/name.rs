//! The name around a stem: an identifier, a dotted path, a quoted key, a flag.

use crate::span::Span;

/// Longest name on each side of a stem.
const LONGEST: usize = 64;

/// A name as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The name itself, without quotes and dashes.
    pub(super) span: Span,
    /// The quotes around it, if any.
    pub(super) quote: Option<u8>,
    /// Whether dashes make a command-line flag of it.
    pub(super) flag: bool,
    /// Whether it is what an expansion opens with: `${NAME`.
    pub(super) expansion: bool,
    /// Whether a stem stands in its last segment: in `password.encode` none does.
    pub(super) own: bool,
}

impl Name {
    pub(super) fn start(&self) -> usize {
        self.span.start as usize
    }

    pub(super) fn end(&self) -> usize {
        self.span.end as usize
    }

    /// The segments of a dotted path.
    pub(super) fn segments(&self, text: &[u8]) -> Vec<Span> {
        let mut segments = Vec::new();
        let mut start = self.start();
        for part in self.span.of(text).split(|&b| b == b'.') {
            if !part.is_empty() {
                segments.push(Span::new(start, start + part.len()));
            }
            start += part.len() + 1;
        }
        segments
    }
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

/// The name that holds the byte at the first of `stems`; the others say which of its segments have one.
pub(super) fn around(text: &[u8], stems: &[u32]) -> Option<Name> {
    let stem = *stems.first()? as usize;
    let (mut start, mut end) = extent(text, stem)?;
    let leading = text[start..end].iter();
    let dashes = leading.take_while(|b| matches!(b, b'-' | b'.')).count();
    let flag = dashes > 0 && text[start] == b'-';
    start += dashes;
    while end > start + 1 && matches!(text[end - 1], b'.' | b'-') {
        end -= 1;
    }
    if start >= end {
        return None;
    }
    if flag && dashes == 1 && start < stem && is_definition(text, start, end) {
        start += 1;
    }
    let segment = memchr::memrchr(b'.', &text[start..end]).map_or(0, |i| start + i);
    let mut within = stems.iter().take_while(|&&s| (s as usize) < end);
    let (start, quote) = match quoted_phrase(text, start, end) {
        Some((open, quote)) => (open, Some(quote)),
        None => (phrase(text, start), None),
    };
    Some(Name {
        span: Span::new(start, end),
        quote,
        flag,
        expansion: text[..start].ends_with(b"${"),
        own: within.any(|&s| s as usize >= segment),
    })
}

/// Where the letters of a name begin and end around `stem`.
fn extent(text: &[u8], stem: usize) -> Option<(usize, usize)> {
    let before = text.get(..stem)?.iter().rev().take(LONGEST);
    let before = before.take_while(|&&b| is_name(b)).count();
    let after = text[stem..].iter().take(LONGEST);
    let after = after.take_while(|&&b| is_name(b)).count();
    Some((stem - before, stem + after))
}

/// `-Dname=value`, `-Pname=value`: the letter belongs to the flag.
fn is_definition(text: &[u8], start: usize, end: usize) -> bool {
    matches!(text[start], b'D' | b'P') && text.get(end) == Some(&b'=')
}

/// Where the string starts that ends with this name, and its quote: `"API key"`, `"--password"`.
fn quoted_phrase(text: &[u8], start: usize, end: usize) -> Option<(usize, u8)> {
    let closing = text
        .get(end)
        .filter(|b| **b != b'\\')
        .or_else(|| text.get(end + 1))?;
    if !matches!(closing, b'"' | b'\'' | b'`') {
        return None;
    }
    let inside =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b' ' | b':' | b'/');
    let before = text[..start].iter().rev().take(LONGEST);
    let before = before.take_while(|b| inside(b)).count();
    let open = start.checked_sub(before + 1)?;
    if text[open] != *closing {
        return None;
    }
    let dashes = text[open + 1..start].iter().take_while(|b| **b == b'-');
    Some((open + 1 + dashes.count(), *closing))
}

/// Where the key starts that has its prefix before a slash, alone on the line: `checksum/secret`.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set>
fn prefixed(text: &[u8], start: usize) -> usize {
    let before = &text[..start - 1];
    let prefix = before.iter().rev().take(LONGEST);
    let first = before.len() - prefix.take_while(|b| is_name(**b)).count();
    let indent = before[..first].iter().rev();
    let indent = indent.take_while(|b| **b == b' ').count();
    match first.checked_sub(indent + 1).map(|at| text[at]) {
        None | Some(b'\n') if first < before.len() => first,
        _ => start,
    }
}

/// Words before a bare name that belong to it: `api key`, `access token`, or its prefix.
fn phrase(text: &[u8], start: usize) -> usize {
    const QUALIFIERS: &[&str] = &[
        "api", "access", "secret", "private", "auth", "client", "account", "admin", "master", "app",
    ];
    match start.checked_sub(1).map(|i| text[i]) {
        Some(b' ') => {}
        Some(b'/') => return prefixed(text, start),
        _ => return start,
    }
    let before = text[..start - 1].iter().rev().take(12);
    let length = before.take_while(|b| b.is_ascii_alphabetic()).count();
    let word = &text[start - 1 - length..start - 1];
    let known = QUALIFIERS
        .iter()
        .any(|q| word.eq_ignore_ascii_case(q.as_bytes()));
    if known { start - 1 - length } else { start }
}
