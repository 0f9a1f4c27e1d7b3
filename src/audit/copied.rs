//! A secret that a deployment copies to where its value can be read, and where it comes from.

use crate::judge::names;

use super::pipeline::is_harmless;
use super::scene::{holds_secret, is_about};

/// A secret that the deployment copies.
pub(crate) struct Copied {
    /// In words.
    pub(crate) what: String,
    /// Whether the deployment is given it: then it is a secret as far as its name says.
    pub(crate) is_given: bool,
    /// Whether only the place where it is kept speaks for it: neither its name there nor the one that it gets here does.
    pub(crate) is_open: bool,
}

impl Copied {
    /// The deployment fetches it from where it is kept.
    pub(super) fn kept(what: &str) -> Self {
        Self {
            what: what.to_owned(),
            is_given: false,
            is_open: false,
        }
    }

    pub(super) fn given(what: String) -> Self {
        Self {
            is_given: true,
            ..Self::kept(&what)
        }
    }

    /// The same of one field of what is kept, which gets a name here: people keep names and addresses beside a secret.
    pub(super) fn field(self, field: Option<&str>, name: &str) -> Option<Self> {
        let Some(field) = field.filter(|field| !field.is_empty()) else {
            return Some(self);
        };
        if [field, name]
            .into_iter()
            .any(|one| holds_secret(one) || holds_login(one))
        {
            return Some(self);
        }
        let is_open = true;
        (!is_plain(field)).then_some(Self { is_open, ..self })
    }
}

/// Whether a field of a secret is plainly none by itself.
pub(super) fn is_plain(field: &str) -> bool {
    const PLAIN: &[&str] = &[
        "database",
        "db",
        "dbname",
        "debug",
        "identifier",
        "locale",
        "queue",
        "ssl",
        "stage",
        "topic",
    ];
    let is_last = |word: &&str| {
        field.len() >= word.len()
            && field.is_char_boundary(field.len() - word.len())
            && field[field.len() - word.len()..].eq_ignore_ascii_case(word)
    };
    names::stands_beside(field)
        || is_about(field)
        || is_harmless(field)
        || PLAIN.iter().any(is_last)
}

/// Whether a name is that of an address with a login in it, as those of databases, queues and webhooks are: `DATABASE_URL`.
pub(super) fn holds_login(name: &str) -> bool {
    const STORES: &[&str] = &[
        "amqp",
        "broker",
        "cloudamqp",
        "database",
        "db",
        "mongo",
        "mongodb",
        "mysql",
        "pg",
        "postgres",
        "postgresql",
        "rabbitmq",
        "redis",
        "webhook",
    ];
    let name = name.to_ascii_lowercase();
    let address = name
        .strip_suffix("url")
        .or_else(|| name.strip_suffix("uri"));
    let mut words = address
        .into_iter()
        .flat_map(|rest| rest.split(['_', '-', '.']));
    words.any(|word| STORES.contains(&word))
}

/// The field of `NAME:SecretString:KEY` of a dynamic reference; the name may be an ARN.
pub(super) fn field_of_secret(target: &str) -> Option<&str> {
    let (_, key) = target.rsplit_once("SecretString:")?;
    key.split(':').next()
}

/// What `-secure:PATH:VERSION` or `:PATH:VERSION` gives; a plain parameter is a secret if it is named as one.
pub(super) fn of_parameter(target: &str) -> Option<&'static str> {
    let path = target.trim_start_matches(':').split(':').next();
    let last = path.and_then(|path| path.rsplit('/').next());
    (target.starts_with("-secure") || last.is_some_and(holds_secret))
        .then_some("the value of a secret parameter")
}
