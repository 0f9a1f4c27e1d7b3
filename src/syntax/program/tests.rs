use super::*;
use crate::syntax::lang;
use proptest::prelude::*;

/// Reads a program by the ending of its language.
fn program(ending: &str, text: &str) -> Program {
    let language = lang::of(&format!("a.{ending}")).unwrap();
    read(text, language).unwrap().unwrap()
}

/// `name -> value, Site` of every binding.
fn bindings(ending: &str, text: &str) -> Vec<String> {
    let facts = program(ending, text).facts;
    let shown = facts.bindings.iter().map(|b| {
        let name = b.path.0[0];
        let value = b
            .value
            .text
            .as_deref()
            .unwrap_or(&text[b.value.raw.range()]);
        format!("{} -> {value}, {:?}", &text[name.range()], b.site)
    });
    shown.collect()
}

fn check(cases: &str) {
    for line in cases.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (ending, rest) = line.split_once(' ').unwrap();
        let (text, expected) = rest.split_once('⇒').unwrap();
        let text = text.trim().replace('⏎', "\n");
        let expected: Vec<&str> = expected
            .split(';')
            .map(str::trim)
            .filter(|e| !e.is_empty())
            .collect();
        assert_eq!(bindings(ending, &text), expected, "{ending} {text}");
    }
}

#[test]
fn bindings_of_javascript() {
    check(
        r#"
        js const password = "kX9";                        ⇒ password -> kX9, Variable
        js let password = 'kX9', user = 'x';              ⇒ password -> kX9, Variable
        js this.config.password = `kX9`;                  ⇒ this.config.password -> kX9, Variable
        js x = { password: "kX9", "api-key": 'aB7' };     ⇒ password -> kX9, Variable; api-key -> aB7, Variable
        js const { password = "kX9" } = options;          ⇒ password -> kX9, Variable
        js const { pw: password = "kX9" } = options;      ⇒ password -> kX9, Variable
        js function f(user, password = "kX9") {}          ⇒ password -> kX9, Variable
        js const f = (password = "kX9") => 1;             ⇒ password -> kX9, Variable
        js class A { password = "kX9"; }                  ⇒ password -> kX9, Variable
        js process.env["DB_PASSWORD"] = "kX9";            ⇒ DB_PASSWORD -> kX9, Variable
        js const k = process.env.API_KEY || "kX9";        ⇒ process.env.API_KEY -> kX9, Default
        js const k = process.env.API_KEY ?? "kX9";        ⇒ process.env.API_KEY -> kX9, Default
        js const k = process.env["API_KEY"] || "kX9";     ⇒ API_KEY -> kX9, Default
        js apiKey = x ? "kX9" : "aB7";                    ⇒ apiKey -> kX9, Variable; apiKey -> aB7, Variable
        js if (token === "kX9") {}                        ⇒ token -> kX9, Comparison
        js if ("kX9" !== req.token) {}                    ⇒ req.token -> kX9, Comparison
        js if (req.headers['x-api-key'] != "kX9") {}      ⇒ x-api-key -> kX9, Comparison
        js config.get("api.token", "kX9");                ⇒ api.token -> kX9, Default
        js config.set("api.token", "kX9");                ⇒ api.token -> kX9, Argument
        js client.setPassword("kX9");                     ⇒ client.setPassword -> kX9, Argument
        js client.getPassword("kX9");                     ⇒
        js password = Buffer.from("kX9", "base64");       ⇒ password -> kX9, Variable
        js password = Buffer.from("kX9").toString();      ⇒ password -> kX9, Variable
        js password = "kX9" + "aB7";                      ⇒ password -> kX9aB7, Variable
        js password = "kX9" +⏎ "aB7" + "q";               ⇒ password -> kX9aB7q, Variable
        js password = "kX9" + x;                          ⇒
        js password = `kX9${x}`;                          ⇒
        js password = "a\"b";                             ⇒ password -> a"b, Variable
        js spawn("x", ["-u", "y", "--password", "kX9"]);  ⇒ --password -> kX9, Flag
        js headers = { "X-Api-Key": "kX9" };              ⇒ X-Api-Key -> kX9, Header
        js x = { name: "DB_PASSWORD", value: "kX9" };     ⇒ DB_PASSWORD -> kX9, Variable
        jsx <Login password="kX9" user={x} />             ⇒ password -> kX9, Variable
        jsx <Login password={"kX9"} />                    ⇒ password -> kX9, Variable
        js passwords = ["kX9", "aB7"];                    ⇒ passwords -> kX9, Item; passwords -> aB7, Item
        js const { SecretString } = await get("x");       ⇒
        js case "password": "kX9";                        ⇒
        js monkey = "kX9";                                ⇒
        "#,
    );
}

#[test]
fn bindings_of_typescript() {
    check(
        r#"
        ts const password: string = "kX9";                ⇒ password -> kX9, Variable
        ts const password: "kX9" | "aB7" = x;             ⇒
        ts type A = { password: "kX9" };                  ⇒
        ts interface A { password: "kX9"; }               ⇒
        ts class A { private password = "kX9"; }          ⇒ password -> kX9, Variable
        ts class A { readonly password: string = "kX9" }  ⇒ password -> kX9, Variable
        ts enum A { Password = "kX9" }                    ⇒ Password -> kX9, Variable
        ts function f(password: string = "kX9") {}        ⇒ password -> kX9, Variable
        ts const k = process.env.API_KEY! || "kX9";       ⇒ process.env.API_KEY -> kX9, Default
        ts const password = "kX9" as const;               ⇒ password -> kX9, Variable
        ts const password = <string>"kX9";                ⇒ password -> kX9, Variable
        tsx const x = <Login password="kX9" />;           ⇒ password -> kX9, Variable
        "#,
    );
}

#[test]
fn bindings_of_python() {
    check(
        r#"
        py password = "kX9"                               ⇒ password -> kX9, Variable
        py password: str = "kX9"                          ⇒ password -> kX9, Variable
        py a = password = "kX9"                           ⇒ password -> kX9, Variable
        py self.password = b"kX9"                         ⇒ self.password -> kX9, Variable
        py {"password": "kX9"}                            ⇒ password -> kX9, Variable
        py dict(password="kX9")                           ⇒ password -> kX9, Variable
        py connect("h", password="kX9")                   ⇒ password -> kX9, Variable
        py def f(user, password="kX9"): pass              ⇒ password -> kX9, Variable
        py def f(password: str = "kX9"): pass             ⇒ password -> kX9, Variable
        py os.environ["DB_PASSWORD"] = "kX9"              ⇒ DB_PASSWORD -> kX9, Variable
        py k = os.getenv("API_KEY", "kX9")                ⇒ API_KEY -> kX9, Default
        py k = os.environ.get("API_KEY") or "kX9"         ⇒ API_KEY -> kX9, Default
        py token = "kX9" if x else "aB7"                  ⇒ token -> kX9, Variable; token -> aB7, Variable
        py if token == "kX9": pass                        ⇒ token -> kX9, Comparison
        py if d["token"] != "kX9": pass                   ⇒ token -> kX9, Comparison
        py password = "kX9" "aB7"                         ⇒ password -> kX9aB7, Variable
        py password = ("kX9"⏎ "aB7")                      ⇒ password -> kX9aB7, Variable
        py password = "kX9" + "aB7"                       ⇒ password -> kX9aB7, Variable
        py password = f"kX9{x}"                           ⇒
        py password = f"kX9"                              ⇒ password -> kX9, Variable
        py password = "kX9%s" % x                         ⇒
        py password = "kX9{}".format(x)                   ⇒
        py password = r"a\b"                              ⇒ password -> a\b, Variable
        py password = base64.b64decode("kX9")             ⇒ password -> kX9, Variable
        py password = "kX9".encode("utf-8")               ⇒ password -> kX9, Variable
        py password = "kX9".decode("hex")                 ⇒ password -> kX9, Variable
        py password = bytes.fromhex("kX9")                ⇒ password -> kX9, Variable
        py password = SecretStr("kX9")                    ⇒ password -> kX9, Variable
        py run(["x", "--password", "kX9"])                ⇒ --password -> kX9, Flag
        py x = ("password", "kX9")                        ⇒ password -> kX9, Argument
        py choices = ["open", "psk", "kX9"]               ⇒
        py user, password = "x", "kX9"                    ⇒ password -> kX9, Variable
        py with f("x") as password: pass                  ⇒
        "#,
    );
}

#[test]
fn bindings_of_go() {
    check(
        r#"
        go const password = "kX9"                         ⇒ password -> kX9, Variable
        go const (⏎ password string = "kX9"⏎ )            ⇒ password -> kX9, Variable
        go var password = `kX9`                           ⇒ password -> kX9, Variable
        go func f() { password := "kX9" }                 ⇒ password -> kX9, Variable
        go func f() { user, password := "x", "kX9" }      ⇒ password -> kX9, Variable
        go func f() { c.password = "kX9" }                ⇒ c.password -> kX9, Variable
        go func f() { m["password"] = "kX9" }             ⇒ password -> kX9, Variable
        go var o = &redis.Options{Password: "kX9"}        ⇒ Password -> kX9, Variable
        go var m = map[string]string{"password": "kX9"}   ⇒ password -> kX9, Variable
        go var password = []byte("kX9")                   ⇒ password -> kX9, Variable
        go var password = "kX9" + "aB7"                   ⇒ password -> kX9aB7, Variable
        go func f() { if token == "kX9" {} }              ⇒ token -> kX9, Comparison
        go func f() { os.Setenv("DB_PASSWORD", "kX9") }   ⇒ DB_PASSWORD -> kX9, Argument
        go var p = flag.String("password", "kX9", "use")  ⇒ password -> kX9, Argument
        go var c = exec.Command("x", "--password", "kX9") ⇒ --password -> kX9, Flag
        go func f() { r.Header.Set("X-Api-Key", "kX9") }  ⇒ X-Api-Key -> kX9, Argument
        go func f() { c.SetPassword("kX9") }              ⇒ c.SetPassword -> kX9, Argument
        go type A struct { P string `password:"kX9"` }    ⇒
        go func f() { switch x { case "password": } }     ⇒
        go var password = os.Getenv("kX9")                ⇒
        "#,
    );
}

#[test]
fn bindings_of_java() {
    check(
        r#"
        java class A { String password = "kX9"; }         ⇒ password -> kX9, Variable
        java class A { void f() { this.password = "kX9"; } } ⇒ this.password -> kX9, Variable
        java class A { void f() { var password = "kX9"; } } ⇒ password -> kX9, Variable
        java class A { char[] password = "kX9".toCharArray(); } ⇒ password -> kX9, Variable
        java class A { byte[] password = "kX9".getBytes(UTF_8); } ⇒ password -> kX9, Variable
        java class A { String password = "kX9" + "aB7"; } ⇒ password -> kX9aB7, Variable
        java class A { String[] passwords = {"kX9", "aB7"}; } ⇒ passwords -> kX9, Item; passwords -> aB7, Item
        java class A { void f() { c.setPassword("kX9"); } } ⇒ c.setPassword -> kX9, Argument
        java class A { void f() { p.put("password", "kX9"); } } ⇒ password -> kX9, Argument
        java class A { void f() { p.getOrDefault("token", "kX9"); } } ⇒ token -> kX9, Default
        java class A { void f() { if (token == "kX9") {} } } ⇒ token -> kX9, Comparison
        java class A { void f() { if (token.equals("kX9")) {} } } ⇒ token -> kX9, Comparison
        java class A { void f() { if ("kX9".equals(token)) {} } } ⇒ token -> kX9, Comparison
        java class A { Object m = Map.of("user", "x", "password", "kX9"); } ⇒ password -> kX9, Argument
        java class A { @Property(name = "password", value = "kX9") int a; } ⇒ password -> kX9, Variable
        java class A { @Login(password = "kX9") int a; }  ⇒ password -> kX9, Variable
        java class A { void f() { System.getenv("PASSWORD"); } } ⇒
        java enum A { PASSWORD("kX9"); }                  ⇒
        java class A { void f() { switch (x) { case "password": g("kX9"); } } } ⇒
        "#,
    );
}

#[test]
fn bindings_of_rust() {
    check(
        r##"
        rs const PASSWORD: &str = "kX9";                  ⇒ PASSWORD -> kX9, Variable
        rs static PASSWORD: &[u8] = b"kX9";               ⇒ PASSWORD -> kX9, Variable
        rs const PASSWORD: &str = r"a\b";                 ⇒ PASSWORD -> a\b, Variable
        rs const PASSWORD: &str = r#"k"9"#;               ⇒ PASSWORD -> k"9, Variable
        rs fn f() { let password = "kX9".to_string(); }   ⇒ password -> kX9, Variable
        rs fn f() { let password = String::from("kX9"); } ⇒ password -> kX9, Variable
        rs fn f() { let password = Some("kX9".into()); }  ⇒ password -> kX9, Variable
        rs fn f() { let mut password: String = "kX9".into(); } ⇒ password -> kX9, Variable
        rs fn f() { self.password = "kX9"; }              ⇒ self.password -> kX9, Variable
        rs fn f() { let c = Config { password: "kX9".to_owned(), ..d }; } ⇒ password -> kX9, Variable
        rs fn f() { m.insert("password", "kX9"); }        ⇒ password -> kX9, Argument
        rs fn f() { c.password("kX9"); }                  ⇒ c.password -> kX9, Argument
        rs fn f() { if token == "kX9" {} }                ⇒ token -> kX9, Comparison
        rs fn f() { env::var("API_KEY").unwrap_or("kX9".to_string()); } ⇒ API_KEY -> kX9, Default
        rs fn f() { env::var("API_KEY").unwrap_or_else(|_| "kX9".into()); } ⇒ API_KEY -> kX9, Default
        rs fn f() { let password = env::var("kX9"); }     ⇒
        rs fn f() { let password = format!("kX9"); }      ⇒
        rs fn f() { match x { "password" => g("kX9") } }  ⇒
        "##,
    );
}

#[test]
fn bindings_of_ruby() {
    check(
        r#"
        rb password = "kX9"                               ⇒ password -> kX9, Variable
        rb @password = 'kX9'                              ⇒ @password -> kX9, Variable
        rb PASSWORD = 'kX9'.freeze                        ⇒ PASSWORD -> kX9, Variable
        rb config.password = "kX9"                        ⇒ config.password -> kX9, Variable
        rb config[:password] = "kX9"                      ⇒ password -> kX9, Variable
        rb config["password"] = "kX9"                     ⇒ password -> kX9, Variable
        rb x = { password: "kX9", :token => "aB7" }       ⇒ password -> kX9, Variable; token -> aB7, Variable
        rb x = { "password" => "kX9" }                    ⇒ password -> kX9, Variable
        rb connect("h", password: "kX9")                  ⇒ password -> kX9, Variable
        rb connect "h", password: "kX9"                   ⇒ password -> kX9, Variable
        rb def f(user, password = "kX9"); end             ⇒ password -> kX9, Variable
        rb def f(password: "kX9"); end                    ⇒ password -> kX9, Variable
        rb k = ENV["API_KEY"] || "kX9"                    ⇒ API_KEY -> kX9, Default
        rb k = ENV.fetch("API_KEY", "kX9")                ⇒ API_KEY -> kX9, Default
        rb set :session_secret, "kX9"                     ⇒ session_secret -> kX9, Argument
        rb token = x ? "kX9" : "aB7"                      ⇒ token -> kX9, Variable; token -> aB7, Variable
        rb f if token == "kX9"                            ⇒ token -> kX9, Comparison
        rb password ||= "kX9"                             ⇒ password -> kX9, Variable
        rb password = "kX9#{x}"                           ⇒
        rb password_type = :kX9                           ⇒
        rb password = fetch("kX9")                        ⇒
        "#,
    );
}

#[test]
fn bindings_of_php() {
    check(
        r#"
        php <?php $password = "kX9";                      ⇒ $password -> kX9, Variable
        php <?php $this->password = 'kX9';                ⇒ password -> kX9, Variable
        php <?php const PASSWORD = 'kX9';                 ⇒ PASSWORD -> kX9, Variable
        php <?php class A { const PASSWORD = 'kX9'; }     ⇒ PASSWORD -> kX9, Variable
        php <?php class A { private string $password = 'kX9'; } ⇒ $password -> kX9, Variable
        php <?php class A { function __construct(private $password = 'kX9') {} } ⇒ $password -> kX9, Variable
        php <?php function f($password = 'kX9') {}        ⇒ $password -> kX9, Variable
        php <?php $x = ['password' => 'kX9', 'a' => 1];   ⇒ password -> kX9, Variable
        php <?php $x = array('password' => 'kX9');        ⇒ password -> kX9, Variable
        php <?php $x['password'] = 'kX9';                 ⇒ password -> kX9, Variable
        php <?php define('DB_PASSWORD', 'kX9');           ⇒ DB_PASSWORD -> kX9, Argument
        php <?php f(password: 'kX9');                     ⇒ password -> kX9, Variable
        php <?php $k = getenv('API_KEY') ?: 'kX9';        ⇒ API_KEY -> kX9, Default
        php <?php $k = $_ENV['API_KEY'] ?? 'kX9';         ⇒ API_KEY -> kX9, Default
        php <?php $k = env('API_KEY', 'kX9');             ⇒ API_KEY -> kX9, Default
        php <?php if ($token === 'kX9') {}                ⇒ $token -> kX9, Comparison
        php <?php if (hash_equals('kX9', $token)) {}      ⇒ $token -> kX9, Comparison
        php <?php $c->setPassword('kX9');                 ⇒ setPassword -> kX9, Argument
        php <?php $password = 'kX9' . 'aB7';              ⇒ $password -> kX9aB7, Variable
        php <?php $password = "kX9$x";                    ⇒
        php <?php $password = $_POST['kX9'];              ⇒
        php <?php enum A: string { case Password = 'kX9'; } ⇒
        "#,
    );
}

#[test]
fn steps_in_their_order() {
    let text = "import os\nfrom a.b import c as d\n\n@cache\ndef load(name, retries=3):\n    r = client.get_secret_value(SecretId=name)\n    return json.loads(r[\"SecretString\"])[\"password\"]\n\ndef handler(event, context):\n    p = load(\"x\")\n    print(f\"p={p}\")\n";
    insta::assert_snapshot!(told("py", text));
}

#[test]
fn steps_of_javascript() {
    let text = "import { SSM as S } from \"@aws-sdk/client-ssm\";\nconst jwt = require(\"jsonwebtoken\");\nconst { a, b: { c } } = load();\nexports.handler = async ({ body }, context) => {\n  const { SecretString: s } = await new SecretsManager({ region }).send(new GetSecretValueCommand({ SecretId: id }));\n  for (const t of JSON.parse(s).tokens) { console.log(`t ${t}`); }\n  return { statusCode: 200, body: s };\n};\nclass A { get(x = 1) { throw new Error(this.key); } }\n";
    insta::assert_snapshot!(told("js", text));
}

/// Functions, imports and steps, a line each.
fn told(ending: &str, text: &str) -> String {
    let facts = program(ending, text).facts;
    let mut out = String::new();
    for i in &facts.imports {
        let name = i.name.as_deref().unwrap_or("all");
        out += &format!("import {name} of {} as {}\n", i.module, i.alias);
    }
    for (number, f) in facts.functions.iter().enumerate() {
        let parameters: Vec<&str> = f.parameters.iter().map(|p| p.name.dotted(text)).collect();
        let above: Vec<String> = f
            .decorators
            .iter()
            .map(|d| shown(d, &facts, text))
            .collect();
        out += &format!(
            "function {number} in {}: {}({}) {}\n",
            f.within,
            f.name,
            parameters.join(", "),
            above.join(" ")
        );
    }
    for step in &facts.steps {
        let action = match &step.action {
            Action::Call(n) => shown(&Expression::Call(*n), &facts, text),
            Action::Bind { target, value } => {
                format!("{} = {}", target.dotted(text), shown(value, &facts, text))
            }
            Action::Return(value) => format!("return {}", shown(value, &facts, text)),
            Action::Throw(value) => format!("throw {}", shown(value, &facts, text)),
            Action::Way { first } => format!("way{}", if *first { ", the first" } else { "" }),
            Action::Join { whole } => format!("join{}", if *whole { ", whole" } else { "" }),
        };
        out += &format!("{}: {}\n", step.function, action);
    }
    out
}

use crate::facts::code::{Action, Argument, Expression};

fn shown(value: &Expression, facts: &Facts, text: &str) -> String {
    let list = |values: &[Expression], sign: &str| {
        let values: Vec<String> = values.iter().map(|v| shown(v, facts, text)).collect();
        values.join(sign)
    };
    match value {
        Expression::Text(l) => format!("'{}'", l.text.as_deref().unwrap_or(&text[l.raw.range()])),
        Expression::Plain(span) => text[span.range()].to_owned(),
        Expression::Name(name) => name.dotted(text).to_owned(),
        Expression::Part { of, name, .. } => format!("{}[{name}]", shown(of, facts, text)),
        Expression::Call(number) => {
            let call = &facts.calls[*number as usize];
            let receiver = call.receiver.as_ref().map(|r| shown(r, facts, text) + ".");
            let argument = |a: &Argument| {
                let keyword = a.name.as_ref().map(|n| format!("{}=", n.dotted(text)));
                keyword.unwrap_or_default() + &shown(&a.value, facts, text)
            };
            let arguments: Vec<String> = call.arguments.iter().map(argument).collect();
            format!(
                "{}{}({})",
                receiver.unwrap_or_default(),
                call.callee.dotted(text),
                arguments.join(", ")
            )
        }
        Expression::Concat(values) => list(values, " + "),
        Expression::Either(values) => list(values, " | "),
        Expression::Map(members) => {
            let member = |m: &crate::facts::code::Member| {
                format!("{}: {}", m.name.dotted(text), shown(&m.value, facts, text))
            };
            format!(
                "{{{}}}",
                members.iter().map(member).collect::<Vec<_>>().join(", ")
            )
        }
        Expression::List(values) => format!("[{}]", list(values, ", ")),
        Expression::Function(number) => format!("function {number}"),
        Expression::Unknown(_) => "?".to_owned(),
    }
}

#[test]
fn what_stands_in_texts_is_left_to_the_plain_reader() {
    let text = "x = 'curl --password kX9'\n# password = \"aB7\"\npassword = f(\"cD5\")\n";
    let program = program("py", text);
    let texts: Vec<&str> = program.texts.iter().map(|s| &text[s.range()]).collect();
    assert_eq!(
        texts,
        ["'curl --password kX9'", "# password = \"aB7\"", "\"cD5\""]
    );
}

/// Neither depth nor length costs more than their share, and nothing is lost silently.
#[test]
fn deep_and_long_programs() {
    for (ending, unit, close) in [
        ("js", "[", "]"),
        ("js", "f(", ")"),
        ("js", "{a:", "}"),
        ("js", "a+", "b"),
        ("js", "a||", "b"),
        ("js", "x.y().", ""),
        ("js", "x=>", ""),
        ("py", "(", ")"),
        ("py", "f(", ")"),
        ("py", "'a'+", ""),
        ("py", "a[", "]"),
        ("ts", "<A>", ""),
        ("tsx", "<a b={", ""),
        ("go", "f(", ")"),
        ("go", "a.b().", ""),
        ("java", "f(", ")"),
        ("java", "\"a\"+", ""),
        ("php", "[", "]"),
        ("php", "'a'.", ""),
        ("rb", "a.", ""),
        ("rb", "[", "]"),
        ("rs", "f(", ")"),
        ("rs", "m!{", "}"),
    ] {
        let text = unit.repeat(20_000) + &close.repeat(20_000);
        let language = lang::of(&format!("a.{ending}")).unwrap();
        match read(&text, language) {
            Ok(program) => assert!(program.unwrap().facts.calls.len() <= 20_000, "{unit}"),
            Err(cut) => assert!(matches!(cut, Cut::Steps | Cut::Deep), "{unit}"),
        }
    }
    for (ending, unit, cut) in [
        ("js", "([{", Cut::Deep),
        ("js", "a?b:{\n", Cut::Deep),
        ("js", "a?b:{}\n", Cut::Steps),
        ("ts", "a<\n", Cut::Steps),
    ] {
        let noise = unit.repeat(450_000 / unit.len());
        let read = read(&noise, lang::of(&format!("a.{ending}")).unwrap());
        assert!(read.is_err_and(|why| why == cut), "{unit}");
    }
    let large = "a;\n".repeat(400_000);
    assert!(matches!(
        read(&large, lang::of("a.js").unwrap()),
        Err(Cut::Large)
    ));
}

proptest! {
    #[test]
    fn any_text_is_read(
        text in "(?s)(password|token|=|:|\"|'|`|\\$\\{|[{}()\\[\\],.+;#/<>@\n ]|def |class |return |import |from |for |in |of |=>|or |é|->|<\\?php |fn |let |:=|%w|%q|r#|.){0,60}",
    ) {
        for language in lang::LANGUAGES {
            let Ok(Some(program)) = read(&text, language) else { continue };
            for binding in &program.facts.bindings {
                prop_assert!(!text.get(binding.value.raw.range()).unwrap_or_default().is_empty());
                prop_assert!(text.get(binding.path.0[0].range()).is_some());
            }
            for step in &program.facts.steps {
                prop_assert!((step.function as usize) < program.facts.functions.len());
            }
        }
    }
}
