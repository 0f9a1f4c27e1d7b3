//! Strings: constants, templates of texts and values, and texts that are put together.

use crate::facts::Literal;
use crate::facts::code::{Expression, Member, Name};
use crate::span::Span;
use crate::syntax::plain::unescape;

use super::item::{Frame, Item};

/// A string without what is filled in, or a text put together of its pieces.
pub(super) fn string(text: &str, frame: &Frame, filled: Vec<Item>) -> Expression {
    let prefix = |span: Span| text.get(span.range()).unwrap_or_default();
    let start = frame.opened.unwrap_or(frame.span.end);
    let opening = prefix(Span {
        start: frame.span.start,
        end: start,
    });
    let raw = opening.contains(['r', 'R']);
    let end = frame.closing.max(start);
    if filled.is_empty() {
        return Expression::Text(literal(text, Span { start, end }, raw));
    }
    let mut parts = Vec::with_capacity(filled.len() * 2 + 1);
    let mut at = start;
    for item in filled {
        let between = Span {
            start: at,
            end: item.span.start,
        };
        at = item.span.end;
        if !between.is_empty() {
            parts.push(Expression::Text(literal(text, between, raw)));
        }
        parts.push(item.value());
    }
    if at < end {
        parts.push(Expression::Text(literal(
            text,
            Span { start: at, end },
            raw,
        )));
    }
    Expression::Concat(parts)
}

fn literal(text: &str, span: Span, raw: bool) -> Literal {
    let bytes = span.of(text.as_bytes());
    Literal {
        raw: span,
        text: (!raw).then(|| unescape(bytes)).flatten(),
        quoted: true,
    }
}

/// Longest constant that is put together, in bytes.
const LONGEST: usize = 4096;

/// Puts values together: constants that stand side by side become one.
pub(super) fn concat(text: &str, mut values: impl Iterator<Item = Expression>) -> Expression {
    let mut parts = match values.next() {
        Some(Expression::Concat(inner)) => inner,
        first => first.into_iter().collect(),
    };
    for value in values {
        match value {
            Expression::Concat(inner) => {
                inner.into_iter().for_each(|v| append(text, &mut parts, v))
            }
            other => append(text, &mut parts, other),
        }
    }
    match parts.len() {
        1 => parts.remove(0),
        _ => Expression::Concat(parts),
    }
}

/// Adds a part, to the last one where both are constants. The place of both is from the first byte to the last.
fn append(text: &str, parts: &mut Vec<Expression>, value: Expression) {
    match (parts.last_mut(), value) {
        (Some(Expression::Text(last)), Expression::Text(next)) if last.raw.len() < LONGEST => {
            let all = meaning(text, last).to_owned() + meaning(text, &next);
            last.text = Some(all.into());
            last.raw.end = next.raw.end;
        }
        (_, value) => parts.push(value),
    }
}

/// What a constant means.
fn meaning<'l>(text: &'l str, literal: &'l Literal) -> &'l str {
    match &literal.text {
        Some(decoded) => decoded,
        None => text.get(literal.raw.range()).unwrap_or_default(),
    }
}

/// What stands before the name of a value in a text that values are filled into: `%(name)s`.
pub(crate) const PERCENT: &str = "%(";

/// The same for `{name}`.
pub(super) const BRACE: &str = "{";

/// What is filled into a text of an object of values: those that the text names, or all of it where it names none.
pub(crate) fn filled(
    text: &str,
    format: &Expression,
    opening: &str,
    value: Expression,
) -> Vec<Expression> {
    let Expression::Text(format) = format else {
        return vec![value];
    };
    let named = fields(meaning(text, format), opening);
    if named.is_empty() {
        return vec![value];
    }
    match value {
        Expression::Map(members) => {
            let shown = |m: &Member| m.name.last.is_empty() || named.contains(&m.name.last(text));
            let shown = members.into_iter().filter(shown);
            shown.map(|member| member.value).collect()
        }
        Expression::Name(name) => {
            let member = |field| Name {
                path: Some(format!("{}.{field}", name.dotted(text)).into()),
                ..Name::new(name.span)
            };
            let members = named.into_iter().map(member);
            members.map(Expression::Name).collect()
        }
        value => vec![value],
    }
}

/// The names of the values that are filled into a text.
fn fields<'f>(format: &'f str, opening: &str) -> Vec<&'f str> {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let parts = format.split(opening).skip(1);
    let names = parts.map(|part| part.split(ends).next().unwrap_or_default());
    let is_name = |name: &&str| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    names.filter(is_name).collect()
}
