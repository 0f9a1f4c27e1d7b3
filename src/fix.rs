//! Applies the changes that mend findings: all of a fix or nothing, to the very text that was analysed.
//!
//! A file is replaced at once by a new one that keeps its mode, encoding, byte order mark and line endings. What cannot
//! be written back byte for byte is left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::{Digest, Edit, Finding, Report};
use crate::source::root;
use crate::text::Encoding;
use crate::text::decode::{self, Decoded, Sniffed};

/// Why a file is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read, or not be written.
    #[error("cannot be changed: {0}")]
    Io(#[from] io::Error),
    /// It has changed since it was analysed.
    #[error("has changed since it was scanned")]
    Changed,
    /// Some of its bytes belong to no known encoding.
    #[error("is in an encoding that cannot be written back")]
    Encoding,
    /// A link, or no file.
    #[error("is a link or no regular file")]
    Irregular,
    /// It is not to be written.
    #[error("is read-only")]
    ReadOnly,
}

/// What is to be done, or was done.
#[derive(Default)]
pub struct Outcome<'f> {
    /// The findings that are mended.
    pub mended: Vec<&'f Finding>,
    /// Findings whose fix would change what another one changes: the next run can mend them.
    pub clashing: Vec<&'f Finding>,
    /// The files, by their names.
    pub changes: Vec<Change<'f>>,
    /// Files that are left as they are, and why.
    pub refused: Vec<(Arc<str>, Refusal)>,
}

/// The edits of one file, in their order; none touches another.
pub struct Change<'f> {
    /// As places name it.
    pub path: Arc<str>,
    /// Never empty.
    pub edits: Vec<&'f Edit>,
}

/// Says what would be done below `root`; writes nothing.
#[must_use]
pub fn plan<'f>(report: &'f Report, root: &Path) -> Outcome<'f> {
    prepared(report, root).0
}

/// Mends what can be mended below `root`.
#[must_use]
pub fn apply<'f>(report: &'f Report, root: &Path) -> Outcome<'f> {
    let (mut outcome, files) = prepared(report, root);
    for file in files {
        if let Err(error) = replace(&file) {
            outcome.refused.push((file.path.clone(), error.into()));
            let spared = |f: &&Finding| edits(f).all(|edit| edit.path != file.path);
            outcome.mended.retain(spared);
            outcome.changes.retain(|change| change.path != file.path);
        }
    }
    outcome
}

/// A file with what it will hold.
struct Prepared {
    path: Arc<str>,
    place: PathBuf,
    meta: Metadata,
    bytes: Vec<u8>,
}

/// Fixes that touch a file that is refused are taken back whole, so all files are made ready before one is written.
fn prepared<'f>(report: &'f Report, root: &Path) -> (Outcome<'f>, Vec<Prepared>) {
    let mut refused: BTreeMap<Arc<str>, Refusal> = BTreeMap::new();
    loop {
        let mut outcome = choose(report, |path| !refused.contains_key(path));
        let (mut files, mut fine) = (Vec::new(), true);
        for change in &outcome.changes {
            match prepare(change, root.join(root::decoded(&change.path))) {
                Ok(file) => files.push(file),
                Err(refusal) => {
                    refused.insert(change.path.clone(), refusal);
                    fine = false;
                }
            }
        }
        if fine {
            outcome.refused = refused.into_iter().collect();
            return (outcome, files);
        }
    }
}

fn edits(finding: &Finding) -> impl Iterator<Item = &Edit> {
    finding.fix.iter().flat_map(|fix| &fix.edits)
}

/// Takes the fixes of what is reported, in the order of the report, unless they get in each other's way.
fn choose<'f>(report: &'f Report, may: impl Fn(&Arc<str>) -> bool) -> Outcome<'f> {
    let mut outcome = Outcome::default();
    let mut taken: BTreeMap<Arc<str>, Vec<&'f Edit>> = BTreeMap::new();
    let reported = report.findings.iter().filter(|f| f.held.is_none());
    for finding in reported.filter(|f| f.fix.is_some() && edits(f).all(|edit| may(&edit.path))) {
        let clashes = |edit: &Edit| {
            let others = taken.get(&edit.path).into_iter().flatten();
            let mut others = others.filter(|other| !is_same(other, edit));
            others.any(|other| touches(other, edit))
        };
        if edits(finding).any(clashes) {
            outcome.clashing.push(finding);
            continue;
        }
        for edit in edits(finding) {
            let edits = taken.entry(edit.path.clone()).or_default();
            if !edits.iter().any(|other| is_same(other, edit)) {
                edits.push(edit);
            }
        }
        outcome.mended.push(finding);
    }
    outcome.changes = taken
        .into_iter()
        .map(|(path, mut edits)| {
            edits.sort_by_key(|edit| edit.span);
            Change { path, edits }
        })
        .collect();
    outcome
}

fn is_same(a: &Edit, b: &Edit) -> bool {
    a.span == b.span && a.replacement == b.replacement
}

/// Whether the spans share a byte, or something is put into one place by both.
fn touches(a: &Edit, b: &Edit) -> bool {
    a.span.overlaps(b.span) || a.span == b.span
}

/// Reads a file anew, and changes the text if it is the one that the edits were made for.
fn prepare(change: &Change<'_>, place: PathBuf) -> Result<Prepared, Refusal> {
    let meta = fs::symlink_metadata(&place)?;
    if !meta.is_file() {
        return Err(Refusal::Irregular);
    }
    if meta.permissions().readonly() {
        return Err(Refusal::ReadOnly);
    }
    let raw = fs::read(&place)?;
    let Some(Sniffed { encoding, mark }) = decode::sniff(&raw) else {
        return Err(Refusal::Changed);
    };
    let Decoded::Text(text, _) = decode::decode(change.path.clone(), raw.clone()) else {
        return Err(Refusal::Changed);
    };
    let digest = Digest(*blake3::hash(&text.bytes).as_bytes());
    if change.edits.iter().any(|edit| edit.digest != digest) {
        return Err(Refusal::Changed);
    }
    let encode = |text: &[u8]| encoded(text, encoding, &raw[..mark]);
    if encode(&text.bytes).as_ref() != Some(&raw) {
        return Err(Refusal::Encoding);
    }
    let mended = mended(&text.bytes, &change.edits).ok_or(Refusal::Changed)?;
    let bytes = encode(&mended).ok_or(Refusal::Encoding)?;
    Ok(Prepared {
        path: change.path.clone(),
        place,
        meta,
        bytes,
    })
}

/// The text with the edits in it.
fn mended(text: &[u8], edits: &[&Edit]) -> Option<Vec<u8>> {
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    for edit in edits {
        out.extend_from_slice(text.get(at..edit.span.start as usize)?);
        out.extend_from_slice(edit.replacement.as_bytes());
        at = edit.span.end as usize;
    }
    out.extend_from_slice(text.get(at..)?);
    Some(out)
}

/// The bytes of a file with this text.
fn encoded(text: &[u8], encoding: Encoding, mark: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = mark.to_vec();
    match encoding {
        Encoding::Utf8 => bytes.extend_from_slice(text),
        Encoding::Utf16Le => {
            let units = std::str::from_utf8(text).ok()?.encode_utf16();
            bytes.extend(units.flat_map(u16::to_le_bytes));
        }
        Encoding::Utf16Be => {
            let units = std::str::from_utf8(text).ok()?.encode_utf16();
            bytes.extend(units.flat_map(u16::to_be_bytes));
        }
        Encoding::Latin1 => return None,
    }
    Some(bytes)
}

/// Puts a whole new file in the place of the old one.
fn replace(file: &Prepared) -> io::Result<()> {
    let (new, mut handle) = beside(&file.place)?;
    let written = handle
        .write_all(&file.bytes)
        .and_then(|()| handle.set_permissions(file.meta.permissions()))
        .and_then(|()| handle.sync_all())
        .and_then(|()| fs::rename(&new, &file.place));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

/// A new file in the same directory.
fn beside(place: &Path) -> io::Result<(PathBuf, File)> {
    let mut tried = BTreeSet::new();
    loop {
        let mut name = OsString::from(".");
        name.push(place.file_name().unwrap_or_default());
        name.push(format!(".barekey-{}-{}", std::process::id(), tried.len()));
        let new = place.with_file_name(&name);
        match File::options().write(true).create_new(true).open(&new) {
            Ok(handle) => return Ok((new, handle)),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && tried.len() < 16 => {
                tried.insert(name);
            }
            Err(e) => return Err(e),
        }
    }
}
