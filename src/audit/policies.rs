//! Statements of AWS policies, in every way in which templates write them.

use crate::facts::{Declaration, Entry, Role, Value, entry};
use crate::span::Span;

use super::Scene;
use super::scene::Thing;

/// What a policy allows or denies. What is put in from elsewhere is `-`: it names something.
pub(crate) struct Statement {
    /// Where it starts.
    pub(crate) span: Span,
    /// Whether it holds without conditions, and for those that have it attached.
    pub(crate) allows: bool,
    /// As written.
    pub(crate) actions: Vec<String>,
    /// As written.
    pub(crate) resources: Vec<String>,
}

impl Statement {
    /// The first action by which values of secrets are read.
    pub(crate) fn reads(&self) -> Option<&str> {
        let mut actions = self.actions.iter().map(String::as_str);
        let rotates = |action: &str| action.eq_ignore_ascii_case(ROTATES);
        match self.actions.iter().any(|action| rotates(action)) {
            true => None,
            false => actions.find(|action| reads_secrets(action)),
        }
    }

    /// Whether it speaks of all there are.
    pub(crate) fn is_about_all(&self) -> bool {
        self.resources.iter().any(|resource| is_every(resource))
    }
}

/// Only functions that rotate secrets need this, and they have to do with all that they rotate.
const ROTATES: &str = "secretsmanager:UpdateSecretVersionStage";

/// The statements of a declaration.
pub(crate) fn statements<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>) -> Vec<Statement> {
    let what = thing.declared.what;
    let mut reader = Reader {
        scene,
        file: thing.declared.file,
        found: Vec::new(),
    };
    match (what.role, &*what.kind) {
        (Role::Data, "aws_iam_policy_document") => {
            for one in what.body.iter().filter(|e| &*e.name == "statement") {
                reader.maps(&one.value, one.span);
            }
        }
        (Role::Resource, kind) if kind.starts_with("serverless.") => {
            granted(what).for_each(|list| reader.maps(&list.value, list.span));
        }
        (Role::Resource, kind) if is_aws(kind) && !is_own_policy(kind) => {
            for one in what.body.iter().filter(|e| is_policy(&e.name)) {
                reader.written(&one.value, one.span);
                reader.policy(&one.value, one.span);
            }
        }
        _ => {}
    }
    reader.found
}

/// What serverless.yml grants to all functions, in the ways of its versions, or to one.
fn granted(what: &Declaration) -> impl Iterator<Item = &Entry> {
    let new = below(&what.body, "iam")
        .and_then(|iam| below(iam, "role"))
        .and_then(|role| entry(role, "statements"));
    let old = entry(&what.body, "iamRoleStatements");
    new.into_iter().chain(old)
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

/// A policy attached to one secret or key: there `*` means that one.
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

struct Reader<'s, 'p> {
    scene: &'s Scene<'s, 'p>,
    file: usize,
    found: Vec<Statement>,
}

impl<'p> Reader<'_, 'p> {
    /// A policy document in whatever wraps it.
    fn policy(&mut self, value: &'p Value, span: Span) {
        match value {
            Value::Call {
                name, arguments, ..
            } if &**name == "jsonencode" => {
                arguments.iter().for_each(|a| self.policy(a, span));
            }
            Value::Map(entries) => match entry(entries, "Statement") {
                Some(list) => {
                    let only = match &list.value {
                        Value::Map(entries) => entries.first().map(|e| e.span),
                        _ => None,
                    };
                    self.maps(&list.value, only.unwrap_or(span));
                }
                None => {
                    entries.iter().for_each(|one| self.template(one));
                    let inner = entries.iter().filter(|e| is_policy(&e.name));
                    inner.for_each(|e| self.policy(&e.value, span));
                }
            },
            Value::Either(values) | Value::List(values) => {
                values.iter().for_each(|v| self.policy(v, span));
            }
            _ => {}
        }
    }

    /// `AWSSecretsManagerGetSecretValuePolicy: {SecretArn: ...}` of SAM.
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html>
    fn template(&mut self, one: &'p Entry) {
        let (action, names) = match &*one.name {
            "AWSSecretsManagerGetSecretValuePolicy" => {
                ("secretsmanager:GetSecretValue", "SecretArn")
            }
            "SSMParameterReadPolicy" => ("ssm:GetParameter", "ParameterName"),
            "SSMParameterWithSlashPrefixReadPolicy" => ("ssm:GetParameter", "ParameterName"),
            _ => return,
        };
        let Value::Map(given) = &one.value else {
            return;
        };
        let resources = entry(given, names).map(|e| self.texts(&e.value));
        self.found.push(Statement {
            span: one.span,
            allows: true,
            actions: vec![action.to_owned()],
            resources: resources.unwrap_or_default(),
        });
    }

    /// The statements of a list, or the only one.
    fn maps(&mut self, value: &'p Value, span: Span) {
        match value {
            Value::Map(entries) => self.statement(entries, span),
            Value::Either(values) | Value::List(values) => values.iter().for_each(|v| {
                let first = match v {
                    Value::Map(entries) => entries.first().map(|e| e.span),
                    _ => None,
                };
                self.maps(v, first.unwrap_or(span));
            }),
            _ => {}
        }
    }

    fn statement(&mut self, entries: &'p [Entry], span: Span) {
        let texts = |names: [&str; 2]| -> Vec<String> {
            let found = names.iter().filter_map(|n| entry(entries, n));
            found.flat_map(|e| self.texts(&e.value)).collect()
        };
        let denies = texts(["Effect", "effect"]).iter().any(|e| e == "Deny");
        let limits = [
            "Condition",
            "condition",
            // A policy of a thing that is attached to no one: its `*` is that thing.
            "Principal",
            "principals",
            "NotPrincipal",
            "not_principals",
        ];
        let limited = limits.iter().any(|n| entry(entries, n).is_some());
        self.found.push(Statement {
            span,
            allows: !denies && !limited,
            actions: texts(["Action", "actions"]),
            resources: texts(["Resource", "resources"]),
        });
    }

    /// Constants, and texts that are put together.
    fn texts(&self, value: &'p Value) -> Vec<String> {
        match value {
            Value::List(values) | Value::Either(values) => {
                values.iter().flat_map(|v| self.texts(v)).collect()
            }
            value => vec![self.text(value)],
        }
    }

    fn text(&self, value: &'p Value) -> String {
        match value {
            Value::Concat(parts) => parts.iter().map(|part| self.text(part)).collect(),
            // serverless.yml leaves functions to CloudFormation.
            Value::Call {
                name, arguments, ..
            } if &**name == "Sub" => match arguments.as_slice() {
                [Value::Literal(template)] => filled(self.scene.meaning(self.file, template)),
                _ => "-".to_owned(),
            },
            Value::Map(entries) => match entries.as_slice() {
                [one] if &*one.name == "Fn::Sub" => match &one.value {
                    Value::Literal(template) => filled(self.scene.meaning(self.file, template)),
                    _ => "-".to_owned(),
                },
                _ => "-".to_owned(),
            },
            value => self
                .scene
                .constant(self.file, value)
                .unwrap_or("-")
                .to_owned(),
        }
    }

    /// A policy that is written as JSON text, as heredocs are.
    fn written(&mut self, value: &'p Value, span: Span) {
        if !matches!(value, Value::Literal(_) | Value::Concat(_)) {
            return;
        }
        let Ok(document) = serde_json::from_str::<serde_json::Value>(&self.text(value)) else {
            return;
        };
        for statement in listed(&document["Statement"]) {
            let texts = |name: &str| -> Vec<String> {
                let values = listed(&statement[name]).iter();
                values
                    .filter_map(|v| v.as_str())
                    .map(str::to_owned)
                    .collect()
            };
            let limits = ["Condition", "Principal", "NotPrincipal"];
            let limited = limits.iter().any(|name| statement.get(name).is_some());
            self.found.push(Statement {
                span,
                allows: !limited && texts("Effect") == ["Allow"],
                actions: texts("Action"),
                resources: texts("Resource"),
            });
        }
    }
}

/// A text with `-` for each `${...}` in it.
fn filled(template: &str) -> String {
    let mut parts = template.split("${");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('-');
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}

/// The items of a list, or the only one.
fn listed(value: &serde_json::Value) -> &[serde_json::Value] {
    match value {
        serde_json::Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

/// Whether an action gives the values of secrets.
fn reads_secrets(action: &str) -> bool {
    is_action(action, "secretsmanager", &["getsecretvalue"])
        || is_action(
            action,
            "ssm",
            &["getparameter", "getparameters", "getparametersbypath"],
        )
}

/// Whether an action, which may end in `*`, is one of these of a service.
pub(crate) fn is_action(action: &str, service: &str, verbs: &[&str]) -> bool {
    let action = action.to_ascii_lowercase();
    let Some(verb) = action
        .split_once(':')
        .and_then(|(of, verb)| (of == service).then_some(verb))
    else {
        return false;
    };
    let start = verb.strip_suffix('*');
    verbs
        .iter()
        .any(|v| *v == verb || start.is_some_and(|start| v.starts_with(start)))
}

/// Whether a resource is all of them: `*`, or an ARN whose last part is.
fn is_every(resource: &str) -> bool {
    let rest = resource.splitn(6, ':').nth(5);
    let arn = resource.starts_with("arn:");
    resource == "*"
        || arn
            && rest.is_some_and(|r| {
                matches!(r, "*" | "secret:*" | "parameter/*" | "parameter*" | "key/*")
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_and_some_are_told_apart() {
        for all in [
            "*",
            "arn:aws:secretsmanager:eu-west-1:1:secret:*",
            "arn:-:secretsmanager:-:-:secret:*",
            "arn:aws:ssm:-:-:parameter/*",
            "arn:aws:kms:*:*:key/*",
            "arn:aws:secretsmanager:*:*:*",
        ] {
            assert!(is_every(all), "{all}");
        }
        for some in [
            "-",
            "--*",
            "arn:aws:secretsmanager:eu-west-1:1:secret:db-??????",
            "arn:aws:secretsmanager:eu-west-1:1:secret:-*",
            "arn:aws:ssm:-:-:parameter/app/*",
            "-:*",
        ] {
            assert!(!is_every(some), "{some}");
        }
    }
}
