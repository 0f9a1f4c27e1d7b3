//! What a name says about its value: `client_secret` holds one, `secret_name` names one, `monkey` has nothing to do
//! with keys. Names are split into words; each word is looked up in one table.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Pieces of text at which a reader should look for a name. Nearly every credential word below contains one; `session`
/// or `license` alone are too common for what they find.
pub(crate) const STEMS: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "auth",
    "cred",
    "identified",
    "dsn",
    "connectionstring",
    "connection_string",
    "conn_str",
    "connstr",
    "jwt",
    "bearer",
    "otp",
    "psk",
    "_pw",
    "pw=",
    "pw:",
    "mnemonic",
    "userpw",
];

/// Words that leave no doubt that credentials are spoken of.
const STRONG: &[&[u8]] = &[
    b"password",
    b"passwd",
    b"passphrase",
    b"pwd",
    b"secret",
    b"token",
    b"credential",
    b"apikey",
    b"bearer",
];

/// Whether a stem found at `at` begins such a word. `tokenizer` and `secretary` begin others.
pub(crate) fn is_strong(text: &[u8], at: usize) -> bool {
    let starts = |word: &[u8]| {
        text.get(at..at + word.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(word))
    };
    let key = starts(b"key")
        && [&b"api"[..], b"access", b"private"]
            .iter()
            .any(|w| ends(&text[..at], w));
    key || STRONG.iter().any(|w| starts(w)) && !starts(b"tokeni") && !starts(b"secretar")
}

/// Whether `before` ends with `word` and perhaps one separator.
fn ends(before: &[u8], word: &[u8]) -> bool {
    let before = before
        .strip_suffix(b"_")
        .or_else(|| before.strip_suffix(b"-"))
        .unwrap_or(before);
    before.len() >= word.len() && before[before.len() - word.len()..].eq_ignore_ascii_case(word)
}

/// How a name bears on its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameSays {
    /// A password: chosen by people, so it need not look random.
    Password,
    /// A secret, token or key of a machine: it should look random.
    Secret,
    /// A word that may mean a credential or something else: `auth`, `key`, `session`.
    Maybe,
    /// A credential that the name itself calls fake.
    Unreal,
    /// A hash, signature or id: looks random and is no secret.
    Digest,
    /// Metadata of a credential: its name, type, place, length.
    About,
    /// Nothing.
    Nothing,
}

/// What a word can be, as bits: a word may play several roles.
type Roles = u16;

/// A password, as one word.
const PASSWORD: Roles = 1;
/// A machine's credential, as one word.
const SECRET: Roles = 1 << 1;
/// A credential only beside other words, or sometimes.
const MAYBE: Roles = 1 << 2;
/// Before `key`, makes a secret of it.
const KEY_KIND: Roles = 1 << 3;
/// At the end, turns a credential into something about it.
const ABOUT: Roles = 1 << 4;
/// At the start, does the same.
const ABOUT_FIRST: Roles = 1 << 5;
/// Names something random that is no secret.
const DIGEST: Roles = 1 << 6;
/// Denies what the others say.
const UNREAL: Roles = 1 << 7;
/// Says nothing at the end: the word before it counts.
const TRANSPARENT: Roles = 1 << 8;
/// Before `token`, makes one of a grammar of it.
const SYNTAX: Roles = 1 << 9;
/// Before a key or a connection string, says that it is no secret: another's public key, one that browsers are given
/// (`SITE_KEY` of a captcha, `ANON_KEY` of Supabase), a fingerprint (`GPG_KEY`), or an address of telemetry (of Application
/// Insights, whose documentation calls neither its key nor its connection string a secret).
const PUBLIC: Roles = 1 << 10;
/// Before `pass`, makes a run over something of it, or a ticket.
const RUN: Roles = 1 << 11;
/// Speaks of credentials, surely or perhaps.
const CREDENTIAL: Roles = PASSWORD | SECRET | MAYBE;

/// The words of each role.
const TABLE: &[(Roles, &str)] = &[
    (
        PASSWORD,
        "password passwd passwort passphrase pass pwd pw passcode passw pswd psw pword passwords userpass \
         userpassword dbpass dbpassword dbpasswd dbpwd mypassword adminpassword rootpassword rootpw adminpass \
         userpw keypass storepass storepassword keypassword truststorepassword keystorepassword mysqlpassword \
         pgpassword sshpass smtppass smtppassword requirepass masterauth bindpw rootpass psk contrasena senha \
         kennwort motdepasse identified userpwd sapassword bindpassword ldappassword proxypassword \
         newpassword oldpassword defaultpassword wifipassword pwds mdp authpass ftppass ftppassword dbpw \
         securestring passin passout",
    ),
    (
        SECRET,
        "secret secrets token tokens apikey apikeys accesskey secretkey privatekey authkey clientsecret \
         accesstoken refreshtoken authtoken apitoken bearertoken credential credentials creds cred dsn jwt \
         bearer connectionstring connstr connstring appsecret appkey consumersecret signingkey encryptionkey \
         masterkey accountkey sharedkey secretaccesskey jwtsecret sessiontoken usertoken bottoken \
         webhooktoken apisecret sharedsecret secrettoken idtoken privkey sshkey licensekey deploykey \
         totpsecret mnemonic securitytoken servicekey serverkey storagekey hmackey aeskey cookiesecret \
         sessionsecret authsecret secretkeybase authenticationkey",
    ),
    (
        MAYBE,
        "auth authorization authentication key keys session cookie otp webhook pin seed license licence \
         sas",
    ),
    (
        KEY_KIND,
        "api secret access private encryption encrypt crypt crypto cipher signing sign master auth account \
         storage shared hmac signature aes rsa jwt session service server app application client consumer license \
         licence ssh deploy admin security host authentication authorization subscription \
         ingestion integration write token maps priv des webhook function functions rest ssl tls pre",
    ),
    (
        ABOUT,
        "field fields type types name names arn id ids path paths url uri urls endpoint length len file files \
         filename dir directory policy policies hint label placeholder prompt error errors message msg title \
         text min max count size limit ttl expiry expires expiration expire timeout age at date time format \
         regex pattern validator validators validation input form reset strength rule rules enabled disabled \
         required style icon button link page view route header headers param params parameter parameters \
         prefix suffix provider providers store manager service handler helper factory generator encoder \
         hasher hashers algorithm alg method methods mode scheme scope scopes column table index property \
         attr attribute option options kind status state version issuer audience claim claims description \
         desc doc docs comment ref reference var variable env source location help usage info example exists \
         valid invalid check changed update updated created rotation schema selector element xpath class code \
         codes event action callback hook request response result config settings user username login email domain \
         host port region owner group role roles flow grant permission permissions level category tag tags \
         list map dict set entry object model module package function func fn interface protocol extension \
         plugin driver backend engine client server context process flag bool needed missing empty mismatch \
         match lookup loader reader writer parser resolver builder middleware filter guard strategy challenge \
         realm agent app pos position offset start end begin stream buffer cache usages ops pem cert \
         certificate pub public wrapper encoding char chars delimiter separator note notice warning screen \
         dialog modal tab menu item items row cell box hidden visible show display toggle caption tooltip \
         subject body template templates confirmation confirm again repeat verify verification sent success \
         failure failed incorrect wrong short weak forgot forgotten lost remember recovery lifetime duration \
         period interval days hours minutes seconds ms",
    ),
    (
        ABOUT_FIRST,
        "request creation resume sync delta scroll max min num is has use no allow show hide enable disable require requires validate check primary \
         foreign unique sort partition cache hot short index next previous idempotency object map public pub \
         forgot change reset confirm invalid missing wrong incorrect lost group dict row column attribute \
         total prompt completion stop end pad eos bos unk mask cls sep special continuation pagination page \
         skip arrow enter tab escape shift ctrl meta alt on of by feature translation i18n ngettext compare \
         without csrf xsrf condition publishable routing dedup deduplication",
    ),
    (
        SYNTAX,
        "format regex parse lexer lexical syntax colon semicolon comma equals greater less question brace \
         bracket paren arrow operator keyword identifier punctuation whitespace newline eof dedent indent \
         injection",
    ),
    (
        DIGEST,
        "hash hashes sha sha1 sha256 sha384 sha512 md5 crc checksum digest integrity fingerprint thumbprint \
         etag commit rev revision uuid guid signature sig hashed encrypted crypted ciphertext salt nonce iv \
         public pub publickey kid keyid jti sri hmac csrftoken xsrftoken csrfmiddlewaretoken",
    ),
    (
        PUBLIC,
        "trusted known authorized authorised allowed pinned instrumentation insights appinsights \
         applicationinsights site anon gpg pgp",
    ),
    (
        RUN,
        "one two three single double multi first second third last final each every forward backward render \
         rendering shader shadow depth lighting geometry compute compiler optimization optimizer analysis \
         lowering fusion inference boarding season ski filter filtering sweep",
    ),
    (
        UNREAL,
        "fake dummy example sample placeholder mock mocked bogus invalid",
    ),
    (
        TRANSPARENT,
        "string str value val data plain plaintext raw default prod dev production staging live test base64 \
         b64 base hex new old current admin root db v eu us uk",
    ),
];

/// The table by word.
static ROLES: LazyLock<HashMap<&'static str, Roles>> = LazyLock::new(|| {
    let mut roles: HashMap<&str, Roles> = HashMap::new();
    for (role, words) in TABLE {
        for word in words.split_ascii_whitespace() {
            *roles.entry(word).or_default() |= role;
        }
    }
    roles
});

fn roles(word: &str) -> Roles {
    ROLES.get(word).copied().unwrap_or(0)
}

/// A name in lower case, with where its words are: split at separators, humps and before what follows capitals.
struct Words {
    lower: String,
    spans: Vec<(usize, usize)>,
}

impl Words {
    fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let mut spans = Vec::with_capacity(8);
        let mut start = 0;
        for i in 0..=bytes.len() {
            let ends = i == bytes.len() || !bytes[i].is_ascii_alphanumeric();
            if (ends || is_hump(bytes, i)) && i > start {
                spans.push((start, i));
            }
            if ends {
                start = i + 1;
            } else if is_hump(bytes, i) {
                start = i;
            }
        }
        Self {
            lower: name.to_ascii_lowercase(),
            spans,
        }
    }

    /// The words without the numbers at their ends, and the roles of each.
    fn read(&self) -> Vec<(&str, Roles)> {
        let words = self
            .spans
            .iter()
            .map(|&(start, end)| &self.lower[start..end]);
        let words = words.map(|w| w.trim_end_matches(|c: char| c.is_ascii_digit()));
        words
            .filter(|w| !w.is_empty())
            .map(|w| (w, roles(w)))
            .collect()
    }
}

/// A capital after a small letter or digit, or before a small letter and after a capital.
fn is_hump(bytes: &[u8], i: usize) -> bool {
    let Some(before) = i.checked_sub(1).map(|j| bytes[j]) else {
        return false;
    };
    let upper = bytes.get(i).is_some_and(u8::is_ascii_uppercase);
    let small_next = bytes.get(i + 1).is_some_and(u8::is_ascii_lowercase);
    upper
        && (before.is_ascii_lowercase()
            || before.is_ascii_digit()
            || before.is_ascii_uppercase() && small_next)
}

/// What `name` says; its last word decides, the words before it may qualify it.
pub(crate) fn says(name: &str) -> NameSays {
    if name.trim_start_matches(['"', '\'']).starts_with("AWS::") {
        // The type of a resource.
        return NameSays::Nothing;
    }
    let words = Words::of(name);
    let words = words.read();
    let any = |role| words.iter().any(|w| w.1 & role != 0);
    let Some((&last, before)) = words.split_last() else {
        return NameSays::Nothing;
    };
    let last = joined_with_the_one_before(last, before);
    let (password, credential) = (last.1 & PASSWORD != 0, last.1 & CREDENTIAL != 0);
    if last.1 & ABOUT != 0 && !credential && before.last().is_some_and(|w| w.1 & CREDENTIAL != 0) {
        return NameSays::About;
    }
    // `hmac_secret` makes digests, `secret_hmac` is one.
    let makes = last.1 & SECRET != 0 || last.0 == "key";
    let is_digest =
        |w: &(&str, Roles)| w.1 & DIGEST != 0 && !(makes && w.1 & KEY_KIND != 0 && w.0 != last.0);
    if !password && words.iter().any(is_digest) {
        return NameSays::Digest;
    }
    let first = before.iter().take(2).any(|w| w.1 & ABOUT_FIRST != 0);
    if first && !(password && before.len() > 1) {
        return NameSays::About;
    }
    let of_syntax =
        matches!(last.0, "token" | "tokens") && before.iter().any(|w| w.1 & SYNTAX != 0);
    if last.0 == "pass" && before.last().is_some_and(|w| w.1 & RUN != 0) {
        return NameSays::Nothing;
    }
    // `Sec-WebSocket-Key` starts a connection, and opens nothing.
    if of_syntax || last.0 == "key" && before.last().is_some_and(|w| w.0.ends_with("socket")) {
        return NameSays::About;
    }
    if any(UNREAL) {
        return NameSays::Unreal;
    }
    let constant = !name.bytes().any(|b| b.is_ascii_lowercase());
    match says_last(last, before) {
        NameSays::Maybe if constant && last.0 == "key" && !before.is_empty() => NameSays::Secret,
        says => says,
    }
}

/// Whether a name is, by its last word, of what people keep beside a secret: `dbHost`, `LOG_LEVEL`, `user_name`.
pub(crate) fn stands_beside(name: &str) -> bool {
    let words = Words::of(name);
    let last = words.read().last().map_or(0, |word| word.1);
    last & ABOUT != 0 && last & CREDENTIAL == 0
}

/// `pass_word`, `connectionString`: two words that are one of the table.
fn joined_with_the_one_before<'w>(
    last: (&'w str, Roles),
    before: &[(&str, Roles)],
) -> (&'w str, Roles) {
    let joined = before.last().map_or(0, |word| {
        // Every name comes by here: no word of the table is longer.
        let mut both = [0; 32];
        let (start, end) = (word.0.as_bytes(), last.0.as_bytes());
        let length = start.len() + end.len();
        let Some(both) = both.get_mut(..length) else {
            return 0;
        };
        both[..start.len()].copy_from_slice(start);
        both[start.len()..].copy_from_slice(end);
        std::str::from_utf8(both).map_or(0, roles)
    });
    (last.0, last.1 | joined & (PASSWORD | SECRET))
}

fn says_last((last, role): (&str, Roles), before: &[(&str, Roles)]) -> NameSays {
    if role & PASSWORD != 0 || ends_with_one(last, PASSWORD, 6) {
        return NameSays::Password;
    }
    let key = matches!(last, "key" | "keys");
    if (key || last.ends_with("string")) && before.iter().any(|w| w.1 & PUBLIC != 0) {
        return NameSays::Digest;
    }
    if role & SECRET != 0 || ends_with_one(last, SECRET, 5) {
        return NameSays::Secret;
    }
    if key {
        let kind = before
            .last()
            .is_some_and(|w| w.1 & (KEY_KIND | CREDENTIAL) != 0);
        return if kind {
            NameSays::Secret
        } else {
            NameSays::Maybe
        };
    }
    if role & TRANSPARENT != 0 {
        return before
            .split_last()
            .map_or(NameSays::Nothing, |(&l, b)| says_last(l, b));
    }
    if role & MAYBE != 0 {
        return NameSays::Maybe;
    }
    if before.iter().any(|w| w.1 & CREDENTIAL != 0) {
        NameSays::About
    } else {
        NameSays::Nothing
    }
}

/// Names that are run together in lower case: `mydbpassword`, `githubtoken`.
fn ends_with_one(word: &str, role: Roles, shortest: usize) -> bool {
    let last = word.len().saturating_sub(shortest);
    (1..=last).any(|start| word.get(start..).is_some_and(|end| roles(end) & role != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_beside_secrets() {
        for name in ["dbHost", "LOG_LEVEL", "user_name", "port", "username"] {
            assert!(stands_beside(name), "{name}");
        }
        for name in ["", "key", "value", "api_token", "x", "host_key"] {
            assert!(!stands_beside(name), "{name}");
        }
    }

    #[test]
    fn every_kind_of_name_is_read() {
        for (name, expected) in [
            ("password", NameSays::Password),
            ("DB_PASSWORD", NameSays::Password),
            ("spring.datasource.password", NameSays::Password),
            ("mydbpassword", NameSays::Password),
            ("userPass2", NameSays::Password),
            ("client_secret", NameSays::Secret),
            ("apiKey", NameSays::Secret),
            ("API-Key", NameSays::Secret),
            ("X-Auth-Token", NameSays::Secret),
            ("SENTRY_DSN", NameSays::Secret),
            ("githubtoken", NameSays::Secret),
            ("AWSSecretKey", NameSays::Secret),
            ("secret_value", NameSays::Secret),
            ("HMAC_SECRET", NameSays::Secret),
            ("signatureKey", NameSays::Secret),
            ("secret_hmac", NameSays::Digest),
            ("password_field", NameSays::About),
            ("sqlAdminLogin", NameSays::Nothing),
            ("token_type", NameSays::About),
            ("secret_name", NameSays::About),
            ("secretArn", NameSays::About),
            ("client_secret_id", NameSays::About),
            ("PASSWORD_FILE", NameSays::About),
            ("token_url", NameSays::About),
            ("password_min_length", NameSays::About),
            ("max_tokens", NameSays::About),
            ("primaryKey", NameSays::About),
            ("addFormatToken", NameSays::About),
            ("equalsGreaterThanToken", NameSays::About),
            ("Sec-WebSocket-Key", NameSays::About),
            ("csrfmiddlewaretoken", NameSays::Digest),
            ("public_key", NameSays::Digest),
            ("TrustedHostKeys", NameSays::Digest),
            ("RECAPTCHA_SITE_KEY", NameSays::Digest),
            ("GPG_KEY", NameSays::Digest),
            ("checksum/secret", NameSays::Digest),
            ("authorized_keys", NameSays::Digest),
            ("APPINSIGHTS_INSTRUMENTATIONKEY", NameSays::Nothing),
            ("instrumentationKey", NameSays::Digest),
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", NameSays::Digest),
            ("storageConnectionString", NameSays::Secret),
            ("host_key", NameSays::Secret),
            ("password_hash", NameSays::Digest),
            ("keyboard", NameSays::Nothing),
            ("monkey", NameSays::Nothing),
            ("AWS::IAM::AccessKey", NameSays::Nothing),
            ("compass", NameSays::Nothing),
            ("two_pass", NameSays::Nothing),
            ("DB_PASSWORD_EU", NameSays::Password),
            ("StripeApiKeyV2", NameSays::Secret),
            ("token_reader_us", NameSays::About),
            ("shadowPass", NameSays::Nothing),
            ("smtp_pass", NameSays::Password),
            ("author", NameSays::Nothing),
            ("key", NameSays::Maybe),
            ("auth", NameSays::Maybe),
        ] {
            assert_eq!(says(name), expected, "{name}");
        }
    }
}
