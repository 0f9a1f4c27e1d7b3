//! Looks at contents in parallel, while git still tells which there are. Each worker reads many objects at once.

use std::io;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::finding::{Finding, Notice, NoticeKind};
use crate::scan::drive::{self, Collected};
use crate::scan::one::{Scratch, scan_blob};
use crate::source::git::Oid;
use crate::source::git::objects::{AT_ONCE, Object};
use crate::source::tree::reason;
use crate::source::{Blob, Content};

use super::{Past, What};

/// Batches that wait for a worker, for each of them.
const WAITING: usize = 4;

/// How many are put in order at once. The more, the more of them are read from what was unpacked for another one; all of
/// them would be too many to keep.
const ORDERED: usize = 1 << 15;

/// Something to look at.
pub(super) struct Job {
    pub(super) what: What,
    pub(super) oid: Oid,
    /// A name that it has.
    pub(super) path: Arc<str>,
}

impl Job {
    /// Looks at the message of a commit.
    pub(super) fn message(number: u32, oid: Oid) -> Self {
        Self {
            what: What::Message(number),
            oid,
            path: "<commit message>".into(),
        }
    }
}

/// What a worker brings home.
#[derive(Default)]
struct Seen {
    all: Collected,
    found: Vec<(What, Vec<Finding>)>,
}

/// Looks at all that `feed` gives.
pub(super) fn at<'a, T>(
    past: &mut Past<'a>,
    feed: impl FnOnce(&mut Past<'a>, &mut dyn FnMut(Job)) -> T,
) -> T {
    let (scanner, history, progress) = (past.scanner, past.history, past.progress);
    let threads = drive::workers(&scanner.plan);
    let (sender, receiver) = sync_channel::<Vec<Job>>(threads * WAITING);
    let receiver = Mutex::new(receiver);
    let work = || {
        let mut seen = Seen::default();
        let (mut scratch, mut batch) = (Scratch::default(), history.objects.batch());
        while let Some(jobs) = next(&receiver) {
            let oids: Vec<Oid> = jobs.iter().map(|job| job.oid).collect();
            batch.read(&oids, |number, object| {
                let look = |blob: Blob| scan_blob(&scanner.engine, &mut scratch, blob);
                seen.take(&jobs[number], object, look, progress);
            });
        }
        seen
    };
    let (fed, seen) = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut waiting = Vec::new();
        let send = |jobs: &mut Vec<Job>| {
            history.objects.sort(jobs, |job| job.oid);
            let mut jobs = std::mem::take(jobs).into_iter();
            while jobs.len() > 0 {
                // Workers end only when nothing is sent any more.
                let _ = sender.send(jobs.by_ref().take(AT_ONCE).collect());
            }
        };
        let fed = feed(past, &mut |job| {
            waiting.push(job);
            if waiting.len() == ORDERED {
                send(&mut waiting);
            }
        });
        send(&mut waiting);
        drop(sender);
        let seen: Vec<Option<Seen>> = workers.into_iter().map(|w| w.join().ok()).collect();
        (fed, seen)
    });
    for seen in seen {
        match seen {
            Some(seen) => {
                past.all.add(seen.all);
                past.found.extend(seen.found);
            }
            None => past.tell(NoticeKind::Unreadable, "a worker failed".to_owned()),
        }
    }
    fed
}

/// The next batch, until there is none.
fn next(receiver: &Mutex<Receiver<Vec<Job>>>) -> Option<Vec<Job>> {
    let receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
    receiver.recv().ok()
}

impl Seen {
    /// Looks at an object.
    fn take(
        &mut self,
        job: &Job,
        object: io::Result<Object>,
        look: impl FnOnce(Blob) -> crate::scan::Outcome,
        progress: &crate::scan::Progress,
    ) {
        let content = match object {
            Ok(object) => object.content,
            Err(error) => {
                self.all
                    .notices
                    .push(Notice::unreadable(&job.path, &reason(&error)));
                return;
            }
        };
        let is_message = matches!(job.what, What::Message(_));
        let content = if is_message {
            message(content)
        } else {
            content
        };
        let path = job.path.clone();
        let mut outcome = look(Blob { path, content });
        let findings = std::mem::take(&mut outcome.findings);
        if !is_message {
            self.all.keep(outcome, progress);
        }
        if !findings.is_empty() {
            self.found.push((job.what, findings));
        }
    }
}

/// What was written for people in a commit or a tag.
pub(super) fn message(content: Content) -> Content {
    match content {
        Content::Whole(mut bytes) => {
            let head = bytes.windows(2).position(|two| two == b"\n\n");
            bytes.drain(..head.map_or(bytes.len(), |at| at + 2));
            Content::Whole(bytes)
        }
        stream => stream,
    }
}
