//! Whether a text is code that tests other code: known by what it imports and declares, not by its path.

use memchr::memmem;

use crate::facts::Format;

/// Of these, one is enough.
const PYTHON: &[&str] = &[
    "import unittest",
    "from unittest",
    "import pytest",
    "from pytest",
    "from django.test",
    "TestCase)",
    "def test_",
];

/// JavaScript and TypeScript, Java and Kotlin, C#, Go, Swift, PHP.
const C_LIKE: &[&str] = &[
    "@Test",
    "org.junit",
    "org.testng",
    "'vitest'",
    "\"vitest\"",
    "@jest/globals",
    "node:test",
    "'chai'",
    "\"chai\"",
    "'tap'",
    "@playwright/test",
    "QUnit.",
    "[Fact]",
    "[TestMethod]",
    "[Test]",
    "*testing.T)",
    "XCTestCase",
    "PHPUnit",
    "#[test]",
];

/// Ruby, Perl, Elixir, R.
const HASH: &[&str] = &[
    "RSpec.describe",
    "Minitest",
    "Test::More",
    "ExUnit.Case",
    "test_that(",
];

/// Whether the text says so. Tests that stand at the end of what they test are not told apart.
pub(crate) fn is_test_code(text: &[u8], format: Format) -> bool {
    let has = |words: &[&str]| {
        words
            .iter()
            .any(|word| memmem::find(text, word.as_bytes()).is_some())
    };
    match format {
        Format::Python => has(PYTHON),
        Format::Hash => has(HASH),
        Format::CLike => has(C_LIKE) || describes(text),
        _ => false,
    }
}

/// Mocha, Jasmine, Jest, Cypress: `describe("...", () => { it("...", ...) })`.
fn describes(text: &[u8]) -> bool {
    let calls = |name: &str| {
        memmem::find_iter(text, name.as_bytes()).any(|at| {
            let own = at.checked_sub(1).is_none_or(|before| {
                !text[before].is_ascii_alphanumeric() && !b"._$".contains(&text[before])
            });
            own && matches!(text.get(at + name.len()), Some(b'\'' | b'"' | b'`'))
        })
    };
    calls("describe(") && (calls("it(") || calls("test("))
        || calls("test(") && memmem::find(text, b"expect(").is_some()
}

/// Bytes before a value in which the call that takes it begins.
const NEAR: usize = 400;
/// Lines after a value in which its answer stands.
const LINES: usize = 12;
/// Characters of the shortest digest or signature: 20 bytes in base64.
const SHORTEST_ANSWER: usize = 27;

/// Whether an assertion compares with what stands at `at`: its innermost call is one.
pub(crate) fn is_compared(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(NEAR)..at];
    let mut closed = 0;
    for (at, byte) in before.iter().enumerate().rev() {
        match byte {
            b')' => closed += 1,
            b'(' if closed == 0 => return compares(&before[..at]),
            b'(' => closed -= 1,
            b'\n' if closed == 0 && before[at..].trim_ascii().starts_with(b"assert ") => {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// Whether the name of a call, at the end of `before`, is of one that compares: `assertEqual`, `assert_eq!`, `toBe`.
fn compares(before: &[u8]) -> bool {
    let before = before.strip_suffix(b"!").unwrap_or(before);
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let start = before
        .iter()
        .rposition(|b| !is_part(b))
        .map_or(0, |end| end + 1);
    let name = before[start..].to_ascii_lowercase();
    const STARTS: &[&[u8]] = &[b"assert", b"tobe", b"toequal", b"tostrictequal"];
    STARTS.iter().any(|start| name.starts_with(start)) || name.ends_with(b"equal") || name == b"eql"
}

/// Whether what stands at `at` has a known answer: one of the next lines of the same test compares with a signature or digest.
pub(crate) fn has_answer(text: &[u8], at: usize) -> bool {
    const NEXT: &[&[u8]] = &[
        b"def ",
        b"class ",
        b"it(",
        b"test(",
        b"describe(",
        b"func ",
        b"fn ",
        b"@",
    ];
    let lines = text[at..].split(|b| *b == b'\n').skip(1).take(LINES);
    let own = lines.take_while(|line| !NEXT.iter().any(|next| line.trim_ascii().starts_with(next)));
    let mut own = own.filter(|line| memmem::find(line, b"ssert").is_some() || is_equal(line));
    own.any(holds_token)
}

fn is_equal(line: &[u8]) -> bool {
    [&b".toBe("[..], b"qual("]
        .iter()
        .any(|word| memmem::find(line, word).is_some())
}

/// Whether a line has a token in quotes.
fn holds_token(line: &[u8]) -> bool {
    let parts = line
        .split(|b| matches!(b, b'"' | b'\'' | b'`'))
        .skip(1)
        .step_by(2);
    let is_token = |part: &[u8]| {
        let drawn = part
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(b));
        drawn && part.len() >= SHORTEST_ANSWER && part.iter().any(u8::is_ascii_digit)
    };
    parts.into_iter().any(is_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_sign(text: &str) -> (String, usize) {
        let text = format!("\n{text}");
        let at = text.find('@').unwrap_or_default();
        (text, at)
    }

    #[test]
    fn assertions_compare() {
        for text in [
            "self.assertEqual(derive('a'), b'@')",
            "self.assertEqual(\n    fetch('a').body,\n    b'@',\n)",
            "assert header == '@'",
            "expect(sign('a')).toBe('@')",
            "assert_eq!(mac, \"@\");",
        ] {
            let (text, at) = at_sign(text);
            assert!(is_compared(text.as_bytes(), at), "{text}");
        }
        for text in [
            "assertTrue(login('admin', '@'))",
            "assert login('admin', '@')",
            "client = connect('@')",
        ] {
            let (text, at) = at_sign(text);
            assert!(!is_compared(text.as_bytes(), at), "{text}");
        }
    }

    #[test]
    fn a_key_whose_signature_is_known_has_an_answer() {
        for text in [
            "key = '@'\nmac = sign(key)\nself.assertEqual(mac, b'1njQtmmeYO41N5EWEzD2kAjjEKRZ5kPZ')",
            "const key = '@';\nexpect(sign(key)).toEqual('ee4a8acf9d5958354fb79a95ae20692d');",
        ] {
            let (text, at) = at_sign(text);
            assert!(has_answer(text.as_bytes(), at), "{text}");
        }
        for text in [
            "key = '@'\nassert login(key).name == 'administrator'",
            "key = '@'\ndef test_b():\n    assert x == '1njQtmmeYO41N5EWEzD2kAjjEKRZ5kPZ'",
            "key = '@'\nother = '1njQtmmeYO41N5EWEzD2kAjjEKRZ5kPZ'",
        ] {
            let (text, at) = at_sign(text);
            assert!(!has_answer(text.as_bytes(), at), "{text}");
        }
    }

    #[test]
    fn tests_are_known_by_what_they_say() {
        for (text, format) in [
            ("import pytest\n", Format::Python),
            ("class A(TestCase):\n", Format::Python),
            ("describe('a', () => { it('b', () => {}) })", Format::CLike),
            ("test('a', () => { expect(1).toBe(1) })", Format::CLike),
            ("func TestA(t *testing.T) {", Format::CLike),
            ("@Test\npublic void a() {", Format::CLike),
            ("RSpec.describe A do", Format::Hash),
        ] {
            assert!(is_test_code(text.as_bytes(), format), "{text}");
        }
        for (text, format) in [
            ("def latest_token():\n    pass\n", Format::Python),
            ("rds.describe('a'); wait('b')", Format::CLike),
            ("describe(stack); it(1)", Format::CLike),
            ("if (/a/.test('b')) {}", Format::CLike),
            ("import pytest", Format::Prose),
        ] {
            assert!(!is_test_code(text.as_bytes(), format), "{text}");
        }
    }
}
