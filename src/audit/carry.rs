//! Follows secrets through the steps of one file.

use std::collections::HashMap;

use crate::facts::Facts;
use crate::facts::code::{Action, Call, Expression, Name};
use crate::span::Span;

use super::scene::holds_secret;
use super::secret_logging::{body, sink, thrown};

/// Summaries are made at most so often; helpers of helpers need one time each.
const ROUNDS: usize = 4;

/// What a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A secret.
    Secret(&'static str),
    /// What a store answered, of which a member is the secret.
    Reply(&'static str),
    /// All variables of the environment.
    Environment(&'static str),
    /// A parameter of the function, by its position.
    Parameter(usize),
}

/// A value that has a secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taint {
    pub(super) origin: Origin,
    /// Where it is read.
    pub(super) at: Span,
    /// The places that it passes.
    pub(super) passed: Vec<Span>,
}

/// A value is put out.
pub(super) struct Leak {
    pub(super) taint: Taint,
    pub(super) span: Span,
    pub(super) sink: &'static str,
}

/// What is known while a file is gone through.
pub(super) struct Carrier<'t> {
    facts: &'t Facts,
    text: &'t str,
    named: HashMap<(u32, String), Taint>,
    results: Vec<Option<Taint>>,
    returns: HashMap<u32, Taint>,
    logs: HashMap<(u32, usize), &'static str>,
    leaks: Vec<Leak>,
}

impl<'t> Carrier<'t> {
    pub(super) fn new(facts: &'t Facts, text: &'t str) -> Self {
        Self {
            facts,
            text,
            named: HashMap::new(),
            results: Vec::new(),
            returns: HashMap::new(),
            logs: HashMap::new(),
            leaks: Vec::new(),
        }
    }

    /// What is put out, in the order of the text.
    pub(super) fn leaks(&mut self) -> Vec<Leak> {
        for _ in 0..ROUNDS {
            let before = (self.returns.len(), self.logs.len());
            self.round();
            if before == (self.returns.len(), self.logs.len()) {
                break;
            }
        }
        let mut leaks = std::mem::take(&mut self.leaks);
        leaks.sort_by_key(|leak| leak.span);
        leaks.dedup_by_key(|leak| leak.span);
        leaks
    }

    fn round(&mut self) {
        let facts = self.facts;
        self.named.clear();
        self.leaks.clear();
        self.results = vec![None; facts.calls.len()];
        for (number, function) in facts.functions.iter().enumerate() {
            for (position, parameter) in function.parameters.iter().enumerate() {
                let name = parameter.name.dotted(self.text).to_owned();
                let taint = Taint {
                    origin: Origin::Parameter(position),
                    at: parameter.name.span,
                    passed: Vec::new(),
                };
                self.named.insert((number as u32, name), taint);
            }
        }
        for step in &facts.steps {
            let function = step.function;
            if let Some(value) = thrown(&step.action) {
                self.throw(value, function, step.span);
            }
            match &step.action {
                Action::Call(number) => self.call(*number),
                Action::Bind { target, value } => self.bind(target, value, function),
                Action::Return(value) => self.give_back(value, function),
                Action::Throw(_) => {}
            }
        }
    }

    fn bind(&mut self, target: &Name, value: &Expression, function: u32) {
        let key = (function, target.dotted(self.text).to_owned());
        match self.of(value, function) {
            Some(mut taint) => {
                if taint.passed.len() < 8 && taint.passed.last() != Some(&target.span) {
                    taint.passed.push(target.span);
                }
                self.named.insert(key, taint);
            }
            None => {
                self.named.remove(&key);
            }
        }
    }

    fn give_back(&mut self, value: &Expression, function: u32) {
        if let Some(taint) = body(value, self.text).and_then(|body| self.of(&body, function)) {
            self.put_out(
                taint.clone(),
                taint.passed.last().copied().unwrap_or(taint.at),
                "the response",
                function,
            );
        } else if let Some(taint) = self.of(value, function) {
            self.returns.entry(function).or_insert(taint);
        }
    }

    fn throw(&mut self, value: &Expression, function: u32, span: Span) {
        let Expression::Call(number) = value else {
            return;
        };
        let Some(call) = self.facts.calls.get(*number as usize) else {
            return;
        };
        for argument in &call.arguments {
            if let Some(taint) = self.of(&argument.value, function) {
                self.put_out(taint, span, "the text of an error", function);
            }
        }
    }

    fn put_out(&mut self, taint: Taint, span: Span, sink: &'static str, function: u32) {
        match taint.origin {
            Origin::Parameter(position) => {
                self.logs.entry((function, position)).or_insert(sink);
            }
            _ => self.leaks.push(Leak { taint, span, sink }),
        }
    }

    fn call(&mut self, number: u32) {
        let Some(call) = self.facts.calls.get(number as usize) else {
            return;
        };
        let callee = call.callee.dotted(self.text);
        if let Some(sink) = sink(callee) {
            for argument in &call.arguments {
                if let Some(taint) = self.of(&argument.value, call.function) {
                    self.put_out(taint, call.span, sink, call.function);
                }
            }
        }
        let result = self.result(call, callee);
        self.results[number as usize] = result;
    }

    fn result(&mut self, call: &Call, callee: &str) -> Option<Taint> {
        if let Some(origin) = self.source(call, callee) {
            return Some(Taint {
                origin,
                at: call.span,
                passed: Vec::new(),
            });
        }
        if let Some(function) = self.local(callee) {
            return self.called(call, function);
        }
        let last = callee.rsplit('.').next().unwrap_or_default();
        let given = || {
            call.arguments
                .iter()
                .find_map(|a| self.of(&a.value, call.function))
        };
        match last {
            "dumps" | "loads" | "stringify" | "parse" | "str" | "String" | "from" | "b64decode"
            | "b64encode" | "literal_eval" | "repr" | "dict" => {
                given().or_else(|| self.receiver(call))
            }
            "format" | "join" | "concat" => self.receiver(call).or_else(given),
            "slice" | "substring" | "substr" | "decode" | "encode" | "toString" | "trim"
            | "strip" | "split" | "replace" | "promise" | "then" | "padEnd" => self.receiver(call),
            "get" => self.member_got(call),
            _ => None,
        }
    }

    /// `secret.get("password")`
    fn member_got(&self, call: &Call) -> Option<Taint> {
        let Some(Expression::Text(key)) = call.at(0) else {
            return None;
        };
        let key = self.text.get(key.raw.range())?;
        member(self.receiver(call)?, key)
    }

    /// A function of the file is called: what it logs of its parameters, and what it gives back.
    fn called(&mut self, call: &Call, function: u32) -> Option<Taint> {
        for (position, argument) in call.arguments.iter().enumerate() {
            let Some(&sink) = self.logs.get(&(function, position)) else {
                continue;
            };
            if let Some(taint) = self.of(&argument.value, call.function) {
                self.put_out(taint, call.span, sink, call.function);
            }
        }
        let back = self.returns.get(&function)?.clone();
        match back.origin {
            Origin::Parameter(position) => self.of(call.at(position)?, call.function),
            _ => Some(back),
        }
    }

    fn local(&self, callee: &str) -> Option<u32> {
        let bare = callee
            .strip_prefix("self.")
            .or(callee.strip_prefix("this."));
        let named = |name: &str| match bare {
            Some(method) => name
                .rsplit_once('.')
                .is_some_and(|(_, last)| last == method),
            None => name == callee,
        };
        let at = self.facts.functions.iter().position(|f| named(&f.name))?;
        (at > 0).then_some(at as u32)
    }

    fn source(&self, call: &Call, callee: &str) -> Option<Origin> {
        let last = callee.rsplit('.').next().unwrap_or_default();
        let aws = "a secret of AWS Secrets Manager";
        match last {
            "get_secret_value" | "getSecretValue" => Some(Origin::Reply(aws)),
            "send" if self.sends(call, "GetSecretValueCommand") => Some(Origin::Reply(aws)),
            "get_parameter" | "getParameter" | "get_parameters" if self.decrypts(call) => {
                Some(Origin::Reply("a parameter that was decrypted"))
            }
            "get_secret" | "getSecret" if self.text.contains("SecretClient") => {
                Some(Origin::Reply("a secret of Azure Key Vault"))
            }
            "access_secret_version" | "accessSecretVersion" => {
                Some(Origin::Reply("a secret of Google Secret Manager"))
            }
            "read_secret_version" => Some(Origin::Reply("a secret of Vault")),
            "getenv" | "get"
                if matches!(
                    callee,
                    "os.getenv" | "getenv" | "os.environ.get" | "environ.get"
                ) =>
            {
                let Some(Expression::Text(key)) = call.at(0) else {
                    return None;
                };
                let key = self.text.get(key.raw.range())?;
                holds_secret(key).then_some(Origin::Secret(VARIABLE))
            }
            _ => None,
        }
    }

    fn sends(&self, call: &Call, command: &str) -> bool {
        let Some(Expression::Call(number)) = call.at(0) else {
            return false;
        };
        let made = self.facts.calls.get(*number as usize);
        made.is_some_and(|made| made.callee.last(self.text) == command)
    }

    fn decrypts(&self, call: &Call) -> bool {
        let given = call.named("WithDecryption", self.text);
        matches!(given, Some(Expression::Plain(span))
            if self.text.get(span.range()).is_some_and(|v| v.eq_ignore_ascii_case("true")))
    }

    fn receiver(&self, call: &Call) -> Option<Taint> {
        if let Some(receiver) = &call.receiver {
            return self.of(receiver, call.function);
        }
        let (before, _) = call.callee.dotted(self.text).rsplit_once('.')?;
        self.path(before, call.callee.span, call.function)
    }

    /// What of a secret is in a value.
    fn of(&self, value: &Expression, function: u32) -> Option<Taint> {
        match value {
            Expression::Name(name) => self.path(name.dotted(self.text), name.span, function),
            Expression::Part { of, name, .. } => member(self.of(of, function)?, name),
            Expression::Call(number) => self.results.get(*number as usize)?.clone(),
            Expression::Concat(values) | Expression::Either(values) | Expression::List(values) => {
                values.iter().find_map(|value| self.of(value, function))
            }
            Expression::Map(members) => members.iter().find_map(|m| self.of(&m.value, function)),
            _ => None,
        }
    }

    fn path(&self, path: &str, span: Span, function: u32) -> Option<Taint> {
        if let Some(origin) = environment(path) {
            return Some(Taint {
                origin,
                at: span,
                passed: Vec::new(),
            });
        }
        let mut ends: Vec<usize> = path.match_indices('.').map(|(at, _)| at).collect();
        ends.push(path.len());
        for end in ends.into_iter().rev() {
            if let Some(taint) = self.variable(&path[..end], function) {
                let rest = path[end..].split('.').filter(|part| !part.is_empty());
                return rest.into_iter().try_fold(taint, member);
            }
        }
        None
    }

    fn variable(&self, name: &str, called: u32) -> Option<Taint> {
        let mut function = called;
        loop {
            if let Some(taint) = self.named.get(&(function, name.to_owned())) {
                // A closure does not pass on what its own function is given.
                let own = function == called || !matches!(taint.origin, Origin::Parameter(_));
                return own.then(|| taint.clone());
            }
            let within = self.facts.functions.get(function as usize)?.within;
            if within == function {
                return None;
            }
            function = within;
        }
    }
}

const VARIABLE: &str = "a variable of the environment that is named as a secret";

/// `process.env.DB_PASSWORD`, and all of `os.environ`.
fn environment(path: &str) -> Option<Origin> {
    let rest = ["process.env", "os.environ"]
        .iter()
        .find_map(|all| path.strip_prefix(all))?;
    match rest.strip_prefix('.') {
        Some(name) => {
            (!name.contains('.') && holds_secret(name)).then_some(Origin::Secret(VARIABLE))
        }
        None => rest
            .is_empty()
            .then_some(Origin::Environment("the whole environment")),
    }
}

/// A member of what has a secret in it.
fn member(taint: Taint, name: &str) -> Option<Taint> {
    let origin = match taint.origin {
        Origin::Reply(said) => match name {
            "SecretString" | "SecretBinary" | "value" | "Value" => Origin::Secret(said),
            "Parameter" | "Parameters" | "payload" | "data" | "0" | "" => Origin::Reply(said),
            _ => return None,
        },
        Origin::Secret(said) => match name {
            "" | "data" => Origin::Secret(said),
            _ if holds_secret(name) => Origin::Secret(said),
            _ => return None,
        },
        Origin::Environment(_) if holds_secret(name) => Origin::Secret(VARIABLE),
        Origin::Environment(_) | Origin::Parameter(_) => return None,
    };
    Some(Taint { origin, ..taint })
}
