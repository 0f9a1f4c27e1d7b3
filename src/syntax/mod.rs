//! Readers of source code and of everything else: text in, facts out.
//!
//! The plain reader takes any text; where more is at stake, a grammar reads a program, and what it says counts.

pub(crate) mod imports;
pub(crate) mod lang;
mod language;
pub(crate) mod plain;
pub(crate) mod program;
mod within;

pub(crate) use language::Language;
