//! Where secrets come from: calls of stores and what they answer, and the environment.

use memchr::memmem;

use crate::audit::says_one;
use crate::audit::scene::holds_secret;
use crate::facts::code::CHOSEN;
use crate::judge::NameSays;
use crate::judge::names;

use super::{ENVIRONMENT, Origin, Store, Taint, sink};

pub(super) const VARIABLE: &str = "a variable of the environment that is named as a secret";

const TOKEN: &str = "the token that an authorizer is asked about";

/// Words of authorizers.
pub(super) const ASKED: &[&str] = &["authorizationToken", "methodArn"];

impl Store {
    /// What a secret of it is called.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::SecretsManager => "a secret of AWS Secrets Manager",
            Self::Parameters => "a parameter that was decrypted",
            Self::KeyVault => "a secret of Azure Key Vault",
            Self::Google => "a secret of Google Secret Manager",
            Self::Vault => "a secret of Vault",
        }
    }

    /// What a member of its answer is.
    fn member(self, name: &str) -> Option<Origin> {
        let reply = Some(Origin::Reply(self));
        let secret = Some(Origin::Secret(self.says()));
        let counted = name.bytes().all(|b| b.is_ascii_digit());
        match (self, name) {
            _ if counted => reply,
            (Self::SecretsManager, "SecretString" | "SecretBinary") => secret,
            (Self::SecretsManager, "SecretValues" | "data" | "Body") => reply,
            (Self::Parameters, "Value") => secret,
            (Self::Parameters, "Parameter" | "Parameters" | "data") => reply,
            (Self::KeyVault, "value") => secret,
            (Self::KeyVault, "result") => reply,
            (Self::Google, "payload") => reply,
            (Self::Google, "data") => secret,
            (Self::Vault, "data" | "body") => reply,
            (Self::Vault, _) => secret.filter(|_| keeps(name)),
            _ => None,
        }
    }

    /// Whether its answer, as a whole, shows the secret when it is put out; that of the SDK for Python does not for a vault
    /// of Azure.
    pub(super) fn shows(self, python: bool) -> bool {
        self != Self::KeyVault || !python
    }
}

/// Methods that ask a store, and what they need beside their name.
pub(super) struct Source {
    methods: &'static [&'static str],
    pub(super) store: Store,
    pub(super) needs: Needs,
}

/// What makes a call one of a store, where its method alone does not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing.
    Nothing,
    /// Something that it is given: that of a text which hides itself is given nothing.
    Argument,
    /// `WithDecryption: true`
    Decryption,
    /// A word in the file.
    Word(&'static str),
    /// A name that it is called on.
    Owner(&'static str),
}

const SOURCES: &[Source] = &[
    Source {
        methods: &[
            "get_secret_value",
            "getSecretValue",
            "GetSecretValueCommand",
            "batch_get_secret_value",
            "BatchGetSecretValueCommand",
        ],
        store: Store::SecretsManager,
        needs: Needs::Argument,
    },
    Source {
        methods: &[
            "get_parameter",
            "get_parameters",
            "get_parameters_by_path",
            "getParameter",
            "getParameters",
            "getParametersByPath",
            "GetParameterCommand",
            "GetParametersCommand",
            "GetParametersByPathCommand",
        ],
        store: Store::Parameters,
        needs: Needs::Decryption,
    },
    Source {
        methods: &["get_secret", "getSecret"],
        store: Store::KeyVault,
        needs: Needs::Word("SecretClient"),
    },
    Source {
        methods: &["access_secret_version", "accessSecretVersion"],
        store: Store::Google,
        needs: Needs::Nothing,
    },
    Source {
        methods: &["read_secret_version", "read_secret"],
        store: Store::Vault,
        needs: Needs::Nothing,
    },
    Source {
        methods: &["read"],
        store: Store::Vault,
        needs: Needs::Owner("vault"),
    },
];

/// The store that a method asks.
pub(super) fn of_method(method: &str) -> Option<&'static Source> {
    SOURCES
        .iter()
        .find(|source| source.methods.contains(&method))
}

/// Calls of libraries that give the secret itself.
pub(super) fn of_library(callee: &str) -> Option<Origin> {
    let (module, method) = callee.rsplit_once('.').unwrap_or(("", callee));
    let powertools = module.contains("powertools") && module.contains("parameters");
    let secret = match method {
        "get_secret_string" | "get_secret_binary" | "getSecretString" => true,
        "get_secret" | "getSecret" => powertools,
        _ => false,
    };
    secret.then(|| Origin::Secret(Store::SecretsManager.says()))
}

/// Calls that read a variable of the environment.
pub(super) fn reads_variable(callee: &str) -> bool {
    matches!(
        callee,
        "os.getenv" | "getenv" | "os.environ.get" | "environ.get" | "os.environ.pop"
    )
}

/// `process.env.DB_PASSWORD`, and all of `os.environ`.
pub(super) fn of_path(path: &str) -> Option<Origin> {
    let rest = ["process.env", "os.environ"]
        .iter()
        .find_map(|all| path.strip_prefix(all))?;
    match rest.strip_prefix('.') {
        Some(name) => of_variable(name),
        None => rest.is_empty().then_some(Origin::Environment),
    }
}

/// A variable of the environment.
pub(super) fn of_variable(name: &str) -> Option<Origin> {
    let secret = !name.contains('.') && holds_secret(name) && !names_kind(name);
    secret.then_some(Origin::Secret(VARIABLE))
}

/// Variables of credentials say of which kind they are, or where, as often as they hold them.
fn names_kind(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("credentials")
}

/// Whether a member of a secret of several parts is secret.
pub(super) fn keeps(name: &str) -> bool {
    const WHOLE: &[&str] = &[
        "value",
        "secret",
        "connectionString",
        "connection_string",
        "dsn",
        "key",
    ];
    let says = names::says(name);
    matches!(says, NameSays::Password | NameSays::Secret) || WHOLE.contains(&name)
}

/// A member of what has a secret in it.
pub(super) fn member(taint: Taint, name: &str) -> Option<Taint> {
    let name = match (taint.origin, name) {
        // Which one, nobody knows.
        (Origin::Environment | Origin::Event, CHOSEN) => return None,
        (Origin::Parameter(_), name) => name,
        (_, CHOSEN) => "",
        (_, name) => name,
    };
    let origin = match taint.origin {
        Origin::Reply(store) => match name {
            "" => taint.origin,
            _ => store.member(name)?,
        },
        Origin::Secret(_) => match name {
            // The second of a pair is the value of an item, or the password beside its user.
            "" | "data" | "1" => taint.origin,
            _ => keeps(name).then_some(taint.origin)?,
        },
        Origin::Event => match name {
            "headers" | "multiValueHeaders" | "" => taint.origin,
            "authorizationToken" | "Authorization" | "authorization" | "x-api-key" => {
                Origin::Secret(TOKEN)
            }
            _ => return None,
        },
        // The second of a pair of its items is a value.
        Origin::Environment if name == "1" => Origin::Secret(ENVIRONMENT),
        Origin::Environment if name.is_empty() => taint.origin,
        Origin::Environment => of_variable(name)?,
        Origin::Parameter(_) => {
            let mut taint = taint;
            taint.parts.push(name.into());
            return (taint.parts.len() <= PARTS).then_some(taint);
        }
    };
    Some(Taint { origin, ..taint })
}

/// Members of members of a parameter, at most.
const PARTS: usize = 4;

/// Whether something may be put out in a text: words of a source and of a sink stand in it. Before it is parsed, this
/// has to be cheap.
pub(in crate::audit) fn may_leak(text: &str) -> bool {
    puts_out(text) && reads(text)
}

/// Whether words of a sink stand in a text.
pub(in crate::audit) fn puts_out(text: &str) -> bool {
    says_one(text, sink::WORDS)
}

/// Whether words of a source stand in a text.
pub(in crate::audit) fn reads(text: &str) -> bool {
    says_one(text, STORES) || says_one(text, ASKED) || reads_environment(text, true)
}

/// Whether words of a single secret stand in a text, not only of the whole environment.
pub(in crate::audit) fn reads_one(text: &str) -> bool {
    says_one(text, STORES) || reads_environment(text, false)
}

/// Words of stores.
pub(in crate::audit) const STORES: &[&str] = &[
    "get_secret",
    "getSecret",
    "GetSecretValue",
    "WithDecryption",
    "access_secret_version",
    "accessSecretVersion",
    "read_secret",
    "vault.read",
];

/// Words of the environment.
const ENVIRONMENTS: &[&str] = &["process.env", "os.environ", "getenv("];

/// Words at which a program may read a secret.
pub(in crate::audit) const CUES: &[&str] = &[
    "get_secret",
    "getSecret",
    "GetSecretValue",
    "WithDecryption",
    "access_secret_version",
    "accessSecretVersion",
    "AccessSecretVersion",
    "read_secret",
    "vault.read",
    "process.env",
    "os.environ",
    "getenv(",
    "authorizationToken",
    "methodArn",
];

/// Whether a variable of a secret's name is read, or, where that counts, the `whole` environment at once.
fn reads_environment(text: &str, whole: bool) -> bool {
    ENVIRONMENTS.iter().any(|word| {
        memmem::find_iter(text.as_bytes(), word.as_bytes()).any(|at| {
            let called = word.ends_with('(') || !whole || !is_handed_on(&text[..at]);
            let after = &text[at + word.len()..];
            is_secret_read(after, called) || is_named_by_constant(text, after)
        })
    })
}

/// Bytes before the environment that are looked at.
const NEAR: usize = 256;

/// Whether what follows on the line is given a name, or put out there: a program that only calls others with its
/// environment is not worth a parse.
fn is_handed_on(before: &str) -> bool {
    const WORDS: &[&str] = &[
        "print", "log", "ogger", "console", "tringify", "dump", "send", "write", "json", "body",
        "return", "raise ", "throw ", "entries", "values",
    ];
    // A line of a bundle may be the whole file.
    let near = &before.as_bytes()[before.len().saturating_sub(NEAR)..];
    let line = near.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    let has = |word: &&str| memmem::find(line, word.as_bytes()).is_some();
    line.trim_ascii_end().ends_with(b"=") || WORDS.iter().any(has)
}

fn is_secret_read(after: &str, called: bool) -> bool {
    let whole = |c: char| matches!(c, ')' | ',' | ';' | '}' | '\n' | '\r');
    if !called && after.trim_start_matches(' ').starts_with(whole) {
        return true;
    }
    let name = variable(after);
    !name.is_empty() && holds_secret(name)
}

/// Whether a constant of the text names a secret's variable: `NAME = "API_TOKEN"`, and then `[NAME]`.
fn is_named_by_constant(text: &str, after: &str) -> bool {
    let name = variable(after);
    let after = after.strip_prefix(".get(").unwrap_or(after);
    let bare = after.trim_start_matches(['[', '(']).starts_with(name);
    if name.is_empty() || !bare {
        return false;
    }
    memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
        let rest = text[at + name.len()..].trim_start_matches(' ');
        let value = rest
            .strip_prefix('=')
            .map(|rest| rest.trim_start_matches(' '));
        let value = value.and_then(|value| value.strip_prefix(['"', '\'']));
        value.is_some_and(|value| holds_secret(variable(value)))
    })
}

/// The variable of which what follows the environment speaks: `.NAME`, `["NAME"]`, `.get('NAME')`.
fn variable(after: &str) -> &str {
    let after = after.strip_prefix(".get(").unwrap_or(after);
    // In a notebook a quote is written with a backslash.
    let after = after.trim_start_matches(['.', '[', '"', '\'', '?', '(', '\\']);
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &after[..end.unwrap_or(after.len()).min(128)]
}

/// The variables of the environment that a program reads which asks Google for secrets: it may take the names of these from
/// them.
pub(crate) fn asked(text: &str) -> Vec<Box<str>> {
    const ASKS: &[&str] = &[
        "access_secret_version",
        "accessSecretVersion",
        "AccessSecretVersion",
    ];
    const READS: &[&str] = &["process.env", "os.environ", "etenv(", "env::var("];
    if !says_one(text, ASKS) {
        return Vec::new();
    }
    let reads = READS.iter().flat_map(|word| {
        let places = memmem::find_iter(text.as_bytes(), word.as_bytes());
        places.map(|at| variable(&text[at + word.len()..]))
    });
    let mut names: Vec<Box<str>> = reads.filter(|n| !n.is_empty()).map(Into::into).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_source_with_a_sink_is_worth_a_parse() {
        for text in [
            "console.log(process.env.DB_PASSWORD)",
            "print(os.environ)",
            "x = os.environ.get('API_KEY')\nlogger.info(x)",
            "const { API_KEY } = process.env;\nconsole.log(1)",
            "const NAME = 'API_TOKEN';\nconsole.log(process.env[NAME])",
            r#"x = os.environ.get(\"API_KEY\")\nprint(x)"#,
            "r = c.get_secret_value(SecretId=n)\nprint(r)",
        ] {
            assert!(may_leak(text), "{text}");
        }
        for text in [
            "console.log(process.env.NODE_ENV)",
            "const NAME = 'API_HOST';\nconsole.log(process.env[NAME])",
            "connect(process.env.DB_PASSWORD)",
            "x = c.get_secret_value(SecretId=n)",
            "print(os.environ['HOME'], os.environ.get('STAGE'))",
        ] {
            assert!(!may_leak(text), "{text}");
        }
    }
}
