//! The allow list of the configuration: within an entry all fields must match, and any entry will do.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use regex::bytes::{RegexSet, RegexSetBuilder};

use crate::config::glob::Globs;
use crate::config::{AllowEntry, BadPattern};
use crate::finding::{Held, Notice, NoticeKind};
use crate::rule::RuleId;

/// The compiled entries. Shared by all workers.
#[derive(Debug, Default)]
pub(crate) struct AllowList(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    rules: Vec<String>,
    paths: Option<Globs>,
    values: Option<RegexSet>,
    /// The reason given, or the number of the entry.
    label: String,
    used: AtomicBool,
}

impl AllowList {
    /// Compiles the entries.
    ///
    /// # Errors
    /// When a glob or a regex does not compile.
    pub(crate) fn new(entries: &[AllowEntry]) -> Result<Self, BadPattern> {
        entries
            .iter()
            .enumerate()
            .map(|(number, entry)| Entry::new(number, entry))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The entry that allows this secret, if one does. A finding without a secret is passed as an empty one.
    pub(crate) fn hold(&self, rule: &RuleId, path: &str, secret: &[u8]) -> Option<Held> {
        let entry = self
            .0
            .iter()
            .find(|entry| entry.matches(rule, path, secret))?;
        entry.used.store(true, Ordering::Relaxed);
        Some(Held::Config {
            entry: entry.label.clone(),
        })
    }

    /// Entries that allowed nothing. `config` is the file they stand in.
    pub(crate) fn notices(&self, config: Option<&Path>) -> Vec<Notice> {
        let path: Option<Arc<str>> = config.map(|path| Arc::from(path.to_string_lossy().as_ref()));
        let unused = self
            .0
            .iter()
            .filter(|entry| !entry.used.load(Ordering::Relaxed));
        unused
            .map(|entry| Notice {
                path: path.clone(),
                line: None,
                kind: NoticeKind::UnusedAllow,
                message: format!(
                    "the allow entry `{}` allows nothing; remove it",
                    entry.label
                ),
            })
            .collect()
    }
}

impl Entry {
    fn new(number: usize, entry: &AllowEntry) -> Result<Self, BadPattern> {
        let paths = (!entry.paths.is_empty())
            .then(|| Globs::new(&entry.paths, &format!("allow[{number}].path")));
        let values = (!entry.values.is_empty()).then(|| values(number, &entry.values));
        Ok(Self {
            rules: entry.rules.clone(),
            paths: paths.transpose()?,
            values: values.transpose()?,
            label: entry
                .reason
                .clone()
                .unwrap_or_else(|| format!("allow[{number}]")),
            used: AtomicBool::new(false),
        })
    }

    fn matches(&self, rule: &RuleId, path: &str, secret: &[u8]) -> bool {
        (self.rules.is_empty() || self.rules.iter().any(|id| id == rule.as_str()))
            && self.paths.as_ref().is_none_or(|globs| globs.matches(path))
            && self
                .values
                .as_ref()
                .is_none_or(|values| !secret.is_empty() && values.is_match(secret))
    }
}

/// Regexes that look for a match anywhere in the secret.
fn values(number: usize, patterns: &[String]) -> Result<RegexSet, BadPattern> {
    RegexSetBuilder::new(patterns)
        .unicode(false)
        .size_limit(1 << 20)
        .build()
        .map_err(|error| BadPattern {
            place: format!("allow[{number}].value"),
            message: error
                .to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn entry(rules: &[&str], paths: &[&str], values: &[&str]) -> AllowEntry {
        AllowEntry {
            rules: words(rules),
            paths: words(paths),
            values: words(values),
            reason: None,
        }
    }

    const RULE: RuleId = RuleId::new("password");

    #[test]
    fn within_an_entry_all_must_match() {
        let list = AllowList::new(&[entry(&["password"], &["tests"], &["^test"])]).unwrap();
        assert!(list.hold(&RULE, "tests/a.py", b"test1").is_some());
        assert!(
            list.hold(&RuleId::new("token"), "tests/a.py", b"test1")
                .is_none()
        );
        assert!(list.hold(&RULE, "src/a.py", b"test1").is_none());
        assert!(list.hold(&RULE, "tests/a.py", b"real").is_none());
        assert!(list.hold(&RULE, "tests/a.py", b"").is_none());
    }

    #[test]
    fn any_entry_will_do_and_unused_ones_are_told() {
        let list = AllowList::new(&[
            entry(&["a", "password"], &[], &[]),
            entry(&[], &["never"], &[]),
        ])
        .unwrap();
        assert_eq!(
            list.hold(&RULE, "x", b"y"),
            Some(Held::Config {
                entry: "allow[0]".to_owned()
            })
        );
        let notices = list.notices(Some(Path::new("barekey.yaml")));
        assert_eq!(notices.len(), 1);
        assert_eq!(
            notices[0].message,
            "the allow entry `allow[1]` allows nothing; remove it"
        );
    }

    #[test]
    fn bad_patterns_are_told_with_their_place() {
        let place = |entry| AllowList::new(&[entry]).unwrap_err().place;
        assert_eq!(place(entry(&[], &["a["], &[])), "allow[0].path");
        assert_eq!(place(entry(&[], &[], &["("])), "allow[0].value");
    }

    #[test]
    fn values_are_bytes() {
        let list = AllowList::new(&[entry(&[], &[], &[r"^\xff.$"])]).unwrap();
        assert!(list.hold(&RULE, "x", b"\xff\xfe").is_some());
    }
}
