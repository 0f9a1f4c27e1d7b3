//! What the nodes of a program are worth, from the leaves up.

use std::collections::HashMap;

use crate::facts::{Entry, Literal, Value};
use crate::iac::grammar::Node;
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;

use super::name;
use super::returned::{Given, block, called, exported, passed};
use super::text::{inside, meaning};

/// Something that was made of a node.
pub(super) struct Made {
    pub(super) node: Node,
    pub(super) what: What,
}

/// What it is worth.
pub(super) enum What {
    /// Nothing that has a value.
    Token,
    Value(Value),
    Entry(Entry),
    /// `name = value` of a declaration.
    Constant(Entry),
    Constants(Vec<Entry>),
    /// The call of a function by its name.
    Call(Value),
    Return(Value),
    /// What a block declares and returns, whatever its branches do.
    Block(Given),
    Function(Given),
    Export(Given),
}

/// Makes the constants and the export of a program.
pub(super) struct Maker<'t> {
    text: &'t str,
    pub(super) exported: Option<Value>,
    pub(super) constants: Vec<Entry>,
    /// What functions return, by their names.
    pub(super) functions: HashMap<&'t str, Given>,
}

impl<'t> Maker<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            exported: None,
            constants: Vec::new(),
            functions: HashMap::new(),
        }
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    pub(super) fn make(&mut self, node: Node, below: Vec<Made>) -> Made {
        let what = match node.kind {
            "program" => self.program(below),
            "expression_statement"
            | "lexical_declaration"
            | "variable_declaration"
            | "export_statement" => statement(below),
            "variable_declarator" => self.constant(below),
            "assignment_expression" => self.assignment(node, below),
            "pair" | "spread_element" | "shorthand_property_identifier" => self.entry(node, below),
            "statement_block" => block(below),
            "return_statement" => first(below).map_or(What::Token, What::Return),
            "arrow_function" | "function_expression" | "function_declaration" => {
                self.function(below)
            }
            "parenthesized_expression" | "await_expression" => passed(below),
            "call_expression" => called(node, below),
            _ => self.value(node, below).map_or(What::Token, What::Value),
        };
        Made { node, what }
    }

    /// Only what stands in no block counts, and what the function returns that is exported or whose result is.
    fn program(&mut self, below: Vec<Made>) -> What {
        let mut exported = None;
        for made in below {
            match made.what {
                What::Constants(constants) => self.constants.extend(constants),
                What::Export(given) => exported = Some(given),
                _ => {}
            }
        }
        let named = exported.as_ref().and_then(|given| match &given.value {
            Some(Value::Reference(to, _)) => to.target.strip_prefix("local."),
            _ => None,
        });
        let returned = named.and_then(|name| self.functions.remove(name));
        if let Some(given) = returned.or(exported) {
            self.constants.extend(given.constants);
            self.exported = given.value;
        }
        What::Token
    }

    fn constant(&mut self, below: Vec<Made>) -> What {
        let head = below.iter().find(|made| made.node.field == Some("name"));
        let name = head.filter(|head| head.node.kind == "identifier");
        let name = name.map(|name| name.node.span);
        let given = below
            .into_iter()
            .find(|made| made.node.field == Some("value"));
        match (name, given.map(|made| made.what)) {
            (Some(span), Some(What::Value(value))) => What::Constant(Entry {
                name: self.slice(span).into(),
                span,
                value,
            }),
            (Some(span), Some(What::Function(given))) => {
                self.functions.insert(self.slice(span), given);
                What::Token
            }
            _ => What::Token,
        }
    }

    /// `module.exports = ...`; any other assignment is a value that nobody knows.
    fn assignment(&self, node: Node, below: Vec<Made>) -> What {
        let left = below.iter().find(|made| made.node.field == Some("left"));
        let is_export = left.is_some_and(|left| {
            matches!(
                self.slice(left.node.span),
                "module.exports" | "exports.default"
            )
        });
        let mut right = below
            .into_iter()
            .filter(|made| made.node.field == Some("right"));
        match right.next().and_then(exported).filter(|_| is_export) {
            Some(given) => What::Export(given),
            None => What::Value(Value::Unknown(node.span)),
        }
    }

    fn entry(&self, node: Node, mut below: Vec<Made>) -> What {
        let unknown = || Value::Unknown(node.span);
        let (name, span, value) = match node.kind {
            "spread_element" => (
                "...".into(),
                node.span,
                first(below).unwrap_or_else(unknown),
            ),
            "pair" => {
                let key = below.iter().position(|made| made.node.field == Some("key"));
                let key = key.map(|at| below.swap_remove(at));
                let Some((text, span)) = key.and_then(|key| self.key(key)) else {
                    return What::Token;
                };
                (text, span, field(below, "value").unwrap_or_else(unknown))
            }
            _ => {
                let text = self.slice(node.span);
                (text.into(), node.span, name(text, node.span))
            }
        };
        What::Entry(Entry { name, span, value })
    }

    /// The name of an entry, and where it stands; one that is worked out has none, unless it is a constant text.
    fn key(&self, key: Made) -> Option<(Box<str>, Span)> {
        match key.what {
            What::Value(Value::Literal(literal)) => {
                let text = literal.text.unwrap_or(self.slice(literal.raw).into());
                Some((text, literal.raw))
            }
            _ if key.node.kind == "computed_property_name" => None,
            _ => Some((self.slice(key.node.span).into(), key.node.span)),
        }
    }

    fn value(&self, node: Node, below: Vec<Made>) -> Option<Value> {
        Some(match node.kind {
            "string" => self.literal(inside(node.span), true),
            "template_string" => self.template(node, below),
            "number" | "true" | "false" | "null" | "undefined" => Value::Plain(node.span),
            "identifier" => match self.slice(node.span) {
                "undefined" => Value::Plain(node.span),
                text => name(text, node.span),
            },
            "object" => Value::Map(below.into_iter().filter_map(entry).collect()),
            "array" => Value::List(below.into_iter().filter_map(item).collect()),
            "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "template_substitution" => first(below)?,
            "computed_property_name" => match first(below)? {
                literal @ Value::Literal(_) => literal,
                _ => return None,
            },
            "type_assertion" => below.into_iter().rev().find_map(value)?,
            "member_expression" | "subscript_expression" => self.member(node, below),
            "ternary_expression" => {
                let ways = below
                    .into_iter()
                    .filter(|made| matches!(made.node.field, Some("consequence" | "alternative")));
                Value::Either(ways.filter_map(value).collect())
            }
            "binary_expression" => self.operation(node, below),
            "" | "default" | "=" | "property_identifier" => return None,
            _ => Value::Unknown(node.span),
        })
    }

    fn literal(&self, raw: Span, quoted: bool) -> Value {
        Value::Literal(Literal {
            raw,
            text: meaning(self.slice(raw)).map(Into::into),
            quoted,
        })
    }

    /// A text with values in it.
    fn template(&self, node: Node, below: Vec<Made>) -> Value {
        let whole = inside(node.span);
        let (mut parts, mut at) = (Vec::new(), whole.start);
        let filled = below.into_iter();
        for made in filled.filter(|made| made.node.kind == "template_substitution") {
            let span = made.node.span;
            if at < span.start {
                parts.push(self.literal(
                    Span {
                        start: at,
                        end: span.start,
                    },
                    true,
                ));
            }
            at = span.end;
            parts.push(value(made).unwrap_or(Value::Unknown(span)));
        }
        if at < whole.end || parts.is_empty() {
            parts.push(self.literal(Span { start: at, ..whole }, true));
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => Value::Concat(parts),
        }
    }

    /// A part of a constant, or a variable of the environment of the deployment.
    fn member(&self, node: Node, below: Vec<Made>) -> Value {
        let mut part = None;
        let mut object = None;
        for made in below {
            match made.node.field {
                Some("property") => part = Some(self.slice(made.node.span).to_owned()),
                Some("index") => {
                    part = match made.what {
                        What::Value(Value::Literal(literal)) => Some(match literal.text {
                            Some(text) => text.into(),
                            None => self.slice(literal.raw).to_owned(),
                        }),
                        _ => None,
                    };
                }
                Some("object") => object = value(made),
                _ => {}
            }
        }
        let (Some(Value::Reference(of, _)), Some(part)) = (object, part) else {
            return Value::Unknown(node.span);
        };
        match of.target.strip_prefix("local.") {
            Some("process.env") => {
                let reference = Reference {
                    kind: RefKind::Environment,
                    target: part.into(),
                    resolved: Resolved::Deploy,
                };
                Value::Reference(reference, node.span)
            }
            Some(path) => name(&format!("{path}.{part}"), node.span),
            None => Value::Unknown(node.span),
        }
    }

    fn operation(&self, node: Node, below: Vec<Made>) -> Value {
        let sign = below
            .iter()
            .find(|made| made.node.field == Some("operator"));
        let sign = sign.map(|sign| self.slice(sign.node.span));
        let operands = below
            .into_iter()
            .filter(|made| matches!(made.node.field, Some("left" | "right")))
            .filter_map(value);
        match sign {
            Some("+") => Value::Concat(joined(operands)),
            Some("||" | "??") => Value::Either(operands.collect()),
            _ => Value::Unknown(node.span),
        }
    }
}

/// What a statement declares or exports.
fn statement(below: Vec<Made>) -> What {
    let is_default = below
        .iter()
        .any(|made| matches!(made.node.kind, "default" | "="));
    let mut constants = Vec::new();
    for made in below {
        match made.what {
            What::Constant(one) => constants.push(one),
            What::Constants(more) => constants.extend(more),
            What::Export(given) => return What::Export(given),
            _ if is_default => {
                if let Some(given) = exported(made) {
                    return What::Export(given);
                }
            }
            _ => {}
        }
    }
    What::Constants(constants)
}

/// What has a value; nobody knows that of a function or a call.
fn value(made: Made) -> Option<Value> {
    match made.what {
        What::Value(value) => Some(value),
        What::Call(_) | What::Function(_) => Some(Value::Unknown(made.node.span)),
        _ => None,
    }
}

fn first(below: Vec<Made>) -> Option<Value> {
    below.into_iter().find_map(value)
}

fn field(below: Vec<Made>, name: &str) -> Option<Value> {
    let mut fields = below
        .into_iter()
        .filter(|made| made.node.field == Some(name));
    fields.next().and_then(value)
}

fn entry(made: Made) -> Option<Entry> {
    match made.what {
        What::Entry(entry) => Some(entry),
        _ => None,
    }
}

/// An item of a list; those that `...` adds stand in a list of their own.
fn item(made: Made) -> Option<Value> {
    match made.what {
        What::Entry(entry) => Some(entry.value),
        _ => value(made),
    }
}

/// The parts of a text, without texts within texts.
fn joined(operands: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut parts = Vec::new();
    for value in operands {
        match value {
            Value::Concat(inner) => parts.extend(inner),
            other => parts.push(other),
        }
    }
    parts
}
