//! What a rule says about itself: the metadata that reports, `barekey rules` and `barekey explain` show.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::practice::{Peer, Practice, Standard};

/// Text that is static for built-in rules and owned for rules of a configuration file.
pub type Str = Cow<'static, str>;

/// The name of a rule: kebab-case, names the bad thing (`github-personal-access-token`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RuleId(pub Str);

impl RuleId {
    /// The id of a built-in rule.
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of fault a rule reports. Ordered from the least to the most pressing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A store or policy falls short.
    Hygiene,
    /// A secret will be readable where it should not be.
    Exposure,
    /// A secret is written here.
    Leak,
}

impl Class {
    /// The class as users write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hygiene => "hygiene",
            Self::Exposure => "exposure",
            Self::Leak => "leak",
        }
    }

    /// The class that a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Hygiene, Self::Exposure, Self::Leak]
            .into_iter()
            .find(|class| class.as_str() == word)
    }
}

/// How much harm a true finding stands for, whatever the confidence in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// An identifier or a key that is public by design.
    Low,
    /// Limited access, or needs something else beside it.
    Medium,
    /// Access to data or to a service.
    High,
    /// Control of an account, or access to money or many people's data.
    Critical,
}

impl Severity {
    /// The severity as users write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// GitHub's `security-severity`: over 9 critical, from 7 high, from 4 medium, below low.
    #[must_use]
    pub fn score(self) -> &'static str {
        match self {
            Self::Low => "3.0",
            Self::Medium => "5.5",
            Self::High => "8.0",
            Self::Critical => "9.5",
        }
    }
}

/// How often findings of a rule are right; SARIF's `precision`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Shape alone.
    Low,
    /// Name and value, judged.
    Medium,
    /// A documented format.
    High,
    /// A distinctive prefix with fixed length or a checksum.
    VeryHigh,
}

impl Precision {
    /// SARIF's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::VeryHigh => "very-high",
        }
    }
}

/// Everything a report says about a rule.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// What was found: a noun phrase without a full stop.
    pub title: Str,
    /// Why it matters: what the secret opens, or who can read it.
    pub about: Str,
    /// The next step.
    pub fix: Str,
    /// Leak, exposure or hygiene.
    pub class: Class,
    /// Harm of a true finding.
    pub severity: Severity,
    /// How often it is right.
    pub precision: Precision,
    /// Pages that document the format or the practice.
    pub references: Cow<'static, [Str]>,
    /// Weakness numbers of the Common Weakness Enumeration.
    pub cwe: Cow<'static, [u16]>,
    /// What it guards, and which standards ask for that.
    pub practices: &'static [&'static Practice],
    /// Rules of other tools for the same fault.
    pub peers: &'static [Peer],
    /// Words to filter rules by: the provider, the family.
    pub tags: Cow<'static, [Str]>,
}

impl Rule {
    /// The places in standards that ask for what it guards, each once, by document.
    #[must_use]
    pub fn standards(&self) -> Vec<Standard> {
        let mut all: Vec<Standard> = Vec::new();
        for standard in self.practices.iter().flat_map(|p| p.standards) {
            if !all.contains(standard) {
                all.push(*standard);
            }
        }
        all.sort_by_key(|s| s.body);
        all
    }
}
