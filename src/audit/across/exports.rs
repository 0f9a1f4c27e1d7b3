//! What a name means that a file exports: a function of it, a value, or something that it has from a third one itself.

use crate::audit::taint::{Callee, Taint};
use crate::facts::code::{DEFAULT, Expression, Import, WHOLE};
use crate::syntax::imports::Family;

use super::{Files, Link, Module, Wanted};

/// Files through which something is exported, and names that lead to names, at most.
const DEPTH: usize = 12;

/// Files that are looked into for one name, at most.
const MOST: usize = 2000;

/// The files, seen from one of them.
#[derive(Clone, Copy)]
pub(in crate::audit) struct View<'p> {
    pub(super) files: &'p Files,
    pub(super) number: usize,
}

/// What an exported name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A function, by the numbers of its file and in it.
    Function(usize, u32),
    /// A name of a file, or a member of one.
    Value(usize, String),
}

/// How something is looked for.
#[derive(Clone, Copy)]
pub(super) struct Search {
    /// Whether files may be asked for that nobody knows yet.
    pub(super) asks: bool,
    /// Whether they are for what they do with what they are given.
    pub(super) helps: bool,
    depth: usize,
}

impl Search {
    pub(super) fn new(asks: bool, helps: bool) -> Self {
        let depth = DEPTH;
        Self { asks, helps, depth }
    }

    fn deeper(self) -> Option<Self> {
        let depth = self.depth.checked_sub(1)?;
        Some(Self { depth, ..self })
    }
}

impl<'p> View<'p> {
    pub(super) fn module(self) -> &'p Module {
        &self.files.modules[self.number]
    }

    fn at(self, number: usize) -> Self {
        Self { number, ..self }
    }

    /// Whether the file is here for what it does with what it is given.
    pub(in crate::audit) fn is_helper(self) -> bool {
        self.module().helper
    }

    /// What is known of a function that is imported; where it `asks`, the file is looked for.
    pub(in crate::audit) fn function(
        self,
        import: usize,
        rest: &str,
        asks: bool,
    ) -> Option<Callee<'p>> {
        let import = &self.module().facts.imports[import];
        match self.imported(import, rest, Search::new(asks, true))? {
            Target::Function(module, function) => {
                let module = &self.files.modules[module];
                let parameters = &module.facts.functions[function as usize].parameters;
                let summary = &module.summary;
                let whole = (&parameters[..], module.utf8());
                Some(Callee::new(
                    whole,
                    &summary.logs,
                    &summary.returns,
                    function,
                ))
            }
            Target::Value(..) => None,
        }
    }

    /// The secret that an imported name holds.
    pub(in crate::audit) fn value(self, import: usize, rest: &str) -> Option<Taint> {
        let import = &self.module().facts.imports[import];
        match self.imported(import, rest, Search::new(false, false))? {
            Target::Value(module, path) => self.files.modules[module].summary.value(&path)?,
            Target::Function(..) => None,
        }
    }

    /// The import of all names of another file that has this one among them: `from x import *`.
    pub(in crate::audit) fn taken_whole(self, name: &str) -> Option<usize> {
        let imports = self.module().facts.imports.iter().enumerate();
        let mut whole = imports.filter(|(_, import)| import.name.as_deref() == Some("*"));
        let search = Search::new(false, false);
        let found = whole.find(|(_, import)| self.imported(import, name, search).is_some());
        found.map(|(number, _)| number)
    }

    /// What an import means, or a member of it.
    pub(super) fn imported(self, import: &Import, rest: &str, search: Search) -> Option<Target> {
        if search.depth == DEPTH {
            self.files.left.set(MOST);
        }
        let name = import.name.as_deref();
        self.follow(&import.module, name, rest, search.deeper()?)
    }

    /// What a name of another file means, or a member of it.
    fn follow(
        self,
        module: &str,
        name: Option<&str>,
        rest: &str,
        search: Search,
    ) -> Option<Target> {
        let name = name.unwrap_or_default();
        if name == "*" {
            let Link { to, .. } = self.link(module, name, rest.to_owned(), search)?;
            return self.at(to).exported(rest, search);
        }
        let Link { to, part } = self.link(module, name, joined(name, rest), search)?;
        let path = if part {
            rest.to_owned()
        } else {
            joined(name, rest)
        };
        self.at(to).exported(&path, search)
    }

    fn link(self, module: &str, name: &str, word: String, search: Search) -> Option<Link> {
        let name = match self.module().family {
            Family::Python => name,
            Family::Script => "",
        };
        let key = (self.number, module.into(), name.into());
        if let Some(known) = self.files.links.get(&key) {
            return *known;
        }
        if search.asks {
            let first = word.split('.').next().unwrap_or_default();
            let (importer, module, name) = key;
            self.files.missing.borrow_mut().insert(Wanted {
                importer,
                module,
                name,
                word: if first == "default" { "" } else { first }.into(),
                helps: search.helps,
            });
        }
        None
    }

    /// What is exported under a path; the whole file under an empty one.
    pub(super) fn exported(self, path: &str, search: Search) -> Option<Target> {
        let search = search.deeper()?;
        let left = &self.files.left;
        left.set(left.get().checked_sub(1)?);
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        if self.module().family == Family::Python {
            return self.named(path, search);
        }
        let exports = self.module().facts.exports.iter();
        if let Some(export) = exports.clone().find(|export| *export.name == *first) {
            return match &export.module {
                Some(module) => self.follow(module, Some(&export.own), rest, search),
                None => self.named(&joined(&export.own, rest), search),
            };
        }
        let unnamed = match first {
            "" => vec![WHOLE.to_owned()],
            "default" => vec![joined(DEFAULT, rest), joined(WHOLE, rest)],
            _ => vec![format!("exports.{path}"), format!("{WHOLE}.{path}")],
        };
        let own = || unnamed.iter().find_map(|path| self.named(path, search));
        let shown = || self.named(path, search).filter(|_| !path.is_empty());
        let mut others = exports.filter(|export| *export.name == *"*");
        own().or_else(shown).or_else(|| {
            let module = |export: &crate::facts::code::Export| export.module.clone();
            others.find_map(|export| self.follow(&module(export)?, Some(first), rest, search))
        })
    }

    /// What a name of the file means, or a member of it.
    pub(super) fn named(self, path: &str, search: Search) -> Option<Target> {
        let search = search.deeper()?;
        let module = self.module();
        if let Some(function) = self.declared(path) {
            return Some(Target::Function(self.number, function));
        }
        let mut known = false;
        for (value, _, rest) in module.given(path) {
            known = true;
            if let Some(target) = self.meant(value, rest, search) {
                return Some(target);
            }
        }
        if known {
            return Some(Target::Value(self.number, path.to_owned()));
        }
        let imports = &module.facts.imports;
        if let Some((import, rest)) = module.program().import(path) {
            return self.imported(&imports[import], rest, search);
        }
        let mut whole = imports
            .iter()
            .filter(|import| import.name.as_deref() == Some("*"));
        whole.find_map(|import| self.imported(import, path, search))
    }

    /// The function of the file with this name; of a class the one that makes an object.
    fn declared(self, path: &str) -> Option<u32> {
        let functions = &self.module().functions;
        let made = ["__init__", "constructor"].map(|made| format!("{path}.{made}"));
        let made = || made.iter().find_map(|made| functions.get(&**made));
        functions.get(path).or_else(made).copied()
    }

    /// The function or the name that a value is, or a member of it.
    fn meant(self, value: &Expression, rest: &str, search: Search) -> Option<Target> {
        let text = self.module().utf8();
        match value {
            Expression::Function(function) if rest.is_empty() => {
                Some(Target::Function(self.number, *function))
            }
            Expression::Name(name) => self.named(&joined(name.dotted(text), rest), search),
            Expression::Map(members) => {
                let (first, rest) = rest.split_once('.').unwrap_or((rest, ""));
                let mut named = members.iter().filter(|m| m.name.last(text) == first);
                self.meant(&named.next_back()?.value, rest, search)
            }
            // An object of a class has its methods.
            Expression::Call(made) if !rest.is_empty() => {
                let made = self.module().facts.calls[*made as usize]
                    .callee
                    .dotted(text);
                let method = self.named(&joined(made, rest), search);
                method.filter(|target| matches!(target, Target::Function(..)))
            }
            _ => None,
        }
    }
}

/// Two paths as one.
pub(super) fn joined(path: &str, rest: &str) -> String {
    match (path, rest) {
        ("", only) | (only, "") => only.to_owned(),
        _ => format!("{path}.{rest}"),
    }
}
