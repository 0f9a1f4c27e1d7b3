//! What is read of each way of writing a name and its value, and what is not.

use proptest::prelude::*;

use super::*;
use crate::facts::Format;
use crate::judge::names::STEMS;

use Format::{CLike, Config, Dash, Hash, Hcl, Json, Lisp, Markup, Prose, Python, Shell, Yaml};

const FORMATS: &[Format] = &[
    CLike, Python, Hash, Dash, Lisp, Shell, Yaml, Json, Config, Hcl, Markup, Prose,
];

/// Reads as the scan does.
fn read(text: &[u8], kind: Kind, stems: &[u32]) -> Facts {
    super::read(text, kind, stems, &docs::Docs::new(text, kind.format))
}

fn kind(format: Format) -> Kind {
    Kind {
        format,
        credential_file: false,
        generated: false,
    }
}

/// Where credential words may start, as the prefilter would say.
fn stems(text: &[u8]) -> Vec<u32> {
    let lower = text.to_ascii_lowercase();
    let starts = |i: &usize| STEMS.iter().any(|s| lower[*i..].starts_with(s.as_bytes()));
    (0..text.len()).filter(starts).map(|i| i as u32).collect()
}

/// All bindings, as `name -> value, Site`.
fn bindings(text: &str, kind: Kind) -> String {
    let facts = read(text.as_bytes(), kind, &stems(text.as_bytes()));
    let shown = |b: &Binding| {
        let (first, last) = (b.path.0[0], b.path.0[b.path.0.len() - 1]);
        let name = &text[first.start as usize..last.end as usize];
        let value = b
            .value
            .text
            .as_deref()
            .unwrap_or(&text[b.value.raw.range()]);
        format!("{name} -> {value}, {:?}", b.site)
    };
    facts
        .bindings
        .iter()
        .map(shown)
        .collect::<Vec<_>>()
        .join(" | ")
}

/// Checks a table: a line has a format, a text (with `⏎` and `␍` for the ends of its lines), and what is read of it. All
/// of it before it fails, so that one run shows all that is wrong.
fn check(table: &str) {
    let mut wrong = String::new();
    for row in table.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (format, rest) = row.split_once(' ').expect("a format");
        let (text, expected) = rest.split_once('⇒').unwrap_or((rest, ""));
        let format = FORMATS.iter().find(|f| format!("{f:?}") == format);
        let read = bindings(&lines(text), kind(*format.expect("a format")));
        if read != lines(expected) {
            wrong += &format!("{row}\n  read {read}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// A text as it is meant.
fn lines(text: &str) -> String {
    text.trim().replace('⏎', "\n").replace('␍', "\r")
}

/// Nothing is read of any of these.
fn check_silent(table: &str) {
    assert!(!table.contains('⇒'));
    check(table);
}

#[test]
fn assignments_of_source_code() {
    check(
        r##"
        CLike  password = 'kX9';                                   ⇒ password -> kX9, Variable
        CLike  { apiKey: "kX9" }                                   ⇒ apiKey -> kX9, Variable
        CLike  { "api-key": `kX9` }                                ⇒ api-key -> kX9, Variable
        CLike  $db_password = 'kX9';                               ⇒ db_password -> kX9, Variable
        CLike  'password' => 'kX9',                                ⇒ password -> kX9, Variable
        CLike  sign('', 'secret') => 'kX9'                             ⇒
        CLike  token := "kX9"                                      ⇒ token -> kX9, Variable
        CLike  $this->token ??= 'kX9';                             ⇒ token -> kX9, Variable
        CLike  define('DB_PASSWORD', 'kX9');                       ⇒ DB_PASSWORD -> kX9, Argument
        CLike  config["secret"] = "kX9";                           ⇒ secret -> kX9, Variable
        Hash   config[:password] = 'kX9'                           ⇒ password -> kX9, Variable
        Hash   :password => 'kX9'                                  ⇒ password -> kX9, Variable
        Hash   password <- "kX9"                                   ⇒ password -> kX9, Variable
        Python password = b'kX9'                                   ⇒ password -> kX9, Variable
        Python self.api_token = r"kX9"                             ⇒ self.api_token -> kX9, Variable
        Python connect(password="kX9")                             ⇒ password -> kX9, Variable
        Dash   local password = "kX9"                              ⇒ password -> kX9, Variable
        Hcl    master_password = "kX9"                             ⇒ master_password -> kX9, Variable
        Lisp   password: "kX9"                                     ⇒ password -> kX9, Variable
        CLike  password = "k\"X\u0039\n";                          ⇒ password -> k"X9⏎, Variable
        Json   {"password":"kX9","token" : "aB7"}                  ⇒ password -> kX9, Variable | token -> aB7, Variable
        "##,
    );
}

#[test]
fn declarations_with_types() {
    check(
        r##"
        CLike  const password: string = "kX9";                     ⇒ password -> kX9, Variable
        CLike  const API_KEY: &'static str = "kX9";                ⇒ API_KEY -> kX9, Variable
        CLike  const API_KEY: &str = "kX9";                        ⇒ API_KEY -> kX9, Variable
        CLike  var password string = "kX9"                         ⇒ password -> kX9, Variable
        CLike  val password: String = "kX9"                        ⇒ password -> kX9, Variable
        CLike  let password: String? = "kX9"                       ⇒ password -> kX9, Variable
        CLike  char password[] = "kX9";                            ⇒ password -> kX9, Variable
        CLike  char password[32] = "kX9";                          ⇒ password -> kX9, Variable
        CLike  private const string Secret = "kX9";                ⇒ Secret -> kX9, Variable
        CLike  private name = "kX9";                               ⇒
        CLike  KeyType name = "kX9";                               ⇒
        CLike  String password = "kX9";                            ⇒ password -> kX9, Variable
        CLike  Dim password As String = "kX9"                      ⇒ password -> kX9, Variable
        CLike  public string Password { get; set; } = "kX9";       ⇒ Password -> kX9, Variable
        CLike  password?: string = 'kX9'                           ⇒ password -> kX9, Variable
        Python password: Optional[str] = "kX9"                     ⇒ password -> kX9, Variable
        "##,
    );
}

#[test]
fn configuration() {
    check(
        r##"
        Config password=kX9                                        ⇒ password -> kX9, Variable
        Config password = kX9 # old                                ⇒ password -> kX9, Variable
        Config password = kX9#7                                    ⇒ password -> kX9#7, Variable
        Config db.password: k X9                                   ⇒ db.password -> k X9, Variable
        Config DB_PASSWORD='kX9'␍⏎                                 ⇒ DB_PASSWORD -> kX9, Variable
        Config export DB_PASSWORD=kX9                              ⇒ DB_PASSWORD -> kX9, Variable
        Config token = "kX9" ; old                                 ⇒ token -> kX9, Variable
        Config api-key = ["kX9", 'aB7']                            ⇒ api-key -> kX9, Item | api-key -> aB7, Item
        Config url=jdbc:x://h/d;user=u;password=kX9;ssl=true       ⇒ password -> kX9, Variable
        Config password=${DB_PASSWORD:-kX9}                        ⇒ password -> ${DB_PASSWORD:-kX9}, Variable | DB_PASSWORD -> kX9, Default
        Config url=${db.password:kX9}                              ⇒ db.password -> kX9, Default
        Yaml   password: kX9                                       ⇒ password -> kX9, Variable
        Yaml   password: 'kX9' # old                               ⇒ password -> kX9, Variable
        Yaml   password: !!str kX9                                 ⇒ password -> kX9, Variable
        Yaml   db: {password: kX9, user: u}                        ⇒ password -> kX9, Variable
        Yaml   db: {password: a["x"], user: u}                     ⇒ password -> a["x"], Variable
        Yaml   db: {user: u, password: kX9}                        ⇒ password -> kX9, Variable
        Yaml   password: |⏎  kX9⏎                                  ⇒ password -> kX9, Variable
        Yaml   password: >+⏎  kX9⏎                                 ⇒ password -> kX9, Variable
        Yaml   password:⏎  "kX9"⏎                                  ⇒ password -> kX9, Variable
        Yaml   - --password=kX9                                    ⇒ password -> kX9, Flag
        Yaml   cmd: run -e TOKEN=kX9 image                         ⇒ TOKEN -> kX9, Variable
        Yaml   image: x?token=kX9&y=1                              ⇒ token -> kX9, Query
        "##,
    );
}

#[test]
fn lists_under_a_name() {
    check(
        r##"
        Yaml   passwords:⏎  - kX9⏎  - "aB7"⏎next: x⏎               ⇒ passwords -> kX9, Item | passwords -> aB7, Item
        Yaml   passwords:⏎- kX9⏎- aB7 # old⏎                       ⇒ passwords -> kX9, Item | passwords -> aB7, Item
        Yaml   passwords: [kX9, "aB7"]                             ⇒ passwords -> kX9, Item | passwords -> aB7, Item
        Json   "tokens": ["kX9", "aB7"]                            ⇒ tokens -> kX9, Item | tokens -> aB7, Item
        Json   "tokens": [⏎  "kX9",⏎  "aB7"⏎]                      ⇒ tokens -> kX9, Item | tokens -> aB7, Item
        CLike  const apiKeys = ['kX9', 'aB7'];                     ⇒ apiKeys -> kX9, Item | apiKeys -> aB7, Item
        Python TOKENS = (⏎    'kX9',⏎    'aB7',⏎)                  ⇒ TOKENS -> kX9, Item | TOKENS -> aB7, Item
        Python TOKENS = [⏎    'kX9']                               ⇒ TOKENS -> kX9, Variable
        "##,
    );
}

#[test]
fn values_on_the_next_line() {
    check(
        r##"
        CLike  password =⏎    "kX9";                               ⇒ password -> kX9, Variable
        CLike  password:⏎    'kX9',                                ⇒ password -> kX9, Variable
        Python password = \⏎    'kX9'                              ⇒ password -> kX9, Variable
        CLike  set(⏎  "password",⏎  "kX9",⏎);                      ⇒ password -> kX9, Argument
        Hcl    password =⏎  "kX9"                                  ⇒ password -> kX9, Variable
        "##,
    );
}

#[test]
fn names_that_are_values() {
    check(
        r##"
        Json   {"name": "DB_PASSWORD", "value": "kX9"}             ⇒ DB_PASSWORD -> kX9, Variable
        Json   {⏎ "Key": "DB_PASSWORD",⏎ "Value": "kX9"⏎}          ⇒ DB_PASSWORD -> kX9, Variable
        Json   {"ParameterKey": "Password", "ParameterValue": "kX9"} ⇒ Password -> kX9, Variable
        Yaml   - name: DB_PASSWORD⏎  value: kX9⏎                   ⇒ DB_PASSWORD -> kX9, Variable
        Yaml   - name: "DB_PASSWORD"⏎  value: "kX9"⏎               ⇒ DB_PASSWORD -> kX9, Variable
        Hcl    name  = "DB_PASSWORD"⏎value = "kX9"                 ⇒ DB_PASSWORD -> kX9, Variable
        Hcl    x = <<EOF⏎db:⏎  password: kX9⏎EOF                   ⇒ password -> kX9, Variable
        Hcl    x = <<-A⏎  [db]⏎  password = kX9 # c⏎  A             ⇒ password -> kX9, Variable
        Hcl    x = <<A⏎#!/bin/sh⏎export PASSWORD=kX9⏎A             ⇒ PASSWORD -> kX9, Environment
        Hcl    x = <<A⏎{ "password": "kX9" }⏎A                     ⇒ password -> kX9, Variable
        Hcl    x = <<A⏎a: 1⏎A⏎password = kX9                       ⇒
        Markup <add key="Password" value="kX9"/>                   ⇒ Password -> kX9, Variable
        Markup <property name="password" value='kX9'/>             ⇒ password -> kX9, Variable
        "##,
    );
    check_silent(
        r##"
        Yaml   - name: DB_PASSWORD⏎  valueFrom:⏎    x: y⏎
        Yaml   - name: DB_PASSWORD⏎  other: kX9⏎
        Json   {"name": "DB_PASSWORD", "valueFrom": "kX9"}
        "##,
    );
}

#[test]
fn markup() {
    check(
        r##"
        Markup <password>kX9</password>                            ⇒ password -> kX9, Element
        Markup <apiKey>⏎  kX9⏎</apiKey>                            ⇒ apiKey -> kX9, Element
        Markup <token><![CDATA[kX9]]></token>                      ⇒ token -> kX9, Element
        Markup <db password="kX9" user='u'/>                       ⇒ password -> kX9, Variable
        Markup <add connectionString="Server=h;Password=kX9;"/>    ⇒ connectionString -> Server=h;Password=kX9;, Variable | Password -> kX9, Variable
        Markup <p>Password: kX9</p>                                ⇒ Password -> kX9, Variable
        "##,
    );
    check_silent(
        r##"
        Markup <input type="password" name="password" placeholder="Your password">
        Markup <label for="password">Password:</label>
        Markup <label>Password: <input id="password"></label>
        Markup <password></password>
        Markup <password><b>x</b></password>
        Markup <p>Password: it must have digits in it</p>
        "##,
    );
}

#[test]
fn shells_and_commands() {
    check(
        r##"
        Shell  export TOKEN=kX9                                    ⇒ TOKEN -> kX9, Environment
        Shell  PASSWORD=kX9 run; x                                 ⇒ PASSWORD -> kX9, Environment
        Shell  PASSWORD='k X9'                                     ⇒ PASSWORD -> k X9, Environment
        Shell  ENV DB_PASSWORD kX9                                 ⇒ DB_PASSWORD -> kX9, Variable
        Shell  ENV DB_PASSWORD=kX9                                 ⇒ DB_PASSWORD -> kX9, Environment
        Shell  ARG TOKEN=kX9                                       ⇒ TOKEN -> kX9, Environment
        Shell  docker run -e TOKEN=kX9 image                       ⇒ TOKEN -> kX9, Environment
        Shell  run --password kX9 --user u                         ⇒ password -> kX9, Flag
        Shell  run --password=kX9                                  ⇒ password -> kX9, Flag
        Shell  java -Ddb.password=kX9 -jar x                       ⇒ db.password -> kX9, Flag
        Shell  java -Dpassword=kX9                                 ⇒ password -> kX9, Flag
        Shell  PASSWORD=${PASSWORD:-kX9}                           ⇒ PASSWORD -> ${PASSWORD:-kX9}, Environment | PASSWORD -> kX9, Default
        Shell  run "${DB_PASSWORD:-kX9}"                           ⇒ DB_PASSWORD -> kX9, Default
        Shell  TOKEN ?= kX9                                        ⇒ TOKEN -> kX9, Environment
        Shell  openssl rsa -passin pass:kX9 -in x                  ⇒ passin -> kX9, Flag
        Shell  curl -H "X-Api-Key: kX9" h                          ⇒ X-Api-Key -> kX9, Header
        Shell  curl 'https://h/x?token=kX9&y=1'                    ⇒ token -> kX9, Query
        Shell  curl https://h/x?a=b&token=kX9                      ⇒ token -> kX9, Query
        Shell  $password = ConvertTo-SecureString "kX9" -AsPlainText ⇒ password -> kX9, Environment
        Shell  $password = (ConvertTo-SecureString -String 'kX9' -AsPlainText) ⇒ password -> kX9, Environment
        CLike  run("--password", "kX9")                            ⇒ password -> kX9, Flag
        CLike  ["x", "--password", "kX9", "-v"]                    ⇒ password -> kX9, Flag
        CLike  run("x --token=kX9 y")                              ⇒ token -> kX9, Flag
        "##,
    );
    let netrc = Kind {
        credential_file: true,
        ..kind(Config)
    };
    for (text, expected) in [
        (
            "machine h login u password kX9\n",
            "password -> kX9, Variable",
        ),
        (
            "machine h\n  user u\n  password kX9\n",
            "password -> kX9, Variable",
        ),
    ] {
        assert_eq!(bindings(text, netrc), expected);
    }
}

#[test]
fn databases() {
    check(
        r##"
        Dash   CREATE USER a IDENTIFIED BY 'kX9';                  ⇒ IDENTIFIED -> kX9, Variable
        Dash   create user a identified with caching_sha2_password by 'kX9' ⇒ identified -> kX9, Variable
        Dash   ALTER ROLE a WITH PASSWORD 'kX9';                   ⇒ PASSWORD -> kX9, Variable
        Dash   SET PASSWORD FOR a = PASSWORD('kX9');               ⇒ PASSWORD -> kX9, Argument
        Dash   CREATE LOGIN a WITH PASSWORD = N'kX9'               ⇒ PASSWORD -> kX9, Variable
        Python run("CREATE USER a IDENTIFIED BY 'kX9'")            ⇒ IDENTIFIED -> kX9, Variable
        Shell  psql -c "ALTER USER a PASSWORD 'kX9'"               ⇒ PASSWORD -> kX9, Variable
        CLike  "Server=h;User Id=u;Password=kX9;"                  ⇒ Password -> kX9, Variable
        CLike  "Server = h; Password = kX9"                        ⇒ Password -> kX9, Variable
        CLike  "AccountName=n;AccountKey=kX9aB7=="                 ⇒ AccountKey -> kX9aB7==, Variable
        CLike  "host=h password='kX9'"                             ⇒ password -> kX9, Variable
        "##,
    );
    check_silent(
        r##"
        Dash   CREATE TABLE t (password VARCHAR(255) NOT NULL, token text);
        Dash   INSERT INTO t ("password", "email", "name") VALUES (1)
        Dash   SELECT password, 'x' FROM t
        Dash   `password` varchar(255) DEFAULT NULL,
        "##,
    );
}

#[test]
fn calls() {
    check(
        r##"
        CLike  x.setPassword("kX9")                                ⇒ x.setPassword -> kX9, Argument
        CLike  password = Base64.decode("kX9")                     ⇒ password -> kX9, Variable
        CLike  const key = Buffer.from('kX9', 'hex')               ⇒ key -> kX9, Variable
        CLike  secret: new SecretStr("kX9")                        ⇒ secret -> kX9, Variable
        Python secret = base64.b64encode(bytes('kX9', 'ascii'))    ⇒ secret -> kX9, Variable
        Python x = os.getenv("DB_PASSWORD", "kX9")                 ⇒ DB_PASSWORD -> kX9, Default
        Python password = os.environ.get('X', 'kX9')               ⇒ password -> kX9, Variable
        Python x = os.environ.get('TOKEN') or 'kX9'                ⇒ TOKEN -> kX9, Default
        CLike  x = process.env.DB_PASSWORD || 'kX9'                ⇒ process.env.DB_PASSWORD -> kX9, Default
        CLike  x = process.env['TOKEN'] ?? "kX9"                   ⇒ TOKEN -> kX9, Default
        CLike  @Value("${db.password:kX9}")                        ⇒ db.password -> kX9, Default
        CLike  props.put("password", "kX9");                       ⇒ password -> kX9, Argument
        CLike  f(x, ["password", "kX9"])                           ⇒ password -> kX9, Argument
        Hash   fetch('API_KEY', 'kX9')                             ⇒ API_KEY -> kX9, Default
        "##,
    );
}

#[test]
fn headers_and_text_within_strings() {
    check(
        r##"
        CLike  headers["Authorization"] = "kX9";                   ⇒ Authorization -> kX9, Header
        Python {'X-Auth-Token': 'kX9'}                             ⇒ X-Auth-Token -> kX9, Header
        CLike  req.setHeader('X-Api-Key', 'kX9')                   ⇒ X-Api-Key -> kX9, Header
        CLike  ["Authorization: Bearer kX9"]                       ⇒ Authorization -> kX9, Header
        CLike  s = "{\"password\": \"kX9\"}"                       ⇒ password -> kX9, Variable
        CLike  s = '{"password": "kX9"}'                           ⇒ password -> kX9, Variable
        CLike  get("https://h/x?token=kX9&y=1")                    ⇒ token -> kX9, Query
        CLike  s = "user=u&password=kX9"                           ⇒ password -> kX9, Query
        "##,
    );
}

#[test]
fn comparisons() {
    check(
        r##"
        CLike  if (password === 'kX9')                             ⇒ password -> kX9, Comparison
        Python if token == "kX9":                                  ⇒ token -> kX9, Comparison
        CLike  $_POST['password'] != 'kX9'                         ⇒ password -> kX9, Comparison
        "##,
    );
}

#[test]
fn voices() {
    for (format, text, voice) in [
        (CLike, "// password = \"kX9\"", Voice::Comment),
        (CLike, "/* password = \"kX9\" */", Voice::Comment),
        (CLike, " * password: kX9", Voice::Comment),
        (CLike, "f(/* the key */ password = \"kX9\")", Voice::Code),
        (CLike, "u = \"https://h\"; password = \"kX9\"", Voice::Code),
        (Python, "# password: kX9", Voice::Comment),
        (
            Python,
            "\"\"\"Use it.\n\npassword = 'kX9'\n\"\"\"",
            Voice::Documentation,
        ),
        (
            Python,
            "SQL = \"\"\"\npassword = 'kX9'\n\"\"\"",
            Voice::Code,
        ),
        (Hash, "# password = 'kX9'", Voice::Comment),
        (Yaml, "# password: kX9", Voice::Comment),
        (Shell, "x=1 # password=kX9", Voice::Comment),
        (Shell, "x=a#b password=kX9", Voice::Code),
        (Config, "; password = kX9", Voice::Comment),
        (Config, "# password = kX9", Voice::Comment),
        (Hcl, "// password = \"kX9\"", Voice::Comment),
        (Dash, "-- password = 'kX9'", Voice::Comment),
        (Lisp, "; password = \"kX9\"", Voice::Comment),
        (Markup, "<!-- password=\"kX9\" -->", Voice::Comment),
        (Markup, "<!-- old --> <a password=\"kX9\"/>", Voice::Code),
        (Prose, "password: kX9", Voice::Code),
    ] {
        let facts = read(text.as_bytes(), kind(format), &stems(text.as_bytes()));
        let read: Vec<_> = facts
            .bindings
            .iter()
            .map(|b| (&text[b.value.raw.range()], b.voice))
            .collect();
        assert_eq!(read, [("kX9", voice)], "{format:?} {text}");
    }
}

#[test]
fn prose() {
    check(
        r##"
        Prose  Password: kX9                                       ⇒ Password -> kX9, Variable
        Prose  The password is set with password=kX9 in it.        ⇒ password -> kX9, Variable
        Prose  API key: `kX9`                                      ⇒ API key -> kX9, Variable
        "##,
    );
    check_silent(
        r##"
        Prose  The password: it is used to log in to the server.
        Prose  A token is a piece of text.
        Prose  | password | string | the password |
        Prose  Password: ********
        "##,
    );
}

#[test]
fn what_is_no_binding() {
    check_silent(
        r##"
        Python password = get_password()
        Python password = get_password('x', y)
        CLike  { password: this.password, token }
        CLike  password: string;
        CLike  password: 'a' | 'b';
        CLike  String password, String token
        CLike  function setPassword(password) {
        Python def login(user, password):
        Python password = f"{x}kX9"
        CLike  password = `${x}kX9`
        Hash   password = "#{x}kX9"
        CLike  password = $"{x}kX9"
        Shell  PASSWORD="$(cat x)"
        CLike  password = "kX9" + x
        CLike  $password = 'kX9' . $x
        Dash   password = 'kX9' || x
        Dash   password = "kX9" .. x
        Python password = "%s" % x
        Python password = '{}'.format(x)
        Python password.encode("utf-8")
        CLike  token.split(".")
        Python if password in ("kX9", "aB7"):
        Python if not password:⏎    """x"""
        Python choices=['open', 'psk', '8021x-meraki']
        Python choices=[⏎    'open',⏎    'psk',⏎    '8021x-meraki',⏎]
        Python words = [⏎    'password',⏎    'kX9',⏎    'aB7',⏎]
        CLike  arn:aws:secretsmanager:us-east-1:1:secret:name
        CLike  x = "arn:aws:secretsmanager:us-east-1:1:secret:name"
        CLike  re = /password=([a-z]+)/
        Python re.compile(r"password=(\w+)")
        Python re.compile(r"token=[a-z]+")
        CLike  std::token::x
        CLike  get("https://h/x?token=" + x)
        Shell  curl https://h/x?token=⏎"kX9"
        Prose  ![x](https://h/x.svg?token=kX9)
        Json   {"password": null, "token": {"x": 1}}
        Config password=⏎
        Config password=⏎"other"=x⏎
        Yaml   password:⏎other: x⏎
        Yaml   key: {}⏎
        "##,
    );
}

/// Bare values are read in comments; of a bundle, what looks like a comment is the middle of an expression.
#[test]
fn comments_of_bundles_are_none() {
    let text = r#"var u="x".replace(/\/\//,a);r.idToken=t,Oa(e,r)}"#;
    let of = |generated| Kind {
        generated,
        ..kind(CLike)
    };
    assert_eq!(bindings("// idToken=t8kX9", of(true)), "");
    assert_eq!(bindings(text, of(true)), "");
    assert_ne!(bindings("// idToken=t8kX9", of(false)), "");
}

/// In data packed into lines of one length words stand by chance.
#[test]
fn packed_data_binds_nothing() {
    let line = "v{LOioerhGTJH4ad%{Nq3x46cwlyLhzc!PW=UKTzK%%?ErMPipTAc?aQ_a=!Lk=_P8;igs*L94&<M";
    let other = line.replace("PW=", "QW%");
    let packed = format!("x\n{other}\n{line}\n{other}\n");
    assert_eq!(bindings(&packed, kind(Config)), "");
    assert_eq!(bindings(&packed.replace('\n', "\r\n"), kind(Config)), "");
    let alone = format!("{}\n{line}\n{other}\n", &other[1..]);
    assert_ne!(bindings(&alone, kind(Config)), "");
}

/// Were each name read up to the end of what it is bound to, these would take minutes.
#[test]
fn names_in_each_others_values_are_read_once() {
    const TIMES: u32 = 20_000;
    for unit in [
        "password=",
        "password: ",
        "?token=",
        "\"password=",
        "password=\"\"\"",
    ] {
        let text = unit.repeat(TIMES as usize);
        let length = unit.len() as u32;
        let stem = stems(unit.as_bytes())[0];
        let stems: Vec<u32> = (0..TIMES).map(|i| i * length + stem).collect();
        for &format in FORMATS {
            let facts = read(text.as_bytes(), kind(format), &stems);
            let mut values = facts.bindings.iter().map(|b| b.value.raw);
            assert!(values.all(|v| v.len() < REACH), "{format:?} {unit}");
        }
    }
}

proptest! {
    #[test]
    fn spans_stand_within_the_text(
        text in "(?s)(pass|token|key|\\$\\{|[\"'`\\\\=:,;&?<>()\\[\\]{}|#/ \n\r\t.-]|value|env |by |é|😀|.){0,60}",
        mut marks in prop::collection::vec(any::<u32>(), 0..20),
        credential_file: bool,
    ) {
        let length = text.len() as u32 + 2;
        marks.iter_mut().for_each(|m| *m %= length);
        marks.extend(stems(text.as_bytes()));
        marks.sort_unstable();
        for &format in FORMATS {
            let kind = Kind { credential_file, ..kind(format) };
            for binding in read(text.as_bytes(), kind, &marks).bindings {
                prop_assert!(!text.get(binding.value.raw.range()).unwrap_or_default().is_empty());
                prop_assert!(!binding.path.0.is_empty());
                for span in binding.path.0 {
                    prop_assert!(text.get(span.range()).is_some());
                }
            }
        }
    }

    #[test]
    fn bytes_of_any_kind_are_read(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        mut marks in prop::collection::vec(0u32..202, 0..20),
    ) {
        marks.sort_unstable();
        for &format in FORMATS {
            read(&bytes, kind(format), &marks);
        }
    }
}

#[test]
fn values_that_are_members() {
    check(
        r#"
        Json   {"adminPassword": {"value": "kX9"}}                  ⇒ adminPassword -> kX9, Variable
        Json   {"adminPassword": {⏎  "value": "kX9"⏎}}              ⇒ adminPassword -> kX9, Variable
        Json   {"adminPassword": {"reference": {"value": "kX9"}}}   ⇒
        Json   {"adminPassword": {"value": 12}}                     ⇒
        Json   {"adminPassword": {"values": "kX9"}}                 ⇒
        "#,
    );
}
