//! Go.

use std::sync::OnceLock;

use crate::syntax::language::{Kind, Language, Operator, Role, Slot, kind, with};

pub(super) static LANGUAGE: Language = Language {
    name: "Go",
    grammar: || tree_sitter_go::LANGUAGE.into(),
    endings: &["go"],
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
    kind("comment", Role::Comment),
    kind("interpreted_string_literal", Role::Text),
    kind("interpreted_string_literal_content", Role::Fragment),
    kind("raw_string_literal", Role::Text),
    kind("raw_string_literal_content", Role::Fragment),
    kind("escape_sequence", Role::Fragment),
    kind("identifier", Role::Name),
    kind("field_identifier", Role::Name),
    kind("package_identifier", Role::Name),
    kind("blank_identifier", Role::Name),
    kind("int_literal", Role::Plain),
    kind("float_literal", Role::Plain),
    kind("imaginary_literal", Role::Plain),
    kind("rune_literal", Role::Plain),
    kind("true", Role::Plain),
    kind("false", Role::Plain),
    kind("nil", Role::Plain),
    kind("iota", Role::Plain),
    // Types, with the tags of their fields, hold no values.
    kind("type_declaration", Role::Skip),
    kind("struct_type", Role::Skip),
    kind("interface_type", Role::Skip),
    kind("array_type", Role::Skip),
    kind("slice_type", Role::Skip),
    kind("map_type", Role::Skip),
    kind("pointer_type", Role::Skip),
    kind("channel_type", Role::Skip),
    kind("function_type", Role::Skip),
    kind("generic_type", Role::Skip),
    kind("qualified_type", Role::Skip),
    kind("type_arguments", Role::Skip),
    kind("import_declaration", Role::Skip),
    kind("package_clause", Role::Skip),
    // Expressions.
    kind("parenthesized_expression", Role::Pass),
    kind("unary_expression", Role::Pass),
    kind("literal_element", Role::Pass),
    kind("literal_value", Role::Map),
    kind("expression_list", Role::Several),
    kind("variadic_argument", Role::Spread),
    kind("binary_expression", Role::Operation),
    kind("argument_list", Role::Inline),
    with(
        "composite_literal",
        Role::Pass,
        &[("type", Slot::Ignored), ("body", Slot::Tail)],
    ),
    with(
        "type_conversion_expression",
        Role::Pass,
        &[("type", Slot::Ignored)],
    ),
    with(
        "type_assertion_expression",
        Role::Pass,
        &[("type", Slot::Ignored)],
    ),
    with(
        "keyed_element",
        Role::Pair,
        &[("key", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "selector_expression",
        Role::Member,
        &[("operand", Slot::Head), ("field", Slot::Tail)],
    ),
    with(
        "index_expression",
        Role::Index,
        &[("operand", Slot::Head), ("index", Slot::Tail)],
    ),
    with(
        "slice_expression",
        Role::Index,
        &[
            ("operand", Slot::Head),
            ("start", Slot::Ignored),
            ("end", Slot::Ignored),
            ("capacity", Slot::Ignored),
        ],
    ),
    with(
        "call_expression",
        Role::Call,
        &[
            ("function", Slot::Head),
            ("type_arguments", Slot::Ignored),
            ("arguments", Slot::Tail),
        ],
    ),
    // Names are given values.
    with(
        "short_var_declaration",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "assignment_statement",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with("var_spec", Role::Bind, SPEC),
    with("const_spec", Role::Bind, SPEC),
    // Functions.
    with("function_declaration", Role::Function, FUNCTION),
    with("method_declaration", Role::Function, FUNCTION),
    with("func_literal", Role::Function, FUNCTION),
    kind("parameter_list", Role::Parameters),
    with("parameter_declaration", Role::Default, PARAMETER),
    with("variadic_parameter_declaration", Role::Default, PARAMETER),
    kind("return_statement", Role::Return),
];

const SPEC: &[(&str, Slot)] = &[
    ("name", Slot::Head),
    ("type", Slot::Ignored),
    ("value", Slot::Tail),
];

const FUNCTION: &[(&str, Slot)] = &[
    ("name", Slot::Head),
    ("receiver", Slot::Ignored),
    ("result", Slot::Ignored),
    ("type_parameters", Slot::Ignored),
];

const PARAMETER: &[(&str, Slot)] = &[("name", Slot::Head), ("type", Slot::Ignored)];
