//! The directory that reported paths are relative to.
//!
//! It is the work tree that the user stands in; outside of any, the one that all named paths lie in, or else the directory
//! itself. When nothing named lies in there, the same is asked of the first named path. So the same file has the same name
//! wherever the scan is started.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The root of a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    dir: PathBuf,
    current: PathBuf,
}

impl Root {
    /// Finds the root for the named paths as seen from the current directory.
    ///
    /// # Errors
    /// When there is no current directory.
    pub(crate) fn find(paths: &[PathBuf]) -> io::Result<Self> {
        Ok(Self::find_from(std::env::current_dir()?, paths))
    }

    /// Finds the root for the named paths as seen from `current`, which is absolute.
    pub(crate) fn find_from(current: PathBuf, paths: &[PathBuf]) -> Self {
        let dir = work_tree(&current).unwrap_or(&current).to_path_buf();
        let here = Self { dir, current };
        let Some(first) = paths.first() else {
            return here;
        };
        if !here.is_work_tree()
            && let Some(dir) = here.work_tree_of_all(paths)
        {
            return Self { dir, ..here };
        }
        if paths
            .iter()
            .any(|path| here.absolute(path).starts_with(&here.dir))
        {
            return here;
        }
        let first = here.absolute(first);
        let start = if first.is_dir() {
            first.as_path()
        } else {
            first.parent().unwrap_or(&first)
        };
        let dir = work_tree(start).unwrap_or(start).to_path_buf();
        Self { dir, ..here }
    }

    /// This directory, which is absolute, as seen from the current one.
    pub(crate) fn at(dir: PathBuf) -> Self {
        let current = std::env::current_dir().unwrap_or_else(|_| dir.clone());
        Self { dir, current }
    }

    /// The one work tree that these paths lie in.
    fn work_tree_of_all(&self, paths: &[PathBuf]) -> Option<PathBuf> {
        let mut trees = paths.iter().map(|path| {
            let path = self.absolute(path);
            work_tree(&path).map(Path::to_path_buf)
        });
        let first = trees.next()??;
        trees
            .all(|tree| tree.as_ref() == Some(&first))
            .then_some(first)
    }

    /// The directory itself, absolute.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether it is the top of a git work tree.
    pub(crate) fn is_work_tree(&self) -> bool {
        self.dir.join(".git").symlink_metadata().is_ok()
    }

    /// The path without `.` and `..`, starting at the top of the file system. Follows no links.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        let mut absolute = PathBuf::new();
        for component in self.current.join(path).components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => drop(absolute.pop()),
                other => absolute.push(other),
            }
        }
        absolute
    }

    /// The path as reports name it: relative to the root, with `/`, and `%` and bytes that are no UTF-8 encoded with `%`.
    /// A path outside of the root stays absolute.
    pub(crate) fn relative(&self, path: &Path) -> Arc<str> {
        if let Some(name) = self.plain(path) {
            return name.into();
        }
        let absolute = self.absolute(path);
        match absolute.strip_prefix(&self.dir) {
            Ok(inside) if inside.as_os_str().is_empty() => ".".into(),
            Ok(inside) => named(inside).into(),
            Err(_) => named(&absolute).into(),
        }
    }

    /// What stands behind the root in a path, where that is its name already; so it is for most files of a walk.
    fn plain<'p>(&self, path: &'p Path) -> Option<&'p str> {
        let inside = path.to_str()?.strip_prefix(self.dir.to_str()?)?;
        let name = inside.strip_prefix('/')?;
        let plain = |part: &str| !matches!(part, "" | "." | "..");
        (!name.contains(['%', '\\']) && name.split('/').all(plain)).then_some(name)
    }
}

/// The nearest directory from here upwards that holds `.git`.
fn work_tree(start: &Path) -> Option<&Path> {
    start
        .ancestors()
        .find(|dir| dir.join(".git").symlink_metadata().is_ok())
}

/// A normalised path with `/` between its parts.
pub(super) fn named(path: &Path) -> String {
    let mut name = String::with_capacity(path.as_os_str().len());
    for component in path.components() {
        if component == Component::RootDir {
            name.push('/');
            continue;
        }
        if !name.is_empty() && !name.ends_with('/') {
            name.push('/');
        }
        push_encoded(&mut name, component.as_os_str().as_encoded_bytes());
    }
    name
}

/// A path of git's as reports name it.
pub(crate) fn encoded(path: &[u8]) -> String {
    let mut name = String::with_capacity(path.len());
    push_encoded(&mut name, path);
    name
}

/// The path below the root that reports name so.
pub(crate) fn decoded(name: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(name.len());
    let mut pieces = name.split('%');
    bytes.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
    for piece in pieces {
        let byte = piece.get(..2).map(|hex| u8::from_str_radix(hex, 16));
        match byte {
            Some(Ok(byte)) => {
                bytes.push(byte);
                bytes.extend_from_slice(&piece.as_bytes()[2..]);
            }
            // No path is named so.
            _ => bytes.extend_from_slice(format!("%{piece}").as_bytes()),
        }
    }
    path_of(bytes)
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// Appends a part of a path, so that it can be told which bytes it had.
fn push_encoded(name: &mut String, part: &[u8]) {
    for chunk in part.utf8_chunks() {
        for (at, piece) in chunk.valid().split('%').enumerate() {
            if at > 0 {
                name.push_str("%25");
            }
            name.push_str(piece);
        }
        for byte in chunk.invalid() {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn root(current: &Path, paths: &[&str]) -> Root {
        Root::find_from(
            current.into(),
            &paths.iter().map(PathBuf::from).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn the_work_tree_of_the_current_directory_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("repo/sub/.hidden")).unwrap();
        fs::create_dir_all(dir.path().join("repo/.git")).unwrap();
        let sub = dir.path().join("repo/sub");
        let root = root(&sub, &[".hidden"]);
        assert_eq!(root.dir(), dir.path().join("repo"));
        assert!(root.is_work_tree());
        assert_eq!(&*root.relative(Path::new("./.hidden/../x")), "sub/x");
        assert_eq!(&*root.relative(Path::new("../y")), "y");
        assert_eq!(&*root.relative(Path::new("..")), ".");
    }

    #[test]
    fn above_a_work_tree_its_files_have_the_same_names() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("one/.git")).unwrap();
        fs::create_dir_all(dir.path().join("two/.git")).unwrap();
        let one = root(dir.path(), &["one/a", "one"]);
        assert_eq!(one.dir(), dir.path().join("one"));
        assert_eq!(&*one.relative(Path::new("one/a")), "a");
        assert_eq!(root(dir.path(), &["one", "two"]).dir(), dir.path());
        assert_eq!(root(dir.path(), &["one", "three"]).dir(), dir.path());
    }

    #[test]
    fn else_that_of_the_first_path() {
        let dir = tempfile::tempdir().unwrap();
        let (here, there) = (dir.path().join("here"), dir.path().join("there/deep"));
        fs::create_dir_all(&here).unwrap();
        fs::create_dir_all(&there).unwrap();
        fs::write(there.join("file"), "").unwrap();
        assert_eq!(root(&here, &[]).dir(), here);
        assert_eq!(root(&here, &["../there"]).dir(), dir.path().join("there"));
        assert_eq!(root(&here, &["../there/deep/file"]).dir(), there);
        fs::write(dir.path().join("there/.git"), "gitdir: elsewhere").unwrap();
        assert_eq!(
            root(&here, &["../there/deep/file"]).dir(),
            dir.path().join("there")
        );
        assert_eq!(root(&here, &["../there/deep/file", "."]).dir(), here);
    }

    #[test]
    fn what_is_outside_stays_absolute() {
        let root = Root {
            dir: "/a/b".into(),
            current: "/a/b".into(),
        };
        assert_eq!(&*root.relative(Path::new("../c/d")), "/a/c/d");
        assert_eq!(&*root.relative(Path::new("100%/ü")), "100%25/ü");
        for (path, name) in [
            ("/a/b/c/d", "c/d"),
            ("/a/b/c/../d", "d"),
            ("/a/b//c/./d/", "c/d"),
            ("/a/b/100%", "100%25"),
            ("/a/bc/d", "/a/bc/d"),
            ("/a/b", "."),
            ("/a/b/", "."),
        ] {
            assert_eq!(&*root.relative(Path::new(path)), name, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_encoded() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let root = Root {
            dir: "/a".into(),
            current: "/a".into(),
        };
        assert_eq!(
            &*root.relative(Path::new(OsStr::from_bytes(b"x\xff\n/y"))),
            "x%FF\n/y"
        );
        for path in [&b"x\xff\n/y"[..], b"100%/%41", b"a"] {
            let name = encoded(path);
            assert_eq!(decoded(&name).as_os_str().as_bytes(), path, "{name}");
        }
    }
}
