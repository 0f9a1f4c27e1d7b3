//! The walk from a property to everything that it may become.

use std::rc::Rc;

use crate::facts::{Entry, Value, entry};
use crate::span::Span;

use super::leaf::Leaf;
use super::{Declared, Project, Step};

/// How many values one declaration is followed to.
const MOST: usize = 2000;

/// Functions of any language whose result holds their arguments.
const THROUGH: &[&str] = &[
    "merge",
    "jsonencode",
    "yamlencode",
    "tomap",
    "tolist",
    "toset",
    "concat",
    "flatten",
    "coalesce",
    "coalescelist",
    "try",
    "nonsensitive",
    "sensitive",
    "tostring",
    "trimspace",
    "trim",
    "chomp",
    "base64encode",
    "urlencode",
    "one",
    "first",
    "last",
    "element",
    "values",
    "jsondecode",
    "yamldecode",
    "base64decode",
    "provider::terraform::decode_tfvars",
    "union",
    "shallowMerge",
    "any",
    "string",
    "base64",
    "uriComponent",
    "array",
];

/// The leaves of a declaration.
pub(crate) fn leaves<'p>(
    project: &Project<'p>,
    module: usize,
    declared: Declared<'p>,
) -> Vec<Leaf<'p>> {
    let mut walk = Walk {
        project,
        leaves: Vec::new(),
        steps: 0,
    };
    let start = At {
        module,
        file: declared.file,
        entry: (declared.file, declared.what.span),
        path: Vec::new(),
        beside: None,
        name: None,
        passed: None,
        select: Vec::new(),
        part: Vec::new(),
        depth: 0,
        within: false,
        scope: None,
    };
    walk.entries(&declared.what.body, &start);
    walk.leaves
}

/// A list that branches share.
pub(super) struct Passed {
    pub(super) step: Step,
    pub(super) before: Option<Rc<Passed>>,
}

/// Where a walk is, and what it knows of the way there: what will be a [`Leaf`].
#[derive(Clone)]
pub(super) struct At<'p> {
    pub(super) module: usize,
    pub(super) file: usize,
    pub(super) entry: (usize, Span),
    pub(super) path: Vec<&'p str>,
    pub(super) beside: Option<&'p [Entry]>,
    pub(super) name: Option<&'p str>,
    pub(super) passed: Option<Rc<Passed>>,
    /// Names still to be looked up in the value.
    pub(super) select: Vec<&'p str>,
    pub(super) part: Vec<&'p str>,
    pub(super) depth: usize,
    pub(super) within: bool,
    /// What names of a template that is filled in stand for.
    pub(super) scope: Option<Rc<Scope<'p>>>,
}

/// What a template is given, and where.
pub(super) struct Scope<'p> {
    pub(super) given: Option<&'p Value>,
    pub(super) at: At<'p>,
}

impl At<'_> {
    fn passed(&self) -> Vec<Step> {
        let all = std::iter::successors(self.passed.as_ref(), |p| p.before.as_ref());
        all.map(|p| p.step.clone()).collect()
    }
}

/// A walk over a project, and what it ended at.
pub(super) struct Walk<'w, 'p> {
    pub(super) project: &'w Project<'p>,
    leaves: Vec<Leaf<'p>>,
    steps: usize,
}

impl<'p> Walk<'_, 'p> {
    pub(super) fn value(&mut self, value: &'p Value, at: &At<'p>) {
        self.steps += 1;
        if self.steps > MOST * 10 || self.leaves.len() > MOST {
            return;
        }
        match value {
            Value::Literal(_) | Value::Plain(_) => self.leaf(value, at),
            Value::Reference(reference, _) => {
                self.leaf(value, at);
                self.follow(reference, at);
            }
            Value::Concat(parts) => self.parts(parts, at),
            Value::Call {
                name,
                arguments,
                part,
                ..
            } => self.call(name, arguments, part, at),
            Value::Either(values) | Value::List(values) => {
                values.iter().for_each(|value| self.value(value, at));
            }
            Value::Map(entries) => self.map(entries, at),
            // What commands do with their words, audits of scripts look at.
            Value::Commands(_) | Value::Unknown(_) => {}
        }
    }

    fn leaf(&mut self, value: &'p Value, at: &At<'p>) {
        let is_reference = matches!(value, Value::Reference(..));
        if !at.select.is_empty() && !is_reference {
            return;
        }
        self.leaves.push(Leaf {
            path: at.path.clone(),
            beside: at.beside,
            value,
            file: at.file,
            module: at.module,
            entry: at.entry,
            name: at.name,
            passed: at.passed(),
            part: at.select.iter().chain(&at.part).copied().collect(),
            depth: at.depth,
            within: at.within,
        });
    }

    fn parts(&mut self, parts: &'p [Value], at: &At<'p>) {
        let at = At {
            within: true,
            ..at.clone()
        };
        let named = parts
            .iter()
            .filter(|part| !matches!(part, Value::Literal(_)));
        named.for_each(|part| self.value(part, &at));
    }

    /// Looks into functions whose result holds their arguments.
    fn call(&mut self, name: &str, arguments: &'p [Value], part: &'p [Box<str>], at: &At<'p>) {
        let part = part.iter().map(|p| &**p);
        let inner = match name {
            "jsondecode" | "yamldecode" | "base64decode" => At {
                part: part.chain(at.part.iter().copied()).collect(),
                ..at.clone()
            },
            _ => At {
                select: part.chain(at.select.iter().copied()).collect(),
                ..at.clone()
            },
        };
        match name {
            name if THROUGH.contains(&name) => {
                arguments
                    .iter()
                    .for_each(|argument| self.value(argument, &inner));
            }
            "format" | "join" | "formatlist" | "templatefile" | "templatestring" => {
                if let ("templatefile", [Value::Reference(file, _), given, ..]) = (name, arguments)
                {
                    self.filled_in(file, Some(given), &inner);
                }
                let inner = At {
                    within: true,
                    ..inner
                };
                arguments
                    .iter()
                    .skip(1)
                    .for_each(|argument| self.value(argument, &inner));
            }
            "lookup" => self.lookup(arguments, &inner),
            "file" => {
                if let [Value::Reference(file, _)] = arguments {
                    self.filled_in(file, None, &inner);
                }
            }
            _ => {}
        }
    }

    /// `lookup(map, "key", default)`.
    fn lookup(&mut self, arguments: &'p [Value], at: &At<'p>) {
        let files = self.project.files;
        if let [map, Value::Literal(key), rest @ ..] = arguments {
            let mut inner = at.clone();
            inner.select.insert(0, files[at.file].slice(key.raw));
            self.value(map, &inner);
            rest.iter().for_each(|default| self.value(default, at));
        }
    }

    fn map(&mut self, entries: &'p [Entry], at: &At<'p>) {
        let Some((wanted, rest)) = at.select.split_first() else {
            return self.entries(entries, at);
        };
        let inner = At {
            select: rest.to_vec(),
            ..at.clone()
        };
        for one in entries
            .iter()
            .filter(|e| *wanted == "*" || *e.name == **wanted)
        {
            let name = Some(&*one.name);
            self.value(
                &one.value,
                &At {
                    name,
                    ..inner.clone()
                },
            );
        }
    }

    pub(super) fn entries(&mut self, entries: &'p [Entry], at: &At<'p>) {
        let pair = self.pair(entries, at);
        for one in entries {
            let mut inner = at.clone();
            inner.name = Some(&one.name);
            match pair {
                Some((name, value)) if std::ptr::eq(value, one) => {
                    inner.path.push(name);
                    inner.name = Some(name);
                    inner.beside = Some(entries);
                }
                _ => inner.path.push(&one.name),
            }
            if at.depth == 0 {
                inner.entry = (at.file, one.span);
            }
            self.value(&one.value, &inner);
        }
    }

    /// `{ name = "X", value = ... }`: `X` and the value's entry.
    fn pair(&self, entries: &'p [Entry], at: &At<'p>) -> Option<(&'p str, &'p Entry)> {
        let value = ["value", "Value"].iter().find_map(|n| entry(entries, n))?;
        let names = ["name", "key", "Name", "Key"];
        let name = names.iter().find_map(|n| entry(entries, n))?;
        match &name.value {
            Value::Literal(literal) if !at.path.is_empty() => {
                Some((self.project.files[at.file].slice(literal.raw), value))
            }
            _ => None,
        }
    }
}
