//! Wrong and odd configurations.

use std::fs;
use std::path::Path;

use crate::faults::leak;
use crate::support::{self, run};

/// The exit code and errors of a scan with this configuration.
fn configured(dir: &Path, config: &[u8]) -> (Option<i32>, String) {
    fs::write(dir.join("barekey.yaml"), config).unwrap();
    let run = run(dir, &["scan", "--quiet"]);
    (run.code, run.err)
}

#[test]
fn a_wrong_configuration_is_an_error_that_says_where() {
    let dir = support::tree(&[("a.py", leak(13).as_bytes())]);
    let custom = |regex: &str| {
        format!(
            "custom:\n- provider: own\n  name: Own\n  rules:\n  - id: own-key\n    title: t\n    about: a\n    fix: f\n    \
             severity: high\n    confidence: 0.9\n    regex: '{regex}'\n    anchors: ['own_']\n    examples: ['own_1']\n    \
             counterexamples: ['x']\n"
        )
    };
    for (config, part) in [
        ("skp: [a]\n".to_owned(), "did you mean `skip`?"),
        ("skip: [\n".to_owned(), "barekey.yaml:"),
        ("allow:\n- value: '('\n".to_owned(), "unclosed group"),
        ("skip: ['[']\n".to_owned(), "skip"),
        (custom("own_("), "own-key"),
        (custom("own_[a-z]{10}{10}{10}{10}{10}"), "own-key"),
        (custom("own_.*"), "own-key"),
        ("builtin: false\n".to_owned(), "no rule is left"),
        ("rules: {no-such-rule: off}\n".to_owned(), "no-such-rule"),
    ] {
        let (code, error) = configured(dir.path(), config.as_bytes());
        assert_eq!(code, Some(2), "{config}: {error}");
        assert!(error.contains(part), "{config}: {error}");
        assert!(error.starts_with("error: "), "{error}");
    }
    let (code, error) = configured(dir.path(), custom("own_[a-z]{10}").as_bytes());
    assert_eq!(code, Some(1), "{error}");
}

#[test]
fn a_configuration_may_have_a_mark_and_other_line_ends_and_be_empty() {
    let dir = support::tree(&[("a.py", leak(14).as_bytes()), ("b.py", b"x = 1\n")]);
    for config in [
        &b"\xEF\xBB\xBFskip: [a.py]\n"[..],
        b"skip:\r\n- a.py\r\n",
        b"\xEF\xBB\xBFskip:\r\n  - a.py\r\n",
    ] {
        let (code, error) = configured(dir.path(), config);
        assert_eq!(code, Some(0), "{error}");
    }
    for config in [&b""[..], b"# nothing\n", b"\xEF\xBB\xBF"] {
        let (code, error) = configured(dir.path(), config);
        assert_eq!(code, Some(1), "{error}");
    }
}
