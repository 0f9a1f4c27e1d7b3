//! A secret store is filled from a literal: what it is there to hide stands in the template.

use std::borrow::Cow;

use crate::facts::Site;
use crate::judge::Prior;
use crate::practice::{Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::kubernetes_secret::is_public;
use super::scene::{Reading, Thing, holds_secret, is_password};
use super::{Scene, Sighting};
use crate::facts::Value;
use crate::facts::entry;
use crate::judge::names;
use crate::link::Leaf;
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("literal-in-store"),
    title: Cow::Borrowed("secret store filled from a literal"),
    about: Cow::Borrowed(
        "The store protects a value that everyone with this file, its history or the Terraform state can read.",
    ),
    fix: Cow::Borrowed(
        "Revoke it first if this was ever pushed. Declare only the secret, and put the value in with the store's \
         own console, CLI or rotation; or generate it with an ephemeral `random_password` and a write-only argument \
         (`secret_string_wo`, `value_wo`, `secret_data_wo`); in CloudFormation with `GenerateSecretString`. In Bicep \
         take it from a parameter with `@secure()`.",
    ),
    class: Class::Leak,
    severity: Severity::High,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret_version",
    )]),
    cwe: Cow::Borrowed(&[798, 312]),
    practices: &[&STORE],
    peers: &[Peer::new(Tool::Checkov, "CKV_AWS_384")],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform")]),
};

/// Kind and argument of what is kept.
const STORES: &[(&str, &str)] = &[
    ("aws_secretsmanager_secret_version", "secret_string"),
    ("aws_secretsmanager_secret_version", "secret_string_wo"),
    ("aws_secretsmanager_secret_version", "secret_binary"),
    ("aws_ssm_parameter", "value"),
    ("aws_ssm_parameter", "value_wo"),
    ("AWS::SecretsManager::Secret", "SecretString"),
    ("AWS::SSM::Parameter", "Value"),
    ("Microsoft.KeyVault/vaults/secrets", "properties.value"),
    ("azurerm_key_vault_secret", "value"),
    ("azurerm_key_vault_secret", "value_wo"),
    ("google_secret_manager_secret_version", "secret_data"),
    ("google_secret_manager_secret_version", "secret_data_wo"),
    (
        "google_secret_manager_regional_secret_version",
        "secret_data",
    ),
    ("kubernetes_secret", "data"),
    ("kubernetes_secret_v1", "data"),
    ("vault_generic_secret", "data_json"),
    ("vault_kv_secret_v2", "data_json"),
    ("vault_kv_secret", "data_json"),
    ("github_actions_secret", "plaintext_value"),
    ("github_actions_environment_secret", "plaintext_value"),
    ("github_actions_organization_secret", "plaintext_value"),
    ("github_codespaces_secret", "plaintext_value"),
    ("github_dependabot_secret", "plaintext_value"),
    ("cloudflare_workers_secret", "secret_text"),
    ("azuredevops_variable_group", "variable.secret_value"),
    ("oci_vault_secret", "secret_content"),
    ("doppler_secret", "value"),
];

/// Every constant in a store is a candidate; of several under names, those whose name is a secret's.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for &(kind, argument) in STORES {
        for thing in scene
            .resources(kind)
            .filter(|t| is_filled(scene, t, argument))
        {
            for leaf in thing
                .leaves
                .iter()
                .filter(|l| !l.within && is_in(argument, &l.path))
            {
                let ends = thing.declared.what.address();
                let last = argument.rsplit('.').next();
                let is_whole = leaf.path.last().copied() == last;
                if is_whole && members(scene, leaf, &ends, out) {
                    continue;
                }
                let name = leaf.path[leaf.path.len() - 1];
                // Whatever stands in a Secret is one.
                let is_secret = kind.starts_with("kubernetes_secret") && !is_public(name);
                let reading = match is_whole {
                    false if is_secret => Reading {
                        prior: Prior::Property {
                            password: is_password(name),
                        },
                        name,
                        site: Site::Variable,
                    },
                    true => Reading {
                        prior: Prior::Property { password: false },
                        name: leaf.name.unwrap_or(argument),
                        site: Site::Variable,
                    },
                    false => Reading::named(name, Site::Variable),
                };
                out.extend(scene.literal(&RULE, leaf, reading, &ends));
            }
        }
    }
}

/// Whether an argument is what a store keeps.
pub(super) fn is_store(kind: &str, path: &[&str]) -> bool {
    let mut stores = STORES.iter().filter(|(of, _)| *of == kind);
    stores.any(|(_, argument)| is_in(argument, path))
}

/// The members of a value that is written as a JSON object, those whose name is a secret's; whether it is one.
fn members<'p>(
    scene: &Scene<'_, 'p>,
    leaf: &Leaf<'p>,
    ends: &str,
    out: &mut Vec<Sighting<'p>>,
) -> bool {
    let Value::Literal(literal) = leaf.value else {
        return false;
    };
    let Ok(serde_json::Value::Object(object)) =
        serde_json::from_str(scene.meaning(leaf.file, literal))
    else {
        return false;
    };
    let raw = scene.slice(leaf.file, literal.raw);
    for (name, value) in &object {
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
            continue;
        };
        let Some(at) = raw.find(text).filter(|_| raw.matches(text).count() == 1) else {
            continue;
        };
        let Some(mut seen) = scene.literal(&RULE, leaf, Reading::named("", Site::Variable), ends)
        else {
            continue;
        };
        let start = literal.raw.start as usize + at;
        seen.candidate.span = Span::new(start, start + text.len());
        seen.candidate.evidence.says = names::says(name);
        seen.candidate.evidence.value = Cow::Owned(text.to_owned());
        out.push(seen);
    }
    true
}

/// Whether a path leads to an argument, or into it.
fn is_in(argument: &str, path: &[&str]) -> bool {
    let mut names = path.iter();
    argument
        .split('.')
        .all(|part| names.next().is_some_and(|name| *name == part))
}

/// Whether the value that is written is the one that counts, and secret.
fn is_filled(scene: &Scene<'_, '_>, thing: &Thing<'_>, argument: &str) -> bool {
    let declared = thing.declared;
    let secret = !matches!(
        &*declared.what.kind,
        "aws_ssm_parameter" | "AWS::SSM::Parameter"
    ) || scene.text(declared, "type") == Some("SecureString")
        || holds_secret(&declared.what.name)
        || scene
            .text(declared, "name")
            .or_else(|| scene.text(declared, "Name"))
            .and_then(|n| n.rsplit('/').next())
            .is_some_and(holds_secret);
    secret && !is_ignored(thing, argument)
}

/// Whether changes of the argument are ignored: then the value is a placeholder that is overwritten elsewhere.
fn is_ignored(thing: &Thing<'_>, argument: &str) -> bool {
    let Some(Value::Map(lifecycle)) = thing.declared.what.get("lifecycle") else {
        return false;
    };
    match entry(lifecycle, "ignore_changes").map(|e| &e.value) {
        Some(Value::List(names)) => names
            .iter()
            .any(|n| matches!(n, Value::Reference(r, _) if *r.target == *argument)),
        Some(Value::Reference(all, _)) => &*all.target == "all",
        _ => false,
    }
}
