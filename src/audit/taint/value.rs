//! What of a secret is in a value.

use std::borrow::Cow;

use crate::facts::code::{CHOSEN, Call, Expression, FILE};
use crate::span::Span;

use super::carry::Carrier;
use super::source;
use super::state::Key;
use super::{Origin, Taint};

impl<'t> Carrier<'t> {
    pub(super) fn result(&mut self, call: &'t Call) -> Option<Taint> {
        if let Some(origin) = self.source(call) {
            return Some(Taint::new(origin, self.here(call.span)));
        }
        let callee = call.callee.dotted(self.text);
        let last = callee.rsplit('.').next().unwrap_or_default();
        let given = || {
            call.arguments
                .iter()
                .find_map(|a| self.of(&a.value, call.function))
        };
        let receiver = || self.receiver(call);
        match last {
            "then" | "map" | "flatMap" => self.chained(call),
            "get" => self.member_got(call),
            "pop" if self.key(call).is_some() => self.member_got(call),
            "replace" | "replaceAll" | "stringify" if self.hides(call) => None,
            _ if KEEPS.contains(&last) => receiver(),
            "list" | "tuple" | "join"
                if call
                    .at(0)
                    .is_some_and(|of| self.is_mapping(of, call.function)) =>
            {
                None
            }
            "assign" => self.assigned(call),
            _ if COLOURS.contains(&callee.split('.').next().unwrap_or_default()) => given(),
            _ if WRITES_OUT.contains(&last) => given().map(Taint::written),
            _ if GIVES.contains(&last) => given().or_else(receiver),
            "format" | "join" | "concat" | "replace" => receiver().or_else(given),
            _ => None,
        }
    }

    /// Whether a text that is put together with this shows it: of an object a program in JavaScript writes no more than that
    /// it is one.
    pub(super) fn shows_in_text(&self, taint: &Taint) -> bool {
        self.python
            || !matches!(
                taint.origin,
                Origin::Environment | Origin::Event | Origin::Reply(_)
            )
    }

    /// Whether a function is called with what this is called on: `.then(x => ...)`, `.forEach(x => ...)`.
    pub(super) fn goes_through(&self, call: &Call) -> bool {
        let method = call.callee.last(self.text);
        matches!(method, "then" | "map" | "flatMap" | "forEach")
    }

    /// What `.then(x => ...)` comes to: what the function gives back, once that is known.
    fn chained(&self, call: &Call) -> Option<Taint> {
        match call.at(0) {
            Some(Expression::Function(function)) => {
                let back = self.learned.returns.get(function);
                back.filter(|back| back.is_sure()).cloned()
            }
            _ => self.receiver(call),
        }
    }

    /// `secret.get("password")`, `cache.get(name)`
    fn member_got(&self, call: &Call) -> Option<Taint> {
        let key = match call.at(0) {
            Some(Expression::Text(key)) => self.text.get(key.raw.range())?,
            _ => CHOSEN,
        };
        let kept = || {
            let (before, _) = call.callee.dotted(self.text).rsplit_once('.')?;
            self.chosen(before, call.callee.span, call.function)
        };
        match self.receiver(call) {
            Some(taint) => source::member(taint, key),
            None => kept(),
        }
    }

    /// What a name holds under a key that the program chooses.
    fn chosen(&self, name: &str, span: Span, function: u32) -> Option<Taint> {
        let kept = self.variable(&format!("{name}.{CHOSEN}"), function);
        match kept.flatten() {
            Some(taint) => Some(taint),
            None => source::member(self.path(name, span, function)?, CHOSEN),
        }
    }

    pub(super) fn receiver(&self, call: &Call) -> Option<Taint> {
        if let Some(receiver) = &call.receiver {
            return self.of(receiver, call.function);
        }
        let (before, _) = call.callee.dotted(self.text).rsplit_once('.')?;
        self.path(before, call.callee.span, call.function)
    }

    /// What of a secret is in a value.
    pub(super) fn of(&self, value: &Expression, function: u32) -> Option<Taint> {
        match value {
            Expression::Name(name) => self.path(name.dotted(self.text), name.span, function),
            Expression::Part { of, name, span } => {
                let known = match &**of {
                    Expression::Name(of) if name.is_empty() => {
                        if let Some(origin) = self.named_by_constant(of, *span, function) {
                            return Some(Taint::new(origin, self.here(*span)));
                        }
                        return self.chosen(of.dotted(self.text), of.span, function);
                    }
                    of => self.of(of, function)?,
                };
                source::member(known, name)
            }
            Expression::Call(number) => self.results.get(*number as usize)?.clone(),
            Expression::Concat(values) => {
                let parts = values.iter().filter_map(|value| self.of(value, function));
                let shown = surest(parts.filter(|taint| self.shows_in_text(taint)))?;
                (!self.masks(values, function)).then_some(shown)
            }
            Expression::Either(values) | Expression::List(values) => {
                surest(values.iter().filter_map(|value| self.of(value, function)))
            }
            Expression::Map(members) => {
                let values = self.shown(members, function).into_iter();
                surest(values.filter_map(|value| self.of(value, function)))
            }
            _ => None,
        }
    }

    /// Where in a value that is put out the secret stands.
    pub(super) fn place(&self, value: &Expression, function: u32) -> Option<Span> {
        let among = |values: &mut dyn Iterator<Item = &Expression>| {
            let held = values.filter_map(|v| Some((v, self.of(v, function)?)));
            let held: Vec<_> = held.collect();
            let sure = held.iter().find(|(_, taint)| taint.is_sure());
            let (value, _) = sure.or(held.first())?;
            self.place(value, function)
        };
        match value {
            Expression::Name(name) => Some(name.span),
            Expression::Call(number) => Some(self.facts.calls[*number as usize].span),
            Expression::Part { of, span, .. } => {
                let start = self.place(of, function)?.start.min(span.start);
                Some(Span {
                    start,
                    end: span.end,
                })
            }
            Expression::Concat(values) | Expression::Either(values) | Expression::List(values) => {
                among(&mut values.iter())
            }
            Expression::Map(members) => among(&mut self.shown(members, function).into_iter()),
            _ => None,
        }
    }

    fn path(&self, path: &str, span: Span, function: u32) -> Option<Taint> {
        if let Some(origin) = source::of_path(path) {
            return Some(Taint::new(origin, self.here(span)));
        }
        let mut ends: Vec<usize> = path.match_indices('.').map(|(at, _)| at).collect();
        ends.push(path.len());
        for end in ends.into_iter().rev() {
            match self.variable(&path[..end], function) {
                Some(Some(taint)) => {
                    let rest = path[end..].split('.').filter(|part| !part.is_empty());
                    return rest.into_iter().try_fold(taint, source::member);
                }
                Some(None) => return None,
                None => {}
            }
        }
        self.elsewhere(path)
    }

    /// What a name holds where it stands: nothing known, nothing, or a secret.
    pub(super) fn variable(&self, name: &str, called: u32) -> Option<Option<Taint>> {
        let mut function = called;
        loop {
            let key: Key<'_> = (function, Cow::Borrowed(name));
            if let Some(held) = self.state.get(&key) {
                // A closure does not pass on what its own function is given.
                let own = |taint: &Taint| function == called || taint.is_sure();
                // What a function gives a variable of the file, another one finds there.
                let shared = || self.learned.shared.get(&("", Cow::Borrowed(name))).cloned();
                let other = function == FILE && called != FILE;
                return Some(held.filter(own).or_else(|| shared().filter(|_| other)));
            }
            if let Some(taint) = self.parameter(name, function, called) {
                return Some(taint);
            }
            if function == FILE {
                break;
            }
            function = self.facts.functions.get(function as usize)?.within;
        }
        let owner = match name.contains('.') {
            true => self.owner(name, called),
            false => Some(""),
        };
        let kept = owner.and_then(|owner| self.learned.shared.get(&(owner, Cow::Borrowed(name))));
        match kept {
            Some(kept) => Some(Some(kept.clone())),
            None => self.declared(name, called).map(Some),
        }
    }

    /// What a field of an object holds that its class declares with a value, or its constructor sets: of `this.token` that of
    /// `Client.token`, of `client.token` that of `this.token` in the class.
    fn declared(&self, name: &str, called: u32) -> Option<Taint> {
        let (object, field) = name.split_once('.')?;
        let class = match object {
            "self" | "this" | "cls" => self.names.class(called)?,
            object => self.names.instance(object)?,
        };
        let own = if self.python { "self" } else { "this" };
        let set = (class, Cow::Owned(format!("{own}.{field}")));
        if let Some(set) = self.learned.shared.get(&set) {
            return Some(set.clone());
        }
        let path = format!("{class}.{field}");
        self.state.get(&(FILE, Cow::Owned(path))).flatten()
    }

    /// A parameter of a function, which a closure knows no more of than that it is one.
    fn parameter(&self, name: &str, function: u32, called: u32) -> Option<Option<Taint>> {
        let here = self.facts.functions.get(function as usize)?;
        let mut parameters = here.parameters.iter();
        let position = parameters.position(|p| p.name.dotted(self.text) == name)?;
        if let Some(given) = self.learned.given.get(&(function, position)) {
            return Some(Some(given.clone()));
        }
        let at = here.parameters[position].name.span;
        if position == 0 && self.authorizers.contains(&function) {
            return Some(Some(Taint::new(Origin::Event, self.here(at))));
        }
        let taint = Taint::new(Origin::Parameter(position), self.here(at));
        Some((function == called).then_some(taint))
    }
}

/// The first that is a secret whoever calls, or else the first.
fn surest(taints: impl Iterator<Item = Taint>) -> Option<Taint> {
    let mut first = None;
    for taint in taints {
        if taint.is_sure() {
            return Some(taint);
        }
        first.get_or_insert(taint);
    }
    first
}

/// Methods that give what they are called on in other clothes, or a part of it.
const KEEPS: &[&str] = &[
    "slice",
    "substring",
    "substr",
    "decode",
    "encode",
    "toString",
    "trim",
    "strip",
    "lstrip",
    "rstrip",
    "split",
    "promise",
    "padEnd",
    "padStart",
    "ljust",
    "rjust",
    "upper",
    "lower",
    "toUpperCase",
    "toLowerCase",
    "copy",
    "items",
    "values",
    "charAt",
    "at",
    "json",
    "splitlines",
    "result",
];

/// Libraries, and functions of them, that give a text a colour.
const COLOURS: &[&str] = &["chalk", "kleur", "pc", "picocolors", "colors", "colored"];

/// Functions that make a text of what they are given.
const WRITES_OUT: &[&str] = &["dumps", "stringify", "str", "repr", "inspect", "pformat"];

/// Functions that give what they are given in other clothes.
const GIVES: &[&str] = &[
    "loads",
    "parse",
    "String",
    "from",
    "b64decode",
    "b64encode",
    "quote_plus",
    "standard_b64decode",
    "standard_b64encode",
    "literal_eval",
    "dict",
    "list",
    "tuple",
    "bytes",
    "atob",
    "btoa",
    "encodeURIComponent",
    "quote",
    "safe_load",
    "entries",
    "all",
    "wait_for",
    "Error",
];
