//! What a program says: its functions, what they are made to use, and what happens in them, step by step.
//!
//! Statements and operators are forgotten; what is left is which value goes where. Calls stand in one list in the order
//! in which they are made, and whoever uses the result of one has its number, so that no value is deeper than people
//! write them.

use crate::facts::Literal;
use crate::span::Span;

/// The function that holds what stands in none: the first of every file.
pub const FILE: u32 = 0;

/// A name with the names that lead to it: `token`, `process.env.TOKEN`, `self.token`, `event["body"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// All of it, as written.
    pub span: Span,
    /// The last of its parts, without quotes.
    pub last: Span,
    /// With a point between its parts, where that differs from what is written: `event.body`.
    pub path: Option<Box<str>>,
}

impl Name {
    /// A name of one part.
    #[must_use]
    pub fn new(span: Span) -> Self {
        Self {
            span,
            last: span,
            path: None,
        }
    }

    /// Its parts with a point between: `process.env.TOKEN`.
    #[must_use]
    pub fn dotted<'t>(&'t self, text: &'t str) -> &'t str {
        match &self.path {
            Some(path) => path,
            None => text.get(self.span.range()).unwrap_or_default(),
        }
    }

    /// The last part: `TOKEN`.
    #[must_use]
    pub fn last<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.last.range()).unwrap_or_default()
    }

    /// The first part: `process`.
    #[must_use]
    pub fn first<'t>(&'t self, text: &'t str) -> &'t str {
        self.dotted(text).split('.').next().unwrap_or_default()
    }
}

/// A value, as far as it is understood. Nothing is evaluated but constants that are put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// A constant text; `"a" + "b"` is one, too.
    Text(Literal),
    /// A number, a truth value, nothing: no text.
    Plain(Span),
    /// A variable or a member of one.
    Name(Name),
    /// A part of what has no name: `load()["password"]`, `f(x).token`. The name is empty where it is computed: `f()[i]`.
    Part {
        /// All of it.
        of: Box<Expression>,
        /// Which part.
        name: Box<str>,
        /// Where this is written.
        span: Span,
    },
    /// The result of a call, by its number in [`Facts::calls`](crate::facts::Facts::calls).
    Call(u32),
    /// A text put together of parts: `"Bearer " + token`, a template, a format string.
    Concat(Vec<Expression>),
    /// One of these: `a || b`, `a or b`, `x ? a : b`.
    Either(Vec<Expression>),
    /// Values under names: an object or a dictionary.
    Map(Vec<Member>),
    /// Values in their order.
    List(Vec<Expression>),
    /// A function, by its number in [`Facts::functions`](crate::facts::Facts::functions).
    Function(u32),
    /// What is not understood; it never gives a finding.
    Unknown(Span),
}

/// A value under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Without quotes; empty for what is spread: `...other`, `**other`.
    pub name: Name,
    /// What stands under it.
    pub value: Expression,
}

/// A value that is passed to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its keyword; without one the position counts.
    pub name: Option<Name>,
    /// What is passed.
    pub value: Expression,
}

/// A call, or the making of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is called: `jwt.sign`, `client.get_secret_value`; where it is called on a value that has no name, only the
    /// method: `get_secret_value`.
    pub callee: Name,
    /// The value that the method is called on, where that has no name: `boto3.client("ssm").get_parameter()`.
    pub receiver: Option<Expression>,
    /// In their order.
    pub arguments: Vec<Argument>,
    /// All of the call.
    pub span: Span,
    /// The function that it is made in.
    pub function: u32,
}

impl Call {
    /// The argument with this keyword, or a member of this name in an object among the arguments: `f(key=x)`, `f({key: x})`.
    #[must_use]
    pub fn named(&self, name: &str, text: &str) -> Option<&Expression> {
        let by_keyword = |argument: &&Argument| {
            let keyword = argument.name.as_ref();
            keyword.is_some_and(|n| n.dotted(text) == name)
        };
        let keyword = self.arguments.iter().find(by_keyword).map(|a| &a.value);
        keyword.or_else(|| {
            let maps = self.arguments.iter().filter_map(|a| match &a.value {
                Expression::Map(members) => Some(members),
                _ => None,
            });
            maps.flatten()
                .find(|m| m.name.dotted(text) == name)
                .map(|m| &m.value)
        })
    }

    /// The argument at this position, counted from 0 among those without a keyword.
    #[must_use]
    pub fn at(&self, position: usize) -> Option<&Expression> {
        let mut by_position = self.arguments.iter().filter(|a| a.name.is_none());
        by_position.nth(position).map(|a| &a.value)
    }
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// What it is called within; a pattern is taken apart by the first steps of the function, and called by its number.
    pub name: Name,
    /// What it is if nothing is passed.
    pub default: Option<Expression>,
}

/// A function, method or closure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its own name, or that of the variable or member that it is given to; a method's with its class: `Client.get`.
    pub name: Box<str>,
    /// In their order.
    pub parameters: Vec<Parameter>,
    /// What stands above it: `@lru_cache`, `@app.route("/")`.
    pub decorators: Vec<Expression>,
    /// All of it.
    pub span: Span,
    /// The function that it stands in.
    pub within: u32,
}

/// Something happens in a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which function.
    pub function: u32,
    /// Where.
    pub span: Span,
    /// What.
    pub action: Action,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A call is made, by its number; its arguments were made before.
    Call(u32),
    /// A name is given a value: an assignment, each name of a pattern, the variable of a loop or a context.
    Bind {
        /// The name.
        target: Name,
        /// The value; an element of it for the variable of a loop.
        value: Expression,
    },
    /// The function gives this back.
    Return(Expression),
    /// The function ends with this error.
    Throw(Expression),
    /// One of the ways begins that a statement can go, the first of them or another.
    Way {
        /// Whether it is the first.
        first: bool,
    },
    /// The ways of a statement come together.
    Join {
        /// Whether one of them is always gone.
        whole: bool,
    },
}

/// A name from another file or package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// As it is written: `./db`, `aws_lambda_powertools.utilities`, `..settings`.
    pub module: Box<str>,
    /// What is taken of it; `None` for all of it under one name, `*` for all of it under its own names.
    pub name: Option<Box<str>>,
    /// What it is called in this file.
    pub alias: Box<str>,
    /// Where this is written.
    pub span: Span,
}

/// What other files may take, where its own name does not say it: `export { a as b }`, `export * from "./x"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// What others call it: `default` for the one that they name themselves, `*` for all that a third file gives.
    pub name: Box<str>,
    /// What it is called here, or in the third file; empty for all of that under one name.
    pub own: Box<str>,
    /// The third file, as it is written.
    pub module: Option<Box<str>>,
}

/// The name that stands for what a file exports without one, `export default x`: it cannot be written.
pub const DEFAULT: &str = "export.default";

/// The name of all that a file exports at once: `module.exports = x`, `export = x`.
pub const WHOLE: &str = "module.exports";

/// The name of a member that the program chooses: `os.environ[name]`, `for name in os.environ`, `cache[key] = value`.
pub const CHOSEN: &str = "[]";
