//! Dockerfiles: the instructions of each stage. Known by its instructions, not by the name of the file.
//!
//! A line is an instruction with words, which a shell would read the same way; those of `RUN` are commands.

use crate::facts::{Command, Declaration, Dialect, Entry, Format, Literal, Role, Value};
use crate::span::Span;
use crate::text::Text;

use super::pipeline::named;
use super::shell::{self, NOTHING};
use super::source::constant;

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Shell],
    may_be,
    read: |source| Ok(declarations(source.text)),
};

/// Larger files are made by machines.
const MOST_BYTES: usize = 500_000;

/// The kind of a stage, and of the last one, which is the image.
const STAGE: &str = "docker.stage";
const IMAGE: &str = "docker.image";

fn may_be(text: &Text) -> bool {
    let has = |word: &str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    text.bytes.len() <= MOST_BYTES && (has("FROM ") || has("from "))
}

/// An instruction: its word, and where what follows it stands.
struct Instruction<'t> {
    word: String,
    rest: &'t str,
    start: usize,
}

/// The stages of a file; none if it is something else.
fn declarations(text: &str) -> Vec<Declaration> {
    let Some(instructions) = instructions(text) else {
        return Vec::new();
    };
    let mut declared: Vec<Declaration> = Vec::new();

    for one in &instructions {
        let span = Span::new(one.start, one.start + one.rest.len());
        if one.word == "FROM" {
            if let Some(last) = declared.last_mut() {
                last.kind = STAGE.into();
            }
            let name = one.rest.split_whitespace().last().unwrap_or_default();
            declared.push(Declaration {
                dialect: Dialect::Docker,
                role: Role::Resource,
                kind: IMAGE.into(),
                name: name.into(),
                span,
                body: Vec::new(),
            });
            continue;
        }
        let commands = words(text, span);
        let entries = match one.word.as_str() {
            "RUN" => vec![named("run", span, Value::Commands(commands))],
            "ARG" | "ENV" => set(text, &one.word, commands),
            "COPY" | "ADD" => copied(&one.word, span, commands),
            _ => Vec::new(),
        };
        // Arguments before the first stage are for its name only.
        if let Some(stage) = declared.last_mut() {
            stage.body.extend(entries);
        }
    }
    declared
}

/// The instructions of a file; none where the first is none that may come first.
fn instructions(text: &str) -> Option<Vec<Instruction<'_>>> {
    let mut found: Vec<Instruction<'_>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = ends(text, at);
        let line = &text[at..end];
        let said = line.trim_start();
        let start = at + (line.len() - said.len());
        at = end;
        if said.trim_end().is_empty() || said.starts_with('#') {
            continue;
        }
        let word = said
            .split(|c: char| c.is_whitespace())
            .next()
            .unwrap_or_default();
        let is_first = matches!(word.to_ascii_uppercase().as_str(), "FROM" | "ARG");
        if found.is_empty() && !is_first
            || word.is_empty()
            || !word.bytes().all(|b| b.is_ascii_alphabetic())
        {
            match found.is_empty() {
                true => return None,
                false => continue,
            }
        }
        let rest = said[word.len()..].trim_end();
        at = at.max(document(text, rest, end));
        let rest_end = match at > end {
            true => at,
            false => start + word.len() + rest.len(),
        };
        found.push(Instruction {
            word: word.to_ascii_uppercase(),
            rest: &text[start + word.len()..rest_end],
            start: start + word.len(),
        });
    }
    Some(found)
}

/// Where the line at `at` ends, with those that it is continued on; comments and empty lines may stand between. For
/// Windows a directive may make the backtick the sign for that.
fn ends(text: &str, at: usize) -> usize {
    let mut end = at;
    let mut continued = true;
    while continued && end < text.len() {
        let length = text[end..].find('\n').map_or(text.len() - end, |at| at + 1);
        let line = text[end..end + length].trim();
        let comment = line.starts_with('#');
        continued = match comment || line.is_empty() {
            true => end > at,
            false => line.ends_with('\\') || line.ends_with(" `"),
        };
        end += length;
    }
    end
}

/// Where the here-document of an instruction ends, if it has one.
fn document(text: &str, rest: &str, end: usize) -> usize {
    let Some((_, mark)) = rest.split_once("<<") else {
        return end;
    };
    let mark = mark
        .trim_start_matches('-')
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let mark = mark.trim_matches(['"', '\'']);
    if mark.is_empty() || !mark.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return end;
    }
    let mut at = end;
    for line in text[end..].split_inclusive('\n') {
        at += line.len();
        if line.trim() == mark {
            return at;
        }
    }
    end
}

/// The words of an instruction.
fn words(text: &str, span: Span) -> Vec<Command> {
    let literal = Literal {
        raw: span,
        text: None,
        quoted: false,
    };
    shell::commands(text, &literal, NOTHING)
}

/// `ARG NAME=default OTHER`, `ENV NAME=value`, `ENV NAME value`.
fn set(text: &str, word: &str, commands: Vec<Command>) -> Vec<Entry> {
    let name = word.to_ascii_lowercase();
    let mut all = Vec::new();
    for command in commands {
        all.extend(command.assigned);
        let mut words = command.words.into_iter();
        let first = words.next();
        let named_first = first
            .as_ref()
            .and_then(|first| constant(text, first).map(str::to_owned));
        let (Some(first), Some(span)) = (named_first, first.as_ref().and_then(place)) else {
            continue;
        };
        let value = match word {
            "ENV" => words.next().unwrap_or(Value::Unknown(span)),
            _ => Value::Unknown(span),
        };
        all.push(named(&first, span, value));
    }
    match all.first().map(|one| one.span) {
        Some(span) => vec![named(&name, span, Value::Map(all))],
        None => Vec::new(),
    }
}

fn place(value: &Value) -> Option<Span> {
    match value {
        Value::Literal(literal) => Some(literal.raw),
        _ => None,
    }
}

/// What is copied, without where it goes; both may be written as a list of JSON.
fn copied(word: &str, span: Span, commands: Vec<Command>) -> Vec<Entry> {
    let words = commands.into_iter().flat_map(|command| command.words);
    let mut words: Vec<Value> = words.flat_map(texts).collect();
    words.pop();
    vec![named(&word.to_ascii_lowercase(), span, Value::List(words))]
}

/// A word, or the texts in quotes of a part of a list.
fn texts(word: Value) -> Vec<Value> {
    match word {
        Value::Concat(parts) => {
            let is_text = |part: &Value| matches!(part, Value::Literal(text) if text.quoted);
            parts.into_iter().filter(is_text).collect()
        }
        word => vec![word],
    }
}
