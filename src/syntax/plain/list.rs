//! Lists of values under one name.

use crate::facts::{Format, Literal};

use super::{Reader, bare, quoted};

/// Most items of a list that are read.
const ITEMS: usize = 50;

/// Literals separated by commas, up to the closing bracket; in YAML also bare ones.
pub(super) fn inline(reader: &Reader<'_>, mut at: usize) -> Vec<Literal> {
    let mut items = Vec::new();
    while items.len() < ITEMS {
        at = reader.skip_white(at, 2);
        let literal = match quoted::at(reader, at) {
            Some(literal) => literal,
            None if reader.kind.format == Format::Yaml => bare::flow_item(reader, at, b']'),
            None => None,
        };
        let Some(literal) = literal else {
            break;
        };
        let end = literal.raw.end as usize + usize::from(literal.quoted);
        at = reader.skip_white(end, 2);
        items.push(literal);
        if reader.at(at) != Some(b',') {
            break;
        }
        at += 1;
    }
    items
}

/// The items of a YAML sequence, a line each.
pub(super) fn dashes(reader: &Reader<'_>, mut at: usize) -> Vec<Literal> {
    let mut items = Vec::new();
    while items.len() < ITEMS && reader.starts_with(at, b"- ") {
        let start = reader.skip_blanks(at + 2);
        let item = quoted::at(reader, start).unwrap_or_else(|| bare::scalar(reader, start));
        items.extend(item);
        at = reader.skip_white(start + reader.rest_of_line(start).len(), 1);
    }
    items
}
