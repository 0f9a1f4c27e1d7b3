//! Errors as people read them: `error: lower case message`, then one line of help.

use std::io::{self, Write as _};

use barekey::catalogue::PlanError;
use barekey::config::ConfigError;
use barekey::source::git::GitError;
use barekey::suppress::baseline::BaselineError;

/// A mistake on the command line or in what it names, with the way out.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Mistake {
    message: String,
    help: String,
}

impl Mistake {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }
}

/// Prints an error and its help. A standard error that cannot be written to is not worth failing for.
pub(super) fn print(error: &anyhow::Error) {
    let bold_red = clap::builder::styling::AnsiColor::Red.on_default().bold();
    let cyan = clap::builder::styling::AnsiColor::Cyan.on_default().bold();
    let mut err = anstream::AutoStream::auto(io::stderr().lock());
    let _ = writeln!(
        err,
        "{bold_red}error{bold_red:#}: {}",
        one_line(&format!("{error:#}"))
    );
    if let Some(help) = help(error) {
        let _ = writeln!(err, "{cyan}help{cyan:#}: {}", one_line(&help));
    }
}

/// Prints the way out of what a report told of.
pub(super) fn print_help(help: &str) {
    let cyan = clap::builder::styling::AnsiColor::Cyan.on_default().bold();
    let mut err = anstream::AutoStream::auto(io::stderr().lock());
    let _ = writeln!(err, "{cyan}help{cyan:#}: {}", one_line(help));
}

/// Prints something to know that changes no exit code.
pub(super) fn warn(message: &str) {
    let mut err = anstream::AutoStream::auto(io::stderr().lock());
    let _ = writeln!(err, "warning: {}", one_line(message));
}

/// Prints something to know that nobody needs to worry about.
pub(super) fn note(message: &str) {
    let mut err = anstream::AutoStream::auto(io::stderr().lock());
    let _ = writeln!(err, "{}", one_line(message));
}

/// Names of files and settings may hold anything: control characters are shown, not sent.
pub(super) fn one_line(text: &str) -> String {
    let show = |c: char| {
        if c.is_control() {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.trim_end().chars().map(show).collect()
}

/// Whether the reader of standard output went away.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn help(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        if let Some(mistake) = cause.downcast_ref::<Mistake>() {
            return Some(mistake.help.clone());
        }
        if let Some(error) = cause.downcast_ref::<GitError>() {
            return error.way_out().map(str::to_owned);
        }
        if let Some(error) = cause.downcast_ref::<PlanError>() {
            return plan_help(error);
        }
        if let Some(error) = cause.downcast_ref::<BaselineError>() {
            return Some(baseline_help(error).to_owned());
        }
        cause.downcast_ref::<ConfigError>().map(config_help)
    })
}

fn plan_help(error: &PlanError) -> Option<String> {
    match error {
        PlanError::UnknownRule {
            suggestion: Some(near),
            ..
        } => Some(format!("did you mean `{near}`?")),
        PlanError::UnknownRule { .. } => Some("`barekey rules` lists every rule".to_owned()),
        PlanError::NoRules => {
            Some("name fewer rules with --skip-rule, or set `builtin: true`".to_owned())
        }
        PlanError::BadRule { .. } => {
            Some("`barekey rules --check` tells all that is wrong".to_owned())
        }
        PlanError::BadPattern { .. } => {
            Some("docs/configuration.md tells what can be said".to_owned())
        }
    }
}

fn config_help(error: &ConfigError) -> String {
    match error {
        ConfigError::Wrong {
            suggestion: Some(near),
            ..
        } => format!("did you mean `{near}`?"),
        ConfigError::Wrong { .. } => "docs/configuration.md tells what can be said".to_owned(),
        ConfigError::File(_) => {
            "name a file with --config, or look for none with --isolated".to_owned()
        }
    }
}

fn baseline_help(error: &BaselineError) -> &'static str {
    match error {
        BaselineError::Conflict { .. } => {
            "`barekey baseline merge` takes the entries of both sides"
        }
        BaselineError::Newer { .. } => "use the version of Barekey that wrote it, or a newer one",
        BaselineError::Wrong { .. } => {
            "put the line right or remove it; `barekey baseline update` writes the file anew"
        }
        BaselineError::File(_) => {
            "`barekey baseline create` writes one; --no-baseline looks for none"
        }
    }
}
