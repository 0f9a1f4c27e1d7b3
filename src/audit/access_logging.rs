//! Nobody can tell who read the secrets of a store.

use std::borrow::Cow;

use crate::facts::{Role, Value};
use crate::link::Declared;
use crate::practice::{AUDITING, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-access-not-logged"),
    title: Cow::Borrowed("secret store whose readers are not logged"),
    about: Cow::Borrowed(
        "When a secret turns up elsewhere, nothing tells who read it and since when. Key Vault writes its audit log, and \
         Google Secret Manager the log of data access, only where that is asked for.",
    ),
    fix: Cow::Borrowed(
        "Add a diagnostic setting with the category `AuditEvent` for the vault (`azurerm_monitor_diagnostic_setting`, \
         `Microsoft.Insights/diagnosticSettings`); on Google Cloud a `google_project_iam_audit_config` with `DATA_READ` \
         for `secretmanager.googleapis.com`. A policy for the whole subscription does as well.",
    ),
    class: Class::Hygiene,
    severity: Severity::Low,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://learn.microsoft.com/azure/key-vault/general/logging"),
        Cow::Borrowed("https://cloud.google.com/secret-manager/docs/audit-logging"),
    ]),
    cwe: Cow::Borrowed(&[778]),
    practices: &[&AUDITING],
    peers: &[
        Peer::new(Tool::Kics, "key_vault_diagnostic_setting_disabled"),
        Peer::new(Tool::PsRule, "Azure.KeyVault.Logs"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("azure"), Cow::Borrowed("google")]),
};

/// A store, what asks for its log, and what is said where nothing does.
const STORES: &[(&str, &[&str], &str)] = &[
    (
        "azurerm_key_vault",
        &[
            "azurerm_monitor_diagnostic_setting",
            "azurerm_*policy_assignment",
        ],
        "no diagnostic setting of it is declared",
    ),
    (
        "Microsoft.KeyVault/vaults",
        &[
            "Microsoft.Insights/diagnosticSettings",
            "Microsoft.KeyVault/vaults/providers/diagnosticSettings",
            "Microsoft.Authorization/policyAssignments",
        ],
        "no diagnostic setting of it is declared",
    ),
    (
        "google_secret_manager_secret",
        &[
            "google_project_iam_audit_config",
            "google_organization_iam_audit_config",
            "google_folder_iam_audit_config",
        ],
        "no log of data access is asked for",
    ),
];

/// Belief where others of the project have a log, and where none has: then a policy may ask for all of them.
const OTHERS: f32 = 0.6;
const NONE: f32 = 0.35;

/// Stores that nothing in their project asks a log for; of several in a module the first is told.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for &(kind, logs, why) in STORES {
        let Some(store) = scene.resources(kind).next() else {
            continue;
        };
        let all = scene.project.modules.iter().flat_map(|m| &m.declared);
        let resources = all.filter(|d| d.what.role == Role::Resource);
        let logs: Vec<&Declared<'p>> = resources
            .filter(|d| logs.iter().any(|log| is_log(log, &d.what.kind)))
            .collect();
        if logs.iter().any(|log| is_for(log, store.declared)) {
            continue;
        }
        let what = store.declared.what;
        let belief = if logs.is_empty() { NONE } else { OTHERS };
        let mut seen = scene.fault(&RULE, store.declared.file, what.span, belief, why);
        seen.detail = Some(what.address());
        out.push(seen);
    }
}

fn is_log(pattern: &str, kind: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => kind.starts_with(start) && kind.ends_with(end),
        None => pattern.eq_ignore_ascii_case(kind),
    }
}

/// Whether a log may be that of a store: it names it, or something that is not known, or is one for all.
fn is_for(log: &Declared<'_>, store: Declared<'_>) -> bool {
    let body = &log.what.body;
    let scope = ["target_resource_id", "scope"]
        .iter()
        .find_map(|name| body.iter().find(|e| &*e.name == *name).map(|e| &e.value));
    match scope {
        Some(Value::Reference(to, _)) => {
            let by_kind = to.target.contains("key_vault") || to.target.contains("KeyVault");
            let unknown = ["var.", "each.", "local.", "module.", "data."];
            by_kind || unknown.iter().any(|start| to.target.starts_with(start))
        }
        Some(_) => true,
        None => !log.what.kind.contains("diagnosticSettings") || log.file == store.file,
    }
}
