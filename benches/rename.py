#!/usr/bin/env python3
"""Copies a tree with its names hashed away, to see what findings owe to names.

usage: rename.py TREE OUT [--seed N]

Directory names and file stems become short hashes: the same name gets the same
hash. Extensions stay, and so do names that say what a file is (Dockerfile,
package.json, .env ...). Files of OUT are hard links to TREE.
"""

import argparse
import hashlib
import os
import re
import shutil
from pathlib import Path

MEANINGFUL = re.compile(
    r"""(Dockerfile.*|.*\.dockerfile|Containerfile.*|docker-compose.*|compose\.ya?ml|Makefile|Procfile|Jenkinsfile
    |Vagrantfile|Gemfile.*|Pipfile.*|package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock
    |pnpm-lock\.yaml|Cargo\.(toml|lock)|go\.(mod|sum)|poetry\.lock|pyproject\.toml|setup\.(py|cfg)|requirements.*\.txt
    |tsconfig.*\.json|README.*|LICENSE.*|CHANGELOG.*|\.env.*|.*\.env|\.npmrc|\.pypirc|\.netrc|\.git[a-z]+|\.docker[a-z]+
    |settings\.xml|web\.config|nuget\.config|.*\.tf|.*\.tfvars|terraform\.tfstate.*|local\.settings\.json
    |samconfig\.toml|template\.ya?ml|serverless\.(ya?ml|json|ts|js)|host\.json|function\.json|Chart\.yaml|values\.ya?ml
    |cdk\.json|azure-pipelines.*|\.gitlab-ci\.yml|__init__\.py|conftest\.py|id_(rsa|dsa|ecdsa|ed25519)
    |config\.json|application.*\.(properties|ya?ml))$""",
    re.X | re.I)
# app.d.ts keeps .d.ts and nginx.conf.j2 keeps .conf.j2, but app.test.js keeps only .js
EXTENSION = re.compile(r"(\.(d|min|tar|conf|cfg|ini|env|ya?ml|json|xml|properties|toml|tf|py|js|ts|sh|txt))?"
                       r"(\.[A-Za-z][A-Za-z0-9_-]{0,9})?$", re.I)
# node_modules and .github change what a scanner may do with all below them
MEANINGFUL_FOLDER = re.compile(r"(node_modules|\.[a-z]+)$", re.I)


def hashed(name, seed):
    return "n" + hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()[:9]


def new_folder(name, seed):
    return name if MEANINGFUL_FOLDER.match(name) else hashed(name, seed)


def new_file(name, seed):
    if MEANINGFUL.match(name):
        return name
    extension = EXTENSION.search(name).group()
    return hashed(name[: len(name) - len(extension)], seed) + extension


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("tree", type=Path)
    args.add_argument("out", type=Path)
    args.add_argument("--seed", type=int, default=1)
    args = args.parse_args()
    if args.out.exists():
        raise SystemExit(f"{args.out} is there already")

    count = 0
    for folder, _, names in os.walk(args.tree):
        parts = Path(folder).relative_to(args.tree).parts
        to = args.out.joinpath(*[new_folder(part, args.seed) for part in parts])
        to.mkdir(parents=True, exist_ok=True)
        for name in names:
            source, target = Path(folder, name), to / new_file(name, args.seed)
            if target.exists():
                raise SystemExit(f"two files would be {target}")
            try:
                os.link(source, target, follow_symlinks=False)
            except OSError:
                shutil.copy2(source, target, follow_symlinks=False)
            count += 1
    print(f"files {count}")


if __name__ == "__main__":
    main()
