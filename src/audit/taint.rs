//! Secrets on their way through a program: where they come from, what carries them on, and where they are put out.

mod ask;
mod authorizer;
mod carry;
mod outside;
mod outward;
mod puts;
mod redact;
mod resolve;
mod sink;
mod source;
mod state;
mod value;

#[cfg(test)]
mod tests;

pub(super) use carry::Carrier;
pub(super) use outside::{Callee, Summary};
pub(super) use puts::ends_in_query;
pub(super) use sink::Sink;
pub(crate) use source::asked;
pub(super) use source::{CUES, STORES, may_leak, puts_out, reads, reads_one};

use crate::facts::Kind;
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
    /// What an authorizer is asked, with the token of who asks.
    Event,
    /// A parameter of the function, by its position.
    Parameter(usize),
}

impl Origin {
    /// What a finding calls it; nothing for a parameter, of which only the caller knows.
    pub(super) fn says(self) -> Option<&'static str> {
        match self {
            Self::Secret(says) => Some(says),
            Self::Reply(store) => Some(store.says()),
            Self::Environment => Some(ENVIRONMENT),
            Self::Event => Some(EVENT),
            Self::Parameter(_) => None,
        }
    }
}

/// What all variables of the environment are called.
const ENVIRONMENT: &str = "the whole environment";

/// What an authorizer is asked.
const EVENT: &str = "the event of an authorizer, with the token of the caller,";

/// A place in one of several files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of the file.
    pub(super) file: usize,
    pub(super) span: Span,
}

/// A value that has a secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taint {
    pub(super) origin: Origin,
    /// The members of a parameter that lead to it.
    pub(super) parts: Vec<Box<str>>,
    /// Where it is read.
    pub(super) at: Place,
    /// The places that it passes.
    pub(super) passed: Vec<Place>,
}

/// Places of a way that are told, at most.
const TOLD: usize = 8;

impl Taint {
    fn new(origin: Origin, at: Place) -> Self {
        Self {
            origin,
            parts: Vec::new(),
            at,
            passed: Vec::new(),
        }
    }

    /// The same, a place further.
    fn through(mut self, at: Place) -> Self {
        if self.passed.len() < TOLD && self.passed.last() != Some(&at) {
            self.passed.push(at);
        }
        self
    }

    /// The same, written out as a text; what a store of Azure answers hides itself there as well.
    fn written(self) -> Self {
        let origin = match self.origin {
            Origin::Environment => Origin::Secret(ENVIRONMENT),
            Origin::Event => Origin::Secret(EVENT),
            Origin::Reply(store) if store != Store::KeyVault => Origin::Secret(store.says()),
            origin => origin,
        };
        Self { origin, ..self }
    }

    /// Whether a secret is in it, whoever calls.
    pub(super) fn is_sure(&self) -> bool {
        !matches!(self.origin, Origin::Parameter(_))
    }
}

/// A value is put out.
#[derive(Clone, Debug)]
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
    let leaks = subject.leaks().iter().filter(|leak| keep(leak.sink));
    out.extend(leaks.filter_map(|leak| leak.sighting(rule, 0, subject.kind)));
}

impl Leak {
    /// As one of a rule, in the file of this number.
    pub(super) fn sighting(
        &self,
        rule: &'static Rule,
        file: usize,
        kind: Kind,
    ) -> Option<Sighting<'static>> {
        let says = self.taint.origin.says()?;
        let sink = self.sink.says();
        let why = "a secret is followed to where it is put out";
        let seen = stated(rule, self.span, kind, self.sink.belief(), why);
        Some(Sighting {
            file,
            detail: Some(format!("{says} goes to {sink}")),
            flow: self.way(file),
            ..seen
        })
    }

    fn way(&self, file: usize) -> Vec<crate::link::Step> {
        let at = |place: Place, message: &str| step(place.file, place.span, message);
        let fetched = at(self.taint.at, "the secret is read here");
        let through = self
            .taint
            .passed
            .iter()
            .map(|place| at(*place, "it passes here"));
        let end = step(file, self.span, &format!("it goes to {}", self.sink.says()));
        [fetched].into_iter().chain(through).chain([end]).collect()
    }

    /// Whether its way leads through other files than this one.
    pub(super) fn crosses(&self, file: usize) -> bool {
        let mut places = self.taint.passed.iter().chain([&self.taint.at]);
        places.any(|place| place.file != file)
    }
}
