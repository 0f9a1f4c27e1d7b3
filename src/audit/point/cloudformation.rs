//! Pointers in templates of CloudFormation: a container of ECS takes them under `Secrets`.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-secret.html>

use crate::audit::mend::{self, Rewrite};
use crate::audit::scene::Scene;
use crate::facts::{Entry, Value, entry};
use crate::link::{Declared, File, Leaf};
use crate::span::Span;

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
    let written = files[file].slice(setting);
    let pointer = pointer(scene, written.split_once(':')?.1)?;
    let key = match written.starts_with('"') {
        true => "\"ValueFrom\"",
        false => "ValueFrom",
    };
    let moved = Moved {
        files,
        file,
        name,
        setting,
        given: format!("{key}: {pointer}"),
    };
    let definitions = &entry(&declared.what.body, "ContainerDefinitions")?.value;
    let around = container(definitions, item, "Environment")?;
    let environment = entry(around, "Environment")?;
    let secrets = entry(around, "Secrets");
    let is_alone = matches!(&environment.value, Value::List(items) if items.len() == 1);
    if is_alone && secrets.is_none() {
        return Some(moved.renamed(environment));
    }
    let (mut rewrites, has_lines) = match moved.lines(environment, secrets) {
        Some(rewrites) => (rewrites, true),
        None => (moved.braced(scene, environment, secrets)?, false),
    };
    if is_alone && (has_lines || !mend::is_bracketed(files, file, environment.span)) {
        rewrites.push(mend::line(files, file, environment.span)?);
    }
    Some(rewrites)
}

/// A variable on its way from `Environment` to `Secrets`.
struct Moved<'p> {
    files: &'p [File],
    file: usize,
    /// `Name: X`.
    name: &'p Entry,
    /// `Value: ...`, and what it becomes.
    setting: Span,
    given: String,
}

impl Moved<'_> {
    /// The list gets the other name.
    fn renamed(self, environment: &Entry) -> Vec<Rewrite> {
        let renamed = |span, text| Rewrite {
            file: self.file,
            span,
            text,
        };
        vec![
            renamed(environment.span, "Secrets".to_owned()),
            renamed(self.setting, self.given),
        ]
    }

    /// From a list with lines for each setting to another.
    fn lines(&self, environment: &Entry, secrets: Option<&Entry>) -> Option<Vec<Rewrite>> {
        let (files, file) = (self.files, self.file);
        let gone = mend::lines_of_item(files, file, self.name.span, self.setting)?;
        let [first, second] = &gone.lines[..] else {
            return None;
        };
        let moved = format!(
            "{first}{}{}{}",
            &second[..second.len() - second.trim_start().len()],
            self.given,
            gone.newline
        );
        let come = match secrets {
            Some(secrets) => mend::above_item(files, file, first_of(secrets)?.span, &moved)?,
            None => mend::above(files, file, environment.span, "Secrets:", &moved)?,
        };
        Some(vec![come, gone.rewrite])
    }

    /// From a list of braces, as in JSON, to another.
    fn braced(
        &self,
        scene: &Scene<'_, '_>,
        environment: &Entry,
        secrets: Option<&Entry>,
    ) -> Option<Vec<Rewrite>> {
        let (files, file) = (self.files, self.file);
        let gone = mend::braced_item(files, file, self.name.span, self.setting.end as usize)?;
        let is_json = self.given.starts_with('"');
        let Value::Literal(variable) = &self.name.value else {
            return None;
        };
        let variable = scene.slice(file, variable.raw);
        let item = match is_json {
            true => format!("{{\"Name\": \"{variable}\", {}}}", self.given),
            false => format!("{{Name: {variable}, {}}}", self.given),
        };
        let come = match secrets {
            Some(secrets) if mend::is_bracketed(files, file, secrets.span) => {
                mend::prepend(files, file, secrets.span, &item)?
            }
            Some(secrets) => mend::above_list(files, file, first_of(secrets)?.span, &item)?,
            None if is_json => mend::before(
                files,
                file,
                environment.span,
                &format!("\"Secrets\": [{item}]"),
            )?,
            None => {
                let list = format!("Secrets: [{item}]");
                let line = mend::above(files, file, environment.span, &list, "");
                line.or_else(|| mend::before(files, file, environment.span, &list))?
            }
        };
        Some(vec![come, gone])
    }
}

/// What stands first in a list of objects.
fn first_of(list: &Entry) -> Option<&Entry> {
    match &list.value {
        Value::List(items) => items.first().and_then(first_entry),
        _ => None,
    }
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
    if let Ok(function) = serde_json::from_str(written)
        && let Some(pointer) = joined(scene, &function)
    {
        return Some(pointer);
    }
    let function = written.strip_prefix('{').and_then(|w| w.strip_suffix('}'));
    let (is_object, text) = match function.and_then(|function| function.split_once("Fn::Sub\":")) {
        Some((_, text)) => (true, text.trim()),
        None => (
            false,
            written.strip_prefix("!Sub").unwrap_or(written).trim(),
        ),
    };
    let is_json = text.starts_with('"') && !written.starts_with('!');
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
    match (is_plain(&pointer), pointer.contains("${")) {
        (false, _) => None,
        (_, true) if is_object => Some(format!("{{\"Fn::Sub\": \"{pointer}\"}}")),
        (_, true) if !written.starts_with("!Sub") => None,
        (_, true) => Some(format!("!Sub '{pointer}'")),
        (_, false) if is_json => Some(format!("\"{pointer}\"")),
        (_, false) => Some(format!("'{pointer}'")),
    }
}

/// The same of `{"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Db"}, ":SecretString:KEY}}"]]}`.
fn joined(scene: &Scene<'_, '_>, function: &serde_json::Value) -> Option<String> {
    let [separator, parts] = function.get("Fn::Join")?.as_array()?.as_slice() else {
        return None;
    };
    let [start, made, end] = parts.as_array()?.as_slice() else {
        return None;
    };
    let name = made.get("Ref")?.as_str()?;
    let rest = end.as_str()?.strip_suffix("}}")?;
    let is_pointer = separator == "" && start == "{{resolve:secretsmanager:";
    let pointer = secret(scene, &format!("${{{name}}}{rest}")).filter(|_| is_pointer)?;
    let made = serde_json::json!({ "Ref": name });
    match pointer.split_once('}')?.1 {
        "" => Some(made.to_string()),
        key if is_plain(key) => Some(format!("{{\"Fn::Join\": [\"\", [{made}, \"{key}\"]]}}")),
        _ => None,
    }
}

fn is_plain(pointer: &str) -> bool {
    pointer
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"/:_+=.@-${}".contains(&b))
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
