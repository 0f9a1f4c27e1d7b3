//! An encryption begins with the same initialisation vector each time.

use std::borrow::Cow;

use crate::facts::code::{Action, Call, Expression, FILE, Step};
use crate::practice::STORE;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::clients::called;
use super::handler::stated;
use super::program::Program;
use super::scene::step;
use super::{Sighting, Subject};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("fixed-initialisation-vector"),
    title: Cow::Borrowed("encryption with a fixed initialisation vector"),
    about: Cow::Borrowed(
        "With one key and one initialisation vector equal texts look equal when they are encrypted, and so do equal beginnings; with \
         a counter mode (CTR, GCM) two texts give away what they differ in, and GCM loses its protection against changes.",
    ),
    fix: Cow::Borrowed(
        "Make a new random vector for each text (`crypto.randomBytes(16)`, `os.urandom(16)`; 12 bytes for GCM) and keep it beside what \
         was encrypted: it is no secret. Encrypt anew what was encrypted with the fixed one.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://csrc.nist.gov/pubs/sp/800/38/a/final",
    )]),
    cwe: Cow::Borrowed(&[329, 1204]),
    practices: &[&STORE],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code")]),
};

/// Words of calls that encrypt.
pub(crate) const CUES: &[&str] = &[
    "createCipheriv",
    "AES.new",
    "primitives.ciphers",
    "ChaCha20Poly1305",
    "crypto-js",
    "IvParameterSpec",
    "NewCBCEncrypter",
    "NewCTR",
    "openssl_encrypt",
];

/// A call that takes an initialisation vector: with its module, the position, and the keywords or options.
struct Taker {
    callee: &'static str,
    at: Option<usize>,
    named: &'static [&'static str],
}

const fn at(callee: &'static str, at: usize, named: &'static [&'static str]) -> Taker {
    let at = Some(at);
    Taker { callee, at, named }
}

const MODES: &str = "cryptography.hazmat.primitives.ciphers.modes.";
const AEAD: &str = "cryptography.hazmat.primitives.ciphers.aead.";

const TAKERS: &[Taker] = &[
    at("crypto.createCipheriv", 2, &[]),
    at("Crypto.Cipher.AES.new", 2, &["iv", "IV", "nonce"]),
    at("Cryptodome.Cipher.AES.new", 2, &["iv", "IV", "nonce"]),
    Taker {
        callee: "crypto-js.AES.encrypt",
        at: None,
        named: &["iv"],
    },
    at("IvParameterSpec", 0, &[]),
    at("cipher.NewCBCEncrypter", 1, &[]),
    at("cipher.NewCTR", 1, &[]),
    at("openssl_encrypt", 4, &["iv"]),
];

/// Modes that take a vector or a nonce first.
const FIRST: &[&str] = &["CBC", "CTR", "CFB", "CFB8", "OFB", "GCM"];

/// Every call that encrypts with a vector that is written in the program.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Subject {
        facts, text, kind, ..
    } = *subject;
    let program = Program { facts, text };
    for call in &facts.calls {
        let Some(vector) = vector(&program, call) else {
            continue;
        };
        if let Some(made) = zeros(&program, vector, call) {
            let (belief, why) = match is_part_of_a_protocol(&program, call) {
                true => (0.3, "it is nothing but zeros, as some protocols ask for"),
                false => (0.75, "it is nothing but zeros"),
            };
            out.push(stated(&RULE, made, kind, belief, why));
            continue;
        }
        let found = program.found(vector, call.function);
        let [constant] = &found.constants[..] else {
            continue;
        };
        let why = "it is the same each time";
        let mut seen = stated(&RULE, constant.literal.raw, kind, 0.75, why);
        if !constant.passed.is_empty() {
            let end = step(0, call.callee.span, "it begins an encryption here");
            seen.flow = constant.passed.iter().cloned().chain([end]).collect();
        }
        out.push(seen);
    }
}

/// Whether a call is a step of what others put together: its function is handed the key, as in the ciphers of Kerberos (RFC
/// 3961, which asks for a vector of zeros); or it stands in no function, where something is only tried out.
fn is_part_of_a_protocol(program: &Program<'_>, call: &Call) -> bool {
    let function = &program.facts.functions[call.function as usize];
    let mut parameters = function.parameters.iter();
    let is_key = |name: &str| name.to_ascii_lowercase().ends_with("key");
    call.function == FILE || parameters.any(|p| is_key(p.name.dotted(program.text)))
}

/// Where a vector is made that is nothing but zeros, or one character many times, and that nobody fills.
fn zeros<'t>(program: &Program<'t>, vector: &'t Expression, call: &Call) -> Option<Span> {
    let (value, name) = match vector {
        Expression::Name(name) => (program.given(name, call.function)?.0, Some(name)),
        value => (value, None),
    };
    let span = match value {
        Expression::Call(number) => {
            let made = &program.facts.calls[*number as usize];
            let sized = |at: usize| matches!(made.at(at), Some(Expression::Plain(_)));
            let empty = match made.callee.dotted(program.text) {
                "Buffer.alloc" => sized(0) && (made.arguments.len() == 1 || sized(1)),
                "Uint8Array" | "bytes" | "bytearray" => sized(0) && made.arguments.len() == 1,
                "repeat" => matches!(made.receiver, Some(Expression::Text(_))) && sized(0),
                _ => false,
            };
            empty.then_some(made.span)
        }
        // `b"\0" * 16`
        Expression::Unknown(span) => {
            let (one, times) = program.text.get(span.range())?.split_once('*')?;
            let quoted = |side: &str| side.trim().ends_with(['"', '\'']);
            let counted = |side: &str| side.trim().bytes().all(|b| b.is_ascii_digit());
            (quoted(one) && counted(times) || counted(one) && quoted(times)).then_some(*span)
        }
        _ => None,
    }?;
    let filled = name.is_some_and(|name| is_filled(program, name.dotted(program.text), call));
    (!filled).then_some(span)
}

/// Whether something else is done with a name than encrypting: `crypto.randomFillSync(iv)`, `iv.set(counter)`, `iv[0] = 1`.
fn is_filled(program: &Program<'_>, name: &str, call: &Call) -> bool {
    let text = program.text;
    let is_it =
        |value: &Expression| matches!(value, Expression::Name(own) if own.dotted(text) == name);
    let others = program
        .facts
        .calls
        .iter()
        .filter(|other| other.span != call.span);
    let fills = |other: &Call| {
        let callee = other.callee.dotted(text);
        let words = ["andom", "fill", "copy", "set", "write"];
        let owned = callee
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'));
        let given = other
            .arguments
            .iter()
            .any(|argument| is_it(&argument.value));
        (owned || given) && words.iter().any(|word| callee.contains(word))
    };
    let member = |step: &Step| match &step.action {
        Action::Bind { target, .. } => target
            .dotted(text)
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.')),
        _ => false,
    };
    others.into_iter().any(fills) || program.facts.steps.iter().any(member)
}

/// The vector that a call takes.
fn vector<'t>(program: &Program<'t>, call: &'t Call) -> Option<&'t Expression> {
    let callee = program.callee(call);
    if let Some(mode) = callee.strip_prefix(MODES) {
        return call.at(0).filter(|_| FIRST.contains(&mode));
    }
    if (callee.ends_with(".encrypt") || callee == "encrypt")
        && let Some(made) = called(program, call).strip_prefix(AEAD)
    {
        let aead = matches!(made, "AESGCM().encrypt" | "ChaCha20Poly1305().encrypt");
        return call.at(0).filter(|_| aead);
    }
    let taker = TAKERS.iter().find(|taker| taker.callee == callee)?;
    let mut named = taker.named.iter();
    let named = named.find_map(|name| call.named(name, program.text));
    named.or_else(|| call.at(taker.at?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Audit;
    use crate::audit::program::seen_in;

    fn check(ending: &str, before: &str, cases: &str) {
        let audit = Audit {
            rule: &RULE,
            cues: CUES,
            wants: |_| true,
            run,
        };
        for line in cases.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let (text, expected) = line.split_once('⇒').unwrap();
            let text = format!("{before}\n{}\n", text.trim().replace('⏎', "\n"));
            let expected: Vec<&str> = expected.split_whitespace().collect();
            let seen: Vec<String> = seen_in(&audit, ending, &text);
            let seen: Vec<String> = seen.iter().map(|s| s.replace(' ', "")).collect();
            assert_eq!(seen, expected, "{text}");
        }
    }

    #[test]
    fn vectors_by_position() {
        check(
            "js",
            "import crypto from 'node:crypto'; import CryptoJS from 'crypto-js';",
            r#"
            crypto.createCipheriv('aes-256-cbc', key, '1234567890abcdef')         ⇒ 1234567890abcdef
            const iv = Buffer.from('00112233445566778899aabbccddeeff', 'hex'); crypto.createCipheriv(a, k, iv) ⇒ 00112233445566778899aabbccddeeff
            crypto.createCipheriv('aes-256-cbc', key, crypto.randomBytes(16))     ⇒
            crypto.createCipheriv('aes-256-cbc', k, Buffer.alloc(16))             ⇒ Buffer.alloc(16)
            crypto.createCipheriv('aes-256-cbc', k, '0'.repeat(16))               ⇒ '0'.repeat(16)
            const iv = new Uint8Array(16); crypto.createCipheriv(a, k, iv)        ⇒ newUint8Array(16)
            const iv = Buffer.alloc(16); crypto.randomFillSync(iv); crypto.createCipheriv(a, k, iv) ⇒
            const iv = Buffer.alloc(16); iv.writeUInt32BE(n); crypto.createCipheriv(a, k, iv) ⇒
            crypto.createCipheriv(a, k, crypto.getRandomValues(new Uint8Array(12))) ⇒
            crypto.createCipheriv('aes-256-ecb', key, null)                       ⇒
            crypto.createCipheriv('aes-256-ecb', key, '')                         ⇒
            crypto.createDecipheriv('aes-256-cbc', key, '1234567890abcdef')       ⇒
            function f(iv) { crypto.createCipheriv(a, k, iv) }⏎f('1234567890abcdef') ⇒
            CryptoJS.AES.encrypt(t, k, { iv: CryptoJS.enc.Hex.parse('101112131415161718191a1b1c1d1e1f') }) ⇒ 101112131415161718191a1b1c1d1e1f
            CryptoJS.AES.encrypt(t, k, { iv: CryptoJS.lib.WordArray.random(16) }) ⇒
            "#,
        );
        check(
            "py",
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\nfrom Crypto.Cipher import AES",
            r#"
            Cipher(algorithms.AES(k), modes.CBC(b"1234567890abcdef"))             ⇒ 1234567890abcdef
            Cipher(algorithms.AES(k), modes.GCM(b"1234567890ab", tag))            ⇒ 1234567890ab
            Cipher(algorithms.AES(k), modes.CBC(os.urandom(16)))                  ⇒
            Cipher(algorithms.AES(k), modes.ECB())                                ⇒
            AES.new(k, AES.MODE_CBC, b"1234567890abcdef")                         ⇒ 1234567890abcdef
            AES.new(k, AES.MODE_CBC, iv=b"1234567890abcdef")                      ⇒ 1234567890abcdef
            AES.new(k, AES.MODE_EAX, nonce=n)                                     ⇒
            AES.new(k, AES.MODE_CBC)                                              ⇒
            AESGCM(k).encrypt(b"1234567890ab", data, None)                        ⇒ 1234567890ab
            c = AESGCM(k)⏎c.encrypt(b"1234567890ab", data, None)                  ⇒ 1234567890ab
            c = AESGCM(k)⏎c.encrypt(os.urandom(12), b"data of this text", None)   ⇒
            AES.new(k, AES.MODE_CBC, iv=bytes(16))                                ⇒ bytes(16)
            AES.new(k, AES.MODE_GCM, nonce=b"0" * 12)                             ⇒ b"0"*12
            IV = b"\x00" * 16⏎Cipher(algorithms.AES(k), modes.CBC(IV))            ⇒ b"\x00"*16
            AES.new(k, AES.MODE_CBC, iv=os.urandom(4) * 4)                        ⇒
            IV = bytearray(16)⏎IV[0] = counter⏎Cipher(algorithms.AES(k), modes.CBC(IV)) ⇒
            box.encrypt(b"1234567890ab")                                                      ⇒
            "#,
        );
        check(
            "go",
            "package a",
            r#"func f() { s := cipher.NewCTR(b, []byte("1234567890abcdef")) }   ⇒ 1234567890abcdef"#,
        );
        check(
            "java",
            "",
            r#"class A { void f() { new IvParameterSpec("1234567890abcdef".getBytes()); } } ⇒ 1234567890abcdef"#,
        );
        check(
            "php",
            "<?php",
            r#"openssl_encrypt($d, 'aes-256-cbc', $k, 0, '1234567890abcdef'); ⇒ 1234567890abcdef"#,
        );
    }
}
