//! The rest of a module of which single files were named, as a hook names them: read for linking only.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::iac;
use crate::link;
use crate::source::Content;
use crate::source::root::Root;
use crate::source::tree::{self, Origin};
use crate::text::Text;
use crate::text::decode::{self, Decoded};

use super::{Outcome, Plan};

/// Endings of files that belong together with others of their directory.
const ENDINGS: &[&str] = &["tf", "tofu", "tfvars"];

/// How many directories are read.
const MOST: usize = 64;

/// The templates beside those that the plan names and in the modules that they use, but for those that were scanned
/// anyway. Nothing outside of the root is read.
pub(super) fn read(plan: &Plan, root: &Root, outcomes: &[Outcome]) -> Vec<link::File> {
    if plan.stdin.is_some() {
        return Vec::new();
    }
    let templates: Vec<&link::File> = outcomes
        .iter()
        .filter_map(|o| o.template.as_ref())
        .collect();
    let scanned: HashSet<Arc<str>> = templates.iter().map(|t| t.text.path.clone()).collect();
    let named: HashSet<Arc<str>> = plan.paths.iter().map(|path| root.relative(path)).collect();
    let given = templates.iter().filter(|t| named.contains(&t.text.path));
    let mut wanted: Vec<String> = given
        .flat_map(|file| {
            file.sources()
                .into_iter()
                .chain([file.directory().to_owned()])
        })
        .collect();
    let (mut seen, mut files) = (BTreeSet::new(), Vec::new());
    while let Some(dir) = wanted.pop().filter(|_| seen.len() < MOST) {
        let outside = Path::new(&dir).is_absolute();
        if outside || !seen.insert(dir.clone()) {
            continue;
        }
        let beside = templates_in(&root.dir().join(&dir)).into_iter();
        let beside = beside.filter(|path| !scanned.contains(&root.relative(path)));
        for file in beside.filter_map(|path| template(&path, root.relative(&path))) {
            wanted.extend(file.sources());
            files.push(file);
        }
    }
    files.sort_by(|a: &link::File, b| a.text.path.cmp(&b.text.path));
    files
}

/// In the order of their names; what cannot be read was not asked for.
fn templates_in(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| ENDINGS.contains(&ending))
        })
        .collect();
    paths.sort();
    paths
}

fn template(path: &Path, name: Arc<str>) -> Option<link::File> {
    let text = read_text(path, name)?;
    let declarations = iac::read(&text)?.ok()?;
    Some(link::File::new(text, declarations))
}

/// A file of the root; none where it is none, or no text.
pub(super) fn text(root: &Root, path: &str) -> Option<Text> {
    let inside = !Path::new(path).is_absolute();
    inside.then(|| read_text(&root.dir().join(path), path.into()))?
}

fn read_text(path: &Path, name: Arc<str>) -> Option<Text> {
    let Ok(Content::Whole(raw)) = tree::open(path, Origin::Walked, Vec::new()) else {
        return None;
    };
    match decode::decode(name, raw) {
        Decoded::Text(text, _) => Some(text),
        Decoded::Binary => None,
    }
}
