//! Variables of the Serverless Framework: `${ssm:/db/password, 'none'}`.
//! <https://www.serverless.com/framework/docs/guides/variables>

use std::ops::Range;

use super::{RefKind, Reference, Resolved};

/// A part of a text with variables in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is no variable, by its bytes in the text.
    Text(Range<usize>),
    /// A variable: its sources in the order in which they are tried.
    Variable(Vec<Source>),
}

/// Where a variable takes its value from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A constant, by its bytes in the text, without its quotes.
    Constant(Range<usize>),
    /// A pointer, which the deployment follows. Names of parameters start with `var.`, those of the same file with
    /// `self.`; a part that is only known later is `*`.
    Pointer(Reference),
    /// A value of another file: its path, with `*` for what is only known later, and the names that lead to it.
    File {
        /// As written.
        path: String,
        /// From the outermost.
        names: Vec<String>,
    },
    /// Anything else.
    Unknown,
}

/// How deep variables may stand in each other.
const DEPTH: usize = 8;

/// The parts of a text; none if there is no variable in it.
#[must_use]
pub fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let (mut done, mut from) = (0, 0);
    while let Some(start) = text[from..].find("${").map(|at| at + from) {
        let Some(end) = closed(text, start) else {
            break;
        };
        from = end;
        let Some(sources) = variable(text, start + 2..end - 1, 0) else {
            continue;
        };
        if done < start {
            parts.push(Part::Text(done..start));
        }
        parts.push(Part::Variable(sources));
        done = end;
    }
    if parts.is_empty() {
        return None;
    }
    if done < text.len() {
        parts.push(Part::Text(done..text.len()));
    }
    Some(parts)
}

/// One past the bracket that closes the one at `start`.
fn closed(text: &str, start: usize) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.checked_sub(1)?,
            _ => continue,
        }
        if open == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// What stands within `${` and `}`; none if that is of another language, as `${AWS::Region}`.
fn variable(text: &str, inside: Range<usize>, depth: usize) -> Option<Vec<Source>> {
    let mut sources = Vec::new();
    for (number, range) in commas(text, inside).into_iter().enumerate() {
        let found = source(text, range, depth);
        if number == 0 && found.is_none() {
            return None;
        }
        match found {
            Some(found) => sources.extend(found),
            None => sources.push(Source::Unknown),
        }
    }
    Some(sources)
}

/// The ranges between commas that stand in no bracket and no quotes, without space around them.
fn commas(text: &str, inside: Range<usize>) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut open, mut quote, mut start) = (0_usize, None, inside.start);
    for at in inside.clone() {
        match (text.as_bytes()[at], quote) {
            (byte, Some(mark)) if byte == mark => quote = None,
            (_, Some(_)) => {}
            (mark @ (b'\'' | b'"'), None) => quote = Some(mark),
            (b'{' | b'(', None) => open += 1,
            (b'}' | b')', None) => open = open.saturating_sub(1),
            (b',', None) if open == 0 => {
                ranges.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    ranges.push(start..inside.end);
    ranges.into_iter().map(|r| trimmed(text, r)).collect()
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let all = &text[range.clone()];
    let start = range.start + (all.len() - all.trim_start().len());
    start..start + all.trim().len()
}

/// One source, or those of the variable that stands for it.
fn source(text: &str, range: Range<usize>, depth: usize) -> Option<Vec<Source>> {
    let said = &text[range.clone()];
    if said.starts_with("${") && depth < DEPTH && closed(text, range.start) == Some(range.end) {
        return variable(text, range.start + 2..range.end - 1, depth + 1);
    }
    let quoted = |mark: char| said.len() > 1 && said.starts_with(mark) && said.ends_with(mark);
    if quoted('\'') || quoted('"') {
        return Some(vec![Source::Constant(range.start + 1..range.end - 1)]);
    }
    if let Some(rest) = said.strip_prefix("file(") {
        return Some(vec![file(rest)]);
    }
    let (kind, address) = said.split_once(':')?;
    let kind = kind.split('(').next().unwrap_or_default();
    let is_name = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (is_name && !address.starts_with(':')).then(|| vec![pointer(kind, address)])
}

/// `./config.yml):prod.password`.
fn file(rest: &str) -> Source {
    let Some((path, address)) = rest.split_once(')') else {
        return Source::Unknown;
    };
    let names = address.strip_prefix(':').map(names).unwrap_or_default();
    Source::File {
        path: known(path),
        names,
    }
}

fn pointer(kind: &str, address: &str) -> Source {
    let prefixed = |prefix: &str| format!("{prefix}{}", names(address).join("."));
    let secret = "/aws/reference/secretsmanager/";
    let (kind, target) = match kind {
        "self" => (RefKind::Template, prefixed("self.")),
        "opt" | "param" => (RefKind::Template, prefixed("var.")),
        "env" => (RefKind::Environment, known(address)),
        "ssm" => match address.strip_prefix(secret) {
            Some(name) => (RefKind::AwsSecretsManager, known(name)),
            None => (RefKind::AwsParameter, known(address)),
        },
        "vault" => (RefKind::Vault, known(address)),
        "doppler" => (RefKind::Manager, known(address)),
        _ => (RefKind::Template, format!("{kind}.{}", known(address))),
    };
    Source::Pointer(Reference {
        kind,
        target: target.into(),
        resolved: Resolved::Deploy,
    })
}

/// `a.b.${c}.0` as its names; those that are only known later are `*`.
fn names(address: &str) -> Vec<String> {
    let known = known(address);
    let names = known.split('.').filter(|name| !name.is_empty());
    names
        .map(|name| match name.contains('*') {
            true => "*".to_owned(),
            false => name.to_owned(),
        })
        .collect()
}

/// A text with `*` for each variable in it, and without what `~true` asks of old versions.
fn known(text: &str) -> String {
    let mut known = String::new();
    let mut rest = text.trim().trim_end_matches("~true");
    while let Some(start) = rest.find("${") {
        known.push_str(&rest[..start]);
        known.push('*');
        rest = closed(rest, start).map_or("", |end| &rest[end..]);
    }
    known.push_str(rest);
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Vec<Source> {
        match parts(text).as_deref() {
            Some([Part::Variable(sources)]) => sources.clone(),
            other => panic!("{text}: {other:?}"),
        }
    }

    fn target(text: &str) -> (RefKind, String) {
        match sources(text).remove(0) {
            Source::Pointer(reference) => (reference.kind, reference.target.into()),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn sources_are_told_apart() {
        for (text, kind, to) in [
            ("${env:DB_PASSWORD}", RefKind::Environment, "DB_PASSWORD"),
            (
                "${ssm:/db/password~true}",
                RefKind::AwsParameter,
                "/db/password",
            ),
            (
                "${ssm(eu-west-1):/db/password}",
                RefKind::AwsParameter,
                "/db/password",
            ),
            (
                "${ssm:/aws/reference/secretsmanager/db}",
                RefKind::AwsSecretsManager,
                "db",
            ),
            (
                "${self:custom.${opt:stage, 'dev'}.key}",
                RefKind::Template,
                "self.custom.*.key",
            ),
            ("${opt:stage}", RefKind::Template, "var.stage"),
            ("${param:dbPassword}", RefKind::Template, "var.dbPassword"),
            (
                "${cf:stack-${sls:stage}.Url}",
                RefKind::Template,
                "cf.stack-*.Url",
            ),
            (
                "${vault:secret/data/db.password}",
                RefKind::Vault,
                "secret/data/db.password",
            ),
        ] {
            assert_eq!(target(text), (kind, to.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_default_is_a_constant_with_its_place() {
        let text = "${env:KEY, \"s3cret, really\"}";
        let found = sources(text);
        assert_eq!(found.len(), 2);
        let Source::Constant(range) = &found[1] else {
            panic!("{found:?}");
        };
        assert_eq!(&text[range.clone()], "s3cret, really");
    }

    #[test]
    fn a_default_may_be_a_variable() {
        let found = sources("${opt:key, ${file(./c.${opt:stage}.yml):a.b}}");
        let file = Source::File {
            path: "./c.*.yml".to_owned(),
            names: vec!["a".to_owned(), "b".to_owned()],
        };
        assert_eq!(found[1], file);
    }

    #[test]
    fn text_around_is_kept() {
        let text = "postgres://app:${ssm:/db/password}@${AWS::Region}";
        let found = parts(text).unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], Part::Text(0..15));
        assert_eq!(found[2], Part::Text(34..text.len()));
    }

    #[test]
    fn other_languages_and_torn_variables_are_text() {
        for text in [
            "${AWS::Region}",
            "${Name}",
            "${",
            "${env:X",
            "plain",
            "${}",
            "}${",
            "${,}",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn any_depth_comes_to_an_end() {
        let deep = format!("{}{}", "${a:".repeat(20_000), "}".repeat(20_000));
        assert!(parts(&deep).is_some());
        let nested = format!("{}env:X{}", "${".repeat(20_000), "}".repeat(20_000));
        assert_eq!(parts(&nested), None);
    }
}
