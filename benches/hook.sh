#!/usr/bin/env bash
# What a commit hook costs on one staged file, as a multiple of `git --version` in the same run: a new file, an edited
# one, one deep in a larger repository, and one with a secret in it; beside another scanner if there is one.
# usage: hook.sh [BAREKEY]
#   BETTERLEAKS   path of a peer (see peers.sh); RUNS default 60
# needs: git, hyperfine, python3
set -euo pipefail

barekey=$(command -v "${1:-${BAREKEY:-barekey}}") || { echo "no command ${1:-barekey}" >&2; exit 1; }
barekey=$(realpath "$barekey")
betterleaks=${BETTERLEAKS:-betterleaks}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export GIT_CONFIG_GLOBAL=$tmp/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name A
git config --global user.email a@example.org
git config --global init.defaultBranch main

handler() { printf 'import os\n\nDB_HOST = os.environ["DB_HOST"]\n\n\ndef handler(event, context):\n    return {"host": DB_HOST, "n": %d}\n' "$1"; }

# A repository with so many files, committed and packed.
repository() { # NAME FILES
  mkdir -p "$tmp/$1/src/deep/er" && cd "$tmp/$1"
  git init --quiet
  for ((n = 0; n < $2; n++)); do handler "$n" >"src/deep/er/f$n.py"; done
  printf '# Orders\n' >README.md
  git add . && git commit --quiet -m start && git repack -adq
}

repository new 5 && handler 7777 >app.py && git add app.py
repository edited 5 && handler 8888 >src/deep/er/f1.py && git add src/deep/er/f1.py
repository large 2000 && handler 9999 >src/deep/er/f9.py && git add src/deep/er/f9.py
repository leak 5 && printf 'db_password = "%s"\n' 'Vq7x-Rm2t-Kd9w-Zb4n' >>src/deep/er/f1.py && git add src/deep/er/f1.py

for name in new edited large leak; do
  cd "$tmp/$name"
  others=()
  if command -v "$betterleaks" >/dev/null; then others+=(-n betterleaks "$betterleaks git --staged --silent ."); fi
  hyperfine -i -N --warmup 5 --runs "${RUNS:-60}" --style none --export-json "$tmp/$name.json" \
    -n git 'git --version' -n barekey "$barekey hook run pre-commit" "${others[@]}" >/dev/null 2>&1
  strace -f -qq -e trace=execve -e signal=none -o "$tmp/$name.trace" "$barekey" hook run pre-commit >/dev/null 2>&1 || true
done

python3 - "$tmp" <<'PYTHON'
import json, sys
from pathlib import Path

tmp = Path(sys.argv[1])
print("| staged | git --version ms | barekey ms | times git | processes | other scanner, times barekey |")
print("|---|---:|---:|---:|---:|---:|")
for name in ("new", "edited", "large", "leak"):
    rows = {row["command"]: row["median"] * 1000 for row in json.loads((tmp / f"{name}.json").read_text())["results"]}
    git, barekey, other = rows["git"], rows["barekey"], rows.get("betterleaks")
    trace = tmp / f"{name}.trace"
    started = sum(line.rstrip().endswith("= 0") for line in trace.read_text().splitlines()) if trace.exists() else "-"
    beside = f"{other / barekey:.1f}" if other else "-"
    print(f"| {name} | {git:.2f} | {barekey:.2f} | {barekey / git:.1f} | {started} | {beside} |")
PYTHON
