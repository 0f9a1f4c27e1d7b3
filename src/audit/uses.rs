//! Values that calls take for secrets by their place alone, as clients and libraries of cryptography do.

use std::borrow::Cow;

use crate::facts::code::{Call, Expression};
use crate::facts::{Kind, Literal, Site, Voice};
use crate::judge::{Candidate, Evidence, NameSays, Prior};
use crate::rule::Rule;

use super::Sighting;
use super::program::{Constant, Program, step};

/// A value that a call takes for a secret.
pub(crate) struct Use<'t> {
    pub(crate) rule: &'static Rule,
    pub(crate) call: &'t Call,
    pub(crate) value: &'t Expression,
    /// What becomes of it, for the flow.
    pub(crate) end: String,
    /// The same, for the finding.
    pub(crate) detail: String,
    /// Whether a person may have chosen it.
    pub(crate) password: bool,
}

impl Use<'_> {
    /// Whether a constant is secret here: not the public half of a pair, with which signatures are verified.
    pub(crate) fn takes(&self, program: &Program<'_>, constant: &Constant<'_>) -> bool {
        const STARTS: &[&str] = &[
            "-----BEGIN PUBLIC",
            "-----BEGIN RSA PUBLIC",
            "-----BEGIN CERTIFICATE",
            "ssh-",
            "ecdsa-",
        ];
        let written = program.text.get(constant.literal.raw.range());
        let value = written.unwrap_or_default().trim_start();
        self.password || !STARTS.iter().any(|start| value.starts_with(start))
    }
}

/// The constants among values that calls take for secrets.
pub(crate) fn taken<'t>(
    program: &Program<'t>,
    uses: Vec<Use<'t>>,
    kind: Kind,
    out: &mut Vec<Sighting<'t>>,
) {
    for one in uses {
        let constants = program.found(one.value, one.call.function).constants;
        let secret = constants.into_iter().filter(|c| one.takes(program, c));
        out.extend(secret.map(|constant| sighting(program, &one, constant, kind)));
    }
}

fn sighting<'t>(
    program: &Program<'t>,
    one: &Use<'t>,
    constant: Constant<'t>,
    kind: Kind,
) -> Sighting<'t> {
    let Constant { literal, passed } = constant;
    let mut flow = Vec::new();
    if !passed.is_empty() {
        flow.push(step(literal.raw, "written here".to_owned()));
        flow.extend(passed);
        flow.push(step(one.call.callee.span, one.end.clone()));
    }
    Sighting {
        flow,
        detail: Some(one.detail.clone()),
        ..Sighting::of(candidate(program, one, literal, kind))
    }
}

/// A constant that is taken for a secret.
pub(crate) fn candidate<'t>(
    program: &Program<'t>,
    one: &Use<'_>,
    literal: &'t Literal,
    kind: Kind,
) -> Candidate<'t, 'static> {
    let value = match &literal.text {
        Some(decoded) => Cow::Borrowed(&**decoded),
        None => Cow::Borrowed(program.text.get(literal.raw.range()).unwrap_or_default()),
    };
    let evidence = Evidence {
        prior: Prior::Property {
            password: one.password,
        },
        says: NameSays::Nothing,
        value,
        site: Some(Site::Argument),
        quoted: true,
        voice: Voice::Code,
        kind,
        checksum: None,
        inspection: None,
    };
    Candidate {
        rule: one.rule,
        span: literal.raw,
        evidence,
    }
}
