use crate::audit::program::seen_in;
use crate::audit::{AUDITS, Audit};

/// What the three rules say of a program: `rule word` for each place.
fn said(ending: &str, text: &str) -> Vec<String> {
    let rules = [
        "fetch-per-invocation",
        "cache-without-ttl",
        "client-in-handler",
    ];
    let said = rules.iter().flat_map(|rule| {
        let audit: Option<&Audit> = AUDITS.iter().find(|a| a.rule.id.as_str() == *rule);
        let seen = seen_in(audit.unwrap(), ending, text).into_iter();
        seen.map(|place| format!("{} {place}", rule.split('-').next().unwrap()))
    });
    said.collect()
}

fn check(ending: &str, cases: &str) {
    for line in cases.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (text, expected) = line.split_once('⇒').unwrap();
        let text = text.trim().replace('⏎', "\n");
        let expected: Vec<&str> = expected.split(';').map(str::trim).collect();
        let expected: Vec<&str> = expected.into_iter().filter(|e| !e.is_empty()).collect();
        assert_eq!(said(ending, &text), expected, "{text}");
    }
}

#[test]
fn handlers_of_python() {
    check(
        "py",
        r#"
        def handler(event, context):⏎    x = c.get_secret_value(SecretId=n)             ⇒ fetch c.get_secret_value
        def get():⏎    return c.get_secret_value(SecretId=n)⏎def lambda_handler(event, context):⏎    get() ⇒ fetch c.get_secret_value
        def get():⏎    return c.get_secret_value(SecretId=n)⏎def main():⏎    get()      ⇒
        def get():⏎    return c.get_secret_value(SecretId=n)⏎def handler(event, context):⏎    pass ⇒
        @lru_cache⏎def get():⏎    return c.get_secret_value(SecretId=n)⏎def handler(event, context):⏎    get() ⇒ cache c.get_secret_value
        x = None⏎def handler(event, context):⏎    global x⏎    if x is None:⏎        x = c.get_secret_value(SecretId=n) ⇒ cache c.get_secret_value
        x = None⏎def handler(event, context):⏎    global x, t⏎    if time.time() > t:⏎        x = c.get_secret_value(SecretId=n) ⇒
        x = c.get_secret_value(SecretId=n)⏎def handler(event, context):⏎    pass        ⇒ cache c.get_secret_value
        x = c.get_secret_value(SecretId=n)⏎print(1)                                     ⇒
        def handler(event, context):⏎    c = boto3.client('secretsmanager')⏎    x = c.get_secret_value(SecretId=n) ⇒ fetch c.get_secret_value; client boto3.client
        def handler(event, context):⏎    c = boto3.client('s3')⏎    x = d.get_secret_value(SecretId=n) ⇒ fetch d.get_secret_value
        c = boto3.client('secretsmanager')⏎def handler(event, context):⏎    pass⏎def rotate(e):⏎    c.get_secret_value(SecretId=n, VersionStage='AWSPENDING') ⇒
        def handler(event, context):⏎    x = c.get_secret_value(SecretId=n, VersionStage='AWSPENDING') ⇒
        def finish_secret(c, n):⏎    c.get_secret_value(SecretId=n)⏎def handler(event, context):⏎    finish_secret(c, event['SecretId']) ⇒
        def handler(event, context):⏎    x = requests.get('http://localhost:2773/secretsmanager/get?secretId=' + n) or c.get_secret_value(SecretId=n) ⇒
        def handler(event, context):⏎    x = layer_cache.lookup(n) or c.get_secret_value(SecretId=n) ⇒ cache c.get_secret_value
        c = boto3.client('secretsmanager')⏎def handler(event, context):⏎    x = c.get_secret_value(SecretId=n) ⇒ fetch c.get_secret_value
        c = None⏎def handler(event, context):⏎    global c⏎    c = c or boto3.client('secretsmanager')⏎    x = c.get_secret_value(SecretId=n) ⇒ cache c.get_secret_value
        def handler(event, context):⏎    return parameters.get_secret('a')              ⇒
        def handler(event, context):⏎    return cache.get_secret_string('a')            ⇒
        import azure.functions as func⏎def main(req):⏎    v = SecretClient(u, k).get_secret('a') ⇒ fetch get_secret; client SecretClient
        x = c.access_secret_version(name='projects/p/secrets/s/versions/1')⏎@functions_framework.http⏎def f(request):⏎    return 1 ⇒
        x = c.access_secret_version(name='projects/p/secrets/s/versions/latest')⏎@functions_framework.http⏎def f(request):⏎    return 1 ⇒ cache c.access_secret_version
        n = f'projects/{p}/secrets/s/versions/12'⏎x = c.access_secret_version(request={'name': n})⏎@functions_framework.http⏎def f(request):⏎    return 1 ⇒
        n = f'projects/{p}/secrets/s/versions/{v}'⏎x = c.access_secret_version(request={'name': n})⏎@functions_framework.http⏎def f(request):⏎    return 1 ⇒ cache c.access_secret_version
        x = c.get_secret_value(SecretId=n, VersionId=v)⏎def handler(event, context):⏎    pass ⇒
        x = c.get_secret_value(SecretId=n, VersionStage='AWSCURRENT')⏎def handler(event, context):⏎    pass ⇒ cache c.get_secret_value
        @functions_framework.http⏎def f(request):⏎    v = c.access_secret_version(name=n) ⇒ fetch c.access_secret_version
        @app.timer_trigger(schedule='0 0 * * *')⏎def f(functions):⏎    v = c.access_secret_version(name=n) ⇒
        def handler(event, context):⏎    x = ssm.get_parameter(Name=n, WithDecryption=True) ⇒ fetch ssm.get_parameter
        def handler(event, context):⏎    x = ssm.get_parameter(Name=n, WithDecryption=False) ⇒
        "#,
    );
}

#[test]
fn handlers_of_javascript() {
    check(
        "js",
        r#"
        exports.handler = async (event) => { await c.send(new GetSecretValueCommand({SecretId: n})) } ⇒ fetch c.send
        const get = () => sm.getSecretValue({SecretId: n}).promise(); exports.handler = async (event) => { await get() } ⇒ fetch sm.getSecretValue
        let x; exports.handler = async (event) => { if (!x) x = await sm.getSecretValue({SecretId: n}).promise() } ⇒ cache sm.getSecretValue
        let x, at; exports.handler = async (event) => { if (Date.now() > at) x = await sm.getSecretValue({SecretId: n}).promise() } ⇒
        exports.handler = async (event) => { if (event.Step === 'finishSecret') await sm.getSecretValue({SecretId: event.SecretId}).promise() } ⇒
        exports.handler = async (event) => { const x = await ask('http://127.0.0.1:2773/secretsmanager/get') ?? await sm.getSecretValue({SecretId: n}).promise() } ⇒
        const x = await sm.getSecretValue({SecretId: n}).promise(); export const handler = async (event) => {} ⇒ cache sm.getSecretValue
        export const handler = async (event) => { const c = new SecretsManagerClient({}); await c.send(new GetSecretValueCommand({SecretId: n})) } ⇒ fetch c.send; client SecretsManagerClient
        const c = new SecretsManagerClient({}); async function main() { await c.send(new GetSecretValueCommand({SecretId: n})) } main() // functions ⇒
        module.exports = async function (context, req) { const v = await new SecretClient(u, k).getSecret('a') } ⇒ fetch getSecret; client SecretClient
        import { app } from '@azure/functions'; export async function order(req) { const v = await new SecretClient(u, k).getSecret('a') } app.http('o', { handler: order }) ⇒ fetch getSecret; client SecretClient
        import { app } from '@azure/functions'; export async function order(req) { const v = await new SecretClient(u, k).getSecret('a') } app.timer('o', { handler: order }) ⇒
        import { app } from '@azure/functions'; export async function order(req) { const v = await new SecretClient(u, k).getSecret('a') } app.http('o', { handler: other }) ⇒
        import { app } from 'electron'; export async function order(req) { const v = await new SecretClient(u, k).getSecret('a') } app.http('o', { handler: order }) ⇒
        const x = await c.send(new GetSecretValueCommand({SecretId: n, VersionId: v})); export const handler = async (event) => {} ⇒
        exports.f = async (req, res) => { await c.accessSecretVersion({name: n}) }; require('@google-cloud/functions-framework') ⇒ fetch c.accessSecretVersion
        "#,
    );
}

#[test]
fn handlers_that_are_handed_over() {
    check(
        "js",
        r#"
        import { app } from '@azure/functions';⏎async function get(req, ctx) { await new SecretClient(u, c).getSecret('a'); }⏎app.http('get', { handler: get }); ⇒ fetch getSecret; client SecretClient
        import { app } from '@azure/functions';⏎async function get(req, ctx) { await new SecretClient(u, c).getSecret('a'); }⏎app.timer('get', { handler: get }); ⇒
        import { app } from '@azure/functions';⏎async function get(req, ctx) { await new SecretClient(u, c).getSecret('a'); }⏎app.http('get', { handler: other }); ⇒
        import { app } from '@azure/functions';⏎app.storageQueue('q', { handler: async (m, ctx) => { await new SecretClient(u, c).getSecret('a'); } }); ⇒ fetch getSecret; client SecretClient
        const base = async (event) => { await c.getSecretValue({ SecretId: n }).promise(); };⏎export const handler = middy(base).use(x()); ⇒ fetch c.getSecretValue
        const base = async (event) => { await c.getSecretValue({ SecretId: n }).promise(); };⏎export const handler = middy(other).use(x()); ⇒
        "#,
    );
}

#[test]
fn what_is_made_once() {
    check(
        "py",
        r#"
        conn = None⏎def connect():⏎    return db(c.get_secret_value(SecretId=n))⏎def handler(event, context):⏎    global conn⏎    if conn is None:⏎        conn = connect() ⇒
        conn = None⏎def connect():⏎    return db(c.get_secret_value(SecretId=n))⏎def handler(event, context):⏎    global conn⏎    conn = conn or connect() ⇒
        conn = None⏎def connect():⏎    return db(c.get_secret_value(SecretId=n))⏎def handler(event, context):⏎    global conn⏎    conn = connect() ⇒ fetch c.get_secret_value
        def connect():⏎    return db(c.get_secret_value(SecretId=n))⏎def handler(event, context):⏎    conn = None⏎    if conn is None:⏎        conn = connect() ⇒ fetch c.get_secret_value
        x = c.access_secret_version(name='projects/p/secrets/s/versions/1')⏎def handler(event, context):⏎    pass ⇒
        x = c.access_secret_version(name='projects/p/secrets/s/versions/latest')⏎def handler(event, context):⏎    pass ⇒ cache c.access_secret_version
        "#,
    );
}
