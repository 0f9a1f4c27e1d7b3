//! What the nodes that were read are worth to those around them.

use crate::facts::code::{Argument, Expression, Member, Name};
use crate::span::Span;
use crate::syntax::language::{Operator, Role, Slot};

/// Values are kept as deep as people write them; what is deeper is unknown. So nothing is ever taken apart by a
/// recursion that has no bound.
pub(super) const DEEPEST: u16 = 40;

/// What a node is worth.
#[derive(Debug)]
pub(super) struct Item {
    /// What it is to the node around it.
    pub(super) slot: Slot,
    /// All of the node.
    pub(super) span: Span,
    /// How deep its value is.
    pub(super) depth: u16,
    /// Its worth.
    pub(super) worth: Worth,
}

/// The kinds of worth.
#[derive(Debug)]
pub(super) enum Worth {
    /// A value.
    Value(Expression),
    /// A value under a key.
    Pair(Name, Expression),
    /// A value behind a keyword.
    Keyword(Name, Expression),
    /// What a parameter, or a part of a pattern, is when nothing is given.
    Default(Expression, Option<Expression>),
    /// All values of another one.
    Spread(Expression),
}

impl Item {
    /// Its value, if it is one, or what a pattern with a default names.
    pub(super) fn value(self) -> Expression {
        let span = self.span;
        match self.worth {
            Worth::Value(value) | Worth::Default(value, _) => value,
            Worth::Pair(..) | Worth::Keyword(..) | Worth::Spread(_) => Expression::Unknown(span),
        }
    }

    /// As a value of an object.
    pub(super) fn member(self) -> Option<Member> {
        let (name, value) = match self.worth {
            Worth::Pair(name, value) | Worth::Keyword(name, value) => (name, value),
            Worth::Default(Expression::Name(name), _) => (name.clone(), Expression::Name(name)),
            Worth::Spread(value) => (Name::new(Span::default()), value),
            Worth::Default(..) | Worth::Value(_) => return None,
        };
        Some(Member { name, value })
    }

    /// As a value that is passed.
    pub(super) fn argument(self) -> Argument {
        match self.worth {
            Worth::Keyword(name, value) | Worth::Pair(name, value) => Argument {
                name: Some(name),
                value,
            },
            Worth::Spread(value) => Argument {
                name: Some(Name::new(Span::default())),
                value,
            },
            _ => Argument {
                name: None,
                value: self.value(),
            },
        }
    }
}

/// A node that is being read.
#[derive(Debug)]
pub(super) struct Frame {
    /// What it is to us.
    pub(super) role: Role,
    /// Its kind, by number.
    pub(super) kind: u16,
    /// What it is to the node around it.
    pub(super) slot: Slot,
    /// All of it.
    pub(super) span: Span,
    /// How many items there were before it.
    pub(super) base: usize,
    /// Where its first child ends: of a string, the opening quote.
    pub(super) opened: Option<u32>,
    /// Where its last child so far starts: of a string, the closing quote.
    pub(super) closing: u32,
    /// What its operator does.
    pub(super) operator: Option<Operator>,
    /// Of a fork: whether a way of it began, and whether one is always gone.
    pub(super) ways: Ways,
}

/// What is known of the ways of a fork so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ways {
    /// None began.
    None,
    /// Some began, and there may be no more to choose.
    Some,
    /// One of them is always gone.
    Whole,
}

/// A value made of others, which is one deeper than these; if that is too deep, it is unknown.
pub(super) fn deeper(items: &[Item], span: Span) -> Result<u16, Expression> {
    let depth = items.iter().map(|item| item.depth).max().unwrap_or(0) + 1;
    match depth > DEEPEST {
        true => Err(Expression::Unknown(span)),
        false => Ok(depth),
    }
}
