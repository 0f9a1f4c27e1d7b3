//! Packs that git makes, read without it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::*;

/// A repository in a temporary directory.
struct Repo(tempfile::TempDir);

impl Repo {
    fn new(format: &str) -> Option<Self> {
        let repo = Self(tempfile::tempdir().unwrap());
        let option = format!("--object-format={format}");
        let made = repo.command(&["init", "-q", &option]).status().unwrap();
        made.success().then_some(repo)
    }

    /// With 30 versions of a text, most of them as deltas in one pack.
    fn packed(format: &str) -> Option<(Self, Vec<Oid>)> {
        let repo = Self::new(format)?;
        let contents: Vec<Vec<u8>> = (0..30).map(version).collect();
        let oids = repo.store(&contents);
        repo.repack(&[]);
        Some((repo, oids))
    }

    fn repack(&self, options: &[&str]) {
        // With more threads, chains are cut into as many pieces.
        let options = [&["-c", "pack.threads=1"], options].concat();
        self.git(&[&options[..], &["repack", "-adfq", "--depth=50"]].concat());
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        git.current_dir(self.0.path()).args(args);
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
            git.env_remove(name);
        }
        git.envs([
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
        ]);
        git
    }

    fn git(&self, args: &[&str]) -> String {
        let done = self
            .command(args)
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(done.status.success(), "git {args:?}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// Commits contents; the answer are their names.
    fn store(&self, contents: &[Vec<u8>]) -> Vec<Oid> {
        let names: Vec<String> = (0..contents.len())
            .map(|at| format!("{at:02}.txt"))
            .collect();
        for (name, content) in names.iter().zip(contents) {
            std::fs::write(self.0.path().join(name), content).unwrap();
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", "another"]);
        let asked = names.iter().map(|name| format!("HEAD:{name}"));
        let asked: Vec<String> = ["rev-parse".to_owned()].into_iter().chain(asked).collect();
        let said = self.git(&asked.iter().map(String::as_str).collect::<Vec<_>>());
        said.lines()
            .map(|hex| Oid::parse(hex.as_bytes()).unwrap())
            .collect()
    }

    fn objects(&self) -> PathBuf {
        self.0.path().join(".git/objects")
    }

    fn read(&self, length: usize) -> Reader {
        Reader::new(&Arc::new(Packs::open(&self.objects(), length)))
    }

    /// The file of the only pack.
    fn pack(&self, extension: &str) -> PathBuf {
        let dir = self.objects().join("pack");
        let mut files = dir.read_dir().unwrap().map(|file| file.unwrap().path());
        files
            .find(|path| path.extension().is_some_and(|e| e == extension))
            .unwrap()
    }
}

/// A text that differs in three more lines from the first one than the one before.
fn version(number: usize) -> Vec<u8> {
    let factor = |line| if line < 3 * number { 7919 } else { 1 };
    let lines = (0..100).map(|line| format!("line {line} and {}\n", line * line * factor(line)));
    lines.collect::<String>().into_bytes()
}

/// Overwrites bytes in a file that is not meant to be written.
fn damage(path: &Path, at: usize, bytes: &[u8]) {
    let mut all = std::fs::read(path).unwrap();
    all[at..at + bytes.len()].copy_from_slice(bytes);
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, all).unwrap();
}

#[test]
fn objects_and_deltas_of_both_kinds() {
    for (format, length) in [("sha1", 20), ("sha256", 32)] {
        let Some((repo, oids)) = Repo::packed(format) else {
            // This git is too old for it.
            continue;
        };
        // Deltas that say where their bases are, or what they are.
        for option in ["true", "false"] {
            repo.repack(&["-c", &format!("repack.usedeltabaseoffset={option}")]);
            let mut reader = repo.read(length);
            for (number, oid) in oids.iter().enumerate() {
                let read = reader.read(oid).unwrap();
                assert_eq!(read, (Kind::Blob, version(number)), "{format} {option}");
            }
            let head = Oid::parse(repo.git(&["rev-parse", "HEAD"]).as_bytes()).unwrap();
            let (kind, bytes) = reader.read(&head).unwrap();
            assert_eq!(kind, Kind::Commit);
            assert!(bytes.ends_with(b"\n\nanother\n"));
            let none = Oid::parse("1".repeat(2 * length).as_bytes()).unwrap();
            assert!(reader.read(&none).is_none());
        }
    }
}

#[test]
fn in_order_each_link_is_unpacked_once() {
    let (repo, oids) = Repo::packed("sha1").unwrap();
    let packs = Arc::new(Packs::open(&repo.objects(), 20));
    let mut sorted = oids.clone();
    packs.sort(&mut sorted, |oid| *oid);
    let mut bases = HashMap::new();
    let chains: Vec<Chain> = sorted
        .iter()
        .map(|oid| packs.chain(oid, &mut bases).unwrap())
        .collect();
    assert!(
        chains.iter().any(|(_, chain)| chain.len() > 5),
        "{chains:?}"
    );
    let mut reader = Reader::new(&packs);
    for (oid, (pack, chain)) in sorted.iter().zip(&chains) {
        let at = oids.iter().position(|other| other == oid).unwrap();
        let start = *chain.last().unwrap();
        let missing = reader.missing(Place { pack: *pack, start }).unwrap();
        assert_eq!(missing.len(), 1, "{chain:?}");
        assert_eq!(reader.read(oid).unwrap().1, version(at));
    }
}

#[test]
fn borrowed_objects() {
    let (lender, oids) = Repo::packed("sha1").unwrap();
    let repo = Repo::new("sha1").unwrap();
    let info = repo.objects().join("info");
    std::fs::create_dir_all(&info).unwrap();
    let dir = lender.objects();
    // Also from itself, which may not go on for ever.
    let list = format!("# a list\n\n../objects\n{}\n", dir.to_str().unwrap());
    std::fs::write(info.join("alternates"), list).unwrap();
    assert_eq!(repo.read(20).read(&oids[3]).unwrap().1, version(3));
}

#[test]
fn what_is_damaged_is_left_to_git() {
    let read = |repo: &Repo, oids: &[Oid]| {
        let mut reader = repo.read(20);
        oids.iter().filter(|oid| reader.read(oid).is_some()).count()
    };
    let (repo, oids) = Repo::packed("sha1").unwrap();
    // Any byte of the pack.
    let (path, whole) = (repo.pack("pack"), std::fs::read(repo.pack("pack")).unwrap());
    for at in (12..whole.len() - 20).step_by(13) {
        damage(&path, at, &[whole[at] ^ 0x55]);
        let mut reader = repo.read(20);
        for (number, oid) in oids.iter().enumerate() {
            let bytes = reader.read(oid).map(|(_, bytes)| bytes);
            assert!(bytes.is_none_or(|bytes| bytes == version(number)), "{at}");
        }
    }
    damage(&path, 0, &whole);
    assert_eq!(read(&repo, &oids), oids.len());
    // Offsets that lead out of the pack or into themselves, counts that are none, another version, another hash.
    let count = oids.len();
    let index = std::fs::read(repo.pack("idx")).unwrap();
    for (at, bytes) in [
        (0, &b"\0"[..]),
        (7, &[3]),
        (8, &[0xff; 4]),
        (8 + 4 * 255, &[0x7f, 0, 0, 0]),
        (index.len() - 40 - 4 * 32, &[0x7f; 4 * 32]),
        (index.len() - 40 - 4 * 32, &[0xff; 4 * 32]),
        (index.len() - 40 - 4 * 32, &[0; 4 * 32]),
    ] {
        damage(&repo.pack("idx"), at, bytes);
        assert!(read(&repo, &oids) < count, "{at} {bytes:?}");
        damage(&repo.pack("idx"), 0, &index);
    }
    assert!(repo.read(32).read(&oids[0]).is_none());
    std::fs::remove_file(repo.pack("pack")).unwrap();
    assert_eq!(read(&repo, &oids), 0);
}

#[test]
fn large_objects_are_left_to_git() {
    let repo = Repo::new("sha1").unwrap();
    let (small, large) = (vec![b'x'; WHOLE_LIMIT], vec![b'y'; WHOLE_LIMIT + 1]);
    let oids = repo.store(&[small.clone(), large]);
    repo.repack(&[]);
    assert_eq!(repo.read(20).read(&oids[0]), Some((Kind::Blob, small)));
    assert!(repo.read(20).read(&oids[1]).is_none());
}
