//! Readers of source code and of everything else: text in, facts out.

pub(crate) mod plain;
