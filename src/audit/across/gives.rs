//! The secrets that a file gives to those that import it, and whether a text may make something of them: asked before a
//! text is parsed.

use std::collections::{BTreeSet, HashMap};

use memchr::memmem;

use crate::audit::taint::puts_out;
use crate::facts::code::{Action, DEFAULT, Expression, FILE, WHOLE};
use crate::syntax::imports::{Family, imported};

use super::{Files, Link};

/// Files through which names are exported, at most.
const DEPTH: usize = 4;

/// The secrets that a file gives to those that import it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gives {
    /// The last parts of the names that hold them or functions that fetch them.
    words: BTreeSet<String>,
    /// Whether one is exported without a name.
    whole: bool,
}

impl Gives {
    /// Whether it gives any.
    pub(crate) fn is_any(&self) -> bool {
        self.whole || !self.words.is_empty()
    }

    /// Whether a text that imports the file may put one out, or pass it on.
    pub(crate) fn concern(&self, text: &str, family: Family) -> bool {
        let bytes = text.as_bytes();
        let named = |word: &String| places(bytes, word).next().is_some();
        let all = match family {
            Family::Script => "export *",
            Family::Python => "import *",
        };
        self.words.iter().any(named)
            || text.contains(all)
            || self.whole && puts_out_an_import(text, family)
    }
}

/// Where a word stands in a text, on its own.
fn places<'t>(text: &'t [u8], word: &'t str) -> impl Iterator<Item = usize> + 't {
    let part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b"_$".contains(b));
    memmem::find_iter(text, word.as_bytes()).filter(move |at| {
        let before = at.checked_sub(1).and_then(|i| text.get(i));
        !part(before) && !part(text.get(at + word.len()))
    })
}

/// Whether an import as a whole is called, given away, or stands where something is put out.
fn puts_out_an_import(text: &str, family: Family) -> bool {
    let mut found = false;
    imported(text, family, |one| {
        let alias = match family {
            Family::Python => return,
            Family::Script => alias(&text[..one.at]),
        };
        found |= alias.is_none_or(|alias| is_put_out(text, alias, one.at));
    });
    found
}

/// The name that is given to the module in quotes that begins at the end of a text; none where it has none.
fn alias(before: &str) -> Option<&str> {
    let line = before.rsplit(['\n', ';']).next()?.trim_start();
    let words = ["import ", "const ", "let ", "var "];
    let rest = words.iter().find_map(|word| line.strip_prefix(word))?;
    let rest = rest.strip_prefix("* as ").unwrap_or(rest).trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')?;
    (end > 0).then(|| &rest[..end])
}

fn is_put_out(text: &str, alias: &str, import: usize) -> bool {
    let bytes = text.as_bytes();
    let mut all = places(bytes, alias).filter(|at| !(at + 200 > import && *at < import));
    all.any(|at| match bytes.get(at + alias.len()) {
        Some(b'.' | b'[' | b'?') => false,
        Some(b'(') => true,
        _ => {
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
            let line = &text[start..end];
            puts_out(line) || line.contains("export") || line.trim_end().ends_with(['=', ','])
        }
    })
}

impl Files {
    /// The secrets that a file gives to those that import it.
    pub(crate) fn gives(&self, number: usize) -> Gives {
        self.gives_within(number, DEPTH, &mut HashMap::new())
            .clone()
    }

    fn gives_within<'k>(
        &self,
        number: usize,
        depth: usize,
        known: &'k mut HashMap<usize, Gives>,
    ) -> &'k Gives {
        if !known.contains_key(&number) {
            // Files that import each other end here.
            known.insert(number, Gives::default());
            let mut gives = self.gives_itself(number);
            if depth > 0 {
                self.gives_on(number, depth - 1, known, &mut gives);
            }
            known.insert(number, gives);
        }
        &known[&number]
    }

    /// What it reads itself.
    fn gives_itself(&self, number: usize) -> Gives {
        let module = &self.modules[number];
        let text = module.utf8();
        let (summary, facts) = (&module.summary, &module.facts);
        let mut gives = Gives::default();
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        let fetches = |f: &u32| summary.returns.get(f).is_some_and(|taint| taint.is_sure());
        for (number, function) in facts.functions.iter().enumerate() {
            if function.within == FILE && fetches(&(number as u32)) && !function.name.is_empty() {
                gives.words.insert(last(&function.name));
            }
        }
        for (name, _) in summary.values.iter().filter(|(_, held)| held.is_some()) {
            match &**name {
                DEFAULT | WHOLE => gives.whole = true,
                name => drop(gives.words.insert(last(name))),
            }
        }
        for step in &facts.steps {
            let Action::Bind { target, value } = &step.action else {
                continue;
            };
            let name = target.dotted(text);
            let is_given = |value: &Expression, words: &BTreeSet<String>| match value {
                Expression::Function(function) => fetches(function),
                Expression::Name(name) => words.contains(&last(name.dotted(text))),
                _ => false,
            };
            match value {
                _ if step.function != FILE => {}
                Expression::Map(members) => {
                    let given = members.iter().filter(|m| is_given(&m.value, &gives.words));
                    let keys: Vec<String> = given.map(|m| m.name.last(text).to_owned()).collect();
                    gives.words.extend(keys);
                }
                value if !is_given(value, &gives.words) => {}
                _ if matches!(name, DEFAULT | WHOLE) => gives.whole = true,
                _ => drop(gives.words.insert(last(name))),
            }
        }
        gives
    }

    /// What is passed on from other files, and what is called otherwise.
    fn gives_on(
        &self,
        number: usize,
        depth: usize,
        known: &mut HashMap<usize, Gives>,
        gives: &mut Gives,
    ) {
        let module = &self.modules[number];
        let mut passed = |from: &str, name: &str| {
            let of = match module.family {
                Family::Python => name,
                Family::Script => "",
            };
            let link = self.links.get(&(number, from.into(), of.into()))?.as_ref();
            link.map(|Link { to, .. }| self.gives_within(*to, depth, known).clone())
        };
        let mut take = |other: Gives, own: &str, name: &str| match own {
            "" | "*" => gives.words.extend(other.words),
            "default" if other.whole => drop(gives.words.insert(name.to_owned())),
            own if other.words.contains(own) => drop(gives.words.insert(name.to_owned())),
            _ => {}
        };
        for import in &module.facts.imports {
            let own = import.name.as_deref().unwrap_or_default();
            if let Some(other) = passed(&import.module, own) {
                take(other, own, &import.alias);
            }
        }
        for export in &module.facts.exports {
            if let Some(other) = export
                .module
                .as_ref()
                .and_then(|from| passed(from, &export.own))
            {
                take(other, &export.own, &export.name);
            }
        }
        let own = module.facts.exports.iter().filter(|e| e.module.is_none());
        for export in own
            .filter(|export| gives.words.contains(&*export.own))
            .collect::<Vec<_>>()
        {
            gives.whole |= *export.name == *"default";
            gives.words.insert(export.name.to_string());
        }
    }
}
