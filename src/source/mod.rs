//! Where bytes come from.
//!
//! A source gives [`Blob`]s: named contents that were not looked at yet.

use std::io::{self, Read};
use std::sync::Arc;

pub(crate) mod archive;
pub mod git;
pub(crate) mod ignored;
pub(crate) mod root;
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

/// Files by their paths: of a work tree, an index or a commit.
pub(crate) trait Source: Sync + Send {
    /// The file at a path, as reports write it; none where there is none. A link is its target's name.
    ///
    /// # Errors
    /// When there is one, and it cannot be read.
    fn read(&self, path: &str) -> io::Result<Option<Blob>>;

    /// The paths of the files in a directory, but for those in directories below it, sorted.
    fn list(&self, dir: &str) -> Vec<Arc<str>>;
}
