//! Before a push: what every line that git gives would add to the remote.

use std::io::BufRead;

use anyhow::{Context as _, Result};
use barekey::report::Refused;
use barekey::source::git::Repository;

use super::super::error::Mistake;
use super::super::{Exit, scan};

/// One line: a reference here and what it is to become there.
#[derive(Debug, PartialEq, Eq)]
struct Update {
    /// What is pushed; none where the reference is to be deleted.
    local: Option<String>,
    /// What the remote has now; none where the reference is new.
    remote: Option<String>,
}

impl Update {
    /// `LOCAL-REF LOCAL-OID REMOTE-REF REMOTE-OID`.
    fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [_, local, _, remote] = words[..] else {
            return None;
        };
        let hex = |oid: &str| oid.len() >= 40 && oid.bytes().all(|b| b.is_ascii_hexdigit());
        let some = |oid: &str| Some(oid.to_owned()).filter(|oid| oid.bytes().any(|b| b != b'0'));
        (hex(local) && hex(remote)).then(|| Self {
            local: some(local),
            remote: some(remote),
        })
    }
}

/// Scans what each line would add; the gravest answer counts.
pub(super) fn answer(remote: &str, lines: &mut dyn BufRead) -> Result<Exit> {
    let repository = Repository::find()?;
    let mut exit = Exit::Clean;
    for line in lines.lines() {
        let line = line.context("cannot read what git says of the push")?;
        let Some(update) = Update::parse(&line) else {
            let help = "git gives `LOCAL-REF LOCAL-OID REMOTE-REF REMOTE-OID` on standard input";
            return Err(Mistake::new("this is no line of a push", help).into());
        };
        if let Some(range) = range(&repository, remote, &update)? {
            exit = exit.max(scan::in_hook(&["--range", &range], Refused::Push)?);
        }
    }
    Ok(exit)
}

/// The commits that the remote does not have yet.
fn range(repository: &Repository, remote: &str, update: &Update) -> Result<Option<String>> {
    let Some(local) = &update.local else {
        return Ok(None);
    };
    match &update.remote {
        Some(known) if repository.has(known) => {
            Ok((known != local).then(|| format!("{known}..{local}")))
        }
        // New to the remote, or the remote has something that was not fetched: all that no branch of it has.
        _ => Ok(repository.missing_on(remote, local)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_push() {
        let (one, zero) = ("1".repeat(40), "0".repeat(40));
        let line = format!("refs/heads/a {one} refs/heads/a {zero}");
        let update = Update {
            local: Some(one.clone()),
            remote: None,
        };
        assert_eq!(Update::parse(&line), Some(update));
        let line = format!("(delete) {zero} refs/heads/a {one}");
        assert_eq!(Update::parse(&line).unwrap().local, None);
        for bad in [
            "",
            "a b c",
            &format!("a {one} b --output=x"),
            &format!("a x b {one}"),
        ] {
            assert_eq!(Update::parse(bad), None);
        }
    }
}
