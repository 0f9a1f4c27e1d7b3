//! A script asks for a URL with a secret in its query.

use crate::facts::{Command, Value};
use crate::span::Span;

use super::pipeline::{Held, Known, program};
use super::scripted;
use super::taint::ends_in_query;
pub(crate) use super::url_query::RULE;
use super::{Scene, Sighting};

/// Every such request.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for script in scripted::all(scene) {
        script.follow(|at, known, _| {
            if let Some((held, span)) = asked(known, script.commands[at]) {
                let goes = (0.6, "the query of a URL");
                out.push(script.sighting(&RULE, (at, span), held, goes));
            }
        });
    }
}

/// The secret in the query of what a command asks for.
fn asked<'p>(known: &Known<'_, 'p>, command: &'p Command) -> Option<(Held, Span)> {
    let words = program(known, command);
    let program = known.text(words.first()?);
    let program = program.rsplit('/').next().unwrap_or_default();
    if !matches!(program, "curl" | "wget" | "http" | "https" | "xh") {
        return None;
    }
    let parts = words[1..].iter().filter_map(|word| match word {
        Value::Concat(parts) => Some(parts),
        _ => None,
    });
    let pairs = parts.flat_map(|parts| parts.windows(2));
    pairs.into_iter().find_map(|pair| {
        let Value::Reference(_, span) = &pair[1] else {
            return None;
        };
        let held = known.of(&pair[1])?;
        ends_in_query(&known.text(&pair[0])).then_some((held, *span))
    })
}
