//! Authorizers of API Gateway: what they are asked holds the token of who asks.

use std::collections::HashSet;

use crate::audit::says_one;
use crate::facts::Facts;
use crate::facts::code::{Expression, Function};

use super::carry::Carrier;
use super::sink::Sink;
use super::{Origin, Taint, source};

/// The functions that are told of a token, and answer whether it may pass. Every mention of an event asks for these.
pub(super) fn all(facts: &Facts, text: &str) -> HashSet<u32> {
    if !says_one(text, source::ASKED) {
        return HashSet::new();
    }
    let named = |name: &str| matches!(name.trim_start_matches('_'), "event" | "evt" | "e");
    let is_one = |function: &Function| {
        let first = function.parameters.first();
        let own = text.get(function.span.range());
        first.is_some_and(|first| named(first.name.dotted(text)))
            && own.is_some_and(|own| says_one(own, source::ASKED))
    };
    let functions = facts.functions.iter().zip(0..).skip(1);
    let authorizers = functions.filter(|(function, _)| is_one(function));
    authorizers.map(|(_, number)| number).collect()
}

impl<'t> Carrier<'t> {
    /// `@logger.inject_lambda_context(log_event=True)` above an authorizer.
    pub(super) fn logs_event(&mut self) {
        let facts = self.facts;
        for (number, function) in facts.functions.iter().enumerate() {
            let is_true = |value: &Expression| match value {
                Expression::Plain(span) => self.text.get(span.range()) == Some("True"),
                _ => false,
            };
            let logs = function
                .decorators
                .iter()
                .find_map(|decorator| match decorator {
                    Expression::Call(call) => {
                        let call = &facts.calls[*call as usize];
                        call.named("log_event", self.text)
                            .filter(|value| is_true(value))?;
                        Some(call.span)
                    }
                    _ => None,
                });
            if let Some(span) = logs.filter(|_| self.authorizers.contains(&(number as u32))) {
                let at = function.parameters[0].name.span;
                let taint = Taint::new(Origin::Event, self.here(at));
                self.put(taint, span, Sink::Log, number as u32);
            }
        }
    }
}
