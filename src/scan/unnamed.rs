//! Which of the long tokens that no rule knows are candidates: those near a credential word, or all.

use std::borrow::Cow;

use crate::facts::Voice;
use crate::finding::Confidence;
use crate::judge::{self, Candidate, Evidence, NameSays, Prior};
use crate::pattern::entropy;
use crate::span::Span;
use crate::syntax::plain::Contexts;
use crate::syntax::plain::docs::{self, Docs};
use crate::text::Text;

/// How many lines are near.
const NEAR_LINES: usize = 3;
/// How many bytes are, at most: lines may be long.
const NEAR_BYTES: usize = 400;

/// What is known of a text when its long tokens are looked at.
pub(super) struct Surroundings<'s> {
    /// Where stems of credential names start, ascending.
    pub(super) names: &'s [u32],
    /// Texts of several lines within code.
    pub(super) docs: &'s Docs<'s>,
    /// Whether tokens far from any name are wanted too.
    pub(super) everywhere: bool,
}

/// Long tokens that nothing names: near a credential word, or `everywhere`.
pub(super) fn candidates<'r>(
    text: &'r Text,
    utf8: &'r str,
    Surroundings {
        names,
        docs,
        everywhere,
    }: Surroundings<'_>,
    out: &mut Vec<Candidate<'r, 'static>>,
) {
    let strong = names
        .iter()
        .copied()
        .filter(|&at| judge::names::is_strong(&text.bytes, at as usize))
        .collect();
    let mut near = NearNames {
        text: &text.bytes,
        names: strong,
        next: 0,
    };
    let windows = if everywhere {
        vec![Span::new(0, text.bytes.len())]
    } else {
        near.windows()
    };
    let mut found = Vec::new();
    for window in windows {
        entropy::tokens(&text.bytes, window, |span| {
            if entropy::is_candidate(span.of(&text.bytes))
                && !is_part(&text.bytes, span)
                && !is_block(&text.bytes, span)
            {
                found.push(span);
            }
        });
    }
    found.dedup();
    let mut contexts = Contexts::new(&text.bytes, text.kind.format);
    for span in found {
        let Some(value) = utf8.get(span.range()) else {
            continue;
        };
        let at = span.start as usize;
        let is_documentation = docs.contain(at);
        // In source code, what stands between quotes may be a token; what stands outside is a name.
        if !text.kind.has_bare_values() && !is_documentation && contexts.is_between_tokens(at) {
            continue;
        }
        let program = !text.kind.has_bare_values();
        if program && (is_identifier(&text.bytes, value.as_bytes()) || is_class(&text.bytes, span))
        {
            continue;
        }
        let prior = Prior::Unnamed {
            near: text.kind.credential_file || near.is_near(span),
            labelled: is_labelled(&text.bytes, span),
        };
        let voice = match contexts.is_comment(at) {
            _ if is_documentation => Voice::Documentation,
            _ if docs::announces_example(&text.bytes, at, text.kind.format) => Voice::Example,
            true if docs::is_fenced(&text.bytes, at) => Voice::Documentation,
            true => Voice::Comment,
            false => Voice::Code,
        };
        out.push(candidate(text, value, span, prior, voice));
    }
}

/// Tokens in and around a window that may be secrets, whatever stands near by: what a scan does not look for when nobody wants to
/// hear of it is hidden all the same.
pub(super) fn believable(text: &Text, window: Span) -> Vec<Span> {
    let bytes = &text.bytes;
    let reach = |from: usize, step: isize| {
        let run = |i: &usize| bytes.get(*i).is_some_and(|b| entropy::is_token(*b));
        let places = (1..=entropy::MAX_LENGTH).map(|n| from.wrapping_add_signed(step * n as isize));
        places.take_while(run).count()
    };
    let (start, end) = (window.start as usize, window.end as usize);
    let around = Span::new(
        start - reach(start, -1),
        (end + reach(end.wrapping_sub(1), 1)).min(bytes.len()),
    );
    let mut found = Vec::new();
    entropy::tokens(bytes, around, |span| found.push(span));
    found.retain(|span| {
        let prior = Prior::Unnamed {
            near: true,
            labelled: false,
        };
        let value = std::str::from_utf8(span.of(bytes)).unwrap_or_default();
        entropy::is_mixed(span.of(bytes))
            && judge::judge(&candidate(text, value, *span, prior, Voice::Code).evidence).band()
                > Confidence::None
    });
    found
}

/// Takes out tokens that make up most of a value with a name: `ENC(token)`. The name has been heard on them.
pub(super) fn leave_to_names(tokens: &mut Vec<Candidate<'_, 'static>>, mut values: Vec<Span>) {
    values.sort_unstable();
    tokens.retain(|token| {
        let at = token.span;
        let next = values.partition_point(|value| value.start <= at.start);
        let value = values[..next].last();
        !value.is_some_and(|value| at.end <= value.end && at.len() * 2 > value.len())
    });
}

fn candidate<'r>(
    text: &Text,
    value: &'r str,
    span: Span,
    prior: Prior,
    voice: Voice,
) -> Candidate<'r, 'static> {
    let evidence = Evidence {
        prior,
        says: NameSays::Nothing,
        value: Cow::Borrowed(value),
        site: None,
        quoted: quote_before(&text.bytes, span).is_some(),
        voice,
        kind: text.kind,
        checksum: None,
        inspection: None,
    };
    Candidate {
        rule: &entropy::RULE,
        span,
        evidence,
    }
}

fn quote_before(text: &[u8], span: Span) -> Option<usize> {
    let before = (span.start as usize).checked_sub(1)?;
    matches!(text[before], b'"' | b'\'' | b'`').then_some(before)
}

/// A piece of something longer: cut by the window, of an address, of a certificate, of a hash with its parameters, of
/// data in an alphabet with more signs; or a key, which names a value.
fn is_part(text: &[u8], span: Span) -> bool {
    let before = &text[(span.start as usize).saturating_sub(1000)..span.start as usize];
    let joins =
        |b: Option<&u8>| b.is_some_and(|&b| entropy::is_token(b) || b".@\\*~^%!#|".contains(&b));
    let cut = joins(before.last()) || joins(text.get(span.end as usize));
    let word = before
        .iter()
        .rposition(|b| b.is_ascii_whitespace() || b"\"'`<>(".contains(b))
        .map_or(0, |i| i + 1);
    let within = |mark: &[u8]| memchr::memmem::find(&before[word..], mark).is_some();
    // Of an address, or of a file that stands in one: `data:image/png;base64,`.
    let address = within(b"://") || within(b";base64,");
    let public = [&b"AAAAB3Nza"[..], b"AAAAC3Nza", b"AAAAE2Vj", b"MII"]
        .iter()
        .any(|p| span.of(text).starts_with(p));
    cut || address
        || public
        || before.last() == Some(&b'$')
        || is_key(text, span)
        || is_of_public_pem(
            &text[(span.start as usize).saturating_sub(LONGEST_PEM)..span.start as usize],
        )
}

/// Whether what stands in quotes is the name of something in the same program: `__all__ = ["Gpt4Kernel"]`.
fn is_identifier(text: &[u8], value: &[u8]) -> bool {
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let name = value.iter().all(word) && !value[0].is_ascii_digit();
    name && memchr::memmem::find_iter(text, value).any(|at| {
        let before = text[..at].trim_ascii_end();
        let defined = [
            &b"class"[..],
            b"def",
            b"function",
            b"import",
            b"struct",
            b"type",
        ];
        let called = text.get(at + value.len()) == Some(&b'(');
        let own = at > 0 && text[at - 1].is_ascii_whitespace();
        own && (called || defined.iter().any(|word| before.ends_with(word)))
    })
}

/// Whether it is a set of characters within a regular expression: `"([MmLlHhVv])"`.
fn is_class(text: &[u8], span: Span) -> bool {
    let before = &text[..span.start as usize];
    before.last() == Some(&b'[') && text.get(span.end as usize) == Some(&b']')
}

/// `"token": `, `table["token"]`
fn is_key(text: &[u8], span: Span) -> bool {
    let Some(open) = quote_before(text, span) else {
        return false;
    };
    let after = &text[span.end as usize..];
    let next = || after[1..].trim_ascii_start().first();
    let indexed = |b: &u8| b.is_ascii_alphanumeric() || b"_)]".contains(b);
    let subscript = || {
        let before = text[..open].strip_suffix(b"[");
        before.and_then(<[u8]>::last).is_some_and(indexed) && next() == Some(&b']')
    };
    after.first() == Some(&text[open]) && (next() == Some(&b':') || subscript())
}

/// Certificates are seldom longer.
const LONGEST_PEM: usize = 4000;

/// Whether what follows is the body of a certificate or public key.
fn is_of_public_pem(before: &[u8]) -> bool {
    memchr::memmem::rfind(before, b"-----BEGIN ").is_some_and(|at| {
        let since = &before[at..];
        let has = |words: &[u8]| memchr::memmem::find(since, words).is_some();
        !has(b"PRIVATE") && !has(b"-----END ")
    })
}

/// A line of its own in a block of such lines, as of a certificate or an embedded file.
fn is_block(text: &[u8], span: Span) -> bool {
    let frame = |b: &u8| matches!(b, b' ' | b'\t' | b'"' | b'#');
    let line = text[..span.start as usize]
        .iter()
        .rev()
        .take_while(|b| frame(b))
        .count();
    let start = span.start as usize - line;
    let after = text[span.end as usize..]
        .iter()
        .find(|b| !frame(b) && !matches!(b, b'\r' | b'\\' | b'n'));
    let alone = (start == 0 || text[start - 1] == b'\n') && matches!(after, None | Some(b'\n'));
    alone && (span.len() >= LINE || start > 0 && ends_with_token(&text[..start - 1]))
}

/// Lines of base64 have 64 or 76 characters; a little less is enough to know one.
const LINE: usize = 48;

/// Whether the line before, but for what frames it, ends with a long run of token characters.
fn ends_with_token(before: &[u8]) -> bool {
    let tail = before
        .iter()
        .rev()
        .skip_while(|b| matches!(b, b'\r' | b'"' | b'\\' | b'n'));
    tail.take(LINE).filter(|b| entropy::is_token(**b)).count() == LINE
}

/// Whether a name is bound to it: what a name calls something else than a credential is not unnamed.
fn is_labelled(text: &[u8], span: Span) -> bool {
    let start = quote_before(text, span).unwrap_or(span.start as usize);
    let before = text[start.saturating_sub(80)..start].trim_ascii_end();
    let before = before
        .strip_suffix(b"\\")
        .unwrap_or(before)
        .trim_ascii_end();
    let Some((last, rest)) = before.split_last() else {
        return is_own_label(span.of(text));
    };
    let named = rest
        .trim_ascii_end()
        .last()
        .is_some_and(|b| b.is_ascii_alphanumeric() || b"_\"'])".contains(b));
    matches!(last, b'=' | b':' | b'>') && named || is_own_label(span.of(text))
}

/// `sha256=...`, `name=value` in one run: within base64 no such sign stands.
fn is_own_label(token: &[u8]) -> bool {
    token
        .iter()
        .position(|&b| b == b'=')
        .is_some_and(|label| label + 2 < token.len())
}

/// Which places lie within three lines of a credential word.
struct NearNames<'t> {
    text: &'t [u8],
    names: Vec<u32>,
    next: usize,
}

impl NearNames<'_> {
    /// The surroundings of all names, merged.
    fn windows(&self) -> Vec<Span> {
        let mut windows: Vec<Span> = Vec::new();
        for &name in &self.names {
            let span = self.around(name as usize);
            match windows.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => windows.push(span),
            }
        }
        windows
    }

    fn around(&self, at: usize) -> Span {
        let before = &self.text[at.saturating_sub(NEAR_BYTES)..at];
        let after = &self.text[at..self.text.len().min(at + NEAR_BYTES)];
        let start = memchr::memrchr_iter(b'\n', before)
            .nth(NEAR_LINES)
            .map_or(0, |i| i + 1);
        let end = memchr::memchr_iter(b'\n', after)
            .nth(NEAR_LINES)
            .unwrap_or(after.len());
        Span::new(at - before.len() + start, at + end)
    }

    /// Spans are asked for in their order.
    fn is_near(&mut self, span: Span) -> bool {
        let reach = NEAR_BYTES as u32;
        while self
            .names
            .get(self.next)
            .is_some_and(|n| n + reach < span.start)
        {
            self.next += 1;
        }
        let mut names = self.names[self.next..]
            .iter()
            .take_while(|n| **n < span.end + reach);
        names.any(|&n| self.around(n as usize).overlaps(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_tables_are_names() {
        for (text, is) in [
            ("{\"here\": 1}", true),
            ("case oids['here']:", true),
            ("a = b()[`here`];", true),
            ("a = ['here']", false),
            ("f(\"here\")", false),
        ] {
            let at = text.find("here").expect("the token");
            assert_eq!(is_key(text.as_bytes(), Span::new(at, at + 4)), is, "{text}");
        }
    }
}
