//! Names that are given values: assignments, patterns, loops, parameters, imports.

use crate::facts::code::{
    Action, CHOSEN, DEFAULT, Export, Expression, Import, Member, Name, Parameter, WHOLE,
};
use crate::span::Span;
use crate::syntax::language::{Operator, Role, Slot};

use super::item::{Item, Worth};
use super::reader::Reader;

/// Patterns within patterns, at most.
const DEPTH: usize = 8;

impl Reader<'_> {
    /// Binds a target, name by name where it is a pattern, and gives the value back for whoever assigns it further.
    pub(super) fn bind(&mut self, span: Span, target: &Expression, value: Expression) {
        match target {
            Expression::Name(name) => {
                if let Expression::Function(number) = value {
                    let dotted = name.dotted(self.text).to_owned();
                    self.name_function(number, &dotted);
                }
                if !self.is_import(span, name, &value) {
                    self.given(name, &value);
                }
                let target = name.clone();
                let field = self.field(name, &value);
                self.step(span, Action::Bind { target, value });
                if let Some(field) = field {
                    self.step(span, field);
                }
            }
            Expression::Part { of, name, span: at } if name.is_empty() => {
                self.put_under_key(span, of, *at, value);
            }
            _ => self.take_apart(span, target, &value, DEPTH),
        }
    }

    /// A field that a class gives a value where it is declared is also a name of the file, behind that of the class.
    fn field(&self, name: &Name, value: &Expression) -> Option<Action> {
        let mut around = self.frames.iter().rev().map(|frame| frame.role);
        let scope = around.find(|role| matches!(role, Role::Class | Role::Function));
        let class = self.classes.last().filter(|class| !class.is_empty())?;
        if scope != Some(Role::Class) || matches!(value, Expression::Function(_)) {
            return None;
        }
        let path = format!("{class}.{}", name.last(self.text));
        let target = Name {
            path: Some(path.into()),
            ..name.clone()
        };
        let value = value.clone();
        Some(Action::Bind { target, value })
    }

    /// `cache[key] = value`
    fn put_under_key(&mut self, span: Span, of: &Expression, at: Span, value: Expression) {
        let Expression::Name(of) = of else {
            return;
        };
        let path = format!("{}.{CHOSEN}", of.dotted(self.text));
        let target = Name {
            path: Some(path.into()),
            ..Name::new(at)
        };
        self.step(span, Action::Bind { target, value });
    }

    /// `{a, b: c} = value`, `[a, b] = value`
    fn take_apart(&mut self, span: Span, target: &Expression, value: &Expression, depth: usize) {
        match target {
            Expression::Name(name) => {
                if !self.is_import(span, name, value) {
                    self.given(name, value);
                }
                self.step(
                    span,
                    Action::Bind {
                        target: name.clone(),
                        value: value.clone(),
                    },
                );
            }
            Expression::Map(members) if depth > 0 => {
                for (number, member) in members.iter().enumerate() {
                    let rest = member.name.last.is_empty();
                    let part = match value {
                        value if rest => self.without(value, &members[..number]),
                        value => self.member_of(value, member.name.last),
                    };
                    self.take_apart(span, &member.value, &part, depth - 1);
                }
            }
            Expression::List(targets) if depth > 0 => {
                for (number, target) in targets.iter().enumerate() {
                    let part = self.element_of(value, number, span);
                    self.take_apart(span, target, &part, depth - 1);
                }
            }
            _ => {}
        }
    }

    /// What is left of an object when some of its members are taken.
    fn without(&self, value: &Expression, taken: &[Member]) -> Expression {
        let of = Member {
            name: Name::new(Span::default()),
            value: self.light(value, Span::default()),
        };
        let nothing = |member: &Member| Member {
            name: member.name.clone(),
            value: Expression::Plain(member.name.span),
        };
        Expression::Map(
            std::iter::once(of)
                .chain(taken.iter().map(nothing))
                .collect(),
        )
    }

    /// The value under a key, as far as it is known.
    fn member_of(&self, value: &Expression, key: Span) -> Expression {
        let known = |m: &&Member| self.slice(m.name.last) == self.slice(key);
        match value {
            Expression::Map(members) => members
                .iter()
                .find(known)
                .map_or(Expression::Unknown(key), |m| self.light(&m.value, key)),
            _ => Expression::Part {
                of: Box::new(self.light(value, key)),
                name: self.slice(key).into(),
                span: key,
            },
        }
    }

    fn element_of(&self, value: &Expression, number: usize, span: Span) -> Expression {
        match value {
            Expression::List(values) => match values.get(number) {
                Some(value) => self.light(value, span),
                None => Expression::Unknown(span),
            },
            _ => Expression::Part {
                of: Box::new(self.light(value, span)),
                name: number.to_string().into(),
                span,
            },
        }
    }

    /// A copy of what is cheap to copy: patterns of a thousand names would copy a large value a thousand times.
    fn light(&self, value: &Expression, span: Span) -> Expression {
        match value {
            Expression::Part { of, .. } if !matches!(**of, Expression::Part { .. }) => {
                value.clone()
            }
            Expression::Name(_)
            | Expression::Call(_)
            | Expression::Text(_)
            | Expression::Plain(_)
            | Expression::Function(_) => value.clone(),
            _ => Expression::Unknown(span),
        }
    }

    /// The variable of a loop gets an element of what is gone through, before the body is read.
    pub(super) fn begin_loop(&mut self) {
        let Some(frame) = self.frames.last() else {
            return;
        };
        let (span, base) = (frame.span, frame.base);
        let names = frame.operator == Some(Operator::Names);
        let has = |slot| self.items[base..].iter().any(|item| item.slot == slot);
        if !has(Slot::Head) || !has(Slot::Tail) {
            return;
        }
        let (target, value) = self.head_and_tail(base);
        if let Some((target, value)) = target.zip(value) {
            let element = match names {
                true => Expression::Unknown(span),
                false => Expression::Part {
                    of: Box::new(value.value()),
                    name: "".into(),
                    span,
                },
            };
            self.bind(span, &target.value(), element);
        }
    }

    /// Takes the items from `base`: the head, and the tail or else the first of the others; where no field says which is
    /// which, the first two.
    pub(super) fn head_and_tail(&mut self, base: usize) -> (Option<Item>, Option<Item>) {
        let (mut head, mut tail, mut others) = (None, None, Vec::new());
        for item in self.items.drain(base..) {
            match item.slot {
                Slot::Head if head.is_none() => head = Some(item),
                Slot::Tail if tail.is_none() => tail = Some(item),
                Slot::Other if others.len() < 2 => others.push(item),
                _ => {}
            }
        }
        let mut others = others.into_iter();
        let head = head.or_else(|| others.next().filter(|_| tail.is_none()));
        (head, tail.or_else(|| others.next()))
    }

    /// The parameters of the function that is being read.
    pub(super) fn parameters(&mut self, span: Span, items: Vec<Item>) {
        let mut parameters = Vec::with_capacity(items.len());
        for (number, item) in items.into_iter().enumerate() {
            let place = item.span;
            let (target, default) = match item.worth {
                Worth::Default(target, default) => (target, default),
                Worth::Value(value) | Worth::Spread(value) => (value, None),
                Worth::Pair(..) | Worth::Keyword(..) => continue,
            };
            let name = match target {
                Expression::Name(name) => name,
                pattern => {
                    let name = Name {
                        path: Some(number.to_string().into()),
                        ..Name::new(place)
                    };
                    self.take_apart(span, &pattern, &Expression::Name(name.clone()), DEPTH);
                    name
                }
            };
            parameters.push(Parameter { name, default });
        }
        let number = self.function() as usize;
        if let Some(function) = self.facts.functions.get_mut(number).filter(|_| number > 0) {
            function.parameters = parameters;
        }
    }

    /// `import ... from "module"`, `from module import ...`, `import module`
    pub(super) fn import(&mut self, span: Span, mut items: Vec<Item>) {
        let module = items.iter().position(|item| item.slot == Slot::Tail);
        let module = module.map(|i| items.remove(i).value());
        let quoted = matches!(module, Some(Expression::Text(_)));
        let module: Option<Box<str>> = match module {
            Some(Expression::Text(literal)) => Some(self.slice(literal.raw).into()),
            Some(Expression::Name(name)) => Some(name.dotted(self.text).into()),
            _ => None,
        };
        for item in items {
            let place = item.span;
            let (name, alias) = match item.worth {
                Worth::Value(Expression::Name(name)) if quoted => (Some("default".into()), name),
                Worth::Value(Expression::Name(name)) => (Some(self.dotted(&name)), name),
                Worth::Pair(name, Expression::Name(alias)) => (Some(self.dotted(&name)), alias),
                Worth::Spread(Expression::Name(name)) if quoted => (None, name),
                Worth::Spread(Expression::Name(name)) => (Some("*".into()), name),
                _ => continue,
            };
            let alias = self.dotted(&alias);
            let (module, name) = match &module {
                Some(module) => (module.clone(), name),
                None => (name.unwrap_or_else(|| alias.clone()), None),
            };
            let span = if place.is_empty() { span } else { place };
            self.facts.imports.push(Import {
                module,
                name,
                alias,
                span,
            });
        }
    }

    fn dotted(&self, name: &Name) -> Box<str> {
        name.dotted(self.text).into()
    }

    /// Whether a name stands for a module, or a part of one, from now on: `x = require("y")`, `{x} = require("y")`.
    fn is_import(&mut self, span: Span, alias: &Name, value: &Expression) -> bool {
        let (call, part) = match value {
            Expression::Call(number) => (*number, None),
            Expression::Part { of, name, .. } => match **of {
                Expression::Call(number) => (number, Some(name.clone())),
                _ => return false,
            },
            _ => return false,
        };
        let Some(call) = self.facts.calls.get(call as usize) else {
            return false;
        };
        let callee = call.callee.dotted(self.text);
        let module = match call.at(0) {
            Some(Expression::Text(module)) if self.language.requires.contains(&callee) => {
                module.raw
            }
            _ => return false,
        };
        self.facts.imports.push(Import {
            module: self.slice(module).into(),
            name: part,
            alias: self.dotted(alias),
            span,
        });
        true
    }

    /// What is left of a node whose children are all read, where that gives it a name: `Role::Alias`, `Role::Whole`.
    pub(super) fn imported(&mut self, role: Role, span: Span, base: usize) -> Worth {
        if role == Role::Whole {
            let name = self.items.drain(base..).next().map(Item::value);
            return Worth::Spread(name.unwrap_or(Expression::Name(Name::new(span))));
        }
        let (head, tail) = self.head_and_tail(base);
        // The word is no name to the grammar: `{ default as x }`.
        let default = || Name {
            path: Some("default".into()),
            ..Name::new(span)
        };
        match (head.map(Item::value), tail.map(Item::value)) {
            (Some(Expression::Name(name)), Some(alias)) => Worth::Pair(name, alias),
            (Some(Expression::Name(name)), None) => {
                Worth::Pair(name.clone(), Expression::Name(name))
            }
            (Some(name), _) => Worth::Value(name),
            (None, alias) if self.slice(span).starts_with("default") => match alias {
                Some(alias) => Worth::Pair(default(), alias),
                None => Worth::Pair(default(), Expression::Name(default())),
            },
            _ => Worth::Value(Expression::Unknown(span)),
        }
    }

    /// `export { a as b } from "module"`, `export default x`; what is exported under its own name needs no more than that.
    pub(super) fn export(&mut self, span: Span, mut items: Vec<Item>) {
        let written = self.slice(span).trim_start_matches("export").trim_start();
        let module = items.iter().position(|item| item.slot == Slot::Tail);
        let module = match module.map(|at| items.remove(at).value()) {
            Some(Expression::Text(literal)) => Some(self.slice(literal.raw).into()),
            _ => None,
        };
        if module.is_none() && written.starts_with(['=', 'd']) {
            let name = match (written.starts_with("default"), written.starts_with('=')) {
                (true, _) => DEFAULT,
                (_, true) => WHOLE,
                _ => return,
            };
            return self.export_unnamed(span, name, items);
        }
        if module.is_some() && written.starts_with('*') && items.is_empty() {
            let (name, own) = ("*".into(), "".into());
            return self.facts.exports.push(Export { name, own, module });
        }
        for item in items {
            let (own, name) = match item.worth {
                Worth::Pair(own, Expression::Name(name)) => (self.dotted(&own), self.dotted(&name)),
                Worth::Spread(Expression::Name(name)) => ("".into(), self.dotted(&name)),
                _ => continue,
            };
            let module = module.clone();
            self.facts.exports.push(Export { name, own, module });
        }
    }

    /// What has no name gets one, as if it were assigned to it.
    fn export_unnamed(&mut self, span: Span, name: &str, items: Vec<Item>) {
        let class = self.slice(span).split("class ").nth(1);
        let class = class.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_'));
        let value = match items.into_iter().next().map(Item::value) {
            Some(value) => value,
            None => match class.and_then(|mut words| words.next()) {
                Some(name) if !name.is_empty() => Expression::Name(Name {
                    path: Some(name.into()),
                    ..Name::new(span)
                }),
                _ => return,
            },
        };
        let head = Span {
            end: span.end.min(span.start + "export default".len() as u32),
            ..span
        };
        let target = Name {
            path: Some(name.into()),
            ..Name::new(head)
        };
        self.step(span, Action::Bind { target, value });
    }
}
