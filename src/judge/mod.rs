//! Is this a secret? The one judge for patterns and audits alike: evidence in, verdict out.
//!
//! Every observation moves the log-odds by a stated weight, so that a verdict can be read back as the list of its
//! reasons. It knows names and values, no trees and no files.

use std::borrow::Cow;

use crate::facts::{Format, Kind, Site, Voice};
use crate::finding::{Reason, Verdict, log_odds};
use crate::rule::Rule;
use crate::span::Span;

pub(crate) mod names;
mod placeholders;
pub mod randomness;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use names::NameSays;
use values::ValueClass;
pub(crate) use values::is_anonymous;

/// What made a candidate of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Prior {
    /// A rule that knows the shape.
    Pattern {
        /// What the rule states.
        belief: f32,
        /// Whether the shape is no provider's own.
        generic: bool,
    },
    /// A name that may be a credential's.
    Named,
    /// A property or setting that is known to hold a secret, or a password.
    Property {
        /// A password, which need not look random.
        password: bool,
    },
    /// A fact about a template, which no value speaks for or against.
    Stated {
        /// How likely it is a fault.
        belief: f32,
        /// What was seen.
        why: &'static str,
    },
    /// A long token without a name; whether a credential word stands near by.
    Unnamed {
        /// Within three lines, or in a file made for credentials.
        near: bool,
        /// Another name is given to it.
        labelled: bool,
    },
}

/// What a look inside a value found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Inspection {
    /// It is what it seems; a detail for the message.
    Confirmed(Option<String>),
    /// It is not.
    Refuted(&'static str),
    /// It is, but of little use.
    Doubtful(&'static str),
    /// The secret proper, decoded: it is judged in place of the value.
    Decoded(String),
}

/// All that is known of a candidate.
#[derive(Clone, Debug)]
pub(crate) struct Evidence<'t> {
    /// What made it a candidate.
    pub(crate) prior: Prior,
    /// What its name says, where it has one.
    pub(crate) says: NameSays,
    /// The value, decoded.
    pub(crate) value: Cow<'t, str>,
    /// The role of the value.
    pub(crate) site: Option<Site>,
    /// Whether quotes stand around it.
    pub(crate) quoted: bool,
    /// Whether it is code, or said about code.
    pub(crate) voice: Voice,
    /// The kind of file.
    pub(crate) kind: Kind,
    /// Whether a documented checksum is right.
    pub(crate) checksum: Option<bool>,
    /// What a look inside found.
    pub(crate) inspection: Option<Inspection>,
}

/// A span that a rule takes for a secret, with what the rule knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'t, 'r> {
    /// The rule.
    pub(crate) rule: &'r Rule,
    /// The secret.
    pub(crate) span: Span,
    /// For the judge.
    pub(crate) evidence: Evidence<'t>,
}

/// Adds up reasons.
struct Scale {
    log_odds: f32,
    reasons: Vec<Reason>,
}

impl Scale {
    fn add(&mut self, weight: f32, text: impl Into<Cow<'static, str>>) {
        self.log_odds += weight;
        self.reasons.push(Reason {
            text: text.into(),
            weight,
        });
    }

    fn verdict(self) -> Verdict {
        Verdict {
            confidence: 1.0 / (1.0 + (-self.log_odds).exp()),
            reasons: self.reasons,
        }
    }
}

/// Weighs the evidence.
pub(crate) fn judge(evidence: &Evidence<'_>) -> Verdict {
    let mut scale = Scale {
        log_odds: 0.0,
        reasons: Vec::new(),
    };
    match evidence.prior {
        Prior::Pattern { belief, generic } => weigh_pattern(&mut scale, evidence, belief, generic),
        Prior::Named => weigh_named(&mut scale, evidence),
        Prior::Property { password } => weigh_property(&mut scale, evidence, password),
        Prior::Stated { belief, why } => {
            scale.add(log_odds(belief), why);
            if matches!(evidence.voice, Voice::Test | Voice::Answer) {
                scale.add(-1.5, "it stands in a test");
            }
        }
        Prior::Unnamed { near, labelled } => weigh_unnamed(&mut scale, evidence, near, labelled),
    }
    scale.verdict()
}

/// Whether a candidate's name alone rules it out, so that nobody needs to look at its value. Only what is to be
/// explained is judged all the same.
pub(crate) fn is_hopeless(evidence: &Evidence<'_>) -> bool {
    evidence.prior == Prior::Named
        && matches!(
            evidence.says,
            NameSays::Nothing | NameSays::About | NameSays::Digest
        )
}

/// A documented shape: only what shows the value to be no secret counts against it.
fn weigh_pattern(scale: &mut Scale, evidence: &Evidence<'_>, belief: f32, generic: bool) {
    scale.add(
        (belief / (1.0 - belief.min(0.999))).ln(),
        "the shape is the documented one",
    );
    match evidence.voice {
        Voice::Documentation if generic => scale.add(-4.2, "it stands in documentation"),
        Voice::Documentation => scale.add(-1.0, "it stands in documentation"),
        Voice::Example => scale.add(-4.2, "it is announced as an example"),
        Voice::Answer if generic => scale.add(-4.2, "it is part of a known answer of a test"),
        Voice::Code | Voice::Comment | Voice::Test | Voice::Answer => {}
    }
    match evidence.checksum {
        Some(true) => scale.add(6.0, "its checksum is right"),
        Some(false) => scale.add(-1.0, "its checksum is wrong"),
        None => {}
    }
    let value = match &evidence.inspection {
        Some(Inspection::Confirmed(_)) => return scale.add(1.0, "its inside is what it should be"),
        Some(Inspection::Refuted(why)) => return scale.add(-6.0, *why),
        Some(Inspection::Doubtful(why)) => return scale.add(-3.7, *why),
        Some(Inspection::Decoded(inner)) => inner.as_str(),
        None => &evidence.value,
    };
    if evidence.checksum == Some(true) {
        return;
    }
    let weak = belief < 0.8;
    let (weight, why) = match values::classify(value, true) {
        ValueClass::Reference => (-8.0, "the value is a reference"),
        ValueClass::Public if generic => (-8.0, "the value is public by its form"),
        ValueClass::Placeholder => (-5.0, "the value is a placeholder"),
        ValueClass::PublishedExample => (-8.0, "the value is a published example"),
        ValueClass::Sequence => (-5.0, "the value is a sequence"),
        ValueClass::Encrypted => (-6.0, "the value is encrypted"),
        ValueClass::Code if weak => (-4.0, "the value is code"),
        ValueClass::Prose if weak => (-4.0, "the value is prose"),
        ValueClass::Identifier | ValueClass::Path | ValueClass::Url if weak => {
            (-4.0, "the value is made of words")
        }
        ValueClass::Word if weak => (-2.0, "the value is a word"),
        ValueClass::WordAndDigits if weak => (-0.8, "the value is a word and digits"),
        ValueClass::Number if weak && is_long_number(value) => (-0.7, "the value is a long number"),
        ValueClass::Number | ValueClass::Formatted if weak => (-2.5, "the value is a number"),
        ValueClass::Short if weak || generic => (-3.0, "the value is too short"),
        _ => return,
    };
    scale.add(weight, why);
}

/// A value under a name: the name says what to expect of the value.
fn weigh_named(scale: &mut Scale, evidence: &Evidence<'_>) {
    let says = evidence.says;
    match says {
        NameSays::Password => scale.add(1.0, "the name is a password's"),
        NameSays::Secret => scale.add(0.5, "the name is a secret's"),
        NameSays::Maybe => scale.add(-2.4, "the name may be a credential's"),
        NameSays::Unreal => scale.add(-3.5, "the name says that it is not real"),
        NameSays::Digest => scale.add(-6.0, "the name is a digest's or an identifier's"),
        NameSays::About => scale.add(-6.0, "the name is of something about a credential"),
        NameSays::Nothing => scale.add(-6.0, "the name is no credential's"),
    }
    weigh_class(scale, evidence, says);
    weigh_surroundings(scale, evidence);
}

/// A value where only a secret belongs.
fn weigh_property(scale: &mut Scale, evidence: &Evidence<'_>, password: bool) {
    let says = if password {
        scale.add(1.6, "the property is a password's");
        NameSays::Password
    } else {
        scale.add(1.2, "the property is a secret's");
        NameSays::Secret
    };
    weigh_class(scale, evidence, says);
    weigh_voice(scale, evidence.voice);
}

fn weigh_class(scale: &mut Scale, evidence: &Evidence<'_>, says: NameSays) {
    let value = evidence.value.trim();
    let (weight, why) = match values::classify(value, evidence.quoted) {
        ValueClass::Reference => (-8.0, "the value is a reference"),
        ValueClass::Encrypted => (-8.0, "the value is encrypted"),
        ValueClass::PasswordHash => (-4.0, "the value is a one-way hash"),
        ValueClass::Public => (-8.0, "the value is public by its form"),
        ValueClass::Placeholder => (-5.0, "the value is a placeholder"),
        ValueClass::PublishedExample => (-8.0, "the value is a published example"),
        ValueClass::Code => (-5.0, "the value is code"),
        ValueClass::Identifier => (-4.0, "the value is made of words"),
        ValueClass::Path => (-4.0, "the value is a path"),
        ValueClass::Url => (-5.0, "the value is an address"),
        ValueClass::Formatted => (-4.0, "the value is a date, version or address"),
        ValueClass::Number if says == NameSays::Password && is_long_number(value) => {
            (-0.7, "the value is a long number")
        }
        ValueClass::Number => (-3.0, "the value is a number"),
        ValueClass::Prose => (-5.0, "the value is prose"),
        ValueClass::Translation => (-5.0, "the value is text for people"),
        ValueClass::Sequence => (-4.0, "the value is a sequence"),
        ValueClass::Word => (-3.0, "the value is a word"),
        ValueClass::Encoded => (-3.0, "the value is readable text in base64"),
        ValueClass::Short => (-4.0, "the value is too short"),
        ValueClass::Uuid => (-1.0, "the value is a UUID"),
        ValueClass::Chosen => (0.3, "the value looks like a password that a person chose"),
        ValueClass::WordAndDigits if says == NameSays::Password && value.len() >= 8 => {
            let odd = randomness::score(value.as_bytes()).clamp(-1.0, 0.5) + 1.0;
            (odd * 0.5 - 1.3, "the value is a word and digits")
        }
        ValueClass::WordAndDigits => (-2.0, "the value is a word and digits"),
        ValueClass::Hash if says == NameSays::Password => {
            (-0.6, "the value has the length of a digest")
        }
        ValueClass::Hash => (0.15, "the value is hexadecimal of a key's length"),
        ValueClass::Opaque => return weigh_opaque(scale, value, says),
    };
    scale.add(weight, why);
}

/// Six digits and more, and nothing else, of which no four count or repeat: as people choose where no letters are asked for.
fn is_long_number(value: &str) -> bool {
    let step = |w: &[u8]| i16::from(w[1]) - i16::from(w[0]);
    let counts = |w: &[u8]| step(w).abs() <= 1 && w.windows(2).all(|pair| step(pair) == step(w));
    value.len() >= 6
        && value.bytes().all(|b| b.is_ascii_digit())
        && !value.as_bytes().windows(4).any(counts)
}

/// Nothing speaks against the value: how random is it?
fn weigh_opaque(scale: &mut Scale, value: &str, says: NameSays) {
    let random = randomness::score(value.as_bytes());
    if random > 0.0 {
        scale.add((0.6 + random * 0.5).min(3.0), "the value looks random");
    } else if says == NameSays::Password {
        scale.add(random * 0.25, "the value looks made by a person");
    } else {
        scale.add(random * 0.6 - 0.5, "the value looks made by a person");
    }
    if value.len() < 8 && says != NameSays::Password {
        scale.add(-1.5, "the value is short");
    }
    if value.len() > 300 {
        scale.add(-1.5, "the value is very long");
    }
}

fn weigh_surroundings(scale: &mut Scale, evidence: &Evidence<'_>) {
    match evidence.site {
        Some(Site::Argument) => scale.add(-0.5, "it is an argument of a call"),
        Some(Site::Comparison) => scale.add(-0.7, "it is compared, not set"),
        Some(Site::Element | Site::Item) => scale.add(-0.3, "it stands in a list or element"),
        _ => {}
    }
    if evidence.kind.generated && !evidence.kind.credential_file {
        scale.add(-1.5, "the file is made by a machine");
    }
    weigh_voice(scale, evidence.voice);
    if evidence.kind.credential_file {
        scale.add(0.7, "the file is made for credentials");
    } else if evidence.kind.format == Format::Prose {
        scale.add(-0.7, "the file is prose");
    }
}

/// Who speaks.
fn weigh_voice(scale: &mut Scale, voice: Voice) {
    match voice {
        Voice::Code => {}
        Voice::Test => scale.add(-1.5, "it stands in a test"),
        Voice::Answer => scale.add(-4.2, "it is part of a known answer of a test"),
        Voice::Comment => scale.add(-0.7, "it stands in a comment"),
        Voice::Documentation => scale.add(-4.2, "it stands in documentation"),
        Voice::Example => scale.add(-4.2, "it is announced as an example"),
    }
}

/// A long token that nothing names.
fn weigh_unnamed(scale: &mut Scale, evidence: &Evidence<'_>, near: bool, labelled: bool) {
    scale.add(-1.2, "nothing names it");
    let value = &evidence.value;
    match values::classify(value, true) {
        ValueClass::Opaque if value.bytes().all(|b| b.is_ascii_hexdigit()) => {
            scale.add(-0.6, "the value is hexadecimal")
        }
        ValueClass::Opaque => scale.add(
            randomness::score(value.as_bytes()).clamp(-3.0, 2.0) * 0.5,
            "how random it looks",
        ),
        ValueClass::Hash => scale.add(-0.6, "the value has the length of a digest"),
        ValueClass::Uuid => scale.add(-1.5, "the value is a UUID"),
        _ => scale.add(-4.0, "the value is no random token"),
    }
    if labelled {
        scale.add(-2.0, "its name is no credential's");
    }
    match evidence.voice {
        Voice::Code => {}
        Voice::Test => scale.add(-1.5, "it stands in a test"),
        _ => scale.add(-1.5, "it is said about code"),
    }
    if near {
        scale.add(1.2, "a credential word stands near by");
    }
    if evidence.kind.generated {
        scale.add(-2.0, "the file is made by a machine");
    }
}
