//! Where the modules that a program imports stand: pure names, no file is looked at.
//!
//! A module has a *key*, its path without ending and without `index` or `__init__`. A path that is relative names a key;
//! any other only how a key ends, from a root that nobody names: a directory above the importer, or `src` in one.

use crate::syntax::imports::Family;

/// The key of a module, as far as an import names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// All of it.
    Whole(String),
    /// How it ends.
    End(String),
}

/// Endings of scripts, the likelier first.
const SCRIPTS: &[&str] = &["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts"];
/// Endings of programs in Python.
const PYTHON: &[&str] = &["py", "pyw"];
/// Directories that are roots of imports where they stand beside or above the importer.
const ROOTS: &[&str] = &["", "src", "lib", "app"];

/// The key of the file at a path.
pub(crate) fn key(path: &str, family: Family) -> &str {
    let stem = match path.rsplit_once('.') {
        Some((stem, ending)) if endings(family).contains(&ending) => stem,
        _ => path,
    };
    let all = match family {
        Family::Script => "index",
        Family::Python => "__init__",
    };
    match stem.strip_suffix(all) {
        Some("") => "",
        Some(dir) => dir.strip_suffix('/').unwrap_or(stem),
        None => stem,
    }
}

fn endings(family: Family) -> &'static [&'static str] {
    match family {
        Family::Script => SCRIPTS,
        Family::Python => PYTHON,
    }
}

/// The keys of the modules that an import may mean, the likelier first: what is taken of a package may be a module, too.
pub(crate) fn keys(importer: &str, family: Family, module: &str, name: &str) -> Vec<Key> {
    match family {
        Family::Script => script(importer, module).into_iter().collect(),
        Family::Python => python(importer, module, name),
    }
}

fn script(importer: &str, module: &str) -> Option<Key> {
    let family = Family::Script;
    if let Some(rest) = module.strip_prefix("@/") {
        return Some(Key::End(key(rest, family).to_owned()));
    }
    let path = match module {
        "." | ".." => format!("{module}/"),
        _ => module.to_owned(),
    };
    let path = super::joined(directory(importer), &path)?;
    Some(Key::Whole(key(&path, family).to_owned()))
}

fn python(importer: &str, module: &str, name: &str) -> Vec<Key> {
    let rest = module.trim_start_matches('.');
    let above = module.len() - rest.len();
    let mut path = rest.replace('.', "/");
    let relative = above > 0;
    if relative {
        let mut dir = Some(directory(importer));
        for _ in 1..above {
            dir = dir.filter(|dir| !dir.is_empty()).map(directory);
        }
        let Some(dir) = dir else {
            return Vec::new();
        };
        path = within(dir, &path);
    }
    let part = (!matches!(name, "" | "*")).then(|| within(&path, name));
    let whole = |path: String| match relative {
        true => Key::Whole(path),
        false => Key::End(path),
    };
    let module = Some(path).filter(|path| relative || !path.is_empty());
    part.into_iter().chain(module).map(whole).collect()
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

fn within(dir: &str, name: &str) -> String {
    match (dir, name) {
        ("", name) => name.to_owned(),
        (dir, "") => dir.to_owned(),
        (dir, name) => format!("{dir}/{name}"),
    }
}

/// The paths at which the module of a key may stand, the likelier first.
pub(crate) fn paths(importer: &str, family: Family, key: &Key) -> Vec<String> {
    let keys = match key {
        Key::Whole(key) => vec![key.clone()],
        Key::End(end) => above(directory(importer))
            .flat_map(|dir| ROOTS.iter().map(move |root| within(dir, root)))
            .map(|root| within(&root, end))
            .collect(),
    };
    let all = match family {
        Family::Script => "index",
        Family::Python => "__init__",
    };
    let of = |key: String| {
        let own = endings(family)
            .iter()
            .map(move |ending| (key.clone(), ending));
        let inner = own
            .clone()
            .map(move |(key, ending)| (within(&key, all), ending));
        let own = own.filter(|(key, _)| !key.is_empty());
        own.chain(inner)
            .map(|(stem, ending)| format!("{stem}.{ending}"))
    };
    keys.into_iter().flat_map(of).collect()
}

/// A directory and those above it.
fn above(dir: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(dir), |dir| (!dir.is_empty()).then(|| directory(dir)))
}

/// What starts the number of a key of which more is said than its end.
const WHOLE: u32 = 0x9e37_79b9;

/// Adds a byte to a number, from the end of a key to its start.
fn mixed(number: u32, byte: u8) -> u32 {
    (number ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// A key as a number, which few others have.
pub(crate) fn number(key: &Key) -> u32 {
    let (start, text) = match key {
        Key::Whole(text) => (WHOLE, text),
        Key::End(text) => (0, text),
    };
    text.bytes().rev().fold(start, mixed)
}

/// The numbers of the keys under which the module of a key may be imported: all of it, and each of its ends.
pub(crate) fn numbers(key: &str) -> Vec<u32> {
    let mut numbers = vec![key.bytes().rev().fold(WHOLE, mixed)];
    let mut end = 0;
    for byte in key.bytes().rev() {
        if byte == b'/' {
            numbers.push(end);
        }
        end = mixed(end, byte);
    }
    numbers.push(end);
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_key() {
        for (path, expected) in [
            ("src/db.ts", "src/db"),
            ("src/db/index.js", "src/db"),
            ("index.js", ""),
            ("src/foo.service.ts", "src/foo.service"),
            ("src/reindex.ts", "src/reindex"),
        ] {
            assert_eq!(key(path, Family::Script), expected);
        }
        assert_eq!(key("app/__init__.py", Family::Python), "app");
        assert_eq!(key("app/db.py", Family::Python), "app/db");
    }

    #[test]
    fn an_import_names_keys() {
        let whole = |key: &str| Key::Whole(key.to_owned());
        let end = |key: &str| Key::End(key.to_owned());
        for (module, expected) in [
            ("./db", vec![whole("src/a/db")]),
            ("../db.js", vec![whole("src/db")]),
            ("./db/index", vec![whole("src/a/db")]),
            ("..", vec![whole("src")]),
            (".", vec![whole("src/a")]),
            ("@/lib/db", vec![end("lib/db")]),
            ("../../../x", vec![]),
            ("db", vec![]),
        ] {
            assert_eq!(
                keys("src/a/b.ts", Family::Script, module, ""),
                expected,
                "{module}"
            );
        }
        for (module, name, expected) in [
            (".db", "a", vec![whole("app/x/db/a"), whole("app/x/db")]),
            (".", "db", vec![whole("app/x/db"), whole("app/x")]),
            ("..db", "*", vec![whole("app/db")]),
            ("app.db", "", vec![end("app/db")]),
            ("....db", "a", vec![]),
        ] {
            assert_eq!(
                keys("app/x/y.py", Family::Python, module, name),
                expected,
                "{module}"
            );
        }
    }

    #[test]
    fn a_key_has_the_number_of_each_of_its_names() {
        let names = [
            Key::Whole("src/app/db".to_owned()),
            Key::End("db".to_owned()),
            Key::End("app/db".to_owned()),
            Key::End("src/app/db".to_owned()),
        ];
        assert_eq!(numbers("src/app/db"), names.map(|name| number(&name)));
        assert!(!numbers("src/app/db").contains(&number(&Key::Whole("app/db".to_owned()))));
    }

    #[test]
    fn a_key_stands_at_paths() {
        let paths = |key| paths("a/b/c.py", Family::Python, &key);
        let whole = paths(Key::Whole("a/d".to_owned()));
        assert_eq!(
            whole,
            ["a/d.py", "a/d.pyw", "a/d/__init__.py", "a/d/__init__.pyw"]
        );
        let end = paths(Key::End("d".to_owned()));
        for path in ["a/b/d.py", "a/src/d.py", "d.py", "src/d/__init__.py"] {
            assert!(end.iter().any(|p| p == path), "{path}");
        }
    }
}
