//! What `barekey hook` says before a push.

#![cfg(unix)]

use std::fs;

use crate::git_hook::{commit, hook, installed, ok, own_hook, said};
use crate::git_support::{Repo, leak};

/// A repository with hooks and an empty remote.
fn with_remote() -> Repo {
    let repo = installed();
    let remote = repo.beside("remote.git");
    repo.git(&["init", "-q", "--bare", remote.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
    repo
}

fn push(repo: &Repo, args: &[&str]) -> (bool, String) {
    said(&repo.git_in(&repo.top, &[&["push", "-q", "origin"], args].concat()))
}

/// Commits what a hook would have refused, and takes it out again.
fn commit_and_remove(repo: &Repo, name: &str, number: u64) {
    for content in [leak(number).as_str(), "clean\n"] {
        repo.write(name, content);
        repo.git(&["add", name]);
        repo.git(&["commit", "-qnm", "unchecked"]);
    }
}

#[test]
fn a_push_is_refused_for_a_secret_that_a_later_commit_took_out() {
    let repo = with_remote();
    assert_eq!(push(&repo, &["main"]), (true, String::new()));
    commit_and_remove(&repo, "app.py", 1);
    let (made, text) = push(&repo, &["main"]);
    assert!(
        !made && text.contains("app.py:1:") && text.contains("The push is refused"),
        "{text}"
    );
    assert!(text.contains("SKIP=barekey git push"), "{text}");
    let skipped = repo.git_in(&repo.top, &["push", "-q", "--no-verify", "origin", "main"]);
    assert!(skipped.status.success());
    // What the remote has is not asked about again, and what is deleted is let through.
    repo.git(&["checkout", "-qb", "next"]);
    repo.stage("b.py", "x = 1\n");
    assert!(commit(&repo).0);
    assert_eq!(push(&repo, &["next"]), (true, String::new()));
    assert_eq!(push(&repo, &["next:other"]), (true, String::new()));
    assert_eq!(push(&repo, &["--delete", "next"]), (true, String::new()));
}

#[test]
fn every_line_of_a_push_is_read() {
    let repo = with_remote();
    assert!(push(&repo, &["main"]).0);
    for (branch, number) in [("one", 0), ("two", 2), ("three", 0)] {
        repo.git(&["checkout", "-qb", branch, "main"]);
        match number {
            0 => drop(repo.commit(branch)),
            _ => commit_and_remove(&repo, "app.py", number),
        }
    }
    let (made, text) = push(&repo, &["one", "two", "three"]);
    assert!(!made && text.contains("app.py:1:"), "{text}");
    assert!(push(&repo, &["one", "three"]).0);
}

#[test]
fn a_first_push_and_a_branch_of_its_own_are_read_from_their_start() {
    let repo = with_remote();
    repo.git(&["checkout", "-q", "--orphan", "island"]);
    commit_and_remove(&repo, "app.py", 3);
    let (made, text) = push(&repo, &["island"]);
    assert!(!made && text.contains("app.py:1:"), "{text}");
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(push(&repo, &["main"]), (true, String::new()));
    // Not the branch that is checked out.
    let (made, text) = push(&repo, &["island"]);
    assert!(!made && text.contains("app.py:1:"), "{text}");
}

#[test]
fn a_push_hook_that_was_there_gets_the_same_lines() {
    let repo = with_remote();
    ok(&repo, &["hook", "uninstall"]);
    let path = hook(&repo, "pre-push");
    own_hook(&path, 0);
    fs::write(&path, "#!/bin/sh\nsed 's/ .*//' >&2\n").unwrap();
    ok(&repo, &["hook", "install"]);
    let (made, text) = push(&repo, &["main", "HEAD:refs/heads/other"]);
    assert!(made, "{text}");
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        ["refs/heads/main", "HEAD"]
    );
    commit_and_remove(&repo, "app.py", 4);
    assert!(!push(&repo, &["main"]).0);
}

#[test]
fn what_is_listed_may_be_pushed() {
    let repo = with_remote();
    repo.write("app.py", leak(5));
    ok(&repo, &["baseline", "create"]);
    repo.git(&["add", "-A"]);
    assert!(commit(&repo).0);
    let (made, text) = push(&repo, &["main"]);
    assert!(made && text.is_empty(), "{text}");
}
