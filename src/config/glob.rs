//! Globs over paths of the scanned tree, read as `.gitignore` reads them.
//!
//! A pattern without a slash names a file or directory at any depth, one with a slash is relative to the root, and
//! naming a directory names everything below it.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A glob or a regex of the configuration that does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct BadPattern {
    /// Where in the configuration: `allow[0].path`.
    pub place: String,
    /// What is wrong with it.
    pub message: String,
}

/// A compiled list of globs.
#[derive(Debug)]
pub(crate) struct Globs(GlobSet);

impl Globs {
    /// Compiles the patterns; `place` is where in the configuration they stand.
    ///
    /// # Errors
    /// When one of them is no glob.
    pub(crate) fn new(patterns: &[String], place: &str) -> Result<Self, BadPattern> {
        let bad = |error: globset::Error| BadPattern {
            place: place.to_owned(),
            message: error.to_string(),
        };
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            for glob in spell_out(pattern) {
                let glob = GlobBuilder::new(&glob)
                    .literal_separator(true)
                    .backslash_escape(true)
                    .build()
                    .map_err(bad)?;
                set.add(glob);
            }
        }
        set.build().map(Self).map_err(bad)
    }

    /// Whether any of them matches a path relative to the root, written with `/`.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

/// The globs that a pattern stands for: what it names, and all below it.
fn spell_out(pattern: &str) -> Vec<String> {
    let body = pattern.strip_prefix("./").unwrap_or(pattern);
    let body = body.trim_end_matches('/');
    let stem = match body.strip_prefix('/') {
        Some(rooted) => rooted.to_owned(),
        None if body.contains('/') => body.to_owned(),
        None => format!("**/{body}"),
    };
    let below = format!("{stem}/**");
    if pattern.ends_with('/') {
        vec![below]
    } else {
        vec![stem, below]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Globs::new(&[pattern.to_owned()], "skip")
            .unwrap()
            .matches(path)
    }

    #[test]
    fn a_name_matches_at_any_depth() {
        assert!(matches("vendor", "a/vendor/b.js"));
        assert!(matches("*.lock", "a/b/yarn.lock"));
        assert!(!matches("vendor", "a/vendored/b.js"));
    }

    #[test]
    fn a_slash_ties_to_the_root() {
        assert!(matches("tests/data", "tests/data/x/y.pem"));
        assert!(matches("./tests/*.pem", "tests/a.pem"));
        assert!(matches("/build", "build/x"));
        assert!(!matches("/build", "a/build/x"));
        assert!(!matches("tests/*.pem", "a/tests/a.pem"));
        assert!(!matches("tests/*.pem", "tests/b/a.pem"));
    }

    #[test]
    fn a_slash_at_the_end_means_a_directory() {
        assert!(matches("out/", "a/out/b"));
        assert!(!matches("out/", "a/out"));
    }

    #[test]
    fn a_bad_glob_is_told_with_its_place() {
        let error = Globs::new(&["a[".to_owned()], "skip").unwrap_err();
        assert_eq!(error.place, "skip");
    }
}
