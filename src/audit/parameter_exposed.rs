//! A variable that holds a secret is not marked as one, so that plans and logs show its value.

use std::borrow::Cow;

use crate::facts::{Declaration, Dialect, Role, Value};
use crate::link::{Declared, Leaf};
use crate::practice::{LOGGING, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::holds_secret;
use super::{Mend, Scene, Sighting, mend, property};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-parameter-exposed"),
    title: Cow::Borrowed("secret parameter that is not marked as such"),
    about: Cow::Borrowed(
        "Unless it is marked, its value is shown: Terraform prints it in plans, errors and CI logs, CloudFormation and \
         Azure to everyone who may look at the stack or deployment.",
    ),
    fix: Cow::Borrowed(
        "Add `sensitive = true` to the variable, or `ephemeral = true` where it only goes to write-only arguments, \
         which also keeps it out of the state. In CloudFormation add `NoEcho: true`, in Bicep `@secure()`, in ARM the \
         type `securestring`.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://developer.hashicorp.com/terraform/language/values/variables#suppressing-values-in-cli-output",
    )]),
    cwe: Cow::Borrowed(&[532, 200]),
    practices: &[&LOGGING],
    peers: &[
        Peer::new(Tool::CfnLint, "W2501"),
        Peer::new(Tool::CfnNag, "F23"),
        Peer::new(Tool::Bicep, "secure-secrets-in-params"),
        Peer::new(Tool::PsRule, "Azure.Deployment.SecureParameter"),
        Peer::new(Tool::Semgrep, "secure-parameter-for-secrets"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform")]),
};

/// Variables by their name, unless all that the module does is to hand them on.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for variable in scene.module().of(Role::Variable) {
        let name = &*variable.what.name;
        // Inputs of a workflow are never printed by themselves.
        if variable.what.dialect == Dialect::Pipeline {
            continue;
        }
        let is_set = |name| variable.what.get(name).is_some() && !scene.is_false(variable, name);
        let marked = is_set("sensitive") || is_set("ephemeral");
        if marked || !scene.may_be_text(variable) || scene.is_described_pointer(variable) {
            continue;
        }
        let why = if holds_secret(name) && is_used(scene, name) {
            "its name is a secret's, and nothing marks it as sensitive"
        } else if is_handed_to_secret(scene, name) {
            "a property that holds a secret takes it, and nothing marks it as sensitive"
        } else {
            continue;
        };
        let mut seen = scene.fault(&RULE, variable.file, variable.what.span, 0.7, why);
        seen.detail = Some(variable.what.address());
        seen.mend = mend(scene, variable);
        out.push(seen);
    }
}

/// Terraform refuses to give out what is sensitive in an output that is not, and to repeat a block for each of it.
fn mend<'p>(scene: &Scene<'_, 'p>, variable: Declared<'p>) -> Option<Mend> {
    let target = format!("var.{}", variable.what.name);
    let files = scene.project.files;
    let mut rewrites = vec![mend::mark(files, variable)?];
    for thing in &scene.things {
        let used = |leaf: &&Leaf<'p>| matches!(leaf.value, Value::Reference(r, _) if *r.target == *target && leaf.module == scene.number);
        let mut uses = thing.leaves.iter().filter(used).peekable();
        if uses.any(|leaf| matches!(leaf.path.first(), Some(&("for_each" | "count")))) {
            return None;
        }
        let output = thing.declared;
        let is_shown =
            output.what.role == Role::Output && output.what.dialect == Dialect::Terraform;
        if is_shown
            && thing.leaves.iter().any(|leaf| used(&leaf))
            && !scene.is_true(output, "sensitive")
        {
            rewrites.push(mend::mark(files, output)?);
        }
    }
    let word = match variable.what.dialect {
        Dialect::Terraform => "set `sensitive = true` on the variable",
        Dialect::Azure => "put `@secure()` above the parameter",
        _ => "set `NoEcho: true` on the parameter",
    };
    Some(Mend {
        message: word.to_owned(),
        rewrites,
    })
}

/// Whether a property that holds a secret is given the value as it is.
fn is_handed_to_secret(scene: &Scene<'_, '_>, name: &str) -> bool {
    let target = format!("var.{name}");
    let resources = scene
        .things
        .iter()
        .filter(|t| t.declared.what.role == Role::Resource);
    resources.into_iter().any(|thing| {
        let kind = &thing.declared.what.kind;
        thing.leaves.iter().any(|leaf| match leaf.value {
            Value::Reference(reference, _) => {
                *reference.target == *target
                    && leaf.module == scene.number
                    && !leaf.within
                    && property::is_secret(kind, &leaf.path)
            }
            _ => false,
        })
    })
}

/// Whether the value, and no mere pointer, is used by anything but another module.
fn is_used(scene: &Scene<'_, '_>, name: &str) -> bool {
    let target = format!("var.{name}");
    // What a stack or a deployment is given stays readable in it, wherever it goes on to.
    let keeps = |dialect| matches!(dialect, Dialect::CloudFormation | Dialect::Azure);
    let counts = |what: &Declaration| what.role != Role::Module || keeps(what.dialect);
    let things = scene.things.iter().filter(|t| counts(t.declared.what));
    things.flat_map(|t| &t.leaves).any(|leaf| match leaf.value {
        Value::Reference(reference, _) => {
            *reference.target == *target
                && leaf.module == scene.number
                && !names_a_secret(&leaf.path)
        }
        _ => false,
    })
}

/// Whether a property takes the name of a secret, not the secret.
fn names_a_secret(path: &[&str]) -> bool {
    let last = path.last().copied().unwrap_or_default();
    let last = last.replace('_', "").to_ascii_lowercase();
    matches!(
        &*last,
        "name"
            | "secretid"
            | "secret"
            | "secretname"
            | "foreach"
            | "count"
            | "nameprefix"
            | "key"
            | "parametername"
    ) || path
        .first()
        .is_some_and(|first| first.eq_ignore_ascii_case("tags"))
}
