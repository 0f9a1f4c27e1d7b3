#!/usr/bin/env bash
# Real pre-commit and prek, with this repository as the source of the hook: a commit is refused, a clean one passes,
# `--all-files`, deletions only, a merge, a push.
#
#   packaging/pre_commit.sh [HOOK]    HOOK is `barekey`, which builds once (default), or `barekey-system`, which takes PATH's
#
# Needs python3, git and an index of Python packages; `barekey` needs cargo and that of crates, too.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
hook=${1:-barekey}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in $(compgen -e | grep '^GIT_' || true); do unset "$name"; done
export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1 PRE_COMMIT_HOME=$work/cache PREK_HOME=$work/prek
git config --global user.name A
git config --global user.email a@example.org
git config --global init.defaultBranch main
git config --global protocol.file.allow always
git config --global advice.detachedHead false

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pre-commit prek
PATH=$work/venv/bin:$PATH

passed=0 failed=0
# expect WHAT passes|fails [TEXT-IN-OUTPUT] -- COMMAND...
expect() {
  local what=$1 want=$2 text=
  shift 2
  if [ "$1" != -- ]; then text=$1 && shift; fi
  shift
  local got=passes
  "$@" >"$work/log" 2>&1 || got=fails
  if [ "$got" = "$want" ] && { [ -z "$text" ] || grep -qF -- "$text" "$work/log"; }; then
    passed=$((passed + 1))
    printf 'ok: %s: %s %s\n' "$manager" "$what" "$want"
  else
    failed=$((failed + 1))
    printf 'NOT OK: %s: %s: expected %s with "%s", it %s:\n' "$manager" "$what" "$want" "$text" "$got"
    sed 's/^/    /' "$work/log"
  fi
}

# A line with a made-up token; each number gives another one.
leak() { printf 'token = "xoxb-%012d-%012d-%s"\n' $((111111111111 + $1)) $((222222222222 + $1)) "aB3dE5fG7hJ9kL2mN4pQ6rS$1"; }

# A commit to install from, without whatever is not committed here.
git clone --quiet --no-hardlinks "$root" "$work/source"
rev=$(git -C "$work/source" rev-parse HEAD)

for manager in pre-commit prek; do
  rm -rf "$work/repo" "$work/remote"
  git init --quiet --bare "$work/remote"
  git init --quiet "$work/repo"
  cd "$work/repo"
  git remote add origin "$work/remote"
  printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks:\n      - id: %s\n' "$work/source" "$rev" "$hook" >.pre-commit-config.yaml
  # prek takes it for a mistake if SKIP leaves no hook at all.
  printf '  - repo: local\n    hooks:\n      - {id: other, name: other, language: system, entry: "true"}\n' >>.pre-commit-config.yaml
  git add . && git commit --quiet -m start && git push --quiet -u origin main
  "$manager" install -t pre-commit -t pre-merge-commit -t pre-push >/dev/null
  start=$SECONDS
  "$manager" install --install-hooks >/dev/null 2>&1 || "$manager" install-hooks >/dev/null
  printf 'note: %s made its environment in %d s\n' "$manager" $((SECONDS - start))

  leak 1 >app.py && git add app.py
  expect 'a commit with a secret' fails 'app.py:1:' -- git commit -qm leak
  expect 'its refusal' fails 'SKIP=barekey git commit' -- git commit -qm leak
  printf 'x = 1\n' >app.py
  expect 'a secret that is staged only' fails 'app.py:1:' -- git commit -qm leak
  git add app.py
  expect 'a clean commit' passes -- git commit -qm clean
  leak 2 >untracked.py
  printf 'x = 2\n' >app.py && git add app.py
  expect 'a secret that is not staged' passes -- git commit -qm clean
  rm untracked.py
  printf 'y = 1\n' >./--output=x && git add . && leak 3 >'a b.py' && git add 'a b.py'
  expect 'odd names' fails 'a b.py:1:' -- git commit -qm leak
  git rm -qf --cached 'a b.py' && rm 'a b.py'
  expect 'a file named like an option' passes -- git commit -qm clean

  expect 'all files, clean' passes -- "$manager" run --all-files
  leak 4 >old.py && git add old.py && git commit -qnm 'a secret, unchecked'
  expect 'all files, a secret that was committed' fails 'old.py:1:' -- "$manager" run --all-files
  printf 'x = 3\n' >app.py && git add app.py
  expect 'another file beside the old secret' passes -- git commit -qm clean
  printf '# above\n%s\n' "$(leak 4)" >old.py && git add old.py
  expect 'a line above the old secret' passes -- git commit -qm moved
  git rm -q old.py
  expect 'deletions only' passes -- git commit -qm delete

  git checkout -qb side HEAD~1 && printf 'z = 1\n' >side.py && git add side.py
  expect 'a commit on a branch' passes -- git commit -qm side
  git checkout -q main
  expect 'a merge' passes -- git merge -q --no-edit side
  leak 5 >pushed.py && git add pushed.py && git commit -qnm 'a secret, unchecked'
  expect 'a push with a secret' fails 'pushed.py:1:' -- git push -q origin main
  git reset -q --hard HEAD~1
  expect 'a clean push' passes -- git push -q origin main --no-verify
  printf 'x = 5\n' >app.py && git add app.py && git commit -qnm clean
  expect 'a clean push through the hook' passes -- git push -q origin main
  leak 6 >skipped.py && git add skipped.py
  expect 'SKIP' passes -- env "SKIP=$hook" git commit -qm skipped
  cd "$work"
done

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
