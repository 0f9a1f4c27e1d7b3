#!/usr/bin/env python3
"""Plants made-up credentials into a copy of a source tree, to measure recall.

usage: plant.py TREE OUT MANIFEST [--seed N] [--count N]

15 kinds of credential (10 provider tokens, human and random passwords, URLs with
a password, Authorization headers, private keys) go into 5 surroundings (source
code, JSON, YAML, settings files, Markdown and shell), each pair equally often.
Unchanged files of OUT are hard links to TREE; a changed file is a new file.
MANIFEST gets one JSON object a line: path, line, end_line, kind, surrounding,
style, secret, and id_line for a pair. Every credential is random: none was ever valid. Same seed, same plants.
"""

import argparse
import ast
import base64
import json
import os
import random
import re
import shutil
import string
import zlib
from pathlib import Path

ALNUM = string.digits + string.ascii_uppercase + string.ascii_lowercase
LOWER = string.digits + string.ascii_lowercase
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "-_"
MAX_SIZE = 1_000_000
UNLIKELY = re.compile(r"(^|/)(vendor|node_modules|i18n|locale|LICENSE|NOTICE|[^/]*\.dist-info)", re.I)


class Credential:
    """Pairs of (name words, value), of which one value holds the secret."""

    def __init__(self, kind, group, pairs, secret):
        self.kind, self.group, self.pairs, self.secret = kind, group, pairs, secret


# ---------------------------------------------------------------- secrets


def text(rng, alphabet, length):
    return "".join(rng.choice(alphabet) for _ in range(length))


def base36(number, width):
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = LOWER[digit] + digits
    return digits.rjust(width, "0")


def with_checksum(prefix, body):
    """GitHub's and npm's form: the last 6 characters are the CRC32 of the body in base 62."""
    crc, digits = zlib.crc32(body.encode()), ""
    while crc:
        crc, digit = divmod(crc, 62)
        digits = ALNUM[digit] + digits
    return prefix + body + digits.rjust(6, "0")


def base64_of(rng, length):
    return base64.b64encode(rng.randbytes(length)).decode()


def human_password(rng):
    words = ["summer", "kettle", "Harbour", "falcon", "Marmalade", "troubadour", "winter",
             "Copper", "badger", "Lantern", "pepper", "granite", "Orchid", "thunder",
             "Bicycle", "walrus", "saffron", "Meadow", "cobalt", "juniper"]
    leet = str.maketrans({"a": "4", "e": "3", "o": "0", "i": "1"})
    first, second = rng.sample(words, 2)
    mark, number = rng.choice("!@&*-_.+"), rng.randrange(2, 99)
    return rng.choice([
        f"{first.translate(leet).capitalize()}{mark}{number}{rng.choice('xkqz')}",
        f"{first}-{second.capitalize()}-{number}",
        f"{first.capitalize()}{rng.randrange(2012, 2025)}{mark}",
        f"{first.capitalize()}{second.capitalize()}{number}",
        f"{second.translate(leet)}{mark}{first[:4].capitalize()}{number}",
    ])


def random_password(rng):
    signs = rng.choice(["", "!@%^*-_+=", "-_.~"])
    return text(rng, string.ascii_letters, 1) + text(rng, ALNUM + signs, rng.randrange(11, 23))


def der(tag, body):
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    count = (size.bit_length() + 7) // 8
    return bytes([tag, 128 + count]) + size.to_bytes(count, "big") + body


def private_key(rng):
    """Right structure, random numbers: it parses as a key and can be used for nothing."""
    def number(size):
        return der(2, bytes([rng.randrange(64, 128)]) + rng.randbytes(size - 1))

    form = rng.choice(["RSA ", "RSA ", "", "EC "])
    if form == "EC ":
        curve = der(0xA0, bytes.fromhex("06082a8648ce3d030107"))
        point = der(0xA1, der(3, b"\0\4" + rng.randbytes(64)))
        body = der(0x30, b"\2\1\1" + der(4, rng.randbytes(32)) + curve + point)
    else:
        size = rng.choice([128, 256])
        half = size // 2
        parts = [number(size), b"\2\3\1\0\1", number(size)] + [number(half) for _ in range(5)]
        body = der(0x30, b"\2\1\0" + b"".join(parts))
        if form == "":
            rsa = bytes.fromhex("300d06092a864886f70d0101010500")
            body = der(0x30, b"\2\1\0" + rsa + der(4, body))
    lines = re.findall(".{1,64}", base64.b64encode(body).decode())
    return "\n".join([f"-----BEGIN {form}PRIVATE KEY-----", *lines, f"-----END {form}PRIVATE KEY-----"])


def github(rng):
    token = with_checksum("ghp_", text(rng, ALNUM, 30))
    name = rng.choice(["github token", "gh token", "github access token", "repo token", "git pat"])
    return Credential("github", "github", [(name, token)], token)


def aws(rng):
    key_id = "AKIA" + text(rng, string.ascii_uppercase + "234567", 16)
    secret = text(rng, ALNUM + "+/", 40)
    id_name, secret_name = rng.choice([
        ("aws access key id", "aws secret access key"), ("access key id", "secret access key"),
        ("aws access key", "aws secret key"), ("s3 key", "s3 secret")])
    return Credential("aws", "aws", [(id_name, key_id), (secret_name, secret)], secret)


def slack(rng):
    token = f"xoxb-{rng.randrange(10**11, 10**13)}-{rng.randrange(10**12, 10**13)}-{text(rng, ALNUM, 24)}"
    name = rng.choice(["slack token", "slack bot token", "bot token", "notify token"])
    return Credential("slack", "slack", [(name, token)], token)


def stripe(rng):
    token = "sk_live_" + rng.choice([text(rng, ALNUM, 24), "51" + text(rng, ALNUM, 97)])
    name = rng.choice(["stripe secret key", "stripe api key", "payment key", "stripe key"])
    return Credential("stripe", "stripe", [(name, token)], token)


def npm(rng):
    token = with_checksum("npm_", text(rng, ALNUM, 30))
    name = rng.choice(["npm token", "node auth token", "publish token", "registry token"])
    return Credential("npm", "npm", [(name, token)], token)


def sendgrid(rng):
    token = f"SG.{text(rng, URLSAFE, 22)}.{text(rng, URLSAFE, 43)}"
    name = rng.choice(["sendgrid api key", "sendgrid key", "mail api key", "smtp pass"])
    return Credential("sendgrid", "mail", [(name, token)], token)


def google(rng):
    token = "AIzaSy" + text(rng, URLSAFE, 33)
    name = rng.choice(["google api key", "maps api key", "api key", "geocoding key"])
    return Credential("google", "google", [(name, token)], token)


def gitlab(rng):
    token = "glpat-" + text(rng, URLSAFE, 20)
    if rng.random() < 0.25:  # the newer form, which ends in its length and CRC32
        payload = base64.urlsafe_b64encode(rng.randbytes(24)).decode().rstrip("=")
        front = f"glpat-{payload}.{base36(len(payload), 2)}"
        token = front + base36(zlib.crc32(front.encode()), 7)
    name = rng.choice(["gitlab token", "gitlab private token", "ci access token", "gl token"])
    return Credential("gitlab", "gitlab", [(name, token)], token)


def twilio(rng):
    sid, secret = "SK" + text(rng, HEX, 32), text(rng, ALNUM, 32)
    names = ("twilio api key sid", rng.choice(["twilio api secret", "twilio api key secret"]))
    if rng.random() < 0.6:
        sid, secret = "AC" + text(rng, HEX, 32), text(rng, HEX, 32)
        names = ("twilio account sid", rng.choice(["twilio auth token", "twilio token"]))
    return Credential("twilio", "twilio", [(names[0], sid), (names[1], secret)], secret)


def azure(rng):
    account, key = text(rng, LOWER, 10), base64_of(rng, 64)
    value = (f"DefaultEndpointsProtocol=https;AccountName=st{account};AccountKey={key};"
             "EndpointSuffix=core.windows.net")
    name = rng.choice(["storage connection string", "azure storage connection string",
                       "blob connection", "azure web jobs storage"])
    return Credential("azure", "storage", [(name, value)], key)


def host(rng):
    name = rng.choice(["orders", "billing", "auth", "reports", "inventory", "search"])
    return rng.choice([f"{name}-db.prod.internal", f"10.{rng.randrange(200)}.4.{rng.randrange(2, 250)}",
                       f"{name}.corp.internal", f"{name}-{rng.randrange(1, 9)}.svc.cluster.local"])


def user(rng):
    return rng.choice(["app", "deploy", "svc_reports", "orders", "etl", "mailer", "admin"])


def password(kind, make):
    def build(rng):
        value = make(rng)
        group, name = rng.choice([
            ("database", "db password"), ("database", "database password"), ("database", "password"),
            ("smtp", "smtp pass"), ("smtp", "smtp password"), ("admin", "admin password"),
            ("redis", "redis password"), ("oauth", "client secret"), ("service", "service passwd"),
            ("ldap", "bind password"), ("keystore", "keystore password"), ("api", "api secret")])
        pairs = [(name, value)]
        if rng.random() < 0.5:
            prefix = name.split()[0] if " " in name else group
            pairs = [(f"{prefix} host", host(rng)), (f"{prefix} user", user(rng)), (name, value)]
        return Credential(kind, group, pairs, value)
    return build


def url(rng):
    secret = rng.choice([text(rng, ALNUM + "-_.~", rng.randrange(12, 20)),
                         re.sub("[@&*+]", "-", human_password(rng))])
    scheme, port, path, name = rng.choice([
        ("postgres", ":5432", "/orders", "database url"), ("postgresql", ":5432", "/app", "db dsn"),
        ("https", "", "/api/v2", "upstream url"), ("https", "", "/team/tools.git", "repo url"),
        ("amqp", ":5672", "/jobs", "broker url"), ("redis", ":6379", "/0", "redis url"),
        ("mongodb", ":27017", "/catalog", "mongo uri"), ("mysql", ":3306", "/shop", "database url")])
    who = "" if scheme == "redis" and rng.random() < 0.5 else user(rng)
    value = f"{scheme}://{who}:{secret}@{host(rng)}{port}{path}"
    return Credential("url", "service", [(name, value)], secret)


def header(rng):
    if rng.random() < 0.5:
        secret = base64.b64encode(f"{user(rng)}:{random_password(rng)}".encode()).decode()
        value = "Basic " + secret
    else:
        secret = rng.choice([text(rng, HEX, 40), text(rng, URLSAFE, 43)])
        value = "Bearer " + secret
    return Credential("header", "headers", [("Authorization", value)], secret)


def key(rng):
    pem = private_key(rng)
    name = rng.choice(["private key", "signing key", "jwt private key", "ssh key", "tls key"])
    return Credential("key", "signing", [(name, pem)], pem)


KINDS = [github, aws, slack, stripe, npm, sendgrid, google, gitlab, twilio, azure,
         password("password-human", human_password), password("password-random", random_password),
         url, header, key]


# ---------------------------------------------------------------- how it is written


def snake(name):
    return name.replace(" ", "_").lower()


def upper(name):
    return snake(name).upper()


def kebab(name):
    return name.replace(" ", "-").lower()


def camel(name):
    first, *rest = name.split()
    return first.lower() + "".join(word.capitalize() for word in rest)


def pascal(name):
    return "".join(word.capitalize() for word in name.split())


def escaped(value):
    return value.replace("\n", "\\n")


def quoted(rng, value):
    mark = rng.choice("'\"") if "\n" not in value else '"'
    return mark + escaped(value) + mark


def named(cred, style):
    """Names in one style; a header keeps its own name."""
    return [("Authorization" if name == "Authorization" else style(name), value)
            for name, value in cred.pairs]


def python(rng, cred):
    if cred.kind == "header":
        value = quoted(rng, cred.pairs[0][1])
        return rng.choice([
            ("dict", ["HEADERS = {", f'    "Authorization": {value},', '    "Accept": "application/json",', "}"]),
            ("subscript", ["default_headers = {}", f'default_headers["Authorization"] = {value}'])])
    if cred.kind == "key" and rng.random() < 0.5:
        (name, pem), = named(cred, upper)
        return "multi-line", f'{name} = """{pem}\n"""'.split("\n")
    style = rng.choice(["assign", "assign-lower", "dict", "call", "fallback"])
    if style in ("assign", "assign-lower"):
        pairs = named(cred, upper if style == "assign" else snake)
        return style, [f"{name} = {quoted(rng, value)}" for name, value in pairs]
    if style == "fallback":
        return style, ["import os", ""] + [
            f'{name} = os.environ.get("{name}", {quoted(rng, value)})' for name, value in named(cred, upper)]
    if style == "dict":
        rows = [f'    "{name}": {quoted(rng, value)},' for name, value in named(cred, snake)]
        return style, [f"{upper(cred.group)} = {{", '    "timeout": 30,', *rows, "}"]
    rows = [f"    {name}={quoted(rng, value)}," for name, value in named(cred, snake)]
    return style, [f"{snake(cred.group)}_options = dict(", "    timeout=30,", *rows, ")"]


def javascript(rng, cred, typed=False):
    word = "const" if typed else rng.choice(["const", "var"])
    kind = ": string" if typed and rng.random() < 0.5 else ""
    tag = text(rng, LOWER[10:], 3)  # two plants never declare the same name
    if cred.kind == "header":
        value = quoted(rng, cred.pairs[0][1])
        return rng.choice([
            ("object", [f"{word} {tag}Request = {{", f"  headers: {{ Authorization: {value} }},", "};"]),
            ("subscript", [f"{word} {tag}Headers = {{}};" if not typed else
                           f"const {tag}Headers: Record<string, string> = {{}};",
                           f"{tag}Headers['Authorization'] = {value};"])])
    if cred.kind == "key" and rng.random() < 0.5:
        (name, pem), = named(cred, camel)
        return "multi-line", f"{word} {tag}{name[0].upper()}{name[1:]} = `{pem}\n`;".split("\n")
    style = rng.choice(["assign", "assign-upper", "object", "call", "fallback"])
    if style == "assign":
        return style, [f"{word} {name}{kind} = {quoted(rng, value)};" for name, value in named(cred, camel)]
    if style == "assign-upper":
        return style, [f"{word} {name}{kind} = {quoted(rng, value)};" for name, value in named(cred, upper)]
    if style == "fallback":
        return style, [f"{word} {camel(name)}{kind} = process.env.{upper(name)} || {quoted(rng, value)};"
                       for name, value in cred.pairs]
    rows = [f"  {name}: {quoted(rng, value)}," for name, value in named(cred, camel)]
    start = f"{word} {tag}Config = {{" if style == "object" else f"{word} {tag}Options = Object.assign({{"
    return style, [start, "  timeout: 3000,", *rows, "};" if style == "object" else "}, {});"]


def json_rows(rng, cred):
    """Rows of an object, without the indentation."""
    names = rng.choice([snake, camel, upper, kebab])
    rows = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in named(cred, names)]
    if cred.kind == "header" or rng.random() < 0.5:
        rows = [row + "," for row in rows[:-1]] + [rows[-1]]
        return "nested", [f'"{cred.group}": {{', *["  " + row for row in rows], "},"]
    return "flat", [row + "," for row in rows]


def yaml_value(rng, value):
    if "\n" in value:
        return '"' + escaped(value) + '"'
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./+=:;@!*&%^~-]*( [A-Za-z0-9_./+=-]+)?", value)
    if plain and rng.random() < 0.6:
        return value
    return quoted(rng, value)


def yaml(rng, cred):
    names = rng.choice([snake, camel, upper])
    pairs = named(cred, names)
    nested = cred.kind == "header" or rng.random() < 0.5
    indent = "  " if nested else ""
    rows, style = [], "nested" if nested else "flat"
    for name, value in pairs:
        if "\n" in value and rng.random() < 0.5:
            style = "multi-line"
            rows += [f"{indent}{name}: |", *[f"{indent}  {line}" for line in value.split("\n")]]
        else:
            rows.append(f"{indent}{name}: {yaml_value(rng, value)}")
    return style, [f"{cred.group}:", *rows] if nested else rows


def settings(rng, cred):
    """A new file: its name and its lines."""
    style = rng.choice(["env", "env", "ini", "properties"])
    if style == "env":
        quote = rng.choice(["", "", '"', "'"])
        export = rng.choice(["", "", "export "])
        rows = []
        for name, value in cred.pairs:
            name = "AUTHORIZATION" if name == "Authorization" else upper(name)
            if "\n" in value:
                value = value if rng.random() < 0.5 else escaped(value)
                rows += f'{export}{name}="{value}"'.split("\n")
            else:
                mark = quote or ('"' if re.search(r"[ ;&*!~]", value) else "")
                rows.append(f"{export}{name}={mark}{value}{mark}")
        names = [".env", ".env.production", "config/settings.env", "deploy/service.env", ".env.local"]
        before, after = ["LOG_LEVEL=info", "PORT=8080"], ["WORKERS=4", "CACHE_TTL=300"]
    elif style == "ini":
        rows = [f"{name} = {escaped(value)}" for name, value in named(cred, snake)]
        names = ["config/app.ini", "settings.ini", "conf/service.cfg", "config/local.conf"]
        before, after = ["[server]", "port = 8080", "", f"[{cred.group}]"], ["timeout = 30"]
    else:
        rows = [f"{snake(cred.group)}.{camel(name)}={escaped(value)}" for name, value in cred.pairs]
        names = ["application.properties", "config/application-prod.properties", "service.properties"]
        before, after = ["server.port=8080", "logging.level.root=INFO"], ["server.compression.enabled=true"]
    return style, rng.choice(names), [*before, *rows, *after]


def typescript(rng, cred):
    """A new file: published packages hold .d.ts files and hardly any .ts."""
    style, rows = javascript(rng, cred, typed=True)
    name = rng.choice(["config.ts", "src/settings.ts", "src/environment.ts", "client.config.ts"])
    before = ["import { retry } from './retry';", "", "export const region = 'eu-west-1';", ""]
    after = ["", "export function delay(attempt: number): number {",
             "  return Math.min(1000 * 2 ** attempt, 30000);", "}"]
    return style, name, [*before, *rows, *after]


def shell_line(rng, cred):
    """A command a person would type, as (style, lines)."""
    name, value = cred.pairs[-1]
    if cred.kind == "header":
        mark = rng.choice("'\"")
        return "curl", [f"curl -s -H {mark}Authorization: {value}{mark} https://{host(rng)}/v1/status"]
    if cred.kind == "key":
        if rng.random() < 0.5:
            return "heredoc", ["cat > deploy.pem <<'PEM'", *value.split("\n"), "PEM"]
        return "export", [f'export {upper(name)}="{escaped(value)}"']
    if cred.kind == "url":
        use = {"postgres": "psql", "postgresql": "psql", "redis": "redis-cli -u", "mongodb": "mongosh",
               "https": "git clone" if ".git" in value else "curl -fsS"}.get(value.split(":")[0])
        if use and rng.random() < 0.6:
            return "command", [f"{use} '{value}'"]
    if cred.kind.startswith("password") and rng.random() < 0.5:
        return rng.choice([
            ("command", [f"PGPASSWORD='{value}' psql -h {host(rng)} -U {user(rng)} orders"]),
            ("command", [f"mysql -h {host(rng)} -u {user(rng)} --password='{value}' shop"]),
            ("command", [f"curl -u '{user(rng)}:{value}' https://{host(rng)}/health"])])
    quote = "'" if re.search(r"[ ;&*!~]", value) else rng.choice(["", "'", '"'])
    return "export", [f"export {upper(n)}={quote}{v}{quote}" if v == value else f"export {upper(n)}={v}"
                      for n, v in cred.pairs]


def markdown(rng, cred):
    if cred.kind not in ("key", "header") and rng.random() < 0.25:
        return "list", ["", *[f"- {upper(name)}: `{value}`" for name, value in cred.pairs], ""]
    style, lines = shell_line(rng, cred)
    if cred.kind == "key" and style == "heredoc":
        style, lines = "multi-line", cred.secret.split("\n")
    title = rng.choice(["Deployment", "Local setup", "Running against staging", "Troubleshooting"])
    return style, ["", f"## {title}", "", "```sh", *lines, "```", ""]


# ---------------------------------------------------------------- where it is written


def place_python(lines, rng):
    """Before a top-level statement that comes after the imports."""
    body = ast.parse("\n".join(lines)).body
    places = []
    for before, node in zip(body, body[1:]):
        first = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])]) - 1
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not future and before.end_lineno <= first:
            places.append(first)
    return rng.choice(places) if places else None


def place_javascript(lines, rng):
    starts = re.compile(r"(export |function |class |const |let |var |module\.exports)")
    ends = re.compile(r"(.*[;}]|)\s*$")
    places = [i for i in range(1, len(lines)) if starts.match(lines[i]) and ends.match(lines[i - 1])]
    if places and rng.random() < 0.7:
        return rng.choice(places)
    last = "".join(lines).rstrip()[-1:]
    return len(lines) if last in (";", "}") else None


def place_json(lines, rng):
    places = [i for i in range(1, len(lines))
              if re.match(r'\s*("[\w -]+": )?\{$', lines[i - 1]) and re.match(r'\s+"', lines[i])]
    return rng.choice(places[:40]) if places else None


def place_yaml(lines, rng):
    head = [line for line in lines if line.strip() and not line.startswith(("#", "---", "%"))]
    mapping = re.compile(r"[A-Za-z_][\w.-]*:( |$)")
    if not head or not mapping.match(head[0]) or any("{%" in line for line in lines):
        return None
    places = [i for i, line in enumerate(lines) if mapping.match(line)]
    return rng.choice(places)


def place_shell(lines, rng):
    for i, line in enumerate(lines):
        if not line.startswith("#"):
            return i
    return None


def place_markdown(lines, rng):
    places, fence = [], False
    for i, line in enumerate(lines):
        fence ^= line.lstrip().startswith(("```", "~~~"))
        if not fence and not line.strip():
            places.append(i)
    return rng.choice(places) if places and not fence else None


def indented(lines, at, rows):
    """JSON rows take the indentation of the line they come before."""
    indent = re.match(r"\s*", lines[at]).group()
    return [indent + row for row in rows]


PLACES = {".py": place_python, ".js": place_javascript, ".ts": place_javascript, ".json": place_json,
          ".yaml": place_yaml, ".yml": place_yaml, ".sh": place_shell, ".md": place_markdown}
SURROUNDINGS = {"source": (".py", ".js", ".ts"), "json": (".json",), "yaml": (".yaml", ".yml"),
                "settings": (), "text": (".md", ".sh")}


def snippet(rng, cred, suffix):
    if suffix == ".py":
        return python(rng, cred)
    if suffix in (".js", ".ts"):
        return javascript(rng, cred, typed=suffix == ".ts")
    if suffix == ".json":
        return json_rows(rng, cred)
    if suffix in (".yaml", ".yml"):
        return yaml(rng, cred)
    return shell_line(rng, cred) if suffix == ".sh" else markdown(rng, cred)


def parses(suffix, lines):
    try:
        if suffix == ".py":
            ast.parse("\n".join(lines))
        elif suffix == ".json":
            json.loads("\n".join(lines))
        return True
    except (ValueError, SyntaxError, RecursionError):
        return False


# ---------------------------------------------------------------- the copy


def link_tree(tree, out):
    for folder, _, names in os.walk(tree):
        to = out / Path(folder).relative_to(tree)
        to.mkdir(parents=True, exist_ok=True)
        for name in names:
            source = Path(folder, name)
            try:
                os.link(source, to / name, follow_symlinks=False)
            except OSError:
                shutil.copy2(source, to / name, follow_symlinks=False)


def write_new(path, data):
    """Never writes through a hard link: a new file takes the old one's place."""
    fresh = path.with_name(path.name + ".planting")
    fresh.write_bytes(data)
    os.replace(fresh, path)


class Planter:
    def __init__(self, tree, out, rng):
        self.out, self.rng, self.used = out, rng, set()
        self.files = {suffix: {} for suffix in PLACES}  # suffix -> package -> paths
        for path in sorted(p.relative_to(tree).as_posix() for p in tree.rglob("*") if p.is_file()):
            suffix = Path(path).suffix
            if suffix in PLACES and not path.endswith((".d.ts", ".min.js")) and not UNLIKELY.search(path):
                self.files[suffix].setdefault(path.split("/")[0], []).append(path)

    def pick(self, suffix):
        """Packages take turns by chance, so that a large one does not get every plant."""
        package = self.rng.choice(sorted(self.files[suffix]))
        return self.rng.choice(self.files[suffix][package])

    def plant(self, cred, surrounding):
        if surrounding == "settings":
            return self.new_file(cred)
        suffixes = [s for s in SURROUNDINGS[surrounding] if self.files[s]]
        # each type is as likely as another, however few of its files are suitable
        for suffix in self.rng.sample(suffixes, len(suffixes)):
            for _ in range(1000):
                path = self.pick(suffix)
                planted = None if path in self.used else self.into(path, suffix, cred)
                if planted:
                    return planted
            if suffix == ".ts":
                return self.new_file(cred, typescript)
        raise SystemExit(f"no suitable file left for {cred.kind} in {surrounding}")

    def into(self, path, suffix, cred):
        target = self.out / path
        if not 20 < target.stat().st_size < MAX_SIZE:
            return None
        try:
            content = target.read_bytes().decode()
        except UnicodeDecodeError:
            return None
        ending = "\r\n" if "\r\n" in content else "\n"
        if "\r" in content.replace("\r\n", ""):
            return None
        lines = content.split(ending)
        if lines[-1] == "":
            lines.pop()
        if not parses(suffix, lines):
            return None
        at = PLACES[suffix](lines, self.rng)
        if at is None:
            return None
        style, rows = snippet(self.rng, cred, suffix)
        if suffix == ".json":
            rows = indented(lines, at, rows)
        result = lines[:at] + rows + lines[at:]
        if not parses(suffix, result):
            return None
        write_new(target, (ending.join(result) + ending).encode())
        self.used.add(path)
        return path, style, at, rows

    def new_file(self, cred, make=settings):
        while True:
            suffix = self.rng.choice([s for s in PLACES if self.files[s]])
            style, name, rows = make(self.rng, cred)
            path = (Path(self.pick(suffix)).parent / name).as_posix()
            if not (self.out / path).exists():
                break
        (self.out / path).parent.mkdir(parents=True, exist_ok=True)
        write_new(self.out / path, ("\n".join(rows) + "\n").encode())
        return path, style, 0, rows


def where(cred, rows):
    """First and last row of the secret among the rows written."""
    whole = escaped(cred.secret)
    for i, row in enumerate(rows):
        if whole in row:
            return i, i
    first = next(i for i, row in enumerate(rows) if "-----BEGIN" in row)
    last = next(i for i, row in enumerate(rows) if "-----END" in row)
    return first, last


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("tree", type=Path)
    args.add_argument("out", type=Path)
    args.add_argument("manifest", type=Path)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--count", type=int, default=300)
    args = args.parse_args()
    if args.out.exists():
        raise SystemExit(f"{args.out} is there already")

    rng = random.Random(args.seed)
    link_tree(args.tree, args.out)
    planter = Planter(args.tree, args.out, rng)
    cells = [(kind, surrounding) for kind in KINDS for surrounding in SURROUNDINGS]
    records = []
    for i in range(args.count):
        kind, surrounding = cells[i % len(cells)]
        cred = kind(rng)
        path, style, at, rows = planter.plant(cred, surrounding)
        first, last = where(cred, rows)
        record = {"path": path, "line": at + first + 1, "end_line": at + last + 1, "kind": cred.kind,
                  "surrounding": surrounding, "style": style, "secret": cred.secret}
        if cred.kind in ("aws", "twilio"):  # a pair: some scanners name the line of its id only
            record["id_line"] = at + next(i for i, row in enumerate(rows) if cred.pairs[0][1] in row) + 1
        records.append(record)
    records.sort(key=lambda r: (r["path"], r["line"]))
    with args.manifest.open("w") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    print(f"planted {len(records)} in {len({r['path'] for r in records})} files")


if __name__ == "__main__":
    main()
