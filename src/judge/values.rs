//! What a value is, when it is no secret: the classes that literals fall in, each with what it looks like.

use std::borrow::Cow;

use crate::judge::placeholders;
use crate::reference;

mod public;
mod shapes;

pub(crate) use public::is_anonymous;
use shapes::{
    is_chosen, is_code, is_encoded, is_encrypted, is_formatted, is_hash, is_identifier, is_number,
    is_password_hash, is_path, is_prose, is_sequence, is_translation, is_url, is_uuid, is_word,
    is_word_and_digits,
};

/// A class of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueClass {
    /// A pointer to where a secret is kept, or a template.
    Reference,
    /// Ciphertext of SOPS, ansible-vault, sealed secrets, age and the like.
    Encrypted,
    /// A one-way hash of a password.
    PasswordHash,
    /// Made to be given away: a public key, a token for browsers, the identifier of a resource.
    Public,
    /// Stands for a value that a user is to fill in.
    Placeholder,
    /// Printed in a provider's documentation as an example.
    PublishedExample,
    /// An expression or a name of a program.
    Code,
    /// Names, words and separators: `user.password.reset`, `my-secret-name`.
    Identifier,
    /// A file path.
    Path,
    /// A URL without a password.
    Url,
    /// RFC 9562.
    Uuid,
    /// Hexadecimal of the length of a digest.
    Hash,
    /// A date, time, version, address, colour, size.
    Formatted,
    /// Digits.
    Number,
    /// Words with spaces.
    Prose,
    /// Letters beyond ASCII: text for people.
    Translation,
    /// A counting, repeated or keyboard sequence.
    Sequence,
    /// Base64 of readable text.
    Encoded,
    /// Words and digits, long and mixed: a password that a person thought about.
    Chosen,
    /// A word and a few digits.
    WordAndDigits,
    /// A single word of lower-case letters.
    Word,
    /// Too short to protect anything, or empty.
    Short,
    /// None of these.
    Opaque,
}

/// The class of `value`; `quoted` is false for bare words, where code is likelier.
pub(crate) fn classify(value: &str, quoted: bool) -> ValueClass {
    let decoded = percent_decoded(value.trim());
    let v = without_scheme(&decoded);
    if v.len() < 4 {
        return ValueClass::Short;
    }
    if is_encrypted(v) {
        return ValueClass::Encrypted;
    }
    if is_password_hash(v) {
        return ValueClass::PasswordHash;
    }
    if public::is_public(v) {
        return ValueClass::Public;
    }
    if reference::parse(v).is_some() {
        return ValueClass::Reference;
    }
    if placeholders::is_published(v) {
        return ValueClass::PublishedExample;
    }
    if placeholders::is_placeholder(v) {
        return ValueClass::Placeholder;
    }
    by_shape(v, quoted)
}

/// `%2F` as it is meant: what was encoded for an address is no more random than before.
fn percent_decoded(v: &str) -> Cow<'_, str> {
    let hex = |at: usize| {
        v.get(at + 1..at + 3)
            .and_then(|h| u8::from_str_radix(h, 16).ok())
    };
    if !v.match_indices('%').any(|(at, _)| hex(at).is_some()) {
        return Cow::Borrowed(v);
    }
    let mut bytes = Vec::with_capacity(v.len());
    let mut at = 0;
    while at < v.len() {
        let escape = (v.as_bytes()[at] == b'%').then(|| hex(at)).flatten();
        bytes.push(escape.unwrap_or(v.as_bytes()[at]));
        at += if escape.is_some() { 3 } else { 1 };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(v), Cow::Owned)
}

/// Headers name their scheme before the credential.
fn without_scheme(v: &str) -> &str {
    const SCHEMES: &[&str] = &[
        "Basic ", "Bearer ", "bearer ", "basic ", "Token ", "token ", "ApiKey ", "Key ",
    ];
    SCHEMES.iter().find_map(|s| v.strip_prefix(s)).unwrap_or(v)
}

fn by_shape(v: &str, quoted: bool) -> ValueClass {
    type Test = fn(&str) -> bool;
    const SHAPES: &[(Test, ValueClass)] = &[
        (is_uuid, ValueClass::Uuid),
        (is_url, ValueClass::Url),
        (is_sequence, ValueClass::Sequence),
        (is_number, ValueClass::Number),
        (is_formatted, ValueClass::Formatted),
        (is_translation, ValueClass::Translation),
        (is_prose, ValueClass::Prose),
        (is_hash, ValueClass::Hash),
        (is_encoded, ValueClass::Encoded),
        (is_path, ValueClass::Path),
        (is_word, ValueClass::Word),
        (is_chosen, ValueClass::Chosen),
        (is_word_and_digits, ValueClass::WordAndDigits),
        (is_identifier, ValueClass::Identifier),
    ];
    if is_code(v, quoted) {
        return ValueClass::Code;
    }
    SHAPES
        .iter()
        .find(|(test, _)| test(v))
        .map_or(ValueClass::Opaque, |&(_, class)| class)
}

#[cfg(test)]
mod tests {
    use super::{ValueClass, classify};

    #[test]
    fn what_rules_for_passwords_ask_for_was_chosen() {
        for value in ["Bergwerk#Stollen9", "Tannen!Zapfen4"] {
            assert_eq!(classify(value, true), ValueClass::Chosen, "{value}");
        }
        for value in [
            "Bergwerk_Stollen9",
            "bergwerk#stollen9",
            "Bergwerk#Stollen",
            "Berg#St9",
        ] {
            assert_ne!(classify(value, true), ValueClass::Chosen, "{value}");
        }
    }
}
