//! Which tracked files differ from the index, told by what the file system says of them.
//!
//! Git itself reads a file whose times leave it in doubt, and runs the filters that the repository names for that. Here
//! a doubtful file counts as changed: it is scanned, and compared with what was there before, like any other.

use std::fs::{self, Metadata};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Entry, Git, GitError, Oid, Repository, changes};
use crate::source::root;

/// An entry of the index with what git noted of the file when it was last the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Noted {
    pub(super) path: Arc<str>,
    entry: Entry,
    pub(super) oid: Oid,
    merged: bool,
    /// Seconds and nanoseconds.
    time: (u64, u32),
    size: u32,
    /// Not checked out.
    left_out: bool,
}

/// What became of a tracked file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Same,
    Changed,
    Gone,
}

/// All entries of the index.
pub(super) fn noted(git: &Git) -> Result<Vec<Noted>, GitError> {
    let question = ["ls-files", "-s", "-z", "--debug", "--full-name", "--", ":/"];
    parse(&git.output(&question)?).ok_or_else(changes::not_understood)
}

/// `MODE OID STAGE\tPATH\0`, then lines of `name: value` pairs, again and again.
fn parse(mut raw: &[u8]) -> Option<Vec<Noted>> {
    let mut found: Vec<Noted> = Vec::new();
    while !raw.is_empty() {
        let (heading, rest) = raw.split_at(memchr::memchr(b'\t', raw)?);
        let (path, rest) = rest[1..].split_at(memchr::memchr(0, &rest[1..])?);
        let lines = memchr::memchr_iter(b'\n', rest).nth(4)? + 1;
        let about = std::str::from_utf8(&rest[1..lines]).ok()?;
        raw = &rest[lines..];
        let words: Vec<&[u8]> = heading.split(|&byte| byte == b' ').collect();
        let [mode, oid, stage] = words[..] else {
            return None;
        };
        let value = |name: &str| about.split_once(name)?.1.split_ascii_whitespace().next();
        let (seconds, nanos) = value("mtime: ")?.split_once(':')?;
        let flags = u32::from_str_radix(value("flags: ")?, 16).ok()?;
        found.push(Noted {
            path: root::encoded(path).into(),
            entry: Entry::of_mode(mode)?,
            oid: Oid::parse(oid)?,
            merged: stage == b"0",
            time: (seconds.parse().ok()?, nanos.parse().ok()?),
            size: value("size: ")?.parse().ok()?,
            left_out: flags & 0x4000_0000 != 0,
        });
    }
    found.dedup_by(|a, b| a.path == b.path);
    Some(found)
}

impl Noted {
    /// The object, where it is a file's.
    pub(super) fn blob(&self) -> Option<Oid> {
        (self.entry == Entry::Blob && self.merged).then_some(self.oid)
    }

    /// What became of the file since the index was written.
    pub(super) fn fate(&self, top: &Path, written: (u64, u32)) -> Fate {
        if self.entry != Entry::Blob {
            return Fate::Same;
        }
        let Ok(meta) = fs::symlink_metadata(top.join(root::decoded(&self.path))) else {
            return match self.left_out {
                true => Fate::Same,
                false => Fate::Gone,
            };
        };
        if meta.is_dir() {
            return Fate::Gone;
        }
        let now = changed(&meta);
        // In the same moment as the index, a file may have changed once more.
        let same = now == self.time && meta.len() as u32 == self.size && now < written;
        if same { Fate::Same } else { Fate::Changed }
    }
}

/// When the index was written.
pub(super) fn written(repository: &Repository) -> (u64, u32) {
    let index = match std::env::var_os("GIT_INDEX_FILE") {
        Some(file) => repository.top().join(file),
        None => repository.dir.join("index"),
    };
    // Without a time, all files are in doubt.
    fs::metadata(index).map_or((0, 0), |meta| changed(&meta))
}

fn changed(meta: &Metadata) -> (u64, u32) {
    let time = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_secs(), since.subsec_nanos())
}

/// Files that git does not track and does not ignore; directories that are repositories of their own end in a slash.
pub(super) fn untracked(git: &Git) -> Result<Vec<Arc<str>>, GitError> {
    let question = [
        "ls-files",
        "-o",
        "-z",
        "--exclude-standard",
        "--full-name",
        "--",
        ":/",
    ];
    let listing = git.output(&question)?;
    let names = listing.split(|&byte| byte == 0).filter(|n| !n.is_empty());
    Ok(names.map(|name| root::encoded(name).into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OID: &str = "8ba3a16384aacc37d01564b28401755ce8053f51";

    fn listing(path: &str, stage: u8, flags: &str) -> String {
        format!(
            "100644 {OID} {stage}\t{path}\0  ctime: 1:2\n  mtime: 3:4\n  dev: 65024\tino: 7\n  uid: 0\tgid: 0\n  size: \
             5\tflags: {flags}\n"
        )
    }

    #[test]
    fn a_listing_with_notes() {
        let text = listing("a\n  size: 9", 0, "0") + &listing("b", 0, "40004000");
        let noted = parse(text.as_bytes()).unwrap();
        assert_eq!(&*noted[0].path, "a\n  size: 9");
        assert_eq!((noted[0].time, noted[0].size), ((3, 4), 5));
        assert!(!noted[0].left_out && noted[1].left_out);
        let conflict = listing("c", 1, "1000") + &listing("c", 2, "2000");
        let noted = parse(conflict.as_bytes()).unwrap();
        assert!(noted.len() == 1 && noted[0].blob().is_none());
        assert!(parse(&text.as_bytes()[..90]).is_none());
    }

    #[test]
    fn the_fate_of_files() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f");
        fs::write(&file, "12345").unwrap();
        let time = changed(&file.symlink_metadata().unwrap());
        let noted = |time, size, left_out| Noted {
            path: "f".into(),
            entry: Entry::Blob,
            oid: Oid::parse(OID.as_bytes()).unwrap(),
            merged: true,
            time,
            size,
            left_out,
        };
        let later = (time.0 + 1, 0);
        let fate = |noted: Noted, written| noted.fate(dir.path(), written);
        assert_eq!(fate(noted(time, 5, false), later), Fate::Same);
        assert_eq!(fate(noted(time, 5, false), time), Fate::Changed);
        assert_eq!(fate(noted(time, 6, false), later), Fate::Changed);
        assert_eq!(fate(noted((1, 1), 5, false), later), Fate::Changed);
        fs::remove_file(&file).unwrap();
        assert_eq!(fate(noted(time, 5, false), later), Fate::Gone);
        assert_eq!(fate(noted(time, 5, true), later), Fate::Same);
    }
}
