#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh environment without an index, and has the program found there do its work.
#
#   packaging/wheel.sh [OUT]     the wheel is left in OUT (default: target/wheels)
#
# Needs python3 and, to get maturin, an index of Python packages.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:-$root/target/wheels}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'wheel: %s\n' "$*" >&2
  exit 1
}

# Where an environment keeps its programs: Windows has another name for it.
programs() { if [ -d "$1/Scripts" ]; then printf '%s' "$1/Scripts"; else printf '%s' "$1/bin"; fi; }

python=python3
command -v python3 >/dev/null || python=python
"$python" -m venv "$work/build"
build=$(programs "$work/build")
"$build/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2'
(cd "$root/packaging" && "$build/maturin" build --release --locked --quiet --out "$work/wheels")
wheels=("$work"/wheels/barekey-*.whl)
[ ${#wheels[@]} -eq 1 ] || fail "expected one wheel, got ${#wheels[@]}"

"$python" -m venv "$work/fresh"
fresh=$(programs "$work/fresh")
start=$SECONDS
"$fresh/pip" install --quiet --disable-pip-version-check --no-index --no-deps "${wheels[0]}"
took=$((SECONDS - start))

program=$fresh/barekey
[ -x "$program" ] || fail "the program is not installed as one"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
[ "$("$program" --version)" = "barekey $version" ] || fail "it says it is $("$program" --version)"

# Outside of any repository and settings: a secret is found, nothing is found where there is none.
mkdir "$work/leak" "$work/clean"
printf 'db_password = "%s"\n' "Vq7x-Rm2t-Kd9w-Zb4n" >"$work/leak/app.py"
printf 'x = 1\n' >"$work/clean/app.py"
code=0
(cd "$work/leak" && "$program" scan --quiet >"$work/report") || code=$?
[ "$code" -eq 1 ] || fail "a scan of a leak ended with $code: $(cat "$work/report")"
(cd "$work/clean" && "$program" scan --quiet) || fail "a scan without one failed"

mkdir -p "$out"
cp "${wheels[0]}" "$out/"
printf 'wheel: %s, %d bytes, installed in %d s: ok\n' \
  "$(basename "${wheels[0]}")" "$(wc -c <"${wheels[0]}")" "$took"
