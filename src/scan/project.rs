//! Templates, after all files were seen: linked, audited, and then analysed as any other text.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::audit::Sighting;
use crate::facts::Format;
use crate::finding::{Notice, NoticeKind};
use crate::judge::Prior;
use crate::link::{self, Project};
use crate::resolve::{Judged, Knows, Origin};
use crate::span::Span;
use crate::text::Text;

use super::Outcome;
use super::finish::{self, Shown};
use super::heard::sighted;
use super::kept;
use super::one::{Engine, Scratch, weigh, weighed};

/// Something that was seen by looking at several programs, with the paths of these.
pub(super) struct Crossing {
    pub(super) seen: Sighting<'static>,
    pub(super) file: Arc<str>,
    /// Of the files of its flow.
    pub(super) steps: Vec<Arc<str>>,
}

impl Crossing {
    /// With the numbers that files have here.
    fn among(self, numbers: &HashMap<&str, usize>) -> Option<Sighting<'static>> {
        let mut seen = self.seen;
        seen.file = *numbers.get(&*self.file)?;
        for (step, path) in seen.flow.iter_mut().zip(&self.steps) {
            step.file = *numbers.get(&**path)?;
        }
        Some(seen)
    }
}

/// Analyses the templates of all outcomes, and leaves there what came of them. Files of `context` are linked with them,
/// and not reported.
pub(super) fn settle(
    engine: &Engine,
    outcomes: &mut [Outcome],
    context: Vec<link::File>,
    crossings: Vec<Crossing>,
    threads: usize,
) {
    let mut waiting: Vec<(link::File, usize)> = Vec::new();
    for (number, outcome) in outcomes.iter_mut().enumerate() {
        waiting.extend(outcome.template.take().map(|file| (file, number)));
    }
    waiting.sort_by(|a, b| a.0.text.path.cmp(&b.0.text.path));
    let (mut files, homes): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
    link::leave_compiled(&mut files);
    files.extend(context);
    let asks = outcomes
        .iter_mut()
        .flat_map(|o| std::mem::take(&mut o.asks));
    let asked: HashSet<Box<str>> = asks.collect();
    engine.forget();
    if files.is_empty() {
        return;
    }
    let threads = if files.len() < MANY { 1 } else { threads };
    let numbers = files.iter().map(|file| &*file.text.path).zip(0..).collect();
    let seen = crossings.into_iter();
    let seen: Vec<_> = seen
        .filter_map(|crossing| crossing.among(&numbers))
        .collect();
    let work = || finished(engine, &files, &asked, seen, homes.len());
    let done = on_threads(threads, work);
    for (home, done) in homes.into_iter().zip(done) {
        outcomes[home].findings.extend(done.findings);
        outcomes[home].notices.extend(done.notices);
    }
    kept::weigh(engine, &files, outcomes);
}

/// Does work that rayon divides, on a pool of its own where one can be had.
pub(super) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// The variables that a program reads where it asks Google for secrets. Such a program has a word of an audit over programs in
/// it; where nobody wanted these, nobody looked for them.
pub(super) fn asks(engine: &Engine, scratch: &Scratch, text: &Text) -> Vec<Box<str>> {
    let wanted = engine.audits.is_empty() || scratch.hits.seen.cued != 0;
    if !wanted || engine.module_audits.is_empty() || text.kind.format == Format::Prose {
        return Vec::new();
    }
    let text = simdutf8::basic::from_utf8(&text.bytes);
    text.map_or_else(|_| Vec::new(), crate::audit::asked)
}

/// More than one thread is worth it for this many files.
const MANY: usize = 32;

/// What came of the first `given` files.
fn finished(
    engine: &Engine,
    files: &[link::File],
    asked: &HashSet<Box<str>>,
    crossing: Vec<Sighting<'static>>,
    given: usize,
) -> Vec<Outcome> {
    let mut linked = audited(engine, files, asked, given);
    for seen in crossing {
        let file = seen.file;
        if let Some(judged) = sighted(engine, seen) {
            place(&mut linked, judged, file, given);
        }
    }
    let judged: Vec<(Vec<Judged<'_>>, bool)> = files
        .par_iter()
        .zip(linked)
        .enumerate()
        .map_init(Scratch::default, |scratch, (number, (file, linked))| {
            let weighed = weighed(engine, scratch, &file.text, None, (number, linked));
            (weighed.judged, weighed.marked)
        })
        .collect();
    let shown: Vec<Shown<'_>> = files
        .iter()
        .zip(&judged)
        .map(|(file, (judged, _))| Shown::new(engine, &file.text, judged))
        .collect();
    let all = judged.par_iter().take(given).enumerate();
    all.map(|(number, (judged, marked))| {
        if judged.is_empty() && !marked {
            return Outcome::default();
        }
        finish::linked(engine, &shown, number, judged)
    })
    .collect()
}

/// What the audits of modules say, by file. What stands in a file that is only there to be linked is reported where its way
/// leads through one of the `given` ones.
fn audited<'e>(
    engine: &'e Engine,
    files: &[link::File],
    asked: &HashSet<Box<str>>,
    given: usize,
) -> Vec<Vec<Judged<'e>>> {
    let mut by_file: Vec<Vec<Judged<'e>>> = files.iter().map(|_| Vec::new()).collect();
    let project = Project::new(files, asked);
    for module in 0..project.modules.len() {
        let scene = crate::audit::Scene::new(&project, module);
        let mut sightings = Vec::new();
        for audit in &engine.module_audits {
            (audit.run)(&scene, &mut sightings);
        }
        for sighting in sightings {
            let stated = matches!(sighting.candidate.evidence.prior, Prior::Stated { .. });
            let Some(judged) = weigh(engine, &sighting.candidate) else {
                continue;
            };
            let judged = Judged {
                knows: Knows::Site,
                secret: !stated,
                inside: enclosing(&files[sighting.file], judged.span),
                detail: sighting.detail,
                flow: sighting.flow,
                mend: sighting.mend,
                next: sighting.next,
                ..judged
            };
            place(&mut by_file, judged, sighting.file, given);
        }
    }
    by_file
}

/// Adds what was judged to its file, and to one that it passes where it was not given.
fn place<'e>(by_file: &mut [Vec<Judged<'e>>], judged: Judged<'e>, file: usize, given: usize) {
    if let Some((file, passing)) = passing(&judged, file, given) {
        by_file[file].push(passing);
    }
    by_file[file].push(judged);
}

/// The declaration whose head stands last before a place.
fn enclosing(file: &link::File, span: Span) -> Option<String> {
    let above = file.declarations.iter();
    let above = above.filter(|what| what.span.start <= span.start);
    let nearest = above.max_by_key(|what| what.span.start)?;
    Some(format!("{} {}", nearest.kind, nearest.name))
}

/// What stands in a file that was not given, seen from the last given one that it passes.
fn passing<'e>(judged: &Judged<'e>, file: usize, given: usize) -> Option<(usize, Judged<'e>)> {
    if file < given {
        return None;
    }
    let step = judged.flow.iter().rev().find(|step| step.file < given)?;
    let passing = Judged {
        span: step.span,
        secret: false,
        origin: Some(Origin {
            file,
            span: judged.span,
            secret: judged.secret,
        }),
        ..judged.clone()
    };
    Some((step.file, passing))
}

/// The notice that a template was not linked with others.
pub(super) fn too_many(text: &Text) -> Notice {
    Notice {
        path: Some(text.path.clone()),
        line: None,
        kind: NoticeKind::NotParsed,
        message: "not fully analysed: there are too many templates to link them all".to_owned(),
    }
}

#[cfg(test)]
mod tests;
