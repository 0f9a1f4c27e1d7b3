//! Transport is not protected: old TLS is accepted, or certificates are not checked.

use std::borrow::Cow;

use crate::facts::{Declaration, Dialect, Role, Value};
use crate::practice::{Peer, TRANSPORT, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::sites::{self, is_kind, leads};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("insecure-transport"),
    title: Cow::Borrowed("transport that is not protected"),
    about: Cow::Borrowed(
        "Secrets that go over such a connection can be read or replaced on the way: with old TLS by breaking it, without \
         checks of certificates by answering in the place of the store.",
    ),
    fix: Cow::Borrowed(
        "Ask for TLS 1.2 at least (`minTlsVersion: '1.2'`, `minimum_tls_version = \"1.2\"`), serve nothing over plain HTTP, \
         and take variables that switch off checks out; give the runtime your own authority instead \
         (`NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`, `VAULT_CACERT`).",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://learn.microsoft.com/azure/app-service/overview-tls",
    )]),
    cwe: Cow::Borrowed(&[295, 319, 327]),
    practices: &[&TRANSPORT],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AZURE_15"),
        Peer::new(Tool::Checkov, "CKV_AZURE_145"),
        Peer::new(Tool::Checkov, "CKV_AZURE_154"),
        Peer::new(
            Tool::Kics,
            "function_app_not_using_latest_tls_encryption_version",
        ),
        Peer::new(Tool::Semgrep, "appservice-use-secure-tls-policy"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("azure"), Cow::Borrowed("environment")]),
};

/// Kind, path, and values that are bad. What is not set is left to the platform, which asks for TLS 1.2 today.
#[rustfmt::skip]
const SETTINGS: &[(&str, &str, &[&str])] = &[
    ("Microsoft.Web/sites*", "properties.siteConfig.minTlsVersion", OLD),
    ("Microsoft.Web/sites*", "properties.siteConfig.scmMinTlsVersion", OLD),
    ("Microsoft.Web/sites/config/web", "properties.minTlsVersion", OLD),
    ("Microsoft.Web/sites*", "properties.httpsOnly", &["false"]),
    ("Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", OLD),
    ("Microsoft.Storage/storageAccounts", "properties.supportsHttpsTrafficOnly", &["false"]),
    ("Microsoft.Sql/servers", "properties.minimalTlsVersion", OLD),
    ("Microsoft.Sql/managedInstances", "properties.minimalTlsVersion", OLD),
    ("Microsoft.Cache/redis", "properties.minimumTlsVersion", OLD),
    ("Microsoft.Cache/redis", "properties.enableNonSslPort", &["true"]),
    ("Microsoft.DBforPostgreSQL/servers", "properties.sslEnforcement", &["Disabled"]),
    ("Microsoft.DBforMySQL/servers", "properties.sslEnforcement", &["Disabled"]),
    ("Microsoft.DBforPostgreSQL/servers", "properties.minimalTlsVersion", OLD),
    ("Microsoft.DBforMySQL/servers", "properties.minimalTlsVersion", OLD),
    ("Microsoft.ServiceBus/namespaces", "properties.minimumTlsVersion", OLD),
    ("Microsoft.EventHub/namespaces", "properties.minimumTlsVersion", OLD),
    ("Microsoft.DocumentDB/databaseAccounts", "properties.minimalTlsVersion", OLD),
    ("azurerm_*", "site_config.minimum_tls_version", OLD),
    ("azurerm_*", "site_config.min_tls_version", OLD),
    ("azurerm_*", "min_tls_version", OLD),
    ("azurerm_*", "minimum_tls_version", OLD),
    ("azurerm_*", "minimal_tls_version", OLD),
    ("azurerm_*", "ssl_minimal_tls_version_enforced", OLD),
    ("azurerm_*", "ssl_enforcement_enabled", &["false"]),
    ("azurerm_*", "https_only", &["false"]),
    ("azurerm_*", "https_traffic_only_enabled", &["false"]),
    ("azurerm_*", "enable_https_traffic_only", &["false"]),
    ("azurerm_redis_cache", "non_ssl_port_enabled", &["true"]),
    ("azurerm_redis_cache", "enable_non_ssl_port", &["true"]),
];

/// Versions before 1.2.
const OLD: &[&str] = &[
    "1.0",
    "1.1",
    "TLS1_0",
    "TLS1_1",
    "TLS1_0Enabled",
    "TLSEnforcementDisabled",
    "None",
    "Tls",
    "Tls11",
];

/// Variables that switch off checks of certificates, and the values that do.
const VARIABLES: &[(&str, &[&str])] = &[
    ("NODE_TLS_REJECT_UNAUTHORIZED", &["0"]),
    ("PYTHONHTTPSVERIFY", &["0"]),
    ("GIT_SSL_NO_VERIFY", &["1", "true"]),
    ("NPM_CONFIG_STRICT_SSL", &["false"]),
    ("VAULT_SKIP_VERIFY", &["1", "true"]),
    ("CONSUL_HTTP_SSL_VERIFY", &["false"]),
];

/// Settings of resources, and environments.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        let what = thing.declared.what;
        for leaf in thing.leaves.iter().filter(|leaf| !leaf.within) {
            let Some(value) = scene.constant(leaf.file, leaf.value) else {
                continue;
            };
            let is = |bad: &[&str]| bad.iter().any(|bad| bad.eq_ignore_ascii_case(value));
            let setting = what.role == Role::Resource
                && SETTINGS.iter().any(|(kind, path, bad)| {
                    is(bad) && is_kind(kind, &what.kind) && leads(path, &leaf.path)
                });
            let variable = sites::variable(thing, leaf).or_else(|| in_image(what, &leaf.path));
            let variable = variable.filter(|name| {
                VARIABLES
                    .iter()
                    .any(|(known, bad)| known == name && is(bad))
            });
            let (why, name) = match (setting, variable) {
                (true, _) => (
                    "the setting takes what is not protected",
                    leaf.path.join("."),
                ),
                (_, Some(name)) => ("the variable switches off checks", name.to_owned()),
                _ => continue,
            };
            let mut seen = scene.fault(&RULE, leaf.file, span(leaf.value), 0.8, why);
            seen.detail = Some(format!("{name} = {value} in {}", what.address()));
            out.push(seen);
        }
    }
}

/// The variable that an image is built with.
fn in_image<'p>(what: &Declaration, path: &[&'p str]) -> Option<&'p str> {
    match path {
        ["env", name] if what.dialect == Dialect::Docker => Some(name),
        _ => None,
    }
}

fn span(value: &Value) -> Span {
    match value {
        Value::Literal(literal) => literal.raw,
        Value::Plain(span) => *span,
        _ => Span::default(),
    }
}
