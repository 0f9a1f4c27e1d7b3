//! The automata of the prefilter: one that is soon ready, and one that is soon done.

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::{Anchored, MatchKind, dfa, nfa::contiguous};

/// Classes of bytes are numbers below this, a power of two.
const CLASSES: usize = 32;
/// Words end in states from this number on, and in no others.
const ENDS: u16 = 1 << 15;
/// As many states as there are numbers, with a row for each.
const CELLS: usize = (1 << 16) * CLASSES;

/// A class, known to be below `CLASSES`.
type Class = u8;

/// Finds words in a row of classes, a step for each.
pub(super) trait Steps {
    /// What was read so far, as far as it may be the start of a word.
    type State: Copy;

    /// Nothing was read.
    fn start(&self) -> Self::State;

    /// After one class more.
    fn step(&self, state: Self::State, class: Class) -> Self::State;

    /// Whether words may end in any of these.
    fn may_end<const N: usize>(&self, states: [Self::State; N]) -> bool;

    /// The numbers of the words that end.
    fn ended(&self, state: Self::State) -> impl Iterator<Item = usize>;
}

/// Built at once, and slower.
pub(super) struct Quick {
    nfa: contiguous::NFA,
    start: StateID,
}

impl Quick {
    /// Fails only over size limits, which words do not come near.
    pub(super) fn new(words: impl Iterator<Item = Vec<Class>>) -> Option<Self> {
        let mut builder = contiguous::Builder::new();
        builder.match_kind(MatchKind::Standard).prefilter(false);
        let nfa = builder.build(words).ok()?;
        let start = nfa.start_state(Anchored::No).ok()?;
        Some(Self { nfa, start })
    }
}

impl Steps for Quick {
    type State = StateID;

    fn start(&self) -> StateID {
        self.start
    }

    #[inline(always)]
    fn step(&self, state: StateID, class: Class) -> StateID {
        self.nfa.next_state(Anchored::No, state, class)
    }

    fn may_end<const N: usize>(&self, states: [StateID; N]) -> bool {
        states.iter().any(|state| self.nfa.is_special(*state))
    }

    fn ended(&self, state: StateID) -> impl Iterator<Item = usize> {
        let count = match self.nfa.is_match(state) {
            true => self.nfa.match_len(state),
            false => 0,
        };
        (0..count).map(move |number| self.nfa.match_pattern(state, number).as_usize())
    }
}

/// One table, in which a step is a look-up that needs no check: there is a cell for each state that has a number. Pages of
/// states that do not exist are never touched, and so take no memory.
pub(super) struct Flat {
    /// By state and class.
    next: Box<[u16; CELLS]>,
    start: u16,
    /// The words of the states from `ENDS` on.
    words: Vec<Vec<usize>>,
}

impl Flat {
    /// None where there are more states than numbers.
    pub(super) fn new(words: impl Iterator<Item = Vec<Class>>) -> Option<Self> {
        let mut builder = dfa::Builder::new();
        builder.match_kind(MatchKind::Standard).prefilter(false);
        let dfa = builder.build(words).ok()?;
        let mut numbers = Numbers::default();
        let mut next: Box<[u16; CELLS]> = vec![0; CELLS].try_into().ok()?;
        let start = numbers.of(&dfa, dfa.start_state(Anchored::No).ok()?)?;
        while let Some((state, number)) = numbers.new.pop() {
            for class in 0..CLASSES {
                let to = dfa.next_state(Anchored::No, state, class as Class);
                next[cell(number, class as Class)] = numbers.of(&dfa, to)?;
            }
        }
        Some(Self {
            next,
            start,
            words: numbers.words,
        })
    }
}

impl Steps for Flat {
    type State = u16;

    fn start(&self) -> u16 {
        self.start
    }

    fn step(&self, state: u16, class: Class) -> u16 {
        self.next[cell(state, class)]
    }

    fn may_end<const N: usize>(&self, states: [u16; N]) -> bool {
        states.iter().fold(0, |all, state| all | state) & ENDS != 0
    }

    fn ended(&self, state: u16) -> impl Iterator<Item = usize> {
        let end = state.checked_sub(ENDS).map(usize::from);
        let words = end.map(|end| &self.words[end]);
        words.into_iter().flatten().copied()
    }
}

fn cell(state: u16, class: Class) -> usize {
    usize::from(state) * CLASSES + usize::from(class) % CLASSES
}

/// Numbers for the states of an automaton, given as they are met.
#[derive(Default)]
struct Numbers {
    known: Vec<Option<u16>>,
    /// Those whose rows are not yet filled.
    new: Vec<(StateID, u16)>,
    /// How many have no words.
    plain: u16,
    words: Vec<Vec<usize>>,
}

impl Numbers {
    fn of(&mut self, dfa: &dfa::DFA, state: StateID) -> Option<u16> {
        let at = state.as_usize();
        if self.known.len() <= at {
            self.known.resize(at + 1, None);
        }
        if self.known[at].is_none() {
            let number = match dfa.is_match(state) {
                true => self.ending(dfa, state)?,
                false => self.plain()?,
            };
            self.known[at] = Some(number);
            self.new.push((state, number));
        }
        self.known[at]
    }

    fn plain(&mut self) -> Option<u16> {
        let number = self.plain;
        self.plain += 1;
        (number < ENDS).then_some(number)
    }

    fn ending(&mut self, dfa: &dfa::DFA, state: StateID) -> Option<u16> {
        let number = u16::try_from(self.words.len()).ok()?.checked_add(ENDS)?;
        let words = (0..dfa.match_len(state)).map(|n| dfa.match_pattern(state, n).as_usize());
        self.words.push(words.collect());
        Some(number)
    }
}
