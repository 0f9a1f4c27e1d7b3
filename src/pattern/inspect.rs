//! Looks inside a match that a regex cannot take: tokens that carry JSON, keys that carry structure.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use serde_json::Value;

use crate::judge::{Inspection, is_anonymous};
use crate::schema::Inspect;

/// What the inside of `secret` says.
pub(crate) fn look(inspect: Inspect, secret: &[u8]) -> Inspection {
    match inspect {
        Inspect::Jwt => jwt(secret),
        Inspect::PrivateKey => private_key(secret),
        Inspect::BasicAuth => basic_auth(secret),
    }
}

/// RFC 7519: header and payload are base64url of JSON objects; the header names an algorithm.
fn jwt(secret: &[u8]) -> Inspection {
    let mut parts = secret.split(|&b| b == b'.');
    let (header, payload) = (parts.next().and_then(json), parts.next().and_then(json));
    let Some(alg) = header
        .as_ref()
        .and_then(|h| h.get("alg"))
        .and_then(Value::as_str)
    else {
        return Inspection::Refuted("its header is no JSON with an algorithm");
    };
    if alg.eq_ignore_ascii_case("none") {
        return Inspection::Doubtful("the token is unsigned");
    }
    let Some(payload) = payload else {
        return Inspection::Confirmed(None);
    };
    if payload.get("sub").and_then(Value::as_str) == Some("1234567890") {
        return Inspection::Refuted("the published example token");
    }
    if std::str::from_utf8(secret).is_ok_and(is_anonymous) {
        return Inspection::Doubtful("a token for those who have not logged in");
    }
    if alg == "HS256" && is_signed_with_a_known_word(secret) {
        return Inspection::Doubtful(
            "a token of an example: anyone can make it, its key is a word",
        );
    }
    let expiry = payload.get("exp").and_then(Value::as_i64);
    Inspection::Confirmed(expiry.map(|at| format!("expires {}", date(at))))
}

/// Keys of the examples of libraries and of jwt.io.
const KNOWN_KEYS: &[&str] = &[
    "secret",
    "your-256-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "shhhhh",
    "secretkey",
    "secret-key",
    "secret_key",
    "supersecret",
    "super-secret",
    "mysecret",
    "my-secret",
    "my_secret",
    "jwt-secret",
    "jwt_secret",
    "your-secret-key",
    "your_secret_key",
    "key",
    "password",
    "test",
    "changeme",
    "123456",
    "",
];

/// Whether the signature of a token, HMAC with SHA-256 (RFC 7518, section 3.2), is one of a known key.
fn is_signed_with_a_known_word(token: &[u8]) -> bool {
    let parts = token.iter().rposition(|b| *b == b'.');
    let Some((signed, signature)) = parts.map(|dot| (&token[..dot], &token[dot + 1..])) else {
        return false;
    };
    let Ok(signature) = BASE64URL_NOPAD.decode(signature) else {
        return false;
    };
    let mut keys = KNOWN_KEYS.iter();
    keys.any(|key| hmac_sha256::HMAC::mac(signed, key) == signature[..])
}

fn json(part: &[u8]) -> Option<Value> {
    let decoded = BASE64URL_NOPAD.decode(part).ok()?;
    serde_json::from_slice(&decoded)
        .ok()
        .filter(Value::is_object)
}

/// The day of a Unix time in UTC, by Hinnant's `civil_from_days`.
fn date(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400).clamp(-700_000, 100_000_000) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// PEM, OpenSSH, PGP and PuTTY keys, over lines or in one with `\n`, or in base64 as a whole.
fn private_key(secret: &[u8]) -> Inspection {
    if secret.starts_with(b"LS0t") {
        return match decode_loosely(secret) {
            Some(pem) => private_key(&pem),
            None => Inspection::Refuted("its base64 does not decode"),
        };
    }
    let text = String::from_utf8_lossy(secret);
    if !text.contains("PRIVATE KEY") && !text.starts_with("PuTTY") {
        return Inspection::Refuted("a certificate or public key");
    }
    if text.contains("ENCRYPTED") || text.contains("Encryption: aes") {
        return Inspection::Doubtful("the key is encrypted with a passphrase");
    }
    let body = key_body(&text);
    if text.contains("..") {
        return Inspection::Refuted("parts of the key are left out");
    }
    let der = !text.contains("OPENSSH")
        && !text.contains("PGP")
        && !text.contains("SSH2")
        && !text.starts_with("PuTTY");
    if der && body.first() != Some(&b'M') {
        return Inspection::Doubtful("it does not begin as a key does");
    }
    let distinct = body.iter().collect::<std::collections::HashSet<_>>().len();
    if body.len() < 40 || distinct < 20 || longest_run(&text) < SHORTEST_LINE {
        return Inspection::Refuted("a header without a key");
    }
    Inspection::Confirmed(None)
}

/// Lines of a key have 64 characters, or what a program that writes one makes of them; its words are shorter.
const SHORTEST_LINE: usize = 30;

/// The longest run of base64.
fn longest_run(text: &str) -> usize {
    let text = text.replace("\\n", " ").replace("\\r", " ");
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    let runs = text.as_bytes().split(|b| !is_base64(b));
    runs.map(<[u8]>::len).max().unwrap_or(0)
}

/// The base64 of a key: header and footer, line breaks, escapes and quotes taken away.
fn key_body(text: &str) -> Vec<u8> {
    let start = text
        .find("-----")
        .and_then(|i| text[i + 5..].find("-----").map(|j| i + j + 10))
        .unwrap_or(0);
    let end = text.find("-----END").unwrap_or(text.len()).max(start);
    let body = text[start..end]
        .replace("\\n", " ")
        .replace("\\r", " ")
        .replace("\\t", " ");
    body.bytes()
        .filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        .collect()
}

fn decode_loosely(secret: &[u8]) -> Option<Vec<u8>> {
    let clean: Vec<u8> = secret
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace() && *b != b'=')
        .collect();
    let whole = clean.len() - usize::from(clean.len() % 4 == 1);
    BASE64_NOPAD
        .decode(&clean[..whole])
        .or_else(|_| BASE64_NOPAD.decode(&clean[..whole / 4 * 4]))
        .ok()
}

/// RFC 7617: base64 of `user:password`; what is judged is the password.
fn basic_auth(secret: &[u8]) -> Inspection {
    let decoded = BASE64
        .decode(secret)
        .or_else(|_| BASE64_NOPAD.decode(secret));
    let Some(text) = decoded.ok().and_then(|d| String::from_utf8(d).ok()) else {
        return Inspection::Refuted("its base64 does not decode to text");
    };
    match text.split_once(':') {
        Some((_, password)) if !password.is_empty() && !text.contains(char::is_control) => {
            Inspection::Decoded(password.to_owned())
        }
        _ => Inspection::Refuted("it holds no user and password"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token with a payload that no example has.
    fn signed(key: &str) -> Inspection {
        let part = |json: &str| BASE64URL_NOPAD.encode(json.as_bytes());
        let signed = format!("{}.{}", part(r#"{"alg":"HS256"}"#), part(r#"{"id":7}"#));
        let mac = hmac_sha256::HMAC::mac(&signed, key);
        jwt(format!("{signed}.{}", BASE64URL_NOPAD.encode(&mac)).as_bytes())
    }

    #[test]
    fn a_token_is_worth_as_much_as_its_key() {
        assert!(matches!(signed("secret"), Inspection::Doubtful(_)));
        assert!(matches!(signed(""), Inspection::Doubtful(_)));
        let of_a_readme = b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzb21lIjoicGF5bG9hZCJ9.\
                            4twFt5NiznN84AWoo1d7KO1T_yoc0Z6XOpOVswacPZg";
        assert!(matches!(jwt(of_a_readme), Inspection::Doubtful(_)));
        assert_eq!(signed("kx8Vq2Lw7Rt5Zn3B"), Inspection::Confirmed(None));
    }

    #[test]
    fn a_token_for_everybody_is_hardly_one() {
        let of = |payload: &[u8]| {
            let payload = BASE64URL_NOPAD.encode(payload);
            jwt(format!("eyJhbGciOiJIUzI1NiJ9.{payload}.kx8Vq2Lw7Rt5Zn3B").as_bytes())
        };
        let anonymous = of(br#"{"iss":"supabase","role":"anon"}"#);
        assert!(matches!(anonymous, Inspection::Doubtful(_)));
        let service = of(br#"{"iss":"supabase","role":"service_role"}"#);
        assert_eq!(service, Inspection::Confirmed(None));
    }

    #[test]
    fn dates_are_civil() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_767_225_599), "2025-12-31");
    }
}
