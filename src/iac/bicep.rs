//! Bicep: what the statements of a template or of a file of parameters declare. Known by its resources and parameters, not
//! by the name of the file alone.
//!
//! A file of parameters is the use of a template, with its inputs.

mod declare;
mod reader;
mod text;
mod tree;

use std::ops::Range;

use crate::facts::{Declaration, Format};
use crate::text::Text;

use super::ParseError;
use super::azure::{Known, Names, kind};
use super::source::Source;
use reader::Reader;
use tree::Node;

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::CLike, Format::Prose],
    may_be,
    read: declarations,
};

/// How large a template is read, in bytes.
const MOST_BYTES: usize = 4 << 20;

/// By name, or by the first statement and a resource's kind with its version, as nothing else writes it.
fn may_be(text: &Text) -> bool {
    let named = text.path.ends_with(".bicep") || text.path.ends_with(".bicepparam");
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let versioned = || has("@20") && (has("resource ") || has("module ")) && has("' = ");
    let size = text.bytes.len() <= MOST_BYTES;
    size && (named || versioned() && starts_well(&text.bytes))
}

/// Whether the first line that is no comment starts a statement.
fn starts_well(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with("//"));
    first.is_some_and(|line| tree::keyword(line).is_some())
}

/// What a file declares. Statements that cannot be read are left out, and said to be.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    // Parameters of such a file have no type; as a variable of the same length the grammar knows them.
    let given = source.text.starts_with("using ") || source.text.contains("\nusing ");
    let parts = tree::statements(source.text);
    let plain = match given {
        true => without_types(source.text, &parts),
        false => source.text.to_owned(),
    };
    let mut parser = tree::parser()?;
    let mut reader = Reader::new(source.text, names(source.text, &parts));
    for at in parts {
        let line = || line_of(source.text, at.start);
        let mut make = |node: Node, below| reader.make(node, below);
        match tree::reduce(&mut parser, &plain, at.clone(), &mut make) {
            Ok((_, true)) => {}
            Ok((_, false)) => source.leave_out("a statement does not parse", line()),
            Err(why) => source.leave_out(why, line()),
        }
    }
    Ok(match given {
        true => reader.parameters(),
        false => reader.declared,
    })
}

fn without_types(text: &str, parts: &[Range<usize>]) -> String {
    let plain = parts.iter().map(|at| {
        let statement = &text[at.clone()];
        match statement.strip_prefix("param ") {
            Some(rest) => format!("var   {rest}"),
            None => statement.to_owned(),
        }
    });
    let first = parts.first().map_or(text.len(), |at| at.start);
    std::iter::once(text[..first].to_owned())
        .chain(plain)
        .collect()
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

/// What the names of a file stand for: they may be used before they are declared.
fn names(text: &str, parts: &[Range<usize>]) -> Names {
    let mut names = Names::default();
    let lines = parts.iter().flat_map(|at| text[at.clone()].lines());
    for line in lines {
        let line = line.trim_start();
        let mut words = line.split_ascii_whitespace();
        let (Some(keyword), Some(name)) = (words.next(), words.next()) else {
            continue;
        };
        let known = match keyword {
            "param" => Known::Parameter,
            "var" => Known::Variable,
            "module" => Known::Module,
            "resource" => {
                let written = line.split('\'').nth(1).unwrap_or_default();
                Known::Resource(kind(written, ""))
            }
            _ => continue,
        };
        names.0.entry(name.into()).or_insert(known);
    }
    names
}
