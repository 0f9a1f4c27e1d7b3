//! A script gives a secret that it has fetched to a program on its command line.

use crate::facts::{Command, Value};
use crate::span::Span;

use super::pipeline::{Held, Known, program};
pub(crate) use super::process_arguments::RULE;
use super::scene::holds_secret;
use super::scripted;
use super::{Scene, Sighting};

/// Programs whose option for a password has no name that says so: the option before it, or that it follows without a blank.
const CLIENTS: &[(&[&str], &[&str], &[&str])] = &[
    (&["curl"], &["-u", "--user", "--proxy-user"], &[]),
    (
        &[
            "mysql",
            "mysqldump",
            "mysqladmin",
            "mysqlimport",
            "mariadb",
            "mariadb-dump",
        ],
        &[],
        &["-p"],
    ),
    (&["sshpass"], &["-p"], &["-p"]),
    (&["redis-cli"], &["-a", "--pass"], &[]),
    (&["docker", "podman", "az", "helm"], &["-p"], &[]),
    (&["ldapsearch", "ldapadd", "ldapmodify"], &["-w"], &[]),
    (&["sqlcmd", "bcp"], &["-P"], &["-P"]),
    (
        &["mongo", "mongosh", "mongodump", "mongorestore"],
        &["-p"],
        &[],
    ),
];

/// Every option that is one for a secret, with a secret that was fetched.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for script in scripted::all(scene) {
        script.follow(|at, known, _| {
            if let Some((held, span)) = given(known, script.commands[at]) {
                let goes = (0.55, "the arguments of a process");
                out.push(script.sighting(&RULE, (at, span), held, goes));
            }
        });
    }
}

/// The first such secret.
fn given<'p>(known: &Known<'_, 'p>, command: &'p Command) -> Option<(Held, Span)> {
    let words = program(known, command);
    let texts: Vec<String> = words.iter().map(|word| known.text(word)).collect();
    let name = texts.first()?.rsplit('/').next()?.to_owned();
    if known.does(&name).is_some() || name.is_empty() || is_builtin(&name) {
        return None;
    }
    let client = CLIENTS.iter().find(|client| client.0.contains(&&*name));
    (1..words.len()).find_map(|at| {
        let own = &texts[at];
        let by_name =
            |option: &str| option.starts_with("--") && holds_secret(option.trim_start_matches('-'));
        let before = texts[at - 1].as_str();
        let takes = by_name(before) && !before.contains('=')
            || own
                .split_once('=')
                .is_some_and(|(option, _)| by_name(option))
            || client.is_some_and(|(_, before_it, joined)| {
                before_it.contains(&before)
                    || joined
                        .iter()
                        .any(|option| own.starts_with(option) && !own.starts_with("--"))
            });
        match (takes, known.of(&words[at])) {
            (true, Some(held @ Held::Bare(_))) => Some((held, spot(&words[at])?)),
            _ => None,
        }
    })
}

/// Words that start no process.
fn is_builtin(name: &str) -> bool {
    const BUILTINS: &[&str] = &[
        "echo", "printf", "[", "[[", "test", "read", "eval", "export", "return", "if", "for",
        "case",
    ];
    BUILTINS.contains(&name)
}

/// Where the secret stands in a word.
fn spot(word: &Value) -> Option<Span> {
    match word {
        Value::Reference(_, span) | Value::Call { span, .. } => Some(*span),
        Value::Concat(parts) | Value::Either(parts) => parts.iter().find_map(spot),
        Value::Commands(commands) => commands.first().map(|command| command.span),
        _ => None,
    }
}
