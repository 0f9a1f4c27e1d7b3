//! A secret that a program fetches ends in its log, in an error or in a response.
//!
//! Values are followed through the steps of a file in their order; what a function gives back or logs of its parameters is
//! kept as its summary, and the file is gone through until no summary changes, a few times at most.

use std::borrow::Cow;

use crate::facts::code::{Action, Expression};
use crate::facts::{Facts, Kind, Voice};
use crate::judge::{Candidate, Evidence, NameSays, Prior};
use crate::practice::LOGGING;
use crate::rule::{Class, Precision, Rule, RuleId, Severity};
use crate::span::Span;

use super::Sighting;
use super::carry::{Carrier, Origin, Taint};
use super::scene::step;

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("secret-logging"),
    title: Cow::Borrowed("secret written to a log, an error or a response"),
    about: Cow::Borrowed(
        "The program fetches a secret and gives it, or a part of it, to those who read its output. Logs are kept, \
         shared and searched by more people than may read the secret store.",
    ),
    fix: Cow::Borrowed(
        "Log the name or ARN of the secret, or whether it is set, and never its value or a part of it. Rotate what was \
         logged, and remove it from the logs.",
    ),
    class: Class::Exposure,
    severity: Severity::High,
    precision: Precision::Medium,
    references: Cow::Borrowed(&[]),
    cwe: Cow::Borrowed(&[532, 209]),
    practices: &[&LOGGING],
    peers: &[],
    tags: Cow::Borrowed(&[Cow::Borrowed("code")]),
};

/// Words at which a program may fetch a secret.
pub(crate) const CUES: &[&str] = &[
    "get_secret_value",
    "getSecretValue",
    "GetSecretValueCommand",
    "WithDecryption",
    "access_secret_version",
    "accessSecretVersion",
    "SecretClient",
    "read_secret_version",
];

/// Every place that a secret is put out at.
pub(crate) fn run<'t>(facts: &'t Facts, text: &'t str, kind: Kind, out: &mut Vec<Sighting<'t>>) {
    if facts.steps.is_empty() {
        return;
    }
    let mut carrier = Carrier::new(facts, text);
    for leak in carrier.leaks() {
        let said = match leak.taint.origin {
            Origin::Secret(said) | Origin::Reply(said) | Origin::Environment(said) => said,
            Origin::Parameter(_) => continue,
        };
        let mut seen = Sighting::of(Candidate {
            rule: &RULE,
            span: leak.span,
            evidence: evidence(kind),
        });
        seen.detail = Some(format!("{said} goes to {}", leak.sink));
        seen.flow = way(&leak.taint, leak.span, leak.sink);
        out.push(seen);
    }
}

fn evidence<'t>(kind: Kind) -> Evidence<'t> {
    Evidence {
        prior: Prior::Stated {
            belief: 0.8,
            why: "a secret is followed to where it is put out",
        },
        says: NameSays::Nothing,
        value: Cow::Borrowed(""),
        site: None,
        quoted: false,
        voice: Voice::Code,
        kind,
        checksum: None,
        inspection: None,
    }
}

fn way(taint: &Taint, end: Span, sink: &str) -> Vec<crate::link::Step> {
    let fetched = step(0, taint.at, "the secret is read here");
    let through = taint.passed.iter().map(|at| step(0, *at, "it passes here"));
    let end = step(0, end, &format!("it goes to {sink}"));
    [fetched].into_iter().chain(through).chain([end]).collect()
}

/// What puts a value out: the name of a call gives the place that it ends in.
pub(super) fn sink(callee: &str) -> Option<&'static str> {
    let (before, last) = callee.rsplit_once('.').unwrap_or(("", callee));
    let owner = before.rsplit('.').next().unwrap_or_default();
    let owner = owner.to_ascii_lowercase();
    match (&*owner, last) {
        ("", "print" | "pprint") => Some("the output of the program"),
        ("console", "log" | "info" | "warn" | "error" | "debug" | "trace" | "dir" | "table") => {
            Some("the console")
        }
        ("res" | "response", "send" | "json" | "end" | "write") => Some("the response"),
        (
            owner,
            "debug" | "info" | "warn" | "warning" | "error" | "critical" | "exception" | "fatal"
            | "log" | "trace",
        ) if owner.ends_with("log") || owner.ends_with("logger") || owner == "logging" => {
            Some("the log")
        }
        _ => None,
    }
}

/// The body of what a handler gives back.
pub(super) fn body(value: &Expression, text: &str) -> Option<Expression> {
    let Expression::Map(members) = value else {
        return None;
    };
    let has = |name: &str| members.iter().find(|m| m.name.last(text) == name);
    has("statusCode").and(has("body")).map(|m| m.value.clone())
}

/// What an action throws, if it is an error.
pub(super) fn thrown(action: &Action) -> Option<&Expression> {
    match action {
        Action::Throw(value) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{lang, program};

    /// What a program puts out, as the texts of the sinks.
    fn found(ending: &str, text: &str) -> usize {
        let language = lang::of(&format!("a.{ending}")).unwrap();
        let facts = program::read(text, language).unwrap().facts;
        Carrier::new(&facts, text).leaks().len()
    }

    const PY: &str = "v = c.get_secret_value(SecretId=n)['SecretString']\n";
    const JS: &str = "const r = await c.send(new GetSecretValueCommand({SecretId: n}));\nconst v = r.SecretString;\n";

    #[test]
    fn puts_out_a_secret() {
        for sink in [
            "print(v)",
            "print(f'x {v[:8]}')",
            "logger.info('x %s', v)",
            "logging.debug('x {}'.format(v))",
            "d = json.loads(v)\nprint(d['password'])",
            "raise ValueError(f'bad {v}')",
            "print(os.environ)",
            "print(os.environ['DB_PASSWORD'])",
            "print(os.getenv('DB_PASSWORD'))",
            "def h(x):\n    print(x)\nh(v)",
            "def h():\n    return v\nprint(h())",
            "def handler(e, c):\n    return {'statusCode': 200, 'body': v}",
        ] {
            assert_eq!(found("py", &format!("{PY}{sink}\n")), 1, "{sink}");
        }
        for sink in [
            "console.log(v);",
            "console.error(`x ${v.slice(0, 8)}`);",
            "console.log(JSON.stringify(JSON.parse(v)));",
            "const { password } = JSON.parse(v); log.info(password);",
            "throw new Error(`bad ${v}`);",
            "console.log(process.env);",
            "console.log(process.env.DB_PASSWORD);",
            "res.json({ a: v });",
            "function h(x) { console.log(x); }\nh(v);",
        ] {
            assert_eq!(found("js", &format!("{JS}{sink}\n")), 1, "{sink}");
        }
    }

    #[test]
    fn says_nothing_of_what_is_no_secret() {
        for sink in [
            "print('the secret was read')",
            "print(n)",
            "print(len(v))",
            "print(bool(v))",
            "print(v is None)",
            "print(v == w)",
            "print(mask(v))",
            "print(hashlib.sha256(v.encode()).hexdigest())",
            "r = c.get_secret_value(SecretId=n)\nprint(r['ARN'], r['VersionId'], r['CreatedDate'])",
            "d = json.loads(v)\nprint(d['username'])",
            "print(os.environ['DB_HOST'])",
            "v = 'x'\nprint(v)",
            "connect(password=v)",
        ] {
            assert_eq!(found("py", &format!("{PY}{sink}\n")), 0, "{sink}");
        }
        for sink in [
            "console.log(v.length);",
            "console.log(!!v);",
            "console.log(v ? 'set' : 'unset');",
            "console.log(typeof v);",
            "console.log(r.ARN, r.Name);",
            "console.log(process.env.STAGE);",
            "console.log(redact(v));",
            "connect({ password: v });",
        ] {
            assert_eq!(found("js", &format!("{JS}{sink}\n")), 0, "{sink}");
        }
    }
}
