//! A program talks to a secret store without the protection of TLS; the rule is that of templates.

use crate::facts::Facts;
use crate::facts::code::{Action, Argument, Call, Expression, Member};
use crate::span::Span;

use super::handler::stated;
use super::insecure_transport::RULE;
use super::{Sighting, Subject, says_one};

/// Words of stores.
pub(crate) const CUES: &[&str] = &[
    "secretsmanager",
    "SecretsManager",
    "hvac",
    "node-vault",
    "VAULT_ADDR",
    "SecretClient",
    "SecretManagerService",
    "NODE_TLS_REJECT_UNAUTHORIZED",
];

/// Words of what switches protection off.
const WORDS: &[&str] = &[
    "verify",
    "rejectUnauthorized",
    "http://",
    "NODE_TLS_REJECT_UNAUTHORIZED",
];

/// Calls that make the client of a store.
const CLIENTS: &[&str] = &[
    "hvac.Client",
    "hvac.AsyncClient",
    "SecretClient",
    "SecretsManagerClient",
    "AWS.SecretsManager",
    "SecretsManager",
    "SSMClient",
    "SecretManagerServiceClient",
    "nodeVault",
];

/// Names of what checks certificates, where it can be switched off.
const CHECKS: &[&str] = &["verify", "connection_verify", "rejectUnauthorized"];

/// Names of the address of a store.
const ADDRESSES: &[&str] = &[
    "url",
    "endpoint",
    "endpoint_url",
    "vault_url",
    "apiEndpoint",
];

/// Hosts that are this machine, or stand for the cloud on it.
const LOCAL: &[&str] = &[
    "localhost",
    "127.",
    "0.0.0.0",
    "[::1]",
    "localstack",
    "host.docker.internal",
    "169.254.",
];

/// Objects and calls within others, at most.
const NESTED: usize = 6;

/// Whether a program talks to a store, and something is switched off in it.
pub(crate) fn wants(text: &str) -> bool {
    says_one(text, WORDS)
}

/// Every client that is made so, and the switch of all of Node.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Subject {
        facts, text, kind, ..
    } = *subject;
    if facts.steps.is_empty() || !wants(text) {
        return;
    }
    for call in facts
        .calls
        .iter()
        .filter(|call| is_client(call, facts, text))
    {
        let mut found = Vec::new();
        for Argument { name, value } in &call.arguments {
            let name = name.as_ref().map_or("", |name| name.last(text));
            faults(name, value, facts, text, NESTED, &mut found);
        }
        let why = "the client of a secret store is told so";
        out.extend(
            found
                .into_iter()
                .map(|at| stated(&RULE, at, kind, 0.8, why)),
        );
    }
    let switched = facts.steps.iter().filter_map(|step| match &step.action {
        Action::Bind { target, value } => (target.dotted(text)
            == "process.env.NODE_TLS_REJECT_UNAUTHORIZED"
            && is_off(value, text))
        .then_some(target.span),
        _ => None,
    });
    let why = "the certificates of no server are checked any more";
    out.extend(switched.map(|at| stated(&RULE, at, kind, 0.7, why)));
}

fn is_client(call: &Call, facts: &Facts, text: &str) -> bool {
    let callee = call.callee.dotted(text);
    let first = match call.at(0) {
        Some(Expression::Text(first)) => text.get(first.raw.range()),
        _ => None,
    };
    // `require("node-vault")(options)`
    let vault = match &call.receiver {
        Some(Expression::Call(number)) => {
            let made = facts
                .calls
                .get(*number as usize)
                .and_then(|made| made.at(0));
            matches!(made, Some(Expression::Text(name)) if text.get(name.raw.range()) == Some("node-vault"))
        }
        _ => false,
    };
    let made = matches!(callee.rsplit('.').next(), Some("client" | "resource"));
    CLIENTS.contains(&callee) || vault || made && matches!(first, Some("secretsmanager" | "ssm"))
}

/// What switches protection off in a value, and in the values of the objects and calls in it.
fn faults(
    name: &str,
    value: &Expression,
    facts: &Facts,
    text: &str,
    depth: usize,
    out: &mut Vec<Span>,
) {
    match value {
        Expression::Map(members) if depth > 0 => {
            for Member { name, value } in members {
                faults(name.last(text), value, facts, text, depth - 1, out);
            }
        }
        Expression::Call(number) if depth > 0 => {
            let call = &facts.calls[*number as usize];
            for Argument { name, value } in &call.arguments {
                let name = name.as_ref().map_or("", |name| name.last(text));
                faults(name, value, facts, text, depth - 1, out);
            }
        }
        Expression::Plain(span) if CHECKS.contains(&name) && is_off(value, text) => out.push(*span),
        Expression::Text(literal) if ADDRESSES.contains(&name) => {
            let url = text.get(literal.raw.range()).unwrap_or_default();
            let host = url.strip_prefix("http://");
            if host.is_some_and(|host| !LOCAL.iter().any(|local| host.starts_with(local))) {
                out.push(literal.raw);
            }
        }
        _ => {}
    }
}

fn is_off(value: &Expression, text: &str) -> bool {
    let span = match value {
        Expression::Plain(span) => *span,
        Expression::Text(literal) => literal.raw,
        _ => return false,
    };
    matches!(text.get(span.range()), Some("false" | "False" | "0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Audit;
    use crate::audit::program::seen_in;

    fn found(ending: &str, text: &str) -> usize {
        let audit = Audit {
            rule: &RULE,
            cues: CUES,
            wants,
            run,
        };
        seen_in(&audit, ending, text).len()
    }

    #[test]
    fn protection_is_switched_off() {
        for (ending, text) in [
            ("py", "boto3.client('secretsmanager', verify=False)"),
            (
                "py",
                "session.client('ssm', endpoint_url='http://proxy.corp.example/')",
            ),
            ("py", "hvac.Client(url='https://vault.corp', verify=False)"),
            ("py", "hvac.Client(url='http://vault.corp:8200')"),
            (
                "py",
                "SecretClient(vault_url=u, credential=c, connection_verify=False)",
            ),
            (
                "js",
                "const v = require('node-vault')({ endpoint: 'http://vault.corp:8200' })",
            ),
            (
                "js",
                "new SecretsManagerClient({ requestHandler: new H({ httpsAgent: new Agent({ rejectUnauthorized: false }) }) })",
            ),
            ("js", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'"),
        ] {
            assert_eq!(found(ending, text), 1, "{text}");
        }
        for (ending, text) in [
            ("py", "boto3.client('secretsmanager', verify=True)"),
            ("py", "boto3.client('secretsmanager', verify='/etc/ca.pem')"),
            ("py", "boto3.client('s3', verify=False)"),
            (
                "py",
                "boto3.client('secretsmanager', endpoint_url='http://localhost:4566')",
            ),
            (
                "py",
                "boto3.client('ssm', endpoint_url='http://localstack:4566')",
            ),
            ("py", "hvac.Client(url='https://vault.corp:8200')"),
            (
                "py",
                "hvac.Client(url='http://host.docker.internal:8200', timeout=5)",
            ),
            ("py", "hvac.Client(url='http://[::1]:8200', verify=True)"),
            (
                "py",
                "hvac.Client(url='http://0.0.0.0:8200', allow_redirects=False, verify=True)",
            ),
            (
                "js",
                "new SSMClient({ endpoint: 'http://169.254.10.1/', rejectUnauthorized: true })",
            ),
            ("py", "requests.get('http://example.com', verify=False)"),
            (
                "js",
                "const v = require('node-vault')({ endpoint: 'http://127.0.0.1:8200' })",
            ),
            (
                "js",
                "new SecretsManagerClient({ requestHandler: new H({ rejectUnauthorized: true }) })",
            ),
            ("js", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1'"),
        ] {
            assert_eq!(found(ending, text), 0, "{text}");
        }
    }
}
