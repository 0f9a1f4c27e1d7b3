//! What is kept of what was found, and how it is shown.

use crate::finding::Confidence;
use crate::judge::{self, Evidence};

use super::{NewAllows, Plan};

/// What is kept and how it is shown.
pub(crate) struct Settings {
    pub(crate) min_confidence: Confidence,
    pub(crate) keep_held: bool,
    pub(crate) keep_all: bool,
    pub(crate) inline_allow: bool,
    /// Whether archives are looked into.
    pub(crate) archives: bool,
    /// Whether a content may have several names: the configuration, which knows them, is asked at the end.
    pub(crate) of_history: bool,
}

impl Settings {
    /// As a plan says.
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            min_confidence: plan.min_confidence,
            keep_held: plan.keep_held || plan.new_allows != NewAllows::Honour,
            keep_all: plan.keep_all,
            inline_allow: plan.inline_allow,
            archives: plan.changes.is_some() || plan.history.is_some(),
            of_history: plan.history.is_some(),
        }
    }

    /// Whether anybody may hear of a candidate, whatever its value is.
    pub(super) fn may_hear(&self, evidence: &Evidence<'_>) -> bool {
        self.keep_all || !judge::is_hopeless(evidence)
    }

    /// Whether findings below the threshold are wanted too.
    pub(super) fn wants_low(&self) -> bool {
        self.keep_held || self.keep_all || self.min_confidence <= Confidence::Low
    }
}
