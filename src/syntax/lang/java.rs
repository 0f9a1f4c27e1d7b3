//! Java.

use std::sync::OnceLock;

use crate::syntax::language::{Kind, Language, Operator, Role, Slot, kind, with};

pub(super) static LANGUAGE: Language = Language {
    name: "Java",
    grammar: || tree_sitter_java::LANGUAGE.into(),
    endings: &["java"],
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
    kind("string_fragment", Role::Fragment),
    kind("multiline_string_fragment", Role::Fragment),
    kind("escape_sequence", Role::Fragment),
    kind("string_interpolation", Role::Pass),
    kind("identifier", Role::Name),
    kind("type_identifier", Role::Name),
    kind("scoped_type_identifier", Role::Name),
    kind("scoped_identifier", Role::Name),
    kind("this", Role::Name),
    kind("super", Role::Name),
    kind("decimal_integer_literal", Role::Plain),
    kind("hex_integer_literal", Role::Plain),
    kind("octal_integer_literal", Role::Plain),
    kind("binary_integer_literal", Role::Plain),
    kind("decimal_floating_point_literal", Role::Plain),
    kind("hex_floating_point_literal", Role::Plain),
    kind("character_literal", Role::Plain),
    kind("true", Role::Plain),
    kind("false", Role::Plain),
    kind("null_literal", Role::Plain),
    kind("class_literal", Role::Plain),
    kind("method_reference", Role::Plain),
    kind("type_arguments", Role::Skip),
    kind("type_parameters", Role::Skip),
    kind("import_declaration", Role::Skip),
    kind("package_declaration", Role::Skip),
    // Expressions.
    kind("parenthesized_expression", Role::Pass),
    kind("unary_expression", Role::Pass),
    kind("generic_type", Role::Pass),
    with("cast_expression", Role::Pass, &[("type", Slot::Ignored)]),
    kind("array_initializer", Role::List),
    kind("element_value_array_initializer", Role::List),
    with(
        "array_creation_expression",
        Role::Pass,
        &[("type", Slot::Ignored), ("dimensions", Slot::Ignored)],
    ),
    kind("binary_expression", Role::Operation),
    kind("argument_list", Role::Inline),
    kind("annotation_argument_list", Role::Inline),
    with(
        "element_value_pair",
        Role::Keyword,
        &[("key", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "field_access",
        Role::Member,
        &[("object", Slot::Head), ("field", Slot::Tail)],
    ),
    with(
        "array_access",
        Role::Index,
        &[("array", Slot::Head), ("index", Slot::Tail)],
    ),
    with(
        "method_invocation",
        Role::Call,
        &[
            ("object", Slot::Head),
            ("name", Slot::Method),
            ("arguments", Slot::Tail),
        ],
    ),
    with(
        "object_creation_expression",
        Role::Call,
        &[("type", Slot::Head), ("arguments", Slot::Tail)],
    ),
    with(
        "explicit_constructor_invocation",
        Role::Call,
        &[("constructor", Slot::Head), ("arguments", Slot::Tail)],
    ),
    with(
        "annotation",
        Role::Call,
        &[("name", Slot::Head), ("arguments", Slot::Tail)],
    ),
    with(
        "ternary_expression",
        Role::Choice,
        &[("consequence", Slot::Tail), ("alternative", Slot::Tail)],
    ),
    // Names are given values.
    with(
        "variable_declarator",
        Role::Bind,
        &[
            ("name", Slot::Head),
            ("dimensions", Slot::Ignored),
            ("value", Slot::Tail),
        ],
    ),
    with(
        "assignment_expression",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "resource",
        Role::Bind,
        &[
            ("type", Slot::Ignored),
            ("name", Slot::Head),
            ("value", Slot::Tail),
        ],
    ),
    with(
        "enhanced_for_statement",
        Role::Loop,
        &[
            ("type", Slot::Ignored),
            ("name", Slot::Head),
            ("value", Slot::Tail),
        ],
    ),
    // Functions and classes.
    with("method_declaration", Role::Function, FUNCTION),
    with("constructor_declaration", Role::Function, FUNCTION),
    with(
        "lambda_expression",
        Role::Function,
        &[("parameters", Slot::Tail)],
    ),
    kind("formal_parameters", Role::Parameters),
    kind("inferred_parameters", Role::Parameters),
    with(
        "formal_parameter",
        Role::Default,
        &[("type", Slot::Ignored), ("name", Slot::Head)],
    ),
    with("class_declaration", Role::Class, &[("name", Slot::Head)]),
    with(
        "interface_declaration",
        Role::Class,
        &[("name", Slot::Head)],
    ),
    with("record_declaration", Role::Class, &[("name", Slot::Head)]),
    with("enum_declaration", Role::Class, &[("name", Slot::Head)]),
    kind("return_statement", Role::Return),
    kind("throw_statement", Role::Throw),
];

const FUNCTION: &[(&str, Slot)] = &[
    ("name", Slot::Head),
    ("type", Slot::Ignored),
    ("type_parameters", Slot::Ignored),
    ("dimensions", Slot::Ignored),
];
