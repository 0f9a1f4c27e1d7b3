//! Reading barekey.yaml from a disk that may be hostile, and saying where it is wrong.

use std::path::{Path, PathBuf};

use super::file::{self, FileError};
use super::{Config, read as form};

/// The largest configuration that is read, in MiB.
const LIMIT: u64 = 1;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file itself cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// It says something that a configuration cannot say.
    #[error("{}{}: {message}", path.display(), Place(*place))]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Line and column, from 1, where they are known.
        place: Option<(usize, usize)>,
        /// What is wrong.
        message: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
}

/// Writes `:line:column`.
struct Place(Option<(usize, usize)>);

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

/// Reads and checks a configuration file.
pub(super) fn load(path: &Path) -> Result<Config, ConfigError> {
    read(path, &file::read(path, LIMIT)?)
}

/// Checks what a configuration file holds.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Config, ConfigError> {
    parse(file::text(path, bytes)?).map_err(|error| wrong(path, &error))
}

/// An empty file, or one of comments only, says nothing.
fn parse(text: &str) -> Result<Config, serde_yaml::Error> {
    let file: Option<form::File> = serde_yaml::from_str(text)?;
    Ok(file.unwrap_or_default().into())
}

fn wrong(path: &Path, error: &serde_yaml::Error) -> ConfigError {
    let place = error.location().map(|at| (at.line(), at.column()));
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    let (message, suggestion) = unknown_word(message).unwrap_or((message.to_owned(), None));
    ConfigError::Wrong {
        path: path.to_owned(),
        place,
        message,
        suggestion,
    }
}

/// Rewrites serde's "unknown field `skp`, expected one of `skip`, `rules`" and finds the nearest of these.
fn unknown_word(message: &str) -> Option<(String, Option<String>)> {
    let (start, kind) = ["unknown field `", "unknown variant `"]
        .into_iter()
        .zip(["key", "word"])
        .find_map(|(lead, kind)| Some((message.find(lead)? + lead.len(), kind)))?;
    let (word, rest) = message[start..].split_once('`')?;
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let suggestion = nearest(word, known.iter().copied()).map(str::to_owned);
    let mut text = format!("unknown {kind} `{word}`");
    if suggestion.is_none() && !known.is_empty() {
        text.push_str(", expected one of ");
        text.push_str(&known.join(", "));
    }
    Some((text, suggestion))
}

/// The word that was probably meant.
pub(crate) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    known
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Severity;

    fn error(text: &str) -> (String, Option<String>) {
        match wrong(Path::new("barekey.yaml"), &parse(text).unwrap_err()) {
            error @ ConfigError::Wrong { .. } => {
                let text = error.to_string();
                let ConfigError::Wrong { suggestion, .. } = error else {
                    unreachable!()
                };
                (text, suggestion)
            }
            other => (other.to_string(), None),
        }
    }

    #[test]
    fn everything_that_can_be_said() {
        let lines = [
            "skip: [vendor, '*.lock']",
            "builtin: false",
            "rules:",
            "  a: off",
            "  b: critical",
            "  c: false",
            "  d: {enabled: true, severity: low}",
            "allow:",
            "  - rule: a",
            "    paths: [x, y]",
            "    reason: test",
        ];
        let config = parse(&lines.join("\r\n")).unwrap();
        assert_eq!(config.skip, ["vendor", "*.lock"]);
        assert!(!config.rules["a"].enabled);
        assert_eq!(config.rules["b"].severity, Some(Severity::Critical));
        assert!(!config.rules["c"].enabled);
        assert_eq!(
            config.rules["d"],
            super::super::RuleSetting {
                enabled: true,
                severity: Some(Severity::Low)
            }
        );
        assert_eq!(config.allow[0].paths, ["x", "y"]);
        assert_eq!(config.allow[0].reason.as_deref(), Some("test"));
    }

    #[test]
    fn nothing_is_the_default() {
        for text in ["", "# only a comment\n", "---\n", "skip:\nallow:\nrules:\n"] {
            let config = parse(text).unwrap();
            assert!(
                config.builtin && config.skip.is_empty() && config.allow.is_empty(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn an_unknown_key_is_told_with_its_place() {
        let (text, suggestion) = error("# a\nbuiltin: true\nskp: [a]\n");
        assert_eq!(text, "barekey.yaml:3:1: unknown key `skp`");
        assert_eq!(suggestion.as_deref(), Some("skip"));
        let (text, suggestion) = error("allow:\n  - rul: a\n");
        assert_eq!(text, "barekey.yaml:2:5: unknown key `rul`");
        assert!(suggestion.is_some_and(|word| word.starts_with("rule")));
        let (text, suggestion) = error("zzz: 1\n");
        assert!(text.contains("expected one of skip, builtin"), "{text}");
        assert_eq!(suggestion, None);
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, part) in [
            ("allow:\n  - reason: because\n", "at least one of `rule`"),
            ("rules:\n  a: loud\n", "expected `off`, `on`"),
            ("rules:\n  a: off\n  a: on\n", "rule `a` is set twice"),
            ("skip: 3\n", "a string or a list of strings"),
            ("skip: ['']\n", "a word"),
            ("a: [\n", "barekey.yaml:"),
            ("- a\n", "barekey.yaml:1:1"),
        ] {
            let (message, _) = error(text);
            assert!(message.contains(part), "{text:?} gives {message}");
        }
    }

    #[test]
    fn it_is_found_whatever_it_is() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Config::find(dir.path()), None);
        let path = dir.path().join("barekey.yaml");
        std::fs::create_dir(&path).unwrap();
        assert_eq!(Config::find(dir.path()), Some(path.clone()));
        let error = load(&path).unwrap_err().to_string();
        assert!(error.ends_with("is not a regular file"));
    }
}
