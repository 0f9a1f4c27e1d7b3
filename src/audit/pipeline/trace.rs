//! `set -x`: a shell prints its commands before they run.

use crate::facts::Command;

use super::{Held, Known};

/// Commands are printed before they run, with a secret in one.
pub(crate) struct Traced<'p> {
    /// `set -x`
    pub(crate) trace: &'p Command,
    /// The first with a secret.
    pub(crate) used: &'p Command,
    /// What is known of that.
    pub(crate) held: Held,
}

impl<'p> Known<'_, 'p> {
    /// The first command after which each one is printed before it runs, where there is a secret in one of them.
    pub(crate) fn traced(
        &self,
        commands: impl IntoIterator<Item = &'p Command>,
    ) -> Option<Traced<'p>> {
        let mut known = self.clone();
        let mut tracing: Option<&Command> = None;
        for command in commands {
            let words: Vec<String> = command.words.iter().map(|word| known.text(word)).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match words.as_slice() {
                ["set", flag, ..] if is_trace(flag) => tracing = Some(command),
                ["set", "-o", "xtrace"] => tracing = Some(command),
                ["set", "+x", ..] => tracing = None,
                _ => {}
            }
            let set = command.assigned.iter().map(|one| &one.value);
            let held = set.chain(&command.words).filter_map(|word| known.of(word));
            if let (Some(trace), Some(held)) = (tracing, held.max()) {
                return Some(Traced {
                    trace,
                    used: command,
                    held,
                });
            }
            known.run(command);
        }
        None
    }
}

fn is_trace(flag: &str) -> bool {
    flag.strip_prefix('-').is_some_and(|flags| {
        flags.contains('x') && flags.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}
