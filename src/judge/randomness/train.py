#!/usr/bin/env python3
"""Make table.bin: how people spell names, words and short strings in code.

Usage: train.py OUT DIR...     (each DIR = unpacked packages; stdlib only)

The table in this folder was made from these packages, and from nothing else.
Fetch with `pip download --no-deps NAME==VERSION` / `npm pack NAME@VERSION`,
unpack each into its own folder below one DIR:

  pip: requests 2.32.3, flask 3.1.0, sqlalchemy 2.0.36, numpy 2.1.3,
       pandas 2.2.3, celery 5.4.0, twisted 24.10.0, boto3 1.35.70,
       sphinx 8.1.3, pytest 8.3.4, rich 13.9.4, fastapi 0.115.5, mypy 1.13.0,
       paramiko 3.5.0, scrapy 2.12.0, kubernetes 31.0.0
  npm: express 4.21.1, react 18.3.1, vue 3.5.13, webpack 5.96.1,
       eslint 9.15.0, axios 1.7.8, mongoose 8.8.3, next 15.0.3,
       firebase 11.0.2, moment 2.30.1, stripe 17.4.0,
       @aws-sdk/client-s3 3.699.0, @octokit/openapi-types 22.2.0,
       sequelize 6.37.5, @types/node 22.10.1, @pulumi/aws 6.61.0,
       highlight.js 11.10.0, date-fns 4.1.0, graphql 16.9.0

Layout of the table (written.rs reads it with the same constants):
  40*40*40 bytes  cost of symbol c after symbols a, b   at (a*40 + b)*40 + c
  128 bytes       cost of an ASCII byte inside its symbol
  7*2 bytes       cost of [lower, upper] in each case state
A cost is -log2(probability) in sixteenths of a bit, at most 255.
"""

import collections
import math
import os
import re
import sys

# Symbols: a-z = 0..25, 0-9 = 26..35, then four classes.
HUMP, SEP, PATH, OTHER, N = 36, 37, 38, 39, 40
SEP_BYTES, PATH_BYTES = "_- \t\n", "./:@\\"
# Case states: what is known before a letter.
START, SEP_LOW, SEP_UP, DIG_LOW, DIG_UP, ONE_UP, MANY_UP, LOW = range(8)

SUFFIXES = (".py", ".pyi", ".js", ".cjs", ".mjs", ".ts", ".md", ".rst", ".txt",
            ".json", ".yml", ".yaml", ".toml", ".html", ".css", ".c", ".h")
MAX_PACKAGE_BYTES = 12_000_000
IDENT = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{2,79}")
STRING = re.compile(r"\"([^\"\\\n]{3,80})\"|'([^'\\\n]{3,80})'|`([^`\\\n$]{3,80})`")
PIECE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@+-]{2,79}")
RUN = re.compile(r"[A-Za-z]+|[0-9]+")
HEX = re.compile(r"(?:0x)?[0-9a-f]{7,}|(?:0x)?[0-9A-F]{7,}")
BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")


def looks_like_data(text):
    """True for hashes, encoded blobs, ids: what the model must not learn."""
    for word in re.split(r"[\s,;|]+", text):
        for part in re.split(r"[-._/:@]", word):
            digits = sum(c.isdigit() for c in part)
            if HEX.fullmatch(part) and 0 < digits and len(part) > digits:
                return True
            if digits > 8 or len(RUN.findall(part)) > 5 and digits > 2:
                return True
        if BASE64.fullmatch(word) and looks_encoded(word):
            return True
    return False


def looks_encoded(word):
    """Many case changes and short runs: base64 that happens to lack digits."""
    flips = len(re.findall(r"[a-z][A-Z]|[A-Z]{2}[a-z]", word))
    vowels = sum(c in "aeiouAEIOU" for c in word)
    return flips * 4 > len(word) or vowels * 6 < len(word)


def is_minified(text):
    lines = text.count("\n") + 1
    return len(text) > 200 * lines or len(text) > 2000 and lines < 5


def files_of(root):
    for base, dirs, names in sorted(os.walk(root)):
        dirs.sort()
        for name in sorted(names):
            if name.endswith(SUFFIXES) and ".min." not in name:
                yield os.path.join(base, name)


def collect(root, found):
    """Add every name, string and word below one package to `found`."""
    left = MAX_PACKAGE_BYTES
    for path in files_of(root):
        with open(path, encoding="utf-8", errors="replace") as handle:
            text = handle.read(2_000_000)
        if left <= 0 or is_minified(text):
            continue
        left -= len(text)
        found.update(IDENT.findall(text))
        found.update(PIECE.findall(text))
        found.update(a or b or c for a, b, c in STRING.findall(text))


def symbol(char):
    low = char.lower() if char.isascii() else ""
    if "a" <= low <= "z":
        return ord(low) - 97
    if "0" <= char <= "9":
        return ord(char) - 48 + 26
    if char in SEP_BYTES:
        return SEP
    return PATH if char in PATH_BYTES else OTHER


def next_state(state, sym, upper):
    if sym < 26:
        if not upper:
            return LOW
        return MANY_UP if state in (ONE_UP, MANY_UP, SEP_UP, DIG_UP) else ONE_UP
    up = state in (MANY_UP, SEP_UP, DIG_UP)
    if sym < HUMP:
        return DIG_UP if up or state == ONE_UP else DIG_LOW
    return SEP_UP if up else SEP_LOW


class Counts:
    """Trigram counts, bytes inside classes, and case by state."""

    def __init__(self):
        self.tri = collections.Counter()
        self.byte = collections.Counter()
        self.case = collections.Counter()

    def add(self, text):
        a, b, state = SEP, SEP, START
        for char in text:
            sym, upper = symbol(char), "A" <= char <= "Z"
            self.byte[char] += sym >= HUMP
            if sym < 26 and state == LOW and upper:
                self.tri[a, b, HUMP] += 1
                a, b = b, HUMP
            elif sym < 26 and state != LOW:
                self.case[state, upper] += 1
            self.tri[a, b, sym] += 1
            a, b, state = b, sym, next_state(state, sym, upper)
        self.tri[a, b, SEP] += 1


def grouped(pairs):
    """{(context, next): count} as {context: {next: count}}."""
    out = collections.defaultdict(dict)
    for (context, sym), count in pairs.items():
        out[context][sym] = count
    return out


def mix(counts, lower):
    """Witten-Bell: trust a context by how few kinds it has been seen with."""
    total, kinds = sum(counts.values()), len(counts)
    if not total:
        return lower
    weight = kinds / (total + kinds)
    return [(1 - weight) * counts.get(c, 0) / total + weight * lower[c] for c in range(N)]


def spread(tri):
    """The smoothed probabilities of all 40*40*40 triples."""
    one, two, three = collections.Counter(), collections.Counter(), {}
    for (a, b, c), count in tri.items():
        one[c] += count
        two[b, c] += count
        three[(a, b), c] = count
    base = mix(one, [1 / N] * N)
    seconds, thirds = grouped(two), grouped(three)
    for a in range(N):
        for b in range(N):
            yield from mix(thirds.get((a, b), {}), mix(seconds.get(b, {}), base))


def cost(probability):
    return max(0, min(255, round(-16 * math.log2(probability))))


def byte_costs(byte):
    total = collections.Counter()
    for code in range(128):
        total[symbol(chr(code))] += byte[chr(code)] + 1
    for code in range(128):
        sym = symbol(chr(code))
        yield 0 if sym < HUMP else cost((byte[chr(code)] + 1) / total[sym])


def case_costs(case):
    for state in range(LOW):
        low, up = case[state, False] + 1, case[state, True] + 1
        yield cost(low / (low + up))
        yield cost(up / (low + up))


def table_of(texts):
    counts = Counts()
    for text in texts:
        counts.add(text)
    table = bytes(map(cost, spread(counts.tri)))
    return table + bytes(byte_costs(counts.byte)) + bytes(case_costs(counts.case))


def main(out, roots):
    found = set()
    for root in roots:
        for package in sorted(os.listdir(root)):
            if os.path.isdir(os.path.join(root, package)):
                collect(os.path.join(root, package), found)
    texts = [text for text in sorted(found) if not looks_like_data(text)]
    table = table_of(texts)
    with open(out, "wb") as handle:
        handle.write(table)
    print(f"{len(found)} strings, {len(texts)} kept, {len(table)} bytes", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
