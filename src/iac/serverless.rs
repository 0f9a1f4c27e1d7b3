//! serverless.yml, and the same as JSON or as an object that a program exports: functions, the provider, parameters and what stands under other names, with variables read. Known by
//! its service and provider, not by the name of the file. Resources within are CloudFormation's.
//!
//! Functions of CloudFormation in the rest speak of these resources. A file that it includes is a module with one content, so that linking follows values into it.

use crate::facts::{Declaration, Dialect, Entry, Format, Literal, Role, Value, entry};
use crate::reference::serverless::{Part, Source as From, parts};
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;
use crate::text::Text;

use super::source::{Source, constant, has_key, inside, meaning, module, piece, section};
use super::{ParseError, cloudformation, object};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml, Format::Json, Format::CLike],
    may_be,
    read: |source| declarations(source),
};

/// How large a configuration is read, in bytes.
const MOST_BYTES: usize = 1_000_000;

fn may_be(text: &Text) -> bool {
    let is_program = text.kind.format == Format::CLike;
    let most = if is_program { MOST_PROGRAM } else { MOST_BYTES };
    let keys = ["provider", "service", "name"];
    let has_keys = || keys.iter().all(|key| has_key(&text.bytes, key));
    text.bytes.len() <= most && has_keys() && (!is_program || exports(text))
}

/// How large a program is read, in bytes.
const MOST_PROGRAM: usize = 256 << 10;

/// Whether a text may be a program that exports an object.
fn exports(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let script = [".js", ".cjs", ".mjs"];
    let is_script = script.iter().any(|ending| text.path.ends_with(ending));
    (is_script || is_typed(text))
        && (has("module.exports") || has("export default") || has("export ="))
}

fn is_typed(text: &Text) -> bool {
    [".ts", ".cts", ".mts"]
        .iter()
        .any(|ending| text.path.ends_with(ending))
}

/// What a configuration declares; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    if source.file.kind.format != Format::CLike {
        return Ok(service(source, source.entries()?, &[]));
    }
    let program = object::parse(source.text, is_typed(source.file))?;
    let declared = service(source, &program.root, &program.constants);
    if let (Some(line), false) = (program.broken, declared.is_empty()) {
        source.leave_out("a part of the program in it does not parse", line);
    }
    Ok(declared)
}

/// What the entries of a configuration declare, with constants beside them that it names; none if they are of something
/// else.
fn service(source: &Source<'_>, root: &[Entry], constants: &[Entry]) -> Vec<Declaration> {
    let Some(provider) = entry(root, "provider").filter(|_| is_service(root, source.text)) else {
        return Vec::new();
    };
    let mut reader = Reader::new(source.text);
    let mut root = reader.entries(root);
    let resources = root.iter().position(|one| &*one.name == "resources");
    let resources = resources.map(|at| root.remove(at));
    let templates = resources
        .as_ref()
        .map(|one| maps(&one.value))
        .unwrap_or_default();
    let root = cloudformation::evaluated(&root, &templates, source.text);
    let mut declared = vec![declaration(
        Role::Content,
        "",
        "",
        provider.span,
        root.clone(),
    )];
    declared.extend(parameters(&root));
    declared.extend(entry(&root, "provider").map(|one| resource(one, "serverless.provider")));
    declared.extend(entry(&root, "functions").into_iter().flat_map(functions));
    for template in templates {
        declared.extend(cloudformation::declarations(template, source.text));
    }
    declared.extend(
        reader
            .entries(constants)
            .into_iter()
            .map(constant_of_program),
    );
    declared.extend(reader.included());
    if loads_dotenv(&root, source.text) {
        let paths = ["./.env", "./.env.*"];
        declared.extend(paths.map(|path| module(Dialect::Serverless, "env", path, provider.span)));
    }
    declared
}

/// A name for a value, in a program.
fn constant_of_program(one: Entry) -> Declaration {
    let (name, span) = (one.name.clone(), one.span);
    let body = vec![Entry {
        name: "value".into(),
        ..one
    }];
    declaration(Role::Local, "", &name, span, body)
}

/// Whether the environment of a deployment is read from a file: where it is asked for, and always from version 4.
fn loads_dotenv(root: &[Entry], text: &str) -> bool {
    let said = |name: &str| entry(root, name).and_then(|one| constant(text, &one.value));
    let version = said("frameworkVersion").map(|v| v.trim_start_matches(['^', '~', '>', '=', ' ']));
    said("useDotenv") == Some("true") || version.is_some_and(|v| v.starts_with('4'))
}

fn is_service(root: &[Entry], text: &str) -> bool {
    let named = |name: &str| {
        entry(root, name).is_some_and(|one| match &one.value {
            Value::Map(_) => inside(one, "name").is_some(),
            other => constant(text, other).is_some(),
        })
    };
    let used = [
        "functions",
        "resources",
        "custom",
        "plugins",
        "frameworkVersion",
    ];
    named("service") && named("provider") && used.iter().any(|name| entry(root, name).is_some())
}

/// What a file holds that a configuration includes.
pub(super) fn content(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let Some(first) = root.first() else {
        return Ok(Vec::new());
    };
    let mut reader = Reader::new(source.text);
    let body = reader.entries(root);
    let mut declared = vec![declaration(Role::Content, "", "", first.span, body)];
    declared.extend(reader.included());
    Ok(declared)
}

/// `params`, for each stage its own.
fn parameters(root: &[Entry]) -> Vec<Declaration> {
    let old = section(root, "params").iter();
    let new = section(root, "stages")
        .iter()
        .filter_map(|stage| match &stage.value {
            Value::Map(settings) => entry(settings, "params"),
            _ => None,
        });
    let given = old.chain(new).flat_map(|stage| maps(&stage.value));
    given
        .flatten()
        .map(|one| {
            let body = vec![Entry {
                name: "value".into(),
                ..one.clone()
            }];
            declaration(Role::Assignment, "", &one.name, one.span, body)
        })
        .collect()
}

/// Those that are written here, and all others together.
fn functions(all: &Entry) -> Vec<Declaration> {
    let mut declared = Vec::new();
    for one in maps(&all.value).into_iter().flatten() {
        declared.push(resource(one, "serverless.function"));
    }
    if declared.is_empty() || matches!(all.value, Value::List(_)) {
        declared.push(declaration(
            Role::Resource,
            "serverless.functions",
            "functions",
            all.span,
            vec![all.clone()],
        ));
    }
    declared
}

/// The mappings of a value that is one, or a list of them.
fn maps(value: &Value) -> Vec<&[Entry]> {
    match value {
        Value::Map(entries) => vec![entries],
        Value::List(values) => values.iter().flat_map(maps).collect(),
        _ => Vec::new(),
    }
}

fn resource(one: &Entry, kind: &str) -> Declaration {
    let body = match &one.value {
        Value::Map(entries) => entries.clone(),
        _ => Vec::new(),
    };
    declaration(Role::Resource, kind, &one.name, one.span, body)
}

fn declaration(role: Role, kind: &str, name: &str, span: Span, body: Vec<Entry>) -> Declaration {
    Declaration {
        dialect: Dialect::Serverless,
        role,
        kind: kind.into(),
        name: name.into(),
        span,
        body,
    }
}

/// Reads the variables of a tree, and keeps which files they name.
struct Reader<'t> {
    text: &'t str,
    files: Vec<(String, Span)>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            files: Vec::new(),
        }
    }

    fn entries(&mut self, entries: &[Entry]) -> Vec<Entry> {
        let read = entries.iter().map(|one| Entry {
            value: self.value(&one.value),
            ..one.clone()
        });
        read.collect()
    }

    fn values(&mut self, values: &[Value]) -> Vec<Value> {
        values.iter().map(|value| self.value(value)).collect()
    }

    fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::Literal(literal) => match parts(meaning(self.text, literal)) {
                Some(parts) => self.put_together(literal, &parts),
                None => value.clone(),
            },
            Value::Map(entries) => Value::Map(self.entries(entries)),
            Value::List(items) => Value::List(self.values(items)),
            Value::Concat(parts) => Value::Concat(self.values(parts)),
            Value::Either(ways) => Value::Either(self.values(ways)),
            Value::Call {
                name,
                arguments,
                part,
                span,
            } => Value::Call {
                name: name.clone(),
                arguments: arguments.iter().map(|a| self.value(a)).collect(),
                part: part.clone(),
                span: *span,
            },
            other => other.clone(),
        }
    }

    fn put_together(&mut self, literal: &Literal, parts: &[Part]) -> Value {
        let mut values: Vec<Value> = Vec::new();
        for part in parts {
            values.push(match part {
                Part::Text(range) => Value::Literal(piece(self.text, literal, range.clone())),
                Part::Variable(sources) => self.variable(literal, sources),
            });
        }
        match values.len() {
            1 => values.remove(0),
            _ => Value::Concat(values),
        }
    }

    fn variable(&mut self, literal: &Literal, sources: &[From]) -> Value {
        let mut values: Vec<Value> = Vec::new();
        for source in sources {
            values.push(match source {
                From::Constant(range) => Value::Literal(piece(self.text, literal, range.clone())),
                From::Pointer(reference) => Value::Reference(reference.clone(), literal.raw),
                From::File { path, names } => self.file(path, names, literal.raw),
                From::Unknown => Value::Unknown(literal.raw),
            });
        }
        match values.len() {
            1 => values.remove(0),
            _ => Value::Either(values),
        }
    }

    /// A value of a file, which is a module named by its number.
    fn file(&mut self, path: &str, names: &[String], span: Span) -> Value {
        let known = self.files.iter().position(|(known, _)| known == path);
        let number = known.unwrap_or_else(|| {
            self.files.push((path.to_owned(), span));
            self.files.len() - 1
        });
        let mut target = format!("file.{number}");
        for name in names {
            target.push('.');
            target.push_str(name);
        }
        let reference = Reference {
            kind: RefKind::Template,
            target: target.into(),
            resolved: Resolved::Deploy,
        };
        Value::Reference(reference, span)
    }

    /// The files as modules.
    fn included(self) -> Vec<Declaration> {
        let files = self.files.into_iter().enumerate();
        files
            .map(|(number, (path, span))| {
                let path = path.strip_prefix("./").unwrap_or(&path);
                let name = number.to_string();
                module(Dialect::Serverless, &name, &format!("./{path}"), span)
            })
            .collect()
    }
}
