//! Where bytes come from.
//!
//! A source gives [`Blob`]s: named contents that were not looked at yet.

use std::io::Read;
use std::sync::Arc;

pub(crate) mod root;
pub(crate) mod tracked;
pub(crate) mod tree;
pub(crate) mod walk;

/// The content of a blob: what is small enough is read whole, what is larger comes as a stream.
pub enum Content {
    /// At most [`WHOLE_LIMIT`] bytes.
    Whole(Vec<u8>),
    /// More than that, or of unknown size.
    Stream(Box<dyn Read + Send>),
}

/// Up to this size a blob is read and analysed whole: 4 MiB.
pub const WHOLE_LIMIT: usize = 4 << 20;

/// A named piece of content.
pub struct Blob {
    /// Relative to the root, with `/`; bytes that are no UTF-8 are percent-encoded.
    pub path: Arc<str>,
    /// The bytes.
    pub content: Content,
}
