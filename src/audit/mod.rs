//! Rules over facts: one file a rule, its metadata on top, its logic below, and its row here.

use crate::facts::{Facts, Kind};
use crate::judge::Candidate;
use crate::rule::Rule;

mod hardcoded;

/// A rule over facts.
pub(crate) struct Audit {
    /// What it says about itself.
    pub(crate) rule: &'static Rule,
    /// Its candidates in a text.
    pub(crate) run: for<'t> fn(&'t Facts, &'t str, Kind, &mut Vec<Candidate<'t>>),
}

/// Every audit there is.
pub(crate) static AUDITS: &[Audit] = &[Audit {
    rule: &hardcoded::RULE,
    run: hardcoded::run,
}];
