//! What is taken out, covered or never shown.

use super::check;

const CONF_JS: &str = "const conf = { host: 'x', password: process.env.DB_PASSWORD, port: 1 };\nconst t = process.env.API_TOKEN;\n";
const CONF_PY: &str = "d = json.loads(c.get_secret_value(SecretId=n)['SecretString'])\nconf = dict(host='x', password=os.environ['DB_PASSWORD'])\nt = os.environ['API_TOKEN']\n";

#[test]
fn what_is_taken_out_is_not_put_out() {
    check(
        "js",
        CONF_JS,
        r#"
        console.log(conf)                                       ⇒ conf > Console
        console.log({ ...conf, password: '***' })               ⇒
        console.log({ ...conf, host: '***' })                   ⇒ conf > Console
        console.log({ password: '***', ...conf })               ⇒ conf > Console
        console.log({ ...conf, password: t })                   ⇒ t > Console
        console.log({ ...process.env, DB_PASSWORD: '***' })     ⇒ process.env > Console
        console.log(Object.assign({}, conf, { password: 0 }))   ⇒
        console.log(Object.assign({ password: 0 }, conf))       ⇒ Object.assign({ password: 0 }, conf) > Console
        const { password, ...safe } = conf; console.log(safe)   ⇒
        const { password, ...safe } = conf; console.log(password) ⇒ password > Console
        const { host, ...rest } = conf; console.log(rest)       ⇒ rest > Console
        const { host, ...rest } = JSON.parse(t); console.log(rest.password) ⇒ rest.password > Console
        delete conf.password; console.log(conf)                 ⇒
        delete conf.host; console.log(conf)                     ⇒ conf > Console
        console.log(conf); delete conf.password                 ⇒ conf > Console
        const two = { ...conf, token: t, api: t }; delete two.token; console.log(two) ⇒ two > Console
        const d = JSON.parse(t); d.password = '***'; console.log(d) ⇒
        const d = JSON.parse(t); d.host = '***'; console.log(d) ⇒ d > Console
        console.log(JSON.stringify(conf, ['host', 'port']))     ⇒
        console.log(JSON.stringify(conf, ['host', 'password'])) ⇒ JSON.stringify(conf, ['host', 'password']) > Console
        console.log(JSON.stringify(conf, null, 2))              ⇒ JSON.stringify(conf, null, 2) > Console
        console.log(JSON.stringify(conf, (k, v) => (k === 'password' ? undefined : v))) ⇒
        console.log(JSON.stringify(conf, (k, v) => v)); console.log(JSON.stringify(conf)) ⇒ JSON.stringify(conf) > Console
        for (const k in conf) { console.log(k) }                ⇒
        for (const k in conf) { console.log(conf[k]) }          ⇒ conf[k] > Console
        for (const x of [t]) { console.log(x) }                 ⇒ x > Console
        "#,
    );
    check(
        "py",
        CONF_PY,
        r#"
        log.info(d)                                             ⇒ d > Log
        d.pop('password')⏎log.info(d)                           ⇒
        d.pop('host')⏎log.info(d)                               ⇒ d > Log
        p = d.pop('password')⏎log.info(p)                       ⇒ p > Log
        del d['password']⏎log.info(d)                           ⇒
        del d['host'], d['password']⏎log.info(d)                ⇒
        del d['host']⏎log.info(d)                               ⇒ d > Log
        if a:⏎    del d['password']⏎log.info(d)                 ⇒ d > Log
        e = dict(os.environ)⏎del e['API_TOKEN']⏎print(e)        ⇒ e > Output
        conf['password'] = '***'⏎log.info('conf %s', conf)      ⇒
        conf['host'] = '***'⏎log.info('conf %s', conf)          ⇒ conf > Log
        log.info('conf %s', {**conf, 'password': '***'})        ⇒
        log.info('conf %s', {**conf, 'host': '***'})            ⇒ conf > Log
        def show(x):⏎    x.pop('password')⏎    print(x)⏎show(d)  ⇒
        def show(x):⏎    x.pop('host')⏎    print(x)⏎show(d)     ⇒ d > Output
        "#,
    );
}

#[test]
fn names_of_a_dictionary_and_what_a_text_names() {
    check(
        "py",
        CONF_PY,
        r#"
        log.info('host %(host)s', d)                            ⇒
        log.info('host %(host)s %(password)s', d)               ⇒ d > Log
        log.info('p %(p)s', {'p': t, 'h': 1})                   ⇒ t > Log
        log.info('h %(h)s', {'p': t, 'h': 1})                   ⇒
        log.info('p %(password)s' % d)                          ⇒ d > Log
        log.info('p %(host)s' % conf)                           ⇒
        log.info('p %(password)s' % conf)                       ⇒ conf > Log
        print('{engine} {host}'.format(**d))                    ⇒
        print('{engine} {password}'.format(**d))                ⇒ d > Output
        print('{}'.format(d))                                   ⇒ d > Output
        for k in d:⏎    print(k)                                ⇒
        for k in d:⏎    print(d[k])                             ⇒ d[k] > Output
        for k, x in d.items():⏎    print(x)                     ⇒ x > Output
        for k, x in d.items():⏎    print(k)                     ⇒
        u, p = t.split(':')⏎print(u)                            ⇒
        u, p = t.split(':')⏎print(p)                            ⇒ p > Output
        for x in [t]:⏎    print(x)                              ⇒ x > Output
        print(', '.join(d), tuple(d), list(conf))               ⇒
        print(', '.join(d.values()))                            ⇒ ', '.join(d.values()) > Output
        "#,
    );
}

#[test]
fn what_is_masked_is_not_put_out() {
    check(
        "js",
        CONF_JS,
        r#"
        function mask(s) { return s.slice(0, 8) }⏎console.log(mask(t))      ⇒
        function unmask(s) { return s.trim() }⏎console.log(unmask(t))       ⇒ unmask(t) > Console
        function short(s) { return s.slice(0, 8) }⏎console.log(short(t))    ⇒ short(t) > Console
        const star = (s) => s.slice(0, 2) + '*'.repeat(8);⏎console.log(star(t)) ⇒
        console.log(`${t.slice(0, 4)}****`)                     ⇒
        console.log(`****${t.slice(-4)}`)                       ⇒
        console.log(`${t.slice(0, 12)}****`)                    ⇒ t.slice(0, 12) > Console
        console.log(`** ${t}`)                                  ⇒ t > Console
        console.log('using', t.replace(/./g, '*'))              ⇒
        console.log(t.replace(/.(?=.{4})/g, '*'))               ⇒
        console.log(t.replace(/./g, (c) => '*'))                ⇒
        console.log(t.replace(/\n/g, ''))                       ⇒ t.replace(/\n/g, '') > Console
        console.log(t.replace('-', '+'))                        ⇒ t.replace('-', '+') > Console
        "#,
    );
    check(
        "py",
        CONF_PY,
        r#"
        print(t[:2] + '*' * (len(t) - 2))                       ⇒
        print(f'{t[:4]}****{t[-4:]}')                           ⇒
        print(f'{t[:8]}****')                                   ⇒ t[:8] > Output
        def redacted(s):⏎    return s[:6] + '...'⏎print(redacted(t)) ⇒
        def cut(s):⏎    return s[:6] + '...'⏎print(cut(t))      ⇒ cut(t) > Output
        "#,
    );
}
