//! Secrets on their way through a program: where they come from, what carries them on, and where they are put out.

mod ask;
mod carry;
mod resolve;
mod sink;
mod source;
mod state;
mod value;

#[cfg(test)]
mod tests;

pub(super) use carry::Carrier;
pub(super) use sink::Sink;
pub(crate) use source::asked;
pub(super) use source::{CUES, STORES, may_leak, reads_one};

use crate::rule::Rule;
use crate::span::Span;

use super::handler::stated;
use super::scene::step;
use super::{Sighting, Subject};

/// A place that gives out secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Store {
    /// AWS Secrets Manager.
    SecretsManager,
    /// Parameters of AWS Systems Manager that are decrypted.
    Parameters,
    /// Azure Key Vault.
    KeyVault,
    /// Google Secret Manager.
    Google,
    /// HashiCorp Vault.
    Vault,
}

/// What a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A secret, and what it is.
    Secret(&'static str),
    /// What a store answered, of which a member is the secret.
    Reply(Store),
    /// All variables of the environment.
    Environment,
    /// A parameter of the function, by its position.
    Parameter(usize),
}

impl Origin {
    /// What a finding calls it; nothing for a parameter, of which only the caller knows.
    pub(super) fn says(self) -> Option<&'static str> {
        match self {
            Self::Secret(says) => Some(says),
            Self::Reply(store) => Some(store.says()),
            Self::Environment => Some("the whole environment"),
            Self::Parameter(_) => None,
        }
    }
}

/// A value that has a secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taint {
    pub(super) origin: Origin,
    /// The members of a parameter that lead to it.
    pub(super) parts: Vec<Box<str>>,
    /// Where it is read.
    pub(super) at: Span,
    /// The places that it passes.
    pub(super) passed: Vec<Span>,
}

/// Places of a way that are told, at most.
const TOLD: usize = 8;

impl Taint {
    fn new(origin: Origin, at: Span) -> Self {
        Self {
            origin,
            parts: Vec::new(),
            at,
            passed: Vec::new(),
        }
    }

    /// The same, a place further.
    fn through(mut self, at: Span) -> Self {
        if self.passed.len() < TOLD && self.passed.last() != Some(&at) {
            self.passed.push(at);
        }
        self
    }

    /// Whether a secret is in it, whoever calls.
    fn is_sure(&self) -> bool {
        !matches!(self.origin, Origin::Parameter(_))
    }
}

/// A value is put out.
#[derive(Debug)]
pub(super) struct Leak {
    pub(super) taint: Taint,
    /// The value.
    pub(super) span: Span,
    pub(super) sink: Sink,
}

/// What arrives at some sinks, as sightings of a rule.
pub(super) fn report<'t>(
    rule: &'static Rule,
    keep: fn(Sink) -> bool,
    subject: &Subject<'t>,
    out: &mut Vec<Sighting<'t>>,
) {
    for leak in subject.leaks().iter().filter(|leak| keep(leak.sink)) {
        let Some(says) = leak.taint.origin.says() else {
            continue;
        };
        let sink = leak.sink.says();
        let why = "a secret is followed to where it is put out";
        let mut seen = stated(rule, leak.span, subject.kind, leak.sink.belief(), why);
        seen.detail = Some(format!("{says} goes to {sink}"));
        seen.flow = way(&leak.taint, leak.span, sink);
        out.push(seen);
    }
}

fn way(taint: &Taint, end: Span, sink: &str) -> Vec<crate::link::Step> {
    let fetched = step(0, taint.at, "the secret is read here");
    let through = taint.passed.iter().map(|at| step(0, *at, "it passes here"));
    let end = step(0, end, &format!("it goes to {sink}"));
    [fetched].into_iter().chain(through).chain([end]).collect()
}
