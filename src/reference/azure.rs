//! What functions and properties of Azure's templates give: `listKeys()`, `getSecret()`, `reference()` and what stands behind
//! them.

use super::Reference;

/// Kind of resource (`*` is any), function or property, and what it gives.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#list>
const SECRETS: &[(&str, &str, &str)] = &[
    (
        "Microsoft.Storage/storageAccounts",
        "listKeys",
        "a storage account's key",
    ),
    (
        "Microsoft.Storage/storageAccounts",
        "listAccountSas",
        "a shared access signature",
    ),
    (
        "Microsoft.Storage/storageAccounts",
        "listServiceSas",
        "a shared access signature",
    ),
    (
        "Microsoft.DocumentDB/databaseAccounts",
        "list*",
        "a Cosmos DB key",
    ),
    ("Microsoft.Cache/*", "listKeys", "a cache's key"),
    ("Microsoft.Cache/redis", "accessKeys", "a cache's key"),
    ("Microsoft.ServiceBus/*", "listKeys", "a Service Bus key"),
    ("Microsoft.EventHub/*", "listKeys", "an Event Hubs key"),
    ("Microsoft.EventGrid/*", "listKeys", "an Event Grid key"),
    (
        "Microsoft.CognitiveServices/accounts",
        "listKeys",
        "an AI service key",
    ),
    (
        "Microsoft.Search/searchServices",
        "list*",
        "a search service's key",
    ),
    (
        "Microsoft.SignalRService/*",
        "listKeys",
        "a SignalR or Web PubSub key",
    ),
    (
        "Microsoft.AppConfiguration/configurationStores",
        "listKeys",
        "an App Configuration key",
    ),
    (
        "Microsoft.ContainerRegistry/registries",
        "listCredentials",
        "a registry password",
    ),
    (
        "Microsoft.OperationalInsights/workspaces",
        "listKeys",
        "a workspace key",
    ),
    ("Microsoft.Maps/accounts", "list*", "a maps key"),
    ("Microsoft.Batch/batchAccounts", "listKeys", "a Batch key"),
    ("Microsoft.Devices/*", "listKeys", "an IoT Hub key"),
    (
        "Microsoft.NotificationHubs/*",
        "listKeys",
        "a Notification Hubs key",
    ),
    ("Microsoft.Relay/*", "listKeys", "a Relay key"),
    (
        "Microsoft.Communication/communicationServices",
        "listKeys",
        "a Communication Services key",
    ),
    ("Microsoft.Web/sites*", "list*", "a key of the app"),
    (
        "Microsoft.Web/staticSites",
        "listSecrets",
        "a deployment token",
    ),
    ("*", "getSecret", "the value of a secret in Azure Key Vault"),
    ("*", "list*", "a key that Azure lists"),
];

/// Ends of what `list*()` gives that are no secrets. `keys[0].value` and `primaryConnectionString` are ones.
const PLAIN: &[&str] = &[
    "keyName",
    "permissions",
    "username",
    "creationTime",
    "description",
    "name",
    "type",
    "id",
];

/// What a function gives, asked of a kind of resource, or a part of it: copied by the deployment.
#[must_use]
pub fn call(function: &str, kind: &str, part: &[Box<str>]) -> Reference {
    given(format!("{function}({kind}).{}", part.join(".")))
}

/// A property of a resource: a pointer, but for a few.
#[must_use]
pub fn property(kind: &str, name: &str, part: &[Box<str>]) -> Reference {
    let target = match part.is_empty() {
        true => format!("{name}({kind})"),
        false => format!("{name}({kind}).{}", part.join(".")),
    };
    given(target)
}

fn given(target: String) -> Reference {
    let copied = secret(&target).is_some();
    Reference::in_template(target, copied)
}

/// Whether a function lists keys.
#[must_use]
pub fn lists(function: &str) -> bool {
    let rest = function.strip_prefix("list");
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        || function == "getSecret"
}

/// What secret `listKeys(KIND).part` or `NAME(KIND).part` gives the value of, in words.
#[must_use]
pub fn secret(target: &str) -> Option<&'static str> {
    let (function, rest) = target.split_once('(')?;
    let (kind, part) = rest.split_once(')')?;
    let mut parts = part.split('.').filter(|part| !part.is_empty());
    let named = match lists(function) {
        true => function,
        false => parts.find(|part| is_property(kind, part))?,
    };
    let plain = part.rsplit('.').next().is_some_and(|p| PLAIN.contains(&p));
    let known = SECRETS
        .iter()
        .find(|(of, name, _)| fits(of, kind) && fits(name, named));
    known.filter(|_| !plain).map(|(.., says)| *says)
}

fn is_property(kind: &str, part: &str) -> bool {
    let rows = SECRETS.iter().filter(|(_, name, _)| !lists(name));
    rows.into_iter()
        .any(|(of, name, _)| *name == part && fits(of, kind))
}

fn fits(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => text
            .get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => pattern.eq_ignore_ascii_case(text),
    }
}

/// What `@Microsoft.KeyVault(...)` says.
/// <https://learn.microsoft.com/azure/app-service/app-service-key-vault-references#source-app-settings-from-key-vault>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyVault {
    /// A secret, and its version where one is fixed.
    Named {
        /// Of the secret.
        version: Option<String>,
    },
    /// A part that says which is only known later.
    Unknown,
    /// Its bracket is not closed.
    Open,
    /// It lacks the secret or the vault.
    Incomplete,
}

/// Reads such a pointer, in which `*` is what is only known later; none where the text is another.
#[must_use]
pub fn key_vault(text: &str) -> Option<KeyVault> {
    let (start, rest) = text.trim().split_once('(')?;
    if !start.eq_ignore_ascii_case("@Microsoft.KeyVault") {
        return None;
    }
    let Some(inside) = rest.strip_suffix(')') else {
        let open = rest.contains(['*', '{']);
        return Some(if open {
            KeyVault::Unknown
        } else {
            KeyVault::Open
        });
    };
    let given = |name: &str| {
        let mut pairs = inside.split(';').filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value.trim())
            .filter(|v| !v.is_empty())
    };
    if let Some(uri) = given("SecretUri") {
        return Some(of_uri(uri));
    }
    Some(match (given("VaultName"), given("SecretName")) {
        (Some(_), Some(_)) => KeyVault::Named {
            version: given("SecretVersion").map(ToOwned::to_owned),
        },
        _ if inside.starts_with(['*', '{', '$']) => KeyVault::Unknown,
        _ => KeyVault::Incomplete,
    })
}

/// What the file calls the vault or secret that such a pointer is put together of: `${vault}`.
#[must_use]
pub fn symbol(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("${")?;
    rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .next()
}

/// The name of the vault that such a pointer leads to, where it is written out.
#[must_use]
pub fn vault(text: &str) -> Option<&str> {
    let after = |start: &str| text.split_once(start).map(|(_, rest)| rest);
    let name = after("VaultName=")
        .and_then(|rest| rest.split([';', ')']).next())
        .or_else(|| after("SecretUri=https://")?.split(['.', '/']).next())?;
    let is_known = !name.is_empty() && !name.contains(['*', '$', '{']);
    is_known.then_some(name.trim())
}

/// `https://VAULT/secrets/NAME/VERSION`.
fn of_uri(uri: &str) -> KeyVault {
    let Some((_, rest)) = uri.split_once("/secrets/") else {
        let later = uri.contains(['*', '{', '$']);
        return if later {
            KeyVault::Unknown
        } else {
            KeyVault::Incomplete
        };
    };
    let mut parts = rest.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some(_), version) => KeyVault::Named {
            version: version.map(ToOwned::to_owned),
        },
        _ => KeyVault::Incomplete,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Resolved;
    use super::*;

    #[test]
    fn values_and_pointers_are_told_apart() {
        let storage = "Microsoft.Storage/storageAccounts";
        let part = |text: &str| text.split('.').map(Into::into).collect::<Vec<Box<str>>>();
        let resolved = |function, text| call(function, storage, &part(text)).resolved;
        assert_eq!(resolved("listKeys", "keys.0.value"), Resolved::Deploy);
        assert_eq!(resolved("listKeys", "keys.0.keyName"), Resolved::Runtime);
        assert_eq!(
            secret("listCredentials(Microsoft.ContainerRegistry/registries).passwords.0.value"),
            Some("a registry password")
        );
        assert_eq!(
            secret("listKeys(Microsoft.Example/things).primaryKey"),
            Some("a key that Azure lists")
        );
        let property = |kind, text| property(kind, "x", &part(text)).resolved;
        assert_eq!(property(storage, "properties.id"), Resolved::Runtime);
        assert_eq!(
            property("Microsoft.Cache/redis", "properties.accessKeys.primaryKey"),
            Resolved::Deploy
        );
    }

    #[test]
    fn pointers_to_key_vault() {
        let version = |v: Option<&str>| KeyVault::Named {
            version: v.map(ToOwned::to_owned),
        };
        let uri = "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets";
        for (text, says) in [
            (format!("{uri}/s)"), version(None)),
            (format!("{uri}/s/)"), version(None)),
            (format!("{uri}/s/4f9d0b2c)"), version(Some("4f9d0b2c"))),
            (format!("{uri}/s"), KeyVault::Open),
            (format!("{uri}/)"), KeyVault::Incomplete),
            (
                "@Microsoft.KeyVault(VaultName=v;SecretName=s)".to_owned(),
                version(None),
            ),
            (
                "@Microsoft.KeyVault(SecretName=s; VaultName=v; SecretVersion=1)".to_owned(),
                version(Some("1")),
            ),
            (
                "@Microsoft.KeyVault(SecretName=s)".to_owned(),
                KeyVault::Incomplete,
            ),
            ("@Microsoft.KeyVault()".to_owned(), KeyVault::Incomplete),
            (
                "@Microsoft.KeyVault(SecretUri=*)".to_owned(),
                KeyVault::Unknown,
            ),
            ("@Microsoft.KeyVault(*)".to_owned(), KeyVault::Unknown),
        ] {
            assert_eq!(key_vault(&text), Some(says), "{text}");
        }
        assert_eq!(key_vault("hunter2"), None);
    }
}
