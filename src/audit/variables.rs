//! Which variables of a template hold a secret, by what they are called, marked and said to be.

use crate::facts::{Dialect, Role, Value, entry};
use crate::judge::names::{self, NameSays};
use crate::link::Declared;

use super::Scene;
use super::scene::holds_secret;

impl<'p> Scene<'_, 'p> {
    /// Whether a variable holds a secret: it says so, or its name does, and its type is a text's.
    pub(crate) fn is_secret_variable(
        &self,
        module: usize,
        name: &'p str,
        part: Option<&str>,
    ) -> bool {
        if part.is_some_and(|part| !holds_secret(part)) {
            return false;
        }
        let declared = self.project.modules[module].named(Role::Variable, name);
        if declared.iter().any(|d| self.is_true(*d, "ephemeral")) {
            return false;
        }
        let named = holds_secret(part.unwrap_or(name));
        let marked = |d: &Declared<'p>| self.is_true(*d, "sensitive") && may_be_secret(*d);
        let may_be_value =
            |d: &Declared<'p>| self.may_be_text(*d) && !self.is_described_pointer(*d);
        declared.iter().any(marked) || named && declared.iter().all(may_be_value)
    }

    /// Whether a variable is said to hold the name or place of something: `description = "Path to the credentials"`.
    pub(crate) fn is_described_pointer(&self, variable: Declared<'p>) -> bool {
        let names = ["description", "Description"];
        let said = names.iter().find_map(|name| self.text(variable, name));
        said.is_some_and(|said| {
            let mut words = said
                .split(|c: char| !c.is_ascii_alphanumeric())
                .map(str::to_ascii_lowercase);
            let first = words.find(|w| {
                !w.is_empty() && !matches!(&**w, "the" | "a" | "an" | "full" | "optional")
            });
            let second = words.find(|w| !w.is_empty());
            let points = matches!(
                first.as_deref(),
                Some("path" | "name" | "arn" | "filename" | "location")
            );
            points && matches!(second.as_deref(), Some("to" | "of" | "for" | "in"))
        })
    }

    /// Whether the type of a variable is, or may be, a text's.
    pub(crate) fn may_be_text(&self, variable: Declared<'p>) -> bool {
        match entry(&variable.what.body, "type").map(|e| &e.value) {
            Some(Value::Reference(kind, _)) => matches!(&*kind.target, "string" | "any"),
            Some(Value::Literal(kind)) => self
                .meaning(variable.file, kind)
                .eq_ignore_ascii_case("string"),
            Some(_) => false,
            None => !matches!(
                entry(&variable.what.body, "default").map(|e| &e.value),
                Some(Value::List(_) | Value::Map(_))
            ),
        }
    }
}

/// Whether a variable that is marked as sensitive may be a secret by its name. In Bicep and ARM parameters are marked
/// that hold endpoints, names of accounts and whole objects of settings: there the name has to speak for itself.
fn may_be_secret(variable: Declared<'_>) -> bool {
    let says = names::says(&variable.what.name);
    match variable.what.dialect {
        Dialect::Azure => matches!(
            says,
            NameSays::Password | NameSays::Secret | NameSays::Maybe
        ),
        _ => !matches!(says, NameSays::About | NameSays::Digest) && !is_user(&variable.what.name),
    }
}

/// Whether a name is a user's, which people mark as they do the password beside it.
fn is_user(name: &str) -> bool {
    ends_with_one(name, &["user", "username", "login"])
}

/// Whether a name ends with one of some words, however its own are joined.
pub(super) fn ends_with_one(name: &str, words: &[&str]) -> bool {
    let name = name.replace(['_', '-'], "").to_ascii_lowercase();
    words.iter().any(|word| name.ends_with(word))
}
