//! Settings on one line, and items of lists in YAML, which stand on lines of their own.

use crate::link::File;
use crate::span::Span;

use super::{Page, Rewrite, at};

/// Whether an expression is all that a name is given.
pub(in crate::audit) fn is_value(files: &[File], file: usize, name: Span, value: Span) -> bool {
    let page = Page::of(&files[file]);
    page.is_some_and(|page| page.setting(name, value).is_some())
}

/// All of `name: !Tag 'value'`, where both stand on one line.
pub(in crate::audit) fn tagged_setting(
    files: &[File],
    file: usize,
    name: Span,
    value: Span,
) -> Option<Span> {
    let page = Page::of(&files[file])?;
    let value = page.with_quotes(value);
    let between = page.text.get(name.end as usize..value.start as usize)?;
    let sign = between.strip_prefix(':')?.trim_matches(' ');
    let is_simple = sign.is_empty() || sign.starts_with('!') && !sign.contains(['\n', ' ']);
    let inside = page.text.get(value.range())?;
    (is_simple && !inside.contains('\n')).then_some(Span {
        start: name.start,
        end: value.end,
    })
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
