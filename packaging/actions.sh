#!/usr/bin/env bash
# Checks action.yml, the workflows and their scripts: against their schemas, and for what is unsafe in them.
# Needs python3 and an index of Python packages; nothing else is asked online.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'check-jsonschema==0.39.0' 'zizmor==1.32.0'
"$work/venv/bin/check-jsonschema" --builtin-schema vendor.github-actions action.yml
"$work/venv/bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
"$work/venv/bin/check-jsonschema" --builtin-schema vendor.dependabot .github/dependabot.yml
"$work/venv/bin/zizmor" --offline --no-progress action.yml .github
for script in action/*.sh packaging/*.sh .ci/run; do bash -n "$script"; done
