//! Inline markers: `barekey:allow[rule] reason` on a line, the line above or around a block.
//!
//! Markers of other tools are honoured; only our own are told of when they are wrong or allow nothing.

use std::ops::Range;
use std::sync::Arc;

use super::words::{self, Found, Word};
use crate::config::nearest;
use crate::finding::{Held, Notice, NoticeKind};
use crate::rule::RuleId;

/// What every marker of our own starts with: a text without it has none that could be wrong.
pub(crate) const WORD: &str = "barekey:";

/// The rules that a marker can name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownRules<'r> {
    /// Every id there is, switched on or not.
    pub(crate) ids: &'r [&'r str],
    /// All of them are on. Where only some are, a marker without use may be of use to the others.
    pub(crate) all_on: bool,
}

/// The markers of a text.
#[derive(Debug, Default)]
pub(crate) struct Markers {
    list: Vec<Marker>,
    bad: Vec<(u32, String)>,
}

#[derive(Debug)]
struct Marker {
    /// Lines it speaks of, from 0.
    lines: Range<u32>,
    /// The line it stands on, from 0.
    line: u32,
    /// Its bytes in the text.
    span: Range<usize>,
    rules: Vec<String>,
    reason: Option<String>,
    /// It is ours and no quotation: worth a notice when it is of no use.
    told: bool,
    /// It speaks of the line below.
    below: bool,
    used: bool,
}

impl Markers {
    /// Reads the markers of a text. A text without any marker word costs one search.
    pub(crate) fn find(text: &[u8]) -> Self {
        let mut markers = Self::default();
        let mut open = Vec::new();
        for (line, start, found) in found_in(text) {
            markers.take(line, start, found, &mut open);
        }
        for (_, marker) in open {
            let problem = "`barekey:allow-start` without `barekey:allow-end`; it allows nothing";
            markers.complain(&marker, problem.to_owned());
        }
        markers.reach_over_each_other();
        markers
    }

    fn take(&mut self, line: u32, start: usize, found: Found, open: &mut Vec<(u32, Marker)>) {
        let lines = match found.word {
            Word::NextLine => line + 1..line + 2,
            Word::Allow if found.own_line => line..line + 2,
            _ => line..line + 1,
        };
        let marker = Marker {
            lines,
            line,
            span: start + found.span.start..start + found.span.end,
            rules: found.rules,
            reason: found.reason,
            told: found.own && !found.quoted,
            below: found.word == Word::NextLine || (found.word == Word::Allow && found.own_line),
            used: false,
        };
        match found.word {
            Word::Allow | Word::NextLine => self.list.push(marker),
            Word::Start => open.push((line, marker)),
            Word::End => match open.pop() {
                Some((first, start)) => self.list.push(Marker {
                    lines: first..line + 1,
                    ..start
                }),
                None => self.complain(
                    &marker,
                    "`barekey:allow-end` without `barekey:allow-start`".to_owned(),
                ),
            },
            Word::Bad(problem) => self.complain(&marker, problem),
        }
    }

    fn complain(&mut self, marker: &Marker, problem: String) {
        if marker.told {
            self.bad.push((marker.line, problem));
        }
    }

    /// Of several markers on lines of their own above each other, each speaks of the line below the last.
    fn reach_over_each_other(&mut self) {
        for index in (0..self.list.len().saturating_sub(1)).rev() {
            let next = &self.list[index + 1];
            let (next_below, next_line, end) = (next.below, next.line, next.lines.end);
            let marker = &mut self.list[index];
            if marker.below && next_below && marker.line + 1 == next_line {
                marker.lines.end = end;
            }
        }
    }

    /// Whether a marker allows a finding on these lines (from 0, both inclusive). A marker within the secret itself
    /// does not count. The line of the answer counts from 1.
    pub(crate) fn hold(
        &mut self,
        rule: &RuleId,
        also: &[RuleId],
        lines: (u32, u32),
        secret: Range<usize>,
    ) -> Option<Held> {
        let mut held = None;
        for marker in &mut self.list {
            let near = marker.lines.start <= lines.1 && lines.0 < marker.lines.end;
            let inside = marker.span.start < secret.end && secret.start < marker.span.end;
            if !near || inside || !marker.names(rule, also) {
                continue;
            }
            marker.used = true;
            held.get_or_insert_with(|| Held::Marker {
                line: marker.line + 1,
                reason: marker.reason.clone(),
            });
        }
        held
    }

    /// What to say of our own markers once every finding was asked about.
    pub(crate) fn notices(&self, path: &Arc<str>, known: KnownRules<'_>) -> Vec<Notice> {
        let notice = |line, kind, message| Notice {
            path: Some(path.clone()),
            line: Some(line + 1),
            kind,
            message,
        };
        let mut notices: Vec<Notice> = self
            .bad
            .iter()
            .map(|(line, problem)| notice(*line, NoticeKind::BadMarker, problem.clone()))
            .collect();
        for marker in self.list.iter().filter(|marker| marker.told) {
            let unknown: Vec<&String> = marker
                .rules
                .iter()
                .filter(|id| !known.ids.contains(&id.as_str()))
                .collect();
            for id in &unknown {
                notices.push(notice(
                    marker.line,
                    NoticeKind::BadMarker,
                    unknown_rule(id, known),
                ));
            }
            if unknown.is_empty() && !marker.used && known.all_on {
                let message = "this marker allows nothing; remove it".to_owned();
                notices.push(notice(marker.line, NoticeKind::UnusedMarker, message));
            }
        }
        notices
    }
}

impl Marker {
    fn names(&self, rule: &RuleId, also: &[RuleId]) -> bool {
        let named = |id: &RuleId| self.rules.iter().any(|rule| rule == id.as_str());
        self.rules.is_empty() || named(rule) || also.iter().any(named)
    }
}

fn unknown_rule(id: &str, known: KnownRules<'_>) -> String {
    let id: String = id.chars().filter(|c| !c.is_control()).take(80).collect();
    match nearest(&id, known.ids.iter().copied()) {
        Some(near) => format!("the marker names an unknown rule `{id}`; did you mean `{near}`?"),
        None => format!("the marker names an unknown rule `{id}`"),
    }
}

/// Every marker with its line and the byte at which that line starts; lines without a marker word are not read.
fn found_in(text: &[u8]) -> Vec<(u32, usize, Found)> {
    let Some(any) = words::ANY.as_ref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let (mut line, mut counted, mut from) = (0, 0, 0);
    while let Some(at) = any.find_at(text, from) {
        let start = memchr::memrchr(b'\n', &text[..at.start()]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length);
        line += memchr::memchr_iter(b'\n', &text[counted..start]).count() as u32;
        counted = start;
        found.extend(
            words::read(&text[start..end])
                .into_iter()
                .map(|word| (line, start, word)),
        );
        if end >= text.len() {
            break;
        }
        from = end + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: RuleId = RuleId::new("password");

    /// The lines (from 0) on which a finding of `password` is held, where `KEY` stands.
    fn held(text: &str) -> Vec<u32> {
        let mut markers = Markers::find(text.as_bytes());
        let hold = |(line, content): (usize, &str)| {
            let line = line as u32;
            let at = content.find("KEY")?;
            let start = content.as_ptr() as usize - text.as_ptr() as usize + at;
            markers
                .hold(&RULE, &[], (line, line), start..start + 3)
                .map(|_| line)
        };
        text.lines().enumerate().filter_map(hold).collect()
    }

    fn notices(text: &str, all_on: bool) -> Vec<(NoticeKind, u32, String)> {
        let known = KnownRules {
            ids: &["password", "token"],
            all_on,
        };
        let notices = Markers::find(text.as_bytes()).notices(&Arc::from("a"), known);
        notices
            .into_iter()
            .map(|n| (n.kind, n.line.unwrap_or(0), n.message))
            .collect()
    }

    #[test]
    fn on_the_line_and_the_line_above() {
        assert_eq!(held("KEY # barekey:allow\nKEY"), [0]);
        assert_eq!(held("# barekey:allow a test\nKEY\nKEY"), [1]);
        assert_eq!(held("// barekey:allow\r\n// nosec\nKEY"), [0; 0]);
        assert_eq!(
            held("# barekey:allow[token]\n# barekey:allow[password]\nKEY"),
            [2]
        );
        assert_eq!(
            held("# barekey:allow[password]\n# barekey:allow[token]\nKEY\nKEY"),
            [2]
        );
        assert_eq!(held("<!-- barekey:allow -->\nKEY"), [1]);
        assert_eq!(held("KEY\nx # barekey:allow\nKEY"), [0; 0]);
        assert_eq!(held("# KEY barekey:allow\nKEY"), [0]);
    }

    #[test]
    fn only_the_named_rules() {
        assert_eq!(held("KEY # barekey:allow[password, token] why"), [0]);
        assert_eq!(held("KEY # barekey:allow[token]"), [0; 0]);
        assert_eq!(
            held("KEY # barekey:allow[]\nKEY # barekey:allow[password"),
            [0; 0]
        );
        let mut markers = Markers::find(b"KEY # barekey:allow[token]");
        assert!(
            markers
                .hold(&RULE, &[RuleId::new("token")], (0, 0), 0..3)
                .is_some()
        );
    }

    #[test]
    fn around_a_block() {
        assert_eq!(
            held("KEY\n# barekey:allow-start\nKEY\nx\nKEY\n# barekey:allow-end\nKEY"),
            [2, 4]
        );
        assert_eq!(held("# barekey:allow-start\nKEY"), [0; 0]);
        let nested = "# barekey:allow-start[token]\n# barekey:allow-start[password]\nKEY\n# barekey:allow-end\nKEY\n# \
                      barekey:allow-end";
        assert_eq!(held(nested), [2]);
    }

    #[test]
    fn words_of_other_tools() {
        assert_eq!(held("KEY # gitleaks:allow\n# gitleaks:allow\nKEY"), [0]);
        assert_eq!(held("# pragma: allowlist nextline secret\nKEY\nKEY"), [1]);
        assert_eq!(held("# checkov:skip=CKV_SECRET_6:why\nKEY"), [1]);
        assert_eq!(held("KEY # noqa: S105\nKEY # noqa: E501"), [0]);
        assert_eq!(held("# KEY # nosecret"), [0]);
        assert!(notices("# gitleaks:allow\n# nosecret", true).is_empty());
    }

    #[test]
    fn a_marker_in_the_secret_does_not_count() {
        let text = b"password = 'barekey:allow'";
        assert!(
            Markers::find(text)
                .hold(&RULE, &[], (0, 0), 12..25)
                .is_none()
        );
        assert!(Markers::find(text).hold(&RULE, &[], (0, 0), 0..8).is_some());
    }

    #[test]
    fn the_answer_says_line_and_reason() {
        let mut markers = Markers::find(b"x\nKEY /* barekey:allow: a sample */");
        let held = markers.hold(&RULE, &[], (1, 1), 2..5);
        assert_eq!(
            held,
            Some(Held::Marker {
                line: 2,
                reason: Some("a sample".to_owned())
            })
        );
        let known = KnownRules {
            ids: &["password"],
            all_on: true,
        };
        assert!(markers.notices(&Arc::from("a"), known).is_empty());
    }

    #[test]
    fn what_is_of_no_use_is_told() {
        assert_eq!(
            notices("x\n# barekey:allow", true)[0].0,
            NoticeKind::UnusedMarker
        );
        assert_eq!(notices("x\n# barekey:allow", true)[0].1, 2);
        assert!(notices("# barekey:allow", false).is_empty());
        assert!(notices("write `barekey:allow` or \"barekey:allow\"", true).is_empty());
        assert!(notices("image: ghcr.io/x/barekey:latest\nx: barekey:latest", true).is_empty());
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, part) in [
            ("# barekey:alow", "did you mean `barekey:allow`?"),
            ("# barekey:ignore", "did you mean `barekey:allow`?"),
            ("# barekey:allow-stop", "did you mean `barekey:allow-"),
            ("# barekey:allow[]", "empty or not closed"),
            ("# barekey:allow[pasword]", "did you mean `password`?"),
            ("# barekey:allow-start", "without `barekey:allow-end`"),
            ("# barekey:allow-end", "without `barekey:allow-start`"),
        ] {
            let told = notices(text, true);
            assert_eq!(told.len(), 1, "{text}: {told:?}");
            assert_eq!(told[0].0, NoticeKind::BadMarker, "{text}");
            assert!(told[0].2.contains(part), "{text}: {}", told[0].2);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(barekey:|allow|-start|-end|\\[|\\]|,| |#|\n|nosec|é|KEY){0,40}") {
            let mut markers = Markers::find(text.as_bytes());
            let lines = text.matches('\n').count() as u32;
            let held = markers.hold(&RULE, &[], (lines, lines), 0..0);
            if let Some(Held::Marker { line, .. }) = held {
                proptest::prop_assert!(line <= lines + 1);
            }
            markers.notices(&Arc::from("a"), KnownRules { ids: &["password"], all_on: true });
        }
    }
}
