//! The reader of programs: one for all languages, driven by their tables.
//!
//! A parse costs a hundred times what all the rest does, so it happens only where something is at stake, and it has a
//! budget: what is cut short is said to be, and the plain reader takes the text.

mod bind;
mod called;
mod item;
mod reader;
mod reduce;
mod sites;
mod strings;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, Parser};

use crate::facts::{Binding, Facts};
use crate::span::Span;

use super::language::Language;
use super::within::Held;
use reader::Reader;
pub(crate) use strings::{PERCENT, filled};

/// Larger texts are not parsed.
const LARGEST: usize = 512 << 10;

/// A parse reports every hundred steps; a text may take one report for so many bytes, where code of people takes one for
/// 130 to 250, and noise one for 20 to 50.
const DENSEST: usize = 80;

/// Reports that no text may take more of.
const MOST: usize = 4500;

/// Reports that any text may take.
const LEAST: usize = 500;

/// Brackets within brackets of a text that is parsed, at most; people write twenty. Where none is closed, the grammar keeps
/// open what each of them may be, and a step takes five times as long.
const DEEPEST: usize = 2000;

/// What was read of a program.
pub(crate) struct Program {
    /// Its facts.
    pub(crate) facts: Facts,
    /// Strings, comments, and statements that the grammar does not understand, ascending and apart: what stands in
    /// these is not known to be program.
    pub(crate) texts: Vec<Span>,
}

impl Program {
    /// What both readers know: of the program what the grammar says; within its strings and comments, and where the
    /// grammar understands nothing, what the plain reader does.
    pub(crate) fn joined(self, plain: Facts) -> Facts {
        let mut facts = self.facts;
        let within = |binding: &Binding| {
            let Some(name) = binding.path.0.first() else {
                return false;
            };
            let next = self.texts.partition_point(|text| text.start <= name.start);
            let around = next.checked_sub(1).map(|i| self.texts[i]);
            around.is_some_and(|text| name.start < text.end && binding.value.raw.end <= text.end)
        };
        facts
            .bindings
            .extend(plain.bindings.into_iter().filter(within));
        facts.bindings.sort_by_key(|b| b.value.raw);
        facts.bindings.dedup_by_key(|b| b.value.raw);
        facts
    }
}

/// Why a program was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It is larger than what is parsed.
    Large,
    /// Its brackets stand within more others than anybody writes.
    Deep,
    /// It took more steps than a parse may.
    Steps,
}

impl Cut {
    /// For the notice.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Large => "it is larger than 512 KiB",
            Self::Deep => "its brackets are nested too deep",
            Self::Steps => "it took too many steps to parse",
        }
    }
}

/// Reads the facts of a program, or of that which a text holds, if it holds one; `Err` where it was cut.
pub(crate) fn read(text: &str, language: &'static Language) -> Result<Option<Program>, Cut> {
    let Some(holds) = language.holds else {
        return read_all(text, language).map(Some);
    };
    let read = |held: Held| Ok(held.placed(read_all(held.text(), held.language)?, text));
    holds(text).map(read).transpose()
}

fn read_all(text: &str, language: &'static Language) -> Result<Program, Cut> {
    if text.len() > LARGEST {
        return Err(Cut::Large);
    }
    if deepest(text) > DEEPEST {
        return Err(Cut::Deep);
    }
    let tree = parse(text, language).ok_or(Cut::Steps)?;
    Ok(Reader::new(text, language).read(&tree))
}

/// How many brackets are open at once, wherever they stand.
fn deepest(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => continue,
        }
        most = most.max(open);
    }
    most
}

/// Parses within the budget.
fn parse(text: &str, language: &Language) -> Option<tree_sitter::Tree> {
    let mut parser = Parser::new();
    parser.set_language(&(language.grammar)()).ok()?;
    let mut left = (LEAST + text.len() / DENSEST).min(MOST);
    let mut report = |_: &tree_sitter::ParseState| match left.checked_sub(1) {
        Some(less) => {
            left = less;
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    };
    let options = ParseOptions::new().progress_callback(&mut report);
    let bytes = text.as_bytes();
    let mut from = |at: usize, _| bytes.get(at..).unwrap_or_default();
    let tree = parser.parse_with_options(&mut from, None, Some(options));
    if tree.is_none() {
        parser.reset();
    }
    tree
}
