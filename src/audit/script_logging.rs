//! A script prints a secret that it has read, or writes it to a log.

use crate::facts::Output;

use super::pipeline::Held;
use super::scripted::{self, Script};
pub(crate) use super::secret_logging::RULE;
use super::{Scene, Sighting};

/// Every command that shows a secret.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for script in scripted::all(scene) {
        let talks = talks(&script);
        script.follow(|at, known, held| {
            let command = script.commands[at];
            let given = known.logged(command);
            let Some(held) = given.or(held).filter(|held| *held != Held::Given) else {
                return;
            };
            let file = known.is_log(command);
            let belief = match &command.output {
                _ if file || given.is_some() => Some(0.75),
                Output::File(_) | Output::Pipe => None,
                Output::Errors => Some(0.75),
                Output::Terminal if known.tells(command) => Some(0.75),
                // What a function or a script says without any words is its result.
                Output::Terminal => {
                    let read = talks && command.function.is_none() && held != Held::Named;
                    read.then_some(0.55)
                }
            };
            let goes = match file || given.is_some() {
                true => "the log",
                false => "the output of the script",
            };
            if let Some(belief) = belief {
                let belief = if held == Held::Named { 0.55 } else { belief };
                out.push(script.sighting(&RULE, (at, command.span), held, (belief, goes)));
            }
        });
        traced(&script, out);
    }
}

/// Whether people read the output of a script: it tells them what it does.
fn talks(script: &Script<'_, '_>) -> bool {
    script.commands.iter().any(|command| {
        let says = command.words.first().map(|word| script.known.text(word));
        let says = says.is_some_and(|program| matches!(&*program, "echo" | "printf"));
        let own = command.output == Output::Terminal && command.function.is_none();
        own && says && script.known.tells(command)
    })
}

/// `set -x`, before commands that are called with what was fetched.
fn traced<'p>(script: &Script<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let Some(traced) = script.known.traced(script.commands.iter().copied()) else {
        return;
    };
    let mut commands = script.commands.iter();
    let at = commands.position(|command| std::ptr::eq(*command, traced.used));
    if let (Some(at), Held::Bare(_)) = (at, traced.held) {
        let goes = (0.7, "the trace of its commands");
        out.push(script.sighting(&RULE, (at, traced.trace.span), traced.held, goes));
    }
}
