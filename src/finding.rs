//! What is reported: a finding, where it stands, why it is believed and what holds it back.

mod summary;

use std::sync::Arc;

use serde::Serialize;

use crate::rule::{Class, RuleId, Severity};
use crate::span::Span;

pub use summary::{Skip, Summary};

/// The bytes of a secret. It has no `Debug`, `Display` or `Serialize`, so that it cannot slip into an output.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// Takes hold of the bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The bytes themselves: for hashing, masking and `--show-secrets` only.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

/// How sure the judge is: high from 0.8, medium from 0.5, low from 0.2, nothing below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Not believed; only `explain` shows it.
    None,
    /// From 0.2.
    Low,
    /// From 0.5.
    Medium,
    /// From 0.8.
    High,
}

impl Confidence {
    /// The band that a probability from 0 to 1 falls in.
    #[must_use]
    pub fn of(probability: f32) -> Self {
        match probability {
            p if p >= 0.8 => Self::High,
            p if p >= 0.5 => Self::Medium,
            p if p >= 0.2 => Self::Low,
            _ => Self::None,
        }
    }

    /// The band as users write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One step of the judge: what it saw and how far that moved the belief.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// What was seen, as a short clause: `the name says password`.
    pub text: std::borrow::Cow<'static, str>,
    /// Change of the log-odds; positive speaks for a secret.
    pub weight: f32,
}

/// What the judge says of a candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Probability from 0 to 1 that it is a secret.
    pub confidence: f32,
    /// The steps, in the order in which they were taken.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// The band of the confidence.
    #[must_use]
    pub fn band(&self) -> Confidence {
        Confidence::of(self.confidence)
    }

    /// Moves the belief by a weight in log-odds, for a reason.
    pub(crate) fn add(&mut self, weight: f32, text: impl Into<std::borrow::Cow<'static, str>>) {
        let odds = log_odds(self.confidence) + weight;
        self.confidence = 1.0 / (1.0 + (-odds).exp());
        self.reasons.push(Reason {
            text: text.into(),
            weight,
        });
    }
}

/// Log-odds of a probability from 0 to 1.
pub(crate) fn log_odds(probability: f32) -> f32 {
    (probability / (1.0 - probability)).ln()
}

/// A position in a file, for people and for SARIF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in UTF-16 code units.
    pub column: u32,
}

/// Where a secret starts and where it ends (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Region {
    /// Of the first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// The lines around a secret, masked, cut at a sensible width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Number of the first line shown.
    pub first_line: u32,
    /// The text, lines separated by `\n`; every candidate in it is masked.
    pub text: String,
    /// Byte range of the (masked) secret in `text`.
    pub mark: std::ops::Range<usize>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Relative to the scan root, with `/`; bytes that are no UTF-8 are percent-encoded.
    pub path: Arc<str>,
    /// The exact columns of the secret.
    pub region: Region,
    /// The lines around it.
    pub excerpt: Excerpt,
}

/// A place that belongs to a finding without being the secret: the other half of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What stands there: a noun phrase.
    pub message: String,
}

/// How a value goes from where it is written to where it ends up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// In the order in which the value passes them; the first is where it is written.
    pub steps: Vec<Related>,
}

/// A change of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file, as places name it.
    pub path: Arc<str>,
    /// What goes, in the decoded text; empty where something is put in.
    pub span: Span,
    /// The same for people.
    pub region: Region,
    /// What comes. It holds nothing of a secret.
    pub replacement: String,
    /// The lines that it touches, whole and masked.
    pub lines: Excerpt,
    /// Of the text that was analysed: no other is changed.
    pub digest: Digest,
}

/// Tells whether a text is the one that was analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

/// A change that mends a finding, where there is one right way and nothing has to be made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command without a full stop.
    pub message: String,
    /// All of it, or nothing; at least one.
    pub edits: Vec<Edit>,
}

/// Why a finding is not reported by default. Nothing is dropped on the way; it is filtered once, at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Held {
    /// The confidence is below `--min-confidence`.
    Threshold,
    /// An inline marker allows it.
    Marker {
        /// Line of the marker.
        line: u32,
        /// The reason given, if any.
        reason: Option<String>,
    },
    /// An allow entry of the configuration.
    Config {
        /// The reason given, or the number of the entry.
        entry: String,
    },
    /// It stood there before the change that was scanned.
    Known,
    /// An entry of the baseline: it was there before.
    Baseline,
}

/// A commit, as far as a finding needs to name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// Its full id.
    pub id: String,
    /// When its author wrote it: `2026-01-02T03:04:05+01:00`.
    pub date: Option<String>,
}

/// A name for a finding that survives moved lines and a better rule: class, path, keyed hash of the value and
/// ordinal, hashed to 128 bits in hexadecimal. Only 16 bits of the value go in, so a guess cannot be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

/// A secret that was found at a place.
#[derive(Clone)]
pub struct Finding {
    /// The rule that names it best.
    pub rule: RuleId,
    /// Class of the rule.
    pub class: Class,
    /// Severity of the rule, or what the configuration says instead.
    pub severity: Severity,
    /// One sentence: what was found here; no part of the secret but its masked form.
    pub message: String,
    /// Where it stands.
    pub place: Place,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Where its value goes, if it does not end up where it stands.
    pub flow: Option<Flow>,
    /// The secret itself; none where what is wrong is no text: a copy made later, a policy.
    pub secret: Option<Secret>,
    /// Where there is no secret: what it is about in the words of the file, so that it is known again. Never shown.
    pub subject: String,
    /// The secret as it may be shown: its public prefix and dots.
    pub masked: String,
    /// Equal values have equal numbers within a report: one secret, n places.
    pub group: u32,
    /// How sure and why.
    pub verdict: Verdict,
    /// Other rules that reported the same bytes.
    pub also: Vec<RuleId>,
    /// What holds it back.
    pub held: Option<Held>,
    /// What mends it, where that is certain.
    pub fix: Option<Fix>,
    /// The next step with the names of the file, where that says more than the rule's own `fix`.
    pub next: Option<String>,
    /// The first commit that has it, where history was scanned.
    pub commit: Option<Commit>,
    /// Its name across runs.
    pub fingerprint: Fingerprint,
}

/// What kind of thing a notice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Something asked for could not be read: the scan is incomplete and exits with 2.
    Unreadable,
    /// More findings of a rule in a file than are kept.
    Capped,
    /// The encoding was guessed.
    GuessedEncoding,
    /// An inline marker that allowed nothing.
    UnusedMarker,
    /// A marker that cannot be understood.
    BadMarker,
    /// An entry of the configuration that did nothing.
    UnusedAllow,
    /// Entries of the baseline that hold nothing.
    StaleBaseline,
    /// A template or a program that was not parsed, or not to its end: patterns and the plain reader saw it, no audit
    /// of templates or programs did.
    NotParsed,
    /// Git did not say which files it tracks in spite of an ignore rule; such files were not scanned.
    GitFailed,
    /// A file in conflict: nothing is staged for it.
    Unmerged,
    /// An archive that was not read whole.
    ArchiveCut,
    /// History that ends before its start.
    Shallow,
    /// A marker that the commits under review add.
    NewAllow,
}

impl NoticeKind {
    /// The kind as reports write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Capped => "capped",
            Self::GuessedEncoding => "guessed-encoding",
            Self::UnusedMarker => "unused-marker",
            Self::BadMarker => "bad-marker",
            Self::UnusedAllow => "unused-allow",
            Self::StaleBaseline => "stale-baseline",
            Self::NotParsed => "not-parsed",
            Self::GitFailed => "git-failed",
            Self::Unmerged => "unmerged",
            Self::ArchiveCut => "archive-cut",
            Self::Shallow => "shallow",
            Self::NewAllow => "new-allow",
        }
    }
}

/// Something a user should know about the scan that is no finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Notice {
    /// The file, where it is about one.
    pub path: Option<Arc<str>>,
    /// The line, where it is about one.
    pub line: Option<u32>,
    /// What kind of notice.
    pub kind: NoticeKind,
    /// What happened, lower case, no full stop.
    pub message: String,
}

impl Notice {
    /// A file, or whatever has this name, cannot be read.
    pub(crate) fn unreadable(path: &Arc<str>, why: &str) -> Self {
        Self {
            path: Some(path.clone()),
            line: None,
            kind: NoticeKind::Unreadable,
            message: format!("cannot be read: {why}"),
        }
    }
}

/// All that a scan has to say.
#[derive(Clone, Default)]
pub struct Report {
    /// Sorted by path, position and rule. Held ones are present only where they were asked for.
    pub findings: Vec<Finding>,
    /// Sorted.
    pub notices: Vec<Notice>,
    /// Counts.
    pub summary: Summary,
    /// The rules that were on, sorted by id.
    pub rules: Vec<crate::rule::Rule>,
}
