//! What templates know of the secrets that programs keep: whether one of these is ever rotated.

use crate::audit::cache_without_ttl::RULE;
use crate::finding::{Finding, Held, Reason};

use super::one::Engine;

/// What a declared rotation adds to the belief, and what it takes that there is none; in log-odds.
const ROTATED: (f32, &str) = (0.4, "a template of this project rotates a secret");
const NEVER: (f32, &str) = (-1.2, "the templates of this project rotate no secret");

/// Weighs what was said of programs that keep secrets anew; nothing is known where no template declares a secret.
pub(super) fn weigh(engine: &Engine, rotates: Option<bool>, findings: &mut Vec<Finding>) {
    let Some(rotates) = rotates else {
        return;
    };
    let (weight, text) = if rotates { ROTATED } else { NEVER };
    for finding in findings.iter_mut().filter(|f| f.rule == RULE.id) {
        let verdict = &mut finding.verdict;
        let odds = (verdict.confidence / (1.0 - verdict.confidence)).ln() + weight;
        verdict.confidence = 1.0 / (1.0 + (-odds).exp());
        verdict.reasons.push(Reason {
            text: text.into(),
            weight,
        });
        if verdict.band() < engine.settings.min_confidence && finding.held.is_none() {
            finding.held = Some(Held::Threshold);
        }
    }
    findings.retain(|f| f.held.is_none() || engine.settings.keep_held);
}
