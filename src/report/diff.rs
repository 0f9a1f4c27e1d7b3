//! A change for people: a unified diff made of masked lines. It shows what happens; it is no patch to apply.

use std::fmt::Write as _;

use crate::finding::Edit;

use super::escape;

/// Lines of a file before and after.
struct Hunk {
    first_line: u32,
    before: String,
    after: String,
}

/// The hunks of the edits of a file, which are in their order, below its name.
#[must_use]
pub fn diff(path: &str, edits: &[&Edit]) -> String {
    let path = escape::path(path);
    let mut out = format!("--- a/{path}\n+++ b/{path}\n");
    let (mut moved, mut at) = (0, 0);
    while at < edits.len() {
        let (hunk, taken) = hunk(&edits[at..]);
        moved += write(&hunk, moved, &mut out);
        at += taken;
    }
    out
}

/// The first of some edits with those after it whose lines it shares, and how many these are.
fn hunk(edits: &[&Edit]) -> (Hunk, usize) {
    let first_line = edits[0].lines.first_line;
    let mut before = edits[0].lines.text.clone();
    let mut marks = vec![edits[0].lines.mark.clone()];
    for edit in &edits[1..] {
        let below = edit.lines.first_line.saturating_sub(first_line) as usize;
        let Some(start) = line_start(&before, below) else {
            break;
        };
        let (shared, text) = (&before[start..], &edit.lines.text);
        let rest = match text.strip_prefix(shared) {
            Some(rest) if rest.is_empty() || rest.starts_with('\n') => rest.to_owned(),
            _ if shared.starts_with(text.as_str()) => String::new(),
            _ => break,
        };
        before.push_str(&rest);
        let mark = &edit.lines.mark;
        marks.push(start + mark.start..start + mark.end);
    }
    let mut after = before.clone();
    for (mark, edit) in marks.iter().zip(edits).rev() {
        if after.get(mark.clone()).is_some() {
            after.replace_range(mark.clone(), &edit.replacement);
        }
    }
    let hunk = Hunk {
        first_line,
        before,
        after,
    };
    (hunk, marks.len())
}

/// Where a line starts; none where there is no such line.
fn line_start(text: &str, number: usize) -> Option<usize> {
    match number {
        0 => Some(0),
        n => text.match_indices('\n').nth(n - 1).map(|(at, _)| at + 1),
    }
}

/// Writes a hunk; gives how many lines came in.
fn write(hunk: &Hunk, moved: i64, out: &mut String) -> i64 {
    let (old, new) = (lines(&hunk.before), lines(&hunk.after));
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count().min(most);
    let start = i64::from(hunk.first_line);
    let (gone, come) = (old.len(), new.len());
    let _ = writeln!(out, "@@ -{start},{gone} +{},{come} @@", start + moved);
    let mut put = |sign: char, lines: &[&str]| {
        for line in lines {
            let _ = writeln!(out, "{sign}{}", escape::visible(line));
        }
    };
    put(' ', &old[..head]);
    put('-', &old[head..old.len() - tail]);
    put('+', &new[head..new.len() - tail]);
    put(' ', &old[old.len() - tail..]);
    come as i64 - gone as i64
}

fn lines(text: &str) -> Vec<&str> {
    match text {
        "" => Vec::new(),
        text => text.split('\n').map(|l| l.trim_end_matches('\r')).collect(),
    }
}
