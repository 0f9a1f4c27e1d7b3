//! `barekey ci`: the commits that a run of a CI system is about.

use std::fs;

use crate::git_support::{Repo, clean_config, leak, places};
use crate::support::{self, Run, finished};

/// A run in this environment; the event is that of GitHub, where there is one.
fn ci(repo: &Repo, args: &[&str], env: &[(&str, &str)], event: Option<&str>) -> Run {
    let mut command = repo.command(&[&["ci", "--format", "json"], args].concat());
    command.envs(env.iter().copied());
    if let Some(event) = event {
        let path = repo.beside("event.json");
        fs::write(&path, event).unwrap();
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_PATH", path);
    }
    finished(command.output().unwrap())
}

/// A repository with a remote whose main branch has an old leak, and a branch with two commits.
struct Branch {
    repo: Repo,
    base: String,
    head: String,
}

fn branch() -> Branch {
    let repo = Repo::started();
    repo.write("old.py", leak(1));
    let base = repo.commit("old leak");
    let remote = repo.beside("remote.git");
    let remote = remote.to_str().unwrap();
    repo.git(&["init", "-q", "--bare", remote]);
    repo.git(&["remote", "add", "origin", remote]);
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write("new.py", leak(2));
    repo.commit("new leak");
    fs::remove_file(repo.top.join("new.py")).unwrap();
    let head = repo.commit("removed");
    Branch { repo, base, head }
}

#[test]
fn events_of_github() {
    let Branch { repo, base, head } = branch();
    let zero = "0".repeat(40);
    let request =
        format!(r#"{{"pull_request":{{"base":{{"sha":"{base}"}},"head":{{"sha":"{head}"}}}}}}"#);
    let group = format!(r#"{{"merge_group":{{"base_sha":"{base}","head_sha":"{head}"}}}}"#);
    let push = |before: &str| {
        format!(
            r#"{{"before":"{before}","after":"{head}","repository":{{"default_branch":"main"}}}}"#
        )
    };
    for (name, event, said) in [
        ("pull_request", &request, "pull request, commits "),
        ("pull_request_target", &request, "pull request, commits "),
        ("merge_group", &group, "push, commits "),
        ("push", &push(&base), "push, commits "),
        (
            "push",
            &push(&zero),
            "first push of a branch, commits origin/main..",
        ),
        (
            "push",
            &push(&"1".repeat(40)),
            "first push, all commits of the branch",
        ),
        (
            "schedule",
            &"{}".to_owned(),
            "an event without commits, all commits",
        ),
    ] {
        let run = ci(&repo, &[], &[("GITHUB_EVENT_NAME", name)], Some(event));
        assert_eq!(run.code, Some(1), "{name}: {}", run.err);
        let start = format!("GitHub Actions: {said}");
        assert!(run.err.starts_with(&start), "{name}: {}", run.err);
        let whole = said.contains("all commits");
        let expected: &[&str] = if whole {
            &["new.py:1", "old.py:1"]
        } else {
            &["new.py:1"]
        };
        assert_eq!(places(&run), expected, "{name}");
    }
    let gone = format!(r#"{{"before":"{base}","after":"{zero}"}}"#);
    let run = ci(&repo, &[], &[("GITHUB_EVENT_NAME", "push")], Some(&gone));
    assert_eq!(run.code, Some(0), "{}", run.err);
    for (name, event) in [("pull_request", "{}"), ("push", "nonsense"), ("push", "[]")] {
        let run = ci(&repo, &[], &[("GITHUB_EVENT_NAME", name)], Some(event));
        assert_eq!(run.code, Some(2), "{name} {event}: {}", run.err);
        assert!(run.err.contains("help: "), "{}", run.err);
    }
}

#[test]
fn other_systems() {
    let Branch { repo, base, head } = branch();
    let zero = "0".repeat(40);
    let cases: [(&str, &[(&str, &str)]); 7] = [
        (
            "GitLab CI: pull request",
            &[
                ("GITLAB_CI", "true"),
                ("CI_COMMIT_SHA", &head),
                ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base),
            ],
        ),
        (
            "GitLab CI: push",
            &[
                ("GITLAB_CI", "true"),
                ("CI_COMMIT_SHA", &head),
                ("CI_COMMIT_BEFORE_SHA", &base),
            ],
        ),
        (
            "GitLab CI: first push",
            &[
                ("GITLAB_CI", "true"),
                ("CI_COMMIT_SHA", &head),
                ("CI_COMMIT_BEFORE_SHA", &zero),
                ("CI_DEFAULT_BRANCH", "main"),
            ],
        ),
        (
            "Azure Pipelines: pull request",
            &[
                ("TF_BUILD", "True"),
                ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
                ("SYSTEM_PULLREQUEST_SOURCECOMMITID", &head),
            ],
        ),
        (
            "Jenkins: pull request",
            &[
                ("JENKINS_URL", "x"),
                ("CHANGE_TARGET", "main"),
                ("GIT_COMMIT", &head),
            ],
        ),
        (
            "Jenkins: push",
            &[
                ("JENKINS_URL", "x"),
                ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", &base),
                ("GIT_COMMIT", &head),
            ],
        ),
        (
            "CircleCI: first push, all",
            &[("CIRCLECI", "true"), ("CIRCLE_SHA1", &head)],
        ),
    ];
    for (said, env) in cases {
        let run = ci(&repo, &[], env, None);
        assert!(run.err.starts_with(said), "{said}: {}", run.err);
        assert_eq!(run.code, Some(1), "{said}");
        assert_eq!(places(&run)[0], "new.py:1", "{said}");
    }
    let none = ci(&repo, &[], &[], None);
    assert_eq!(none.code, Some(2));
    assert!(
        none.err.contains("no CI system is recognised"),
        "{}",
        none.err
    );
}

#[test]
fn a_request_does_not_change_its_own_rules() {
    let Branch { repo, base, .. } = branch();
    repo.write("barekey.yaml", "skip: ['*.py']\n");
    repo.write(".barekeyignore", "*\n");
    repo.write(
        "allowed.py",
        format!("{} # barekey:allow a sample\n", leak(3).trim()),
    );
    let head = repo.commit("makes its own rules");
    let request =
        format!(r#"{{"pull_request":{{"base":{{"sha":"{base}"}},"head":{{"sha":"{head}"}}}}}}"#);
    let env = [("GITHUB_EVENT_NAME", "pull_request")];
    let run = ci(&repo, &[], &env, Some(&request));
    assert_eq!(places(&run), ["new.py:1"]);
    assert!(
        run.out.contains("a new marker allows slack-bot-token"),
        "{}",
        run.out
    );
    let strict = ci(&repo, &["--no-new-allows"], &env, Some(&request));
    assert_eq!(places(&strict), ["allowed.py:1", "new.py:1"]);
    // A marker that was there before is honoured.
    repo.write(
        "allowed.py",
        format!("x = 1\n{} # barekey:allow a sample\n", leak(3).trim()),
    );
    repo.git(&["rm", "-q", "--cached", "barekey.yaml", ".barekeyignore"]);
    fs::remove_file(repo.top.join("barekey.yaml")).unwrap();
    fs::remove_file(repo.top.join(".barekeyignore")).unwrap();
    let last = repo.commit("moved");
    let request =
        format!(r#"{{"pull_request":{{"base":{{"sha":"{head}"}},"head":{{"sha":"{last}"}}}}}}"#);
    let strict = ci(
        &repo,
        &["--no-new-allows", "--isolated"],
        &env,
        Some(&request),
    );
    assert_eq!(
        (places(&strict), strict.code),
        (Vec::new(), Some(0)),
        "{}",
        strict.err
    );
}

#[test]
fn a_shallow_clone_is_never_a_silent_pass() {
    let Branch { repo, base, head } = branch();
    let url = format!("file://{}", repo.top.display());
    let request =
        format!(r#"{{"pull_request":{{"base":{{"sha":"{base}"}},"head":{{"sha":"{head}"}}}}}}"#);
    let event = repo.beside("event.json");
    fs::write(&event, request).unwrap();
    for depth in ["1", "2"] {
        let clone = repo.beside(&format!("clone{depth}"));
        repo.git(&[
            "clone",
            "-q",
            "--depth",
            depth,
            "--branch",
            "topic",
            &url,
            clone.to_str().unwrap(),
        ]);
        let mut command = support::barekey(&clone);
        command.args(["ci"]).envs(clean_config()).envs([
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "pull_request"),
        ]);
        let run = finished(command.env("GITHUB_EVENT_PATH", &event).output().unwrap());
        assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
        assert!(run.err.contains("fetch-depth: 0"), "{}", run.err);
        // The range is there, and history is cut within it.
        let mut command = support::barekey(&clone);
        command.args(["scan", "--history"]).envs(clean_config());
        let run = finished(command.output().unwrap());
        assert!(run.out.contains("this clone is shallow"), "{}", run.out);
    }
}
