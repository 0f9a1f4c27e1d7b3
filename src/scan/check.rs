//! Tries rules on their own examples: the same check for built-in rules and for those of a configuration.

use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::finding::Confidence;
use crate::pattern::Pattern;
use crate::source::{Blob, Content};

use super::one::{Engine, Scratch, scan_blob};
use super::{Plan, project};

/// What a check of the rules found.
#[derive(Debug, Default)]
pub struct RuleCheck {
    /// `FILE: field: error`, one each.
    pub problems: Vec<String>,
    /// Rules that were checked.
    pub rules: usize,
    /// Examples and counterexamples that were tried.
    pub examples: usize,
}

/// Tries every rule, built-in and of the configuration, on its own examples.
#[must_use]
pub fn check_rules(config: &Config) -> RuleCheck {
    let mut check = RuleCheck::default();
    let catalogue = match Catalogue::new(config) {
        Ok(catalogue) => catalogue,
        Err(error) => {
            return RuleCheck {
                problems: vec![error.to_string()],
                ..check
            };
        }
    };
    check.rules = catalogue.rules().len();
    for pair in catalogue
        .rules()
        .windows(2)
        .filter(|pair| pair[0].id == pair[1].id)
    {
        check
            .problems
            .push(format!("{}: id: stands twice", pair[0].id));
    }
    let plan = plan(config);
    let engine = match Engine::new(&plan) {
        Ok(engine) => engine,
        Err(error) => {
            return RuleCheck {
                problems: vec![error.to_string()],
                ..check
            };
        }
    };
    for pattern in catalogue.patterns() {
        check.form(pattern);
        check.examples(&engine, pattern);
    }
    check
}

/// Everything is kept, whatever it is believed to be: a rule is tried on its own.
fn plan(config: &Config) -> Plan {
    Plan {
        min_confidence: Confidence::Low,
        config: Config {
            custom: config.custom.clone(),
            builtin: config.builtin,
            ..Config::default()
        },
        inline_allow: false,
        keep_held: true,
        ..Plan::default()
    }
}

impl RuleCheck {
    fn problem(&mut self, pattern: &Pattern, field: &str, problem: &str) {
        let file = pattern.rule.tags.first().map_or("?", |tag| tag);
        self.problems.push(format!(
            "rules/{file}.yaml: {}.{field}: {problem}",
            pattern.rule.id
        ));
    }

    /// What can be wrong with a rule before it meets a text.
    fn form(&mut self, pattern: &Pattern) {
        let id = pattern.rule.id.as_str();
        if !id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            self.problem(pattern, "id", "is not kebab-case");
        }
        if let Err(error) = pattern.compile() {
            self.problem(pattern, "regex", &error);
        }
        if pattern.anchors.is_empty() || pattern.anchors.iter().any(|anchor| anchor.len() < 3) {
            self.problem(
                pattern,
                "anchors",
                "needs at least one, of three bytes or more each",
            );
        }
        if !(0.0..1.0).contains(&pattern.prior) {
            self.problem(pattern, "confidence", "lies between 0 and 1");
        }
        if pattern.examples.is_empty() || pattern.counterexamples.is_empty() {
            self.problem(
                pattern,
                "examples",
                "needs at least one, and one counterexample",
            );
        }
    }

    fn examples(&mut self, engine: &Engine, pattern: &Pattern) {
        self.examples += pattern.examples.len() + pattern.counterexamples.len();
        for (number, example) in pattern.examples.iter().enumerate() {
            let found = reports(engine, pattern, example, Confidence::Low);
            if found != 1 {
                self.problem(
                    pattern,
                    &format!("examples[{number}]"),
                    &format!("gives {found} findings, not one"),
                );
            }
        }
        for (number, example) in pattern.counterexamples.iter().enumerate() {
            let found = reports(engine, pattern, example, Confidence::Medium);
            if found != 0 {
                self.problem(
                    pattern,
                    &format!("counterexamples[{number}]"),
                    &format!("gives {found} findings"),
                );
            }
        }
    }
}

/// How often the rule reports in `example`, alone or beside a rule that knows more, from `least` confidence on.
fn reports(engine: &Engine, pattern: &Pattern, example: &str, least: Confidence) -> usize {
    let blob = Blob {
        path: Arc::from("example"),
        content: Content::Whole(example.as_bytes().to_vec()),
    };
    let mut outcomes = vec![scan_blob(engine, &mut Scratch::default(), blob)];
    project::settle(engine, &mut outcomes, Vec::new(), Vec::new(), 1);
    let by_rule = outcomes
        .iter()
        .flat_map(|outcome| &outcome.findings)
        .filter(|f| f.verdict.band() >= least);
    by_rule
        .filter(|f| {
            f.rule == pattern.rule.id
                || least == Confidence::Low && f.also.contains(&pattern.rule.id)
        })
        .count()
}
