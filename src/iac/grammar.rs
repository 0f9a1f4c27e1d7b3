//! Trees that grammars give of a text, read from their leaves up. Nothing here recurs, and a parse has a budget.

use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, ParseState, Parser, Tree, TreeCursor};

use crate::span::Span;

use super::ParseError;

/// How many brackets may be open.
const MOST_OPEN: usize = 64;
/// How deep a tree may be: names, operators and calls nest without brackets, too.
const MOST_DEPTH: usize = 500;

/// The words of a grammar that a reader asks for; other nodes have no name.
pub(super) struct Grammar {
    /// Kinds of nodes.
    pub(super) kinds: &'static [&'static str],
    /// Roles of nodes in the one above.
    pub(super) fields: &'static [&'static str],
}

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

/// A parser of a language.
pub(super) fn parser(language: &tree_sitter::Language) -> Result<Parser, ParseError> {
    let mut parser = Parser::new();
    let set = parser.set_language(language);
    set.map(|()| parser).map_err(|_| ParseError {
        message: "the grammar is of another version".to_owned(),
        line: None,
    })
}

/// Whether more brackets are open somewhere than anybody writes.
pub(super) fn is_deep(text: &str) -> bool {
    let mut open = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MOST_OPEN
    })
}

/// Parses a text; none where the parser asks more often than `most` whether to go on, which it does every hundred steps.
pub(super) fn tree(parser: &mut Parser, text: &str, most: usize) -> Option<Tree> {
    let mut steps = 0;
    let mut count = |_: &ParseState| {
        steps += 1;
        match steps > most {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let options = ParseOptions::new().progress_callback(&mut count);
    let mut rest = |from: usize, _| text.as_bytes().get(from..).unwrap_or_default();
    let tree = parser.parse_with_options(&mut rest, None, Some(options));
    parser.reset();
    tree
}

impl Grammar {
    /// Makes something of every node, from the leaves up; `make` is given what was made of those below. Goes through the tree
    /// once; what was made waits on a stack until its parent is left. None where the tree is too deep. `base` is where
    /// the text of the tree starts.
    pub(super) fn climb<T>(
        &self,
        mut cursor: TreeCursor<'_>,
        base: usize,
        make: &mut dyn FnMut(Node, Vec<T>) -> T,
    ) -> Option<T> {
        let mut open: Vec<Vec<T>> = vec![Vec::new()];
        loop {
            if cursor.goto_first_child() {
                open.push(Vec::new());
                if open.len() > MOST_DEPTH {
                    return None;
                }
                continue;
            }
            let mut made = make(self.node(&cursor, base), Vec::new());
            loop {
                if let Some(beside) = open.last_mut() {
                    beside.push(made);
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                let below = open.pop().unwrap_or_default();
                if !cursor.goto_parent() {
                    return below.into_iter().next();
                }
                made = make(self.node(&cursor, base), below);
            }
        }
    }

    fn node(&self, cursor: &TreeCursor<'_>, base: usize) -> Node {
        let node = cursor.node();
        let kind = match node.is_missing() || node.is_error() {
            true => "",
            false => known(self.kinds, node.kind()).unwrap_or(""),
        };
        Node {
            kind,
            field: cursor
                .field_name()
                .and_then(|name| known(self.fields, name)),
            span: Span::new(base + node.start_byte(), base + node.end_byte()),
        }
    }
}

fn known(names: &[&'static str], name: &str) -> Option<&'static str> {
    names.iter().copied().find(|known| *known == name)
}
