//! A state or plan that Terraform has written stands among the sources.

use std::borrow::Cow;

use crate::facts::Role;
use crate::practice::ENCRYPTION;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("committed-state"),
    title: Cow::Borrowed("Terraform state or plan among the sources"),
    about: Cow::Borrowed(
        "States and plans hold the values of all resources in plain text. A repository is read by many, keeps every version, \
         and locks nothing: the next secret that a resource makes is in it.",
    ),
    fix: Cow::Borrowed(
        "Move the state to an encrypted remote backend (`terraform init -migrate-state`), take the file out of the repository \
         and its history, and add `*.tfstate`, `*.tfstate.*` and plans to `.gitignore`.",
    ),
    class: Class::Hygiene,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://developer.hashicorp.com/terraform/language/state/sensitive-data"),
        Cow::Borrowed("https://developer.hashicorp.com/terraform/language/backend"),
    ]),
    cwe: Cow::Borrowed(&[538, 312]),
    practices: &[&ENCRYPTION],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("state")]),
};

/// One finding for each file that holds resources.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let mut last = None;
    for declared in scene.module().of(Role::State) {
        if last.replace(declared.file) == Some(declared.file) {
            continue;
        }
        let why = "Terraform writes such files, and the values of all resources into them";
        out.push(scene.fault(&RULE, declared.file, declared.what.span, 0.75, why));
    }
}
