//! The syntax tree of Bicep, statement by statement. Whatever parses Bicep is known in this file only.
//!
//! The parser repairs what it cannot read, which takes the square of the length: so a file is cut at its statements, which
//! stand at the start of a line, and a statement that is too long or too deep is left out. Nothing here recurs: a tree is
//! read from its leaves up.

use std::ops::{ControlFlow, Range};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree, TreeCursor};

use crate::iac::ParseError;
use crate::span::Span;

/// The longest statement that is read, in bytes.
const MOST_BYTES: usize = 24 << 10;
/// How many brackets may be open.
const MOST_OPEN: usize = 64;
/// How deep a tree may be: names, operators and calls nest without brackets, too.
const MOST_DEPTH: usize = 500;
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

/// A node of a tree, without what is below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// What the grammar calls it; empty where nobody asks, or it could not be read.
    pub(super) kind: &'static str,
    /// Its role in the node above.
    pub(super) field: Option<&'static str>,
    /// All of it.
    pub(super) span: Span,
}

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
    if is_deep(statement) {
        return Err("a statement nests too deep");
    }
    let tree = tree(parser, statement).ok_or("a statement takes too long to read")?;
    let whole = tree.root_node().has_error();
    let made = climb(tree.walk(), at.start, make)?;
    Ok((made, !whole))
}

/// A parser of the language.
pub(super) fn parser() -> Result<Parser, ParseError> {
    let mut parser = Parser::new();
    let set = parser.set_language(&tree_sitter_bicep::LANGUAGE.into());
    set.map(|()| parser).map_err(|_| ParseError {
        message: "the grammar of Bicep is of another version".to_owned(),
        line: None,
    })
}

fn is_deep(statement: &str) -> bool {
    let mut open = 0_usize;
    statement.bytes().any(|byte| {
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MOST_OPEN
    })
}

fn tree(parser: &mut Parser, statement: &str) -> Option<Tree> {
    let mut steps = 0;
    let mut count = |_: &ParseState| {
        steps += 1;
        match steps > MOST_STEPS {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let options = ParseOptions::new().progress_callback(&mut count);
    let mut rest = |from: usize, _| statement.as_bytes().get(from..).unwrap_or_default();
    let tree = parser.parse_with_options(&mut rest, None, Some(options));
    parser.reset();
    tree
}

/// Goes through a tree once; what was made waits on a stack until its parent is left.
fn climb<T>(
    mut cursor: TreeCursor<'_>,
    base: usize,
    make: &mut dyn FnMut(Node, Vec<T>) -> T,
) -> Result<T, &'static str> {
    let mut open: Vec<Vec<T>> = vec![Vec::new()];
    loop {
        if cursor.goto_first_child() {
            open.push(Vec::new());
            if open.len() > MOST_DEPTH {
                return Err("a statement nests too deep");
            }
            continue;
        }
        let mut made = make(node(&cursor, base), Vec::new());
        loop {
            if let Some(beside) = open.last_mut() {
                beside.push(made);
            }
            if cursor.goto_next_sibling() {
                break;
            }
            let below = open.pop().unwrap_or_default();
            if !cursor.goto_parent() {
                return below.into_iter().next().ok_or("a statement is empty");
            }
            made = make(node(&cursor, base), below);
        }
    }
}

fn node(cursor: &TreeCursor<'_>, base: usize) -> Node {
    let node = cursor.node();
    let kind = match node.is_missing() || node.is_error() {
        true => "",
        false => known(KINDS, node.kind()).unwrap_or(""),
    };
    Node {
        kind,
        field: cursor.field_name().and_then(|name| known(FIELDS, name)),
        span: Span::new(base + node.start_byte(), base + node.end_byte()),
    }
}

fn known(names: &[&'static str], name: &str) -> Option<&'static str> {
    names.iter().copied().find(|known| *known == name)
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
