//! Script blocks of HTML, Vue and Svelte.

use std::ops::Range;
use std::sync::OnceLock;

use memchr::memmem;

use crate::syntax::language::Language;
use crate::syntax::within::{Held, Pieces};

use super::{javascript, typescript};

const fn of(name: &'static str, endings: &'static [&'static str]) -> Language {
    Language {
        name,
        endings,
        holds: Some(scripts),
        grammar: || tree_sitter_javascript::LANGUAGE.into(),
        kinds: &[],
        operators: &[],
        requires: &[],
        table: OnceLock::new(),
    }
}

pub(super) static HTML: Language = of("HTML", &["html", "htm", "xhtml"]);
pub(super) static VUE: Language = of("Vue", &["vue"]);
pub(super) static SVELTE: Language = of("Svelte", &["svelte"]);

/// The script blocks of a page as one program, as a browser sees them.
fn scripts(text: &str) -> Option<Held> {
    let mut pieces = Pieces::default();
    let mut language = &javascript::LANGUAGE;
    let mut at = 0;
    while let Some((attributes, body)) = next(text, at) {
        at = body.end;
        let attributes = text[attributes].to_ascii_lowercase();
        if !is_program(&attributes) || body.is_empty() {
            continue;
        }
        let said = value(&attributes, "lang").unwrap_or_default();
        match said {
            "ts" | "typescript" => language = &typescript::LANGUAGE,
            "tsx" => language = &typescript::TSX,
            _ => {}
        }
        pieces.copy(text, body);
        pieces.add("\n");
    }
    pieces.held(language)
}

/// The next script block from a place on: its attributes, and what it holds.
fn next(text: &str, from: usize) -> Option<(Range<usize>, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let open = at + memchr::memchr(b'<', bytes.get(at..)?)?;
        at = open + 1;
        let name = bytes.get(at..at + SCRIPT.len())?;
        if !name.eq_ignore_ascii_case(SCRIPT) {
            continue;
        }
        let head = at + SCRIPT.len();
        if bytes.get(head).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let start = head + end_of_tag(&bytes[head..])?;
        if bytes[start - 2] == b'/' {
            return Some((head..start - 2, start..start));
        }
        let end = start + end_of_script(&bytes[start..])?;
        return Some((head..start - 1, start..end));
    }
}

const SCRIPT: &[u8] = b"script";

/// Behind the `>` that ends a tag: one in quotes does not.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if *byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Where `</script` stands, in letters of any case.
fn end_of_script(bytes: &[u8]) -> Option<usize> {
    let mut ends = memmem::find_iter(bytes, b"</");
    ends.find(|at| {
        let name = bytes.get(at + 2..at + 2 + SCRIPT.len());
        name.is_some_and(|name| name.eq_ignore_ascii_case(SCRIPT))
    })
}

/// Whether a block holds a program, by its type (HTML standard, the script element): others hold data or templates.
fn is_program(attributes: &str) -> bool {
    let kind = value(attributes, "type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    matches!(
        kind,
        "" | "module" | "ts" | "tsx" | "jsx" | "text/babel" | "text/jsx"
    ) || ["javascript", "ecmascript", "typescript"]
        .iter()
        .any(|end| kind.ends_with(end))
}

/// The value of an attribute, which are written in small letters here.
fn value<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut places = attributes.match_indices(name);
    places.find_map(|(at, _)| {
        let before = attributes[..at].chars().next_back();
        let rest = attributes[at + name.len()..].trim_start();
        let rest = rest.strip_prefix('=')?.trim_start();
        before.is_none_or(char::is_whitespace).then_some(())?;
        match rest.chars().next()? {
            quote @ ('"' | '\'') => rest[1..].split(quote).next(),
            _ => rest.split([' ', '\t', '\n', '\r', '/']).next(),
        }
    })
}
