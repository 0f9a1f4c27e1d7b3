//! A repository that plants a command in every place that git has for one: no scan runs any of them, nor anything but git.

#![cfg(unix)]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use crate::git_support::{Repo, leak};
use crate::support::{self, Run, finished};

fn executable(path: &Path, text: &str) {
    support::write(path, text.as_bytes());
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Every hook that git knows, and some that it may come to know.
const HOOKS: [&str; 12] = [
    "pre-commit",
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "fsmonitor-watchman",
    "query-watchman",
    "pre-push",
    "post-rewrite",
    "post-merge",
    "pre-auto-gc",
    "sendemail-validate",
    "proc-receive",
];

/// A repository with changes of all kinds, and a trap in each place.
fn trapped(trap: &str) -> Repo {
    let repo = Repo::started();
    repo.write("old.txt", leak(1));
    repo.write("same.txt", "x = 1\n");
    repo.write(
        ".gitattributes",
        "*.txt filter=evil diff=evil merge=evil text eol=crlf ident working-tree-encoding=UTF-8\n",
    );
    repo.write("README.md", "# changed\n");
    repo.commit("base");
    repo.stage("staged.txt", leak(2));
    repo.write("old.txt", format!("{}{}", leak(1), leak(5)));
    repo.write("untracked.txt", leak(3));
    // A file whose times leave it in doubt makes git read it, and so run the filter.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(1_000_000);
    let doubtful = fs::File::options()
        .append(true)
        .open(repo.top.join("same.txt"))
        .unwrap();
    doubtful.set_modified(later).unwrap();
    repo.git(&["add", "same.txt"]);
    // From here on git itself would run into the traps.
    let script = repo.top.join(".git/trap.sh");
    executable(&script, trap);
    let script = script.to_str().unwrap();
    let hooks = repo.top.join("hooks");
    for name in HOOKS {
        executable(&hooks.join(name), trap);
        executable(&repo.top.join(".git/hooks").join(name), trap);
    }
    let mut config = fs::read_to_string(repo.top.join(".git/config")).unwrap();
    config.push_str(&format!(
        "[core]\n fsmonitor = {script}\n hooksPath = {hooks}\n pager = {script}\n sshCommand = {script}\n \
         editor = {script}\n askPass = {script}\n gitProxy = {script}\n alternateRefsCommand = {script}\n \
         attributesFile = .gitattributes\n\
         [diff]\n external = {script}\n[diff \"evil\"]\n textconv = {script}\n command = {script}\n\
         [filter \"evil\"]\n clean = {script}\n smudge = {script}\n process = {script}\n required = true\n\
         [merge \"evil\"]\n driver = {script}\n[pager]\n ls-files = {script}\n rev-list = {script}\n cat-file = {script}\n\
         [credential]\n helper = {script}\n[gpg]\n program = {script}\n[log]\n showSignature = true\n\
         [alias]\n ls-files = !{script}\n cat-file = !{script}\n[include]\n path = ../evil.config\n\
         [remote \"origin\"]\n url = file://{top}/../gone\n promisor = true\n partialclonefilter = blob:none\n \
         uploadpack = {script}\n vcs = ext\n[extensions]\n partialClone = origin\n[maintenance]\n auto = true\n\
         [gc]\n auto = 1\n[submodule]\n recurse = true\n",
        hooks = hooks.display(),
        top = repo.top.display(),
    ));
    fs::write(repo.top.join(".git/config"), config).unwrap();
    repo.write(
        "evil.config",
        format!("[core]\n fsmonitor = {script}\n[diff]\n external = {script}\n"),
    );
    repo
}

/// All that asks git something, by how it is called and with which code it ends. What writes comes last.
const MODES: [(&[&str], i32); 19] = [
    (&["scan"], 1),
    (&["scan", "--staged"], 1),
    (&["scan", "--staged", "--", "same.txt", "staged.txt"], 1),
    (&["scan", "--unstaged"], 1),
    (&["scan", "--untracked"], 1),
    (&["scan", "--changes"], 1),
    (&["scan", "--history"], 1),
    (&["scan", "--history", "--all"], 1),
    (&["scan", "--since", "HEAD~1"], 1),
    (&["scan", "--range", "HEAD~1..HEAD"], 1),
    (&["ci"], 1),
    (&["hook", "run", "pre-commit"], 1),
    (&["hook", "run", "pre-push", "origin", "file:///gone"], 1),
    (&["explain", "old.txt:1"], 0),
    (&["fix"], 0),
    (&["baseline", "create"], 0),
    (&["baseline", "update"], 0),
    (&["baseline", "prune"], 0),
    (&["baseline", "show"], 0),
];

/// Runs a mode as git or a CI system would; the path of programs may be another.
fn run_mode(repo: &Repo, mode: &[&str], path: Option<&Path>) -> Run {
    let mut command = repo.command(mode);
    command.envs([
        ("JENKINS_URL", "https://ci.example.org"),
        ("GIT_COMMIT", "HEAD"),
        ("GIT_PREVIOUS_COMMIT", "HEAD~1"),
    ]);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let head = fs::read_to_string(repo.top.join(".git/refs/heads/main")).unwrap();
    let push = format!(
        "refs/heads/main {} refs/heads/main {:040}\n",
        head.trim(),
        0
    );
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Most modes do not read it.
    let _ = child.stdin.take().unwrap().write_all(push.as_bytes());
    finished(child.wait_with_output().unwrap())
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    let marks = tempfile::tempdir().unwrap();
    let mark = marks.path().join("ran");
    let trap = format!(
        "#!/bin/sh\necho \"$0 $*\" >> '{}'\nexit 1\n",
        mark.display()
    );
    let repo = trapped(&trap);
    // The traps work: git itself runs into one of them.
    let _ = repo.git_in(&repo.top, &["status"]);
    assert!(mark.exists(), "no trap was sprung by `git status`");
    fs::remove_file(&mark).unwrap();
    for (mode, code) in MODES {
        let run = run_mode(&repo, mode, None);
        assert_eq!(run.code, Some(code), "{mode:?}: {}{}", run.out, run.err);
        assert!(
            !mark.exists(),
            "{mode:?}: {}",
            fs::read_to_string(&mark).unwrap()
        );
    }
}

#[test]
fn a_missing_object_is_not_fetched() {
    let marks = tempfile::tempdir().unwrap();
    let mark = marks.path().join("ran");
    let trap = format!(
        "#!/bin/sh\necho \"$0 $*\" >> '{}'\nexit 1\n",
        mark.display()
    );
    let repo = trapped(&trap);
    let oid = {
        // The only question that is asked here: the blob of the index.
        let listing = repo.git_in(
            &repo.top,
            &["-c", "core.fsmonitor=false", "ls-files", "-s", "staged.txt"],
        );
        String::from_utf8(listing.stdout).unwrap()[7..47].to_owned()
    };
    let _ = fs::remove_file(&mark);
    fs::remove_file(
        repo.top
            .join(".git/objects")
            .join(&oid[..2])
            .join(&oid[2..]),
    )
    .unwrap();
    for mode in [&["scan", "--staged"][..], &["scan", "--changes"]] {
        let run = repo.run(mode);
        assert_eq!(run.code, Some(2), "{mode:?}: {}", run.out);
        assert!((run.out + &run.err).contains(&format!("object {oid} is missing")));
        assert!(
            !mark.exists(),
            "{mode:?}: {}",
            fs::read_to_string(&mark).unwrap()
        );
    }
}

#[test]
fn only_git_is_started_and_only_asked_what_is_safe() {
    let repo = trapped("#!/bin/sh\nexit 1\n");
    let tools = repo.beside("tools");
    let log = repo.beside("log");
    let git = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|dir| dir.join("git"))
        .find(|path| path.is_file())
        .unwrap();
    // The only program on the path; what git starts itself would be found there, too.
    let wrapper = format!(
        "#!/bin/sh\necho \"$*\" >> '{}'\nexec '{}' \"$@\"\n",
        log.display(),
        git.display()
    );
    executable(&tools.join("git"), &wrapper);
    let allowed = [
        "rev-parse",
        "diff-index",
        "cat-file",
        "ls-files",
        "rev-list",
        "diff-tree",
    ];
    for (mode, code) in MODES {
        let _ = fs::remove_file(&log);
        let run = run_mode(&repo, mode, Some(&tools));
        assert_eq!(run.code, Some(code), "{mode:?}: {}", run.err);
        // What only reads files asks git for the tracked ones, if anything.
        let asked = fs::read_to_string(&log).unwrap_or_default();
        for line in asked.lines() {
            let rest = line.strip_prefix("-c core.fsmonitor=false -c core.hooksPath=/dev/null ");
            let mut words = rest.into_iter().flat_map(|rest| rest.split(' '));
            // How much memory git takes for packs.
            let limits = ["-c", "core.packedGit", "core.deltaBase"];
            let question = words.find(|word| !limits.iter().any(|limit| word.starts_with(limit)));
            let question = question.unwrap_or(line);
            assert!(allowed.contains(&question), "{mode:?}: git {line}");
            assert!(
                !line.contains("--filters") && !line.contains("--textconv"),
                "git {line}"
            );
        }
        let most = if mode == ["scan", "--staged"] { 3 } else { 8 };
        assert!(asked.lines().count() <= most, "{mode:?}: {asked}");
    }
}
