//! What the terminal can do: colour, links.

use std::env;
use std::io::{self, IsTerminal as _};

use anstream::{AutoStream, ColorChoice};

use super::Color;

/// Fixes the choice of colour for all streams. With `auto`, anstream obeys NO_COLOR, CLICOLOR_FORCE and TERM.
pub(super) fn choose(color: Color) {
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// Whether standard output gets colour.
pub(super) fn stdout_has_color() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Whether the terminal on standard output is known to open links.
pub(super) fn stdout_has_links() -> bool {
    stdout_has_color() && io::stdout().is_terminal() && knows_links(|name| env::var(name).ok())
}

/// Whether a bar can be drawn on standard error.
pub(super) fn stderr_is_live() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn knows_links(get: impl Fn(&str) -> Option<String>) -> bool {
    const PROGRAMS: [&str; 7] = [
        "iTerm.app",
        "WezTerm",
        "vscode",
        "ghostty",
        "Hyper",
        "Tabby",
        "zed",
    ];
    const TERMS: [&str; 5] = [
        "xterm-kitty",
        "xterm-ghostty",
        "alacritty",
        "foot",
        "wezterm",
    ];
    let is_one_of =
        |name: &str, known: &[&str]| get(name).is_some_and(|value| known.contains(&value.as_str()));
    let vte = get("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    is_one_of("TERM_PROGRAM", &PROGRAMS)
        || is_one_of("TERM", &TERMS)
        || vte.is_some_and(|version| version >= 5000)
        || ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"]
            .into_iter()
            .any(|name| get(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_only_where_they_are_known_to_work() {
        let with = |name: &'static str, value: &'static str| {
            knows_links(move |asked| (asked == name).then(|| value.to_owned()))
        };
        assert!(with("VTE_VERSION", "6003"));
        assert!(!with("VTE_VERSION", "4000"));
        assert!(with("TERM", "xterm-kitty"));
        assert!(!with("TERM", "xterm-256color"));
        assert!(with("WT_SESSION", "x"));
    }
}
