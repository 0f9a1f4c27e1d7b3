use super::*;

/// A service with one function, whose variables are these.
fn service(more: &str, variables: &str) -> String {
    format!(
        "service: orders\n{more}provider: {{name: aws}}\nfunctions:\n  api:\n    environment:\n      {variables}\n"
    )
}

fn rules_of(files: &[(&str, &str)]) -> Vec<String> {
    let found = found(files);
    let mut rules: Vec<String> = found
        .iter()
        .map(|f| f.split(' ').next().unwrap_or_default().to_owned())
        .filter(|rule| rule != "env-key-management-missing")
        .collect();
    rules.dedup();
    rules
}

fn rules(more: &str, variables: &str) -> Vec<String> {
    rules_of(&[("serverless.yml", &service(more, variables))])
}

#[test]
fn serverless_literals_and_defaults() {
    for variables in [
        "API_TOKEN: hG7kq2PzW9vLmQ4x",
        "API_TOKEN: ${env:API_TOKEN, 'hG7kq2PzW9vLmQ4x'}",
        "API_TOKEN: ${opt:token, \"hG7kq2PzW9vLmQ4x\"}",
        "API_TOKEN: ${self:custom.token}",
        "API_TOKEN: ${self:custom.${opt:stage, 'dev'}.key}",
        "API_TOKEN: ${param:token}",
    ] {
        let more = "custom:\n  token: hG7kq2PzW9vLmQ4x\n  dev: {key: hG7kq2PzW9vLmQ4x}\nparams:\n  default: {token: hG7kq2PzW9vLmQ4x}\n";
        let found = rules(more, variables);
        assert!(
            found.contains(&"plaintext-env-secret".to_owned()),
            "{variables}: {found:?}"
        );
    }
    for variables in [
        "API_TOKEN: changeme",
        "API_TOKEN: ${cf:other.TokenArn}",
        "API_TOKEN_ARN: ${self:custom.arn}",
        "STAGE: ${opt:stage, 'dev'}",
        "LEVEL: ${ssm:/orders/log-level}",
    ] {
        let more =
            "custom:\n  arn: arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf\n";
        assert!(rules(more, variables).is_empty(), "{variables}");
    }
}

#[test]
fn serverless_copies() {
    for variables in [
        "API_TOKEN: ${env:API_TOKEN}",
        "API_TOKEN: ${ssm:/orders/api-token}",
        "API_TOKEN: ${ssm:/aws/reference/secretsmanager/orders}",
        "API_TOKEN: ${param:apiToken}",
        "API_TOKEN: ${vault:secret/data/orders.token}",
        "API_TOKEN: ${file(./kept-out.yml):apiToken}",
        "API_TOKEN: '{{resolve:secretsmanager:orders:SecretString:token}}'",
        "API_TOKEN: !GetAtt Key.SecretAccessKey",
    ] {
        let more = "resources: {Resources: {Key: {Type: 'AWS::IAM::AccessKey'}}}\n";
        let mut found = rules(more, variables);
        found.retain(|rule| rule != "static-credential-resource");
        assert_eq!(found, ["secret-copied-into-env"], "{variables}");
    }
    for variables in ["TOPIC: !Ref Topic", "API_TOKEN: {Ref: Topic}"] {
        let more = "resources: {Resources: {Topic: {Type: 'AWS::SNS::Topic'}}}\n";
        assert!(rules(more, variables).is_empty(), "{variables}");
    }
}

/// `.env` is where `${env:}` comes from, if the service says so.
#[test]
fn serverless_reads_dotenv() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let scan = || {
        let plan = Plan {
            paths: vec![dir.path().to_owned()],
            ..Plan::default()
        };
        let report = scanned(plan);
        let mut found: Vec<String> = report
            .findings
            .iter()
            .map(|f| format!("{} {}", f.rule, f.place.path))
            .filter(|f| !f.starts_with("env-key"))
            .collect();
        found.sort();
        found
    };
    write(".env.prod", "API_TOKEN=\"hG7kq2PzW9vLmQ4x\"\n");
    write(".env.example", "API_TOKEN=xW3kq8PzV9vLmQ4y\n");
    let variables = "API_TOKEN: ${env:API_TOKEN}";
    write("serverless.yml", &service("useDotenv: true\n", variables));
    let found = scan();
    assert!(
        found.contains(&"plaintext-env-secret .env.prod".to_owned()),
        "{found:?}"
    );
    assert!(
        !found
            .iter()
            .any(|f| f == "plaintext-env-secret .env.example")
    );
    write("serverless.yml", &service("", variables));
    let found = scan();
    assert!(
        !found.contains(&"plaintext-env-secret .env.prod".to_owned()),
        "{found:?}"
    );
    assert!(found.contains(&"secret-copied-into-env serverless.yml".to_owned()));
}

#[test]
fn serverless_json_is_read() {
    let json = r#"{"service": "orders", "provider": {"name": "aws", "environment": {"API_TOKEN": "${env:API_TOKEN}"}}, "functions": {}}"#;
    assert_eq!(
        rules_of(&[("serverless.json", json)]),
        ["secret-copied-into-env"]
    );
}

#[test]
fn serverless_statements() {
    let service = |plugins: &str, resource: &str, second: &str| {
        let text = format!(
            "service: orders\n{plugins}provider:\n  name: aws\n  iam:\n    role:\n      statements:\n        - Effect: Allow\n          \
             Action: secretsmanager:GetSecretValue\n          Resource: {resource}\nfunctions:\n  a:\n    environment: {{SECRET: !Ref One}}\n  \
             b:\n    environment: {{SECRET: !Ref {second}}}\nresources:\n  Resources:\n    One: {{Type: 'AWS::SecretsManager::Secret', \
             Properties: {{KmsKeyId: k, Tags: [{{Key: rotation, Value: none}}]}}}}\n    Two: {{Type: 'AWS::SecretsManager::Secret', \
             Properties: {{KmsKeyId: k, Tags: [{{Key: rotation, Value: none}}]}}}}\n"
        );
        rules_of(&[("serverless.yml", &text)])
    };
    assert_eq!(service("", "'*'", "Two"), ["wildcard-secret-access"]);
    assert_eq!(
        service(
            "",
            "!Sub 'arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*'",
            "One"
        ),
        ["wildcard-secret-access"]
    );
    assert_eq!(
        service("", "[!Ref One, !Ref Two]", "Two"),
        ["shared-secret-access"]
    );
    assert!(service("", "!Ref One", "One").is_empty());
    let own = "plugins: [serverless-iam-roles-per-function]\n";
    assert!(service(own, "[!Ref One, !Ref Two]", "Two").is_empty());
}

/// The configuration as a program: what stands in the object and in constants beside it is read, nothing is run.
#[test]
fn serverless_programs_are_read() {
    let key = "hG7kq2PzW9vLmQ4x";
    let typed = |before: &str, variables: &str| {
        format!(
            "import type {{ AWS }} from '@serverless/typescript';\n{before}const configuration: AWS = {{\n  service: 'orders',\n  \
             provider: {{ name: 'aws', environment: {{ {variables} }} }},\n  functions: {{ api: {{ handler: 'api.run' }} }},\n}};\n\n\
             module.exports = configuration;\n"
        )
    };
    let rules =
        |before: &str, variables: &str| rules_of(&[("serverless.ts", &typed(before, variables))]);
    for (before, variables) in [
        ("", format!("API_TOKEN: '{key}'")),
        ("", format!("API_TOKEN: process.env.API_TOKEN || '{key}'")),
        ("", format!("API_TOKEN: '${{env:API_TOKEN, \"{key}\"}}'")),
        (
            &*format!("const keys = {{ api: '{key}' }};\n"),
            "API_TOKEN: keys.api".to_owned(),
        ),
        (
            &*format!("const variables = {{ API_TOKEN: '{key}' }};\n"),
            "STAGE: 'dev', ...variables".to_owned(),
        ),
    ] {
        assert_eq!(
            rules(before, &variables),
            ["plaintext-env-secret"],
            "{before}{variables}"
        );
    }
    for variables in [
        "API_TOKEN: process.env.API_TOKEN!",
        "API_TOKEN: '${env:API_TOKEN}'",
        "API_TOKEN: `${process.env.API_TOKEN}`",
        "API_TOKEN: '${ssm:/orders/api-token}'",
        "API_TOKEN: '{{resolve:secretsmanager:orders:SecretString:token}}'",
    ] {
        assert_eq!(
            rules("", variables),
            ["secret-copied-into-env"],
            "{variables}"
        );
    }
    for variables in [
        "API_TOKEN: tokenFor('orders')",
        "API_TOKEN: elsewhere.token",
        "API_TOKEN_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf'",
        "SECRET_ARN: { Ref: 'Secret' }",
        "API_TOKEN: 'changeme', STAGE: process.env.STAGE",
    ] {
        assert!(rules("", variables).is_empty(), "{variables}");
    }
}

/// What a function returns is read where that is exported, or its result.
#[test]
fn serverless_programs_that_return_it() {
    let returned = |before: &str, after: &str, variable: &str| {
        let text = format!(
            "{before}{{ service: 'orders', provider: {{ name: 'aws', environment: {{ API_TOKEN: {variable} }} }}, functions: {{}} }}{after}"
        );
        rules_of(&[("serverless.js", &text)])
    };
    for (before, after) in [
        ("module.exports = () => (", ");"),
        (
            "module.exports = async () => {\n  const stage = await ask();\n  return ",
            ";\n};",
        ),
        (
            "function configuration() {\n  return ",
            ";\n}\nmodule.exports = configuration();",
        ),
        ("export default async function () {\n  return ", ";\n}"),
    ] {
        assert_eq!(
            returned(before, after, "'hG7kq2PzW9vLmQ4x'"),
            ["plaintext-env-secret"],
            "{before}"
        );
        assert!(
            returned(before, after, "await fetched('token')").is_empty(),
            "{before}"
        );
        assert!(returned(before, after, "'changeme'").is_empty(), "{before}");
    }
}

/// The way from a constant of a program to the environment is told.
#[test]
fn serverless_programs_have_flows() {
    let text = "const token = 'hG7kq2PzW9vLmQ4x';\nmodule.exports = {\n  service: 'orders',\n  provider: { name: 'aws' },\n  functions: {\n    \
                api: { environment: { API_TOKEN: token } },\n  },\n};\n";
    let all = findings(&[("serverless.js", text)]);
    let leak = all
        .iter()
        .find(|f| f.rule.as_str() == "plaintext-env-secret");
    let leak = leak.unwrap();
    assert_eq!(leak.place.region.start.line, 1);
    let lines: Vec<u32> = leak
        .flow
        .as_ref()
        .unwrap()
        .steps
        .iter()
        .map(|step| step.place.region.start.line)
        .collect();
    assert_eq!(lines, [1, 1, 6]);
}

/// Programs that are no configuration, or whose configuration is made by code, are left to the readers of code.
#[test]
fn programs_that_declare_nothing() {
    for text in [
        "export default { provider: { name: 'x' }, service: 'y', plugins: [] , name: 1 }.functions",
        "export const a = { service: 'orders', provider: { name: 'aws' }, functions: {} };",
        "module.exports = make({ service: 'orders', provider: { name: 'aws' }, functions: {} });",
        "module.exports = { service: OrderService, provider: Provider, name: 'x', functions: {} };",
    ] {
        let blob = Blob {
            path: Arc::from("serverless.js"),
            content: Content::Whole(text.as_bytes().to_vec()),
        };
        let outcome = scan_blob(&engine(), &mut Scratch::default(), blob);
        assert!(outcome.template.is_none(), "{text}");
    }
}

/// A key of the gateway may be given its value.
#[test]
fn keys_of_the_gateway() {
    let service = |key: &str| {
        let text = format!(
            "service: orders\nprovider:\n  name: aws\n  apiGateway:\n    apiKeys:\n      - {key}\nfunctions: {{}}\n"
        );
        rules_of(&[("serverless.yml", &text)])
    };
    assert_eq!(
        service("{name: partner, value: hG7kq2PzW9vLmQ4xTn5R}"),
        ["plaintext-secret-property"]
    );
    for key in [
        "orders-partner-key",
        "{name: orders-partner-key, description: of the partner in Lyon}",
        "{name: partner, value: '${ssm:/orders/partner}'}",
        "{name: partner, value: '${file(./keys.yml):partner}'}",
    ] {
        assert!(service(key).is_empty(), "{key}: {:?}", service(key));
    }
}
