//! What an audit of templates looks at: the declarations of a module with everything that their values may become.

use std::borrow::Cow;

pub(crate) use super::copied::Copied;
use super::copied::{field_of_secret, of_parameter};
use crate::facts::{Dialect, Entry, Literal, Role, Value, Voice, entry};
use crate::judge::names::{self, NameSays};
use crate::judge::{Candidate, Evidence, Prior};
use crate::link::{Declared, Leaf, Module, Project, Step, leaves};
use crate::reference::{self, RefKind, Resolved, azure, cloudformation, terraform};
use crate::rule::Rule;
use crate::span::Span;

use super::mend::Mend;
pub(crate) use super::reading::Reading;
use super::sites;

/// Something that an audit saw.
pub(crate) struct Sighting<'p> {
    /// Number of the file.
    pub(crate) file: usize,
    /// Where, and what speaks for it.
    pub(crate) candidate: Candidate<'p, 'static>,
    /// Whom it is about, for the message.
    pub(crate) detail: Option<String>,
    /// The places that the value passes, the first first.
    pub(crate) flow: Vec<Step>,
    /// What mends it.
    pub(crate) mend: Option<Mend>,
    /// The next step with the names of the file, where that says more than the rule does.
    pub(crate) next: Option<String>,
}

impl<'p> Sighting<'p> {
    /// A candidate that stays where it is written.
    pub(crate) fn of(candidate: Candidate<'p, 'static>) -> Self {
        Self {
            file: 0,
            candidate,
            detail: None,
            flow: Vec::new(),
            mend: None,
            next: None,
        }
    }
}

/// A module, and a declaration's leaves at hand.
pub(crate) struct Scene<'s, 'p> {
    /// All modules.
    pub(crate) project: &'s Project<'p>,
    /// The number of the one that is looked at.
    pub(crate) number: usize,
    /// What has properties, with its leaves.
    pub(crate) things: Vec<Thing<'p>>,
}

/// A declaration with its leaves.
pub(crate) struct Thing<'p> {
    /// The declaration.
    pub(crate) declared: Declared<'p>,
    /// Its values, followed.
    pub(crate) leaves: Vec<Leaf<'p>>,
    /// Where the variables of its environment stand: every audit asks that of every leaf.
    pub(super) environments: Vec<&'static str>,
}

impl<'p> Thing<'p> {
    pub(crate) fn new(declared: Declared<'p>, leaves: Vec<Leaf<'p>>) -> Self {
        Self {
            environments: sites::environments(declared.what),
            declared,
            leaves,
        }
    }
}

impl<'s, 'p> Scene<'s, 'p> {
    /// Follows the values of a module.
    pub(crate) fn new(project: &'s Project<'p>, number: usize) -> Self {
        let followed = |d: &&Declared<'p>| {
            !matches!(
                d.what.role,
                Role::Variable | Role::Local | Role::Assignment | Role::Content
            )
        };
        let declared = project.modules[number].declared.iter().filter(followed);
        let things = declared
            .map(|&declared| Thing::new(declared, leaves(project, number, declared)))
            .collect();
        Self {
            project,
            number,
            things,
        }
    }

    /// The module that is looked at.
    pub(crate) fn module(&self) -> &Module<'p> {
        &self.project.modules[self.number]
    }

    /// The resources of a kind.
    pub(crate) fn resources<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Thing<'p>> {
        self.things.iter().filter(move |t| {
            t.declared.what.role == Role::Resource
                && t.declared.what.kind.eq_ignore_ascii_case(kind)
        })
    }

    /// The text of a span.
    pub(crate) fn slice(&self, file: usize, span: Span) -> &'p str {
        self.project.files[file].slice(span)
    }

    /// What a literal means.
    pub(crate) fn meaning(&self, file: usize, literal: &'p Literal) -> &'p str {
        match &literal.text {
            Some(text) => text,
            None => self.slice(file, literal.raw),
        }
    }

    /// The constant text of a value of a declaration.
    pub(crate) fn text(&self, declared: Declared<'p>, name: &str) -> Option<&'p str> {
        self.constant(declared.file, &entry(&declared.what.body, name)?.value)
    }

    /// A constant, with or without quotes.
    pub(crate) fn constant(&self, file: usize, value: &'p Value) -> Option<&'p str> {
        match value {
            Value::Literal(literal) => Some(self.meaning(file, literal)),
            Value::Plain(span) => Some(self.slice(file, *span)),
            _ => None,
        }
    }

    /// Whether something is switched on.
    pub(crate) fn is_true(&self, declared: Declared<'p>, name: &str) -> bool {
        let said = self.text(declared, name);
        said.is_some_and(|said| said.eq_ignore_ascii_case("true"))
    }

    /// Whether something is switched off, where it is set at all.
    pub(crate) fn is_false(&self, declared: Declared<'p>, name: &str) -> bool {
        let said = self.text(declared, name);
        said.is_some_and(|said| said.eq_ignore_ascii_case("false"))
    }

    /// A literal that may be a secret, with the way that it takes to `ends`.
    pub(crate) fn literal(
        &self,
        rule: &'static Rule,
        leaf: &Leaf<'p>,
        reading: Reading<'p>,
        ends: &str,
    ) -> Option<Sighting<'p>> {
        let Value::Literal(literal) = leaf.value else {
            return None;
        };
        let evidence = self.evidence(leaf.file, literal, reading);
        let mut flow = Vec::new();
        if leaf.depth > 0 {
            let written = format!("written here as {}", leaf.name.unwrap_or(reading.name));
            flow.push(step(leaf.file, literal.raw, &written));
            flow.extend(leaf.passed.iter().cloned());
            flow.push(step(leaf.entry.0, leaf.entry.1, ends));
        }
        Some(Sighting {
            file: leaf.file,
            candidate: Candidate {
                rule,
                span: literal.raw,
                evidence,
            },
            detail: Some(ends.to_owned()),
            flow,
            mend: None,
            next: None,
        })
    }

    /// The evidence of a literal.
    pub(crate) fn evidence(
        &self,
        file: usize,
        literal: &'p Literal,
        reading: Reading<'p>,
    ) -> Evidence<'p> {
        Evidence {
            prior: reading.prior,
            says: names::says(reading.name),
            value: Cow::Borrowed(self.meaning(file, literal)),
            site: Some(reading.site),
            quoted: literal.quoted,
            voice: Voice::Code,
            kind: self.project.files[file].text.kind,
            checksum: None,
            inspection: None,
        }
    }

    /// A fault that is no text.
    pub(crate) fn fault(
        &self,
        rule: &'static Rule,
        file: usize,
        span: Span,
        belief: f32,
        why: &'static str,
    ) -> Sighting<'p> {
        let evidence = Evidence {
            prior: Prior::Stated { belief, why },
            says: NameSays::Nothing,
            value: Cow::Borrowed(""),
            site: None,
            quoted: false,
            voice: Voice::Code,
            kind: self.project.files[file].text.kind,
            checksum: None,
            inspection: None,
        };
        Sighting {
            file,
            candidate: Candidate {
                rule,
                span,
                evidence,
            },
            detail: None,
            flow: Vec::new(),
            mend: None,
            next: None,
        }
    }

    /// What secret the deployment copies where this leaf stands; none if it copies none.
    pub(crate) fn copied(&self, leaf: &Leaf<'p>) -> Option<Copied> {
        self.copied_as(leaf, "")
    }

    /// The same, where it gets a name.
    pub(crate) fn copied_as(&self, leaf: &Leaf<'p>, name: &str) -> Option<Copied> {
        let Value::Reference(reference, _) = leaf.value else {
            return None;
        };
        if reference.resolved == Resolved::Runtime {
            return None;
        }
        let target = &*reference.target;
        let part = leaf.part.last().copied();
        let kept = |what: &'static str, field| Copied::kept(what).field(part.or(field), name);
        let is_part = part.is_some_and(|part| !holds_secret(part));
        let given = |copied: Option<Copied>| copied.filter(|_| !is_part);
        match reference.kind {
            RefKind::AwsSecretsManager => {
                let what = "the value of a secret in AWS Secrets Manager";
                kept(what, field_of_secret(target))
            }
            RefKind::AwsParameter => given(of_parameter(target).map(Copied::kept)),
            RefKind::Vault => kept("the value of a secret in Vault", None),
            RefKind::Environment => {
                let said = || Copied::given(format!("{target} of the deployment's environment"));
                given(holds_secret(target).then(said))
            }
            _ => match terraform::secret(target) {
                Some((what, field)) => kept(what, field),
                None => cloudformation::secret(target)
                    .or_else(|| azure::secret(target))
                    .map(Copied::kept)
                    .or_else(|| given(self.named(leaf, target)))
                    .or_else(|| self.asked(leaf, target, name)),
            },
        }
    }

    /// What secret a name of the module stands for.
    fn named(&self, leaf: &Leaf<'p>, target: &'p str) -> Option<Copied> {
        let mut parts = target.split('.');
        let (root, name) = (parts.next()?, parts.next()?);
        match root {
            "var" => self
                .is_secret_variable(leaf.module, name, parts.next_back())
                .then(|| Copied::given(format!("{} {name}", self.word(leaf.module)))),
            // A value of a file that is not here: such files are kept out of repositories for what they hold.
            "file" if !self.project.modules[leaf.module].uses(name) => {
                let value = parts.next_back().or(leaf.part.last().copied())?;
                let said = || format!("{value} of a file that is not here");
                holds_secret(value).then(|| Copied::given(said()))
            }
            "data" if name == "aws_ssm_parameter" => self
                .is_secret_data(leaf.module, parts)
                .then(|| Copied::kept("the value of a secret parameter")),
            _ => None,
        }
    }

    /// What the language of a module calls a variable.
    pub(super) fn word(&self, module: usize) -> &'static str {
        let declared = self.project.modules[module].declared.first();
        match declared.map(|d| d.what.dialect) {
            Some(Dialect::Terraform) | None => "variable",
            Some(_) => "parameter",
        }
    }

    /// Whether a value is a pointer, wherever it leads.
    pub(crate) fn is_pointer(&self, leaf: &Leaf<'p>) -> bool {
        match leaf.value {
            Value::Reference(reference, _) => reference.resolved == Resolved::Runtime,
            Value::Literal(literal) => reference::parse(self.meaning(leaf.file, literal))
                .is_some_and(|r| r.resolved == Resolved::Runtime),
            _ => false,
        }
    }
}

/// A place on the way of a value.
pub(crate) fn step(file: usize, span: Span, message: &str) -> Step {
    Step {
        file,
        span,
        message: message.to_owned(),
    }
}

/// Whether a name is a secret's.
pub(crate) fn holds_secret(name: &str) -> bool {
    matches!(names::says(name), NameSays::Password | NameSays::Secret)
}

/// Whether a name is a password's.
pub(crate) fn is_password(name: &str) -> bool {
    names::says(name) == NameSays::Password
}

/// Whether a name is of something about a secret.
pub(crate) fn is_about(name: &str) -> bool {
    matches!(names::says(name), NameSays::About | NameSays::Digest)
}

/// Whether nothing is set at the end of a path of names; where a part of it is not written out, it may be.
pub(crate) fn lacks(entries: &[Entry], path: &str) -> bool {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    match (entry(entries, first).map(|e| &e.value), rest) {
        (None, _) => true,
        (Some(Value::Map(inside)), Some(rest)) => lacks(inside, rest),
        _ => false,
    }
}

/// Whether something is set to anything but nothing.
pub(crate) fn is_set(entries: &[Entry], name: &str) -> bool {
    entry(entries, name).is_some()
}
