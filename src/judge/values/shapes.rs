//! How values look that are no secrets: one test a shape.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD};

use crate::judge::{placeholders, randomness};

pub(super) fn is_encrypted(v: &str) -> bool {
    const STARTS: &[&str] = &[
        "ENC[",
        "ENC(",
        "$ANSIBLE_VAULT",
        "vault:v",
        "{cipher}",
        "age1",
        "-----BEGIN AGE",
        "AQICAH",
        // Sealed Secrets: the length of a key of 512 bytes, and that.
        "AgA",
        "AgB",
        "AgC",
        "AgD",
        "sops:",
        "AQECAH",
        "U2FsdGVkX1",
        "!vault",
        "!encrypted",
        "encrypted:",
        "secure:",
        "v1:AES",
        "DEC::",
    ];
    STARTS.iter().any(|s| {
        v.starts_with(s)
            && (!s.starts_with("Ag") || v.len() > 200)
            && (*s != "age1" || v.len() == 62)
    })
}

pub(super) fn is_password_hash(v: &str) -> bool {
    const STARTS: &[&str] = &[
        "$1$",
        "$8$",
        "$9$",
        "$2a$",
        "$2b$",
        "$2y$",
        "$5$",
        "$6$",
        "$y$",
        "$apr1$",
        "$argon2",
        "$pbkdf2",
        "$scrypt",
        "pbkdf2_",
        "pbkdf2:",
        "bcrypt$",
        "argon2$",
        "scrypt:",
        "{SSHA",
        "{SHA",
        "{MD5",
        "{CRYPT",
        "{bcrypt}",
        "sha1$",
        "sha256$",
        "SCRAM-SHA-",
        "sha256:",
        "sha512-",
        "sha384-",
        "sha256-",
        "sha1-",
        "md5$",
    ];
    STARTS.iter().any(|s| v.starts_with(s))
        || v.contains(":$2y$")
        || v.contains(":$apr1$")
        || is_modular_crypt(v)
}

/// `$name$rounds$salt$digest`: the format of crypt(3), with names of letters, digits and dashes.
fn is_modular_crypt(v: &str) -> bool {
    let mut parts = v.split('$');
    let name = (parts.next() == Some("")).then(|| parts.next()).flatten();
    name.is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }) && parts.next().is_some_and(|part| !part.is_empty())
        && parts.next_back().is_some_and(|digest| digest.len() >= 12)
}

/// RFC 9562, 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(v: &str) -> bool {
    let v = v.trim_start_matches('{').trim_end_matches('}');
    v.len() == 36
        && v.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

pub(super) fn is_url(v: &str) -> bool {
    let Some((scheme, rest)) = v.split_once("://") else {
        return v.starts_with("www.") || v.starts_with("mailto:");
    };
    scheme
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-' | b':'))
        && !rest.split('/').next().is_some_and(|authority| {
            authority
                .rsplit_once('@')
                .is_some_and(|(u, _)| u.contains(':'))
        })
}

pub(super) fn is_number(v: &str) -> bool {
    let digits = v.strip_prefix("0x").unwrap_or(v);
    v.bytes().all(|b| {
        b.is_ascii_digit()
            || matches!(
                b,
                b'.' | b',' | b'-' | b'+' | b'_' | b' ' | b':' | b'/' | b'(' | b')'
            )
    }) || v.starts_with("0x") && digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Versions, times with a zone, colours, domains and mail addresses, signatures of requests, addresses of accounts, names
/// with a version or port.
pub(super) fn is_formatted(v: &str) -> bool {
    let digits = v.bytes().filter(u8::is_ascii_digit).count();
    let date = v.len() >= 8
        && digits >= 6
        && v.bytes()
            .all(|b| b.is_ascii_digit() || b"-:.TZ+/ ".contains(&b));
    let version = v.strip_prefix('v').unwrap_or(v).split('.').count() >= 3
        && v.split(['.', '-'])
            .all(|p| p.len() <= 6 && p.bytes().any(|b| b.is_ascii_alphanumeric()))
        && v.starts_with(|c: char| c.is_ascii_digit() || c == 'v')
        && digits * 2 >= v.len() - v.matches('.').count();
    let colour = v.starts_with('#')
        && matches!(v.len(), 4 | 5 | 7 | 9)
        && v[1..].bytes().all(|b| b.is_ascii_hexdigit());
    const SIGNED: &[&str] = &[
        "AWS ",
        "AWS4-",
        "MAC ",
        "Digest ",
        "OAuth ",
        "Signature ",
        "Negotiate ",
    ];
    let signed = SIGNED.iter().any(|s| v.starts_with(s));
    let address =
        v.len() == 42 && v.starts_with("0x") && v[2..].bytes().all(|b| b.is_ascii_hexdigit());
    date || version || colour || signed || address || is_domain(v) || is_mail(v) || is_numbered(v)
}

/// A name with a version or a port: `db:3`, `api:latest`, `cache:6379`.
fn is_numbered(v: &str) -> bool {
    v.split_once(':').is_some_and(|(name, number)| {
        let named = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'.'));
        let counts = number.len() <= 5 && number.bytes().all(|b| b.is_ascii_digit());
        named && !number.is_empty() && (counts || number == "latest")
    })
}

fn is_mail(v: &str) -> bool {
    v.split_once('@').is_some_and(|(user, host)| {
        let plain = |s: &str| {
            !s.is_empty()
                && s.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._+-%".contains(&b))
        };
        plain(user) && is_domain(host)
    })
}

fn is_domain(v: &str) -> bool {
    const ENDS: &[&str] = &[
        "com",
        "org",
        "net",
        "io",
        "dev",
        "local",
        "internal",
        "localhost",
        "example",
        "cloud",
        "gov",
        "edu",
        "co",
        "de",
        "uk",
        "cn",
        "fr",
        "ru",
    ];
    let host = v.split([':', '/']).next().unwrap_or(v);
    let Some((rest, end)) = host.rsplit_once('.') else {
        return false;
    };
    ENDS.contains(&end)
        && rest
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'*'))
}

pub(super) fn is_translation(v: &str) -> bool {
    let letters = v.chars().filter(|c| c.is_alphabetic()).count();
    let foreign = v
        .chars()
        .filter(|c| c.is_alphabetic() && !c.is_ascii())
        .count();
    foreign * 4 >= letters && foreign > 1
}

/// Two words or more, or a sentence's end.
pub(super) fn is_prose(v: &str) -> bool {
    let mut words = 0;
    let mut others = 0;
    for part in v.split_whitespace() {
        let core = part.trim_matches(|c: char| c.is_ascii_punctuation());
        let wordy = core.len() >= 2
            && core
                .bytes()
                .all(|b| b.is_ascii_alphabetic() || matches!(b, b'\'' | b'-' | b'/'))
            || matches!(core, "a" | "I" | "A");
        if wordy { words += 1 } else { others += 1 }
    }
    (words >= 2 && words >= others) || words + others >= 4
}

pub(super) fn is_sequence(v: &str) -> bool {
    randomness::is_sequence(v.as_bytes())
}

/// Base64 or base32 whose content people can read: JSON, words, an alphabet; what it hides is judged where it is decoded.
pub(super) fn is_encoded(v: &str) -> bool {
    let core = v.trim_end_matches('=');
    let bytes = core.as_bytes();
    if core.len() < 8 {
        return false;
    }
    let decoded = [BASE64_NOPAD, BASE64URL_NOPAD, BASE32_NOPAD];
    let mut decoded = decoded.iter().filter_map(|code| code.decode(bytes).ok());
    decoded.any(|text| String::from_utf8(text).is_ok_and(|text| is_readable(&text)))
}

fn is_readable(text: &str) -> bool {
    let printable = !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    let readable = is_prose(text)
        || is_word(text)
        || is_identifier(text)
        || is_sequence(text)
        || placeholders::is_placeholder(text);
    printable && text.len() >= 4 && (text.starts_with('{') || readable)
}

/// Hexadecimal of 32, 40, 56, 64, 96 or 128 digits.
pub(super) fn is_hash(v: &str) -> bool {
    matches!(v.len(), 32 | 40 | 56 | 64 | 96 | 128) && v.bytes().all(|b| b.is_ascii_hexdigit())
}

pub(super) fn is_path(v: &str) -> bool {
    let starts = v.starts_with('/') && !v.starts_with("//")
        || v.starts_with("./")
        || v.starts_with("../")
        || v.starts_with("~/")
        || v.get(1..3) == Some(":\\")
        || v.starts_with("\\\\");
    let segments: Vec<&str> = v.split(['/', '\\']).filter(|s| !s.is_empty()).collect();
    let wordy = |s: &&str| randomness::score(s.as_bytes()) < 0.5 || s.len() < 6;
    let extension = v.rsplit_once('.').is_some_and(|(_, e)| {
        (1..=5).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_alphabetic())
    });
    (starts || segments.len() >= 2 || extension && segments.len() == 1 && v.len() < 60)
        && segments.iter().all(wordy)
        && (starts
            || segments.len() >= 3
            || extension
            || v.ends_with('/')
            || segments.iter().all(|s| is_word(s)))
}

/// A single word of letters of one case, perhaps capitalised.
pub(super) fn is_word(v: &str) -> bool {
    let rest = &v.as_bytes()[1..];
    v.bytes().all(|b| b.is_ascii_alphabetic())
        && (rest.iter().all(u8::is_ascii_lowercase) || v.bytes().all(|b| b.is_ascii_uppercase()))
        && randomness::score(v.as_bytes()) < 1.0
}

/// Ten characters and more, both cases, two digits and more that do not just count, or one and a sign that stands in no name:
/// what rules for passwords ask for.
pub(super) fn is_chosen(v: &str) -> bool {
    let digits = v.bytes().filter(u8::is_ascii_digit).count();
    let upper = v.bytes().any(|b| b.is_ascii_uppercase());
    let lower = v.bytes().any(|b| b.is_ascii_lowercase());
    let sign = v.bytes().any(|b| b"!#%^~?".contains(&b));
    let mixed = digits >= 2 || digits == 1 && sign;
    is_human(v) && v.len() >= 10 && mixed && upper && lower && !ends_counting(v)
}

pub(super) fn is_word_and_digits(v: &str) -> bool {
    let digits = v.bytes().filter(u8::is_ascii_digit).count();
    is_human(v) && digits >= 1 && (v.len() <= 16 || ends_counting(v))
}

/// Letters and digits in one piece that do not look random.
fn is_human(v: &str) -> bool {
    let one_piece = v
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"/\\:()<>{}=".contains(&b));
    one_piece && v.bytes().any(|b| b.is_ascii_alphabetic()) && randomness::score(v.as_bytes()) < 0.5
}

/// `...123`: digits that count up at the end, as in passwords nobody means to keep.
fn ends_counting(v: &str) -> bool {
    let core = v.trim_end_matches(|c: char| c.is_ascii_punctuation());
    let digits = core.len() - core.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let tail = &core.as_bytes()[core.len() - digits..];
    digits >= 3 && tail.windows(2).all(|w| w[1] == w[0] + 1 || w[1] == w[0])
}

/// Words joined by separators or humps, with few digits: what programmers name things.
pub(super) fn is_identifier(v: &str) -> bool {
    let named = v
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-.:/$@#&[]<>* ,|+".contains(&b));
    let digits = v.bytes().filter(u8::is_ascii_digit).count();
    named && digits * 6 <= v.len() && randomness::score(v.as_bytes()) < 0.0
}

/// Calls, member access, operators: bare words first of all.
pub(super) fn is_code(v: &str, quoted: bool) -> bool {
    let call = v.ends_with("()")
        || v.ends_with(");")
        || v.contains("(")
            && v.ends_with(')')
            && v.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let member = v.contains("::")
        || v.contains("->")
        || v.contains("=>")
        || v.contains("&&")
        || v.contains("||")
        || v.trim_end_matches('=').contains("==");
    // A piece of minified code: a call, with what goes on behind it.
    let statement = v.len() >= 12
        && v.contains(['=', ';', '{', '}', '.'])
        && v.contains(',')
        && v.match_indices('(')
            .any(|(at, _)| v[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    let dotted = || {
        v.contains('.')
            && !v.ends_with(|c: char| c.is_ascii_digit())
            && v.split('.').all(|p| {
                !p.is_empty()
                    && p.bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"_[]()\"'?!".contains(&b))
                    && p.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                    && randomness::score(p.as_bytes()) < 0.5
            })
    };
    let markup =
        v.starts_with('<') || v.ends_with("/>") || v.starts_with("\\") || v.starts_with("%(");
    let format = v.contains("%s")
        || v.contains("%d")
        || v.contains("%v")
        || v.contains("{}")
        || v.contains("{0}")
        || v.contains("%1$");
    let regex = v.starts_with('^')
        || v.contains("[a-z")
        || v.contains("[A-Z")
        || v.contains("[0-9")
        || v.contains("\\d")
        || v.contains("\\w")
        || v.contains("(?")
        || v.contains(".*")
        || v.contains("[^");
    let braces = v.starts_with('{')
        || v.starts_with('[')
        || v.starts_with('(')
        || v.starts_with("&") && !quoted
        || v.starts_with('*') && !quoted;
    call || member
        || statement
        || markup
        || format
        || regex
        || braces
        || dotted()
        || !quoted && v.ends_with(['{', '(', '[', ';', ':'])
}
