//! Zip archives, one level deep: what lies in them is committed as any other content.
//!
//! An archive is hostile until it is read: members are counted, their bytes are counted while they are unpacked whatever
//! sizes are announced, and their names are labels and no paths.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use super::root;

/// Larger archives are not looked into.
pub(crate) const LARGEST: usize = 64 << 20;
/// Members that are read.
const MOST_MEMBERS: usize = 10_000;
/// Bytes that are unpacked of one archive.
const MOST_BYTES: u64 = 256 << 20;
/// How many times larger than the archive its content may be, but for a start that is free.
const RATIO: u64 = 200;
/// The start that is free.
const FREE: u64 = 8 << 20;

/// Whether bytes start as a zip archive with something in it does.
pub(crate) fn is_zip(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04")
}

/// Gives every member to `each`, with the name that reports have for it; the answer is what was left out, if anything.
pub(crate) fn unpack(archive: &[u8], mut each: impl FnMut(&str, Vec<u8>)) -> Option<String> {
    let mut left = MOST_BYTES.min(FREE + archive.len() as u64 * RATIO);
    let mut zip = match ZipArchive::new(Cursor::new(archive)) {
        Ok(zip) => zip,
        Err(_) => return Some("no zip archive, though it starts as one".to_owned()),
    };
    let (mut locked, mut broken) = (0, 0);
    for number in 0..zip.len().min(MOST_MEMBERS) {
        let mut member = match zip.by_index(number) {
            Ok(member) if member.is_dir() => continue,
            Ok(member) => member,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                locked += 1;
                continue;
            }
            Err(_) => {
                broken += 1;
                continue;
            }
        };
        let name = root::encoded(member.name_raw());
        let mut bytes = Vec::new();
        // What was unpacked before the damage is content, too.
        broken += usize::from(
            member
                .by_ref()
                .take(left + 1)
                .read_to_end(&mut bytes)
                .is_err(),
        );
        if bytes.len() as u64 > left {
            return Some("its content is too large to be unpacked".to_owned());
        }
        left -= bytes.len() as u64;
        each(&name, bytes);
    }
    let more = zip.len().saturating_sub(MOST_MEMBERS);
    let said = [
        (locked, "encrypted"),
        (broken, "damaged"),
        (more, "too many"),
    ];
    let said: Vec<String> = said
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{count} {why}"))
        .collect();
    (!said.is_empty()).then(|| format!("members of the archive were not read: {}", said.join(", ")))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn read(archive: &[u8]) -> (Vec<(String, usize)>, Option<String>) {
        let mut members = Vec::new();
        let said = unpack(archive, |name, bytes| {
            members.push((name.to_owned(), bytes.len()))
        });
        (members, said)
    }

    #[test]
    fn members_and_their_names() {
        let archive = zip(&[("a/b.txt", b"text"), ("../../up", b""), ("100%", b"x")]);
        assert!(is_zip(&archive));
        let names = ["a/b.txt", "../../up", "100%25"].map(str::to_owned);
        let (members, said) = read(&archive);
        assert_eq!(
            members,
            names.into_iter().zip([4, 0, 1]).collect::<Vec<_>>()
        );
        assert_eq!(said, None);
    }

    #[test]
    fn a_bomb_is_left_alone() {
        let zeros = vec![0; 40 << 20];
        let (members, said) = read(&zip(&[("a", b"text"), ("zeros", &zeros)]));
        assert_eq!(members.len(), 1);
        assert!(said.is_some_and(|said| said.contains("too large")));
    }

    #[test]
    fn what_is_damaged_is_told() {
        let mut archive = zip(&[("a", &b"text ".repeat(1000)), ("b", b"text")]);
        archive[40] ^= 0xff;
        let (members, said) = read(&archive);
        assert!(members.iter().any(|(name, _)| name == "b"));
        assert!(said.is_some_and(|said| said.contains("1 damaged")));
        assert!(read(b"PK\x03\x04 nonsense").1.is_some());
        assert_eq!(read(&zip(&[])).0.len(), 0);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_come_to_an_end(at in 0usize..400, byte: u8, cut in 0usize..400) {
            let mut archive = zip(&[("a", &b"text ".repeat(20)), ("b/c", b"more text")]);
            let at = at % archive.len();
            archive[at] = byte;
            archive.truncate(archive.len() - cut % archive.len());
            read(&archive);
        }
    }
}
