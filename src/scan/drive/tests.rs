//! Drives over real trees with a toy that reports the path and content of each blob.

use std::fs;
use std::io::Read as _;
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::config::Config;
use crate::source::Content;

struct Tester {
    dir: TempDir,
    plan: Plan,
}

impl Tester {
    /// A directory with these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let tester = Self {
            dir: tempfile::tempdir().unwrap(),
            plan: plan(),
        };
        for (name, text) in files {
            let path = tester.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        tester
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn git(&self, args: &[&str]) {
        let mut git = Command::new("git");
        let done = git
            .current_dir(self.dir.path())
            .args(["-c", "user.name=a", "-c", "user.email=a@b"])
            .args(args)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    /// Names of scanned files, sorted, with notices behind.
    fn scan(&self, paths: &[&str]) -> (Vec<String>, Summary) {
        let plan = Plan {
            paths: paths.iter().map(PathBuf::from).collect(),
            config: Config::default(),
            ..clone(&self.plan)
        };
        let root = Root::find_from(self.dir.path().into(), &plan.paths);
        let skip = Globs::new(&self.plan.config.skip, "skip").unwrap();
        let progress = Progress::default();
        let collected = run(&plan, &skip, &root, &progress, &toy);
        assert_eq!(progress.files.into_inner(), collected.summary.files);
        let blobs = collected
            .outcomes
            .iter()
            .flat_map(|outcome| &outcome.notices)
            .map(|notice| notice.message.clone());
        let mut all: Vec<String> = blobs
            .chain(collected.notices.iter().map(|notice| match &notice.path {
                Some(path) => format!("! {path}: {}", notice.message),
                None => format!("! {}", notice.message),
            }))
            .collect();
        all.sort_by_key(|name| (name.starts_with('!'), name.clone()));
        (all, collected.summary)
    }

    fn names(&self, paths: &[&str]) -> Vec<String> {
        self.scan(paths).0
    }
}

fn plan() -> Plan {
    Plan {
        threads: 3,
        ..Plan::default()
    }
}

fn clone(plan: &Plan) -> Plan {
    Plan {
        ignore_files: plan.ignore_files,
        threads: plan.threads,
        config_path: plan.config_path.clone(),
        ..self::plan()
    }
}

fn toy(scratch: &mut Scratch, blob: Blob) -> Outcome {
    let bytes = match blob.content {
        Content::Whole(bytes) => bytes,
        Content::Stream(mut reader) => {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).unwrap();
            bytes
        }
    };
    let notice = Notice {
        path: None,
        line: None,
        kind: NoticeKind::Capped,
        message: blob.path.to_string(),
    };
    let length = bytes.len() as u64;
    scratch.buffer = bytes;
    Outcome {
        notices: vec![notice],
        bytes: length,
        ..Outcome::default()
    }
}

#[test]
fn hidden_files_are_scanned_and_git_directories_are_not() {
    let tester = Tester::new(&[
        (".env", "x"),
        ("a/.b/c", "xy"),
        (".git/config", "x"),
        ("a/.git", "gitdir: x"),
    ]);
    fs::remove_dir_all(tester.path(".git")).unwrap();
    fs::create_dir_all(tester.path("sub/.git")).unwrap();
    fs::write(tester.path("sub/.git/config"), "x").unwrap();
    let (names, summary) = tester.scan(&["."]);
    assert_eq!(names, [".env", "a/.b/c", "a/.git"]);
    assert_eq!((summary.files, summary.bytes), (3, 12));
    assert_eq!(tester.names(&["sub/.git/config"]), [".git/config"]);
}

#[test]
fn ignore_files_are_obeyed_unless_switched_off() {
    let mut tester = Tester::new(&[
        (".gitignore", "out/\n*.log\n"),
        (".barekeyignore", "vendor\n"),
        (".ignore", "kept\n"),
        ("kept", ""),
        ("out/a", ""),
        ("vendor/b", ""),
        ("sub/c.log", ""),
        ("sub/d", ""),
    ]);
    assert_eq!(
        tester.names(&["."]),
        [".barekeyignore", ".gitignore", ".ignore", "kept", "sub/d"]
    );
    assert_eq!(tester.names(&["sub"]), ["sub/d"]);
    assert_eq!(tester.names(&["out", "sub/c.log"]), ["out/a", "sub/c.log"]);
    tester.plan.ignore_files = false;
    assert_eq!(
        tester.names(&["sub", "out", "vendor"]),
        ["out/a", "sub/c.log", "sub/d", "vendor/b"]
    );
}

#[test]
fn no_file_is_scanned_twice() {
    let tester = Tester::new(&[("a/b/c", ""), ("a/d", "")]);
    assert_eq!(
        tester.names(&[".", "a", "./a/../a/b", "a/d", "a/b/c", "a/d"]),
        ["a/b/c", "a/d"]
    );
}

#[test]
fn tracked_files_are_scanned_though_ignored() {
    let tester = Tester::new(&[
        (".gitignore", "build/\n*.env\nown.log\n"),
        ("build/a", ""),
        ("build/untracked", ""),
        ("x/prod.env", ""),
        ("own.log", ""),
        ("gone.env", ""),
    ]);
    tester.git(&["init", "-q"]);
    tester.git(&[
        "add",
        "-f",
        "build/a",
        "x/prod.env",
        "own.log",
        "gone.env",
        ".gitignore",
    ]);
    fs::write(tester.path(".barekeyignore"), "*.log\n").unwrap();
    fs::remove_file(tester.path("gone.env")).unwrap();
    assert_eq!(
        tester.names(&["."]),
        [".barekeyignore", ".gitignore", "build/a", "x/prod.env"]
    );
    assert_eq!(tester.names(&["x"]), ["x/prod.env"]);
    assert_eq!(tester.names(&["x", "x/prod.env"]), ["x/prod.env"]);
    assert_eq!(
        tester.names(&["build", "."]),
        [
            ".barekeyignore",
            ".gitignore",
            "build/a",
            "build/untracked",
            "x/prod.env"
        ]
    );
}

#[test]
fn a_failing_git_is_told() {
    let tester = Tester::new(&[("a", "")]);
    fs::create_dir(tester.path(".git")).unwrap();
    let names = tester.names(&["."]);
    assert!(
        names[0] == "a"
            && names[1].starts_with("! tracked files that are ignored were not scanned: "),
        "{names:?}"
    );
    assert_eq!(tester.names(&["a"]), ["a"]);
}

#[test]
fn the_configuration_leaves_out() {
    let mut tester = Tester::new(&[
        ("barekey.yaml", ""),
        ("a/x.lock", ""),
        ("vendor/b", ""),
        ("src/vendor/c", ""),
        ("d", ""),
    ]);
    tester.plan.config_path = Some(tester.path("barekey.yaml"));
    tester.plan.config.skip = ["*.lock", "/vendor/", "src/**/c"]
        .map(String::from)
        .to_vec();
    let (names, summary) = tester.scan(&["."]);
    assert_eq!(names, ["d"]);
    assert_eq!(summary.skipped[&Skip::OwnConfig], 1);
    assert_eq!(summary.skipped[&Skip::Config], 3);
    assert_eq!(tester.scan(&["a/x.lock"]).1.skipped[&Skip::Config], 1);
    assert!(Globs::new(&["a{".into()], "skip").is_err());
}

#[test]
fn what_is_missing_is_told() {
    let tester = Tester::new(&[("a", "")]);
    assert_eq!(
        tester.names(&["a", "nothing"]),
        ["a", "! nothing: cannot be read: no such file or directory"]
    );
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn links_and_pipes_are_counted_and_left_alone() {
        let tester = Tester::new(&[("a/file", "")]);
        symlink("..", tester.path("a/loop")).unwrap();
        symlink("file", tester.path("a/link")).unwrap();
        pipe(&tester.path("a/pipe"));
        let (names, summary) = tester.scan(&["."]);
        assert_eq!(names, ["a/file"]);
        assert_eq!(
            (
                summary.skipped[&Skip::Symlink],
                summary.skipped[&Skip::Special]
            ),
            (2, 1)
        );
        assert_eq!(tester.names(&["a/link"]), ["a/link"]);
        symlink("a", tester.path("named")).unwrap();
        assert_eq!(tester.names(&["named"]), ["named/file"]);
    }

    #[test]
    fn an_ignore_file_that_is_a_pipe_does_not_stop_the_scan() {
        let tester = Tester::new(&[("a/file", ""), ("b", "")]);
        pipe(&tester.path("a/.gitignore"));
        let refusal = "! a: cannot be read: an ignore file in it is no regular file";
        assert_eq!(tester.names(&["."]), ["b", refusal]);
        assert_eq!(tester.names(&["a", "b"]), ["b", refusal]);
    }

    #[test]
    fn a_link_to_a_git_directory_may_be_a_trap() {
        let tester = Tester::new(&[("a/file", ""), ("b", ""), ("c/file", "")]);
        let trap = tester.path("c");
        pipe(&trap.join("commondir"));
        fs::write(
            tester.path("a/.git"),
            format!("gitdir: {}\n", trap.display()),
        )
        .unwrap();
        let refusal = "! a: cannot be read: an ignore file in it is no regular file";
        assert_eq!(tester.names(&["."]), ["b", "c/file", refusal]);
    }

    #[test]
    fn names_of_any_bytes() {
        let tester = Tester::new(&[("new\nline", "")]);
        fs::write(tester.dir.path().join(OsStr::from_bytes(b"\xff.txt")), "").unwrap();
        assert_eq!(tester.names(&["."]), ["%FF.txt", "new\nline"]);
    }

    #[test]
    fn what_may_not_be_read_is_told() {
        let tester = Tester::new(&[("closed", ""), ("dir/x", ""), ("open", "")]);
        for name in ["closed", "dir"] {
            fs::set_permissions(tester.path(name), fs::Permissions::from_mode(0o000)).unwrap();
        }
        if fs::read(tester.path("closed")).is_ok() {
            return; // root may read everything
        }
        let expected = [
            "open",
            "! closed: cannot be read: permission denied",
            "! dir: cannot be read: permission denied",
        ];
        assert_eq!(tester.names(&["."]), expected);
        fs::set_permissions(tester.path("dir"), fs::Permissions::from_mode(0o700)).unwrap();
    }
}
