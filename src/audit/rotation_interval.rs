//! A secret is rotated too rarely.

use std::borrow::Cow;

use crate::practice::{Peer, ROTATION, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use crate::facts::Value;
use crate::link::Leaf;
use crate::span::Span;

use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("rotation-too-rare"),
    title: Cow::Borrowed("rotation less often than every 90 days"),
    about: Cow::Borrowed(
        "Until the next rotation an old copy of the secret stays good for everyone who has it.",
    ),
    fix: Cow::Borrowed(
        "Rotate at least every 90 days: `automatically_after_days = 30`, in CloudFormation \
         `AutomaticallyAfterDays: 30` or a `ScheduleExpression` such as `rate(30 days)`.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html",
    )]),
    cwe: Cow::Borrowed(&[324, 262]),
    practices: &[&ROTATION],
    peers: &[Peer::new(Tool::Checkov, "CKV_AWS_304")],
    tags: Cow::Borrowed(&[Cow::Borrowed("aws")]),
};

/// Where schedules are.
const KINDS: &[&str] = &[
    "aws_secretsmanager_secret_rotation",
    "aws_secretsmanager_secret",
    "AWS::SecretsManager::RotationSchedule",
    "google_secret_manager_secret",
];

/// The longest time between two rotations, in days.
const MOST_DAYS: u32 = 90;

/// Schedules that leave a secret as it is for longer, whatever they are given.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in KINDS.iter().flat_map(|kind| scene.resources(kind)) {
        let schedules = thing.leaves.iter().filter(|leaf| is_schedule(&leaf.path));
        let said: Vec<(&Leaf<'p>, Option<u32>)> = schedules
            .filter(|leaf| !matches!(leaf.value, Value::Reference(..)))
            .map(|leaf| (leaf, days(scene, leaf)))
            .collect();
        let long = |days: &Option<u32>| days.is_some_and(|days| days > MOST_DAYS);
        if let Some((leaf, Some(days))) = said.first()
            && said.iter().all(|(_, days)| long(days))
        {
            let (file, span) = place(leaf);
            let why = "it is rotated less often than every 90 days";
            let mut seen = scene.fault(&RULE, file, span, 0.75, why);
            seen.detail = Some(format!("{days} days in {}", thing.declared.what.address()));
            out.push(seen);
        }
    }
}

fn is_schedule(path: &[&str]) -> bool {
    matches!(
        path,
        [
            "rotation_rules" | "RotationRules",
            "automatically_after_days"
                | "AutomaticallyAfterDays"
                | "schedule_expression"
                | "ScheduleExpression"
        ] | ["rotation", "rotation_period"]
    )
}

/// Where it is written, or where it ends up.
fn place(leaf: &Leaf<'_>) -> (usize, Span) {
    match leaf.value {
        Value::Literal(literal) if leaf.depth == 0 => (leaf.file, literal.raw),
        Value::Plain(span) if leaf.depth == 0 => (leaf.file, *span),
        _ => leaf.entry,
    }
}

/// The longest time between two rotations; none where it is not known.
fn days(scene: &Scene<'_, '_>, leaf: &Leaf<'_>) -> Option<u32> {
    let said = match leaf.value {
        Value::Literal(literal) => match &literal.text {
            Some(text) => text,
            None => scene.slice(leaf.file, literal.raw),
        },
        Value::Plain(span) => scene.slice(leaf.file, *span),
        _ => return None,
    };
    let inner = |name: &str| said.trim().strip_prefix(name)?.strip_suffix(')');
    // Google counts seconds: `2592000s`.
    let seconds = said
        .trim()
        .strip_suffix('s')
        .and_then(|s| s.parse::<u64>().ok());
    if let Some(seconds) = seconds {
        return u32::try_from(seconds / 86_400).ok();
    }
    match (inner("rate("), inner("cron(")) {
        (Some(rate), _) => {
            let (number, unit) = rate.trim().split_once(' ')?;
            let number: u32 = number.parse().ok()?;
            unit.trim().starts_with("day").then_some(number)
        }
        (_, Some(cron)) => cron_days(cron),
        _ => said.trim().parse().ok(),
    }
}

/// `MINUTES HOURS DAYS MONTHS WEEKDAYS YEARS`: a month has at most 31 days, and there is a day in every month that is named.
fn cron_days(cron: &str) -> Option<u32> {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let &[_, _, _, months, _, years] = fields.as_slice() else {
        return None;
    };
    if let Some((_, step)) = years.split_once('/') {
        return step
            .parse::<u32>()
            .ok()
            .map(|step| step.saturating_mul(365));
    }
    let named = months_of(months)?;
    let first = *named.first()?;
    let next = named.iter().skip(1).copied().chain([first + 12]);
    let longest = named.iter().zip(next).map(|(a, b)| b - a).max()?;
    // Three months are a quarter: 90 days, give or take.
    Some(if longest <= 3 {
        31 * longest - longest
    } else {
        31 * longest
    })
}

/// The months of `1/4`, `JAN,JUL`, `*`, in order.
fn months_of(field: &str) -> Option<Vec<u32>> {
    const NAMES: [&str; 12] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    let number = |text: &str| -> Option<u32> {
        let named = NAMES.iter().position(|n| n.eq_ignore_ascii_case(text));
        let said = named.map(|at| at as u32 + 1).or_else(|| text.parse().ok());
        said.filter(|month| (1..=12).contains(month))
    };
    let mut months = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*" | "?", _) => (1, 12),
            (_, Some((from, to))) => (number(from)?, number(to)?),
            _ if part.contains('/') => (number(range)?, 12),
            _ => (number(range)?, number(range)?),
        };
        months.extend((from..=to).step_by(step));
    }
    months.sort_unstable();
    months.dedup();
    Some(months)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_read() {
        for (cron, days) in [
            ("0 10 * * ? *", Some(30)),
            ("0 4 1 */3 ? *", Some(90)),
            ("0 4 1 1/6 ? *", Some(186)),
            ("0 4 1 JAN,JUL ? *", Some(186)),
            ("0 4 1 JAN ? *", Some(372)),
            ("0 4 1 1-12/2 ? *", Some(60)),
            ("0 4 1 1 ? 2026/2", Some(730)),
            ("0 4 1 13 ? *", None),
            ("0 4", None),
        ] {
            assert_eq!(cron_days(cron), days, "{cron}");
        }
    }
}
