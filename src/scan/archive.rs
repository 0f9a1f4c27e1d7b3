//! The members of an archive, each analysed as a file of its own under the name `archive.zip!/member`.

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use crate::finding::{Notice, NoticeKind};
use crate::source::{Blob, Content, WHOLE_LIMIT, archive};

use super::Outcome;
use super::one::{Engine, Scratch, scan_member};

/// What is in an archive; a blob that is none comes back.
pub(super) fn members(
    engine: &Engine,
    scratch: &mut Scratch,
    blob: Blob,
) -> std::io::Result<Result<Outcome, Blob>> {
    let Blob { path, content } = blob;
    let bytes = match content {
        Content::Whole(bytes) if archive::is_zip(&bytes) => bytes,
        Content::Stream(mut reader) => {
            let mut start = Vec::new();
            reader.by_ref().take(4).read_to_end(&mut start)?;
            if !archive::is_zip(&start) {
                let content = Content::Stream(Box::new(Cursor::new(start).chain(reader)));
                return Ok(Err(Blob { path, content }));
            }
            reader
                .take(archive::LARGEST as u64)
                .read_to_end(&mut start)?;
            start
        }
        content => return Ok(Err(Blob { path, content })),
    };
    let mut all = Outcome::default();
    if bytes.len() > archive::LARGEST {
        all.notices.push(not_read(
            &path,
            "the archive is too large to be looked into",
        ));
        return Ok(Ok(all));
    }
    let said = archive::unpack(&bytes, |name, bytes| {
        all.bytes += bytes.len() as u64;
        let content = match bytes.len() {
            ..=WHOLE_LIMIT => Content::Whole(bytes),
            _ => Content::Stream(Box::new(Cursor::new(bytes))),
        };
        let path = format!("{path}!/{name}").into();
        let outcome = scan_member(engine, scratch, Blob { path, content });
        all.findings.extend(outcome.findings);
        all.notices.extend(outcome.notices);
    });
    all.notices.extend(said.map(|said| not_read(&path, &said)));
    Ok(Ok(all))
}

fn not_read(path: &Arc<str>, message: &str) -> Notice {
    Notice {
        path: Some(path.clone()),
        line: None,
        kind: NoticeKind::ArchiveCut,
        message: message.to_owned(),
    }
}
