//! A state or plan that Terraform has written holds a secret, and stands among the sources.

use std::borrow::Cow;

use crate::facts::{Role, Site, Value};
use crate::judge::Prior;
use crate::link::Leaf;
use crate::practice::{ENCRYPTION, STORE};
use crate::reference::terraform;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::{Reading, Thing};
use super::{Scene, Sighting, property};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-in-state"),
    title: Cow::Borrowed("secret in a Terraform state or plan"),
    about: Cow::Borrowed(
        "States and plans hold the values of all resources in plain text, also of those that are sensitive. Everyone with \
         this file or its history can use the secret.",
    ),
    fix: Cow::Borrowed(
        "Change the secret. Take the file out of the repository and its history, ignore `*.tfstate*` and plans, and keep the \
         state in an encrypted backend that few may read. From Terraform 1.10 `ephemeral` resources and write-only arguments \
         keep secrets out of the state.",
    ),
    class: Class::Leak,
    severity: Severity::High,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://developer.hashicorp.com/terraform/language/state/sensitive-data",
    )]),
    cwe: Cow::Borrowed(&[312, 538, 798]),
    practices: &[&STORE, &ENCRYPTION],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform"), Cow::Borrowed("state")]),
};

/// Attributes that hold a secret, by their kind or because the provider says so, and outputs that are sensitive.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let states = scene.things.iter();
    for thing in states.filter(|t| t.declared.what.role == Role::State) {
        let what = thing.declared.what;
        let marked = marked(scene, thing);
        for leaf in thing.leaves.iter().filter(|leaf| !leaf.within) {
            let Some((first, last)) = leaf.path.first().zip(leaf.path.last()) else {
                continue;
            };
            let target = format!("{}.{}.{first}", what.kind, what.name);
            let is_known = terraform::secret(&target).is_some()
                || property::is_secret(&what.kind, &leaf.path)
                || what.kind.starts_with("output") && *first == "value";
            if *first == "sensitive_attributes" || !is_known && !marked.contains(first) {
                continue;
            }
            let reading = Reading {
                prior: Prior::Property {
                    password: last.contains("password"),
                },
                name: last,
                site: Site::Variable,
            };
            let ends = format!("{first} of {}.{}", what.kind, what.name);
            out.extend(scene.literal(&RULE, leaf, reading, &ends));
        }
    }
}

/// The attributes that the state says are sensitive.
fn marked<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>) -> Vec<&'p str> {
    let is_name = |leaf: &&Leaf<'p>| leaf.path == ["sensitive_attributes", "value"];
    let names = thing.leaves.iter().filter(is_name);
    names
        .filter_map(|leaf| match leaf.value {
            Value::Literal(name) => Some(scene.meaning(leaf.file, name)),
            _ => None,
        })
        .collect()
}
