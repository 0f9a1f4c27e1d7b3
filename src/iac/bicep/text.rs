//! Texts of Bicep: of one line or of several, with what is put into them.

use crate::facts::{Literal, Value};
use crate::iac::azure::{pointer, put_together};
use crate::iac::source::meaning;
use crate::span::Span;

use super::reader::{Made, Reader};
use super::tree::Node;

impl Reader<'_> {
    /// A text, with what is put into it.
    pub(super) fn string(&self, node: Node, below: Vec<Made>) -> Value {
        let whole = self.slice(node.span);
        let quotes = match whole.len() >= 6 && whole.starts_with("'''") {
            true => 3,
            false => 1,
        };
        if whole.len() < 2 * quotes {
            return Value::Unknown(node.span);
        }
        let (start, end) = (
            node.span.start + quotes as u32,
            node.span.end - quotes as u32,
        );
        let inside = Span { start, end };
        if !below.iter().any(|m| m.node.kind == "interpolation") {
            let literal = self.literal(inside, quotes == 3);
            let text = pointer(meaning(self.text, &literal));
            return match text {
                Some(pointer) => Value::Reference(pointer, inside),
                None => Value::Literal(literal),
            };
        }
        let (mut parts, mut done) = (Vec::new(), inside.start);
        for made in below {
            if made.node.kind != "interpolation" {
                continue;
            }
            let span = made.node.span;
            if done < span.start {
                let raw = Span {
                    start: done,
                    end: span.start,
                };
                parts.push(Value::Literal(self.literal(raw, false)));
            }
            done = span.end;
            parts.push(self.value(made).unwrap_or(Value::Unknown(span)));
        }
        if done < inside.end {
            let raw = Span {
                start: done,
                end: inside.end,
            };
            parts.push(Value::Literal(self.literal(raw, false)));
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => put_together(self.text, parts),
        }
    }

    /// What stands between quotes; in a text of several lines nothing is escaped, and the first line break is none.
    fn literal(&self, raw: Span, lines: bool) -> Literal {
        let written = self.slice(raw);
        let text = match lines {
            true => written.strip_prefix('\n').map(Into::into),
            false => written.contains('\\').then(|| unescaped(written).into()),
        };
        Literal {
            raw,
            text,
            quoted: true,
        }
    }
}

/// `\n`, `\'`, `\$` and `\u{1F600}`.
fn unescaped(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some('u') => {
                    let code: String = chars.by_ref().take_while(|c| *c != '}').collect();
                    let code = u32::from_str_radix(code.trim_start_matches('{'), 16);
                    text.extend(code.ok().and_then(char::from_u32));
                }
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    text
}
