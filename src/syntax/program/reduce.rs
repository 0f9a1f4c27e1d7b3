//! Makes one item of a node whose children have been read.

use crate::facts::code::{Action, Expression, Member, Name};
use crate::span::Span;
use crate::syntax::language::{Operator, Role, Slot};

use super::item::{Frame, Item, Ways, Worth, deeper};
use super::reader::Reader;
use super::strings;

impl Reader<'_> {
    /// A node's children are all read.
    pub(super) fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let base = frame.base;
        match frame.role {
            Role::Inline => {
                for item in &mut self.items[base..] {
                    item.slot = frame.slot;
                }
            }
            Role::Pass => {
                self.items.truncate(base + 1);
                self.place(&frame);
            }
            Role::Last => {
                let last = self.items.len().saturating_sub(1).max(base);
                self.items.drain(base..last);
                self.place(&frame);
            }
            Role::Function | Role::Parameters | Role::Class | Role::Decorator => {
                self.leave_definition(&frame);
            }
            Role::Return | Role::Throw | Role::Import | Role::Export => {
                self.leave_statement(&frame);
            }
            Role::Fork => {
                self.items.truncate(base);
                if frame.ways != Ways::None {
                    let whole = frame.ways == Ways::Whole;
                    self.step(frame.span, Action::Join { whole });
                }
            }
            Role::Remove => self.remove(&frame),
            Role::Block | Role::Way | Role::Rest | Role::Loop => self.items.truncate(base),
            _ => self.leave_value(&frame),
        }
    }

    /// The one item that is left of a node stands for the node.
    fn place(&mut self, frame: &Frame) {
        let item = match self.items.len() > frame.base {
            true => self.items.pop(),
            false => None,
        };
        let mut item = item.unwrap_or(unknown(frame.span));
        (item.slot, item.span) = (frame.slot, frame.span);
        self.push(item);
    }

    fn leave_statement(&mut self, frame: &Frame) {
        let items = self.items.split_off(frame.base);
        if frame.role == Role::Import {
            return self.import(frame.span, items);
        }
        if frame.role == Role::Export {
            return self.export(frame.span, items);
        }
        let Some(value) = items.into_iter().next().map(Item::value) else {
            return;
        };
        let action = match frame.role {
            Role::Throw => Action::Throw(value),
            _ => Action::Return(value),
        };
        self.step(frame.span, action);
    }

    /// `del x["a"]`, `delete x.a`: from now on nothing is there.
    fn remove(&mut self, frame: &Frame) {
        let items = self.items.split_off(frame.base);
        if !self.slice(frame.span).starts_with("del") {
            return;
        }
        let all = items.into_iter().flat_map(|item| match item.value() {
            Expression::List(values) => values,
            value => vec![value],
        });
        for value in all {
            if let Expression::Name(target) = value {
                let value = Expression::Plain(frame.span);
                self.step(frame.span, Action::Bind { target, value });
            }
        }
    }

    fn leave_definition(&mut self, frame: &Frame) {
        let mut items = self.items.split_off(frame.base);
        match frame.role {
            Role::Parameters => self.parameters(frame.span, items),
            Role::Class => {
                self.classes.pop();
            }
            Role::Decorator => {
                let value = items.into_iter().next().map(Item::value);
                let within = self.frames.last().is_some_and(|f| f.role == Role::Function);
                let number = self.function() as usize;
                let function = self.facts.functions.get_mut(number).filter(|_| within);
                let list = function.map_or(&mut self.decorators, |f| &mut f.decorators);
                list.extend(value);
            }
            _ => {
                let result = items.iter().rposition(|item| item.slot == Slot::Other);
                if let Some(result) = result.map(|i| items.remove(i)) {
                    self.step(result.span, Action::Return(result.value()));
                }
                if !items.is_empty() {
                    self.parameters(frame.span, items);
                }
                let number = self.function();
                self.functions.pop();
                self.value(frame, Expression::Function(number), 0);
            }
        }
    }

    /// Expressions, and what stands in them.
    fn leave_value(&mut self, frame: &Frame) {
        let depth = match deeper(&self.items[frame.base..], frame.span) {
            Ok(depth) => depth,
            Err(_) if self.is_flat(frame) => super::item::DEEPEST,
            Err(unknown) => {
                self.items.truncate(frame.base);
                return self.value(frame, unknown, 0);
            }
        };
        match frame.role {
            Role::Bind => self.leave_bind(frame),
            Role::Default => self.leave_default(frame, depth),
            Role::Pair | Role::Keyword => self.leave_pair(frame, depth),
            Role::Alias | Role::Whole => {
                let worth = self.imported(frame.role, frame.span, frame.base);
                self.worth(frame, worth, 0);
            }
            Role::Call => self.leave_call(frame),
            Role::Send => self.leave_send(frame, depth),
            Role::Member | Role::Index => self.leave_member(frame, depth),
            Role::Operation => self.leave_operation(frame, depth),
            Role::Spread => {
                let value = self.items.split_off(frame.base).into_iter().next();
                let value = value.unwrap_or(unknown(frame.span)).value();
                self.worth(frame, Worth::Spread(value), depth);
            }
            _ => {
                let items = self.items.split_off(frame.base);
                let value = self.composed(frame, items);
                self.value(frame, value, depth);
            }
        }
    }

    /// A long chain of one operator is no deeper than one.
    fn is_flat(&self, frame: &Frame) -> bool {
        let items = self.items[frame.base..].iter();
        let mut deepest = items.filter(|item| item.depth >= super::item::DEEPEST);
        let flat = |item: &Item| match &item.worth {
            Worth::Value(Expression::Concat(_)) => frame.operator == Some(Operator::Concat),
            Worth::Value(Expression::Either(_)) => frame.operator == Some(Operator::Else),
            _ => false,
        };
        matches!(frame.role, Role::Call | Role::Send)
            || frame.role == Role::Operation && deepest.all(flat)
    }

    /// Values that are made of others and give nothing else to know.
    fn composed(&mut self, frame: &Frame, items: Vec<Item>) -> Expression {
        match frame.role {
            Role::Text => strings::string(self.text, frame, items),
            Role::Join => strings::concat(self.text, items.into_iter().map(Item::value)),
            Role::Several if items.len() == 1 => items
                .into_iter()
                .next()
                .map_or(Expression::Unknown(frame.span), Item::value),
            Role::Map if is_list(&items) => {
                let values: Vec<Expression> = items.into_iter().map(Item::value).collect();
                self.listed(&values);
                Expression::List(values)
            }
            Role::Map => {
                let members: Vec<Member> = items.into_iter().filter_map(Item::member).collect();
                self.named_value(members.iter().map(|m| (&m.name, &m.value)));
                Expression::Map(members)
            }
            Role::List | Role::Several => {
                let values: Vec<Expression> = items.into_iter().map(Item::value).collect();
                self.listed(&values);
                Expression::List(values)
            }
            Role::Choice => {
                let alone = |item: &&Item| item.slot == Slot::Tail;
                if items.len() == 2 && items.iter().filter(alone).count() == 1 {
                    // `x ?: a`
                    let value = either(items.into_iter().map(Item::value));
                    self.fallen_back(&value);
                    return value;
                }
                let tails = items.iter().any(|item| item.slot == Slot::Tail);
                let chosen = |(i, item): &(usize, Item)| match tails {
                    true => item.slot == Slot::Tail,
                    false => matches!(i, 0 | 2),
                };
                let values = items.into_iter().enumerate().filter(chosen);
                either(values.map(|(_, item)| item.value()))
            }
            _ => Expression::Unknown(frame.span),
        }
    }

    fn leave_bind(&mut self, frame: &Frame) {
        let (target, value) = self.head_and_tail(frame.base);
        let Some(target) = target.map(Item::value) else {
            return;
        };
        let Some(value) = value else {
            // `let x;`: nothing is known but that it is a name of this function.
            if let Expression::Name(target) = target {
                let value = Expression::Unknown(target.span);
                self.step(frame.span, Action::Bind { target, value });
            }
            return;
        };
        self.bind(frame.span, &target, value.value());
        let worth = match target {
            Expression::Name(_) => target,
            _ => Expression::Unknown(frame.span),
        };
        self.value(frame, worth, 0);
    }

    fn leave_default(&mut self, frame: &Frame, depth: u16) {
        let (target, value) = self.head_and_tail(frame.base);
        let target = target.unwrap_or(unknown(frame.span));
        let target = match target.worth {
            // A name of an object's pattern is its own key.
            Worth::Pair(name, _) => Expression::Name(name),
            worth => Item { worth, ..target }.value(),
        };
        let value = value.map(Item::value);
        if let (Expression::Name(name), Some(value)) = (&target, &value) {
            self.given(name, value);
        }
        self.worth(frame, Worth::Default(target, value), depth);
    }

    fn leave_pair(&mut self, frame: &Frame, depth: u16) {
        let mut items = self.items.split_off(frame.base).into_iter();
        let (key, value) = match (items.next(), items.next()) {
            (Some(key), Some(value)) => (key, value),
            (Some(only), None) if only.slot != Slot::Head => {
                return self.worth(frame, only.worth, depth);
            }
            _ => return,
        };
        let span = key.span;
        let name = match key.value() {
            Expression::Name(name) => name,
            Expression::Text(literal) => Name::new(literal.raw),
            _ => Name::new(span),
        };
        let value = value.value();
        if let Expression::Function(number) = value {
            let name = self.slice(name.last).to_owned();
            self.name_function(number, &name);
        }
        self.given(&name, &value);
        let worth = match frame.role {
            Role::Keyword => Worth::Keyword(name, value),
            _ => Worth::Pair(name, value),
        };
        self.worth(frame, worth, depth);
    }

    fn leave_operation(&mut self, frame: &Frame, depth: u16) {
        let values = self
            .items
            .split_off(frame.base)
            .into_iter()
            .map(Item::value);
        let value = match frame.operator {
            Some(Operator::Concat) => strings::concat(self.text, values),
            Some(Operator::Format) => {
                let mut values = values;
                let format = values.next().unwrap_or(Expression::Unknown(frame.span));
                let filled = values
                    .flat_map(|value| strings::filled(self.text, &format, strings::PERCENT, value));
                let filled: Vec<Expression> = filled.collect();
                Expression::Concat(std::iter::once(format).chain(filled).collect())
            }
            Some(Operator::Else) => {
                let value = either(values);
                self.fallen_back(&value);
                value
            }
            Some(Operator::Compare) => {
                let values: Vec<Expression> = values.collect();
                self.compared(&values);
                Expression::Plain(frame.span)
            }
            Some(Operator::Names) | None => Expression::Unknown(frame.span),
        };
        self.value(frame, value, depth);
    }

    pub(super) fn value(&mut self, frame: &Frame, value: Expression, depth: u16) {
        self.worth(frame, Worth::Value(value), depth);
    }

    fn worth(&mut self, frame: &Frame, worth: Worth, depth: u16) {
        self.push(Item {
            slot: frame.slot,
            span: frame.span,
            depth,
            worth,
        });
    }
}

pub(super) fn unknown(span: Span) -> Item {
    Item {
        slot: Slot::Other,
        span,
        depth: 0,
        worth: Worth::Value(Expression::Unknown(span)),
    }
}

/// Whether what stands in brackets has no keys: `{"a", "b"}`.
fn is_list(items: &[Item]) -> bool {
    let value = |item: &Item| matches!(item.worth, Worth::Value(_));
    !items.is_empty() && items.iter().all(value)
}

/// One of these; choices within a choice are its own.
fn either(mut values: impl Iterator<Item = Expression>) -> Expression {
    let mut all = match values.next() {
        Some(Expression::Either(inner)) => inner,
        first => first.into_iter().collect(),
    };
    for value in values {
        match value {
            Expression::Either(inner) => all.extend(inner),
            other => all.push(other),
        }
    }
    Expression::Either(all)
}
