//! `barekey ci`: scans what a run of a CI system is about, and says what that is.
//!
//! The environment tells the event; the commits of it are scanned as `--range` does. Where it does not tell where a change
//! starts, everything is scanned: never silently nothing.

use std::path::PathBuf;

use anyhow::Result;
use barekey::scan::NewAllows;
use barekey::source::git::{History, Repository, Span};
use clap::Args;
use serde_json::Value;

use super::changes::InGit;
use super::error::{self, Mistake};
use super::input::What;
use super::places;
use super::scan::{self, ChoiceArgs, Order, OutputArgs};
use super::{BaselineArgs, ConfigArgs, Exit};

/// The arguments as clap reads them.
#[derive(Debug, Args)]
pub(super) struct CiArgs {
    /// Report also what a marker allows that the scanned commits add
    #[arg(long)]
    no_new_allows: bool,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    baseline: BaselineArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Event {
    /// Commits that are to be taken over: from the tip of the target to that of the source.
    Request { base: String, head: String },
    /// Commits that came to a branch.
    Push { before: String, after: String },
    /// A branch that is new: commits that the default branch has not.
    First {
        default: Option<String>,
        after: String,
    },
    /// Nothing that has a start.
    Whole(&'static str),
    /// A branch or tag is gone.
    Nothing,
}

/// Runs the command.
pub(super) fn run(args: CiArgs) -> Result<Exit> {
    let get = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let Some((system, event)) = detected(&get)? else {
        return Err(Mistake::new(
            "no CI system is recognised",
            "`barekey scan --range A..B` scans commits anywhere",
        )
        .into());
    };
    if event == Event::Nothing {
        error::note(&format!(
            "{system}: a branch or tag was removed, there is nothing to scan"
        ));
        return Ok(Exit::Clean);
    }
    let repository = Repository::find()?;
    let is_request = matches!(event, Event::Request { .. });
    let (span, said) = settled(&repository, event);
    error::note(&format!("{system}: {said}"));
    let mut history = History::find(&repository, &span, &[])?;
    let root = repository.top().to_owned();
    // A request may not change the rules by which it is judged.
    let isolated = args.config.isolated;
    let (settings, baseline) = match history.base(&repository)?.filter(|_| is_request) {
        Some(base) => {
            let settings = places::settings_of(&args.config, &base)?;
            let baseline = places::baseline_of(&args.baseline, isolated, &base)?;
            history.obey(base);
            (settings, baseline)
        }
        None => (
            places::settings_at(&args.config, &root)?,
            places::baseline(&args.baseline, isolated, &root)?,
        ),
    };
    scan::carry_out(Order {
        what: What::in_git(root, InGit::History(history)),
        settings,
        baseline,
        choice: args.choice,
        output: args.output,
        new_allows: match args.no_new_allows {
            true => NewAllows::Refuse,
            false => NewAllows::Tell,
        },
        refused: None,
    })
}

/// The commits of an event, and how that is said.
fn settled(repository: &Repository, event: Event) -> (Span, String) {
    match event {
        Event::Request { base, head } => {
            let said = format!("pull request, commits {base}..{head}");
            (Span::Range(Some(base), head), said)
        }
        Event::Push { before, after } if repository.has(&before) => {
            let said = format!("push, commits {before}..{after}");
            (Span::Range(Some(before), after), said)
        }
        // Rewritten: what was there before is not here.
        Event::Push { after, .. } => settled(
            repository,
            Event::First {
                default: None,
                after,
            },
        ),
        Event::First { default, after } => {
            let names = default.iter().map(|name| format!("origin/{name}"));
            let known = names
                .chain(["origin/HEAD".to_owned()])
                .find(|name| repository.has(name) && !repository.is_same(name, &after));
            match known {
                Some(base) => {
                    let said = format!("first push of a branch, commits {base}..{after}");
                    (Span::Range(Some(base), after), said)
                }
                None => (
                    Span::Head,
                    "first push, all commits of the branch".to_owned(),
                ),
            }
        }
        Event::Whole(why) => (Span::Head, format!("{why}, all commits of the branch")),
        Event::Nothing => (Span::Head, String::new()),
    }
}

type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The CI system and the event, as its variables tell.
fn detected(get: Get<'_>) -> Result<Option<(&'static str, Event)>> {
    let is = |name: &str| get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if is("GITHUB_ACTIONS") {
        return Ok(Some(("GitHub Actions", github(get)?)));
    }
    let found = if is("GITLAB_CI") {
        Some(("GitLab CI", gitlab(get)))
    } else if is("TF_BUILD") {
        Some(("Azure Pipelines", azure(get)))
    } else if is("CIRCLECI") {
        Some(("CircleCI", circle(get)))
    } else if get("JENKINS_URL").is_some() {
        Some(("Jenkins", jenkins(get)))
    } else {
        None
    };
    Ok(found)
}

fn github(get: Get<'_>) -> Result<Event> {
    let wrong = |what: String| Mistake::new(what, "run `barekey ci` in a step of a workflow");
    let path: PathBuf = get("GITHUB_EVENT_PATH")
        .ok_or_else(|| wrong("GITHUB_EVENT_PATH is not set".to_owned()))?
        .into();
    let text = std::fs::read(&path)
        .map_err(|error| wrong(format!("cannot read {}: {error}", path.display())))?;
    let event: Value = serde_json::from_slice(&text)
        .map_err(|error| wrong(format!("{} is no JSON: {error}", path.display())))?;
    let text = |path: &str| {
        event
            .pointer(path)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let between = |base: &str, head: &str| text(base).zip(text(head));
    let name = get("GITHUB_EVENT_NAME").unwrap_or_default();
    let found = match name.as_str() {
        "pull_request" | "pull_request_target" => {
            between("/pull_request/base/sha", "/pull_request/head/sha")
                .map(|(base, head)| Event::Request { base, head })
        }
        "merge_group" => between("/merge_group/base_sha", "/merge_group/head_sha")
            .map(|(before, after)| Event::Push { before, after }),
        "push" => between("/before", "/after")
            .map(|(before, after)| pushed(before, after, text("/repository/default_branch"))),
        _ => Some(Event::Whole("an event without commits")),
    };
    found.ok_or_else(|| wrong(format!("the event `{name}` does not name its commits")).into())
}

/// A push between two commits, of which either may be zero.
fn pushed(before: String, after: String, default: Option<String>) -> Event {
    let is_zero = |oid: &str| oid.bytes().all(|byte| byte == b'0');
    match (is_zero(&before), is_zero(&after)) {
        (_, true) => Event::Nothing,
        (true, _) => Event::First { default, after },
        _ => Event::Push { before, after },
    }
}

fn gitlab(get: Get<'_>) -> Event {
    let after = get("CI_COMMIT_SHA").unwrap_or_else(|| "HEAD".to_owned());
    if let Some(base) = get("CI_MERGE_REQUEST_DIFF_BASE_SHA") {
        let head = get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA").unwrap_or(after);
        return Event::Request { base, head };
    }
    match get("CI_COMMIT_BEFORE_SHA") {
        Some(before) => pushed(before, after, get("CI_DEFAULT_BRANCH")),
        None => Event::Whole("a pipeline without a push"),
    }
}

fn azure(get: Get<'_>) -> Event {
    let target = get("SYSTEM_PULLREQUEST_TARGETBRANCH");
    match target.zip(get("SYSTEM_PULLREQUEST_SOURCECOMMITID")) {
        Some((target, head)) => {
            let name = target.strip_prefix("refs/heads/").unwrap_or(&target);
            let base = format!("origin/{name}");
            Event::Request { base, head }
        }
        None => Event::Whole("a build that is not of a pull request"),
    }
}

fn circle(get: Get<'_>) -> Event {
    match get("CIRCLE_SHA1") {
        Some(after) => Event::First {
            default: None,
            after,
        },
        None => Event::Whole("a job without a commit"),
    }
}

fn jenkins(get: Get<'_>) -> Event {
    let after = get("GIT_COMMIT").unwrap_or_else(|| "HEAD".to_owned());
    if let Some(target) = get("CHANGE_TARGET") {
        return Event::Request {
            base: format!("origin/{target}"),
            head: after,
        };
    }
    let before = get("GIT_PREVIOUS_SUCCESSFUL_COMMIT").or_else(|| get("GIT_PREVIOUS_COMMIT"));
    match before {
        Some(before) => Event::Push { before, after },
        None => Event::First {
            default: None,
            after,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(variables: &[(&str, &str)]) -> Option<(&'static str, Event)> {
        let get = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        detected(&get).unwrap()
    }

    #[test]
    fn systems_and_their_events() {
        let request = |base: &str, head: &str| Event::Request {
            base: base.into(),
            head: head.into(),
        };
        let (system, of) = event(&[
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_SHA", "c"),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "b"),
        ])
        .unwrap();
        assert_eq!((system, of), ("GitLab CI", request("b", "c")));
        let (_, of) = event(&[
            ("TF_BUILD", "True"),
            ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
            ("SYSTEM_PULLREQUEST_SOURCECOMMITID", "c"),
        ])
        .unwrap();
        assert_eq!(of, request("origin/main", "c"));
        let (_, of) = event(&[("JENKINS_URL", "x"), ("CHANGE_TARGET", "dev")]).unwrap();
        assert_eq!(of, request("origin/dev", "HEAD"));
        assert!(event(&[("TF_BUILD", "True")]).is_some_and(|(_, e)| matches!(e, Event::Whole(_))));
        assert!(event(&[("CI", "true")]).is_none());
    }

    #[test]
    fn pushes_from_and_to_nothing() {
        let zero = || "0".repeat(40);
        assert_eq!(pushed("a".into(), zero(), None), Event::Nothing);
        let first = Event::First {
            default: None,
            after: "b".into(),
        };
        assert_eq!(pushed(zero(), "b".into(), None), first);
    }
}
