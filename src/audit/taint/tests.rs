mod fields;
mod redact;

use super::*;
use crate::syntax::{lang, program};

/// What a program puts out: each value as written, and where it goes.
fn leaks(ending: &str, text: &str) -> Vec<String> {
    let language = lang::of(&format!("a.{ending}")).unwrap();
    let facts = program::read(text, language).unwrap().unwrap().facts;
    let leaks = Carrier::new(&facts, text, ending == "py").leaks();
    let shown = |leak: &Leak| format!("{} > {:?}", &text[leak.span.range()], leak.sink);
    leaks.iter().map(shown).collect()
}

/// Programs after a first part: `program ⇒ value > Sink; ...`, with `⏎` for the ends of lines.
fn check(ending: &str, before: &str, cases: &str) {
    for line in cases.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (text, expected) = line.split_once('⇒').unwrap();
        let text = format!("{before}{}\n", text.trim().replace('⏎', "\n"));
        let expected: Vec<&str> = expected.split(';').map(str::trim).collect();
        let expected: Vec<&str> = expected.into_iter().filter(|e| !e.is_empty()).collect();
        assert_eq!(leaks(ending, &text), expected, "{text}");
    }
}

const PY: &str = "v = c.get_secret_value(SecretId=n)['SecretString']\n";
const JS: &str = "const r = await c.send(new GetSecretValueCommand({SecretId: n}));\nconst v = r.SecretString;\n";

#[test]
fn sinks_of_python() {
    check(
        "py",
        PY,
        r#"
        print(v)                                              ⇒ v > Output
        print(f'x {v[:8]}')                                   ⇒ v[:8] > Output
        print("a" + v)                                        ⇒ v > Output
        print("%s" % v)                                       ⇒ v > Output
        sys.stdout.write(v)                                   ⇒ v > Output
        pprint.pprint(v)                                      ⇒ v > Output
        click.echo(v)                                         ⇒ v > Output
        logger.info('x %s', v)                                ⇒ v > Log
        self._log.error(v)                                    ⇒ v > Log
        logging.debug('x {}'.format(v))                       ⇒ v > Log
        logging.getLogger(__name__).warning(v)                ⇒ v > Log
        print(json.dumps({'a': v}))                           ⇒ json.dumps({'a': v}) > Output
        raise ValueError(f'bad {v}')                          ⇒ v > Error
        return_ = jsonify(password=v)                         ⇒ v > Response
        def handler(e, c):⏎    return {'statusCode': 200, 'body': v}  ⇒ v > Response
        @app.route('/')⏎def f():⏎    return v                 ⇒ v > Response
        @router.get('/x')⏎async def f():⏎    return {'a': v}  ⇒ v > Response
        @staticmethod⏎def f():⏎    return v                   ⇒
        return func.HttpResponse(v)                           ⇒ v > Response
        with open('x', 'w') as f:⏎    f.write(v)              ⇒ v > File
        open('x', 'w').write(v)                               ⇒ v > File
        socket.write(v)                                       ⇒
        Path('x').write_text(v)                               ⇒ v > File
        tracer.put_annotation('x', v)                         ⇒ v > Trace
        from rich import print as rprint⏎rprint(v)            ⇒ v > Output
        from rich.text import plain as rprint⏎rprint(v)       ⇒
        Console().print(v)                                    ⇒ v > Output
        sys.exit('bad ' + v)                                  ⇒ v > Output
        atexit.exit('bad ' + v)                               ⇒
        warnings.warn(f'bad {v}')                             ⇒ v > Output
        tqdm.write(v)                                         ⇒ v > Output
        syslog.syslog(v)                                      ⇒ v > Log
        b = log.bind(token=v)                                 ⇒ v > Log
        server.bind(v)                                        ⇒
        logger.append_keys(key=v)                             ⇒ v > Log
        structlog.contextvars.bind_contextvars(token=v)       ⇒ v > Log
        logging.LoggerAdapter(logger, {'t': v})               ⇒ v > Log
        sentry_sdk.set_tag('t', v)                            ⇒ v > Trace
        print(colored(v, 'red'))                              ⇒ colored(v, 'red') > Output
        @functions_framework.http⏎def f(request):⏎    return f'key {v}', 200 ⇒ v > Response
        @functions_framework.cloud_event⏎def f(event):⏎    return v ⇒
        x = flask.render_template('x.html', key=v)            ⇒ v > Response
        x = render_template(v)                                ⇒
        x = render(request, 'x.html', {'t': v})               ⇒ v > Response
        x = flask.Response(v, mimetype='text/plain')          ⇒ v > Response
        "#,
    );
}

#[test]
fn sinks_of_javascript() {
    check(
        "js",
        JS,
        r#"
        console.log(v)                                        ⇒ v > Console
        console.error(`x ${v.slice(0, 8)}`)                   ⇒ v.slice(0, 8) > Console
        console.log(JSON.stringify(JSON.parse(v)))            ⇒ JSON.stringify(JSON.parse(v)) > Console
        log.info({ v })                                       ⇒ v > Log
        auditLogger.warn(v)                                   ⇒ v > Log
        context.log(v)                                        ⇒ v > Log
        process.stdout.write(v)                               ⇒ v > Output
        throw new Error(`bad ${v}`)                           ⇒ v > Error
        reject(new Error(v))                                  ⇒ v > Error
        res.json({ a: v })                                    ⇒ v > Response
        res.status(200).send(v)                               ⇒ v > Response
        context.res = { status: 200, body: v }                ⇒ v > Response
        ctx.body = v                                          ⇒ v > Response
        exports.handler = async () => ({ statusCode: 200, body: v }) ⇒ v > Response
        callback(null, { statusCode: 200, body: v })          ⇒ v > Response
        fs.writeFileSync('x', v)                              ⇒ v > File
        const o = fs.createWriteStream('x'); o.write(v)       ⇒ v > File
        span.setAttribute('x', v)                             ⇒ v > Trace
        console.log(chalk.red(`t ${v}`))                      ⇒ chalk.red(`t ${v}`) > Console
        console.log(count.red(`t ${v}`))                      ⇒
        logger.child({ token: v }).info('x')                  ⇒ v > Log
        fork.child({ token: v })                              ⇒
        logger.http(v)                                        ⇒ v > Log
        core.setFailed(`t ${v}`)                              ⇒ v > Log
        core.setOutput('t', v)                                ⇒ v > Log
        core.setSecret(v); core.info(v)                       ⇒
        Sentry.captureException(new Error(`t ${v}`))          ⇒ new Error(`t ${v}`) > Trace
        assert(v.startsWith('x'), `bad ${v}`)                 ⇒ v > Error
        assert(v)                                             ⇒
        "#,
    );
}

#[test]
fn processes_and_requests() {
    check(
        "py",
        PY,
        r#"
        subprocess.run(['x', '--password', v])                ⇒ v > Process
        subprocess.run(f'x -p {v}', shell=True)               ⇒ v > Process
        subprocess.run(['x'], env={'PGPASSWORD': v})          ⇒
        subprocess.run(['x'], input=v)                        ⇒
        os.system('x -p ' + v)                                ⇒ v > Process
        requests.get(f'https://a.b/c?key={v}')                ⇒ v > Query
        requests.get('https://a.b/c', params={'key': v})      ⇒ v > Query
        requests.get('https://a.b/c', headers={'key': v})     ⇒
        requests.get(f'https://a.b/{v}')                      ⇒
        u = f'https://a.b/c?x=1&key={v}'⏎requests.get(u)      ⇒ v > Query
        "#,
    );
    check(
        "js",
        JS,
        r#"
        execSync(`x -p ${v}`)                                 ⇒ v > Process
        spawn('x', ['-p', v])                                 ⇒ v > Process
        spawn('x', ['-p'], { env: { ...process.env, PGPASSWORD: v } }) ⇒
        pattern.exec(v)                                       ⇒
        await fetch(`https://a.b/c?key=${v}&x=1`)             ⇒ v > Query
        axios.get('https://a.b/c', { params: { key: v } })    ⇒ v > Query
        await fetch(`https://a.b/c?x=1`, { headers: { key: v } }) ⇒
        "#,
    );
}

#[test]
fn ways_of_python() {
    check(
        "py",
        PY,
        r#"
        d = json.loads(v)⏎print(d['password'])                ⇒ d['password'] > Output
        d = json.loads(v)⏎print(d.get('password'))            ⇒ d.get('password') > Output
        d = json.loads(v)⏎p = d['password']⏎x = {'p': p}⏎print(x['p']) ⇒ x['p'] > Output
        def h(x):⏎    print(x)⏎h(v)                           ⇒ v > Output
        def h(a, *, x):⏎    print(x)⏎h(1, x=v)                ⇒ v > Output
        def h(x):⏎    k(x)⏎def k(y):⏎    print(y)⏎h(v)        ⇒ v > Output
        def h(d):⏎    print(d['password'])⏎h(json.loads(v))   ⇒ json.loads(v) > Output
        def h(d):⏎    print(d['username'])⏎h(json.loads(v))   ⇒
        def h():⏎    return v⏎print(h())                      ⇒ h() > Output
        def h(x):⏎    return x⏎print(h(v), h(1))              ⇒ h(v) > Output
        class A:⏎    def __init__(self, x):⏎        self.x = x⏎ ⇒
        class A:⏎    def a(self):⏎        self.x = v⏎    def b(self):⏎        print(self.x) ⇒ self.x > Output
        class A:⏎    def a(self):⏎        return v⏎class B:⏎    def a(self):⏎        return 1⏎b = B()⏎print(b.a()) ⇒
        class A:⏎    def a(self):⏎        return v⏎class B:⏎    def a(self):⏎        return 1⏎a = A()⏎print(a.a()) ⇒ a.a() > Output
        class A:⏎    def put(self, x):⏎        print(x)⏎A().put(v) ⇒ v > Output
        for x in [v]:⏎    print(x)                            ⇒ x > Output
        kept = {}⏎def a(n):⏎    kept[n] = (json.loads(v), 1)⏎    return kept[n][0]⏎def b():⏎    print(a(1)['password']) ⇒ a(1)['password > Output
        kept = {}⏎def a(n):⏎    kept[n] = v⏎def b(n):⏎    print(kept.get(n)) ⇒ kept.get(n) > Output
        kept = {}⏎def a():⏎    kept['db'] = v⏎def b():⏎    print(kept['db'], kept['host']) ⇒ kept['db'] > Output
        kept = {}⏎def a():⏎    kept['db'] = v⏎def b(kept):⏎    print(kept['db']) ⇒
        kept = {}⏎def a():⏎    kept['db'] = v⏎def b():⏎    kept = load()⏎    print(kept['db']) ⇒
        kept = {}⏎def a(n):⏎    kept[n] = n⏎    print(kept[n]) ⇒
        if (x := v):⏎    print(x)                             ⇒ x > Output
        if a:⏎    w = v⏎else:⏎    w = 1⏎print(w)              ⇒ w > Output
        if a:⏎    w = v⏎else:⏎    print(w)                    ⇒
        if a:⏎    w = v⏎    raise X()⏎print(w)                ⇒
        if not v:⏎    v = 'x'⏎print(v)                        ⇒ v > Output
        if a:⏎    v = 'x'⏎else:⏎    v = 'y'⏎print(v)          ⇒
        try:⏎    w = v⏎except E:⏎    w = ''⏎print(w)          ⇒ w > Output
        v = 'x'⏎print(v)                                      ⇒
        "#,
    );
}

#[test]
fn ways_of_javascript() {
    check(
        "js",
        JS,
        r#"
        const { password } = JSON.parse(v); console.log(password) ⇒ password > Console
        const c = { host: 'x', p: v }; console.log(c.p)       ⇒ c.p > Console
        const c = { host: 'x', p: v }; console.log(c.host)    ⇒
        function h(x) { console.log(x) }⏎h(v)                 ⇒ v > Console
        const h = x => console.log(x)⏎h(v)                    ⇒ v > Console
        class A { a() { return v } b() { console.log(this.a()) } } ⇒ this.a() > Console
        class A { a() { this.s = v } b() { console.log(this.s) } } ⇒ this.s > Console
        let cached; async function load() { cached = v }⏎function f() { console.log(cached) } ⇒ cached > Console
        load().then(() => v).then(x => console.log(x))        ⇒ x > Console
        const kept = new Map()⏎function a(n) { kept.set(n, v) }⏎function b(n) { console.log(kept.get(n)) } ⇒ kept.get(n) > Console
        const kept = {}⏎function a(n) { kept[n] = v }⏎function b(n) { console.log(kept[n], kept.length) } ⇒ kept[n] > Console
        function a() { return c.send(new GetSecretValueCommand({SecretId: n})).then(d => d.ARN) }⏎console.log(await a()) ⇒
        function a() { return c.send(new GetSecretValueCommand({SecretId: n})).then(d => d.SecretString) }⏎throw new Error(await a()) ⇒ a() > Error
        if (a) { return v }⏎console.log(a)                    ⇒
        let w = 1; switch (a) { case 1: w = v; break; default: w = 2 } console.log(w) ⇒ w > Console
        let w = v; switch (a) { case 1: w = 1; break; default: w = 2 } console.log(w) ⇒
        "#,
    );
}

#[test]
fn nothing_of_what_is_no_secret() {
    check(
        "py",
        PY,
        r#"
        print('the secret was read')                          ⇒
        print(n)                                              ⇒
        print(len(v))                                         ⇒
        print(bool(v))                                        ⇒
        print(v is None)                                      ⇒
        print(v == w)                                         ⇒
        print('set' if v else 'unset')                        ⇒
        print(mask(v))                                        ⇒
        print(hashlib.sha256(v.encode()).hexdigest())         ⇒
        r = c.get_secret_value(SecretId=n)⏎print(r['ARN'], r['VersionId'], r['CreatedDate']) ⇒
        r = c.get_secret_value(SecretId=n)⏎print(r.get('Name'), r.get('VersionStages')) ⇒
        d = json.loads(v)⏎print(d['username'], d.keys())      ⇒
        d = json.loads(v)⏎print(d.get('username'), d.get('port')) ⇒
        connect(password=v)                                   ⇒
        "#,
    );
    check(
        "js",
        JS,
        r#"
        console.log(v.length)                                 ⇒
        console.log(!!v)                                      ⇒
        console.log(v ? 'set' : 'unset')                      ⇒
        console.log(typeof v)                                 ⇒
        console.log(r.ARN, r.Name)                            ⇒
        console.log(process.env.STAGE)                        ⇒
        console.log(redact(v))                                ⇒
        connect({ password: v })                              ⇒
        console.log(Object.keys(JSON.parse(v)))               ⇒
        "#,
    );
}

#[test]
fn sources_of_python() {
    check(
        "py",
        "",
        r#"
        print(os.environ)                                     ⇒ os.environ > Output
        print(dict(os.environ))                               ⇒ dict(os.environ) > Output
        for k, x in os.environ.items():⏎    print(k, x)       ⇒ x > Output
        print(os.environ['DB_PASSWORD'])                      ⇒ os.environ['DB_PASSWORD'] > Output
        print(os.getenv('DB_PASSWORD'))                       ⇒ os.getenv('DB_PASSWORD') > Output
        print(os.environ.get('API_KEY', ''))                  ⇒ os.environ.get('API_KEY', '') > Output
        from os import getenv⏎print(getenv('API_KEY'))        ⇒ getenv('API_KEY') > Output
        print(os.environ['DB_HOST'], os.getenv('SECRET_ARN')) ⇒
        print(os.environ[name])                               ⇒
        N = 'API_TOKEN'⏎print(os.environ[N], os.getenv(N))    ⇒ os.environ[N] > Output; os.getenv(N) > Output
        N = 'API_HOST'⏎print(os.environ[N], os.getenv(N))     ⇒
        print(list(os.environ), ', '.join(os.environ))        ⇒
        e = os.environ⏎print(tuple(e))                        ⇒
        print(list(os.environ.items()))                       ⇒ list(os.environ.items()) > Output
        i = os.environ.items()⏎print(list(i))                 ⇒ list(i) > Output
        raise ValueError(os.environ)                          ⇒ os.environ > Error
        def show(env, name):⏎    print(env[name])⏎show(os.environ, n) ⇒
        def show(env):⏎    print(env)⏎show(os.environ)        ⇒ os.environ > Output
        for k in os.environ:⏎    print(k)                     ⇒
        print(os.environ['AZURE_TOKEN_CREDENTIALS'])          ⇒
        print(settings.token.get_secret_value())              ⇒
        p = ssm.get_parameter(Name=n, WithDecryption=True)⏎print(p['Parameter']['Value']) ⇒ p['Parameter']['Value'] > Output
        p = ssm.get_parameter(Name=n, WithDecryption=True)⏎print(p['Parameter']['Name']) ⇒
        p = ssm.get_parameter(Name=n)⏎print(p['Parameter']['Value']) ⇒
        s = SecretClient(u, c)⏎x = s.get_secret('a')⏎print(x.value) ⇒ x.value > Output
        s = SecretClient(u, c)⏎x = s.get_secret('a')⏎print(x)⏎print(x.name) ⇒
        x = c.access_secret_version(request={'name': n})⏎print(x.payload.data.decode('UTF-8')) ⇒ x.payload.data.decode('UTF-8') > Output
        x = c.access_secret_version(name=n)⏎print(x.name)     ⇒
        x = c.secrets.kv.v2.read_secret_version(path='a')⏎print(x['data']['data']['password']) ⇒ x['data']['data']['password'] > Output
        x = c.secrets.kv.v2.read_secret_version(path='a')['data']['data']⏎print(x) ⇒ x > Output
        x = c.secrets.kv.v2.read_secret_version(path='a')⏎print(x['data']['metadata']['version']) ⇒
        x = c.secrets.kv.v2.read_secret_version(path='a')⏎print(x['data']['metadata']) ⇒
        from aws_lambda_powertools.utilities import parameters⏎print(parameters.get_secret('a')) ⇒ parameters.get_secret('a') > Output
        from flags import get_secret⏎print(get_secret('a'))   ⇒
        print(cache.get_secret_string('a'))                   ⇒ cache.get_secret_string('a') > Output
        "#,
    );
}

#[test]
fn sources_of_javascript() {
    check(
        "js",
        "",
        r#"
        console.log(process.env)                              ⇒ process.env > Console
        console.log(JSON.stringify(process.env))              ⇒ JSON.stringify(process.env) > Console
        console.log(Object.keys(process.env))                 ⇒
        Object.entries(process.env).forEach(([k, x]) => console.log(k, x)) ⇒ x > Console
        Object.entries(process.env).forEach(([k, x]) => console.log(k)) ⇒
        Object.keys(process.env).forEach(k => console.log(k)) ⇒
        console.log(Object.entries(process.env).map(([k, x]) => `${k}=${x}`).join()) ⇒ Object.entries(process.env).map(([k, x]) => `${k}=${x}`).join() > Console
        console.log(Object.entries(process.env).map(([k, x]) => k)) ⇒
        for (const k in process.env) { console.log(k) }       ⇒
        console.log(process.env[name])                        ⇒
        const N = 'API_TOKEN'; console.log(process.env[N])    ⇒ process.env[N] > Console
        const N = 'API_HOST'; console.log(process.env[N])     ⇒
        console.log(`env ${process.env}`, 'env ' + process.env) ⇒
        console.log(`env ${JSON.stringify(process.env)}`)     ⇒ JSON.stringify(process.env) > Console
        throw new Error(process.env)                          ⇒
        throw new Failure('x', { env: process.env })          ⇒ process.env > Error
        const { DB_PASSWORD } = JSON.parse(JSON.stringify(process.env)); console.log(DB_PASSWORD) ⇒ DB_PASSWORD > Console
        console.log(process.env.DB_PASSWORD)                  ⇒ process.env.DB_PASSWORD > Console
        console.log(process.env['DB_PASSWORD'])               ⇒ process.env['DB_PASSWORD'] > Console
        const { DB_PASSWORD, STAGE } = process.env; console.log(STAGE, DB_PASSWORD) ⇒ DB_PASSWORD > Console
        const d = await sm.getSecretValue({SecretId: n}).promise(); console.log(d.SecretString) ⇒ d.SecretString > Console
        sm.getSecretValue({SecretId: n}, (err, data) => { console.log(data.SecretString) }) ⇒ data.SecretString > Console
        sm.getSecretValue({SecretId: n}, function (err, data) { console.log(err, data.Name) }) ⇒
        sm.getSecretValue({SecretId: n}).promise().then(d => console.log(d)) ⇒ d > Console
        const q = new GetParameterCommand({Name: n, WithDecryption: true}); const p = await ssm.send(q); console.log(p.Parameter.Value) ⇒ p.Parameter.Value > Console
        const p = await ssm.send(new GetParameterCommand({Name: n})); console.log(p.Parameter.Value) ⇒
        const q = {Name: n, WithDecryption: true}; const p = await ssm.getParameter(q).promise(); console.log(p.Parameter?.Value) ⇒ p.Parameter?.Value > Console
        const s = new SecretClient(u, c); const x = await s.getSecret('a'); console.log(x.value) ⇒ x.value > Console
        const [x] = await c.accessSecretVersion({name: n}); console.log(x.payload.data.toString()) ⇒ x.payload.data.toString() > Console
        const x = await vault.read('a/data/b'); console.log(x.data.data.token) ⇒ x.data.data.token > Console
        const x = await stream.read(10); console.log(x.data)  ⇒
        "#,
    );
    check(
        "ts",
        "",
        r#"
        const x = (await c.send(new GetSecretValueCommand({SecretId: n}))).SecretString!; console.log(x as string) ⇒ x > Console
        class A { private s?: string; a() { this.s = process.env.API_KEY } b() { console.log(this.s!.slice(-4)) } } ⇒ this.s!.slice(-4) > Console
        const k: string = process.env.API_KEY ?? ''; console.log(`key ${k}`) ⇒ k > Console
        "#,
    );
}

#[test]
fn loggers_by_what_made_them() {
    check(
        "js",
        JS,
        r#"
        const w = winston.createLogger({});⏎w.info(v)           ⇒ v > Log
        const p = pino({ level: 'info' });⏎p.info(v)            ⇒ v > Log
        const p = connect({});⏎p.info(v)                        ⇒
        "#,
    );
    check(
        "py",
        PY,
        r#"
        audit = logging.getLogger('audit')⏎audit.warning(v)     ⇒ v > Log
        audit = connect('audit')⏎audit.warning(v)               ⇒
        pw = quote_plus(v)⏎logging.info(pw)                     ⇒ pw > Log
        "#,
    );
}

#[test]
fn authorizers() {
    check(
        "py",
        "",
        r#"
        def lambda_handler(event, context):⏎    print(json.dumps(event))⏎    return check(event['authorizationToken'])    ⇒ json.dumps(event) > Output
        def lambda_handler(event, context):⏎    print('x', event['authorizationToken'])                                ⇒ event['authorizationToken'] > Output
        def lambda_handler(event, context):⏎    log.info(event['headers']['Authorization'])⏎    return allow(event['methodArn']) ⇒ event['headers']['Authorization'] > Log
        def lambda_handler(event, context):⏎    log.info(event['methodArn'])                                           ⇒
        def lambda_handler(event, context):⏎    print(json.dumps(event))                                               ⇒
        def check(token, arn):⏎    print(token)⏎    return token == 'authorizationToken'                                ⇒
        @logger.inject_lambda_context(log_event=True)⏎def handler(event, context):⏎    return allow(event['methodArn']) ⇒ logger.inject_lambda_context(log_event=True) > Log
        @logger.inject_lambda_context(log_event=False)⏎def handler(event, context):⏎    return allow(event['methodArn']) ⇒
        @logger.inject_lambda_context(log_event=True)⏎def handler(event, context):⏎    return list(event['Records'])    ⇒
        "#,
    );
    check(
        "js",
        "",
        r#"
        exports.handler = async (event) => { console.log(JSON.stringify(event)); return allow(event.methodArn); };      ⇒ JSON.stringify(event) > Console
        exports.handler = async (event) => { console.log(event); return allow(event.methodArn); };                      ⇒ event > Console
        exports.handler = async (event) => { console.log(`token ${event.authorizationToken}`); };                       ⇒ event.authorizationToken > Console
        exports.handler = async (event) => { console.log(`for ${event.methodArn}`); };                                  ⇒
        exports.handler = async (event) => { console.log(JSON.stringify(event)); return event.Records.length; };        ⇒
        "#,
    );
}
