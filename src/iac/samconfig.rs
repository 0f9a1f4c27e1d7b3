//! samconfig.toml: what `sam deploy` gives to the parameters of a template. To that it is a caller, as a stack is to those
//! nested in it.

use std::ops::Range;

use crate::facts::{Declaration, Dialect, Entry, Format, Literal, Role, Value, entry};
use crate::span::Span;
use crate::text::Text;

use super::cloudformation::local;
use super::source::{constant, inside, meaning, piece};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Config, Format::Yaml],
    may_be,
    read: |source| Ok(declarations(source.entries()?, source.text)),
};

/// How large a configuration is read, in bytes.
const MOST_BYTES: usize = 256 << 10;

/// The setting that holds values of parameters.
const OVERRIDES: &str = "parameter_overrides";

fn may_be(text: &Text) -> bool {
    let name = text.path.rsplit('/').next().unwrap_or_default();
    let overrides = memchr::memmem::find(&text.bytes, OVERRIDES.as_bytes());
    name.starts_with("samconfig.") && text.bytes.len() <= MOST_BYTES && overrides.is_some()
}

/// One use of a template for each environment and command with values.
fn declarations(root: &[Entry], text: &str) -> Vec<Declaration> {
    let mut declared = Vec::new();
    for environment in root {
        for (command, settings) in commands(environment) {
            let Some(overrides) = entry(settings, OVERRIDES) else {
                continue;
            };
            let mut body = Vec::new();
            given(text, &overrides.value, &mut body);
            body.push(source(text, environment, overrides.span));
            declared.push(Declaration {
                dialect: Dialect::CloudFormation,
                role: Role::Module,
                kind: Box::default(),
                name: environment.name.clone(),
                span: command,
                body,
            });
        }
    }
    declared
}

/// The commands of an environment with their parameters.
fn commands(environment: &Entry) -> Vec<(Span, &[Entry])> {
    let Value::Map(commands) = &environment.value else {
        return Vec::new();
    };
    let with = |one: &'_ Entry| inside(one, "parameters").is_some();
    let commands = commands.iter().filter(|one| with(one));
    commands
        .filter_map(|one| match inside(one, "parameters")? {
            Value::Map(settings) => Some((one.span, settings.as_slice())),
            _ => None,
        })
        .collect()
}

/// Where the template is: what the environment says, or the name that it has by default.
fn source(text: &str, environment: &Entry, span: Span) -> Entry {
    let names = ["template_file", "template"];
    let said = commands(environment).into_iter().find_map(|(_, settings)| {
        let path = names.iter().find_map(|name| entry(settings, name))?;
        local(constant(text, &path.value)?)
    });
    let path = said.filter(|path| !path.contains(".aws-sam/"));
    Entry {
        name: "source".into(),
        span,
        value: Value::Literal(Literal {
            raw: span,
            text: Some(path.unwrap_or_else(|| "./template.*".to_owned()).into()),
            quoted: true,
        }),
    }
}

/// `Name=value` one after the other, in a text or in a list of such texts.
fn given(text: &str, overrides: &Value, body: &mut Vec<Entry>) {
    match overrides {
        Value::List(items) => items.iter().for_each(|item| given(text, item, body)),
        Value::Literal(literal) => {
            let said = meaning(text, literal);
            for word in words(said) {
                if let Some((name, value)) = pair(said, word) {
                    let value = piece(text, literal, value);
                    body.push(Entry {
                        name: name.into(),
                        span: value.raw,
                        value: Value::Literal(value),
                    });
                }
            }
        }
        _ => {}
    }
}

/// Ranges between spaces that stand in no quotes.
fn words(text: &str) -> Vec<Range<usize>> {
    let (mut words, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (byte, Some(mark)) if byte == mark => quote = None,
            (_, Some(_)) => {}
            (mark @ (b'\'' | b'"'), None) => quote = Some(mark),
            (b' ' | b'\t' | b'\n' | b'\r', None) => {
                words.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(start..text.len());
    words.retain(|word| !word.is_empty());
    words
}

/// `Name=value` or `ParameterKey=Name,ParameterValue=value`.
fn pair(text: &str, word: Range<usize>) -> Option<(&str, Range<usize>)> {
    let said = &text[word.clone()];
    let long = said.strip_prefix("ParameterKey=");
    let (name, value) = match long {
        Some(rest) => rest.split_once(",ParameterValue=")?,
        None => said.split_once('=')?,
    };
    let start = word.end - value.len();
    let quoted = |mark: char| value.len() > 1 && value.starts_with(mark) && value.ends_with(mark);
    Some(match quoted('"') || quoted('\'') {
        true => (unquoted(name), start + 1..word.end - 1),
        false => (unquoted(name), start..word.end),
    })
}

fn unquoted(name: &str) -> &str {
    name.trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_in_all_forms() {
        let text = "Stage=dev \"Key\"='a b' ParameterKey=Token,ParameterValue=\"x=y\" = lone";
        let found: Vec<(&str, &str)> = words(text)
            .into_iter()
            .filter_map(|word| pair(text, word))
            .map(|(name, value)| (name, &text[value]))
            .collect();
        assert_eq!(
            found,
            [("Stage", "dev"), ("Key", "a b"), ("Token", "x=y"), ("", "")]
        );
    }
}
