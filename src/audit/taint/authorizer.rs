//! Authorizers of API Gateway: what they are asked holds the token of who asks.

use crate::audit::says_one;
use crate::facts::code::{Expression, FILE};

use super::carry::Carrier;
use super::sink::Sink;
use super::{Origin, Taint, source};

impl<'t> Carrier<'t> {
    /// Whether a function is told of a token, and answers whether it may pass.
    pub(super) fn is_authorizer(&self, function: u32) -> bool {
        let named = |name: &str| matches!(name.trim_start_matches('_'), "event" | "evt" | "e");
        let here = &self.facts.functions[function as usize];
        let first = here.parameters.first();
        function != FILE
            && first.is_some_and(|first| named(first.name.dotted(self.text)))
            && self
                .text
                .get(here.span.range())
                .is_some_and(|own| says_one(own, source::ASKED))
    }

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
            if let Some(span) = logs.filter(|_| self.is_authorizer(number as u32)) {
                let at = function.parameters[0].name.span;
                let taint = Taint::new(Origin::Event, self.here(at));
                self.put(taint, span, Sink::Log, number as u32);
            }
        }
    }
}
