//! The words that allow a secret: ours, and those of other tools, read from one line.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// What a marker asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// `barekey:allow`, or another tool's word, on the line itself.
    Allow,
    /// Another tool's word for the line below.
    NextLine,
    /// `barekey:allow-start`.
    Start,
    /// `barekey:allow-end`.
    End,
    /// Meant for us, but not understood.
    Bad(String),
}

/// A marker as it stands on its line.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// What it asks for.
    pub(super) word: Word,
    /// Whether it is ours.
    pub(super) own: bool,
    /// Rules between the brackets; empty means all.
    pub(super) rules: Vec<String>,
    /// What follows it.
    pub(super) reason: Option<String>,
    /// Bytes of the marker within the line, without the reason.
    pub(super) span: std::ops::Range<usize>,
    /// It opens the line's only comment, so it speaks of the line below.
    pub(super) own_line: bool,
    /// It is quoted: somebody writes about markers.
    pub(super) quoted: bool,
}

/// Longest reason that is kept, in characters.
const REASON_LIMIT: usize = 200;

/// A regex that is part of the program; a test compiles each.
fn compiled(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Everything that may be a marker: one pass over a text tells which lines are worth reading.
pub(super) static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compiled(
        "(?i-u)barekey:[a-z]|leaks:allow|trufflehog:ignore|kingfisher:ignore|ggignore|(?:allow|white)list\
         |nosec|noqa|checkov:skip|secretlint-disable-",
    )
});

static OWN: LazyLock<Option<Regex>> =
    LazyLock::new(|| compiled(r"(?i-u)\bbarekey:([a-z][a-z-]*)(\[[^\]\n]*\]?)?"));

/// Words of other tools that speak of their own line. Words that are plain English need a comment sign before them.
static FOREIGN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compiled(
        r"(?ix-u) \b(?:gitleaks|betterleaks):allow\b | \btrufflehog:ignore\b | \bkingfisher:ignore\b
        | pragma:[\ ]?(?:allow|white)list[\ -]secret\b | secretlint-disable-line\b
        | \bcheckov:skip=CKV_SECRET_\d+
        | (?:\#|//|/\*|--|;|%|<!--).*?(?<word>
              \bggignore\b | \bnosecret\b
            | \bnoqa:\s?[a-z0-9,\s]*?\bS10[567]\b
            | \bnosec:?\s[a-z0-9,\s]*?\b(?:B10[567]|G101)\b )",
    )
});

static FOREIGN_NEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compiled(
        r"(?i-u)pragma: ?(?:allow|white)list[ -]nextline[ -]secret\b|secretlint-disable-next-line\b",
    )
});

/// Tools whose word, alone on a line, speaks of the line below.
static FOREIGN_ABOVE: LazyLock<Option<Regex>> =
    LazyLock::new(|| compiled("(?i-u)^(?:kingfisher:|betterleaks:|checkov:)"));

/// All markers of a line.
pub(super) fn read(line: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    for (regex, word) in [(&FOREIGN, Word::Allow), (&FOREIGN_NEXT, Word::NextLine)] {
        for groups in regex.iter().flat_map(|regex| regex.captures_iter(line)) {
            let at = groups.name("word").or_else(|| groups.get(0));
            found.extend(at.map(|at| foreign(line, at.range(), word.clone())));
        }
    }
    for groups in OWN.iter().flat_map(|regex| regex.captures_iter(line)) {
        let whole = groups.get(0).map_or(0..0, |at| at.range());
        let name = groups.get(1).map_or(&b""[..], |at| at.as_bytes());
        let list = groups.get(2).map(|at| at.as_bytes());
        found.extend(ours(line, whole, name, list));
    }
    found
}

fn foreign(line: &[u8], span: std::ops::Range<usize>, word: Word) -> Found {
    let above = FOREIGN_ABOVE
        .as_ref()
        .is_some_and(|regex| regex.is_match(&line[span.clone()]));
    Found {
        word,
        own: false,
        rules: Vec::new(),
        reason: None,
        own_line: above && opens_comment(&line[..span.start]),
        span,
        quoted: false,
    }
}

fn ours(
    line: &[u8],
    span: std::ops::Range<usize>,
    name: &[u8],
    list: Option<&[u8]>,
) -> Option<Found> {
    let before = &line[..span.start];
    if before
        .last()
        .is_some_and(|byte| matches!(byte, b'/' | b'-' | b'.' | b'@') && !opens_comment(before))
    {
        return None; // a container image or a host
    }
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let name = name.trim_end_matches('-'); // `barekey:allow-->`
    let word = match name {
        "allow" => Word::Allow,
        "allow-start" => Word::Start,
        "allow-end" => Word::End,
        other => Word::Bad(misspelt(other)?),
    };
    let (rules, word) = match list.map(rules_of) {
        None => (Vec::new(), word),
        Some(Some(rules)) => (rules, word),
        Some(None) => (
            Vec::new(),
            Word::Bad("the list of rules is empty or not closed".to_owned()),
        ),
    };
    Some(Found {
        word,
        own: true,
        rules,
        reason: reason(&line[span.end..]),
        own_line: opens_comment(before),
        quoted: before
            .last()
            .is_some_and(|byte| matches!(byte, b'`' | b'"' | b'\'')),
        span,
    })
}

/// What to say of a word that is nearly ours; a word that is not is somebody else's.
fn misspelt(word: &str) -> Option<String> {
    const OTHERS: [&str; 6] = ["ignore", "skip", "disable", "suppress", "nosec", "exclude"];
    let near = ["allow", "allow-start", "allow-end"]
        .into_iter()
        .min_by_key(|known| strsim::damerau_levenshtein(word, known))
        .filter(|known| strsim::damerau_levenshtein(word, known) <= 2 || word.starts_with("allow"));
    let near = near.or_else(|| {
        OTHERS
            .iter()
            .any(|other| word.starts_with(other))
            .then_some("allow")
    })?;
    Some(format!(
        "unknown marker `barekey:{word}`; did you mean `barekey:{near}`?"
    ))
}

/// The ids in `[a, b]`, or nothing where the list says nothing.
fn rules_of(list: &[u8]) -> Option<Vec<String>> {
    let inner = list.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let inner = String::from_utf8_lossy(inner);
    let ids: Vec<String> = inner.split(',').map(|id| id.trim().to_owned()).collect();
    ids.iter().all(|id| !id.is_empty()).then_some(ids)
}

/// The rest of the line, without what closes the comment and without control characters.
fn reason(rest: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(rest);
    let mut text = text.trim();
    for close in ["*/", "-->", "#}", "*/}", "--%>"] {
        text = text.split(close).next().unwrap_or(text);
    }
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '—' | '"' | '\''));
    let text: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(REASON_LIMIT)
        .collect();
    (!text.is_empty()).then_some(text)
}

/// Whether what stands before a marker is nothing but the start of a comment.
fn opens_comment(before: &[u8]) -> bool {
    const SIGNS: [&[u8]; 15] = [
        b"//", b"/*", b"{/*", b"<!--", b"<%--", b"{#", b"--", b"#", b";", b"%", b"*", b"'", b"REM",
        b"::", b"..",
    ];
    let before = before.trim_ascii();
    SIGNS.iter().any(|sign| {
        before.strip_prefix(*sign).is_some_and(|rest| {
            let last = sign.last().copied().unwrap_or_default();
            rest.iter()
                .all(|byte| *byte == last || matches!(byte, b' ' | b'\t' | b'!' | b'*'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_compile() {
        for regex in [&ANY, &OWN, &FOREIGN, &FOREIGN_NEXT, &FOREIGN_ABOVE] {
            assert!(regex.is_some());
        }
    }

    #[test]
    fn a_comment_sign_opens_a_line() {
        for before in [
            "# ", "  // ", "/* ", "<!-- ", "-- ", ";; ", " * ", "REM ", "{# ", "///",
        ] {
            assert!(opens_comment(before.as_bytes()), "{before}");
        }
        for before in ["", "x = 1 # ", "\"", "# password: x ", "ghcr.io/"] {
            assert!(!opens_comment(before.as_bytes()), "{before}");
        }
    }

    #[test]
    fn reasons_are_cut_clean() {
        assert_eq!(reason(b" - a test key */ x").as_deref(), Some("a test key"));
        assert_eq!(reason(b" --> "), None);
        assert_eq!(reason(b": \x1b[31mred").as_deref(), Some("[31mred"));
        assert_eq!(
            reason(&b" a".repeat(900)).map(|text| text.len()),
            Some(REASON_LIMIT)
        );
    }

    #[test]
    fn every_foreign_word_is_also_worth_reading() {
        for line in FOREIGN_LINES {
            assert!(ANY.as_ref().unwrap().is_match(line.as_bytes()), "{line}");
            assert_eq!(read(line.as_bytes()).len(), 1, "{line}");
        }
        for line in [
            "nosecret = 1",
            "x # noqa",
            "x # noqa: E501",
            "x # nosec",
            "x # nosec B404",
            "allowlist=secret",
        ] {
            assert!(read(line.as_bytes()).is_empty(), "{line}");
        }
    }

    const FOREIGN_LINES: &[&str] = &[
        "k = 1 # gitleaks:allow",
        "k = 1 // betterleaks:allow",
        "k = 1 # trufflehog:ignore",
        "k = 1 # kingfisher:ignore",
        "k = 1 # ggignore",
        "k = 1 # pragma: allowlist secret",
        "k = 1 # pragma: whitelist secret",
        "# pragma: allowlist nextline secret",
        "k = 1 # nosecret",
        "k = 1 # noqa: S105",
        "k = 1 # noqa: E501, S106",
        "k = 1 # noqa:S107",
        "k = 1 # nosec B105",
        "k = 1 # nosec: B404, B106",
        "k := 1 // #nosec G101 -- a test",
        "k = 1 # checkov:skip=CKV_SECRET_6: a test",
        "k = 1 // secretlint-disable-line",
        "// secretlint-disable-next-line",
    ];
}
