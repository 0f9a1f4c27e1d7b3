//! Pointers in templates of CloudFormation: a container of ECS takes them under `Secrets`.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-secret.html>

use crate::audit::mend::{self, Rewrite};
use crate::audit::scene::Scene;
use crate::facts::{Entry, Value, entry};
use crate::link::{Declared, Leaf};

use super::container;

/// An item of `Environment` goes to `Secrets`; one that is alone there stays, under the other name.
pub(super) fn ecs<'p>(
    scene: &Scene<'_, 'p>,
    declared: Declared<'p>,
    leaf: &Leaf<'p>,
) -> Option<Vec<Rewrite>> {
    let item = leaf.beside?;
    let [name, value] = item else {
        return None;
    };
    let Value::Reference(_, span) = value.value else {
        return None;
    };
    let (files, file) = (scene.project.files, declared.file);
    let setting = mend::tagged_setting(files, file, value.span, span)?;
    let written = files[file].slice(setting).split_once(':')?.1;
    let pointer = pointer(scene, written)?;
    let definitions = &entry(&declared.what.body, "ContainerDefinitions")?.value;
    let around = container(definitions, item, "Environment")?;
    let environment = entry(around, "Environment")?;
    let secrets = entry(around, "Secrets");
    let is_alone = matches!(&environment.value, Value::List(items) if items.len() == 1);
    if is_alone && secrets.is_none() {
        let renamed = |span, text: &str| Rewrite {
            file,
            span,
            text: text.to_owned(),
        };
        return Some(vec![
            renamed(environment.span, "Secrets"),
            renamed(setting, &format!("ValueFrom: {pointer}")),
        ]);
    }
    let gone = mend::lines_of_item(files, file, name.span, setting)?;
    let [first, second] = &gone.lines[..] else {
        return None;
    };
    let moved = format!(
        "{first}{}ValueFrom: {pointer}{}",
        &second[..second.len() - second.trim_start().len()],
        gone.newline
    );
    let come = match secrets.map(|one| &one.value) {
        Some(Value::List(items)) => {
            let first = items.first().and_then(first_entry)?;
            mend::above_item(files, file, first.span, &moved)?
        }
        Some(_) => return None,
        None => mend::above(files, file, environment.span, "Secrets:", &moved)?,
    };
    let mut rewrites = vec![come, gone.rewrite];
    if is_alone {
        rewrites.push(mend::line(files, file, environment.span)?);
    }
    Some(rewrites)
}

fn first_entry(item: &Value) -> Option<&Entry> {
    match item {
        Value::Map(entries) => entries.first(),
        _ => None,
    }
}

/// What `ValueFrom` takes in the place of a dynamic reference: the ARN of a secret with the key of its part, or the name of
/// a parameter. A secret's name is no ARN, and a version of a parameter cannot be asked for.
fn pointer(scene: &Scene<'_, '_>, written: &str) -> Option<String> {
    let written = written.trim();
    let text = written.strip_prefix("!Sub").unwrap_or(written).trim();
    let text = text.trim_matches(['\'', '"']);
    let inside = text.strip_prefix("{{resolve:")?.strip_suffix("}}")?;
    if inside.contains("{{") {
        return None;
    }
    let (service, rest) = inside.split_once(':')?;
    let pointer = match service {
        "secretsmanager" => secret(scene, rest)?,
        "ssm" | "ssm-secure" if !rest.contains(':') => rest.to_owned(),
        _ => return None,
    };
    let is_plain = pointer
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"/:_+=.@-${}".contains(&b));
    match (is_plain, pointer.contains("${")) {
        (false, _) => None,
        (_, true) if !written.starts_with("!Sub") => None,
        (_, true) => Some(format!("!Sub '{pointer}'")),
        (_, false) => Some(format!("'{pointer}'")),
    }
}

/// `ARN:SecretString:KEY:STAGE:VERSION` as `ARN:KEY:STAGE:VERSION`.
fn secret(scene: &Scene<'_, '_>, target: &str) -> Option<String> {
    let (id, rest) = match target.split_once(":SecretString") {
        Some((id, rest)) => (id, rest.trim_start_matches(':')),
        None => (target, ""),
    };
    let named = id.strip_prefix("${").and_then(|id| id.strip_suffix('}'));
    let is_secret = |name: &str| {
        let mut secrets = scene.resources("AWS::SecretsManager::Secret");
        secrets.any(|secret| *secret.declared.what.name == *name)
    };
    if !named.is_some_and(is_secret) && !is_full_arn(id) {
        return None;
    }
    let mut parts = rest.split(':');
    let [key, stage, version] = [(); 3].map(|()| parts.next().unwrap_or_default());
    Some(match rest.is_empty() {
        true => id.to_owned(),
        false => format!("{id}:{key}:{stage}:{version}"),
    })
}

/// `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf`.
fn is_full_arn(id: &str) -> bool {
    let name = id
        .split(":secret:")
        .nth(1)
        .filter(|_| id.starts_with("arn:"));
    let suffix = name
        .and_then(|name| name.rsplit_once('-'))
        .map(|(_, suffix)| suffix);
    suffix.is_some_and(|s| s.len() == 6 && s.bytes().all(|b| b.is_ascii_alphanumeric()))
}
