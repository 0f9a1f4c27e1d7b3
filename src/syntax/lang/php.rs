//! PHP, with the text around it.

use std::sync::OnceLock;

use crate::syntax::language::{Kind, Language, Operator, Role, Slot, kind, with};

pub(super) static LANGUAGE: Language = Language {
    name: "PHP",
    grammar: || tree_sitter_php::LANGUAGE_PHP.into(),
    endings: &["php", "phtml", "php5", "php7"],
    kinds: &[KINDS],
    operators: &[
        (".", Operator::Concat),
        ("==", Operator::Compare),
        ("!=", Operator::Compare),
        ("===", Operator::Compare),
        ("!==", Operator::Compare),
        ("??", Operator::Else),
    ],
    requires: &[],
    holds: None,
    table: OnceLock::new(),
};

const KINDS: &[Kind] = &[
    // Texts, names and numbers.
    kind("text", Role::Opaque),
    kind("comment", Role::Comment),
    kind("string", Role::Text),
    kind("encapsed_string", Role::Text),
    kind("string_content", Role::Fragment),
    kind("escape_sequence", Role::Fragment),
    kind("heredoc", Role::Opaque),
    kind("nowdoc", Role::Opaque),
    kind("shell_command_expression", Role::Opaque),
    kind("variable_name", Role::Name),
    kind("name", Role::Name),
    kind("qualified_name", Role::Name),
    kind("relative_scope", Role::Name),
    kind("integer", Role::Plain),
    kind("float", Role::Plain),
    kind("boolean", Role::Plain),
    kind("null", Role::Plain),
    kind("php_tag", Role::Skip),
    kind("attribute_list", Role::Skip),
    kind("namespace_definition", Role::Block),
    kind("namespace_use_declaration", Role::Skip),
    // Expressions.
    kind("parenthesized_expression", Role::Pass),
    kind("error_suppression_expression", Role::Pass),
    with("cast_expression", Role::Pass, &[("type", Slot::Ignored)]),
    kind("array_creation_expression", Role::Map),
    kind("array_element_initializer", Role::Pair),
    kind("list_literal", Role::List),
    kind("variadic_unpacking", Role::Spread),
    kind("binary_expression", Role::Operation),
    kind("arguments", Role::Inline),
    with("argument", Role::Keyword, &[("name", Slot::Head)]),
    with("member_access_expression", Role::Member, MEMBER),
    with("nullsafe_member_access_expression", Role::Member, MEMBER),
    with("scoped_property_access_expression", Role::Member, MEMBER),
    kind("class_constant_access_expression", Role::Member),
    kind("subscript_expression", Role::Index),
    with(
        "function_call_expression",
        Role::Call,
        &[("function", Slot::Head), ("arguments", Slot::Tail)],
    ),
    with("member_call_expression", Role::Call, METHOD),
    with("nullsafe_member_call_expression", Role::Call, METHOD),
    with("scoped_call_expression", Role::Call, METHOD),
    kind("object_creation_expression", Role::Call),
    with(
        "conditional_expression",
        Role::Choice,
        &[("body", Slot::Tail), ("alternative", Slot::Tail)],
    ),
    // Names are given values.
    with("assignment_expression", Role::Bind, ASSIGNMENT),
    with("augmented_assignment_expression", Role::Bind, ASSIGNMENT),
    with("reference_assignment_expression", Role::Bind, ASSIGNMENT),
    with(
        "static_variable_declaration",
        Role::Bind,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "property_element",
        Role::Bind,
        &[("name", Slot::Head), ("default_value", Slot::Tail)],
    ),
    kind("const_element", Role::Bind),
    with("simple_parameter", Role::Default, PARAMETER),
    with("property_promotion_parameter", Role::Default, PARAMETER),
    // Functions and classes.
    with("function_definition", Role::Function, FUNCTION),
    with("method_declaration", Role::Function, FUNCTION),
    with("anonymous_function", Role::Function, FUNCTION),
    with("arrow_function", Role::Function, FUNCTION),
    kind("anonymous_function_use_clause", Role::Skip),
    kind("formal_parameters", Role::Parameters),
    with("class_declaration", Role::Class, &[("name", Slot::Head)]),
    with(
        "interface_declaration",
        Role::Class,
        &[("name", Slot::Head)],
    ),
    with("trait_declaration", Role::Class, &[("name", Slot::Head)]),
    with("enum_declaration", Role::Class, &[("name", Slot::Head)]),
    kind("return_statement", Role::Return),
    kind("throw_expression", Role::Throw),
];

const MEMBER: &[(&str, Slot)] = &[
    ("object", Slot::Head),
    ("scope", Slot::Head),
    ("name", Slot::Tail),
];

const METHOD: &[(&str, Slot)] = &[
    ("object", Slot::Head),
    ("scope", Slot::Head),
    ("name", Slot::Method),
    ("arguments", Slot::Tail),
];

const ASSIGNMENT: &[(&str, Slot)] = &[("left", Slot::Head), ("right", Slot::Tail)];

const PARAMETER: &[(&str, Slot)] = &[
    ("type", Slot::Ignored),
    ("visibility", Slot::Ignored),
    ("name", Slot::Head),
    ("default_value", Slot::Tail),
];

const FUNCTION: &[(&str, Slot)] = &[("name", Slot::Head), ("return_type", Slot::Ignored)];
