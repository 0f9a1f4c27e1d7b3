//! Which secrets, ways and sinks the programs in `fixtures/` show: each with a case that is reported, and with one that is
//! silent. `just coverage` prints the table; `flows.rs` has every combination, put together.
//!
//! A case that is silent is marked with its twin, `twin: A => B`: with B in the place of A, the line is reported. What the twin
//! shows is the cell of the case.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::across::{Memory, scanned};
use super::*;
use crate::facts::code::FILE;
use crate::finding::{Place, Position};
use crate::syntax::{lang, program};

/// Where a secret comes from.
type Source = String;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sink {
    Console,
    Logger,
    Exception,
    Response,
    File,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Direct,
    Part,
    Template,
    Format,
    Local,
    Field,
    Helper,
    Import,
}

const SINKS: [Sink; 5] = [
    Sink::Console,
    Sink::Logger,
    Sink::Exception,
    Sink::Response,
    Sink::File,
];

const WAYS: [Way; 8] = [
    Way::Direct,
    Way::Part,
    Way::Template,
    Way::Format,
    Way::Local,
    Way::Field,
    Way::Helper,
    Way::Import,
];

/// A language, a source, a way and a sink.
type Cell = (&'static str, Source, Way, Sink);

/// A line on which another text would be reported.
struct Twin {
    path: String,
    line: u32,
}

/// A scenario: as it is, and as its twins are.
#[derive(Default)]
struct Programs {
    real: BTreeMap<Arc<str>, String>,
    twins: BTreeMap<Arc<str>, String>,
    marks: Vec<Twin>,
    problems: Vec<String>,
}

impl Programs {
    /// Takes in a file.
    fn add(&mut self, path: &str, raw: &str) {
        let (mut real, mut twins) = (Vec::<String>::new(), Vec::<String>::new());
        for line in raw.lines() {
            let mark = line.trim_start();
            let mark = mark.strip_prefix("//~^").or(mark.strip_prefix("#~^"));
            let Some(mark) = mark else {
                real.push(line.to_owned());
                twins.push(line.to_owned());
                continue;
            };
            if let Some(twin) = mark.strip_prefix(" twin: ") {
                let changed = twins.last_mut().unwrap();
                match twin.split_once(" => ") {
                    Some((from, to)) if changed.matches(from).count() == 1 => {
                        *changed = changed.replace(from, to);
                    }
                    _ => self.problems.push(format!("{path}: {twin} of {changed}")),
                }
                self.marks.push(Twin {
                    path: path.to_owned(),
                    line: real.len() as u32,
                });
            }
        }
        self.real.insert(path.into(), real.join("\n") + "\n");
        self.twins.insert(path.into(), twins.join("\n") + "\n");
    }
}

/// What is put out by programs, with their texts.
struct Leaks {
    files: BTreeMap<Arc<str>, String>,
    found: Vec<Finding>,
}

impl Leaks {
    fn new(files: &BTreeMap<Arc<str>, String>) -> Self {
        let mut found = scanned(&Memory(files.clone()), &[]);
        found.retain(|finding| finding.rule.as_str() == "secret-logging");
        Self {
            files: files.clone(),
            found,
        }
    }

    /// The line of a position.
    fn line(&self, path: &str, at: Position) -> &str {
        let line = self.files[path].lines().nth(at.line as usize - 1);
        line.unwrap_or_else(|| panic!("{path}:{}", at.line))
    }

    /// The places from where the secret is read to where it is put out.
    fn places<'f>(&self, finding: &'f Finding) -> Vec<&'f Place> {
        let steps = finding.flow.iter().flat_map(|flow| &flow.steps);
        steps.map(|step| &step.place).collect()
    }

    fn cell(&self, finding: &Finding) -> Cell {
        let said = finding.message.rsplit_once('(').unwrap().1;
        let (source, sink) = said.trim_end_matches(')').split_once(" goes to ").unwrap();
        let sink = match sink {
            "the console" | "the output of the program" => Sink::Console,
            "the log" => Sink::Logger,
            "the text of an error" => Sink::Exception,
            "the response" => Sink::Response,
            "a file" => Sink::File,
            other => panic!("{other}"),
        };
        let python = finding.place.path.ends_with(".py");
        let places = self.places(finding);
        let end = places.last().unwrap();
        assert_eq!(
            end.path, finding.place.path,
            "the way ends where it is told"
        );
        let start = &*places[0].path;
        let version = match python || source != "a secret of AWS Secrets Manager" {
            true => "",
            false if self.files[start].contains("client-secrets-manager") => " (SDK 3)",
            false => " (SDK 2)",
        };
        let language = if python { "py" } else { "js" };
        (
            language,
            format!("{source}{version}"),
            self.way(finding),
            sink,
        )
    }

    fn way(&self, finding: &Finding) -> Way {
        let places = self.places(finding);
        if places.iter().any(|place| place.path != finding.place.path) {
            return Way::Import;
        }
        let path = &finding.place.path;
        let text = &self.files[path];
        let facts = program::read(text, lang::of(path).unwrap())
            .unwrap()
            .unwrap()
            .facts;
        let within = |place: &&Place| {
            let at = offset(text, place.region.start);
            let around =
                |f: &(usize, &crate::facts::code::Function)| f.1.span.range().contains(&at);
            let all = facts.functions.iter().enumerate().filter(around);
            let mut number = all.min_by_key(|(_, f)| f.span.len()).map_or(0, |(n, _)| n);
            // What is called back belongs to who asked.
            while number != FILE as usize && facts.functions[number].name.is_empty() {
                number = facts.functions[number].within as usize;
            }
            number
        };
        let end = finding.place.region;
        let shown = &text[offset(text, end.start)..offset(text, end.end)];
        if places.iter().map(within).collect::<BTreeSet<_>>().len() > 1 {
            let field = ["this.", "self."].iter().any(|own| shown.starts_with(own));
            return if field { Way::Field } else { Way::Helper };
        }
        // The call that reads it has texts of its own.
        let read = |place: &&&Place| place.region.start.line != places[0].region.start.line;
        let passed = places.iter().filter(read).rev();
        let mut lines = passed.map(|place| self.line(path, place.region.start));
        let name = shown
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let written = lines
            .find_map(made)
            .or_else(|| made(self.line(path, end.start)));
        written.unwrap_or(if name { Way::Local } else { Way::Direct })
    }

    /// A case without the names and texts that its program chose: those of members and calls are of its source and sink.
    fn shape(&self, finding: &Finding) -> String {
        let places = self.places(finding);
        let lines = places.iter().map(|place| {
            let line = self.line(&place.path, place.region.start);
            let mut shape = String::new();
            let mut rest = line.trim();
            while let Some(c) = rest.chars().next() {
                let word = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let text = matches!(c, '"' | '\'').then(|| rest[1..].find(c)).flatten();
                let end = match (word, text) {
                    (0, Some(end)) => {
                        shape.push('_');
                        end + 2
                    }
                    (0, None) => {
                        shape.push(c);
                        c.len_utf8()
                    }
                    (end, _) => {
                        let member = shape.ends_with(['.', '"']) || rest[end..].starts_with('(');
                        let word = if member { &rest[..end] } else { "x" };
                        shape += word;
                        end
                    }
                };
                rest = &rest[end..];
            }
            shape
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// How a line makes a text of a secret.
fn made(line: &str) -> Option<Way> {
    let says = |words: &[&str]| words.iter().any(|word| line.contains(word));
    let python_slice = || {
        let mut indexes = line.match_indices('[').map(|(at, _)| &line[at + 1..]);
        indexes.any(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-' && c != ':');
            let index = &rest[..end.unwrap_or(0)];
            index.contains(':') && rest[index.len()..].starts_with(']')
        })
    };
    if says(&[".slice(", ".substring(", ".substr("]) || python_slice() {
        return Some(Way::Part);
    }
    if says(&["${", "f\"", "f'", "\" % ", "' + ", "\" + "]) {
        return Some(Way::Template);
    }
    says(&["stringify(", "json.dump", "repr("]).then_some(Way::Format)
}

fn offset(text: &str, at: Position) -> usize {
    let lines = text.split_inclusive('\n').take(at.line as usize - 1);
    lines.map(str::len).sum::<usize>() + at.column as usize - 1
}

/// Cases that are reported, and those that are silent.
type Table = BTreeMap<Cell, (usize, usize)>;

fn printed(table: &Table) -> String {
    let mut text = format!("{:<4} {:<52} {:<9}", "", "source", "way");
    SINKS
        .iter()
        .for_each(|sink| write!(text, "{:>11}", format!("{sink:?}")).unwrap());
    text.push_str("    (cases reported / silent)\n");
    let rows: BTreeSet<_> = table
        .keys()
        .map(|(l, source, way, _)| (*l, source, *way))
        .collect();
    for (language, source, way) in rows {
        write!(text, "{language:<4} {source:<52} {:<9}", format!("{way:?}")).unwrap();
        for sink in SINKS {
            let (hit, silent) = table
                .get(&(language, source.clone(), way, sink))
                .copied()
                .unwrap_or_default();
            write!(text, "{:>11}", format!("{hit} / {silent}")).unwrap();
        }
        text.push('\n');
    }
    text
}

/// Pairs of a source, a way and a sink without a case.
fn missing(table: &Table) -> Vec<String> {
    let sources: BTreeSet<_> = table.keys().map(|(l, source, ..)| (*l, source)).collect();
    let mut missing = Vec::new();
    let mut ask = |what: String, is: &dyn Fn(&Cell) -> bool| {
        let all = table
            .iter()
            .filter(|(cell, _)| is(cell))
            .map(|(_, cases)| cases);
        let (hit, silent) = all.fold((0, 0), |(a, b), (hit, silent)| (a + hit, b + silent));
        missing.extend((hit == 0).then(|| format!("{what}: none is reported")));
        missing.extend((silent == 0).then(|| format!("{what}: none is silent")));
    };
    for (language, source) in &sources {
        for way in WAYS {
            let is = |c: &Cell| (c.0, &c.1, c.2) == (*language, *source, way);
            ask(format!("{language} {source} {way:?}"), &is);
        }
        for sink in SINKS {
            let is = |c: &Cell| (c.0, &c.1, c.3) == (*language, *source, sink);
            ask(format!("{language} {source} {sink:?}"), &is);
        }
    }
    for language in ["js", "py"] {
        for (way, sink) in WAYS.iter().flat_map(|way| SINKS.map(|sink| (*way, sink))) {
            let is = |c: &Cell| (c.0, c.2, c.3) == (language, way, sink);
            ask(format!("{language} {way:?} {sink:?}"), &is);
        }
    }
    missing
}

/// What the scenarios show.
#[derive(Default)]
struct Shown {
    table: Table,
    shapes: BTreeMap<(bool, String), String>,
    problems: Vec<String>,
}

impl Shown {
    fn count(&mut self, leaks: &Leaks, finding: &Finding, reported: bool) {
        let place = &finding.place;
        let at = format!("{}:{}", place.path, place.region.start.line);
        let shape = leaks.shape(finding);
        if let Some(other) = self.shapes.insert((reported, shape.clone()), at.clone()) {
            self.problems
                .push(format!("{at} is like {other}:\n{shape}"));
        }
        let (hit, silent) = self.table.entry(leaks.cell(finding)).or_default();
        match reported {
            true => *hit += 1,
            false => *silent += 1,
        }
    }

    fn scenario(&mut self, mut programs: Programs) {
        self.problems.append(&mut programs.problems);
        let (real, twins) = (Leaks::new(&programs.real), Leaks::new(&programs.twins));
        for finding in &real.found {
            self.count(&real, finding, true);
        }
        for mark in &programs.marks {
            let here =
                |place: &Place| *place.path == *mark.path && place.region.start.line == mark.line;
            let ends = twins.found.iter().find(|f| here(&f.place));
            let mut all = twins.found.iter();
            let passes = || all.find(|f| twins.places(f).into_iter().any(here));
            match ends.or_else(passes) {
                Some(finding) => self.count(&twins, finding, false),
                None => self
                    .problems
                    .push(format!("{}:{}: the twin is silent", mark.path, mark.line)),
            }
        }
    }
}

#[test]
fn fixtures_cover_every_flow() {
    let mut shown = Shown::default();
    for (_, files) in fixtures(&[""]) {
        let mut programs = Programs::default();
        for (path, raw) in files.iter().filter(|(path, _)| lang::of(path).is_some()) {
            programs.add(path, raw);
        }
        if !programs.marks.is_empty() {
            shown.scenario(programs);
        }
    }
    let Shown {
        table, problems, ..
    } = shown;
    println!("{}", printed(&table));
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    let sources: BTreeSet<_> = table.keys().map(|(l, source, ..)| (*l, source)).collect();
    assert_eq!(sources.len(), 15, "{sources:?}");
    let missing = missing(&table);
    assert!(missing.is_empty(), "no fixture for\n{}", missing.join("\n"));
}
