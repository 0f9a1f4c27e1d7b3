//! Hides secrets: no run of six characters of one, beyond its public prefix, is shown anywhere.

use std::collections::HashSet;

use crate::span::Span;

/// What stands for the hidden part, whatever its length.
const HIDDEN: &str = "********";
/// Runs of this many bytes of a secret are hidden wherever they stand.
const RUN: usize = 6;
/// Values shorter than this show nothing of themselves.
const SHORT: usize = 12;

/// A secret as it may be shown: its public prefix, which a rule knows, and stars.
pub(crate) fn masked(secret: &[u8], prefix: usize) -> String {
    let shown = if secret.len() < SHORT {
        0
    } else {
        prefix.min(secret.len() / 2)
    };
    format!("{}{HIDDEN}", String::from_utf8_lossy(&secret[..shown]))
}

/// A secret in a text, to be hidden there.
#[derive(Clone, Debug)]
pub(crate) struct Hide {
    /// Where it stands.
    pub(crate) span: Span,
    /// How many of its first bytes are public.
    pub(crate) prefix: usize,
}

/// Copies `lines` of `text` with everything in `hide` masked, and pieces of it elsewhere too. Gives the copy, and
/// where the bytes of `mark` ended up in it.
pub(crate) fn excerpt(
    text: &[u8],
    lines: Span,
    hide: &[Hide],
    mark: Span,
) -> (String, std::ops::Range<usize>) {
    let hidden = hidden_bytes(text, lines, hide);
    let mut out = String::new();
    let mut marked = 0..0;
    let mut at = lines.start as usize;
    let end = lines.end as usize;
    while at < end {
        if at == mark.start as usize {
            marked.start = out.len();
        }
        let offset = at - lines.start as usize;
        let stop = (at + 1..end)
            .find(|&i| {
                hidden[i - lines.start as usize] != hidden[offset]
                    || i == mark.start as usize
                    || i == mark.end as usize
            })
            .unwrap_or(end);
        if hidden[offset] {
            let breaks = memchr::memchr_iter(b'\n', &text[at..stop]).count();
            out.push_str(HIDDEN);
            (0..breaks).for_each(|_| out.push_str("\n********"));
        } else {
            out.push_str(&String::from_utf8_lossy(&text[at..stop]));
        }
        at = stop;
        if at == mark.end as usize {
            marked.end = out.len();
        }
    }
    if mark.end as usize > end {
        marked.end = out.len();
    }
    (out, marked.start..marked.end.max(marked.start))
}

/// Which bytes of `lines` are hidden: secrets beyond their prefixes, and runs of them anywhere else.
fn hidden_bytes(text: &[u8], lines: Span, hide: &[Hide]) -> Vec<bool> {
    let mut hidden = vec![false; lines.len()];
    let mut runs: HashSet<&[u8]> = HashSet::new();
    for secret in hide {
        let bytes = secret.span.of(text);
        let prefix = if bytes.len() < SHORT {
            0
        } else {
            secret.prefix.min(bytes.len() / 2)
        };
        let start = secret.span.start as usize + prefix;
        let from = start.max(lines.start as usize);
        let to = (secret.span.end as usize).min(lines.end as usize);
        (from..to.max(from)).for_each(|i| hidden[i - lines.start as usize] = true);
        runs.extend(
            bytes[prefix..]
                .windows(RUN.min(bytes.len() - prefix).max(1))
                .filter(|w| w.len() == RUN || bytes.len() < RUN),
        );
    }
    let shown = lines.of(text);
    for length in [RUN, 5, 4, 3] {
        for (i, window) in shown.windows(length).enumerate() {
            if runs.contains(window) {
                hidden[i..i + length].fill(true);
            }
        }
    }
    keep_characters_whole(shown, &mut hidden);
    hidden
}

/// A character of several bytes is hidden whole or shown whole.
fn keep_characters_whole(shown: &[u8], hidden: &mut [bool]) {
    for i in 1..shown.len() {
        if shown[i] & 0xC0 == 0x80 {
            hidden[i] = hidden[i - 1];
        }
    }
}
