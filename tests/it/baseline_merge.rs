//! Baselines of branches that are merged.

use std::fs;

use crate::baseline::{FILE, create, git, line, places, repository};
use crate::support::{self, Dice};

#[test]
fn two_branches_that_each_add_an_entry_merge() {
    let mut dice = Dice::new(41);
    let file = |name: &str, dice: &mut Dice| (name.to_owned(), line(0, dice));
    let base = [
        file("a.py", &mut dice),
        file("m.py", &mut dice),
        file("z.py", &mut dice),
    ];
    let dir = repository(&base);
    create(dir.path());
    let commit = |what: &str| {
        git(dir.path(), &["add", "-A"]);
        git(dir.path(), &["commit", "-qm", what]);
    };
    commit("base");
    // Both add an entry at the same place, and both take one out next to it.
    for (branch, removed) in [("one", "a.py"), ("two", "z.py")] {
        git(dir.path(), &["checkout", "-qb", branch, "main"]);
        support::write(
            &dir.path().join(format!("n-{branch}.py")),
            line(1, &mut dice).as_bytes(),
        );
        fs::remove_file(dir.path().join(removed)).unwrap();
        let run = support::run(dir.path(), &["baseline", "update"]);
        assert!(
            run.err.contains("3 entries (1 added, 1 removed)"),
            "{}",
            run.err
        );
        commit(branch);
    }
    git(dir.path(), &["merge", "-q", "--no-edit", "one"]);
    assert_eq!(places(dir.path(), &[]), [""; 0]);
    let run = support::run(dir.path(), &["baseline", "prune"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let text = fs::read_to_string(dir.path().join(FILE)).unwrap();
    let paths: Vec<&str> = text
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| l.split(' ').next().unwrap())
        .collect();
    assert_eq!(paths, ["m.py", "n-one.py", "n-two.py"]);
}

#[test]
fn a_conflict_is_an_error_that_merge_ends() {
    let mut dice = Dice::new(42);
    let dir = repository(&[(
        "a.py".to_owned(),
        line(0, &mut dice) + "\n" + &line(2, &mut dice),
    )]);
    create(dir.path());
    let path = dir.path().join(FILE);
    let text = fs::read_to_string(&path).unwrap();
    let entries: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let [one, two] = entries[..] else {
        panic!("{text}")
    };
    let sides = format!("<<<<<<< HEAD\n{one}\n=======\n{two}\n>>>>>>> other\n");
    fs::write(&path, text.replace(&format!("{one}\n{two}\n"), &sides)).unwrap();
    let run = support::run(dir.path(), &["scan"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.err.contains(".barekey-baseline:4: a merge conflict"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("help: `barekey baseline merge`"),
        "{}",
        run.err
    );
    let run = support::run(dir.path(), &["baseline", "merge"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}
