//! A Secret of Kubernetes is written in a manifest: base64 hides nothing.

use std::borrow::Cow;

use data_encoding::BASE64;

use crate::facts::{Entry, Site, Value};
use crate::judge::{Candidate, Prior};
use crate::link::{Declared, Leaf, Step};
use crate::practice::{Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::pipeline::{is_harmless, map};
use super::reading::Reading;
use super::scene::{is_about, is_password, step};
use super::{Scene, Sighting};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("plaintext-kubernetes-secret"),
    title: Cow::Borrowed("Kubernetes Secret in a manifest"),
    about: Cow::Borrowed(
        "A Secret in a repository is readable to everyone with the repository and its history; base64 is an encoding, not a protection.",
    ),
    fix: Cow::Borrowed(
        "Revoke it first if this was ever pushed. Keep the value in a secret store and let the cluster fetch it (External Secrets Operator, Secrets Store \
         CSI driver), or commit it encrypted only (Sealed Secrets, SOPS).",
    ),
    class: Class::Leak,
    severity: Severity::High,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    )]),
    cwe: Cow::Borrowed(&[798, 312]),
    practices: &[&STORE],
    peers: &[Peer::new(Tool::Semgrep, "secrets-in-config-file")],
    tags: Cow::Borrowed(&[Cow::Borrowed("kubernetes")]),
};

/// Every value under `data` and `stringData`, and of files that a generator takes in, but for what is known to be public.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene.resources("kubernetes.Secret") {
        for part in ["data", "stringData"] {
            let own = map(&thing.declared.what.body, part).iter();
            out.extend(own.filter_map(|one| written(scene, thing.declared, part, one)));
        }
        let taken = thing.leaves.iter().filter(|leaf| leaf.depth > 0);
        out.extend(taken.filter_map(|leaf| generated(scene, thing.declared, leaf)));
    }
}

/// A value in the object itself.
fn written<'p>(
    scene: &Scene<'_, 'p>,
    secret: Declared<'p>,
    part: &str,
    one: &'p Entry,
) -> Option<Sighting<'p>> {
    let Value::Literal(literal) = &one.value else {
        return None;
    };
    if is_public(&one.name) {
        return None;
    }
    let mut evidence = scene.evidence(secret.file, literal, reading(&one.name));
    if part == "data" {
        evidence.value = Cow::Owned(decoded(&evidence.value)?);
        evidence.quoted = true;
    }
    let mut seen = Sighting::of(Candidate {
        rule: &RULE,
        span: literal.raw,
        evidence,
    });
    seen.file = secret.file;
    seen.detail = Some(format!("{} of {}", one.name, secret.what.address()));
    if let Some(taken) = taken(scene, secret, &one.name) {
        let said = format!("written here as {}", one.name);
        seen.flow = vec![step(secret.file, literal.raw, &said), taken];
    }
    Some(seen)
}

/// A value in a file that a generator takes in.
fn generated<'p>(
    scene: &Scene<'_, 'p>,
    secret: Declared<'p>,
    leaf: &Leaf<'p>,
) -> Option<Sighting<'p>> {
    let [_, name] = leaf.path[..] else {
        return None;
    };
    // A file with a single word in it may be called so.
    let name = name.strip_suffix(".txt").unwrap_or(name);
    if is_public(name) {
        return None;
    }
    let ends = format!("{name} of {}", secret.what.address());
    let mut seen = scene.literal(&RULE, leaf, reading(name), &ends)?;
    seen.flow.extend(taken(scene, secret, name));
    Some(seen)
}

fn reading(name: &str) -> Reading<'_> {
    Reading {
        prior: Prior::Property {
            password: is_password(name),
        },
        name,
        site: Site::Variable,
    }
}

/// Where the environment that takes it says so.
fn taken<'p>(scene: &Scene<'_, 'p>, secret: Declared<'p>, key: &str) -> Option<Step> {
    let (by, span) = scene.project.taker(secret, key)?;
    let into = format!("taken into the environment of {}", by.what.address());
    Some(step(by.file, span, &into))
}

/// Names of what is no secret, and of files, in which the readers of texts look.
pub(super) fn is_public(name: &str) -> bool {
    is_harmless(name) || is_about(name) || name.contains('.') && !name.ends_with(".key")
}

/// Random bytes that are longer are files.
const LONGEST_KEY: usize = 128;

/// What base64 says; keys of several lines, and of bytes, stay as they are. Certificates are no secrets: their ASN.1 starts
/// with a sequence of a length of two bytes.
fn decoded(value: &str) -> Option<String> {
    let clean: String = value.split_whitespace().collect();
    let bytes = BASE64.decode(clean.as_bytes()).ok()?;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let bytes = error.as_bytes();
            let is_key = bytes.len() <= LONGEST_KEY && !bytes.starts_with(&[0x30, 0x82]);
            return is_key.then_some(clean);
        }
    };
    let text = text.trim_end();
    match text.contains('\n') || text.chars().any(char::is_control) {
        true => Some(clean),
        false => Some(text.to_owned()),
    }
}
