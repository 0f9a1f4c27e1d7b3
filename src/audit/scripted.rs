//! What audits of scripts share: a script with what is known where each of its commands runs, and the way of a secret to it.

use crate::facts::{Command, Value};
use crate::link::Step;
use crate::reference::RefKind;
use crate::rule::Rule;
use crate::span::Span;

use super::pipeline::{Held, Job, Known, each};
use super::scene::step;
use super::{Scene, Sighting};

/// Names that are given names, at most.
const DEPTH: usize = 4;

/// A script of a shell.
pub(super) struct Script<'s, 'p> {
    scene: &'s Scene<'s, 'p>,
    /// Number of its file.
    pub(super) file: usize,
    /// What its functions do.
    pub(super) known: Known<'s, 'p>,
    /// Its commands, in their order.
    pub(super) commands: Vec<&'p Command>,
}

/// The scripts of a module.
pub(super) fn all<'s, 'p>(scene: &'s Scene<'s, 'p>) -> impl Iterator<Item = Script<'s, 'p>> {
    super::pipeline::own_scripts(scene).map(move |job: Job<'s, 'p>| {
        let commands: Vec<&Command> = job.commands().collect();
        let mut known = job.known();
        known.learn(&commands);
        Script {
            scene,
            file: job.file(),
            known,
            commands,
        }
    })
}

impl<'p> Script<'_, 'p> {
    /// Goes through it: a command, its place, what is known there, and the secret in what it puts out.
    pub(super) fn follow(&self, mut visit: impl FnMut(usize, &Known<'_, 'p>, Option<Held>)) {
        let mut at = 0;
        let mut known = self.known.clone();
        known.follow(self.commands.iter().copied(), |known, _, held| {
            visit(at, known, held);
            at += 1;
        });
    }

    /// A secret goes from where it was read to a command.
    pub(super) fn sighting(
        &self,
        rule: &'static Rule,
        (at, span): (usize, Span),
        held: Held,
        (belief, goes): (f32, &str),
    ) -> Sighting<'p> {
        let why = "a secret is followed to where it is put out";
        let mut seen = self.scene.fault(rule, self.file, span, belief, why);
        seen.detail = Some(format!("{} goes to {goes}", says(held)));
        let command = self.commands[at];
        let values = command.assigned.iter().map(|one| &one.value);
        let values: Vec<&Value> = values.chain(&command.words).chain(&command.input).collect();
        seen.flow = self.way(at, &values, DEPTH);
        if !seen.flow.is_empty() {
            seen.flow
                .push(step(self.file, span, &format!("it goes to {goes}")));
        }
        seen
    }

    /// Where the secret in values of the command at a place comes from, the first first.
    fn way(&self, at: usize, values: &[&'p Value], depth: usize) -> Vec<Step> {
        let mut names: Vec<&'p str> = Vec::new();
        let mut fetched: Option<Span> = None;
        for value in values {
            each(value, &mut |one| match one {
                Value::Reference(reference, _) if reference.kind == RefKind::Environment => {
                    names.push(&reference.target);
                }
                Value::Commands(commands) => {
                    let printed = self.known.printed(commands).into_iter();
                    let found = printed.rev().find(|(_, held)| held.is_some());
                    fetched = fetched.or(found.map(|(command, _)| command.span));
                }
                _ => {}
            });
        }
        if let Some(span) = fetched {
            return vec![step(self.file, span, "the secret is read here")];
        }
        for before in (0..at).rev().filter(|_| depth > 0) {
            for entry in &self.commands[before].assigned {
                if !names.contains(&&*entry.name) {
                    continue;
                }
                let mut way = self.way(before, &[&entry.value], depth - 1);
                if !way.is_empty() {
                    way.push(step(self.file, entry.span, "it passes here"));
                    return way;
                }
            }
        }
        Vec::new()
    }
}

fn says(held: Held) -> &'static str {
    match held {
        Held::Bare(says) => says,
        Held::Hidden => "a secret",
        Held::Named | Held::Given => "a variable of the environment that is named as a secret",
    }
}
