//! barekey.yaml: what a project says about its scans. Data only: it runs nothing and reaches nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::rule::Severity;
use crate::schema::ProviderFile;

pub(crate) mod file;
pub(crate) mod glob;
mod load;
mod read;

pub use file::FileError;
pub use glob::BadPattern;
pub use load::ConfigError;
pub(crate) use load::nearest;

/// The settings of a project.
#[derive(Debug, Clone)]
pub struct Config {
    /// Globs of paths that are not scanned.
    pub skip: Vec<String>,
    /// Whether the built-in rules are on.
    pub builtin: bool,
    /// What is said about single rules.
    pub rules: BTreeMap<String, RuleSetting>,
    /// What is allowed to stand: an entry holds a finding when all its fields match.
    pub allow: Vec<AllowEntry>,
    /// Rules of the project's own.
    pub custom: Vec<ProviderFile>,
}

/// What is said about one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSetting {
    /// On or off.
    pub enabled: bool,
    /// Instead of the rule's own.
    pub severity: Option<Severity>,
}

/// One thing that may stand.
#[derive(Debug, Clone, Default)]
pub struct AllowEntry {
    /// Any of these rules.
    pub rules: Vec<String>,
    /// Any of these globs.
    pub paths: Vec<String>,
    /// Any of these regexes matches the secret.
    pub values: Vec<String>,
    /// Why.
    pub reason: Option<String>,
}

/// The names under which a configuration is looked for, in this order.
pub const FILE_NAMES: [&str; 2] = ["barekey.yaml", ".barekey.yaml"];

impl Config {
    /// The configuration file of a tree, if it has one. Whether it can be read is for [`Config::load`] to say: a link
    /// or a device of that name is an error and not overlooked.
    #[must_use]
    pub fn find(root: &Path) -> Option<PathBuf> {
        FILE_NAMES
            .iter()
            .map(|name| root.join(name))
            .find(|path| path.symlink_metadata().is_ok())
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it is no regular file of at most 1 MiB, or does not say what a configuration can say.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        load::load(path)
    }

    /// Reads a configuration that was in this file.
    ///
    /// # Errors
    /// When it does not say what a configuration can say.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self, ConfigError> {
        load::read(path, bytes)
    }

    /// Checks that every rule named in `rules` and `allow` is one of `known`.
    ///
    /// # Errors
    /// For the first that is not, with its place and the nearest one.
    pub fn check_names(&self, known: &[&str]) -> Result<(), BadPattern> {
        let settings = self.rules.keys().map(|id| ("rules".to_owned(), id));
        let allowed = self.allow.iter().enumerate();
        let allowed = allowed.flat_map(|(n, entry)| {
            entry
                .rules
                .iter()
                .map(move |id| (format!("allow[{n}].rule"), id))
        });
        let Some((place, id)) = settings
            .chain(allowed)
            .find(|(_, id)| !known.contains(&id.as_str()))
        else {
            return Ok(());
        };
        let near = nearest(id, known.iter().copied());
        let near = near
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        Err(BadPattern {
            place,
            message: format!("unknown rule `{id}`{near}"),
        })
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            skip: Vec::new(),
            builtin: true,
            rules: BTreeMap::new(),
            allow: Vec::new(),
            custom: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rules_are_checked() {
        let mut config = Config::default();
        assert!(config.check_names(&[]).is_ok());
        config.allow.push(AllowEntry {
            rules: vec!["github-tokn".to_owned()],
            ..AllowEntry::default()
        });
        let error = config.check_names(&["github-token"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "allow[0].rule: unknown rule `github-tokn`; did you mean `github-token`?"
        );
    }
}
