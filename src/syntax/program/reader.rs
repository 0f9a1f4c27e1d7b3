//! Goes over a tree once, with one cursor in a loop, and makes items of nodes from the inside out.

use tree_sitter::{Node, Tree};

use crate::facts::Facts;
use crate::facts::code::{Action, Expression, Function, Name, Step};
use crate::span::Span;
use crate::syntax::language::{Language, Role, Slot, Table};

use super::Program;
use super::item::{Frame, Item, Ways, Worth};

/// The state of a pass.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) language: &'static Language,
    pub(super) table: &'static Table,
    pub(super) facts: Facts,
    pub(super) texts: Vec<Span>,
    pub(super) frames: Vec<Frame>,
    pub(super) items: Vec<Item>,
    /// The functions that are being read, from the outermost.
    pub(super) functions: Vec<u32>,
    /// The classes, likewise.
    pub(super) classes: Vec<Box<str>>,
    /// What stands above the next function.
    pub(super) decorators: Vec<Expression>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, language: &'static Language) -> Self {
        let file = Function {
            name: "".into(),
            parameters: Vec::new(),
            decorators: Vec::new(),
            span: Span::new(0, text.len()),
            within: 0,
        };
        Self {
            text,
            language,
            table: language.table(),
            facts: Facts {
                functions: vec![file],
                ..Facts::default()
            },
            texts: Vec::new(),
            frames: Vec::new(),
            items: Vec::new(),
            functions: Vec::new(),
            classes: Vec::new(),
            decorators: Vec::new(),
        }
    }

    /// Reads all of a tree.
    pub(super) fn read(mut self, tree: &Tree) -> Program {
        let mut cursor = tree.walk();
        loop {
            let entered = self.enter(cursor.node(), cursor.field_id());
            if entered && cursor.goto_first_child() {
                continue;
            }
            if entered {
                self.leave();
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return self.finish();
                }
                self.leave();
            }
        }
    }

    fn finish(mut self) -> Program {
        // The outermost hold the others.
        self.texts
            .sort_by_key(|text| (text.start, std::cmp::Reverse(text.end)));
        let mut end = 0;
        self.texts.retain(|text| {
            let outermost = text.end > end;
            end = end.max(text.end);
            outermost
        });
        self.settle();
        Program {
            facts: self.facts,
            texts: self.texts,
        }
    }

    /// Takes note of a node; says whether its children are to be read.
    fn enter(&mut self, node: Node<'_>, field: Option<std::num::NonZeroU16>) -> bool {
        let kind = node.kind_id();
        let span = Span::new(node.start_byte(), node.end_byte());
        let slot = self.meet(kind, span, field);
        if slot == Slot::Ignored || !node.is_named() {
            return false;
        }
        let role = self.table.role(kind);
        self.begin_way(role, slot, span);
        if node.is_error() || self.frames.len() == 1 && node.has_error() {
            self.texts.push(span);
        }
        match role {
            Role::Skip | Role::Fragment => return false,
            Role::Comment => {
                self.texts.push(span);
                return false;
            }
            Role::Text => self.texts.push(span),
            Role::Opaque => {
                self.texts.push(span);
                return self.item(slot, span, Worth::Value(Expression::Unknown(span)));
            }
            Role::Name => return self.item(slot, span, name(span)),
            Role::Symbol => {
                let start = span.end.min(span.start + 1);
                return self.item(slot, span, name(Span { start, ..span }));
            }
            Role::Plain => return self.item(slot, span, Worth::Value(Expression::Plain(span))),
            Role::Shorthand => {
                let value = Expression::Name(Name::new(span));
                return self.item(slot, span, Worth::Pair(Name::new(span), value));
            }
            Role::Function => self.open_function(span),
            Role::Class => {
                self.decorators.clear();
                self.classes.push("".into());
            }
            _ => {}
        }
        self.frames.push(Frame {
            role,
            kind,
            slot,
            span,
            base: self.items.len(),
            opened: None,
            closing: span.end,
            operator: None,
            ways: Ways::None,
        });
        true
    }

    /// What a child is to the node around it, which takes note of its operator and of where its children stand.
    fn meet(&mut self, kind: u16, span: Span, field: Option<std::num::NonZeroU16>) -> Slot {
        let Some(frame) = self.frames.last_mut() else {
            return Slot::Other;
        };
        let slot = self.table.slot(frame.kind, field);
        // Of some strings the quotes are no nodes: then the first child begins behind one, and the last ends before one.
        let begins = span.start > frame.span.start;
        let ends = span.end < frame.span.end;
        frame
            .opened
            .get_or_insert(if begins { span.start } else { span.end });
        frame.closing = if ends { span.end } else { span.start };
        if matches!(frame.role, Role::Operation | Role::Loop) {
            let operator = self.table.operator(kind);
            frame.operator = frame.operator.or(operator);
        }
        if frame.role == Role::Loop && slot == Slot::Other {
            self.begin_loop();
        }
        slot
    }

    /// A child of a fork may be one of its ways.
    fn begin_way(&mut self, role: Role, slot: Slot, span: Span) {
        let Some(fork) = self.frames.last_mut().filter(|f| f.role == Role::Fork) else {
            return;
        };
        if slot != Slot::Tail && !matches!(role, Role::Way | Role::Rest) {
            return;
        }
        let first = fork.ways == Ways::None;
        fork.ways = match role == Role::Rest || fork.ways == Ways::Whole {
            true => Ways::Whole,
            false => Ways::Some,
        };
        self.step(span, Action::Way { first });
    }

    fn open_function(&mut self, span: Span) {
        let number = self.facts.functions.len() as u32;
        let within = self.function();
        self.facts.functions.push(Function {
            name: "".into(),
            parameters: Vec::new(),
            decorators: std::mem::take(&mut self.decorators),
            span,
            within,
        });
        self.functions.push(number);
    }

    /// Adds what a node is worth to those of the node around it. Always false: there is nothing more to read in it.
    fn item(&mut self, slot: Slot, span: Span, worth: Worth) -> bool {
        self.push(Item {
            slot,
            span,
            depth: 0,
            worth,
        });
        false
    }

    /// Hands an item to the node around it; the names of functions and classes are needed before these are read.
    pub(super) fn push(&mut self, item: Item) {
        let role = self.frames.last().map(|frame| frame.role);
        if item.slot == Slot::Head && matches!(role, Some(Role::Function | Role::Class)) {
            let name: Box<str> = self.slice(item.span).into();
            match role {
                Some(Role::Function) => self.name_function(self.function(), &name),
                _ => self
                    .classes
                    .last_mut()
                    .into_iter()
                    .for_each(|class| *class = name.clone()),
            }
            return;
        }
        self.items.push(item);
    }

    /// Gives a function its name, unless it has one; with its class where it stands in one.
    pub(super) fn name_function(&mut self, number: u32, name: &str) {
        let class = match self.classes.last() {
            Some(class) if !class.is_empty() => format!("{class}.{name}").into(),
            _ => name.into(),
        };
        let function = self.facts.functions.get_mut(number as usize);
        if let Some(function) = function.filter(|f| f.name.is_empty() && number != 0) {
            function.name = class;
        }
    }

    /// The function that is being read.
    pub(super) fn function(&self) -> u32 {
        self.functions
            .last()
            .copied()
            .unwrap_or(crate::facts::code::FILE)
    }

    /// The text of a span.
    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Something happens in the function that is being read.
    pub(super) fn step(&mut self, span: Span, action: Action) {
        let function = self.function();
        self.facts.steps.push(Step {
            function,
            span,
            action,
        });
    }
}

fn name(span: Span) -> Worth {
    Worth::Value(Expression::Name(Name::new(span)))
}
