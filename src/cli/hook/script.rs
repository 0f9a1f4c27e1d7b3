//! The text of a hook: a few lines of shell that run the hook that was there, then Barekey.

use std::path::Path;

use super::Stage;

/// How the second line of every hook of ours starts. The number is that of the form.
const MARK: &str = "# barekey hook 1";
/// What the name of a hook ends with that was there before.
pub(super) const KEPT: &str = ".before-barekey";

/// The hook of one repository. `program` is where Barekey is looked for when PATH does not have it.
pub(super) fn of_repository(stage: Stage, program: Option<&Path>) -> String {
    script(stage.name(), &format!("\"$0{KEPT}\""), Some(stage), program)
}

/// A hook of all repositories: each has its own, which `core.hooksPath` hides, and which runs first.
pub(super) fn of_all(name: &str, stage: Option<Stage>, program: Option<&Path>) -> String {
    let kept = format!("\"$(git rev-parse --git-common-dir)/hooks/{name}\"");
    script(name, &kept, stage, program)
}

fn script(name: &str, kept: &str, stage: Option<Stage>, program: Option<&Path>) -> String {
    let first = match name {
        // Both need the lines that git writes.
        "pre-push" => PIPED_FIRST,
        _ => FIRST,
    };
    let head = format!(
        "#!/bin/sh\n{MARK} {}\n{ABOUT}kept={kept}\n{first}",
        env!("CARGO_PKG_VERSION")
    );
    let Some(stage) = stage else {
        return head;
    };
    let or = program.map(|path| format!(" || barekey={}", quoted(&path.to_string_lossy())));
    let or = or.unwrap_or_default();
    let run = match stage {
        Stage::PreCommit => "exec \"$barekey\" hook run pre-commit -- \"$@\"\n",
        Stage::PrePush => "printf '%s' \"$lines\" | \"$barekey\" hook run pre-push -- \"$@\"\n",
    };
    format!("{head}barekey=$(command -v barekey){or}\n{MISSING}{run}")
}

const ABOUT: &str =
    "# `barekey hook install` wrote it; `barekey hook uninstall` puts back what was here before.\n";

const FIRST: &str = "if [ -x \"$kept\" ]; then \"$kept\" \"$@\" || exit $?; fi\n";

const PIPED_FIRST: &str = "lines=$(cat; printf x)
lines=${lines%x}
if [ -x \"$kept\" ]; then printf '%s' \"$lines\" | \"$kept\" \"$@\" || exit $?; fi\n";

const MISSING: &str = "if ! [ -x \"$barekey\" ]; then
  echo 'barekey is not on PATH, so nothing was checked: install it, or go on once with git --no-verify' >&2
  exit 1
fi\n";

/// The version of Barekey that wrote a hook, if it is one of ours.
pub(super) fn version(text: &[u8]) -> Option<String> {
    let line = text.split(|&byte| byte == b'\n').nth(1)?;
    let line = std::str::from_utf8(line).ok()?;
    Some(line.strip_prefix(MARK)?.trim().to_owned())
}

/// A word of the shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_knows_itself() {
        let hook = of_repository(Stage::PreCommit, None);
        assert_eq!(
            version(hook.as_bytes()).as_deref(),
            Some(env!("CARGO_PKG_VERSION"))
        );
        assert_eq!(version(b"#!/bin/sh\nexec lefthook run\n"), None);
        assert_eq!(version(b""), None);
    }

    #[test]
    fn a_path_is_one_word() {
        let hook = of_repository(Stage::PrePush, Some(Path::new("/a b/it's")));
        assert!(hook.contains(" || barekey='/a b/it'\\''s'\n"), "{hook}");
    }
}
