#!/usr/bin/env python3
"""Writes 150 small programs, each of which puts a secret out in a way of its own, and as many in which it stays inside.

    plant_flows.py OUT [--seed N]
    barekey scan --rule secret-logging --format json OUT > report.json
    plant_flows.py OUT --score report.json

Source, way and sink are drawn at random; a file `leak_*` has one that has to be found, a file `safe_*` none.
"""

import argparse
import json
import pathlib
import random

# Language, imports, and an expression that is the secret.
SOURCES = {
    "py": [
        ("import boto3\nc = boto3.client('secretsmanager')", "c.get_secret_value(SecretId=ID)['SecretString']"),
        ("import boto3, json\nc = boto3.client('secretsmanager')", "json.loads(c.get_secret_value(SecretId=ID)['SecretString'])['password']"),
        ("import boto3\nssm = boto3.client('ssm')", "ssm.get_parameter(Name=ID, WithDecryption=True)['Parameter']['Value']"),
        ("from azure.keyvault.secrets import SecretClient\nc = SecretClient(URL, LOGIN)", "c.get_secret(ID).value"),
        ("from google.cloud import secretmanager\nc = secretmanager.SecretManagerServiceClient()", "c.access_secret_version(request={'name': ID}).payload.data.decode()"),
        ("import hvac\nc = hvac.Client()", "c.secrets.kv.v2.read_secret_version(path=ID)['data']['data']['password']"),
        ("import os", "os.environ['DB_PASSWORD']"),
        ("import os", "os.getenv('API_TOKEN', '')"),
    ],
    "js": [
        ("const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');\nconst c = new SecretsManagerClient({});", "(await c.send(new GetSecretValueCommand({ SecretId: ID }))).SecretString"),
        ("const AWS = require('aws-sdk');\nconst c = new AWS.SecretsManager();", "JSON.parse((await c.getSecretValue({ SecretId: ID }).promise()).SecretString).password"),
        ("const { SSMClient, GetParameterCommand } = require('@aws-sdk/client-ssm');\nconst c = new SSMClient({});", "(await c.send(new GetParameterCommand({ Name: ID, WithDecryption: true }))).Parameter.Value"),
        ("const { SecretClient } = require('@azure/keyvault-secrets');\nconst c = new SecretClient(URL, LOGIN);", "(await c.getSecret(ID)).value"),
        ("const { SecretManagerServiceClient } = require('@google-cloud/secret-manager');\nconst c = new SecretManagerServiceClient();", "(await c.accessSecretVersion({ name: ID }))[0].payload.data.toString()"),
        ("const vault = require('node-vault')();", "(await vault.read(ID)).data.data.token"),
        ("", "process.env.DB_PASSWORD"),
    ],
}
SOURCES["ts"] = SOURCES["js"]

# How the secret `{v}` becomes the value `x`.
WAYS = {
    "py": [
        "x = {v}",
        "y = {v}\nx = y",
        "y = {v}\nx = f'value {{y}}'",
        "y = {v}\nx = y[:8]",
        "y = {v}\nx = 'value %s' % y",
        "y = {v}\nx = 'value {{}}'.format(y)",
        "def get():\n    return {v}\nx = get()",
        "def same(a):\n    return a\nx = same({v})",
        "d = {{'a': {v}}}\nx = d['a']",
        "class Box:\n    def __init__(self):\n        self.held = {v}\n    def get(self):\n        return self.held\nx = Box().get()",
        "if ID:\n    x = {v}\nelse:\n    x = ''",
        "try:\n    x = {v}\nexcept KeyError:\n    x = ''",
        "import base64\nx = base64.b64encode({v}.encode())",
    ],
    "js": [
        "const x = {v};",
        "const y = {v}; const x = y;",
        "const y = {v}; const x = `value ${{y}}`;",
        "const y = {v}; const x = y.slice(0, 8);",
        "const y = {v}; const x = 'value ' + y;",
        "const x = JSON.stringify({{ a: {v} }});",
        "async function get() {{ return {v}; }} const x = await get();",
        "const get = async () => {v}; const x = await get();",
        "const d = {{ a: {v} }}; const x = d.a;",
        "let x = ''; if (ID) {{ x = {v}; }}",
        "class Box {{ async get() {{ this.held = {v}; return this.held; }} }} const x = await new Box().get();",
        "const x = Buffer.from({v}).toString('base64');",
    ],
}
WAYS["ts"] = WAYS["js"]

SINKS = {
    "py": [
        "print(x)", "import logging\nlogging.info('is %s', x)", "logger.debug(x)", "raise ValueError('bad ' + x)",
        "import sys\nsys.stderr.write(x)", "open('/tmp/a', 'w').write(x)",
        "def handler(event, context):\n    return {'statusCode': 200, 'body': x}",
        "@app.route('/')\ndef show():\n    return jsonify(a=x)", "def show(a):\n    print(a)\nshow(x)",
    ],
    "js": [
        "console.log(x);", "console.error('is', x);", "logger.info({ a: x });", "throw new Error('bad ' + x);",
        "process.stdout.write(x);", "fs.writeFileSync('/tmp/a', x);",
        "res.json({ a: x });", "res.status(500).send(x);", "function show(a) { console.log(a); } show(x);",
    ],
}
SINKS["ts"] = SINKS["js"]

SAFE = {
    "py": ["print(len(x))", "print(bool(x))", "print(x == ID)", "print(hashlib.sha256(x).hexdigest())", "connect(password=x)", "print(redact(x))", "print('set' if x else 'unset')", "x = 'none'\nprint(x)"],
    "js": ["console.log(x.length);", "console.log(!!x);", "console.log(x === ID);", "console.log(sha256(x));", "connect({ password: x });", "console.log(redact(x));", "console.log(x ? 'set' : 'unset');", "console.log(typeof x);"],
}
SAFE["ts"] = SAFE["js"]


def program(rng, language, ends):
    head, value = rng.choice(SOURCES[language])
    way = rng.choice(WAYS[language]).format(v=value)
    body = f"{way}\n{rng.choice(ends[language])}"
    if language != "py":
        body = f"async function main(ID) {{\n{body}\n}}\nmain();"
    return f"{head}\n{body}\n"


def plant(out, seed):
    rng = random.Random(seed)
    out.mkdir(parents=True, exist_ok=True)
    for kind, ends in (("leak", SINKS), ("safe", SAFE)):
        for number in range(150):
            language = ("py", "js", "ts")[number % 3]
            (out / f"{kind}_{number:03}.{language}").write_text(program(rng, language, ends))


def score(out, report):
    found = {pathlib.Path(f["path"]).name for f in json.loads(pathlib.Path(report).read_text())["findings"]}
    leaks = sorted(p for p in out.iterdir() if p.name.startswith("leak_"))
    missed = [p for p in leaks if p.name not in found]
    wrong = sorted(name for name in found if name.startswith("safe_"))
    print(f"found {len(leaks) - len(missed)} of {len(leaks)}; false alarms: {len(wrong)}")
    for path in missed:
        print(f"missed {path}")
    for name in wrong:
        print(f"wrong {name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--score")
    options = parser.parse_args()
    score(options.out, options.score) if options.score else plant(options.out, options.seed)
