//! A program that deploys copies a secret into an environment; the rule is that of templates.

use crate::facts::Kind;
use crate::facts::code::{Argument, Call, Expression, Member, Name};
use crate::span::Span;

use super::env_copy::RULE;
use super::handler::stated;
use super::program::Program;
use super::scene::{holds_secret, step};
use super::taint::{self, Sink};
use super::{Sighting, Subject, says_one};

/// Words at which a program may copy a secret.
pub(crate) const CUES: &[&str] = &[
    "unsafeUnwrap",
    "unsafe_unwrap",
    "unsafePlainText",
    "unsafe_plain_text",
    "valueForStringParameter",
    "value_for_string_parameter",
    "valueForSecureStringParameter",
    "secretValueFromJson",
    "secret_value_from_json",
    "requireSecret",
    "require_secret",
    "SecretString",
    "sst.Secret",
    "create_function",
    "update_function_configuration",
    "register_task_definition",
    "createFunction(",
    "updateFunctionConfiguration",
    "registerTaskDefinition",
    "CreateFunctionCommand",
    "UpdateFunctionConfigurationCommand",
    "RegisterTaskDefinitionCommand",
];

/// Words of environments, and of what has them.
const WORDS: &[&str] = &["nvironment", "envVars", "env_vars"];

/// Names of what holds the variables of an environment.
const ENVIRONMENTS: &[&str] = &[
    "environment",
    "Environment",
    "environmentVariables",
    "environment_variables",
    "variables",
    "Variables",
];

/// Methods that give the value of a secret when the program is run, which is before the deployment.
const UNWRAPS: &[&str] = &["unsafeUnwrap", "unsafe_unwrap"];

/// Functions that give the value of a parameter, or of a setting that is a secret: where its name says so.
const READS: &[&str] = &[
    "valueForStringParameter",
    "value_for_string_parameter",
    "valueForSecureStringParameter",
    "value_for_secure_string_parameter",
    "valueFromLookup",
    "value_from_lookup",
];

/// Functions that give a setting which is kept encrypted.
const SETTINGS: &[&str] = &["requireSecret", "require_secret", "getSecret", "get_secret"];

/// Whether a program has to do with environments.
pub(crate) fn wants(text: &str) -> bool {
    says_one(text, WORDS)
}

/// Every variable of an environment that is given the value of a secret.
pub(crate) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Subject {
        facts, text, kind, ..
    } = *subject;
    if facts.steps.is_empty() || !wants(text) || !says_one(text, CUES) {
        return;
    }
    let program = Program { facts, text };
    if taint::reads(text) {
        taint::report(&RULE, |sink| sink == Sink::Environment, subject, out);
    }
    for call in &facts.calls {
        let mut variables = Vec::new();
        if matches!(call.callee.last(text), "addEnvironment" | "add_environment")
            && let (Some(Expression::Text(name)), Some(value)) = (call.at(0), call.at(1))
        {
            variables.push((Name::new(name.raw), value));
        }
        for Argument { name, value } in &call.arguments {
            let name = name.as_ref().map_or("", |name| name.last(text));
            collect(name, value, text, 5, &mut variables);
        }
        for (name, value) in variables {
            if let Some(way) = copied(&program, &name, value, call) {
                out.push(sighting(&name, way, text, kind));
            }
        }
    }
}

/// The variables of the environments in a value.
fn collect<'t>(
    name: &str,
    value: &'t Expression,
    text: &str,
    depth: usize,
    out: &mut Vec<(Name, &'t Expression)>,
) {
    let Expression::Map(members) = value else {
        return;
    };
    for Member { name: key, value } in members.iter().filter(|_| depth > 0) {
        let inner = matches!(value, Expression::Map(_));
        match ENVIRONMENTS.contains(&name) && !inner {
            true => out.push((key.clone(), value)),
            false => collect(key.last(text), value, text, depth - 1, out),
        }
    }
}

/// The places that a copied secret passes, the first first.
fn copied(
    program: &Program<'_>,
    name: &Name,
    value: &Expression,
    call: &Call,
) -> Option<Vec<Span>> {
    match value {
        Expression::Name(local) if is_setting(program, local, call) => Some(vec![local.span]),
        Expression::Name(local) => {
            let (given, at, _) = program.given(local, call.function)?;
            let mut way = unwrapped(program, name, given)?;
            way.push(at);
            Some(way)
        }
        value => unwrapped(program, name, value),
    }
}

/// Whether a name is the value of a secret of SST: `new sst.Secret("Key").value`.
fn is_setting(program: &Program<'_>, name: &Name, call: &Call) -> bool {
    let Some(secret) = name.dotted(program.text).strip_suffix(".value") else {
        return false;
    };
    let secret = Name {
        path: Some(secret.into()),
        ..Name::new(name.span)
    };
    let made = match program.given(&secret, call.function) {
        Some((Expression::Call(number), ..)) => &program.facts.calls[*number as usize],
        _ => return false,
    };
    made.callee.dotted(program.text) == "sst.Secret"
}

fn unwrapped(program: &Program<'_>, name: &Name, value: &Expression) -> Option<Vec<Span>> {
    let (facts, text) = (program.facts, program.text);
    if let Expression::Concat(parts) = value {
        return parts.iter().find_map(|part| unwrapped(program, name, part));
    }
    let Expression::Call(number) = value else {
        return None;
    };
    let call = facts.calls.get(*number as usize)?;
    let callee = call.callee.dotted(text);
    let last = callee.rsplit('.').next().unwrap_or_default();
    let json = || match &call.receiver {
        Some(Expression::Call(before)) => matches!(
            facts.calls[*before as usize].callee.last(text),
            "secretValueFromJson" | "secret_value_from_json"
        ),
        _ => callee.ends_with("secretValue.toString"),
    };
    // The value of a secret that is written there is what it is, and reported as one.
    let literal = matches!(&call.receiver, Some(Expression::Call(before))
        if facts.calls[*before as usize].callee.last(text).to_ascii_lowercase().contains("plain"));
    let copies = UNWRAPS.contains(&last) && !literal
        || last == "toString" && json()
        || READS.contains(&last) && holds_secret(name.last(text))
        || SETTINGS.contains(&last) && callee.contains('.') && text.contains("pulumi");
    copies.then(|| vec![call.span])
}

fn sighting<'t>(name: &Name, way: Vec<Span>, text: &str, kind: Kind) -> Sighting<'t> {
    let why = "a program that deploys resolves a secret for an environment";
    let mut seen = stated(&RULE, *way.first().unwrap_or(&name.span), kind, 0.7, why);
    let variable = name.last(text);
    seen.detail = Some(format!("the variable {variable}"));
    let passed = way.iter().skip(1).map(|at| step(0, *at, "it passes here"));
    let first = way
        .first()
        .map(|at| step(0, *at, "the secret is resolved here"));
    let end = step(0, name.span, &format!("it ends in the variable {variable}"));
    seen.flow = first.into_iter().chain(passed).chain([end]).collect();
    seen
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
    fn secrets_are_copied() {
        for (ending, text) in [
            (
                "ts",
                "new lambda.Function(this, 'a', { environment: { DB_PASSWORD: s.secretValue.unsafeUnwrap() } })",
            ),
            (
                "ts",
                "new lambda.Function(this, 'a', { environment: { X: s.secretValueFromJson('p').unsafeUnwrap() } })",
            ),
            (
                "ts",
                "new lambda.Function(this, 'a', { environment: { X: s.secretValueFromJson('p').toString() } })",
            ),
            (
                "ts",
                "const p = s.secretValue.unsafeUnwrap(); new lambda.Function(this, 'a', { environment: { X: p } })",
            ),
            ("ts", "f.addEnvironment('X', s.secretValue.unsafeUnwrap())"),
            (
                "ts",
                "new lambda.Function(this, 'a', { environment: { API_KEY: ssm.StringParameter.valueForStringParameter(this, '/a') } })",
            ),
            (
                "py",
                "lambda_.Function(self, 'a', environment={'X': s.secret_value.unsafe_unwrap()})",
            ),
            (
                "py",
                "import pulumi\naws.lambda_.Function('a', environment={'variables': {'X': config.require_secret('x')}})",
            ),
            (
                "ts",
                "const k = new sst.Secret('K'); new sst.aws.Function('f', { environment: { KEY: k.value } })",
            ),
            (
                "py",
                "s = sm.get_secret_value(SecretId=n)['SecretString']\nc.create_function(FunctionName='f', Environment={'Variables': {'X': s}})",
            ),
            (
                "py",
                "c.update_function_configuration(FunctionName='f', Environment={'Variables': {'X': os.environ['DB_PASSWORD']}})",
            ),
            (
                "py",
                "s = sm.get_secret_value(SecretId=n)['SecretString']\nc.register_task_definition(containerDefinitions=[{'environment': [{'name': 'X', 'value': s}]}])",
            ),
            (
                "js",
                "const r = await sm.send(new GetSecretValueCommand({ SecretId: n })); await c.send(new UpdateFunctionConfigurationCommand({ Environment: { Variables: { X: r.SecretString } } }))",
            ),
            (
                "ts",
                "import * as pulumi from '@pulumi/pulumi'; new aws.lambda.Function('a', { environment: { variables: { X: config.requireSecret('x') } } })",
            ),
        ] {
            assert_eq!(found(ending, text), 1, "{text}");
        }
        for (ending, text) in [
            (
                "ts",
                "new lambda.Function(this, 'a', { environment: { SECRET_ARN: s.secretArn } }); x.unsafeUnwrap()",
            ),
            (
                "ts",
                "new rds.Instance(this, 'a', { password: s.secretValue.unsafeUnwrap() }) // environment",
            ),
            (
                "ts",
                "new lambda.Function(this, 'a', { environment: { STAGE: ssm.StringParameter.valueForStringParameter(this, '/a') } })",
            ),
            (
                "ts",
                "new ecs.Container(this, 'a', { environment: { A: 'b' }, secrets: { X: ecs.Secret.fromSecretsManager(s) } }); s.unsafeUnwrap()",
            ),
            (
                "ts",
                "new lambda.Function(this, 'a', { environment: { X: SecretValue.unsafePlainText('x').unsafeUnwrap() } })",
            ),
            (
                "py",
                "lambda_.Function(self, 'a', environment={'X': s.secret_arn})\ns.unsafe_unwrap()",
            ),
            (
                "ts",
                "const k = new sst.Secret('K'); new sst.aws.Function('f', { link: [k], environment: { KEY: k.name } })",
            ),
            (
                "py",
                "s = sm.get_secret_value(SecretId=n)\nc.create_function(FunctionName='f', Environment={'Variables': {'X_ARN': s['ARN']}})",
            ),
            (
                "py",
                "s = sm.get_secret_value(SecretId=n)['SecretString']\nc.create_function(FunctionName='f', Code=s, Environment={'Variables': {'X': 'a'}})",
            ),
        ] {
            assert_eq!(found(ending, text), 0, "{text}");
        }
    }
}
