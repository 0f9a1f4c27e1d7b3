//! Files that templates take values out of: `${file(./secrets.yml):db.password}`. On their own they are data as any other;
//! included, they are linked with the template.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::iac;
use crate::link::{self, is_like};
use crate::text::Text;

use super::Outcome;
use super::drive::Collected;

/// How many times an included file may include another.
const DEPTH: usize = 8;
/// How many files are read.
const MOST: usize = 500;

/// A path that a template names, with `*` for what is only known later, and where paths in what it includes start from.
type Wanted = (String, String);

/// Reads the files that templates include. Those that were scanned wait for being linked, whatever was found in them
/// before; others become `context`.
pub(super) fn take(
    collected: &mut Collected,
    context: &mut Vec<link::File>,
    read: &dyn Fn(&str) -> Option<Text>,
) {
    let mut done: BTreeSet<Wanted> = BTreeSet::new();
    for _ in 0..DEPTH {
        let mut wanted = wanted(collected, context);
        wanted.retain(|one| done.insert(one.clone()));
        if wanted.is_empty() || done.len() > MOST {
            return;
        }
        for (pattern, base) in wanted {
            let scanned = collected
                .includable
                .extract_if(.., |path| is_like(&pattern, path));
            let scanned: Vec<Arc<str>> = scanned.collect();
            if scanned.is_empty() && !pattern.contains('*') {
                context.extend(included(read, &pattern, &base));
            }
            for path in scanned {
                if let Some(file) = included(read, &path, &base) {
                    replace(&mut collected.outcomes, &path, file);
                }
            }
        }
    }
}

fn wanted(collected: &Collected, context: &[link::File]) -> BTreeSet<Wanted> {
    let scanned = collected
        .outcomes
        .iter()
        .filter_map(|o| o.template.as_ref());
    let all = scanned.chain(context).filter(|file| file.includes());
    all.flat_map(|file| {
        let sources = file.sources().into_iter();
        sources.map(|source| (source, file.base().to_owned()))
    })
    .collect()
}

fn included(read: &dyn Fn(&str) -> Option<Text>, path: &str, base: &str) -> Option<link::File> {
    let text = read(path)?;
    let declarations = iac::included(&text).filter(|d| !d.is_empty())?;
    Some(link::File {
        base: Some(base.to_owned()),
        ..link::File::new(text, declarations)
    })
}

/// In place of what was found in the file alone.
fn replace(outcomes: &mut Vec<Outcome>, path: &str, file: link::File) {
    let alone = |outcome: &mut Outcome| {
        let found = outcome.findings.first().map(|finding| &finding.place.path);
        let said = outcome
            .notices
            .first()
            .and_then(|notice| notice.path.as_ref());
        found.or(said).is_some_and(|other| **other == *path)
    };
    let before = outcomes.extract_if(.., alone);
    let notices = before.flat_map(|outcome| outcome.notices).collect();
    outcomes.push(Outcome {
        template: Some(file),
        notices,
        ..Outcome::default()
    });
}
