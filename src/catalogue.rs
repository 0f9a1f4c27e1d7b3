//! Every rule there is: patterns, audits and the detector of unnamed tokens, joined; and those that are on.

use std::collections::BTreeMap;

use crate::audit::{AUDITS, Audit, MODULE_AUDITS, ModuleAudit};
use crate::config::{BadPattern, Config};
use crate::pattern::{self, Pattern, entropy};
use crate::rule::{Class, Rule, RuleId, Severity};

/// Why a plan cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A rule that does not exist was named.
    #[error("unknown rule `{id}`")]
    UnknownRule {
        /// As named.
        id: String,
        /// The nearest rule there is.
        suggestion: Option<String>,
    },
    /// Everything was switched off.
    #[error("no rule is left to scan with")]
    NoRules,
    /// A rule of the configuration is wrong.
    #[error("custom rule `{id}`: {message}")]
    BadRule {
        /// Of the rule.
        id: String,
        /// What is wrong with it.
        message: String,
    },
    /// A glob or regex of the configuration does not compile.
    #[error("{place}: {message}")]
    BadPattern {
        /// Where in the configuration.
        place: String,
        /// What is wrong with it.
        message: String,
    },
}

impl From<BadPattern> for PlanError {
    fn from(bad: BadPattern) -> Self {
        Self::BadPattern {
            place: bad.place,
            message: bad.message,
        }
    }
}

/// The rules of a scan.
pub struct Catalogue {
    rules: Vec<Rule>,
    on: Vec<RuleId>,
    patterns: Vec<Pattern>,
}

impl Catalogue {
    /// All rules, built in and custom, as the configuration sets them.
    ///
    /// # Errors
    /// When a custom rule is wrong, or the configuration names a rule that does not exist.
    pub fn new(config: &Config) -> Result<Self, PlanError> {
        let mut patterns: Vec<Pattern> = if config.builtin {
            pattern::BUILTIN.to_vec()
        } else {
            Vec::new()
        };
        for file in &config.custom {
            for entry in &file.rules {
                let custom = Pattern::from_entry(file, entry);
                custom.compile().map_err(|message| PlanError::BadRule {
                    id: entry.id.clone(),
                    message,
                })?;
                patterns.push(custom);
            }
        }
        let fixed = AUDITS
            .iter()
            .map(|a| a.rule)
            .chain(MODULE_AUDITS.iter().map(|a| a.rule))
            .chain([&entropy::RULE])
            .filter(|_| config.builtin);
        let mut rules: Vec<Rule> = patterns
            .iter()
            .map(|p| p.rule.clone())
            .chain(fixed.cloned())
            .collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        // Some are about programs and templates alike.
        rules.dedup_by(|a, b| a.id == b.id);
        let known: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
        config.check_names(&known)?;
        let mut catalogue = Self {
            on: rules.iter().map(|r| r.id.clone()).collect(),
            rules,
            patterns,
        };
        catalogue.configure(&config.rules)?;
        Ok(catalogue)
    }

    fn configure(
        &mut self,
        settings: &BTreeMap<String, crate::config::RuleSetting>,
    ) -> Result<(), PlanError> {
        for (id, setting) in settings {
            let rule = self.known(id)?;
            if let Some(severity) = setting.severity {
                self.set_severity(&rule, severity);
            }
            if !setting.enabled {
                self.on.retain(|on| *on != rule);
            }
        }
        Ok(())
    }

    fn set_severity(&mut self, id: &RuleId, severity: Severity) {
        let own = self.rules.iter_mut();
        let patterns = self.patterns.iter_mut().map(|p| &mut p.rule);
        own.chain(patterns)
            .filter(|r| r.id == *id)
            .for_each(|r| r.severity = severity);
    }

    /// Leaves on only the rules in `only` (all if it is empty) that are not in `skip`.
    ///
    /// # Errors
    /// When a rule does not exist, or none is left.
    pub fn choose(&mut self, only: &[String], skip: &[String]) -> Result<(), PlanError> {
        let only = only
            .iter()
            .map(|id| self.known(id))
            .collect::<Result<Vec<_>, _>>()?;
        let skip = skip
            .iter()
            .map(|id| self.known(id))
            .collect::<Result<Vec<_>, _>>()?;
        self.on
            .retain(|id| (only.is_empty() || only.contains(id)) && !skip.contains(id));
        if self.on.is_empty() {
            Err(PlanError::NoRules)
        } else {
            Ok(())
        }
    }

    /// Leaves on only rules of this class.
    ///
    /// # Errors
    /// When none is left.
    pub(crate) fn keep(&mut self, class: Class) -> Result<(), PlanError> {
        let others = self.rules.iter().filter(|rule| rule.class != class);
        let others: Vec<RuleId> = others.map(|rule| rule.id.clone()).collect();
        self.on.retain(|id| !others.contains(id));
        if self.on.is_empty() {
            Err(PlanError::NoRules)
        } else {
            Ok(())
        }
    }

    fn known(&self, id: &str) -> Result<RuleId, PlanError> {
        self.find(id)
            .map(|r| r.id.clone())
            .ok_or_else(|| PlanError::UnknownRule {
                id: id.to_owned(),
                suggestion: self.nearest(id),
            })
    }

    fn nearest(&self, id: &str) -> Option<String> {
        let likeness = |r: &Rule| (strsim::jaro_winkler(id, r.id.as_str()) * 1000.0) as u32;
        self.rules
            .iter()
            .max_by_key(|r| likeness(r))
            .filter(|r| likeness(r) > 750)
            .map(|r| r.id.to_string())
    }

    /// Every rule, sorted by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Rule> {
        let at = self
            .rules
            .binary_search_by(|r| r.id.as_str().cmp(id))
            .ok()?;
        Some(&self.rules[at])
    }

    /// Every pattern, on or off.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The rules that are on, sorted by id.
    pub(crate) fn enabled(&self) -> Vec<Rule> {
        self.rules
            .iter()
            .filter(|r| self.is_on(&r.id))
            .cloned()
            .collect()
    }

    pub(crate) fn enabled_patterns(&self) -> Vec<Pattern> {
        self.patterns
            .iter()
            .filter(|p| self.is_on(&p.rule.id))
            .cloned()
            .collect()
    }

    pub(crate) fn enabled_audits(&self) -> Vec<&'static Audit> {
        AUDITS.iter().filter(|a| self.is_on(&a.rule.id)).collect()
    }

    pub(crate) fn enabled_module_audits(&self) -> Vec<&'static ModuleAudit> {
        MODULE_AUDITS
            .iter()
            .filter(|a| self.is_on(&a.rule.id))
            .collect()
    }

    /// Whether no rule was switched off.
    pub(crate) fn all_on(&self) -> bool {
        self.on.len() == self.rules.len()
    }

    pub(crate) fn is_on(&self, id: &RuleId) -> bool {
        self.on.binary_search(id).is_ok()
    }
}
