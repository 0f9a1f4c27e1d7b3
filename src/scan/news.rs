//! What stood there before: findings of an earlier state, against which those of a later one are matched one to one.

use std::collections::HashMap;

use crate::finding::{Finding, Held, Secret};
use crate::rule::{Class, RuleId};

/// What makes two findings the same, wherever they stand.
#[derive(PartialEq, Eq, Hash)]
enum Same {
    /// The same text, wrong in the same way.
    Secret(Class, Secret),
    /// No text; the same rule says something of the same.
    Fact(RuleId, String),
}

impl Same {
    fn of(finding: &Finding) -> Self {
        match &finding.secret {
            Some(secret) => Self::Secret(finding.class, secret.clone()),
            None => Self::Fact(finding.rule.clone(), finding.subject.clone()),
        }
    }
}

/// How many equal findings there were.
#[derive(Default)]
struct Count {
    reported: u32,
    held: u32,
}

/// The findings of an earlier state, each of which explains one of a later state.
#[derive(Default)]
pub(super) struct Known(HashMap<Same, Count>);

impl Known {
    /// Adds findings of the earlier state.
    pub(super) fn extend<'f>(&mut self, findings: impl IntoIterator<Item = &'f Finding>) {
        for finding in findings {
            let count = self.0.entry(Same::of(finding)).or_default();
            match finding.held {
                None => count.reported += 1,
                Some(_) => count.held += 1,
            }
        }
    }

    /// Holds the findings that were there before. One that was held, and is so no longer, is news.
    pub(super) fn hold<'f>(&mut self, findings: impl IntoIterator<Item = &'f mut Finding>) {
        if self.0.is_empty() {
            return;
        }
        for finding in findings {
            let Some(count) = self.0.get_mut(&Same::of(finding)) else {
                continue;
            };
            let of_held = finding.held.is_some() && count.held > 0;
            let left = match of_held {
                true => &mut count.held,
                false => &mut count.reported,
            };
            if *left > 0 {
                *left -= 1;
                finding.held.get_or_insert(Held::Known);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn finding(secret: &str, held: Option<Held>) -> Finding {
        Finding {
            secret: Some(Secret::new(secret.as_bytes())),
            held,
            ..sample::report().findings.remove(0)
        }
    }

    fn held(before: &[Finding], mut after: Vec<Finding>) -> Vec<Option<Held>> {
        let mut known = Known::default();
        known.extend(before);
        known.hold(&mut after);
        after.into_iter().map(|finding| finding.held).collect()
    }

    #[test]
    fn each_explains_one() {
        let one = finding("a", None);
        let after = vec![finding("a", None), finding("a", None), finding("b", None)];
        assert_eq!(held(&[one], after), [Some(Held::Known), None, None]);
    }

    #[test]
    fn what_was_allowed_and_is_no_longer_is_news() {
        let allowed = || finding("a", Some(Held::Threshold));
        assert_eq!(held(&[allowed()], vec![finding("a", None)]), [None]);
        assert_eq!(
            held(&[finding("a", None)], vec![allowed()]),
            [Some(Held::Threshold)]
        );
        let both = [finding("a", None), allowed()];
        let after = vec![allowed(), finding("a", None)];
        assert_eq!(
            held(&both, after),
            [Some(Held::Threshold), Some(Held::Known)]
        );
    }
}
