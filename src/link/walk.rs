//! The walk from a property to everything that it may become.

use std::rc::Rc;

use crate::facts::{Entry, Role, Value, entry};
use crate::reference::Reference;
use crate::span::Span;

use super::leaf::Leaf;
use super::{Declared, Project, Step};

/// How many names are followed one after the other.
const DEPTH: usize = 12;
/// How many values one declaration is followed to.
const MOST: usize = 2000;

/// The leaves of a declaration.
pub(crate) fn leaves<'p>(
    project: &Project<'p>,
    module: usize,
    declared: Declared<'p>,
) -> Vec<Leaf<'p>> {
    let mut walk = Walk {
        project,
        leaves: Vec::new(),
        steps: 0,
    };
    let start = At {
        module,
        file: declared.file,
        entry: (declared.file, declared.what.span),
        path: Vec::new(),
        beside: None,
        name: None,
        passed: None,
        select: Vec::new(),
        part: Vec::new(),
        depth: 0,
        within: false,
    };
    walk.entries(&declared.what.body, &start);
    walk.leaves
}

/// A list that branches share.
struct Passed {
    step: Step,
    before: Option<Rc<Passed>>,
}

#[derive(Clone)]
struct At<'p> {
    module: usize,
    file: usize,
    entry: (usize, Span),
    path: Vec<&'p str>,
    beside: Option<&'p [Entry]>,
    name: Option<&'p str>,
    passed: Option<Rc<Passed>>,
    /// Names still to be looked up in the value.
    select: Vec<&'p str>,
    part: Vec<&'p str>,
    depth: usize,
    within: bool,
}

impl At<'_> {
    fn passed(&self) -> Vec<Step> {
        let all = std::iter::successors(self.passed.as_ref(), |p| p.before.as_ref());
        all.map(|p| p.step.clone()).collect()
    }
}

struct Walk<'w, 'p> {
    project: &'w Project<'p>,
    leaves: Vec<Leaf<'p>>,
    steps: usize,
}

impl<'p> Walk<'_, 'p> {
    fn value(&mut self, value: &'p Value, at: &At<'p>) {
        self.steps += 1;
        if self.steps > MOST * 10 || self.leaves.len() > MOST {
            return;
        }
        match value {
            Value::Literal(_) | Value::Plain(_) => self.leaf(value, at),
            Value::Reference(reference, _) => {
                self.leaf(value, at);
                self.follow(reference, at);
            }
            Value::Concat(parts) => self.parts(parts, at),
            Value::Call {
                name,
                arguments,
                part,
                ..
            } => self.call(name, arguments, part, at),
            Value::Either(values) | Value::List(values) => {
                values.iter().for_each(|value| self.value(value, at));
            }
            Value::Map(entries) => self.map(entries, at),
            Value::Unknown(_) => {}
        }
    }

    fn leaf(&mut self, value: &'p Value, at: &At<'p>) {
        let is_reference = matches!(value, Value::Reference(..));
        if !at.select.is_empty() && !is_reference {
            return;
        }
        self.leaves.push(Leaf {
            path: at.path.clone(),
            beside: at.beside,
            value,
            file: at.file,
            module: at.module,
            entry: at.entry,
            name: at.name,
            passed: at.passed(),
            part: at.select.iter().chain(&at.part).copied().collect(),
            depth: at.depth,
            within: at.within,
        });
    }

    fn parts(&mut self, parts: &'p [Value], at: &At<'p>) {
        let at = At {
            within: true,
            ..at.clone()
        };
        let named = parts
            .iter()
            .filter(|part| !matches!(part, Value::Literal(_)));
        named.for_each(|part| self.value(part, &at));
    }

    /// Looks into functions whose result holds their arguments.
    fn call(&mut self, name: &str, arguments: &'p [Value], part: &'p [Box<str>], at: &At<'p>) {
        let part = part.iter().map(|p| &**p);
        let inner = match name {
            "jsondecode" | "yamldecode" | "base64decode" => At {
                part: part.chain(at.part.iter().copied()).collect(),
                ..at.clone()
            },
            _ => At {
                select: part.chain(at.select.iter().copied()).collect(),
                ..at.clone()
            },
        };
        match name {
            "merge"
            | "jsonencode"
            | "yamlencode"
            | "tomap"
            | "tolist"
            | "toset"
            | "concat"
            | "flatten"
            | "coalesce"
            | "coalescelist"
            | "try"
            | "nonsensitive"
            | "sensitive"
            | "tostring"
            | "trimspace"
            | "trim"
            | "chomp"
            | "base64encode"
            | "urlencode"
            | "one"
            | "element"
            | "values"
            | "jsondecode"
            | "yamldecode"
            | "base64decode"
            | "provider::terraform::decode_tfvars" => {
                arguments
                    .iter()
                    .for_each(|argument| self.value(argument, &inner));
            }
            "format" | "join" | "formatlist" => {
                let inner = At {
                    within: true,
                    ..inner
                };
                arguments
                    .iter()
                    .skip(1)
                    .for_each(|argument| self.value(argument, &inner));
            }
            "lookup" => self.lookup(arguments, &inner),
            _ => {}
        }
    }

    /// `lookup(map, "key", default)`.
    fn lookup(&mut self, arguments: &'p [Value], at: &At<'p>) {
        let files = self.project.files;
        if let [map, Value::Literal(key), rest @ ..] = arguments {
            let mut inner = at.clone();
            inner.select.insert(0, files[at.file].slice(key.raw));
            self.value(map, &inner);
            rest.iter().for_each(|default| self.value(default, at));
        }
    }

    fn map(&mut self, entries: &'p [Entry], at: &At<'p>) {
        let Some((wanted, rest)) = at.select.split_first() else {
            return self.entries(entries, at);
        };
        let inner = At {
            select: rest.to_vec(),
            ..at.clone()
        };
        for one in entries
            .iter()
            .filter(|e| *wanted == "*" || *e.name == **wanted)
        {
            let name = Some(&*one.name);
            self.value(
                &one.value,
                &At {
                    name,
                    ..inner.clone()
                },
            );
        }
    }

    fn entries(&mut self, entries: &'p [Entry], at: &At<'p>) {
        let pair = self.pair(entries, at);
        for one in entries {
            let mut inner = at.clone();
            inner.name = Some(&one.name);
            match pair {
                Some((name, value)) if std::ptr::eq(value, one) => {
                    inner.path.push(name);
                    inner.name = Some(name);
                    inner.beside = Some(entries);
                }
                _ => inner.path.push(&one.name),
            }
            if at.depth == 0 {
                inner.entry = (at.file, one.span);
            }
            self.value(&one.value, &inner);
        }
    }

    /// `{ name = "X", value = ... }`: `X` and the value's entry.
    fn pair(&self, entries: &'p [Entry], at: &At<'p>) -> Option<(&'p str, &'p Entry)> {
        let value = ["value", "Value"].iter().find_map(|n| entry(entries, n))?;
        let names = ["name", "key", "Name", "Key"];
        let name = names.iter().find_map(|n| entry(entries, n))?;
        match &name.value {
            Value::Literal(literal) if !at.path.is_empty() => {
                Some((self.project.files[at.file].slice(literal.raw), value))
            }
            _ => None,
        }
    }

    /// From a name to what it stands for.
    fn follow(&mut self, reference: &'p Reference, at: &At<'p>) {
        if at.depth >= DEPTH {
            return;
        }
        let mut parts = reference.target.split('.');
        let (Some(root), Some(name)) = (parts.next(), parts.next()) else {
            return;
        };
        let mut select: Vec<&str> = parts.collect();
        match root {
            "var" => {
                select.extend(&at.select);
                self.variable(name, &select, at);
            }
            "local" => {
                select.extend(&at.select);
                self.declared(at.module, Role::Local, name, &select, at);
            }
            "module" if !select.is_empty() => {
                let output = select.remove(0);
                select.extend(&at.select);
                if let Some(&callee) = self.project.modules[at.module].callees.get(name) {
                    self.declared(callee, Role::Output, output, &select, at);
                }
            }
            _ => {}
        }
    }

    fn variable(&mut self, name: &'p str, select: &[&'p str], at: &At<'p>) {
        self.declared(at.module, Role::Assignment, name, select, at);
        let project = self.project;
        for &(caller, call) in &project.modules[at.module].callers {
            let Some(input) = entry(&call.what.body, name) else {
                continue;
            };
            let message = format!("passed to module {} as `{name}`", call.what.name);
            let inner = self.gone(at, select, call.file, input.span, message);
            self.value(
                &input.value,
                &At {
                    module: caller,
                    name: Some(name),
                    ..inner
                },
            );
        }
        for &one in project.modules[at.module].named(Role::Variable, name) {
            if let Some(default) = entry(&one.what.body, "default") {
                let message = format!("the default of variable {name}");
                let inner = self.gone(at, select, one.file, one.what.span, message);
                self.value(
                    &default.value,
                    &At {
                        name: Some(name),
                        ..inner
                    },
                );
            }
        }
    }

    /// Goes on at the value of a declaration. An assignment is no step of its own: the value is written there.
    fn declared(
        &mut self,
        module: usize,
        role: Role,
        name: &'p str,
        select: &[&'p str],
        at: &At<'p>,
    ) {
        let project = self.project;
        for &one in project.modules[module].named(role, name) {
            let Some(value) = entry(&one.what.body, "value") else {
                continue;
            };
            let mut inner = match role {
                Role::Assignment => at.clone(),
                Role::Output => {
                    let message = format!("given out as `{name}`");
                    self.gone(at, select, one.file, value.span, message)
                }
                _ => {
                    let message = format!("kept in local.{name}");
                    self.gone(at, select, one.file, value.span, message)
                }
            };
            if role == Role::Assignment {
                inner.file = one.file;
                inner.select = select.to_vec();
                inner.depth += 1;
            }
            inner.module = module;
            inner.name = Some(name);
            self.value(&value.value, &inner);
        }
    }

    /// The same place, one name on.
    fn gone(
        &self,
        at: &At<'p>,
        select: &[&'p str],
        file: usize,
        span: Span,
        message: String,
    ) -> At<'p> {
        At {
            file,
            select: select.to_vec(),
            depth: at.depth + 1,
            passed: Some(Rc::new(Passed {
                step: Step {
                    file,
                    span,
                    message,
                },
                before: at.passed.clone(),
            })),
            ..at.clone()
        }
    }
}
