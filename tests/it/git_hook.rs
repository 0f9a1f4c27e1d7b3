//! `barekey hook` in real repositories: git runs what it installs.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::git_support::{Repo, leak};
use crate::support::Run;

/// A repository with one commit, whose hooks find Barekey on PATH, and whose user has a home of their own.
pub(crate) fn started() -> Repo {
    let mut repo = Repo::started();
    let program = Path::new(env!("CARGO_BIN_EXE_barekey"));
    let path = std::env::var("PATH").unwrap();
    let dir = program.parent().unwrap().display();
    let home = repo.beside("home");
    fs::create_dir(&home).unwrap();
    for (name, value) in [
        ("PATH", format!("{dir}:{path}")),
        ("HOME", home.display().to_string()),
        ("XDG_CONFIG_HOME", String::new()),
        (
            "GIT_CONFIG_GLOBAL",
            home.join("gitconfig").display().to_string(),
        ),
        ("SKIP", String::new()),
        ("PRE_COMMIT", String::new()),
    ] {
        repo.env.push((name.to_owned(), value));
    }
    repo
}

pub(crate) fn installed() -> Repo {
    let repo = started();
    ok(&repo, &["hook", "install"]);
    repo
}

/// Runs Barekey, which must be content.
pub(crate) fn ok(repo: &Repo, args: &[&str]) -> Run {
    let run = repo.run(args);
    assert_eq!(run.code, Some(0), "{args:?}: {}{}", run.out, run.err);
    run
}

/// What a commit of what is staged says, and whether it was made.
pub(crate) fn commit(repo: &Repo) -> (bool, String) {
    said(&repo.git_in(&repo.top, &["commit", "-qm", "change"]))
}

pub(crate) fn said(output: &Output) -> (bool, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

/// Writes a hook of the user's that leaves a line behind.
pub(crate) fn own_hook(path: &Path, code: i32) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(
        path,
        format!("#!/bin/sh\necho own hook \"$@\" >&2\nexit {code}\n"),
    )
    .unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

pub(crate) fn hook(repo: &Repo, name: &str) -> PathBuf {
    repo.top.join(".git/hooks").join(name)
}

#[test]
fn a_commit_with_a_secret_is_refused_and_told_the_ways_on() {
    let repo = installed();
    repo.stage("app.py", format!("# one\n{}", leak(1)));
    // The working tree does not count.
    repo.write("app.py", "clean\n");
    let (made, text) = commit(&repo);
    assert!(!made);
    for part in [
        "app.py:2:",
        "slack-bot-token",
        "xoxb-",
        "= why: ",
        "= next: ",
        "The commit is refused.",
        "barekey:allow[slack-bot-token] reason",
        "barekey baseline create",
        "SKIP=barekey git commit",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    let secret = leak(1).split('"').nth(1).unwrap().to_owned();
    assert!(!text.contains(&secret[16..]), "{text}");
    repo.stage("app.py", "clean\n");
    assert_eq!(commit(&repo), (true, String::new()));
}

#[test]
fn the_ways_on_lead_on() {
    let repo = installed();
    repo.stage(
        "allowed.py",
        leak(1).trim_end().to_owned() + "  # barekey:allow[slack-bot-token] a sample\n",
    );
    assert!(commit(&repo).0);
    repo.write("listed.py", leak(2));
    ok(&repo, &["baseline", "create"]);
    repo.git(&["add", "-A"]);
    let (made, text) = commit(&repo);
    assert!(made && !text.contains("refused"), "{text}");
    // One entry holds one: a copy is news, although both are in one file.
    repo.stage("listed.py", leak(2) + &leak(2));
    assert!(!commit(&repo).0);
    let skip = ("SKIP".to_owned(), "other,barekey".to_owned());
    let mut repo = repo;
    repo.env.push(skip);
    let (made, text) = commit(&repo);
    assert!(made && text.contains("skipped, as SKIP asks"), "{text}");
}

#[test]
fn deletions_and_merges_pass() {
    let repo = installed();
    repo.stage("old.py", leak(1));
    repo.git(&["commit", "-qnm", "with a secret, unchecked"]);
    repo.git(&["checkout", "-qb", "side"]);
    repo.stage("side.py", "x = 1\n");
    assert!(commit(&repo).0);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["rm", "-q", "old.py"]);
    let (made, text) = commit(&repo);
    assert!(made, "{text}");
    repo.git(&["merge", "-q", "--no-edit", "side"]);
}

#[test]
fn a_hook_that_was_there_runs_first_and_is_put_back() {
    let repo = started();
    let path = hook(&repo, "pre-commit");
    own_hook(&path, 0);
    let before = fs::read(&path).unwrap();
    let run = ok(&repo, &["hook", "install"]);
    assert!(
        run.err.contains("runs pre-commit.before-barekey first"),
        "{}",
        run.err
    );
    // Twice is once.
    ok(&repo, &["hook", "install"]);
    repo.stage("app.py", leak(1));
    let (made, text) = commit(&repo);
    assert!(
        !made && text.starts_with("own hook\n") && text.contains("refused"),
        "{text}"
    );
    // Its refusal is final.
    own_hook(&hook(&repo, "pre-commit.before-barekey"), 7);
    repo.stage("app.py", "x = 1\n");
    assert_eq!(commit(&repo), (false, "own hook\n".to_owned()));
    own_hook(&hook(&repo, "pre-commit.before-barekey"), 0);
    ok(&repo, &["hook", "uninstall"]);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(!hook(&repo, "pre-commit.before-barekey").exists());
    // Another hook beside ours cannot be kept: nothing is lost.
    own_hook(&hook(&repo, "pre-commit.before-barekey"), 0);
    let run = repo.run(&["hook", "install"]);
    assert!(
        run.code == Some(2) && run.err.contains("help: "),
        "{}",
        run.err
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_manager_that_runs_it_already_is_told_of() {
    let repo = started();
    let run = ok(&repo, &["hook", "install"]);
    assert!(!run.err.contains("note: "), "{}", run.err);
    repo.write("lefthook.yml", "run: barekey hook run pre-commit\n");
    let run = ok(&repo, &["hook", "install"]);
    let note = "note: lefthook runs barekey already, so it runs twice now";
    assert!(run.err.contains(note), "{}", run.err);
}

#[test]
fn a_hooks_path_is_obeyed() {
    let repo = started();
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    own_hook(&hook(&repo, "pre-commit"), 1);
    fs::create_dir(repo.top.join("sub")).unwrap();
    let mut command = repo.command(&["hook", "install"]);
    assert!(
        command
            .current_dir(repo.top.join("sub"))
            .status()
            .unwrap()
            .success()
    );
    let text = fs::read_to_string(repo.top.join(".githooks/pre-commit")).unwrap();
    // The directory is shared: it says nothing of this machine.
    assert!(!text.contains(env!("CARGO_BIN_EXE_barekey")), "{text}");
    repo.stage("app.py", leak(1));
    assert!(commit(&repo).1.contains("The commit is refused"));
    let told = repo.run(&["hook", "doctor"]);
    assert!(
        told.out
            .contains("as this repository's core.hooksPath says"),
        "{}",
        told.out
    );
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    let run = repo.run(&["hook", "install"]);
    assert!(
        run.code == Some(2) && run.err.contains("help: add the line `barekey hook run"),
        "{}",
        run.err
    );
    assert!(!repo.top.join(".husky").exists());
}

#[test]
fn linked_worktrees_share_the_hooks() {
    let repo = installed();
    let tree = repo.beside("tree");
    repo.git(&["worktree", "add", "-q", tree.to_str().unwrap()]);
    fs::write(tree.join("app.py"), leak(1)).unwrap();
    repo.git_in(&tree, &["add", "app.py"]);
    let (made, text) = said(&repo.git_in(&tree, &["commit", "-qm", "x"]));
    assert!(!made && text.contains("The commit is refused"), "{text}");
}

#[test]
fn the_doctor_says_what_is_wrong() {
    let mut repo = started();
    let (well, text) = doctor(&repo);
    assert!(
        !well
            && text.contains(
                "problem: nothing runs barekey before a commit\n  help: barekey hook install"
            ),
        "{text}"
    );
    ok(&repo, &["hook", "install"]);
    let (well, text) = doctor(&repo);
    assert!(
        well && text.contains("ok: .git/hooks/pre-commit runs barekey\n"),
        "{text}"
    );

    let path = hook(&repo, "pre-commit");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let (well, text) = doctor(&repo);
    assert!(
        !well && text.contains("is not executable, so git ignores it"),
        "{text}"
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();

    let written = fs::read_to_string(&path).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    fs::write(
        &path,
        written.replace(&format!("hook 1 {version}"), "hook 1 0.0.1"),
    )
    .unwrap();
    let (well, text) = doctor(&repo);
    assert!(
        !well && text.contains("was written by barekey 0.0.1, this is"),
        "{text}"
    );
    ok(&repo, &["hook", "install"]);

    repo.write(".pre-commit-config.yaml", "repos: []\n");
    repo.write(
        "lefthook.yml",
        "pre-commit: {commands: {b: {run: barekey hook run pre-commit}}}\n",
    );
    let (well, text) = doctor(&repo);
    assert!(
        well && text.contains("note: the settings of pre-commit do not speak of barekey"),
        "{text}"
    );
    assert!(text.contains("ok: lefthook runs barekey"), "{text}");

    let dir = repo.beside("bin");
    own_hook(&dir.join("barekey"), 0);
    let path = std::env::var("PATH").unwrap();
    repo.env
        .push(("PATH".to_owned(), format!("{}:{path}", dir.display())));
    let (well, text) = doctor(&repo);
    assert!(
        !well && text.contains("/bin/barekey is something else, this is barekey"),
        "{text}"
    );
    let without: Vec<&str> = path
        .split(':')
        .filter(|dir| !Path::new(dir).join("barekey").exists())
        .collect();
    repo.env.push(("PATH".to_owned(), without.join(":")));
    let (well, text) = doctor(&repo);
    assert!(
        !well && text.contains("problem: barekey is not on PATH"),
        "{text}"
    );
    // The hook knows where it was installed from.
    repo.stage("app.py", leak(1));
    assert!(commit(&repo).1.contains("The commit is refused"));
}

#[test]
fn a_missing_program_stops_the_commit() {
    let mut repo = installed();
    let path = hook(&repo, "pre-commit");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replace(env!("CARGO_BIN_EXE_barekey"), "/nowhere/barekey"),
    )
    .unwrap();
    let path = std::env::var("PATH").unwrap();
    let without: Vec<&str> = path
        .split(':')
        .filter(|dir| !Path::new(dir).join("barekey").exists())
        .collect();
    repo.env.push(("PATH".to_owned(), without.join(":")));
    repo.stage("app.py", "x = 1\n");
    let (made, text) = commit(&repo);
    assert!(
        !made && text.contains("barekey is not on PATH, so nothing was checked"),
        "{text}"
    );
}

#[test]
fn outside_of_a_repository_there_is_nothing_to_install_into() {
    let repo = started();
    let dir = repo.beside("plain");
    fs::create_dir(&dir).unwrap();
    for args in [
        ["hook", "install"],
        ["hook", "uninstall"],
        ["hook", "doctor"],
    ] {
        let output = repo.command(&args).current_dir(&dir).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .starts_with("error: git: not a git repository")
        );
    }
}

/// What the doctor says, and whether all is well.
fn doctor(repo: &Repo) -> (bool, String) {
    let run = repo.run(&["hook", "doctor"]);
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.err);
    (run.code == Some(0), run.out)
}
