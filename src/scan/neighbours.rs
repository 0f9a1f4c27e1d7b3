//! The rest of a module of which single files were named, as a hook names them: read for linking only.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::iac;
use crate::link;
use crate::source::{Content, Source};
use crate::text::Text;
use crate::text::decode::{self, Decoded};

use super::Outcome;

/// Endings of files that belong together with others of their directory.
const ENDINGS: &[&str] = &["tf", "tofu", "tfvars", "bicep", "bicepparam"];

/// Files that take values out of others.
const INCLUDERS: &[&str] = &[
    "serverless.yml",
    "serverless.yaml",
    "serverless.json",
    "serverless.js",
    "serverless.ts",
    "kustomization.yaml",
    "kustomization.yml",
    "Kustomization",
    ".gitlab-ci.yml",
];

/// Endings of files that give values to a template of CloudFormation or Azure, or are nested in one.
const STACKS: &[&str] = &["yaml", "yml", "json", "toml"];

/// Endings of templates that others use by their own path, where Terraform names a directory.
const FILES: &[&str] = &["yaml", "yml", "json", "toml", "bicep"];

/// How many directories and files are read.
const MOST: usize = 64;

/// The templates beside and above those that were named and in the modules that they use, but for those that were scanned
/// anyway. Nothing outside of the source is read.
pub(super) fn read(
    source: &dyn Source,
    named: &HashSet<Arc<str>>,
    outcomes: &[Outcome],
    includable: &[Arc<str>],
) -> Vec<link::File> {
    let templates: Vec<&link::File> = outcomes
        .iter()
        .filter_map(|o| o.template.as_ref())
        .collect();
    let scanned: HashSet<Arc<str>> = templates.iter().map(|t| t.text.path.clone()).collect();
    let given: Vec<&&link::File> = templates
        .iter()
        .filter(|t| named.contains(&t.text.path))
        .collect();
    let stacks = given.iter().any(|file| file.is_stack());
    let mut wanted: Vec<String> = given
        .iter()
        .flat_map(|file| {
            let above = ancestors(file.directory()).map(str::to_owned);
            file.sources().into_iter().chain(above)
        })
        .collect();
    let included = includable.iter().filter(|path| named.contains(*path));
    let included: Vec<&str> = included
        .filter_map(|path| path.rsplit_once('/'))
        .flat_map(|(dir, _)| ancestors(dir))
        .collect();
    let (mut seen, mut files) = (BTreeSet::new(), Vec::new());
    while let Some(dir) = wanted.pop().filter(|_| seen.len() < MOST) {
        let outside = Path::new(&dir).is_absolute();
        if outside || !seen.insert(dir.clone()) {
            continue;
        }
        let beside = templates_at(source, &dir, stacks).into_iter();
        let beside = beside.filter(|path| !scanned.contains(path));
        for file in beside.filter_map(|path| template(source, &path)) {
            wanted.extend(file.sources());
            files.push(file);
        }
    }
    for dir in BTreeSet::from_iter(included) {
        let paths = INCLUDERS.iter().map(|name| match dir {
            "" => (*name).to_owned(),
            dir => format!("{dir}/{name}"),
        });
        let beside = paths.filter(|path| !scanned.contains(path.as_str()));
        files.extend(beside.filter_map(|path| template(source, &path)));
    }
    files.sort_by(|a: &link::File, b| a.text.path.cmp(&b.text.path));
    files.dedup_by(|a, b| a.text.path == b.text.path);
    files
}

/// A directory and those above it: a module may be used from there.
fn ancestors(dir: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(dir), |dir| {
        (!dir.is_empty()).then(|| dir.rsplit_once('/').map_or("", |(above, _)| above))
    })
}

/// The templates of a directory; other dialects name a single file.
fn templates_at(source: &dyn Source, path: &str, stacks: bool) -> Vec<Arc<str>> {
    let ends =
        |path: &str, with: &[&str]| ending(path).is_some_and(|ending| with.contains(&ending));
    if ends(path, FILES) {
        return vec![path.into()];
    }
    let mut beside = source.list(path);
    beside.retain(|path| is_template(path) || stacks && ends(path, STACKS));
    beside
}

fn is_template(path: &str) -> bool {
    let path = path.strip_suffix(".json").unwrap_or(path);
    ending(path).is_some_and(|ending| ENDINGS.contains(&ending))
}

fn ending(path: &str) -> Option<&str> {
    Path::new(path)
        .extension()
        .and_then(|ending| ending.to_str())
}

/// What cannot be read was not asked for.
fn template(source: &dyn Source, path: &str) -> Option<link::File> {
    let text = text(source, path)?;
    let declarations = iac::read(&text)?.declarations;
    (!declarations.is_empty()).then(|| link::File::new(text, declarations))
}

/// A file of the source; none where it is none, or no text.
pub(super) fn text(source: &dyn Source, path: &str) -> Option<Text> {
    if Path::new(path).is_absolute() {
        return None;
    }
    let blob = source.read(path).ok()??;
    let Content::Whole(raw) = blob.content else {
        return None;
    };
    match decode::decode(blob.path, raw) {
        Decoded::Text(text, _) => Some(text),
        Decoded::Binary => None,
    }
}
