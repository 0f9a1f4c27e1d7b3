//! The halves of a credential: a key id and its secret, an account and its token.

use crate::pattern::{Pair, Pattern};
use crate::resolve::Judged;
use crate::span::Span;

/// Halves lie no farther apart than this, in bytes: lines may be long.
const REACH: u32 = 4096;

/// Makes the id half a place of the secret half, and no finding of its own.
pub(super) fn join(patterns: &[Pattern], text: &[u8], resolved: &mut Vec<Judged<'_>>) {
    let mut taken = Vec::new();
    for secret in 0..resolved.len() {
        if resolved[secret].partner.is_none() {
            continue;
        }
        let rule = &resolved[secret].rule.id;
        let pair = patterns.iter().find(|p| p.rule.id == *rule);
        let partner = pair
            .and_then(|p| p.pair.as_ref())
            .and_then(|pair| nearest(pair, text, resolved, secret));
        resolved[secret].partner =
            partner.map(|id| (resolved[id].rule.id.clone(), resolved[id].span));
        taken.extend(partner);
    }
    let mut index = 0..;
    resolved.retain(|_| index.next().is_none_or(|index| !taken.contains(&index)));
}

/// The id half next to a secret half.
fn nearest(pair: &Pair, text: &[u8], resolved: &[Judged<'_>], secret: usize) -> Option<usize> {
    let at = resolved[secret].span;
    let distance = |i: usize| at.start.abs_diff(resolved[i].span.start);
    (0..resolved.len())
        .filter(|&i| i != secret && resolved[i].rule.id == pair.rule && distance(i) < REACH)
        .filter(|&i| lines_between(text, at, resolved[i].span) <= pair.lines as usize)
        .min_by_key(|&i| distance(i))
}

fn lines_between(text: &[u8], a: Span, b: Span) -> usize {
    let (from, to) = (a.end.min(b.end) as usize, a.start.max(b.start) as usize);
    let between = text.get(from..to.max(from)).unwrap_or_default();
    memchr::memchr_iter(b'\n', between).count()
}
