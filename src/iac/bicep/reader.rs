//! Values of Bicep, made of its tree from the leaves up.

use crate::facts::{Declaration, Entry, Value};
use crate::iac::azure::{Names, Root, Term, called, module, rendered, said, text_of};
use crate::iac::source::constant;
use crate::span::Span;

use super::tree::Node;

/// Something that was made of a node.
pub(super) struct Made {
    pub(super) node: Node,
    pub(super) what: What,
}

pub(super) enum What {
    /// A leaf, or what has no meaning of its own.
    Token,
    Term(Term),
    Entry(Entry),
    Arguments(Vec<Value>),
}

/// Makes declarations of statements.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    names: Names,
    pub(super) declared: Vec<Declaration>,
    /// What the decorators say that stand above the next declaration.
    pub(super) decorators: Vec<Entry>,
    /// The template that a file of parameters is for.
    pub(super) template: Option<(String, Span)>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, names: Names) -> Self {
        Self {
            text,
            names,
            declared: Vec::new(),
            decorators: Vec::new(),
            template: None,
        }
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The file of parameters as the use of its template.
    pub(super) fn parameters(self) -> Vec<Declaration> {
        let Some((path, span)) = self.template else {
            return Vec::new();
        };
        let given = self.declared.into_iter().filter_map(|one| {
            let value = one.body.into_iter().find(|e| &*e.name == "value")?.value;
            Some(Entry {
                name: one.name,
                span: one.span,
                value,
            })
        });
        let name = path.rsplit('/').next().unwrap_or_default();
        vec![module(&path, name, span, given.collect())]
    }

    pub(super) fn make(&mut self, node: Node, below: Vec<Made>) -> Made {
        let what = match node.kind {
            "identifier" | "property_identifier" => self.identifier(node),
            "number" | "boolean" | "null" => What::Term(Term::Value(Value::Plain(node.span))),
            "string" => What::Term(Term::Value(self.string(node, below))),
            "interpolation" | "parenthesized_expression" | "if_statement" => {
                What::Term(last_term(below, node))
            }
            "object" => What::Term(Term::Value(Value::Map(entries(below)))),
            "array" => {
                let values = self.values(below);
                What::Term(Term::Value(Value::List(values)))
            }
            "arguments" => What::Arguments(self.values(below)),
            "object_property" => self.property(below),
            "member_expression" => What::Term(self.member(node, below)),
            "subscript_expression" => What::Term(self.subscript(node, below)),
            "call_expression" => What::Term(self.call(node, below)),
            "ternary_expression" => self.either(below, &["consequence", "alternative"]),
            "binary_expression" if self.is_fallback(&below) => {
                self.either(below, &["left", "right"])
            }
            "for_statement" => self.either(below, &["body"]),
            "decorator" => self.decorator(node, below),
            kind if kind.ends_with("_declaration") || kind == "using_statement" => {
                self.declare(node, below);
                What::Token
            }
            kind if kind.ends_with("_expression") => {
                What::Term(Term::Value(Value::Unknown(node.span)))
            }
            _ => What::Token,
        };
        Made { node, what }
    }

    fn identifier(&self, node: Node) -> What {
        What::Term(Term::Path {
            root: Root::Name(self.slice(node.span).into()),
            parts: Vec::new(),
            span: node.span,
        })
    }

    pub(super) fn value(&self, made: Made) -> Option<Value> {
        match made.what {
            What::Term(term) => Some(self.names.value(term)),
            _ => None,
        }
    }

    fn values(&self, below: Vec<Made>) -> Vec<Value> {
        below.into_iter().filter_map(|m| self.value(m)).collect()
    }

    fn property(&self, below: Vec<Made>) -> What {
        let mut parts = below
            .into_iter()
            .filter(|m| !matches!(m.what, What::Token))
            .collect::<Vec<_>>();
        if parts.len() < 2 {
            return What::Token;
        }
        let (value, key) = (parts.pop(), parts.swap_remove(0));
        let span = key.node.span;
        let name: Box<str> = match key.what {
            What::Term(Term::Path {
                root: Root::Name(name),
                ..
            }) => name,
            What::Term(Term::Value(Value::Concat(parts))) => rendered(self.text, &parts).into(),
            What::Term(Term::Value(value)) => text_of(self.text, &value).unwrap_or("*").into(),
            _ => return What::Token,
        };
        match value.and_then(|value| self.value(value)) {
            Some(value) => What::Entry(Entry { name, span, value }),
            None => What::Token,
        }
    }

    fn member(&self, node: Node, below: Vec<Made>) -> Term {
        let name = below
            .last()
            .map(|m| self.slice(m.node.span))
            .unwrap_or_default();
        self.longer(node, below, name.into())
    }

    fn subscript(&self, node: Node, mut below: Vec<Made>) -> Term {
        let at = below.iter().rposition(|m| m.node.field == Some("index"));
        let index = at.map(|at| below.swap_remove(at));
        let index = index.and_then(|index| self.value(index));
        let name = index
            .as_ref()
            .and_then(|index| constant(self.text, index))
            .unwrap_or("*");
        let name: Box<str> = name.into();
        self.longer(node, below, name)
    }

    /// A path, one name longer.
    fn longer(&self, node: Node, below: Vec<Made>, name: Box<str>) -> Term {
        let object = below.into_iter().find(|m| m.node.field == Some("object"));
        match object.map(|object| object.what) {
            Some(What::Term(Term::Path {
                root, mut parts, ..
            })) => {
                parts.push(name);
                let span = node.span;
                Term::Path { root, parts, span }
            }
            _ => Term::Value(Value::Unknown(node.span)),
        }
    }

    /// `listKeys(x.id, '...')`, `x.listKeys()`, `az.resourceId(...)`.
    fn call(&self, node: Node, below: Vec<Made>) -> Term {
        let (mut function, mut arguments) = (None, Vec::new());
        for made in below {
            match made.what {
                What::Arguments(values) => arguments = values,
                What::Term(Term::Path {
                    root: Root::Name(name),
                    parts,
                    ..
                }) => {
                    function = Some((name, parts));
                }
                _ => {}
            }
        }
        let Some((root, mut parts)) = function else {
            return Term::Value(Value::Unknown(node.span));
        };
        let Some(name) = parts.pop() else {
            if &*root == "readEnvironmentVariable" {
                arguments = named(self.text, arguments);
            }
            return called(self.text, &self.names, &root, arguments, node.span);
        };
        match self.names.kind(&root) {
            Some(kind) => Term::Path {
                root: Root::Call {
                    name,
                    arguments,
                    kind: kind.into(),
                },
                parts: Vec::new(),
                span: node.span,
            },
            // A namespace: `az.resourceId(...)`.
            None => called(self.text, &self.names, &name, arguments, node.span),
        }
    }

    fn is_fallback(&self, below: &[Made]) -> bool {
        let operator = below.iter().find(|m| m.node.field == Some("operator"));
        operator.is_some_and(|m| self.slice(m.node.span) == "??")
    }

    /// One of the values in these roles.
    fn either(&self, below: Vec<Made>, fields: &[&str]) -> What {
        let chosen = below
            .into_iter()
            .filter(|m| m.node.field.is_some_and(|field| fields.contains(&field)));
        let values = chosen.filter_map(|m| self.value(m)).collect();
        What::Term(Term::Value(Value::Either(values)))
    }
}

fn entries(below: Vec<Made>) -> Vec<Entry> {
    let entries = below.into_iter().filter_map(|made| match made.what {
        What::Entry(entry) => Some(entry),
        _ => None,
    });
    entries.collect()
}

fn last_term(below: Vec<Made>, node: Node) -> Term {
    let terms = below.into_iter().rev().find_map(|made| match made.what {
        What::Term(term) => Some(term),
        _ => None,
    });
    terms.unwrap_or(Term::Value(Value::Unknown(node.span)))
}

/// Arguments whose text is kept with them.
fn named(text: &str, arguments: Vec<Value>) -> Vec<Value> {
    let mut arguments = arguments;
    if let Some(first) = arguments.first_mut()
        && let Some(name) = text_of(text, first).map(ToOwned::to_owned)
        && let Value::Literal(literal) = first
    {
        *first = said(&name, literal.raw);
    }
    arguments
}
