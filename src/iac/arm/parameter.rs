//! Parameters of ARM templates: what their types say of their values.

use crate::facts::{Declaration, Entry, Role, Value, entry};
use crate::iac::azure::{flag, of_type};
use crate::iac::source::{constant, inside};

use super::Scope;

impl Scope<'_> {
    /// The type, and what it says about the value.
    pub(super) fn type_of(&self, one: &Entry) -> (String, Vec<Entry>) {
        let written = inside(one, "type").and_then(|kind| constant(self.text, kind));
        let written = written.unwrap_or("string").to_ascii_lowercase();
        match written.strip_prefix("secure") {
            Some(rest) => (rest.to_owned(), vec![flag("sensitive", one.span)]),
            None => (written, Vec::new()),
        }
    }

    pub(super) fn parameter(&self, one: &Entry) -> Declaration {
        let (name, mut body) = self.type_of(one);
        let few = inside(one, "allowedValues").is_some();
        let at = match inside(one, "type") {
            Some(Value::Literal(written)) => written.raw,
            _ => one.span,
        };
        body.push(of_type(if few { "one of a few" } else { &name }, at));
        let default = match &one.value {
            Value::Map(settings) => entry(settings, "defaultValue"),
            _ => None,
        };
        body.extend(default.map(|default| Entry {
            name: "default".into(),
            span: default.span,
            value: self.value(&default.value),
        }));
        self.declared(Role::Variable, one, body)
    }
}
