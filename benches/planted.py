#!/usr/bin/env python3
"""Recall: which of the credentials of plant.py or plant_iac.py does a SARIF report name?

usage: planted.py MANIFEST REPORT.sarif

A credential counts as found when a result, or a related location of one, covers
its line (any of its lines, for a key of several lines) in its file. What
plant_iac.py planted names the rules that may say so.
"""

import json
import sys
from collections import Counter, defaultdict
from urllib.parse import unquote


def places(result):
    for location in result.get("locations", []) + result.get("relatedLocations", []):
        physical = location.get("physicalLocation", {})
        uri = unquote(physical.get("artifactLocation", {}).get("uri", ""))
        region = physical.get("region", {})
        if "startLine" in region:
            yield uri.removeprefix("./"), region["startLine"], region.get("endLine", region["startLine"])


def table(title, records, found):
    total, hit = Counter(), Counter()
    for record in records:
        total[record[title]] += 1
        hit[record[title]] += id(record) in found
    print(f"\nby {title}")
    for name in sorted(total):
        print(f"  {name:<16} {hit[name]:>4} of {total[name]:<4} {hit[name] / total[name]:6.1%}")


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: planted.py MANIFEST REPORT.sarif")
    with open(sys.argv[1]) as file:
        records = [json.loads(line) for line in file]
    with open(sys.argv[2]) as file:
        runs = json.load(file)["runs"]

    reported, results = defaultdict(list), 0
    for run in runs:
        for result in run.get("results") or []:
            results += 1
            for uri, first, last in places(result):
                reported[uri].append((first, last, result.get("ruleId")))

    found = {id(record) for record in records
             if any(first <= record["end_line"] and record["line"] <= last
                    and rule in record.get("rules", [rule])
                    for first, last, rule in reported[record["path"]])}
    print(f"results {results}")
    print(f"recall {len(found)} of {len(records)}: {len(found) / len(records):.1%}")
    by_id = sum(id(record) not in found and any(
        first <= record.get("id_line", 0) <= last for first, last, _ in reported[record["path"]])
        for record in records)
    print(f"not counted: {by_id} pairs of which only the id's line is named")
    for title in ("kind", "surrounding", "style"):
        table(title, records, found)
    print("\nmissed")
    for record in records:
        if id(record) not in found:
            secret = record.get("secret", "").split("\n")[0]
            print(f"  {record['path']}:{record['line']} {record['kind']} {record['surrounding']} "
                  f"{record['style']} {secret}")


if __name__ == "__main__":
    main()
