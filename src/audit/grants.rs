//! A policy lets someone read every secret there is.

use std::borrow::Cow;

use crate::facts::{Declaration, Entry, Role, Value, entry};
use crate::practice::{LEAST_PRIVILEGE, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::Thing;
use super::{Scene, Sighting};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("wildcard-secret-access"),
    title: Cow::Borrowed("read access to every secret"),
    about: Cow::Borrowed(
        "Whoever takes over this role reads all secrets and parameters of the account or project, not just those \
         that it needs.",
    ),
    fix: Cow::Borrowed(
        "Name the secrets: `resources = [aws_secretsmanager_secret.x.arn]`, for parameters their path. On Google \
         Cloud grant `roles/secretmanager.secretAccessor` on the secret \
         (`google_secret_manager_secret_iam_member`), on Azure `Key Vault Secrets User` on the vault or secret.",
    ),
    class: Class::Hygiene,
    severity: Severity::High,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
    )]),
    cwe: Cow::Borrowed(&[732, 250]),
    practices: &[&LEAST_PRIVILEGE],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AWS_107"),
        Peer::new(Tool::Checkov, "CKV_AWS_108"),
        Peer::new(Tool::Checkov, "CKV_AWS_287"),
        Peer::new(Tool::Checkov, "CKV_AWS_288"),
        Peer::new(Tool::Kics, "secrets_manager_with_vulnerable_policy"),
        Peer::new(Tool::Semgrep, "no-iam-data-exfiltration"),
        Peer::new(Tool::Semgrep, "no-iam-creds-exposure"),
        Peer::new(Tool::Terrascan, "AWS.ASSP.IAM.HIGH.0066"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("iam")]),
};

/// Statements of AWS policies, and bindings of Google and Azure.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        let what = thing.declared.what;
        match (what.role, &*what.kind) {
            (Role::Data, "aws_iam_policy_document") => {
                for one in what.body.iter().filter(|e| &*e.name == "statement") {
                    if let Value::Map(statement) = &one.value {
                        look(scene, thing, one.span, statement, out);
                    }
                }
            }
            (Role::Resource, kind) if kind.starts_with("serverless.") => {
                for list in granted(what) {
                    maps(&list.value, &mut |statement| {
                        let span = statement.first().map_or(list.span, |first| first.span);
                        look(scene, thing, span, statement, out);
                    });
                }
            }
            (Role::Resource, kind) if is_aws(kind) && !is_own_policy(kind) => {
                for one in what.body.iter().filter(|e| is_policy(&e.name)) {
                    written(scene, thing, one, out);
                    statements(&one.value, &mut |span, statement| {
                        look(scene, thing, span.unwrap_or(one.span), statement, out)
                    });
                }
            }
            (Role::Resource, kind) => bindings(scene, thing, kind, out),
            _ => {}
        }
    }
}

/// What serverless.yml grants to all functions, in the ways of its versions, or to one.
fn granted(what: &Declaration) -> impl Iterator<Item = &Entry> {
    let new = below(&what.body, "iam")
        .and_then(|iam| below(iam, "role"))
        .and_then(|role| entry(role, "statements"));
    new.into_iter()
        .chain(entry(&what.body, "iamRoleStatements"))
}

fn below<'e>(entries: &'e [Entry], name: &str) -> Option<&'e [Entry]> {
    match &entry(entries, name)?.value {
        Value::Map(entries) => Some(entries),
        _ => None,
    }
}

fn is_aws(kind: &str) -> bool {
    kind.starts_with("aws_") || kind.starts_with("AWS::")
}

/// A policy attached to one secret: there `*` means that secret.
fn is_own_policy(kind: &str) -> bool {
    matches!(
        kind,
        "aws_secretsmanager_secret_policy"
            | "aws_secretsmanager_secret"
            | "aws_kms_key"
            | "aws_kms_key_policy"
            | "AWS::SecretsManager::ResourcePolicy"
            | "AWS::KMS::Key"
    )
}

fn is_policy(name: &str) -> bool {
    matches!(
        name,
        "policy"
            | "inline_policy"
            | "policy_json"
            | "access_policy"
            | "Policies"
            | "PolicyDocument"
    )
}

/// A policy that is written as JSON text, as heredocs are; what is put in from elsewhere names something.
fn written<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    policy: &'p Entry,
    out: &mut Vec<Sighting<'p>>,
) {
    let file = thing.declared.file;
    let json = match &policy.value {
        Value::Literal(literal) => scene.meaning(file, literal).to_owned(),
        Value::Concat(parts) => parts
            .iter()
            .map(|part| scene.constant(file, part).unwrap_or("-"))
            .collect(),
        _ => return,
    };
    let Ok(document) = serde_json::from_str::<serde_json::Value>(&json) else {
        return;
    };
    for statement in listed(&document["Statement"]) {
        let texts = |name: &str| -> Vec<&str> {
            let values = listed(&statement[name]);
            values.iter().filter_map(|v| v.as_str()).collect()
        };
        let limited = ["Condition", "NotAction"]
            .iter()
            .any(|name| statement.get(name).is_some());
        let every = texts("Resource").into_iter().any(is_every);
        let action = texts("Action").into_iter().find(|a| reads_secrets(a));
        if let Some(action) = action.filter(|_| every && !limited && texts("Effect") == ["Allow"]) {
            out.push(sighting(scene, thing, policy.span, action));
        }
    }
}

/// The items of a list, or the only one.
fn listed(value: &serde_json::Value) -> &[serde_json::Value] {
    match value {
        serde_json::Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

fn sighting<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    span: Span,
    action: &str,
) -> Sighting<'p> {
    let why = "it may read secrets, and names none";
    let mut seen = scene.fault(&RULE, thing.declared.file, span, 0.8, why);
    seen.detail = Some(format!(
        "{action} on every secret in {}",
        thing.declared.what.address()
    ));
    seen
}

/// Calls `each` with the statements of a policy document in whatever wraps it.
fn statements<'p>(value: &'p Value, each: &mut dyn FnMut(Option<Span>, &'p [Entry])) {
    match value {
        Value::Call {
            name, arguments, ..
        } if &**name == "jsonencode" => {
            arguments.iter().for_each(|a| statements(a, each));
        }
        Value::Map(entries) => match entry(entries, "Statement") {
            Some(list) => maps(&list.value, &mut |statement| {
                each(statement.first().map(|e| e.span), statement)
            }),
            None => entries
                .iter()
                .filter(|e| is_policy(&e.name))
                .for_each(|e| statements(&e.value, each)),
        },
        Value::Either(values) | Value::List(values) => {
            values.iter().for_each(|v| statements(v, each));
        }
        _ => {}
    }
}

fn maps<'p>(value: &'p Value, each: &mut dyn FnMut(&'p [Entry])) {
    match value {
        Value::Map(entries) => each(entries),
        Value::List(values) => values.iter().for_each(|v| maps(v, each)),
        _ => {}
    }
}

fn look<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    span: Span,
    statement: &'p [Entry],
    out: &mut Vec<Sighting<'p>>,
) {
    let file = thing.declared.file;
    let texts = |names: [&str; 2]| {
        let found = names.iter().filter_map(|n| entry(statement, n));
        found
            .flat_map(|e| constants(scene, file, &e.value))
            .collect::<Vec<_>>()
    };
    let denies = texts(["Effect", "effect"]).contains(&"Deny");
    let limited = ["Condition", "condition", "NotAction", "not_actions"]
        .iter()
        .any(|n| entry(statement, n).is_some());
    let resources = texts(["Resource", "resources"]);
    let action = texts(["Action", "actions"])
        .into_iter()
        .find(|action| reads_secrets(action));
    if let Some(action) =
        action.filter(|_| !denies && !limited && resources.iter().any(|r| is_every(r)))
    {
        out.push(sighting(scene, thing, span, action));
    }
}

fn constants<'p>(scene: &Scene<'_, 'p>, file: usize, value: &'p Value) -> Vec<&'p str> {
    match value {
        Value::List(values) => values
            .iter()
            .flat_map(|v| constants(scene, file, v))
            .collect(),
        // The region and account of an ARN are often put in; the last part says what is meant.
        Value::Concat(parts) => parts
            .last()
            .into_iter()
            .filter_map(|last| scene.constant(file, last))
            .filter(|last| matches!(*last, ":secret:*" | ":parameter/*" | ":*"))
            .collect(),
        value => scene.constant(file, value).into_iter().collect(),
    }
}

/// Whether an action gives the values of secrets.
fn reads_secrets(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let Some((service, verb)) = action.split_once(':') else {
        return false;
    };
    let start = verb.trim_end_matches('*');
    let any = |verbs: &[&str]| {
        verbs
            .iter()
            .any(|v| v == &verb || verb.ends_with('*') && v.starts_with(start))
    };
    match service {
        "secretsmanager" => any(&["getsecretvalue"]),
        "ssm" => any(&["getparameter", "getparameters", "getparametersbypath"]),
        _ => false,
    }
}

/// Whether a resource is all of them.
fn is_every(resource: &str) -> bool {
    let every = |kind: &str| resource.starts_with("arn:aws") && resource.ends_with(kind);
    matches!(resource, "*" | ":secret:*" | ":parameter/*" | ":*")
        || every(":secret:*")
        || every(":parameter/*")
        || every(":*:*:*")
}

/// Roles that read secrets, granted on more than a secret.
fn bindings<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, kind: &str, out: &mut Vec<Sighting<'p>>) {
    let wide = matches!(
        kind,
        "google_project_iam_member"
            | "google_project_iam_binding"
            | "google_folder_iam_member"
            | "google_folder_iam_binding"
            | "google_organization_iam_member"
            | "google_organization_iam_binding"
    );
    let role = scene.text(thing.declared, "role");
    let google = wide
        && role.is_some_and(|r| {
            matches!(
                r,
                "roles/secretmanager.secretAccessor" | "roles/secretmanager.admin"
            )
        });
    let azure = kind == "azurerm_role_assignment"
        && scene
            .text(thing.declared, "role_definition_name")
            .is_some_and(|r| {
                matches!(
                    r,
                    "Key Vault Administrator"
                        | "Key Vault Secrets Officer"
                        | "Key Vault Secrets User"
                )
            })
        && is_wide_scope(thing);
    if google || azure {
        let mut seen = scene.fault(
            &RULE,
            thing.declared.file,
            thing.declared.what.span,
            0.75,
            "the role holds for all secrets below it",
        );
        seen.detail = Some(thing.declared.what.address());
        out.push(seen);
    }
}

/// Whether an assignment holds for a resource group or a subscription.
fn is_wide_scope(thing: &Thing<'_>) -> bool {
    let scope = thing.leaves.iter().filter(|leaf| leaf.path == ["scope"]);
    scope.into_iter().any(|leaf| match leaf.value {
        Value::Reference(reference, _) => [
            "azurerm_resource_group.",
            "data.azurerm_resource_group.",
            "data.azurerm_subscription.",
            "azurerm_subscription.",
        ]
        .iter()
        .any(|wide| reference.target.starts_with(wide)),
        _ => false,
    })
}
