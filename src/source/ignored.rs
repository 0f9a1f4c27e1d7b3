//! `.barekeyignore` for files that come in a list and not from a walk: the rules of every directory above a file, read
//! from any source.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::walk::OWN_IGNORE;
use super::{Content, Source};

/// The rules of the directories that were asked about.
pub(crate) struct Ignored<'s> {
    source: &'s dyn Source,
    rules: HashMap<Box<str>, Option<Arc<Gitignore>>>,
}

impl<'s> Ignored<'s> {
    /// The rules that a source holds.
    pub(crate) fn new(source: &'s dyn Source) -> Self {
        Self {
            source,
            rules: HashMap::new(),
        }
    }

    /// Whether a file, or a directory that it stands in, is left out.
    pub(crate) fn matches(&mut self, path: &str) -> bool {
        let ends = memchr::memchr_iter(b'/', path.as_bytes()).chain([path.len()]);
        for end in ends {
            if self.decides(&path[..end], end < path.len()) {
                return true;
            }
        }
        false
    }

    /// The nearest rule that speaks of a path.
    fn decides(&mut self, path: &str, is_dir: bool) -> bool {
        let mut dir = path;
        while !dir.is_empty() {
            dir = dir.rsplit_once('/').map_or("", |(above, _)| above);
            let Some(rules) = self.of(dir) else {
                continue;
            };
            let inside = path[dir.len()..].trim_start_matches('/');
            match rules.matched(Path::new(inside), is_dir) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }

    fn of(&mut self, dir: &str) -> Option<Arc<Gitignore>> {
        if let Some(known) = self.rules.get(dir) {
            return known.clone();
        }
        let rules = self.read(dir);
        self.rules.insert(dir.into(), rules.clone());
        rules
    }

    fn read(&self, dir: &str) -> Option<Arc<Gitignore>> {
        let path = match dir {
            "" => OWN_IGNORE.to_owned(),
            dir => format!("{dir}/{OWN_IGNORE}"),
        };
        let Ok(Some(blob)) = self.source.read(&path) else {
            return None;
        };
        let Content::Whole(bytes) = blob.content else {
            return None;
        };
        let mut builder = GitignoreBuilder::new("");
        for line in String::from_utf8_lossy(&bytes).lines() {
            // A line that is no rule is none, as in a walk.
            let _ = builder.add_line(None, line);
        }
        builder.build().ok().map(Arc::new)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::source::Blob;

    struct Two;

    impl Source for Two {
        fn read(&self, path: &str) -> io::Result<Option<Blob>> {
            let text = match path {
                ".barekeyignore" => "*.log\n/gen/\n!keep.log\n[\n",
                "a/.barekeyignore" => "b/*.txt\n!x.log",
                _ => return Ok(None),
            };
            Ok(Some(Blob {
                path: path.into(),
                content: Content::Whole(text.into()),
            }))
        }

        fn list(&self, _: &str) -> Vec<Arc<str>> {
            Vec::new()
        }
    }

    #[test]
    fn the_nearest_rule_decides_and_directories_take_all_below() {
        let mut ignored = Ignored::new(&Two);
        let mut is = |path: &str| ignored.matches(path);
        assert!(is("x.log") && is("c/d/y.log") && is("gen/deep/file") && is("a/b/c.txt"));
        assert!(!is("keep.log") && !is("a/x.log") && !is("b/c.txt") && !is("c/gen/file"));
    }
}
