//! Python.

use std::sync::OnceLock;

use crate::syntax::language::{Kind, Language, Operator, Role, Slot, kind, with};

pub(super) static LANGUAGE: Language = Language {
    name: "Python",
    grammar: || tree_sitter_python::LANGUAGE.into(),
    endings: &["py", "pyw", "pyi"],
    kinds: &[KINDS],
    operators: &[
        ("+", Operator::Concat),
        ("%", Operator::Format),
        ("or", Operator::Else),
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
    kind("string", Role::Text),
    kind("string_start", Role::Fragment),
    kind("string_content", Role::Fragment),
    kind("string_end", Role::Fragment),
    kind("concatenated_string", Role::Join),
    with(
        "interpolation",
        Role::Pass,
        &[("format_specifier", Slot::Ignored)],
    ),
    kind("identifier", Role::Name),
    kind("dotted_name", Role::Name),
    kind("relative_import", Role::Name),
    kind("integer", Role::Plain),
    kind("float", Role::Plain),
    kind("true", Role::Plain),
    kind("false", Role::Plain),
    kind("none", Role::Plain),
    kind("type", Role::Skip),
    kind("type_parameter", Role::Skip),
    // Expressions.
    kind("parenthesized_expression", Role::Pass),
    kind("await", Role::Pass),
    kind("yield", Role::Pass),
    kind("list", Role::List),
    kind("set", Role::List),
    kind("tuple", Role::List),
    kind("expression_list", Role::List),
    kind("list_pattern", Role::List),
    kind("tuple_pattern", Role::List),
    kind("pattern_list", Role::List),
    kind("dictionary", Role::Map),
    kind("list_splat", Role::Spread),
    kind("dictionary_splat", Role::Spread),
    kind("list_splat_pattern", Role::Spread),
    kind("dictionary_splat_pattern", Role::Spread),
    kind("binary_operator", Role::Operation),
    kind("boolean_operator", Role::Operation),
    kind("comparison_operator", Role::Operation),
    kind("conditional_expression", Role::Choice),
    kind("argument_list", Role::Inline),
    with(
        "pair",
        Role::Pair,
        &[("key", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "keyword_argument",
        Role::Keyword,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "attribute",
        Role::Member,
        &[("object", Slot::Head), ("attribute", Slot::Tail)],
    ),
    with(
        "subscript",
        Role::Index,
        &[("value", Slot::Head), ("subscript", Slot::Tail)],
    ),
    with(
        "call",
        Role::Call,
        &[("function", Slot::Head), ("arguments", Slot::Tail)],
    ),
    // Names are given values.
    with(
        "assignment",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "augmented_assignment",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "named_expression",
        Role::Bind,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    with("as_pattern", Role::Bind, &[("alias", Slot::Head)]),
    kind("as_pattern_target", Role::Pass),
    with(
        "for_statement",
        Role::Loop,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "for_in_clause",
        Role::Loop,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "default_parameter",
        Role::Default,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "typed_default_parameter",
        Role::Default,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    kind("typed_parameter", Role::Pass),
    // Statements that go one of several ways.
    with(
        "if_statement",
        Role::Fork,
        &[("consequence", Slot::Tail), ("alternative", Slot::Tail)],
    ),
    kind("else_clause", Role::Rest),
    kind("try_statement", Role::Fork),
    kind("except_clause", Role::Way),
    kind("match_statement", Role::Fork),
    kind("case_clause", Role::Way),
    // Functions and classes.
    with(
        "function_definition",
        Role::Function,
        &[("name", Slot::Head)],
    ),
    kind("lambda", Role::Function),
    kind("parameters", Role::Parameters),
    kind("lambda_parameters", Role::Parameters),
    with("class_definition", Role::Class, &[("name", Slot::Head)]),
    kind("decorator", Role::Decorator),
    kind("delete_statement", Role::Remove),
    kind("return_statement", Role::Return),
    kind("raise_statement", Role::Throw),
    // Imports.
    kind("import_statement", Role::Import),
    with(
        "import_from_statement",
        Role::Import,
        &[("module_name", Slot::Tail)],
    ),
    kind("wildcard_import", Role::Whole),
    with(
        "aliased_import",
        Role::Alias,
        &[("name", Slot::Head), ("alias", Slot::Tail)],
    ),
];
