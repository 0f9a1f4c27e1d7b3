//! Changes of a template that mend a finding, for where there is one right way and nothing has to be made up.
//!
//! They are made on the text, between places that a tree gave: whatever stands there beyond what is expected (a value of
//! several lines, a merge, a tag) gives no change, and so do languages without a case.

use crate::facts::{Dialect, Entry, Format, Literal, Value};
use crate::link::{Declared, File};
use crate::span::Span;

mod items;

pub(super) use items::{
    above, above_item, above_list, before, braced_item, is_bracketed, is_value, line,
    lines_of_item, prepend, tagged_setting,
};

/// What mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mend {
    /// What it does, as a command: `mark the variable as sensitive`.
    pub(crate) message: String,
    /// All of it, or nothing.
    pub(crate) rewrites: Vec<Rewrite>,
}

/// Bytes of a file that give way to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rewrite {
    /// Number of the file.
    pub(crate) file: usize,
    /// What goes; empty for a place.
    pub(crate) span: Span,
    /// What comes; empty for nothing.
    pub(crate) text: String,
}

/// Marks a parameter of a template as a secret, or the result of one.
pub(super) fn mark(files: &[File], declared: Declared<'_>) -> Option<Rewrite> {
    let page = Page::of(&files[declared.file])?;
    let what = declared.what;
    let (name, value) = match what.dialect {
        Dialect::Terraform => ("sensitive", "true"),
        Dialect::CloudFormation => ("NoEcho", "true"),
        Dialect::Azure => {
            let decorated = page.decorate(declared.file, what.span);
            return decorated.or_else(|| page.secured(declared));
        }
        _ => return None,
    };
    if let Some(entry) = what.body.iter().find(|e| *e.name == *"sensitive") {
        return page.switched(declared.file, entry, value);
    }
    let after = |entry: &&Entry| entry.span.start >= what.span.end;
    let first = what.body.iter().filter(after).map(|e| e.span).min();
    page.add(declared.file, what.span, first, name, value)
}

/// Takes a setting with a constant of one line away.
pub(super) fn remove(
    files: &[File],
    file: usize,
    entry: &Entry,
    literal: &Literal,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let whole = page.setting(entry.span, literal.raw)?;
    let text = String::new();
    let span = page.with_what_goes(whole)?;
    Some(Rewrite { file, span, text })
}

/// Puts a text with `${...}` in it in the place of the constant of a setting of CloudFormation.
pub(super) fn substitute(
    files: &[File],
    file: usize,
    name: &str,
    literal: &Literal,
    text: &str,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let span = page.with_quotes(literal.raw);
    let line = page
        .text
        .get(page.line_start(span.start as usize)..span.start as usize)?;
    let key = line.trim_end().strip_suffix(':')?;
    // In a program, as in JSON, a function is an object.
    let is_json = key.ends_with('"') || files[file].text.kind.format == Format::CLike;
    let is_named = key.trim_end_matches(['"', '\'']).ends_with(name);
    let text = match is_json {
        true => format!("{{\"Fn::Sub\": \"{text}\"}}"),
        false => format!("!Sub '{text}'"),
    };
    let is_simple = is_named && !page.text[span.range()].contains('\n');
    is_simple.then_some(Rewrite { file, span, text })
}

/// Puts lines in the place of a setting, which has a line of its own.
pub(super) fn replace(
    files: &[File],
    file: usize,
    (name, value): (Span, Span),
    lines: &[String],
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let span = page.setting(name, value)?;
    let start = page.line_start(span.start as usize);
    let indent = page.text.get(start..span.start as usize)?;
    let rest = &page.text[span.end as usize..page.line_end(span.end as usize)];
    let is_alone = indent.trim().is_empty() && rest.trim().is_empty();
    let text = lines.join(&format!("{}{indent}", page.newline()));
    is_alone.then_some(Rewrite { file, span, text })
}

/// Takes `{ name = ..., value = ... }` out of its list.
pub(super) fn item(
    files: &[File],
    file: usize,
    (name, key, value): (Span, Span, Span),
) -> Option<Rewrite> {
    Page::of(&files[file])?.setting(key, value)?;
    braced_item(files, file, name, value.end as usize)
}

/// Puts a setting of an HCL object above another, which begins a line.
pub(super) fn beside(
    files: &[File],
    file: usize,
    other: Span,
    name: &str,
    value: &str,
) -> Option<Rewrite> {
    let page = Page::of(&files[file])?;
    let line = page.line_start(other.start as usize);
    let indent = &page.text[line..other.start as usize];
    let name = page.aligned(name, other);
    let text = format!("{indent}{name} = {value}{}", page.newline());
    indent.trim().is_empty().then(|| at(file, line, text))
}

/// A text and how settings are written in it.
struct Page<'t> {
    text: &'t str,
}

impl<'t> Page<'t> {
    fn of(file: &'t File) -> Option<Self> {
        let text = std::str::from_utf8(&file.text.bytes).ok()?;
        Some(Self { text })
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |i| i + 1)
    }

    /// Where the line ends, without its break.
    fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..]
            .find('\n')
            .map_or(self.text.len(), |i| at + i);
        end - usize::from(end > at && self.text.as_bytes()[end - 1] == b'\r')
    }

    /// The break that lines of this text have.
    fn newline(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// `@secure()` above a parameter of Bicep.
    fn decorate(&self, file: usize, name: Span) -> Option<Rewrite> {
        let line = self.line_start(name.start as usize);
        let keyword = self.text.get(line..name.start as usize)?;
        let text = format!("@secure(){}", self.newline());
        (keyword.trim_end() == "param").then(|| at(file, line, text))
    }

    /// The type `string` of ARM becomes `securestring`.
    fn secured(&self, declared: Declared<'_>) -> Option<Rewrite> {
        let Some(&Value::Reference(_, span)) = declared.what.get("type") else {
            return None;
        };
        let says = self.text.get(span.range())?;
        let is_text = says.eq_ignore_ascii_case("string") && self.with_quotes(span) != span;
        is_text.then(|| Rewrite {
            file: declared.file,
            span,
            text: "securestring".to_owned(),
        })
    }

    /// `false` becomes `true`.
    fn switched(&self, file: usize, entry: &Entry, value: &str) -> Option<Rewrite> {
        let span = match &entry.value {
            Value::Plain(span) => *span,
            Value::Literal(literal) => literal.raw,
            _ => return None,
        };
        let says = self.text.get(span.range())?;
        says.eq_ignore_ascii_case("false").then(|| Rewrite {
            file,
            span,
            text: value.to_owned(),
        })
    }

    /// Puts a setting before the `first` of those that `head` opens.
    fn add(
        &self,
        file: usize,
        head: Span,
        first: Option<Span>,
        name: &str,
        value: &str,
    ) -> Option<Rewrite> {
        let Some(first) = first else {
            return self.add_only(file, head, name, value);
        };
        let gap = self.text.get(head.end as usize..first.start as usize)?;
        let opened = opening(gap)?;
        let mut start = first.start as usize;
        let quote = self.text[..start]
            .chars()
            .next_back()
            .filter(|c| matches!(c, '"' | '\''));
        start -= quote.map_or(0, char::len_utf8);
        let is_hcl = opened == Opening::Block;
        let quote = quote.filter(|_| !is_hcl).map(String::from);
        let quote = quote.as_deref().unwrap_or_default();
        let line = self.line_start(start);
        let indent = &self.text[line..start];
        let setting = match opened {
            Opening::Block => format!("{} = {value}", self.aligned(name, first)),
            Opening::Flow => format!("{quote}{name}{quote}: {value},"),
            Opening::Lines => format!("{quote}{name}{quote}: {value}"),
        };
        if indent.trim_start_matches([' ', '\t']).is_empty() {
            let text = format!("{indent}{setting}{}", self.newline());
            return Some(at(file, line, text));
        }
        match opened {
            Opening::Block => self.unfold(file, head, name, value),
            Opening::Flow => Some(at(file, start, format!("{setting} "))),
            Opening::Lines => None,
        }
    }

    /// Terraform's formatter puts the equals signs of neighbours below each other.
    fn aligned(&self, name: &str, next: Span) -> String {
        let end = self.line_end(next.end as usize);
        let rest = &self.text[next.end as usize..end];
        let gap = rest.len() - rest.trim_start().len();
        let width = match rest.trim_start().starts_with('=') {
            true => (next.len() + gap).saturating_sub(1),
            false => 0,
        };
        format!("{name:width$}")
    }

    /// Into `{}`.
    fn add_only(&self, file: usize, head: Span, name: &str, value: &str) -> Option<Rewrite> {
        let rest = self.text.get(head.end as usize..)?;
        let brace = rest.find('{')?;
        let inner = rest[brace + 1..].find('}')?;
        let is_empty = [&rest[..brace], &rest[brace + 1..][..inner]]
            .iter()
            .all(|gap| gap.trim().is_empty());
        let start = head.end as usize + brace + 1;
        let indent = self.indent(head);
        let newline = self.newline();
        is_empty.then(|| Rewrite {
            file,
            span: Span::new(start, start + inner),
            text: format!("{newline}{indent}  {name} = {value}{newline}{indent}"),
        })
    }

    /// `{ a = b }` of one line gets a line for each setting.
    fn unfold(&self, file: usize, head: Span, name: &str, value: &str) -> Option<Rewrite> {
        let from = head.end as usize;
        let line = &self.text[from..self.line_end(from)];
        let brace = line.find('{')?;
        let inner = line[brace + 1..].trim_end().strip_suffix('}')?;
        let start = from + brace + 1;
        let (indent, newline) = (self.indent(head), self.newline());
        Some(Rewrite {
            file,
            span: Span::new(start, start + inner.len()),
            text: format!(
                "{newline}{indent}  {name} = {value}{newline}{indent}  {}{newline}{indent}",
                inner.trim()
            ),
        })
    }

    fn indent(&self, head: Span) -> &'t str {
        let line = &self.text[self.line_start(head.start as usize)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// All of `name = "value"`, where both stand on one line.
    fn setting(&self, name: Span, value: Span) -> Option<Span> {
        let name = self.with_quotes(name);
        let value = self.with_quotes(value);
        let between = self.text.get(name.end as usize..value.start as usize)?;
        let inside = self.text.get(value.range())?;
        let sign = between.trim_matches([' ', '\t']);
        let simple = matches!(sign, "=" | ":") && !inside.contains('\n');
        simple.then_some(Span {
            start: name.start,
            end: value.end,
        })
    }

    fn with_quotes(&self, span: Span) -> Span {
        let bytes = self.text.as_bytes();
        let (start, end) = (span.start as usize, span.end as usize);
        match (start.checked_sub(1).map(|i| bytes[i]), bytes.get(end)) {
            (Some(before @ (b'"' | b'\'')), Some(after)) if before == *after => {
                Span::new(start - 1, end + 1)
            }
            _ => span,
        }
    }

    /// A setting with the comma that parts it from its neighbours, and with its line if nothing else is on that.
    fn with_what_goes(&self, setting: Span) -> Option<Span> {
        let (mut start, mut end) = (setting.start as usize, setting.end as usize);
        let rest = &self.text[end..];
        match rest.trim_start().chars().next() {
            Some(',') => end += rest.len() - rest.trim_start().len() + 1,
            Some('}' | ']') => {
                let before = self.text[..start].trim_end();
                if before.ends_with(',') {
                    return Some(Span::new(before.len() - 1, end));
                }
                let is_hcl = self.text[start..end].contains(" = ");
                // What is put in beside it would end in a comma.
                if before.ends_with('{') && !is_hcl {
                    return None;
                }
            }
            _ => {}
        }
        let (line, stop) = (self.line_start(start), self.line_end(end));
        let is_blank = |range: &str| range.trim().is_empty();
        if is_blank(&self.text[line..start]) && is_blank(&self.text[end..stop]) {
            start = line;
            end = match self.text[stop..].find('\n') {
                Some(at) => stop + at + 1,
                None => stop,
            };
        } else {
            end += self.text[end..stop].len() - self.text[end..stop].trim_start().len();
        }
        Some(Span::new(start, end))
    }
}

/// How what a head opens is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// `head {` of HCL.
    Block,
    /// `head: {`, with commas.
    Flow,
    /// `head:` and lines below it.
    Lines,
}

/// How the gap between a head and the first setting opens it; comments may stand there.
fn opening(gap: &str) -> Option<Opening> {
    let lines = gap.split('\n').map(|line| {
        let comment = line.find('#').or_else(|| line.find("//"));
        line[..comment.unwrap_or(line.len())].trim()
    });
    let signs: String = lines.collect();
    match signs.trim_matches(['"', '\'']).replace(' ', "").as_str() {
        "{" => Some(Opening::Block),
        ":{" => Some(Opening::Flow),
        ":" => Some(Opening::Lines),
        _ => None,
    }
}

fn at(file: usize, offset: usize, text: String) -> Rewrite {
    Rewrite {
        file,
        span: Span::new(offset, offset),
        text,
    }
}
