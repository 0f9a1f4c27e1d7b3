//! `--unstaged`, `--untracked` and `--changes`: what is not staged yet.

use std::fs;

use crate::git_support::{Repo, clean, hit, leak};

#[test]
fn each_sees_its_own() {
    let repo = Repo::started();
    repo.write("tracked.py", "x = 1\n");
    repo.write("old.py", leak(9));
    repo.write(".gitignore", "*.log\n");
    repo.commit("base");
    repo.stage("staged.py", leak(1));
    repo.write("tracked.py", format!("x = 1\n{}", leak(2)));
    repo.write("new/file.py", leak(3));
    repo.write("ignored.log", leak(4));
    assert_eq!(repo.staged(), hit(&["staged.py:1"]));
    assert_eq!(repo.scan(&["--unstaged"]), hit(&["tracked.py:2"]));
    assert_eq!(repo.scan(&["--untracked"]), hit(&["new/file.py:1"]));
    let two = repo.scan(&["--unstaged", "--untracked"]);
    assert_eq!(two, hit(&["new/file.py:1", "tracked.py:2"]));
    let all = repo.scan(&["--changes"]);
    assert_eq!(all, hit(&["new/file.py:1", "staged.py:1", "tracked.py:2"]));
    assert_eq!(repo.scan(&["--changes", "new"]), hit(&["new/file.py:1"]));
    assert_eq!(repo.scan(&["--unstaged", "old.py"]), clean());
}

#[test]
fn what_stood_there_before_is_no_news() {
    let repo = Repo::started();
    repo.write("a.py", leak(1));
    repo.commit("leak");
    repo.write("a.py", format!("x = 1\n{}", leak(1)));
    assert_eq!(repo.scan(&["--changes"]), clean());
    // Staged and changed once more: told once, where it is staged.
    repo.stage("b.py", leak(2));
    repo.write("b.py", format!("x = 1\n{}", leak(2)));
    assert_eq!(repo.scan(&["--changes"]), hit(&["b.py:1"]));
    assert_eq!(repo.scan(&["--unstaged"]), clean());
}

#[test]
fn a_file_that_was_moved_by_hand() {
    let repo = Repo::started();
    repo.write("a.py", leak(1));
    repo.commit("leak");
    fs::rename(repo.top.join("a.py"), repo.top.join("b.py")).unwrap();
    assert_eq!(repo.scan(&["--changes"]), clean());
    assert_eq!(repo.scan(&["--untracked"]), hit(&["b.py:1"]));
}

#[test]
fn before_the_first_commit() {
    let repo = Repo::new();
    repo.write("a.py", leak(1));
    assert_eq!(repo.scan(&["--changes"]), hit(&["a.py:1"]));
    repo.git(&["add", "-N", "a.py"]);
    assert_eq!(repo.scan(&["--changes"]), hit(&["a.py:1"]));
    assert_eq!(repo.staged(), clean());
}

#[test]
fn files_that_are_not_checked_out_and_files_without_a_change() {
    let repo = Repo::started();
    repo.write("kept/a.py", leak(1));
    repo.write("left/b.py", leak(2));
    repo.commit("base");
    repo.git(&["sparse-checkout", "set", "--cone", "kept"]);
    assert!(!repo.top.join("left/b.py").exists());
    repo.write("new.py", leak(2));
    assert_eq!(
        repo.scan(&["--changes"]),
        hit(&["new.py:1"]),
        "nothing was removed"
    );
    // Touched, not changed.
    repo.write("kept/a.py", leak(1));
    assert_eq!(repo.scan(&["--unstaged"]), clean());
}

#[test]
fn from_a_subdirectory_and_with_a_repository_inside() {
    let repo = Repo::started();
    repo.write("a/new.py", leak(1));
    repo.write("b/c/x", "");
    repo.write("inner/.git/HEAD", "ref: refs/heads/main\n");
    repo.git(&["init", "-q", "nested"]);
    repo.write("nested/n.py", leak(2));
    let mut command = repo.command(&["scan", "--changes", "--format", "json"]);
    let run = crate::support::finished(command.current_dir(repo.top.join("b/c")).output().unwrap());
    assert_eq!(crate::git_support::places(&run), ["a/new.py:1"]);
}
