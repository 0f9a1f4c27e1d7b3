//! What all pipelines of CI declare: jobs with their environments and steps, whatever the system calls them.
//!
//! A job is a resource of the kind `pipeline.job`. Under `env` stands what it sets itself, under `inherited` what is set
//! for all jobs; `steps` are mappings with `env`, `with`, `uses` and the commands under `run`.

use crate::facts::{Declaration, Dialect, Entry, Role, Value};
use crate::span::Span;

/// The kind of a job.
pub(super) const JOB: &str = "pipeline.job";
/// The kind of what holds for all jobs.
pub(super) const WORKFLOW: &str = "pipeline.workflow";

/// Pipelines are small, but for generated ones.
pub(super) const MOST_BYTES: usize = 1_000_000;

/// A declaration of a pipeline.
pub(super) fn declaration(
    role: Role,
    kind: &str,
    name: &str,
    span: Span,
    body: Vec<Entry>,
) -> Declaration {
    Declaration {
        dialect: Dialect::Pipeline,
        role,
        kind: kind.into(),
        name: name.into(),
        span,
        body,
    }
}

/// An entry that the file does not write under this name.
pub(super) fn named(name: &str, span: Span, value: Value) -> Entry {
    Entry {
        name: name.into(),
        span,
        value,
    }
}

/// Whether a line of a text begins with a word, in quotes or not.
pub(super) fn has_line(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find_iter(bytes, word.as_bytes()).any(|at| {
        let before = bytes[..at].last();
        let before = match before {
            Some(b'"' | b'\'') => bytes[..at - 1].last(),
            other => other,
        };
        let after = bytes[at + word.len()..]
            .iter()
            .find(|b| !matches!(b, b'"' | b'\'' | b' '));
        after == Some(&b':') && matches!(before, None | Some(b'\n' | 0xbf))
    })
}
