//! Strings a finger or a counter makes: `aaaa`, `abc123`, `qwerty`, `1qaz2wsx`.
//!
//! Three shapes cover them. A value cut wholly into runs of three or more that
//! keep one step (same byte, next byte, next key), a value where each byte
//! is the same step from the one a fixed distance before it, or bytes in
//! hexadecimal that keep one step: `0f0e0d0c0b0a`.

/// Bytes looked at together; longer values are cut into parts of this size.
const PART: usize = 128;
/// Runs shorter than this prove nothing.
const RUN: usize = 3;
/// The longest unit whose repetition counts.
const UNIT: usize = 16;
/// One key right and one key down, in `KEY`.
const RIGHT: i16 = 1;
const DOWN: i16 = 16;

/// Where each byte's key lies: row * 16 + column, 0 for no key.
static KEY: [u8; 256] = keys();

const fn keys() -> [u8; 256] {
    let rows: [&[u8]; 5] = [
        b"1234567890-=",
        b"qwertyuiop[]",
        b"asdfghjkl;'",
        b"zxcvbnm,./",
        b"!@#$%^&*()",
    ];
    let mut map = [0; 256];
    let mut row = 0;
    while row < rows.len() {
        let mut column = 0;
        while column < rows[row].len() {
            // The last row is the first with shift held.
            map[rows[row][column] as usize] = ((row % 4 + 1) * 16 + column) as u8;
            column += 1;
        }
        row += 1;
    }
    map
}

/// Every byte in lower case; 0 for the marks that only divide a value.
static FOLD: [u8; 256] = folds();

const fn folds() -> [u8; 256] {
    let mut map = [0; 256];
    let mut code = 0;
    while code < 256 {
        map[code] = match code as u8 {
            b'-' | b'_' | b'.' | b':' | b' ' => 0,
            byte => byte.to_ascii_lowercase(),
        };
        code += 1;
    }
    map
}

/// Whether the value is a keyboard walk, a count, an alphabet, one repeated
/// unit, or a chain of these. Case and `-_.: ` are looked through; one byte in
/// eight may stand outside.
///
/// ```text
/// qwertyuiop  1qaz2wsx  abcdef0123456789  abcabcabc  1122334455  a1b2c3d4
/// ```
pub fn is_sequence(value: &[u8]) -> bool {
    value.len() >= RUN
        && value
            .chunks(PART)
            .all(|part| part.len() < RUN || part_is_sequence(part))
}

fn part_is_sequence(part: &[u8]) -> bool {
    let mut buffer = [0; PART];
    let mut length = 0;
    for &byte in part {
        let folded = FOLD[usize::from(byte)];
        buffer[length % PART] = folded;
        length += usize::from(folded != 0);
    }
    let text = &buffer[..length];
    length == 0 || is_runs(text) || is_periodic(text) || is_hex_count(text)
}

/// Whether runs of one step cover the text, but for one byte in eight.
fn is_runs(text: &[u8]) -> bool {
    let (mut at, mut outside) = (0, 0);
    while at < text.len() {
        let length = run_length(&text[at..]);
        if length >= RUN {
            at += length;
        } else {
            at += 1;
            outside += 1;
        }
        if outside * 8 > text.len() {
            return false;
        }
    }
    true
}

/// Length of the longest run of one step at the start of the text.
fn run_length(text: &[u8]) -> usize {
    match text {
        [first, second, ..] if touches(*first, *second) => {
            run_by(text, code_step).max(run_by(text, key_step))
        }
        _ => 0,
    }
}

fn run_by(text: &[u8], step: impl Fn(u8, u8) -> i16) -> usize {
    let mut steps = text.windows(2).map(|pair| step(pair[0], pair[1]));
    match steps.next() {
        None | Some(NONE) => 0,
        Some(want) => 2 + steps.take_while(|&step| step == want).count(),
    }
}

/// Whether each byte lies one fixed step from the byte `period` before it.
fn is_periodic(text: &[u8]) -> bool {
    (1..=UNIT.min(text.len() / 2))
        .any(|period| touches(text[0], text[period]) && has_period(text, period))
}

/// Whether four bytes or more, written in hexadecimal, keep one step.
fn is_hex_count(text: &[u8]) -> bool {
    let digit = |byte: u8| (byte as char).to_digit(16).map(|d| d as u8);
    let byte = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    let at = |i: usize| text.get(2 * i..2 * i + 2).and_then(byte);
    let (Some(first), Some(second)) = (at(0), at(1)) else {
        return false;
    };
    let step = second.wrapping_sub(first);
    let counts = |i: usize| at(i) == Some(first.wrapping_add(step.wrapping_mul(i as u8)));
    text.len() >= 8 && text.len().is_multiple_of(2) && (2..text.len() / 2).all(counts)
}

/// A quick look that sorts out most pairs that no step joins.
fn touches(from: u8, to: u8) -> bool {
    let keys = KEY[usize::from(to)].wrapping_sub(KEY[usize::from(from)]);
    to.wrapping_sub(from).wrapping_add(1) <= 2 || matches!(keys, 1 | 255 | 16 | 240)
}

#[cold]
fn has_period(text: &[u8], period: usize) -> bool {
    let long = text.len() >= 2 * period + 2;
    text[..text.len() - period] == text[period..]
        || long && (keeps(text, period, code_step) || keeps(text, period, key_step))
}

fn keeps(text: &[u8], period: usize, step: impl Fn(u8, u8) -> i16) -> bool {
    let want = step(text[0], text[period]);
    let mut pairs = text.iter().zip(&text[period..]);
    want != NONE && pairs.all(|(a, b)| step(*a, *b) == want)
}

/// No step: a value that no step has.
const NONE: i16 = i16::MAX;

/// Step between letters or digits that are equal or neighbours in ASCII.
fn code_step(from: u8, to: u8) -> i16 {
    match i16::from(to) - i16::from(from) {
        step @ -1..=1 => step,
        _ => NONE,
    }
}

/// Step between keys that touch in a row or a column.
fn key_step(from: u8, to: u8) -> i16 {
    let (from, to) = (KEY[usize::from(from)], KEY[usize::from(to)]);
    if from == 0 || to == 0 {
        return NONE;
    }
    match i16::from(to) - i16::from(from) {
        step if step.abs() == RIGHT || step.abs() == DOWN => step,
        _ => NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::is_sequence;

    const SEQUENCES: &[&str] = &[
        "aaaaaaaaaaaaaaa",
        "abc123",
        "abcdef0123456789",
        "0123456789abcdef",
        "qwertyuiop",
        "asdfgh",
        "1qaz2wsx",
        "zaq12wsx",
        "qazwsxedc",
        "1q2w3e4r",
        "a1b2c3d4e5",
        "abcabcabc",
        "12341234",
        "1122334455",
        "9876543210",
        "zyxwvutsrq",
        "QWERTY123456",
        "!@#$%^&*",
        "abcdefghijklmnopqrstuvwxyz",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000-000000000001",
        "12345678-1234-1234-1234-123456789012",
        "deadbeefdeadbeef",
        "xxxxxxxxxxxxx",
        "--------",
        "xxxx-xxxx-xxxx",
        "aabbccddeeff",
        "0F0E0D0C0B0A09080706050403020100",
        "00112233445566778899aabbccddeeff",
        "123123",
    ];

    #[test]
    fn finds_walks_counts_and_repeats() {
        for value in SEQUENCES {
            assert!(is_sequence(value.as_bytes()), "{value}");
        }
        assert!(is_sequence(&[b'x'; 1000]));
    }

    #[test]
    fn leaves_words_and_secrets() {
        for value in [
            "",
            "a",
            "ab",
            "password",
            "correcthorse",
            "Xk29vQz7",
            "9f86d081884c7d65",
            "Summer2024!",
            "admin123",
            "getSecretValue",
            "asset",
            "werewolf",
            "stuvwBgHq",
            "4815162342",
            "letmein",
            "my-secret-name",
            "b7f1kq02mxz8",
            "0a4f5c6e7d2b1398",
            "password123",
            "test-abc-token",
        ] {
            assert!(!is_sequence(value.as_bytes()), "{value}");
        }
    }
}
