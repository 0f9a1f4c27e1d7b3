//! Goes through the steps of a program in their order, and keeps of every function what it gives back and what it puts out
//! of its parameters: until nothing new is learned, a few times at most.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::audit::across::View;
use crate::audit::program::Program;
use crate::facts::Facts;
use crate::facts::code::{Action, CHOSEN, Call, Expression, FILE, Name, Step};
use crate::span::Span;

use super::resolve::Names;
use super::sink::{self, Sink};
use super::state::State;
use super::{Leak, Origin, Taint, authorizer, redact};

/// The program is gone through at most so often; helpers of helpers need one time each.
const ROUNDS: usize = 5;

/// What is known while a file is gone through.
pub(in crate::audit) struct Carrier<'t> {
    pub(super) facts: &'t Facts,
    pub(super) text: &'t str,
    pub(super) program: Program<'t>,
    pub(in crate::audit) names: Names<'t>,
    pub(super) python: bool,
    /// Its number among several files, and what is known of the others.
    pub(super) file: usize,
    pub(super) outside: Option<View<'t>>,
    pub(super) state: State<'t>,
    pub(super) results: Vec<Option<Taint>>,
    pub(super) learned: Learned<'t>,
    leaks: Vec<Leak>,
    /// The functions that are told of a token, and answer whether it may pass.
    pub(super) authorizers: HashSet<u32>,
    /// Whether something that is imported is given a secret.
    hands_on: bool,
}

/// What one time teaches the next.
#[derive(Default)]
pub(super) struct Learned<'t> {
    /// What functions give back.
    pub(super) returns: HashMap<u32, Taint>,
    /// Which parameters they put out.
    pub(super) logs: HashMap<(u32, usize), (Taint, Sink)>,
    /// What callbacks and constructors are given.
    pub(super) given: HashMap<(u32, usize), Taint>,
    /// What the fields of classes and the variables of the file are given in functions.
    pub(super) shared: HashMap<(&'t str, Cow<'t, str>), Taint>,
    /// Names of open files.
    pub(super) open: HashSet<&'t str>,
}

impl Learned<'_> {
    fn size(&self) -> usize {
        self.returns.len() + self.logs.len() + self.given.len() + self.shared.len()
    }
}

impl<'t> Carrier<'t> {
    pub(in crate::audit) fn new(facts: &'t Facts, text: &'t str, python: bool) -> Self {
        Self {
            facts,
            text,
            program: Program { facts, text },
            names: Names::new(facts, text),
            python,
            file: 0,
            outside: None,
            state: State::default(),
            results: Vec::new(),
            learned: Learned::default(),
            leaks: Vec::new(),
            authorizers: authorizer::all(facts, text),
            hands_on: false,
        }
    }

    /// Whether other files may be concerned, after it was gone through: they can have a secret from it, or are given one.
    pub(in crate::audit) fn concerns_others(&self) -> bool {
        let learned = &self.learned;
        let mut given = learned.returns.values().chain(learned.shared.values());
        let mut held = self.state.of(FILE).filter_map(|(_, held)| held.as_ref());
        self.hands_on || given.any(Taint::is_sure) || held.any(Taint::is_sure)
    }

    /// What is put out, in the order of the text.
    pub(in crate::audit) fn leaks(&mut self) -> Vec<Leak> {
        for _ in 0..ROUNDS {
            let before = self.learned.size();
            self.round();
            if before == self.learned.size() {
                break;
            }
        }
        let mut leaks = std::mem::take(&mut self.leaks);
        leaks.sort_by_key(|leak| leak.span);
        leaks.dedup_by_key(|leak| leak.span);
        leaks
    }

    fn round(&mut self) {
        self.state = State::default();
        self.leaks.clear();
        self.results = vec![None; self.facts.calls.len()];
        let facts = self.facts;
        for step in &facts.steps {
            self.step(step);
        }
        self.logs_event();
    }

    fn step(&mut self, step: &'t Step) {
        let function = step.function;
        match &step.action {
            Action::Call(number) => self.call(*number),
            Action::Bind { target, value } => self.bind(step, target, value),
            Action::Return(value) => {
                self.give_back(value, function);
                self.state.end(function);
            }
            Action::Throw(value) => {
                self.throw(value, function);
                self.state.end(function);
            }
            Action::Way { first } => self.state.begin(function, *first),
            Action::Join { whole } => self.state.join(*whole),
        }
    }

    fn bind(&mut self, step: &Step, target: &'t Name, value: &'t Expression) {
        let function = step.function;
        let name = target.dotted(self.text);
        if self.program.is_import(value) {
            return;
        }
        if let Some(sink) = sink::of_name(name) {
            let body = self.body(value).unwrap_or(value);
            self.put_out(body, sink, function);
        }
        if let Expression::Call(number) = value
            && sink::opens(self.facts.calls[*number as usize].callee.dotted(self.text))
        {
            self.learned.open.insert(name);
        }
        for (key, value) in self.members(value) {
            let path = format!("{name}.{}", key.last(self.text));
            let taint = self.of(value, function);
            let taint = taint.map(|t| t.through(self.here(key.span)));
            self.state.set((function, Cow::Owned(path)), taint);
        }
        let names =
            self.python && redact::is_element(step, value) && self.is_mapping(value, function);
        let taint = self.of(value, function).filter(|_| !names);
        let taint = taint.map(|t| t.through(self.here(target.span)));
        if taint.is_none() {
            self.cover(name, function);
        }
        self.hold(Cow::Borrowed(name), taint, function);
    }

    /// A name holds this from now on, and those that functions share do so in others too.
    fn hold(&mut self, name: Cow<'t, str>, taint: Option<Taint>, function: u32) {
        if let Some(taint) = taint.as_ref().filter(|taint| taint.is_sure())
            && let Some(owner) = self.owner(&name, function)
        {
            let shared = self.learned.shared.entry((owner, name.clone()));
            shared.or_insert_with(|| taint.clone());
        }
        self.state.set((function, name), taint);
    }

    /// `cache.set(key, value)`
    fn keep(&mut self, call: &'t Call) {
        let callee = call.callee.dotted(self.text);
        if let Some((name, "set" | "put")) = callee.rsplit_once('.')
            && call.receiver.is_none()
            && let Some(value) = call.at(1)
        {
            let taint = self.of(value, call.function);
            let name = format!("{name}.{CHOSEN}");
            if taint.is_some() {
                self.hold(Cow::Owned(name), taint, call.function);
            }
        }
    }

    /// Whom a name belongs to that functions share: a class, or the file, which has no name.
    pub(super) fn owner(&self, name: &str, function: u32) -> Option<&'t str> {
        match name.split_once('.') {
            Some(("self" | "this", field)) if !field.contains('.') => self.names.class(function),
            Some((base, field)) => {
                let shared = !field.contains('.') && self.names.is_shared(base);
                (function != FILE && shared && !self.is_own(base, function)).then_some("")
            }
            None if function != FILE && self.names.is_shared(name) => Some(""),
            _ => None,
        }
    }

    /// Whether a name is one of a function, or of one around it, and not of the file.
    fn is_own(&self, name: &str, function: u32) -> bool {
        let mut within = function;
        while within != FILE {
            let here = &self.facts.functions[within as usize];
            let mut parameters = here.parameters.iter();
            if parameters.any(|p| p.name.dotted(self.text) == name)
                || self.state.get(&(within, Cow::Borrowed(name))).is_some()
            {
                return true;
            }
            within = here.within;
        }
        false
    }

    fn give_back(&mut self, value: &'t Expression, function: u32) {
        if let Some(body) = self.answer(value, function) {
            self.put_out(body, Sink::Response, function);
        } else if let Some(taint) = self.of(value, function) {
            let known = self.learned.returns.entry(function);
            known
                .and_modify(|known| {
                    if !known.is_sure() && taint.is_sure() {
                        *known = taint.clone();
                    }
                })
                .or_insert(taint);
        }
    }

    pub(super) fn put_out(&mut self, value: &Expression, sink: Sink, function: u32) {
        let Some(taint) = self.of(value, function) else {
            return;
        };
        // Of several parameters each may be given a secret.
        let parts: Vec<&Expression> = match value {
            Expression::Concat(values) | Expression::Either(values) | Expression::List(values) => {
                values.iter().collect()
            }
            Expression::Map(members) => self.shown(members, function),
            _ => Vec::new(),
        };
        if !taint.is_sure() && !parts.is_empty() {
            return parts
                .into_iter()
                .for_each(|part| self.put_out(part, sink, function));
        }
        let own = (taint.at.file == self.file).then_some(taint.at.span);
        if let Some(span) = self.place(value, function).or(own) {
            self.put(taint, span, sink, function);
        }
    }

    pub(super) fn put(&mut self, taint: Taint, span: Span, sink: Sink, function: u32) {
        let place = self.here(span);
        match taint.origin {
            Origin::Parameter(position) => {
                let known = self.learned.logs.entry((function, position));
                known.or_insert((taint.through(place), sink));
            }
            Origin::Reply(store) if !store.shows(self.python) => {}
            _ => self.leaks.push(Leak { taint, span, sink }),
        }
    }

    fn call(&mut self, number: u32) {
        let facts = self.facts;
        let Some(call) = facts.calls.get(number as usize) else {
            return;
        };
        let own = self.names.called(call);
        self.construct(
            call,
            own.filter(|function| self.names.constructs(*function)),
        );
        let own = own.map(|function| self.known(function));
        self.hands_on |= own.is_none() && !self.hands_on && self.is_handed_on(call);
        let result = match own.or_else(|| self.foreign(call)) {
            Some(callee) => self.enter(call, &callee),
            None => {
                self.keep(call);
                self.sent(call);
                self.started(call);
                self.deployed(call);
                self.requested(call);
                let result = self.result(call);
                self.taken(call);
                result
            }
        };
        let passed = match self.goes_through(call) {
            true => self.receiver(call),
            false => result.clone(),
        };
        if let Some(passed) = passed {
            self.call_back(call, passed);
        }
        self.results[number as usize] = result;
    }

    /// What is passed to a constructor stays in the object: its parameters hold that.
    fn construct(&mut self, call: &'t Call, constructor: Option<u32>) {
        let Some(function) = constructor else {
            return;
        };
        let callee = self.known(function);
        for position in 0..callee.parameters.len() {
            let value = callee.passed(call, position, self.text);
            let taint = value.and_then(|value| self.of(value, call.function));
            if let Some(taint) = taint.filter(Taint::is_sure) {
                let known = self.learned.given.entry((function, position));
                known.or_insert(taint);
            }
        }
    }

    /// What has a secret in it is passed on to a function: `.then(x => ...)`, `getSecretValue(x, (error, data) => ...)`.
    fn call_back(&mut self, call: &'t Call, passed: Taint) {
        let function = call.arguments.iter().find_map(|a| match &a.value {
            Expression::Function(number) => Some(*number),
            _ => None,
        });
        let Some(function) = function else {
            return;
        };
        let asked = call.receiver.is_none() && call.callee.last(self.text) != "then";
        let parameters = self.facts.functions[function as usize].parameters.len();
        let position = usize::from(asked && parameters > 1);
        let known = self.learned.given.entry((function, position));
        known.or_insert(passed);
    }
}
