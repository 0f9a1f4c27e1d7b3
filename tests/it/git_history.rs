//! `--history`, `--since` and `--range`: what commits brought, also where it is gone again.

use std::fs;

use crate::git_support::{Repo, clean, hit, leak, places};
use crate::support;

#[test]
fn removed_secrets_are_found_with_their_first_commit() {
    let repo = Repo::started();
    repo.write("app.py", leak(1));
    let first = repo.commit("leak");
    repo.write("app.py", format!("# more\n{}", leak(1)));
    repo.commit("moved down");
    repo.git(&["mv", "app.py", "main.py"]);
    repo.commit("renamed");
    repo.git(&["rm", "-q", "main.py"]);
    repo.commit("removed");
    let run = repo.run(&["scan", "--history", "--format", "json"]);
    assert_eq!((places(&run), run.code), hit(&["app.py:1"]));
    assert!(run.out.contains(&first), "{}", run.out);
    assert!(
        run.out.contains("\"date\": \"2026-01-02T03:04:05+00:00\""),
        "{}",
        run.out
    );
    assert!(run.out.contains("\"commits\": 5"), "{}", run.out);
    let pretty = repo.run(&["scan", "--history"]);
    assert!(
        pretty
            .out
            .contains(&format!("since: commit {first} of 2026-01-02")),
        "{}",
        pretty.out
    );
    let sarif = repo.run(&["scan", "--history", "--format", "sarif"]);
    assert!(sarif.out.contains(&first), "{}", sarif.out);
}

#[test]
fn fifty_planted_and_removed_secrets() {
    let repo = Repo::started();
    for number in 0..50 {
        let name = format!("d{}/f{number}.py", number % 5);
        repo.write(&name, leak(number));
        repo.commit("leak");
        if number % 2 == 0 {
            fs::remove_file(repo.top.join(&name)).unwrap();
        } else {
            repo.write(&name, "x = 1\n");
        }
    }
    repo.commit("gone");
    let one = repo.scan(&["--history", "--threads", "1"]);
    assert_eq!(one.0.len(), 50);
    assert_eq!(repo.scan(&["--history", "--threads", "8"]), one);
    assert_eq!(repo.scan(&["--history", "d1"]).0.len(), 10);
}

#[test]
fn messages_of_commits_and_tags() {
    let repo = Repo::started();
    repo.commit(&format!("deploy with {}", leak(1)));
    repo.git(&["tag", "-a", "v1", "-m", &leak(2)]);
    repo.git(&["tag", "-a", "v2", "v1", "-m", &leak(3)]);
    repo.write("blob.py", leak(4));
    let blob = repo.git(&["hash-object", "-w", "blob.py"]);
    repo.git(&["update-ref", "refs/notes/blob", blob.trim()]);
    assert_eq!(repo.scan(&["--history"]), hit(&["<commit message>:1"]));
    let all = hit(&[
        "<commit message>:1",
        "<notes/blob>:1",
        "<tags/v1>:1",
        "<tags/v2>:1",
    ]);
    let (mut places, code) = repo.scan(&["--history", "--all"]);
    places.dedup();
    assert_eq!((places, code), all);
}

#[test]
fn other_branches_only_with_all() {
    let repo = Repo::started();
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("side.py", leak(1));
    repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(repo.scan(&["--history"]), clean());
    assert_eq!(repo.scan(&["--history", "--all"]), hit(&["side.py:1"]));
    repo.git(&["stash", "list"]);
    repo.write("README.md", leak(2));
    repo.git(&["stash", "-q"]);
    assert_eq!(
        repo.scan(&["--history", "--all"]),
        hit(&["README.md:1", "side.py:1"])
    );
}

#[test]
fn a_range_tells_what_it_brought() {
    let repo = Repo::started();
    repo.write("old.py", leak(1));
    repo.write("moved.py", leak(2));
    let base = repo.commit("old leaks");
    repo.write("old.py", format!("# x\n{}", leak(1)));
    repo.git(&["mv", "moved.py", "there.py"]);
    repo.commit("edited and renamed");
    assert_eq!(repo.scan(&["--since", &base]), clean());
    repo.write("old.py", format!("# x\n{}{}", leak(1), leak(3)));
    let with = repo.commit("new leak");
    repo.write("old.py", format!("# x\n{}", leak(1)));
    repo.commit("removed again");
    assert_eq!(repo.scan(&["--since", &base]), hit(&["old.py:3"]));
    assert_eq!(
        repo.scan(&["--range", &format!("{base}..{with}")]),
        hit(&["old.py:3"])
    );
    assert_eq!(repo.scan(&["--range", &format!("{with}..")]), clean());
    let none = repo.run(&["scan", "--since", "HEAD"]);
    assert_eq!(none.code, Some(0));
    assert!(
        none.err.contains("there are no commits to scan"),
        "{}",
        none.err
    );
}

#[test]
fn merges_are_told_by_what_they_add_themselves() {
    let repo = Repo::started();
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("side.py", leak(1));
    repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("main.py", leak(2));
    let base = repo.commit("main");
    repo.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    repo.write("evil.py", leak(3));
    repo.commit("merge");
    assert_eq!(
        repo.scan(&["--history"]),
        hit(&["evil.py:1", "main.py:1", "side.py:1"])
    );
    assert_eq!(
        repo.scan(&["--since", &base]),
        hit(&["evil.py:1", "side.py:1"])
    );
}

#[test]
fn one_content_under_several_names_and_settings() {
    let repo = Repo::started();
    repo.write(
        "barekey.yaml",
        "skip: [vendor]\nallow:\n  - path: sample.py\n    reason: made up\n",
    );
    repo.write(".barekeyignore", "*.gen\n");
    for name in ["vendor/a.py", "sample.py", "a.gen"] {
        repo.write(name, leak(1));
    }
    repo.commit("allowed");
    assert_eq!(repo.scan(&["--history"]), clean());
    repo.write("zz.py", leak(1));
    repo.commit("and elsewhere");
    assert_eq!(repo.scan(&["--history"]), hit(&["zz.py:1"]));
    // What is moved out of where it was allowed is news.
    repo.git(&["mv", "sample.py", "real.py"]);
    repo.commit("moved");
    assert_eq!(repo.scan(&["--history"]), hit(&["real.py:1", "zz.py:1"]));
    // The kind of a file decides how it is read.
    let password = format!("password = {}\n", support::Dice::new(5).alnum(24));
    repo.write("a.c", &password);
    repo.write("a.ini", &password);
    let before = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("kinds");
    let kinds = repo.scan(&["--since", before.trim(), "--isolated"]);
    assert_eq!(kinds, hit(&["a.ini:1"]));
}

#[test]
fn markers_archives_and_large_files_of_the_past() {
    let repo = Repo::started();
    repo.write(
        "a.py",
        format!("{} # barekey:allow a sample\n", leak(1).trim()),
    );
    let mut text = "x = 1\n".repeat(900_000);
    text.push_str(&leak(2));
    repo.write("large.py", text);
    repo.commit("both");
    repo.git(&["rm", "-q", "a.py", "large.py"]);
    repo.commit("gone");
    assert_eq!(repo.scan(&["--history"]), hit(&["large.py:900001"]));
    let all = repo.scan(&["--history", "--no-inline-allow"]);
    assert_eq!(all, hit(&["a.py:1", "large.py:900001"]));
}

#[test]
fn revisions_that_are_not_there_and_names_like_options() {
    let repo = Repo::started();
    for args in [
        &["--since", "no-such"][..],
        &["--range", "HEAD..no-such"],
        &["--since=--output=x"],
        &["--range=--all..HEAD"],
        &["--since", "HEAD:README.md"],
        &["--since", "a\nHEAD"],
    ] {
        let run = repo.run(&[&["scan"], args].concat());
        assert_eq!(run.code, Some(2), "{args:?}");
        assert!(
            run.err.starts_with("error: unknown revision `"),
            "{}",
            run.err
        );
        assert!(run.err.contains("\nhelp: "), "{}", run.err);
    }
    repo.write("a.py", leak(1));
    repo.commit("leak");
    let refs = repo.top.join(".git/refs/heads");
    let head = fs::read(refs.join("main")).unwrap();
    fs::write(refs.join("--output=x"), head).unwrap();
    repo.write("b.py", leak(2));
    repo.commit("more");
    let range = repo.scan(&["--since=refs/heads/--output=x"]);
    assert_eq!(range, hit(&["b.py:1"]));
    assert_eq!(
        repo.scan(&["--history", "--all"]),
        hit(&["a.py:1", "b.py:1"])
    );
    assert!(!repo.top.join("x").exists());
}

#[test]
fn a_shallow_clone_says_so() {
    let repo = Repo::started();
    repo.write("a.py", leak(1));
    repo.commit("leak");
    repo.write("b.py", leak(2));
    repo.commit("more");
    let clone = repo.beside("clone");
    let url = format!("file://{}", repo.top.display());
    repo.git(&["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    let scan = |args: &[&str]| {
        let mut command = repo.command(args);
        support::finished(command.current_dir(&clone).output().unwrap())
    };
    let run = scan(&["scan", "--history"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("this clone is shallow"), "{}", run.out);
    let run = scan(&["scan", "--since", "HEAD~1"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.err
            .contains("help: this clone is shallow: `git fetch --unshallow`"),
        "{}",
        run.err
    );
}

#[test]
fn bare_and_empty_repositories() {
    let repo = Repo::new();
    assert_eq!(repo.scan(&["--history"]), clean());
    assert_eq!(repo.scan(&["--history", "--all"]), clean());
    repo.write("a.py", leak(1));
    repo.write(".barekeyignore", "b.py\n");
    repo.write("b.py", leak(2));
    repo.commit("leak");
    let bare = repo.beside("bare.git");
    let paths = [repo.top.to_str().unwrap(), bare.to_str().unwrap()];
    repo.git(&["clone", "-q", "--bare", paths[0], paths[1]]);
    let mut command = repo.command(&["scan", "--history", "--format", "json"]);
    let run = support::finished(command.current_dir(&bare).output().unwrap());
    assert_eq!(places(&run), ["a.py:1"]);
}

#[test]
fn missing_and_damaged_objects_are_named() {
    for (name, damage) in [
        ("HEAD:a.py", None),
        ("HEAD:a.py", Some("nonsense")),
        ("HEAD~1", None),
    ] {
        let repo = Repo::started();
        repo.write("a.py", leak(1));
        repo.write("b.py", leak(2));
        repo.commit("leaks");
        let oid = repo.git(&["rev-parse", name]);
        let (dir, file) = oid.trim().split_at(2);
        let file = repo.top.join(".git/objects").join(dir).join(file);
        fs::remove_file(&file).unwrap();
        if let Some(text) = damage {
            fs::write(&file, text).unwrap();
        }
        let run = repo.run(&["scan", "--history", "--format", "json"]);
        assert_eq!(run.code, Some(2), "{name} {damage:?} {}", run.err);
        assert!(run.err.contains("error: "), "{}", run.err);
        assert!(run.err.contains("help: "), "{}", run.err);
        if name == "HEAD:a.py" {
            assert_eq!(places(&run), ["b.py:1"], "{damage:?}");
        }
    }
}

#[test]
fn packs_are_read_like_other_objects_and_damage_in_them_is_told() {
    let repo = Repo::started();
    for number in 0..20 {
        let lines = (0..200).map(|line| format!("x{line} = {}\n", line * (number + 7)));
        let before = lines.collect::<String>();
        repo.write("a.py", format!("{before}{}", leak(number)));
        repo.commit("another");
    }
    let loose = repo.scan(&["--history"]);
    assert_eq!((loose.0.len(), loose.1), (20, Some(1)));
    repo.git(&["repack", "-adfq"]);
    assert_eq!(repo.scan(&["--history"]), loose);
    // Borrowed ones, beside objects and packs of its own.
    let other = repo.beside("other");
    let paths = [repo.top.to_str().unwrap(), other.to_str().unwrap()];
    repo.git(&["clone", "-q", "--shared", paths[0], paths[1]]);
    let mut command = repo.command(&["scan", "--history", "--format", "json"]);
    let run = support::finished(command.current_dir(&other).output().unwrap());
    assert_eq!(places(&run), loose.0);
    // A pack with a hole of a hundred bytes.
    let dir = repo.top.join(".git/objects/pack");
    let mut files = dir.read_dir().unwrap().map(|file| file.unwrap().path());
    let pack = files.find(|path| path.extension().is_some_and(|e| e == "pack"));
    let pack = pack.unwrap();
    let mut bytes = fs::read(&pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 100].fill(0);
    fs::remove_file(&pack).unwrap();
    fs::write(&pack, bytes).unwrap();
    let run = repo.run(&["scan", "--history", "--format", "json"]);
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("error: "), "{}", run.err);
}

#[test]
fn a_push_under_pre_commit_is_its_commits() {
    let mut repo = Repo::started();
    let base = repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
    repo.write("a.py", leak(1));
    repo.commit("leak");
    fs::remove_file(repo.top.join("a.py")).unwrap();
    let head = repo.commit("removed");
    assert_eq!(repo.staged(), clean());
    repo.env.push(("PRE_COMMIT_FROM_REF".into(), base));
    repo.env.push(("PRE_COMMIT_TO_REF".into(), head));
    assert_eq!(repo.staged(), hit(&["a.py:1"]));
    assert_eq!(repo.scan(&["--staged", "--", "README.md"]), clean());
}
