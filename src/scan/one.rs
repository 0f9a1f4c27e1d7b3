//! From one blob to its outcome: the one function that every driver calls.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::catalogue::{Catalogue, PlanError};
use crate::facts::Voice;
use crate::finding::{Notice, Skip};
use crate::iac;
use crate::judge::{self, Candidate, Evidence, Inspection, NameSays, Prior};
use crate::link;
use crate::pattern::{Hits, Match, Patterns, checksum, entropy, inspect};
use crate::resolve::{Judged, Knows, resolve};
use crate::rule::Class;
use crate::source::{Blob, Content};
use crate::span::Span;
use crate::suppress::allow::AllowList;
use crate::suppress::marker;
use crate::syntax::plain::docs::{self, Docs};
use crate::text::Text;
use crate::text::decode::{self, Decoded};

use super::chunk::Chunks;
use super::heard::Heard;
use super::programs::Ties;
use super::settings::Settings;
use super::{Outcome, Plan, archive, finish, pair, programs, project};

/// Rules, settings and allowances of a scan, made ready once and shared by all workers.
pub(crate) struct Engine {
    pub(crate) catalogue: Catalogue,
    pub(crate) allow: AllowList,
    pub(crate) settings: Settings,
    patterns: Patterns,
    pub(super) audits: Vec<&'static crate::audit::Audit>,
    pub(crate) module_audits: Vec<&'static crate::audit::ModuleAudit>,
    /// Bytes of templates that are kept until all files were seen.
    kept: AtomicUsize,
    pub(super) unnamed: bool,
    /// Whether values are followed from one program to another.
    pub(super) follows: bool,
    /// The audits, as bits, whose words say that a program may read a secret.
    reading: u64,
    /// Those whose words say that it may use a key.
    pub(super) taking: u64,
}

/// What one worker keeps between blobs.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(super) hits: Hits,
    /// The bytes of the last text, for the next one to be read into.
    pub(crate) buffer: Vec<u8>,
}

impl Engine {
    /// Chooses the rules of a plan and makes them ready.
    pub(crate) fn new(plan: &Plan) -> Result<Self, PlanError> {
        let mut catalogue = Catalogue::new(&plan.config)?;
        catalogue.choose(&plan.only, &plan.skip)?;
        if plan.history.is_some() {
            catalogue.keep(Class::Leak)?;
        }
        let audits = catalogue.enabled_audits();
        let unnamed = catalogue.is_on(&entropy::RULE.id);
        let stems = if audits.is_empty() && !unnamed {
            &[]
        } else {
            judge::names::STEMS
        };
        let cues: Vec<(u8, &str)> = audits
            .iter()
            .zip(0..)
            .flat_map(|(audit, number)| audit.cues.iter().map(move |cue| (number, *cue)))
            .collect();
        let bits = |of: fn(&crate::audit::Audit) -> bool| {
            let chosen = audits.iter().zip(0..).filter(|(audit, _)| of(audit));
            chosen.fold(0, |bits: u64, (_, number)| bits | 1 << number)
        };
        let reading = bits(crate::audit::Audit::follows_secrets);
        let taking = bits(crate::audit::Audit::takes_keys);
        Ok(Self {
            patterns: Patterns::new(catalogue.enabled_patterns(), stems, &cues, marker::WORD),
            allow: AllowList::new(&plan.config.allow)?,
            audits,
            module_audits: match plan.history {
                Some(_) => Vec::new(),
                None => catalogue.enabled_module_audits(),
            },
            kept: AtomicUsize::new(0),
            unnamed,
            follows: plan.history.is_none() && reading | taking != 0,
            reading,
            taking,
            catalogue,
            settings: Settings::of(plan),
        })
    }

    /// All templates that were kept are done with.
    pub(super) fn forget(&self) {
        self.kept.store(0, Ordering::Relaxed);
    }

    /// Whether a template of this size may be kept.
    fn keep(&self, bytes: usize) -> bool {
        self.kept.fetch_add(bytes, Ordering::Relaxed) + bytes <= MOST_KEPT
    }
}

/// Templates up to this size together are linked: 64 MiB.
const MOST_KEPT: usize = 64 << 20;

/// Finds the secrets of a blob. Whatever the bytes are, it comes to an end and loses nothing silently.
pub(crate) fn scan_blob(engine: &Engine, scratch: &mut Scratch, blob: Blob) -> Outcome {
    if !engine.settings.archives {
        return scan_content(engine, scratch, blob);
    }
    let path = blob.path.clone();
    match archive::members(engine, scratch, blob) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(blob)) => scan_content(engine, scratch, blob),
        Err(error) => Outcome {
            notices: vec![Notice::unreadable(&path, &error.to_string())],
            ..Outcome::default()
        },
    }
}

/// Finds the secrets of a member of an archive: it is linked with no others.
pub(super) fn scan_member(engine: &Engine, scratch: &mut Scratch, blob: Blob) -> Outcome {
    let mut outcome = scan_content(engine, scratch, blob);
    outcome.program = None;
    match outcome.template {
        Some(file) => analyse(engine, scratch, &file.text, None),
        None => outcome,
    }
}

fn scan_content(engine: &Engine, scratch: &mut Scratch, blob: Blob) -> Outcome {
    match blob.content {
        Content::Whole(raw) => {
            let bytes = raw.len() as u64;
            match decode::decode(blob.path, raw) {
                Decoded::Text(text, notice) => {
                    let mut outcome = scan_text(engine, scratch, text);
                    outcome.notices.extend(notice);
                    outcome.bytes = bytes;
                    outcome
                }
                Decoded::Binary => Outcome {
                    skipped: Some(Skip::Binary),
                    ..Outcome::default()
                },
            }
        }
        Content::Stream(reader) => scan_stream(engine, scratch, blob.path, reader),
    }
}

/// Analyses a text at once, unless it is a template: these wait for the others of their module.
fn scan_text(engine: &Engine, scratch: &mut Scratch, text: Text) -> Outcome {
    let read = match engine.module_audits.is_empty() {
        true => None,
        false => iac::read(&text),
    };
    let mut notices = Vec::new();
    if let Some(read) = read {
        notices.extend(read.notice);
        if !read.declarations.is_empty() {
            if engine.keep(text.bytes.len()) {
                let file = link::File::new(text, read.declarations);
                return Outcome {
                    template: Some(file),
                    notices,
                    ..Outcome::default()
                };
            }
            notices.push(project::too_many(&text));
        }
    }
    let (mut outcome, ties) = analysed(engine, scratch, &text, None);
    outcome.notices.extend(notices);
    outcome.asks = project::asks(engine, scratch, &text);
    if engine.follows {
        let reads = scratch.hits.seen.cued & engine.reading != 0;
        outcome.program = programs::note(&text, reads, ties);
    }
    outcome.includable = iac::may_be_included(&text).then(|| text.path.clone());
    scratch.buffer = text.bytes;
    outcome
}

fn scan_stream(
    engine: &Engine,
    scratch: &mut Scratch,
    path: std::sync::Arc<str>,
    reader: Box<dyn std::io::Read + Send>,
) -> Outcome {
    let mut outcome = Outcome::default();
    let failed = |e: std::io::Error| Notice::unreadable(&path, &e.to_string());
    let mut chunks = match Chunks::new(path.clone(), reader) {
        Ok(Some(chunks)) => chunks,
        Ok(None) => {
            return Outcome {
                skipped: Some(Skip::Binary),
                ..outcome
            };
        }
        Err(e) => {
            return Outcome {
                notices: vec![failed(e)],
                ..outcome
            };
        }
    };
    loop {
        match chunks.next() {
            Ok(Some(chunk)) => {
                let part = analyse(engine, scratch, &chunk.text, Some(chunk.own));
                outcome.findings.extend(part.findings);
                outcome.notices.extend(part.notices);
            }
            Ok(None) => break,
            Err(e) => {
                outcome.notices.push(failed(e));
                break;
            }
        }
    }
    outcome.notices.extend(chunks.notice());
    outcome.bytes = chunks.bytes();
    outcome
}

/// Runs all rooms on one text; `own` limits findings to those that start there.
fn analyse(
    engine: &Engine,
    scratch: &mut Scratch,
    text: &Text,
    own: Option<Range<usize>>,
) -> Outcome {
    analysed(engine, scratch, text, own).0
}

/// The same, and what it may have to do with others.
fn analysed(
    engine: &Engine,
    scratch: &mut Scratch,
    text: &Text,
    own: Option<Range<usize>>,
) -> (Outcome, Ties) {
    let weighed = weighed(engine, scratch, text, own, (0, Vec::new()));
    let mut outcome = Outcome::default();
    if !weighed.judged.is_empty() || weighed.marked {
        outcome = finish::findings(engine, text, weighed.judged, weighed.marked);
    }
    outcome.notices.extend(weighed.notice);
    (outcome, weighed.ties)
}

/// What was found in a text, before it becomes findings.
#[derive(Default)]
pub(super) struct Weighed<'r> {
    /// Resolved, in the order of the text.
    pub(super) judged: Vec<Judged<'r>>,
    /// Whether there is a marker in it.
    pub(super) marked: bool,
    /// What a user should know of how it was read.
    pub(super) notice: Option<Notice>,
    /// What it may have to do with other files.
    pub(super) ties: Ties,
}

/// What all rooms say of one text, which has a `number` among several, beside what is `judged` of it.
pub(super) fn weighed<'r>(
    engine: &'r Engine,
    scratch: &mut Scratch,
    text: &'r Text,
    own: Option<Range<usize>>,
    (number, mut judged): (usize, Vec<Judged<'r>>),
) -> Weighed<'r> {
    engine.patterns.scan(&text.bytes, &mut scratch.hits);
    let Ok(utf8) = simdutf8::basic::from_utf8(&text.bytes) else {
        return Weighed::default();
    };
    let hits = &scratch.hits;
    let docs = Docs::new(&text.bytes, text.kind.format);
    let heard = Heard {
        engine,
        text,
        utf8,
        hits,
        docs: &docs,
        tests: OnceCell::new(),
    };
    let matches = hits.matches.iter();
    let matches = matches.filter_map(|found| weigh_match(engine, &heard, *found));
    judged.extend(matches);
    let mut said = heard.judged(own.is_none());
    let steps = said.judged.iter_mut().flat_map(|judged| &mut judged.flow);
    steps.for_each(|step| step.file = number);
    judged.extend(said.judged);
    if let Some(own) = own {
        judged.retain(|j| own.contains(&(j.span.start as usize)));
    }
    let marked = engine.settings.inline_allow && hits.seen.marked;
    let mut judged = resolve(judged);
    pair::join(engine.catalogue.patterns(), &text.bytes, &mut judged);
    Weighed {
        judged,
        marked,
        notice: said.notice,
        ties: said.ties,
    }
}

/// What is believed this much is never shown, even if nobody is told of it: a short password of a word and digits.
const HIDDEN_FROM: f32 = 0.01;

/// Judges a candidate; `None` where nobody wants to hear of it.
pub(super) fn weigh<'r>(engine: &Engine, candidate: &Candidate<'_, 'r>) -> Option<Judged<'r>> {
    if !engine.settings.may_hear(&candidate.evidence) {
        return None;
    }
    let verdict = judge::judge(&candidate.evidence);
    let heard = verdict.confidence >= HIDDEN_FROM || engine.settings.keep_all;
    let detail = match &candidate.evidence.inspection {
        Some(Inspection::Confirmed(detail)) => detail.clone(),
        Some(Inspection::Doubtful(why)) => Some((*why).to_owned()),
        _ => None,
    };
    heard.then(|| Judged {
        rule: candidate.rule,
        span: candidate.span,
        verdict,
        knows: knows(&candidate.evidence.prior),
        detail,
        inside: None,
        also: Vec::new(),
        partner: None,
        secret: true,
        flow: Vec::new(),
        ends: Vec::new(),
        origin: None,
        mend: None,
        next: None,
    })
}

/// A provider's format tells more than a name, and a name more than nothing.
fn knows(prior: &Prior) -> Knows {
    match prior {
        Prior::Pattern { generic: false, .. } => Knows::Provider,
        Prior::Pattern { .. } | Prior::Named => Knows::Name,
        Prior::Property { .. } | Prior::Stated { .. } => Knows::Site,
        Prior::Unnamed { .. } => Knows::Nothing,
    }
}

fn weigh_match<'r>(engine: &'r Engine, heard: &Heard<'_>, found: Match) -> Option<Judged<'r>> {
    let &Heard {
        text, utf8, docs, ..
    } = heard;
    let pattern = engine.patterns.get(found);
    let secret = found.secret.of(&text.bytes);
    let evidence = Evidence {
        prior: Prior::Pattern {
            belief: pattern.prior,
            generic: pattern.rule.tags.iter().any(|t| t == "generic"),
        },
        says: NameSays::Nothing,
        value: Cow::Borrowed(utf8.get(found.secret.range())?),
        site: None,
        quoted: true,
        voice: match found.secret.start as usize {
            at if docs.contain(at) => Voice::Documentation,
            at if docs::announces_example(&text.bytes, at, text.kind.format) => Voice::Example,
            _ => Voice::Code,
        },
        kind: text.kind,
        checksum: pattern.checksum.and_then(|c| checksum::holds(c, secret)),
        inspection: pattern.inspect.map(|i| inspect::look(i, secret)),
    };
    let mut candidate = Candidate {
        rule: &pattern.rule,
        span: found.secret,
        evidence,
    };
    let judged = heard.weigh(&mut candidate)?;
    Some(Judged {
        partner: pattern
            .pair
            .as_ref()
            .map(|p| (p.rule.clone(), Span::default())),
        ..judged
    })
}
