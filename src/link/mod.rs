//! Values followed across the files of a module: from where they are written to where they end up.
//!
//! Terraform files of one directory are one module; a file of another dialect stands for itself. What is given to a
//! variable in a file of values, by a caller or as a default is followed into everything that names the variable; so
//! are locals, and the results of modules. Nothing is read here: all files that matter are given.

use std::collections::{HashMap, HashSet};

use crate::facts::{Declaration, Role};
use crate::span::Span;

mod file;
mod files;
mod follow;
mod leaf;
pub(crate) mod modules;
mod objects;
mod walk;

pub(crate) use file::File;
use file::{INCLUDED, STARTED};
pub(crate) use leaf::Leaf;
pub(crate) use walk::leaves;

/// A place that a value passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Number of the file.
    pub(crate) file: usize,
    /// Where in it.
    pub(crate) span: Span,
    /// What happens there.
    pub(crate) message: String,
}

/// A declaration and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Declared<'p> {
    /// Number of the file.
    pub(crate) file: usize,
    /// The declaration.
    pub(crate) what: &'p Declaration,
}

/// The files of one directory.
pub(crate) struct Module<'p> {
    /// In the order of the files.
    pub(crate) declared: Vec<Declared<'p>>,
    /// By role and name.
    names: HashMap<(Role, &'p str), Vec<Declared<'p>>>,
    /// Its uses by other modules: the number of the module, and the declaration there.
    callers: Vec<(usize, Declared<'p>)>,
    /// The modules that it uses, by the names that it gives them: several, where a name is only known later.
    callees: HashMap<&'p str, Vec<usize>>,
}

impl<'p> Module<'p> {
    /// The declarations of a role.
    pub(crate) fn of(&self, role: Role) -> impl Iterator<Item = Declared<'p>> + '_ {
        self.declared
            .iter()
            .copied()
            .filter(move |d| d.what.role == role)
    }

    /// Whether another module uses it.
    pub(crate) fn is_called(&self) -> bool {
        !self.callers.is_empty()
    }

    /// The uses of a pipeline by those that start it.
    pub(crate) fn starters(&self) -> impl Iterator<Item = Declared<'p>> + '_ {
        let callers = self.callers.iter().map(|(_, call)| *call);
        callers.filter(|call| &*call.what.kind == STARTED)
    }

    /// Whether a module that it names was found.
    pub(crate) fn uses(&self, name: &str) -> bool {
        self.callees.contains_key(name)
    }

    /// The declarations of a role and a name.
    pub(crate) fn named(&self, role: Role, name: &'p str) -> &[Declared<'p>] {
        self.names.get(&(role, name)).map_or(&[], Vec::as_slice)
    }
}

/// All modules of a scan.
pub(crate) struct Project<'p> {
    /// As given.
    pub(crate) files: &'p [File],
    /// Variables of the environment whose values programs take for names of secrets.
    pub(crate) asked: &'p HashSet<Box<str>>,
    /// In the order of their directories.
    pub(crate) modules: Vec<Module<'p>>,
    /// Results that a stack gives to all others, with their modules, by the names they have for these.
    exports: HashMap<&'p str, Vec<(usize, Declared<'p>)>>,
    /// Objects of a cluster that others take values out of, with their modules, by kind and name.
    objects: objects::Objects<'p>,
}

impl<'p> Project<'p> {
    /// Sorts files into modules and joins these.
    pub(crate) fn new(files: &'p [File], asked: &'p HashSet<Box<str>>) -> Self {
        let directories = directories(files);
        let numbers: HashMap<&str, usize> = directories
            .iter()
            .enumerate()
            .map(|(i, (dir, _))| (*dir, i))
            .collect();
        let mut modules: Vec<Module<'p>> = directories
            .iter()
            .map(|(_, inside)| module(files, inside))
            .collect();
        let mut calls = Vec::new();
        for (caller, module) in modules.iter().enumerate() {
            for call in module.of(Role::Module) {
                let file = &files[call.file];
                let source = file.source(call.what).and_then(|s| joined(file.base(), s));
                let callees = source.into_iter().flat_map(|s| matching(&numbers, &s));
                let others = callees.filter(|callee| *callee != caller);
                calls.extend(others.map(|callee| (caller, call, callee)));
            }
        }
        for (caller, call, callee) in calls {
            let callees = modules[caller].callees.entry(&call.what.name);
            callees.or_default().push(callee);
            modules[callee].callers.push((caller, call));
        }
        let exports = exports(files, &modules);
        let objects = objects::of(&modules);
        Self {
            files,
            asked,
            modules,
            exports,
            objects,
        }
    }
}

impl Project<'_> {
    /// The other files of a pipeline: all that are included, however many files are between, are one.
    /// <https://docs.gitlab.com/ci/yaml/#include>
    pub(crate) fn pipeline(&self, module: usize) -> Vec<usize> {
        let (mut seen, mut next) = (vec![module], 0);
        while let Some(&at) = seen.get(next) {
            let module = &self.modules[at];
            let callers = module.callers.iter();
            let callers = callers.filter(|(_, call)| &*call.what.kind == INCLUDED);
            let callers = callers.map(|(caller, _)| *caller);
            let callees = module.callees.iter().filter(|(name, _)| {
                let calls = module.named(Role::Module, name);
                calls.iter().any(|call| &*call.what.kind == INCLUDED)
            });
            let callees = callees.flat_map(|(_, all)| all.iter().copied());
            for one in callers.chain(callees) {
                if !seen.contains(&one) {
                    seen.push(one);
                }
            }
            next += 1;
        }
        seen.remove(0);
        seen.sort_unstable();
        seen
    }
}

/// Leaves to a Bicep file what its compiler made of it, where both are there: what is said of one is true of the other.
pub(crate) fn leave_compiled(files: &mut [File]) {
    let stems = files.iter();
    let stems = stems.filter_map(|file| file.text.path.strip_suffix(".bicep"));
    let stems: HashSet<String> = stems.map(str::to_owned).collect();
    for file in files {
        let stem = file.text.path.strip_suffix(".json");
        let beside = stem.is_some_and(|stem| stems.contains(stem));
        if beside && memchr::memmem::find(&file.text.bytes, b"\"_generator\"").is_some() {
            file.declarations.clear();
        }
    }
}

/// What stacks export; a name of which nothing is known says nothing.
fn exports<'p>(
    files: &'p [File],
    modules: &[Module<'p>],
) -> HashMap<&'p str, Vec<(usize, Declared<'p>)>> {
    let mut exports: HashMap<&str, Vec<(usize, Declared<'p>)>> = HashMap::new();
    for (number, module) in modules.iter().enumerate() {
        for output in module.of(Role::Output) {
            if let Some(name) = files[output.file].said(output.what, "export") {
                exports.entry(name).or_default().push((number, output));
            }
        }
    }
    exports.remove("*");
    exports
}

/// The directories that hold modules with the numbers of their files. Values in a directory without a module belong to
/// the next one above.
fn directories(files: &[File]) -> Vec<(&str, Vec<usize>)> {
    let mut directories: std::collections::BTreeMap<&str, Vec<usize>> =
        std::collections::BTreeMap::new();
    for (number, file) in files.iter().enumerate().filter(|(_, f)| !f.is_values()) {
        directories.entry(file.home()).or_default().push(number);
    }
    for (number, file) in files.iter().enumerate().filter(|(_, f)| f.is_values()) {
        let above = std::iter::successors(Some(file.directory()), |dir| {
            (!dir.is_empty()).then(|| dir.rsplit_once('/').map_or("", |(above, _)| above))
        });
        let home = above.into_iter().find(|dir| directories.contains_key(dir));
        directories
            .entry(home.unwrap_or(file.directory()))
            .or_default()
            .push(number);
    }
    directories.into_iter().collect()
}

fn module<'p>(files: &'p [File], inside: &[usize]) -> Module<'p> {
    let declared: Vec<Declared<'p>> = inside
        .iter()
        .flat_map(|&file| {
            files[file]
                .declarations
                .iter()
                .map(move |what| Declared { file, what })
        })
        .collect();
    let mut names: HashMap<(Role, &str), Vec<Declared<'p>>> = HashMap::new();
    for one in &declared {
        names
            .entry((one.what.role, &one.what.name))
            .or_default()
            .push(*one);
    }
    Module {
        declared,
        names,
        callers: Vec::new(),
        callees: HashMap::new(),
    }
}

/// The modules of a path, in which `*` stands for what is only known later.
fn matching(numbers: &HashMap<&str, usize>, path: &str) -> Vec<usize> {
    if !path.contains('*') {
        return numbers.get(path).copied().into_iter().collect();
    }
    let all = numbers.iter().filter(|(home, _)| is_like(path, home));
    let mut found: Vec<usize> = all.map(|(_, number)| *number).collect();
    found.sort_unstable();
    found
}

/// Whether a path is one that `pattern` may mean; what is not known is no directory.
pub(crate) fn is_like(pattern: &str, path: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == path;
    };
    let Some(mut left) = path.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.strip_suffix(end)
        .is_some_and(|middle| !middle.contains('/'))
}

/// `path`, which starts with a dot, seen from `dir`; none where it is another kind of source or leads out.
fn joined(dir: &str, path: &str) -> Option<String> {
    if !path.starts_with("./") && !path.starts_with("../") {
        return None;
    }
    let mut parts: Vec<&str> = dir.split('/').filter(|p| !p.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let absolute = if dir.starts_with('/') { "/" } else { "" };
    Some(format!("{absolute}{}", parts.join("/")))
}
