#!/usr/bin/env bash
# What a scan of next to nothing costs (a pre-commit hook on five small files):
# Barekey beside rg, in time and, since time is noisy, in instructions.
# usage: startup.sh [BAREKEY]
#   BAREKEY_ARGS   default "scan --format sarif"
# needs: hyperfine, ripgrep, valgrind, python3
set -euo pipefail

barekey=${1:-${BAREKEY:-barekey}}
read -ra args <<<"${BAREKEY_ARGS:-scan --format sarif}"
command -v "$barekey" >/dev/null || { echo "no command $barekey" >&2; exit 1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
files=$tmp/files
mkdir "$files"

printf 'import os\n\nDB_HOST = os.environ["DB_HOST"]\n\n\ndef handler(event, context):\n    return {"host": DB_HOST}\n' >"$files/app.py"
printf 'const port = process.env.PORT || 8080;\n\nmodule.exports = { port };\n' >"$files/index.js"
printf 'service: orders\nprovider:\n  name: aws\n  runtime: python3.11\n' >"$files/serverless.yml"
printf '{\n  "name": "orders",\n  "version": "1.0.0"\n}\n' >"$files/package.json"
printf '# Orders\n\nA small service.\n' >"$files/README.md"

hyperfine -i -N --warmup 10 --runs 100 --style basic --export-json "$tmp/times.json" \
  -n barekey "$barekey ${args[*]} $files" -n rg "rg -uuu -c zzqqyy $files" >&2

instructions() { # the exit code of a scanner says what it found, so it is ignored
  { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null || true; } |
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

barekey_count=$(instructions "$barekey" "${args[@]}" "$files")
rg_count=$(instructions rg -uuu -c zzqqyy "$files")

python3 - "$tmp/times.json" "$barekey_count" "$rg_count" <<'PYTHON'
import json, sys

barekey, rg = (row["median"] * 1000 for row in json.load(open(sys.argv[1]))["results"])
counts = [int(n) / 1e6 for n in sys.argv[2:4]]
print("\n| | barekey | rg | ratio |\n|---|---:|---:|---:|")
print(f"| median ms | {barekey:.2f} | {rg:.2f} | {barekey / rg:.2f} |")
print(f"| million instructions | {counts[0]:.1f} | {counts[1]:.1f} | {counts[0] / counts[1]:.2f} |")
PYTHON
