//! Rust.

use std::sync::OnceLock;

use crate::syntax::language::{Kind, Language, Operator, Role, Slot, kind, with};

pub(super) static LANGUAGE: Language = Language {
    name: "Rust",
    grammar: || tree_sitter_rust::LANGUAGE.into(),
    endings: &["rs"],
    kinds: &[KINDS],
    operators: &[
        ("+", Operator::Concat),
        ("==", Operator::Compare),
        ("!=", Operator::Compare),
    ],
    requires: &[],
    holds: None,
    table: OnceLock::new(),
};

const KINDS: &[Kind] = &[
    // Texts, names and numbers.
    kind("line_comment", Role::Comment),
    kind("block_comment", Role::Comment),
    kind("string_literal", Role::Text),
    kind("raw_string_literal", Role::Text),
    kind("string_content", Role::Fragment),
    kind("escape_sequence", Role::Fragment),
    kind("identifier", Role::Name),
    kind("type_identifier", Role::Name),
    kind("scoped_type_identifier", Role::Name),
    kind("field_identifier", Role::Name),
    kind("shorthand_field_identifier", Role::Name),
    kind("self", Role::Name),
    kind("super", Role::Name),
    kind("crate", Role::Name),
    kind("integer_literal", Role::Plain),
    kind("float_literal", Role::Plain),
    kind("boolean_literal", Role::Plain),
    kind("char_literal", Role::Plain),
    kind("negative_literal", Role::Plain),
    kind("unit_expression", Role::Plain),
    kind("type_parameters", Role::Skip),
    kind("type_arguments", Role::Skip),
    kind("use_declaration", Role::Skip),
    kind("where_clause", Role::Skip),
    kind("visibility_modifier", Role::Skip),
    kind("mutable_specifier", Role::Skip),
    // What a macro makes of its tokens is not known.
    kind("token_tree", Role::Opaque),
    kind("macro_definition", Role::Opaque),
    kind("macro_invocation", Role::Last),
    // Expressions.
    kind("parenthesized_expression", Role::Pass),
    kind("reference_expression", Role::Pass),
    kind("unary_expression", Role::Pass),
    kind("await_expression", Role::Pass),
    kind("try_expression", Role::Pass),
    kind("generic_type", Role::Pass),
    kind("mut_pattern", Role::Pass),
    kind("ref_pattern", Role::Pass),
    kind("generic_function", Role::Pass),
    with(
        "type_cast_expression",
        Role::Pass,
        &[("type", Slot::Ignored)],
    ),
    kind("tuple_expression", Role::List),
    kind("tuple_pattern", Role::List),
    with("array_expression", Role::List, &[("length", Slot::Ignored)]),
    kind("field_initializer_list", Role::Map),
    kind("shorthand_field_initializer", Role::Shorthand),
    kind("base_field_initializer", Role::Spread),
    kind("binary_expression", Role::Operation),
    kind("index_expression", Role::Index),
    kind("arguments", Role::Inline),
    with("struct_expression", Role::Pass, &[("name", Slot::Ignored)]),
    with(
        "field_initializer",
        Role::Pair,
        &[("field", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "field_expression",
        Role::Member,
        &[("value", Slot::Head), ("field", Slot::Tail)],
    ),
    with(
        "scoped_identifier",
        Role::Member,
        &[("path", Slot::Head), ("name", Slot::Tail)],
    ),
    with(
        "call_expression",
        Role::Call,
        &[("function", Slot::Head), ("arguments", Slot::Tail)],
    ),
    // Names are given values.
    with("let_declaration", Role::Bind, BIND),
    with("let_condition", Role::Bind, BIND),
    with("const_item", Role::Bind, BIND),
    with("static_item", Role::Bind, BIND),
    with(
        "assignment_expression",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "compound_assignment_expr",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "for_expression",
        Role::Loop,
        &[("pattern", Slot::Head), ("value", Slot::Tail)],
    ),
    // Functions and what they belong to.
    with("function_item", Role::Function, FUNCTION),
    with("closure_expression", Role::Function, FUNCTION),
    kind("function_signature_item", Role::Skip),
    kind("parameters", Role::Parameters),
    kind("closure_parameters", Role::Parameters),
    with(
        "parameter",
        Role::Default,
        &[("pattern", Slot::Head), ("type", Slot::Ignored)],
    ),
    with(
        "impl_item",
        Role::Class,
        &[("trait", Slot::Ignored), ("type", Slot::Head)],
    ),
    kind("return_expression", Role::Return),
];

const BIND: &[(&str, Slot)] = &[
    ("name", Slot::Head),
    ("pattern", Slot::Head),
    ("type", Slot::Ignored),
    ("value", Slot::Tail),
];

const FUNCTION: &[(&str, Slot)] = &[("name", Slot::Head), ("return_type", Slot::Ignored)];
