//! Where a scan is rooted, and which configuration belongs to it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use barekey::catalogue::PlanError;
use barekey::config::{Config, FILE_NAMES};
use barekey::scan;
use barekey::source::git::Base;
use barekey::suppress::baseline::{Baseline, FILE_NAME};

use super::{BaselineArgs, ConfigArgs, error};

/// The settings of a run.
pub(super) struct Settings {
    pub(super) config: Config,
    /// The file they were read from.
    pub(super) path: Option<PathBuf>,
}

/// Reads the configuration that is named, or the one at the root of what is scanned.
pub(super) fn settings(args: &ConfigArgs, paths: &[PathBuf]) -> Result<Settings> {
    settings_at(args, &root(paths)?)
}

/// Reads the configuration that is named, or the one in this directory.
pub(super) fn settings_at(args: &ConfigArgs, root: &Path) -> Result<Settings> {
    let path = match &args.config {
        Some(named) => Some(follow(named)),
        None if args.isolated => None,
        None => find(root),
    };
    let config = path
        .as_deref()
        .map(Config::load)
        .transpose()?
        .unwrap_or_default();
    Ok(Settings { config, path })
}

/// Reads the configuration that is named, or the one of a commit, given a reader of its files.
pub(super) fn settings_of(args: &ConfigArgs, base: &Base) -> Result<Settings> {
    if args.config.is_some() || args.isolated {
        return settings_at(args, Path::new("."));
    }
    for name in FILE_NAMES {
        if let Some(bytes) = base.read(name)? {
            let path = PathBuf::from(name);
            return Ok(Settings {
                config: Config::read(&path, &bytes)?,
                path: Some(path),
            });
        }
    }
    Ok(Settings {
        config: Config::default(),
        path: None,
    })
}

/// A user may name a link; one that lies in a tree is not followed.
fn follow(named: &Path) -> PathBuf {
    if named.is_symlink() {
        fs::canonicalize(named).unwrap_or_else(|_| named.to_owned())
    } else {
        named.to_owned()
    }
}

/// The configuration at the root, named from here where that is shorter.
fn find(root: &Path) -> Option<PathBuf> {
    for name in ["barekey.yml", ".barekey.yml", "barekey.toml"] {
        if root.join(name).is_file() {
            error::warn(&format!(
                "{name} is not read; settings stand in barekey.yaml"
            ));
        }
    }
    Config::find(root).map(short)
}

/// The path from here, where that is shorter.
fn short(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).map(Path::to_owned).unwrap_or(path)
}

/// Reads the baseline that is named, or the one at the root of what is scanned.
pub(super) fn baseline(
    args: &BaselineArgs,
    isolated: bool,
    root: &Path,
) -> Result<Option<Baseline>> {
    let path = match &args.baseline {
        Some(named) => Some(follow(named)),
        None if args.no_baseline || isolated => None,
        None => Baseline::find(root).map(short),
    };
    Ok(path.as_deref().map(Baseline::load).transpose()?)
}

/// Reads the baseline that is named, or the one of a commit.
pub(super) fn baseline_of(
    args: &BaselineArgs,
    isolated: bool,
    base: &Base,
) -> Result<Option<Baseline>> {
    if args.baseline.is_some() || args.no_baseline || isolated {
        return baseline(args, isolated, Path::new("."));
    }
    let bytes = base.read(FILE_NAME)?;
    let parsed = bytes.map(|bytes| Baseline::parse(Path::new(FILE_NAME), &bytes));
    Ok(parsed.transpose()?)
}

/// Where the baseline stands, or will: the named file, or the one at the root.
pub(super) fn baseline_file(named: Option<&Path>, root: &Path) -> PathBuf {
    match named {
        Some(named) => follow(named),
        None => short(root.join(FILE_NAME)),
    }
}

/// The absolute directory that paths in reports are relative to.
pub(super) fn root(paths: &[PathBuf]) -> Result<PathBuf> {
    scan::root(paths).context("cannot tell the current directory")
}

/// Says of an error in the configuration which file it is in.
pub(super) fn in_file(error: PlanError, path: Option<&Path>) -> anyhow::Error {
    match (&error, path) {
        (PlanError::BadRule { .. } | PlanError::BadPattern { .. }, Some(path)) => {
            anyhow::Error::new(error).context(path.display().to_string())
        }
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_brings_its_own_configuration() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".barekey.yaml");
        fs::write(&path, "builtin: false\n").unwrap();
        let args = ConfigArgs {
            config: None,
            isolated: false,
        };
        let settings = settings(&args, &[dir.path().to_owned()]).unwrap();
        assert!(settings.path.unwrap().ends_with(".barekey.yaml"));
        assert!(!settings.config.builtin);
    }

    #[test]
    fn isolated_finds_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("barekey.yaml"), "nonsense: 1\n").unwrap();
        let args = ConfigArgs {
            config: None,
            isolated: true,
        };
        assert!(
            settings(&args, &[dir.path().to_owned()])
                .unwrap()
                .path
                .is_none()
        );
    }

    #[test]
    fn an_error_in_the_configuration_names_the_file() {
        let bad = || PlanError::BadPattern {
            place: "skip".to_owned(),
            message: "no glob".to_owned(),
        };
        let text = format!("{:#}", in_file(bad(), Some(Path::new("barekey.yaml"))));
        assert_eq!(text, "barekey.yaml: skip: no glob");
        assert_eq!(
            format!("{:#}", in_file(PlanError::NoRules, None)),
            "no rule is left to scan with"
        );
    }
}
