//! What the fixtures cover: for each dialect and each place of a value the ways in which it is written, each with a case that
//! is reported and one that is not. `just coverage` prints the table.
//!
//! Dialects and places are those that the fixtures hold, so a new dialect needs fixtures only: this test names the cells
//! that they leave empty.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;

use crate::audit::Scene;
use crate::audit::places::{self, Place, Written};
use crate::config::glob::Globs;
use crate::facts::{Dialect, Role, Value};
use crate::link::{self, File, Leaf, Project};
use crate::rule::Class;
use crate::scan::{Progress, Scanner, drive, includes, neighbours};
use crate::source::root::Root;
use crate::source::tree::Files;
use crate::span::Span;

use super::*;

/// A dialect, as its own name, and a place.
type Row = (String, Place);

/// Lines of cases that are reported, and of those that are not.
#[derive(Default)]
struct Cell {
    reported: BTreeSet<(String, usize)>,
    silent: BTreeSet<(String, usize)>,
}

type Table = BTreeMap<Row, BTreeMap<Written, Cell>>;

const ALL: [Written; 4] = [
    Written::Literal,
    Written::Runtime,
    Written::Deploy,
    Written::Unknown,
];

/// Cells that a dialect has no use for: a job or container is given secrets when it runs, and no deployment comes between;
/// an image takes names when it is built; a Secret of Kubernetes takes nothing from elsewhere; every value of Kubernetes,
/// Compose and Google is understood.
const ABSENT: &[(&str, Place, Written)] = &[
    ("Compose", Place::Environment, Written::Deploy),
    ("Compose", Place::Environment, Written::Unknown),
    ("Docker", Place::Environment, Written::Deploy),
    ("Google", Place::Environment, Written::Unknown),
    ("Kubernetes", Place::Environment, Written::Deploy),
    ("Kubernetes", Place::Environment, Written::Unknown),
    ("Kubernetes", Place::Store, Written::Deploy),
    ("Pipeline", Place::Environment, Written::Deploy),
    ("Pipeline", Place::Environment, Written::Unknown),
    ("Pipeline", Place::Property, Written::Literal),
    ("Pipeline", Place::Property, Written::Deploy),
];

/// Whether a cell exists in practice: as a case that is reported, as one that is not.
fn exists(place: Place, written: Written) -> (bool, bool) {
    match (place, written) {
        (
            Place::Environment | Place::Property | Place::Store | Place::Default,
            Written::Literal,
        )
        | (Place::Environment | Place::Output, Written::Deploy) => (true, true),
        (Place::Environment, Written::Runtime | Written::Unknown)
        | (Place::Property | Place::Store, Written::Deploy)
        | (Place::Output, Written::Runtime) => (false, true),
        _ => (false, false),
    }
}

/// The leaks and exposures of a directory by path and line, and its templates.
fn scanned(dir: &Path) -> (BTreeSet<(String, usize)>, Vec<File>) {
    let plan = Plan {
        paths: vec![dir.to_owned()],
        ..Plan::default()
    };
    let root = Root::find(&plan.paths).unwrap();
    let engine = engine();
    let one = |scratch: &mut Scratch, blob: Blob| scan_blob(&engine, scratch, blob);
    let progress = Progress::default();
    let skip = Globs::new(&[], "skip").map_err(|e| e.to_string()).unwrap();
    let mut collected = drive::run(&plan, &skip, &root, &progress, &one);
    let mut context = Vec::new();
    includes::take(&mut collected, &mut context, &|path| {
        neighbours::text(&Files::new(&root), path)
    });
    let templates = collected.outcomes.iter_mut();
    let files = templates.filter_map(|outcome| outcome.template.take());
    let files = files.chain(context).collect();
    let scanner = Scanner::new(plan).map_err(|e| e.to_string()).unwrap();
    let report = scanner.scan(&progress);
    let found = report.findings.iter().filter(|f| f.class != Class::Hygiene);
    let found = found.map(|f| (f.place.path.to_string(), f.place.region.start.line as usize));
    (found.collect(), files)
}

fn line(file: &File, span: Span) -> (String, usize) {
    let before = &file.text.bytes[..(span.start as usize).min(file.text.bytes.len())];
    let breaks = before.iter().filter(|b| **b == b'\n').count();
    (file.text.path.to_string(), breaks + 1)
}

fn span(value: &Value) -> Span {
    match value {
        Value::Literal(literal) => literal.raw,
        Value::Plain(span)
        | Value::Reference(_, span)
        | Value::Call { span, .. }
        | Value::Unknown(span) => *span,
        _ => Span::default(),
    }
}

/// Adds what one scenario holds.
fn add(scenario: &str, dir: &Path, table: &mut Table) {
    let (found, files) = scanned(dir);
    let asked = HashSet::new();
    let project = Project::new(&files, &asked);
    for number in 0..project.modules.len() {
        let mut scene = Scene::new(&project, number);
        let variables: Vec<_> = scene.module().of(Role::Variable).collect();
        scene.things.extend(variables.into_iter().map(|declared| {
            let leaves = link::leaves(&project, number, declared);
            crate::audit::Thing::new(declared, leaves)
        }));
        for thing in &scene.things {
            let unknown = places::unknown(number, thing);
            for leaf in thing.leaves.iter().chain(&unknown) {
                let (Some(place), Some(written)) =
                    (places::place(thing, leaf), places::written(&scene, leaf))
                else {
                    continue;
                };
                let row = (format!("{:?}", thing.declared.what.dialect), place);
                let cell = table.entry(row).or_default().entry(written).or_default();
                let at = line(&files[leaf.file], span(leaf.value));
                let case = (format!("{scenario}/{}", at.0), at.1);
                let head = line(&files[thing.declared.file], thing.declared.what.span);
                let reported = found.contains(&at)
                    || place == Place::Output && found.contains(&head)
                    || ends(&files, leaf).is_some_and(|end| found.contains(&end));
                match reported {
                    true => cell.reported.insert(case),
                    false => cell.silent.insert(case),
                };
            }
        }
    }
}

/// Where a value that is put into a text ends up.
fn ends(files: &[File], leaf: &Leaf<'_>) -> Option<(String, usize)> {
    leaf.within
        .then(|| line(&files[leaf.entry.0], leaf.entry.1))
}

fn printed(table: &Table) -> String {
    let mut text = format!("{:<16} {:<12}", "dialect", "place");
    ALL.iter()
        .for_each(|written| write!(text, " {:>14}", format!("{written:?}")).unwrap());
    text.push_str("    (lines reported / not reported)\n");
    for ((dialect, place), cells) in table {
        write!(text, "{dialect:<16} {:<12}", format!("{place:?}")).unwrap();
        for written in ALL {
            let cell = cells.get(&written);
            let (hit, silent) = cell.map_or((0, 0), |c| (c.reported.len(), c.silent.len()));
            let said = match exists(*place, written) {
                (true, _) => format!("{hit} / {silent}"),
                (_, true) => format!("- / {silent}"),
                _ => "-".to_owned(),
            };
            write!(text, " {said:>14}").unwrap();
        }
        text.push('\n');
    }
    text
}

#[test]
fn fixtures_cover_every_cell() {
    let mut table = Table::new();
    let keeps = |path: &Path| path.extension().is_none_or(|e| e != "expect");
    for (scenario, files) in fixtures_of(&[""], &keeps) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in &files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let kept = text.lines().filter(|line| !line.contains("~^"));
            let kept: Vec<&str> = kept.collect();
            std::fs::write(path, kept.join("\n") + "\n").unwrap();
        }
        add(&scenario, dir.path(), &mut table);
    }
    println!("{}", printed(&table));
    let mut missing = Vec::new();
    for ((dialect, place), cells) in &table {
        let present = |w: &Written| !ABSENT.contains(&(dialect.as_str(), *place, *w));
        for written in ALL.into_iter().filter(present) {
            let (reported, silent) = exists(*place, written);
            let cell = cells.get(&written);
            if reported && cell.is_none_or(|c| c.reported.is_empty()) {
                missing.push(format!("{dialect} {place:?} {written:?}: none is reported"));
            }
            if silent && cell.is_none_or(|c| c.silent.is_empty()) {
                missing.push(format!("{dialect} {place:?} {written:?}: none is silent"));
            }
        }
    }
    for dialect in [
        Dialect::Azure,
        Dialect::CloudFormation,
        Dialect::Compose,
        Dialect::Docker,
        Dialect::Google,
        Dialect::Kubernetes,
        Dialect::Pipeline,
        Dialect::Serverless,
        Dialect::Terraform,
    ] {
        let row = (format!("{dialect:?}"), Place::Environment);
        assert!(table.contains_key(&row), "no fixture of {dialect:?}");
    }
    assert!(missing.is_empty(), "no fixture for\n{}", missing.join("\n"));
}
