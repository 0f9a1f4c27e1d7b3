//! A key that signs or encrypts is written as a literal, or comes from one.

use std::borrow::Cow;

use crate::facts::code::{Call, Expression};
use crate::practice::{Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::program::Program;
use super::uses::{Use, taken};
use super::{Sighting, Subject};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("hardcoded-crypto-key"),
    title: Cow::Borrowed("hard-coded key of signatures or encryption"),
    about: Cow::Borrowed(
        "Whoever can read this file, its history or a build of it can sign tokens and sessions that this program \
         accepts, or decrypt what it encrypts; and a new key needs a release.",
    ),
    fix: Cow::Borrowed(
        "Make a new key, keep it in a secret store or a key management service, and have the code fetch it at run \
         time by its name or ARN; accept the old key only as long as what it signed or encrypted is still needed.",
    ),
    class: Class::Leak,
    severity: Severity::High,
    precision: Precision::High,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[321, 798]),
    practices: &[&STORE],
    peers: &[Peer::new(Tool::Semgrep, "jwt-hardcode")],
    tags: Cow::Borrowed(&[Cow::Borrowed("generic")]),
};

/// Words at which a program may use one of the calls below.
pub(crate) const CUES: &[&str] = &[
    "jsonwebtoken",
    "jwt.encode",
    "jwt.decode",
    "createHmac",
    "createCipheriv",
    "createDecipheriv",
    "crypto-js",
    "Fernet",
    "AES.new",
    "hmac.new",
    "itsdangerous",
    "express-session",
    "cookie-session",
    "cookie-parser",
    "express-jwt",
    "JWT::encode",
    "JWT::decode",
    "JWT.encode",
    "JWT.decode",
    "hash_hmac",
    "openssl_encrypt",
    "openssl_decrypt",
    "OpenSSL::HMAC",
    "hmac.New(",
    "aes.NewCipher",
    "NewCookieStore",
    "SignedString(",
    "SecretKeySpec",
    "Algorithm.HMAC",
    "signWith(",
    "hmacShaKeyFor",
    "from_secret(",
    "new_from_slice(",
    "Algorithm::HS",
    "createCipher",
    "ChaCha20Poly1305",
    "AESGCM(",
    "algorithms.AES",
];

/// A function that takes a key.
struct Taker {
    /// What it is called, with its module.
    callee: &'static str,
    /// The position of the key.
    at: Option<usize>,
    /// Its keyword, or its name in an object of options.
    named: &'static str,
    /// What the key is for.
    what: &'static str,
}

const fn taker(callee: &'static str, at: usize, named: &'static str, what: &'static str) -> Taker {
    Taker {
        callee,
        at: Some(at),
        named,
        what,
    }
}

const fn option(callee: &'static str, named: &'static str, what: &'static str) -> Taker {
    Taker {
        callee,
        at: None,
        named,
        what,
    }
}

const TAKERS: &[Taker] = &[
    taker("jsonwebtoken.sign", 1, "", "the key that signs tokens"),
    taker("jsonwebtoken.verify", 1, "", "the key that verifies tokens"),
    taker("jwt.encode", 1, "key", "the key that signs tokens"),
    taker("jwt.decode", 1, "key", "the key that verifies tokens"),
    taker("jose.jwt.encode", 1, "key", "the key that signs tokens"),
    taker("jose.jwt.decode", 1, "key", "the key that verifies tokens"),
    taker(
        "authlib.jose.jwt.encode",
        2,
        "key",
        "the key that signs tokens",
    ),
    taker("crypto.createHmac", 1, "", "the key of a signature"),
    taker("crypto.createCipheriv", 1, "", "the key of an encryption"),
    taker("crypto.createDecipheriv", 1, "", "the key of an encryption"),
    taker("crypto-js.AES.encrypt", 1, "", "the key of an encryption"),
    taker("crypto-js.AES.decrypt", 1, "", "the key of an encryption"),
    taker("crypto-js.HmacSHA256", 1, "", "the key of a signature"),
    taker("crypto-js.HmacSHA512", 1, "", "the key of a signature"),
    taker("hmac.new", 0, "key", "the key of a signature"),
    taker(
        "cryptography.fernet.Fernet",
        0,
        "key",
        "the key of an encryption",
    ),
    taker(
        "Crypto.Cipher.AES.new",
        0,
        "key",
        "the key of an encryption",
    ),
    taker(
        "Cryptodome.Cipher.AES.new",
        0,
        "key",
        "the key of an encryption",
    ),
    taker(
        "itsdangerous.Signer",
        0,
        "secret_key",
        "the key of a signature",
    ),
    taker(
        "itsdangerous.TimestampSigner",
        0,
        "secret_key",
        "the key of a signature",
    ),
    taker(
        "itsdangerous.URLSafeSerializer",
        0,
        "secret_key",
        "the key of a signature",
    ),
    taker(
        "itsdangerous.URLSafeTimedSerializer",
        0,
        "secret_key",
        "the key of a signature",
    ),
    taker("cookie-parser", 0, "", "the key that signs cookies"),
    taker(
        "cryptography.hazmat.primitives.ciphers.aead.AESGCM",
        0,
        "key",
        "the key of an encryption",
    ),
    taker(
        "cryptography.hazmat.primitives.ciphers.aead.ChaCha20Poly1305",
        0,
        "key",
        "the key of an encryption",
    ),
    taker(
        "cryptography.hazmat.primitives.ciphers.algorithms.AES",
        0,
        "key",
        "the key of an encryption",
    ),
    taker("crypto.createCipher", 1, "", "the key of an encryption"),
    taker("crypto.createDecipher", 1, "", "the key of an encryption"),
    // Go.
    taker("hmac.New", 1, "", "the key of a signature"),
    taker("aes.NewCipher", 0, "", "the key of an encryption"),
    taker(
        "sessions.NewCookieStore",
        0,
        "",
        "the key that signs sessions",
    ),
    taker("token.SignedString", 0, "", "the key that signs tokens"),
    // Java.
    taker("SecretKeySpec", 0, "", "the key of an encryption"),
    taker("Algorithm.HMAC256", 0, "", "the key that signs tokens"),
    taker("Algorithm.HMAC384", 0, "", "the key that signs tokens"),
    taker("Algorithm.HMAC512", 0, "", "the key that signs tokens"),
    taker("Keys.hmacShaKeyFor", 0, "", "the key that signs tokens"),
    taker("signWith", 1, "", "the key that signs tokens"),
    // PHP and Ruby.
    taker("JWT.encode", 1, "key", "the key that signs tokens"),
    taker("JWT.decode", 1, "key", "the key that verifies tokens"),
    taker("hash_hmac", 2, "key", "the key of a signature"),
    taker(
        "openssl_encrypt",
        2,
        "passphrase",
        "the key of an encryption",
    ),
    taker(
        "openssl_decrypt",
        2,
        "passphrase",
        "the key of an encryption",
    ),
    taker("OpenSSL.HMAC.hexdigest", 1, "", "the key of a signature"),
    taker("OpenSSL.HMAC.digest", 1, "", "the key of a signature"),
    // Rust.
    taker(
        "EncodingKey.from_secret",
        0,
        "",
        "the key that signs tokens",
    ),
    taker(
        "DecodingKey.from_secret",
        0,
        "",
        "the key that verifies tokens",
    ),
    taker("HmacSha256.new_from_slice", 0, "", "the key of a signature"),
    option("express-session", "secret", "the key that signs sessions"),
    option("cookie-session", "secret", "the key that signs sessions"),
    option(
        "express-jwt.expressjwt",
        "secret",
        "the key that verifies tokens",
    ),
    option("express-jwt", "secret", "the key that verifies tokens"),
];

/// Every call that takes a key.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Subject {
        facts, text, kind, ..
    } = *subject;
    let program = Program { facts, text };
    taken(&program, uses(&program), kind, out);
}

/// The keys that calls take.
pub(super) fn uses<'t>(program: &Program<'t>) -> Vec<Use<'t>> {
    let used = |call: &'t Call| {
        let callee = program.callee(call);
        let taker = TAKERS.iter().find(|taker| taker.callee == callee)?;
        Some(Use {
            rule: &RULE,
            call,
            value: key(taker, call, program.text)?,
            end: format!("used as {}", taker.what),
            detail: taker.what.to_owned(),
            password: false,
        })
    };
    program.facts.calls.iter().filter_map(used).collect()
}

fn key<'t>(taker: &Taker, call: &'t Call, text: &str) -> Option<&'t Expression> {
    let named = || call.named(taker.named, text);
    taker.at.and_then(|at| call.at(at)).or_else(named)
}
