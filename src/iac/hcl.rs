//! The tree of an HCL file with the bytes that everything stands at. Whatever parses HCL is known in this file only.
//!
//! The parser limits how deep a file may nest (64) and how long an expression may go on (128), so a walk may recurse.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ForExpr, FuncCall, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::{Element, Template};

use super::{ParseError, interpolated};
use crate::facts::{Entry, Literal, Value};
use crate::reference::terraform;
use crate::span::Span;

/// A body: attributes and blocks in their order.
pub(super) type Tree = Vec<Node>;

/// A statement of a body.
pub(super) enum Node {
    /// `name = value`.
    Attribute(Entry),
    /// `name "label" { ... }`.
    Block {
        /// The first word.
        name: Box<str>,
        /// The others, without quotes.
        labels: Vec<Box<str>>,
        /// All of these.
        span: Span,
        /// What stands between the braces.
        body: Tree,
    },
}

/// Parses a whole file.
pub(super) fn parse(text: &str) -> Result<Tree, ParseError> {
    let body = hcl_edit::parser::parse_body(text).map_err(|error| ParseError {
        message: "the HCL in it does not parse".to_owned(),
        line: u32::try_from(error.location().line()).ok(),
    })?;
    Ok(Reader { text }.body(&body))
}

/// Reads a text as what stands between quotes; none where it is no template.
pub(super) fn template(text: &str) -> Option<Value> {
    let template: Template = text.parse().ok()?;
    Some(Reader { text }.template(&template))
}

/// The entries of a body: blocks become maps, `dynamic` blocks what they make.
pub(super) fn entries(tree: Tree) -> Vec<Entry> {
    tree.into_iter().filter_map(entry).collect()
}

fn entry(node: Node) -> Option<Entry> {
    match node {
        Node::Attribute(entry) => Some(entry),
        Node::Block {
            name,
            labels,
            span,
            body,
        } if *name == *"dynamic" => {
            let name = labels.into_iter().next()?;
            let value = made(&name, body)?;
            Some(Entry { name, span, value })
        }
        Node::Block {
            name, span, body, ..
        } => Some(Entry {
            name,
            span,
            value: Value::Map(entries(body)),
        }),
    }
}

/// What a `dynamic` block makes: its content once, or what it repeats where that is names and values.
/// <https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks>
fn made(label: &str, body: Tree) -> Option<Value> {
    let (mut over, mut iterator, mut content) = (None, None, None);
    for node in body {
        match node {
            Node::Attribute(one) if *one.name == *"for_each" => over = Some(one.value),
            Node::Attribute(one) if *one.name == *"iterator" => iterator = Some(one.value),
            Node::Block { name, body, .. } if *name == *"content" => content = Some(entries(body)),
            _ => {}
        }
    }
    let content = content?;
    let iterator = match &iterator {
        Some(Value::Reference(name, _)) => &*name.target,
        _ => label,
    };
    let over = over.filter(|_| is_pair(&content, iterator));
    Some(over.unwrap_or(Value::Map(content)))
}

/// Whether a content is a name and a value as they come: `name = env.key` and `value = env.value`.
fn is_pair(content: &[Entry], iterator: &str) -> bool {
    let is = |name: &str, part: &str| {
        content.iter().any(|one| {
            let target = match &one.value {
                Value::Reference(to, _) => to.target.strip_prefix(iterator),
                _ => None,
            };
            *one.name == *name && target == Some(part)
        })
    };
    is("name", ".key") && is("value", ".value")
        || is("name", ".value.name") && is("value", ".value.value")
}

/// Arguments that take JSON, of which names and values are looked at.
pub(super) const DOCUMENTS: &[&str] = &["container_definitions", "container_properties"];

struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    fn body(&self, body: &Body) -> Tree {
        body.iter()
            .map(|structure| match structure {
                Structure::Attribute(attribute) => Node::Attribute(Entry {
                    name: attribute.key.as_str().into(),
                    span: span(attribute.key.span()),
                    value: self
                        .document(attribute.key.as_str(), &attribute.value)
                        .unwrap_or_else(|| self.value(&attribute.value)),
                }),
                Structure::Block(block) => self.block(block),
            })
            .collect()
    }

    fn block(&self, block: &Block) -> Node {
        let head = span(block.ident.span());
        let end = block
            .labels
            .last()
            .and_then(|label| label.span())
            .map_or(head, |range| span(Some(range)));
        Node::Block {
            name: block.ident.as_str().into(),
            labels: block.labels.iter().map(|l| l.as_str().into()).collect(),
            span: Span {
                start: head.start,
                end: end.end.max(head.end),
            },
            body: self.body(&block.body),
        }
    }

    /// The JSON in a heredoc of an argument that takes JSON.
    fn document(&self, name: &str, expression: &Expression) -> Option<Value> {
        match expression {
            Expression::HeredocTemplate(heredoc) if DOCUMENTS.contains(&name) => {
                interpolated::json(self.text, span(heredoc.template.span()))
            }
            _ => None,
        }
    }

    /// A loop that gives what it takes, perhaps as pairs of names and values, is what it takes.
    fn repeated(&self, each: &ForExpr, at: Span) -> Value {
        let is_value = |e: &Expression| matches!(e, Expression::Variable(name) if name.as_str() == each.intro.value_var.as_str());
        let is_pair = |key: &ObjectKey, value: &Expression| {
            let name = match key {
                ObjectKey::Ident(name) => name.as_str(),
                ObjectKey::Expression(Expression::Variable(name)) => name.as_str(),
                ObjectKey::Expression(Expression::String(name)) => name.value(),
                ObjectKey::Expression(_) => return false,
            };
            name == "value" && is_value(value)
        };
        let same = match &each.value_expr {
            Expression::Object(object) => object.iter().any(|(k, v)| is_pair(k, v.expr())),
            other => is_value(other),
        };
        match same {
            true => self.value(&each.intro.collection_expr),
            false => Value::Unknown(at),
        }
    }

    fn value(&self, expression: &Expression) -> Value {
        let at = span(expression.span());
        match expression {
            Expression::String(text) => self.quoted(text.value(), at),
            Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) => Value::Plain(at),
            Expression::StringTemplate(template) => self.parts(template.iter()),
            Expression::HeredocTemplate(heredoc) => self.template(&heredoc.template),
            Expression::Array(items) => Value::List(items.iter().map(|i| self.value(i)).collect()),
            Expression::Object(object) => Value::Map(
                object
                    .iter()
                    .filter_map(|(key, value)| self.pair(key, value.expr()))
                    .collect(),
            ),
            Expression::Parenthesis(inner) => self.value(inner.inner()),
            Expression::Variable(name) => Value::Reference(terraform::address(name.as_str()), at),
            Expression::Conditional(choice) => Value::Either(vec![
                self.value(&choice.true_expr),
                self.value(&choice.false_expr),
            ]),
            Expression::FuncCall(call) => self.call(call, Vec::new(), at),
            Expression::Traversal(traversal) => self.traversal(traversal, at),
            Expression::ForExpr(each) => self.repeated(each, at),
            Expression::UnaryOp(_) | Expression::BinaryOp(_) => Value::Unknown(at),
        }
    }

    fn pair(&self, key: &ObjectKey, value: &Expression) -> Option<Entry> {
        let (name, at): (Box<str>, Span) = match key {
            ObjectKey::Ident(ident) => (ident.as_str().into(), span(ident.span())),
            ObjectKey::Expression(Expression::String(text)) => {
                (text.value().as_str().into(), inside(span(text.span())))
            }
            ObjectKey::Expression(Expression::Variable(name)) => {
                (name.as_str().into(), span(name.span()))
            }
            ObjectKey::Expression(_) => return None,
        };
        Some(Entry {
            name,
            span: at,
            value: self.value(value),
        })
    }

    /// A text between quotes, which the span includes.
    fn quoted(&self, meaning: &str, at: Span) -> Value {
        Value::Literal(self.literal(meaning, inside(at)))
    }

    fn literal(&self, meaning: &str, raw: Span) -> Literal {
        let same = self.text.get(raw.range()) == Some(meaning);
        Literal {
            raw,
            text: (!same).then(|| meaning.into()),
            quoted: true,
        }
    }

    fn template(&self, template: &Template) -> Value {
        self.parts(template.iter())
    }

    /// The only part of a template, or all of them.
    fn parts<'e>(&self, elements: impl Iterator<Item = &'e Element>) -> Value {
        let mut parts: Vec<Value> = elements.map(|element| self.part(element)).collect();
        match parts.len() {
            1 => parts.remove(0),
            _ => Value::Concat(parts),
        }
    }

    fn part(&self, element: &Element) -> Value {
        match element {
            Element::Literal(text) => Value::Literal(self.literal(text.value(), span(text.span()))),
            Element::Interpolation(inner) => self.value(&inner.expr),
            Element::Directive(directive) => Value::Unknown(span(directive.span())),
        }
    }

    fn call(&self, call: &FuncCall, part: Vec<Box<str>>, at: Span) -> Value {
        Value::Call {
            name: call.name.name.as_str().into(),
            arguments: call.args.iter().map(|a| self.value(a)).collect(),
            part,
            span: at,
        }
    }

    /// `root.a["b"][0].c`: of a name an address, of a call the part that is meant. Numbers are left out.
    fn traversal(&self, traversal: &Traversal, at: Span) -> Value {
        let parts: Vec<Box<str>> = traversal
            .operators
            .iter()
            .filter_map(|operator| step(operator.value()))
            .collect();
        match unwrapped(&traversal.expr) {
            Expression::Variable(root) => {
                let mut target = root.as_str().to_owned();
                for part in &parts {
                    target.push('.');
                    target.push_str(part);
                }
                Value::Reference(terraform::address(&target), at)
            }
            Expression::FuncCall(call) => self.call(call, parts, at),
            _ => Value::Unknown(at),
        }
    }
}

fn unwrapped(mut expression: &Expression) -> &Expression {
    while let Expression::Parenthesis(inner) = expression {
        expression = inner.inner();
    }
    expression
}

fn step(operator: &TraversalOperator) -> Option<Box<str>> {
    match operator {
        TraversalOperator::GetAttr(name) => Some(name.as_str().into()),
        TraversalOperator::Index(Expression::String(name)) => Some(name.value().as_str().into()),
        TraversalOperator::Index(Expression::Number(_)) => None,
        TraversalOperator::Index(_) => Some("*".into()),
        TraversalOperator::AttrSplat(_)
        | TraversalOperator::FullSplat(_)
        | TraversalOperator::LegacyIndex(_) => None,
    }
}

fn span(range: Option<std::ops::Range<usize>>) -> Span {
    range.map(Span::from).unwrap_or_default()
}

/// Without the quotes.
fn inside(span: Span) -> Span {
    if span.len() < 2 {
        return span;
    }
    Span {
        start: span.start + 1,
        end: span.end - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of `x` in a text.
    fn value(text: &str) -> Value {
        let tree = parse(text).map_err(|e| e.message).unwrap();
        let found = entries(tree).into_iter().find(|e| &*e.name == "x");
        found.unwrap().value
    }

    fn literal(text: &str) -> (String, Option<String>) {
        match value(text) {
            Value::Literal(literal) => (
                text[literal.raw.range()].to_owned(),
                literal.text.map(|t| t.into_string()),
            ),
            other => panic!("{other:?}"),
        }
    }

    fn target(text: &str) -> String {
        match value(text) {
            Value::Reference(reference, _) => reference.target.into_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn literals_stand_between_their_quotes() {
        assert_eq!(literal("x = \"aé\""), ("aé".into(), None));
        assert_eq!(literal("x = (\"a\")"), ("a".into(), None));
        let escaped = literal("x = \"a\\n$${b}\"");
        assert_eq!(escaped, ("a\\n$${b}".into(), Some("a\n${b}".into())));
    }

    #[test]
    fn heredocs_stand_where_their_lines_do() {
        assert_eq!(literal("x = <<E\nab\ncd\nE\n").0.trim_end(), "ab\ncd");
        let (raw, text) = literal("x = <<-E\n    ab\n      cd\n    E\n");
        assert!(raw.contains("ab\n      cd"), "{raw:?}");
        assert!(text.unwrap().contains("ab\n  cd"));
    }

    #[test]
    fn addresses_leave_numbers_out() {
        for (text, address) in [
            ("x = var.a", "var.a"),
            ("x = \"${var.a}\"", "var.a"),
            ("x = var.a[\"b\"].c", "var.a.b.c"),
            (
                "x = random_password.a[0].result",
                "random_password.a.result",
            ),
            (
                "x = random_password.a[count.index].result",
                "random_password.a.*.result",
            ),
            (
                "x = random_password.a[*].result",
                "random_password.a.result",
            ),
        ] {
            assert_eq!(target(text), address, "{text}");
        }
    }

    #[test]
    fn parts_of_calls_are_kept() {
        let Value::Call { name, part, .. } = value("x = jsondecode(var.a)[\"b\"].c") else {
            panic!("no call");
        };
        assert_eq!((&*name, part.len()), ("jsondecode", 2));
    }

    #[test]
    fn dynamic_blocks_are_what_they_make() {
        let text = "dynamic \"x\" {\n for_each = var.a\n content {\n b = \"c\"\n }\n}\n";
        let Value::Map(entries) = value(text) else {
            panic!("no map");
        };
        assert_eq!(&*entries[0].name, "b");
    }

    #[test]
    fn errors_hold_none_of_the_text() {
        let error = parse("a = \"x\"\npassword = hunter2hunter2 !!")
            .err()
            .unwrap();
        assert_eq!(error.line, Some(2));
        assert!(!error.message.contains("hunter"));
    }
}
