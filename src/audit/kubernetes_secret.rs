//! A Secret of Kubernetes is written in a manifest: base64 hides nothing.

use std::borrow::Cow;

use data_encoding::BASE64;

use crate::facts::{Entry, Site, Value};
use crate::judge::{Candidate, Prior};
use crate::link::{Declared, Step};
use crate::practice::{Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

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

/// Every value under `data` and `stringData`, but for what is known to be public.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in scene.resources("kubernetes.Secret") {
        let (file, what) = (thing.declared.file, thing.declared.what);
        for part in ["data", "stringData"] {
            for one in map(&what.body, part) {
                let Value::Literal(literal) = &one.value else {
                    continue;
                };
                if is_public(&one.name) {
                    continue;
                }
                let reading = Reading {
                    prior: Prior::Property {
                        password: is_password(&one.name),
                    },
                    name: &one.name,
                    site: Site::Variable,
                };
                let mut evidence = scene.evidence(file, literal, reading);
                if part == "data" {
                    let Some(text) = decoded(&evidence.value) else {
                        continue;
                    };
                    evidence.value = Cow::Owned(text);
                    evidence.quoted = true;
                }
                out.push(Sighting {
                    file,
                    candidate: Candidate {
                        rule: &RULE,
                        span: literal.raw,
                        evidence,
                    },
                    detail: Some(format!("{} of {}", one.name, what.address())),
                    flow: flow(scene, thing.declared, one, literal.raw),
                    mend: None,
                    next: None,
                });
            }
        }
    }
}

/// The way into the environment that takes it.
fn flow<'p>(scene: &Scene<'_, 'p>, secret: Declared<'p>, one: &Entry, written: Span) -> Vec<Step> {
    let Some((by, span)) = scene.project.taker(secret, &one.name) else {
        return Vec::new();
    };
    let into = format!("taken into the environment of {}", by.what.address());
    vec![
        step(
            secret.file,
            written,
            &format!("written here as {}", one.name),
        ),
        step(by.file, span, &into),
    ]
}

/// Names of what is no secret, and of files, in which the readers of texts look.
fn is_public(name: &str) -> bool {
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
