//! Roles of Kubernetes that read all Secrets.

use crate::facts::{Entry, Value, entry};

use super::super::scene::Thing;
use super::super::{Scene, Sighting};
use super::RULE;

/// A rule of a role that names no Secret; one of a namespace reaches less.
pub(super) fn look<'p>(scene: &Scene<'_, 'p>, thing: &Thing<'p>, out: &mut Vec<Sighting<'p>>) {
    let what = thing.declared.what;
    let belief = match &*what.kind {
        "kubernetes.ClusterRole" => 0.75,
        "kubernetes.Role" => 0.6,
        _ => return,
    };
    let Some(rules) = entry(&what.body, "rules") else {
        return;
    };
    let Value::List(list) = &rules.value else {
        return;
    };
    for rule in list {
        let Value::Map(rule) = rule else {
            continue;
        };
        let has = |name: &str, wanted: &[&str]| is_among(scene, thing, rule, name, wanted);
        let reads = has("verbs", &["get", "list", "watch", "*"])
            && has("resources", &["secrets", "*"])
            && has("apiGroups", &["", "*"]);
        if reads && entry(rule, "resourceNames").is_none() {
            let span = rule.first().map_or(rules.span, |first| first.span);
            let why = "it may read Secrets, and names none";
            let mut seen = scene.fault(&RULE, thing.declared.file, span, belief, why);
            seen.detail = Some(format!("every Secret in {}", what.address()));
            out.push(seen);
        }
    }
}

fn is_among<'p>(
    scene: &Scene<'_, 'p>,
    thing: &Thing<'p>,
    rule: &'p [Entry],
    name: &str,
    wanted: &[&str],
) -> bool {
    let Some(Value::List(values)) = entry(rule, name).map(|one| &one.value) else {
        return false;
    };
    let texts = values
        .iter()
        .filter_map(|v| scene.constant(thing.declared.file, v));
    texts.into_iter().any(|text| wanted.contains(&text))
}
