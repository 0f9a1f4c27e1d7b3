#!/usr/bin/env bash
# Makes the reading pile: real packages, other than those of the bench tree,
# whose findings are read one by one to count false alarms.
# Versions are pinned in corpus.txt. A package that is already there is left as
# it is; one that cannot be had is named at the end and the exit code is 1.
# Another list of the same form may be given: packages.txt.
# usage: corpus.sh DIR [LIST]
set -euo pipefail

dir=${1:?usage: corpus.sh DIR [LIST]}
list=$(realpath "${2:-$(dirname "$0")/corpus.txt}")
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
tmp=$(mktemp -d "$dir.tmp.XXXXXX")
trap 'chmod -R u+rwX "$tmp" && rm -rf "$tmp"' EXIT

download() { # KIND NAME VERSION
  case $1 in
    npm) npm pack --silent "$2@$3" >/dev/null ;;
    # pip prepares the metadata of an sdist, which runs its build backend
    sdist) timeout 180 pip download -qq --disable-pip-version-check --no-deps --no-binary "$2" "$2==$3" ;;
    wheel) pip download -qq --disable-pip-version-check --no-deps --only-binary :all: "$2==$3" ;;
    *) echo "unknown kind $1" >&2; return 1 ;;
  esac
}

unpack() { # ARCHIVE TO
  case $1 in
    *.whl | *.zip) unzip -q "$1" -d "$2" ;;
    *) tar -xf "$1" -C "$2" --no-same-owner --no-same-permissions ;;
  esac
}

missing=()
while read -r kind name version; do
  to="$dir/$kind-$(tr -d @ <<<"$name" | tr / -)-$version"
  [ -d "$to" ] && continue
  rm -rf "$tmp/get" "$tmp/new"
  mkdir "$tmp/get" "$tmp/new"
  if ! (cd "$tmp/get" && download "$kind" "$name" "$version" </dev/null); then
    missing+=("$kind $name $version")
    continue
  fi
  unpack "$tmp"/get/* "$tmp/new"
  chmod -R u+rwX,go+rX "$tmp/new"
  mv "$tmp/new" "$to"
done < <(grep -v '^#' "$list")

echo "packages $(find "$dir" -mindepth 1 -maxdepth 1 -type d | wc -l)"
echo "files $(find "$dir" -type f | wc -l)"
echo "bytes $(find "$dir" -type f -printf '%s\n' | awk '{s += $1} END {printf "%d", s}')"
if [ ${#missing[@]} -gt 0 ]; then
  printf 'missing: %s\n' "${missing[@]}" >&2
  exit 1
fi
