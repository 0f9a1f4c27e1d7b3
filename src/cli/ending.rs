//! How a scan ended: what is said of what it did not read, and the exit code.

use barekey::finding::{NoticeKind, Report, Skip};
use barekey::rule::Class;

use super::Exit;
use super::error::{self, Mistake};
use super::input::Input;

/// Says what is missing from the scan, if anything is; a pretty report has told of single files.
pub(super) fn complain(report: &Report, input: Input, told: bool) -> Exit {
    let unreadable: Vec<_> = report
        .notices
        .iter()
        .filter(|notice| notice.kind == NoticeKind::Unreadable)
        .collect();
    for notice in unreadable.iter().filter(|_| !told) {
        let place = notice
            .path
            .as_deref()
            .map(|path| format!("{path}: "))
            .unwrap_or_default();
        error::print(&anyhow::anyhow!("{place}{}", notice.message));
    }
    if !unreadable.is_empty() {
        if matches!(input, Input::Changes | Input::Commits) {
            error::print_help(
                "`git fsck` tells of damage; what a partial clone left out is fetched by `git fetch --refetch`",
            );
        }
        return Exit::Failed;
    }
    match input {
        Input::Changes if report.summary.files == 0 && report.summary.skipped.is_empty() => {
            error::note("there are no changes: no file was scanned");
        }
        Input::Commits if report.summary.commits == 0 => {
            error::note("there are no commits to scan")
        }
        _ => {}
    }
    if matches!(input, Input::Changes | Input::Commits) {
        return Exit::Clean;
    }
    if input == Input::Stdin && report.summary.bytes == 0 {
        error::warn("standard input was empty");
    }
    if report.summary.files == 0 && !is_accounted_for(report, input) {
        let help = "check the path, `skip` in barekey.yaml and the ignore files (--no-ignore)";
        error::print(&Mistake::new("no file was read", help).into());
        return Exit::Failed;
    }
    Exit::Clean
}

/// Files that were named, and that hold no text or are left out by the configuration, are no reason to stop a commit.
fn is_accounted_for(report: &Report, input: Input) -> bool {
    let harmless = |skip: &Skip| matches!(skip, Skip::Binary | Skip::Config | Skip::OwnConfig);
    let skipped = &report.summary.skipped;
    input == Input::Files && !skipped.is_empty() && skipped.keys().all(harmless)
}

/// Whether findings of this class or a graver one make the run fail; none lets every finding pass.
pub(super) fn judgement(report: &Report, fail_on: Option<Class>) -> Exit {
    let Some(class) = fail_on else {
        return Exit::Clean;
    };
    let fails = report
        .findings
        .iter()
        .any(|finding| finding.held.is_none() && finding.class >= class);
    if fails { Exit::Findings } else { Exit::Clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_of_images_alone_is_clean() {
        let mut report = Report::default();
        report.summary.skipped.insert(Skip::Binary, 2);
        assert_eq!(complain(&report, Input::Files, false), Exit::Clean);
        assert_eq!(complain(&report, Input::Trees, false), Exit::Failed);
        report.summary.skipped.insert(Skip::Special, 1);
        assert_eq!(complain(&report, Input::Files, false), Exit::Failed);
    }

    #[test]
    fn incomplete_is_graver_than_findings() {
        assert_eq!(Exit::Failed.max(Exit::Findings), Exit::Failed);
        assert_eq!(
            complain(&Report::default(), Input::Files, false),
            Exit::Failed
        );
        assert_eq!(
            judgement(&Report::default(), Some(Class::Hygiene)),
            Exit::Clean
        );
    }
}
