//! A variable that holds a secret has a default: the secret is written in the template.

use std::borrow::Cow;

use crate::facts::{Role, Site, Value, entry};
use crate::judge::names::{self, NameSays};
use crate::judge::{Candidate, Prior};
use crate::practice::{Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::Reading;
use super::{Mend, Scene, Sighting, mend};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-parameter-default"),
    title: Cow::Borrowed("default value of a secret parameter"),
    about: Cow::Borrowed(
        "A default is the secret of everyone who forgets to set another: it is readable in this file and its \
         history, and it cannot be told apart from a real one.",
    ),
    fix: Cow::Borrowed(
        "Remove the default, so that a run without a value fails, and mark the variable `sensitive = true` (CloudFormation: `NoEcho: true`; Bicep: `@secure()`; or \
         `ephemeral = true` from Terraform 1.10). Better still, take no value at all but the secret's ARN or name. \
         Change the secret if it was ever used.",
    ),
    class: Class::Leak,
    severity: Severity::High,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[798, 1188]),
    practices: &[&STORE],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AZURE_131"),
        Peer::new(Tool::Kics, "hardcoded_securestring_parameter_default_value"),
        Peer::new(Tool::Bicep, "secure-parameter-default"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform")]),
};

/// Defaults of variables that are named as secrets; `sensitive` ones are secrets whatever their name.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for variable in scene.module().of(Role::Variable) {
        let default = entry(&variable.what.body, "default");
        let Some((default, Value::Literal(literal))) = default.map(|e| (e, &e.value)) else {
            continue;
        };
        let mut reading = Reading::named(&variable.what.name, Site::Default);
        if scene.is_true(variable, "sensitive") {
            let password = names::says(&variable.what.name) == NameSays::Password;
            reading.prior = Prior::Property { password };
        }
        out.push(Sighting {
            file: variable.file,
            candidate: Candidate {
                rule: &RULE,
                span: literal.raw,
                evidence: scene.evidence(variable.file, literal, reading),
            },
            detail: Some(variable.what.address()),
            flow: Vec::new(),
            next: None,
            mend: mend::remove(scene.project.files, variable.file, default, literal).map(
                |rewrite| Mend {
                    message: "remove the default, so that a run without a value fails".to_owned(),
                    rewrites: vec![rewrite],
                },
            ),
        });
    }
}
