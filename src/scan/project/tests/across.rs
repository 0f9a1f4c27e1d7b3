//! Programs of several files: what one of them reads another one puts out, and what one of them writes another one uses.

use std::collections::HashSet;

use super::super::super::drive::Collected;
use super::super::super::{Progress, Scanner};
use super::*;
use crate::source::Source;

pub(super) struct Memory(pub(super) BTreeMap<Arc<str>, String>);

impl Source for Memory {
    fn read(&self, path: &str) -> std::io::Result<Option<Blob>> {
        Ok(self.0.get_key_value(path).map(|(path, text)| Blob {
            path: path.clone(),
            content: Content::Whole(text.clone().into_bytes()),
        }))
    }

    fn list(&self, dir: &str) -> Vec<Arc<str>> {
        let own = |path: &&Arc<str>| path.rsplit_once('/').map_or("", |(dir, _)| dir) == dir;
        self.0.keys().filter(own).cloned().collect()
    }
}

/// Files after lines `--- path`.
fn files(project: &str) -> Memory {
    let parts = project
        .split("--- ")
        .skip(1)
        .map(|part| part.split_once('\n').unwrap());
    let text = |text: &str| {
        let lines = text.lines().map(str::trim_start);
        lines
            .map(|line| line.replace('⇥', "    ") + "\n")
            .collect::<String>()
    };
    Memory(
        parts
            .map(|(path, body)| (Arc::from(path.trim()), text(body)))
            .collect(),
    )
}

/// What a scan of all files finds, or of those that are `named`.
pub(super) fn scanned(memory: &Memory, named: &[&str]) -> Vec<Finding> {
    let scanner = Scanner::new(Plan::default())
        .map_err(|e| e.to_string())
        .unwrap();
    let mut collected = Collected::default();
    for path in memory
        .0
        .keys()
        .filter(|p| named.is_empty() || named.contains(&&***p))
    {
        let blob = memory.read(path).unwrap().unwrap();
        let outcome = scan_blob(&scanner.engine, &mut Scratch::default(), blob);
        collected.keep(outcome, &Progress::default());
    }
    let named: HashSet<Arc<str>> = named.iter().map(|path| Arc::from(*path)).collect();
    scanner.link(&mut collected, memory, &named);
    let findings = collected.outcomes.into_iter().flat_map(|o| o.findings);
    let mut findings: Vec<Finding> = findings.filter(|f| f.held.is_none()).collect();
    findings.sort_by(|a, b| (&a.place.path, a.place.region).cmp(&(&b.place.path, b.place.region)));
    findings
}

/// `rule path:line < path:line < ...`: a finding, and its flow from its end to its start.
fn shown(finding: &Finding) -> String {
    let place = |p: &crate::finding::Place| format!("{}:{}", p.path, p.region.start.line);
    let mut shown = format!("{} {}", finding.rule, place(&finding.place));
    for step in finding.flow.iter().flat_map(|flow| flow.steps.iter().rev()) {
        shown += &format!(" < {}", place(&step.place));
    }
    shown
}

fn check(project: &str, expected: &[&str]) {
    let found: Vec<String> = scanned(&files(project), &[]).iter().map(shown).collect();
    assert_eq!(found, expected, "{project}");
}

const STORE: &str = "--- src/store.js
    import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
    const client = new SecretsManagerClient({});
    export async function getDbPassword() {
    const r = await client.send(new GetSecretValueCommand({ SecretId: 'db' }));
    return r.SecretString;
    }
    export function getDbName() { return 'orders'; }
    ";

const VAULT: &str = "--- app/vault.py
    import boto3
    client = boto3.client('secretsmanager')
    def get_password(name):
    ⇥return client.get_secret_value(SecretId=name)['SecretString']
    def get_name():
    ⇥return 'orders'
    ";

/// Files in front, then the cases: what stands in one more file, `⇒`, and the lines of it in which a finding is expected.
fn cases(before: &str, path: &str, cases: &str) {
    for line in cases.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (text, expected) = line.split_once('⇒').unwrap();
        let project = format!("{before}--- {path}\n{}\n", text.trim().replace('⏎', "\n"));
        let found = scanned(&files(&project), &[]);
        let lines = found.iter().filter(|f| &*f.place.path == path);
        let lines: Vec<String> = lines
            .map(|f| f.place.region.start.line.to_string())
            .collect();
        assert_eq!(lines.join(" "), expected.trim(), "{project}");
        let across = |f: &Finding| {
            f.flow
                .iter()
                .flat_map(|f| &f.steps)
                .any(|s| &*s.place.path != path)
        };
        assert!(
            found.iter().filter(|f| &*f.place.path == path).all(across),
            "{project}"
        );
    }
}

#[test]
fn a_helper_elsewhere_gives_a_secret() {
    check(
        &format!(
            "{STORE}--- src/app.js
            import {{ getDbPassword, getDbName }} from './store';
            const p = await getDbPassword();
            console.log(getDbName(), p.length);
            console.log(`p ${{p}}`);"
        ),
        &[
            "secret-logging src/app.js:4 < src/app.js:4 < src/app.js:2 < src/app.js:2 < src/store.js:4 < src/store.js:4",
        ],
    );
}

#[test]
fn ways_to_import_in_javascript() {
    cases(
        STORE,
        "src/app.js",
        r#"
        import { getDbPassword } from './store';⏎console.log(await getDbPassword())                  ⇒ 2
        import { getDbPassword } from './store.js';⏎console.log(await getDbPassword())               ⇒ 2
        import { getDbPassword as g } from '../src/store';⏎console.log(await g())                    ⇒ 2
        import * as store from './store';⏎console.log(await store.getDbPassword())                   ⇒ 2
        const { getDbPassword } = require('./store');⏎console.log(await getDbPassword())             ⇒ 2
        const { getDbPassword: g } = require('./store');⏎console.log(await g())                      ⇒ 2
        const store = require('./store');⏎console.log(await store.getDbPassword())                   ⇒ 2
        const g = require('./store').getDbPassword;⏎console.log(await g())                           ⇒ 2
        const { getDbPassword } = await import('./store');⏎console.log(await getDbPassword())        ⇒ 2
        import { getDbPassword } from './store';⏎function f(r) {⏎console.log(r)⏎}⏎getDbPassword().then(f); getDbPassword().then(s => console.log(s)) ⇒ 5
        import { getDbPassword } from './store';⏎throw new Error(await getDbPassword())              ⇒ 2
        import { getDbPassword } from './store';⏎spawn('psql', [await getDbPassword()])              ⇒ 2
        import { getDbName } from './store';⏎console.log(await getDbName())                          ⇒
        import { getDbPassword } from './other';⏎console.log(await getDbPassword())                  ⇒
        import { getDbPassword } from 'store';⏎console.log(await getDbPassword())                    ⇒
        import { getDbPassword } from './store';⏎console.log((await getDbPassword()).length)         ⇒
        import { getDbPassword } from './store';⏎console.log(redact(await getDbPassword()))          ⇒
        import { getDbPassword } from './store';⏎console.log(getDbPassword.name)                     ⇒
        import { getDbPassword } from './store';⏎connect({ password: await getDbPassword() }); console.log('ok') ⇒
        import { getDbPassword } from './store';⏎function f(getDbPassword) {⏎console.log(getDbPassword())⏎} ⇒
        import { getDbPassword } from './store';⏎function f() {⏎const getDbPassword = () => 'x';⏎console.log(getDbPassword())⏎} ⇒
        import { getDbPassword } from './store';⏎describe('a', () => { it('b', async () => { console.log(await getDbPassword()) }) }) ⇒
        "#,
    );
}

#[test]
fn ways_to_export_in_javascript() {
    let get = "client.getSecretValue({ SecretId: n }).promise()";
    for (path, store, app, expected) in [
        (
            "lib/s.js",
            "module.exports = { read: async () => (await GET).SecretString, name: () => 'x' };",
            "const { read, name } = require('./lib/s');⏎console.log(name());⏎console.log(await read())",
            "3",
        ),
        (
            "lib/s.js",
            "exports.read = async () => (await GET).SecretString; exports.name = () => 'x';",
            "const s = require('./lib/s');⏎console.log(s.name());⏎console.log(await s.read())",
            "3",
        ),
        (
            "lib/s.js",
            "module.exports = async function () { return (await GET).SecretString }",
            "const s = require('./lib/s');⏎console.log(await s())",
            "2",
        ),
        (
            "lib/s.js",
            "async function read() { return (await GET).SecretString }⏎module.exports = { fetch: read, read: () => 'x' }",
            "const s = require('./lib/s');⏎console.log(s.read(), 1);⏎console.log(await s.fetch())",
            "3",
        ),
        (
            "lib/s.js",
            "async function read() { return (await GET).SecretString }⏎export { read as fetch };",
            "import { fetch as f } from './lib/s';⏎console.log(await f())",
            "2",
        ),
        (
            "lib/s.js",
            "export default async function () { return (await GET).SecretString }",
            "import s from './lib/s';⏎console.log(await s())",
            "2",
        ),
        (
            "lib/s.js",
            "const read = async () => (await GET).SecretString;⏎export default read;",
            "import s from './lib/s';⏎console.log(await s())",
            "2",
        ),
        (
            "lib/s.js",
            "export default { read: async () => (await GET).SecretString, name: () => 'x' };",
            "import s from './lib/s';⏎console.log(s.name());⏎console.log(await s.read())",
            "3",
        ),
        (
            "lib/s.js",
            "export class S { async read() { return (await GET).SecretString } name() { return 'x' } }",
            "import { S } from './lib/s';⏎const s = new S();⏎console.log(s.name());⏎console.log(await s.read())",
            "4",
        ),
        (
            "lib/s.js",
            "export default class S { async read() { return (await GET).SecretString } }",
            "import S from './lib/s';⏎console.log(await new S().read())",
            "2",
        ),
        (
            "lib/s.js",
            "class S { async read() { return (await GET).SecretString } }⏎export const s = new S();",
            "import { s } from './lib/s';⏎console.log(await s.read())",
            "2",
        ),
        (
            "lib/s/index.js",
            "export const read = async () => (await GET).SecretString;",
            "import { read } from './lib/s';⏎console.log(await read())",
            "2",
        ),
        (
            "lib/s.ts",
            "export const read = async (): Promise<string> => (await GET).SecretString!;",
            "import { read } from './lib/s';⏎console.log(await read())",
            "2",
        ),
        (
            "lib/s.js",
            "export const dbPassword = process.env.DB_PASSWORD, dbHost = process.env.DB_HOST;",
            "import { dbPassword, dbHost } from './lib/s';⏎console.log(dbHost);⏎console.log(dbPassword)",
            "3",
        ),
        (
            "lib/s.js",
            "module.exports = { db: { host: 'x', password: process.env.DB_PASSWORD }, port: 1 };",
            "const c = require('./lib/s');⏎console.log(c.port, c.db.host);⏎console.log(c.db.password);⏎console.log(c)",
            "3 4",
        ),
        (
            "lib/s.js",
            "const config = { password: process.env.DB_PASSWORD, port: 1 };⏎export default config;",
            "import c from './lib/s';⏎console.log(c.port);⏎console.log(c.password);⏎console.log(JSON.stringify(c))",
            "3 4",
        ),
        (
            "src/lib/s.ts",
            "export const read = async () => (await GET).SecretString;",
            "import { read } from '@/lib/s';⏎console.log(await read())",
            "2",
        ),
    ] {
        let before = format!(
            "--- {path}\n{}\n",
            store.replace("GET", get).replace('⏎', "\n")
        );
        let app = app.replace('⏎', "\n");
        let text = format!("{before}--- app.js\n{app}\n");
        let found = scanned(&files(&text), &[]);
        let lines: Vec<String> = found
            .iter()
            .map(|f| f.place.region.start.line.to_string())
            .collect();
        assert_eq!(lines.join(" "), expected, "{text}");
        assert!(found.iter().all(|f| &*f.place.path == "app.js"), "{text}");
    }
}

#[test]
fn ways_to_import_in_python() {
    cases(
        VAULT,
        "app/main.py",
        r#"
        from .vault import get_password⏎print(get_password('a'))                        ⇒ 2
        from .vault import get_password as g⏎print(g('a'))                              ⇒ 2
        from app.vault import get_password⏎print(get_password('a'))                     ⇒ 2
        from . import vault⏎print(vault.get_password('a'))                              ⇒ 2
        from app import vault as v⏎print(v.get_password('a'))                           ⇒ 2
        import app.vault as v⏎print(v.get_password('a'))                                ⇒ 2
        import app.vault⏎print(app.vault.get_password('a'))                             ⇒ 2
        import vault⏎print(vault.get_password('a'))                                     ⇒ 2
        from .vault import *⏎print(get_password('a'))                                   ⇒ 2
        from .vault import (⏎⇥get_name,⏎⇥get_password,⏎)⏎print(get_name())⏎print(get_password('a')) ⇒ 6
        from .vault import get_name⏎print(get_name())                                   ⇒
        from .other import get_password⏎print(get_password('a'))                        ⇒
        from ..vault import get_password⏎print(get_password('a'))                       ⇒
        from vaults import get_password⏎print(get_password('a'))                        ⇒
        from .vault import get_password⏎print(len(get_password('a')))                   ⇒
        from .vault import get_password⏎print(mask(get_password('a')))                  ⇒
        from .vault import get_password⏎def f(get_password):⏎⇥print(get_password())     ⇒
        from .vault import get_password⏎connect(password=get_password('a'))⏎print('ok') ⇒
        from .vault import get_password⏎def test_a():⏎⇥print(get_password('a'))         ⇒
        "#,
    );
}

#[test]
fn ways_to_export_in_python() {
    for (files_before, app, expected) in [
        (
            "--- pkg/__init__.py\nfrom .store import read, name\n--- pkg/store.py\ndef read():\n⇥return c.get_secret_value(SecretId='a')['SecretString']\ndef name():\n⇥return 'a'\n",
            "from pkg import read, name⏎print(name())⏎print(read())",
            "3",
        ),
        (
            "--- pkg/__init__.py\nfrom .store import *\n--- pkg/store.py\ndef read():\n⇥return c.get_secret_value(SecretId='a')['SecretString']\n",
            "import pkg⏎print(pkg.read())",
            "2",
        ),
        (
            "--- pkg/__init__.py\n\n--- pkg/store.py\nclass Store:\n⇥def read(self):\n⇥⇥return c.get_secret_value(SecretId='a')['SecretString']\n⇥def name(self):\n⇥⇥return 'a'\n",
            "from pkg.store import Store⏎s = Store()⏎print(s.name())⏎print(s.read())",
            "4",
        ),
        (
            "--- settings.py\nDB_PASSWORD = os.environ['DB_PASSWORD']\nDB_HOST = os.environ['DB_HOST']\n",
            "import settings⏎from settings import DB_PASSWORD⏎print(settings.DB_HOST)⏎print(settings.DB_PASSWORD)⏎print(DB_PASSWORD)",
            "4 5",
        ),
        (
            "--- src/settings.py\nDATABASE = {'password': os.environ['DB_PASSWORD'], 'host': 'a'}\n",
            "from settings import DATABASE⏎print(DATABASE['host'])⏎print(DATABASE['password'])",
            "3",
        ),
        (
            "--- a.py\nfrom b import read\ndef again():\n⇥return read()\n--- b.py\ndef read():\n⇥return c.get_secret_value(SecretId='a')['SecretString']\n",
            "from a import again⏎print(again())",
            "2",
        ),
    ] {
        cases(files_before, "main.py", &format!("{app} ⇒ {expected}"));
    }
}

#[test]
fn helpers_that_are_required() {
    let log = "--- src/log.js
    exports.say = (message) => console.log(message);
    exports.count = (items) => console.log(items.length);
    ";
    cases(
        log,
        "src/main.js",
        r#"
        const l = require('./log');⏎l.say(process.env.API_TOKEN);                                                  ⇒ 2
        const { say } = require('./log');⏎function main() { const t = process.env.API_TOKEN; say(t); }             ⇒ 2
        const l = require('./log');⏎l.count(process.env.API_TOKEN);⏎l.say(process.env.HOST);                       ⇒
        "#,
    );
}

#[test]
fn a_helper_elsewhere_puts_out_what_it_is_given() {
    let log = "--- src/log.js
        export function report(level, text) { console.log(level + text); }
        export function quiet(level, text) { metrics.count(level); }
        export function masked(level, text) { console.log(redact(text)); }
        export function size(level, { password }) { console.log(password.length); }
        export class Audit { write(entry) { console.log(entry.password); } }
        ";
    cases(
        log,
        "src/app.js",
        r#"
        import { report } from './log';⏎report('a', process.env.DB_PASSWORD)                    ⇒ 2
        import { Audit } from './log';⏎new Audit().write({ password: process.env.DB_PASSWORD }) ⇒ 2
        import { report } from './log';⏎report(process.env.STAGE, 'x', process.env.DB_PASSWORD) ⇒
        import { quiet } from './log';⏎quiet('a', process.env.DB_PASSWORD)                      ⇒
        import { masked } from './log';⏎masked('a', process.env.DB_PASSWORD)                    ⇒
        import { size } from './log';⏎size('a', process.env)                                    ⇒
        import { report } from './other';⏎report('a', process.env.DB_PASSWORD)                  ⇒
        "#,
    );
    let log = "--- log.py\nfrom out import put\ndef report(text, *, extra=None):\n⇥put(extra)\n--- out.py\ndef put(x):\n⇥print(x)\ndef one(of, name):\n⇥print(of[name])\n";
    cases(
        log,
        "app.py",
        r#"
        from log import report⏎import os⏎report('a', extra=os.environ['DB_PASSWORD'])             ⇒ 3
        from log import report⏎import os⏎report(os.environ['DB_PASSWORD'], extra='a')             ⇒
        from out import one⏎import os⏎one(os.environ, 'STAGE')                                    ⇒
        from out import one⏎import os, json⏎one(json.loads(os.environ['DB_SECRET']), 'password')   ⇒ 3
        "#,
    );
}

#[test]
fn through_files_that_pass_on() {
    check(
        &format!(
            "{STORE}--- src/index.js
            export * from './store';
            export {{ x }} from './x';
            --- src/x.js
            export const x = 1;
            --- src/a.js
            import {{ getDbPassword as get }} from './index';
            export const url = async () => 'postgres://u:' + await get() + '@db';
            --- src/b.js
            import {{ getDbPassword, x }} from './index';
            import {{ url }} from './a';
            console.log(x, await url());
            console.log(await getDbPassword());"
        ),
        &[
            "secret-logging src/b.js:3 < src/b.js:3 < src/b.js:3 < src/a.js:2 < src/store.js:4 < src/store.js:4",
            "secret-logging src/b.js:4 < src/b.js:4 < src/b.js:4 < src/store.js:4 < src/store.js:4",
        ],
    );
}

const KEY: &str = "f4Kq9ZtB2mXv7LsW1cYd8RnJ5hGp3TaE";

#[test]
fn a_constant_of_another_file_is_used_as_a_key() {
    for (path, keys, app, expected) in [
        (
            "src/keys.js",
            "export const K = 'KEY';",
            "import { K } from './keys';⏎import jwt from 'jsonwebtoken';⏎jwt.sign(x, K);",
            "hardcoded-crypto-key 1",
        ),
        (
            "src/keys.js",
            "export const JWT_SECRET = 'KEY';",
            "import { JWT_SECRET } from './keys';⏎import { sign } from 'jsonwebtoken';⏎sign(x, JWT_SECRET);",
            "hardcoded-crypto-key 1",
        ),
        (
            "src/keys.ts",
            "export const keys = { jwt: 'KEY', other: 'x' } as const;",
            "import { keys } from './keys';⏎import * as jwt from 'jsonwebtoken';⏎jwt.sign(x, keys.jwt);",
            "hardcoded-crypto-key 1",
        ),
        (
            "src/keys.js",
            "module.exports = { K: 'KEY' };",
            "const { K } = require('./keys');⏎const jwt = require('jsonwebtoken');⏎jwt.verify(x, K);",
            "hardcoded-crypto-key 1",
        ),
        (
            "src/keys.js",
            "exports.K = 'KEY';",
            "const keys = require('./keys');⏎const jwt = require('jsonwebtoken');⏎const k = keys.K;⏎jwt.verify(x, k);",
            "hardcoded-crypto-key 1",
        ),
        (
            "src/keys.js",
            "export default { a: process.env.A || 'KEY' };",
            "import keys from './keys';⏎import jwt from 'jsonwebtoken';⏎jwt.verify(x, keys.a);",
            "hardcoded-crypto-key 1",
        ),
        (
            "src/keys.js",
            "export const K = 'KEY';⏎export const L = 'x';",
            "import { L } from './keys';⏎import jwt from 'jsonwebtoken';⏎jwt.sign(x, L);",
            "",
        ),
        (
            "src/keys.js",
            "export const K = 'KEY';",
            "import { K } from './other';⏎import jwt from 'jsonwebtoken';⏎jwt.sign(x, K);",
            "",
        ),
        (
            "src/keys.js",
            "export const K = 'KEY';",
            "import { K } from './keys';⏎import jwt from 'jsonwebtoken';⏎jwt.sign(K, x);",
            "",
        ),
        (
            "src/keys.js",
            "export const K = 'KEY';",
            "import { K } from './keys';⏎import jwt from 'jsonwebtoken';⏎const f = (K) => jwt.sign(x, K);",
            "",
        ),
        (
            "src/keys.js",
            "export const K = process.env.K;",
            "import { K } from './keys';⏎import jwt from 'jsonwebtoken';⏎jwt.sign(x, K);",
            "",
        ),
        (
            "src/keys.js",
            "export const K = '-----BEGIN PUBLIC KEY-----KEY';",
            "import { K } from './keys';⏎import jwt from 'jsonwebtoken';⏎jwt.verify(x, K);",
            "",
        ),
        (
            "src/keys.js",
            "export const K = 'KEY';",
            "import { K } from './keys';⏎import jwt from 'jsonwebtoken';⏎test('a', () => { expect(jwt.sign(x, K)) });",
            "",
        ),
        (
            "src/keys.js",
            "export let K = 'KEY';⏎K = read();",
            "import { K } from './keys';⏎import jwt from 'jsonwebtoken';⏎jwt.sign(x, K);",
            "",
        ),
        (
            "src/keys.py",
            "K = 'KEY'",
            "from .keys import K⏎import jwt⏎jwt.encode(x, K)",
            "hardcoded-crypto-key 1",
        ),
        (
            "src/keys.py",
            "A = 'KEY'⏎K = bytes(A, 'utf-8')",
            "from src import keys⏎import jwt⏎jwt.encode(x, key=keys.K)",
            "hardcoded-crypto-key 1",
        ),
        (
            "src/keys.py",
            "P = 'hG7!kq2PzW9v'",
            "from keys import P⏎import smtplib⏎s = smtplib.SMTP('a')⏎s.login('u', P)",
            "hardcoded-secret 1",
        ),
        (
            "src/keys.py",
            "P = 'hG7!kq2PzW9v'",
            "from keys import P⏎import smtplib⏎s = smtplib.SMTP('a')⏎s.login(P, x)",
            "",
        ),
        (
            "src/keys.py",
            "K = 'KEY'",
            "from keys import K⏎import jwt⏎def f(K):⏎⇥jwt.encode(x, K)",
            "",
        ),
    ] {
        let app_path = if path.ends_with("py") {
            "src/app.py"
        } else {
            "src/app.js"
        };
        let text = format!("--- {path}\n{keys}\n--- {app_path}\n{app}\n");
        let text = text.replace("KEY'", &format!("{KEY}'")).replace('⏎', "\n");
        let found = scanned(&files(&text), &[]);
        let shown = |f: &Finding| format!("{} {}", f.rule, f.place.region.start.line);
        let lines: Vec<String> = found.iter().map(shown).collect();
        assert_eq!(lines.join(" "), expected, "{text}");
        for finding in &found {
            assert_eq!(&*finding.place.path, path);
            let steps = &finding.flow.as_ref().unwrap().steps;
            assert_eq!(&*steps.first().unwrap().place.path, path, "{text}");
            assert_eq!(&*steps.last().unwrap().place.path, app_path, "{text}");
        }
    }
}

#[test]
fn a_constant_is_found_once_with_its_way() {
    let text = format!(
        "--- src/keys.js
        export const JWT_KEY = '{KEY}';
        --- src/index.js
        export {{ JWT_KEY }} from './keys';
        --- src/app.js
        import {{ JWT_KEY as key }} from './index';
        import jwt from 'jsonwebtoken';
        const options = {{}};
        export const token = (user) => jwt.sign(user, key, options);
        "
    );
    check(
        &text,
        &[
            "hardcoded-crypto-key src/keys.js:1 < src/app.js:4 < src/app.js:1 < src/keys.js:1 < src/keys.js:1",
        ],
    );
}

#[test]
fn a_hook_names_single_files() {
    let project = format!(
        "{STORE}--- src/app.js
        import {{ getDbPassword }} from './store';
        console.log(await getDbPassword());
        --- src/log.js
        export const put = (text) => console.log(text);
        --- src/b.js
        import {{ put }} from './log';
        put(process.env.DB_PASSWORD);
        --- src/keys.js
        export const K = '{KEY}';
        --- src/c.js
        import {{ K }} from './keys';
        import jwt from 'jsonwebtoken';
        jwt.sign(x, K);
        "
    );
    let memory = files(&project);
    let found = |named: &[&str]| -> Vec<String> {
        let all = scanned(&memory, named);
        let place = |f: &Finding| format!("{}:{}", f.place.path, f.place.region.start.line);
        all.iter()
            .map(|f| format!("{} {}", f.rule, place(f)))
            .collect()
    };
    assert_eq!(found(&["src/app.js"]), ["secret-logging src/app.js:2"]);
    assert_eq!(found(&["src/b.js"]), ["secret-logging src/b.js:2"]);
    assert_eq!(found(&["src/c.js"]), ["hardcoded-crypto-key src/c.js:3"]);
    assert_eq!(found(&["src/log.js"]), [""; 0]);
    assert_eq!(
        found(&["src/c.js", "src/keys.js"]),
        ["hardcoded-crypto-key src/keys.js:1"]
    );
}

#[test]
fn programs_that_import_each_other_end() {
    let found = scanned(
        &files(
            "--- a.js
        import { b } from './b'; import { a as self } from './a';
        export const a = () => b() + self() + process.env.DB_PASSWORD;
        console.log(a(), self());
        --- b.js
        import { a } from './a'; export * from './a'; export * from './b'; export * from './c';
        export const b = () => a();
        console.log(b());
        --- c.js
        export * from './b'; import { nothing } from './missing'; module.exports = require('./c');
        console.log(nothing());",
        ),
        &[],
    );
    let places: Vec<String> = found
        .iter()
        .map(|f| format!("{}:{}", f.place.path, f.place.region.start.line))
        .collect();
    assert_eq!(places, ["a.js:3", "b.js:3"]);
}

#[test]
fn many_import_one() {
    let mut project = STORE.to_owned();
    for number in 0..1000 {
        let used = if number % 100 == 0 {
            "getDbPassword"
        } else {
            "getDbName"
        };
        project += &format!(
            "--- src/{number}.js\nimport {{ {used} }} from './store';\nconsole.log(await {used}());\n"
        );
    }
    assert_eq!(scanned(&files(&project), &[]).len(), 10);
}

#[test]
fn an_index_of_many() {
    let mut project = format!("--- src/0.js\nexport const k0 = '{KEY}';\n");
    let mut index = "--- src/index.js\n".to_owned();
    for number in 0..1000 {
        index += &format!("export * from './{number}';\n");
        if number > 0 {
            project += &format!(
                "--- src/{number}.js\nexport * from './index';\nexport const k{number} = {number};\n"
            );
        }
    }
    project += &index;
    project += "--- app.js\nimport { k0 } from './src';\nimport jwt from 'jsonwebtoken';\njwt.sign(x, k0);\n";
    assert_eq!(scanned(&files(&project), &[]).len(), 1);
}
