//! Which calls of a program give a secret.

use crate::facts::code::{Call, Expression, Name};
use crate::span::Span;

use super::carry::Carrier;
use super::source::{self, Needs};
use super::{Origin, Store};

impl<'t> Carrier<'t> {
    /// The calls that ask a store, and no cache of it.
    pub(in crate::audit) fn asks(&self) -> Vec<&'t Call> {
        let calls = self.facts.calls.iter();
        let asks = |call: &&'t Call| matches!(self.source(call), Some(Origin::Reply(_)));
        calls.filter(asks).collect()
    }

    pub(super) fn source(&self, call: &'t Call) -> Option<Origin> {
        let callee = self.program.callee(call);
        if source::reads_variable(&callee) {
            return source::of_variable(self.key(call)?);
        }
        if let Some(origin) = source::of_library(&callee) {
            return Some(origin);
        }
        match (callee.rsplit('.').next().unwrap_or_default(), call.at(0)) {
            ("send", Some(Expression::Call(number))) => {
                let made = &self.facts.calls[*number as usize];
                self.store(made, made.callee.last(self.text))
            }
            ("send", Some(Expression::Name(name))) => {
                let (made, ..) = self.program.given(name, call.function)?;
                let Expression::Call(number) = made else {
                    return None;
                };
                let made = &self.facts.calls[*number as usize];
                self.store(made, made.callee.last(self.text))
            }
            (method, _) if method.ends_with("Command") => None,
            (method, _) => self.store(call, method),
        }
        .map(Origin::Reply)
    }

    /// The first argument, as a text.
    pub(super) fn key(&self, call: &Call) -> Option<&'t str> {
        match call.at(0)? {
            Expression::Text(key) => self.text.get(key.raw.range()),
            Expression::Name(name) => self.constant(name, call.function),
            _ => None,
        }
    }

    /// The text that a name is given.
    fn constant(&self, name: &Name, function: u32) -> Option<&'t str> {
        match self.program.given(name, function)? {
            (Expression::Text(text), ..) => self.text.get(text.raw.range()),
            _ => None,
        }
    }

    /// `os.environ[NAME]`, where a constant of that name says which variable this is.
    pub(super) fn named_by_constant(&self, of: &Name, span: Span, function: u32) -> Option<Origin> {
        if !matches!(of.dotted(self.text), "os.environ" | "process.env") {
            return None;
        }
        let written = self.text.get(span.range())?.trim_end();
        let (_, key) = written.strip_suffix(']')?.rsplit_once('[')?;
        let name = Name {
            path: Some(key.trim().into()),
            ..Name::new(span)
        };
        source::of_variable(self.constant(&name, function)?)
    }

    fn store(&self, call: &'t Call, method: &str) -> Option<Store> {
        let source = source::of_method(method)?;
        let callee = call.callee.dotted(self.text);
        let holds = match source.needs {
            Needs::Nothing => true,
            Needs::Argument => !call.arguments.is_empty(),
            Needs::Decryption => self.decrypts(call),
            Needs::Word(word) => {
                let owned = callee != method || call.receiver.is_some();
                owned && self.text.contains(word)
            }
            Needs::Owner(owner) => callee
                .rsplit_once('.')
                .is_some_and(|(before, _)| before.to_ascii_lowercase().ends_with(owner)),
        };
        holds.then_some(source.store)
    }

    fn decrypts(&self, call: &'t Call) -> bool {
        let is_true = |given: &Expression| match given {
            Expression::Plain(span) => self
                .text
                .get(span.range())
                .is_some_and(|v| v.eq_ignore_ascii_case("true")),
            _ => false,
        };
        if let Some(given) = call.named("WithDecryption", self.text) {
            return is_true(given);
        }
        let Some(Expression::Name(name)) = call.arguments.first().map(|a| &a.value) else {
            return false;
        };
        match self.program.given(name, call.function) {
            Some((Expression::Map(members), ..)) => members
                .iter()
                .any(|m| m.name.last(self.text) == "WithDecryption" && is_true(&m.value)),
            _ => false,
        }
    }
}
