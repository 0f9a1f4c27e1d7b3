//! What the steps of a build of Google Cloud Build run: commands of a shell, or a program with its arguments.
//!
//! `$_NAME` is put in before anything runs, and `$$` is one sign for what runs.
//! <https://cloud.google.com/build/docs/build-config-file-schema>

use crate::facts::{Command, Declaration, Entry, Literal, Output, Role, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;

use super::pipeline::{JOB, declaration, fetched, named};
use super::shell::{self, Inserts, NOTHING};
use super::source::{constant, meaning, piece, section};

const INSERTS: Inserts = Inserts {
    end: inserted,
    value,
};

/// The steps of a build, as those of a job; `root` is the build with the `env` of its steps as mappings.
pub(super) fn job(text: &str, root: &[Entry], file: &str) -> Option<Declaration> {
    let steps = entry(root, "steps")?;
    let Value::List(items) = &steps.value else {
        return None;
    };
    let items = items.iter().filter_map(|item| match item {
        Value::Map(step) => Some(self::step(text, step)),
        _ => None,
    });
    let items: Vec<Value> = items.collect();
    let body = vec![named("steps", steps.span, Value::List(items))];
    Some(declaration(Role::Resource, JOB, file, steps.span, body))
}

fn step(text: &str, step: &[Entry]) -> Value {
    let mut body = Vec::new();
    let commands = match entry(step, "script") {
        Some(script) => commands(text, &script.value, NOTHING),
        None => arguments(text, step),
    };
    let at = step.first().map_or_else(Span::default, |one| one.span);
    let secrets = match entry(step, "secretEnv").map(|one| &one.value) {
        Some(Value::List(names)) => names.as_slice(),
        _ => &[],
    };
    let secrets = secrets.iter().filter_map(|name| match name {
        Value::Literal(name) => Some(fetched(meaning(text, name), name.raw)),
        _ => None,
    });
    let given = section(step, "env").iter().cloned();
    let env: Vec<Entry> = given.chain(secrets).collect();
    body.push(named("env", at, Value::Map(env)));
    body.push(named("run", at, Value::Commands(commands)));
    Value::Map(body)
}

fn commands(text: &str, script: &Value, inserts: Inserts) -> Vec<Command> {
    match script {
        Value::Literal(script) => shell::commands(text, script, inserts),
        _ => Vec::new(),
    }
}

/// What an image is given: the text behind `-c` for a shell, else the words behind its program.
fn arguments(text: &str, step: &[Entry]) -> Vec<Command> {
    let Some(Value::List(given)) = entry(step, "args").map(|one| &one.value) else {
        return Vec::new();
    };
    let Some(program) = program(text, step) else {
        return Vec::new();
    };
    if matches!(meaning(text, &program), "bash" | "sh") {
        let flag = given.iter().position(|word| {
            constant(text, word).is_some_and(|word| word.starts_with('-') && word.ends_with('c'))
        });
        let script = flag.and_then(|at| given.get(at + 1));
        return script.map_or_else(Vec::new, |script| commands(text, script, INSERTS));
    }
    let span = program.raw;
    let words = given.iter().filter_map(|word| match word {
        Value::Literal(word) => Some(self::word(text, word)),
        _ => None,
    });
    vec![Command {
        function: None,
        assigned: Vec::new(),
        words: [Value::Literal(program)].into_iter().chain(words).collect(),
        input: None,
        output: Output::Terminal,
        span,
    }]
}

/// The program of a step: its entry point, or what its image is named after.
fn program(text: &str, step: &[Entry]) -> Option<Literal> {
    let literal = |name| match entry(step, name).map(|one| &one.value) {
        Some(Value::Literal(literal)) => Some(literal),
        _ => None,
    };
    if let Some(own) = literal("entrypoint") {
        return Some(own.clone());
    }
    let image = literal("name")?;
    let said = meaning(text, image);
    let start = said.rfind('/').map_or(0, |at| at + 1);
    let end = said[start..]
        .find([':', '@'])
        .map_or(said.len(), |at| start + at);
    Some(piece(text, image, start..end))
}

/// A word, with what is put into it.
fn word(text: &str, literal: &Literal) -> Value {
    let said = meaning(text, literal);
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(next) = said[at..].find('$').map(|next| at + next) {
        let Some(end) = inserted(said, next) else {
            at = next + 1;
            continue;
        };
        if from < next {
            parts.push(Value::Literal(piece(text, literal, from..next)));
        }
        let span = piece(text, literal, next..end).raw;
        parts.push(value(&said[next..end], span));
        (from, at) = (end, end);
    }
    if from < said.len() {
        parts.push(Value::Literal(piece(text, literal, from..said.len())));
    }
    shell::one(parts, literal.raw)
}

/// One past `$_NAME`, `${_NAME}` and `$$NAME`, if one starts at a place.
fn inserted(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?.strip_prefix('$')?;
    let (open, rest) = match rest.as_bytes().first()? {
        b'$' => ("$", &rest[1..]),
        b'{' => ("{", &rest[1..]),
        _ => ("", rest),
    };
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let end = end.unwrap_or(rest.len());
    let closed = open != "{" || rest[end..].starts_with('}');
    let known = open == "$" || rest.starts_with('_');
    let length = 1 + open.len() + end + usize::from(open == "{");
    (end > 0 && closed && known).then_some(start + length)
}

fn value(text: &str, span: Span) -> Value {
    let name = text.trim_matches(['$', '{', '}']);
    let reference = match text.starts_with("$$") {
        true => Reference {
            kind: RefKind::Environment,
            target: name.into(),
            resolved: Resolved::Runtime,
        },
        false => Reference {
            kind: RefKind::Template,
            target: format!("var.{name}").into(),
            resolved: Resolved::Deploy,
        },
    };
    Value::Reference(reference, span)
}
