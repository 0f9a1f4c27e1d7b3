//! Functions of scripts: what they print, for whoever calls them.

use crate::facts::{Command, Output, Value};

use super::commands::prints;
use super::{Held, Known, program};

/// What a function prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Does {
    /// The secret in it, whoever calls.
    pub(crate) gives: Option<Held>,
    /// Whether it prints what it is called with.
    pub(crate) prints: bool,
    /// Whether it says more than that.
    pub(crate) tells: bool,
    /// Whether it writes that to a log.
    pub(crate) logs: bool,
}

/// Names of functions that other files have, and that print what they are given.
const LOGGERS: &[&str] = &[
    "log", "logger", "info", "warn", "warning", "error", "err", "debug", "die", "fail", "fatal",
    "abort", "notice", "msg",
];

/// Functions that call functions that call functions are understood.
const ROUNDS: usize = 3;

impl<'p> Known<'_, 'p> {
    /// Takes in what the functions of a script do.
    pub(crate) fn learn(&mut self, commands: &[&'p Command]) {
        let mut names: Vec<&'p str> = Vec::new();
        for command in commands {
            if let Some(function) = command.function.as_deref()
                && !names.contains(&function)
            {
                names.push(function);
            }
        }
        for _ in 0..ROUNDS {
            let mut changed = false;
            for name in &names {
                let own = commands.iter().copied();
                let own = own.filter(|command| command.function.as_deref() == Some(name));
                let does = self.done(own);
                changed |= self.functions.insert(name, does) != Some(does);
            }
            if !changed {
                break;
            }
        }
    }

    /// What `read` asks for is nothing that was set before.
    pub(super) fn asked(&mut self, command: &'p Command) {
        let [Value::Literal(program), names @ ..] = command.words.as_slice() else {
            return;
        };
        if self.scene.meaning(self.file, program) == "read" {
            for name in names {
                if let Value::Literal(name) = name {
                    self.names.insert(self.scene.meaning(self.file, name), None);
                }
            }
        }
    }

    /// What a function of the script does.
    pub(crate) fn does(&self, name: &str) -> Option<Does> {
        self.functions.get(name).copied()
    }

    /// The secret in what a logger is given, which the script defines, or another one that it uses.
    pub(crate) fn logged(&self, command: &'p Command) -> Option<Held> {
        let words = program(self, command);
        let name = self.text(words.first()?);
        let lower = name.to_ascii_lowercase();
        let named = LOGGERS.contains(&&*lower)
            || ["log_", "log::"]
                .iter()
                .any(|start| lower.starts_with(start));
        let logs = match self.does(&name) {
            Some(does) => does.logs || named && does.prints,
            None => named,
        };
        let given = words[1..].iter().filter_map(|word| self.of(word));
        given.max().filter(|_| logs)
    }

    /// Whether a command writes to a file that is a log.
    pub(crate) fn is_log(&self, command: &'p Command) -> bool {
        let is_log = |word: &'p Value| {
            let path = self.text(word).to_ascii_lowercase();
            path.ends_with(".log") || path.contains("/log/") || path.contains("/logs/")
        };
        let tees = || {
            let program = command.words.first().map(|word| self.text(word));
            program.is_some_and(|program| program == "tee") && command.words.iter().any(is_log)
        };
        match &command.output {
            Output::File(file) => is_log(file),
            _ => tees(),
        }
    }

    fn done(&self, commands: impl Iterator<Item = &'p Command>) -> Does {
        let mut known = self.clone();
        known.within = true;
        let mut does = Does::default();
        known.follow(commands, |known, command, held| {
            does.logs |= known.logged(command) == Some(Held::Given);
            match (held, &command.output) {
                (Some(Held::Given), output) => {
                    does.prints |= output.is_shown();
                    let more = command
                        .words
                        .iter()
                        .any(|word| matches!(word, Value::Concat(_)));
                    does.tells |= more || *output == Output::Errors || known.tells(command);
                    does.logs |= known.is_log(command);
                }
                (held, Output::Terminal) if !known.tells(command) => {
                    does.gives = does.gives.max(held);
                }
                _ => {}
            }
        });
        does
    }

    /// Whether what a command prints is said to people, rather than given to a program: words stand around it.
    pub(crate) fn tells(&self, command: &'p Command) -> bool {
        let words = program(self, command);
        let Some(called) = words.first().map(|word| self.text(word)) else {
            return false;
        };
        if let Some(does) = self.does(&called) {
            return does.tells;
        }
        if !prints(&called) {
            return false;
        }
        let mut said: Vec<String> = command
            .words
            .iter()
            .skip(1)
            .map(|word| self.text(word))
            .collect();
        said.extend(command.input.as_ref().map(|input| self.text(input)));
        let said = said.join(" ");
        let said = said.trim_start();
        let is_data =
            said.starts_with(['{', '<']) || said.starts_with("[\"") || said.starts_with("export ");
        let words = said.split_whitespace();
        !is_data && words.into_iter().any(is_word)
    }
}

/// A word of a language, and no option, format or name that is given a value.
fn is_word(word: &str) -> bool {
    let letters = word.trim_matches(|c: char| c.is_ascii_punctuation());
    let assigns = word.trim_end_matches(['"', '\\', '\'']).ends_with('=');
    let special = word.starts_with(['-', '%', '\\', '.']);
    !assigns && !special && letters.len() > 1 && letters.chars().all(char::is_alphabetic)
}

/// `$1`, `$@`, `${2:-}`: what a function is called with.
pub(super) fn is_given(text: &str) -> bool {
    let name = text.trim_start_matches(['$', '{']);
    name.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '@' | '*'))
}
