//! Several reporters of one secret become one: the most telling rule names it, the others are noted.

use crate::audit::Mend;
use crate::finding::{Confidence, Verdict};
use crate::link::Step;
use crate::rule::{Rule, RuleId};
use crate::span::Span;

/// How much a reporter knows about what it reports; the more, the better it names a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Knows {
    /// That it looks random.
    Nothing,
    /// A shape that many things share, or a name.
    Name,
    /// Where it ends up.
    Site,
    /// A provider's format.
    Provider,
}

/// A judged candidate.
#[derive(Clone, Debug)]
pub(crate) struct Judged<'r> {
    /// Its rule.
    pub(crate) rule: &'r Rule,
    /// The secret.
    pub(crate) span: Span,
    /// What the judge said.
    pub(crate) verdict: Verdict,
    /// What its rule knows.
    pub(crate) knows: Knows,
    /// Something to tell about it, such as a date of expiry.
    pub(crate) detail: Option<String>,
    /// The declaration that it stands in, by kind and name.
    pub(crate) inside: Option<String>,
    /// Other rules that reported these bytes.
    pub(crate) also: Vec<RuleId>,
    /// The other half of a pair.
    pub(crate) partner: Option<(RuleId, Span)>,
    /// Whether the span holds a secret, as opposed to something that is wrong.
    pub(crate) secret: bool,
    /// The places that the value passes, this one first; empty if it stays where it stands.
    pub(crate) flow: Vec<Step>,
    /// Where it ends up besides, by other ways.
    pub(crate) ends: Vec<Step>,
    /// Where what is reported was written, if that is in another file.
    pub(crate) origin: Option<Origin>,
    /// What mends it.
    pub(crate) mend: Option<Mend>,
    /// The next step, where more is known than the rule says.
    pub(crate) next: Option<String>,
}

impl Judged<'_> {
    /// What is said of it.
    pub(crate) fn message(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{} ({detail})", self.rule.title),
            None => self.rule.title.to_string(),
        }
    }

    /// What it is about, in the words of the file alone: where it stands, and what is marked there. Indentation counts
    /// for nothing.
    pub(crate) fn subject(&self, marked: &[u8]) -> String {
        let marked = String::from_utf8_lossy(marked);
        let words = self.inside.as_deref().into_iter();
        let words: Vec<&str> = words.chain(marked.split_whitespace()).collect();
        words.join(" ")
    }
}

/// A place in another file than the one that is reported.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// Number of the file.
    pub(crate) file: usize,
    /// Where in it.
    pub(crate) span: Span,
    /// Whether it is a secret.
    pub(crate) secret: bool,
}

/// Keeps one of each overlapping set of secrets, and what is no secret once; the result is in the order of the text.
pub(crate) fn resolve(judged: Vec<Judged<'_>>) -> Vec<Judged<'_>> {
    let (secrets, mut faults): (Vec<_>, Vec<_>) = judged.into_iter().partition(|j| j.secret);
    faults.sort_by(|a, b| {
        let key = |j: &Judged<'_>| (j.span, j.rule.id.clone());
        key(a)
            .cmp(&key(b))
            .then_with(|| b.verdict.confidence.total_cmp(&a.verdict.confidence))
    });
    faults.dedup_by(|other, kept| {
        let same = other.span == kept.span && other.rule.id == kept.rule.id;
        if same {
            add_end(kept, other);
        }
        same
    });
    let mut all = resolve_secrets(secrets);
    all.extend(faults);
    all.sort_by_key(|j| j.span);
    all
}

fn resolve_secrets(mut judged: Vec<Judged<'_>>) -> Vec<Judged<'_>> {
    judged.sort_by(|a, b| {
        rank(b)
            .cmp(&rank(a))
            .then_with(|| b.verdict.confidence.total_cmp(&a.verdict.confidence))
    });
    let mut kept = Kept::default();
    for one in judged {
        match kept.overlapping(one.span) {
            Some(winner) => absorb(winner, one),
            None => kept.insert(one),
        }
    }
    kept.0.into_values().collect()
}

fn rank(judged: &Judged<'_>) -> (Confidence, Knows, usize) {
    (judged.verdict.band(), judged.knows, judged.span.len())
}

/// How many places are told in which something ends up.
const MOST_ENDS: usize = 16;

/// One that was seen by the same rule may end up somewhere else.
fn add_end(winner: &mut Judged<'_>, other: &mut Judged<'_>) {
    let Some(end) = other.flow.last() else {
        return;
    };
    let known = winner.flow.last().into_iter().chain(&winner.ends);
    let is_new = winner.rule.id == other.rule.id && known.into_iter().all(|one| one != end);
    if is_new && !winner.flow.is_empty() && winner.ends.len() < MOST_ENDS {
        winner.ends.push(end.clone());
    }
}

/// What the other knows of the way that the value takes is kept.
fn absorb(winner: &mut Judged<'_>, mut other: Judged<'_>) {
    add_end(winner, &mut other);
    let known = winner.rule.id == other.rule.id || winner.also.contains(&other.rule.id);
    if !known && other.verdict.band() > Confidence::None {
        winner.also.push(other.rule.id.clone());
    }
    if winner.flow.is_empty() {
        winner.flow.append(&mut other.flow);
    }
    if winner.mend.is_none() {
        winner.mend = other.mend;
    }
    if winner.detail.is_none() {
        winner.detail = other.detail;
    }
}

/// Disjoint spans by their start, so that an overlap is found without looking at all.
#[derive(Default)]
struct Kept<'r>(std::collections::BTreeMap<u32, Judged<'r>>);

impl<'r> Kept<'r> {
    fn overlapping(&mut self, span: Span) -> Option<&mut Judged<'r>> {
        let (_, last) = self.0.range_mut(..span.end).next_back()?;
        last.span.overlaps(span).then_some(last)
    }

    fn insert(&mut self, judged: Judged<'r>) {
        self.0.insert(judged.span.start, judged);
    }
}
