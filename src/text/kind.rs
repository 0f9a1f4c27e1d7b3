//! What kind of file a text is, by its name and a look at its start.
//!
//! The name decides where it is known; the first lines decide where it is not.

use crate::facts::{Format, Kind};

mod sniff;
mod table;

/// Endings of files that stand in for another one: templates and examples.
const TEMPLATES: &[&str] = &[
    ".example",
    ".sample",
    ".dist",
    ".template",
    ".tmpl",
    ".tpl",
    ".j2",
    ".jinja",
    ".jinja2",
    ".erb",
    ".in",
    ".default",
];

/// Endings of copies.
const COPIES: &[&str] = &[
    ".bak",
    ".backup",
    ".old",
    ".orig",
    ".save",
    ".swp",
    ".tmp",
    ".copy",
    ".disabled",
    "~",
    ".rej",
];

/// Tells the kind of a file from its path and decoded start.
pub(crate) fn recognise(path: &str, head: &[u8]) -> Kind {
    let path = path.to_ascii_lowercase();
    let full = path.rsplit('/').next().unwrap_or(&path);
    let original = stripped(full, &[COPIES]);
    let name = stripped(original, &[TEMPLATES, COPIES]);
    let format = refined(table::format_of(&path, name), head);
    Kind {
        format,
        credential_file: table::is_credential_file(&path, original),
        generated: is_generated(&path, name, format, head),
    }
}

/// Tells the format of a text that has no name of its own.
pub(crate) fn format_of(head: &[u8]) -> Format {
    sniff::format(head)
}

/// The name without endings of these lists, as long as something is left.
fn stripped<'n>(mut name: &'n str, endings: &[&[&str]]) -> &'n str {
    let ending = |name: &'n str| {
        endings
            .iter()
            .copied()
            .flatten()
            .find_map(|ending| name.strip_suffix(ending))
    };
    while let Some(rest) = ending(name).filter(|rest| !rest.is_empty()) {
        name = rest;
    }
    name
}

/// The format by name, unless the first bytes show that the name says little (`.config` may be XML or JSON).
fn refined(format: Option<Format>, head: &[u8]) -> Format {
    match format {
        None => sniff::format(head),
        // No more than this: a section of Apache's starts with `<`, too, and one of an ini file with `[`.
        Some(Format::Config) => match head.trim_ascii_start() {
            [b'<', b'?' | b'!', ..] => Format::Markup,
            start if start.starts_with(b"<configuration") => Format::Markup,
            [b'{', ..] if sniff::opening(head) == Some(Format::Json) => Format::Json,
            _ => Format::Config,
        },
        Some(Format::Yaml) if sniff::opening(head) == Some(Format::Json) => Format::Json,
        Some(format) => format,
    }
}

/// Whether a machine wrote it: locks, maps, minified code, translations.
fn is_generated(path: &str, name: &str, format: Format, head: &[u8]) -> bool {
    table::is_lock_file(name)
        || [
            ".map",
            ".min.js",
            ".min.css",
            ".min.mjs",
            "-min.js",
            ".bundle.js",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
        || (format == Format::CLike && is_dense(head))
        || is_translation(path, name, format)
}

/// Whether the lines are longer than people write them.
fn is_dense(head: &[u8]) -> bool {
    head.len() >= 2000 && head.len() / (memchr::memchr_iter(b'\n', head).count() + 1) > 400
}

/// Whether a file holds translations, by its name and the names of its directories.
fn is_translation(path: &str, name: &str, format: Format) -> bool {
    if [
        ".po",
        ".pot",
        ".resx",
        ".strings",
        ".stringsdict",
        ".xlf",
        ".xliff",
        ".arb",
    ]
    .iter()
    .any(|ending| name.ends_with(ending))
    {
        return true;
    }
    let stem = name.split('.').next().unwrap_or(name);
    let catalogue = [
        "messages_",
        "strings_",
        "labels_",
        "translations_",
        "translation_",
        "i18n_",
        "locale_",
        "texts_",
    ];
    if name.ends_with(".properties")
        && catalogue
            .iter()
            .any(|start| stem.strip_prefix(start).is_some_and(is_language))
    {
        return true;
    }
    let mut dirs: Vec<&str> = path.split('/').collect();
    dirs.pop();
    let within = dirs.iter().any(|dir| {
        matches!(
            *dir,
            "locale" | "locales" | "i18n" | "l10n" | "translations" | "_locales"
        )
    });
    let data = matches!(
        format,
        Format::Json | Format::Yaml | Format::Config | Format::Markup | Format::Prose
    );
    within && (data || is_language(stem))
}

/// Whether a word reads like `en`, `pt_br` or `zh-hans`.
fn is_language(word: &str) -> bool {
    let mut parts = word.split(['_', '-']);
    let letters = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(|part| letters(part, 2..=2)) && parts.all(|part| letters(part, 2..=4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(path: &str, head: &str) -> Format {
        recognise(path, head.as_bytes()).format
    }

    #[test]
    fn names_decide() {
        for (path, expected) in [
            ("src/a.rs", Format::CLike),
            ("A.PY", Format::Python),
            ("x/Dockerfile", Format::Shell),
            ("Dockerfile.dev", Format::Shell),
            ("prod.dockerfile", Format::Shell),
            ("Makefile", Format::Shell),
            ("Jenkinsfile", Format::CLike),
            ("Procfile", Format::Yaml),
            ("overlays/prod/Kustomization", Format::Yaml),
            (".env", Format::Config),
            (".env.local", Format::Config),
            ("prod.env", Format::Config),
            (".npmrc", Format::Config),
            ("_netrc", Format::Config),
            ("main.tf", Format::Hcl),
            ("a.tfvars", Format::Hcl),
            ("a.tfvars.json", Format::Json),
            ("terraform.tfstate", Format::Json),
            ("settings.xml", Format::Markup),
            ("NuGet.Config", Format::Markup),
            (".aws/credentials", Format::Config),
            (".kube/config", Format::Yaml),
            (".docker/config.json", Format::Json),
            ("a.sql", Format::Dash),
            ("config.yml.j2", Format::Yaml),
            ("config.php.bak", Format::CLike),
            ("app.properties.example", Format::Config),
            ("id_rsa", Format::Prose),
            ("README", Format::Prose),
            ("x-1.0.dist-info/METADATA", Format::Prose),
            ("README.md", Format::Prose),
            ("Gemfile", Format::Hash),
            ("a.clj", Format::Lisp),
            ("x.ipynb", Format::Json),
            (".bashrc", Format::Shell),
        ] {
            assert_eq!(format(path, ""), expected, "{path}");
        }
        assert_eq!(
            format("site.conf", "<VirtualHost *:80>\nKey value\n"),
            Format::Config
        );
        assert_eq!(
            format("x.config", "\n<?xml version='1.0'?>"),
            Format::Markup
        );
    }

    #[test]
    fn else_the_first_lines_do() {
        for (head, expected) in [
            ("{\"a\": 1}", Format::Json),
            ("[1, 2]", Format::Json),
            ("[section]\nkey = 1\n", Format::Config),
            ("[[bin]]\nname = 'x'\n", Format::Config),
            ("---\na: 1\n", Format::Yaml),
            ("# c\na: 1\nb:\n  - c\n", Format::Yaml),
            ("<?xml?>", Format::Markup),
            ("<!DOCTYPE html>", Format::Markup),
            ("#!/usr/bin/env python3\n", Format::Python),
            ("#!/bin/sh -e\n", Format::Shell),
            ("#!/usr/bin/env -S node --x\n", Format::CLike),
            ("A=1\nB_C=2\n", Format::Config),
            ("export A=1\n", Format::Config),
            ("#include <x.h>\nint a;\n", Format::CLike),
            ("package a;\nimport b;\n", Format::CLike),
            ("Some words, and more.\nNothing else.\n", Format::Prose),
            ("", Format::Prose),
        ] {
            assert_eq!(format("file.unknown", head), expected, "{head}");
        }
    }

    #[test]
    fn credential_files() {
        for path in [
            ".env",
            ".env.production",
            "x/.npmrc",
            ".netrc",
            ".pgpass",
            ".htpasswd",
            ".git-credentials",
            ".pypirc",
            ".aws/credentials",
            ".docker/config.json",
            "server.key",
            "a.pem",
            "a.ppk",
            "id_rsa",
            "id_ed25519.bak",
            "prod.tfvars",
            ".kube/config",
        ] {
            assert!(recognise(path, b"").credential_file, "{path}");
        }
        for path in [
            ".env.example",
            "config.json",
            "src/credentials.rs",
            "id_rsa.pub",
            "environment.ts",
            "a.tf",
        ] {
            assert!(!recognise(path, b"").credential_file, "{path}");
        }
    }

    #[test]
    fn generated_files() {
        let dense = "a=b;".repeat(2000);
        for (path, head) in [
            ("package-lock.json", ""),
            ("x/Cargo.lock", ""),
            (".terraform.lock.hcl", ""),
            ("a.js.map", ""),
            ("a.min.js", ""),
            ("a.js", dense.as_str()),
            ("locales/en.json", ""),
            ("src/i18n/de.ts", ""),
            ("po/fr.po", ""),
            ("messages_pt_BR.properties", ""),
        ] {
            assert!(recognise(path, head.as_bytes()).generated, "{path}");
        }
        for (path, head) in [
            ("a.json", dense.as_str()),
            ("src/i18n/index.ts", ""),
            ("application_qa.properties", ""),
            ("a.js", ""),
        ] {
            assert!(!recognise(path, head.as_bytes()).generated, "{path}");
        }
    }
}
