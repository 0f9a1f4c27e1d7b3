//! Roles of Kubernetes that read all Secrets, in manifests and in Terraform.

use crate::facts::{Entry, Value, entry};
use crate::span::Span;

use super::super::scene::Thing;
use super::super::{Scene, Sighting};
use super::RULE;

/// A rule of a role that names no Secret; one of a namespace reaches less.
pub(super) fn look<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, out: &mut Vec<Sighting<'p>>) {
    let what = thing.declared.what;
    let belief = match &*what.kind {
        "kubernetes.ClusterRole" | "kubernetes_cluster_role" | "kubernetes_cluster_role_v1" => 0.75,
        "kubernetes.Role" | "kubernetes_role" | "kubernetes_role_v1" => 0.6,
        _ => return,
    };
    for (rule, span) in rules(&what.body) {
        let has = |names: &[&str], wanted: &[&str]| is_among(scene, thing, rule, names, wanted);
        let reads = has(&["verbs"], &["get", "list", "watch", "*"])
            && has(&["resources"], &["secrets", "*"])
            && has(&["apiGroups", "api_groups"], &["", "*"]);
        let named = ["resourceNames", "resource_names"];
        if reads && named.iter().all(|name| entry(rule, name).is_none()) {
            let why = "it may read Secrets, and names none";
            let mut seen = scene.fault(&RULE, thing.declared.file, span, belief, why);
            seen.detail = Some(format!("every Secret in {}", what.address()));
            out.push(seen);
        }
    }
}

/// The rules of a role, and where they begin: items of a list, or blocks.
fn rules(body: &[Entry]) -> Vec<(&[Entry], Span)> {
    let mut found = Vec::new();
    for one in body.iter().filter(|e| matches!(&*e.name, "rules" | "rule")) {
        let values = match &one.value {
            Value::List(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        for value in values {
            if let Value::Map(rule) = value {
                let first = rule.first().map_or(one.span, |first| first.span);
                found.push((rule.as_slice(), first));
            }
        }
    }
    found
}

fn is_among<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    rule: &'p [Entry],
    names: &[&str],
    wanted: &[&str],
) -> bool {
    let found = names.iter().find_map(|name| entry(rule, name));
    let Some(Value::List(values)) = found.map(|one| &one.value) else {
        return false;
    };
    let texts = values
        .iter()
        .filter_map(|v| scene.constant(thing.declared.file, v));
    texts.into_iter().any(|text| wanted.contains(&text))
}
