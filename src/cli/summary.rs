//! What a scan did, on standard error: so that nobody takes an empty scan for a clean one.

use std::io::{self, Write as _};
use std::path::Path;

use barekey::finding::Report;
use barekey::report::{self, Options};

use super::error::one_line;

/// Prints the summary. A pretty report on the terminal has told all but the configuration (`full` is false).
pub(super) fn print(report: &Report, options: &Options, config: Option<&Path>, full: bool) {
    let mut text = Vec::new();
    if full {
        let _ = report::write_summary(report, options, &mut text);
    }
    if let Some(config) = config {
        let _ = writeln!(
            text,
            "settings from {}",
            one_line(&config.to_string_lossy())
        );
    }
    let _ = io::stderr().lock().write_all(&text);
}
