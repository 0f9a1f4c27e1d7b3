//! Reading barekey.yaml from a disk that may be hostile, and saying where it is wrong.

use std::io;
use std::path::{Path, PathBuf};

use super::file::{self, Problem};
use super::{Config, read as form};

/// The largest configuration that is read, in MiB.
const LIMIT: u64 = 1;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is a link, a directory, a device or too large.
    #[error("{}: {problem}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What it is.
        problem: String,
    },
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
    let bytes = file::read(path, LIMIT).map_err(|problem| match problem {
        Problem::Io(source) => ConfigError::Io {
            path: path.to_owned(),
            source,
        },
        Problem::Refused(problem) => refused(path, problem),
    })?;
    read(path, &bytes)
}

/// Checks what a configuration file holds.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Config, ConfigError> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(refused(path, "is not UTF-8".to_owned()));
    };
    parse(text).map_err(|error| wrong(path, &error))
}

/// An empty file, or one of comments only, says nothing.
fn parse(text: &str) -> Result<Config, serde_yaml::Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: Option<form::File> = serde_yaml::from_str(text)?;
    Ok(file.unwrap_or_default().into())
}

fn refused(path: &Path, problem: String) -> ConfigError {
    ConfigError::Refused {
        path: path.to_owned(),
        problem,
    }
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
            "\u{feff}skip: [vendor, '*.lock']",
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
    fn links_and_large_files_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("barekey.yaml");
        assert_eq!(Config::find(dir.path()), None);
        std::fs::write(&path, vec![b'#'; (LIMIT << 20) as usize + 1]).unwrap();
        assert_eq!(Config::find(dir.path()), Some(path.clone()));
        assert!(
            load(&path)
                .unwrap_err()
                .to_string()
                .ends_with("is larger than 1 MiB")
        );
        assert!(
            load(dir.path())
                .unwrap_err()
                .to_string()
                .ends_with("is not a regular file")
        );
        assert!(
            load(&dir.path().join("none"))
                .unwrap_err()
                .to_string()
                .starts_with("cannot read ")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("barekey.yaml");
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        assert!(
            load(&Config::find(dir.path()).unwrap())
                .unwrap_err()
                .to_string()
                .ends_with("is a symbolic link")
        );
    }
}
