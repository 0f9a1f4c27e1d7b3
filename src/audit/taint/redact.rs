//! What is taken out of a secret, covered, or never shown, before the rest of it is put out.

use std::borrow::Cow;

use crate::facts::code::{Action, CHOSEN, Call, Expression, FILE, Member, Name, Step};

use super::carry::Carrier;
use super::{Origin, Taint, source};

/// A value of an object; without a name where those of another object are spread.
type Layer<'e> = (&'e str, &'e Expression);

/// Characters that stand in place of others.
const COVERS: &[char] = &['*', 'x', 'X', '#', '•', '●', '█'];

/// Functions that make a value harmless say so in their names.
const REDACTS: &[&str] = &[
    "mask", "redact", "obfuscat", "censor", "scrub", "anonymi", "hide", "conceal", "sanitiz",
    "sanitis",
];

/// Characters of a secret that may be shown beside what covers the rest.
const SHORT: usize = 4;

/// Whether a function of this name hides what it is given.
pub(super) fn redacts(callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or_default();
    let last = last.to_ascii_lowercase();
    let undone = last.starts_with("un") || last.starts_with("de");
    !undone && REDACTS.iter().any(|word| last.contains(word))
}

/// Whether a step gives the variable of a loop an element of what is gone through: such a part is as wide as the loop.
pub(super) fn is_element(step: &Step, value: &Expression) -> bool {
    matches!(value, Expression::Part { name, span, .. } if name.is_empty() && *span == step.span)
}

impl<'t> Carrier<'t> {
    /// The values of an object under their names: `{a: x}`, `dict(a=x)`.
    pub(super) fn members(&self, value: &'t Expression) -> Vec<(&'t Name, &'t Expression)> {
        let named = |name: &Name| !name.last.is_empty();
        match value {
            Expression::Map(members) => {
                let members = members.iter().filter(|m| named(&m.name));
                members.map(|m| (&m.name, &m.value)).collect()
            }
            Expression::Call(number) => {
                let call = &self.facts.calls[*number as usize];
                let arguments = call.arguments.iter();
                let given = arguments.filter(|_| call.callee.dotted(self.text) == "dict");
                let given = given.filter_map(|a| Some((a.name.as_ref()?, &a.value)));
                given.filter(|(name, _)| named(name)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn layer<'e>(&self, member: &'e Member) -> Layer<'e>
    where
        't: 'e,
    {
        (member.name.last(self.text), &member.value)
    }

    /// The values of an object without those that later ones take the place of: `{...conf, password: "***"}`.
    pub(super) fn shown<'e>(&self, members: &'e [Member], function: u32) -> Vec<&'e Expression>
    where
        't: 'e,
    {
        let layers: Vec<Layer<'e>> = members.iter().map(|m| self.layer(m)).collect();
        self.uncovered(&layers, function)
    }

    /// The same of `Object.assign({}, conf, {password: "***"})`.
    pub(super) fn assigned(&self, call: &'t Call) -> Option<Taint> {
        let layers = call.arguments.iter().flat_map(|a| match &a.value {
            Expression::Map(members) => members.iter().map(|m| self.layer(m)).collect(),
            value => vec![("", value)],
        });
        let layers: Vec<Layer<'_>> = layers.collect();
        let shown = self.uncovered(&layers, call.function);
        shown.into_iter().find_map(|v| self.of(v, call.function))
    }

    fn uncovered<'e>(&self, layers: &[Layer<'e>], function: u32) -> Vec<&'e Expression> {
        let covered = |(at, (name, value)): &(usize, &Layer<'e>)| {
            name.is_empty() && self.is_covered(value, &layers[at + 1..], function)
        };
        let layers = layers.iter().enumerate().filter(|layer| !covered(layer));
        layers.map(|(_, (_, value))| *value).collect()
    }

    /// Whether the secrets of an object have others in their place.
    fn is_covered(&self, value: &Expression, later: &[Layer<'_>], function: u32) -> bool {
        let named = |name: &str| later.iter().any(|(other, _)| *other == name);
        match self.of(value, function) {
            None
            | Some(Taint {
                origin: Origin::Environment | Origin::Event,
                ..
            }) => return false,
            Some(_) => {}
        }
        let held = match value {
            Expression::Name(name) => self.held(name.dotted(self.text), function),
            _ => Vec::new(),
        };
        match held.is_empty() {
            true => later.iter().any(|(name, _)| source::keeps(name)),
            false => held.into_iter().all(named),
        }
    }

    /// The members of an object that hold a secret, as far as they are known.
    fn held(&self, object: &str, function: u32) -> Vec<&str> {
        let own = self.state.of(function);
        let file = self.state.of(FILE).filter(|_| function != FILE);
        let all = own.chain(file).filter(|(_, held)| held.is_some());
        let member = |(name, _): (_, _)| {
            let name: &str = name;
            name.strip_prefix(object)?.strip_prefix('.')
        };
        let members = all.filter_map(member);
        members.filter(|name| !name.contains('.')).collect()
    }

    /// A member is given what is no secret, or taken away: with the last of them the object has none any more. Of the
    /// environment the others remain.
    pub(super) fn cover(&mut self, path: &str, function: u32) {
        let mut path = path;
        while let Some((object, name)) = path.rsplit_once('.') {
            let own = matches!(object, "self" | "this" | "cls");
            let held = match self.variable(object, function) {
                Some(Some(taint)) if !own && taint.origin != Origin::Environment => {
                    self.held(object, function)
                }
                _ => return,
            };
            let was = held.contains(&name) || held.is_empty() && source::keeps(name);
            if name == CHOSEN || !was || held.iter().any(|other| *other != name) {
                return;
            }
            self.state.set((function, Cow::Owned(object.into())), None);
            path = object;
        }
    }

    /// `conf.pop("password")`
    pub(super) fn taken(&mut self, call: &'t Call) {
        let callee = call.callee.dotted(self.text);
        if let (Some((object, "pop")), Some(key)) = (callee.rsplit_once('.'), self.key(call)) {
            let path = format!("{object}.{key}");
            self.cover(&path, call.function);
            self.state.set((call.function, Cow::Owned(path)), None);
        }
    }

    /// Whether what a call makes of a value does not show what is secret of it: `x.replace(/./g, "*")`,
    /// `JSON.stringify(x, ["host", "port"])`, with a function that chooses in place of the list, too.
    pub(super) fn hides(&self, call: &Call) -> bool {
        if call.callee.last(self.text).starts_with("replace") {
            let with = call.arguments.last();
            return with.is_some_and(|with| self.is_cover(&with.value));
        }
        let secret = |name: &Expression| match name {
            Expression::Text(name) => {
                source::keeps(self.text.get(name.raw.range()).unwrap_or_default())
            }
            _ => true,
        };
        match call.at(1) {
            Some(Expression::List(names)) => !names.iter().any(secret),
            Some(Expression::Function(_) | Expression::Name(_)) => true,
            _ => false,
        }
    }

    /// Whether a value stands in place of a secret: `"***"`, `"*".repeat(8)`, `"*" * 8`, or a function that gives such a one.
    fn is_cover(&self, value: &Expression) -> bool {
        let all = |text: &str| !text.is_empty() && text.chars().all(|c| COVERS.contains(&c));
        match value {
            Expression::Text(text) => {
                let text = self.text.get(text.raw.range()).unwrap_or_default();
                all(text) || redacts(text)
            }
            Expression::Call(number) => {
                let call = &self.facts.calls[*number as usize];
                let repeats = matches!(call.callee.dotted(self.text), "repeat" | "padEnd");
                repeats && call.receiver.as_ref().is_some_and(|of| self.is_cover(of))
            }
            Expression::Unknown(span) => {
                let written = self.text.get(span.range()).unwrap_or_default();
                let mut parts = written.split(['"', '\'']);
                let product = parts.next().is_some_and(str::is_empty);
                product && parts.next().is_some_and(all)
            }
            Expression::Function(number) => self.facts.steps.iter().any(|step| {
                let back = match &step.action {
                    Action::Return(back) if step.function == *number => back,
                    _ => return false,
                };
                !matches!(back, Expression::Function(_)) && self.is_cover(back)
            }),
            _ => false,
        }
    }

    /// Whether a text that is put together shows no more of its secrets than a few characters beside what covers the rest:
    /// `x.slice(0, 4) + "****"`.
    pub(super) fn masks(&self, values: &[Expression], function: u32) -> bool {
        let covered = |value: &Expression| match value {
            Expression::Text(text) => {
                let text = self.text.get(text.raw.range()).unwrap_or_default();
                text.contains("**") || text.contains("••") || text.contains("xxx")
            }
            value => self.is_cover(value),
        };
        let open = |value: &&Expression| self.of(value, function).is_some();
        values.iter().any(covered) && values.iter().filter(open).all(|v| self.is_short(v))
    }

    /// Whether a value is a few characters of another one: `x[:4]`, `x[-4:]`, `x.slice(0, 4)`.
    fn is_short(&self, value: &Expression) -> bool {
        let (span, brackets) = match value {
            Expression::Part { name, span, .. } if name.is_empty() => (*span, ('[', ']')),
            Expression::Call(number) => {
                let call = &self.facts.calls[*number as usize];
                let cuts = ["slice", "substring", "substr"];
                if !cuts.contains(&call.callee.last(self.text)) {
                    return false;
                }
                (call.span, ('(', ')'))
            }
            _ => return false,
        };
        let written = self.text.get(span.range()).unwrap_or_default();
        let Some(at) = written.rfind(brackets.0) else {
            return false;
        };
        let inner = written[at + 1..].trim_end_matches(brackets.1);
        let mut ends = inner.split([':', ',']).map(str::trim);
        let (first, second) = (ends.next().unwrap_or_default(), ends.next());
        let count = |text: &str| text.parse::<usize>().ok();
        match (first.strip_prefix('-'), second) {
            (Some(last), None | Some("")) => count(last).is_some_and(|n| n <= SHORT),
            (None, Some(end)) => {
                let start = if first.is_empty() {
                    Some(0)
                } else {
                    count(first)
                };
                let shown = start
                    .zip(count(end))
                    .map(|(start, end)| end.saturating_sub(start));
                shown.is_some_and(|n| n <= SHORT)
            }
            _ => false,
        }
    }

    /// Whether a value is a dictionary, of which an iteration gives the names: the environment, an answer, or what a text was
    /// parsed to.
    pub(super) fn is_mapping(&self, value: &Expression, function: u32) -> bool {
        let value = match value {
            Expression::Part { of, name, .. } if name.is_empty() => of,
            value => value,
        };
        let made = match value {
            Expression::Name(name) => self.program.given(name, function).map(|(v, ..)| v),
            value => Some(value),
        };
        let parsed = match made {
            Some(Expression::Call(number)) => {
                let call = &self.facts.calls[*number as usize];
                let last = call.callee.last(self.text);
                Some(matches!(
                    last,
                    "loads" | "safe_load" | "dict" | "copy" | "json"
                ))
            }
            Some(Expression::Map(_)) => Some(true),
            _ => None,
        };
        let is_mapping = |taint: Taint| match parsed {
            Some(parsed) => parsed,
            None => matches!(
                taint.origin,
                Origin::Environment | Origin::Event | Origin::Reply(_)
            ),
        };
        self.python && self.of(value, function).is_some_and(is_mapping)
    }
}
