//! Infrastructure templates: one tree a syntax, one file a dialect; what comes out are declarations.

use crate::facts::{Declaration, Format};
use crate::finding::{Notice, NoticeKind};
use crate::text::Text;

mod hcl;
mod terraform;

/// What a template declares; none for a text that is no template. A template that cannot be parsed gives a notice, and
/// is left to the readers that need no tree.
pub(crate) fn read(text: &Text) -> Option<Result<Vec<Declaration>, Notice>> {
    if text.kind.format != Format::Hcl || text.kind.generated {
        return None;
    }
    let utf8 = std::str::from_utf8(&text.bytes).ok()?;
    match hcl::parse(utf8) {
        Ok(tree) => Some(terraform::declarations(tree, &text.path))
            .filter(|declared| !declared.is_empty())
            .map(Ok),
        Err(error) => Some(Err(Notice {
            path: Some(text.path.clone()),
            line: error.line.map(|line| line + text.base.line),
            kind: NoticeKind::NotParsed,
            message: format!("not fully analysed: {}", error.message),
        })),
    }
}
