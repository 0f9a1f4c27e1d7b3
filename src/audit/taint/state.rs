//! What names hold at a place of a program, with its branches: what one of them does is undone for its neighbours, and
//! joined behind them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Taint;

/// A name in a function.
pub(super) type Key<'t> = (u32, Cow<'t, str>);

/// A taint, or that there is none any more.
type Held = Option<Taint>;

/// What names hold.
#[derive(Default)]
pub(super) struct State<'t> {
    values: HashMap<Key<'t>, Held>,
    /// What was there before each change.
    journal: Vec<(Key<'t>, Option<Held>)>,
    forks: Vec<Fork<'t>>,
}

/// A statement that goes one of several ways.
struct Fork<'t> {
    function: u32,
    /// Length of the journal before it.
    start: usize,
    /// What each way that goes on did.
    ways: Vec<HashMap<Key<'t>, Held>>,
    /// Whether the way that is being gone ends the function.
    ends: bool,
}

impl<'t> State<'t> {
    /// What a name holds: nothing known, nothing, or a secret.
    pub(super) fn get(&self, key: &Key<'_>) -> Option<Held> {
        let values: &HashMap<Key<'_>, Held> = &self.values;
        values.get(key).cloned()
    }

    /// The names of a function, and what they hold.
    pub(super) fn of(&self, function: u32) -> impl Iterator<Item = (&str, &Held)> {
        let all = self.values.iter();
        let own = all.filter(move |((within, _), _)| *within == function);
        own.map(|((_, name), held)| (&**name, held))
    }

    /// A name is given a value.
    pub(super) fn set(&mut self, key: Key<'t>, value: Held) {
        let before = self.values.insert(key.clone(), value);
        if !self.forks.is_empty() {
            self.journal.push((key, before));
        }
    }

    /// A way begins; it is the first of a fork if `first`.
    pub(super) fn begin(&mut self, function: u32, first: bool) {
        if first {
            self.forks.push(Fork {
                function,
                start: self.journal.len(),
                ways: Vec::new(),
                ends: false,
            });
            return;
        }
        self.end_way();
    }

    /// The function ends here.
    pub(super) fn end(&mut self, function: u32) {
        if let Some(fork) = self.forks.last_mut() {
            fork.ends |= fork.function == function;
        }
    }

    /// All ways are one again; where they are not all there are, one may have gone none.
    pub(super) fn join(&mut self, whole: bool) {
        self.end_way();
        let Some(fork) = self.forks.pop() else {
            return;
        };
        if fork.ways.is_empty() {
            if whole {
                self.end(fork.function);
            }
            return;
        }
        let keys: Vec<Key<'t>> = fork
            .ways
            .iter()
            .flat_map(|way| way.keys().cloned())
            .collect();
        for key in keys {
            let before = self.values.get(&key).cloned().flatten();
            let after = fork.ways.iter().map(|way| match way.get(&key) {
                Some(held) => held.clone(),
                None => before.clone(),
            });
            let stayed = (!whole).then(|| before.clone()).flatten();
            let mut all: Vec<Taint> = after.flatten().chain(stayed).collect();
            all.sort_by_key(|taint| !taint.is_sure());
            let joined = all.into_iter().next();
            self.set(key, joined);
        }
    }

    /// Takes back what the way did that is being gone, and keeps it for the end of the fork, unless it does not get there.
    fn end_way(&mut self) {
        let Some(fork) = self.forks.last_mut() else {
            return;
        };
        let mut way = HashMap::new();
        for (key, before) in self.journal.drain(fork.start..).rev() {
            let after = match before {
                Some(held) => self.values.insert(key.clone(), held),
                None => self.values.remove(&key),
            };
            way.entry(key).or_insert(after.flatten());
        }
        if !std::mem::take(&mut fork.ends) {
            fork.ways.push(way);
        }
    }
}
