//! One pass over the bytes that says which rules can match, and where; most files end here.
//!
//! The words are looked for by class: letters without case, all digits as one, a few signs, the rest. So the automaton
//! has rows of 32 entries, which stay in a near cache; what it finds is compared byte by byte.
//!
//! Each step of an automaton waits for the one before it, so a long text is read at several places at once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::rule::Str;
use crate::span::Span;

use super::automaton::{Flat, Quick, Steps};

/// From this many bytes on, building the faster automaton pays.
const DFA_PAYS: usize = 1 << 20;

/// In how many places a text is read at once; more of them find no free registers.
const LANES: usize = 4;

/// The class of every byte.
static CLASS: [u8; 256] = {
    let mut table = [30; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b @ b'a'..=b'z' => b - b'a',
            b @ b'A'..=b'Z' => b - b'A',
            b'0'..=b'9' => 26,
            b'_' | b'-' => 27,
            b'.' => 28,
            b':' | b'/' => 29,
            _ => 30,
        };
        byte += 1;
    }
    table
};

/// An anchor of a pattern stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AnchorHit {
    /// Index of the rule.
    pub(crate) pattern: u16,
    /// The anchor.
    pub(crate) span: Span,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// An anchor of this pattern.
    Anchor(u16),
    /// A stem of credential names.
    Stem,
    /// A word at which this audit may want a program read.
    Cue(u8),
    /// The start of an inline marker.
    Mark,
}

/// A text to look for.
struct Word {
    bytes: Box<[u8]>,
    any_case: bool,
    means: Means,
}

impl Word {
    fn new(text: &str, any_case: bool, means: Means) -> Self {
        Self {
            bytes: text.as_bytes().into(),
            any_case,
            means,
        }
    }

    fn classes(&self) -> Vec<u8> {
        self.bytes.iter().map(|&b| CLASS[b as usize]).collect()
    }

    /// Where it stands in `text`, if it ends at `end`; its classes do.
    fn before(&self, text: &[u8], end: usize) -> Option<Span> {
        let start = end.checked_sub(self.bytes.len())?;
        let found = &text[start..end];
        let same = match self.any_case {
            true => found.eq_ignore_ascii_case(&self.bytes),
            false => *found == *self.bytes,
        };
        same.then(|| Span::new(start, end))
    }
}

/// What a pass found.
#[derive(Default)]
pub(crate) struct Seen {
    /// In no order.
    pub(crate) anchors: Vec<AnchorHit>,
    /// Where stems start, ascending.
    pub(crate) stems: Vec<u32>,
    /// The audits, as bits, at whose words they may want a program read.
    pub(crate) cued: u64,
    /// Whether the word for which a text is read to its markers stands somewhere.
    pub(crate) marked: bool,
}

/// The automaton over the classes of all anchors and stems.
pub(crate) struct Prefilter {
    words: Vec<Word>,
    /// The length of the longest word.
    longest: usize,
    quick: OnceLock<Option<Quick>>,
    flat: OnceLock<Option<Flat>>,
    seen: AtomicUsize,
}

impl Prefilter {
    /// Collects the words; automata are built when the first text comes. Anchors come with whether their rule ignores
    /// case.
    pub(crate) fn new<'a>(
        anchors: impl Iterator<Item = (&'a [Str], bool)>,
        stems: &[&str],
        cues: &[(u8, &str)],
        mark: &str,
    ) -> Self {
        let mut words: Vec<Word> = Vec::new();
        for (pattern, (list, any_case)) in anchors.enumerate() {
            let means = Means::Anchor(pattern as u16);
            words.extend(list.iter().map(|anchor| Word::new(anchor, any_case, means)));
        }
        words.extend(stems.iter().map(|stem| Word::new(stem, true, Means::Stem)));
        words.extend(
            cues.iter()
                .map(|(audit, cue)| Word::new(cue, false, Means::Cue(*audit))),
        );
        words.push(Word::new(mark, true, Means::Mark));
        Self {
            longest: words.iter().map(|word| word.bytes.len()).max().unwrap_or(0),
            words,
            quick: OnceLock::new(),
            flat: OnceLock::new(),
            seen: AtomicUsize::new(0),
        }
    }

    /// Finds all words in one pass, with the automaton that pays for what was scanned so far.
    pub(crate) fn scan(&self, text: &[u8], seen: &mut Seen) {
        seen.anchors.clear();
        seen.stems.clear();
        seen.cued = 0;
        seen.marked = false;
        let so_far = self.seen.fetch_add(text.len(), Ordering::Relaxed) + text.len();
        let classes = || self.words.iter().map(Word::classes);
        let flat = match so_far >= DFA_PAYS {
            true => self.flat.get_or_init(|| Flat::new(classes())).as_ref(),
            false => None,
        };
        if let Some(flat) = flat {
            self.pass(flat, text, seen);
        } else {
            let quick = self.quick.get_or_init(|| Quick::new(classes()));
            quick.iter().for_each(|quick| self.pass(quick, text, seen));
        }
        seen.stems.sort_unstable();
    }

    /// Apart from what calls it, so that all lanes find registers.
    #[inline(never)]
    fn pass<S: Steps>(&self, automaton: &S, text: &[u8], seen: &mut Seen) {
        let start = automaton.start();
        let step = |state, byte: &u8| automaton.step(state, CLASS[*byte as usize]);
        let length = match text.len() / LANES {
            short if short < self.longest => 0,
            length => length,
        };
        let lane = |number: usize| &text[number * length..][..length];
        // No state knows more of what was read than the longest word.
        let before = |number: usize| {
            let at = number * length;
            text[at - self.longest.min(length)..at]
                .iter()
                .fold(start, step)
        };
        let mut states = [start, before(1), before(2), before(3)];
        let lanes = lane(0).iter().zip(lane(1)).zip(lane(2)).zip(lane(3));
        for (at, (((a, b), c), d)) in lanes.enumerate() {
            let [in_a, in_b, in_c, in_d] = states;
            states = [step(in_a, a), step(in_b, b), step(in_c, c), step(in_d, d)];
            if automaton.may_end(states) {
                for (number, state) in states.into_iter().enumerate() {
                    self.note(automaton, state, text, number * length + at + 1, seen);
                }
            }
        }
        let mut state = states[LANES - 1];
        for (at, byte) in text.iter().enumerate().skip(LANES * length) {
            state = step(state, byte);
            if automaton.may_end([state]) {
                self.note(automaton, state, text, at + 1, seen);
            }
        }
    }

    /// Words may end at `end`, where this state was reached.
    #[inline(never)]
    fn note<S: Steps>(
        &self,
        automaton: &S,
        state: S::State,
        text: &[u8],
        end: usize,
        seen: &mut Seen,
    ) {
        for word in automaton.ended(state) {
            let word = &self.words[word];
            let Some(span) = word.before(text, end) else {
                continue;
            };
            match word.means {
                Means::Stem => seen.stems.push(span.start),
                Means::Cue(audit) => seen.cued |= 1 << audit,
                Means::Mark => seen.marked = true,
                Means::Anchor(pattern) => seen.anchors.push(AnchorHit { pattern, span }),
            }
        }
    }
}
