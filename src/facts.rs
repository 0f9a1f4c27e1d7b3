//! What a reader saw in a text: facts, without opinions.
//!
//! Readers (the plain reader, and one per grammar or dialect) give facts; audits see facts only, never a tree.

use crate::reference::Reference;
use crate::span::Span;

pub mod code;

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
    /// Code that tests other code: most of its values are made up.
    Test,
    /// The same, where a result is compared with a known one: what goes in was made for it.
    Answer,
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
    /// The format of a program that a file of another one holds.
    pub held: Option<Format>,
    /// Of a program that a grammar has read, as all below: the file itself first, then in the order in which they begin.
    pub functions: Vec<code::Function>,
    /// In the order in which they are made.
    pub calls: Vec<code::Call>,
    /// What happens in the functions, in the order of the text.
    pub steps: Vec<code::Step>,
    /// In the order of the text.
    pub imports: Vec<code::Import>,
    /// In the order of the text: what is given to other files under another name than its own, or taken from a third one.
    pub exports: Vec<code::Export>,
}

/// A value of a template, as deep as it is written. Nothing is evaluated: what a name stands for, `link` finds out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A constant text.
    Literal(Literal),
    /// A number, a truth value or nothing, as written.
    Plain(Span),
    /// A name of something else.
    Reference(Reference, Span),
    /// A text put together of parts.
    Concat(Vec<Value>),
    /// A function of other values, and which part of its result is meant: `jsondecode(x)["password"]`.
    Call {
        /// Of the function.
        name: Box<str>,
        /// In their order.
        arguments: Vec<Value>,
        /// Names of the parts, from the outermost; empty for all of the result.
        part: Vec<Box<str>>,
        /// All of the call.
        span: Span,
    },
    /// One of these.
    Either(Vec<Value>),
    /// Values under names.
    Map(Vec<Entry>),
    /// Values in their order.
    List(Vec<Value>),
    /// A script. Within a word it stands for what the commands print.
    Commands(Vec<Command>),
    /// What is not understood; it never gives a finding.
    Unknown(Span),
}

/// A command of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What it sets: the names before a program, and those after `export` and its like.
    pub assigned: Vec<Entry>,
    /// The program and its arguments.
    pub words: Vec<Value>,
    /// What it is given to read where that is written in the script: a here-document or here-string.
    pub input: Option<Value>,
    /// Where its output goes.
    pub output: Output,
    /// The function of the script that it stands in.
    pub function: Option<Box<str>>,
    /// From its first word to its last.
    pub span: Span,
}

/// Where the output of a command goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// To whoever reads the output of the script; in a pipeline, its log.
    Terminal,
    /// To where errors are told: as the terminal, but no other program takes it for a result.
    Errors,
    /// Into the next command.
    Pipe,
    /// Into a file.
    File(Value),
}

impl Output {
    /// Whether people see it.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        matches!(self, Self::Terminal | Self::Errors)
    }
}

/// A name in a template with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Without quotes.
    pub name: Box<str>,
    /// Where the name stands.
    pub span: Span,
    /// What it is given.
    pub value: Value,
}

/// What a declaration of a template is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Something that will exist, and its properties.
    Resource,
    /// Something that exists and is asked for its properties.
    Data,
    /// A value that lives only as long as a run.
    Ephemeral,
    /// A parameter of the template.
    Variable,
    /// A name for a value within the template.
    Local,
    /// A result of the template.
    Output,
    /// The use of another template, with its inputs.
    Module,
    /// The connection to a platform.
    Provider,
    /// Where the state is kept.
    Backend,
    /// The value of a parameter, given elsewhere.
    Assignment,
    /// What a run has written down of a resource, a data source or an output.
    State,
    /// All that a file holds, for those who name a part of it.
    Content,
}

/// The language of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Bicep and ARM templates: each file stands for itself, and uses others.
    Azure,
    /// Terraform and OpenTofu: the files of a directory belong together.
    Terraform,
    /// CloudFormation and SAM: each file stands for itself.
    CloudFormation,
    /// Cloud Run, App Engine and Cloud Build: each file stands for itself.
    Google,
    /// The Serverless Framework: a file with those that it includes.
    Serverless,
    /// A pipeline of CI: each file stands for itself, and may call others.
    Pipeline,
    /// Manifests of Kubernetes: each file stands for itself.
    Kubernetes,
    /// Compose: each file stands for itself.
    Compose,
    /// A Dockerfile.
    Docker,
    /// A script of a shell.
    Script,
}

/// Something that a template declares. Its whole body is kept, so that what is absent can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The language that it is written in.
    pub dialect: Dialect,
    /// What it is there for.
    pub role: Role,
    /// The type of a resource, data source, provider or backend; else empty.
    pub kind: Box<str>,
    /// Its own name.
    pub name: Box<str>,
    /// Its head: what names it.
    pub span: Span,
    /// What it sets; for a local, an assignment and an output the value stands under `value`.
    pub body: Vec<Entry>,
}

impl Declaration {
    /// How people speak of it: `aws_lambda_function.api`, `variable db_password`.
    #[must_use]
    pub fn address(&self) -> String {
        let word = match self.role {
            Role::Resource if self.dialect == Dialect::Terraform => {
                return format!("{}.{}", self.kind, self.name);
            }
            Role::Resource if self.dialect == Dialect::Script => return self.name.to_string(),
            Role::Resource
                if matches!(
                    self.dialect,
                    Dialect::Serverless
                        | Dialect::Pipeline
                        | Dialect::Kubernetes
                        | Dialect::Compose
                        | Dialect::Docker
                ) =>
            {
                self.kind.rsplit('.').next().unwrap_or_default()
            }
            Role::Resource
                if self.dialect == Dialect::Google || &*self.kind == "azure.settings" =>
            {
                return self.name.to_string();
            }
            Role::Resource => return format!("{} ({})", self.name, self.kind),
            Role::Data => return format!("data.{}.{}", self.kind, self.name),
            Role::Ephemeral => return format!("ephemeral.{}.{}", self.kind, self.name),
            Role::State => return format!("{}.{} in the state", self.kind, self.name),
            Role::Provider => return format!("provider {}", self.kind),
            Role::Backend => return format!("backend {}", self.kind),
            Role::Variable if self.dialect == Dialect::Pipeline => "input",
            Role::Variable if self.dialect != Dialect::Terraform => "parameter",
            Role::Variable => "variable",
            Role::Local => "local",
            Role::Output => "output",
            Role::Module if self.dialect == Dialect::CloudFormation => "stack",
            Role::Module => "module",
            Role::Assignment => "value of",
            Role::Content => "content",
        };
        match self.name.is_empty() || *self.name == *word {
            true => word.to_owned(),
            false => format!("{word} {}", self.name),
        }
    }

    /// The first value under a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        entry(&self.body, name).map(|e| &e.value)
    }
}

/// The first entry of a name.
#[must_use]
pub fn entry<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Entry> {
    entries.iter().find(|e| *e.name == *name)
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
