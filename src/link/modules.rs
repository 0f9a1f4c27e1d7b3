//! Where the modules that a program imports stand: pure names, no file is looked at.
//!
//! A module has a *key*, its path without ending and without `index` or `__init__`. A path that is relative names a key;
//! any other only how a key ends, from a root that nobody names: a directory above the importer, or `src` in one.

use std::borrow::Cow;

use crate::syntax::imports::Family;

/// The key of a module, as far as an import names it; in the parts in which it is found, since most are only asked for
/// their number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'p> {
    /// Whether this is all of it, and not only how it ends.
    whole: bool,
    /// How it begins.
    path: Cow<'p, str>,
    /// What follows, with points for slashes.
    dotted: &'p str,
    /// And then.
    name: &'p str,
}

impl Key<'_> {
    fn text(&self) -> String {
        within(
            &within(&self.path, &self.dotted.replace('.', "/")),
            self.name,
        )
    }

    /// The key as a number, which few others have.
    pub(crate) fn number(&self) -> u32 {
        let slashed = |byte| if byte == b'.' { b'/' } else { byte };
        let (mut number, mut any) = (if self.whole { WHOLE } else { 0 }, false);
        let mut add = |part: &str, dotted: bool| {
            if any && !part.is_empty() {
                number = mixed(number, b'/');
            }
            any |= !part.is_empty();
            let bytes = part.bytes().rev();
            number = match dotted {
                true => bytes.map(slashed).fold(number, mixed),
                false => bytes.fold(number, mixed),
            };
        };
        add(self.name, false);
        add(self.dotted, true);
        add(&self.path, false);
        number
    }
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
pub(crate) fn keys<'p>(
    importer: &'p str,
    family: Family,
    module: &'p str,
    name: &'p str,
) -> impl Iterator<Item = Key<'p>> {
    let (script, python) = match family {
        Family::Script => (script(importer, module), [None, None]),
        Family::Python => (None, python(importer, module, name)),
    };
    script.into_iter().chain(python.into_iter().flatten())
}

fn script<'p>(importer: &str, module: &'p str) -> Option<Key<'p>> {
    let family = Family::Script;
    let path = match module {
        "." | ".." => Cow::Owned(format!("{module}/")),
        _ => Cow::Borrowed(module),
    };
    let (whole, path) = match module.strip_prefix("@/") {
        Some(rest) => (false, Cow::Borrowed(key(rest, family))),
        None => {
            let path = super::joined(directory(importer), &path)?;
            (true, Cow::Owned(key(&path, family).to_owned()))
        }
    };
    let (dotted, name) = ("", "");
    Some(Key {
        whole,
        path,
        dotted,
        name,
    })
}

/// What is taken, as a module, and the module that it is taken of.
fn python<'p>(importer: &'p str, module: &'p str, name: &'p str) -> [Option<Key<'p>>; 2] {
    let dotted = module.trim_start_matches('.');
    let above = module.len() - dotted.len();
    let mut dir = (above > 0).then(|| directory(importer));
    for _ in 1..above {
        dir = dir.filter(|dir| !dir.is_empty()).map(directory);
    }
    if above > 0 && dir.is_none() {
        return [None, None];
    }
    let package = Key {
        whole: above > 0,
        path: Cow::Borrowed(dir.unwrap_or_default()),
        dotted,
        name: "",
    };
    let part = (!matches!(name, "" | "*")).then(|| Key {
        name,
        ..package.clone()
    });
    [
        part,
        Some(package).filter(|_| above > 0 || !dotted.is_empty()),
    ]
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
pub(crate) fn paths(importer: &str, family: Family, key: &Key<'_>) -> Vec<String> {
    let text = key.text();
    let keys = match key.whole {
        true => vec![text],
        false => above(directory(importer))
            .flat_map(|dir| ROOTS.iter().map(move |root| within(dir, root)))
            .map(|root| within(&root, &text))
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

/// The numbers of the keys under which the module of a key may be imported: all of it, and each of its ends.
pub(crate) fn numbers(key: &str) -> Vec<u32> {
    let (mut whole, mut end, mut numbers) = (WHOLE, 0, Vec::new());
    for byte in key.bytes().rev() {
        if byte == b'/' {
            numbers.push(end);
        }
        (whole, end) = (mixed(whole, byte), mixed(end, byte));
    }
    numbers.extend([end, whole]);
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

    /// The keys of an import; three points stand for a root that nobody names.
    fn named(importer: &str, family: Family, module: &str, name: &str) -> Vec<String> {
        let start = |key: &Key<'_>| if key.whole { "" } else { ".../" };
        keys(importer, family, module, name)
            .map(|key| format!("{}{}", start(&key), key.text()))
            .collect()
    }

    #[test]
    fn an_import_names_keys() {
        for (module, expected) in [
            ("./db", &["src/a/db"][..]),
            ("../db.js", &["src/db"]),
            ("./db/index", &["src/a/db"]),
            ("..", &["src"]),
            (".", &["src/a"]),
            ("@/lib/db", &[".../lib/db"]),
            ("../../../x", &[]),
            ("db", &[]),
        ] {
            let found = named("src/a/b.ts", Family::Script, module, "");
            assert_eq!(found, expected, "{module}");
        }
        for (module, name, expected) in [
            (".db", "a", &["app/x/db/a", "app/x/db"][..]),
            (".", "db", &["app/x/db", "app/x"]),
            ("..db.y", "*", &["app/db/y"]),
            ("app.db", "", &[".../app/db"]),
            ("app.db", "a", &[".../app/db/a", ".../app/db"]),
            ("....db", "a", &[]),
            ("...db", "a", &["db/a", "db"]),
        ] {
            let found = named("app/x/y.py", Family::Python, module, name);
            assert_eq!(found, expected, "{module}");
        }
    }

    #[test]
    fn a_file_has_the_numbers_of_the_keys_that_import_it() {
        let file = numbers(key("src/app.d/db.py", Family::Python));
        let import = |module, name| {
            let keys = keys("src/app.d/x.py", Family::Python, module, name);
            keys.map(|key| key.number()).collect::<Vec<_>>()
        };
        for (module, name) in [(".db", ""), (".", "db"), ("db", "*")] {
            assert!(
                import(module, name).iter().any(|key| file.contains(key)),
                "{module}"
            );
        }
        for (module, name) in [("..db", ""), ("a.db", ""), (".", "d"), ("..", "db")] {
            assert!(
                !import(module, name).iter().any(|key| file.contains(key)),
                "{module}"
            );
        }
        let script = keys("src/x.ts", Family::Script, "./app/index.js", "");
        let file = numbers(key("src/app/index.ts", Family::Script));
        assert!(
            script
                .map(|key| key.number())
                .all(|key| file.contains(&key))
        );
    }

    #[test]
    fn a_key_stands_at_paths() {
        let paths = |module| {
            let key = keys("a/b/c.py", Family::Python, module, "").next();
            key.map(|key| paths("a/b/c.py", Family::Python, &key))
        };
        let whole = paths("..d").unwrap();
        assert_eq!(
            whole,
            ["a/d.py", "a/d.pyw", "a/d/__init__.py", "a/d/__init__.pyw"]
        );
        let end = paths("d").unwrap();
        for path in ["a/b/d.py", "a/src/d.py", "d.py", "src/d/__init__.py"] {
            assert!(end.iter().any(|p| p == path), "{path}");
        }
    }
}
