//! What stands between a name and its value.

use crate::facts::{Format, Literal};

use super::Reader;
use super::name::Name;
use super::spaced;

/// How a name leads to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connector {
    /// `=`, `:=`, `=>`, `?=`, `<-` ...
    Assign,
    /// `:`
    Colon,
    /// `==`, `!=` ...
    Compare,
    /// `||`, `??`, `or`, `?:`, `:-`
    Fallback,
    /// The name is a string and an argument; the value is the next one.
    Comma,
    /// The name is a function or method; the value is its first argument.
    Call,
    /// `<name>`
    Element,
    /// The name is itself the value of `name` or `key`; its value stands under `value`.
    NamedValue,
    /// White space: flags, `ENV NAME value`, `IDENTIFIED BY`.
    Space,
}

/// Operators, longest first.
const OPERATORS: &[(&[u8], Connector)] = &[
    (b"===", Connector::Compare),
    (b"!==", Connector::Compare),
    (b"==", Connector::Compare),
    (b"!=", Connector::Compare),
    (b"=~", Connector::Compare),
    (b"=>", Connector::Assign),
    (b":=", Connector::Assign),
    (b"?=", Connector::Assign),
    (b"+=", Connector::Assign),
    (b"<-", Connector::Assign),
    (b"||=", Connector::Assign),
    (b"??=", Connector::Assign),
    (b"||", Connector::Fallback),
    (b"??", Connector::Fallback),
    (b"?:", Connector::Fallback),
    (b":-", Connector::Fallback),
    (b"or ", Connector::Fallback),
    (b"=", Connector::Assign),
    (b":", Connector::Colon),
];

/// The connector after `name` and where what follows it starts.
pub(super) fn after(reader: &Reader<'_>, name: &Name) -> Option<(Connector, usize)> {
    let close = past_quote(reader, name);
    if reader.before(name.start()) == Some(b'<') && reader.at(close) == Some(b'>') {
        return Some((Connector::Element, close + 1));
    }
    if let Some(at) = named_value(reader, name, close) {
        return Some((Connector::NamedValue, at));
    }
    if name.quote.is_none() && reader.at(close) == Some(b'(') {
        return (name.own && !gets(reader, name)).then_some((Connector::Call, close + 1));
    }
    let at = past_closers(reader, close);
    if reader.starts_with(at, b"::") {
        return None;
    }
    let next = reader.at(at);
    let operator = OPERATORS
        .iter()
        .find(|(op, _)| next == Some(op[0]) && reader.starts_with(at, op));
    if let Some(&(op, connector)) = operator {
        // `${TOKEN:?what is said where it is not set}`, `${TOKEN:+what is put in where it is}`
        let said = matches!(reader.at(at + 1), Some(b'?' | b'+'));
        if op == b":" && said && reader.back(name.start(), 2) == b"${" {
            return None;
        }
        if op == b"=>" && name.quote.is_some() && is_closed(reader, close) {
            return None; // `sign('', 'secret') => 'f7f9'`: what a call gives
        }
        let part = connector == Connector::Colon && is_part_of_path(reader, name, at);
        return (!part).then(|| (connector, past_type(reader, connector, at + op.len())));
    }
    if name.quote.is_some() && reader.at(at) == Some(b',') && is_argument(reader, name) {
        return Some((Connector::Comma, at + 1));
    }
    if let Some(at) = past_type_name(reader, name, close) {
        return Some((Connector::Assign, at));
    }
    spaced::after(reader, name, close).map(|at| (Connector::Space, at))
}

/// Whether brackets close right behind a quoted name.
fn is_closed(reader: &Reader<'_>, close: usize) -> bool {
    reader.at(reader.skip_blanks(close)) == Some(b')')
}

/// Whether a function finds something under what it is given: `get_secret("x")`.
fn gets(reader: &Reader<'_>, name: &Name) -> bool {
    let path = name.span.of(reader.text);
    finds(path.rsplit(|b| *b == b'.').next().unwrap_or(path))
}

/// Whether the name of a function begins with a verb of finding.
pub(crate) fn finds(function: &[u8]) -> bool {
    const VERBS: &[&[u8]] = &[
        b"get",
        b"fetch",
        b"load",
        b"read",
        b"lookup",
        b"find",
        b"resolve",
        b"retrieve",
        b"delete",
        b"remove",
        b"describe",
        b"has",
    ];
    VERBS.iter().any(|verb| {
        let head = function.get(..verb.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(verb))
            && function
                .get(verb.len())
                .is_some_and(|b| b.is_ascii_uppercase() || *b == b'_')
    })
}

/// Whether `literal` under `name` is only a name, too: of the value that follows under `value`.
pub(super) fn is_key(reader: &Reader<'_>, name: &Name, literal: &Literal) -> bool {
    let word = name.span.of(reader.text);
    let key = word.len() >= 3 && word[word.len() - 3..].eq_ignore_ascii_case(b"key");
    let close = literal.raw.end as usize + usize::from(literal.quoted);
    key && past_value_key(reader, close)
        .is_some_and(|end| holds_word(reader.back(end, 64), &word[..word.len() - 3]))
}

/// Whether `value` with this prefix stands in `before`.
fn holds_word(before: &[u8], prefix: &[u8]) -> bool {
    let value = [prefix, b"value"].concat();
    before
        .windows(value.len())
        .any(|w| w.eq_ignore_ascii_case(&value))
}

/// `arn:aws:...:secret:name`: the colon at `at` joins the parts of something else.
fn is_part_of_path(reader: &Reader<'_>, name: &Name, at: usize) -> bool {
    let follows = reader.at(at + 1).is_some_and(|b| b.is_ascii_whitespace());
    let within = matches!(reader.before(name.start()), Some(b':' | b'/'));
    within && name.quote.is_none() && !follows
}

/// Whether a quoted name opens the arguments of a call, `set("password", "x")`, or one of a pair: `("password", "x")`,
/// `["--password", "x"]`. Other lists are lists of words.
fn is_argument(reader: &Reader<'_>, name: &Name) -> bool {
    if name.flag {
        return true;
    }
    let before = reader.back(name.start() - 1, 256);
    let before = before.strip_suffix(b"\\").unwrap_or(before);
    let before = before.trim_ascii_end();
    match before.split_last() {
        Some((b'(', callee)) if callee.last().is_some_and(|&b| is_callee(b)) => true,
        Some((b'(' | b'[' | b'{', _)) => is_pair(reader, name),
        _ => false,
    }
}

fn is_callee(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'!' | b'>' | b'?')
}

/// Whether a bracket closes behind the string after the name's.
fn is_pair(reader: &Reader<'_>, name: &Name) -> bool {
    let close = past_quote(reader, name);
    let comma = reader.skip_blanks(close);
    let open = reader.skip_white(comma + 1, 1);
    let rest = reader.rest_of_line(open);
    let Some((quote, rest)) = rest.split_first().filter(|_| reader.is_quote(open)) else {
        return false;
    };
    memchr::memchr(*quote, rest).is_some_and(|end| {
        let after = reader.skip_white(open + end + 2, 1);
        matches!(reader.at(after), Some(b')' | b']' | b'}'))
    })
}

/// Past the quote that closes a name.
fn past_quote(reader: &Reader<'_>, name: &Name) -> usize {
    match (name.quote, reader.at(name.end())) {
        (Some(_), Some(b'\\')) => name.end() + 2,
        (Some(_), _) => name.end() + 1,
        (None, _) => name.end(),
    }
}

/// `config["password"]`, `getenv('X')`, `password[32]`, `password?`, `password!`, `Password { get; set; }`.
fn past_closers(reader: &Reader<'_>, mut at: usize) -> usize {
    at = reader.skip_blanks(at);
    if reader.at(at) == Some(b'[') {
        let inside = reader.text[at + 1..].iter().take(20);
        let inside = inside.take_while(|b| b.is_ascii_alphanumeric()).count();
        if reader.at(at + 1 + inside) == Some(b']') {
            at = reader.skip_blanks(at + 2 + inside);
        }
    }
    if reader.starts_with(at, b"{ get;") {
        let end = reader.text[at..].iter().take(40).position(|b| *b == b'}');
        at = end.map_or(at, |i| reader.skip_blanks(at + i + 1));
    }
    for _ in 0..3 {
        match reader.at(at) {
            Some(b']' | b')') => at = reader.skip_blanks(at + 1),
            Some(b'?' | b'!') if matches!(reader.at(at + 1), Some(b':' | b' ')) => {
                at = reader.skip_blanks(at + 1)
            }
            _ => break,
        }
    }
    at
}

/// `password: str = "x"`, `password: &'static str = "x"`: the value stands behind the type.
fn past_type(reader: &Reader<'_>, connector: Connector, at: usize) -> usize {
    let source = matches!(
        reader.kind.format,
        Format::CLike | Format::Python | Format::Hash
    );
    if connector != Connector::Colon || !source {
        return at;
    }
    past_words(reader, at).unwrap_or(at)
}

/// `password string = "x"`, `password As String = "x"`: a type between a bare name and its value, with no colon.
fn past_type_name(reader: &Reader<'_>, name: &Name, close: usize) -> Option<usize> {
    const TYPES: &[&[u8]] = &[b"string", b"*string", b"[]string", b"[]byte", b"as string"];
    let start = reader.skip_blanks(close);
    let typed = reader.kind.format == Format::CLike && name.quote.is_none() && start > close;
    let known = TYPES.iter().find(|t| reader.says(start, t))?;
    let at = reader.skip_blanks(start + known.len());
    (typed && reader.at(at) == Some(b'=') && reader.at(at + 1) != Some(b'=')).then_some(at + 1)
}

/// Past a type and the `=` after it.
fn past_words(reader: &Reader<'_>, at: usize) -> Option<usize> {
    let start = reader.skip_blanks(at);
    let words = reader.text[start..].iter().take(60);
    let words = words.take_while(|b| b.is_ascii_alphanumeric() || b"_<>[]|?&*. '".contains(b));
    let end = start + words.count();
    let typed = reader
        .at(start)
        .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'&' | b'*' | b'['));
    let assigned = reader.at(end) == Some(b'=') && !matches!(reader.at(end + 1), Some(b'=' | b'>'));
    (typed && assigned).then_some(end + 1)
}

/// `"name": "DB_PASSWORD", "value": "here"` in JSON, YAML, HCL; `key="x" value="here"` in markup.
fn named_value(reader: &Reader<'_>, name: &Name, close: usize) -> Option<usize> {
    if name.quote.is_none() && reader.kind.format != Format::Yaml {
        return None;
    }
    let start = name.start() - usize::from(name.quote.is_some());
    let before = reader.back(start, 24);
    let before = before.strip_suffix(b"\\").unwrap_or(before);
    let before = before.trim_ascii_end();
    let before = before
        .strip_suffix(b"=")
        .or_else(|| before.strip_suffix(b":"))?;
    let quotes = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'\\');
    let end = before.iter().rposition(|b| !quotes(b))? + 1;
    let key = before[..end].to_ascii_lowercase();
    (key.ends_with(b"name") || key.ends_with(b"key"))
        .then(|| past_value_key(reader, close))
        .flatten()
}

/// Past a separator and `value`, `ParameterValue`, with its own connector.
fn past_value_key(reader: &Reader<'_>, close: usize) -> Option<usize> {
    let mut at = reader.skip_white(close, 2);
    if reader.at(at) == Some(b',') {
        at = reader.skip_white(at + 1, 2);
    }
    at += usize::from(reader.at(at) == Some(b'\\'));
    at += usize::from(reader.is_quote(at));
    let word = reader.text.get(at..)?.iter().take(24);
    let length = word.take_while(|b| b.is_ascii_alphanumeric()).count();
    let word = &reader.text[at..at + length];
    if !(length >= 5 && word[length - 5..].eq_ignore_ascii_case(b"value")) {
        return None;
    }
    at += length;
    at += usize::from(reader.at(at) == Some(b'\\'));
    at += usize::from(reader.is_quote(at));
    at = reader.skip_blanks(at);
    matches!(reader.at(at), Some(b':' | b'=')).then_some(at + 1)
}
