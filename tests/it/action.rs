//! action.yml as GitHub runs it: its steps are read from the file and executed with bash, in the environment that a runner
//! sets. Steps that use other actions are looked at only.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::git_support::{Repo, leak};
use crate::support;

fn action() -> Value {
    let text = fs::read_to_string(support::package().join("action.yml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

/// A job on a made-up runner.
struct Job {
    repo: Repo,
    temp: PathBuf,
    /// What `${{ ... }}` stands for.
    context: BTreeMap<String, String>,
    log: String,
    /// What GitHub says of the event: its name, and a document.
    event: (&'static str, Value),
    /// Steps that ran or, with other actions, would have.
    steps: Vec<String>,
    failed: bool,
}

impl Job {
    /// With the defaults of all inputs, but for these.
    fn new(repo: Repo, inputs: &[(&str, &str)]) -> Self {
        let temp = repo.beside("runner");
        fs::create_dir(&temp).unwrap();
        let mut context = BTreeMap::new();
        for (name, input) in action()["inputs"].as_object().unwrap() {
            let default = input["default"].as_str().expect("a default is a string");
            context.insert(format!("inputs.{name}"), default.to_owned());
        }
        let ours = [("version", "system"), ("scan", "tree")];
        for (name, value) in ours.iter().chain(inputs) {
            let old = context.insert(format!("inputs.{name}"), (*value).to_owned());
            assert!(old.is_some(), "no input {name}");
        }
        context.insert("github.actor".to_owned(), "somebody".to_owned());
        Self {
            repo,
            temp,
            context,
            log: String::new(),
            event: ("workflow_dispatch", Value::Null),
            steps: Vec::new(),
            failed: false,
        }
    }

    fn run(mut self) -> Self {
        for step in action()["runs"]["steps"].as_array().unwrap() {
            let name = step["name"].as_str().unwrap().to_owned();
            if self.is_due(step) {
                self.step(step, &name);
                self.steps.push(name);
            }
        }
        self
    }

    /// The few conditions that the action has.
    fn is_due(&self, step: &Value) -> bool {
        match step["if"].as_str() {
            None => !self.failed,
            Some("${{ !cancelled() }}") => true,
            Some("${{ !cancelled() && steps.scan.outputs.upload == 'true' }}") => self
                .context
                .get("steps.scan.outputs.upload")
                .is_some_and(|upload| upload == "true"),
            Some(other) => panic!("a condition that the test does not know: {other}"),
        }
    }

    fn step(&mut self, step: &Value, name: &str) {
        let Some(script) = step["run"].as_str() else {
            let uses = step["uses"].as_str().unwrap();
            let (_, pin) = uses.split_once('@').unwrap();
            assert!(
                pin.len() == 40 && pin.bytes().all(|b| b.is_ascii_hexdigit()),
                "{uses}"
            );
            return;
        };
        assert!(!script.contains("${{"), "{name}: an expression in a script");
        assert_eq!(step["shell"], "bash");
        let outputs = self.temp.join("outputs");
        fs::write(&outputs, "").unwrap();
        let event = self.temp.join("event.json");
        fs::write(&event, self.event.1.to_string()).unwrap();
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("GIT") {
                bash.env_remove(&variable);
            }
        }
        for (variable, value) in step["env"].as_object().unwrap() {
            bash.env(variable, self.value(value.as_str().unwrap()));
        }
        let program = Path::new(env!("CARGO_BIN_EXE_barekey")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let output = bash
            .current_dir(&self.repo.top)
            .env("PATH", path)
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_ACTION_PATH", support::package())
            .env("GITHUB_WORKSPACE", &self.repo.top)
            .env("GITHUB_REPOSITORY", "owner/repo")
            .env("GITHUB_EVENT_NAME", self.event.0)
            .env("GITHUB_EVENT_PATH", &event)
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", self.temp.join("summary"))
            .env("RUNNER_TEMP", &self.temp)
            .envs(crate::git_support::clean_config())
            .output()
            .unwrap();
        self.failed |= !output.status.success();
        self.log.push_str(&String::from_utf8_lossy(&output.stdout));
        self.log.push_str(&String::from_utf8_lossy(&output.stderr));
        if let Some(id) = step["id"].as_str() {
            for line in fs::read_to_string(&outputs).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                self.context
                    .insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
        }
    }

    /// What a text of the file means: one expression, or none.
    fn value(&self, text: &str) -> String {
        match text
            .strip_prefix("${{ ")
            .and_then(|rest| rest.strip_suffix(" }}"))
        {
            Some(name) => self.context.get(name).cloned().unwrap_or_default(),
            None => text.to_owned(),
        }
    }

    fn output(&self, name: &str) -> &str {
        let value = &action()["outputs"][name]["value"];
        let expected = format!("${{{{ steps.scan.outputs.{name} }}}}");
        assert_eq!(value, &expected);
        let known = self.context.get(&format!("steps.scan.outputs.{name}"));
        known.map_or("", String::as_str)
    }

    fn outputs(&self) -> [&str; 5] {
        [
            "findings-count",
            "new-count",
            "exit-code",
            "scanned-files",
            "skipped-files",
        ]
        .map(|name| self.output(name))
    }

    fn uploaded(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step == "Upload to code scanning")
    }

    fn summary(&self) -> String {
        fs::read_to_string(self.temp.join("summary")).unwrap_or_default()
    }
}

/// A repository with two secrets, one of which the baseline holds.
fn project() -> Repo {
    let repo = Repo::started();
    repo.write("old.py", leak(1));
    let run = repo.run(&["baseline", "create"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    repo.write("dir/a b,c.py", leak(2));
    repo.write(
        "image.bin",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89",
    );
    repo.commit("files");
    repo
}

#[test]
fn findings_fail_the_job_after_the_upload() {
    let job = Job::new(project(), &[]).run();
    assert_eq!(
        job.steps,
        ["Install", "Scan", "Upload to code scanning", "Judge"],
        "{}",
        job.log
    );
    assert!(job.failed);
    assert_eq!(job.outputs(), ["1", "1", "1", "4", "2"], "{}", job.log);
    assert!(
        job.log.contains("::error file=dir/a b%2Cc.py,line=1,"),
        "{}",
        job.log
    );
    assert!(
        job.summary().contains("slack") && job.summary().contains("Held by the baseline: 1"),
        "{}",
        job.summary()
    );
    let sarif: Value =
        serde_json::from_slice(&fs::read(job.output("sarif-file")).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    let secret = leak(2).split('"').nth(1).unwrap()[16..].to_owned();
    assert!(!job.log.contains(&secret) && !sarif.to_string().contains(&secret));
}

#[test]
fn a_clean_tree_passes() {
    let repo = Repo::started();
    let job = Job::new(repo, &[]).run();
    assert!(!job.failed && job.uploaded(), "{}", job.log);
    assert_eq!(job.outputs(), ["0", "0", "0", "1", "0"]);
    assert!(job.summary().contains("No secrets found"));
    assert!(!job.log.contains("::error"), "{}", job.log);
}

#[test]
fn inputs_are_obeyed() {
    let switched_off = [
        ("annotations", "false"),
        ("summary", "false"),
        ("advanced-security", "false"),
    ];
    let job = Job::new(project(), &switched_off).run();
    assert!(
        job.failed && !job.uploaded() && !job.log.contains("::error"),
        "{}",
        job.log
    );
    assert_eq!(job.summary(), "");
    let job = Job::new(project(), &[("fail-on", "never")]).run();
    assert!(!job.failed, "{}", job.log);
    assert_eq!(job.output("exit-code"), "0");
    let repo = project();
    repo.write("other", "# barekey-baseline 1\n");
    let job = Job::new(repo, &[("baseline", "other"), ("show-suppressed", "true")]).run();
    assert_eq!(job.output("findings-count"), "2", "{}", job.log);
    let job = Job::new(project(), &[("show-suppressed", "true")]).run();
    assert_eq!(job.output("findings-count"), "1", "{}", job.log);
    let sarif = fs::read_to_string(job.output("sarif-file")).unwrap();
    assert!(sarif.contains("it stands in the baseline"));
}

#[test]
fn a_fork_does_not_upload() {
    for (name, value) in [
        (
            "github.event.pull_request.head.repo.full_name",
            "stranger/repo",
        ),
        ("github.actor", "dependabot[bot]"),
    ] {
        let mut job = Job::new(project(), &[]);
        job.context.insert(name.to_owned(), value.to_owned());
        let job = job.run();
        assert!(job.failed && !job.uploaded(), "{}", job.log);
        assert!(
            job.log.contains("::notice title=Barekey::") && job.log.contains("::error file="),
            "{}",
            job.log
        );
    }
    let mut job = Job::new(project(), &[]);
    job.context.insert(
        "github.event.pull_request.head.repo.full_name".to_owned(),
        "owner/repo".to_owned(),
    );
    assert!(job.run().uploaded());
}

#[test]
fn what_cannot_be_read_is_no_pass_and_no_upload() {
    let repo = project();
    repo.write("barekey.yaml", "nonsense: 1\n");
    let job = Job::new(repo, &[]).run();
    assert!(job.failed && !job.uploaded(), "{}", job.log);
    assert_eq!(job.output("exit-code"), "2");
    let repo = Repo::started();
    std::os::unix::fs::symlink("/nowhere", repo.top.join(".barekey-baseline")).unwrap();
    let job = Job::new(repo, &[]).run();
    assert!(job.failed && !job.uploaded(), "{}", job.log);
}

#[test]
fn hostile_inputs_run_nothing() {
    let planted = "x; touch planted; $(touch planted) `touch planted` --help\n::error::x";
    for name in [
        "version",
        "scan",
        "config",
        "baseline",
        "min-confidence",
        "fail-on",
        "category",
    ] {
        let job = Job::new(project(), &[(name, planted)]).run();
        assert!(job.failed || name == "category", "{name}: {}", job.log);
        assert!(!job.repo.top.join("planted").exists(), "{name}");
        assert!(
            !job.log.lines().any(|line| line.starts_with("::error::x")),
            "{name}: {}",
            job.log
        );
    }
    for version in ["1.2", "1.2.3.4", "01.2.x", "1.2.3 --index-url=x", ""] {
        let job = Job::new(Repo::started(), &[("version", version)]).run();
        assert!(
            job.failed && job.log.contains("neither"),
            "{version}: {}",
            job.log
        );
        assert_eq!(job.steps, ["Install", "Judge"]);
    }
}

#[test]
fn a_pull_request_is_judged_by_what_it_brings() {
    let repo = Repo::started();
    repo.write("old.py", leak(1));
    let base = repo.commit("an old secret");
    repo.git(&["checkout", "-qb", "change"]);
    repo.write("fine.py", "x = 1\n");
    let clean = repo.commit("fine");
    for content in [leak(2).as_str(), "taken out\n"] {
        repo.write("new.py", content);
        repo.commit("change");
    }
    let head = repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let event = |head: &str| serde_json::json!({"pull_request": {"base": {"sha": base}, "head": {"sha": head}}});
    let mut job = Job::new(repo, &[("scan", "auto")]);
    job.event = ("pull_request", event(&head));
    let mut job = job.run();
    // The tree has the old one, the request the new one, although it is gone from the tree.
    assert!(job.failed && job.uploaded(), "{}", job.log);
    assert_eq!(job.outputs()[..3], ["1", "1", "1"], "{}", job.log);
    assert!(
        job.log.contains("::error file=new.py,line=1,"),
        "{}",
        job.log
    );
    assert!(!job.log.contains("::error file=old.py"), "{}", job.log);
    (job.failed, job.log, job.steps) = (false, String::new(), Vec::new());
    fs::remove_dir_all(job.temp.join("barekey-report")).unwrap();
    job.event.1 = event(&clean);
    let job = job.run();
    assert!(!job.failed, "{}", job.log);
    assert_eq!(job.outputs()[..3], ["1", "0", "0"], "{}", job.log);
}
