//! Values within calls that give them back in other clothes.

use crate::facts::Literal;

use super::{Reader, quoted};

/// Functions whose first argument is the value itself.
const WRAPPERS: &[&[u8]] = &[
    b"from",
    b"b64decode",
    b"b64encode",
    b"bytes",
    b"str",
    b"string",
    b"secretstr",
    b"secret",
    b"securestring",
    b"secretbytes",
    b"base64decode",
    b"base64encode",
    b"atob",
    b"btoa",
    b"base64_decode",
    b"byte",
    b"text",
    b"unsafeplaintext",
    b"enc",
    b"some",
    b"valueof",
    b"strptr",
    b"ptr",
    b"new",
    b"createsecretkey",
    b"secretkeyspec",
    b"encodetostring",
    b"frombase64string",
    b"fromhex",
    b"unhexlify",
    b"a2b_hex",
    b"a2b_base64",
    b"bytearray",
];

/// Words in the names of functions that give their second argument where nothing is found under their first.
const LOOKUPS: &[&[u8]] = &[b"env", b"get", b"fetch", b"lookup", b"default", b"config"];

/// Most calls around a value.
const DEPTH: usize = 3;

/// `Buffer.from("x")`, `new SecretStr("x")`, `ConvertTo-SecureString "x"`, `getenv("X", "x")` with a name that is no
/// credential's.
pub(super) fn at(reader: &Reader<'_>, at: usize) -> Option<Literal> {
    secure_string(reader, at).or_else(|| call(reader, at, 0))
}

fn call(reader: &Reader<'_>, at: usize, depth: usize) -> Option<Literal> {
    let rest = &reader.text[at..reader.text.len().min(at + 80)];
    let length = rest
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || b"_. :<>&*".contains(b))
        .count();
    if rest.get(length) != Some(&b'(') {
        return None;
    }
    let path = rest[..length].to_ascii_lowercase();
    let wraps = gives_back(&path);
    let inner = reader.skip_white(at + length + 1, 1);
    match quoted::at(reader, inner) {
        Some(first) if wraps => first,
        Some(first) => second(reader, &path, &first?),
        None if wraps && depth < DEPTH => call(reader, inner, depth + 1),
        None => None,
    }
}

fn says(name: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(name, word).is_some()
}

/// The function at the end of a path in lower case.
fn function(path: &[u8]) -> &[u8] {
    let mut words = path.rsplit(|b| b". :<>&*".contains(b));
    words.find(|w| !w.is_empty()).unwrap_or_default()
}

/// Whether a call, whose path is given in lower case, is worth its first argument.
pub(crate) fn gives_back(path: &[u8]) -> bool {
    let function = function(path);
    let decodes = matches!(function, b"decode" | b"encode" | b"decodestring");
    WRAPPERS.contains(&function) || decodes && says(path, b"base64")
}

/// Whether a call, whose path is given in lower case, is worth its second argument where nothing is found under its
/// first.
pub(crate) fn is_lookup(path: &[u8]) -> bool {
    let function = function(path);
    let sets = function.starts_with(b"set");
    function == b"var" || !sets && LOOKUPS.iter().any(|w| says(function, w))
}

/// What a look-up gives if it does not find `first`.
fn second(reader: &Reader<'_>, path: &[u8], first: &Literal) -> Option<Literal> {
    let comma = reader.skip_blanks(first.raw.end as usize + 1);
    (is_lookup(path) && reader.at(comma) == Some(b','))
        .then(|| quoted::at(reader, reader.skip_white(comma + 1, 1)).flatten())?
}

/// `ConvertTo-SecureString "x"`, `(ConvertTo-SecureString -String "x" ...)`.
fn secure_string(reader: &Reader<'_>, at: usize) -> Option<Literal> {
    const CALL: &[u8] = b"convertto-securestring ";
    let at = at + usize::from(reader.at(at) == Some(b'('));
    let mut at = reader.says(at, CALL).then_some(at + CALL.len())?;
    if reader.says(at, b"-string ") {
        at += 8;
    }
    quoted::at(reader, reader.skip_blanks(at)).flatten()
}
