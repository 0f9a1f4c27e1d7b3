//! What commands print, and what they are called with.

use crate::facts::{Command, Output, Value};
use crate::span::Span;

use super::super::scene::{holds_secret, is_about};
use super::{Held, Known};

/// Programs that print their arguments.
const ECHO: &[&str] = &["echo", "printf", "print", "write-host", "write-output"];

/// Whether a program prints what it is told, or what it reads.
pub(super) fn prints(program: &str) -> bool {
    let program = program.to_ascii_lowercase();
    ECHO.contains(&&*program) || SAME.contains(&&*program)
}

/// Programs that print what they read.
const SAME: &[&str] = &["cat", "tee", "sort", "uniq", "grep", "tail", "head"];

/// Programs that print something made of what they read, in which a log does not see it.
const CHANGED: &[&str] = &[
    "base64", "basenc", "xxd", "od", "hexdump", "jq", "yq", "cut", "sed", "awk", "tr", "rev",
    "fold", "gzip", "python", "python3", "perl", "node",
];

/// Command lines that print a secret: the words that make them, and the option without which they do not.
const FETCHES: &[(&[&str], Option<&str>)] = &[
    (&["aws", "secretsmanager", "get-secret-value"], None),
    (&["aws", "secretsmanager", "get-random-password"], None),
    (&["aws", "ssm", "get-parameter"], Some("--with-decryption")),
    (&["aws", "ssm", "get-parameters"], Some("--with-decryption")),
    (
        &["aws", "ssm", "get-parameters-by-path"],
        Some("--with-decryption"),
    ),
    (&["aws", "ecr", "get-login-password"], None),
    (&["az", "keyvault", "secret", "show"], None),
    (&["gcloud", "secrets", "versions", "access"], None),
    (&["gcloud", "auth", "print-access-token"], None),
    (&["gcloud", "auth", "print-identity-token"], None),
    (&["vault", "kv", "get"], None),
    (&["vault", "read"], Some("-field")),
    (&["op", "read"], None),
    (&["doppler", "secrets", "get"], None),
    (&["kubectl", "get", "secret"], Some("-o")),
    (&["kubectl", "get", "secrets"], Some("-o")),
    (&["terraform", "output"], Some("-raw")),
    (&["tofu", "output"], Some("-raw")),
];

/// Leaves out the options of a program that stand before what it is to do: `aws --region x secretsmanager ...`.
fn leave_options(texts: &mut Vec<String>) {
    let starts = FETCHES.iter().map(|(start, _)| start);
    let verbs: Vec<&str> = starts
        .filter(|start| texts.first().is_some_and(|program| program == start[0]))
        .map(|start| start[1])
        .collect();
    if texts.get(1).is_some_and(|word| word.starts_with('-'))
        && let Some(at) = texts.iter().position(|word| verbs.contains(&word.as_str()))
    {
        texts.drain(1..at);
    }
}

impl<'p> Known<'_, 'p> {
    /// What each command of a script prints, and the secret in it: for one that is piped on, what comes of it in the end
    /// counts for the last.
    pub(crate) fn printed(&self, commands: &'p [Command]) -> Vec<(&'p Command, Option<Held>)> {
        let mut printed = Vec::new();
        let mut known = self.clone();
        known.follow(commands, |_, command, held| printed.push((command, held)));
        printed
    }

    /// The same, with what is known when a command runs.
    pub(crate) fn follow(
        &mut self,
        commands: impl IntoIterator<Item = &'p Command>,
        mut visit: impl FnMut(&Self, &'p Command, Option<Held>),
    ) {
        let mut piped: Option<Held> = None;
        for command in commands {
            self.run(command);
            let says = self.says(command, piped);
            piped = says.filter(|_| command.output == Output::Pipe);
            let ends = says.filter(|_| command.output != Output::Pipe);
            visit(self, command, ends);
        }
    }

    /// The secret in what one command prints, where `piped` is the secret in what it reads.
    pub(crate) fn says(&self, command: &'p Command, piped: Option<Held>) -> Option<Held> {
        let words = program(self, command);
        let called = self.text(words.first()?);
        let name = called
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let arguments = &words[1..];
        let read = command
            .input
            .as_ref()
            .and_then(|input| self.of(input))
            .max(piped);
        let given = || arguments.iter().filter_map(|word| self.of(word)).max();
        if let Some(does) = self.does(&called) {
            return does.gives.max(given().filter(|_| does.prints));
        }
        match &*name {
            name if ECHO.contains(&name) => given(),
            "env" | "printenv" | "export" => self.environment(&name, arguments, command),
            name if SAME.contains(&name) => read,
            name if CHANGED.contains(&name) => {
                read.map(|held| held.changed("something made of a secret"))
            }
            _ => self
                .fetches(words)
                .then_some(Held::Bare("a secret that was just fetched")),
        }
    }

    /// `env`, `printenv`, `printenv NAME`, `export -p`.
    fn environment(&self, name: &str, arguments: &'p [Value], command: &Command) -> Option<Held> {
        let words: Vec<String> = arguments.iter().map(|word| self.text(word)).collect();
        match (name, words.as_slice()) {
            ("env" | "printenv", []) if command.assigned.is_empty() => self.secrets(),
            ("export", [flag]) if flag == "-p" => self.secrets(),
            ("printenv", [wanted]) => self.names.get(&**wanted).copied().flatten(),
            _ => None,
        }
    }

    /// Whether a command prints a secret of a store.
    fn fetches(&self, words: &'p [Value]) -> bool {
        let mut texts: Vec<String> = words.iter().map(|word| self.text(word)).collect();
        leave_options(&mut texts);
        let found = FETCHES.iter().find(|(start, _)| {
            start.len() <= texts.len() && start.iter().zip(&texts).all(|(a, b)| a == b)
        });
        let Some((start, option)) = found else {
            return false;
        };
        let rest = &texts[start.len()..];
        let has = |option: &str| rest.iter().any(|word| word.starts_with(option));
        let named = || {
            rest.iter()
                .any(|word| !word.starts_with('-') && holds_secret(word))
        };
        match option {
            Some("-raw") => has("-raw") && named(),
            Some(option) => has(option) && !asks_for_less(rest),
            None => !asks_for_less(rest),
        }
    }
}

/// Whether a query, or the form of the output, leaves the value out.
fn asks_for_less(words: &[String]) -> bool {
    let wants = words.iter().zip(words.iter().skip(1));
    let mut wants = wants
        .filter(|(flag, _)| matches!(flag.as_str(), "--query" | "-o" | "--output" | "--format"));
    wants.any(|(flag, what)| match flag.as_str() {
        "--query" => {
            let what = what.to_ascii_lowercase();
            !["secretstring", "value", "secretbinary", "parameters", "@"]
                .iter()
                .any(|w| what.contains(w))
        }
        _ => matches!(what.as_str(), "none" | "name" | "wide"),
    })
}

/// Whether a query leaves all out but a name, an identifier or an ARN.
fn asks_for_pointer(words: &[String]) -> bool {
    let mut wants = words.iter().zip(words.iter().skip(1));
    wants.any(|(flag, what)| {
        let what = what.trim_end_matches(']').to_ascii_lowercase();
        flag == "--query" && ["arn", "id", "name"].iter().any(|end| what.ends_with(end))
    })
}

/// The words of a command from its program on.
pub(crate) fn program<'p>(known: &Known<'_, 'p>, command: &'p Command) -> &'p [Value] {
    let mut words = command.words.as_slice();
    while let [first, rest @ ..] = words {
        let passes = match &*known.text(first) {
            "sudo" | "command" | "exec" | "nohup" | "time" | "npx" | "pnpx" | "bunx" | "-"
            | "@" => true,
            "yarn" | "pnpm" | "bun" | "poetry" | "uv" | "pipenv" => {
                matches!(
                    rest.first().map(|word| known.text(word)).as_deref(),
                    Some("run" | "exec" | "dlx")
                )
            }
            "run" | "dlx" => words.len() < command.words.len(),
            _ => false,
        };
        if !passes || rest.is_empty() {
            break;
        }
        words = rest;
    }
    words
}

/// The constant texts of words; what make is told before a program does not count.
pub(crate) fn texts<'p>(known: &Known<'_, 'p>, words: &'p [Value]) -> Vec<String> {
    let mut texts: Vec<String> = words.iter().map(|word| known.text(word)).collect();
    if let Some(program) = texts.first_mut() {
        *program = program.trim_start_matches(['@', '-', '+']).to_owned();
    }
    texts
}

/// `NAME=value` in the words of a command.
#[derive(Default)]
pub(crate) struct Argument<'p> {
    /// What stands before the sign.
    pub(crate) name: String,
    /// The references in what stands behind it, and commands whose output does.
    values: Vec<&'p Value>,
    /// Whether one of these is surely a secret, whatever the name.
    fetched: bool,
    /// Whether such a command looks for a pointer.
    points: bool,
}

impl<'p> Argument<'p> {
    /// Whether it hands over a secret, as far as names say, and no pointer to one.
    pub(crate) fn is_secret(&self) -> bool {
        let names = || {
            self.values.iter().filter_map(|value| match value {
                Value::Reference(reference, _) => reference.target.rsplit('.').next(),
                _ => None,
            })
        };
        let about = || is_about(&self.name) || names().any(is_about);
        let named = || holds_secret(&self.name) || names().any(holds_secret);
        !self.points && !self.values.is_empty() && (self.fetched || named() && !about())
    }

    /// Where the first of its values stands.
    pub(crate) fn span(&self) -> Option<Span> {
        match self.values.first()? {
            Value::Reference(_, span) => Some(*span),
            Value::Commands(commands) => commands.first().map(|command| command.span),
            _ => None,
        }
    }

    /// Takes in a part of the value.
    fn take(&mut self, known: &Known<'_, 'p>, value: &'p Value) {
        let Value::Commands(commands) = value else {
            return super::each(value, &mut |one| {
                if matches!(one, Value::Reference(..)) {
                    self.values.push(one);
                    self.fetched |= known.of(one).is_some_and(|held| held != Held::Named);
                }
            });
        };
        self.values.push(value);
        self.fetched |= known.of(value).is_some();
        self.points |= commands.iter().any(|command| {
            let texts = texts(known, &command.words);
            texts.iter().any(|text| text == "describe-secret") || asks_for_pointer(&texts)
        });
    }

    /// The value of an option that is a secret's own: `--master-user-password "$PW"`.
    pub(crate) fn of_option(known: &Known<'_, 'p>, option: &str, words: &'p [Value]) -> Self {
        let mut one = Self {
            name: option.trim_start_matches('-').to_owned(),
            ..Self::default()
        };
        words.iter().for_each(|word| one.take(known, word));
        one
    }
}

/// The arguments of the form `NAME=value` in words; one word may hold several, between commas or line ends.
pub(crate) fn arguments<'p>(known: &Known<'_, 'p>, words: &'p [Value]) -> Vec<Argument<'p>> {
    let mut found: Vec<Argument<'p>> = Vec::new();
    for word in words {
        let parts = match word {
            Value::Concat(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut open = false;
        let mut separator = None;
        for part in parts {
            match part {
                Value::Literal(_) => {
                    let text = known.text(part);
                    let (own, text) = own_separator(&text);
                    separator = separator.or(own.map(str::to_owned));
                    let names = match &separator {
                        Some(own) => names(text.split(own.as_str())),
                        None => names(text.split([',', '\n', ' ', ';'])),
                    };
                    open |= !names.is_empty();
                    found.extend(names.into_iter().map(|name| Argument {
                        name,
                        ..Argument::default()
                    }));
                }
                value if open => {
                    if let Some(last) = found.last_mut() {
                        last.take(known, value);
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// What `gcloud` takes between pairs in place of a comma, and the pairs: `^##^A=b##C=d`.
/// <https://cloud.google.com/sdk/gcloud/reference/topic/escaping>
fn own_separator(text: &str) -> (Option<&str>, &str) {
    let own = text.strip_prefix('^').and_then(|rest| rest.split_once('^'));
    match own {
        Some((own, rest)) if !own.is_empty() => (Some(own), rest),
        _ => (None, text),
    }
}

/// The names of pairs; CloudFormation's stand before their values: `ParameterKey=A,ParameterValue=b`.
fn names<'t>(pieces: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut key = "";
    let mut found = Vec::new();
    for piece in pieces {
        let Some((name, value)) = piece.rsplit_once('=') else {
            continue;
        };
        let mut names = name.rsplit(['{', '"', '\'', '=']);
        let name = match names.find(|name| !name.is_empty()).unwrap_or_default() {
            "ParameterKey" => {
                key = value;
                continue;
            }
            "ParameterValue" => key,
            name => name,
        };
        found.push(name.trim_start_matches('-').to_owned());
    }
    found
}
