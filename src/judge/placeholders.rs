//! Values that stand for a secret without being one: told apart once, for every rule.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Whole values, lower case.
const WHOLE: &[&str] = &[
    "null",
    "none",
    "nil",
    "true",
    "false",
    "undefined",
    "empty",
    "string",
    "number",
    "boolean",
    "value",
    "default",
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "key",
    "pass",
    "user",
    "username",
    "admin",
    "root",
    "guest",
    "test",
    "testing",
    "tests",
    "demo",
    "example",
    "sample",
    "foo",
    "bar",
    "baz",
    "foobar",
    "qux",
    "changeme",
    "change_me",
    "change-me",
    "todo",
    "tbd",
    "n/a",
    "unset",
    "unknown",
    "redacted",
    "hidden",
    "masked",
    "removed",
    "bearer",
    "basic",
    "optional",
    "required",
    "public",
    "private",
    "anonymous",
    "localhost",
    "required_if",
    "text",
    "hello",
    "world",
    "helloworld",
    "postgres",
    "mysql",
    "mongo",
    "mongodb",
    "redis",
    "rabbitmq",
    "minio",
    "minioadmin",
    "sa",
    "pgpassword",
    "mypassword",
    "mypass",
    "contraseña",
    "contrasena",
    "clave",
    "senha",
    "passwort",
    "kennwort",
    "motdepasse",
    "mot_de_passe",
    "mot de passe",
    "wachtwoord",
    "hasło",
    "haslo",
    "heslo",
    "lösenord",
    "adgangskode",
    "parola",
    "salasana",
    "şifre",
    "пароль",
    "密码",
    "密碼",
    "パスワード",
    "비밀번호",
    "hunter2",
    "letmein",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pa55word",
    "pa$$word",
    "password1",
    "password123",
    "password1234",
    "secret123",
    "admin123",
    "test123",
    "test1234",
    "123456",
    "abc123",
    "qwerty",
    "iloveyou",
    "monkey",
    "dragon",
    "s3cr3t",
    "s3cret",
    "supersecret",
    "topsecret",
    "sup3rs3cr3t",
    "verysecret",
    "mysecret",
    "notsecret",
    "my-secret",
    "secretpassword",
    "secretkey",
    "secret_key",
    "correct horse battery staple",
    "opensesame",
    "swordfish",
    "trustno1",
    "welcome",
    "welcome1",
    "temp",
    "temporary",
    "dummy",
    "fake",
    "mock",
    "stub",
    "random",
    "invalid",
    "wrong",
    "wrongpassword",
    "correct",
    "badpassword",
    "newpassword",
    "oldpassword",
    "something",
    "anything",
    "whatever",
    "blah",
    "yourpassword",
    "disabled",
    "enabled",
];

/// Pieces that give a placeholder away wherever they stand, lower case.
const TELLING: &[&str] = &[
    "xxxxxxxx",
    "example",
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "change_it",
    "replace",
    "placeholder",
    "your_",
    "your-",
    "<your",
    "yourpass",
    "yoursecret",
    "yourtoken",
    "yourkey",
    "yourapi",
    "your ",
    "my-secret",
    "my-token",
    "my-key",
    "my-api",
    "mysecret",
    "mypassword",
    "mytoken",
    "myapikey",
    "redacted",
    "goes-here",
    "goes_here",
    "goeshere",
    "fixme",
    "not-a-real",
    "notareal",
    "not_a_real",
    "notreal",
    "not-real",
    "<secret",
    "<password",
    "<token",
    "<api",
    "somesecret",
    "sometoken",
    "somepassword",
    "somepass",
    "this-is",
    "this_is",
    "thisis",
    "put-your",
    "testtoken",
    "testsecret",
    "testkey",
    "testpass",
    "password_here",
    "foo-bar",
    "foo_bar",
    "supersecret",
    "super-secret",
    "super_secret",
    "topsecret",
    "top-secret",
    "top_secret",
    "unsafe",
    "insecure",
    "not-secret",
    "notsecret",
    "nosecret",
    "deadbeef",
    "cafebabe",
    "abcdefg",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "letmein",
    "hunter2",
    "swordfish",
];

/// Pieces that do so when they make up much of a value, lower case.
const COMMON: &[&str] = &[
    "my_",
    "mypass",
    "insert",
    "dummy",
    "xxxx",
    "****",
    "....",
    "____",
    "----",
    "0000000",
    "todo",
    "sample",
    "fake",
    "some-",
    "some_",
    "enter_",
    "enter-",
    "put_",
    "fill_",
    "test-",
    "test_",
    "-test",
    "_test",
    "_here",
    "-here",
    "foobar",
    "lorem",
    "secret-",
    "secret_",
    "-secret",
    "_secret",
    "-token",
    "_token",
    "token-",
    "token_",
    "-password",
    "_password",
    "password-",
    "password_",
    "-key",
    "_key",
    "key_",
    "api-",
    "api_",
    "mock",
    "invalid",
    "bogus",
];

/// Printed in documentation, whole or in part.
const PUBLISHED: &[&str] = &[
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG",
    "AKIAI44QH8DHBEXAMPLE",
    "je7MtGbClwBF/2Zp9Utk/h3yCo8nvb",
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "sk_test_BQokikJOvBiI2HlWgH4olfQ2",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw",
    "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "0ac5cbad",
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ",
    "dXNlcm5hbWU6cGFzc3dvcmQ",
    "dXNlcjpwYXNzd29yZA",
    "dXNlcjpwYXNz",
    "YWRtaW46YWRtaW4",
    "Zm9vOmJhcg",
    "mF_9.B5f-4.1JqM",
    "tGzv3JOkF0XG5Qx2TlKWIA",
    "2YotnFZFEjr1zCsicMWpAA",
    "SplxlOBeZQQYbYS6WxSbIA",
    "gX1fBat3bV",
    "7Fjfp0ZBr1KtDRbnfVdmIw",
    "open sesame",
    "9djdj82h48djs9d2",
    "kkk9d7dh3k39sjv7",
    "h480djs93hd8",
    "489dks293j39",
    "jd93dh9dh39D",
    "8yfrufh348h",
    "A3ddj3w",
    "vF9dft4qmT",
    // The accounts that Hardhat, Anvil and Ganache give to every local chain.
    "ac0974bec39a17e36ba4a6b4",
    "59c6995e998f97a5a0044966",
    "5de4111afa1a4b94908f8310",
    "7c852118294e51e653712a81",
    "47e179ec197488593b187f80",
    "8b3a350cf5c34c9194ca8582",
    "92db14e403b83dfe3df233f8",
    "4bbbf85ce3377467afe5d46f",
    "dbda1821b80551c9d6593932",
    "2a871d0798f97d79848a013d",
    "f214f2b2cd398c806f84e317",
    "701b615bbdfb9de65240bc28",
    "a267530f49f8280200edf313",
    "47c99abed3324a2707c28aff",
    "c526ee95bf44d8fc405a158b",
    "8166f546bab6da521a8369ca",
    "ea6c44ac03bff858b476bba4",
    "689af8efa8c651a91ad28760",
    "de9be858da4a475276426320",
    "df57089febbacf7ba0bc227d",
    "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk",
];

/// Whether a provider prints this value in its documentation.
pub(crate) fn is_published(value: &str) -> bool {
    PUBLISHED.iter().any(|p| value.contains(p))
        || (value.starts_with("AKIA") || value.starts_with("ASIA")) && value.ends_with("EXAMPLE")
}

/// Whether `value` stands for one that a user fills in, or for none.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_lowercase();
    let plain = unleet(&lower);
    let core = lower.trim_matches(|c: char| !c.is_alphanumeric());
    is_bracketed(&lower)
        || is_numbered(core)
        || WHOLE.contains(&lower.as_str())
        || WHOLE.contains(&core)
        || core.is_empty()
        || has_piece(&lower)
        || is_uniform(&lower)
        || is_repeated(lower.as_bytes())
        || plain != lower
            && (WHOLE.contains(&plain.as_str())
                || SPELT.iter().any(|w| is_spelt(w, &lower, &plain)))
}

/// A word spelt with digits, or one that makes up much of a value: `sb_secret_` begins a real token.
fn is_spelt(word: &str, lower: &str, plain: &str) -> bool {
    plain.contains(word) && (!lower.contains(word) || word.len() * 3 >= lower.len())
}

/// Words that people like to spell with digits.
const SPELT: &[&str] = &[
    "password",
    "passwd",
    "foobar",
    "somepass",
    "otherpass",
    "changeme",
    "mypass",
    "secret",
    "apassphrase",
];

/// `p4$$w0rd` as it is read.
fn unleet(lower: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'h',
        other => other,
    };
    lower.chars().map(letter).collect()
}

/// `password123`, `secret2`, `password%20123`: a placeholder's word and a number.
fn is_numbered(core: &str) -> bool {
    let word = core.replace("%20", "");
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    stem.len() >= 4
        && stem.len() < core.len()
        && word.len() - stem.len() <= 4
        && WHOLE.contains(&stem)
}

/// All pieces in one automaton, the telling ones first.
static PIECES: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(TELLING.iter().chain(COMMON)).ok());

/// Within a long random token a short piece is chance.
fn has_piece(lower: &str) -> bool {
    let weighs = |length: usize, telling: bool| match telling {
        true => length * 5 >= lower.len() || length >= 7 || lower.len() <= 24,
        false => length * 3 >= lower.len() || lower.len() <= 24,
    };
    let Some(pieces) = PIECES.as_ref() else {
        return false;
    };
    pieces
        .find_overlapping_iter(lower)
        .any(|found| weighs(found.len(), found.pattern().as_usize() < TELLING.len()))
}

/// `<password>`, `[TOKEN]`, `{secret}`, `__KEY__`, `%PASSWORD%`, `«…»`.
fn is_bracketed(lower: &str) -> bool {
    const PAIRS: &[(&str, &str)] = &[
        ("<", ">"),
        ("[", "]"),
        ("{", "}"),
        ("__", "__"),
        ("%", "%"),
        ("«", "»"),
        ("(", ")"),
        ("#", "#"),
        ("*", "*"),
        ("&lt;", "&gt;"),
        ("@@", "@@"),
    ];
    PAIRS.iter().any(|(open, close)| {
        lower.len() > open.len() + close.len() && lower.starts_with(open) && lower.ends_with(close)
    }) || lower.contains('<') && lower.contains('>')
        || lower.contains("...")
        || lower.contains("***")
        || lower.contains('…')
        || lower.contains("&lt;")
}

/// One or two different characters, dots, stars.
fn is_uniform(lower: &str) -> bool {
    let mut seen = [false; 256];
    lower.bytes().for_each(|b| seen[b as usize] = true);
    let distinct = seen.iter().filter(|s| **s).count();
    distinct <= 2 || distinct <= 3 && lower.len() >= 10
}

/// Most of a value is a short unit over and over, behind what a provider begins its keys with: `AKIAJX7X7X7X7X7X7X7X`.
fn is_repeated(lower: &[u8]) -> bool {
    (1..=UNIT).any(|unit| {
        let pairs = lower.iter().zip(lower.iter().skip(unit));
        let (mut run, mut longest) = (0, 0);
        for (a, b) in pairs {
            run = if a == b { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        let repeated = longest + unit;
        repeated >= 10.max(4 * unit) && repeated * 2 >= lower.len()
    })
}

/// How long such a unit may be: four times eight characters are no chance.
const UNIT: usize = 8;
