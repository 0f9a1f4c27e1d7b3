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

#[cfg(test)]
mod tests {
    use super::*;

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
