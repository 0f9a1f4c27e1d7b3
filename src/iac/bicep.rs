//! Bicep: what the statements of a template or of a file of parameters declare. Known by its resources and parameters, not
//! by the name of the file alone.
//!
//! A file of parameters is the use of a template, with its inputs.

mod tree;

use crate::facts::{Declaration, Entry, Format, Literal, Role, Value};
use crate::span::Span;
use crate::text::Text;

use super::azure::{
    Known, Names, Root, Term, called, declared, flag, kind, module, of_type, put_together,
    rendered, said, text_of,
};
use super::source::{Source, constant, meaning};
use super::{ParseError, azure};
use tree::Node;

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::CLike, Format::Prose],
    may_be,
    read: declarations,
};

/// How large a template is read, in bytes.
const MOST_BYTES: usize = 4 << 20;

/// By name, or by the first statement and a resource's kind with its version, as nothing else writes it.
fn may_be(text: &Text) -> bool {
    let named = text.path.ends_with(".bicep") || text.path.ends_with(".bicepparam");
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let versioned = || has("@20") && (has("resource ") || has("module ")) && has("' = ");
    let size = text.bytes.len() <= MOST_BYTES;
    size && (named || versioned() && starts_well(&text.bytes))
}

/// Whether the first line that is no comment starts a statement.
fn starts_well(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with("//"));
    first.is_some_and(|line| tree::keyword(line).is_some())
}

/// What a file declares. Statements that cannot be read are left out, and said to be.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    // Parameters of such a file have no type; as a variable of the same length the grammar knows them.
    let given = source.text.starts_with("using ") || source.text.contains("\nusing ");
    let parts = tree::statements(source.text);
    let plain = match given {
        true => without_types(source.text, &parts),
        false => source.text.to_owned(),
    };
    let mut parser = tree::parser()?;
    let mut reader = Reader::new(source.text, names(source.text, &parts));
    for at in parts {
        let line = || line_of(source.text, at.start);
        let mut make = |node: Node, below| reader.make(node, below);
        match tree::reduce(&mut parser, &plain, at.clone(), &mut make) {
            Ok((_, true)) => {}
            Ok((_, false)) => source.leave_out("a statement does not parse", line()),
            Err(why) => source.leave_out(why, line()),
        }
    }
    Ok(match given {
        true => reader.parameters(),
        false => reader.declared,
    })
}

fn without_types(text: &str, parts: &[std::ops::Range<usize>]) -> String {
    let plain = parts.iter().map(|at| {
        let statement = &text[at.clone()];
        match statement.strip_prefix("param ") {
            Some(rest) => format!("var   {rest}"),
            None => statement.to_owned(),
        }
    });
    let first = parts.first().map_or(text.len(), |at| at.start);
    std::iter::once(text[..first].to_owned())
        .chain(plain)
        .collect()
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

/// What the names of a file stand for: they may be used before they are declared.
fn names(text: &str, parts: &[std::ops::Range<usize>]) -> Names {
    let mut names = Names::default();
    let lines = parts.iter().flat_map(|at| text[at.clone()].lines());
    for line in lines {
        let line = line.trim_start();
        let mut words = line.split_ascii_whitespace();
        let (Some(keyword), Some(name)) = (words.next(), words.next()) else {
            continue;
        };
        let known = match keyword {
            "param" => Known::Parameter,
            "var" => Known::Variable,
            "module" => Known::Module,
            "resource" => {
                let written = line.split('\'').nth(1).unwrap_or_default();
                Known::Resource(kind(written, ""))
            }
            _ => continue,
        };
        names.0.entry(name.into()).or_insert(known);
    }
    names
}

/// Something that was made of a node.
struct Made {
    node: Node,
    what: What,
}

enum What {
    /// A leaf, or what has no meaning of its own.
    Token,
    Term(Term),
    Entry(Entry),
    Arguments(Vec<Value>),
}

/// Makes declarations of statements.
struct Reader<'t> {
    text: &'t str,
    names: Names,
    declared: Vec<Declaration>,
    /// What the decorators say that stand above the next declaration.
    decorators: Vec<Entry>,
    /// The template that a file of parameters is for.
    template: Option<(String, Span)>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, names: Names) -> Self {
        Self {
            text,
            names,
            declared: Vec::new(),
            decorators: Vec::new(),
            template: None,
        }
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The file of parameters as the use of its template.
    fn parameters(self) -> Vec<Declaration> {
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

    fn make(&mut self, node: Node, below: Vec<Made>) -> Made {
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

    /// A text, with what is put into it.
    fn string(&self, node: Node, below: Vec<Made>) -> Value {
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
            let text = azure::pointer(meaning(self.text, &literal));
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

    fn value(&self, made: Made) -> Option<Value> {
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

    /// `@secure()` and `@allowed([...])`; others say nothing of the value.
    fn decorator(&mut self, node: Node, below: Vec<Made>) -> What {
        let called = below.into_iter().find_map(|m| match m.what {
            What::Term(Term::Path {
                root: Root::Call {
                    name, arguments, ..
                },
                ..
            }) => Some((name, arguments)),
            _ => None,
        });
        match called {
            Some((name, _)) if &*name == "secure" => {
                self.decorators.push(flag("sensitive", node.span));
            }
            Some((name, _)) if &*name == "allowed" => {
                self.decorators.push(of_type("one of a few", node.span));
            }
            _ => {}
        }
        What::Token
    }

    fn declare(&mut self, node: Node, below: Vec<Made>) {
        let decorators = std::mem::take(&mut self.decorators);
        let head = Head::of(self, &below);
        let written = below.iter().any(|m| m.node.kind == "existing");
        let value = below
            .into_iter()
            .rev()
            .take_while(|m| m.node.kind != "=")
            .find_map(|m| self.value(m));
        let one = match node.kind {
            "parameter_declaration" => self.parameter(&head, value, decorators),
            "variable_declaration" => valued(Role::Local, &head, value, Vec::new()),
            "output_declaration" => valued(Role::Output, &head, value, decorators),
            "module_declaration" => {
                let inputs = map(value).into_iter().find(|e| &*e.name == "params");
                let inputs = map(inputs.map(|e| e.value));
                module(&head.text, &head.name, head.span, inputs)
            }
            "resource_declaration" => self.resource(node, &head, value, written),
            "using_statement" => {
                self.template = Some((head.text, head.span));
                return;
            }
            _ => return,
        };
        self.declared.push(one);
    }

    fn parameter(&self, head: &Head, value: Option<Value>, said: Vec<Entry>) -> Declaration {
        let mut body = said;
        body.push(of_type(head.type_name.trim_end_matches('?'), head.span));
        body.extend(value.map(|value| Entry {
            name: "default".into(),
            span: head.span,
            value,
        }));
        declared(Role::Variable, "", &head.name, head.span, body)
    }

    /// Resources within are declared before; their kind goes on from this one's.
    fn resource(
        &mut self,
        node: Node,
        head: &Head,
        value: Option<Value>,
        existing: bool,
    ) -> Declaration {
        let body = map(value);
        let own = kind(&head.text, &name_of(self.text, &body));
        let inner = self
            .declared
            .iter_mut()
            .filter(|d| d.span.overlaps(node.span));
        for one in inner.filter(|d| matches!(d.role, Role::Resource | Role::Data)) {
            let name = name_of(self.text, &one.body);
            one.kind = kind(&format!("{own}/{}", one.kind), &name);
        }
        let role = if existing { Role::Data } else { Role::Resource };
        declared(role, &own, &head.name, head.span, body)
    }
}

/// What a declaration starts with.
struct Head {
    name: Box<str>,
    /// Where the name stands.
    span: Span,
    /// The kind of a resource, the path of a module.
    text: String,
    type_name: String,
}

impl Head {
    fn of(reader: &Reader<'_>, below: &[Made]) -> Self {
        let before = || below.iter().take_while(|m| m.node.kind != "=");
        let name = before().find(|m| m.node.kind == "identifier");
        let text = before().find_map(|m| match &m.what {
            What::Term(Term::Value(value)) => Some((text_of(reader.text, value)?, m.node.span)),
            _ => None,
        });
        let of = before().skip_while(|m| m.node.kind != "identifier").nth(1);
        let (text, at) = text.unwrap_or_default();
        Self {
            name: name
                .map(|m| reader.slice(m.node.span))
                .unwrap_or_default()
                .into(),
            span: name.map_or(at, |m| m.node.span),
            text: text.to_owned(),
            type_name: of
                .map(|m| reader.slice(m.node.span))
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

fn valued(role: Role, head: &Head, value: Option<Value>, said: Vec<Entry>) -> Declaration {
    let mut body = said;
    body.extend(value.map(|value| Entry {
        name: "value".into(),
        span: head.span,
        value,
    }));
    declared(role, "", &head.name, head.span, body)
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

/// The entries of a mapping, or of the first in a loop.
fn map(value: Option<Value>) -> Vec<Entry> {
    match value {
        Some(Value::Map(entries)) => entries,
        Some(Value::Either(values)) => map(values.into_iter().next()),
        _ => Vec::new(),
    }
}

/// What a resource is named, with `*` for what is only known later.
fn name_of(text: &str, body: &[Entry]) -> String {
    match body.iter().find(|e| &*e.name == "name").map(|e| &e.value) {
        Some(Value::Concat(parts)) => rendered(text, parts),
        Some(value) => constant(text, value).unwrap_or("*").to_owned(),
        None => String::new(),
    }
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
