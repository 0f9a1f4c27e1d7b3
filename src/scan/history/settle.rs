//! Which commit brought what: the findings of each commit that those before it did not have.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::finding::{Commit, Finding, Held, Notice, NoticeKind, Secret};
use crate::rule::RuleId;
use crate::scan::NewAllows;
use crate::scan::news::Known;
use crate::source::Content;
use crate::source::git::Oid;
use crate::source::git::objects::AT_ONCE;

use super::commits::{Change, Commit as Changes};
use super::{Past, What};

/// The same thing in the same file: told once, with the first commit that has it.
type Told = (Arc<str>, RuleId, Option<Secret>);

impl Past<'_> {
    /// The news of all commits, in their order.
    pub(super) fn settled(&mut self) -> Vec<Finding> {
        let (mut news, mut told) = (Vec::new(), HashSet::<Told>::new());
        let mut allows = Vec::new();
        for commit in self.commits.iter() {
            let brought = self.brought(&commit, &mut allows);
            news.extend(brought.into_iter().filter_map(|finding| {
                let place = finding.place.path.clone();
                let first = told.insert((place, finding.rule.clone(), finding.secret.clone()));
                first.then_some((commit.number, finding))
            }));
        }
        self.all.notices.extend(allows);
        let commits = self.told(&news);
        let named = news.into_iter().map(|(number, finding)| Finding {
            commit: commits.get(&number).cloned(),
            // What is mended is the work tree.
            fix: None,
            ..finding
        });
        named.collect()
    }

    /// The findings of a commit that no commit before it has.
    fn brought(&self, commit: &Changes<'_>, allows: &mut Vec<Notice>) -> Vec<Finding> {
        let mut found: Vec<Finding> = self
            .found
            .get(&What::Message(commit.number))
            .cloned()
            .unwrap_or_default();
        for change in commit.changes {
            let Some(new) = change.new else {
                continue;
            };
            let mut here = self.findings(change.path, new);
            if !here.is_empty() {
                self.look_at_markers(change, &mut here, allows);
                self.earlier(change).hold(&mut here);
                found.append(&mut here);
            }
        }
        if found.iter().any(|finding| finding.held.is_none()) {
            let mut moved = Known::default();
            for change in commit.changes.iter().filter(|c| c.new.is_none()) {
                for old in self.commits.old(change) {
                    moved.extend(&self.findings(change.path, *old));
                }
            }
            moved.hold(found.iter_mut().filter(|finding| finding.held.is_none()));
        }
        found.retain(|finding| finding.held.is_none());
        found
    }

    /// Tells of findings that a marker holds which was not there before, or lets them go.
    fn look_at_markers(&self, change: &Change, here: &mut [Finding], allows: &mut Vec<Notice>) {
        let new_allows = self.scanner.plan.new_allows;
        let is_marked = |finding: &Finding| matches!(finding.held, Some(Held::Marker { .. }));
        if new_allows == NewAllows::Honour || !here.iter().any(is_marked) {
            return;
        }
        let bare = |finding: &Finding| Finding {
            held: None,
            ..finding.clone()
        };
        let mut known = Known::default();
        for old in self.commits.old(change) {
            let marked = self
                .findings(change.path, *old)
                .into_iter()
                .filter(is_marked);
            known.extend(&marked.map(|finding| bare(&finding)).collect::<Vec<_>>());
        }
        for finding in here.iter_mut() {
            let Some(Held::Marker { line, .. }) = finding.held else {
                continue;
            };
            let mut probe = bare(finding);
            known.hold([&mut probe]);
            if probe.held.is_some() {
                continue;
            }
            allows.push(Notice {
                path: Some(finding.place.path.clone()),
                line: Some(line),
                kind: NoticeKind::NewAllow,
                message: match new_allows {
                    NewAllows::Refuse => {
                        format!("a new marker for {} is not honoured", finding.rule)
                    }
                    _ => format!("a new marker allows {}", finding.rule),
                },
            });
            if new_allows == NewAllows::Refuse {
                finding.held = None;
            }
        }
    }

    /// What stood in a path before a change.
    fn earlier(&self, change: &Change) -> Known {
        let mut known = Known::default();
        for old in self.commits.old(change) {
            known.extend(&self.findings(change.path, *old));
        }
        known
    }

    /// What a content has, seen as the content of a path.
    fn findings(&self, path: u32, content: u32) -> Vec<Finding> {
        let what = What::Content(content, self.paths.kind(path));
        let Some(found) = self.found.get(&what) else {
            return Vec::new();
        };
        let name = self.paths.name(path);
        let mut found = found.clone();
        for finding in &mut found {
            // A member of an archive has more of a name.
            finding.place.path = match finding.place.path.split_once("!/") {
                Some((_, member)) => format!("{name}!/{member}").into(),
                None => name.clone(),
            };
            for related in &mut finding.related {
                related.place.path = finding.place.path.clone();
            }
            self.scanner.hold_by_config(finding);
        }
        found
    }

    /// The names and dates of the commits that have news.
    fn told(&self, news: &[(u32, Finding)]) -> HashMap<u32, Commit> {
        let mut numbers: Vec<u32> = news.iter().map(|(number, _)| *number).collect();
        numbers.dedup();
        let (mut told, mut batch) = (HashMap::new(), self.history.objects.batch());
        for part in numbers.chunks(AT_ONCE) {
            let oids: Vec<Oid> = part
                .iter()
                .map(|&number| self.numbers.oid(number))
                .collect();
            batch.read(&oids, |at, object| {
                let date = match object.map(|object| object.content) {
                    Ok(Content::Whole(bytes)) => super::tags::date(&bytes, "author "),
                    _ => None,
                };
                let id = oids[at].to_string();
                told.insert(part[at], Commit { id, date });
            });
        }
        told
    }
}
