//! Which variables of a template hold a secret, by what they are called, marked and said to be.

use crate::facts::{Dialect, Role, Value, entry};
use crate::judge::names::{self, NameSays};
use crate::link::{Declared, Leaf};

use super::Scene;
use super::copied::{Copied, holds_login, is_plain};
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
        // A part has a type of its own.
        let is_part = |d: &Declared<'p>| part.is_some() && self.is_true(*d, "sensitive");
        let may_be_text = |d: &Declared<'p>| is_part(d) || self.may_be_text(*d);
        let may_be_value = |d: &Declared<'p>| may_be_text(d) && !self.is_described_pointer(*d);
        declared.iter().any(marked) || named && declared.iter().all(may_be_value)
    }

    /// What is taken for a secret because of the name that it gets, though its own does not say so: `API_TOKEN = var.tok`.
    pub(super) fn asked(&self, leaf: &Leaf<'p>, target: &'p str, name: &str) -> Option<Copied> {
        let mut parts = target.split('.');
        let (root, first) = (parts.next()?, parts.next()?);
        let last = leaf.part.last().copied().or(parts.next_back());
        if is_plain(last.unwrap_or(first)) {
            return None;
        }
        let module = &self.project.modules[leaf.module];
        match root {
            "var" => {
                let declared = module.named(Role::Variable, first);
                let may_be = |d: &Declared<'p>| self.may_be_asked(*d, name, last.is_some());
                let is_given = !declared.is_empty() && declared.iter().all(may_be);
                is_given.then(|| Copied::given(format!("{} {first}", self.word(leaf.module))))
            }
            "module" if asks(name) && !module.uses(first) => {
                Some(Copied::given(format!("{} of module {first}", last?)))
            }
            "data" if asks(name) && first == "terraform_remote_state" => {
                Some(Copied::given(format!("{} of another state", last?)))
            }
            "data" if asks(name) && first == "aws_ssm_parameter" => {
                (last? == "value").then(|| Copied::kept("the value of a parameter"))
            }
            "aws_ssm_parameter" if asks(name) => (matches!(last?, "value" | "insecure_value"))
                .then(|| Copied::kept("the value of a parameter")),
            _ => None,
        }
    }

    /// Whether a variable may hold what a name asks for. One that is marked does for the address of a database, too.
    fn may_be_asked(&self, variable: Declared<'p>, name: &str, is_part: bool) -> bool {
        let is_marked = self.is_true(variable, "sensitive");
        let may_be_text = is_part || self.may_be_text(variable);
        let is_asked = asks(name) || is_marked && (holds_secret(name) || holds_login(name));
        is_asked
            && may_be_text
            && !self.is_true(variable, "ephemeral")
            && !self.is_described_pointer(variable)
    }

    /// Whether `NAME.value` or `NAME.KEY.value` is of a parameter of Systems Manager that is kept encrypted, or named as one
    /// that should be.
    pub(super) fn is_secret_data(
        &self,
        module: usize,
        mut parts: std::str::Split<'p, char>,
    ) -> bool {
        let (Some(data), Some("value")) = (parts.next(), parts.next_back()) else {
            return false;
        };
        let found = self.project.modules[module].named(Role::Data, data);
        parts.next().is_some_and(holds_secret)
            || found.iter().any(|d| self.is_secret_parameter(*d))
            || found.is_empty() && holds_secret(data)
    }

    fn is_secret_parameter(&self, data: Declared<'p>) -> bool {
        let name = entry(&data.what.body, "name").map(|e| match &e.value {
            Value::Concat(parts) => parts.last().and_then(|last| self.constant(data.file, last)),
            value => self.constant(data.file, value),
        });
        let last = name.flatten().and_then(|name| name.rsplit('/').next());
        holds_secret(&data.what.name) || last.is_some_and(holds_secret)
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
        Dialect::Azure => {
            let speaks = [NameSays::Password, NameSays::Secret, NameSays::Maybe];
            let name = &*variable.what.name;
            speaks.contains(&says)
                || holds_login(name)
                || ends_with_one(name, &["conn", "connection"])
        }
        _ => !matches!(says, NameSays::About | NameSays::Digest) && !is_user(&variable.what.name),
    }
}

/// Whether a name asks for a secret itself: what is called a secret is often given its name or ARN, and a key is one of an
/// object as often as one that opens something.
fn asks(name: &str) -> bool {
    const POINTED: &[&str] = &[
        "secret",
        "secrets",
        "cred",
        "creds",
        "credential",
        "credentials",
        "key",
        "keys",
    ];
    const OPENS: &[&str] = &[
        "apikey",
        "accesskey",
        "secretkey",
        "privatekey",
        "signingkey",
        "encryptionkey",
        "authkey",
        "masterkey",
    ];
    holds_secret(name) && (!ends_with_one(name, POINTED) || ends_with_one(name, OPENS))
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
