//! `barekey scan --staged`: what will be committed, whatever the working tree, the attributes and the settings say.

use std::fs;

use crate::git_support::{Repo, clean, hit, leak, places};
use crate::support;

#[test]
fn a_staged_secret_is_found_and_a_clean_file_passes() {
    let repo = Repo::started();
    repo.stage("app.py", leak(1));
    assert_eq!(repo.staged(), hit(&["app.py:1"]));
    repo.commit("leak");
    assert_eq!(repo.staged(), clean());
    repo.stage("ok.py", "x = 1\n");
    assert_eq!(repo.staged(), clean());
}

#[test]
fn nothing_staged_is_clean_and_says_so() {
    let repo = Repo::started();
    repo.write("app.py", leak(1));
    let run = repo.run(&["scan", "--staged"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.contains("there are no changes"), "{}", run.err);
}

#[test]
fn the_index_counts_and_not_the_work_tree() {
    let repo = Repo::started();
    repo.stage("app.py", leak(1));
    repo.write("app.py", "x = 1\n");
    assert_eq!(repo.staged(), hit(&["app.py:1"]));
    repo.stage("app.py", "x = 1\n");
    repo.write("app.py", leak(1));
    assert_eq!(repo.staged(), clean());
    fs::remove_file(repo.top.join("app.py")).unwrap();
    assert_eq!(repo.staged(), clean());
}

#[test]
fn the_first_commit() {
    let repo = Repo::new();
    assert_eq!(repo.staged(), clean());
    repo.stage("deep/app.py", leak(1));
    assert_eq!(repo.staged(), hit(&["deep/app.py:1"]));
}

#[test]
fn from_a_subdirectory() {
    let repo = Repo::started();
    repo.stage("a/app.py", leak(1));
    repo.write("b/c/x", "");
    let run = |args: &[&str]| {
        let mut command = repo.command(args);
        support::finished(command.current_dir(repo.top.join("b/c")).output().unwrap())
    };
    for args in [
        &["scan", "--staged"][..],
        &["scan", "--staged", "--", "../../a/app.py"],
        &["scan", "--staged", "../../a"],
    ] {
        let run = run(args);
        assert_eq!(run.code, Some(1), "{args:?} {}", run.err);
        assert!(run.out.contains("a/app.py:1:"), "{}", run.out);
    }
    assert_eq!(run(&["scan", "--staged", "."]).code, Some(0));
}

#[test]
fn the_first_commit_from_a_subdirectory() {
    let repo = Repo::new();
    repo.stage("a/app.py", leak(1));
    repo.write("b/x", "");
    let mut command = repo.command(&["scan", "--staged"]);
    let run = support::finished(command.current_dir(repo.top.join("b")).output().unwrap());
    assert_eq!(run.code, Some(1), "{}", run.err);
}

#[test]
fn attributes_do_not_hide_content() {
    let repo = Repo::started();
    repo.stage(
        ".gitattributes",
        "*.a binary\n*.b -diff\n*.c -text export-ignore\n*.d diff=x\n",
    );
    repo.git(&["config", "diff.x.textconv", "echo nothing"]);
    repo.git(&["config", "diff.x.binary", "true"]);
    for (number, name) in ["x.a", "x.b", "x.c", "x.d"].into_iter().enumerate() {
        repo.stage(name, leak(number as u64));
    }
    assert_eq!(repo.staged(), hit(&["x.a:1", "x.b:1", "x.c:1", "x.d:1"]));
}

#[test]
fn settings_of_diffs_change_nothing() {
    let repo = Repo::started();
    repo.stage("a.py", format!("# a\n{}", leak(1)));
    for (name, value) in [
        ("color.ui", "always"),
        ("color.diff", "always"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.external", "false"),
        ("diff.renames", "copies"),
        ("diff.relative", "true"),
        ("diff.orderFile", "none"),
        ("diff.ignoreSubmodules", "all"),
        ("core.quotePath", "true"),
        ("core.abbrev", "4"),
        ("core.autocrlf", "true"),
        ("core.pager", "false"),
        ("diff.algorithm", "histogram"),
        ("diff.interHunkContext", "0"),
    ] {
        repo.git(&["config", name, value]);
        assert_eq!(repo.staged(), hit(&["a.py:2"]), "{name}");
    }
}

#[test]
fn odd_bytes_in_content() {
    let repo = Repo::started();
    let leak = |number| leak(number);
    repo.stage("nul.py", format!("x = 1\0\n{}", leak(1)));
    let wide: Vec<u8> = leak(2).encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.stage("utf16.py", &wide);
    repo.stage("marked.py", [&b"\xff\xfe"[..], &wide].concat());
    repo.stage("crlf.py", format!("x = 1\r\n{}\r\n", leak(3).trim()));
    repo.stage("no-end.py", leak(4).trim());
    repo.stage("latin.py", [b"# caf\xe9\n", leak(5).as_bytes()].concat());
    let all = [
        "crlf.py:2",
        "latin.py:2",
        "marked.py:1",
        "no-end.py:1",
        "nul.py:2",
        "utf16.py:1",
    ];
    assert_eq!(repo.staged(), hit(&all));
}

#[cfg(unix)]
#[test]
fn odd_names() {
    use std::os::unix::ffi::OsStrExt as _;
    let repo = Repo::started();
    let names: [&[u8]; 8] = [
        b"a b.py",
        "ünï.py".as_bytes(),
        b"line\nbreak\".py",
        b"caf\xe9.py",
        b"-dash.py",
        b"100%.py",
        b":(top)x.py",
        b"tab\there.py",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let path = repo.top.join(std::ffi::OsStr::from_bytes(name));
        support::write(&path, leak(number as u64).as_bytes());
    }
    repo.git(&["add", "-A"]);
    let (mut places, code) = repo.staged();
    places.sort();
    let mut all = [
        "-dash.py:1",
        "100%25.py:1",
        ":(top)x.py:1",
        "a b.py:1",
        "caf%E9.py:1",
        "line\nbreak\".py:1",
        "tab\there.py:1",
        "ünï.py:1",
    ];
    all.sort_unstable();
    assert_eq!((places, code), hit(&all));
}

#[cfg(unix)]
#[test]
fn a_link_is_its_target() {
    let repo = Repo::started();
    let target = format!(
        "https://admin:{}@db.example.com/x",
        support::Dice::new(3).alnum(20)
    );
    std::os::unix::fs::symlink(&target, repo.top.join("link")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", repo.top.join("zero")).unwrap();
    repo.git(&["add", "-A"]);
    assert_eq!(repo.staged(), hit(&["link:1"]));
    // A file that becomes a link, and a link that becomes a file.
    repo.commit("links");
    fs::remove_file(repo.top.join("link")).unwrap();
    repo.stage("link", leak(1));
    assert_eq!(repo.staged(), hit(&["link:1"]));
}

#[test]
fn what_is_no_content_is_not_reported() {
    let repo = Repo::started();
    repo.write("old.py", leak(1));
    repo.write("tool.sh", leak(2));
    repo.commit("leaks");
    repo.git(&["rm", "-q", "old.py"]);
    assert_eq!(repo.staged(), clean(), "deleted");
    repo.git(&["update-index", "--chmod=+x", "tool.sh"]);
    assert_eq!(repo.staged(), clean(), "mode changed");
    repo.write("later.py", leak(3));
    repo.git(&["add", "-N", "later.py"]);
    assert_eq!(repo.staged(), clean(), "intent to add");
}

#[test]
fn settings_of_the_project_apply() {
    let repo = Repo::started();
    repo.write(
        "barekey.yaml",
        "skip: [vendor]\nallow:\n  - path: sample.py\n    reason: made up\n",
    );
    repo.write(".barekeyignore", "*.gen\n");
    repo.write("sub/.barekeyignore", "gone\n");
    repo.commit("settings");
    for (number, name) in [
        "vendor/a.py",
        "sample.py",
        "a.gen",
        "sub/gone/a.py",
        "gone/a.py",
    ]
    .into_iter()
    .enumerate()
    {
        repo.stage(name, leak(number as u64));
    }
    assert_eq!(repo.staged(), hit(&["gone/a.py:1"]));
    let all = repo.scan(&["--staged", "--no-ignore", "--isolated"]).0;
    assert_eq!(all.len(), 5, "{all:?}");
}

#[test]
fn an_ignored_file_that_is_staged_is_scanned() {
    let repo = Repo::started();
    repo.write(".gitignore", "*.env\n");
    repo.commit("ignore");
    repo.stage("prod.env", leak(1));
    assert_eq!(repo.staged(), hit(&["prod.env:1"]));
}

#[test]
fn the_rest_of_a_module_is_read_from_the_index() {
    let repo = Repo::started();
    let function = "resource \"aws_lambda_function\" \"f\" {\n  environment {\n    variables = { DB_PASSWORD = var.plain }\n  }\n}\n";
    let variable = |value: &str| format!("variable \"plain\" {{\n  default = \"{value}\"\n}}\n");
    repo.write("infra/vars.tf", variable(""));
    repo.commit("start");
    repo.stage("infra/main.tf", function);
    // In the index, and not in the work tree.
    repo.stage("infra/vars.tf", variable(&support::Dice::new(4).alnum(24)));
    repo.write("infra/vars.tf", variable(""));
    repo.write("infra/main.tf", "");
    let run = repo.run(&["scan", "--staged", "infra/vars.tf", "--format", "json"]);
    assert_eq!(places(&run), ["infra/vars.tf:2"]);
    assert!(run.out.contains("infra/main.tf"), "{}", run.out);
    // What is committed is read from there.
    repo.git(&["commit", "-q", "-m", "leak"]);
    repo.stage("infra/vars.tf", variable(&support::Dice::new(5).alnum(24)));
    let run = repo.run(&["scan", "--staged", "--format", "json"]);
    assert_eq!(places(&run), ["infra/vars.tf:2"]);
    assert!(run.out.contains("infra/main.tf"), "{}", run.out);
}

#[test]
fn large_files_are_read_to_their_end() {
    let repo = Repo::started();
    let mut text = "x = 1\n".repeat(900_000);
    text.push_str(&leak(1));
    repo.stage("large.py", &text);
    assert_eq!(repo.staged(), hit(&["large.py:900001"]));
}

#[test]
fn many_files_in_parallel() {
    let repo = Repo::started();
    for number in 0..150 {
        repo.write(&format!("d{}/f{number}.py", number % 7), leak(number));
    }
    repo.git(&["add", "-A"]);
    let one = repo.scan(&["--staged", "--threads", "1"]);
    assert_eq!(one.0.len(), 150);
    for threads in ["2", "8"] {
        assert_eq!(repo.scan(&["--staged", "--threads", threads]), one);
    }
}

#[test]
fn nothing_is_written_to_the_repository() {
    let repo = Repo::started();
    repo.stage("a.py", leak(1));
    let before = support::files(&repo.top.join(".git"));
    let index = fs::read(repo.top.join(".git/index")).unwrap();
    assert_eq!(repo.staged().1, Some(1));
    assert_eq!(support::files(&repo.top.join(".git")), before);
    assert_eq!(fs::read(repo.top.join(".git/index")).unwrap(), index);
}

#[test]
fn files_that_a_hook_names() {
    let repo = Repo::started();
    repo.write("old.py", leak(1));
    repo.commit("old");
    repo.stage("new.py", leak(2));
    repo.write("new.py", "x = 1\n");
    repo.stage("other.py", leak(3));
    // `pre-commit run --all-files` names files that are not staged.
    assert_eq!(repo.scan(&["--staged", "--", "new.py"]), hit(&["new.py:1"]));
    assert_eq!(repo.scan(&["--staged", "--", "old.py"]), hit(&["old.py:1"]));
    assert_eq!(repo.scan(&["--staged", "--", "README.md"]), clean());
    let missing = repo.run(&["scan", "--staged", "--", "none.py"]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing
            .out
            .contains("none.py: cannot be read: no such file"),
        "{}",
        missing.out
    );
}

#[test]
fn archives_are_looked_into() {
    let repo = Repo::started();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default();
    for (name, content) in [("ok.py", "x = 1\n".to_owned()), ("in/app.py", leak(1))] {
        zip.start_file(name, plain).unwrap();
        std::io::Write::write_all(&mut zip, content.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    repo.stage("app.zip", &bytes);
    assert_eq!(repo.staged(), hit(&["app.zip!/in/app.py:1"]));
    repo.commit("archive");
    repo.git(&["mv", "app.zip", "moved.zip"]);
    assert_eq!(repo.staged(), clean());
    repo.stage("app.zip", &bytes[..bytes.len() - 9]);
    let run = repo.run(&["scan", "--staged"]);
    assert!(run.out.contains("app.zip: no zip archive"), "{}", run.out);
}
