//! What is asked of those who keep secrets, and where standards ask for it; and what other tools call the same faults.
//!
//! A rule names the practices that it guards, so that a security team finds in its findings what it has to prove.

use std::fmt;

use serde::Serialize;

/// Something to do, and who asks for it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Practice {
    /// Kebab-case.
    pub name: &'static str,
    /// What is asked: a sentence without a full stop.
    pub says: &'static str,
    /// Where it is asked: OWASP first.
    pub standards: &'static [Standard],
}

/// A place in a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Standard {
    /// The document.
    pub body: Body,
    /// Number of the section, control or requirement.
    pub id: &'static str,
    /// What it is called there.
    pub title: &'static str,
}

/// A document that asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Body {
    /// The cheat sheet on the management of secrets.
    #[serde(rename = "OWASP Secrets Management Cheat Sheet")]
    Owasp,
    /// Security and privacy controls, revision 5.
    #[serde(rename = "NIST SP 800-53")]
    Nist80053,
    /// Recommendation for key management, part 1, revision 5.
    #[serde(rename = "NIST SP 800-57")]
    Nist80057,
    /// Payment cards, version 4.
    #[serde(rename = "PCI DSS")]
    Pci,
    /// Critical security controls, version 8.
    #[serde(rename = "CIS Controls")]
    Cis,
}

impl Body {
    /// The document as people call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owasp => "OWASP Secrets Management Cheat Sheet",
            Self::Nist80053 => "NIST SP 800-53",
            Self::Nist80057 => "NIST SP 800-57",
            Self::Pci => "PCI DSS",
            Self::Cis => "CIS Controls",
        }
    }
}

impl Standard {
    /// The page of the place, where each has its own.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
        let anchor = format!("{} {}", self.id, self.title).to_ascii_lowercase();
        let anchor: String = anchor.chars().filter(|c| keep(*c)).collect();
        (self.body == Body::Owasp).then(|| format!("{OWASP}#{}", anchor.replace(' ', "-")))
    }
}

impl fmt::Display for Standard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.body.as_str(), self.id, self.title)
    }
}

const OWASP: &str =
    "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html";

const fn at(body: Body, id: &'static str, title: &'static str) -> Standard {
    Standard { body, id, title }
}

use Body::{Cis, Nist80053, Nist80057, Owasp, Pci};

/// A secret is kept in a store, and everything else points to it.
pub const STORE: Practice = Practice {
    name: "store",
    says: "Keep secrets in a secret store; code and configuration hold pointers to them",
    standards: &[
        at(Owasp, "2.2", "Centralize and Standardize"),
        at(
            Nist80053,
            "IA-5(7)",
            "No Embedded Unencrypted Static Authenticators",
        ),
        at(
            Nist80057,
            "6.2.2",
            "Protection Mechanisms for Key Information in Storage",
        ),
        at(
            Pci,
            "8.6.2",
            "No hard-coded passwords for application and system accounts",
        ),
        at(Cis, "3.11", "Encrypt Sensitive Data at Rest"),
    ],
};

/// What runs fetches its secrets itself, or the platform hands them over.
pub const DELIVERY: Practice = Practice {
    name: "delivery",
    says: "Hand secrets to what runs at run time, not through its configuration",
    standards: &[
        at(Owasp, "5.1", "Injection of Secrets (file, in-memory)"),
        at(Nist80053, "IA-5(6)", "Protection of Authenticators"),
        at(
            Nist80057,
            "6.2.2",
            "Protection Mechanisms for Key Information in Storage",
        ),
        at(
            Pci,
            "8.3.2",
            "Authentication factors are unreadable in storage and transmission",
        ),
    ],
};

/// What holds secrets is encrypted with a key of one's own.
pub const ENCRYPTION: Practice = Practice {
    name: "encryption",
    says: "Encrypt what holds secrets, with keys whose use is controlled",
    standards: &[
        at(Owasp, "7.1", "Encryption Types to Use"),
        at(Nist80053, "SC-28(1)", "Cryptographic Protection"),
        at(
            Nist80053,
            "SC-12",
            "Cryptographic Key Establishment and Management",
        ),
        at(
            Nist80057,
            "6.2.2",
            "Protection Mechanisms for Key Information in Storage",
        ),
        at(
            Pci,
            "8.3.2",
            "Authentication factors are unreadable in storage and transmission",
        ),
        at(Cis, "3.11", "Encrypt Sensitive Data at Rest"),
    ],
};

/// Secrets travel over verified, encrypted connections.
pub const TRANSPORT: Practice = Practice {
    name: "transport",
    says: "Send secrets over verified TLS only",
    standards: &[
        at(Owasp, "2.8", "Transport Layer Security (TLS) Everywhere"),
        at(Nist80053, "SC-8(1)", "Cryptographic Protection"),
        at(
            Nist80057,
            "6.2.1",
            "Protection Mechanisms for Key Information in Transit",
        ),
        at(
            Pci,
            "4.2.1",
            "Strong cryptography protects data during transmission",
        ),
        at(Cis, "3.10", "Encrypt Sensitive Data in Transit"),
    ],
};

/// Each identity reads the secrets that it needs.
pub const LEAST_PRIVILEGE: Practice = Practice {
    name: "least-privilege",
    says: "Let each identity read the secrets that it needs, and no others",
    standards: &[
        at(Owasp, "2.3", "Access Control"),
        at(Nist80053, "AC-6", "Least Privilege"),
        at(Nist80053, "AC-3", "Access Enforcement"),
        at(
            Pci,
            "7.2.5",
            "Application and system accounts have the least privileges",
        ),
        at(Cis, "3.3", "Configure Data Access Control Lists"),
    ],
};

/// Secrets change, and old ones end.
pub const ROTATION: Practice = Practice {
    name: "rotation",
    says: "Rotate secrets on a schedule, let them expire, and retire old versions",
    standards: &[
        at(Owasp, "2.7", "Secret Lifecycle"),
        at(Nist80053, "IA-5", "Authenticator Management"),
        at(Nist80057, "5.3", "Cryptoperiods"),
        at(Nist80057, "8.2.3", "Key Change Function"),
        at(
            Pci,
            "8.6.3",
            "Passwords of application and system accounts change periodically",
        ),
    ],
};

/// Temporary credentials in place of long-lived ones.
pub const TEMPORARY: Practice = Practice {
    name: "temporary-credentials",
    says: "Use roles and federation, whose credentials are temporary, instead of long-lived keys",
    standards: &[
        at(Owasp, "3.5", "Rotation vs Dynamic Creation"),
        at(Nist80053, "IA-5", "Authenticator Management"),
        at(
            Nist80053,
            "IA-9",
            "Service Identification and Authentication",
        ),
        at(Nist80057, "5.3", "Cryptoperiods"),
        at(
            Pci,
            "8.6.3",
            "Passwords of application and system accounts change periodically",
        ),
    ],
};

/// No secret in logs, outputs and errors.
pub const LOGGING: Practice = Practice {
    name: "logging",
    says: "Keep secrets out of logs, outputs, errors and traces",
    standards: &[
        at(Owasp, "3.4", "Logging and Accounting"),
        at(Nist80053, "SI-11", "Error Handling"),
        at(Nist80053, "IA-5(6)", "Protection of Authenticators"),
        at(
            Pci,
            "8.3.2",
            "Authentication factors are unreadable in storage and transmission",
        ),
    ],
};

/// A fetched secret is cached for a limited time.
pub const CACHING: Practice = Practice {
    name: "caching",
    says: "Fetch a secret once, and cache it in memory for a limited time",
    standards: &[
        at(Owasp, "2.5", "Handling Secrets in Memory"),
        at(Nist80053, "IA-5(13)", "Expiration of Cached Authenticators"),
    ],
};

/// Pipelines handle secrets with care.
pub const PIPELINE: Practice = Practice {
    name: "pipeline",
    says: "Give pipelines few secrets, for a short time, and never in the open",
    standards: &[
        at(Owasp, "3.1", "Hardening your CI/CD pipeline"),
        at(Nist80053, "IA-5(6)", "Protection of Authenticators"),
        at(Nist80053, "AC-6", "Least Privilege"),
        at(
            Pci,
            "8.6.2",
            "No hard-coded passwords for application and system accounts",
        ),
    ],
};

/// Use of secrets is recorded.
pub const AUDITING: Practice = Practice {
    name: "auditing",
    says: "Record who read which secret, and keep the records",
    standards: &[
        at(Owasp, "2.6", "Auditing"),
        at(Nist80053, "AU-2", "Event Logging"),
        at(Nist80053, "AU-12", "Audit Record Generation"),
        at(Nist80057, "9.2", "Audit"),
        at(Pci, "10.2.1", "Audit logs are enabled and active"),
        at(Cis, "8.2", "Collect Audit Logs"),
    ],
};

/// Every practice.
pub static PRACTICES: &[&Practice] = &[
    &AUDITING,
    &CACHING,
    &DELIVERY,
    &ENCRYPTION,
    &LEAST_PRIVILEGE,
    &LOGGING,
    &PIPELINE,
    &ROTATION,
    &STORE,
    &TEMPORARY,
    &TRANSPORT,
];

/// A tool that has a rule for the same fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "names of products")]
pub enum Tool {
    Bicep,
    CdkNag,
    CfnLint,
    CfnNag,
    Checkov,
    Hadolint,
    Kics,
    Prowler,
    PsRule,
    Semgrep,
    Terrascan,
    Trivy,
    Zizmor,
}

impl Tool {
    /// The tool as people write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bicep => "Bicep linter",
            Self::CdkNag => "cdk-nag",
            Self::CfnLint => "cfn-lint",
            Self::CfnNag => "cfn_nag",
            Self::Checkov => "Checkov",
            Self::Hadolint => "hadolint",
            Self::Kics => "KICS",
            Self::Prowler => "Prowler",
            Self::PsRule => "PSRule",
            Self::Semgrep => "Semgrep",
            Self::Terrascan => "Terrascan",
            Self::Trivy => "Trivy",
            Self::Zizmor => "zizmor",
        }
    }
}

/// The rule of another tool that corresponds to one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Peer {
    /// Whose.
    pub tool: Tool,
    /// Its id there.
    pub id: &'static str,
}

impl Peer {
    /// The rule of a tool.
    #[must_use]
    pub const fn new(tool: Tool, id: &'static str) -> Self {
        Self { tool, id }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.tool.as_str(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn practices_are_sorted_and_begin_with_owasp() {
        assert!(PRACTICES.is_sorted_by_key(|p| p.name));
        for practice in PRACTICES {
            assert_eq!(practice.standards[0].body, Body::Owasp, "{}", practice.name);
            assert!(
                practice.standards.is_sorted_by_key(|s| s.body),
                "{}",
                practice.name
            );
        }
    }

    #[test]
    fn sections_of_owasp_have_addresses() {
        let anchor = |practice: &Practice| {
            let url = practice.standards[0].url().unwrap();
            url.rsplit_once('#').unwrap().1.to_owned()
        };
        assert_eq!(anchor(&ROTATION), "27-secret-lifecycle");
        assert_eq!(anchor(&DELIVERY), "51-injection-of-secrets-file-in-memory");
        assert_eq!(
            anchor(&TRANSPORT),
            "28-transport-layer-security-tls-everywhere"
        );
        assert_eq!(ROTATION.standards[1].url(), None);
    }
}
