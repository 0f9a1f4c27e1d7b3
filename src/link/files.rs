//! Values out of files that are no templates by themselves: data, texts, and what is filled in.

use std::rc::Rc;

use crate::facts::{Entry, Role, Value, entry};
use crate::iac::WHOLE;
use crate::iac::terraform::template::of_data;
use crate::reference::Reference;

use super::walk::{At, Scope, Walk};

impl<'p> Walk<'_, 'p> {
    /// Goes on at a part of what a file holds.
    pub(super) fn content(&mut self, module: usize, names: &[&'p str], at: &At<'p>) {
        let project = self.project;
        for &one in project.modules[module].named(Role::Content, "") {
            let start = At {
                module,
                file: one.file,
                select: Vec::new(),
                ..at.clone()
            };
            match names.split_first() {
                Some((name, rest)) => self.part(&one.what.body, name, rest, "", &start),
                None => {
                    let message = "included as a whole".to_owned();
                    let inner = self.gone(&start, &[], one.file, one.what.span, message);
                    self.entries(&one.what.body, &inner);
                }
            }
        }
    }

    /// The entries under a name, and under the rest of the names in them; `path` is what led here.
    fn part(
        &mut self,
        entries: &'p [Entry],
        name: &'p str,
        rest: &[&'p str],
        path: &str,
        at: &At<'p>,
    ) {
        for one in entries.iter().filter(|e| name == "*" || *e.name == *name) {
            let path = format!("{path}{}", one.name);
            match (&one.value, rest.split_first()) {
                (Value::Map(inside), Some((next, rest))) => {
                    self.part(inside, next, rest, &format!("{path}."), at);
                }
                _ => {
                    let message = format!("kept in {path}");
                    let inner = self.gone(at, rest, at.file, one.span, message);
                    let name = Some(&*one.name);
                    self.value(&one.value, &At { name, ..inner });
                }
            }
        }
    }

    /// Goes on at what a file holds as one value.
    pub(super) fn whole(&mut self, name: &str, at: &At<'p>) {
        let project = self.project;
        let modules = self.callees(name, at.module).iter();
        let whole = modules.flat_map(|&module| {
            let texts = project.modules[module].named(Role::Content, WHOLE);
            texts.iter().map(move |one| (module, one))
        });
        for (module, one) in whole {
            let message = "included as a whole".to_owned();
            let inner = self.gone(at, &at.select, one.file, one.what.span, message);
            if let Some(value) = one.what.get("value") {
                self.value(value, &At { module, ..inner });
            }
        }
    }

    /// Goes on in a file in which names stand for what it is given.
    pub(super) fn filled_in(&mut self, file: &'p Reference, given: Option<&'p Value>, at: &At<'p>) {
        if let Some(name) = file.target.strip_prefix("text.") {
            let scope = Scope {
                given,
                at: at.clone(),
            };
            let scope = Some(Rc::new(scope));
            self.whole(
                name,
                &At {
                    scope,
                    ..at.clone()
                },
            );
        }
    }

    /// Goes on at what a name of a template stands for, with the place where that is given.
    pub(super) fn given(&mut self, scope: &Scope<'p>, target: &'p str, at: &At<'p>) {
        let Some(Value::Map(entries)) = scope.given else {
            return;
        };
        let (name, rest) = target.split_once('.').unwrap_or((target, ""));
        let Some(one) = entry(entries, name) else {
            return;
        };
        let select = rest.split('.').filter(|part| !part.is_empty());
        let select: Vec<&str> = select.chain(at.select.iter().copied()).collect();
        let message = format!("given to the template as `{name}`");
        let inner = self.gone(at, &select, scope.at.file, one.span, message);
        let inner = At {
            module: scope.at.module,
            scope: scope.at.scope.clone(),
            name: Some(name),
            ..inner
        };
        self.value(&one.value, &inner);
    }

    /// Goes on at a template of which the values stand beside it.
    pub(super) fn template_file(&mut self, name: &'p str, at: &At<'p>) {
        let project = self.project;
        for &one in project.modules[at.module].named(Role::Data, name) {
            if let Some((Value::Call { arguments, .. }, given)) = of_data(one.what)
                && let [Value::Reference(file, _)] = &arguments[..]
            {
                let file_at = At {
                    file: one.file,
                    ..at.clone()
                };
                self.filled_in(file, given, &file_at);
            }
        }
    }
}
