//! White space between a name and its value: only where the place says that a value follows.

use crate::facts::Format;

use super::Reader;
use super::name::Name;

/// Where the value starts that white space leads to from a bare name that ends at `close`.
pub(super) fn after(reader: &Reader<'_>, name: &Name, close: usize) -> Option<usize> {
    let at = reader.skip_blanks(close);
    if at == close || name.quote.is_some() {
        return None;
    }
    let word = name.span.of(reader.text).to_ascii_lowercase();
    if word == b"identified" {
        return past_by(reader, at);
    }
    if name.flag && (word.ends_with(b"passin") || word.ends_with(b"passout")) {
        return reader.starts_with(at, b"pass:").then_some(at + 5);
    }
    let quoted = reader.is_quote(at) && word.ends_with(b"password");
    let value = reader
        .at(at)
        .is_some_and(|b| b != b'-' && !b.is_ascii_whitespace());
    (value && (name.flag || quoted || is_entry(reader, name))).then_some(at)
}

/// `IDENTIFIED BY 'x'`, `IDENTIFIED WITH plugin BY 'x'`.
fn past_by(reader: &Reader<'_>, mut at: usize) -> Option<usize> {
    if reader.says(at, b"with ") {
        at = reader.skip_blanks(at + 5);
        at = past_token(reader, at);
        at = reader.skip_blanks(at);
    }
    let by = reader.says(at, b"by ") || reader.says(at, b"as ");
    let value = by.then(|| reader.skip_blanks(at + 3))?;
    reader.is_quote(value).then_some(value)
}

/// Past a name, perhaps in quotes.
fn past_token(reader: &Reader<'_>, at: usize) -> usize {
    let token = reader.text[at..].iter().take(64);
    at + token
        .take_while(|b| b.is_ascii_alphanumeric() || b"_'`\".".contains(b))
        .count()
}

/// Lines of names and values: `ENV NAME value`, `machine host login x password y`, files made for credentials.
fn is_entry(reader: &Reader<'_>, name: &Name) -> bool {
    let line = reader.line_before(name.start()).trim_ascii();
    let starts =
        |word: &[u8]| line.len() >= word.len() && line[..word.len()].eq_ignore_ascii_case(word);
    let build = reader.kind.format == Format::Shell && starts(b"env") && line.len() == 3;
    let netrc = starts(b"machine ") || starts(b"default login ");
    build || netrc || reader.kind.credential_file && line.is_empty()
}
