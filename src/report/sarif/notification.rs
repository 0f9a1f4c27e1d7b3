//! What a run has to say beside its results: notices, files left out, results cut.

use serde_sarif::sarif;

use super::location::{capitalised, file};
use super::sentence;
use crate::finding::{Notice, NoticeKind, Report};

const SKIPPED: &str = "skipped";
const CUT: &str = "results-cut";

/// The notifications of a run in which `cut` results were left out.
pub(super) fn all(report: &Report, cut: usize) -> Vec<sarif::Notification> {
    let notices = report.notices.iter().map(notice);
    let skipped = report
        .summary
        .skipped
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(skip, count)| {
            let files = if *count == 1 {
                "1 file was".to_owned()
            } else {
                format!("{count} files were")
            };
            notification(
                SKIPPED,
                "note",
                &format!("{files} not scanned ({})", skip.as_str()),
            )
        });
    let cut = (cut > 0).then(|| {
        let text = format!(
            "{cut} results were left out: a run holds at most {}; the least severe were cut",
            super::LIMIT
        );
        notification(CUT, "warning", &text)
    });
    notices.chain(skipped).chain(cut).collect()
}

/// Whether a notification says that the scan is incomplete.
pub(super) fn has_error(notifications: &[sarif::Notification]) -> bool {
    notifications.iter().any(|notification| {
        notification
            .level
            .as_ref()
            .is_some_and(|level| level == "error")
    })
}

fn notice(notice: &Notice) -> sarif::Notification {
    let level = match notice.kind {
        NoticeKind::Unreadable => "error",
        NoticeKind::Capped
        | NoticeKind::BadMarker
        | NoticeKind::GitFailed
        | NoticeKind::Unmerged
        | NoticeKind::ArchiveCut
        | NoticeKind::Shallow
        | NoticeKind::NewAllow
        | NoticeKind::NotParsed => "warning",
        NoticeKind::GuessedEncoding
        | NoticeKind::UnusedMarker
        | NoticeKind::UnusedAllow
        | NoticeKind::StaleBaseline => "note",
    };
    let mut notification = notification(notice.kind.as_str(), level, &notice.message);
    notification.locations = notice
        .path
        .as_ref()
        .map(|path| vec![file(path, notice.line)]);
    notification
}

fn notification(kind: &str, level: &str, message: &str) -> sarif::Notification {
    sarif::Notification::builder()
        .descriptor(
            sarif::ReportingDescriptorReference::builder()
                .id(kind)
                .build(),
        )
        .level(level)
        .message(
            sarif::Message::builder()
                .text(sentence(&capitalised(message)))
                .build(),
        )
        .build()
}
