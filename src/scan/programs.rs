//! Programs of several files: which of them have to do with each other, found without reading them again where nothing is
//! at stake.
//!
//! Of each program a note is kept: whether it reads a secret or uses an imported name as a key, and the keys of what it
//! imports, as numbers. Only where a file that reads secrets is imported, or imports, or a key is, are the few files between
//! read again and parsed.

mod search;

use std::collections::HashSet;
use std::sync::Arc;

use crate::audit::across::Module;
use crate::audit::{Sighting, reads_secret};
use crate::finding::{Notice, NoticeKind};
use crate::link;
use crate::link::modules;
use crate::source::Source;
use crate::syntax::imports::{Family, imported};
use crate::text::Text;

use super::project::{Crossing, on_threads};
use search::Search;

/// Larger texts are not followed into: helpers are small, and what is larger was parsed once already and costs as much again.
const LARGEST: usize = 64 << 10;

/// What a text may have to do with others, as far as the audits know.
#[derive(Clone, Copy, Default)]
pub(super) struct Ties {
    /// Whether it uses an imported name as a key.
    pub(super) takes: bool,
    /// Whether others may have a secret from it, or are given one; none where nobody looked.
    pub(super) concerns: Option<bool>,
}

/// What is kept of a program until all files were seen.
pub(crate) struct Note {
    path: Arc<str>,
    /// The keys of what it may import, as numbers, ascending.
    imports: Box<[u32]>,
    /// Whether it may read a secret.
    reads: bool,
    /// Whether it uses an imported name as a key or a password.
    takes: bool,
}

impl Note {
    /// The path of the program.
    pub(super) fn path(&self) -> Arc<str> {
        self.path.clone()
    }
}

/// What a text has to do with others, if it is a program whose imports are known.
pub(super) fn note(text: &Text, cued: bool, ties: Ties) -> Option<Note> {
    let family = Family::of(&text.path)?;
    if text.kind.generated || text.bytes.len() > LARGEST {
        return None;
    }
    let utf8 = simdutf8::basic::from_utf8(&text.bytes).ok()?;
    let mut imports = Vec::new();
    imported(utf8, family, |one| {
        let keys = modules::keys(&text.path, family, one.module, one.name);
        imports.extend(keys.map(|key| key.number()));
    });
    imports.sort_unstable();
    imports.dedup();
    Some(Note {
        path: text.path.clone(),
        imports: imports.into(),
        reads: cued && ties.concerns.unwrap_or_else(|| reads_secret(utf8)),
        takes: ties.takes,
    })
}

/// What is seen only by looking at several programs, and their texts by the numbers that it has for them.
#[derive(Default)]
pub(super) struct Crossings {
    pub(super) sightings: Vec<Sighting<'static>>,
    pub(super) texts: Vec<Text>,
    pub(super) notice: Option<Notice>,
}

impl Crossings {
    /// The files that a sighting is about, without declarations of their own, and the sightings with the paths of these.
    pub(super) fn into_files(self) -> (Vec<link::File>, Vec<Crossing>) {
        let paths: Vec<Arc<str>> = self.texts.iter().map(|text| text.path.clone()).collect();
        let crossings = self.sightings.into_iter().map(|seen| {
            let at = seen.flow.iter().map(|step| paths[step.file].clone());
            let steps = at.collect();
            let file = paths[seen.file].clone();
            Crossing { seen, file, steps }
        });
        let crossings: Vec<Crossing> = crossings.collect();
        let about: HashSet<Arc<str>> = crossings
            .iter()
            .flat_map(|crossing| crossing.steps.iter().chain([&crossing.file]).cloned())
            .collect();
        let texts = self.texts.into_iter();
        let about = texts.filter(|text| about.contains(&text.path));
        let files = about.map(|text| link::File::new(text, Vec::new()));
        (files.collect(), crossings)
    }
}

/// Follows values from one program to another. Files that were `named` one by one have neighbours that were not scanned.
pub(super) fn crossings(
    source: &dyn Source,
    named: &HashSet<Arc<str>>,
    notes: &[Note],
    is_on: &dyn Fn(&crate::Rule) -> bool,
    threads: usize,
) -> Crossings {
    let near: Vec<&Note> = notes.iter().filter(|n| named.contains(&n.path)).collect();
    if near.is_empty() && !notes.iter().any(|note| note.reads || note.takes) {
        return Crossings::default();
    }
    let mut search = Search::new(source, named, notes);
    on_threads(threads, || search.run(&near));
    let sightings = search.files.sightings(is_on);
    Crossings {
        sightings,
        notice: search.cut.then(too_many),
        texts: search
            .files
            .modules
            .into_iter()
            .map(Module::into_text)
            .collect(),
    }
}

fn too_many() -> Notice {
    Notice {
        path: None,
        line: None,
        kind: NoticeKind::NotParsed,
        message:
            "programs were not fully followed across files: too many have to do with each other"
                .to_owned(),
    }
}
