//! The tool and the rules that have results.

use serde_json::json;
use serde_sarif::sarif;

use super::{HOME, sentence, taxonomy};
use crate::rule::{Class, Precision, Rule};

/// GitHub refuses a rule with more tags.
const TAGS: usize = 20;
/// GitHub refuses a longer description.
const DESCRIPTION: usize = 1024;
/// GitHub refuses a longer name.
const NAME: usize = 255;

/// Barekey, with these rules.
pub(super) fn tool(rules: &[&Rule]) -> sarif::Tool {
    let version = env!("CARGO_PKG_VERSION");
    let mut driver = sarif::ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .full_name(format!("Barekey {version}"))
        .version(version)
        .semantic_version(version)
        .information_uri(HOME)
        .language("en")
        .rules(
            rules
                .iter()
                .map(|rule| descriptor(rule))
                .collect::<Vec<_>>(),
        )
        .build();
    driver.supported_taxonomies = taxonomy::supported(rules);
    sarif::Tool::builder().driver(driver).build()
}

fn descriptor(rule: &Rule) -> sarif::ReportingDescriptor {
    let mut descriptor = sarif::ReportingDescriptor::builder()
        .id(cut(rule.id.as_str(), NAME))
        .name(cut(&pascal(rule.id.as_str()), NAME))
        .short_description(text(cut(&sentence(&rule.title), DESCRIPTION)))
        .full_description(text(cut(&sentence(&rule.about), DESCRIPTION)))
        .help(help(rule))
        .default_configuration(
            sarif::ReportingConfiguration::builder()
                .level(default_level(rule))
                .build(),
        )
        .properties(properties(rule))
        .build();
    descriptor.help_uri = rule
        .references
        .iter()
        .find(|page| page.starts_with("https://"))
        .map(|page| page.to_string())
        .or_else(|| rule.standards().iter().find_map(|place| place.url()));
    descriptor.relationships = taxonomy::relationships(rule);
    descriptor
}

fn text(text: String) -> sarif::MultiformatMessageString {
    sarif::MultiformatMessageString::builder()
        .text(text)
        .build()
}

fn help(rule: &Rule) -> sarif::MultiformatMessageString {
    let (title, about, fix) = (
        sentence(&rule.title),
        sentence(&rule.about),
        sentence(&rule.fix),
    );
    let mut text = format!("{title}\n\nWhy it matters: {about}\n\nWhat to do: {fix}");
    let mut markdown = format!("# {}\n\n{about}\n\n## What to do\n\n{fix}", rule.title);
    let standards = rule.standards();
    if !rule.references.is_empty() || !standards.is_empty() {
        text.push_str("\n\nReferences:");
        markdown.push_str("\n\n## References\n");
    }
    for page in rule.references.iter() {
        text.push_str(&format!("\n{page}"));
        markdown.push_str(&format!("\n- <{page}>"));
    }
    for place in standards {
        text.push_str(&format!("\n{place}"));
        markdown.push_str(&match place.url() {
            Some(url) => format!("\n- [{place}]({url})"),
            None => format!("\n- {place}"),
        });
    }
    sarif::MultiformatMessageString::builder()
        .text(text)
        .markdown(markdown)
        .build()
}

/// The level of a finding in which a rule of this precision can be as sure as it gets.
fn default_level(rule: &Rule) -> &'static str {
    match (rule.class, rule.precision) {
        (Class::Hygiene, _) | (_, Precision::Low) => "note",
        (_, Precision::Medium) => "warning",
        (_, Precision::High | Precision::VeryHigh) => "error",
    }
}

fn properties(rule: &Rule) -> sarif::PropertyBag {
    let mut tags = vec!["security".to_owned(), rule.class.as_str().to_owned()];
    tags.extend(
        rule.cwe
            .iter()
            .map(|number| format!("external/cwe/cwe-{number:03}")),
    );
    for tag in rule.tags.iter() {
        if !tags.iter().any(|other| other == tag) {
            tags.push(tag.to_string());
        }
    }
    tags.truncate(TAGS);
    let properties = [
        ("precision".to_owned(), json!(rule.precision.as_str())),
        ("security-severity".to_owned(), json!(rule.severity.score())),
        ("standards".to_owned(), written(rule.standards())),
        ("peers".to_owned(), written(rule.peers)),
    ];
    sarif::PropertyBag::builder()
        .tags(tags)
        .additional_properties(properties)
        .build()
}

/// A list of texts.
fn written<T: ToString>(all: impl IntoIterator<Item = T>) -> serde_json::Value {
    all.into_iter().map(|one| one.to_string()).collect()
}

/// `github-personal-access-token` as `GithubPersonalAccessToken`.
fn pascal(id: &str) -> String {
    id.split(|c: char| !c.is_alphanumeric())
        .map(super::location::capitalised)
        .collect()
}

/// The text, at most `limit` characters of it.
fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_by_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
    }

    #[test]
    fn names_are_pascal_case() {
        assert_eq!(
            pascal("github-personal-access-token"),
            "GithubPersonalAccessToken"
        );
        assert_eq!(pascal("--x-509"), "X509");
    }
}
