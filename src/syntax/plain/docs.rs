//! Texts of several lines within code: docstrings, embedded examples.

use std::cell::OnceCell;

use memchr::memmem;

use crate::facts::Format;
use crate::span::Span;

/// Names of strings that show how something is used.
const NAMES: &[&[u8]] = &[
    b"doc",
    b"docs",
    b"documentation",
    b"examples",
    b"example",
    b"return",
    b"usage",
    b"help",
    b"description",
    b"epilog",
    b"__doc__",
];

/// The texts of several lines within a text, looked for when something is found that may be in one.
pub(crate) struct Docs<'t> {
    text: &'t [u8],
    format: Format,
    spans: OnceCell<Vec<Span>>,
}

impl<'t> Docs<'t> {
    pub(crate) fn new(text: &'t [u8], format: Format) -> Self {
        Self {
            text,
            format,
            spans: OnceCell::new(),
        }
    }

    /// Whether one of them holds the byte at `at`.
    pub(crate) fn contain(&self, at: usize) -> bool {
        if self.format != Format::Python {
            return false;
        }
        let docs = self.spans.get_or_init(|| strings(self.text));
        let next = docs.partition_point(|d| d.start as usize <= at);
        next > 0 && docs[next - 1].end as usize > at
    }
}

/// The triple-quoted strings of a Python text that go over lines, ascending.
fn strings(text: &[u8]) -> Vec<Span> {
    let mut docs = Vec::new();
    let mut quotes = Quotes::new(text);
    while let Some((start, quote)) = quotes.next() {
        let body = start + 3;
        let end = memmem::find(&text[body..], quote).map_or(text.len(), |i| body + i);
        if memchr::memchr(b'\n', &text[start..end]).is_some() && is_documentation(&text[..start]) {
            docs.push(Span::new(start, end));
        }
        quotes.at = (end + 3).min(text.len());
    }
    docs
}

/// Whether an expression goes on over the end of the line, and over the lines of comments behind it: what follows is a
/// part of it.
fn is_open(before: &[u8]) -> bool {
    let lines = before.rsplit(|&b| b == b'\n').map(|line| line.trim_ascii());
    let mut code = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    matches!(
        code.next().and_then(|line| line.last()),
        Some(b'(' | b',' | b'[' | b'{' | b'=' | b'+' | b'\\')
    )
}

/// Bytes before a string that are looked at: some lines of comments and of code.
const BEFORE: usize = 512;

/// A string that stands as a statement, or is bound to a name that says so; any other is data.
fn is_documentation(before: &[u8]) -> bool {
    let before = &before[before.len().saturating_sub(BEFORE)..];
    let before = before
        .strip_suffix(b"r")
        .or_else(|| before.strip_suffix(b"u"))
        .unwrap_or(before);
    let line = before
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(before, |i| &before[i + 1..])
        .trim_ascii();
    let Some(name) = line.strip_suffix(b"=") else {
        return line.is_empty() && !is_open(before);
    };
    let name = name
        .trim_ascii_end()
        .rsplit(|b| !(b.is_ascii_alphanumeric() || *b == b'_'))
        .next()
        .unwrap_or_default();
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|n| {
        name == *n
            || name
                .strip_suffix(*n)
                .is_some_and(|rest| rest.ends_with(b"_"))
    })
}

/// The triple quotes of both kinds, in their order.
struct Quotes<'t> {
    text: &'t [u8],
    at: usize,
    /// The next of each kind, unless `at` is past it: neither is looked for twice.
    next: [Option<usize>; 2],
}

impl<'t> Quotes<'t> {
    const KINDS: [&'static [u8]; 2] = [b"\"\"\"", b"'''"];

    fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            next: Self::KINDS.map(|kind| memmem::find(text, kind)),
        }
    }

    /// The next one at or after `at`.
    fn next(&mut self) -> Option<(usize, &'static [u8])> {
        for (next, kind) in self.next.iter_mut().zip(Self::KINDS) {
            if next.is_some_and(|n| n < self.at) {
                *next = memmem::find(&self.text[self.at..], kind).map(|i| self.at + i);
            }
        }
        let found = self.next.iter().zip(Self::KINDS);
        found
            .filter_map(|(next, kind)| Some(((*next)?, kind)))
            .min()
    }
}

/// Whether `at` is announced as an example: by the word right before it, by the line above a block that is shown, or by the
/// whole document.
pub(crate) fn announces_example(text: &[u8], at: usize, format: Format) -> bool {
    follows_word(text, at) || format == Format::Prose && is_shown(text, at) || holds_examples(text)
}

/// How far the line is searched that announces a block.
const SHOWN: usize = 4096;

/// Whether `at` stands in a literal block of reStructuredText that shows a command or what it prints: indented, below
/// `Output::` or `The following example ... ::`.
fn is_shown(text: &[u8], at: usize) -> bool {
    const WORDS: [&[u8]; 4] = [b"example", b"output", b"command", b"sample"];
    let before = &text[at.saturating_sub(SHOWN)..at];
    let mut lines = before.rsplit(|b| *b == b'\n');
    let indented = |line: &[u8]| line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
    if !lines.next().is_some_and(indented) {
        return false;
    }
    let blank = |line: &[u8]| line.trim_ascii().is_empty();
    let mut above = lines.skip_while(|line| blank(line) || indented(line));
    let Some(line) = above.next().map(<[u8]>::trim_ascii_end) else {
        return false;
    };
    let paragraph = std::iter::once(line).chain(above.take_while(|line| !blank(line)));
    let says = |line: &[u8]| {
        let line = line.to_ascii_lowercase();
        let word = |word: &[u8]| memchr::memmem::find(&line, word).is_some();
        WORDS.into_iter().any(word)
    };
    line.ends_with(b"::") && paragraph.take(PARAGRAPH).any(says)
}

/// How far the fence is searched that opens a block of code within a comment: examples of whole resources are long.
const FENCED: usize = 16 << 10;

/// Whether `at`, which stands in a comment over several lines, is code of an example there: between ``` fences, as JSDoc,
/// rustdoc and godoc show it, or below a tag `@example`.
pub(crate) fn is_fenced(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(FENCED)..at];
    let said = before.rsplit(|b| *b == b'\n').map_while(commented);
    let mut marks = said.filter(|line| line.starts_with(b"```") || line.starts_with(b"@"));
    let Some(mark) = marks.next() else {
        return false;
    };
    if mark.starts_with(b"@") {
        return mark.starts_with(b"@example");
    }
    let fences = 1 + marks.filter(|line| line.starts_with(b"```")).count();
    fences % 2 == 1
}

/// What a line of a comment says, without its marks; none if the line is no comment's.
fn commented(line: &[u8]) -> Option<&[u8]> {
    const MARKS: [&[u8]; 5] = [b"/*", b"*", b"//", b"#", b"--"];
    let line = line.trim_ascii();
    let said = MARKS.iter().find_map(|mark| line.strip_prefix(*mark))?;
    let start = said.iter().position(|b| !b" \t*/!#".contains(b));
    Some(&said[start.unwrap_or(said.len())..])
}

/// Lines of a paragraph that announces a block, at most.
const PARAGRAPH: usize = 8;

/// Whether a JSON document says in its first members that it holds examples: those of the models of an API.
fn holds_examples(text: &[u8]) -> bool {
    let head = &text[..text.len().min(96)];
    head.trim_ascii_start().starts_with(b"{")
        && memchr::memmem::find(head, b"\"examples\":").is_some()
}

/// `Example - x`, `e.g. "x"`, `sample: x`
fn follows_word(text: &[u8], at: usize) -> bool {
    const WORDS: &[&[u8]] = &[
        b"example",
        b"examples",
        b"sample",
        b"e.g",
        b"eg",
        b"instance",
    ];
    let before = &text[at.saturating_sub(32)..at];
    let joins = |b: &u8| b" \t:-=\"'`(.".contains(b);
    let word_end = before.iter().rposition(|b| !joins(b)).map_or(0, |i| i + 1);
    let head = &before[..word_end];
    let start = head
        .iter()
        .rposition(|b| !(b.is_ascii_alphabetic() || *b == b'.'))
        .map_or(0, |i| i + 1);
    WORDS.iter().any(|w| head[start..].eq_ignore_ascii_case(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        let at = text.find("here").expect("the place that is asked about");
        Docs::new(text.as_bytes(), Format::Python).contain(at)
    }

    #[test]
    fn examples_are_announced() {
        for (text, is) in [
            ("Example: here", true),
            ("Output::\n\n    {\n        \"a\": \"here\"\n", true),
            (
                "The following example signs in. ::\n\n    sign-in here\n",
                true,
            ),
            (
                "In this example one\nsigns in. ::\n\n    sign-in here\n",
                true,
            ),
            ("Set this::\n\n    password = here\n", false),
            ("Output::\n\n    x\n\nThen here\n", false),
            (
                "{\n  \"version\": \"1.0\",\n  \"examples\": { \"a\": \"here\"",
                true,
            ),
            (
                "{\n  \"version\": \"1.0\",\n  \"accounts\": { \"a\": \"here\"",
                false,
            ),
        ] {
            let at = text.find("here").expect("the place that is asked about");
            let format = if text.starts_with('{') {
                Format::Json
            } else {
                Format::Prose
            };
            let announced = announces_example(text.as_bytes(), at, format);
            assert_eq!(announced, is, "{text}");
        }
    }

    #[test]
    fn code_that_a_comment_shows_is_fenced() {
        for (text, is) in [
            ("/**\n * ```ts\n * new Captcha({\n *   secret: here\n", true),
            ("/// ```\n/// login(here)\n", true),
            ("# ```python\n# a\n# ```\n# then here\n", false),
            ("/**\n * Signs in.\n *\n * @example\n * login(here)\n", true),
            ("/**\n * @example\n * login(x)\n *\n * @param here\n", false),
            ("// ```\n// x\nfoo();\n// password: here\n", false),
            ("# old password: here\n", false),
        ] {
            let at = text.find("here").expect("the place that is asked about");
            assert_eq!(is_fenced(text.as_bytes(), at), is, "{text}");
        }
    }

    #[test]
    fn a_string_that_is_a_statement_is_documentation() {
        assert!(holds("def f():\n    \"\"\"Does:\n\n    here\n    \"\"\"\n"));
        assert!(holds("# A module.\nr'''\nhere\n'''\n"));
        assert!(holds("EXAMPLES = '''\nhere\n'''\n"));
    }

    #[test]
    fn a_string_within_an_expression_is_data() {
        for text in [
            "KEY = '''\nhere\n'''\n",
            "keys = [\n    '''\nhere\n''',\n]\n",
            "keys = (\n    # made with openssl\n\n    # private\n    \"\"\"\nhere\n\"\"\",\n)\n",
        ] {
            assert!(!holds(text), "{text}");
        }
    }
}
