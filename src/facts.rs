//! What a reader saw in a text: facts, without opinions.
//!
//! Readers (the plain reader, and one per grammar or dialect) give facts; audits see facts only, never a tree.

use crate::span::Span;

/// The names that lead to a value, from the outermost to its own: `spring.datasource.password` is three.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamePath(pub Vec<Span>);

/// What role a value plays where it stands. Platform and resource type are not roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Site {
    /// Assigned to a variable, or bound to a key of an object, a mapping or a configuration file.
    Variable,
    /// What a look-up gives when nothing is set: `getenv("X", "here")`.
    Default,
    /// Passed to a call, by position or after a name that is a string: `set("x.password", "here")`.
    Argument,
    /// Set in the environment of a process: `export X=here`, `ENV X here`, `-e X=here`.
    Environment,
    /// Follows a flag on a command line: `--password here`.
    Flag,
    /// A header of a request.
    Header,
    /// A parameter in a URL's query.
    Query,
    /// The text of an element of markup, or an attribute of it.
    Element,
    /// Compared with a value: `if token == "here"`.
    Comparison,
    /// One of the items under a name.
    Item,
}

/// Who speaks where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Voice {
    /// What runs, or configures what runs.
    Code,
    /// A comment: often code that ran once.
    Comment,
    /// A docstring or another text of several lines within code: shows how something is used.
    Documentation,
    /// Announced as an example by the words right before it.
    Example,
}

/// A constant, as it is written and as it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The bytes between the quotes, or the bare word.
    pub raw: Span,
    /// The meaning where it differs from the bytes: escapes decoded, lines joined.
    pub text: Option<Box<str>>,
    /// Whether quotes stand around it.
    pub quoted: bool,
}

/// A name is given a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The names that lead to the value.
    pub path: NamePath,
    /// The value.
    pub value: Literal,
    /// The role of the value.
    pub site: Site,
    /// Whether it is code, or said about code.
    pub voice: Voice,
}

/// All that a reader saw in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// In the order of their values.
    pub bindings: Vec<Binding>,
}

/// How values are written in a file, as far as a reader without a grammar needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Programming languages with `//` and `/* */`: only quoted literals are values.
    CLike,
    /// Python: `#`, triple quotes.
    Python,
    /// Ruby, Perl, R, Elixir, Tcl, ...: `#`.
    Hash,
    /// SQL, Lua, Haskell: `--`.
    Dash,
    /// Lisp family and assembler: `;`.
    Lisp,
    /// Shell, Dockerfile, Makefile, batch, PowerShell: bare words are values.
    Shell,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// ini, properties, toml, conf, env: bare words are values.
    Config,
    /// Terraform and other HCL.
    Hcl,
    /// XML, HTML and templates of them.
    Markup,
    /// Markdown, reStructuredText, plain prose, logs and everything unknown.
    Prose,
}

/// What is known of a file before its content is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// How values are written.
    pub format: Format,
    /// Credentials live here by design: `.env`, `.npmrc`, `credentials`, `.pgpass`, key files.
    pub credential_file: bool,
    /// Machine-made: lock files, minified code, source maps, translations.
    pub generated: bool,
}

impl Kind {
    /// Whether bare words are values, as opposed to names of things.
    #[must_use]
    pub fn has_bare_values(self) -> bool {
        matches!(
            self.format,
            Format::Shell | Format::Yaml | Format::Config | Format::Prose | Format::Markup
        )
    }
}
