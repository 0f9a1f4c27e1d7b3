//! What calls, errors and answers put out of what they are given.

use std::borrow::Cow;

use crate::facts::code::{Call, Expression, FILE};
use crate::syntax::program::{PERCENT, filled};

use super::carry::Carrier;
use super::sink::{self, Sink};
use super::{Origin, Taint, outward};

/// Objects and lists within others that are looked into, at most.
const NESTED: usize = 6;

impl<'t> Carrier<'t> {
    /// What is answered of an object: its body.
    pub(super) fn body(&self, value: &'t Expression) -> Option<&'t Expression> {
        let Expression::Map(members) = value else {
            return None;
        };
        let has = |name: &str| members.iter().find(|m| m.name.last(self.text) == name);
        let body = has("body").or_else(|| has("jsonBody"));
        body.map(|member| &member.value)
    }

    /// What of a value that a function gives back is sent to a caller outside of the program.
    pub(super) fn answer(&self, value: &'t Expression, function: u32) -> Option<&'t Expression> {
        let here = &self.facts.functions[function as usize];
        let mut decorators = here.decorators.iter();
        if decorators.any(|decorator| sink::answers(self.program.name_of(decorator))) {
            return Some(value);
        }
        let Expression::Map(members) = value else {
            return None;
        };
        let status = |name: &str| matches!(name, "statusCode" | "status" | "jsonBody");
        let sent = members.iter().any(|m| status(m.name.last(self.text)));
        self.body(value).filter(|_| sent)
    }

    pub(super) fn throw(&mut self, value: &'t Expression, function: u32) {
        match value {
            Expression::Call(number) => {
                for argument in &self.facts.calls[*number as usize].arguments {
                    let shown = |taint: Taint| self.shows_in_text(&taint);
                    let object = matches!(argument.value, Expression::Map(_));
                    if object || self.of(&argument.value, function).is_some_and(shown) {
                        self.put_out(&argument.value, Sink::Error, function);
                    }
                }
            }
            value => self.put_out(value, Sink::Error, function),
        }
    }

    /// What a call puts out of what it is given.
    pub(super) fn sent(&mut self, call: &'t Call) {
        let callee = call.callee.dotted(self.text);
        let (owner, method) = callee.rsplit_once('.').unwrap_or(("", callee));
        let sink = match &call.receiver {
            Some(Expression::Call(before)) => {
                let before = self.facts.calls[*before as usize].callee.dotted(self.text);
                match sink::opens(before) && sink::writes(callee) {
                    true => Some((Sink::File, 0)),
                    false => sink::of_chained(callee, before)
                        .or_else(|| sink::of_call(&format!("{before}.{callee}"))),
                }
            }
            Some(_) => None,
            None if sink::writes(method) && self.learned.open.contains(owner) => {
                Some((Sink::File, 0))
            }
            // What the program itself masks in the log of a workflow is not seen there.
            None if owner == "core" && self.text.contains("setSecret(") => None,
            None => sink::of_call(callee)
                .or_else(|| self.by_import(call, callee))
                .or_else(|| self.by_logger(owner, method)),
        };
        if let Some((sink, from)) = sink {
            for value in self.written(call, sink, from) {
                self.put_out(&value, sink, call.function);
            }
        }
        if matches!(callee, "callback" | "cb")
            && let Some(body) = call.at(1).and_then(|answer| self.answer(answer, FILE))
        {
            self.put_out(body, Sink::Response, call.function);
        }
        if matches!(callee, "reject" | "Promise.reject")
            && let Some(error) = call.at(0)
        {
            self.throw(error, call.function);
        }
    }

    /// A function that this file gives another name; where it gives none, nothing new is to be found.
    fn by_import(&self, call: &Call, callee: &str) -> Option<(Sink, usize)> {
        self.program.import(callee)?;
        sink::of_call(&self.program.callee(call))
    }

    /// A method of what was made as a logger, whatever it is called.
    fn by_logger(&self, owner: &str, method: &str) -> Option<(Sink, usize)> {
        self.names
            .maker(owner)
            .filter(|maker| sink::makes_logger(maker))?;
        sink::of_call(&format!("logger.{method}"))
    }

    /// The values that a call writes: those of its arguments, from this on; of the one that `"%(host)s"` is filled from only
    /// what that names.
    fn written(&self, call: &'t Call, sink: Sink, from: usize) -> Vec<Cow<'t, Expression>> {
        let mut values = call.arguments.iter().skip(from).map(|a| &a.value);
        let named = match (sink, call.at(from)) {
            (Sink::Log, Some(Expression::Text(format))) if values.len() == 2 => {
                let format = self.text.get(format.raw.range()).unwrap_or_default();
                format.contains(PERCENT)
            }
            _ => false,
        };
        match (named, values.next(), values.next()) {
            (true, Some(format), Some(value)) => {
                let filled = filled(self.text, format, PERCENT, value.clone());
                filled.into_iter().map(Cow::Owned).collect()
            }
            _ => {
                let values = call.arguments.iter().skip(from).map(|a| &a.value);
                values.map(Cow::Borrowed).collect()
            }
        }
    }

    /// The variables of a function or a container that is deployed.
    pub(super) fn deployed(&mut self, call: &'t Call) {
        if !outward::deploys(call.callee.dotted(self.text)) {
            return;
        }
        let mut left: Vec<(bool, &'t Expression, usize)> = Vec::new();
        for argument in &call.arguments {
            let name = argument.name.as_ref().map_or("", |n| n.last(self.text));
            left.push((outward::of_environment(name), &argument.value, NESTED));
        }
        while let Some((inside, value, depth)) = left.pop() {
            match value {
                _ if depth == 0 => {}
                Expression::Map(members) => left.extend(members.iter().rev().map(|member| {
                    let own = outward::of_environment(member.name.last(self.text));
                    (inside || own, &member.value, depth - 1)
                })),
                Expression::List(values) => {
                    left.extend(values.iter().rev().map(|value| (inside, value, depth - 1)));
                }
                value if inside => self.put_out(value, Sink::Environment, call.function),
                _ => {}
            }
        }
    }

    /// The arguments of a process that is started.
    pub(super) fn started(&mut self, call: &'t Call) {
        if !outward::starts_process(call.callee.dotted(self.text)) {
            return;
        }
        let given = call.arguments.iter().filter(|a| {
            let keyword = a.name.as_ref().map(|name| name.dotted(self.text));
            matches!(keyword, None | Some("args")) && !matches!(a.value, Expression::Map(_))
        });
        for argument in given.take(2) {
            let whole = |t: Taint| t.origin == Origin::Environment;
            if !self.of(&argument.value, call.function).is_some_and(whole) {
                self.put_out(&argument.value, Sink::Process, call.function);
            }
        }
    }

    /// The query of a URL that is asked for.
    pub(super) fn requested(&mut self, call: &'t Call) {
        if !outward::requests(call.callee.dotted(self.text)) {
            return;
        }
        if let Some(parameters) = call.named("params", self.text) {
            self.put_out(parameters, Sink::Query, call.function);
        }
        let url = match call.at(0) {
            Some(Expression::Name(name)) => self.program.given(name, call.function),
            Some(url) => Some((url, call.span, call.function)),
            None => None,
        };
        let Some((Expression::Concat(parts), ..)) = url else {
            return;
        };
        for pair in parts.windows(2) {
            if let Expression::Text(before) = &pair[0]
                && ends_in_query(self.text.get(before.raw.range()).unwrap_or_default())
            {
                self.put_out(&pair[1], Sink::Query, call.function);
            }
        }
    }
}

/// Whether what follows a part of a URL is the value of a parameter: `https://x/y?key=`
pub(in crate::audit) fn ends_in_query(before: &str) -> bool {
    let name = before.trim_end_matches(['"', '\'', '`']);
    let Some(rest) = name.strip_suffix('=') else {
        return false;
    };
    rest.rfind(['?', '&']).is_some_and(|at| {
        let name = &rest[at + 1..];
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    })
}
