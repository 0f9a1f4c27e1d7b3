//! Calls and members: what is asked of something, by a name.

use crate::facts::code::{Action, Argument, Call, Expression, Name};
use crate::span::Span;
use crate::syntax::language::{Role, Slot};

use super::item::{Frame, Item, Worth};
use super::reader::Reader;
use super::strings;

/// Longest path of a name, in bytes.
const LONGEST: usize = 256;

impl Reader<'_> {
    /// A method that is sent to an object; without arguments it may as well be a member.
    pub(super) fn leave_send(&mut self, frame: &Frame, depth: u16) {
        let items = &mut self.items[frame.base..];
        let constant = |item: &Item| matches!(item.worth, Worth::Value(Expression::Text(_)));
        let calls = |item: &Item| item.slot == Slot::Tail || constant(item);
        if items.iter().any(calls) {
            return self.leave_call(frame);
        }
        let alone = !items.iter().any(|item| item.slot == Slot::Head);
        for item in items.iter_mut().filter(|i| i.slot == Slot::Method) {
            item.slot = if alone { Slot::Head } else { Slot::Tail };
        }
        match self.head_and_tail(frame.base) {
            (Some(head), Some(tail)) => self.part(frame, head, Some(tail), true, depth),
            (Some(only), None) => self.value(frame, only.value(), depth),
            _ => self.value(frame, Expression::Unknown(frame.span), 0),
        }
    }

    /// What is called: the head, or a method of it.
    fn called_of(&mut self, base: usize) -> Option<Item> {
        let place = |slot| move |item: &Item| item.slot == slot;
        let items = &self.items[base..];
        let method = items.iter().position(place(Slot::Method));
        let method = method.map(|at| self.items.remove(base + at));
        let items = &self.items[base..];
        let head = items.iter().position(place(Slot::Head));
        let head = head.or((method.is_none() && !items.is_empty()).then_some(0));
        let head = head.map(|at| self.items.remove(base + at));
        let (head, method) = match (head, method) {
            (Some(head), Some(method)) => (head, method),
            (head, method) => return head.or(method),
        };
        let span = Span {
            start: head.span.start,
            end: method.span.end,
        };
        let value = self.part_of(span, head.value(), method.span);
        Some(Item {
            span,
            worth: Worth::Value(value),
            ..method
        })
    }

    pub(super) fn leave_call(&mut self, frame: &Frame) {
        let Some(head) = self.called_of(frame.base) else {
            self.items.truncate(frame.base);
            return self.value(frame, Expression::Unknown(frame.span), 0);
        };
        let items = self.items.split_off(frame.base).into_iter();
        let place = head.span;
        let (callee, receiver) = match head.value() {
            Expression::Name(name) => (name, None),
            Expression::Part { of, name, span } => {
                let path = Some(name);
                (
                    Name {
                        path,
                        ..Name::new(span)
                    },
                    Some(*of),
                )
            }
            value => {
                let path = Some("".into());
                (
                    Name {
                        path,
                        ..Name::new(place)
                    },
                    Some(value),
                )
            }
        };
        let arguments: Vec<Argument> = items.map(Item::argument).collect();
        let number = self.facts.calls.len() as u32;
        let filled = matches!(receiver, Some(Expression::Text(_) | Expression::Concat(_)))
            && callee.dotted(self.text) == "format";
        let mut result = Expression::Call(number);
        if let Some(receiver) = receiver.as_ref().filter(|_| filled) {
            let values = arguments.iter().flat_map(|argument| {
                let value = argument.value.clone();
                match argument
                    .name
                    .as_ref()
                    .is_some_and(|name| name.last.is_empty())
                {
                    true => strings::filled(self.text, receiver, strings::BRACE, value),
                    false => vec![value],
                }
            });
            result = Expression::Concat(std::iter::once(receiver.clone()).chain(values).collect());
        }
        self.facts.calls.push(Call {
            callee,
            receiver,
            arguments,
            span: frame.span,
            function: self.function(),
        });
        self.called(number as usize);
        self.step(frame.span, Action::Call(number));
        self.value(frame, result, u16::from(filled));
    }

    pub(super) fn leave_member(&mut self, frame: &Frame, depth: u16) {
        let (head, tail) = self.head_and_tail(frame.base);
        match head {
            Some(head) => self.part(frame, head, tail, frame.role == Role::Member, depth),
            None => self.value(frame, Expression::Unknown(frame.span), 0),
        }
    }

    /// A member by its name, or what stands under a key.
    fn part(&mut self, frame: &Frame, head: Item, tail: Option<Item>, named: bool, depth: u16) {
        // A part from here to there, `value[:8]`, has no name.
        let last = match tail.map_or(Expression::Unknown(frame.span), Item::value) {
            Expression::Name(name) if named || self.is_symbol(&name) => name.last,
            Expression::Text(literal) => literal.raw,
            _ => Span::default(),
        };
        let value = match head.value() {
            of if !last.is_empty() => self.part_of(frame.span, of, last),
            of => Expression::Part {
                of: Box::new(of),
                name: "".into(),
                span: frame.span,
            },
        };
        self.value(frame, value, depth);
    }

    /// The part of a value that is called `last`.
    fn part_of(&self, span: Span, of: Expression, last: Span) -> Expression {
        match of {
            Expression::Name(name) => self.member(span, name, last),
            of => Expression::Part {
                of: Box::new(of),
                name: self.slice(last).into(),
                span: last,
            },
        }
    }

    /// A name and one of its members are one name.
    fn member(&self, span: Span, name: Name, last: Span) -> Expression {
        let between = Span {
            start: name.span.end,
            end: last.start,
        };
        let plain = name.path.is_none() && self.slice(between) == ".";
        let path = (!plain).then(|| format!("{}.{}", name.dotted(self.text), self.slice(last)));
        let long = path.as_ref().map_or(span.len(), String::len) > LONGEST;
        match long {
            true => Expression::Unknown(span),
            false => Expression::Name(Name {
                span,
                last,
                path: path.map(String::into_boxed_str),
            }),
        }
    }
}
