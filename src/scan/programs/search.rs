//! The few programs that have to do with each other: looked for by notes, read again and parsed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::audit::across::{Files, Gives, Link, Module, Wanted};
use crate::audit::reads_secret;
use crate::link::modules::{self, Key};
use crate::source::Source;
use crate::syntax::imports::{Family, imported};
use crate::syntax::{lang, program};
use crate::text::Text;

use super::super::neighbours;
use super::{LARGEST, Note};

/// How many files are parsed.
const MOST_PARSED: usize = 512;
/// How many files are read.
const MOST_READ: usize = 4096;
/// How many files are read and parsed at once.
const AT_ONCE: usize = 64;
/// How many files are read beside those that were named.
const MOST_NEAR: usize = 64;
/// How often what was learned is passed on.
const ROUNDS: usize = 8;

/// An import: who imports, the module as written, what is taken of it.
type Edge = (usize, Box<str>, Box<str>);

/// The state of a search.
pub(super) struct Search<'s> {
    source: &'s dyn Source,
    named: &'s HashSet<Arc<str>>,
    notes: &'s [Note],
    /// The files that were scanned.
    scanned: HashSet<&'s str>,
    /// The numbers of their keys, ascending.
    there: Vec<u32>,
    /// Those that use an imported name as a key.
    takers: HashSet<&'s str>,
    pub(super) files: Files,
    /// The numbers of files that were parsed; none of those that cannot be.
    numbers: HashMap<Arc<str>, Option<usize>>,
    /// Files of directories that were not scanned.
    listed: HashMap<String, HashSet<Arc<str>>>,
    /// Where imports lead.
    resolved: HashMap<Edge, Option<(Arc<str>, bool)>>,
    /// What files give, as far as their importers were looked for.
    given: HashMap<usize, Gives>,
    read: usize,
    pub(super) cut: bool,
}

impl<'s> Search<'s> {
    pub(super) fn new(
        source: &'s dyn Source,
        named: &'s HashSet<Arc<str>>,
        notes: &'s [Note],
    ) -> Self {
        let mut there: Vec<u32> = notes.iter().flat_map(|note| numbers(&note.path)).collect();
        there.sort_unstable();
        there.dedup();
        Self {
            source,
            named,
            notes,
            there,
            scanned: notes.iter().map(|note| &*note.path).collect(),
            takers: notes
                .iter()
                .filter(|n| n.takes)
                .map(|note| &*note.path)
                .collect(),
            files: Files::default(),
            numbers: HashMap::new(),
            listed: HashMap::new(),
            resolved: HashMap::new(),
            given: HashMap::new(),
            read: 0,
            cut: false,
        }
    }

    /// Looks for all that matters, from files that were named one by one also `near` them.
    pub(super) fn run(&mut self, near: &[&Note]) {
        self.start();
        self.go_near(near);
        for _ in 0..ROUNDS {
            let missing = self.files.round();
            missing.iter().for_each(|wanted| self.find(wanted));
            self.find_importers();
            self.join();
            if !self.files.is_stale() {
                break;
            }
        }
    }

    /// Those that use what they import, and those that read secrets and are imported, or import what was scanned.
    fn start(&mut self) {
        let readers: Vec<&Note> = self.notes.iter().filter(|note| note.reads).collect();
        let exported: HashSet<u32> = readers
            .iter()
            .flat_map(|note| numbers(&note.path))
            .collect();
        let mut asked: HashSet<u32> = HashSet::new();
        for note in self.notes.iter().filter(|_| !readers.is_empty()) {
            asked.extend(note.imports.iter().filter(|key| exported.contains(key)));
        }
        let mut start: BTreeSet<&Arc<str>> = BTreeSet::new();
        for note in readers {
            let is_asked = numbers(&note.path).any(|key| asked.contains(&key));
            let beside = self.named.contains(&note.path) && !note.imports.is_empty();
            let is_there = |key: &u32| self.there.binary_search(key).is_ok();
            let asks = beside || note.imports.iter().any(is_there);
            start.extend((is_asked || asks).then_some(&note.path));
        }
        let takers = self.notes.iter().filter(|note| note.takes);
        start.extend(takers.map(|note| &note.path));
        let start: Vec<&Arc<str>> = start.into_iter().collect();
        start.chunks(AT_ONCE).for_each(|some| self.load_all(some));
    }

    /// Reads and parses files, all at once.
    fn load_all(&mut self, paths: &[&Arc<str>]) {
        let source = self.source;
        let may_be: Vec<&Arc<str>> = paths.iter().copied().filter(|_| self.may_read()).collect();
        let made = may_be.par_iter().map(|path| {
            let text = read(source, path)?;
            Some((text.path.clone(), module(text)))
        });
        let made: Vec<_> = made.collect();
        for (path, module) in made.into_iter().flatten() {
            if self.may_parse() {
                self.keep(path, module);
            }
        }
    }

    /// What named files import of files that were not scanned, where that reads secrets.
    fn go_near(&mut self, near: &[&Note]) {
        let mut left = MOST_NEAR;
        for note in near.iter().filter(|note| !note.imports.is_empty()) {
            let Some(text) = self.text(&note.path) else {
                continue;
            };
            let importer = (note.path.clone(), text);
            for (path, text) in self.neighbours(&importer, &mut left) {
                let own = (path.clone(), text);
                // What only passes on has one more behind it.
                let behind = match is_index(&own.0) {
                    true => self.neighbours(&own, &mut left),
                    false => Vec::new(),
                };
                let mut any = false;
                for (path, text) in behind.into_iter().chain([own]) {
                    let reads = std::str::from_utf8(&text.bytes).is_ok_and(reads_secret);
                    if reads || any && path == importer.0 {
                        any |= self.parse(text).is_some();
                    } else if any {
                        self.parse(text);
                    }
                }
                if any {
                    self.load(&importer.0, |_| true);
                }
            }
        }
    }

    /// The texts that a file imports and that were not scanned.
    fn neighbours(
        &mut self,
        (path, text): &(Arc<str>, Text),
        left: &mut usize,
    ) -> Vec<(Arc<str>, Text)> {
        let (Some(family), Ok(utf8)) = (Family::of(path), std::str::from_utf8(&text.bytes)) else {
            return Vec::new();
        };
        let mut keys: BTreeSet<Key<'_>> = BTreeSet::new();
        imported(utf8, family, |one| {
            keys.extend(modules::keys(path, family, one.module, one.name));
        });
        let mut found = Vec::new();
        for key in keys {
            let there = self.at(path, family, &key);
            let there = there.filter(|there| !self.scanned.contains(&**there));
            let Some(there) = there.filter(|_| *left > 0) else {
                continue;
            };
            *left -= 1;
            found.extend(self.text(&there).map(|text| (there, text)));
        }
        found
    }

    /// The file that is wanted, if it is there and has the word in it that is looked for.
    fn find(&mut self, wanted: &Wanted) {
        let there = self.resolve(&wanted.importer, &wanted.module, &wanted.name);
        let link = there.and_then(|(path, part)| {
            let word = wanted.word.as_bytes();
            let to = self.load(&path, |text| {
                let has = |word| memchr::memmem::find(&text.bytes, word).is_some();
                part || has(word) || has(b"export *") || has(b"import *") || has(b"exports =")
            })?;
            if wanted.helps {
                self.files.modules[to].helps();
            }
            Some(Link { to, part })
        });
        self.files.link(wanted, link);
    }

    /// Those that import a file that gives them secrets, and may make something of them.
    fn find_importers(&mut self) {
        let mut givers: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for number in 0..self.files.modules.len() {
            let gives = self.files.gives(number);
            if gives.is_any() && self.given.get(&number) != Some(&gives) {
                for key in numbers(self.files.modules[number].path()) {
                    givers.entry(key).or_default().push(number);
                }
                self.given.insert(number, gives);
            }
        }
        if givers.is_empty() {
            return;
        }
        let mut importers: Vec<(&'s Note, BTreeSet<usize>)> = Vec::new();
        for note in self.notes {
            let keys = note.imports.iter().filter_map(|key| givers.get(key));
            let of: BTreeSet<usize> = keys.flatten().copied().collect();
            if !of.is_empty() {
                importers.push((note, of));
            }
        }
        importers.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        for (note, of) in importers {
            let Some(family) = Family::of(&note.path) else {
                continue;
            };
            let gives: Vec<Gives> = of.iter().map(|number| self.given[number].clone()).collect();
            self.load(&note.path, |text| {
                let utf8 = std::str::from_utf8(&text.bytes).unwrap_or_default();
                gives.iter().any(|gives| gives.concern(utf8, family))
            });
        }
    }

    /// Tells all files that were parsed of each other.
    fn join(&mut self) {
        for importer in 0..self.files.modules.len() {
            for (module, name) in self.files.open(importer) {
                let Some((path, part)) = self.resolve(&importer, &module, &name) else {
                    continue;
                };
                if let Some(Some(to)) = self.numbers.get(&path).copied() {
                    let wanted = Wanted {
                        importer,
                        module,
                        name,
                        word: "".into(),
                        helps: false,
                    };
                    self.files.link(&wanted, Some(Link { to, part }));
                }
            }
        }
    }

    /// The path of a module that a file imports, and whether what is taken of it is the module.
    fn resolve(&mut self, importer: &usize, module: &str, name: &str) -> Option<(Arc<str>, bool)> {
        let edge: Edge = (*importer, module.into(), name.into());
        if let Some(known) = self.resolved.get(&edge) {
            return known.clone();
        }
        let path = self.files.modules[*importer].path().clone();
        let family = Family::of(&path)?;
        let keys: Vec<Key<'_>> = modules::keys(&path, family, module, name).collect();
        let last = keys.len().saturating_sub(1);
        let named = !matches!(name, "" | "*") && family == Family::Python;
        let found = keys.iter().enumerate().find_map(|(at, key)| {
            let there = self.at(&path, family, key)?;
            Some((there, named && at < last))
        });
        self.resolved.insert(edge, found.clone());
        found
    }

    /// The file of a key, among those that were scanned and beside those that were named.
    fn at(&mut self, importer: &str, family: Family, key: &Key<'_>) -> Option<Arc<str>> {
        let beside = self.named.contains(importer) || !self.scanned.contains(importer);
        if !beside && self.there.binary_search(&key.number()).is_err() {
            return None;
        }
        let paths = modules::paths(importer, family, key);
        let path = paths.into_iter().find(|path| {
            **path != *importer
                && (self.scanned.contains(&**path) || beside && self.is_listed(path))
        });
        path.map(Arc::from)
    }

    fn is_listed(&mut self, path: &str) -> bool {
        if path.starts_with('/') {
            return false;
        }
        let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        let source = self.source;
        let files = self.listed.entry(dir.to_owned());
        let files = files.or_insert_with(|| source.list(dir).into_iter().collect());
        files.contains(path)
    }

    /// Parses a file, unless it is not `wanted` when it was read; says its number.
    fn load(&mut self, path: &Arc<str>, wanted: impl FnOnce(&Text) -> bool) -> Option<usize> {
        if let Some(known) = self.numbers.get(path) {
            return *known;
        }
        let text = self.text(path)?;
        wanted(&text).then(|| self.parse(text))?
    }

    fn parse(&mut self, text: Text) -> Option<usize> {
        if let Some(known) = self.numbers.get(&text.path) {
            return *known;
        }
        let path = text.path.clone();
        let module = self.may_parse().then(|| module(text))?;
        self.keep(path, module)
    }

    fn may_parse(&mut self) -> bool {
        let may = self.files.modules.len() < MOST_PARSED;
        self.cut |= !may;
        may
    }

    /// Adds a file that was parsed, if it could be; says its number.
    fn keep(&mut self, path: Arc<str>, module: Option<Module>) -> Option<usize> {
        let takes = self.takers.contains(&*path);
        let number = module.map(|mut module| {
            if takes {
                module.takes();
            }
            self.files.add(module)
        });
        self.numbers.insert(path, number);
        number
    }

    fn text(&mut self, path: &str) -> Option<Text> {
        self.may_read().then(|| read(self.source, path))?
    }

    fn may_read(&mut self) -> bool {
        self.read += 1;
        let may = self.read <= MOST_READ;
        self.cut |= !may;
        may
    }
}

fn read(source: &dyn Source, path: &str) -> Option<Text> {
    neighbours::text(source, path).filter(|text| text.bytes.len() <= LARGEST)
}

/// A program with its facts.
fn module(text: Text) -> Option<Module> {
    let utf8 = std::str::from_utf8(&text.bytes).ok()?;
    let read = program::read(utf8, lang::of(&text.path)?).ok()??;
    Module::new(text, read.facts)
}

/// Whether a file stands for its directory, and so passes on what others hold.
fn is_index(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("index.") || name.starts_with("__init__.")
}

/// The numbers under which a file may be imported.
fn numbers(path: &str) -> impl Iterator<Item = u32> + use<> {
    let key = Family::of(path).map(|family| modules::key(path, family));
    key.map(modules::numbers).unwrap_or_default().into_iter()
}
