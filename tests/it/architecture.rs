//! The order of the house: a module uses only what stands to its left in the map, files and functions stay small, and clap
//! is known to the command line only.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::support;

/// From left to right; modules of one row do not know each other.
const ORDER: [&[&str]; 15] = [
    WORDS,
    &["config"],
    &["judge"],
    &["source"],
    &["text"],
    &["pattern", "syntax", "iac"],
    &["link"],
    &["audit"],
    &["catalogue"],
    &["resolve"],
    &["suppress"],
    &["report", "fix"],
    &["scan"],
    &["cli"],
    &["main"],
];

/// They know only each other.
const WORDS: &[&str] = &[
    "span",
    "practice",
    "rule",
    "schema",
    "facts",
    "reference",
    "finding",
];

/// Longest file and function, in lines; tables of data and tests excepted.
const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 60;

/// Files that are tables of words.
const TABLES: [&str; 4] = [
    "audit/property.rs",
    "judge/names.rs",
    "judge/placeholders.rs",
    "text/kind/table.rs",
];

/// A source file, parsed.
struct Source {
    /// Below `src`, with `/`.
    name: String,
    text: String,
    syntax: syn::File,
}

impl Source {
    fn all() -> Vec<Self> {
        let dir = support::package().join("src");
        let rust = |path: &PathBuf| path.extension().is_some_and(|e| e == "rs");
        let files = support::files(&dir).into_iter().filter(rust);
        files.map(|path| Self::read(&dir, &path)).collect()
    }

    fn read(dir: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        Self {
            name: path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned(),
            syntax: syn::parse_file(&text).unwrap(),
            text,
        }
    }

    /// The module path of the file.
    fn path(&self) -> Vec<String> {
        let stem = self.name.strip_suffix(".rs").unwrap();
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        stem.split('/').map(str::to_owned).collect()
    }

    /// The module at the top of the crate that it belongs to.
    fn top(&self) -> String {
        self.path()[0].clone()
    }

    fn is_test(&self) -> bool {
        let of_tests = |part: &String| part == "tests" || part == "sample";
        self.path().iter().any(of_tests)
    }
}

/// Where a module stands in the order.
fn place(module: &str) -> Option<usize> {
    ORDER.iter().position(|row| row.contains(&module))
}

/// Collects the modules at the top of the crate that a file names, outside of its tests.
struct Uses {
    /// The path of the module that is read.
    here: Vec<String>,
    tops: BTreeSet<String>,
    found: BTreeSet<(String, usize)>,
}

impl Uses {
    fn of(source: &Source, tops: &BTreeSet<String>) -> BTreeSet<(String, usize)> {
        let mut uses = Self {
            here: source.path(),
            tops: tops.clone(),
            found: BTreeSet::new(),
        };
        uses.visit_file(&source.syntax);
        uses.found
    }

    /// Takes a path: `crate::x`, `super::super::x`, `barekey::x`.
    fn take(&mut self, path: &[String], line: usize) {
        let Some(first) = path.first() else {
            return;
        };
        let absolute: Vec<String> = match first.as_str() {
            "crate" | "barekey" => path[1..].to_vec(),
            "super" | "self" => {
                let ups = path.iter().take_while(|p| *p == "super").count();
                let Some(left) = self.here.len().checked_sub(ups) else {
                    return;
                };
                let rest = path.iter().filter(|p| *p != "super" && *p != "self");
                self.here[..left].iter().chain(rest).cloned().collect()
            }
            _ => return,
        };
        let top = absolute.first().map(|top| owner(top));
        if let Some(top) = top.filter(|top| self.tops.contains(*top)) {
            self.found.insert((top.to_owned(), line));
        }
    }

    fn take_tree(&mut self, tree: &syn::UseTree, mut path: Vec<String>) {
        match tree {
            syn::UseTree::Path(next) => {
                path.push(next.ident.to_string());
                self.take_tree(&next.tree, path);
            }
            syn::UseTree::Group(group) => {
                for item in &group.items {
                    self.take_tree(item, path.clone());
                }
            }
            syn::UseTree::Name(name) => {
                path.push(name.ident.to_string());
                self.take(&path, name.ident.span().start().line);
            }
            syn::UseTree::Rename(name) => {
                path.push(name.ident.to_string());
                self.take(&path, name.ident.span().start().line);
            }
            syn::UseTree::Glob(glob) => self.take(&path, glob.star_token.spans[0].start().line),
        }
    }

    /// Paths within macros are not parsed: reads `crate :: x` off their tokens.
    fn take_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    path.push(ident.to_string());
                    self.take(&path, ident.span().start().line);
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => {}
                TokenTree::Group(group) => {
                    path.clear();
                    self.take_tokens(group.stream());
                }
                _ => path.clear(),
            }
        }
    }
}

/// What the crate exports at its top belongs to a module.
fn owner(name: &str) -> &str {
    match name {
        "Finding" | "Report" => "finding",
        "Rule" => "rule",
        "Plan" | "Scanner" => "scan",
        other => other,
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.take_tree(&item.tree, Vec::new());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if let Some(first) = path.segments.first() {
            self.take(&names, first.ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.take_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            self.here.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.here.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }
}

/// `#[cfg(test)]`, `#[test]`
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && list.is_ok_and(|l| l.tokens.to_string() == "test")
    })
}

#[test]
fn a_module_uses_only_what_stands_to_its_left() {
    let sources = Source::all();
    let tops: BTreeSet<String> = sources
        .iter()
        .map(Source::top)
        .filter(|t| t != "lib")
        .collect();
    let mut wrong = Vec::new();
    for top in &tops {
        if place(top).is_none() {
            wrong.push(format!("src/{top}: has no place in the order"));
        }
    }
    for source in sources
        .iter()
        .filter(|s| s.name != "lib.rs" && !s.is_test())
    {
        let here = source.top();
        for (other, line) in Uses::of(source, &tops) {
            let words = WORDS.contains(&&*here) && WORDS.contains(&&*other);
            if other == here || words || place(&other) < place(&here) {
                continue;
            }
            wrong.push(format!("src/{}:{line}: {here} uses {other}", source.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_map_tells_the_same_order() {
    let doc = fs::read_to_string(support::package().join("src/lib.rs")).unwrap();
    let map = doc.split("```").nth(1).expect("lib.rs has a map");
    let map = map.strip_prefix("text").unwrap_or(map);
    let words = map.split(|c: char| !c.is_ascii_alphanumeric());
    let modules: Vec<&str> = words
        .filter(|w| *w == "words" || place(w).is_some())
        .collect();
    let places: Vec<usize> = modules.iter().map(|m| place(m).unwrap_or(0)).collect();
    assert!(places.is_sorted(), "{modules:?}");
    for source in Source::all() {
        let top = source.top();
        let named = WORDS.contains(&&*top) || modules.contains(&&*top);
        assert!(
            named || ["lib", "main"].contains(&&*top),
            "{top} is not on the map"
        );
    }
}

#[test]
fn clap_is_known_to_the_command_line_only() {
    for source in Source::all() {
        let uses = source.text.lines().any(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.contains("clap::") || code.contains("use clap")
        });
        assert!(!uses || source.top() == "cli", "{} knows clap", source.name);
    }
}

#[test]
fn files_and_functions_stay_small() {
    let mut wrong = Vec::new();
    for source in Source::all().iter().filter(|s| !s.is_test()) {
        if TABLES.contains(&&*source.name) {
            continue;
        }
        let tests = source
            .text
            .find("\n#[cfg(test)]\nmod ")
            .unwrap_or(source.text.len());
        let lines = source.text[..tests].lines().count();
        if lines > LONGEST_FILE {
            wrong.push(format!("src/{}: {lines} lines", source.name));
        }
        let mut functions = Functions(Vec::new());
        functions.visit_file(&source.syntax);
        for (name, lines) in functions.0 {
            if lines > LONGEST_FUNCTION {
                wrong.push(format!("src/{}: fn {name} has {lines} lines", source.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Functions outside of tests and their length.
struct Functions(Vec<(String, usize)>);

impl Functions {
    fn take(&mut self, name: &syn::Ident, block: &syn::Block) {
        let braces = block.brace_token.span;
        let (start, end) = (braces.open().start().line, braces.close().end().line);
        self.0.push((name.to_string(), end - start + 1));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.take(&item.sig.ident, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.take(&item.sig.ident, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}
