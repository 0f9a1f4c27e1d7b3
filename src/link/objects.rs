//! Objects of a cluster that take values out of others, by kind and name: `envFrom` of a container, and the keys of a
//! ConfigMap. A repository holds such objects several times, for each chart and stage: those count that stand nearest.

use std::collections::HashMap;

use crate::facts::{Dialect, Entry, Role, Value};
use crate::span::Span;

use super::walk::{At, Walk};
use super::{Declared, Module, Project};

/// The objects of all modules, and what names a Secret.
#[derive(Default)]
pub(super) struct Objects<'p> {
    /// With the modules that they stand in, by kind and name.
    known: HashMap<(&'p str, &'p str), Vec<(usize, Declared<'p>)>>,
    /// Who takes a Secret or a key of it, and where it says so, by what is taken: `NAME`, `NAME/KEY`.
    takers: HashMap<&'p str, Vec<(Declared<'p>, Span)>>,
}

/// Those of all modules.
pub(super) fn of<'p>(modules: &[Module<'p>]) -> Objects<'p> {
    let mut objects = Objects::default();
    for (number, module) in modules.iter().enumerate() {
        let known = module
            .of(Role::Resource)
            .filter(|one| one.what.dialect == Dialect::Kubernetes && !one.what.name.is_empty());
        for one in known {
            if let Some(kind) = one.what.kind.strip_prefix("kubernetes.") {
                let same = objects.known.entry((kind, &*one.what.name));
                same.or_default().push((number, one));
                objects.taken(one, &one.what.body);
            }
        }
    }
    objects
}

impl<'p> Objects<'p> {
    /// Takes note of the Secrets that entries name. Trees of YAML are not deep.
    fn taken(&mut self, by: Declared<'p>, entries: &'p [Entry]) {
        for one in entries {
            self.taken_in(by, &one.value);
        }
    }

    fn taken_in(&mut self, by: Declared<'p>, value: &'p Value) {
        match value {
            Value::Map(entries) => self.taken(by, entries),
            Value::List(values) => values.iter().for_each(|one| self.taken_in(by, one)),
            Value::Reference(to, span) => {
                if let Some(what) = to.target.strip_prefix("Secret/") {
                    self.takers.entry(what).or_default().push((by, *span));
                }
            }
            _ => {}
        }
    }
}

impl<'p> Project<'p> {
    /// The object that takes a key of a Secret into an environment, and where it says so: the one whose file shares most
    /// directories with that of the Secret.
    pub(crate) fn taker(&self, secret: Declared<'p>, key: &str) -> Option<(Declared<'p>, Span)> {
        let name = &*secret.what.name;
        let whole = self.objects.takers.get(name).into_iter();
        let part = self.objects.takers.get(&*format!("{name}/{key}"));
        let all = whole.chain(part).flatten();
        all.copied()
            .max_by_key(|(by, _)| self.shared(by.file, secret.file))
    }

    /// Whether two files are one, and how many directories they share.
    fn shared(&self, one: usize, other: usize) -> (bool, usize) {
        let (a, b) = (self.files[one].directory(), self.files[other].directory());
        let same = a.split('/').zip(b.split('/'));
        (one == other, same.take_while(|(a, b)| a == b).count())
    }
}

impl<'p> Walk<'_, 'p> {
    /// Goes on at the data of `KIND/NAME`, or at `KIND/NAME/KEY` of them.
    pub(super) fn object(&mut self, path: &'p str, at: &At<'p>) {
        let mut parts = path.splitn(3, '/');
        let (Some(kind), Some(name)) = (parts.next(), parts.next()) else {
            return;
        };
        let key = parts.next();
        for (module, one) in self.nearest(kind, name, at.file) {
            for data in one.what.body.iter().filter(|e| *e.name == *"data") {
                self.data((module, one), data, key, at);
            }
        }
    }

    /// Goes on at data of an object, or at one key of them: those that it has itself, and what a file gives it.
    fn data(
        &mut self,
        (module, object): (usize, Declared<'p>),
        data: &'p Entry,
        key: Option<&'p str>,
        at: &At<'p>,
    ) {
        let go = |walk: &Self, span, key: Option<&'p str>| {
            let message = format!("kept in {}", object.what.address());
            let select: Vec<&str> = key.into_iter().collect();
            let inner = walk.gone(at, &select, object.file, span, message);
            At { module, ..inner }
        };
        let Value::Map(items) = &data.value else {
            let inner = go(self, data.span, key);
            return self.value(&data.value, &inner);
        };
        for item in items
            .iter()
            .filter(|e| key.is_none_or(|key| *e.name == *key))
        {
            let mut inner = go(self, item.span, None);
            inner.name = Some(&item.name);
            if key.is_none() {
                inner.path.push(&item.name);
            }
            self.value(&item.value, &inner);
        }
    }

    /// The objects of a kind and name whose files share most directories with a file.
    fn nearest(&self, kind: &str, name: &str, file: usize) -> Vec<(usize, Declared<'p>)> {
        let shared = |one: &Declared<'_>| self.project.shared(one.file, file);
        let all = self.project.objects.known.get(&(kind, name));
        let all = all.map_or(&[][..], Vec::as_slice);
        let most = all.iter().map(|(_, one)| shared(one)).max();
        let nearest = all.iter().filter(|(_, one)| Some(shared(one)) == most);
        nearest.copied().collect()
    }
}
