//! Texts of JavaScript: what stands between their quotes, and what it means.

use crate::span::Span;

/// What stands between quotes.
pub(super) fn inside(span: Span) -> Span {
    Span {
        start: (span.start + 1).min(span.end),
        end: span.end.saturating_sub(1).max(span.start + 1).min(span.end),
    }
}

/// A text with its escapes decoded; none if it has none.
/// <https://tc39.es/ecma262/#sec-literals-string-literals>
pub(super) fn meaning(raw: &str) -> Option<String> {
    raw.contains('\\').then(|| {
        let mut text = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find('\\') {
            text.push_str(&rest[..at]);
            let (meant, length) = escape(&rest[at + 1..]);
            text.extend(meant);
            rest = &rest[at + 1 + length..];
        }
        text + rest
    })
}

/// What stands behind a backslash means, and how many bytes it takes.
fn escape(rest: &str) -> (Option<char>, usize) {
    let Some(sign) = rest.chars().next() else {
        return (None, 0);
    };
    let code = |digits: &str| {
        u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32)
    };
    let fixed = |from: usize, to: usize| rest.get(from..to).map(|digits| (code(digits), to));
    let coded = match sign {
        'x' => fixed(1, 3),
        'u' if rest.starts_with("u{") => {
            let digits = rest[2..].split_once('}').map(|(digits, _)| digits);
            digits.map(|digits| (code(digits), digits.len() + 3))
        }
        'u' => fixed(1, 5),
        _ => None,
    };
    let simple = match sign {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        '0' => Some('\0'),
        // A line that goes on.
        '\n' => None,
        other => Some(other),
    };
    coded.unwrap_or((simple, sign.len_utf8()))
}
