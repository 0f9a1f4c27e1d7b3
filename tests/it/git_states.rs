//! Repositories in all states that git has for them, and what a scan says where it cannot read one.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::git_support::{Repo, clean, clean_config, hit, leak, places};
use crate::support::{self, Run, barekey, finished};

/// A scan of what is staged, started in a directory with these variables.
fn staged_in(dir: &Path, env: &[(&str, &str)]) -> Run {
    let mut command = barekey(dir);
    command.args(["scan", "--staged", "--format", "json"]);
    command.envs(clean_config()).envs(env.iter().copied());
    finished(command.output().unwrap())
}

/// The scan failed with one error and help.
fn assert_refused(run: &Run, part: &str) {
    assert_eq!(run.code, Some(2), "{part}: {}{}", run.out, run.err);
    let errors = run.err.lines().filter(|line| line.starts_with("error: "));
    assert_eq!(errors.count(), 1, "{part}: {}", run.err);
    assert!(run.err.contains(part), "{part}: {}", run.err);
    assert!(run.err.contains("help: "), "{part}: {}", run.err);
}

/// Removes the file of an object.
fn object_file(repo: &Repo, name: &str) -> std::path::PathBuf {
    let oid = repo.git(&["rev-parse", name]);
    let (dir, file) = oid.trim().split_at(2);
    repo.top.join(".git/objects").join(dir).join(file)
}

#[test]
fn other_formats_of_objects_and_refs() {
    for options in [&["--object-format=sha256"][..], &["--ref-format=reftable"]] {
        let probe = Repo::new();
        let mut able = std::process::Command::new("git");
        able.args([&["init", "-q"], options].concat());
        if !able
            .arg(probe.beside("probe"))
            .output()
            .unwrap()
            .status
            .success()
        {
            // This git is too old for it.
            continue;
        }
        let repo = Repo::with(options);
        repo.stage("first.py", leak(1));
        assert_eq!(repo.staged(), hit(&["first.py:1"]), "{options:?}");
        repo.commit("first");
        assert_eq!(repo.staged(), clean(), "{options:?}");
        repo.stage("first.py", format!("x = 1\n{}{}", leak(1), leak(2)));
        assert_eq!(repo.staged(), hit(&["first.py:3"]), "{options:?}");
    }
}

#[test]
fn a_linked_work_tree() {
    let repo = Repo::started();
    let other = repo.beside("other");
    repo.git(&["worktree", "add", "-q", other.to_str().unwrap()]);
    repo.git(&["config", "extensions.worktreeConfig", "true"]);
    support::write(&other.join("a.py"), leak(1).as_bytes());
    assert!(repo.git_in(&other, &["add", "."]).status.success());
    assert_eq!(
        repo.staged(),
        clean(),
        "the first one has an index of its own"
    );
    assert_eq!(places(&staged_in(&other, &[])), ["a.py:1"]);
    // As git calls a hook there.
    let dir = repo.top.join(".git/worktrees/other");
    let env = [("GIT_DIR", dir.to_str().unwrap())];
    assert_eq!(places(&staged_in(&other, &env)), ["a.py:1"]);
}

#[test]
fn a_submodule_is_scanned_on_its_own() {
    let repo = Repo::started();
    let library = Repo::started();
    repo.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        library.top.to_str().unwrap(),
        "lib",
    ]);
    let run = repo.run(&["scan", "--staged", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("\"submodule\": 1"), "{}", run.out);
    repo.commit("submodule");
    support::write(&repo.top.join("lib/a.py"), leak(1).as_bytes());
    assert!(
        repo.git_in(&repo.top.join("lib"), &["add", "."])
            .status
            .success()
    );
    assert_eq!(repo.staged(), clean());
    assert_eq!(places(&staged_in(&repo.top.join("lib"), &[])), ["a.py:1"]);
}

#[test]
fn the_variables_that_hooks_get_are_obeyed() {
    let mut repo = Repo::started();
    repo.write("tracked.py", "x = 1\n");
    repo.commit("tracked");
    // Another index, as in `git commit PATH`; the usual one has no secret.
    fs::copy(
        repo.top.join(".git/index"),
        repo.top.join(".git/next-index-1.lock"),
    )
    .unwrap();
    repo.write("tracked.py", leak(1));
    let other = (
        "GIT_INDEX_FILE".to_owned(),
        ".git/next-index-1.lock".to_owned(),
    );
    repo.env.push(other);
    repo.git(&["add", "tracked.py"]);
    assert_eq!(repo.staged(), hit(&["tracked.py:1"]));
    repo.env.clear();
    assert_eq!(repo.staged(), clean());
    // A repository somewhere else.
    let outside = repo.beside("outside");
    fs::create_dir(&outside).unwrap();
    repo.git(&["add", "tracked.py"]);
    let (dir, tree) = (repo.top.join(".git"), repo.top.clone());
    let env = [
        ("GIT_DIR", dir.to_str().unwrap()),
        ("GIT_WORK_TREE", tree.to_str().unwrap()),
    ];
    assert_eq!(places(&staged_in(&outside, &env)), ["tracked.py:1"]);
}

#[cfg(unix)]
#[test]
fn every_way_to_commit_calls_the_hook_with_the_right_index() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = Repo::started();
    repo.write("a.py", "x = 1\n");
    repo.write("b.py", "x = 1\n");
    repo.commit("base");
    let hook = repo.top.join(".git/hooks/pre-commit");
    let tool = env!("CARGO_BIN_EXE_barekey");
    support::write(
        &hook,
        format!("#!/bin/sh\nexec '{tool}' scan --staged >&2\n").as_bytes(),
    );
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    repo.write("a.py", leak(1));
    repo.git(&[
        "commit",
        "-q",
        "-m",
        "only b",
        "--allow-empty",
        "--",
        "b.py",
    ]);
    repo.git_fails(&["commit", "-q", "-m", "all", "-a"]);
    repo.git_fails(&["commit", "-q", "-m", "a path", "--", "a.py"]);
    repo.git_fails(&["commit", "-q", "-m", "included", "--include", "a.py"]);
    repo.git(&["add", "a.py"]);
    repo.git_fails(&["commit", "-q", "-m", "staged"]);
    repo.git_fails(&["commit", "-q", "--amend", "-m", "amended"]);
    repo.git(&["commit", "-q", "-m", "forced", "--no-verify"]);
    repo.git(&["commit", "-q", "--amend", "-m", "nothing new"]);
}

#[test]
fn indexes_of_all_kinds() {
    let kinds: [&[&[&str]]; 5] = [
        &[&["update-index", "--split-index"]],
        &[&["update-index", "--untracked-cache"]],
        &[&["update-index", "--index-version", "4"]],
        &[&["sparse-checkout", "set", "--cone", "kept"]],
        &[&["sparse-checkout", "set", "--cone", "--sparse-index", "kept"]],
    ];
    for steps in kinds {
        let repo = Repo::started();
        repo.write("kept/a.py", "x = 1\n");
        repo.write("left/out/b.py", leak(3));
        repo.commit("base");
        for step in steps {
            repo.git(step);
        }
        repo.stage("kept/a.py", leak(1));
        // Outside of what is checked out.
        let blob = repo.git(&["hash-object", "-w", "kept/a.py"]);
        let entry = format!("100644,{},left/out/c.py", blob.trim());
        repo.git(&["update-index", "--add", "--cacheinfo", &entry]);
        assert_eq!(
            repo.staged(),
            hit(&["kept/a.py:1", "left/out/c.py:1"]),
            "{steps:?}"
        );
    }
}

#[test]
fn objects_that_are_borrowed() {
    let lender = Repo::started();
    lender.write("old.py", leak(1));
    lender.commit("leak");
    let borrower = lender.beside("borrower");
    let paths = [lender.top.to_str().unwrap(), borrower.to_str().unwrap()];
    lender.git(&["clone", "-q", "--shared", paths[0], paths[1]]);
    support::write(
        &borrower.join("old.py"),
        format!("x = 1\n{}{}", leak(1), leak(2)).as_bytes(),
    );
    assert!(lender.git_in(&borrower, &["add", "."]).status.success());
    assert_eq!(places(&staged_in(&borrower, &[])), ["old.py:3"]);
}

#[test]
fn a_shallow_clone_knows_its_last_commit() {
    let repo = Repo::started();
    repo.write("old.py", leak(1));
    repo.commit("leak");
    let clone = repo.beside("clone");
    let url = format!("file://{}", repo.top.display());
    repo.git(&["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    support::write(
        &clone.join("old.py"),
        format!("{}{}", leak(2), leak(1)).as_bytes(),
    );
    assert!(repo.git_in(&clone, &["add", "."]).status.success());
    assert_eq!(places(&staged_in(&clone, &[])), ["old.py:1"]);
}

#[test]
fn replaced_objects_do_not_hide_what_is_committed() {
    let repo = Repo::started();
    repo.stage("a.py", leak(1));
    let bad = repo.git(&["rev-parse", ":a.py"]);
    repo.write("good.txt", "x = 1\n");
    let good = repo.git(&["hash-object", "-w", "good.txt"]);
    repo.git(&["replace", bad.trim(), good.trim()]);
    assert_eq!(repo.staged(), hit(&["a.py:1"]));
}

#[test]
fn no_repository_and_no_work_tree() {
    let repo = Repo::started();
    let outside = repo.beside("outside");
    fs::create_dir(&outside).unwrap();
    assert_refused(&staged_in(&outside, &[]), "no git repository");
    let bare = repo.beside("bare.git");
    let paths = [repo.top.to_str().unwrap(), bare.to_str().unwrap()];
    repo.git(&["clone", "-q", "--bare", paths[0], paths[1]]);
    assert_refused(&staged_in(&bare, &[]), "bare repository has nothing staged");
    assert_refused(&staged_in(&repo.top.join(".git"), &[]), "nothing staged");
}

#[test]
fn a_damaged_index() {
    let repo = Repo::started();
    repo.stage("a.py", leak(1));
    fs::write(repo.top.join(".git/index"), "DIRC nonsense").unwrap();
    assert_refused(&repo.run(&["scan", "--staged"]), "git diff-index failed: ");
}

#[test]
fn a_damaged_or_missing_head() {
    let repo = Repo::started();
    repo.stage("a.py", leak(1));
    fs::remove_file(object_file(&repo, "HEAD")).unwrap();
    assert_refused(&repo.run(&["scan", "--staged"]), "git diff-index failed: ");
}

#[test]
fn a_missing_or_damaged_object_is_named_and_the_rest_is_scanned() {
    for damage in [None, Some(&b"nonsense"[..])] {
        let repo = Repo::started();
        repo.stage("a.py", leak(1));
        repo.stage("b.py", leak(2));
        let file = object_file(&repo, ":a.py");
        fs::remove_file(&file).unwrap();
        if let Some(bytes) = damage {
            fs::write(&file, bytes).unwrap();
        }
        let run = repo.run(&["scan", "--staged", "--format", "json"]);
        assert_eq!(places(&run), ["b.py:1"], "{damage:?}");
        assert_refused(&run, "a.py: cannot be read: object ");
    }
}

#[test]
fn git_is_missing() {
    let repo = Repo::started();
    let run = finished(
        repo.command(&["scan", "--staged"])
            .env("PATH", "")
            .output()
            .unwrap(),
    );
    assert_refused(&run, "failed to run git: no such file or directory");
}

#[cfg(unix)]
#[test]
fn a_repository_of_somebody_else() {
    let repo = Repo::started();
    repo.stage("a.py", leak(1));
    let run = finished(
        repo.command(&["scan", "--staged"])
            .env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
            .output()
            .unwrap(),
    );
    assert_refused(&run, "dubious ownership");
}

#[test]
fn grafts_and_replaced_commits_hide_no_history() {
    let repo = Repo::started();
    let start = repo.git(&["rev-parse", "HEAD"]);
    repo.write("a.py", leak(1));
    repo.commit("leak");
    fs::remove_file(repo.top.join("a.py")).unwrap();
    let head = repo.commit("gone");
    let seen_by_git = || repo.git(&["rev-list", "HEAD"]).lines().count();
    assert_eq!(seen_by_git(), 3);
    repo.git(&["replace", "--graft", "HEAD", start.trim()]);
    assert_eq!(seen_by_git(), 2);
    assert_eq!(repo.scan(&["--history"]), hit(&["a.py:1"]));
    repo.git(&["replace", "-d", &head]);
    let grafts = repo.top.join(".git/info/grafts");
    support::write(&grafts, format!("{head} {start}").as_bytes());
    assert_eq!(seen_by_git(), 2);
    assert_eq!(repo.scan(&["--history"]), hit(&["a.py:1"]));
    assert_eq!(repo.scan(&["--since", "HEAD~2"]), hit(&["a.py:1"]));
}

/// Says that the end has come, also where a test fails.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn packing_and_committing_meanwhile_change_nothing() {
    let repo = Repo::started();
    for number in 0..40 {
        repo.write("old.py", leak(number));
        repo.commit("another");
    }
    fs::remove_file(repo.top.join("old.py")).unwrap();
    repo.commit("gone");
    repo.stage("new.py", leak(50));
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let end = End(&ended);
        scope.spawn(|| {
            let mut tip = "HEAD".to_owned();
            while !ended.load(Ordering::Relaxed) {
                let made = repo.git(&["commit-tree", "-p", &tip, "-m", "x", "HEAD^{tree}"]);
                tip = made.trim().to_owned();
                repo.git(&["update-ref", "refs/heads/other", &tip]);
                repo.git(&["gc", "-q", "--prune=now"]);
                repo.git(&["repack", "-adfq", "--depth=1"]);
            }
        });
        for _ in 0..12 {
            assert_eq!(repo.staged(), hit(&["new.py:1"]));
            let (places, code) = repo.scan(&["--history", "--all"]);
            assert_eq!((places.len(), code), (40, Some(1)), "{places:?}");
        }
        drop(end);
    });
}
