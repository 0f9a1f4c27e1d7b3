#!/usr/bin/env bash
# The first step of the action: has a program `barekey`, and says where, as the output `program`.
# Reads VERSION, GITHUB_ACTION_PATH, RUNNER_TEMP and GITHUB_OUTPUT.
set -euo pipefail

fail() {
  printf '::error title=Barekey::%s\n' "$1"
  exit 2
}

dir=$RUNNER_TEMP/barekey-program
case $VERSION in
  source)
    command -v cargo >/dev/null || fail 'There is no cargo to build with. Install Rust first, or set the input version.'
    cargo install --quiet --locked --path "$GITHUB_ACTION_PATH" --root "$dir" --bins
    program=$dir/bin/barekey
    ;;
  system)
    program=$(command -v barekey) || fail 'The input version is "system", and barekey is not on PATH.'
    ;;
  *)
    # Nothing but digits and dots goes on to a command line. pip checks the wheel against the index's hash of it.
    [[ $VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] ||
      fail 'The input version is neither "source", "system" nor a version such as 1.2.3.'
    python3 -m venv "$dir"
    bin=$dir/bin
    [ -d "$bin" ] || bin=$dir/Scripts
    "$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: "barekey==$VERSION"
    program=$bin/barekey
    ;;
esac

"$program" --version
printf 'program=%s\n' "$program" >>"$GITHUB_OUTPUT"
