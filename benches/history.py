#!/usr/bin/env python3
"""Makes two repositories with real history, one commit for each published version of some packages, and plants made-up
credentials in it that the next version of the package takes out again.

usage: history.py DIR [--seed N] [--secrets N] [--versions N]

DIR/pypi and DIR/npm are bare repositories; DIR/pypi.jsonl and DIR/npm.jsonl list what was planted, one JSON object a
line: path, line, end_line, kind, secret and commit. Versions come from the registries by npm and uv, newest ones first,
and are kept in DIR/packages, so that it can be run again. Same seed and versions, same commits.
"""

import argparse
import json
import random
import subprocess
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import plant

PYPI = ["boto3", "sentry-sdk", "celery", "scrapy", "zappa", "ansible-lint", "flask", "werkzeug"]
NPM = ["@types/node", "eslint", "webpack"]
LARGEST = 2_000_000
# How many versions one call brings.
AT_ONCE = 30
# How passwords that people choose are judged is measured by plant.py; here it is whether history is read whole.
KINDS = [kind for kind in plant.KINDS if kind(random.Random(0)).kind != "password-human"]


def said(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout


def npm_versions(name):
    return [v for v in json.loads(said("npm", "view", name, "versions", "--json")) if "-" not in v]


def pypi_versions(name):
    listing = said("pip", "index", "versions", "--disable-pip-version-check", "--ignore-requires-python", name)
    line = next(line for line in listing.splitlines() if line.startswith("Available versions: "))
    return line.removeprefix("Available versions: ").split(", ")[::-1]


def pack(folder, name, versions):
    """Has npm write the archives of some versions of a package, each into a folder of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as together:
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", together, *(f"{name}@{v}" for v in versions)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        for version in versions:
            own = place(folder, name, version)
            own.mkdir()
            for archive in Path(together).glob(f"*-{version}.tgz"):
                archive.rename(own / archive.name)


def install(folder, name, versions):
    """Has uv unpack the wheels of some versions of a package, each into a folder of its own."""
    for version in versions:
        own = place(folder, name, version)
        subprocess.run(["uv", "pip", "install", "--quiet", "--no-deps", "--no-build", "--link-mode", "copy",
                        "--target", own, f"{name}=={version}"], stderr=subprocess.DEVNULL, check=False)
        own.mkdir(exist_ok=True)
        (own / ".lock").unlink(missing_ok=True)


def place(folder, name, version):
    return folder / f"{name.replace('/', '-')}-{version}"


def fetch(folder, client, name, versions):
    """Sees to it that the folders of these versions are there; empty ones are of versions that cannot be had."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [version for version in versions if not place(folder, name, version).exists()]
    parts = [missing[at:at + AT_ONCE] for at in range(0, len(missing), AT_ONCE)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: {"npm": pack, "pypi": install}[client](folder, name, part), parts))
    return [place(folder, name, version) for version in versions]


def files(folder):
    """Path and bytes of what a version holds, without the folder that names it."""
    archive = next(folder.glob("*.tgz"), None)
    if archive is None:
        found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
        return {path.as_posix(): file.read_bytes() for path, file in found.items()
                # Scripts in `bin` name this machine's Python.
                if not path.parts[0].endswith(".dist-info") and path.parts[0] != "bin"}
    with tarfile.open(archive) as opened:
        found = [(entry.name, opened.extractfile(entry).read()) for entry in opened if entry.isfile()]
    return {PurePosixPath(*PurePosixPath(path).parts[1:]).as_posix(): data for path, data in found}


def with_secret(rng, data, suffix, cred):
    """The file with a credential in it, the first and last line of the secret, from 1; none where it does not fit."""
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        return None
    if not 20 < len(data) < LARGEST or "\r" in data.decode() or not plant.parses(suffix, lines):
        return None
    at = plant.PLACES[suffix](lines, rng)
    if at is None:
        return None
    _, rows = plant.snippet(rng, cred, suffix)
    rows = plant.indented(lines, at, rows) if suffix == ".json" else rows
    result = lines[:at] + rows + lines[at:]
    if not plant.parses(suffix, result):
        return None
    first, last = plant.where(cred, rows)
    return "\n".join(result).encode(), at + first + 1, at + last + 1


def planted(rng, content, number):
    """Puts a credential into one of the files; the answer is what there is to say of it."""
    cred = KINDS[number % len(KINDS)](rng)
    fit = sorted(path for path in content
                 if PurePosixPath(path).suffix in plant.PLACES and not plant.UNLIKELY.search(path))
    for path in rng.sample(fit, len(fit)):
        done = with_secret(rng, content[path], PurePosixPath(path).suffix, cred)
        if done:
            content[path], first, last = done
            return {"path": path, "line": first, "end_line": last, "kind": cred.kind, "secret": cred.secret}
    raise SystemExit("no suitable file in a version")


class Repository:
    """A bare repository that git fast-import fills."""

    def __init__(self, path):
        self.path = path
        said("git", "init", "--quiet", "--bare", "-b", "main", str(path))
        self.git = subprocess.Popen(["git", "-C", path, "fast-import", "--quiet", f"--export-marks={path}/marks"],
                                    stdin=subprocess.PIPE)
        self.count, self.before = 0, {}

    def write(self, *parts):
        for part in parts:
            self.git.stdin.write(part if isinstance(part, bytes) else part.encode())

    def commit(self, folder, version, content):
        """The files of a folder as they are in this version."""
        self.count += 1
        message = f"{folder} {version}\n"
        self.write(f"commit refs/heads/main\nmark :{self.count}\ncommitter A <a@example.org> "
                   f"{1_600_000_000 + self.count * 3600} +0000\ndata {len(message)}\n{message}")
        before = self.before.get(folder, {})
        for path in before.keys() - content.keys():
            self.write(f"D {json.dumps(f'{folder}/{path}', ensure_ascii=False)}\n")
        for path in sorted(content):
            if before.get(path) != content[path]:
                self.write(f"M 100644 inline {json.dumps(f'{folder}/{path}', ensure_ascii=False)}\n"
                           f"data {len(content[path])}\n", content[path], "\n")
        self.before[folder] = content

    def finish(self):
        """The commits by their numbers."""
        self.git.stdin.close()
        if self.git.wait():
            raise SystemExit("git fast-import failed")
        said("git", "-C", str(self.path), "repack", "-adq")
        marks = (self.path / "marks").read_text().splitlines()
        return {int(mark.removeprefix(":")): oid for mark, oid in (line.split() for line in marks)}


def newest(folder, client, name, versions, count):
    """The newest versions that can be had, oldest first."""
    found = []
    while versions and len(found) < count:
        wanted = count - len(found)
        versions, part = versions[:-wanted], versions[-wanted:]
        folders = fetch(folder, client, name, part)
        found = [(name, *both) for both in zip(part, folders) if any(both[1].iterdir())] + found
    return found


def order(rng, found):
    """Versions of all packages mixed, those of each in their order."""
    turns = [name for name, own in found.items() for _ in own]
    rng.shuffle(turns)
    left = {name: iter(own) for name, own in found.items()}
    return [next(left[name]) for name in turns]


def make(args, client, names, versions_of):
    rng = random.Random(args.seed)
    found, missing = {}, args.versions
    # The first one has the most versions, and makes up for the others.
    for name in names[::-1]:
        share = missing if name == names[0] else args.versions // len(names)
        found[name] = newest(args.dir / "packages", client, name, versions_of(name), share)
        missing -= len(found[name])
    steps = order(rng, found)
    last = {name: at for at, (name, _, _) in enumerate(steps)}
    # The last version of a package takes out what the one before has.
    able = [at for at, (name, _, _) in enumerate(steps) if last[name] != at]
    chosen = set(rng.sample(able, args.secrets))
    repository, records = Repository(args.dir / client), []
    for at, (name, version, folder) in enumerate(steps):
        content = files(folder)
        if at in chosen:
            record = planted(rng, content, len(records))
            records.append(record | {"path": f"{name}/{record['path']}", "commit": at + 1})
        repository.commit(name, version, content)
    commits = repository.finish()
    with open(args.dir / f"{client}.jsonl", "w") as out:
        for record in records:
            out.write(json.dumps(record | {"commit": commits[record["commit"]]}) + "\n")
    print(f"{client}: {len(steps)} commits, {len(records)} planted")


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("dir", type=Path)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--secrets", type=int, default=50)
    args.add_argument("--versions", type=int, default=1100)
    args = args.parse_args()
    args.dir = args.dir.resolve()
    for client, names, versions_of in (("npm", NPM, npm_versions), ("pypi", PYPI, pypi_versions)):
        if not (args.dir / client).exists():
            make(args, client, names, versions_of)


if __name__ == "__main__":
    main()
