//! A language as a table: what its grammar calls the things that the reader of programs knows.
//!
//! A node of the tree has a *role*, and its fields have *slots*. Where a kind has neither, its children are read and
//! what they are worth is forgotten.

use std::num::NonZeroU16;
use std::sync::OnceLock;

use super::within::Held;

/// One language: a file in `lang/` and a row in [`LANGUAGES`](super::lang::LANGUAGES).
pub(crate) struct Language {
    /// For people.
    pub(super) name: &'static str,
    /// Its grammar.
    pub(super) grammar: fn() -> tree_sitter::Language,
    /// Endings of its files, without the point.
    pub(super) endings: &'static [&'static str],
    /// The kinds of nodes that play a role.
    pub(super) kinds: &'static [&'static [Kind]],
    /// What its operators do.
    pub(super) operators: &'static [(&'static str, Operator)],
    /// Calls that import a module: `require("x")`.
    pub(super) requires: &'static [&'static str],
    /// The program that a file of it holds, where it is no language of programs itself.
    pub(super) holds: Option<fn(&str) -> Option<Held>>,
    /// The kinds by the numbers that the grammar gives them, made when first needed.
    pub(super) table: OnceLock<Table>,
}

/// A kind of node.
pub(super) struct Kind {
    /// What the grammar calls it.
    pub(super) name: &'static str,
    /// What it is to us.
    pub(super) role: Role,
    /// What its fields hold; a child in no field has the slot `Other`.
    pub(super) fields: &'static [(&'static str, Slot)],
}

/// A kind with a role and no fields that matter.
pub(super) const fn kind(name: &'static str, role: Role) -> Kind {
    with(name, role, &[])
}

/// A kind with a role and fields.
pub(super) const fn with(
    name: &'static str,
    role: Role,
    fields: &'static [(&'static str, Slot)],
) -> Kind {
    Kind { name, role, fields }
}

/// What a node is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Its children are read, their values forgotten: statements, blocks.
    Block,
    /// Not looked into: types, patterns of regular expressions.
    Skip,
    /// Its children stand for themselves in its place: lists of arguments, of what is imported.
    Inline,
    /// Worth its first child: brackets, `await`, casts.
    Pass,
    /// Worth its last child: `a, b`.
    Last,
    /// A comment.
    Comment,
    /// Not understood, and left to the plain reader: macros, templates around a program.
    Opaque,
    /// A piece of a string; it has no value of its own.
    Fragment,
    /// A string; its children are pieces, or values that are filled in.
    Text,
    /// Strings that are one: `"a" "b"`.
    Join,
    /// A name.
    Name,
    /// A name with a sign before it that makes it a constant: `:token`.
    Symbol,
    /// A number, a truth value, nothing.
    Plain,
    /// `Head.Tail`
    Member,
    /// `Head[Tail]`
    Index,
    /// `Head(Tail, ...)`, `Head.Method(Tail, ...)`
    Call,
    /// `Head.Method` with arguments or none: without, it is a member like any other.
    Send,
    /// `Head = Tail`
    Bind,
    /// `for Head in Tail`
    Loop,
    /// A statement that goes one of several ways: its tails, and the `Way`s and `Rest`s in it.
    Fork,
    /// One of the ways of a `Fork`.
    Way,
    /// The way that is gone when no other is.
    Rest,
    /// A parameter or a part of a pattern with what it is when nothing is given: `Head = Tail`.
    Default,
    /// `Head: Tail` of an object or a dictionary; without a key, a value.
    Pair,
    /// `Head=Tail` among arguments; without a name, a value.
    Keyword,
    /// A name that is its own key: `{ token }`.
    Shorthand,
    /// `...x`, `*x`, `**x`
    Spread,
    /// An object, a dictionary, a pattern of one.
    Map,
    /// A list, a tuple, a pattern of one.
    List,
    /// One value, or a list of several.
    Several,
    /// Two operands with an operator between them.
    Operation,
    /// One of its tails, or of its first and third child: `x ? a : b`, `a if x else b`.
    Choice,
    /// A function, method or closure; `Head` is its name, `Tail` a parameter without brackets.
    Function,
    /// The parameters of a function.
    Parameters,
    /// A class; `Head` is its name.
    Class,
    /// `@x`
    Decorator,
    /// Takes names away where it starts with `del`: `del x["a"]`, `delete x.a`.
    Remove,
    /// Gives a value back.
    Return,
    /// Ends with an error.
    Throw,
    /// An import; `Tail` is the module, the others are what is taken of it.
    Import,
    /// An export; `Tail` is the module that it is taken from, `Head` what has no name, the others are what is exported.
    Export,
    /// `Head as Tail` in an import or export.
    Alias,
    /// All of a module: `* as x`, `*`.
    Whole,
}

/// What a field of a node holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// What is named, called, asked or assigned to.
    Head,
    /// What it is given, passed or asked for.
    Tail,
    /// The method that is called on the head.
    Method,
    /// Not read.
    Ignored,
    /// Anything else.
    Other,
}

/// What an operator does with its operands, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// Puts texts together.
    Concat,
    /// Fills values into a text: `"%s" % x`.
    Format,
    /// Gives the second where there is no first.
    Else,
    /// Compares for being the same, or not.
    Compare,
    /// Stands before what a loop takes the names of: `for (name in x)`.
    Names,
}

/// The roles by kind number, and the operators.
pub(super) struct Table {
    roles: Vec<Role>,
    fields: Vec<Vec<(NonZeroU16, Slot)>>,
    operators: Vec<Option<Operator>>,
}

impl Table {
    fn new(language: &Language) -> Self {
        let grammar = (language.grammar)();
        let count = grammar.node_kind_count() + 1;
        let mut table = Self {
            roles: vec![Role::Block; count],
            fields: vec![Vec::new(); count],
            operators: vec![None; count],
        };
        for kind in language.kinds.iter().copied().flatten() {
            let id = grammar.id_for_node_kind(kind.name, true) as usize;
            table.roles[id] = kind.role;
            let fields = kind.fields.iter();
            table.fields[id] = fields
                .filter_map(|(field, slot)| Some((grammar.field_id_for_name(field)?, *slot)))
                .collect();
        }
        for (sign, operator) in language.operators {
            let id = grammar.id_for_node_kind(sign, false) as usize;
            table.operators[id] = Some(*operator);
        }
        table
    }

    /// What a node of this kind is to us.
    pub(super) fn role(&self, kind: u16) -> Role {
        self.roles
            .get(kind as usize)
            .copied()
            .unwrap_or(Role::Block)
    }

    /// What a field of a kind holds.
    pub(super) fn slot(&self, kind: u16, field: Option<NonZeroU16>) -> Slot {
        let fields = self.fields.get(kind as usize).zip(field);
        let slot = fields.and_then(|(fields, field)| fields.iter().find(|(id, _)| *id == field));
        slot.map_or(Slot::Other, |(_, slot)| *slot)
    }

    /// What an operator of this kind does.
    pub(super) fn operator(&self, kind: u16) -> Option<Operator> {
        self.operators.get(kind as usize).copied().flatten()
    }
}

impl Language {
    /// What people call it.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Its kinds by number.
    pub(super) fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::new(self))
    }
}
