#!/usr/bin/env bash
# Speed, peak memory and number of findings of Barekey, of rg (which only searches
# for one word, so it is the floor) and of other scanners on one tree, in one run.
# No scanner validates anything online, unpacks archives or asks for updates.
# First each runs once under `time`, for memory and findings; a scanner that takes
# longer than LIMIT seconds there is not timed further.
# usage: side_by_side.sh TREE [BAREKEY]
#   KINGFISHER, GITLEAKS, BETTERLEAKS, RIPSECRETS   paths of the peers (see peers.sh)
#   BAREKEY_ARGS   default "scan --format sarif"; RUNS default 3; LIMIT default 300
# needs: hyperfine, ripgrep, GNU time, python3
set -euo pipefail

tree=$(cd "${1:?usage: side_by_side.sh TREE [BAREKEY]}" && pwd)
barekey=${2:-${BAREKEY:-barekey}}
runs=${RUNS:-3}
limit=${LIMIT:-300}
unset BETTERLEAKS_VALIDATE BETTERLEAKS_ANALYZE
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
q_tree=$(printf %q "$tree")

names=() commands=()
add() { # NAME PROGRAM COMMAND
  if ! command -v "$2" >/dev/null; then
    echo "skipped $1: no command $2"
    return
  fi
  echo "running $1 once" >&2
  local status=0
  /usr/bin/time -v -o "$out/$1.time" timeout "$limit" bash -c "$3" >"$out/$1.log" 2>&1 || status=$?
  if [ "$status" = 124 ]; then
    echo "skipped $1: over $limit s"
    return
  fi
  names+=("$1") commands+=("$3")
}

add barekey "$barekey" "$barekey ${BAREKEY_ARGS:-scan --format sarif} $q_tree >$out/barekey.json 2>/dev/null"
add rg rg "rg -uuu -c zzqqyy $q_tree"
kingfisher=${KINGFISHER:-kingfisher}
add kingfisher "$kingfisher" "$kingfisher scan $q_tree --no-validate --git-history none --no-extract-archives \
  --no-binary --no-update-check --quiet --format jsonl --output $out/kingfisher.jsonl"
betterleaks=${BETTERLEAKS:-betterleaks}
add betterleaks "$betterleaks" "$betterleaks auto $q_tree --silent --max-archive-depth=0 --output $out/betterleaks.jsonl"
gitleaks=${GITLEAKS:-gitleaks}
add gitleaks "$gitleaks" "$gitleaks dir --no-banner --report-format json --report-path $out/gitleaks.json $q_tree"
ripsecrets=${RIPSECRETS:-ripsecrets}
add ripsecrets "$ripsecrets" "$ripsecrets $q_tree >$out/ripsecrets.lines"

if [ ${#names[@]} -gt 0 ]; then
  labelled=()
  for i in "${!names[@]}"; do
    labelled+=(-n "${names[$i]}" "${commands[$i]}")
  done
  hyperfine -i --warmup 1 --runs "$runs" --style basic --export-json "$out/times.json" "${labelled[@]}" >&2
fi

python3 - "$out" <<'PYTHON'
import json, re, sys
from pathlib import Path

out = Path(sys.argv[1])

def findings(name):
    try:
        if name == "barekey":
            runs = json.loads((out / "barekey.json").read_text())["runs"]
            return sum(len(run.get("results") or []) for run in runs)
        if name == "gitleaks":
            return len(json.loads((out / "gitleaks.json").read_text()))
        if name == "ripsecrets":
            return len((out / "ripsecrets.lines").read_text(errors="replace").splitlines())
        lines = (out / f"{name}.jsonl").read_text(errors="replace").splitlines()
        return sum('"finding":' in line for line in lines)
    except (OSError, ValueError, KeyError):
        return "-"

rows = json.loads((out / "times.json").read_text())["results"]
base = next((row["mean"] for row in rows if row["command"] == "barekey"), None)
print("\n| scanner | seconds | +- | ratio to barekey | peak MB | findings |")
print("|---|---:|---:|---:|---:|---:|")
for row in rows:
    name = row["command"]
    peak = int(re.search(r"Maximum resident.*: (\d+)", (out / f"{name}.time").read_text()).group(1))
    ratio = f"{row['mean'] / base:.2f}" if base else "-"
    spread = f"{row['stddev']:.2f}" if row["stddev"] is not None else "-"
    print(f"| {name} | {row['mean']:.2f} | {spread} | {ratio} | {peak / 1024:.0f} | {findings(name)} |")
PYTHON
