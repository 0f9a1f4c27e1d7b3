//! What a job of CI does with secrets: what audits of pipelines share.
//!
//! A log hides the exact value of a secret, and nothing that is made of it: so it matters how a value came about.

use std::collections::{HashMap, HashSet};

use crate::facts::{Command, Entry, Output, Value, entry};
use crate::link::Declared;
use crate::reference::RefKind;
use crate::span::Span;

use super::Scene;
use super::copied::holds_login;
use super::scene::holds_secret;

mod commands;
mod functions;
mod trace;

pub(crate) use commands::{Argument, arguments, program, texts};

/// How a value is known to be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    /// What the function is called with.
    Given,
    /// By its name only.
    Named,
    /// It is one of the system's, whose exact value the log hides.
    Hidden,
    /// It was made of one, or fetched: the log does not know it.
    Bare(&'static str),
}

impl Held {
    /// What is made of it, which is called so unless it is known better.
    fn changed(self, says: &'static str) -> Self {
        match self {
            Self::Hidden | Self::Named => Self::Bare(says),
            held => held,
        }
    }
}

/// A job, or what is common to all.
pub(crate) struct Job<'s, 'p> {
    scene: &'s Scene<'s, 'p>,
    /// Its declaration.
    pub(crate) declared: Declared<'p>,
}

/// The jobs of a module, and scripts, which are jobs of nothing but commands.
pub(crate) fn scripts<'s, 'p>(scene: &'s Scene<'s, 'p>) -> impl Iterator<Item = Job<'s, 'p>> {
    jobs(scene).chain(own_scripts(scene))
}

/// The scripts of a module.
pub(crate) fn own_scripts<'s, 'p>(scene: &'s Scene<'s, 'p>) -> impl Iterator<Item = Job<'s, 'p>> {
    scene.resources("script").map(move |thing| Job {
        scene,
        declared: thing.declared,
    })
}

/// The jobs of a module.
pub(crate) fn jobs<'s, 'p>(scene: &'s Scene<'s, 'p>) -> impl Iterator<Item = Job<'s, 'p>> {
    scene.resources("pipeline.job").map(move |thing| Job {
        scene,
        declared: thing.declared,
    })
}

/// A step of a job.
#[derive(Clone, Copy)]
pub(crate) struct Step<'p> {
    /// What it sets.
    pub(crate) entries: &'p [Entry],
}

impl<'p> Step<'p> {
    /// Its commands.
    pub(crate) fn commands(self) -> &'p [Command] {
        match entry(self.entries, "run").map(|run| &run.value) {
            Some(Value::Commands(commands)) => commands,
            _ => &[],
        }
    }

    /// What it gives to an action.
    pub(crate) fn with(self) -> &'p [Entry] {
        map(self.entries, "with")
    }

    /// What it sets in the environment.
    pub(crate) fn env(self) -> &'p [Entry] {
        map(self.entries, "env")
    }
}

/// The entries under a name.
pub(crate) fn map<'p>(entries: &'p [Entry], name: &str) -> &'p [Entry] {
    match entry(entries, name).map(|one| &one.value) {
        Some(Value::Map(entries)) => entries,
        _ => &[],
    }
}

impl<'s, 'p> Job<'s, 'p> {
    /// Number of its file.
    pub(crate) fn file(&self) -> usize {
        self.declared.file
    }

    /// Its steps, in their order.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step<'p>> + use<'p> {
        let steps = match entry(&self.declared.what.body, "steps").map(|steps| &steps.value) {
            Some(Value::List(steps)) => steps.as_slice(),
            _ => &[],
        };
        steps.iter().filter_map(|step| match step {
            Value::Map(entries) => Some(Step { entries }),
            _ => None,
        })
    }

    /// Every command of its steps, or its own.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &'p Command> + use<'p> {
        let own = Step {
            entries: &self.declared.what.body,
        };
        own.commands()
            .iter()
            .chain(self.steps().flat_map(Step::commands))
    }

    /// The action that a step uses, without its version, and that.
    pub(crate) fn uses(&self, step: Step<'p>) -> Option<(&'p str, &'p str)> {
        let uses = entry(step.entries, "uses")?;
        let uses = self.scene.constant(self.file(), &uses.value)?;
        Some(uses.split_once('@').unwrap_or((uses, "")))
    }

    /// What is known of names before its first step.
    pub(crate) fn known(&self) -> Known<'s, 'p> {
        let mut known = Known {
            scene: self.scene,
            file: self.file(),
            names: HashMap::new(),
            hidden: HashSet::new(),
            functions: HashMap::new(),
            within: false,
        };
        let body = &self.declared.what.body;
        known.set(map(body, "inherited"));
        known.set(map(body, "env"));
        // What one pipeline gives another goes before what that sets itself.
        for call in self.scene.module().starters() {
            known.set(map(&call.what.body, "variables"));
        }
        known
    }

    /// How people speak of it.
    pub(crate) fn address(&self) -> String {
        match self.declared.what.name.is_empty() {
            true => "this action".to_owned(),
            false => self.declared.what.address(),
        }
    }
}

/// What names of the environment hold as the steps of a job go on.
#[derive(Clone)]
pub(crate) struct Known<'s, 'p> {
    scene: &'s Scene<'s, 'p>,
    file: usize,
    names: HashMap<&'p str, Option<Held>>,
    /// Names and expressions that the log was told to hide.
    hidden: HashSet<&'p str>,
    /// What the functions of the script do.
    functions: HashMap<&'p str, functions::Does>,
    /// Whether a function is looked at, which is called with what it has no names for.
    within: bool,
}

impl<'p> Known<'_, 'p> {
    /// Takes in what an environment sets.
    pub(crate) fn set(&mut self, entries: &'p [Entry]) {
        for one in entries {
            let held = self.of(&one.value);
            self.hidden.remove(&*one.name);
            self.names.insert(&one.name, held);
        }
    }

    /// Takes in what a command sets, and what it has the log hide.
    pub(crate) fn run(&mut self, command: &'p Command) {
        self.set(&command.assigned);
        self.asked(command);
        for word in &command.words {
            if self.is_masking(word) {
                self.hide(word);
            }
        }
    }

    /// What is hidden stays so in later steps; what a script sets does not.
    pub(crate) fn ends_step(&mut self, before: Self) {
        self.names = before.names;
    }

    /// The secrets among the names that are set.
    pub(crate) fn secrets(&self) -> Option<Held> {
        self.names.values().copied().flatten().max()
    }

    /// What secret a value holds.
    pub(crate) fn of(&self, value: &'p Value) -> Option<Held> {
        match value {
            Value::Reference(reference, span) => {
                if self.is_hidden(&reference.target, *span) {
                    return None;
                }
                self.of_name(reference.kind, &reference.target)
            }
            Value::Concat(parts) | Value::Either(parts) => {
                parts.iter().filter_map(|part| self.of(part)).max()
            }
            Value::Call {
                name,
                arguments,
                part,
                span,
            } => {
                let inner = arguments.iter().filter_map(|one| self.of(one)).max()?;
                match &**name {
                    _ if self.is_hidden("", *span) => None,
                    "${}" if self.scene.slice(self.file, *span).contains("//") => None,
                    "fromJSON" if part.last().is_some_and(|p| is_harmless(p)) => None,
                    "fromJSON" if !part.is_empty() => {
                        Some(Held::Bare("a part of a structured secret"))
                    }
                    "${}" if inner > Held::Named => Some(inner.changed("a part of a secret")),
                    _ => Some(inner),
                }
            }
            Value::Commands(commands) => {
                let printed = self.printed(commands).into_iter();
                let printed = printed.filter(|(command, _)| command.output == Output::Terminal);
                printed.filter_map(|(_, held)| held).max()
            }
            Value::Unknown(span) if self.within => {
                let given = functions::is_given(self.scene.slice(self.file, *span));
                given.then_some(Held::Given)
            }
            _ => None,
        }
    }

    fn of_name(&self, kind: RefKind, target: &str) -> Option<Held> {
        match kind {
            RefKind::Ci => match target.split_once('.') {
                None if target == "secrets" => Some(Held::Hidden),
                Some(("secrets", name)) => (!is_harmless(name)).then_some(Held::Hidden),
                Some(("github", "token")) => Some(Held::Hidden),
                Some(("steps" | "needs", rest)) => by_name(rest.rsplit('.').next()?),
                Some(("variables", name)) => by_name(name),
                _ => None,
            },
            RefKind::Environment => match self.names.get(target) {
                Some(held) => *held,
                None => is_constant(target).then(|| by_name(target)).flatten(),
            },
            RefKind::Template => by_name(target.strip_prefix("var.")?),
            _ => None,
        }
    }

    /// `::add-mask::`, and the same of Azure Pipelines.
    fn is_masking(&self, word: &'p Value) -> bool {
        let text = self.text(word);
        text.starts_with("::add-mask::")
            || text.starts_with("##vso[task.setsecret")
            || text.starts_with("##vso[task.setvariable") && text.contains("issecret=true")
    }

    fn hide(&mut self, value: &'p Value) {
        match value {
            Value::Reference(reference, span) => {
                if reference.kind == RefKind::Environment {
                    self.hidden.insert(&reference.target);
                }
                self.hidden.insert(self.scene.slice(self.file, *span));
            }
            Value::Call { span, .. } => {
                self.hidden.insert(self.scene.slice(self.file, *span));
            }
            Value::Concat(parts) | Value::Either(parts) => {
                parts.iter().for_each(|part| self.hide(part));
            }
            _ => {}
        }
    }

    fn is_hidden(&self, name: &str, span: Span) -> bool {
        self.hidden.contains(name) || self.hidden.contains(self.scene.slice(self.file, span))
    }

    /// The constant text of a word; the rest of it is left out.
    pub(crate) fn text(&self, word: &'p Value) -> String {
        match word {
            Value::Literal(literal) => self.scene.meaning(self.file, literal).to_owned(),
            Value::Plain(span) => self.scene.slice(self.file, *span).to_owned(),
            Value::Concat(parts) => parts.iter().map(|part| self.text(part)).collect(),
            _ => String::new(),
        }
    }
}

/// Names that are given to environment variables are written in capitals; others are of loops and functions. The
/// directory that a shell is in has the name of a password.
fn is_constant(name: &str) -> bool {
    !name.bytes().any(|byte| byte.is_ascii_lowercase()) && !matches!(name, "PWD" | "OLDPWD")
}

fn by_name(name: &str) -> Option<Held> {
    holds_secret(name).then_some(Held::Named)
}

/// What people keep beside their secrets, though it is none. Addresses of databases and of hooks hold a password or a token.
pub(crate) fn is_harmless(name: &str) -> bool {
    let last = name.rsplit(['_', '-', '.']).next().unwrap_or_default();
    const HARMLESS: &[&str] = &[
        "user",
        "username",
        "login",
        "owner",
        "email",
        "mail",
        "host",
        "hostname",
        "domain",
        "ip",
        "port",
        "region",
        "zone",
        "account",
        "id",
        "arn",
        "url",
        "uri",
        "endpoint",
        "name",
        "bucket",
        "project",
        "org",
        "team",
        "cluster",
        "repository",
        "repo",
        "registry",
        "path",
        "environment",
        "env",
        "version",
        "namespace",
    ];
    HARMLESS.contains(&&*last.to_ascii_lowercase()) && !holds_login(name)
}

/// Every value in a job, with those within others.
pub(crate) fn each<'p>(value: &'p Value, visit: &mut dyn FnMut(&'p Value)) {
    visit(value);
    match value {
        Value::Concat(values) | Value::Either(values) | Value::List(values) => {
            values.iter().for_each(|one| each(one, visit));
        }
        Value::Call { arguments, .. } => arguments.iter().for_each(|one| each(one, visit)),
        Value::Map(entries) => entries.iter().for_each(|one| each(&one.value, visit)),
        Value::Commands(commands) => {
            for command in commands {
                let set = command.assigned.iter().map(|one| &one.value);
                let all = set.chain(&command.words).chain(&command.input);
                all.for_each(|one| each(one, visit));
            }
        }
        Value::Literal(_) | Value::Plain(_) | Value::Reference(..) | Value::Unknown(_) => {}
    }
}
