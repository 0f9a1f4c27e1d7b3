//! Commits and what they changed, as small as it can be kept: a history may have millions of changes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::facts::Kind;
use crate::text::kind;

/// The paths of a history by numbers.
#[derive(Default)]
pub(super) struct Paths {
    names: Vec<(Arc<str>, Kind)>,
    /// None is left out.
    by_name: HashMap<Arc<str>, Option<u32>>,
}

impl Paths {
    /// The number of a path, which must be wanted when it is first met.
    pub(super) fn of(&mut self, path: &Arc<str>, wanted: impl FnOnce(&str) -> bool) -> Option<u32> {
        if let Some(known) = self.by_name.get(path) {
            return *known;
        }
        let number = wanted(path).then_some(self.names.len() as u32);
        if number.is_some() {
            let kind = kind::recognise(path, b"");
            self.names.push((path.clone(), kind));
        }
        self.by_name.insert(path.clone(), number);
        number
    }

    pub(super) fn name(&self, number: u32) -> Arc<str> {
        self.names[number as usize].0.clone()
    }

    pub(super) fn kind(&self, number: u32) -> Kind {
        self.names[number as usize].1
    }
}

/// A change of one path.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) path: u32,
    /// The content, unless the path is gone.
    pub(super) new: Option<u32>,
    /// Where in the list of earlier contents those of this path are.
    old: (u32, u16),
}

/// Commits in their order.
#[derive(Default)]
pub(super) struct Commits {
    /// The number of each, and where its changes start.
    starts: Vec<(u32, usize)>,
    changes: Vec<Change>,
    old: Vec<u32>,
}

/// A commit with its changes.
pub(super) struct Commit<'c> {
    pub(super) number: u32,
    pub(super) changes: &'c [Change],
}

impl Commits {
    /// Starts the next commit.
    pub(super) fn begin(&mut self, number: u32) {
        self.starts.push((number, self.changes.len()));
    }

    /// Adds a change to the last commit.
    pub(super) fn add(&mut self, path: u32, new: Option<u32>, old: Vec<u32>) {
        let place = (self.old.len() as u32, old.len() as u16);
        self.old.extend(old);
        self.changes.push(Change {
            path,
            new,
            old: place,
        });
    }

    /// What a path was in the commits before.
    pub(super) fn old(&self, change: &Change) -> &[u32] {
        let (start, count) = (change.old.0 as usize, usize::from(change.old.1));
        &self.old[start..start + count]
    }

    pub(super) fn len(&self) -> u64 {
        self.starts.len() as u64
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Commit<'_>> {
        let ends = self.starts.iter().skip(1).map(|(_, start)| *start);
        let ends = ends.chain([self.changes.len()]);
        self.starts
            .iter()
            .zip(ends)
            .map(|(&(number, start), end)| Commit {
                number,
                changes: &self.changes[start..end],
            })
    }
}
