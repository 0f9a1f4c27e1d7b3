//! Which modules a text says it imports: read without a grammar, since every program is asked.
//!
//! What stands in strings and comments may be taken for an import; whoever follows one looks again.

use memchr::{memchr, memmem, memrchr};

/// How programs name each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// JavaScript and TypeScript: paths.
    Script,
    /// Python: names with points between.
    Python,
}

impl Family {
    /// By the ending of a file's name.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let ending = path.rsplit('/').next()?.rsplit_once('.')?.1;
        match ending {
            "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" => Some(Self::Script),
            "py" | "pyw" => Some(Self::Python),
            _ => None,
        }
    }
}

/// A module that is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Imported<'t> {
    /// As it is written: `./db`, `..settings`, `app.db`.
    pub(crate) module: &'t str,
    /// What is taken of it, which may be a module, too; empty for all of it, or where nobody needs to know.
    pub(crate) name: &'t str,
    /// Where this begins.
    pub(crate) at: usize,
}

/// Longest path, in bytes.
const LONGEST: usize = 256;
/// Bytes of the names of one import that are read.
const NAMES: usize = 2048;

/// Calls `each` for the modules of the same project that a text may import.
pub(crate) fn imported<'t>(text: &'t str, family: Family, mut each: impl FnMut(Imported<'t>)) {
    match family {
        Family::Script => {
            for start in [&b"./"[..], b"@/"] {
                for at in memmem::find_iter(text.as_bytes(), start) {
                    script(text, at).into_iter().for_each(&mut each);
                }
            }
        }
        Family::Python => {
            for at in memmem::find_iter(text.as_bytes(), b"import ") {
                python(text, at, &mut each);
            }
        }
    }
}

/// The path in quotes in which there is a `./` or `@/` at `at`, if an import stands before it.
fn script(text: &str, at: usize) -> Option<Imported<'_>> {
    let bytes = text.as_bytes();
    let start = match at.checked_sub(1).map(|i| bytes[i]) {
        Some(b'.') if bytes[at] == b'.' => at - 1,
        _ => at,
    };
    let quote = *bytes.get(start.checked_sub(1)?)?;
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let before = bytes[..start - 1].trim_ascii_end();
    let before = before.strip_suffix(b"(").unwrap_or(before).trim_ascii_end();
    let imports = [&b"from"[..], b"require", b"import"];
    if !imports.iter().any(|word| before.ends_with(word)) {
        return None;
    }
    let window = &bytes[start..bytes.len().min(start + LONGEST)];
    let module = text.get(start..start + memchr(quote, window)?)?;
    Some(Imported {
        module,
        name: "",
        at: start,
    })
}

/// `from a.b import c, d as e` and `import a.b as c, d`, with the word at `at`.
fn python<'t>(text: &'t str, at: usize, each: &mut impl FnMut(Imported<'t>)) {
    let line = memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |end| end + 1);
    let before = text[line..at].trim();
    let after = &text[at + "import ".len()..];
    let end = match after.trim_start().starts_with('(') {
        true => memchr(b')', after.as_bytes()),
        false => memchr(b'\n', after.as_bytes()),
    };
    let end = end.unwrap_or(after.len());
    let Some(names) = after.get(..end).filter(|_| end <= NAMES) else {
        return;
    };
    let names = names.split('\n').flat_map(|line| {
        let code = line.split(['#', ';']).next().unwrap_or_default();
        code.split(['(', ','])
    });
    let names = names.map(|name| {
        let mut words = name.split([' ', '\t', '\r', ';']);
        words.find(|word| !word.is_empty()).unwrap_or_default()
    });
    let names = names.filter(|name| !name.is_empty() && name.len() <= LONGEST);
    match before.strip_prefix("from ").map(str::trim) {
        Some(module) if !module.is_empty() && module.len() <= LONGEST => {
            names.for_each(|name| {
                each(Imported {
                    module,
                    name,
                    at: line,
                })
            });
        }
        None if before.is_empty() => names.for_each(|module| {
            let name = "";
            each(Imported {
                module,
                name,
                at: line,
            });
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, family: Family) -> Vec<String> {
        let mut all = Vec::new();
        imported(text, family, |one| {
            all.push(format!("{} {}", one.module, one.name))
        });
        all
    }

    #[test]
    fn paths_of_scripts() {
        for (text, expected) in [
            ("import { a } from './db';", &["./db "][..]),
            ("import './db'", &["./db "]),
            (
                "const { a } = require(\"../lib/db.js\")",
                &["../lib/db.js "],
            ),
            ("export * from `./db`", &["./db "]),
            ("const a = await import( './db' )", &["./db "]),
            ("import a from '../../db'", &["../../db "]),
            ("import a from '@/lib/db'", &["@/lib/db "]),
            ("import a from 'db'", &[]),
            ("open('./db')", &[]),
            ("import a from './db", &[]),
            ("./", &[]),
            ("'./", &[]),
        ] {
            assert_eq!(all(text, Family::Script), expected, "{text}");
        }
    }

    #[test]
    fn names_of_python() {
        for (text, expected) in [
            ("from .db import a", &[".db a"][..]),
            ("from . import a, b as c", &[". a", ". b"]),
            (
                "from app.db import (\n    a,  # x\n    b as c,\n)\n",
                &["app.db a", "app.db b"],
            ),
            ("import app.db as d, os", &["app.db ", "os "]),
            ("    from ..x import y; z()", &["..x y"]),
            ("from .x import *", &[".x *"]),
            ("# we import a", &[]),
            ("from  import a", &[]),
            ("import ", &[]),
        ] {
            assert_eq!(all(text, Family::Python), expected, "{text}");
        }
    }
}
