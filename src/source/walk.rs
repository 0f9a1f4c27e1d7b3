//! Which files a scan of some named paths covers: how directories are walked, and what is asked of a path outside of the
//! walk.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io::{self, BufRead as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, IncrementalIgnore, WalkBuilder, WalkParallel};

use super::root::Root;

/// Files with rules that only Barekey obeys.
pub(super) const OWN_IGNORE: &str = ".barekeyignore";

/// What the user named, absolute, without doubles.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// To be walked.
    pub(crate) dirs: Vec<PathBuf>,
    /// Everything else.
    pub(crate) files: Vec<PathBuf>,
    /// What cannot be looked at.
    pub(crate) failed: Vec<(PathBuf, io::Error)>,
}

impl Named {
    /// Sorts the named paths.
    pub(crate) fn new(root: &Root, paths: &[PathBuf]) -> Self {
        let mut named = Self::default();
        for path in paths
            .iter()
            .map(|path| root.absolute(path))
            .collect::<BTreeSet<_>>()
        {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => named.dirs.push(path),
                Ok(_) => named.files.push(path),
                Err(error) => named.failed.push((path, error)),
            }
        }
        named
    }
}

/// A walk over the named directories.
pub(crate) struct Tree {
    dirs: Vec<PathBuf>,
    files: HashSet<PathBuf>,
    ignore_files: bool,
    /// Directories that were not entered.
    refused: Arc<Mutex<Vec<PathBuf>>>,
}

impl Tree {
    /// Over these directories; with `ignore_files`, the rules in them and above are obeyed.
    pub(crate) fn new(named: &Named, ignore_files: bool) -> Self {
        let (refused, dirs): (Vec<_>, Vec<_>) = named
            .dirs
            .iter()
            .cloned()
            .partition(|dir| ignore_files && dir.ancestors().any(has_trap));
        let files = named.files.iter().cloned().collect();
        Self {
            dirs,
            files,
            ignore_files,
            refused: Arc::new(Mutex::new(refused)),
        }
    }

    /// Whether there is nothing to walk.
    pub(crate) fn is_empty(&self) -> bool {
        self.dirs.is_empty()
    }

    /// The walk. What was named is met only where it was named, `.git` directories never.
    pub(crate) fn walk(&self, threads: usize) -> WalkParallel {
        let named: HashSet<PathBuf> = self.dirs.iter().chain(&self.files).cloned().collect();
        let (ignore_files, refused) = (self.ignore_files, Arc::clone(&self.refused));
        let enters = move |entry: &DirEntry| {
            let dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            if (dir && entry.file_name() == ".git") || named.contains(entry.path()) {
                return false;
            }
            let trapped = dir && ignore_files && has_trap(entry.path());
            if trapped {
                refused
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(entry.path().to_path_buf());
            }
            !trapped
        };
        self.builder(self.ignore_files)
            .threads(threads)
            .filter_entry(enters)
            .build_parallel()
    }

    /// Directories that were not entered because reading their ignore files could last forever.
    pub(crate) fn refused(&self) -> Vec<PathBuf> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Of files that git tracks in spite of its rules, those that the walk leaves out and that are to be scanned.
    pub(crate) fn left_out(&self, tracked: Vec<PathBuf>) -> Vec<PathBuf> {
        let mut all = self.builder(true).build_matchers();
        let mut own = self
            .builder(false)
            .add_custom_ignore_filename(OWN_IGNORE)
            .build_matchers();
        let ignored =
            |matcher: &mut IncrementalIgnore, path: &Path| matcher.matched(path, false).is_ignore();
        let wanted = |path: &PathBuf| {
            let dirs = self.dirs.iter().enumerate();
            let nearest = dirs
                .filter(|(_, dir)| path.starts_with(dir))
                .max_by_key(|(_, dir)| dir.as_os_str().len());
            let Some((at, dir)) = nearest else {
                return false;
            };
            let Ok(inside) = path.strip_prefix(dir) else {
                return false;
            };
            !self.files.contains(path)
                && ignored(&mut all[at], inside)
                && !ignored(&mut own[at], inside)
                && is_within(dir, path)
        };
        tracked.into_iter().filter(wanted).collect()
    }

    /// The directories and, if wanted, all the rules.
    fn builder(&self, rules: bool) -> WalkBuilder {
        let mut builder = WalkBuilder::empty();
        for dir in &self.dirs {
            // With a separator at its end a link stands for its target.
            builder.add(dir.join(""));
        }
        builder
            .standard_filters(false)
            .follow_links(false)
            .parents(self.ignore_files);
        if rules {
            builder
                .git_ignore(true)
                .git_exclude(true)
                .git_global(true)
                .require_git(false);
            builder.add_custom_ignore_filename(OWN_IGNORE);
        }
        builder
    }
}

/// Whether reading the ignore files of a directory could last forever: one of them is a pipe or a device, also by way of a
/// `.git` file that names a directory elsewhere.
fn has_trap(dir: &Path) -> bool {
    let rules = [".gitignore", OWN_IGNORE];
    if rules.iter().any(|name| is_endless(&dir.join(name))) {
        return true;
    }
    let git = dir.join(".git");
    match fs::metadata(&git) {
        Ok(metadata) if metadata.is_dir() => return is_endless(&git.join("info/exclude")),
        Ok(metadata) if metadata.is_file() => {}
        _ => return false,
    }
    let link = first_line(&git);
    let Some(target) = link
        .as_deref()
        .and_then(|line| line.strip_prefix("gitdir: "))
    else {
        return false;
    };
    let common = Path::new(target).join("commondir");
    let exclude = |line: String| Path::new(target).join(&line).join("info/exclude");
    is_endless(&common)
        || first_line(&common)
            .map(exclude)
            .is_some_and(|exclude| is_endless(&exclude))
}

/// Whether opening or reading this might never end.
fn is_endless(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// The first line of a regular file.
fn first_line(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut line = String::new();
    io::BufReader::new(fs::File::open(path).ok()?.take(4 << 10))
        .read_line(&mut line)
        .ok()?;
    Some(line.trim_end().to_owned())
}

/// Whether a file exists and no link stands between a directory and it.
fn is_within(dir: &Path, file: &Path) -> bool {
    let parents = file.ancestors().skip(1).take_while(|parent| *parent != dir);
    file.symlink_metadata().is_ok()
        && parents
            .map(Path::symlink_metadata)
            .all(|metadata| metadata.is_ok_and(|metadata| metadata.is_dir()))
}
