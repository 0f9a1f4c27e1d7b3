//! A secret that a deployment copies to where its value can be read, and where it comes from.

use super::scene::holds_secret;

/// A secret that the deployment copies.
pub(crate) struct Copied {
    /// In words.
    pub(crate) what: String,
    /// Whether the deployment is given it: then it is a secret as far as its name says.
    pub(crate) is_given: bool,
}

impl Copied {
    /// The deployment fetches it from where it is kept.
    pub(super) fn kept(what: &str) -> Self {
        Self {
            what: what.to_owned(),
            is_given: false,
        }
    }

    pub(super) fn given(what: String) -> Self {
        Self {
            what,
            is_given: true,
        }
    }
}

/// What `NAME:SecretString:KEY` of a dynamic reference gives; a key may be that of a user name.
pub(super) fn of_secret(target: &str) -> Option<&'static str> {
    let mut parts = target.rsplit("SecretString:");
    let key = parts.next().filter(|_| parts.next().is_some());
    let key = key
        .and_then(|key| key.split(':').next())
        .unwrap_or_default();
    (key.is_empty() || holds_secret(key)).then_some("the value of a secret in AWS Secrets Manager")
}

/// What `-secure:PATH:VERSION` or `:PATH:VERSION` gives; a plain parameter is a secret if it is named as one.
pub(super) fn of_parameter(target: &str) -> Option<&'static str> {
    let path = target.trim_start_matches(':').split(':').next();
    let last = path.and_then(|path| path.rsplit('/').next());
    (target.starts_with("-secure") || last.is_some_and(holds_secret))
        .then_some("the value of a secret parameter")
}
