//! `barekey fix` in the styles that templates are written in: JSON, and YAML between braces.

use std::fs;

use crate::support::{self, Dice, run};

/// Fixes one file and gives it back.
fn fixed(name: &str, text: &str) -> String {
    let dir = support::tree(&[(name, text.as_bytes())]);
    run(dir.path(), &["fix", "--isolated"]);
    let now = fs::read_to_string(dir.path().join(name)).unwrap();
    let report = support::scan(support::plan(dir.path()));
    assert!(report.notices.is_empty(), "{now}: {:?}", report.notices);
    now
}

/// A template whose parameter is given to a database.
fn yaml(parameter: &str) -> String {
    format!(
        "Parameters:\n  {parameter}\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: !Ref DbPassword\n"
    )
}

fn json(parameter: &str) -> String {
    format!(
        "{{\n  \"Parameters\": {{\n    {parameter}\n  }},\n  \"Resources\": {{\"Db\": {{\"Type\": \"AWS::RDS::DBInstance\", \"Properties\": \
         {{\"MasterUserPassword\": {{\"Ref\": \"DbPassword\"}}}}}}}}\n}}\n"
    )
}

#[test]
fn parameters_of_cloudformation() {
    let secret = Dice::new(21).alnum(20);
    for (before, after) in [
        (
            format!("DbPassword: {{Type: String, Default: '{secret}'}}"),
            "DbPassword: {NoEcho: true, Type: String}",
        ),
        (
            format!("DbPassword: {{\n    Type: String,\n    Default: {secret}\n  }}"),
            "DbPassword: {\n    NoEcho: true,\n    Type: String\n  }",
        ),
        (
            "DbPassword: {Type: String, NoEcho: false}".to_owned(),
            "DbPassword: {Type: String, NoEcho: true}",
        ),
        (
            "DbPassword:\n    Type: String\n    NoEcho: 'False'".to_owned(),
            "DbPassword:\n    Type: String\n    NoEcho: 'true'",
        ),
    ] {
        assert_eq!(fixed("stack.yaml", &yaml(&before)), yaml(after));
    }
    for (before, after) in [
        (
            format!("\"DbPassword\": {{\"Type\": \"String\", \"Default\": \"{secret}\"}}"),
            "\"DbPassword\": {\"NoEcho\": true, \"Type\": \"String\"}",
        ),
        (
            format!(
                "\"DbPassword\" : {{\n      \"Default\" : \"{secret}\",\n      \"Type\" : \"String\"\n    }}"
            ),
            "\"DbPassword\" : {\n      \"NoEcho\": true,\n      \"Type\" : \"String\"\n    }",
        ),
        (
            "\"DbPassword\": {\"Type\": \"String\", \"NoEcho\": \"false\"}".to_owned(),
            "\"DbPassword\": {\"Type\": \"String\", \"NoEcho\": \"true\"}",
        ),
    ] {
        assert_eq!(fixed("stack.json", &json(&before)), json(after));
    }
    // What is switched on stays as it is.
    for right in [
        "DbPassword: {Type: String, NoEcho: True}",
        "DbPassword: {Type: String, NoEcho: 'true'}",
    ] {
        assert_eq!(fixed("stack.yaml", &yaml(right)), yaml(right));
    }
}

#[test]
fn parameters_of_arm() {
    let secret = Dice::new(22).alnum(20);
    let template = |parameter: &str| {
        format!(
            "{{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n  \"contentVersion\": \"1.0.0.0\",\n  \
             \"parameters\": {{\n    \"length\": {{\"type\": \"int\"}},\n    \"dbPassword\": {parameter}\n  }},\n  \"resources\": [{{\"type\": \"Microsoft.Sql/servers\", \
             \"apiVersion\": \"2021-11-01\", \"name\": \"x\", \"properties\": {{\"administratorLoginPassword\": \"[parameters('dbPassword')]\"}}}}]\n}}\n"
        )
    };
    for (before, after) in [
        (
            format!("{{\"type\": \"string\", \"defaultValue\": \"{secret}\"}}"),
            "{\"type\": \"securestring\"}",
        ),
        (
            format!(
                "{{\n      \"defaultValue\": \"{secret}\",\n      \"type\": \"SecureString\"\n    }}"
            ),
            "{\n      \"type\": \"SecureString\"\n    }",
        ),
    ] {
        assert_eq!(
            fixed("azuredeploy.json", &template(&before)),
            template(after)
        );
    }
}

const POINTER: &str = "{{resolve:secretsmanager:${Db}:SecretString:password}}";
const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1B2c3";

#[test]
fn containers_of_json() {
    let task = |container: &str| {
        format!(
            "{{\"Resources\": {{\"Db\": {{\"Type\": \"AWS::SecretsManager::Secret\"}}, \"Task\": {{\"Type\": \"AWS::ECS::TaskDefinition\", \"Properties\": \
             {{\"ContainerDefinitions\": [{{\"Name\": \"app\", {container}}}]}}}}}}}}\n"
        )
    };
    let own = format!("{{\"Name\": \"DB_PASSWORD\", \"Value\": {{\"Fn::Sub\": \"{POINTER}\"}}}}");
    let arn = format!(
        "{{\"Name\": \"API_TOKEN\", \"Value\": \"{{{{resolve:secretsmanager:{ARN}:SecretString:token}}}}\"}}"
    );
    let own_given =
        "{\"Name\": \"DB_PASSWORD\", \"ValueFrom\": {\"Fn::Sub\": \"${Db}:password::\"}}";
    let arn_given = format!("{{\"Name\": \"API_TOKEN\", \"ValueFrom\": \"{ARN}:token::\"}}");
    let joined = |start: &str, end: &str| {
        format!(
            "{{\"Name\": \"DB_PASSWORD\", \"Value\": {{\n  \"Fn::Join\": [\"\", [\n    \"{start}\",\n    {{\"Ref\": \"Db\"}},\n    \"{end}\"\n  ]]\n}}}}"
        )
    };
    let joined_given = "{\"Name\": \"DB_PASSWORD\", \"ValueFrom\": {\"Fn::Join\": [\"\", [{\"Ref\":\"Db\"}, \":password::\"]]}}";
    let stage = "{\"Name\": \"STAGE\", \"Value\": \"prod\"}";
    for (before, after) in [
        (
            format!("\"Environment\": [{own}]"),
            format!("\"Secrets\": [{own_given}]"),
        ),
        (
            format!("\"Environment\": [{arn}, {stage}]"),
            format!("\"Secrets\": [{arn_given}], \"Environment\": [{stage}]"),
        ),
        (
            format!("\"Environment\": [{stage}, {own}]"),
            format!("\"Secrets\": [{own_given}], \"Environment\": [{stage}]"),
        ),
        (
            format!("\"Environment\": [{own}], \"Secrets\": [{arn_given}]"),
            format!("\"Environment\": [], \"Secrets\": [{own_given}, {arn_given}]"),
        ),
        (
            format!(
                "\"Environment\": [{}]",
                joined("{{resolve:secretsmanager:", ":SecretString:password}}")
            ),
            format!("\"Secrets\": [{joined_given}]"),
        ),
        (
            format!(
                "\"Environment\": [{stage}, {}]",
                joined("{{resolve:secretsmanager:", "}}")
            ),
            format!(
                "\"Secrets\": [{{\"Name\": \"DB_PASSWORD\", \"ValueFrom\": {{\"Ref\":\"Db\"}}}}], \"Environment\": [{stage}]"
            ),
        ),
        (
            format!("\"Environment\": [\n  {stage},\n  {arn}\n]"),
            format!("\"Secrets\": [{arn_given}], \"Environment\": [\n  {stage}\n]"),
        ),
    ] {
        assert_eq!(fixed("task.json", &task(&before)), task(&after));
    }
    // A name is no ARN, and what the function puts together is not known.
    for left in [
        "\"Environment\": [{\"Name\": \"DB_PASSWORD\", \"Value\": \"{{resolve:secretsmanager:db:SecretString:password}}\"}]",
        "\"Environment\": [{\"Name\": \"DB_PASSWORD\", \"Value\": {\"Fn::Join\": [\"\", [\"{{resolve:secretsmanager:\", {\"Ref\": \"Other\"}, \":SecretString:password}}\"]]}}]",
        "\"Environment\": [{\"Name\": \"DB_PASSWORD\", \"Value\": {\"Fn::Join\": [\"-\", [\"{{resolve:secretsmanager:\", {\"Ref\": \"Db\"}, \":SecretString:password}}\"]]}}]",
        "\"Environment\": [{\"Name\": \"DB_PASSWORD\", \"Value\": {\"Fn::Join\": [\"\", [\"{{resolve:ssm-secure:\", {\"Ref\": \"Db\"}, \"}}\"]]}}]",
    ] {
        assert_eq!(fixed("task.json", &task(left)), task(left));
    }
}

#[test]
fn containers_between_braces() {
    let task = |container: &str| {
        format!(
            "Resources:\n  Db: {{Type: 'AWS::SecretsManager::Secret'}}\n  Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      \
             ContainerDefinitions:\n        - Name: app\n{container}"
        )
    };
    let own = format!("{{Name: DB_PASSWORD, Value: !Sub '{POINTER}'}}");
    let given = "{Name: DB_PASSWORD, ValueFrom: !Sub '${Db}:password::'}";
    let stage = "            - {Name: STAGE, Value: prod}\n";
    let others = "          Secrets:\n            - {Name: OTHER, ValueFrom: /app/other}\n";
    for (before, after) in [
        (
            format!("          Environment:\n            - {own}\n{stage}"),
            format!("          Secrets: [{given}]\n          Environment:\n{stage}"),
        ),
        (
            format!("          Environment: [{own}]\n"),
            format!("          Secrets: [{given}]\n"),
        ),
        (
            format!("          Environment:\n            - {own}\n{others}"),
            others.replace(
                "            - ",
                &format!("            - {given}\n            - "),
            ),
        ),
    ] {
        assert_eq!(fixed("task.yaml", &task(&before)), task(&after));
    }
    let flow = |list: &str| {
        format!(
            "Resources:\n  Db: {{Type: 'AWS::SecretsManager::Secret'}}\n  Task: {{Type: 'AWS::ECS::TaskDefinition', Properties: {{ContainerDefinitions: [{{Name: app, {list}}}]}}}}\n"
        )
    };
    assert_eq!(
        fixed(
            "task.yaml",
            &flow(&format!(
                "Environment: [{{Name: STAGE, Value: prod}}, {own}]"
            ))
        ),
        flow(&format!(
            "Secrets: [{given}], Environment: [{{Name: STAGE, Value: prod}}]"
        ))
    );
}
