//! What the readers and the audits say of a text: the plain reader first, and a grammar where that finds something, or
//! where a word stands at which an audit wants the program read.

use std::cell::OnceCell;

use crate::audit::across::takes_imported;
use crate::audit::{Sighting, Subject, says_one};
use crate::facts::{Facts, Voice};
use crate::finding::{Confidence, Notice, NoticeKind, log_odds};
use crate::judge::{Candidate, Prior};
use crate::pattern::Hits;
use crate::resolve::Judged;
use crate::syntax::plain::{self, docs::Docs};
use crate::syntax::program::{self, Program};
use crate::syntax::{Language, lang};
use crate::text::Text;
use crate::text::test_code;

use super::one::{Engine, weigh};
use super::programs::Ties;
use super::unnamed;

/// A text, and what the prefilter saw in it.
pub(super) struct Heard<'s> {
    pub(super) engine: &'s Engine,
    pub(super) text: &'s Text,
    pub(super) utf8: &'s str,
    pub(super) hits: &'s Hits,
    /// Texts of several lines within code.
    pub(super) docs: &'s Docs<'s>,
    /// Whether it tests other code, if anybody asked.
    pub(super) tests: OnceCell<bool>,
}

/// What came of a text.
pub(super) struct Said {
    pub(super) judged: Vec<Judged<'static>>,
    pub(super) notice: Option<Notice>,
    pub(super) ties: Ties,
}

/// How large a text may be, in bytes, to be parsed for nothing but names that the plain reader left unread. What is larger is
/// data or bundled, and costs as much as many others.
const MOST_LEFT: usize = 48 << 10;

impl<'s> Heard<'s> {
    /// What the audits over facts and the detector of unnamed tokens take for secrets. Only a `whole` text is parsed.
    pub(super) fn judged(&self, whole: bool) -> Said {
        let stems = &self.hits.seen.stems;
        if stems.is_empty() && self.hits.seen.cued == 0 {
            return self.weighed(&Facts::default());
        }
        let facts = plain::read(&self.text.bytes, self.text.kind, stems, self.docs);
        let said = self.weighed(&facts);
        let Some(language) = self.language(&said.judged, &facts).filter(|_| whole) else {
            return said;
        };
        match program::read(self.utf8, language) {
            // A page or notebook that holds no program.
            Ok(None) => said,
            Ok(Some(program)) => {
                let mut known = self.weighed(&Program::joined(program, facts));
                let lost = |j: &Judged<'_>| !known.judged.iter().any(|k| k.span.overlaps(j.span));
                let lost: Vec<_> = said.judged.into_iter().filter(lost).map(doubted).collect();
                known.judged.extend(lost);
                known
            }
            Err(cut) => Said {
                notice: Some(self.notice(language.name(), cut.reason())),
                ..said
            },
        }
    }

    /// The language of the text, if its program is worth a parse.
    fn language(&self, judged: &[Judged<'_>], plain: &Facts) -> Option<&'static Language> {
        let language = lang::of(&self.text.path)?;
        let suspect = |j: &Judged<'_>| {
            j.verdict.band() > Confidence::None && !self.docs.contain(j.span.start as usize)
        };
        let wanted = || {
            let stems = &self.hits.seen.stems;
            self.cued() && !lang::declares_only(&self.text.path)
                || judged.iter().any(suspect)
                || self.text.bytes.len() <= MOST_LEFT
                    && plain::leaves_more(&self.text.bytes, stems, plain)
        };
        (!self.text.kind.generated && wanted()).then_some(language)
    }

    /// Whether an audit wants the program read; the prefilter, which saw its words, does not care for case.
    fn cued(&self) -> bool {
        let cued = self.hits.seen.cued;
        let audits = self.engine.audits.iter().enumerate();
        audits
            .filter(|(number, _)| cued >> number & 1 == 1)
            .any(|(_, audit)| says_one(self.utf8, audit.cues) && (audit.wants)(self.utf8))
    }

    /// What the audits see in the facts, and unnamed tokens, judged.
    fn weighed(&self, facts: &Facts) -> Said {
        let (text, engine) = (self.text, self.engine);
        let mut sightings = Vec::new();
        let subject = Subject::new(facts, self.utf8, text.kind);
        for audit in &engine.audits {
            (audit.run)(&subject, &mut sightings);
        }
        let mut tokens = self.unnamed();
        unnamed::leave_to_names(
            &mut tokens,
            sightings.iter().map(|s| s.candidate.span).collect(),
        );
        sightings.extend(tokens.into_iter().map(Sighting::of));
        let takes = self.hits.seen.cued & engine.taking != 0 && takes_imported(&subject);
        let judged = sightings.into_iter();
        Said {
            judged: judged.filter_map(|seen| self.sighted(seen)).collect(),
            notice: None,
            ties: Ties {
                takes,
                concerns: subject.concerns_others(),
            },
        }
    }

    /// What an audit saw, judged.
    fn sighted(&self, mut seen: Sighting<'_>) -> Option<Judged<'static>> {
        Some(told(self.weigh(&mut seen.candidate)?, seen))
    }

    /// Judges a candidate; again where it is believed and the code tests other code. All of the text is looked through for
    /// this: not for what nobody believes anyway.
    pub(super) fn weigh<'r>(&self, candidate: &mut Candidate<'_, 'r>) -> Option<Judged<'r>> {
        let judged = weigh(self.engine, candidate)?;
        let believed = judged.verdict.band() > Confidence::None;
        if !believed || candidate.evidence.voice != Voice::Code || !self.is_test() {
            return Some(judged);
        }
        match self.voice_of_test(candidate) {
            Voice::Code => Some(judged),
            voice => {
                candidate.evidence.voice = voice;
                weigh(self.engine, candidate)
            }
        }
    }

    /// Who speaks in code that tests other code. A documented shape is not made up but where a result is compared with it.
    fn voice_of_test(&self, candidate: &Candidate<'_, '_>) -> Voice {
        let (text, at) = (&self.text.bytes, candidate.span.start as usize);
        match candidate.evidence.prior {
            Prior::Pattern { .. } if test_code::is_compared(text, at) => Voice::Answer,
            Prior::Pattern { .. } => Voice::Code,
            _ if test_code::has_answer(text, at) => Voice::Answer,
            _ => Voice::Test,
        }
    }

    fn is_test(&self) -> bool {
        let looked = || test_code::is_test_code(&self.text.bytes, self.text.kind.format);
        *self.tests.get_or_init(looked)
    }

    /// Tokens that nothing names.
    fn unnamed<'f>(&self) -> Vec<Candidate<'f, 'static>>
    where
        's: 'f,
    {
        let mut tokens = Vec::new();
        if self.engine.unnamed {
            let surroundings = unnamed::Surroundings {
                names: &self.hits.seen.stems,
                docs: self.docs,
                everywhere: self.engine.settings.wants_low() || self.text.kind.credential_file,
            };
            unnamed::candidates(self.text, self.utf8, surroundings, &mut tokens);
        }
        tokens
    }

    fn notice(&self, language: &str, why: &str) -> Notice {
        Notice {
            path: Some(self.text.path.clone()),
            line: None,
            kind: NoticeKind::NotParsed,
            message: format!("not fully analysed as {language}: {why}"),
        }
    }
}

/// What the plain reader takes for a value and the grammar does not: hardly believed, and still hidden wherever the text
/// is shown.
fn doubted(mut judged: Judged<'static>) -> Judged<'static> {
    let verdict = &mut judged.verdict;
    let weight = log_odds(DOUBTED) - log_odds(verdict.confidence);
    if weight < 0.0 {
        verdict.add(weight, "the grammar sees no value here");
    }
    judged
}

/// Just within the lowest band.
const DOUBTED: f32 = 0.21;

/// What an audit saw, judged.
pub(super) fn sighted(engine: &Engine, seen: Sighting<'_>) -> Option<Judged<'static>> {
    Some(told(weigh(engine, &seen.candidate)?, seen))
}

/// A judgement with what the audit has to say; a fact that is no text is no secret.
fn told(judged: Judged<'static>, seen: Sighting<'_>) -> Judged<'static> {
    let prior = seen.candidate.evidence.prior;
    Judged {
        secret: !matches!(prior, Prior::Stated { .. }),
        detail: seen.detail.or(judged.detail),
        flow: seen.flow,
        mend: seen.mend,
        next: seen.next,
        ..judged
    }
}
