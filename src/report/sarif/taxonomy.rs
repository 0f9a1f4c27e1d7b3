//! The weaknesses that rules refer to, out of the Common Weakness Enumeration.

use std::collections::BTreeSet;

use serde_sarif::sarif;

use crate::rule::Rule;

const CWE: &str = "CWE";

/// Names of the weaknesses that rules about secrets refer to.
const NAMES: &[(u16, &str)] = &[
    (
        200,
        "Exposure of Sensitive Information to an Unauthorized Actor",
    ),
    (
        209,
        "Generation of Error Message Containing Sensitive Information",
    ),
    (
        214,
        "Invocation of Process Using Visible Sensitive Information",
    ),
    (
        215,
        "Insertion of Sensitive Information Into Debugging Code",
    ),
    (250, "Execution with Unnecessary Privileges"),
    (256, "Plaintext Storage of a Password"),
    (257, "Storing Passwords in a Recoverable Format"),
    (259, "Use of Hard-coded Password"),
    (260, "Password in Configuration File"),
    (261, "Weak Encoding for Password"),
    (262, "Not Using Password Aging"),
    (263, "Password Aging with Long Expiration"),
    (266, "Incorrect Privilege Assignment"),
    (269, "Improper Privilege Management"),
    (272, "Least Privilege Violation"),
    (284, "Improper Access Control"),
    (295, "Improper Certificate Validation"),
    (311, "Missing Encryption of Sensitive Data"),
    (312, "Cleartext Storage of Sensitive Information"),
    (313, "Cleartext Storage in a File or on Disk"),
    (319, "Cleartext Transmission of Sensitive Information"),
    (320, "Key Management Errors"),
    (321, "Use of Hard-coded Cryptographic Key"),
    (324, "Use of a Key Past its Expiration Date"),
    (326, "Inadequate Encryption Strength"),
    (327, "Use of a Broken or Risky Cryptographic Algorithm"),
    (
        359,
        "Exposure of Private Personal Information to an Unauthorized Actor",
    ),
    (
        497,
        "Exposure of Sensitive System Information to an Unauthorized Control Sphere",
    ),
    (522, "Insufficiently Protected Credentials"),
    (524, "Use of Cache Containing Sensitive Information"),
    (
        526,
        "Cleartext Storage of Sensitive Information in an Environment Variable",
    ),
    (532, "Insertion of Sensitive Information into Log File"),
    (
        538,
        "Insertion of Sensitive Information into Externally-Accessible File or Directory",
    ),
    (540, "Inclusion of Sensitive Information in Source Code"),
    (547, "Use of Hard-coded, Security-relevant Constants"),
    (
        598,
        "Use of GET Request Method With Sensitive Query Strings",
    ),
    (613, "Insufficient Session Expiration"),
    (
        615,
        "Inclusion of Sensitive Information in Source Code Comments",
    ),
    (668, "Exposure of Resource to Wrong Sphere"),
    (732, "Incorrect Permission Assignment for Critical Resource"),
    (798, "Use of Hard-coded Credentials"),
    (922, "Insecure Storage of Sensitive Information"),
    (
        1188,
        "Initialization of a Resource with an Insecure Default",
    ),
    (1391, "Use of Weak Credentials"),
    (1392, "Use of Default Credentials"),
];

/// The taxonomy with the weaknesses of these rules, if they have any.
pub(super) fn taxonomies(rules: &[&Rule]) -> Option<Vec<sarif::ToolComponent>> {
    let numbers: BTreeSet<u16> = rules
        .iter()
        .flat_map(|rule| rule.cwe.iter().copied())
        .collect();
    let text = |text: &str| {
        sarif::MultiformatMessageString::builder()
            .text(text)
            .build()
    };
    let taxonomy = || {
        sarif::ToolComponent::builder()
            .name(CWE)
            .full_name("Common Weakness Enumeration")
            .organization("MITRE")
            .information_uri("https://cwe.mitre.org/")
            .short_description(text("The MITRE Common Weakness Enumeration."))
            .is_comprehensive(false)
            .taxa(numbers.iter().copied().map(taxon).collect::<Vec<_>>())
            .build()
    };
    (!numbers.is_empty()).then(|| vec![taxonomy()])
}

/// The reference of the tool to its taxonomy, if these rules use it.
pub(super) fn supported(rules: &[&Rule]) -> Option<Vec<sarif::ToolComponentReference>> {
    rules
        .iter()
        .any(|rule| !rule.cwe.is_empty())
        .then(|| vec![component()])
}

/// The weaknesses that a rule finds.
pub(super) fn relationships(rule: &Rule) -> Option<Vec<sarif::ReportingDescriptorRelationship>> {
    let relationship = |number: &u16| {
        let target = sarif::ReportingDescriptorReference::builder()
            .id(number.to_string())
            .tool_component(component())
            .build();
        sarif::ReportingDescriptorRelationship::builder()
            .target(target)
            .kinds(vec!["superset".to_owned()])
            .build()
    };
    (!rule.cwe.is_empty()).then(|| rule.cwe.iter().map(relationship).collect())
}

fn component() -> sarif::ToolComponentReference {
    sarif::ToolComponentReference::builder()
        .name(CWE)
        .index(0)
        .build()
}

fn taxon(number: u16) -> sarif::ReportingDescriptor {
    let mut taxon = sarif::ReportingDescriptor::builder()
        .id(number.to_string())
        .help_uri(format!(
            "https://cwe.mitre.org/data/definitions/{number}.html"
        ))
        .build();
    let name = NAMES
        .binary_search_by_key(&number, |(number, _)| *number)
        .ok()
        .map(|index| NAMES[index].1);
    taxon.short_description = name.map(|name| {
        sarif::MultiformatMessageString::builder()
            .text(format!("{name}."))
            .build()
    });
    taxon
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
