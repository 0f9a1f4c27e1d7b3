//! Infrastructure templates: one tree a syntax, one file a dialect; what comes out are declarations.

use crate::facts::{Declaration, Format};
use crate::finding::{Notice, NoticeKind};
use crate::text::Text;

mod cloudformation;
mod hcl;
mod terraform;
mod yaml;

/// Why a text has no tree.
struct ParseError {
    /// What the parser says, in one line, without any of the text.
    message: String,
    /// Where it stopped, from 1.
    line: Option<u32>,
}

/// What a template declares; none for a text that is no template. A template that cannot be parsed gives a notice, and
/// is left to the readers that need no tree.
pub(crate) fn read(text: &Text) -> Option<Result<Vec<Declaration>, Notice>> {
    if text.kind.generated {
        return None;
    }
    let declared = match text.kind.format {
        Format::Hcl => {
            let utf8 = std::str::from_utf8(&text.bytes).ok()?;
            hcl::parse(utf8).map(|tree| terraform::declarations(tree, &text.path))
        }
        Format::Yaml | Format::Json if cloudformation::may_be(&text.bytes) => {
            let utf8 = std::str::from_utf8(&text.bytes).ok()?;
            yaml::parse(utf8).map(|root| cloudformation::declarations(&root, utf8))
        }
        _ => return None,
    };
    match declared {
        Ok(declared) => Some(Ok(declared)).filter(|d| d.as_ref().is_ok_and(|d| !d.is_empty())),
        Err(error) => Some(Err(Notice {
            path: Some(text.path.clone()),
            line: error.line.map(|line| line + text.base.line),
            kind: NoticeKind::NotParsed,
            message: format!("not fully analysed: {}", error.message),
        })),
    }
}
