//! What refs lead to beside commits: tags with a text of their own, and contents that no commit has.

use crate::finding::{Commit, Finding};
use crate::scan::one::{Scratch, scan_blob};
use crate::source::git::objects::{Kind, Object};
use crate::source::{Blob, Content};

use super::{Past, look};

/// How often a tag may be one of a tag.
const DEPTH: usize = 8;

impl Past<'_> {
    /// What tags say.
    pub(super) fn tags(&mut self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut scratch = Scratch::default();
        for name in &self.history.refs {
            let mut next = self.history.objects.find(name);
            for _ in 0..DEPTH {
                // That of a commit was looked at, and one that is missing was told by the walk.
                let Ok(Some(object)) = next else {
                    break;
                };
                let (commit, tagged) = match (&object.content, object.kind) {
                    (Content::Whole(bytes), Kind::Tag) => (header(bytes), tagged(bytes)),
                    (_, Kind::Blob) => (None, None),
                    _ => break,
                };
                findings.extend(self.look_at_ref(name, object, commit, &mut scratch));
                next = match tagged {
                    Some(tagged) => self.history.objects.find(&tagged),
                    None => break,
                };
            }
        }
        findings
    }

    fn look_at_ref(
        &self,
        name: &str,
        object: Object,
        commit: Option<Commit>,
        scratch: &mut Scratch,
    ) -> Vec<Finding> {
        let name = name.strip_prefix("refs/").unwrap_or(name);
        let content = match object.kind {
            Kind::Tag => look::message(object.content),
            _ => object.content,
        };
        let path = format!("<{name}>").into();
        let outcome = scan_blob(&self.scanner.engine, scratch, Blob { path, content });
        let mut findings = outcome.findings;
        for finding in &mut findings {
            finding.commit.clone_from(&commit);
            self.scanner.hold_by_config(finding);
        }
        findings.retain(|finding| finding.held.is_none());
        findings
    }
}

/// The object that a tag is of.
fn tagged(tag: &[u8]) -> Option<String> {
    let line = tag
        .strip_prefix(b"object ")?
        .split(|&b| b == b'\n')
        .next()?;
    String::from_utf8(line.to_vec()).ok()
}

fn header(tag: &[u8]) -> Option<Commit> {
    Some(Commit {
        id: tagged(tag)?,
        date: date(tag, "tagger "),
    })
}

/// When a commit was written or a tag made, as `2026-01-02T03:04:05+01:00`.
pub(super) fn date(object: &[u8], by: &str) -> Option<String> {
    let head = object
        .split(|&byte| byte == b'\n')
        .take_while(|l| !l.is_empty());
    let line = head
        .into_iter()
        .find_map(|line| line.strip_prefix(by.as_bytes()))?;
    let line = String::from_utf8_lossy(line);
    let mut words = line.rsplit(' ');
    let (zone, seconds) = (words.next()?, words.next()?.parse::<i64>().ok()?);
    let (hours, minutes) = zone.get(1..)?.split_at_checked(2)?;
    let offset = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    let offset = if zone.starts_with('-') {
        -offset
    } else {
        offset
    };
    let local = seconds.checked_add(offset)?;
    let (year, month, day) = civil(local.div_euclid(86_400));
    let second = local.rem_euclid(86_400);
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{}{hours}:{minutes}",
        second / 3600,
        second / 60 % 60,
        second % 60,
        &zone[..1],
    ))
}

/// Year, month and day of a number of days since 1970, in the Gregorian calendar; years start in March while counting.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let turned = month >= 10;
    (
        era * 400 + year + i64::from(turned),
        if turned { month - 9 } else { month + 3 },
        day - (153 * month + 2) / 5 + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_with_their_zones() {
        let commit = |when: &str| {
            format!("tree x\nauthor A B <a@b> {when}\ncommitter C <c@d> 0 +0000\n\nauthor no")
        };
        let date = |when| date(commit(when).as_bytes(), "author ");
        assert_eq!(date("0 +0000").unwrap(), "1970-01-01T00:00:00+00:00");
        assert_eq!(
            date("1767323045 +0130").unwrap(),
            "2026-01-02T04:34:05+01:30"
        );
        assert_eq!(
            date("951782399 -0800").unwrap(),
            "2000-02-28T15:59:59-08:00"
        );
        assert_eq!(
            date("951868799 +0000").unwrap(),
            "2000-02-29T23:59:59+00:00"
        );
        for odd in [
            "",
            "x +0000",
            "1 +",
            "9223372036854775807 +0100",
            "1 \u{e9}",
        ] {
            assert_eq!(date(odd), None, "{odd}");
        }
    }
}
