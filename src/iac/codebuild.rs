//! buildspec.yml of AWS CodeBuild: one job, whose phases run commands. Known by its phases and version, not by its name.
//!
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>

use crate::facts::{Declaration, Entry, Format, Role, Value, entry};
use crate::text::Text;

use super::ParseError;
use super::pipeline::{
    self, JOB, MOST_BYTES, declaration, fetched, has_line, named, script, variables,
};
use super::shell::NOTHING;
use super::source::{Source, section};

pub(super) const DIALECT: super::Dialect = super::Dialect {
    formats: &[Format::Yaml],
    may_be,
    read: declarations,
};

fn may_be(text: &Text) -> bool {
    let line = |word: &str| has_line(&text.bytes, word);
    text.bytes.len() <= MOST_BYTES && line("phases") && line("version")
}

/// The job; none if it is something else.
fn declarations(source: &Source<'_>) -> Result<Vec<Declaration>, ParseError> {
    let root = source.entries()?;
    let Some(phases) = entry(root, "phases") else {
        return Ok(Vec::new());
    };
    let Value::Map(all) = &phases.value else {
        return Ok(Vec::new());
    };
    let mut steps = Vec::new();
    for phase in all {
        let Value::Map(settings) = &phase.value else {
            continue;
        };
        for name in ["commands", "finally"] {
            let lines = entry(settings, name);
            steps
                .extend(lines.map(|lines| {
                    pipeline::step(phase.span, script(source, &lines.value, NOTHING))
                }));
        }
    }
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let body = vec![
        named("env", phases.span, Value::Map(environment(source, root))),
        named("steps", phases.span, Value::List(steps)),
    ];
    let name = source.file.path.rsplit('/').next().unwrap_or_default();
    Ok(vec![declaration(
        Role::Resource,
        JOB,
        name,
        phases.span,
        body,
    )])
}

/// Variables that are written out, and those that are fetched: what comes from Secrets Manager is hidden in the log.
fn environment(source: &Source<'_>, root: &[Entry]) -> Vec<Entry> {
    let env = section(root, "env");
    let mut all = entry(env, "variables")
        .map(|one| variables(source, &one.value))
        .unwrap_or_default();
    let stored = section(env, "secrets-manager").iter();
    all.extend(stored.map(|one| fetched(&one.name, one.span)));
    all
}
