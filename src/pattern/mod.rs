//! Secrets known by their shape: provider rules as data, found by one prefilter pass and lazy regexes on windows.
//!
//! The anchors of all rules go through one automaton. Only where an anchor stands is the regex of its rule run, on a
//! window that is as long as the rule's longest match; `scan_naive` runs every regex over everything and must find
//! the same.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use crate::practice::STORE;
use crate::rule::{Class, Precision, Rule, RuleId, Severity, Str};
use crate::schema::{Checksum, Inspect, PatternEntry, ProviderFile, SeverityWord};
use crate::span::Span;

mod automaton;
pub(crate) mod checksum;
pub(crate) mod entropy;
pub(crate) mod inspect;
pub(crate) mod prefilter;

use prefilter::{AnchorHit, Prefilter, Seen};

/// A rule over text.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What reports say about it.
    pub rule: Rule,
    /// Belief in a match before its value is looked at.
    pub prior: f32,
    /// Rust regex syntax over bytes.
    pub regex: Str,
    /// Every match contains one of these; compared without ASCII case where the regex ignores it.
    pub anchors: Cow<'static, [Str]>,
    /// Longest match in bytes where the regex sets no bound.
    pub max_length: Option<usize>,
    /// A checksum in the secret.
    pub checksum: Option<Checksum>,
    /// A look inside.
    pub inspect: Option<Inspect>,
    /// The rule that finds the other half.
    pub pair: Option<Pair>,
    /// Snippets with exactly one secret of this rule.
    pub examples: Cow<'static, [Str]>,
    /// Snippets with none.
    pub counterexamples: Cow<'static, [Str]>,
}

/// Where the other half of a credential is found.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Rule of the id half.
    pub rule: RuleId,
    /// Lines that may lie between.
    pub lines: u32,
}

/// The rules of `rules/`, transcribed by `build.rs`.
pub(crate) static BUILTIN: &[Pattern] = include!(concat!(env!("OUT_DIR"), "/patterns.rs"));

/// The weaknesses that a written secret is: keys and passwords have numbers of their own.
const fn weaknesses(inspect: Option<Inspect>) -> &'static [u16] {
    match inspect {
        Some(Inspect::PrivateKey) => &[321, 798],
        Some(Inspect::BasicAuth) => &[259, 798],
        Some(Inspect::Jwt) | None => &[798],
    }
}

/// SARIF's precision follows from the prior that a rule states.
const fn precision(prior: f32) -> Precision {
    match prior {
        p if p >= 0.9 => Precision::VeryHigh,
        p if p >= 0.8 => Precision::High,
        p if p >= 0.5 => Precision::Medium,
        _ => Precision::Low,
    }
}

impl Pattern {
    /// A rule of a project's own configuration.
    #[must_use]
    pub fn from_entry(file: &ProviderFile, entry: &PatternEntry) -> Self {
        let own = |s: &str| -> Str { Cow::Owned(s.trim().to_owned()) };
        let list = |v: &[String]| Cow::Owned(v.iter().map(|s| Cow::Owned(s.clone())).collect());
        Self {
            rule: Rule {
                id: RuleId(own(&entry.id)),
                title: own(&entry.title),
                about: own(&entry.about),
                fix: own(&entry.fix),
                class: Class::Leak,
                severity: match entry.severity {
                    SeverityWord::Low => Severity::Low,
                    SeverityWord::Medium => Severity::Medium,
                    SeverityWord::High => Severity::High,
                    SeverityWord::Critical => Severity::Critical,
                },
                precision: precision(entry.confidence),
                references: list(&file.references),
                cwe: Cow::Borrowed(weaknesses(entry.inspect)),
                practices: &[&STORE],
                peers: &[],
                tags: list(std::slice::from_ref(&file.provider)),
            },
            prior: entry.confidence,
            regex: Cow::Owned(entry.regex.clone()),
            anchors: list(&entry.anchors),
            max_length: entry.max_length,
            checksum: entry.checksum,
            inspect: entry.inspect,
            pair: entry.pair.as_ref().map(|p| Pair {
                rule: RuleId(own(&p.rule)),
                lines: p.lines,
            }),
            examples: list(&entry.examples),
            counterexamples: list(&entry.counterexamples),
        }
    }

    /// Whether some part of the regex is matched without case, so that its anchors must be, too.
    fn ignores_case(&self) -> bool {
        self.regex.contains("(?i")
    }

    /// Compiles the regex and finds how long a match can be.
    ///
    /// # Errors
    /// When the regex does not compile, or sets no bound and the rule states none.
    pub fn compile(&self) -> Result<Matcher, String> {
        let regex = RegexBuilder::new(&self.regex)
            .unicode(false)
            .size_limit(2 << 20)
            .build()
            .map_err(|e| e.to_string())?;
        let hir = regex_syntax::ParserBuilder::new()
            .unicode(false)
            .utf8(false)
            .build()
            .parse(&self.regex);
        let bound = hir.ok().and_then(|h| h.properties().maximum_len());
        let max_length = match (bound, self.max_length) {
            (_, Some(stated)) => stated,
            (Some(bound), None) => bound,
            (None, None) => {
                return Err(
                    "regex has no longest match: bound its repetitions or state max-length".into(),
                );
            }
        };
        let named = |name: Option<&str>| name.is_some_and(|n| n.starts_with("secret"));
        let groups = regex
            .capture_names()
            .enumerate()
            .filter(|(_, n)| named(*n))
            .map(|(i, _)| i)
            .collect();
        Ok(Matcher {
            regex,
            max_length,
            groups,
        })
    }
}

/// A compiled rule.
#[derive(Debug)]
pub struct Matcher {
    regex: Regex,
    max_length: usize,
    groups: Vec<usize>,
}

impl Matcher {
    /// The group that took part, or the whole match where no group is named.
    fn secret(
        &self,
        text: &[u8],
        found: regex::bytes::Match<'_>,
    ) -> Option<std::ops::Range<usize>> {
        if self.groups.is_empty() {
            return Some(found.range());
        }
        let captures = self.regex.captures_at(text, found.start())?;
        self.groups
            .iter()
            .find_map(|&g| captures.get(g))
            .map(|m| m.range())
    }

    /// Secrets whose match starts at or after `window.start` and lies in the window.
    fn secrets(&self, text: &[u8], window: Span, mut each: impl FnMut(Span)) {
        let text = &text[..window.end as usize];
        let mut at = window.start as usize;
        while at <= text.len() {
            let Some(found) = self.regex.find_at(text, at) else {
                return;
            };
            let secret = self.secret(text, found);
            // What ends a token may begin the next, so the search goes on where the secret ended.
            at = secret
                .as_ref()
                .map_or(found.end(), |s| s.end)
                .max(found.start() + 1);
            if let Some(secret) = secret.filter(|s| found.len() <= self.max_length && !s.is_empty())
            {
                each(secret.into());
            }
        }
    }
}

/// A place where a rule's regex matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    /// The secret itself.
    pub(crate) secret: Span,
    /// Index of the rule among the patterns.
    pub(crate) pattern: u16,
}

/// All pattern rules of a scan, ready to run.
pub(crate) struct Patterns {
    patterns: Vec<Pattern>,
    matchers: Vec<OnceLock<Option<Matcher>>>,
    prefilter: Prefilter,
}

/// Buffers of one worker, kept between blobs.
#[derive(Default)]
pub(crate) struct Hits {
    /// Anchors, stems of credential names, and whether the text may hold inline markers.
    pub(crate) seen: Seen,
    /// Matches of the last text, ordered by secret and rule.
    pub(crate) matches: Vec<Match>,
}

impl Patterns {
    /// Makes rules ready; `stems`, `cues` and `mark` are looked for in the same pass.
    pub(crate) fn new(
        patterns: Vec<Pattern>,
        stems: &[&str],
        cues: &[(u8, &str)],
        mark: &str,
    ) -> Self {
        let prefilter = Prefilter::new(
            patterns.iter().map(|p| (&*p.anchors, p.ignores_case())),
            stems,
            cues,
            mark,
        );
        let matchers = patterns.iter().map(|_| OnceLock::new()).collect();
        Self {
            patterns,
            matchers,
            prefilter,
        }
    }

    /// The rule of a match.
    pub(crate) fn get(&self, found: Match) -> &Pattern {
        &self.patterns[found.pattern as usize]
    }

    /// Compiled on first use; a rule that does not compile never gets here (`barekey rules --check`, config check).
    fn matcher(&self, pattern: u16) -> Option<&Matcher> {
        let index = pattern as usize;
        self.matchers[index]
            .get_or_init(|| self.patterns[index].compile().ok())
            .as_ref()
    }

    /// Finds name stems and the secrets of all rules in `text`.
    pub(crate) fn scan(&self, text: &[u8], hits: &mut Hits) {
        hits.matches.clear();
        self.prefilter.scan(text, &mut hits.seen);
        hits.seen.anchors.sort_unstable();
        for same in hits.seen.anchors.chunk_by(|a, b| a.pattern == b.pattern) {
            let pattern = same[0].pattern;
            let Some(matcher) = self.matcher(pattern) else {
                continue;
            };
            for window in windows(same, matcher.max_length, text.len()) {
                matcher.secrets(text, window, |secret| {
                    hits.matches.push(Match { secret, pattern })
                });
            }
        }
        hits.matches.sort_unstable();
        hits.matches.dedup();
    }

    /// Runs every regex over the whole text: what [`Patterns::scan`] must equal. For tests.
    #[cfg(test)]
    pub(crate) fn scan_naive(&self, text: &[u8]) -> Vec<Match> {
        let mut matches = Vec::new();
        for pattern in 0..self.patterns.len() as u16 {
            if let Some(matcher) = self.matcher(pattern) {
                let all = Span::new(0, text.len());
                matcher.secrets(text, all, |secret| matches.push(Match { secret, pattern }));
            }
        }
        matches.sort_unstable();
        matches.dedup();
        matches
    }
}

/// Merges the surroundings of anchors, which are sorted, into windows that hold every match around them.
fn windows(anchors: &[AnchorHit], reach: usize, len: usize) -> impl Iterator<Item = Span> {
    let around = move |hit: &AnchorHit| {
        let start = (hit.span.start as usize).saturating_sub(reach);
        Span::new(
            start,
            (hit.span.end as usize).saturating_add(reach + 1).min(len),
        )
    };
    let mut hits = anchors.iter().map(around).peekable();
    std::iter::from_fn(move || {
        let mut window = hits.next()?;
        while let Some(next) = hits.next_if(|n| n.start <= window.end) {
            window.end = window.end.max(next.end);
        }
        Some(window)
    })
}

#[cfg(test)]
mod tests;
