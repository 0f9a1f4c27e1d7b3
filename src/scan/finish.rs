//! From judged candidates to findings: suppressed, masked, named, placed.

use std::sync::OnceLock;

use crate::audit::Rewrite;
use crate::finding::{
    Confidence, Digest, Edit, Excerpt, Finding, Fingerprint, Fix, Flow, Held, Notice, NoticeKind,
    Place, Region, Related, Secret,
};
use crate::pattern::Pattern;
use crate::resolve::Judged;
use crate::rule::RuleId;
use crate::span::Span;
use crate::suppress::marker::{KnownRules, Markers};
use crate::text::Text;
use crate::text::position::LineIndex;

use super::Outcome;
use super::mask::{self, Hide};
use super::one::Engine;
use super::settings::Settings;
use super::unnamed;

/// Most findings of one rule that are kept of one text.
const MOST_PER_RULE: usize = 1000;
/// How much of a line is shown on each side of a secret, in bytes.
const SHOWN: usize = 100;
/// Lines of a long secret that are shown.
const SHOWN_LINES: usize = 3;

/// Turns what was judged of one text into findings.
pub(crate) fn findings(
    engine: &Engine,
    text: &Text,
    judged: Vec<Judged<'_>>,
    marked: bool,
) -> Outcome {
    if !judged.iter().any(|j| wanted(engine, j)) && !marked {
        return Outcome::default();
    }
    let shown = Shown::new(engine, text, &judged);
    linked(engine, &[shown], 0, &judged)
}

/// Whether anybody asked for it.
fn wanted(engine: &Engine, judged: &Judged<'_>) -> bool {
    let Settings {
        min_confidence,
        keep_held,
        keep_all,
        ..
    } = engine.settings;
    let band = judged.verdict.band();
    keep_all || band >= min_confidence || keep_held && band > Confidence::None
}

/// Turns what was judged of one of several texts into findings; flows lead through the others. Those that nobody asked
/// for end here, after they were masked in others.
pub(crate) fn linked(
    engine: &Engine,
    all: &[Shown<'_>],
    number: usize,
    judged: &[Judged<'_>],
) -> Outcome {
    let text = all[number].text;
    let mut outcome = Outcome::default();
    let markers = if engine.settings.inline_allow {
        Markers::find(&text.bytes)
    } else {
        Markers::default()
    };
    let mut finisher = Finisher {
        engine,
        text,
        shown: &all[number],
        all,
        markers,
    };
    let mut counts: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for one in judged.iter().filter(|j| wanted(engine, j)) {
        let count = counts.entry(one.rule.id.as_str()).or_default();
        *count += 1;
        if *count <= MOST_PER_RULE {
            outcome.findings.push(finisher.finding(one));
        }
    }
    for (rule, count) in counts.into_iter().filter(|(_, n)| *n > MOST_PER_RULE) {
        outcome.notices.push(Notice {
            path: Some(text.path.clone()),
            line: None,
            kind: NoticeKind::Capped,
            message: format!("{count} findings of {rule}; the first {MOST_PER_RULE} are kept"),
        });
    }
    outcome.notices.extend(finisher.marker_notices());
    outcome
        .findings
        .retain(|f| f.held.is_none() || engine.settings.keep_held);
    outcome
}

/// What must not be seen in any excerpt: all candidates, reported or not.
fn hide_list(engine: &Engine, text: &Text, judged: &[Judged<'_>]) -> Vec<Hide> {
    let secrets = judged
        .iter()
        .filter(|j| j.secret)
        .filter(|j| {
            j.verdict.band() > Confidence::None
                || engine.settings.keep_all
                || may_be_chosen(j.span.of(&text.bytes))
        })
        .map(|j| (&j.rule.id, j.span));
    let partners = judged.iter().filter_map(|j| j.partner.as_ref());
    secrets
        .chain(partners.map(|(rule, span)| (rule, *span)))
        .map(|(rule, span)| Hide {
            span,
            prefix: public_prefix(engine, rule, span, text),
        })
        .collect()
}

/// Letters and digits in one run: what people choose, though nobody believes in it.
fn may_be_chosen(value: &[u8]) -> bool {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    value.iter().all(u8::is_ascii_alphanumeric) && digits > 0 && digits < value.len()
}

/// The part of a token that every token of its kind starts with.
fn public_prefix(engine: &Engine, rule: &RuleId, span: Span, text: &Text) -> usize {
    let pattern: Option<&Pattern> = engine
        .catalogue
        .patterns()
        .iter()
        .find(|p| p.rule.id == *rule);
    let secret = span.of(&text.bytes);
    let anchors = pattern.into_iter().flat_map(|p| p.anchors.iter());
    anchors
        .filter(|a| secret.starts_with(a.as_bytes()))
        .map(|a| a.len())
        .max()
        .unwrap_or(0)
}

struct Finisher<'e> {
    engine: &'e Engine,
    text: &'e Text,
    shown: &'e Shown<'e>,
    all: &'e [Shown<'e>],
    markers: Markers,
}

impl<'e> Finisher<'e> {
    fn finding(&mut self, judged: &Judged<'_>) -> Finding {
        let (text, span) = self.written(judged);
        let is_secret = judged.secret || judged.origin.is_some_and(|o| o.secret);
        let marked = span.of(&text.bytes);
        let (secret, subject) = match is_secret {
            true => (marked, String::new()),
            false => (&[][..], judged.subject(marked)),
        };
        let place = self.shown.place(judged.span);
        let held = self.held(judged, secret, &place);
        let prefix = public_prefix(self.engine, &judged.rule.id, span, text);
        let masked = match is_secret {
            true => mask::masked(secret, prefix),
            false => String::new(),
        };
        Finding {
            rule: judged.rule.id.clone(),
            class: judged.rule.class,
            severity: judged.rule.severity,
            message: judged.message(),
            related: self.related(judged),
            flow: self.flow(judged),
            secret: is_secret.then(|| Secret::new(secret)),
            subject,
            masked,
            group: 0,
            verdict: judged.verdict.clone(),
            also: judged.also.clone(),
            held,
            fix: self.fix(judged),
            next: judged.next.clone(),
            commit: None,
            fingerprint: Fingerprint(String::new()),
            place,
        }
    }

    /// Where what is reported was written.
    fn written(&self, judged: &Judged<'_>) -> (&'e Text, Span) {
        match judged.origin {
            Some(origin) => (self.all[origin.file].text, origin.span),
            None => (self.text, judged.span),
        }
    }

    /// What is allowed where it was written is allowed wherever it goes.
    fn held_there(&self, judged: &Judged<'_>, secret: &[u8]) -> Option<Held> {
        let origin = judged.origin?;
        let there = &self.all[origin.file];
        let line = |at: u32| u32::try_from(there.lines.line_of(at as usize)).unwrap_or(u32::MAX);
        let lines = (line(origin.span.start), line(origin.span.end));
        let (rule, span) = (&judged.rule.id, origin.span.range());
        let marker = self
            .engine
            .settings
            .inline_allow
            .then(|| Markers::find(&there.text.bytes).hold(rule, &judged.also, lines, span));
        let marker = marker.flatten();
        marker.or_else(|| self.engine.allow.hold(rule, &there.text.path, secret))
    }

    fn held(&mut self, judged: &Judged<'_>, secret: &[u8], place: &Place) -> Option<Held> {
        if judged.verdict.band() < self.engine.settings.min_confidence {
            return Some(Held::Threshold);
        }
        let base = self.text.base.line;
        let Region { start, end } = place.region;
        let lines = (start.line - base - 1, end.line - base - 1);
        let by_marker =
            match self
                .markers
                .hold(&judged.rule.id, &judged.also, lines, judged.span.range())
            {
                Some(Held::Marker { line, reason }) => Some(Held::Marker {
                    line: line + base,
                    reason,
                }),
                other => other,
            };
        if by_marker.is_some() || self.engine.settings.of_history {
            return by_marker;
        }
        let by_config = self.engine.allow.hold(&judged.rule.id, &place.path, secret);
        by_config.or_else(|| self.held_there(judged, secret))
    }

    /// Markers that allow nothing, or cannot be understood.
    fn marker_notices(&self) -> Vec<Notice> {
        let ids: Vec<&str> = self
            .engine
            .catalogue
            .rules()
            .iter()
            .map(|r| r.id.as_str())
            .collect();
        let known = KnownRules {
            ids: &ids,
            all_on: self.engine.catalogue.all_on(),
        };
        let mut notices = self.markers.notices(&self.text.path, known);
        for notice in &mut notices {
            notice.line = notice.line.map(|line| line + self.text.base.line);
        }
        notices
    }

    fn related(&self, judged: &Judged<'_>) -> Vec<Related> {
        let partner = judged.partner.iter().filter(|(_, span)| !span.is_empty());
        let origin = judged.origin.map(|origin| Related {
            place: self.all[origin.file].place(origin.span),
            message: match judged.flow.first() {
                Some(step) => step.message.clone(),
                None => "written here".to_owned(),
            },
        });
        let partner = partner.map(|(rule, span)| Related {
            place: self.shown.place(*span),
            message: self
                .engine
                .catalogue
                .find(rule.as_str())
                .map_or_else(String::new, |r| r.title.to_string()),
        });
        let ends = judged.ends.iter().map(|step| Related {
            place: self.all[step.file].place(step.span),
            message: format!("it ends up here as well: {}", step.message),
        });
        origin.into_iter().chain(partner).chain(ends).collect()
    }

    fn fix(&self, judged: &Judged<'_>) -> Option<Fix> {
        let mend = judged.mend.as_ref()?;
        let edits = mend.rewrites.iter().map(|one| self.all[one.file].edit(one));
        Some(Fix {
            message: mend.message.clone(),
            edits: edits.collect(),
        })
    }

    /// The places that a value passes.
    fn flow(&self, judged: &Judged<'_>) -> Option<Flow> {
        let steps = judged.flow.iter().map(|step| Related {
            place: self.all[step.file].place(step.span),
            message: step.message.clone(),
        });
        (!judged.flow.is_empty()).then(|| Flow {
            steps: steps.collect(),
        })
    }
}

/// A text with what must not be seen of it.
pub(crate) struct Shown<'e> {
    text: &'e Text,
    lines: LineIndex<'e>,
    hide: Vec<Hide>,
    digest: OnceLock<[u8; 32]>,
}

impl<'e> Shown<'e> {
    /// Hides all candidates.
    pub(crate) fn new(engine: &Engine, text: &'e Text, judged: &[Judged<'_>]) -> Self {
        Self {
            text,
            lines: LineIndex::new(text),
            hide: hide_list(engine, text, judged),
            digest: OnceLock::new(),
        }
    }

    fn edit(&self, rewrite: &Rewrite) -> Edit {
        let digest = || *blake3::hash(&self.text.bytes).as_bytes();
        Edit {
            path: self.text.path.clone(),
            span: rewrite.span,
            region: self.lines.region(rewrite.span),
            replacement: rewrite.text.clone(),
            lines: self.lines_of(rewrite.span),
            digest: Digest(*self.digest.get_or_init(digest)),
        }
    }

    /// The whole lines that a span touches, and the next one where it ends at the start of that.
    fn lines_of(&self, span: Span) -> Excerpt {
        let first = self.lines.line_of(span.start as usize);
        let last = self.lines.line_of(span.end as usize);
        let shown = Span {
            start: self.lines.line_span(first).start,
            end: self.lines.line_span(last).end,
        };
        self.masked(first, shown, span)
    }

    fn place(&self, span: Span) -> Place {
        Place {
            path: self.text.path.clone(),
            region: self.lines.region(span),
            excerpt: self.excerpt(span),
        }
    }

    /// The lines of the secret, no others: what was not judged on other lines cannot be masked.
    fn excerpt(&self, span: Span) -> Excerpt {
        let first = self.lines.line_of(span.start as usize);
        let last = self
            .lines
            .line_of(span.end.max(span.start + 1) as usize - 1)
            .min(first + SHOWN_LINES - 1);
        let (line, end) = (self.lines.line_span(first), self.lines.line_span(last));
        let shown = Span {
            start: line
                .start
                .max(self.boundary(span.start.saturating_sub(SHOWN as u32))),
            end: end
                .end
                .min(self.boundary(span.end.min(end.end).saturating_add(SHOWN as u32))),
        };
        self.masked(first, shown, span)
    }

    /// What is shown, which begins on line `first`, without secrets.
    fn masked(&self, first: usize, shown: Span, span: Span) -> Excerpt {
        let near = |h: &&Hide| h.span.overlaps(shown) || h.span.overlaps(span);
        let mut hide: Vec<Hide> = self.hide.iter().filter(near).cloned().collect();
        let mut unnamed = unnamed::believable(self.text, shown);
        unnamed.retain(|token| !hide.iter().any(|h| h.span.overlaps(*token)));
        hide.extend(unnamed.into_iter().map(|span| Hide { span, prefix: 0 }));
        let (text, mark) = mask::excerpt(&self.text.bytes, shown, &hide, span);
        Excerpt {
            first_line: self.text.base.line + first as u32 + 1,
            text,
            mark,
        }
    }

    /// The start of the character at or before `at`.
    fn boundary(&self, at: u32) -> u32 {
        let bytes = &self.text.bytes;
        let mut at = (at as usize).min(bytes.len());
        while at > 0 && at < bytes.len() && bytes[at] & 0xC0 == 0x80 {
            at -= 1;
        }
        at as u32
    }
}
