#!/usr/bin/env bash
# Speed, peak memory and recall of Barekey and other scanners on the full history of the repositories that history.py
# makes, beside git itself reading every object once.
# usage: history.sh DIR [BAREKEY]
#   KINGFISHER, GITLEAKS, BETTERLEAKS   paths of the peers (see peers.sh); RUNS default 3; LIMIT default 600 seconds
# needs: git, hyperfine, GNU time, python3
set -euo pipefail

dir=$(cd "${1:?usage: history.sh DIR [BAREKEY]}" && pwd)
barekey=${2:-${BAREKEY:-barekey}}
barekey=$(realpath "$(command -v "$barekey")")
unset BETTERLEAKS_VALIDATE BETTERLEAKS_ANALYZE
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export GIT_CONFIG_GLOBAL=$out/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global --add safe.directory '*'

names=() commands=()
add() { # NAME PROGRAM COMMAND
  command -v "$2" >/dev/null || { echo "skipped $1: no command $2" >&2; return; }
  local status=0
  /usr/bin/time -v -o "$out/$1.time" timeout "${LIMIT:-600}" bash -c "$3" >"$out/$1.log" 2>&1 || status=$?
  if [ "$status" = 124 ]; then echo "skipped $1: over ${LIMIT:-600} s" >&2; return; fi
  names+=(-n "$1" "$3")
}

for name in npm pypi; do
  cd "$dir/$name"
  names=()
  add barekey "$barekey" "$barekey scan --history --format json --output $out/barekey.json"
  add git git "git cat-file --batch-all-objects --batch >/dev/null"
  add gitleaks "${GITLEAKS:-gitleaks}" "${GITLEAKS:-gitleaks} git --no-banner --report-format json --report-path $out/gitleaks.json ."
  add betterleaks "${BETTERLEAKS:-betterleaks}" "${BETTERLEAKS:-betterleaks} git --silent --output $out/betterleaks.jsonl ."
  add kingfisher "${KINGFISHER:-kingfisher}" "${KINGFISHER:-kingfisher} scan . --no-validate --git-history full --no-extract-archives \
    --no-update-check --quiet --format jsonl --output $out/kingfisher.jsonl"
  hyperfine -i --warmup 0 --runs "${RUNS:-3}" --style none --export-json "$out/times.json" "${names[@]}" >/dev/null
  python3 - "$out" "$dir/$name.jsonl" "$name, $(git rev-list --count HEAD) commits" <<'PYTHON'
import json, re, sys
from pathlib import Path

out, manifest, title = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
records = [json.loads(line) for line in manifest.read_text().splitlines()]
findings = json.loads((out / "barekey.json").read_text())["findings"]
places = {(f["path"], f["commit"]["id"], line) for f in findings if f.get("commit")
          for line in range(f["region"]["start"]["line"], f["region"]["end"]["line"] + 1)}
hit = [r for r in records if any((r["path"], r["commit"], line) in places
                                 for line in range(r["line"], r["end_line"] + 1))]
rows = {row["command"]: row for row in json.loads((out / "times.json").read_text())["results"]}
base = rows["barekey"]["median"]
print(f"\n{title}: {len(hit)} of {len(records)} planted secrets found with their commits, {len(findings)} findings")
for record in records:
    if record not in hit:
        print(f"  missed: {record['kind']} in {record['path']}:{record['line']} of {record['commit']}")
print("\n| | seconds | as a multiple of barekey | peak MB |\n|---|---:|---:|---:|")
for name, row in rows.items():
    peak = int(re.search(r"Maximum resident.*: (\d+)", (out / f"{name}.time").read_text()).group(1))
    print(f"| {name} | {row['median']:.2f} | {row['median'] / base:.2f} | {peak / 1024:.0f} |")
PYTHON
done
