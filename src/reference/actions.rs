//! Expressions of GitHub Actions: `${{ fromJSON(secrets.DB).password || inputs.password }}`.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions>
//!
//! The parser limits how deep an expression may nest (50), so a walk over what it gives may recurse.

use std::ops::Range;

use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::BinOp;
use github_actions_expressions::{Expr, SpannedExpr};

use super::{RefKind, Reference, Resolved};

/// Longer ones are not read, in bytes.
const MOST_BYTES: usize = 1024;

/// What an expression gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// A text that is written in it.
    Constant(Box<str>),
    /// A context: `secrets.X`; an input is `var.X`.
    Pointer(Reference),
    /// A function of others, and which part of its result is meant.
    Call {
        /// Of the function.
        name: &'static str,
        /// In their order.
        arguments: Vec<Expression>,
        /// From the outermost.
        part: Vec<Box<str>>,
    },
    /// One of these.
    Either(Vec<Expression>),
    /// A truth value, a number, or what is not understood.
    Unknown,
}

/// Where the expressions of a text stand, with their brackets.
pub fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find("${{")?;
        let end = end(text, start)?;
        from = end;
        Some(start..end)
    })
}

/// One past the brackets that close those at `start`; a text in quotes may hold brackets.
#[must_use]
pub fn end(text: &str, start: usize) -> Option<usize> {
    let inside = text.get(start..)?.strip_prefix("${{")?;
    let (mut quoted, bytes) = (false, inside.as_bytes());
    for (at, byte) in bytes.iter().enumerate().take(MOST_BYTES) {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(start + 3 + at + 2),
            _ => {}
        }
    }
    None
}

/// Reads an expression, with or without its brackets.
#[must_use]
pub fn parse(text: &str) -> Expression {
    let inside = text.strip_prefix("${{").unwrap_or(text);
    let inside = inside.strip_suffix("}}").unwrap_or(inside);
    // Operators nest in what the parser gives, and are not counted by its limit.
    if inside.len() > MOST_BYTES {
        return Expression::Unknown;
    }
    match Expr::parse(inside.trim()) {
        Ok(expression) => read(&expression),
        Err(_) => Expression::Unknown,
    }
}

fn read(expression: &SpannedExpr<'_>) -> Expression {
    match &expression.inner {
        Expr::Literal(Literal::String(text)) => Expression::Constant(text.as_ref().into()),
        Expr::Call(call) => function(&call.args, &format!("{:?}", call.func), Vec::new()),
        Expr::Context(context) => of_context(&context.parts),
        Expr::Identifier(name) => pointer(name.as_str(), &[]),
        Expr::BinExpr(both) => match both.op {
            // The condition is no result.
            BinOp::And => read(&both.rhs),
            BinOp::Or => Expression::Either(choices(read(&both.lhs), read(&both.rhs))),
            _ => Expression::Unknown,
        },
        _ => Expression::Unknown,
    }
}

/// One list of what a chain of `||` chooses from.
fn choices(left: Expression, right: Expression) -> Vec<Expression> {
    let mut choices = match left {
        Expression::Either(choices) => choices,
        one => vec![one],
    };
    choices.push(right);
    choices
}

/// A context or the result of a function, and the names that lead into it.
fn of_context(parts: &[SpannedExpr<'_>]) -> Expression {
    let Some((first, rest)) = parts.split_first() else {
        return Expression::Unknown;
    };
    let names: Vec<Box<str>> = rest.iter().map(name).collect();
    match &first.inner {
        Expr::Call(call) => function(&call.args, &format!("{:?}", call.func), names),
        Expr::Identifier(root) => pointer(root.as_str(), &names),
        _ => Expression::Unknown,
    }
}

/// What is only known later is `*`.
fn name(part: &SpannedExpr<'_>) -> Box<str> {
    match &part.inner {
        Expr::Identifier(name) => name.as_str().into(),
        Expr::Index(index) => match &index.inner {
            Expr::Literal(literal) => literal.as_str().as_ref().into(),
            _ => "*".into(),
        },
        _ => "*".into(),
    }
}

fn function(arguments: &[SpannedExpr<'_>], name: &str, part: Vec<Box<str>>) -> Expression {
    let name = match name {
        "ToJSON" => "toJSON",
        "FromJSON" => "fromJSON",
        "Format" => "format",
        "Join" | "Case" => {
            return Expression::Either(arguments.iter().map(read).collect());
        }
        _ => return Expression::Unknown,
    };
    Expression::Call {
        name,
        arguments: arguments.iter().map(read).collect(),
        part,
    }
}

/// Contexts are read without case. What comes of one is put in when the run starts: it is a pointer until then.
fn pointer(root: &str, names: &[Box<str>]) -> Expression {
    let rest = |skip: usize| names[skip..].join(".");
    let root = root.to_ascii_lowercase();
    let event = |number: usize, word: &str| names.get(number).is_some_and(|n| **n == *word);
    let (kind, target) = match &*root {
        "inputs" => (RefKind::Template, format!("var.{}", rest(0))),
        "github" if event(0, "event") && event(1, "inputs") => {
            (RefKind::Template, format!("var.{}", rest(2)))
        }
        "env" => (RefKind::Environment, rest(0)),
        _ if names.is_empty() => (RefKind::Ci, root),
        _ => (RefKind::Ci, format!("{root}.{}", rest(0))),
    };
    Expression::Pointer(Reference {
        kind,
        target: target.into(),
        resolved: Resolved::Runtime,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> String {
        match parse(text) {
            Expression::Pointer(reference) => reference.target.into(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn contexts_are_pointers() {
        for (text, expected) in [
            ("${{ secrets.TOKEN }}", "secrets.TOKEN"),
            ("${{secrets['TOKEN']}}", "secrets.TOKEN"),
            ("${{ SECRETS.TOKEN }}", "secrets.TOKEN"),
            ("${{ secrets }}", "secrets"),
            ("${{ secrets[matrix.name] }}", "secrets.*"),
            ("${{ inputs.stage }}", "var.stage"),
            ("${{ github.event.inputs.stage }}", "var.stage"),
            ("${{ env.STAGE }}", "STAGE"),
            (
                "${{ github.event_name == 'push' && secrets.A }}",
                "secrets.A",
            ),
        ] {
            assert_eq!(target(text), expected, "{text}");
        }
    }

    #[test]
    fn results_of_functions_and_choices() {
        let Expression::Call { name, part, .. } = parse("${{ fromJSON(secrets.DB).password }}")
        else {
            panic!("no call");
        };
        assert_eq!((name, &*part), ("fromJSON", &["password".into()][..]));
        assert!(
            matches!(parse("${{ secrets.A || 'none' }}"), Expression::Either(of) if of.len() == 2)
        );
        for text in [
            "${{ secrets.A != '' }}",
            "${{ !secrets.A }}",
            "${{ contains(secrets.A, 'x') }}",
            "${{ secrets. }}",
            "${{ }}",
            "${{",
            "",
        ] {
            assert_eq!(parse(text), Expression::Unknown, "{text}");
        }
    }

    #[test]
    fn expressions_are_found_in_texts() {
        let text = "a ${{ x }} b ${{ format('}}{0}', y) }} ${{ open";
        let found: Vec<&str> = ranges(text).map(|range| &text[range]).collect();
        assert_eq!(found, ["${{ x }}", "${{ format('}}{0}', y) }}"]);
    }

    #[test]
    fn hostile_expressions_come_to_an_end() {
        for unit in ["(", "!", "toJSON(", "a[", "a.", "a||", "'"] {
            let text = format!("${{{{ {} }}}}", unit.repeat(100_000));
            assert_eq!(ranges(&text).count(), 0);
            assert_eq!(parse(&text), Expression::Unknown, "{unit}");
        }
        assert!(ranges(&"${{".repeat(100_000)).next().is_none());
    }
}
