//! Places as SARIF writes them: a relative URI, exact columns, masked snippets.

use std::path::Path;

use serde_sarif::sarif;

use crate::finding::{Place, Region};
use crate::report::Revision;

/// The name of the directory that every URI is relative to.
pub(super) const ROOT: &str = "%SRCROOT%";

/// The location of a place.
pub(super) fn location(place: &Place) -> sarif::Location {
    let mut physical = sarif::PhysicalLocation::builder()
        .artifact_location(artifact(&place.path))
        .region(region(place))
        .build();
    physical.context_region = context(place);
    sarif::Location::builder()
        .physical_location(physical)
        .build()
}

/// A place that a message links to as `[message](id)`.
pub(super) fn related(id: usize, place: &Place, message: &str) -> sarif::Location {
    let mut location = step(place, message);
    location.id = i64::try_from(id).ok();
    location
}

/// A place with what happens there.
pub(super) fn step(place: &Place, message: &str) -> sarif::Location {
    let mut location = location(place);
    location.message = Some(
        sarif::Message::builder()
            .text(super::sentence(&capitalised(message)))
            .build(),
    );
    location
}

/// The location of a file, or of a line of it.
pub(super) fn file(path: &str, line: Option<u32>) -> sarif::Location {
    let mut physical = sarif::PhysicalLocation::builder()
        .artifact_location(artifact(path))
        .build();
    physical.region = line.map(|line| sarif::Region::builder().start_line(line).build());
    sarif::Location::builder()
        .physical_location(physical)
        .build()
}

/// The text with an upper-case first letter.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The directory as a `file:` URI with a slash at its end; none if it is not absolute.
pub(super) fn root_uri(root: &Path) -> Option<String> {
    if !root.is_absolute() {
        return None;
    }
    let bytes = root.as_os_str().as_encoded_bytes();
    let bytes: Vec<u8> = bytes
        .iter()
        .map(|&b| if cfg!(windows) && b == b'\\' { b'/' } else { b })
        .collect();
    let path = encoded(&bytes, |byte| cfg!(windows) && byte == b':');
    Some(format!("file:///{}/", path.trim_matches('/')).replace("file:////", "file:///"))
}

/// The revision, if its repository has a URL.
pub(super) fn provenance(revision: &Revision) -> Option<sarif::VersionControlDetails> {
    let (scheme, rest) = revision.repository.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or_default();
    let mut details = sarif::VersionControlDetails::builder()
        .repository_uri(format!("{scheme}://{host}/{path}"))
        .mapped_to(sarif::ArtifactLocation::builder().uri_base_id(ROOT).build())
        .build();
    details.revision_id.clone_from(&revision.commit);
    details.branch.clone_from(&revision.branch);
    Some(details)
}

pub(super) fn artifact(path: &str) -> sarif::ArtifactLocation {
    // A `%` in a path of ours is an escape already.
    sarif::ArtifactLocation::builder()
        .uri(encoded(path.as_bytes(), |byte| byte == b'%'))
        .uri_base_id(ROOT)
        .build()
}

/// Percent-encodes all but unreserved characters, slashes, and what `keep` says.
fn encoded(bytes: &[u8], keep: impl Fn(u8) -> bool) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len()), |mut uri, &byte| {
            if byte.is_ascii_alphanumeric() || b"-._~/@+=,".contains(&byte) || keep(byte) {
                uri.push(char::from(byte));
            } else {
                uri.push_str(&format!("%{byte:02X}"));
            }
            uri
        })
}

/// Lines and columns.
pub(super) fn exact(region: Region) -> sarif::Region {
    let (start, end) = (region.start, region.end);
    sarif::Region::builder()
        .start_line(start.line)
        .start_column(start.column)
        .end_line(end.line)
        .end_column(end.column)
        .build()
}

fn region(place: &Place) -> sarif::Region {
    let mut region = exact(place.region);
    region.snippet = place
        .excerpt
        .text
        .get(place.excerpt.mark.clone())
        .filter(|text| !text.is_empty())
        .map(snippet);
    region
}

/// The lines of the excerpt, where they cover the secret and more than it.
fn context(place: &Place) -> Option<sarif::Region> {
    let text = place.excerpt.text.trim_end_matches('\n');
    let breaks = u32::try_from(text.matches('\n').count()).ok()?;
    let (first, last) = (
        place.excerpt.first_line,
        place.excerpt.first_line.checked_add(breaks)?,
    );
    let (start, end) = (place.region.start.line, place.region.end.line);
    let more = first < start || end < last || place.excerpt.mark.len() < text.len();
    let wider = first <= start && end <= last && more;
    wider.then(|| {
        sarif::Region::builder()
            .start_line(first)
            .end_line(last)
            .snippet(snippet(text))
            .build()
    })
}

fn snippet(text: &str) -> sarif::ArtifactContent {
    sarif::ArtifactContent::builder().text(text).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_encoded_once() {
        let uri = |path| artifact(path).uri.unwrap();
        assert_eq!(uri("src/a b#c?.py"), "src/a%20b%23c%3F.py");
        assert_eq!(uri("100%25/%FF.py"), "100%25/%FF.py");
        assert_eq!(uri("ünï/秘.tf"), "%C3%BCn%C3%AF/%E7%A7%98.tf");
        assert_eq!(
            uri("a:b/[id]/@types/x+y.ts"),
            "a%3Ab/%5Bid%5D/@types/x+y.ts"
        );
        assert_eq!(
            uri("a\n::error file=x::pwn.py"),
            "a%0A%3A%3Aerror%20file=x%3A%3Apwn.py"
        );
    }

    #[test]
    fn provenance_holds_no_credentials() {
        let revision = |repository: &str| Revision {
            repository: repository.to_owned(),
            commit: None,
            branch: None,
        };
        let details = provenance(&revision("https://user:p@ss@example.org/a/b")).unwrap();
        assert_eq!(details.repository_uri, "https://example.org/a/b");
        assert_eq!(provenance(&revision("git@example.org:a/b")), None);
    }

    #[test]
    #[cfg(unix)]
    fn the_root_is_a_directory_uri() {
        assert_eq!(
            root_uri(Path::new("/srv/my repo/100%")).unwrap(),
            "file:///srv/my%20repo/100%25/"
        );
        assert_eq!(root_uri(Path::new("/")).unwrap(), "file:///");
        assert_eq!(root_uri(Path::new("relative")), None);
    }
}
