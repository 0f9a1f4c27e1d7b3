//! Constants of one file that another one uses as a key or a password.

use std::borrow::Cow;

use crate::audit::program::{Constant, Loose, Program, step};
use crate::audit::uses::{Use, candidate};
use crate::audit::{Sighting, Subject, clients, crypto_key};
use crate::facts::code::{Expression, FILE};
use crate::judge::{Candidate, Evidence};
use crate::link::Step;
use crate::span::Span;

use super::Module;
use super::exports::{Search, Target, View};

/// Whether a program uses a name from another file as a key or a password.
pub(crate) fn takes_imported(subject: &Subject<'_>) -> bool {
    let program = Program {
        facts: subject.facts,
        text: subject.text,
    };
    let loose = |one: &Use<'_>| !program.found(one.value, one.call.function).loose.is_empty();
    !program.facts.imports.is_empty() && uses(&program).iter().any(loose)
}

/// Values that a program uses as keys and passwords.
fn uses<'t>(program: &Program<'t>) -> Vec<Use<'t>> {
    let mut uses = crypto_key::uses(program);
    uses.extend(clients::uses(program));
    uses
}

impl<'p> View<'p> {
    /// Asks for the files whose constants are used.
    pub(super) fn look_for_constants(self) {
        self.each_use(&mut |_, loose, search| {
            let import = &self.module().facts.imports[loose.import];
            self.imported(import, &loose.rest, search);
        });
    }

    /// Constants of other files that are used.
    pub(super) fn constants(self) -> Vec<Sighting<'static>> {
        let mut seen = Vec::new();
        self.each_use(&mut |one, loose, search| {
            let import = &self.module().facts.imports[loose.import];
            if let Some(Target::Value(file, path)) = self.imported(import, &loose.rest, search) {
                seen.extend(self.arrived(one, loose, (file, &path)));
            }
        });
        seen
    }

    fn each_use(self, each: &mut dyn FnMut(&Use<'p>, &Loose, Search)) {
        let program = self.module().program();
        if !self.module().takes {
            return;
        }
        for one in uses(&program) {
            for loose in program.found(one.value, one.call.function).loose {
                each(&one, &loose, Search::new(true, false));
            }
        }
    }

    /// The constants under a path of another file, with their ways to where they are used.
    fn arrived(
        self,
        one: &Use<'p>,
        loose: &Loose,
        (file, path): (usize, &str),
    ) -> Vec<Sighting<'static>> {
        let module = &self.files.modules[file];
        let program = module.program();
        let found = module.value(path).map(|(value, given)| {
            let mut found = program.found(value, FILE).constants;
            let at = step(given, format!("given to {path}"));
            found
                .iter_mut()
                .for_each(|constant| constant.passed.push(at.clone()));
            found
        });
        let import = &self.module().facts.imports[loose.import];
        let here = |step: Step| Step {
            file: self.number,
            ..step
        };
        let seen = |constant: Constant<'p>| {
            let Candidate {
                rule,
                span,
                evidence,
            } = candidate(&program, one, constant.literal, module.kind());
            let value = Cow::Owned(evidence.value.into_owned());
            let evidence = Evidence { value, ..evidence };
            let candidate = Candidate {
                rule,
                span,
                evidence,
            };
            let there = |step: Step| Step { file, ..step };
            let written = step(constant.literal.raw, "written here".to_owned());
            let before = [written].into_iter().chain(constant.passed).map(there);
            let imported = step(import.span, format!("imported as {}", import.alias));
            let end = step(one.call.callee.span, one.end.clone());
            let after = [imported]
                .into_iter()
                .chain(loose.passed.clone())
                .chain([end]);
            Sighting {
                file,
                detail: Some(one.detail.clone()),
                flow: before.chain(after.map(here)).collect(),
                ..Sighting::of(candidate)
            }
        };
        let found = found.unwrap_or_default().into_iter();
        found
            .filter(|constant| one.takes(&program, constant))
            .map(seen)
            .collect()
    }
}

impl Module {
    /// The value of a name of the file, or of a member of one, if it is given once; and where.
    fn value(&self, path: &str) -> Option<(&Expression, Span)> {
        let mut all = self.given(path);
        let (mut value, at, rest) = all.next().filter(|_| all.next().is_none())?;
        for part in rest.split('.').filter(|part| !part.is_empty()) {
            let Expression::Map(members) = value else {
                return None;
            };
            let mut named = members.iter().filter(|m| m.name.last(self.utf8()) == part);
            value = &named.next_back()?.value;
        }
        Some((value, at))
    }
}
