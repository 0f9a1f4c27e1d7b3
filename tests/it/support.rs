//! What several modules need: plans, scans, reports as text, the command with a clean environment, made-up secrets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use barekey::finding::Report;
use barekey::report::{self, Format, Options};
use barekey::scan::{Plan, Progress, Scanner};

/// A plan with the settings of a plain `barekey scan PATH`.
pub(crate) fn plan(path: &Path) -> Plan {
    Plan {
        paths: vec![path.to_owned()],
        threads: 2,
        ..Plan::default()
    }
}

/// The same, with everything kept that was ever a candidate.
pub(crate) fn plan_for_all(path: &Path) -> Plan {
    Plan {
        keep_held: true,
        keep_all: true,
        ..plan(path)
    }
}

/// Carries a plan out.
pub(crate) fn scan(plan: Plan) -> Report {
    Scanner::new(plan).unwrap().scan(&Progress::default())
}

/// A temporary directory with these files.
pub(crate) fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        write(&dir.path().join(name), content);
    }
    dir
}

/// Writes a file and the directories above it.
pub(crate) fn write(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A report in a format, without times and colours.
pub(crate) fn written(format: Format, report: &Report, options: &Options) -> String {
    let mut out = Vec::new();
    report::write(format, report, options, &mut out).unwrap();
    String::from_utf8(out).expect("a report is UTF-8")
}

/// Options that show all and hide what differs from run to run.
pub(crate) fn options(show_held: bool) -> Options {
    Options {
        root: PathBuf::from("/root"),
        show_held,
        elapsed: None::<Duration>,
        ..Options::default()
    }
}

/// The command in a directory, with nothing in its environment that changes what it does.
pub(crate) fn barekey(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_barekey"));
    command.current_dir(dir).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let meddles = [
            "GIT_",
            "GITHUB_",
            "GITLAB_",
            "CI_",
            "CIRCLE",
            "JENKINS_",
            "TF_BUILD",
            "CHANGE_",
            "SYSTEM_PULLREQUEST",
            "CLICOLOR",
            "BAREKEY_",
            "COLUMNS",
            "PRE_COMMIT",
        ]
        .iter()
        .any(|start| text.starts_with(start));
        if meddles || ["NO_COLOR", "CI", "FORCE_COLOR", "TERM"].contains(&&*text) {
            command.env_remove(&name);
        }
    }
    command
}

/// What a run of the command gave.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the command with these arguments.
pub(crate) fn run(dir: &Path, args: &[&str]) -> Run {
    finished(barekey(dir).args(args).output().unwrap())
}

/// The output of a run as text.
pub(crate) fn finished(output: Output) -> Run {
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// A small generator of pseudo-random characters: the same seed gives the same text everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    /// Starts anew.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % bound as u64) as usize
    }

    /// A string of characters of `alphabet`.
    pub(crate) fn text(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..length)
            .map(|_| alphabet[self.below(alphabet.len())] as char)
            .collect()
    }

    /// A string of letters and digits.
    pub(crate) fn alnum(&mut self, length: usize) -> String {
        self.text(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            length,
        )
    }

    /// A made-up access key id of AWS.
    pub(crate) fn aws_key_id(&mut self) -> String {
        format!("AKIA{}", self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))
    }

    /// A made-up token of Slack.
    pub(crate) fn slack(&mut self) -> String {
        let mut number = || self.text("123456789", 12);
        let (team, bot) = (number(), number());
        format!("xoxb-{team}-{bot}-{}", self.alnum(24))
    }
}

/// The directory of the package.
pub(crate) fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a directory, sorted.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![dir.to_owned()];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
