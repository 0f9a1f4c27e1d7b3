//! A secret is put into what a machine runs when it starts, or into what tools are told about a stack.

use std::borrow::Cow;

use crate::facts::{Role, Value};
use crate::practice::{DELIVERY, Peer, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::{Thing, step};
use super::{Scene, Sighting, sites};

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-in-user-data"),
    title: Cow::Borrowed("secret in user data or metadata"),
    about: Cow::Borrowed(
        "User data is readable to everything that runs on the machine, and to everyone who may describe it; \
         metadata of a stack or machine and settings of its extensions to everyone who may describe these. `NoEcho` and `sensitive` hide neither.",
    ),
    fix: Cow::Borrowed(
        "Give the machine a role that may read this one secret, and fetch it when it starts: `aws secretsmanager \
         get-secret-value --secret-id ...`. In the template pass the secret's ARN. Extensions of Azure's machines take \
         commands with secrets in `protectedSettings`, or fetch them with the machine's identity.",
    ),
    class: Class::Exposure,
    severity: Severity::Medium,
    precision: Precision::High,
    references: Cow::Borrowed(&[
        Cow::Borrowed("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"),
        Cow::Borrowed(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
        ),
    ]),
    cwe: Cow::Borrowed(&[312, 522]),
    practices: &[&DELIVERY],
    peers: &[
        Peer::new(Tool::Bicep, "protect-commandtoexecute-secrets"),
        Peer::new(Tool::CfnLint, "W2010"),
        Peer::new(Tool::Trivy, "AVD-AWS-0029"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("aws")]),
};

/// Kinds and the path to what they are told when they start.
#[rustfmt::skip]
const SITES: &[(&str, &str)] = &[
    ("aws_instance", "user_data"),
    ("aws_instance", "user_data_base64"),
    ("aws_spot_instance_request", "user_data"),
    ("aws_launch_template", "user_data"),
    ("aws_launch_configuration", "user_data"),
    ("aws_launch_configuration", "user_data_base64"),
    ("AWS::EC2::Instance", "UserData"),
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.UserData"),
    ("AWS::AutoScaling::LaunchConfiguration", "UserData"),
    ("Microsoft.Compute/virtualMachines", "properties.osProfile.customData"),
    ("Microsoft.Compute/virtualMachines", "properties.userData"),
    ("Microsoft.Compute/virtualMachines/extensions", "properties.settings"),
    ("Microsoft.Compute/virtualMachineScaleSets", "properties.virtualMachineProfile.osProfile.customData"),
    ("Microsoft.Compute/virtualMachineScaleSets/extensions", "properties.settings"),
    ("azurerm_linux_virtual_machine*", "custom_data"),
    ("azurerm_linux_virtual_machine*", "user_data"),
    ("azurerm_virtual_machine_extension", "settings"),
    ("azurerm_virtual_machine_scale_set_extension", "settings"),
    ("azurerm_windows_virtual_machine*", "custom_data"),
    ("azurerm_windows_virtual_machine*", "user_data"),
    ("google_compute_instance*", "metadata"),
    ("google_compute_instance*", "metadata_startup_script"),
];

/// For each place, the first secret that the deployment copies there.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let resources = scene
        .things
        .iter()
        .filter(|t| t.declared.what.role == Role::Resource);
    for thing in resources {
        let mut last = None;
        for leaf in thing
            .leaves
            .iter()
            .filter(|leaf| is_told(&thing.declared.what.kind, &leaf.path))
        {
            let (Value::Reference(_, span), Some(copied)) = (leaf.value, scene.copied(leaf)) else {
                continue;
            };
            if last.replace(leaf.entry) == Some(leaf.entry) {
                continue;
            }
            let why = "the deployment writes a secret there in plain text";
            let mut seen = scene.fault(&RULE, leaf.file, *span, 0.7, why);
            let ends = ends(thing, leaf.path[0]);
            if !leaf.passed.is_empty() {
                let taken = format!("{} is taken here", copied.what);
                seen.flow.push(step(leaf.file, *span, &taken));
                seen.flow.extend(leaf.passed.iter().cloned());
                seen.flow.push(step(leaf.entry.0, leaf.entry.1, &ends));
            }
            seen.detail = Some(format!("{} in {ends}", copied.what));
            out.push(seen);
        }
    }
}

fn is_told(kind: &str, path: &[&str]) -> bool {
    let starts = |site: &str| {
        let length = site.split('.').count();
        path.get(..length)
            .is_some_and(|start| sites::leads(site, start))
    };
    kind == "cloudformation.metadata"
        || SITES
            .iter()
            .any(|(k, site)| sites::is_kind(k, kind) && starts(site))
}

fn ends(thing: &Thing<'_>, property: &str) -> String {
    let what = thing.declared.what;
    match &*what.kind {
        "cloudformation.metadata" => format!("metadata of {}", what.name),
        _ => format!("{property} of {}", what.address()),
    }
}
