//! A name that is a credential's is given a literal.

use std::borrow::Cow;

use crate::facts::{Binding, Kind};
use crate::judge::{Candidate, Evidence, NameSays, Prior, names};
use crate::practice::{Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::{Sighting, Subject};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("hardcoded-secret"),
    title: Cow::Borrowed("hard-coded secret"),
    about: Cow::Borrowed(
        "A password, token or key is written as a literal. Whoever can read this file, its history or a build of it \
         can use it, and it cannot be changed without a release.",
    ),
    fix: Cow::Borrowed(
        "Change the secret, keep the new one in a secret store (AWS Secrets Manager, Azure Key Vault, Google Secret \
         Manager), and put its name or ARN here; code fetches it at run time.",
    ),
    class: Class::Leak,
    severity: Severity::High,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[798, 259]),
    practices: &[&STORE],
    peers: &[
        Peer::new(Tool::Kics, "passwords_and_secrets"),
        Peer::new(Tool::CfnNag, "W1"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("generic")]),
};

/// Every binding is a candidate, and what clients are given; the judge reads its name and value.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Subject {
        facts, text, kind, ..
    } = *subject;
    let candidates = facts.bindings.iter().map(|b| candidate(b, text, kind));
    out.extend(candidates.map(Sighting::of));
    super::clients::run(subject, out);
}

fn candidate<'t>(binding: &'t Binding, text: &'t str, kind: Kind) -> Candidate<'t, 'static> {
    let value = match &binding.value.text {
        Some(decoded) => Cow::Borrowed(&**decoded),
        None => Cow::Borrowed(slice(text, binding.value.raw)),
    };
    let name = match (binding.path.0.first(), binding.path.0.last()) {
        (Some(first), Some(last)) => Some(slice(
            text,
            Span {
                start: first.start,
                end: last.end,
            },
        )),
        _ => None,
    };
    let evidence = Evidence {
        prior: Prior::Named,
        says: match name {
            Some(name) if !repeats(name, &value) => names::says(name),
            _ => NameSays::Nothing,
        },
        value,
        site: Some(binding.site),
        quoted: binding.value.quoted,
        voice: binding.voice,
        kind,
        checksum: None,
        inspection: None,
    };
    Candidate {
        rule: &RULE,
        span: binding.value.raw,
        evidence,
    }
}

/// Whether a value is the end of its own name, as the constants of an enumeration are: `SecurityTypeWpaPsk = "WPA_PSK"`.
fn repeats(name: &str, value: &str) -> bool {
    let letters = |text: &str| {
        let own = text.bytes().filter(u8::is_ascii_alphanumeric);
        own.map(|b| b.to_ascii_lowercase()).collect::<Vec<u8>>()
    };
    let signs = value
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-. ".contains(&b));
    let (name, value) = (letters(name), letters(value));
    signs && value.len() >= 4 && value.len() < name.len() && name.ends_with(&value)
}

/// The text of a span; readers cut at character boundaries, and if one did not, there is nothing to judge.
fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_default()
}
