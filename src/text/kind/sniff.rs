//! The format of a file whose name says nothing.

use crate::facts::Format;

/// How many lines have a say.
const LINES: usize = 50;

/// Guesses by the start of a file.
pub(super) fn format(head: &[u8]) -> Format {
    opening(head).unwrap_or_else(|| by_lines(head))
}

/// What the very first bytes tell, if anything.
pub(super) fn opening(head: &[u8]) -> Option<Format> {
    let start = head.trim_ascii_start();
    let first = start
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default()
        .trim_ascii_end();
    match start {
        [b'#', b'!', ..] => Some(by_interpreter(&String::from_utf8_lossy(&first[2..]))),
        [b'{', next, ..] if *next != b'{' && *next != b'%' => Some(Format::Json),
        [b'[', ..] if !is_section(first) => Some(Format::Json),
        [b'[', ..] => Some(Format::Config),
        [b'<', next, ..] if next.is_ascii_alphabetic() || b"?!".contains(next) => {
            Some(Format::Markup)
        }
        [b'-', b'-', b'-', ..] if first == b"---" => Some(Format::Yaml),
        _ if start.starts_with(b"%YAML") => Some(Format::Yaml),
        _ => None,
    }
}

/// Whether a line is `[section]`, `[[table]]` or `[remote "origin"]`, and no JSON.
fn is_section(line: &[u8]) -> bool {
    let inner = line.strip_prefix(b"[").unwrap_or(line);
    let inner = inner.strip_prefix(b"[").unwrap_or(inner);
    inner
        .first()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || b"_.*".contains(byte))
        && line.ends_with(b"]")
        && !inner.contains(&b',')
}

/// The language of an interpreter: `/usr/bin/env -S node --flag`.
fn by_interpreter(line: &str) -> Format {
    let mut words = line
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word));
    let name = words
        .find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='))
        .unwrap_or_default();
    let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    match name {
        "python" | "pypy" | "ipython" | "micropython" => Format::Python,
        "node" | "nodejs" | "deno" | "bun" | "ts-node" | "tsx" | "php" | "groovy" | "scala"
        | "swift" | "go" | "rust-script" | "kotlin" | "java" | "dotnet-script" | "zx" | "dart"
        | "osascript" => Format::CLike,
        "ruby" | "jruby" | "perl" | "rscript" | "elixir" | "tclsh" | "wish" | "awk" | "gawk"
        | "julia" | "crystal" | "raku" | "nim" | "expect" => Format::Hash,
        "lua" | "luajit" | "runghc" | "runhaskell" | "stack" | "psql" => Format::Dash,
        "guile" | "racket" | "clojure" | "clj" | "bb" | "emacs" | "sbcl" | "scheme" => Format::Lisp,
        _ => Format::Shell,
    }
}

/// Lets the lines vote.
fn by_lines(head: &[u8]) -> Format {
    let (mut total, mut config, mut yaml, mut code) = (0, 0, 0, 0);
    for line in head
        .split(|&byte| byte == b'\n')
        .take(LINES)
        .map(<[u8]>::trim_ascii)
    {
        let includes = line.starts_with(b"#include");
        if line.is_empty() || (line[0] == b'#' && !includes) {
            continue;
        }
        total += 1;
        let ends = line.ends_with(b";") || line.ends_with(b"{") || line.ends_with(b"}");
        code += usize::from(includes || ends || line.starts_with(b"//") || line.starts_with(b"/*"));
        match separator(line) {
            Some(b'=') => config += 1,
            Some(_) => yaml += 1,
            None => yaml += usize::from(line.starts_with(b"- ")),
        }
    }
    match total {
        0 => Format::Prose,
        _ if code * 2 > total => Format::CLike,
        _ if config * 2 > total => Format::Config,
        _ if yaml * 2 > total => Format::Yaml,
        _ => Format::Prose,
    }
}

/// What follows the one word that a line starts with: `=`, or `:` and a space.
fn separator(line: &[u8]) -> Option<u8> {
    let line = line
        .strip_prefix(b"export ")
        .or_else(|| line.strip_prefix(b"- "))
        .unwrap_or(line);
    let word = line
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte))
        .count();
    let rest = line[word..].trim_ascii_start();
    match rest {
        [b'=', ..] if word > 0 => Some(b'='),
        [b':'] | [b':', b' ', ..] if word > 0 => Some(b':'),
        _ => None,
    }
}
