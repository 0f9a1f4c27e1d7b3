//! Scripts of a shell, of make, and those of package.json. Only files with the words of a deployment or of
//! a secret store are read.

use crate::facts::{Command, Declaration, Dialect, Entry, Format, Literal, Role, Value};
use crate::judge::NameSays;
use crate::judge::names;
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;
use crate::text::Text;

use super::ParseError;
use super::pipeline::named;
use super::shell::{self, Inserts, NOTHING};
use super::source::{Source, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Shell, Format::Json],
    may_be,
    read: declarations,
};

/// Larger files are made by machines.
const MOST_BYTES: usize = 500_000;

/// What the command line of a deployment that takes values holds.
const WORDS: &[&str] = &[
    "--parameter-overrides",
    "--parameters",
    "--param",
    "appsettings",
    "--set-env-vars",
    "--update-env-vars",
    "-var ",
    "-var=",
    "--build-arg",
    "update-function-configuration",
    "--environment-variables",
    "kubectl set env",
    "eb setenv",
    "functions:config:set",
    "ansible-playbook",
    "--master-user-password",
    "helm upgrade",
    "helm install",
];

/// What the command line of a store holds that is asked for a secret.
const STORES: &[&str] = &[
    "get-secret-value",
    "--with-decryption",
    "keyvault secret",
    "secrets versions access",
    "vault kv get",
    "vault read",
    "op read",
    "doppler secrets",
    "kubectl get secret",
    "get-login-password",
    "print-access-token",
];

/// Make puts its variables into recipes: `$(NAME)`, and `$$` is one sign for the shell.
const MAKE: Inserts = Inserts {
    end: made,
    value: |text, span| {
        let name = text.trim_matches(['$', '(', ')', '{', '}']);
        let reference = Reference {
            kind: RefKind::Environment,
            target: name.into(),
            resolved: Resolved::Runtime,
        };
        Value::Reference(reference, span)
    },
};

fn may_be(text: &Text) -> bool {
    let has = |word: &&str| memchr::memmem::find(&text.bytes, word.as_bytes()).is_some();
    let scripts = text.kind.format == Format::Shell || text.path.ends_with("package.json");
    text.bytes.len() <= MOST_BYTES
        && scripts
        && ([WORDS, STORES].into_iter().flatten().any(has) || shows(&text.bytes))
}

/// Whether a variable that is named as a secret stands on a line that prints something, or asks for a URL.
fn shows(text: &[u8]) -> bool {
    const SHOWS: &[&[u8]] = &[b"echo ", b"printf ", b"logger ", b"curl ", b"wget "];
    memchr::memchr_iter(b'$', text).any(|at| {
        let name = text[at + 1..].strip_prefix(b"{").unwrap_or(&text[at + 1..]);
        let is_name = |byte: &&u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        let name = &name[..name.iter().take_while(is_name).count()];
        let name = std::str::from_utf8(name).unwrap_or_default();
        let secret = || matches!(names::says(name), NameSays::Password | NameSays::Secret);
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
        let has = |word: &&[u8]| memchr::memmem::find(&text[start..at], word).is_some();
        !name.is_empty() && secret() && SHOWS.iter().any(has)
    })
}

/// One script a file; in package.json each has its name.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let name = source.file.path.rsplit('/').next().unwrap_or_default();
    if source.file.kind.format == Format::Json {
        let scripts = section(source.entries()?, "scripts").iter();
        let declared = scripts.filter_map(|one| match &one.value {
            Value::Literal(script) => {
                let commands = shell::commands(source.text, script, NOTHING);
                Some(declaration(&one.name, one.span, commands))
            }
            _ => None,
        });
        return Ok(declared.collect());
    }
    let lower = name.to_ascii_lowercase();
    let makes = lower.contains("makefile") || lower.ends_with(".mk") || lower == "justfile";
    let whole = Literal {
        raw: Span::new(0, source.text.len()),
        text: None,
        quoted: false,
    };
    let commands = shell::commands(source.text, &whole, if makes { MAKE } else { NOTHING });
    Ok(vec![declaration(name, Span::new(0, 0), commands)])
}

fn declaration(name: &str, span: Span, commands: Vec<Command>) -> Declaration {
    let body: Vec<Entry> = vec![named("run", span, Value::Commands(commands))];
    Declaration {
        dialect: Dialect::Script,
        role: Role::Resource,
        kind: "script".into(),
        name: name.into(),
        span,
        body,
    }
}

/// `$(NAME)`, `${NAME}` and `$$NAME`.
fn made(text: &str, start: usize) -> Option<usize> {
    let inside = text.get(start..)?.strip_prefix('$')?;
    let name = inside.strip_prefix(['(', '{', '$'])?;
    let end = name
        .bytes()
        .position(|b| !(b.is_ascii_alphanumeric() || b == b'_'))
        .unwrap_or(name.len());
    if end == 0 {
        return None;
    }
    match inside.as_bytes().first()? {
        b'$' => Some(start + 2 + end),
        b'(' => name[end..].starts_with(')').then(|| start + 2 + end + 1),
        _ => name[end..].starts_with('}').then(|| start + 2 + end + 1),
    }
}
