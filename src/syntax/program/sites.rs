//! The places where a name that speaks of credentials is given a constant.

use crate::facts::code::{Action, Expression, Name};
use crate::facts::{Binding, Literal, NamePath, Site, Voice};
use crate::judge::{NameSays, names};
use crate::span::Span;
use crate::syntax::plain::{docs, gives_back, is_header, is_lookup};

use super::reader::Reader;

/// Longest constant that is a value.
const LONGEST: usize = 2048;

/// Longest text that is a name.
const NAME: usize = 64;

/// Calls and choices around a constant, at most.
const DEPTH: usize = 3;

impl Reader<'_> {
    /// A name is given a value, wherever that is.
    pub(super) fn given(&mut self, name: &Name, value: &Expression) {
        self.set(shown(name), value, Site::Variable);
    }

    /// The constants of a value under a name that says something.
    fn set(&mut self, name: Span, value: &Expression, site: Site) {
        let mut found = Vec::new();
        self.constants(value, site, DEPTH, &mut found);
        if found.is_empty() || !self.speaks(name) {
            return;
        }
        let quoted =
            name.start > 0 && matches!(self.text.as_bytes()[name.start as usize - 1], b'"' | b'\'');
        let header = site == Site::Variable && quoted && is_header(self.slice(name).as_bytes());
        let example = docs::announces_example(
            self.text.as_bytes(),
            name.start as usize,
            crate::facts::Format::CLike,
        );
        let bindings = found.into_iter().map(|(value, site)| Binding {
            path: NamePath(vec![name]),
            value,
            site: if header { Site::Header } else { site },
            voice: if example { Voice::Example } else { Voice::Code },
        });
        self.facts.bindings.extend(bindings);
    }

    /// Whether a name has to do with credentials at all.
    fn speaks(&self, name: Span) -> bool {
        names::says(self.slice(name)) != NameSays::Nothing
    }

    /// The constants that a value may be, each with its role.
    fn constants(
        &self,
        value: &Expression,
        site: Site,
        depth: usize,
        out: &mut Vec<(Literal, Site)>,
    ) {
        let size = |literal: &Literal| (1..=LONGEST).contains(&literal.raw.len());
        match value {
            Expression::Text(literal) if size(literal) => out.push((literal.clone(), site)),
            Expression::Either(values) if depth > 0 => {
                let texts = values.iter().all(|v| matches!(v, Expression::Text(_)));
                let site = if texts { site } else { Site::Default };
                for value in values {
                    self.constants(value, site, depth - 1, out);
                }
            }
            Expression::List(values) if depth > 0 => {
                let texts = values.iter().filter(|v| matches!(v, Expression::Text(_)));
                if texts.count() == values.len() {
                    let site = if values.len() > 1 { Site::Item } else { site };
                    for value in values {
                        self.constants(value, site, 0, out);
                    }
                }
            }
            Expression::Call(number) if depth > 0 => {
                let Some(call) = self.facts.calls.get(*number as usize) else {
                    return;
                };
                let path = call.callee.dotted(self.text).to_ascii_lowercase();
                let dressed = call.receiver.as_ref().filter(|_| dresses(&path));
                let dressed = dressed.filter(|r| {
                    matches!(r, Expression::Text(_)) || matches!(&*path, "tostring" | "decode")
                });
                let (inner, site) = match (call.at(0), call.at(1)) {
                    _ if dressed.is_some() => (dressed, site),
                    (Some(first), _) if gives_back(path.as_bytes()) => (Some(first), site),
                    (Some(Expression::Text(_)), Some(second)) if is_lookup(path.as_bytes()) => {
                        (Some(second), Site::Default)
                    }
                    _ => (None, site),
                };
                if let Some(inner) = inner {
                    self.constants(inner, site, depth - 1, out);
                }
            }
            _ => {}
        }
    }

    /// `{name: "DB_PASSWORD", value: "here"}`, `Variable(key="DB_PASSWORD", value="here")`
    pub(super) fn named_value<'e>(
        &mut self,
        members: impl Iterator<Item = (&'e Name, &'e Expression)>,
    ) {
        let (mut name, mut value) = (None, None);
        for (key, given) in members {
            match self.slice(key.last) {
                "name" | "Name" | "key" | "Key" => name = name.or(Some(given)),
                "value" | "Value" => value = value.or(Some(given)),
                _ => {}
            }
        }
        if let (Some(name), Some(value)) = (name.and_then(|n| self.key(n)), value) {
            self.set(name, value, Site::Variable);
        }
    }

    /// Whether a name is a constant: `:token`. A variable has no colon right before it where a key may stand.
    pub(super) fn is_symbol(&self, name: &Name) -> bool {
        let before = name.span.start.checked_sub(1).map(|i| i as usize);
        before.is_some_and(|i| self.text.as_bytes()[i] == b':')
    }

    /// A text that can be a name.
    fn key(&self, value: &Expression) -> Option<Span> {
        let literal = match value {
            Expression::Text(literal) => literal,
            Expression::Name(name) if name.path.is_none() && self.is_symbol(name) => {
                return Some(name.span);
            }
            _ => return None,
        };
        let part = |b: &u8| b.is_ascii_alphanumeric() || b"_-.:/ ".contains(b);
        let text = self.slice(literal.raw).as_bytes();
        ((1..=NAME).contains(&text.len()) && text.iter().all(part)).then_some(literal.raw)
    }

    /// `set("password", "here")`, `getenv("PASSWORD", "here")`, `setPassword("here")`, `f("--password", "here")`
    pub(super) fn called(&mut self, number: usize) {
        let Some(call) = self.facts.calls.get_mut(number) else {
            return;
        };
        let arguments = std::mem::take(&mut call.arguments);
        let callee = call.callee.clone();
        let path = callee.dotted(self.text).to_ascii_lowercase();
        let values: Vec<&Expression> = arguments.iter().map(|a| &a.value).collect();
        self.methods(number, &callee, &values);
        if let Some((first, rest)) = values.split_first()
            && arguments[0].name.is_none()
        {
            let site = match is_lookup(path.as_bytes()) {
                true => Site::Default,
                false => Site::Argument,
            };
            match (self.key(first), rest.first()) {
                (Some(key), Some(second)) if arguments[1].name.is_none() => {
                    self.set(key, second, site)
                }
                _ => {}
            }
            let last = callee.last(self.text);
            // The first of several credentials is whom they belong to.
            let owner =
                arguments.len() > 1 && (path.contains("credential") || path.contains("auth"));
            if !gives_back(path.as_bytes()) && !finds(last) && last != "of" && !owner {
                self.set(shown(&callee), first, Site::Argument);
            }
        }
        self.flags(&values);
        let named = arguments
            .iter()
            .filter_map(|a| Some((a.name.as_ref()?, &a.value)));
        self.named_value(named);
        self.facts.calls[number].arguments = arguments;
    }

    /// Methods that stand for an operator: `token.equals("here")`, `var("TOKEN").unwrap_or("here")`, `of("token", "here")`.
    fn methods(&mut self, number: usize, callee: &Name, values: &[&Expression]) {
        let on = match &self.facts.calls[number].receiver {
            Some(receiver) => Some(receiver.clone()),
            None => self.before(callee).map(Expression::Name),
        };
        match (on, callee.last(self.text), values) {
            (Some(on), "equals" | "equalsIgnoreCase" | "eql?" | "contentEquals", [other]) => {
                self.compared(&[on, (*other).clone()]);
            }
            (_, function, [first, second]) if compares(function) => {
                self.compared(&[(*first).clone(), (*second).clone()]);
            }
            (
                Some(on),
                "orElse" | "or_else" | "unwrap_or" | "unwrap_or_else" | "getOrElse",
                [other],
            ) => {
                let other = self.made_by(other);
                if let Some(name) = self.name_of(&on) {
                    self.set(name, &other, Site::Default);
                }
            }
            (Some(_), "of", [_, _, more @ ..]) => {
                for pair in more.chunks_exact(2) {
                    if let Some(key) = self.key(pair[0]) {
                        self.set(key, pair[1], Site::Argument);
                    }
                }
            }
            _ => {}
        }
    }

    /// What a function gives back that is written where it is passed.
    fn made_by(&self, value: &Expression) -> Expression {
        let Expression::Function(function) = value else {
            return value.clone();
        };
        let steps = self.facts.steps.iter().rev();
        let mut own = steps.take_while(|step| step.function >= *function);
        let returned = own.find_map(|step| match &step.action {
            Action::Return(value) if step.function == *function => Some(value.clone()),
            _ => None,
        });
        returned.unwrap_or_else(|| value.clone())
    }

    /// What a method is called on, where that is a name: `token` of `token.equals`.
    fn before(&self, callee: &Name) -> Option<Name> {
        let end = callee.last.start.checked_sub(1)?;
        let span = Span { end, ..callee.span };
        let text = self.text.get(span.range())?;
        let last = text.rfind(|c: char| !c.is_alphanumeric() && c != '_');
        let last = last.map_or(0, |i| i + 1);
        (last < text.len()).then(|| Name {
            last: Span {
                start: span.start + last as u32,
                ..span
            },
            ..Name::new(span)
        })
    }

    /// `["--password", "here"]`, `("password", "here")`
    pub(super) fn listed(&mut self, values: &[Expression]) {
        if let [first, second @ Expression::Text(_)] = values
            && let Some(key) = self.key(first)
        {
            return self.set(key, second, Site::Argument);
        }
        self.flags(&values.iter().collect::<Vec<_>>());
    }

    /// Flags of a command line with what follows them.
    fn flags(&mut self, values: &[&Expression]) {
        for pair in values.windows(2) {
            let flag = self
                .key(pair[0])
                .filter(|k| self.slice(*k).starts_with('-'));
            if let (Some(flag), Expression::Text(_)) = (flag, pair[1]) {
                self.set(flag, pair[1], Site::Flag);
            }
        }
    }

    /// `process.env.PASSWORD || "here"`
    pub(super) fn fallen_back(&mut self, value: &Expression) {
        let Expression::Either(values) = value else {
            return;
        };
        let [first, .., last @ Expression::Text(_)] = &values[..] else {
            return;
        };
        if let Some(name) = self.name_of(first) {
            self.set(name, last, Site::Default);
        }
    }

    /// `token == "here"`
    pub(super) fn compared(&mut self, values: &[Expression]) {
        let [first, second] = values else {
            return;
        };
        for (name, value) in [(first, second), (second, first)] {
            if let (Some(name), Expression::Text(_)) = (self.name_of(name), value) {
                self.set(name, value, Site::Comparison);
            }
        }
    }

    /// What a value is called: its name, or the key that it is found under.
    fn name_of(&self, value: &Expression) -> Option<Span> {
        match value {
            Expression::Name(name) => Some(shown(name)),
            Expression::Part { name, span, .. } if !name.is_empty() => Some(*span),
            Expression::Call(number) => {
                let call = self.facts.calls.get(*number as usize)?;
                let path = call.callee.dotted(self.text).to_ascii_lowercase();
                let first = call.at(0)?;
                match first {
                    Expression::Name(name) if path.ends_with("ofnullable") => Some(shown(name)),
                    _ if is_lookup(path.as_bytes()) => self.key(first),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Puts the bindings in order; of several of one value the name that says most stays.
    pub(super) fn settle(&mut self) {
        let mut bindings = std::mem::take(&mut self.facts.bindings);
        let says = |b: &Binding| match b.path.0.first().map(|name| names::says(self.slice(*name))) {
            Some(NameSays::Password) => 0,
            Some(NameSays::Secret) => 1,
            Some(NameSays::Maybe) => 2,
            _ => 3,
        };
        bindings.sort_by_cached_key(|b| (b.value.raw, says(b)));
        bindings.dedup_by_key(|b| b.value.raw);
        self.facts.bindings = bindings;
    }
}

/// The part of a name that is judged: all of it where it is written in one piece, else the last.
fn shown(name: &Name) -> Span {
    match name.path {
        None => name.span,
        Some(_) => name.last,
    }
}

/// Whether a function compares its two arguments, in whatever time.
fn compares(function: &str) -> bool {
    const FUNCTIONS: &[&str] = &[
        "compare_digest",
        "timingSafeEqual",
        "hash_equals",
        "secure_compare",
        "fixed_length_secure_compare",
        "ConstantTimeCompare",
        "constant_time_eq",
        "isEqual",
        "strcmp",
        "EqualFold",
    ];
    FUNCTIONS.contains(&function)
}

/// Whether a method of a text gives it back in other clothes, `"x".encode()`, and not something made with it.
fn dresses(path: &str) -> bool {
    !matches!(path, "format" | "replace" | "join" | "split" | "")
}

/// Whether a function finds something under what it is given: `get_secret("x")`.
fn finds(function: &str) -> bool {
    crate::syntax::plain::finds(function.as_bytes())
}
