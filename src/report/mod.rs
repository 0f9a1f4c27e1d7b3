//! Reports: what a scan found, written for people and for machines; one file a format.
//!
//! A report shows masked secrets only. The secret itself is written where a user asks for it, and only by the formats
//! that are read at the user's own desk (pretty and JSON): a SARIF file and a workflow log are made to be passed on.

mod diff;
mod escape;
mod github;
mod json;
mod level;
mod pretty;
#[cfg(test)]
pub(crate) mod sample;
mod sarif;

use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::finding::{Finding, Report};

pub use diff::diff;
pub use github::summary as github_summary;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Snippets with a mark under the secret, for people.
    #[default]
    Pretty,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands that become annotations on GitHub.
    Github,
}

/// A word that names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{0}`; the formats are pretty, json, jsonl, sarif and github")]
pub struct UnknownFormat(String);

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [
        Self::Pretty,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
    ];

    /// The format as users write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == word)
            .ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

/// The revision that was scanned, for SARIF's `versionControlProvenance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// URL of the repository; a user and password in it are left out.
    pub repository: String,
    /// Full id of the commit.
    pub commit: Option<String>,
    /// Name of the branch.
    pub branch: Option<String>,
}

/// What a hook stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A commit.
    Commit,
    /// A push.
    Push,
}

/// What a report shows, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The absolute directory that paths are relative to: SARIF's `%SRCROOT%`.
    pub root: PathBuf,
    /// Whether pretty and JSON write the secrets themselves.
    pub show_secrets: bool,
    /// Whether findings that are held back are shown, with what holds them.
    pub show_held: bool,
    /// Whether pretty uses colours.
    pub color: bool,
    /// Whether pretty links rules to their documentation.
    pub hyperlinks: bool,
    /// What the findings stop, so that pretty tells all the ways on.
    pub refused: Option<Refused>,
    /// Whether pretty leaves out the hint and the summary.
    pub quiet: bool,
    /// What was scanned, where it is known.
    pub revision: Option<Revision>,
    /// How long the scan took, for the summary of pretty.
    pub elapsed: Option<Duration>,
}

/// Writes a report.
///
/// # Errors
///
/// Fails when `out` does.
pub fn write(
    format: Format,
    report: &Report,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Pretty => pretty::write(report, options, out),
        Format::Json => json::write(report, options, out),
        Format::Jsonl => json::write_lines(report, options, out),
        Format::Sarif => sarif::write(report, options, out),
        Format::Github => github::write(report, options, out),
    }
}

/// Writes what pretty ends with, for use beside another format: the notices that are no errors, and the counts.
///
/// # Errors
///
/// Fails when `out` does.
pub fn write_summary(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    pretty::write_summary(report, options, out)
}

/// The findings that are shown, in the order of the report.
fn shown<'a>(report: &'a Report, options: &Options) -> impl Iterator<Item = &'a Finding> {
    let show_held = options.show_held;
    report
        .findings
        .iter()
        .filter(move |finding| show_held || finding.held.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_read_back() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        let error = "xml".parse::<Format>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown format `xml`; the formats are pretty, json, jsonl, sarif and github"
        );
    }

    #[test]
    fn no_format_shows_a_secret_unless_asked() {
        let report = sample::report();
        for format in Format::ALL {
            for show_held in [false, true] {
                let options = Options {
                    show_held,
                    ..sample::options()
                };
                sample::assert_masked(&report, &sample::written(format, &report, &options));
            }
        }
        let mut summary = Vec::new();
        github_summary(&report, &mut summary).unwrap();
        sample::assert_masked(&report, &String::from_utf8(summary).unwrap());
    }

    #[test]
    fn only_desk_formats_show_secrets_on_demand() {
        let report = sample::report();
        let options = Options {
            show_secrets: true,
            ..sample::options()
        };
        for format in Format::ALL {
            let desk = matches!(format, Format::Pretty | Format::Json | Format::Jsonl);
            assert_eq!(
                sample::written(format, &report, &options).contains(sample::PASSWORD),
                desk,
                "{format:?}"
            );
        }
    }

    #[test]
    fn nothing_hostile_passes_through() {
        let report = sample::hostile();
        for format in Format::ALL {
            let text = sample::written(format, &report, &sample::options());
            let bad = |c: &char| *c != '\n' && escape::is_hidden(*c);
            assert_eq!(text.chars().find(bad), None, "{format:?}: {text}");
            assert!(!text.contains("##["), "{format:?}: {text}");
            assert!(
                !text
                    .lines()
                    .any(|line| line.trim_start().starts_with("::error file=x")),
                "{format:?}: {text}"
            );
        }
    }

    #[test]
    fn an_empty_report_is_written_too() {
        for format in Format::ALL {
            let text = sample::written(format, &Report::default(), &Options::default());
            assert!(
                matches!(format, Format::Github) || !text.is_empty(),
                "{format:?}"
            );
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn any_name_and_content_is_written_safely(
            path in "[a-z\\PC\u{1b}\u{202e}\n%/]{0,20}",
            text in "[a-z:\"\\PC\u{1b}\u{200b}\u{9b}\t\n#\\[]{0,60}",
            (start, length) in (0_usize..70, 0_usize..70),
        ) {
            let mut report = sample::hostile();
            let finding = &mut report.findings[0];
            finding.place.path = path.into();
            finding.message.clone_from(&text);
            finding.place.excerpt = crate::finding::Excerpt { first_line: 1, text, mark: start..start + length };
            for format in Format::ALL {
                let text = sample::written(format, &report, &sample::options());
                proptest::prop_assert!(!text.contains(|c| c != '\n' && escape::is_hidden(c)));
                proptest::prop_assert!(!text.contains("##["));
                let json = matches!(format, Format::Json | Format::Sarif);
                proptest::prop_assert!(!json || serde_json::from_str::<serde_json::Value>(&text).is_ok());
            }
        }
    }
}
