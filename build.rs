//! Turns `rules/*.yaml` into static data, so that starting up parses no YAML. It only transcribes: what a rule
//! means is checked by `barekey rules --check` and by a test.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/schema.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unfulfilled_lint_expectations,
    reason = "the library uses the rest"
)]
mod schema;

use schema::{PatternEntry, ProviderFile};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/schema.rs");
    let mut out = String::from("&[\n");
    for path in rule_files(Path::new("rules"))? {
        let yaml = fs::read_to_string(&path)?;
        let file: ProviderFile =
            serde_yaml::from_str(&yaml).map_err(|e| format!("{}: {e}", path.display()))?;
        for entry in &file.rules {
            transcribe(&mut out, &file, entry)?;
        }
    }
    out.push_str("]\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("patterns.rs"), out)?;
    Ok(())
}

fn rule_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(dir)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|p| p.extension().is_some_and(|x| x == "yaml"));
    files.sort();
    Ok(files)
}

/// Writes one `Pattern` as a constant expression.
fn transcribe(out: &mut String, file: &ProviderFile, entry: &PatternEntry) -> std::fmt::Result {
    let pair = match &entry.pair {
        Some(p) => format!(
            "Some(Pair {{ rule: RuleId::new({:?}), lines: {} }})",
            p.rule, p.lines
        ),
        None => "None".into(),
    };
    writeln!(
        out,
        "Pattern {{ rule: Rule {{ id: RuleId::new({:?}), title: {}, about: {}, fix: {}, class: Class::Leak, \
         severity: Severity::{:?}, precision: precision({:?}), references: {}, cwe: Cow::Borrowed(weaknesses({})), \
         practices: &[&STORE], peers: &[], tags: {} }}, prior: {:?}, regex: {}, anchors: {}, max_length: {:?}, checksum: {}, inspect: {}, pair: {pair}, \
         examples: {}, counterexamples: {} }},",
        entry.id,
        text(&entry.title),
        text(entry.about.trim()),
        text(entry.fix.trim()),
        entry.severity,
        entry.confidence,
        list(&file.references),
        word("Inspect", entry.inspect),
        list(std::slice::from_ref(&file.provider)),
        entry.confidence,
        text(&entry.regex),
        list(&entry.anchors),
        entry.max_length,
        word("Checksum", entry.checksum),
        word("Inspect", entry.inspect),
        list(&entry.examples),
        list(&entry.counterexamples),
    )
}

fn text(value: &str) -> String {
    format!("Cow::Borrowed({value:?})")
}

fn list(values: &[String]) -> String {
    let items: Vec<_> = values.iter().map(|v| text(v)).collect();
    format!("Cow::Borrowed(&[{}])", items.join(", "))
}

fn word(kind: &str, value: Option<impl std::fmt::Debug>) -> String {
    value.map_or("None".into(), |v| format!("Some({kind}::{v:?})"))
}
