//! Secrets on the command lines of Terraform's provisioners.

use crate::facts::{Dialect, Value};
use crate::link::Leaf;

use super::command_line::RULE;
use super::{Scene, Sighting};

/// A secret that is put into a command; what is written to its standard input, or set in its environment, is not on it.
pub(super) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    let terraform = scene.things.iter();
    let terraform = terraform.filter(|t| t.declared.what.dialect == Dialect::Terraform);
    for thing in terraform {
        let mut last = None;
        let leaves = thing.leaves.iter();
        for leaf in leaves.filter(|leaf| leaf.within && is_command(&leaf.path)) {
            let (Value::Reference(_, span), Some(copied)) = (leaf.value, scene.copied(leaf)) else {
                continue;
            };
            if is_handed_over(scene, leaf) || last.replace(leaf.entry) == Some(leaf.entry) {
                continue;
            }
            let why = "the value of a secret stands on the command line";
            let mut seen = scene.fault(&RULE, leaf.file, *span, 0.65, why);
            seen.detail = Some(format!(
                "{} in {}",
                copied.what,
                thing.declared.what.address()
            ));
            out.push(seen);
        }
    }
}

fn is_command(path: &[&str]) -> bool {
    matches!(path, ["provisioner", "command" | "inline"])
}

/// Whether the line of a command hands something over by standard input, or writes it to a file.
fn is_handed_over(scene: &Scene<'_, '_>, leaf: &Leaf<'_>) -> bool {
    let Value::Reference(_, span) = leaf.value else {
        return false;
    };
    let file = &scene.project.files[leaf.file];
    let bytes = &file.text.bytes;
    let (before, after) = bytes.split_at((span.start as usize).min(bytes.len()));
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', after).unwrap_or(after.len());
    let line = String::from_utf8_lossy(&bytes[start..before.len() + end]);
    let prints = ["echo ", "printf "].iter().any(|word| line.contains(word));
    prints && line.contains(['|', '>']) || line.contains("<<<")
}
