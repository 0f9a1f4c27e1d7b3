//! The syntax tree of Bicep, statement by statement. Whatever parses Bicep is known in this file only.
//!
//! The parser repairs what it cannot read, which takes the square of the length: so a file is cut at its statements, which
//! stand at the start of a line, and a statement that is too long or too deep is left out.

use std::ops::Range;

use tree_sitter::Parser;

use crate::iac::ParseError;
use crate::iac::grammar::{self, Grammar};

pub(super) use crate::iac::grammar::Node;

/// The longest statement that is read, in bytes.
const MOST_BYTES: usize = 24 << 10;
/// How often the parser of one statement asks whether to go on; it does so every hundred steps.
const MOST_STEPS: usize = 20_000;

/// The nodes of the grammar that a reader asks for; others have no name.
const KINDS: &[&str] = &[
    "identifier",
    "property_identifier",
    "string",
    "interpolation",
    "number",
    "boolean",
    "null",
    "object",
    "object_property",
    "array",
    "arguments",
    "=",
    "type",
    "existing",
    "member_expression",
    "subscript_expression",
    "resource_expression",
    "call_expression",
    "parenthesized_expression",
    "ternary_expression",
    "binary_expression",
    "unary_expression",
    "lambda_expression",
    "assignment_expression",
    "if_statement",
    "for_statement",
    "decorator",
    "parameter_declaration",
    "variable_declaration",
    "output_declaration",
    "module_declaration",
    "resource_declaration",
    "using_statement",
];

/// Roles of nodes in the one above.
const FIELDS: &[&str] = &[
    "object",
    "index",
    "operator",
    "left",
    "right",
    "consequence",
    "alternative",
    "body",
];

/// What a reader asks for.
static GRAMMAR: Grammar = Grammar {
    kinds: KINDS,
    fields: FIELDS,
};

/// Words that statements start with.
const KEYWORDS: &[&str] = &[
    "param",
    "var",
    "resource",
    "module",
    "output",
    "type",
    "func",
    "targetScope",
    "metadata",
    "import",
    "provider",
    "extension",
    "using",
    "assert",
    "test",
];

/// Whether a line starts a statement, and with which word; a decorator's is empty.
pub(super) fn keyword(line: &str) -> Option<&'static str> {
    if line.starts_with('@') {
        return Some("");
    }
    let word = line.split([' ', '\t']).next()?;
    KEYWORDS.iter().copied().find(|k| *k == word)
}

/// The statements of a file.
pub(super) fn statements(text: &str) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = Vec::new();
    let (mut at, mut quoted, mut comment) = (0, false, false);
    for line in text.split_inclusive('\n') {
        if !quoted && !comment && keyword(line.trim_end()).is_some() {
            starts.push(at);
        }
        quoted ^= !comment && line.matches("'''").count() % 2 == 1;
        comment = !quoted && goes_on(line, comment);
        at += line.len();
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

/// Whether a comment of several lines is open at the end of a line. Addresses such as `/subscriptions/*` open none.
fn goes_on(line: &str, open: bool) -> bool {
    match (open, line.rfind("*/")) {
        (true, end) => end.is_none(),
        (false, end) => line.trim_start().starts_with("/*") && end.is_none(),
    }
}

/// Makes something of every node of a statement, from the leaves up; `make` is given what was made of those below.
/// What the parser could not read is an error, after everything else was made.
pub(super) fn reduce<T>(
    parser: &mut Parser,
    text: &str,
    at: Range<usize>,
    make: &mut dyn FnMut(Node, Vec<T>) -> T,
) -> Result<(T, bool), &'static str> {
    if at.len() > MOST_BYTES {
        return Err("a statement is too long");
    }
    let statement = text.get(at.clone()).unwrap_or_default();
    if grammar::is_deep(statement) {
        return Err("a statement nests too deep");
    }
    let tree =
        grammar::tree(parser, statement, MOST_STEPS).ok_or("a statement takes too long to read")?;
    let whole = tree.root_node().has_error();
    let made = GRAMMAR.climb(tree.walk(), at.start, make);
    Ok((made.ok_or("a statement nests too deep")?, !whole))
}

/// A parser of the language.
pub(super) fn parser() -> Result<Parser, ParseError> {
    grammar::parser(&tree_sitter_bicep::LANGUAGE.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_start_at_the_start_of_a_line() {
        let text = "// a\nparam a string\n@secure()\nparam b string = '''\nparam c\n'''\nresource r 'x' = {\n  name: 'y'\n}\n/*\nvar d = 1\n*/\n";
        let found: Vec<&str> = statements(text).into_iter().map(|r| &text[r]).collect();
        let starts: Vec<&str> = found.iter().map(|s| s.split(' ').next().unwrap()).collect();
        assert_eq!(
            starts,
            ["param", "@secure()\n", "param", "resource"],
            "{found:?}"
        );
    }

    #[test]
    fn nodes_are_made_from_the_leaves_up() {
        let mut parser = parser().map_err(|e| e.message).unwrap();
        let mut make = |node: Node, below: Vec<String>| match below.is_empty() {
            true => node.kind.to_owned(),
            false => format!("{}({})", node.kind, below.join(" ")),
        };
        let made = reduce(&mut parser, "var a = b.c", 0..11, &mut make).unwrap();
        assert!(
            made.0
                .contains("member_expression(identifier  property_identifier)"),
            "{}",
            made.0
        );
        assert!(made.1);
        for unit in ["!", "a.", "1+", "(", "a ? ", "'", "$", "{}", "a b "] {
            let text = format!("var x = {}", unit.repeat(4000 / unit.len()));
            let _ = reduce(&mut parser, &text, 0..text.len(), &mut make);
        }
    }
}
