//! Functions that are called, of the same file or of another one: what they put out of what they are given, and what they
//! give back; and what other files may learn of this one.

use std::collections::{BTreeMap, HashMap};

use crate::audit::across::View;
use crate::facts::code::{Argument, Call, Expression, FILE, Parameter};
use crate::span::Span;

use super::carry::Carrier;
use super::sink::Sink;
use super::{Leak, Origin, Place, Taint, redact, source};

/// What other files may learn of a program.
#[derive(Debug, Default)]
pub(in crate::audit) struct Summary {
    /// What functions give back.
    pub(in crate::audit) returns: HashMap<u32, Taint>,
    /// Which parameters they put out.
    pub(in crate::audit) logs: HashMap<(u32, usize), (Taint, Sink)>,
    /// What the names of the file hold: a secret, or nothing that is one.
    pub(in crate::audit) values: BTreeMap<Box<str>, Option<Taint>>,
    /// What the program puts out itself.
    pub(in crate::audit) leaks: Vec<Leak>,
}

impl Summary {
    /// It only grows while more is learned of other files.
    pub(in crate::audit) fn size(&self) -> usize {
        let held = self.values.values().flatten().count();
        self.returns.len() + self.logs.len() + held + self.leaks.len()
    }

    /// What a name of the file holds, or a member of it: nothing known, nothing, or a secret.
    pub(in crate::audit) fn value(&self, path: &str) -> Option<Option<Taint>> {
        let mut ends: Vec<usize> = path.match_indices('.').map(|(at, _)| at).collect();
        ends.push(path.len());
        let longest = |end: usize| Some((end, self.values.get(&path[..end])?));
        let (end, held) = ends.into_iter().rev().find_map(longest)?;
        let mut rest = path[end..].split('.').filter(|part| !part.is_empty());
        Some(
            held.clone()
                .and_then(|taint| rest.try_fold(taint, source::member)),
        )
    }
}

/// A function that is called.
pub(in crate::audit) struct Callee<'t> {
    pub(in crate::audit) parameters: &'t [Parameter],
    /// The text of its file.
    pub(in crate::audit) text: &'t str,
    /// What it puts out of its parameters, by their positions.
    pub(in crate::audit) logs: Vec<(usize, Taint, Sink)>,
    /// What it gives back.
    pub(in crate::audit) back: Option<Taint>,
}

impl<'t> Callee<'t> {
    /// A function with what is known of it.
    pub(in crate::audit) fn new(
        (parameters, text): (&'t [Parameter], &'t str),
        logs: &HashMap<(u32, usize), (Taint, Sink)>,
        returns: &HashMap<u32, Taint>,
        function: u32,
    ) -> Self {
        let log = |at: usize| {
            let (taint, sink) = logs.get(&(function, at))?;
            Some((at, taint.clone(), *sink))
        };
        Self {
            parameters,
            text,
            logs: (0..parameters.len()).filter_map(log).collect(),
            back: returns.get(&function).cloned(),
        }
    }

    /// The value that a call passes for a parameter.
    pub(super) fn passed<'c>(
        &self,
        call: &'c Call,
        position: usize,
        text: &str,
    ) -> Option<&'c Expression> {
        let name = self.parameters.get(position)?.name.dotted(self.text);
        let keyword = call.arguments.iter().find(|argument| {
            let keyword = argument.name.as_ref();
            keyword.is_some_and(|keyword| keyword.dotted(text) == name)
        });
        let first = self.parameters.first();
        let own = first.is_some_and(|p| matches!(p.name.dotted(self.text), "self" | "cls"));
        let by_position = || call.at(position.checked_sub(usize::from(own))?);
        keyword.map(|argument| &argument.value).or_else(by_position)
    }
}

impl<'t> Carrier<'t> {
    /// The same, as one of several files.
    pub(in crate::audit) fn among(mut self, file: usize, others: View<'t>) -> Self {
        self.file = file;
        self.outside = Some(others);
        self
    }

    /// What others may learn of it.
    pub(in crate::audit) fn summary(mut self) -> Summary {
        let leaks = self.leaks();
        let held = self.state.of(FILE);
        let sure = |held: &Option<Taint>| held.clone().filter(Taint::is_sure);
        let mut values: BTreeMap<Box<str>, Option<Taint>> =
            held.map(|(name, held)| (name.into(), sure(held))).collect();
        for ((owner, name), taint) in &self.learned.shared {
            if owner.is_empty() {
                let known = values.entry((**name).into()).or_default();
                known.get_or_insert_with(|| taint.clone());
            }
        }
        Summary {
            returns: self.learned.returns,
            logs: self.learned.logs,
            values,
            leaks,
        }
    }

    /// A place in the file that is gone through.
    pub(super) fn here(&self, span: Span) -> Place {
        let file = self.file;
        Place { file, span }
    }

    /// A function of the file.
    pub(super) fn known(&self, function: u32) -> Callee<'t> {
        let parameters = &self.facts.functions[function as usize].parameters;
        let learned = &self.learned;
        let whole = (&parameters[..], self.text);
        Callee::new(whole, &learned.logs, &learned.returns, function)
    }

    /// Whether a call gives a secret to what is imported.
    pub(super) fn is_handed_on(&self, call: &'t Call) -> bool {
        let given = |argument: &Argument| {
            let taint = self.of(&argument.value, call.function);
            taint.is_some_and(|taint| taint.is_sure())
        };
        call.arguments.iter().any(given) && self.meant(call).is_some()
    }

    /// A function of another file, if something is known of it.
    pub(super) fn foreign(&self, call: &'t Call) -> Option<Callee<'t>> {
        let others = self.outside?;
        let (import, path) = self.meant(call)?;
        let secret = |taint: Taint| taint.is_sure() || others.is_helper();
        let mut values = call.arguments.iter().map(|argument| &argument.value);
        let asks = values.any(|value| self.of(value, call.function).is_some_and(secret));
        let callee = others.function(import, &path, asks)?;
        (!callee.logs.is_empty() || callee.back.is_some()).then_some(callee)
    }

    /// The import that is called, and which part of it.
    fn meant(&self, call: &'t Call) -> Option<(usize, String)> {
        let callee = call.callee.dotted(self.text);
        let object = match &call.receiver {
            Some(Expression::Call(made)) => {
                Some(self.facts.calls[*made as usize].callee.dotted(self.text))
            }
            Some(_) => return None,
            None => {
                if let Some((import, rest)) = self.import(callee, call.function) {
                    return Some((import, rest.to_owned()));
                }
                callee
                    .rsplit_once('.')
                    .and_then(|(owner, _)| self.names.maker(owner))
            }
        };
        let (import, rest) = self.import(object?, call.function)?;
        let method = callee.rsplit('.').next().unwrap_or_default();
        let path = [rest, method].into_iter().filter(|part| !part.is_empty());
        Some((import, path.collect::<Vec<_>>().join(".")))
    }

    /// The import that a name of a function starts with, unless something nearer has that name.
    fn import<'n>(&self, name: &'n str, function: u32) -> Option<(usize, &'n str)> {
        let Some((import, rest)) = self.program.import(name) else {
            let first = || {
                self.facts
                    .imports
                    .iter()
                    .position(|i| i.name.as_deref() == Some("*"))
            };
            let import = match self.outside {
                Some(others) => others.taken_whole(name)?,
                None => first()?,
            };
            return Some((import, name));
        };
        let alias = &*self.facts.imports[import].alias;
        let nearer = self.variable(alias, function).is_some();
        (!nearer).then_some((import, rest))
    }

    /// What a name of another file holds.
    pub(super) fn elsewhere(&self, path: &str) -> Option<Taint> {
        let others = self.outside?;
        let whole = || Some((others.taken_whole(path)?, path));
        let (import, rest) = self.program.import(path).or_else(whole)?;
        others.value(import, rest)
    }

    /// A function is called: what it puts out of its parameters, and what it gives back.
    pub(super) fn enter(&mut self, call: &'t Call, callee: &Callee<'t>) -> Option<Taint> {
        for (position, logged, sink) in &callee.logs {
            let Some(value) = callee.passed(call, *position, self.text) else {
                continue;
            };
            let Some(taint) = self.of(value, call.function) else {
                continue;
            };
            let span = self.place(value, call.function).unwrap_or(call.span);
            if let Some(taint) = within(taint, logged) {
                self.put(taint, span, *sink, call.function);
            }
        }
        let hidden = redact::redacts(call.callee.last(self.text));
        let back = callee.back.clone().filter(|_| !hidden)?;
        match back.origin {
            Origin::Parameter(position) => {
                let value = callee.passed(call, position, self.text)?;
                within(self.of(value, call.function)?, &back)
            }
            _ => Some(back.through(self.here(call.callee.span))),
        }
    }
}

/// What a function makes of a parameter, made of what is passed for it.
fn within(passed: Taint, made: &Taint) -> Option<Taint> {
    let parts = made.parts.iter();
    let mut taint = parts
        .into_iter()
        .try_fold(passed, |t, part| source::member(t, part))?;
    for at in &made.passed {
        taint = taint.through(*at);
    }
    Some(taint)
}
