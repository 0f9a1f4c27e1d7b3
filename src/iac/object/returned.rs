//! What functions return, for configurations that a program makes in one.

use crate::facts::{Entry, Value};
use crate::iac::grammar::Node;

use super::made::{Made, Maker, What};
use super::name;

/// A value, and the constants of the function that returns it.
pub(super) struct Given {
    pub(super) constants: Vec<Entry>,
    pub(super) value: Option<Value>,
}

impl Given {
    pub(super) fn value(value: Value) -> Self {
        Self {
            constants: Vec::new(),
            value: Some(value),
        }
    }
}

impl Maker<'_> {
    /// What a function returns; under its name, where it has one.
    pub(super) fn function(&mut self, below: Vec<Made>) -> What {
        let name = below.iter().find(|made| made.node.field == Some("name"));
        let name = name.map(|name| self.slice(name.node.span));
        let mut bodies = below
            .into_iter()
            .filter(|made| made.node.field == Some("body"));
        let given = match bodies.next().map(|body| body.what) {
            Some(What::Block(given)) => given,
            Some(What::Value(value)) => Given::value(value),
            _ => return What::Token,
        };
        match name {
            Some(name) => {
                self.functions.insert(name, given);
                What::Token
            }
            None => What::Function(given),
        }
    }
}

/// What is exported with a value, or with a function that returns one.
pub(super) fn exported(made: Made) -> Option<Given> {
    match made.what {
        What::Function(given) => Some(given),
        What::Call(value) | What::Value(value) => Some(Given::value(value)),
        _ => None,
    }
}

/// The constants of a block and what it returns at its end.
pub(super) fn block(below: Vec<Made>) -> What {
    let mut given = Given {
        constants: Vec::new(),
        value: None,
    };
    for made in below {
        match made.what {
            What::Constants(more) => given.constants.extend(more),
            What::Return(value) => given.value = Some(value),
            _ => {}
        }
    }
    What::Block(given)
}

/// What brackets stand around.
pub(super) fn passed(below: Vec<Made>) -> What {
    let inner = below.into_iter().map(|made| made.what);
    let mut inner = inner.filter(|what| !matches!(what, What::Token));
    inner.next().unwrap_or(What::Token)
}

/// The call of a function that stands there is what that returns; of a named one, its name.
pub(super) fn called(node: Node, below: Vec<Made>) -> What {
    let function = below
        .into_iter()
        .find(|made| made.node.field == Some("function"));
    match function.map(|made| made.what) {
        Some(What::Function(given)) => What::Function(given),
        Some(What::Value(Value::Reference(to, _))) if to.target.starts_with("local.") => {
            let name = name(&to.target["local.".len()..], node.span);
            What::Call(name)
        }
        _ => What::Value(Value::Unknown(node.span)),
    }
}
