//! One line of a baseline: `PATH CLASS RULE VALUE [NUMBER]`.

use std::fmt;

use super::super::identity::Identity;
use crate::finding::Finding;
use crate::rule::Class;

/// A finding that was there before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// As reports name it.
    pub path: String,
    /// Class of the rule.
    pub class: Class,
    /// The rule that named it when the entry was written.
    pub rule: String,
    /// What stands for the value.
    pub value: Value,
    /// From 1; more than that for further equal findings in the same file.
    pub number: u32,
}

/// What stands for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Sixteen bits of the hash of a value that can be guessed, or of what a finding without one is about.
    Tag(u16),
    /// The whole hash of a long random token.
    Hash([u8; 16]),
}

impl Value {
    pub(super) fn of(identity: &Identity) -> Self {
        match identity.guessable {
            true => Self::Tag(identity.tag()),
            false => Self::Hash(identity.hash),
        }
    }

    /// Whether it stands for this value.
    pub(super) fn is(&self, identity: &Identity) -> bool {
        match self {
            Self::Tag(tag) => *tag == identity.tag(),
            Self::Hash(hash) => *hash == identity.hash,
        }
    }

    /// The sixteen bits that both forms have.
    pub(super) fn tag(&self) -> u16 {
        match self {
            Self::Tag(tag) => *tag,
            Self::Hash(hash) => u16::from_be_bytes([hash[0], hash[1]]),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let lower_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if !word.bytes().all(lower_hex) {
            return None;
        }
        match word.len() {
            4 => u16::from_str_radix(word, 16).ok().map(Self::Tag),
            32 => u128::from_str_radix(word, 16)
                .ok()
                .map(|hash| Self::Hash(hash.to_be_bytes())),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => write!(f, "{tag:04x}"),
            Self::Hash(hash) => write!(f, "{:032x}", u128::from_be_bytes(*hash)),
        }
    }
}

impl Entry {
    /// The entry for a finding.
    pub(super) fn of(finding: &Finding, identity: &Identity, number: u32) -> Self {
        Self {
            path: finding.place.path.to_string(),
            class: finding.class,
            rule: finding.rule.to_string(),
            value: Value::of(identity),
            number,
        }
    }

    /// Reads a line that is neither empty nor a comment.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(line: &str) -> Result<Self, &'static str> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (path, class, rule, value, number) = match words.as_slice() {
            [path, class, rule, value] => (path, class, rule, value, None),
            [path, class, rule, value, number] => (path, class, rule, value, Some(number)),
            _ => return Err("expected `PATH CLASS RULE VALUE`"),
        };
        let of_rule = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if !rule.bytes().all(of_rule) {
            return Err("the third word is no rule");
        }
        Ok(Self {
            path: unescaped(path),
            class: Class::parse(class).ok_or("the second word is no class")?,
            rule: (*rule).to_owned(),
            value: Value::parse(value).ok_or("the fourth word is no tag or hash")?,
            number: match number.map(|number| number.parse()) {
                None => 1,
                Some(Ok(number @ 2..)) => number,
                Some(_) => return Err("the fifth word is no number from 2"),
            },
        })
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, rule, value) = (self.class.as_str(), &self.rule, self.value);
        write!(f, "{} {class} {rule} {value}", escaped(&self.path))?;
        match self.number {
            0 | 1 => Ok(()),
            number => write!(f, " {number}"),
        }
    }
}

/// A path as one word that starts no comment and no mark of a merge conflict. Reports have `%` and bytes that are no
/// text encoded already.
fn escaped(path: &str) -> String {
    let mut word = String::with_capacity(path.len());
    for (at, c) in path.chars().enumerate() {
        let marks = at == 0 && matches!(c, '#' | '<' | '=' | '>' | '|' | '\u{feff}');
        if c.is_control() || c.is_whitespace() || marks {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                word.push_str(&format!("%{byte:02X}"));
            }
        } else {
            word.push(c);
        }
    }
    word
}

/// Takes back what `escaped` did, and nothing that was encoded before: a percent sign, or bytes that are no text.
fn unescaped(word: &str) -> String {
    let mut path = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find('%') {
        path.push_str(&rest[..at]);
        rest = &rest[at..];
        let (text, length) = character(rest).unwrap_or(("%".to_owned(), 1));
        path.push_str(&text);
        rest = &rest[length..];
    }
    path + rest
}

/// The character that a run of `%XX` at the start stands for, and its length there.
fn character(text: &str) -> Option<(String, usize)> {
    let byte = |at: usize| {
        let digits = text.get(3 * at..)?.strip_prefix('%')?.get(..2)?;
        u8::from_str_radix(digits, 16).ok()
    };
    let first = byte(0)?;
    let count = match first {
        b'%' => return None,
        0..0x80 => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => return None,
    };
    let bytes: Option<Vec<u8>> = (0..count).map(byte).collect();
    String::from_utf8(bytes?).ok().map(|text| (text, 3 * count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry {
        Entry {
            path: path.to_owned(),
            class: Class::Leak,
            rule: "hardcoded-secret".to_owned(),
            value: Value::Tag(0x3f2a),
            number: 1,
        }
    }

    #[test]
    fn lines_are_read_back() {
        assert_eq!(entry("a.py").to_string(), "a.py leak hardcoded-secret 3f2a");
        let paths = [
            "a b/c.py",
            "#x",
            "=======",
            "<<<<<<<",
            "a\n::error::x",
            "%25/ü",
            "x%FF\ty",
            "\u{2028}",
            "%2520",
            "a#b",
            "\u{feff}x",
            "x%E2%80\u{a0}",
            "x%e2",
        ];
        for path in paths {
            for (number, value) in [(1, Value::Tag(3)), (7, Value::Hash([0xab; 16]))] {
                let entry = Entry {
                    number,
                    value,
                    ..entry(path)
                };
                let line = entry.to_string();
                assert_eq!(Entry::parse(&line).as_ref(), Ok(&entry), "{line}");
                assert!(!line.starts_with(['#', '<', '=', '>', '|']), "{line}");
                assert!(!line.chars().any(char::is_control), "{line}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (line, part) in [
            ("a leak rule", "expected"),
            ("a leak rule 3f2a 2 x", "expected"),
            ("a lek rule 3f2a", "no class"),
            ("a leak r:le 3f2a", "no rule"),
            ("a leak rule 3F2A", "no tag"),
            ("a leak rule 3f2", "no tag"),
            ("a leak rule 3f2a 1", "no number"),
            ("a leak rule 3f2a -2", "no number"),
        ] {
            let problem = Entry::parse(line).unwrap_err();
            assert!(problem.contains(part), "{line}: {problem}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_path_is_read_back(path in "[a-z%#<=>|/ \t\u{85}\u{2028}\\PC]{1,12}") {
            // Reports have percent signs encoded.
            let path = path.replace('%', "%25");
            let line = entry(&path).to_string();
            proptest::prop_assert_eq!(Entry::parse(&line).unwrap().path, path);
        }

        #[test]
        fn any_line_is_read_or_refused(line in "[a-f0-9 %leak\\PC]{0,40}") {
            if let Ok(entry) = Entry::parse(&line) {
                proptest::prop_assert_eq!(Entry::parse(&entry.to_string()), Ok(entry));
            }
        }
    }
}
