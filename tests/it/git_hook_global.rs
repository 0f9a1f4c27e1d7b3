//! Hooks of all repositories of a user.

#![cfg(unix)]

use std::fs;

use crate::git_hook::{commit, hook, ok, own_hook, started};
use crate::git_support::leak;

#[test]
fn hooks_of_all_repositories_run_those_of_each_first() {
    let repo = started();
    own_hook(&hook(&repo, "pre-commit"), 0);
    own_hook(&hook(&repo, "commit-msg"), 0);
    ok(&repo, &["hook", "install", "--global"]);
    repo.stage("app.py", leak(1));
    let (made, text) = commit(&repo);
    assert!(
        !made && text.starts_with("own hook\n") && text.contains("refused"),
        "{text}"
    );
    repo.stage("app.py", "x = 1\n");
    let (made, text) = commit(&repo);
    assert!(
        made && text == "own hook\nown hook .git/COMMIT_EDITMSG\n",
        "{text}"
    );
    // One of this repository would not be seen.
    let run = repo.run(&["hook", "install"]);
    assert!(
        run.code == Some(2) && run.err.contains("--global"),
        "{}",
        run.err
    );
    let doctor = repo.run(&["hook", "doctor"]);
    assert!(
        doctor
            .out
            .contains("as the user's or the machine's core.hooksPath says"),
        "{}",
        doctor.out
    );
    ok(&repo, &["hook", "uninstall", "--global"]);
    repo.stage("app.py", leak(1));
    assert_eq!(
        commit(&repo),
        (true, "own hook\nown hook .git/COMMIT_EDITMSG\n".to_owned())
    );
    assert!(!repo.beside("home").join(".config/barekey/hooks").exists());
}

#[test]
fn a_hooks_path_of_all_repositories_is_added_to() {
    let repo = started();
    let dir = repo.beside("home").join("hooks");
    own_hook(&dir.join("pre-commit"), 0);
    repo.git(&["config", "--global", "core.hooksPath", "~/hooks"]);
    ok(&repo, &["hook", "install", "--global"]);
    repo.stage("app.py", leak(1));
    let (made, text) = commit(&repo);
    assert!(!made && text.starts_with("own hook\n"), "{text}");
    ok(&repo, &["hook", "uninstall", "--global"]);
    assert!(
        fs::read_to_string(dir.join("pre-commit"))
            .unwrap()
            .contains("echo own")
    );
    assert_eq!(
        repo.git(&["config", "--global", "core.hooksPath"]).trim(),
        "~/hooks"
    );
}
