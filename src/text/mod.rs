//! From bytes to text: encodings, kinds of file, lines and columns.

use std::sync::Arc;

pub(crate) mod decode;
pub(crate) mod kind;
pub(crate) mod position;
pub(crate) mod test_code;

use crate::facts::Kind;

/// Where a text starts within its file; not zero for the later chunks of a large file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// Lines before the first one of this text.
    pub line: u32,
    /// UTF-16 code units before it on its own first line.
    pub column: u32,
}

/// How the bytes of a file were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Valid UTF-8, with or without a mark.
    Utf8,
    /// Little-endian UTF-16.
    Utf16Le,
    /// Big-endian UTF-16.
    Utf16Be,
    /// Neither: each byte that belongs to no UTF-8 character is one of its own.
    Latin1,
}

/// Decoded text with what is known about it. `bytes` is valid UTF-8 without a byte order mark.
pub struct Text {
    /// Path of the blob.
    pub path: Arc<str>,
    /// UTF-8.
    pub bytes: Vec<u8>,
    /// Where it starts.
    pub base: Base,
    /// How it was read.
    pub encoding: Encoding,
    /// What kind of file it is.
    pub kind: Kind,
}
