//! One pass over the bytes that says which rules can match, and where; most files end here.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::rule::Str;
use crate::span::Span;

/// From this many bytes on, building the faster automaton pays.
const DFA_PAYS: usize = 1 << 20;

/// An anchor of a pattern stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AnchorHit {
    /// Index of the rule.
    pub(crate) pattern: u16,
    /// The anchor.
    pub(crate) span: Span,
}

/// The anchor as its rule writes it, where case matters to the rule.
type Exact = Option<Box<[u8]>>;

/// What a word of the automaton stands for.
#[derive(Default)]
struct Word {
    patterns: Vec<(u16, Exact)>,
    stem: bool,
    mark: bool,
}

/// What a pass found.
#[derive(Default)]
pub(crate) struct Seen {
    /// In the order of their ends.
    pub(crate) anchors: Vec<AnchorHit>,
    /// Where stems start, ascending.
    pub(crate) stems: Vec<u32>,
    /// Whether the word for which a text is read to its markers stands somewhere.
    pub(crate) marked: bool,
}

/// The automaton over all anchors and stems.
pub(crate) struct Prefilter {
    texts: Vec<String>,
    words: Vec<Word>,
    quick: OnceLock<Option<AhoCorasick>>,
    fast: OnceLock<Option<AhoCorasick>>,
    seen: AtomicUsize,
}

impl Prefilter {
    /// Collects the words; automata are built when the first text comes.
    pub(crate) fn new<'a>(
        anchors: impl Iterator<Item = (&'a [Str], bool)>,
        stems: &[&str],
        mark: &str,
    ) -> Self {
        let mut words: BTreeMap<String, Word> = BTreeMap::new();
        for (pattern, (list, any_case)) in anchors.enumerate() {
            for anchor in list {
                let exact = (!any_case).then(|| anchor.as_bytes().into());
                words
                    .entry(anchor.to_ascii_lowercase())
                    .or_default()
                    .patterns
                    .push((pattern as u16, exact));
            }
        }
        for stem in stems {
            words.entry((*stem).to_owned()).or_default().stem = true;
        }
        words.entry(mark.to_owned()).or_default().mark = true;
        let (texts, words) = words.into_iter().unzip();
        Self {
            texts,
            words,
            quick: OnceLock::new(),
            fast: OnceLock::new(),
            seen: AtomicUsize::new(0),
        }
    }

    /// The automaton that pays for what was scanned so far.
    fn automaton(&self, len: usize) -> Option<&AhoCorasick> {
        let seen = self.seen.fetch_add(len, Ordering::Relaxed) + len;
        let (cell, kind) = match seen >= DFA_PAYS {
            true => (&self.fast, AhoCorasickKind::DFA),
            false => (&self.quick, AhoCorasickKind::ContiguousNFA),
        };
        cell.get_or_init(|| build(&self.texts, kind)).as_ref()
    }

    /// Finds all words in one pass.
    pub(crate) fn scan(&self, text: &[u8], seen: &mut Seen) {
        seen.anchors.clear();
        seen.stems.clear();
        seen.marked = false;
        let Some(automaton) = self.automaton(text.len()) else {
            return;
        };
        for found in automaton.find_overlapping_iter(text) {
            let word = &self.words[found.pattern().as_usize()];
            if word.stem {
                seen.stems.push(found.start() as u32);
            }
            let span = Span::new(found.start(), found.end());
            seen.marked |= word.mark;
            let found = span.of(text);
            let exact = word
                .patterns
                .iter()
                .filter(|(_, exact)| exact.as_ref().is_none_or(|e| **e == *found));
            seen.anchors
                .extend(exact.map(|&(pattern, _)| AnchorHit { pattern, span }));
        }
    }
}

/// Fails only over size limits of the automaton, which anchors of rules do not come near.
fn build(texts: &[String], kind: AhoCorasickKind) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .kind(Some(kind))
        .build(texts)
        .ok()
}
