//! Infrastructure templates: one tree a syntax, one file a dialect with its row here; what comes out are declarations.

use crate::facts::{self, Declaration, Format};
use crate::finding::{Notice, NoticeKind};
use crate::text::Text;

mod actions;
mod app_settings;
mod arm;
mod azure;
mod azure_pipelines;
mod bicep;
mod bitbucket;
mod circleci;
mod cloud_build;
mod cloudformation;
mod codebuild;
mod compose;
mod dockerfile;
mod dotenv;
mod gitlab;
mod google;
mod grammar;
mod hcl;
mod interpolated;
mod json;
mod kubernetes;
mod kustomize;
mod object;
mod pipeline;
mod samconfig;
mod script;
mod serverless;
mod shell;
mod source;
pub(crate) mod terraform;
mod terraform_json;
mod toml;
mod yaml;

use source::Source;

/// A dialect: how its files are known, and what reads them.
struct Dialect {
    /// How its files may be written.
    formats: &'static [Format],
    /// Whether a text may be of it: cheap, before anything is parsed.
    may_be: fn(&Text) -> bool,
    /// What a file declares; none if it is of something else.
    read: fn(&Source<'_>) -> Result<Vec<Declaration>, ParseError>,
}

/// Every dialect. The first that finds declarations in a file has it.
static DIALECTS: &[Dialect] = &[
    app_settings::DIALECT,
    arm::DIALECT,
    bicep::DIALECT,
    terraform::DIALECT,
    terraform_json::DIALECT,
    actions::DIALECT,
    azure_pipelines::DIALECT,
    bitbucket::DIALECT,
    circleci::DIALECT,
    codebuild::DIALECT,
    gitlab::DIALECT,
    google::DIALECT,
    kustomize::DIALECT,
    kubernetes::DIALECT,
    compose::DIALECT,
    dockerfile::DIALECT,
    script::DIALECT,
    serverless::DIALECT,
    cloudformation::DIALECT,
    samconfig::DIALECT,
];

/// Why a text has no tree.
#[derive(Clone)]
struct ParseError {
    /// What the parser says, in one line, without any of the text.
    message: String,
    /// Where it stopped, from 1.
    line: Option<u32>,
}

/// What was read of a template.
pub(crate) struct Template {
    /// In their order; none where it could not be read, and is left to the readers that need no tree.
    pub(crate) declarations: Vec<Declaration>,
    /// What could not be read of it.
    pub(crate) notice: Option<Notice>,
}

/// What a template declares; none for a text that is no template.
pub(crate) fn read(text: &Text) -> Option<Template> {
    let mut may_be = DIALECTS
        .iter()
        .filter(|dialect| dialect.formats.contains(&text.kind.format) && (dialect.may_be)(text))
        .peekable();
    if text.kind.generated || may_be.peek().is_none() {
        return None;
    }
    let source = Source::new(text)?;
    let found = may_be.find_map(|dialect| match (dialect.read)(&source) {
        Ok(declared) => (!declared.is_empty()).then_some((declared, None)),
        Err(error) => Some((Vec::new(), Some(error))),
    });
    let (declarations, error) = found.unwrap_or_default();
    let error = error.as_ref().or(source.left_out());
    let notice = error.map(|error| notice(text, error));
    (notice.is_some() || !declarations.is_empty()).then_some(Template {
        declarations,
        notice,
    })
}

/// Whether a template may take values out of a file.
pub(crate) fn may_be_included(text: &Text) -> bool {
    let most = match text.kind.format {
        Format::Yaml | Format::Json | Format::Config => MOST_INCLUDED,
        _ if dotenv::is_one(text) => MOST_INCLUDED,
        Format::Prose => MOST_WORDS,
        _ => 0,
    };
    text.bytes.len() <= most
}

/// The name of what a file holds as one value.
pub(crate) const WHOLE: &str = "text";

/// How large a file is that is included, in bytes.
const MOST_INCLUDED: usize = 256 << 10;
/// The same of a text that may hold no more than a password.
const MOST_WORDS: usize = 4 << 10;

/// What a file holds that a template of the language `by` includes; none where it is no YAML, JSON or .env. It need not
/// parse on its own account.
pub(crate) fn included(text: &Text, by: facts::Dialect) -> Option<Vec<Declaration>> {
    let source = Source::new(text)?;
    match by {
        facts::Dialect::Pipeline => gitlab::included(&source).ok(),
        facts::Dialect::Kubernetes => Some(dotenv::generated(text)),
        facts::Dialect::Terraform => interpolated::file(source.text),
        _ if dotenv::is_one(text) => Some(dotenv::content(source.text)),
        // Compose takes nothing else.
        facts::Dialect::Compose => None,
        _ => serverless::content(&source).ok(),
    }
}

fn notice(text: &Text, error: &ParseError) -> Notice {
    Notice {
        path: Some(text.path.clone()),
        line: error.line.map(|line| line + text.base.line),
        kind: NoticeKind::NotParsed,
        message: format!("not fully analysed: {}", error.message),
    }
}
