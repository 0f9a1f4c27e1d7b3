//! A secret is gone at once when it is deleted.

use std::borrow::Cow;

use crate::practice::ROTATION;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-recovery-disabled"),
    title: Cow::Borrowed("secret without time to recover it"),
    about: Cow::Borrowed(
        "A deletion by mistake, or by someone who got in, cannot be undone: the secret is gone at once, and so is \
         what it opens.",
    ),
    fix: Cow::Borrowed(
        "Leave `recovery_window_in_days` at its default of 30, or set it to 7 at least. For environments that \
         come and go make it a variable, and keep 0 out of production.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    )]),
    cwe: Cow::Borrowed(&[404]),
    practices: &[&ROTATION],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("aws")]),
};

/// Secrets whose window is 0; a variable may be set to more.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene.resources("aws_secretsmanager_secret") {
        let what = thing.declared.what;
        if scene.text(thing.declared, "recovery_window_in_days") == Some("0") {
            let why = "`recovery_window_in_days` is 0";
            let mut seen = scene.fault(&RULE, thing.declared.file, what.span, 0.6, why);
            seen.detail = Some(what.address());
            out.push(seen);
        }
    }
}
