#!/usr/bin/env python3
"""Plants secrets, copies of secrets and gaps into a copy of a tree of templates, to measure recall.

usage: plant_iac.py TREE OUT MANIFEST [--seed N] [--count N]

Terraform, CloudFormation/SAM and serverless.yml get, in turn: literals (in
environments, properties, stores, defaults, and such as come through another
file), copies that the deployment makes (into environments, outputs, user data),
and gaps (rotation, policies, parameters that are not marked). The templates stay
valid. MANIFEST gets one JSON object a line, which planted.py reads: path, line,
end_line, kind (literal, copy, gap), surrounding (the dialect), style (where), and
the rules that may say so. Every secret is random. Same seed, same plants.
"""

import argparse
import json
import random
import re
import shutil
import string
from pathlib import Path

NAMES = ["DB_PASSWORD", "API_TOKEN", "STRIPE_API_KEY", "JWT_SECRET", "GITHUB_TOKEN", "CLIENT_SECRET", "SMTP_PASSWORD",
         "SESSION_SECRET", "WEBHOOK_SIGNING_KEY", "REDIS_AUTH_TOKEN", "ENCRYPTION_KEY", "SLACK_BOT_TOKEN"]
LITERAL = ["plaintext-env-secret", "plaintext-secret-property", "hardcoded-secret", "literal-in-store",
           "secret-parameter-default"]
ENV = ["secret-copied-into-env"]


def opened(lines, section):
    """Where a section of YAML begins, which is added if it is missing, and how far what stands in it is indented."""
    at = next((i for i, line in enumerate(lines) if re.match(rf"{section}:\s*(#.*)?$", line)), None)
    if at is None:
        lines += [f"{section}:"]
        at = len(lines) - 1
    following = (line for line in lines[at + 1:] if line.strip() and not line.strip().startswith("#"))
    first = next(following, "  x")
    return at, len(first) - len(first.lstrip())


class Plant:
    """One thing that was planted: its lines, which no other plant has."""

    def __init__(self, kind, style, rules, lines):
        self.kind, self.style, self.rules, self.lines = kind, style, rules, lines


def secret(rng, name):
    """Of a machine, or, where it is a password's, of a person too."""
    if "PASSWORD" in name and rng.random() < 0.4:
        words = ["Harbor", "Kestrel", "Maple", "Lantern", "Quartz", "Falcon", "Juniper", "Copper"]
        return f"{rng.choice(words)}{rng.randrange(10, 99)}{rng.choice(words)}-{rng.randrange(10, 99)}x"
    alphabet = rng.choice([string.ascii_letters + string.digits, string.digits + "abcdef"])
    return rng.choice("abcdf") + "".join(rng.choice(alphabet) for _ in range(rng.choice([15, 19, 23, 31, 39])))


def camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


# ---------------------------------------------------------------- Terraform


class Terraform:
    """New blocks at the end of a file, and files of values beside it."""

    name = "terraform"

    @staticmethod
    def takes(path, text):
        return path.suffix == ".tf"

    def __init__(self, path, text):
        self.path, self.lines, self.beside = path, text.rstrip("\n").split("\n"), {}

    def text(self):
        return "\n".join(self.lines) + "\n"

    def function(self, n, name, value):
        self.lines += ["", f'resource "aws_lambda_function" "planted_{n}" {{', f'  function_name = "planted-{n}"',
                       "  kms_key_arn = var.planted_key", "  environment {", "    variables = {"]
        line = f"      {name}_{n} = {value}"
        self.lines += [line, "    }", "  }", "}"]
        return [line]

    def plant(self, rng, n):
        name = rng.choice(NAMES)
        value = secret(rng, name)
        low = f"{name.lower()}_{n}"
        match rng.randrange(17):
            case 0:
                return Plant("literal", "environment", LITERAL, self.function(n, name, f'"{value}"'))
            case 1:
                line = f'  {low} = "{value}"'
                self.lines += ["", "locals {", line, "}"]
                self.function(n, name, f"local.{low}")
                return Plant("literal", "environment by a local", LITERAL, [line])
            case 2:
                self.lines += ["", f'variable "{low}" {{', "  type = string", "  sensitive = true", "}"]
                self.function(n, name, f"var.{low}")
                line = f'{low} = "{value}"'
                self.beside[f"planted{n}.auto.tfvars"] = line + "\n"
                return Plant("literal", "environment by a file", LITERAL, [line])
            case 3:
                kind, argument = rng.choice([("aws_db_instance", "password"), ("aws_rds_cluster", "master_password"),
                                             ("aws_redshift_cluster", "master_password"), ("aws_docdb_cluster", "master_password"),
                                             ("aws_elasticache_replication_group", "auth_token")])
                line = f'  {argument} = "{value}"'
                self.lines += ["", f'resource "{kind}" "planted_{n}" {{', line, "}"]
                return Plant("literal", "property", LITERAL, [line])
            case 4:
                line = f'  secret_string = "{value}"'
                self.lines += ["", f'resource "aws_secretsmanager_secret_version" "planted_{n}" {{', "  secret_id = var.planted_id", line, "}"]
                return Plant("literal", "store", LITERAL, [line])
            case 5:
                line = f'  default = "{value}"'
                self.lines += ["", f'variable "{low}" {{', "  sensitive = true", line, "}"]
                return Plant("literal", "default", LITERAL, [line])
            case 6 | 7:
                source = rng.choice([f"random_password.planted_{n}.result", f"data.aws_secretsmanager_secret_version.p{n}.secret_string",
                                     f"aws_iam_access_key.planted_{n}.secret",
                                     f'"postgres://app:${{random_password.planted_{n}.result}}@db/app"'])
                return Plant("copy", "environment", ENV, self.function(n, rng.choice([name, "SETTING"]), source))
            case 8:
                self.lines += ["", f'variable "{low}" {{', "  type = string", "  sensitive = true", "}"]
                return Plant("copy", "environment by a variable", ENV, self.function(n, name, f"var.{low}"))
            case 9:
                lines = [f'output "planted_{n}" {{', f"  value = random_password.planted_{n}.result", "}"]
                self.lines += ["", *lines]
                return Plant("copy", "output", ["secret-in-output"], lines)
            case 10:
                lines = [f'resource "aws_instance" "planted_{n}" {{', f'  user_data = "echo ${{random_password.planted_{n}.result}} > /etc/app"', "}"]
                self.lines += ["", *lines]
                return Plant("copy", "user data", ["secret-in-user-data"], lines)
            case 11:
                lines = [f'resource "aws_secretsmanager_secret" "planted_{n}" {{', "  kms_key_id = var.planted_key", "}"]
                self.lines += ["", *lines]
                return Plant("gap", "no rotation", ["rotation-missing"], lines)
            case 12:
                rule = rng.choice(["automatically_after_days = 365", 'schedule_expression = "rate(200 days)"',
                                   'schedule_expression = "cron(0 4 1 1/6 ? *)"'])
                lines = [f'resource "aws_secretsmanager_secret_rotation" "planted_{n}" {{', f"  secret_id = var.planted_{n}",
                         "  rotation_lambda_arn = var.planted_rotation", "  rotation_rules {", f"    {rule}", "  }", "}"]
                self.lines += ["", *lines]
                return Plant("gap", "rotation too rare", ["rotation-too-rare"], lines)
            case 13:
                action = rng.choice(["secretsmanager:GetSecretValue", "secretsmanager:*", "ssm:GetParameter*"])
                lines = [f'data "aws_iam_policy_document" "planted_{n}" {{', "  statement {", f'    actions   = ["{action}"]',
                         '    resources = ["*"]', "  }", "}"]
                self.lines += ["", *lines]
                return Plant("gap", "policy", ["wildcard-secret-access"], lines)
            case 14:
                lines = [f'resource "aws_iam_role_policy_attachment" "planted_{n}" {{',
                         '  policy_arn = "arn:aws:iam::aws:policy/SecretsManagerReadWrite"', "}"]
                self.lines += ["", *lines]
                return Plant("gap", "managed policy", ["managed-secret-policy"], lines)
            case 15:
                lines = [f'variable "{low}" {{', "  type = string", "}"]
                self.lines += ["", *lines, "", f'resource "aws_db_instance" "planted_{n}" {{', f"  password = var.{low}", "}"]
                return Plant("gap", "parameter", ["secret-parameter-exposed"], lines)
            case _:
                lines = [f'resource "aws_ssm_parameter" "planted_{n}" {{', f'  name = "/planted/{n}"', '  type = "String"',
                         f"  value = random_password.planted_{n}.result", "}"]
                self.lines += ["", *lines]
                return Plant("gap", "plain parameter", ["secret-in-plain-parameter"], lines)


# ---------------------------------------------------------------- YAML


class Yaml:
    """Entries right below a top-level name; the name is added where it is missing."""

    def __init__(self, path, text):
        self.path, self.lines, self.beside = path, text.rstrip("\n").split("\n"), {}

    def text(self):
        return "\n".join(self.lines) + "\n"

    def below(self, section, entry):
        """Adds lines indented by two; returns them as they stand."""
        at, indent = opened(self.lines, section)
        indent = " " * max(1, indent)
        lines = [indent + line for line in entry]
        self.lines[at + 1:at + 1] = lines
        return lines


class CloudFormation(Yaml):
    """Resources, parameters, mappings and outputs."""

    name = "cloudformation"

    @staticmethod
    def takes(path, text):
        known = path.suffix in (".yml", ".yaml") and re.search(r"^Resources:\s*$", text, re.M) and "AWS::" in text
        plain = not re.search(r"^\s*(\{\{|\{%)", text, re.M) and "{{cookiecutter" not in text and "{%" not in text
        return bool(known and plain and not re.search(r"^(Parameters|Outputs|Mappings):[ \t]+\S", text, re.M))

    def resource(self, n, kind, properties):
        return self.below("Resources", [f"Planted{n}:", f"  Type: {kind}", "  Properties:", *("    " + p for p in properties)])

    def function(self, n, name, value):
        kind = "AWS::Lambda::Function"
        lines = self.resource(n, kind, ["KmsKeyArn: arn:aws:kms:eu-west-1:111122223333:key/x", "Environment:", "  Variables:",
                                        f"    {name}_{n}: {value}"])
        return lines[-1:]

    def plant(self, rng, n):
        name = rng.choice(NAMES)
        value = secret(rng, name)
        low = f"{camel(name)}{n}"
        no_echo = [f"{low}:", "  Type: String", "  NoEcho: true"]
        match rng.randrange(18):
            case 0:
                return Plant("literal", "environment", LITERAL, self.function(n, name, rng.choice([value, f'"{value}"', f"!Sub {value}"])))
            case 1:
                return Plant("literal", "environment by a function", LITERAL, self.function(n, name, f"!If [PlantedProd, {value}, '']"))
            case 2:
                lines = self.below("Mappings", [f"Planted{n}:", "  prod:", f"    {name.lower().replace('_', '')}: {value}"])
                self.function(n, name, f"!FindInMap [Planted{n}, prod, {name.lower().replace('_', '')}]")
                return Plant("literal", "environment by a mapping", LITERAL, lines)
            case 3:
                inner = f"planted{n}.yaml"
                self.beside[inner] = (f"Parameters:\n  {low}: {{Type: String, NoEcho: true}}\nResources:\n  F:\n    Type: AWS::Lambda::Function\n"
                                      f"    Properties:\n      KmsKeyArn: k\n      Environment:\n        Variables:\n          {name}: !Ref {low}\n")
                lines = self.resource(n, "AWS::CloudFormation::Stack", [f"TemplateURL: ./{inner}", "Parameters:", f"  {low}: {value}"])
                return Plant("literal", "environment by a file", LITERAL, lines)
            case 4:
                kind, path = rng.choice([("AWS::RDS::DBInstance", ["MasterUserPassword"]), ("AWS::RDS::DBCluster", ["MasterUserPassword"]),
                                         ("AWS::Redshift::Cluster", ["MasterUserPassword"]), ("AWS::DMS::Endpoint", ["Password"]),
                                         ("AWS::ElastiCache::ReplicationGroup", ["AuthToken"]),
                                         ("AWS::IAM::User", ["LoginProfile", "Password"])])
                properties = ["  " * depth + f"{step}:" for depth, step in enumerate(path)]
                properties[-1] += f" {value}"
                return Plant("literal", "property", LITERAL, self.resource(n, kind, properties))
            case 5:
                written = rng.choice([value, f"'{{\"user\": \"app\", \"password\": \"{value}\"}}'"])
                lines = self.resource(n, "AWS::SecretsManager::Secret", ["KmsKeyId: alias/x", f"SecretString: {written}"])
                return Plant("literal", "store", LITERAL, lines)
            case 6:
                return Plant("literal", "default", LITERAL, self.below("Parameters", [*no_echo, f"  Default: {value}"]))
            case 7 | 8:
                source = rng.choice(["'{{resolve:secretsmanager:app/db:SecretString:password}}'", "'{{resolve:ssm-secure:/app/db:1}}'",
                                     "'{{resolve:ssm:/app/db-password}}'", "!Sub '{{resolve:secretsmanager:${AWS::StackName}:SecretString:token}}'",
                                     "!Join ['', ['{{resolve:secretsmanager:', !Ref AWS::StackName, '}}']]"])
                return Plant("copy", "environment", ENV, self.function(n, rng.choice([name, "SETTING"]), source))
            case 9 | 10:
                self.below("Parameters", no_echo)
                source = rng.choice([f"!Ref {low}", f"!Sub 'postgres://app:${{{low}}}@db/app'", f"{{Ref: {low}}}"])
                return Plant("copy", "environment by a parameter", ENV, self.function(n, rng.choice([name, "SETTING"]), source))
            case 11:
                self.below("Parameters", no_echo)
                lines = self.below("Outputs", [f"Planted{n}:", f"  Value: !Ref {low}"])
                return Plant("copy", "output", ["secret-in-output"], lines)
            case 12:
                self.below("Parameters", no_echo)
                lines = self.resource(n, "AWS::EC2::Instance", [f"UserData: {{'Fn::Base64': !Sub 'echo ${{{low}}} > /etc/app'}}"])
                return Plant("copy", "user data", ["secret-in-user-data"], lines)
            case 13:
                lines = self.resource(n, "AWS::SecretsManager::Secret", ["KmsKeyId: alias/x", "GenerateSecretString: {PasswordLength: 32}"])
                return Plant("gap", "no rotation", ["rotation-missing"], lines)
            case 14:
                rule = rng.choice(["{AutomaticallyAfterDays: 365}", "{ScheduleExpression: rate(200 days)}",
                                   "{ScheduleExpression: 'cron(0 4 1 JAN,JUL ? *)'}"])
                lines = self.resource(n, "AWS::SecretsManager::RotationSchedule",
                                      [f"SecretId: !ImportValue planted-{n}", "HostedRotationLambda: {RotationType: MySQLSingleUser}",
                                       f"RotationRules: {rule}"])
                return Plant("gap", "rotation too rare", ["rotation-too-rare"], lines)
            case 15:
                action = rng.choice(["secretsmanager:GetSecretValue", "secretsmanager:*", "[ssm:GetParameter, ssm:GetParameters]"])
                lines = self.resource(n, "AWS::IAM::Policy", ["PolicyName: planted", "PolicyDocument:", "  Statement:", "    - Effect: Allow",
                                                              f"      Action: {action}", "      Resource: '*'"])
                return Plant("gap", "policy", ["wildcard-secret-access"], lines)
            case 16:
                policy = rng.choice(["arn:aws:iam::aws:policy/SecretsManagerReadWrite",
                                     "!Sub 'arn:${AWS::Partition}:iam::aws:policy/SecretsManagerReadWrite'"])
                lines = self.resource(n, "AWS::IAM::Role", ["ManagedPolicyArns:", f"  - {policy}"])
                return Plant("gap", "managed policy", ["managed-secret-policy"], lines)
            case _:
                lines = self.below("Parameters", [f"{low}:", "  Type: String"])
                self.resource(n, "AWS::RDS::DBInstance", [f"MasterUserPassword: !Ref {low}"])
                return Plant("gap", "parameter", ["secret-parameter-exposed"], lines)


class Serverless(Yaml):
    """Functions, and what stands under `custom` and in files beside it."""

    name = "serverless"

    @staticmethod
    def takes(path, text):
        known = path.name.startswith("serverless") and path.suffix in (".yml", ".yaml")
        return bool(known and re.search(r"^functions:\s*$", text, re.M) and not re.search(r"^(custom|resources):", text, re.M))

    def function(self, n, name, value):
        entry = [f"planted{n}:", "  handler: planted.handler", "  kmsKeyArn: arn:aws:kms:eu-west-1:111122223333:key/x", "  environment:",
                 f"    {name}_{n}: {value}"]
        return self.below("functions", entry)[-1:]

    def plant(self, rng, n):
        name = rng.choice(NAMES)
        value = secret(rng, name)
        match rng.randrange(8):
            case 0:
                return Plant("literal", "environment", LITERAL, self.function(n, name, value))
            case 1:
                return Plant("literal", "environment by a default", LITERAL, self.function(n, name, f"${{env:{name}, '{value}'}}"))
            case 2:
                lines = self.below("custom", [f"planted{n}: {value}"])
                self.function(n, name, f"${{self:custom.planted{n}}}")
                return Plant("literal", "environment by another part", LITERAL, lines)
            case 3:
                self.beside[f"planted{n}.yml"] = f"{name.lower()}: {value}\n"
                self.function(n, name, f"${{file(./planted{n}.yml):{name.lower()}}}")
                return Plant("literal", "environment by a file", LITERAL, [f"{name.lower()}: {value}"])
            case 4 | 5:
                source = rng.choice([f"${{env:{name}}}", "${ssm:/app/db-password}", "${ssm:/aws/reference/secretsmanager/app}"])
                return Plant("copy", "environment", ENV, self.function(n, name, source))
            case 6:
                source = rng.choice([f"${{param:{name.lower()}}}", f"${{opt:{name.lower()}}}"])
                return Plant("copy", "environment by a parameter", ENV, self.function(n, name, source))
            case _:
                entry = [f"planted{n}:", "  handler: planted.handler", "  iamRoleStatements:", "    - Effect: Allow",
                         "      Action: [secretsmanager:GetSecretValue]", "      Resource: '*'"]
                return Plant("gap", "policy", ["wildcard-secret-access"], self.below("functions", entry))


# ---------------------------------------------------------------- the tree


def lines_of(text, lines):
    """First and last line of lines that stand one after the other, from 1."""
    all_lines = text.split("\n")
    for at in range(len(all_lines)):
        if all_lines[at:at + len(lines)] == lines:
            return at + 1, at + len(lines)
    raise SystemExit(f"lost: {lines}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    shutil.copytree(arguments.tree, arguments.out)

    by_dialect = {}
    for path in sorted(p for p in arguments.out.rglob("*") if p.is_file() and p.suffix in (".tf", ".yml", ".yaml")):
        text = path.read_text(errors="replace")
        dialect = next((d for d in (Serverless, CloudFormation, Terraform) if d.takes(path, text)), None)
        if dialect:
            by_dialect.setdefault(dialect, []).append(path)
    files, plants = {}, []
    for number in range(arguments.count):
        dialect = sorted(by_dialect, key=lambda d: d.name)[number % len(by_dialect)]
        path = rng.choice(by_dialect[dialect])
        if path not in files:
            files[path] = dialect(path, path.read_text(errors="replace"))
        file = files[path]
        before = set(file.beside)
        plant = file.plant(rng, number)
        new = [name for name in file.beside if name not in before and plant.lines[0] in file.beside[name].split("\n")]
        plants.append((file, plant, path.with_name(new[0]) if new else path))

    for path, file in files.items():
        path.write_text(file.text())
        for name, text in file.beside.items():
            path.with_name(name).write_text(text)
    with open(arguments.manifest, "w") as manifest:
        for file, plant, path in plants:
            first, last = lines_of(path.read_text(), plant.lines)
            record = {"path": str(path.relative_to(arguments.out)), "line": first, "end_line": last, "kind": plant.kind,
                      "surrounding": file.name, "style": plant.style, "rules": plant.rules}
            manifest.write(json.dumps(record) + "\n")
    print(f"{len(plants)} plants in {len(files)} files")


if __name__ == "__main__":
    main()
