//! From a name to all that it stands for: variables and locals, what modules are given and give, parts of files.

use std::rc::Rc;

use crate::facts::{Dialect, Role, Value, entry};
use crate::reference::{RefKind, Reference};
use crate::span::Span;

use super::Step;
use super::walk::{At, Passed, Walk};

/// How many names are followed one after the other.
const DEPTH: usize = 12;

impl<'w, 'p> Walk<'w, 'p> {
    /// From a name to what it stands for.
    pub(super) fn follow(&mut self, reference: &'p Reference, at: &At<'p>) {
        if at.depth >= DEPTH {
            return;
        }
        if !self.root(reference, at) {
            self.address(reference, at);
        }
    }

    /// Names that are no addresses within a module; whether it is one.
    fn root(&mut self, reference: &'p Reference, at: &At<'p>) -> bool {
        let target = &*reference.target;
        if let Some(name) = target.strip_prefix("import.") {
            self.import(name, at);
        } else if let Some(path) = target.strip_prefix("object.") {
            self.object(path, at);
        } else if let Some(name) = target.strip_prefix("text.") {
            self.whole(name, at);
        } else if let Some(scope) = at.scope.clone() {
            self.given(&scope, target, at);
        } else if reference.kind == RefKind::Environment {
            self.environment(target, at);
        } else {
            return false;
        }
        true
    }

    fn address(&mut self, reference: &'p Reference, at: &At<'p>) {
        let mut parts = reference.target.split('.');
        let (Some(root), Some(name)) = (parts.next(), parts.next()) else {
            return;
        };
        let mut select: Vec<&str> = parts.collect();
        match root {
            "var" => {
                select.extend(&at.select);
                self.variable(name, &select, at);
            }
            "local" => {
                select.extend(&at.select);
                self.declared(at.module, Role::Local, name, &select, at);
            }
            "data" if name == "template_file" && !select.is_empty() => {
                self.template_file(select[0], at);
            }
            "module" if !select.is_empty() => {
                let output = select.remove(0);
                select.extend(&at.select);
                for &callee in self.callees(name, at.module) {
                    self.declared(callee, Role::Output, output, &select, at);
                }
            }
            "self" => {
                select.insert(0, name);
                select.extend(&at.select);
                for module in self.owners(at.module) {
                    self.content(module, &select, at);
                }
            }
            "job" => {
                let name = &reference.target["job.".len()..];
                for module in self.project.pipeline(at.module) {
                    self.job(module, name, at);
                }
            }
            "file" => {
                select.extend(&at.select);
                for &callee in self.callees(name, at.module) {
                    self.content(callee, &select, at);
                }
            }
            _ => {}
        }
    }

    /// Goes on in the stacks that export a name.
    fn import(&mut self, name: &'p str, at: &At<'p>) {
        let project = self.project;
        for &(module, output) in project.exports.get(name).map_or(&[][..], Vec::as_slice) {
            self.declared(module, Role::Output, &output.what.name, &at.select, at);
        }
    }

    /// Goes on in the files that the environment of the deployment is read from.
    fn environment(&mut self, name: &'p str, at: &At<'p>) {
        for owner in self.owners(at.module) {
            for &file in self.callees("env", owner) {
                self.content(file, &[name], at);
            }
        }
    }

    pub(super) fn callees(&self, name: &str, module: usize) -> &'w [usize] {
        let callees = &self.project.modules[module].callees;
        callees.get(name).map_or(&[], Vec::as_slice)
    }

    /// The modules that `self` means: a file that is included speaks of those that include it.
    fn owners(&self, module: usize) -> Vec<usize> {
        let callers = self.project.modules[module].callers.iter();
        let mut owners: Vec<usize> = callers.map(|(caller, _)| *caller).collect();
        owners.push(module);
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// Goes on at the variables of a job that another extends.
    fn job(&mut self, module: usize, name: &'p str, at: &At<'p>) {
        let project = self.project;
        for &one in project.modules[module].named(Role::Resource, name) {
            if let Some(Value::Map(variables)) = one.what.get("env") {
                let message = format!("kept in {}", one.what.address());
                let mut inner = self.gone(at, &[], one.file, one.what.span, message);
                inner.module = module;
                self.entries(variables, &inner);
            }
        }
    }

    fn variable(&mut self, name: &'p str, select: &[&'p str], at: &At<'p>) {
        self.declared(at.module, Role::Assignment, name, select, at);
        let project = self.project;
        for &(caller, call) in &project.modules[at.module].callers {
            let Some(input) = entry(&call.what.body, name) else {
                continue;
            };
            let message = match call.what.dialect {
                Dialect::CloudFormation => format!("given to parameter {name}"),
                _ => format!("passed to module {} as `{name}`", call.what.name),
            };
            let inner = self.gone(at, select, call.file, input.span, message);
            self.value(
                &input.value,
                &At {
                    module: caller,
                    name: Some(name),
                    ..inner
                },
            );
        }
        for &one in project.modules[at.module].named(Role::Variable, name) {
            if let Some(default) = entry(&one.what.body, "default") {
                let message = format!("the default of {}", one.what.address());
                let inner = self.gone(at, select, one.file, one.what.span, message);
                self.value(
                    &default.value,
                    &At {
                        name: Some(name),
                        ..inner
                    },
                );
            }
        }
    }

    /// Goes on at the value of a declaration. An assignment is no step of its own: the value is written there.
    fn declared(
        &mut self,
        module: usize,
        role: Role,
        name: &'p str,
        select: &[&'p str],
        at: &At<'p>,
    ) {
        let project = self.project;
        for &one in project.modules[module].named(role, name) {
            let Some(value) = entry(&one.what.body, "value") else {
                continue;
            };
            let mut inner = match role {
                Role::Assignment => at.clone(),
                Role::Output => {
                    let message = format!("given out as `{name}`");
                    self.gone(at, select, one.file, value.span, message)
                }
                _ => {
                    let message = match one.what.dialect {
                        Dialect::CloudFormation => format!("kept in mapping {name}"),
                        Dialect::Serverless => format!("kept in {name}"),
                        _ => format!("kept in local.{name}"),
                    };
                    self.gone(at, select, one.file, value.span, message)
                }
            };
            if role == Role::Assignment {
                inner.file = one.file;
                inner.select = select.to_vec();
                inner.depth += 1;
            }
            inner.module = module;
            inner.name = Some(name);
            self.value(&value.value, &inner);
        }
    }

    /// The same place, one name on.
    pub(super) fn gone(
        &self,
        at: &At<'p>,
        select: &[&'p str],
        file: usize,
        span: Span,
        message: String,
    ) -> At<'p> {
        At {
            file,
            select: select.to_vec(),
            depth: at.depth + 1,
            passed: Some(Rc::new(Passed {
                step: Step {
                    file,
                    span,
                    message,
                },
                before: at.passed.clone(),
            })),
            ..at.clone()
        }
    }
}
