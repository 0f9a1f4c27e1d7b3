#!/usr/bin/env python3
"""Plants secrets, copies and gaps at places that the providers document, to measure recall independently of the rules.

usage: plant_places.py TREE... OUT MANIFEST [--seed N] [--count N]

Files of each dialect are drawn from TREEs and copied to OUT; each gets one plant. The rows below were written from the
references of the providers (AWS, Azure, Google, Kubernetes, Compose, GitHub, GitLab, Terraform's providers), not from the
tables of the detector: a row is a place, whatever the detector makes of it. MANIFEST is what planted.py reads, with the
family of the practice that the plant breaks as `style`. Every secret is random. Same seed, same plants.
"""

import argparse
import json
import random
import re
import string
from pathlib import Path

from places import ROWS
from plant_iac import opened

WORDS = ["Harbor", "Kestrel", "Maple", "Lantern", "Quartz", "Falcon", "Juniper", "Copper"]
NAMES = ["DB_PASSWORD", "API_TOKEN", "STRIPE_API_KEY", "JWT_SECRET", "GITHUB_TOKEN", "OAUTH_CLIENT_SECRET", "SMTP_PASSWORD",
         "SESSION_SECRET", "WEBHOOK_SECRET", "REDIS_PASSWORD", "SENDGRID_API_KEY", "SLACK_BOT_TOKEN"]

# Where there is no file of a dialect in the trees, or too few, these stand for them.
BASES = {
    "arm": '{\n  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",\n'
           '  "contentVersion": "1.0.0.0",\n  "parameters": {\n    "location": { "type": "string", "defaultValue": "westeurope" }\n  },\n'
           '  "resources": [\n    { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "shop",\n'
           '      "location": "[parameters(\'location\')]", "sku": { "name": "Standard_LRS" }, "kind": "StorageV2" }\n  ],\n'
           '  "outputs": {\n    "place": { "type": "string", "value": "[parameters(\'location\')]" }\n  }\n}\n',
    "gitlab": "stages: [test, deploy]\n\ndefault:\n  image: node:22\n\ntest:\n  stage: test\n  script:\n    - npm ci\n    - npm test\n",
    "compose": "services:\n  db:\n    image: postgres:17\n    volumes:\n      - data:/var/lib/postgresql/data\nvolumes:\n  data: {}\n",
    "kubernetes": "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  selector:\n    app: shop\n  ports:\n    - port: 80\n",
    "bicep": "param location string = resourceGroup().location\n\nresource store 'Microsoft.Storage/storageAccounts@2023-01-01' = {\n"
             "  name: 'shop'\n  location: location\n  sku: { name: 'Standard_LRS' }\n  kind: 'StorageV2'\n}\n",
    "actions": "name: ci\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm test\n",
}


def is_template(text):
    return bool(re.search(r"\{\{|\{%", text))


def takes(dialect, path, text):
    yaml = path.suffix in (".yml", ".yaml")
    match dialect:
        case "terraform":
            return path.suffix == ".tf" and "{{" not in text
        case "cloudformation":
            return yaml and re.search(r"^Resources:\s*$", text, re.M) and "AWS::" in text and not is_template(text) \
                and not re.search(r"^(Parameters|Outputs|Mappings):[ \t]+\S", text, re.M)
        case "serverless":
            return yaml and path.name.startswith("serverless") and re.search(r"^functions:\s*$", text, re.M) \
                and re.search(r"^\s+name: aws\s*$", text, re.M) and re.search(r"^provider:\s*$", text, re.M) and not is_template(text)
        case "bicep":
            return path.suffix == ".bicep" and "{{" not in text
        case "kubernetes":
            return yaml and re.search(r"^apiVersion:", text, re.M) and re.search(r"^kind:", text, re.M) and not is_template(text) \
                and "serving.knative" not in text
        case "compose":
            return yaml and re.search(r"^services:\s*$", text, re.M) and "image:" in text and not is_template(text) \
                and re.match(r"(docker-)?compose", path.name)
        case "actions":
            return yaml and ".github/workflows/" in str(path) and re.search(r"^jobs:\s*$", text, re.M)
        case "gitlab":
            return path.name == ".gitlab-ci.yml" and "script:" in text
    return False


class File:
    def __init__(self, dialect, text):
        self.dialect, self.lines = dialect, text.rstrip("\n").split("\n")

    def put(self, section, lines):
        if section is None:
            gap = ["---"] if self.dialect == "kubernetes" else [""]
            self.lines += gap + lines
        elif self.dialect == "arm":
            at = next(i for i, line in enumerate(self.lines) if re.match(rf'\s+"{section}": [\[{{]', line))
            self.lines[at + 1:at + 1] = ["    " + line for line in lines[:-1]] + ["    " + lines[-1] + ","]
        else:
            at, indent = opened(self.lines, section)
            indent = " " * (indent or 2)
            self.lines[at + 1:at + 1] = [indent + line for line in lines]


def filled(rng, text, number):
    """A row's text with its names and secrets; MARK stands behind what counts as found."""
    name = rng.choice(NAMES)
    alphabet = rng.choice([string.ascii_letters + string.digits, string.digits + "abcdef"])
    token = rng.choice("abcdf") + "".join(rng.choice(alphabet) for _ in range(rng.choice([19, 23, 31, 39])))
    password = f"{rng.choice(WORDS)}{rng.randrange(10, 99)}{rng.choice(WORDS)}-{rng.randrange(10, 99)}x"
    if rng.random() < 0.5:
        password = "".join(rng.choice(string.ascii_letters + string.digits + "-_!") for _ in range(14))
        password = "k" + password + "7q"
    value = password if "PASSWORD" in name else token
    for key, said in (("NAME", name), ("name", name.lower()), ("camel", "".join(p.capitalize() for p in name.split("_"))),
                      ("V", value), ("T", token), ("P", password), ("n", str(number))):
        text = text.replace(f"<{key}>", said)
    return text


def plant(rng, row, number, base):
    """The text with the plant in it, and its first and last line from 1."""
    file = File(row["dialect"], base)
    parts = re.split(r"^@(\w+)\n", filled(rng, row["text"].strip("\n") + "\n", number), flags=re.M)
    sections = [(None, parts[0])] + list(zip(parts[1::2], parts[2::2]))
    for section, text in sections:
        if text.strip():
            file.put(section, text.rstrip("\n").split("\n"))
    marked = [i for i, line in enumerate(file.lines) if line.rstrip(",").endswith("<!")]
    file.lines = [re.sub(r"\s*<!(,?)$", r"\1", line) for line in file.lines]
    return "\n".join(file.lines) + "\n", marked[0] + 1, marked[-1] + 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    arguments = parser.parse_args()
    if arguments.out.exists():
        raise SystemExit(f"{arguments.out} is there already")
    rng = random.Random(arguments.seed)
    dialects = sorted({row["dialect"] for row in ROWS})
    bases = {dialect: [] for dialect in dialects}
    for tree in arguments.trees:
        for path in sorted(p for p in tree.rglob("*") if p.suffix in (".tf", ".yml", ".yaml", ".bicep") and p.is_file()):
            text = path.read_text(errors="replace")
            for dialect in dialects:
                if len(text) < 40_000 and takes(dialect, path, text):
                    bases[dialect].append((path.name, text))
    names = {"terraform": "main.tf", "cloudformation": "template.yaml", "serverless": "serverless.yml", "bicep": "main.bicep",
             "arm": "azuredeploy.json", "kubernetes": "app.yaml", "compose": "compose.yaml", "actions": ".github/workflows/ci.yml",
             "gitlab": ".gitlab-ci.yml"}
    by_dialect = {dialect: [row for row in ROWS if row["dialect"] == dialect] for dialect in dialects}
    for rows in by_dialect.values():
        rng.shuffle(rows)
    records = []
    for number in range(arguments.count):
        dialect = dialects[number % len(dialects)]
        rows = by_dialect[dialect]
        row = rows[(number // len(dialects)) % len(rows)]
        known = bases[dialect]
        text = rng.choice(known)[1] if known else BASES[dialect]
        text, first, last = plant(rng, row, number, text)
        path = Path(f"p{number}") / names[dialect]
        (arguments.out / path).parent.mkdir(parents=True, exist_ok=True)
        (arguments.out / path).write_text(text)
        record = {"path": str(path), "line": first, "end_line": last, "kind": row["kind"], "surrounding": dialect,
                  "style": row["family"], "place": row["place"]}
        records.append(record | ({"rules": row["rules"]} if row["rules"] else {}))
    arguments.manifest.write_text("".join(json.dumps(record) + "\n" for record in records))
    print(f"{len(records)} plants of {len(ROWS)} places; files drawn from: "
          + ", ".join(f"{dialect} {len(known)}" for dialect, known in bases.items()))


if __name__ == "__main__":
    main()
