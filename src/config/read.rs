//! The YAML form of barekey.yaml, as serde reads it. Unknown keys are errors.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::{AllowEntry, Config, RuleSetting};
use crate::rule::Severity;
use crate::schema::ProviderFile;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "settings such as `skip: [vendor/]`")]
pub(super) struct File {
    #[serde(default)]
    skip: Option<Words>,
    #[serde(default)]
    builtin: Option<bool>,
    #[serde(default)]
    rules: Option<Settings>,
    #[serde(default)]
    allow: Option<Vec<Allow>>,
    #[serde(default)]
    custom: Option<Vec<ProviderFile>>,
}

impl From<File> for Config {
    fn from(file: File) -> Self {
        Self {
            skip: file.skip.unwrap_or_default().0,
            builtin: file.builtin.unwrap_or(true),
            rules: file.rules.unwrap_or_default().0,
            allow: file
                .allow
                .unwrap_or_default()
                .into_iter()
                .map(|allow| allow.0)
                .collect(),
            custom: file.custom.unwrap_or_default(),
        }
    }
}

/// One string, or a list of them.
#[derive(Debug, Default)]
struct Words(Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor).map(Self)
    }
}

struct WordsVisitor;

impl<'de> Visitor<'de> for WordsVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
        if word.is_empty() {
            return Err(E::invalid_value(Unexpected::Str(word), &"a word"));
        }
        Ok(vec![word.to_owned()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = items.next_element::<String>()? {
            if word.is_empty() {
                return Err(A::Error::invalid_value(Unexpected::Str(""), &"a word"));
            }
            words.push(word);
        }
        Ok(words)
    }
}

/// An entry of `allow`, checked to ask for something.
#[derive(Debug, Deserialize)]
#[serde(try_from = "AllowFields")]
struct Allow(AllowEntry);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowFields {
    #[serde(default, alias = "rules")]
    rule: Words,
    #[serde(default, alias = "paths")]
    path: Words,
    #[serde(default, alias = "values")]
    value: Words,
    #[serde(default)]
    reason: Option<String>,
}

impl TryFrom<AllowFields> for Allow {
    type Error = &'static str;

    fn try_from(fields: AllowFields) -> Result<Self, Self::Error> {
        let entry = AllowEntry {
            rules: fields.rule.0,
            paths: fields.path.0,
            values: fields.value.0,
            reason: fields.reason,
        };
        if entry.rules.is_empty() && entry.paths.is_empty() && entry.values.is_empty() {
            return Err("an entry needs at least one of `rule`, `path` and `value`");
        }
        Ok(Self(entry))
    }
}

/// What is said about each rule; no rule twice.
#[derive(Debug, Default)]
struct Settings(BTreeMap<String, RuleSetting>);

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SettingsVisitor).map(Self)
    }
}

struct SettingsVisitor;

impl<'de> Visitor<'de> for SettingsVisitor {
    type Value = BTreeMap<String, RuleSetting>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rule ids, each with `off`, `on` or a severity")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut settings = BTreeMap::new();
        while let Some(id) = entries.next_key::<String>()? {
            if settings.contains_key(&id) {
                return Err(A::Error::custom(format!("rule `{id}` is set twice")));
            }
            settings.insert(id, entries.next_value::<RuleSetting>()?);
        }
        Ok(settings)
    }
}

impl<'de> Deserialize<'de> for RuleSetting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SettingVisitor)
    }
}

struct SettingVisitor;

impl<'de> Visitor<'de> for SettingVisitor {
    type Value = RuleSetting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`off`, `on`, `low`, `medium`, `high`, `critical` or a mapping with `enabled` and `severity`")
    }

    fn visit_bool<E: Error>(self, enabled: bool) -> Result<Self::Value, E> {
        Ok(RuleSetting {
            enabled,
            severity: None,
        })
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
        let severity = match word {
            "off" => return self.visit_bool(false),
            "on" => return self.visit_bool(true),
            "low" => Severity::Low,
            "medium" => Severity::Medium,
            "high" => Severity::High,
            "critical" => Severity::Critical,
            _ => return Err(E::invalid_value(Unexpected::Str(word), &self)),
        };
        Ok(RuleSetting {
            enabled: true,
            severity: Some(severity),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            #[serde(default)]
            enabled: Option<bool>,
            #[serde(default)]
            severity: Option<Severity>,
        }
        let fields = Fields::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(RuleSetting {
            enabled: fields.enabled.unwrap_or(true),
            severity: fields.severity,
        })
    }
}
