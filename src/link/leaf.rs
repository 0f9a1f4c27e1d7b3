//! What a walk ends at.

use crate::facts::{Entry, Value};
use crate::span::Span;

use super::Step;

/// A value that a property may have, as far as it could be followed.
#[derive(Clone)]
pub(crate) struct Leaf<'p> {
    /// The names that lead to it in its declaration; of `{ name = "X", value = ... }`, `X` is one.
    pub(crate) path: Vec<&'p str>,
    /// What stands beside it, where name and value were one entry each.
    pub(crate) beside: Option<&'p [Entry]>,
    /// A literal, a plain value or a reference.
    pub(crate) value: &'p Value,
    /// Number of the file where the value stands.
    pub(crate) file: usize,
    /// The module that the value stands in.
    pub(crate) module: usize,
    /// The entry of the declaration that it ends up under, and its file.
    pub(crate) entry: (usize, Span),
    /// The name that the value is given where it is written.
    pub(crate) name: Option<&'p str>,
    /// The places that it passed, the last first; empty where it is written in its property.
    pub(crate) passed: Vec<Step>,
    /// Which part of it is meant.
    pub(crate) part: Vec<&'p str>,
    /// How many references led to it.
    pub(crate) depth: usize,
    /// Whether it is one part of a text.
    pub(crate) within: bool,
}
