//! Helpers of audits over programs: what a call is really called, and which constant a value is.

use crate::facts::code::{Action, Call, Expression, FILE, Name};
use crate::facts::{Facts, Literal};
use crate::link::Step;
use crate::span::Span;

/// Names that lead to names, at most.
const DEPTH: usize = 4;

/// Functions that give their first argument in other clothes.
const TAKES: &[&str] = &[
    "Buffer.from",
    "encode",
    "TextEncoder.encode",
    "base64.b64decode",
    "b64decode",
    "bytes.fromhex",
    "bytes",
    "bytearray.fromhex",
    "binascii.unhexlify",
    "unhexlify",
    "atob",
    "String",
    "str",
    "createSecretKey",
    "crypto.createSecretKey",
    "base64.urlsafe_b64decode",
    "base64.urlsafe_b64encode",
    "base64.b64encode",
    "enc.Utf8.parse",
    "CryptoJS.enc.Utf8.parse",
    "CryptoJS.enc.Hex.parse",
    "Uint8Array.from",
    "Some",
    "String.from",
    "SecretString.from",
];

/// Methods that give what they are called on in other clothes.
const METHODS: &[&str] = &[
    "encode",
    "decode",
    "toString",
    "strip",
    "trim",
    "getBytes",
    "toCharArray",
    "as_bytes",
    "to_string",
    "to_owned",
    "into",
    "as_ref",
    "freeze",
];

/// A program that is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Program<'t> {
    pub(crate) facts: &'t Facts,
    pub(crate) text: &'t str,
}

/// A constant, and the places that it passes on its way, the first first.
pub(crate) struct Constant<'t> {
    pub(crate) literal: &'t Literal,
    pub(crate) passed: Vec<Step>,
}

/// A name that another file gives, and the places that it passes here, the first first.
pub(crate) struct Loose {
    /// The number of the import.
    pub(crate) import: usize,
    /// Which part of it.
    pub(crate) rest: String,
    pub(crate) passed: Vec<Step>,
}

/// What a value may be.
#[derive(Default)]
pub(crate) struct Found<'t> {
    pub(crate) constants: Vec<Constant<'t>>,
    pub(crate) loose: Vec<Loose>,
}

impl<'t> Program<'t> {
    /// What is called, with the module that it comes from in place of the name that this file gives it:
    /// `jsonwebtoken.sign`, `cryptography.fernet.Fernet`, `os.getenv`.
    pub(crate) fn callee(&self, call: &Call) -> String {
        let dotted = call.callee.dotted(self.text);
        let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        let mut imports = self.facts.imports.iter();
        let import = imports.find(|import| *import.alias == *first);
        let Some(import) = import.filter(|_| call.receiver.is_none()) else {
            return dotted.to_owned();
        };
        let module = import
            .module
            .strip_prefix("node:")
            .unwrap_or(&import.module);
        let name = import.name.as_deref().filter(|name| *name != "default");
        let parts = [
            Some(module),
            name,
            Some(rest).filter(|rest| !rest.is_empty()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(".")
    }

    /// What a name or a call is called in this file.
    pub(super) fn name_of(&self, value: &'t Expression) -> &'t str {
        match value {
            Expression::Name(name) => name.dotted(self.text),
            Expression::Call(number) => self.facts.calls[*number as usize].callee.dotted(self.text),
            _ => "",
        }
    }

    /// The import that a name starts with, and what of it is meant: the longest where several do.
    pub(super) fn import<'n>(&self, name: &'n str) -> Option<(usize, &'n str)> {
        let rest = |alias: &str| match name.strip_prefix(alias)? {
            "" => Some(""),
            rest => rest.strip_prefix('.'),
        };
        let imports = self.facts.imports.iter().enumerate();
        let named = imports.filter_map(|(at, import)| Some((at, rest(&import.alias)?)));
        named.min_by_key(|(_, rest)| rest.len())
    }

    /// Whether a value is a module, or a part of one: `require("x").y`.
    pub(super) fn is_import(&self, value: &Expression) -> bool {
        match value {
            Expression::Call(number) => {
                let call = &self.facts.calls[*number as usize];
                let callee = call.callee.dotted(self.text);
                matches!(callee, "require" | "import")
                    && matches!(call.at(0), Some(Expression::Text(_)))
            }
            Expression::Part { of, .. } => {
                matches!(**of, Expression::Call(_)) && self.is_import(of)
            }
            _ => false,
        }
    }

    /// The call that makes the object which a method is called on, where a name holds it: of `server.login()` the one in
    /// `server = smtplib.SMTP()`.
    pub(crate) fn maker(&self, call: &Call) -> Option<&'t Call> {
        let (object, _) = call.callee.dotted(self.text).rsplit_once('.')?;
        let name = Name {
            path: Some(object.into()),
            ..Name::new(call.callee.span)
        };
        match self.given(&name, call.function)? {
            (Expression::Call(number), ..) => self.facts.calls.get(*number as usize),
            _ => None,
        }
    }

    /// The constants that a value within a function may be, itself, what it falls back to, what a name was given; and the
    /// names that other files give.
    pub(crate) fn found(&self, value: &'t Expression, function: u32) -> Found<'t> {
        let mut found = Found::default();
        self.follow(value, function, DEPTH, &mut Vec::new(), &mut found);
        found
    }

    /// What a name is that another file gives, as an import and a part of it.
    fn loose(&self, name: &Name, function: u32) -> Option<(usize, String)> {
        let (import, rest) = self.import(name.dotted(self.text))?;
        let alias = &*self.facts.imports[import].alias;
        let mut within = function;
        loop {
            let nearer = self.facts.steps.iter().any(|step| match &step.action {
                Action::Bind { target, value } => {
                    step.function == within
                        && target.dotted(self.text) == alias
                        && !self.is_import(value)
                }
                _ => false,
            });
            let here = &self.facts.functions[within as usize];
            let mut parameters = here.parameters.iter();
            if nearer || parameters.any(|p| p.name.dotted(self.text) == alias) {
                return None;
            }
            if within == FILE {
                return Some((import, rest.to_owned()));
            }
            within = here.within;
        }
    }

    fn follow(
        &self,
        value: &'t Expression,
        function: u32,
        depth: usize,
        passed: &mut Vec<Step>,
        found: &mut Found<'t>,
    ) {
        match value {
            Expression::Text(literal) if !literal.raw.is_empty() => {
                let passed = passed.iter().rev().cloned().collect();
                found.constants.push(Constant { literal, passed });
            }
            Expression::Either(values) if depth > 0 => {
                for value in values {
                    self.follow(value, function, depth - 1, passed, found);
                }
            }
            Expression::Call(number) if depth > 0 => {
                let call = &self.facts.calls[*number as usize];
                if let Some(inner) = self.dressed(call) {
                    self.follow(inner, function, depth - 1, passed, found);
                }
            }
            Expression::Name(name) if depth > 0 => {
                if let Some((import, rest)) = self.loose(name, function) {
                    let passed = passed.iter().rev().cloned().collect();
                    found.loose.push(Loose {
                        import,
                        rest,
                        passed,
                    });
                }
                let Some((value, at, within)) = self.given(name, function) else {
                    return;
                };
                passed.push(step(at, format!("given to {}", name.dotted(self.text))));
                self.follow(value, within, depth - 1, passed, found);
                passed.pop();
            }
            _ => {}
        }
    }

    /// The value that a call only gives in other clothes: `Buffer.from("x")`, `"x".encode()`.
    fn dressed(&self, call: &'t Call) -> Option<&'t Expression> {
        let callee = call.callee.dotted(self.text);
        let method = callee
            .rsplit('.')
            .next()
            .is_some_and(|m| METHODS.contains(&m));
        match &call.receiver {
            Some(receiver @ (Expression::Text(_) | Expression::Name(_) | Expression::Call(_)))
                if method
                    && call
                        .at(0)
                        .is_none_or(|a| matches!(a, Expression::Text(_) | Expression::Name(_))) =>
            {
                match (receiver, call.at(0)) {
                    // `new TextEncoder().encode("x")`
                    (Expression::Call(number), Some(first))
                        if self.facts.calls[*number as usize].arguments.is_empty() =>
                    {
                        Some(first)
                    }
                    _ => Some(receiver),
                }
            }
            None if TAKES.contains(&callee) => call.at(0),
            _ => None,
        }
    }

    /// What a name was given, if that was done once: in the function, or else in the file.
    pub(super) fn given(&self, name: &Name, function: u32) -> Option<(&'t Expression, Span, u32)> {
        let dotted = name.dotted(self.text);
        let found = |within: u32| {
            let mut steps = self
                .facts
                .steps
                .iter()
                .filter_map(move |step| match &step.action {
                    // One that is only declared is given nothing.
                    Action::Bind {
                        value: Expression::Unknown(at),
                        target,
                    } if *at == target.span => None,
                    Action::Bind { target, value }
                        if step.function == within && target.dotted(self.text) == dotted =>
                    {
                        Some((value, target.span, within))
                    }
                    _ => None,
                });
            let first = steps.next();
            (first, steps.next().is_some())
        };
        let mut within = function;
        loop {
            match found(within) {
                (Some(given), false) => return Some(given),
                (Some(_), true) => return None,
                _ if within == FILE => return None,
                _ => {}
            }
            let here = &self.facts.functions[within as usize];
            if here
                .parameters
                .iter()
                .any(|p| p.name.dotted(self.text) == dotted)
            {
                return None;
            }
            within = here.within;
        }
    }
}

/// A place in the file that is looked at.
pub(crate) fn step(span: Span, message: String) -> Step {
    Step {
        file: 0,
        span,
        message,
    }
}

/// How many places an audit sees in a program, for tests.
#[cfg(test)]
pub(crate) fn seen_in(audit: &super::Audit, ending: &str, text: &str) -> Vec<String> {
    let language = crate::syntax::lang::of(&format!("a.{ending}")).unwrap();
    let facts = crate::syntax::program::read(text, language)
        .unwrap()
        .unwrap()
        .facts;
    let format = match ending {
        "py" => crate::facts::Format::Python,
        _ => crate::facts::Format::CLike,
    };
    let kind = crate::facts::Kind {
        format,
        credential_file: false,
        generated: false,
    };
    let mut seen = Vec::new();
    (audit.run)(&super::Subject::new(&facts, text, kind), &mut seen);
    let shown = |s: &super::Sighting<'_>| text[s.candidate.span.range()].to_owned();
    seen.iter().map(shown).collect()
}
