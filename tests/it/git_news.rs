//! What of a staged file is news: what did not stand there before, nor on any side of a merge, nor in a file that is gone.

use crate::git_support::{Repo, clean, hit, leak};
use crate::support;

#[test]
fn a_value_under_an_old_key_is_found_and_moved_lines_are_not() {
    let repo = Repo::started();
    let old = format!(
        "# config\ndb:\n  password: {}\n  host: x\n",
        support::Dice::new(1).alnum(24)
    );
    let new = format!(
        "# config\ndb:\n  password: {}\n  host: x\n",
        support::Dice::new(2).alnum(24)
    );
    repo.write("db.yaml", &old);
    repo.commit("old");
    repo.stage(
        "db.yaml",
        format!("# one more line\n{}", old.replace("  ", "    ")),
    );
    assert_eq!(repo.staged(), clean(), "moved and reindented");
    repo.stage("db.yaml", new);
    assert_eq!(repo.staged(), hit(&["db.yaml:3"]));
}

#[test]
fn one_more_copy_is_news() {
    let repo = Repo::started();
    repo.write("a.py", leak(1));
    repo.commit("leak");
    repo.stage("a.py", format!("{}x = 1\n{}", leak(1), leak(1)));
    assert_eq!(repo.staged().0.len(), 1);
    repo.stage("a.py", leak(1));
    repo.stage("copy.py", leak(1));
    assert_eq!(repo.staged(), hit(&["copy.py:1"]));
}

#[test]
fn renames_are_silent_but_for_what_is_new_in_them() {
    let repo = Repo::started();
    repo.write("old.py", format!("{}x = 1\ny = 2\nz = 3\n", leak(1)));
    repo.commit("leak");
    repo.git(&["mv", "old.py", "new.py"]);
    let run = repo.run(&["scan", "--staged"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
    assert!(
        run.out.contains("1 finding stood there before"),
        "{}",
        run.out
    );
    repo.stage(
        "new.py",
        format!("{}x = 1\ny = 2\nz = 3\n{}", leak(1), leak(2)),
    );
    assert_eq!(repo.staged(), hit(&["new.py:5"]));
    let shown = repo.scan(&["--staged", "--show-suppressed"]);
    assert_eq!(shown, hit(&["new.py:1", "new.py:5"]));
}

#[test]
fn an_allowance_that_goes_is_news() {
    let repo = Repo::started();
    repo.write(
        "a.py",
        format!("{} # barekey:allow a sample\n", leak(1).trim()),
    );
    repo.commit("allowed");
    repo.stage(
        "a.py",
        format!("{} # changed, barekey:allow a sample\n", leak(1).trim()),
    );
    assert_eq!(repo.staged(), clean());
    repo.stage("a.py", leak(1));
    assert_eq!(repo.staged(), hit(&["a.py:1"]));
}

#[test]
fn both_sides_of_a_merge_are_known() {
    let repo = Repo::started();
    repo.write("both.py", "x = 1\n\n\n\n\ny = 2\n");
    repo.commit("base");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("side.py", leak(1));
    repo.write("both.py", format!("x = 1\n\n\n\n\ny = 2\n{}", leak(2)));
    repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("both.py", format!("{}x = 1\n\n\n\n\ny = 2\n", leak(3)));
    repo.commit("main");
    repo.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    assert_eq!(repo.staged(), clean(), "a clean merge");
    repo.stage(
        "both.py",
        format!("{}x = 1\n{}{}", leak(3), leak(4), leak(2)),
    );
    assert_eq!(repo.staged(), hit(&["both.py:3"]), "added while merging");
}

#[test]
fn a_conflict_and_its_resolution() {
    let repo = Repo::started();
    repo.write("a.py", "x = 1\n");
    repo.commit("base");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("a.py", leak(1));
    repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a.py", "x = 2\n");
    repo.commit("main");
    repo.git_fails(&["merge", "-q", "side"]);
    let run = repo.run(&["scan", "--staged"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(
        run.out.contains("a.py: not scanned: its conflict"),
        "{}",
        run.out
    );
    repo.stage("a.py", format!("x = 2\n{}", leak(1)));
    assert_eq!(repo.staged(), clean(), "the other side's");
    repo.stage("a.py", format!("x = 2\n{}", leak(2)));
    assert_eq!(repo.staged(), hit(&["a.py:2"]), "of the resolution");
}

#[test]
fn an_octopus_knows_all_sides() {
    let repo = Repo::started();
    for number in 1..=3 {
        let name = format!("side{number}");
        repo.git(&["checkout", "-q", "-b", &name, "main"]);
        repo.write(&format!("{name}.py"), leak(number));
        repo.commit(&name);
    }
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&[
        "merge",
        "-q",
        "--no-commit",
        "--no-ff",
        "side1",
        "side2",
        "side3",
    ]);
    assert_eq!(repo.staged(), clean());
    repo.stage("side2.py", leak(9));
    assert_eq!(repo.staged(), hit(&["side2.py:1"]));
}
