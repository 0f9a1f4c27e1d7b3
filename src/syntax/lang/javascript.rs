//! JavaScript, with JSX.

use std::sync::OnceLock;

use crate::syntax::language::{Kind, Language, Operator, Role, Slot, kind, with};

pub(super) static LANGUAGE: Language = Language {
    name: "JavaScript",
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
    endings: &["js", "jsx", "mjs", "cjs"],
    kinds: &[SHARED, OWN, JSX],
    operators: OPERATORS,
    requires: REQUIRES,
    holds: None,
    table: OnceLock::new(),
};

pub(super) const REQUIRES: &[&str] = &["require", "import"];

pub(super) const OPERATORS: &[(&str, Operator)] = &[
    ("+", Operator::Concat),
    ("==", Operator::Compare),
    ("!=", Operator::Compare),
    ("===", Operator::Compare),
    ("!==", Operator::Compare),
    ("||", Operator::Else),
    ("??", Operator::Else),
    ("in", Operator::Names),
];

/// What TypeScript calls otherwise.
const OWN: &[Kind] = &[with(
    "field_definition",
    Role::Bind,
    &[("property", Slot::Head), ("value", Slot::Tail)],
)];

/// Tags in programs.
pub(super) const JSX: &[Kind] = &[
    kind("jsx_attribute", Role::Pair),
    kind("jsx_expression", Role::Pass),
    kind("jsx_text", Role::Skip),
    kind("html_character_reference", Role::Fragment),
];

/// What TypeScript calls the same.
pub(super) const SHARED: &[Kind] = &[
    // Texts, names and numbers.
    kind("comment", Role::Comment),
    kind("html_comment", Role::Comment),
    kind("string", Role::Text),
    kind("template_string", Role::Text),
    kind("string_fragment", Role::Fragment),
    kind("escape_sequence", Role::Fragment),
    kind("template_substitution", Role::Pass),
    kind("identifier", Role::Name),
    kind("property_identifier", Role::Name),
    kind("private_property_identifier", Role::Name),
    kind("this", Role::Name),
    kind("super", Role::Name),
    kind("import", Role::Name),
    kind("number", Role::Plain),
    kind("true", Role::Plain),
    kind("false", Role::Plain),
    kind("null", Role::Plain),
    kind("undefined", Role::Plain),
    kind("regex", Role::Skip),
    kind("meta_property", Role::Name),
    // Expressions.
    kind("parenthesized_expression", Role::Pass),
    kind("await_expression", Role::Pass),
    kind("yield_expression", Role::Pass),
    kind("sequence_expression", Role::Last),
    kind("computed_property_name", Role::Pass),
    kind("spread_element", Role::Spread),
    kind("rest_pattern", Role::Spread),
    kind("object", Role::Map),
    kind("object_pattern", Role::Map),
    kind("array", Role::List),
    kind("array_pattern", Role::List),
    kind("shorthand_property_identifier", Role::Shorthand),
    kind("shorthand_property_identifier_pattern", Role::Shorthand),
    kind("binary_expression", Role::Operation),
    kind("unary_expression", Role::Remove),
    kind("arguments", Role::Inline),
    with(
        "pair",
        Role::Pair,
        &[("key", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "pair_pattern",
        Role::Pair,
        &[("key", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "member_expression",
        Role::Member,
        &[("object", Slot::Head), ("property", Slot::Tail)],
    ),
    with(
        "subscript_expression",
        Role::Index,
        &[("object", Slot::Head), ("index", Slot::Tail)],
    ),
    with(
        "call_expression",
        Role::Call,
        &[("function", Slot::Head), ("arguments", Slot::Tail)],
    ),
    with(
        "new_expression",
        Role::Call,
        &[("constructor", Slot::Head), ("arguments", Slot::Tail)],
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
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "assignment_expression",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "augmented_assignment_expression",
        Role::Bind,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "assignment_pattern",
        Role::Default,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "object_assignment_pattern",
        Role::Default,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    with(
        "for_in_statement",
        Role::Loop,
        &[("left", Slot::Head), ("right", Slot::Tail)],
    ),
    // Statements that go one of several ways.
    with(
        "if_statement",
        Role::Fork,
        &[("consequence", Slot::Tail), ("alternative", Slot::Tail)],
    ),
    kind("else_clause", Role::Rest),
    kind("switch_body", Role::Fork),
    kind("switch_case", Role::Way),
    kind("switch_default", Role::Rest),
    kind("try_statement", Role::Fork),
    kind("catch_clause", Role::Way),
    // Functions and classes.
    with(
        "function_declaration",
        Role::Function,
        &[("name", Slot::Head)],
    ),
    with(
        "function_expression",
        Role::Function,
        &[("name", Slot::Head)],
    ),
    with(
        "generator_function",
        Role::Function,
        &[("name", Slot::Head)],
    ),
    with(
        "generator_function_declaration",
        Role::Function,
        &[("name", Slot::Head)],
    ),
    with("method_definition", Role::Function, &[("name", Slot::Head)]),
    with(
        "arrow_function",
        Role::Function,
        &[("parameter", Slot::Tail)],
    ),
    kind("formal_parameters", Role::Parameters),
    with("class_declaration", Role::Class, &[("name", Slot::Head)]),
    with("class", Role::Class, &[("name", Slot::Head)]),
    kind("decorator", Role::Decorator),
    kind("return_statement", Role::Return),
    kind("throw_statement", Role::Throw),
    // Imports.
    with("import_statement", Role::Import, &[("source", Slot::Tail)]),
    kind("import_clause", Role::Inline),
    kind("named_imports", Role::Inline),
    kind("namespace_import", Role::Whole),
    kind("import_attribute", Role::Skip),
    with(
        "import_specifier",
        Role::Alias,
        &[("name", Slot::Head), ("alias", Slot::Tail)],
    ),
    // Exports.
    with(
        "export_statement",
        Role::Export,
        &[("source", Slot::Tail), ("value", Slot::Head)],
    ),
    kind("export_clause", Role::Inline),
    kind("namespace_export", Role::Whole),
    with(
        "export_specifier",
        Role::Alias,
        &[("name", Slot::Head), ("alias", Slot::Tail)],
    ),
];
