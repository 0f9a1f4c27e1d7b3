//! Which entry holds which finding: the same file and rule first, then the same file, then a file that is gone.

use std::collections::HashMap;
use std::hash::Hash;

use super::{Entry, Seen};
use crate::rule::Class;

/// For each entry the number of the finding that it holds. No finding is held twice.
pub(super) fn entries_with_findings(
    entries: &[&Entry],
    seen: &[Seen<'_>],
    gone: &dyn Fn(&str) -> bool,
) -> Vec<Option<usize>> {
    let mut matching = Matching {
        entries,
        seen,
        holds: vec![None; entries.len()],
        held: vec![false; seen.len()],
    };
    matching.join(
        |entry| Some((entry.path.as_str(), entry.class, entry.rule.as_str())),
        |seen| Some((path(seen), class(seen), rule(seen))),
    );
    // A rule that is better or has another name sees the same secret. What has no secret is known by its rule only.
    matching.join(
        |entry| Some((entry.path.as_str(), entry.class)),
        |seen| {
            seen.finding
                .secret
                .is_some()
                .then(|| (path(seen), class(seen)))
        },
    );
    let mut known: HashMap<&str, bool> = HashMap::new();
    matching.join(
        |entry| {
            let gone = *known
                .entry(&entry.path)
                .or_insert_with(|| gone(&entry.path));
            gone.then_some((entry.class, entry.rule.as_str()))
        },
        |seen| Some((class(seen), rule(seen))),
    );
    matching.holds
}

fn path<'f>(seen: &Seen<'f>) -> &'f str {
    &seen.finding.place.path
}

fn class(seen: &Seen<'_>) -> Class {
    seen.finding.class
}

fn rule<'f>(seen: &Seen<'f>) -> &'f str {
    seen.finding.rule.as_str()
}

struct Matching<'a, 'f> {
    entries: &'a [&'a Entry],
    seen: &'a [Seen<'f>],
    holds: Vec<Option<usize>>,
    held: Vec<bool>,
}

impl<'a, 'f> Matching<'a, 'f> {
    /// Joins entries and findings that are still alone and have an equal key and value, each in their order.
    fn join<K: Hash + Eq>(
        &mut self,
        mut of_entry: impl FnMut(&'a Entry) -> Option<K>,
        of_seen: impl Fn(&Seen<'f>) -> Option<K>,
    ) {
        let mut alone: HashMap<(K, u16), Vec<usize>> = HashMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if self.holds[at].is_none()
                && let Some(key) = of_entry(entry)
            {
                alone.entry((key, entry.value.tag())).or_default().push(at);
            }
        }
        if alone.is_empty() {
            return;
        }
        for (number, seen) in self.seen.iter().enumerate() {
            let key = of_seen(seen).filter(|_| !self.held[number]);
            let Some(list) = key.and_then(|key| alone.get_mut(&(key, seen.identity.tag()))) else {
                continue;
            };
            let fits = |at: &usize| self.entries[*at].value.is(&seen.identity);
            if let Some(place) = list.iter().position(fits) {
                let entry = list.remove(place);
                self.holds[entry] = Some(number);
                self.held[number] = true;
            }
        }
    }
}
