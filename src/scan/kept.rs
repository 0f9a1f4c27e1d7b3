//! What templates know of the secrets that programs keep: whether one of these is ever rotated.

use crate::audit::cache_without_ttl::RULE;
use crate::audit::rotates;
use crate::finding::{Finding, Held};
use crate::link::File;

use super::Outcome;
use super::one::Engine;

/// What a declared rotation adds to the belief, and what it takes that there is none; in log-odds.
const ROTATED: (f32, &str) = (0.4, "a template of this project rotates a secret");
const NEVER: (f32, &str) = (-1.2, "the templates of this project rotate no secret");

/// Weighs what was said of programs that keep secrets anew; nothing is known where no template declares a secret.
pub(super) fn weigh(engine: &Engine, files: &[File], outcomes: &mut [Outcome]) {
    let is_kept = |finding: &Finding| finding.rule == RULE.id;
    let outcomes = outcomes.iter_mut();
    let told = outcomes.filter(|outcome| outcome.findings.iter().any(is_kept));
    let mut told = told.peekable();
    // Templates are only looked through where somebody wants to know.
    let Some(rotates) = told.peek().and_then(|_| rotates(files)) else {
        return;
    };
    let (weight, why) = if rotates { ROTATED } else { NEVER };
    for outcome in told {
        for finding in outcome
            .findings
            .iter_mut()
            .filter(|finding| is_kept(finding))
        {
            finding.verdict.add(weight, why);
            let is_low = finding.verdict.band() < engine.settings.min_confidence;
            if is_low && finding.held.is_none() {
                finding.held = Some(Held::Threshold);
            }
        }
        let keep = engine.settings.keep_held;
        outcome.findings.retain(|f| f.held.is_none() || keep);
    }
}
