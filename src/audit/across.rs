//! Several files of one program: what one of them exports and another one imports.
//!
//! Of each file only a summary is kept while the others are gone through: what its functions give back, which of their
//! parameters they put out, what its names hold. Files are given one by one, as they turn out to matter.

mod constants;
mod exports;
mod gives;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::facts::code::{Action, Expression, FILE};
use crate::facts::{Facts, Format, Kind, Voice};
use crate::rule::Rule;
use crate::span::Span;
use crate::syntax::imports::Family;
use crate::text::Text;
use crate::text::test_code::is_test_code;

use super::Sighting;
use super::program::Program;
use super::taint::{Carrier, Sink, Summary};

pub(crate) use constants::takes_imported;
pub(super) use exports::View;
pub(crate) use gives::Gives;

/// A file of a program.
pub(crate) struct Module {
    /// Without its bytes.
    text: Text,
    source: String,
    facts: Facts,
    /// The steps that give the names of the file their values.
    given: HashMap<Box<str>, Vec<usize>>,
    /// The functions that stand in no other.
    functions: HashMap<Box<str>, u32>,
    family: Family,
    /// Whether it is here for what it does with what it is given.
    helper: bool,
    /// Whether it uses an imported name as a key.
    takes: bool,
    summary: Summary,
    /// Whether something is new that it may use.
    stale: bool,
}

impl Module {
    /// A file, unless it is no program of a language whose imports are known.
    pub(crate) fn new(mut text: Text, facts: Facts) -> Option<Self> {
        let source = String::from_utf8(std::mem::take(&mut text.bytes)).ok()?;
        let mut given: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        for (number, step) in facts.steps.iter().enumerate() {
            if let Action::Bind { target, .. } = &step.action
                && step.function == FILE
            {
                let name = target.dotted(&source).into();
                given.entry(name).or_default().push(number);
            }
        }
        let functions = facts.functions.iter().zip(0..).skip(1);
        let inner = members(&facts);
        let own = functions.filter(|(f, number)| f.within == FILE && !inner.contains(number));
        let functions = own.map(|(function, number)| (function.name.clone(), number));
        Some(Self {
            family: Family::of(&text.path)?,
            functions: functions.collect(),
            given,
            facts,
            text,
            source,
            helper: false,
            takes: false,
            summary: Summary::default(),
            stale: true,
        })
    }

    /// It uses an imported name as a key.
    pub(crate) fn takes(&mut self) {
        self.takes = true;
    }

    /// It was looked for to see what it does with what it is given.
    pub(crate) fn helps(&mut self) {
        self.stale |= !self.helper;
        self.helper = true;
    }

    fn program(&self) -> Program<'_> {
        Program {
            facts: &self.facts,
            text: self.utf8(),
        }
    }

    fn utf8(&self) -> &str {
        &self.source
    }

    /// The path of the file.
    pub(crate) fn path(&self) -> &Arc<str> {
        &self.text.path
    }

    /// The text again.
    pub(crate) fn into_text(self) -> Text {
        Text {
            bytes: self.source.into_bytes(),
            ..self.text
        }
    }

    /// The values that a name of the file is given, or the longest start of a path, with what is left of it.
    fn given<'m, 'n>(
        &'m self,
        path: &'n str,
    ) -> impl Iterator<Item = (&'m Expression, Span, &'n str)> + use<'m, 'n> {
        let ends = path.match_indices('.').map(|(at, _)| at);
        let mut ends: Vec<usize> = ends.chain([path.len()]).collect();
        ends.reverse();
        let known = |end: usize| Some((end, self.given.get(&path[..end])?));
        let (end, steps) = ends.into_iter().find_map(known).unzip();
        let rest = path[end.unwrap_or_default()..].trim_start_matches('.');
        let steps = steps.into_iter().flatten();
        steps.filter_map(move |step| match &self.facts.steps[*step].action {
            Action::Bind { target, value } => Some((value, target.span, rest)),
            _ => None,
        })
    }

    fn kind(&self) -> Kind {
        self.text.kind
    }

    /// Whether it tests other code. All of it is looked through: not to be asked of files of which nothing is told.
    fn is_test(&self) -> bool {
        is_test_code(self.source.as_bytes(), self.kind().format)
    }
}

/// The functions that are members of objects with a name: theirs is no name of the file.
fn members(facts: &Facts) -> HashSet<u32> {
    let mut inner = HashSet::new();
    let mut maps: Vec<&Expression> = Vec::new();
    for step in &facts.steps {
        if let Action::Bind { value, .. } = &step.action {
            maps.extend(matches!(value, Expression::Map(_)).then_some(value));
        }
    }
    while let Some(Expression::Map(members)) = maps.pop() {
        for member in members {
            match &member.value {
                Expression::Function(number) => drop(inner.insert(*number)),
                map @ Expression::Map(_) => maps.push(map),
                _ => {}
            }
        }
    }
    inner
}

/// A module that somebody has to look for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    /// The number of the file that imports it.
    pub(crate) importer: usize,
    /// As it is written there.
    pub(crate) module: Box<str>,
    /// What is taken of it, where that may be a module itself; else empty.
    pub(crate) name: Box<str>,
    /// What is looked for in it; empty for anything.
    pub(crate) word: Box<str>,
    /// Whether it is wanted for what it does with what it is given.
    pub(crate) helps: bool,
}

/// Where an import leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The number of the file.
    pub(crate) to: usize,
    /// Whether what is taken is the file itself: `from package import module`.
    pub(crate) part: bool,
}

/// The files of a program, as far as they matter.
#[derive(Default)]
pub(crate) struct Files {
    pub(crate) modules: Vec<Module>,
    /// By the importer, the module as written, and what is taken of it; none where there is no such file.
    links: HashMap<(usize, Box<str>, Box<str>), Option<Link>>,
    /// Those that import a file, by its number.
    importers: HashMap<usize, BTreeSet<usize>>,
    /// What was looked for in vain in this round.
    missing: RefCell<BTreeSet<Wanted>>,
    /// Files that may still be looked into for one name.
    left: Cell<usize>,
}

impl Files {
    /// Adds a file, and says its number.
    pub(crate) fn add(&mut self, module: Module) -> usize {
        self.modules.push(module);
        self.modules.len() - 1
    }

    /// The imports of a file of which nobody knows yet where they lead: the module as written, and what is taken of it
    /// where that may be a module itself.
    pub(crate) fn open(&self, number: usize) -> Vec<(Box<str>, Box<str>)> {
        let module = &self.modules[number];
        let part = |name: &str| match module.family {
            Family::Python => name.into(),
            Family::Script => "".into(),
        };
        let imports = module.facts.imports.iter();
        let imports = imports.map(|i| {
            (
                i.module.clone(),
                part(i.name.as_deref().unwrap_or_default()),
            )
        });
        let exports = module.facts.exports.iter();
        let exports = exports.filter_map(|e| Some((e.module.clone()?, "".into())));
        let all: BTreeSet<(Box<str>, Box<str>)> = imports.chain(exports).collect();
        let unknown = |(from, of): &(Box<str>, Box<str>)| {
            let known = self.links.get(&(number, from.clone(), of.clone()));
            known.is_none_or(Option::is_none)
        };
        all.into_iter().filter(unknown).collect()
    }

    /// Says where an import leads.
    pub(crate) fn link(&mut self, wanted: &Wanted, link: Option<Link>) {
        let key = (wanted.importer, wanted.module.clone(), wanted.name.clone());
        let known = self.links.insert(key, link);
        if let Some(Link { to, .. }) = link {
            self.importers
                .entry(to)
                .or_default()
                .insert(wanted.importer);
        }
        if known.flatten() != link {
            self.modules[wanted.importer].stale = true;
            self.spread(wanted.importer);
        }
    }

    /// Goes through what is new, and says what it needs beside.
    pub(crate) fn round(&mut self) -> Vec<Wanted> {
        let stale = |(_, module): &(usize, &Module)| module.stale;
        let all = self.modules.iter().enumerate().filter(stale);
        let numbers: Vec<usize> = all.map(|(number, _)| number).collect();
        for number in numbers {
            let module = &self.modules[number];
            let view = View {
                files: self,
                number,
            };
            let python = module.kind().format == Format::Python;
            let carrier = Carrier::new(&module.facts, module.utf8(), python);
            let summary = carrier.among(number, view).summary();
            view.look_for_constants();
            let grew = summary.size() != module.summary.size();
            let module = &mut self.modules[number];
            (module.summary, module.stale) = (summary, false);
            if grew {
                self.spread(number);
            }
        }
        std::mem::take(&mut *self.missing.borrow_mut())
            .into_iter()
            .collect()
    }

    /// Whether another round would teach anything.
    pub(crate) fn is_stale(&self) -> bool {
        self.modules.iter().any(|module| module.stale)
    }

    /// Those that import a file, or one that does, have to be looked at again.
    fn spread(&mut self, number: usize) {
        let (mut reached, mut next) = (HashSet::from([number]), vec![number]);
        while let Some(number) = next.pop() {
            for importer in self.importers.get(&number).into_iter().flatten() {
                if reached.insert(*importer) {
                    self.modules[*importer].stale = true;
                    next.push(*importer);
                }
            }
        }
    }

    /// What is seen only by looking at several files, as sightings of the rules that are on.
    pub(crate) fn sightings(&self, is_on: &dyn Fn(&Rule) -> bool) -> Vec<Sighting<'static>> {
        let mut seen = Vec::new();
        for (number, module) in self.modules.iter().enumerate() {
            let leaks = module.summary.leaks.iter();
            for leak in leaks.filter(|leak| leak.crosses(number)) {
                seen.extend(leak.sighting(rule(leak.sink), number, module.kind()));
            }
            let view = View {
                files: self,
                number,
            };
            // A key that only a test uses is made up.
            seen.extend(
                view.constants()
                    .into_iter()
                    .filter(|one| !self.is_tested(one)),
            );
        }
        seen.retain(|seen| is_on(seen.candidate.rule));
        for one in seen.iter_mut().filter(|one| self.is_tested(one)) {
            one.candidate.evidence.voice = Voice::Test;
        }
        seen
    }
}

impl Files {
    /// Whether a way leads through code that tests other code.
    fn is_tested(&self, seen: &Sighting<'_>) -> bool {
        let mut files = seen.flow.iter().map(|step| step.file).chain([seen.file]);
        files.any(|file| self.modules[file].is_test())
    }
}

/// The rule that speaks of a sink.
fn rule(sink: Sink) -> &'static Rule {
    match sink {
        Sink::Process => &super::process_arguments::RULE,
        Sink::Query => &super::url_query::RULE,
        Sink::Environment => &super::env_copy::RULE,
        _ => &super::secret_logging::RULE,
    }
}
