//! Functions that a platform calls for every event, what they reach, and what they keep between two of them.

use crate::facts::code::{Action, Call, Expression, FILE, Function};
use crate::facts::{Facts, Kind, Voice};
use crate::judge::{Candidate, Evidence, NameSays, Prior};
use crate::rule::Rule;
use crate::span::Span;

use super::program::Program;
use super::taint::{self, Carrier};
use super::{Sighting, says_one};

/// Words of files with handlers.
pub(super) const WORDS: &[&str] = &["handler", "Handler", "functions", "exports", "(event"];

/// Words of rotation, where the current secret has to be fetched, and of the extension of Lambda, which caches.
const APART: &[&str] = &[
    "AWSPENDING",
    "finishSecret",
    "finish_secret",
    "localhost:2773",
    "127.0.0.1:2773",
];

/// Whether a file may hold a handler that asks a store.
pub(super) fn wants(text: &str) -> bool {
    says_one(text, taint::STORES) && says_one(text, WORDS) && !says_one(text, APART)
}

/// The handlers of a file.
pub(super) struct Handlers<'t> {
    facts: &'t Facts,
    text: &'t str,
    pub(super) carrier: Carrier<'t>,
    /// By function: whether a handler, or what it calls, is or holds it.
    reached: Vec<bool>,
}

impl<'t> Handlers<'t> {
    /// None where the file has no handler.
    pub(super) fn new(
        facts: &'t Facts,
        text: &'t str,
        carrier: impl FnOnce() -> Carrier<'t>,
    ) -> Option<Self> {
        if facts.steps.is_empty() || !wants(text) {
            return None;
        }
        let mut handlers = Self {
            facts,
            text,
            carrier: carrier(),
            reached: Vec::new(),
        };
        let is_handler = |number| handler_of(facts, text, number).is_some();
        handlers.reached = (0..facts.functions.len()).map(is_handler).collect();
        if !handlers.reached.contains(&true) {
            return None;
        }
        while handlers.spread() {}
        Some(handlers)
    }

    /// What is called from what is reached, and what stands in it, is reached; whether there was more.
    fn spread(&mut self) -> bool {
        let before = self.reached.iter().filter(|r| **r).count();
        for (number, call) in self.facts.calls.iter().enumerate() {
            if self.reached[call.function as usize]
                && !self.is_made_once(number as u32, call.function)
                && let Some(called) = self.carrier.names.called(call)
            {
                self.reached[called as usize] = true;
            }
        }
        for (number, function) in self.facts.functions.iter().enumerate().skip(1) {
            self.reached[number] |= self.reached[function.within as usize];
        }
        before < self.reached.iter().filter(|r| **r).count()
    }

    /// Whether the result of a call is kept for the next event, and asked for first: `if conn is None: conn = connect()`.
    fn is_made_once(&self, number: u32, function: u32) -> bool {
        let mut asked = false;
        let own = self.facts.steps.iter().filter(|s| s.function == function);
        for step in own {
            match &step.action {
                Action::Way { .. } => asked = true,
                Action::Bind { target, value } if self.is_kept(target.first(self.text)) => {
                    let made = |value: &Expression| *value == Expression::Call(number);
                    let falls_back =
                        matches!(value, Expression::Either(all) if all.iter().any(made));
                    if asked && made(value) || falls_back {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// Whether what this names is still there for the next event.
    fn is_kept(&self, first: &str) -> bool {
        matches!(first, "self" | "this" | "global" | "globalThis" | "cls")
            || self.carrier.names.is_shared(first)
    }

    /// Whether a call is made for every event.
    pub(super) fn reaches(&self, call: &Call) -> bool {
        self.reached[call.function as usize]
    }

    /// Whether a function, or one around it, keeps something until the next event: it gives a variable that is not its own
    /// a value, or is wrapped in a cache.
    pub(super) fn keeps(&self, function: u32) -> bool {
        let mut function = function;
        while function != FILE {
            let here = &self.facts.functions[function as usize];
            if self.is_cached(here) || self.gives_away(function) {
                return true;
            }
            function = here.within;
        }
        false
    }

    fn is_cached(&self, function: &Function) -> bool {
        let says =
            |text: &str| text.to_ascii_lowercase().contains("cache") || text.contains("memo");
        let own = self.text.get(function.span.range()).unwrap_or_default();
        let (facts, text) = (self.facts, self.text);
        let program = Program { facts, text };
        says(own) || function.decorators.iter().any(|d| says(program.name_of(d)))
    }

    fn gives_away(&self, function: u32) -> bool {
        let mut steps = self.facts.steps.iter().filter(|s| s.function == function);
        steps.any(|step| match &step.action {
            Action::Bind { target, .. } => self.is_kept(target.first(self.text)),
            Action::Call(number) => {
                let callee = self.facts.calls[*number as usize].callee.dotted(self.text);
                callee.rsplit_once('.').is_some_and(|(owner, method)| {
                    matches!(method, "set" | "put" | "update" | "setdefault")
                        && self.carrier.names.is_shared(owner)
                })
            }
            _ => false,
        })
    }
}

/// The clouds that call functions for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cloud {
    /// AWS Lambda.
    Aws,
    /// Azure Functions.
    Azure,
    /// Google Cloud Functions and Cloud Run.
    Google,
}

/// The clouds that call functions of a file.
pub(super) fn clouds(facts: &Facts, text: &str) -> Vec<Cloud> {
    let all = 0..facts.functions.len();
    let mut clouds: Vec<Cloud> = all.filter_map(|n| handler_of(facts, text, n)).collect();
    clouds.dedup();
    clouds
}

/// The cloud that calls a function for every event, if one does.
fn handler_of(facts: &Facts, text: &str, number: usize) -> Option<Cloud> {
    let function = &facts.functions[number];
    if number == FILE as usize {
        return None;
    }
    let parameters = function.parameters.iter();
    let parameters: Vec<&str> = parameters.map(|p| p.name.dotted(text)).collect();
    let first = parameters
        .first()
        .map_or("", |name| name.trim_start_matches('_'));
    let named = function.name.rsplit('.').next().unwrap_or_default();
    let is_event = matches!(first, "event" | "evt" | "");
    let lambda =
        named.to_ascii_lowercase().ends_with("handler") && is_event && parameters.len() <= 3;
    let azure = &*function.name == "module.exports" && first == "context"
        || named == "main" && first == "req"
        || named == "handler"
            && matches!(first, "request" | "req")
            && text.contains("@azure/functions");
    let google = function.name.starts_with("exports.")
        && matches!(first, "req" | "cloudEvent")
        && text.contains("@google-cloud/");
    match (lambda, azure, google) {
        (true, ..) => Some(Cloud::Aws),
        (_, true, _) => Some(Cloud::Azure),
        (.., true) => Some(Cloud::Google),
        _ => decorated(facts, text, function).or_else(|| handed_over(facts, text, number)),
    }
}

/// The cloud that a function is handed over to: `app.http("x", { handler: getOrder })`, `export const handler = middy(base)`.
fn handed_over(facts: &Facts, text: &str, number: usize) -> Option<Cloud> {
    let name = &*facts.functions[number].name;
    let is_it = |value: &Expression| match value {
        Expression::Function(own) => *own as usize == number,
        Expression::Name(own) => !name.is_empty() && own.dotted(text) == name,
        _ => false,
    };
    let registers = |call: &&Call| {
        let callee = call.callee.dotted(text);
        callee.starts_with("app.")
            && callee != "app.timer"
            && call.named("handler", text).is_some_and(is_it)
    };
    if text.contains("@azure/functions") {
        return facts
            .calls
            .iter()
            .any(|call| registers(&call))
            .then_some(Cloud::Azure);
    }
    let wraps = |value: &Expression| {
        let mut value = value;
        while let Expression::Call(number) = value {
            let call = &facts.calls[*number as usize];
            match &call.receiver {
                Some(receiver) => value = receiver,
                None => return call.at(0).is_some_and(is_it),
            }
        }
        false
    };
    let wrapped = facts.steps.iter().any(|step| match &step.action {
        Action::Bind { target, value } if step.function == FILE => {
            target.last(text) == "handler" && wraps(value)
        }
        _ => false,
    });
    wrapped.then_some(Cloud::Aws)
}

/// The cloud that calls a function which says so above.
fn decorated(facts: &Facts, text: &str, function: &Function) -> Option<Cloud> {
    let program = Program { facts, text };
    function.decorators.iter().find_map(|decorator| {
        let name = program.name_of(decorator);
        let azure = name.ends_with("_trigger") && !name.contains("timer")
            || name == "app.route" && text.contains("azure.functions");
        match name.starts_with("functions_framework.") {
            true => Some(Cloud::Google),
            false => azure.then_some(Cloud::Azure),
        }
    })
}

/// Something that is so, and no text.
pub(super) fn stated<'t>(
    rule: &'static Rule,
    span: Span,
    kind: Kind,
    belief: f32,
    why: &'static str,
) -> Sighting<'t> {
    Sighting::of(Candidate {
        rule,
        span,
        evidence: Evidence {
            prior: Prior::Stated { belief, why },
            says: NameSays::Nothing,
            value: "".into(),
            site: None,
            quoted: false,
            voice: Voice::Code,
            kind,
            checksum: None,
            inspection: None,
        },
    })
}

#[cfg(test)]
mod tests;
