//! Settings on one line, and items of lists in YAML, which stand on lines of their own.

use crate::link::File;
use crate::span::Span;

use super::{Page, Rewrite, at};

/// Whether an expression is all that a name is given.
pub(in crate::audit) fn is_value(files: &[File], file: usize, name: Span, value: Span) -> bool {
    let page = Page::of(&files[file]);
    page.is_some_and(|page| page.setting(name, value).is_some())
}

/// Where the object ends that is all of `: {"Fn::Join": ...}`.
fn joined(behind: &str) -> Option<usize> {
    let object = behind.trim_start().strip_prefix(':')?.trim_start();
    let inside = object.strip_prefix('{')?.trim_start();
    inside.starts_with("\"Fn::Join\"").then_some(())?;
    let mut stream = serde_json::Deserializer::from_str(object).into_iter::<serde_json::Value>();
    stream.next()?.ok()?;
    Some(behind.len() - object.len() + stream.byte_offset())
}

/// All of `name: !Tag 'value'`, `"name": "value"` or `"name": {"Fn::Sub": "value"}`, where that is on one line.
pub(in crate::audit) fn tagged_setting(
    files: &[File],
    file: usize,
    name: Span,
    value: Span,
) -> Option<Span> {
    let page = Page::of(&files[file])?;
    let (name, value) = (page.with_quotes(name), page.with_quotes(value));
    if let Some(end) = joined(page.text.get(name.end as usize..)?) {
        return Some(Span::new(name.start as usize, name.end as usize + end));
    }
    let between = page.text.get(name.end as usize..value.start as usize)?;
    let sign = between.trim_start().strip_prefix(':')?.trim_matches(' ');
    let end = match sign.strip_prefix('{') {
        Some(function) => {
            let is_sub = function.trim().strip_suffix(':')?.trim() == "\"Fn::Sub\"";
            let rest = page.text[value.end as usize..].trim_start_matches(' ');
            let closed = rest.strip_prefix('}').filter(|_| is_sub)?;
            page.text.len() - closed.len()
        }
        None => value.end as usize,
    };
    let is_simple = sign.is_empty() || sign.starts_with(['!', '{']) && !sign.contains('\n');
    let is_tag = !sign.starts_with('!') || !sign.contains(' ');
    let inside = page.text.get(value.range())?;
    (is_simple && is_tag && !inside.contains('\n')).then(|| Span::new(name.start as usize, end))
}

/// Takes `{ name = ..., value = ... }` out of its list: the value ends at `end`.
pub(in crate::audit) fn braced_item(
    files: &[File],
    file: usize,
    name: Span,
    end: usize,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let before = page.text[..page.with_quotes(name).start as usize].trim_end();
    let after = page.text[end..].trim_start();
    let (before, after) = (
        before.strip_suffix('{')?,
        after.strip_prefix(',').unwrap_or(after).trim_start(),
    );
    let end = page.text.len() - after.strip_prefix('}')?.len();
    let line = page.line_start(before.len());
    let span = match page.text[line..before.len()].trim() {
        // An item of a list that has a line for each.
        "-" => {
            let stop = page.line_end(end) + page.newline().len();
            let rest = page.text.get(end..stop)?;
            rest.trim().is_empty().then(|| Span::new(line, stop))?
        }
        _ => page.with_what_goes(Span::new(before.len(), end))?,
    };
    let text = String::new();
    Some(Rewrite { file, span, text })
}

/// Puts an item first in a list that has others.
pub(in crate::audit) fn prepend(
    files: &[File],
    file: usize,
    list: Span,
    item: &str,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let rest = page.text.get(page.with_quotes(list).end as usize..)?;
    let inner = rest.trim_start().strip_prefix(['=', ':'])?.trim_start();
    let inner = inner.strip_prefix('[')?;
    let start = page.text.len() - inner.len();
    let comma = match inner.trim_start().starts_with(']') {
        true => "",
        false => ", ",
    };
    Some(at(file, start, format!("{item}{comma}")))
}

/// Puts an item first in a list of YAML that has a line for each; `first` stands in the first one.
pub(in crate::audit) fn above_list(
    files: &[File],
    file: usize,
    first: Span,
    item: &str,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let line = page.line_start(first.start as usize);
    let start = page.text.get(line..first.start as usize)?;
    let indent = &start[..start
        .find('-')
        .filter(|at| start[..*at].trim().is_empty())?];
    Some(at(
        file,
        line,
        format!("{indent}- {item}{}", page.newline()),
    ))
}

/// An item of a list of YAML with a line for each of its two settings.
pub(in crate::audit) struct ItemLines<'f> {
    /// Both, with their breaks.
    pub(in crate::audit) lines: Vec<&'f str>,
    /// The break.
    pub(in crate::audit) newline: &'static str,
    /// Takes them away.
    pub(in crate::audit) rewrite: Rewrite,
}

/// The lines of `- Name: X` and a setting below it, if nothing else stands on them.
pub(in crate::audit) fn lines_of_item(
    files: &[File],
    file: usize,
    name: Span,
    setting: Span,
) -> Option<ItemLines<'_>> {
    let page = Page::of(&files[file])?;
    let start = page.line_start(name.start as usize);
    let second = page.line_start(setting.start as usize);
    let stop = page.line_end(setting.end as usize);
    let end = stop + page.newline().len();
    let before = page.text.get(start..name.start as usize)?;
    let above = page.text.get(second..setting.start as usize)?;
    let is_alone = before.trim() == "-"
        && above.trim().is_empty()
        && page.text[setting.end as usize..stop].trim().is_empty()
        && page.text.get(start..second)?.lines().count() == 1;
    (is_alone && end <= page.text.len()).then(|| ItemLines {
        lines: vec![&page.text[start..second], &page.text[second..end]],
        newline: page.newline(),
        rewrite: Rewrite {
            file,
            span: Span::new(start, end),
            text: String::new(),
        },
    })
}

/// Puts the lines of an item above another, which begins at `first`.
pub(in crate::audit) fn above_item(
    files: &[File],
    file: usize,
    first: Span,
    lines: &str,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let line = page.line_start(first.start as usize);
    let start = page.text.get(line..first.start as usize)?;
    let same = lines.len() - lines.trim_start().len() == start.len() - start.trim_start().len();
    (start.trim() == "-" && same).then(|| at(file, line, lines.to_owned()))
}

/// Puts a head with lines below it above a setting that begins its line.
pub(in crate::audit) fn above(
    files: &[File],
    file: usize,
    setting: Span,
    head: &str,
    lines: &str,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let line = page.line_start(setting.start as usize);
    let indent = page.text.get(line..setting.start as usize)?;
    let text = format!("{indent}{head}{}{lines}", page.newline());
    indent.trim().is_empty().then(|| at(file, line, text))
}

/// Takes a line away that holds nothing but `name:`.
pub(in crate::audit) fn line(files: &[File], file: usize, name: Span) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let start = page.line_start(name.start as usize);
    let stop = page.line_end(name.end as usize);
    let end = stop + page.newline().len();
    let is_alone = page.text.get(start..name.start as usize)?.trim().is_empty()
        && page.text[name.end as usize..stop].trim() == ":";
    (is_alone && end <= page.text.len()).then(|| Rewrite {
        file,
        span: Span::new(start, end),
        text: String::new(),
    })
}

/// Puts a setting with its comma before another between braces, or above it where it begins a line.
pub(in crate::audit) fn before(
    files: &[File],
    file: usize,
    other: Span,
    setting: &str,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let start = page.with_quotes(other).start as usize;
    let line = page.line_start(start);
    let indent = page.text.get(line..start)?;
    let is_first = indent.trim().is_empty();
    let opens = page.text[..start].trim_end().ends_with(['{', ',']);
    let text = match is_first {
        true => format!("{indent}{setting},{}", page.newline()),
        false => format!("{setting}, "),
    };
    opens.then(|| at(file, if is_first { line } else { start }, text))
}

/// Whether what a setting is given begins with a bracket: the list is between brackets, and has no lines of its own.
pub(in crate::audit) fn is_bracketed(files: &[File], file: usize, name: Span) -> bool {
    let rest = Page::of(&files[file]).and_then(|page| {
        let end = page.with_quotes(name).end as usize;
        page.text.get(end..)?.trim_start().strip_prefix(':')
    });
    rest.is_some_and(|rest| rest.trim_start().starts_with('['))
}
