//! Ruby.

use std::sync::OnceLock;

use crate::syntax::language::{Kind, Language, Operator, Role, Slot, kind, with};

pub(super) static LANGUAGE: Language = Language {
    name: "Ruby",
    grammar: || tree_sitter_ruby::LANGUAGE.into(),
    endings: &["rb", "rake", "gemspec", "ru"],
    kinds: &[KINDS],
    operators: &[
        ("+", Operator::Concat),
        ("==", Operator::Compare),
        ("!=", Operator::Compare),
        ("||", Operator::Else),
        ("or", Operator::Else),
    ],
    requires: &[],
    holds: None,
    table: OnceLock::new(),
};

const KINDS: &[Kind] = &[
    // Texts, names and numbers.
    kind("comment", Role::Comment),
    kind("string", Role::Text),
    kind("string_content", Role::Fragment),
    kind("escape_sequence", Role::Fragment),
    kind("interpolation", Role::Pass),
    kind("chained_string", Role::Join),
    kind("subshell", Role::Opaque),
    kind("heredoc_body", Role::Opaque),
    kind("heredoc_beginning", Role::Plain),
    kind("uninterpreted", Role::Opaque),
    kind("identifier", Role::Name),
    kind("constant", Role::Name),
    kind("instance_variable", Role::Name),
    kind("class_variable", Role::Name),
    kind("global_variable", Role::Name),
    kind("hash_key_symbol", Role::Name),
    kind("simple_symbol", Role::Symbol),
    kind("self", Role::Name),
    kind("super", Role::Name),
    kind("integer", Role::Plain),
    kind("float", Role::Plain),
    kind("character", Role::Plain),
    kind("true", Role::Plain),
    kind("false", Role::Plain),
    kind("nil", Role::Plain),
    kind("regex", Role::Skip),
    kind("symbol_array", Role::Plain),
    kind("delimited_symbol", Role::Plain),
    // Expressions.
    kind("parenthesized_statements", Role::Last),
    kind("hash", Role::Map),
    kind("array", Role::List),
    kind("left_assignment_list", Role::List),
    kind("right_assignment_list", Role::List),
    kind("splat_argument", Role::Spread),
    kind("hash_splat_argument", Role::Spread),
    kind("binary", Role::Operation),
    kind("argument_list", Role::Inline),
    with(
        "pair",
        Role::Pair,
        &[("key", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "scope_resolution",
        Role::Member,
        &[("scope", Slot::Head), ("name", Slot::Tail)],
    ),
    with(
        "element_reference",
        Role::Index,
        &[("object", Slot::Head), ("block", Slot::Ignored)],
    ),
    with(
        "call",
        Role::Send,
        &[
            ("receiver", Slot::Head),
            ("method", Slot::Method),
            ("arguments", Slot::Tail),
        ],
    ),
    with(
        "conditional",
        Role::Choice,
        &[("consequence", Slot::Tail), ("alternative", Slot::Tail)],
    ),
    // Names are given values.
    with(
        "assignment",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "operator_assignment",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "optional_parameter",
        Role::Default,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "keyword_parameter",
        Role::Default,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    // Functions and classes.
    with("method", Role::Function, &[("name", Slot::Head)]),
    with(
        "singleton_method",
        Role::Function,
        &[("object", Slot::Ignored), ("name", Slot::Head)],
    ),
    kind("method_parameters", Role::Parameters),
    with(
        "class",
        Role::Class,
        &[("name", Slot::Head), ("superclass", Slot::Ignored)],
    ),
    with("module", Role::Class, &[("name", Slot::Head)]),
    kind("return", Role::Return),
];
