//! Texts of another format within HCL: a heredoc holds a script, settings or data, and is read as what it looks like.
//! <https://developer.hashicorp.com/terraform/language/expressions/strings#heredoc-strings>

use std::ops::Range;

use crate::facts::{Format, Kind};
use crate::text::kind::format_of;

/// How much of a heredoc is looked at to tell what it is, in bytes.
const HEAD: usize = 4 << 10;

/// Stems by the kind of the text that they stand in.
pub(super) fn parts<'s>(text: &[u8], kind: Kind, stems: &'s [u32]) -> Vec<(Kind, &'s [u32])> {
    let mut parts = Vec::new();
    let mut rest = stems;
    let mut take = |end: usize, format: Format| {
        let (own, others) = rest.split_at(rest.partition_point(|&stem| (stem as usize) < end));
        rest = others;
        if !own.is_empty() {
            parts.push((Kind { format, ..kind }, own));
        }
    };
    if kind.format == Format::Hcl && !stems.is_empty() {
        for body in bodies(text) {
            take(body.start, Format::Hcl);
            let head = &text[body.start..body.end.min(body.start + HEAD)];
            take(body.end, format_of(head));
        }
    }
    take(text.len() + 1, kind.format);
    parts
}

/// Where the heredocs of a text are, without their marks. The first without an end is the last that is looked for.
fn bodies(text: &[u8]) -> Vec<Range<usize>> {
    let mut bodies: Vec<Range<usize>> = Vec::new();
    for at in memchr::memmem::find_iter(text, b"<<") {
        if bodies.last().is_some_and(|body| at < body.end) {
            continue;
        }
        let Some((mark, start)) = opening(text, at + 2) else {
            continue;
        };
        match end(text, mark, start) {
            Some(end) => bodies.push(start..end),
            None => break,
        }
    }
    bodies
}

/// The mark that stands between `<<` and the end of the line, and where the next line starts.
fn opening(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let at = at + usize::from(text.get(at) == Some(&b'-'));
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let length = text[at..].iter().take_while(|b| is_part(b)).count();
    let rest = &text[at + length..];
    let line_end = [&b"\n"[..], b"\r\n"]
        .into_iter()
        .find(|end| rest.starts_with(end))?;
    (length > 0).then(|| (&text[at..at + length], at + length + line_end.len()))
}

/// Where the line starts that holds nothing but the mark.
fn end(text: &[u8], mark: &[u8], start: usize) -> Option<usize> {
    let mut line = start;
    loop {
        let length = memchr::memchr(b'\n', &text[line..]);
        let end = length.map_or(text.len(), |length| line + length);
        if text[line..end].trim_ascii() == mark {
            return Some(line);
        }
        line = length.map(|length| line + length + 1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Format, usize)> {
        let stems = memchr::memmem::find_iter(text.as_bytes(), "pass");
        let stems: Vec<u32> = stems.map(|at| at as u32).collect();
        let kind = Kind {
            format: Format::Hcl,
            credential_file: false,
            generated: false,
        };
        let parts = parts(text.as_bytes(), kind, &stems);
        parts
            .iter()
            .map(|(kind, stems)| (kind.format, stems.len()))
            .collect()
    }

    #[test]
    fn heredocs_are_what_they_look_like() {
        let text = "pass = <<EOF\na: 1\npass: 2\nEOF\nx = <<-\"A\"\npass = [<<-B_1\r\n  [pass]\n  a = <<EOF\nB_1x\n pass = B_1\n B_1\n]\npass\n";
        assert_eq!(
            kinds(text),
            [
                (Format::Hcl, 1),
                (Format::Yaml, 1),
                (Format::Hcl, 1),
                (Format::Config, 2),
                (Format::Hcl, 1)
            ]
        );
        // None has an end.
        assert_eq!(
            kinds("a = <<EOF\npass: 1\nb = <<X\npass: 1\nX\n"),
            [(Format::Hcl, 2)]
        );
        assert_eq!(kinds("a = 1 << 2\npass: 1\n"), [(Format::Hcl, 1)]);
        assert!(kinds("a = <<EOF\na: 1\nEOF\n").is_empty());
    }
}
