//! The YAML form of pattern rules: one file a provider in `rules/`, and `custom:` in a configuration file.
//!
//! `build.rs` includes this file too, so it uses nothing but serde.

use serde::Deserialize;

/// One provider and its rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProviderFile {
    /// The file's stem; a tag on each rule.
    pub provider: String,
    /// The provider's name as people write it.
    pub name: String,
    /// Pages that document the formats.
    #[serde(default)]
    pub references: Vec<String>,
    /// The rules.
    pub rules: Vec<PatternEntry>,
}

/// One kind of credential.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PatternEntry {
    /// Kebab-case, unique over all rules.
    pub id: String,
    /// A noun phrase.
    pub title: String,
    /// What it opens.
    pub about: String,
    /// The next step.
    pub fix: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: SeverityWord,
    /// Prior belief in a match, 0 to 1.
    pub confidence: f32,
    /// Rust regex syntax over bytes, Unicode off; the secret is what a group named `secret` (or
    /// `secret_...`, where several forms have one each) took, else the whole match.
    pub regex: String,
    /// Literals of which every match contains at least one, compared without ASCII case where the
    /// regex ignores it (`(?i`).
    pub anchors: Vec<String>,
    /// The longest match in bytes; only and always where the regex sets no bound.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// A check that the format documents.
    #[serde(default)]
    pub checksum: Option<Checksum>,
    /// A look inside that a regex cannot take.
    #[serde(default)]
    pub inspect: Option<Inspect>,
    /// The other half.
    #[serde(default)]
    pub pair: Option<PairEntry>,
    /// Snippets in which this rule finds exactly one secret.
    pub examples: Vec<String>,
    /// Look-alikes in which it finds none.
    pub counterexamples: Vec<String>,
}

/// The secret half of a pair names the rule of its id half.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairEntry {
    /// Id of the rule that finds the other half.
    pub rule: String,
    /// How many lines may lie between.
    pub lines: u32,
}

/// How severe, as written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words are documented at `Severity`")]
pub enum SeverityWord {
    Low,
    Medium,
    High,
    Critical,
}

/// Documented checksums.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checksum {
    /// Last six: CRC-32 of what lies between the four-byte prefix and them, in base62.
    GithubCrc32,
    /// As GitHub's.
    NpmCrc32,
    /// Last seven: CRC-32 of all before, in base36.
    GitlabCrc32,
    /// Last eight: CRC-32 of the forty before, in hexadecimal.
    CloudflareCrc32,
    /// Last six: base64 of the little-endian CRC-32 of the 54 before.
    ConfluentCrc32,
}

/// Looks inside a match.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inspect {
    /// Header and payload must be JSON; `exp` is told.
    Jwt,
    /// The body must be base64 of a private key; encrypted keys are said to be so.
    PrivateKey,
    /// Base64 of `user:password`, whose password is judged.
    BasicAuth,
}
