#!/usr/bin/env python3
"""Plants made-up secrets into a copy of real code: in every place and language of code_sites.tsv.

usage: plant_code.py TREE OUT MANIFEST [--seed N] [--count N]

Each secret goes to the end of a file of its own, picked at random among those of TREE that are written in the language, in one
of the places of src/scan/project/tests/code_sites.tsv; places take turns, so that each is used equally often. Half of the
secrets are passwords, half are tokens. Only the chosen files are copied. MANIFEST gets one JSON object a line for planted.py:
path, line, kind, surrounding (the language), style (the place), secret. Same seed, same plants.
"""

import argparse
import json
import random
import string
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "src/scan/project/tests/code_sites.tsv"
ALNUM = string.ascii_letters + string.digits
MAX_SIZE = 200_000


def cases():
    for line in TABLE.read_text().splitlines():
        if not line.startswith("#"):
            yield line.split("\t")[:3]


def password(rng):
    """Letters, digits and a sign, as people are made to choose them."""
    letters = [rng.choice(ALNUM) for _ in range(rng.randint(9, 13))]
    letters[rng.randint(2, 6)] = rng.choice("!#@*?%")
    return "".join(letters)


def token(rng):
    return "".join(rng.choice(ALNUM) for _ in range(rng.choice((24, 32, 40))))


def files(tree, rng):
    """Files by ending, in random order; none that is minified or hard to decode."""
    found = {}
    for path in sorted(tree.rglob("*")):
        if path.is_file() and not path.is_symlink() and 200 < path.stat().st_size < MAX_SIZE and ".min." not in path.name:
            found.setdefault(path.suffix.removeprefix("."), []).append(path)
    for paths in found.values():
        rng.shuffle(paths)
    return found


def usable(path):
    try:
        text = path.read_text()
    except (UnicodeDecodeError, OSError):
        return None
    if "?>" in text and path.suffix == ".php" or max(map(len, text.splitlines()), default=0) > 2000:
        return None
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tree", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150)
    args = parser.parse_args()
    if args.out.exists():
        raise SystemExit(f"{args.out} is there already")
    rng = random.Random(args.seed)
    pool, table = files(args.tree, rng), list(cases())
    rng.shuffle(table)
    records = []
    for number in range(args.count):
        ending, place, pattern = table[number % len(table)]
        text = None
        while text is None:
            if not pool.get(ending):
                raise SystemExit(f"no more files of {ending} in {args.tree}")
            path = pool[ending].pop()
            text = usable(path)
        secret = (password, token)[number % 2](rng)
        planted = pattern.replace("VALUE", secret).replace("⏎", "\n")
        before = text.rstrip() + "\n\n"
        to = args.out / path.relative_to(args.tree)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(before + planted + "\n")
        line = before.count("\n") + planted[: planted.index(secret)].count("\n") + 1
        record = {"path": str(path.relative_to(args.tree)), "line": line, "end_line": line, "kind": ("password", "token")[number % 2]}
        records.append(record | {"surrounding": ending, "style": place, "secret": secret})
    args.manifest.write_text("".join(json.dumps(r) + "\n" for r in records))


if __name__ == "__main__":
    main()
