//! What a scan counted.

use serde::Serialize;

/// Why a file was not scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// No text.
    Binary,
    /// A symbolic link; its target is scanned where it stands, if it is in the tree.
    Symlink,
    /// A pipe, socket or device.
    Special,
    /// Left out by the configuration.
    Config,
    /// Barekey's own configuration or baseline, as loaded for this run.
    OwnConfig,
    /// Left out by `.barekeyignore`, though it is among the changes.
    Ignored,
    /// A submodule: a repository of its own.
    Submodule,
}

impl Skip {
    /// The reason as the summary writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Symlink => "symbolic link",
            Self::Special => "not a regular file",
            Self::Config => "skipped by configuration",
            Self::OwnConfig => "own configuration",
            Self::Ignored => "ignored",
            Self::Submodule => "submodule",
        }
    }
}

/// Counts of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files whose content was scanned.
    pub files: u64,
    /// Bytes of these files.
    pub bytes: u64,
    /// Files left out, by reason.
    pub skipped: std::collections::BTreeMap<Skip, u64>,
    /// Rules that were on.
    pub rules: usize,
    /// Commits that were scanned.
    #[serde(skip_serializing_if = "is_zero")]
    pub commits: u64,
    /// Findings that stood there before the changes that were scanned.
    #[serde(skip_serializing_if = "is_zero")]
    pub known: u64,
    /// Findings that the baseline holds.
    #[serde(skip_serializing_if = "is_zero")]
    pub baselined: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
