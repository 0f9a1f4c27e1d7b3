//! The languages that a grammar reads: one file and one row each.

use super::language::Language;

mod go;
mod java;
mod javascript;
mod markup;
mod notebook;
mod php;
mod python;
mod ruby;
mod rust;
mod typescript;

/// Every language.
pub(crate) static LANGUAGES: &[&Language] = &[
    &go::LANGUAGE,
    &java::LANGUAGE,
    &javascript::LANGUAGE,
    &markup::HTML,
    &markup::SVELTE,
    &markup::VUE,
    &notebook::LANGUAGE,
    &php::LANGUAGE,
    &python::LANGUAGE,
    &ruby::LANGUAGE,
    &rust::LANGUAGE,
    &typescript::LANGUAGE,
    &typescript::TSX,
];

/// The language of a file, by the ending of its name.
pub(crate) fn of(path: &str) -> Option<&'static Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.')?.1;
    let is = |known: &&str| known.eq_ignore_ascii_case(ending);
    let mut languages = LANGUAGES.iter().copied();
    languages.find(|language| language.endings.iter().any(is))
}

/// The language that people call so, with or without the number of a version: `python3`.
fn named(name: &str) -> Option<&'static Language> {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let mut languages = LANGUAGES.iter().copied();
    languages.find(|language| language.name.eq_ignore_ascii_case(name))
}

/// Whether a file of this name declares what others hold: nothing runs in it.
pub(crate) fn declares_only(path: &str) -> bool {
    [".d.ts", ".d.mts", ".d.cts", ".pyi"]
        .iter()
        .any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name that the grammar does not know would do nothing, and nobody would see it.
    #[test]
    fn every_name_in_a_table_is_the_grammars() {
        for language in LANGUAGES {
            let grammar = (language.grammar)();
            for kind in language.kinds.iter().copied().flatten() {
                let name = kind.name;
                assert_ne!(
                    grammar.id_for_node_kind(name, true),
                    0,
                    "{}: {name}",
                    language.name
                );
                for (field, _) in kind.fields {
                    let id = grammar.field_id_for_name(field);
                    assert!(id.is_some(), "{}: {name}.{field}", language.name);
                }
            }
            for (sign, _) in language.operators {
                assert_ne!(
                    grammar.id_for_node_kind(sign, false),
                    0,
                    "{}: {sign}",
                    language.name
                );
            }
        }
    }

    #[test]
    fn an_ending_names_a_language() {
        for (path, name) in [
            ("src/a.js", Some("JavaScript")),
            ("a.JSX", Some("JavaScript")),
            ("a.d.ts", Some("TypeScript")),
            ("a/b.tsx", Some("TSX")),
            ("a.py", Some("Python")),
            ("index.html", Some("HTML")),
            ("Login.vue", Some("Vue")),
            ("a.svelte", Some("Svelte")),
            ("train.ipynb", Some("Jupyter")),
            ("py", None),
            ("a.py/b", None),
        ] {
            assert_eq!(of(path).map(|l| l.name), name, "{path}");
        }
    }
}
