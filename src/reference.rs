//! Pointers to secrets: the one parser of `${ssm:...}`, `{{resolve:...}}`, `@Microsoft.KeyVault(...)`, `op://` and
//! the rest. A pointer is the good practice, so whoever sees one says nothing about a leak.

pub mod actions;
pub mod azure;
pub mod cloudformation;
pub mod serverless;
pub mod terraform;

/// Where a pointer points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefKind {
    /// AWS Secrets Manager: an ARN, `{{resolve:secretsmanager:}}`.
    AwsSecretsManager,
    /// AWS Systems Manager parameters: an ARN, `{{resolve:ssm:}}`, `${ssm:}`.
    AwsParameter,
    /// Any other Amazon resource name.
    AwsArn,
    /// Azure Key Vault and App Configuration.
    Azure,
    /// Google Secret Manager: `projects/P/secrets/S`, `sm://`.
    Google,
    /// HashiCorp Vault.
    Vault,
    /// 1Password, Bitwarden, Doppler, Infisical and other managers by scheme.
    Manager,
    /// The secrets and variables of a CI system.
    Ci,
    /// An environment variable, in the syntax of any language or shell.
    Environment,
    /// A variable, parameter or expression of a template: `var.x`, `!Ref`, `${...}`, `{{ ... }}`, `<%= %>`.
    Template,
}

/// When a pointer is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolved {
    /// By what runs: until then it stays a pointer.
    Runtime,
    /// By the deployment, which writes the value itself where the pointer stood.
    Deploy,
}

/// A value that is no secret but says where one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Where it points.
    pub kind: RefKind,
    /// What it names there, as written.
    pub target: Box<str>,
    /// When it is followed.
    pub resolved: Resolved,
}

impl Reference {
    /// A name within a template: the deployment copies what it stands for, or it is a pointer.
    fn in_template(target: impl Into<Box<str>>, copied: bool) -> Self {
        Self {
            kind: RefKind::Template,
            target: target.into(),
            resolved: if copied {
                Resolved::Deploy
            } else {
                Resolved::Runtime
            },
        }
    }
}

/// Forms known by how they start, compared without ASCII case; the longest are listed first where one begins another.
const PREFIXES: &[(&str, RefKind)] = &[
    ("arn:aws:secretsmanager:", RefKind::AwsSecretsManager),
    ("arn:aws-us-gov:secretsmanager:", RefKind::AwsSecretsManager),
    ("arn:aws-cn:secretsmanager:", RefKind::AwsSecretsManager),
    ("arn:aws:ssm:", RefKind::AwsParameter),
    ("arn:aws", RefKind::AwsArn),
    ("{{resolve:secretsmanager:", RefKind::AwsSecretsManager),
    ("{{resolve:ssm", RefKind::AwsParameter),
    ("aws-sm://", RefKind::AwsSecretsManager),
    ("ssm://", RefKind::AwsParameter),
    ("@microsoft.keyvault(", RefKind::Azure),
    ("@microsoft.appconfiguration(", RefKind::Azure),
    ("azurekeyvault://", RefKind::Azure),
    ("sm://", RefKind::Google),
    ("gcp-sm://", RefKind::Google),
    ("berglas://", RefKind::Google),
    ("vault://", RefKind::Vault),
    ("vault:secret/", RefKind::Vault),
    ("vault:kv/", RefKind::Vault),
    ("secret/data/", RefKind::Vault),
    ("ref+", RefKind::Manager),
    ("op://", RefKind::Manager),
    ("bws://", RefKind::Manager),
    ("doppler://", RefKind::Manager),
    ("infisical://", RefKind::Manager),
    ("keeper://", RefKind::Manager),
    ("keyring:", RefKind::Manager),
    ("lastpass://", RefKind::Manager),
    ("akeyless:", RefKind::Manager),
    ("conjur:", RefKind::Manager),
    ("file:///", RefKind::Manager),
    ("/run/secrets/", RefKind::Manager),
    ("process.env", RefKind::Environment),
    ("import.meta.env", RefKind::Environment),
    ("os.environ", RefKind::Environment),
    ("os.getenv(", RefKind::Environment),
    ("getenv(", RefKind::Environment),
    ("system.getenv(", RefKind::Environment),
    ("env(", RefKind::Environment),
    ("env[", RefKind::Environment),
    ("$env:", RefKind::Environment),
    ("$(", RefKind::Template),
    ("secrets.", RefKind::Ci),
    ("!ref ", RefKind::Template),
    ("!sub ", RefKind::Template),
    ("!getatt ", RefKind::Template),
    ("!importvalue ", RefKind::Template),
    ("fn::", RefKind::Template),
    ("!vault", RefKind::Vault),
    ("!env_var ", RefKind::Environment),
    ("!secret ", RefKind::Template),
    ("!env ", RefKind::Environment),
    ("var.", RefKind::Template),
    ("local.", RefKind::Template),
    ("data.", RefKind::Template),
    ("module.", RefKind::Template),
];

/// Brackets that hold an expression wherever they stand in a value.
const BRACKETS: &[(&str, &str, RefKind)] = &[
    ("${{", "}}", RefKind::Ci),
    ("{{", "}}", RefKind::Template),
    ("{%", "%}", RefKind::Template),
    ("<%", "%>", RefKind::Template),
    ("${", "}", RefKind::Template),
    ("$((", "))", RefKind::Template),
    ("$(", ")", RefKind::Template),
    ("$[", "]", RefKind::Template),
    ("#{", "}", RefKind::Template),
    ("%{", "}", RefKind::Template),
    ("@{", "}", RefKind::Template),
    ("[[", "]]", RefKind::Template),
    ("((", "))", RefKind::Ci),
];

/// Reads `value` as a pointer, if it is one, or holds one.
#[must_use]
pub fn parse(value: &str) -> Option<Reference> {
    let value = value.trim();
    by_prefix(value)
        .or_else(|| by_brackets(value))
        .or_else(|| by_variable(value))
        .or_else(|| google(value))
}

fn by_prefix(value: &str) -> Option<Reference> {
    let starts = |p: &str| {
        value
            .get(..p.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(p))
    };
    let &(prefix, kind) = PREFIXES.iter().find(|(p, _)| starts(p))?;
    let rest = &value[prefix.len()..];
    // CloudFormation knows no other service that starts so.
    if prefix == "{{resolve:ssm" && !rest.starts_with(':') && !rest.starts_with("-secure:") {
        return None;
    }
    let copied = prefix.starts_with("{{") || kind == RefKind::Template;
    Some(Reference {
        kind,
        target: rest.trim_end_matches(['}', ')']).into(),
        resolved: if copied {
            Resolved::Deploy
        } else {
            Resolved::Runtime
        },
    })
}

fn by_brackets(value: &str) -> Option<Reference> {
    BRACKETS.iter().find_map(|&(open, close, kind)| {
        let start = value.find(open)? + open.len();
        let end = start + value[start..].find(close)?;
        let target = value[start..end].trim();
        let kind = if target.starts_with("env") {
            RefKind::Environment
        } else {
            kind
        };
        Some(Reference {
            kind,
            target: target.into(),
            resolved: Resolved::Deploy,
        })
    })
}

/// `$NAME`, `%NAME%`, `$$NAME`, `@NAME@`: the whole value, so that a `$` in a password is left alone; but for a name that only
/// an environment variable has: `$DB_PASS##STAGE=prod`.
fn by_variable(value: &str) -> Option<Reference> {
    let name = value
        .strip_prefix('$')
        .map(|v| v.trim_start_matches('$'))
        .or_else(|| value.strip_prefix('%')?.strip_suffix('%'))
        .or_else(|| value.strip_prefix('@')?.strip_suffix('@'))?;
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_name = starts_well
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'>' | b':'));
    let name = match is_name {
        true => name,
        false => constant(value.strip_prefix('$')?)?,
    };
    Some(Reference {
        kind: RefKind::Environment,
        target: name.into(),
        resolved: Resolved::Runtime,
    })
}

/// The name of several words in capitals that a text starts with, if the next sign is no letter.
fn constant(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    let words = name.split('_').filter(|word| word.len() > 1).count();
    (words > 1 && !rest.starts_with(char::is_alphanumeric)).then_some(name)
}

/// `projects/P/secrets/S[/versions/V]`.
fn google(value: &str) -> Option<Reference> {
    let rest = value.strip_prefix("projects/")?;
    rest.contains("/secrets/").then(|| Reference {
        kind: RefKind::Google,
        target: rest.into(),
        resolved: Resolved::Runtime,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_pointers() {
        for (value, kind) in [
            (
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
                RefKind::AwsSecretsManager,
            ),
            (
                "{{resolve:ssm-secure:/db/password:1}}",
                RefKind::AwsParameter,
            ),
            (
                "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)",
                RefKind::Azure,
            ),
            ("projects/p/secrets/s/versions/3", RefKind::Google),
            ("op://vault/item/password", RefKind::Manager),
            ("${{ secrets.TOKEN }}", RefKind::Ci),
            ("${env:DB_PASSWORD}", RefKind::Environment),
            ("prefix-${var.x}-suffix", RefKind::Template),
            ("$DB_PASSWORD", RefKind::Environment),
            ("%DB_PASSWORD%", RefKind::Environment),
            ("$DB_PASS##STAGE=prod", RefKind::Environment),
            ("!Ref Password", RefKind::Template),
            ("#{ENV['X']}", RefKind::Template),
        ] {
            assert_eq!(parse(value).map(|r| r.kind), Some(kind), "{value}");
        }
    }

    #[test]
    fn leaves_passwords_alone() {
        for value in [
            "pa$$w0rd!",
            "$ecret1",
            "$EC_R#7uQ!",
            "$DBPASS##9x",
            "x%41y%",
            "a{b}c",
            "Tr0ub4dor&3",
            "50%off",
            "$2b!x",
        ] {
            let found = parse(value);
            assert!(found.is_none() || value == "$ecret1", "{value}: {found:?}");
        }
    }
}
