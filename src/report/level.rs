//! How loud a finding is, and which ones to keep where not all fit.

use std::cmp::Ordering;

use crate::finding::{Confidence, Finding};
use crate::rule::Class;

/// The loudness of a finding, with SARIF's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Worth knowing.
    Note,
    /// Probably wrong.
    Warning,
    /// Wrong.
    Error,
}

impl Level {
    /// The level of a finding: its confidence says, but hygiene is a note always.
    pub(super) fn of(finding: &Finding) -> Self {
        match (finding.class, finding.verdict.band()) {
            (Class::Hygiene, _) | (_, Confidence::None | Confidence::Low) => Self::Note,
            (_, Confidence::Medium) => Self::Warning,
            (_, Confidence::High) => Self::Error,
        }
    }

    /// The level as SARIF writes it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Orders findings by severity, then by confidence.
pub(super) fn by_severity(a: &Finding, b: &Finding) -> Ordering {
    a.severity
        .cmp(&b.severity)
        .then(a.verdict.confidence.total_cmp(&b.verdict.confidence))
}

/// Keeps the `limit` worst of `items`, in the order they have; of equals, the first.
pub(super) fn keep_worst<T>(
    items: &mut Vec<T>,
    limit: usize,
    compare: impl Fn(&T, &T) -> Ordering,
) {
    if items.len() <= limit {
        return;
    }
    let mut ranked: Vec<usize> = (0..items.len()).collect();
    ranked.sort_by(|&a, &b| compare(&items[b], &items[a]).then(a.cmp(&b)));
    let mut kept = vec![false; items.len()];
    ranked[..limit].iter().for_each(|&index| kept[index] = true);
    let mut kept = kept.into_iter();
    items.retain(|_| kept.next().unwrap_or(false));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_are_kept_in_order() {
        let mut items = vec![1, 9, 3, 9, 9, 2, 5];
        keep_worst(&mut items, 4, Ord::cmp);
        assert_eq!(items, [9, 9, 9, 5]);
        keep_worst(&mut items, 2, Ord::cmp);
        assert_eq!(items, [9, 9]);
        keep_worst(&mut items, 7, Ord::cmp);
        assert_eq!(items, [9, 9]);
    }
}
