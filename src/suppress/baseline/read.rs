//! Reading a baseline: any order, duplicates and line ends are right; what cannot be understood is an error, never skipped.

use std::path::{Path, PathBuf};

use super::{Entry, VERSION};
use crate::config::FileError;
use crate::config::file;

/// The largest baseline that is read, in MiB.
const LIMIT: u64 = 16;

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file itself cannot be used, or is no baseline at all.
    #[error(transparent)]
    File(#[from] FileError),
    /// Git left a conflict in it.
    #[error("{}:{line}: a merge conflict", path.display())]
    Conflict {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// A newer version of Barekey wrote it.
    #[error("{}: version {version} is newer than this program, which reads {VERSION}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: String,
    },
    /// A line that is no entry.
    #[error("{}:{line}: {problem}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        problem: &'static str,
    },
}

/// What to do at the marks of a conflict.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Conflict {
    Refuse,
    TakeBoth,
}

pub(super) fn load(path: &Path) -> Result<Vec<Entry>, BaselineError> {
    entries(path, &file::read(path, LIMIT)?, Conflict::Refuse)
}

pub(super) fn load_both_sides(path: &Path) -> Result<Vec<Entry>, BaselineError> {
    entries(path, &file::read(path, LIMIT)?, Conflict::TakeBoth)
}

pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Entry>, BaselineError> {
    entries(path, bytes, Conflict::Refuse)
}

fn entries(path: &Path, bytes: &[u8], conflict: Conflict) -> Result<Vec<Entry>, BaselineError> {
    let text = file::text(path, bytes)?;
    let mut versions = text.lines().filter_map(version).peekable();
    if versions.peek().is_none() {
        let problem = "is no baseline: it has no line `# barekey-baseline 1`";
        return Err(file::refused(path, problem).into());
    }
    if let Some(version) = versions.find(|word| word.parse() != Ok(VERSION)) {
        return Err(BaselineError::Newer {
            path: path.to_owned(),
            version: version
                .chars()
                .filter(|c| !c.is_control())
                .take(20)
                .collect(),
        });
    }
    let mut entries = Vec::new();
    // What both sides had before, as `merge.conflictStyle=diff3` shows it, is of neither side.
    let mut base = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if is_conflict(line) && conflict == Conflict::Refuse {
            return Err(BaselineError::Conflict {
                path: path.to_owned(),
                line: number + 1,
            });
        }
        if is_conflict(line) {
            base = line.starts_with('|');
            continue;
        }
        if base || line.is_empty() || line.starts_with('#') {
            continue;
        }
        let entry = Entry::parse(line).map_err(|problem| BaselineError::Wrong {
            path: path.to_owned(),
            line: number + 1,
            problem,
        })?;
        entries.push(entry);
    }
    Ok(entries)
}

/// The version that a header line names.
fn version(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("# barekey-baseline ")?;
    Some(rest.trim())
}

/// Whether git wrote the line to tell two sides apart. No path starts like this: see `Entry`.
fn is_conflict(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Entry>, String> {
        parse(Path::new("b"), text.as_bytes()).map_err(|error| error.to_string())
    }

    const HEAD: &str = "# barekey-baseline 1\n";

    #[test]
    fn any_order_blank_lines_and_line_ends() {
        let lines = "b leak r 0001\n\na\tleak  r 0002 2\n# a comment\nb leak r 0001\n";
        for text in [
            format!("{HEAD}{lines}"),
            format!("{lines}{HEAD}"),
            format!("\u{feff}{HEAD}{lines}{HEAD}").replace('\n', "\r\n"),
        ] {
            assert_eq!(read(&text).unwrap().len(), 3, "{text:?}");
        }
        assert!(read(HEAD).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_told() {
        let conflict =
            format!("{HEAD}<<<<<<< HEAD\na leak r 0001\n=======\nb leak r 0001\n>>>>>>> x\n");
        for (text, message) in [
            (
                "",
                "b: is no baseline: it has no line `# barekey-baseline 1`",
            ),
            (
                "a leak r 0001\n",
                "b: is no baseline: it has no line `# barekey-baseline 1`",
            ),
            (
                "# barekey-baseline 2\n",
                "b: version 2 is newer than this program, which reads 1",
            ),
            (
                "# barekey-baseline 1\n# barekey-baseline 3\n",
                "b: version 3 is newer than this program, which reads 1",
            ),
            (
                "# barekey-baseline 1\n\nwhat\n",
                "b:3: expected `PATH CLASS RULE VALUE`",
            ),
            (&conflict, "b:2: a merge conflict"),
        ] {
            assert_eq!(read(text), Err(message.to_owned()));
        }
    }

    #[test]
    fn both_sides_of_a_conflict_can_be_had() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("b");
        let sides = "<<<<<<< ours\na leak r 0001\n||||||| base\nc leak r 0001\n=======\nb leak r 0001\n>>>>>>> theirs\n";
        std::fs::write(&path, format!("{HEAD}{sides}")).unwrap();
        assert_eq!(load_both_sides(&path).unwrap().len(), 2);
        assert!(matches!(
            load(&path),
            Err(BaselineError::Conflict { line: 2, .. })
        ));
    }
}
