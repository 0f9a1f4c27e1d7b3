//! TypeScript, and TypeScript with JSX, which is another language: `<T>x` is a cast in the one and a tag in the other.

use std::sync::OnceLock;

use crate::syntax::language::{Kind, Language, Role, Slot, kind, with};

use super::javascript;

pub(super) static LANGUAGE: Language = Language {
    name: "TypeScript",
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    endings: &["ts", "mts", "cts"],
    kinds: &[javascript::SHARED, OWN, CAST],
    operators: javascript::OPERATORS,
    requires: javascript::REQUIRES,
    holds: None,
    table: OnceLock::new(),
};

pub(super) static TSX: Language = Language {
    name: "TSX",
    grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    endings: &["tsx"],
    kinds: &[javascript::SHARED, OWN, javascript::JSX],
    operators: javascript::OPERATORS,
    requires: javascript::REQUIRES,
    holds: None,
    table: OnceLock::new(),
};

const CAST: &[Kind] = &[kind("type_assertion", Role::Pass)];

const OWN: &[Kind] = &[
    // Types hold no values, whatever stands in them.
    kind("type_annotation", Role::Skip),
    kind("type_arguments", Role::Skip),
    kind("type_parameters", Role::Skip),
    kind("interface_declaration", Role::Skip),
    kind("type_alias_declaration", Role::Skip),
    kind("function_signature", Role::Skip),
    kind("method_signature", Role::Skip),
    kind("abstract_method_signature", Role::Skip),
    kind("literal_type", Role::Skip),
    kind("union_type", Role::Skip),
    kind("object_type", Role::Skip),
    kind("template_literal_type", Role::Skip),
    kind("tuple_type", Role::Skip),
    kind("array_type", Role::Skip),
    kind("lookup_type", Role::Skip),
    // Expressions.
    kind("as_expression", Role::Pass),
    kind("satisfies_expression", Role::Pass),
    kind("non_null_expression", Role::Pass),
    kind("instantiation_expression", Role::Pass),
    // The name of a class; elsewhere it is within types.
    kind("type_identifier", Role::Name),
    // Names are given values.
    with(
        "public_field_definition",
        Role::Bind,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "enum_assignment",
        Role::Bind,
        &[("name", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "required_parameter",
        Role::Default,
        &[("pattern", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "optional_parameter",
        Role::Default,
        &[("pattern", Slot::Head), ("value", Slot::Tail)],
    ),
    with(
        "abstract_class_declaration",
        Role::Class,
        &[("name", Slot::Head)],
    ),
    with(
        "import_require_clause",
        Role::Inline,
        &[("source", Slot::Tail)],
    ),
];
