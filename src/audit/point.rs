//! Pointers in place of copies, where the platform that runs the code resolves them itself: only these can be put there
//! without a change of the code.

use crate::facts::{Dialect, Entry, Value, entry};
use crate::link::{Declared, Leaf};
use crate::span::Span;

use super::mend::{self, Mend, Rewrite};
use super::{Scene, sites};

mod cloudformation;
mod kubernetes;

/// The change that makes a pointer of a copy in an environment.
pub(super) fn mend<'p>(
    scene: &Scene<'_, 'p>,
    declared: Declared<'p>,
    leaf: &Leaf<'p>,
) -> Option<Mend> {
    let is_direct = leaf.depth == 0 && !leaf.within && leaf.file == declared.file;
    let known = [Dialect::Terraform, Dialect::CloudFormation];
    if !is_direct || !known.contains(&declared.what.dialect) {
        return None;
    }
    let (message, rewrites) = match &*declared.what.kind {
        "aws_ecs_task_definition" => (
            "pass the secret's ARN in `secrets`, and let the execution role read it",
            ecs(scene, declared, leaf)?,
        ),
        "AWS::ECS::TaskDefinition" => (
            "pass the secret's ARN in `Secrets`, and let the execution role read it",
            cloudformation::ecs(scene, declared, leaf)?,
        ),
        kind if sites::is_kind("google_cloud_run_v2_*", kind) => (
            "pass the secret's name in `value_source`, and let the service account read it",
            vec![cloud_run(scene, declared, leaf)?],
        ),
        kind if is_app(kind) => (
            "pass a reference to Key Vault, and let the app's identity read the secret",
            vec![app_setting(scene, leaf)?],
        ),
        _ => return None,
    };
    Some(Mend {
        message: message.to_owned(),
        rewrites,
    })
}

/// The change that takes what is written in an environment out of the Secret that holds it.
pub(super) fn written<'p>(
    scene: &Scene<'_, 'p>,
    declared: Declared<'p>,
    variable: &str,
    leaf: &Leaf<'p>,
) -> Option<Mend> {
    let is_direct = leaf.depth == 0 && !leaf.within && leaf.file == declared.file;
    let is_manifest = declared.what.dialect == Dialect::Kubernetes;
    let rewrite =
        (is_direct && is_manifest).then(|| kubernetes::taken(scene, variable, leaf))??;
    Some(Mend {
        message: "take the value out of the Secret that holds it".to_owned(),
        rewrites: vec![rewrite],
    })
}

/// The change that makes a dynamic reference of a password in a property, to the only password that the template has made
/// in a secret.
pub(super) fn dynamic<'p>(scene: &Scene<'_, 'p>, leaf: &Leaf<'p>) -> Option<Mend> {
    let mut made = scene
        .resources("AWS::SecretsManager::Secret")
        .filter(|secret| {
            let generated = entry(&secret.declared.what.body, "GenerateSecretString");
            let key = match generated.map(|e| &e.value) {
                Some(Value::Map(entries)) => entry(entries, "GenerateStringKey"),
                _ => None,
            };
            let key = key.and_then(|key| scene.constant(secret.declared.file, &key.value));
            key.is_some_and(|key| key.eq_ignore_ascii_case("password"))
        });
    let (secret, Value::Literal(literal)) = (made.next()?.declared, leaf.value) else {
        return None;
    };
    let is_only = made.next().is_none() && secret.file == leaf.file && leaf.depth == 0;
    if !is_only || leaf.within {
        return None;
    }
    let to = format!(
        "{{{{resolve:secretsmanager:${{{}}}:SecretString:password}}}}",
        secret.what.name
    );
    Some(Mend {
        message: "point to the password that the template has made in a secret".to_owned(),
        rewrites: vec![mend::substitute(
            scene.project.files,
            leaf.file,
            leaf.name?,
            literal,
            &to,
        )?],
    })
}

/// App Service and Functions resolve references to Key Vault in their settings.
pub(super) fn is_app(kind: &str) -> bool {
    let apps = [
        "azurerm_linux_*",
        "azurerm_windows_*",
        "azurerm_function_app*",
        "azurerm_app_service*",
        "azurerm_logic_app_standard",
    ];
    apps.iter().any(|app| sites::is_kind(app, kind))
}

/// `data.TYPE.NAME.ATTRIBUTE` as `data.TYPE.NAME`, if it is one of these.
fn owner<'t>(target: &'t str, attributes: &[&str]) -> Option<&'t str> {
    attributes.iter().find_map(|attribute| {
        let (kind, attribute) = attribute.split_once('.')?;
        let owner = target.strip_suffix(attribute)?.strip_suffix('.')?;
        let plain = owner.strip_prefix("data.").unwrap_or(owner);
        (plain.split_once('.')?.0 == kind).then_some(owner)
    })
}

/// Where a value stands that names a secret's content, the owner of that, and the key of the part that is meant.
fn named<'p>(value: &'p Value, attributes: &[&str]) -> Option<(Span, &'p str, Option<&'p str>)> {
    match value {
        Value::Reference(to, span) => Some((*span, owner(&to.target, attributes)?, None)),
        Value::Call {
            name,
            arguments,
            part,
            span,
        } if **name == *"jsondecode" => match (arguments.as_slice(), part.as_slice()) {
            ([Value::Reference(to, _)], [key]) => {
                Some((*span, owner(&to.target, attributes)?, Some(key)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// <https://learn.microsoft.com/azure/app-service/app-service-key-vault-references>
fn app_setting<'p>(scene: &Scene<'_, 'p>, leaf: &Leaf<'p>) -> Option<Rewrite> {
    let (span, owner, _) = named(leaf.value, &["azurerm_key_vault_secret.value"])?;
    let stands_alone = mend::is_value(scene.project.files, leaf.file, leaf.entry.1, span);
    stands_alone.then(|| Rewrite {
        file: leaf.file,
        span,
        text: format!("\"@Microsoft.KeyVault(SecretUri=${{{owner}.versionless_id}})\""),
    })
}

/// `value = ...` of an `env` block becomes `value_source`.
fn cloud_run<'p>(
    scene: &Scene<'_, 'p>,
    declared: Declared<'p>,
    leaf: &Leaf<'p>,
) -> Option<Rewrite> {
    let value = entry(leaf.beside?, "value")?;
    let kinds = [
        "google_secret_manager_secret_version.secret_data",
        "google_secret_manager_secret_version_access.secret_data",
    ];
    let (span, owner, None) = named(&value.value, &kinds)? else {
        return None;
    };
    let lines = [
        "value_source {".to_owned(),
        "  secret_key_ref {".to_owned(),
        format!("    secret  = {owner}.secret"),
        // In an environment `latest` is read when an instance starts.
        format!("    version = {owner}.version"),
        "  }".to_owned(),
        "}".to_owned(),
    ];
    mend::replace(
        scene.project.files,
        declared.file,
        (value.span, span),
        &lines,
    )
}

/// An item of `environment` goes to `secrets`, where `valueFrom` takes an ARN.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html>
fn ecs<'p>(scene: &Scene<'_, 'p>, declared: Declared<'p>, leaf: &Leaf<'p>) -> Option<Vec<Rewrite>> {
    let [name, value] = leaf.beside? else {
        return None;
    };
    let Value::Literal(variable) = &name.value else {
        return None;
    };
    let kinds = [
        "aws_ssm_parameter.value",
        "aws_secretsmanager_secret_version.secret_string",
    ];
    let (span, owner, key) = named(&value.value, &kinds)?;
    let pointer = match key {
        None => format!("{owner}.arn"),
        // A parameter is passed as a whole.
        Some(_) if owner.contains("aws_ssm_parameter.") => return None,
        Some(key) => format!("\"${{{owner}.arn}}:{key}::\""),
    };
    let item = format!(
        "{{ name = \"{}\", valueFrom = {pointer} }}",
        scene.slice(declared.file, variable.raw)
    );
    let container = container(
        &entry(&declared.what.body, "container_definitions")?.value,
        leaf.beside?,
        "environment",
    )?;
    let files = scene.project.files;
    let gone = mend::item(files, declared.file, (name.span, value.span, span))?;
    let come = match entry(container, "secrets") {
        Some(secrets) => mend::prepend(files, declared.file, secrets.span, &item)?,
        None => {
            let environment = entry(container, "environment")?;
            mend::beside(
                files,
                declared.file,
                environment.span,
                "secrets",
                &format!("[{item}]"),
            )?
        }
    };
    Some(vec![come, gone])
}

/// The entries around the list `name` that holds an item.
fn container<'p>(value: &'p Value, item: &'p [Entry], name: &str) -> Option<&'p [Entry]> {
    match value {
        Value::List(values) | Value::Either(values) => {
            values.iter().find_map(|value| container(value, item, name))
        }
        Value::Call { arguments, .. } => arguments.iter().find_map(|a| container(a, item, name)),
        Value::Map(entries) => {
            let holds = |value: &Value| matches!(value, Value::List(items) if items.iter().any(|one| matches!(one, Value::Map(inner) if std::ptr::eq(inner.as_slice(), item))));
            let environment = entry(entries, name)?;
            holds(&environment.value).then_some(entries)
        }
        _ => None,
    }
}
