//! A file with what it declares, and the others that it names.

use crate::facts::{Declaration, Dialect, Role, Value};
use crate::span::Span;
use crate::text::Text;

use super::joined;

/// The kind of the use of a file that is no pipeline by itself, but a part of one.
pub(super) const INCLUDED: &str = "pipeline.include";
/// The kind of the use of a file that a pipeline starts as another one.
pub(super) const STARTED: &str = "pipeline.child";

/// The kind of the use of a file that Terraform fills in or reads.
const FILLED_IN: &str = "terraform.file";

/// A file with what it declares.
pub(crate) struct File {
    /// Its text.
    pub(crate) text: Text,
    /// In their order.
    pub(crate) declarations: Vec<Declaration>,
    /// The directory that paths in it start from, where that is not its own.
    pub(crate) base: Option<String>,
}

impl File {
    /// A file whose paths start from its directory.
    pub(crate) fn new(text: Text, declarations: Vec<Declaration>) -> Self {
        Self {
            text,
            declarations,
            base: None,
        }
    }

    /// The directory that paths in it start from.
    pub(crate) fn base(&self) -> &str {
        self.base.as_deref().unwrap_or_else(|| self.directory())
    }

    /// The text of a span; what is no text is empty.
    pub(crate) fn slice(&self, span: Span) -> &str {
        self.text
            .bytes
            .get(span.range())
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    /// The directories of the modules that it uses, where these are local.
    pub(crate) fn sources(&self) -> Vec<String> {
        let calls = self.declarations.iter().filter(|d| d.role == Role::Module);
        calls
            .filter_map(|what| self.source(what))
            .filter_map(|source| joined(self.base(), source))
            .collect()
    }

    /// The same of files that are no modules.
    pub(crate) fn inclusions(&self) -> Vec<String> {
        let is_file =
            |what: &&Declaration| what.dialect != Dialect::Terraform || &*what.kind == FILLED_IN;
        let calls = self.declarations.iter().filter(|d| d.role == Role::Module);
        let sources = calls.filter(is_file).filter_map(|what| self.source(what));
        sources
            .filter_map(|source| joined(self.base(), source))
            .collect()
    }

    /// Whether it is a template of CloudFormation or Azure, or calls one, or a manifest of Kubernetes.
    pub(crate) fn is_stack(&self) -> bool {
        let stacks = [Dialect::CloudFormation, Dialect::Azure, Dialect::Kubernetes];
        self.dialect().is_some_and(|d| stacks.contains(&d))
    }

    /// The language of what it declares.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        self.declarations.first().map(|d| d.dialect)
    }

    /// Whether it takes values out of files that are no templates by themselves.
    pub(crate) fn includes(&self) -> bool {
        let includes = |d: &Declaration| match d.dialect {
            Dialect::Compose | Dialect::Kubernetes => d.role == Role::Module,
            Dialect::Pipeline => d.role == Role::Module && [INCLUDED, STARTED].contains(&&*d.kind),
            Dialect::Terraform => d.role == Role::Module && &*d.kind == FILLED_IN,
            _ => d.role == Role::Content,
        };
        self.declarations.iter().any(includes)
    }

    /// Where the files of a module are said to be.
    pub(super) fn source<'a>(&'a self, call: &'a Declaration) -> Option<&'a str> {
        self.said(call, "source")
    }

    /// The literal under a name of a declaration.
    pub(super) fn said<'a>(&'a self, what: &'a Declaration, name: &str) -> Option<&'a str> {
        match what.get(name)? {
            Value::Literal(literal) => Some(match &literal.text {
                Some(text) => text,
                None => self.slice(literal.raw),
            }),
            _ => None,
        }
    }

    /// The directory that it stands in.
    pub(crate) fn directory(&self) -> &str {
        self.text.path.rsplit_once('/').map_or("", |(dir, _)| dir)
    }

    /// What its module is called: the directory of Terraform files, else the file itself.
    pub(super) fn home(&self) -> &str {
        match self.dialect() {
            Some(Dialect::Terraform) => self.directory(),
            _ => &self.text.path,
        }
    }

    /// Whether it only gives values to variables.
    pub(super) fn is_values(&self) -> bool {
        self.declarations.iter().all(|d| d.role == Role::Assignment)
    }
}
