//! One line in .gitattributes: git merges a baseline by taking the lines of both sides.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Adds the line at the top of a work tree, unless it is there; gives the line that was added.
///
/// # Errors
/// A sentence without a stop that tells why not.
pub(super) fn merge_by_union(root: &Path, baseline: &Path) -> Result<Option<String>, String> {
    if root.join(".git").symlink_metadata().is_err() {
        return Ok(None);
    }
    let Some(pattern) = pattern(root, baseline) else {
        return Err("the baseline has no name that .gitattributes could hold".to_owned());
    };
    let line = format!("{pattern} merge=union");
    let path = root.join(".gitattributes");
    match add_line(&path, &line) {
        Ok(added) => Ok(added.then_some(line)),
        Err(error) => Err(format!("cannot write {}: {error}", path.display())),
    }
}

/// The file as a pattern of git that matches it alone.
fn pattern(root: &Path, baseline: &Path) -> Option<String> {
    let dir = match baseline.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir.canonicalize().ok()?,
        _ => Path::new(".").canonicalize().ok()?,
    };
    let path = dir.join(baseline.file_name()?);
    let inside = path.strip_prefix(root.canonicalize().ok()?).ok()?;
    let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
    let name = parts?.join("/");
    let plain = |c: char| c.is_alphanumeric() || "._-+/@%,~".contains(c);
    name.chars().all(plain).then(|| format!("/{name}"))
}

/// Appends a line to a regular file, or makes one of it.
fn add_line(path: &Path, line: &str) -> io::Result<bool> {
    let old = match path.symlink_metadata() {
        Ok(meta) if meta.is_file() => fs::read(path)?,
        Ok(_) => return Err(io::Error::other("it is not a regular file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut lines = old.split(|&byte| byte == b'\n');
    if lines.any(|old| old.trim_ascii() == line.as_bytes()) {
        return Ok(false);
    }
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    if old.last().is_some_and(|&last| last != b'\n') {
        writeln!(file)?;
    }
    writeln!(file, "{line}")?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_added_once() {
        let dir = tempfile::tempdir().unwrap();
        let (root, path) = (dir.path(), dir.path().join(".barekey-baseline"));
        assert_eq!(merge_by_union(root, &path), Ok(None));
        fs::create_dir(root.join(".git")).unwrap();
        fs::write(root.join(".gitattributes"), "*.png binary").unwrap();
        let line = "/.barekey-baseline merge=union";
        assert_eq!(merge_by_union(root, &path), Ok(Some(line.to_owned())));
        assert_eq!(merge_by_union(root, &path), Ok(None));
        let text = fs::read_to_string(root.join(".gitattributes")).unwrap();
        assert_eq!(text, format!("*.png binary\n{line}\n"));
    }

    #[test]
    fn names_that_git_would_take_for_patterns_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(".git")).unwrap();
        for name in ["a b", "a*", "[a]", "a\n"] {
            assert!(merge_by_union(dir.path(), &dir.path().join(name)).is_err());
        }
        assert!(merge_by_union(dir.path(), Path::new("/elsewhere")).is_err());
        fs::create_dir(dir.path().join(".gitattributes")).unwrap();
        assert!(merge_by_union(dir.path(), &dir.path().join("b")).is_err());
    }
}
