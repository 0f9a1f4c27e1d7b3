#!/usr/bin/env bash
# Makes the bench tree: real npm and PyPI packages at pinned versions,
# unpacked side by side, about 440 MB. Speed and recall are measured on it.
# A package that is already unpacked is left as it is, so it can be run again.
# usage: tree.sh DIR
set -euo pipefail

dir=${1:?usage: tree.sh DIR}
npm_packages="aws-cdk-lib@2.160.0 typescript@5.6.3 serverless@3.39.0 lodash@4.17.21"
pypi_packages="Django==5.1 ansible==10.4.0 botocore==1.35.0 checkov==3.2.300"

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
tmp=$(mktemp -d "$dir.tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# Unpack to a temporary folder and rename, so that a broken run leaves nothing half done.
for p in $npm_packages; do
  name=${p/@/-}
  [ -d "$dir/$name" ] && continue
  mkdir "$tmp/get" "$tmp/new"
  (cd "$tmp/get" && npm pack --silent "$p" >/dev/null)
  tar -xzf "$tmp"/get/*.tgz -C "$tmp/new" --no-same-owner --no-same-permissions
  chmod -R u+rwX,go+rX "$tmp/new"
  mv "$tmp/new" "$dir/$name"
  rm -r "$tmp/get"
done

for p in $pypi_packages; do
  name=${p/==/-}
  [ -d "$dir/$name" ] && continue
  mkdir "$tmp/get" "$tmp/new"
  pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: -d "$tmp/get" "$p"
  unzip -q "$tmp"/get/*.whl -d "$tmp/new"
  mv "$tmp/new" "$dir/$name"
  rm -r "$tmp/get"
done

echo "files $(find "$dir" -type f | wc -l)"
echo "bytes $(find "$dir" -type f -printf '%s\n' | awk '{s += $1} END {printf "%d", s}')"
