//! Files that templates take values out of: `${file(./secrets.yml):db.password}`. On their own they are data as any other;
//! included, they are linked with the template.

use std::collections::HashSet;
use std::sync::Arc;

use crate::facts::Dialect;
use crate::finding::{Notice, NoticeKind};
use crate::iac;
use crate::link::{self, is_like};
use crate::text::Text;

use super::Outcome;
use super::drive::Collected;

/// How many times an included file may include another.
const DEPTH: usize = 8;
/// How many files are read.
const MOST: usize = 500;

/// What a template includes.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Wanted {
    /// The path that it names, with `*` for what is only known later.
    pattern: String,
    /// Where paths in what is included start from.
    base: String,
    /// The language of the template.
    by: Dialect,
}

/// Reads the files that templates include. Those that were scanned wait for being linked, whatever was found in them
/// before; others become `context`.
pub(super) fn take(
    collected: &mut Collected,
    context: &mut Vec<link::File>,
    read: &dyn Fn(&str) -> Option<Text>,
) {
    let mut done: HashSet<Wanted> = HashSet::new();
    for _ in 0..DEPTH {
        let mut wanted = wanted(collected, context);
        wanted.retain(|one| done.insert(one.clone()));
        if wanted.is_empty() || done.len() > MOST {
            return;
        }
        for one in wanted {
            if one.by == Dialect::Pipeline {
                rebase(&one, collected, context);
            }
            let scanned = collected
                .includable
                .extract_if(.., |path| is_like(&one.pattern, path));
            let scanned: Vec<Arc<str>> = scanned.collect();
            let is_known = one.pattern.contains('*') || is_template(&one, collected, context);
            // What Compose and Kustomize read is kept out of repositories: then nobody is to hear of it.
            let is_kept = matches!(one.by, Dialect::Compose | Dialect::Kubernetes);
            if scanned.is_empty() && !is_known && !is_kept {
                context.extend(included(read, &one.pattern, &one));
            }
            for path in scanned {
                if let Some(file) = included(read, &path, &one) {
                    replace(&mut collected.outcomes, file);
                }
            }
        }
    }
}

/// Paths in a part of a pipeline that was read as a pipeline of its own start where those of the pipeline do.
fn rebase(one: &Wanted, collected: &mut Collected, context: &mut [link::File]) {
    let scanned = collected.outcomes.iter_mut();
    let scanned = scanned.filter_map(|outcome| outcome.template.as_mut());
    for file in scanned.chain(context) {
        let is_part = file.base.is_none() && file.dialect() == Some(Dialect::Pipeline);
        if is_part && is_like(&one.pattern, &file.text.path) {
            file.base = Some(one.base.clone());
        }
    }
}

/// Whether a part of a pipeline was read as a pipeline of its own, or a file that several modules fill in was read already.
fn is_template(one: &Wanted, collected: &Collected, context: &[link::File]) -> bool {
    let scanned = collected.outcomes.iter();
    let scanned = scanned.filter_map(|o| o.template.as_ref());
    let mut all = scanned.chain(context);
    matches!(one.by, Dialect::Pipeline | Dialect::Terraform)
        && all.any(|file| *file.text.path == *one.pattern)
}

/// In the order of the templates, each once.
fn wanted(collected: &Collected, context: &[link::File]) -> Vec<Wanted> {
    let scanned = collected
        .outcomes
        .iter()
        .filter_map(|o| o.template.as_ref());
    let all = scanned.chain(context).filter(|file| file.includes());
    let mut seen = HashSet::new();
    let named = all.flat_map(|file| {
        let by = file.dialect().into_iter();
        let sources = by.flat_map(|by| file.inclusions().into_iter().map(move |path| (path, by)));
        sources.map(|(pattern, by)| Wanted {
            pattern,
            base: file.base().to_owned(),
            by,
        })
    });
    named.filter(|one| seen.insert(one.clone())).collect()
}

fn included(read: &dyn Fn(&str) -> Option<Text>, path: &str, by: &Wanted) -> Option<link::File> {
    let text = read(path)?;
    let declarations = iac::included(&text, by.by).filter(|d| !d.is_empty())?;
    Some(link::File {
        base: Some(by.base.clone()),
        ..link::File::new(text, declarations)
    })
}

/// In place of what was found in the file alone.
pub(super) fn replace(outcomes: &mut Vec<Outcome>, file: link::File) {
    let path = file.text.path.clone();
    let alone = |outcome: &mut Outcome| {
        let found = outcome.findings.first().map(|finding| &finding.place.path);
        let said = outcome
            .notices
            .first()
            .and_then(|notice| notice.path.as_ref());
        found.or(said).is_some_and(|other| *other == path)
    };
    let mut before: Vec<Outcome> = outcomes.extract_if(.., alone).collect();
    let asks = before
        .iter_mut()
        .flat_map(|outcome| std::mem::take(&mut outcome.asks));
    let asks = asks.collect();
    let notices = before.into_iter().flat_map(|outcome| outcome.notices);
    // Of its markers something is said again.
    let again = |notice: &Notice| {
        let markers = [NoticeKind::UnusedMarker, NoticeKind::BadMarker];
        markers.contains(&notice.kind) || notice.kind == NoticeKind::Capped
    };
    let notices = notices.filter(|notice| !again(notice)).collect();
    outcomes.push(Outcome {
        template: Some(file),
        notices,
        asks,
        ..Outcome::default()
    });
}
