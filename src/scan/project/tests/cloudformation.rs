use super::*;

/// A template with one function, whose variables are these.
fn sam(variables: &str) -> String {
    format!(
        "Parameters:\n  DbPassword: {{Type: String, NoEcho: true}}\n  Length: {{Type: Number}}\n  SecretArn: {{Type: String}}\n\
         Resources:\n  Key: {{Type: 'AWS::IAM::AccessKey', Properties: {{UserName: app}}}}\n  \
         Topic: {{Type: 'AWS::SNS::Topic'}}\n  Api:\n    Type: AWS::Serverless::Function\n    Properties:\n      KmsKeyArn: k\n      \
         Environment:\n        Variables:\n          {variables}\n"
    )
}

fn sam_rules(variables: &str) -> Vec<String> {
    let found = found(&[("template.yaml", &sam(variables))]);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    let rules = found.iter().map(rule);
    rules
        .filter(|rule| rule != "static-credential-resource")
        .collect()
}

#[test]
fn cloudformation_literals_in_environments() {
    for variables in [
        "API_TOKEN: hG7kq2PzW9vLmQ4x",
        "API_TOKEN: !If [Prod, hG7kq2PzW9vLmQ4x, '']",
        "{API_TOKEN: {'Fn::If': [Prod, hG7kq2PzW9vLmQ4x, '']}}",
    ] {
        assert_eq!(
            sam_rules(variables),
            ["plaintext-env-secret"],
            "{variables}"
        );
    }
    for variables in [
        "API_TOKEN: changeme",
        "API_TOKEN: !ImportValue shared-token",
        "API_TOKEN: arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
        "API_TOKEN: !Ref Topic",
    ] {
        assert!(sam_rules(variables).is_empty(), "{variables}");
    }
}

#[test]
fn cloudformation_mappings_are_followed() {
    let stage = "Mappings:\n  Stage:\n    prod: {key: hG7kq2PzW9vLmQ4x}\n";
    let text = format!(
        "{stage}{}",
        sam("API_TOKEN: !FindInMap [Stage, !Ref Name, key]")
    );
    let all = findings(&[("template.yaml", &text)]);
    let leaks: Vec<&Finding> = all
        .iter()
        .filter(|f| f.rule.as_str() == "plaintext-env-secret")
        .collect();
    assert!(leaks.len() == 1 && leaks[0].flow.is_some());
}

#[test]
fn cloudformation_copies_into_environments() {
    for variables in [
        "DB: !Ref DbPassword",
        "DB: {Ref: DbPassword}",
        "DB: !Sub 'postgres://app:${DbPassword}@db/app'",
        "DB: !Sub ['postgres://app:${P}@db/app', {P: !Ref DbPassword}]",
        "DB: !Join ['', ['postgres://app:', !Ref DbPassword, '@db/app']]",
        "DB: '{{resolve:secretsmanager:orders:SecretString:password}}'",
        "DB: '{{resolve:secretsmanager:orders}}'",
        "DB: !Sub '{{resolve:secretsmanager:${Secret}::password}}'",
        "DB: !Join ['', ['{{resolve:secretsmanager:', !Ref Secret, ':SecretString:password}}']]",
        "DB: '{{resolve:ssm-secure:/orders/db:1}}'",
        "DB: '{{resolve:ssm:/orders/db-password:1}}'",
        "DB: !GetAtt Key.SecretAccessKey",
    ] {
        assert_eq!(
            sam_rules(variables),
            ["secret-copied-into-env"],
            "{variables}"
        );
    }
    for variables in [
        "DB: !Ref SecretArn",
        "DB_SECRET: !Ref Topic",
        "DB: !Ref Length",
        "DB: !GetAtt Topic.TopicName",
        "DB: '{{resolve:secretsmanager:orders:SecretString:username}}'",
        "DB: '{{resolve:ssm:/orders/log-level:1}}'",
        "DB: !Ref AWS::Region",
        "DB: !Sub '${AWS::StackName}-${!Literal}'",
    ] {
        assert!(sam_rules(variables).is_empty(), "{variables}");
    }
}

#[test]
fn cloudformation_parameters_properties_and_stores() {
    let rules = |resources: &str| {
        let text = format!("Resources:\n{resources}\n");
        let found = found(&[("stack.json", ""), ("stack.yaml", &text)]);
        let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
        found.iter().map(rule).collect::<Vec<_>>()
    };
    let db = |password: &str| {
        rules(&format!(
            "  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: {password}"
        ))
    };
    assert_eq!(db("hG7kq2PzW9v"), ["plaintext-secret-property"]);
    assert!(db("'{{resolve:secretsmanager:orders:SecretString:password}}'").is_empty());
    let secret =
        "  S:\n    Type: AWS::SecretsManager::Secret\n    Properties: {KmsKeyId: alias/app}\n";
    assert_eq!(rules(secret), ["rotation-missing"]);
    let rotation = "  R:\n    Type: AWS::SecretsManager::RotationSchedule\n    Properties: {SecretId: !Ref S, HostedRotationLambda: {RotationType: MySQLSingleUser}}\n";
    assert!(rules(&format!("{secret}{rotation}")).is_empty());
    let role = |resource: &str| {
        rules(&format!(
            "  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyDocument:\n        Statement:\n          \
             - {{Effect: Allow, Action: 'secretsmanager:GetSecretValue', Resource: {resource}}}"
        ))
    };
    assert_eq!(role("'*'"), ["wildcard-secret-access"]);
    assert!(role("!Ref S").is_empty());
}

#[test]
fn cloudformation_files_stand_for_themselves() {
    let one = "Parameters:\n  ApiToken: {Type: String, NoEcho: true, Default: hG7kq2PzW9vLmQ4x}\nResources:\n  T: {Type: 'AWS::SNS::Topic'}\n";
    let found = found(&[("a.yaml", one), ("b.yaml", &sam("A: !Ref ApiToken"))]);
    assert_eq!(
        found,
        [
            "secret-parameter-default a.yaml:2",
            "static-credential-resource b.yaml:6"
        ]
    );
}

const NESTED: &str = "Parameters:\n  ApiToken: {Type: String, NoEcho: true}\nResources:\n  Api:\n    Type: AWS::Serverless::Function\n    Properties:\n      KmsKeyArn: k\n      Environment:\n        Variables:\n          API_TOKEN: !Ref ApiToken\nOutputs:\n  Token: {Value: !Ref ApiToken}\n";

/// A template that uses another with these properties.
fn outer(kind: &str, properties: &str) -> String {
    format!("Resources:\n  Inner:\n    Type: {kind}\n    Properties: {properties}\n")
}

#[test]
fn cloudformation_nested_stacks_are_modules() {
    let given = "Parameters: {ApiToken: hG7kq2PzW9vLmQ4x}";
    for (kind, location) in [
        ("AWS::CloudFormation::Stack", "TemplateURL: ./inner.yaml"),
        ("AWS::CloudFormation::Stack", "TemplateURL: inner.yaml"),
        (
            "AWS::Serverless::Application",
            "Location: ../stacks/inner.yaml",
        ),
    ] {
        let text = outer(kind, &format!("{{{location}, {given}}}"));
        let found = found(&[("stacks/inner.yaml", NESTED), ("stacks/main.yaml", &text)]);
        assert_eq!(
            found,
            [
                "plaintext-env-secret stacks/main.yaml:4",
                "secret-in-output stacks/inner.yaml:12"
            ],
            "{location}"
        );
    }
    for location in [
        "TemplateURL: https://s3.amazonaws.com/b/inner.yaml",
        "TemplateURL: !Sub '${Bucket}/inner.yaml'",
        "TemplateURL: ./other.yaml",
    ] {
        let text = outer(
            "AWS::CloudFormation::Stack",
            &format!("{{{location}, {given}}}"),
        );
        let found = found(&[("stacks/inner.yaml", NESTED), ("stacks/main.yaml", &text)]);
        let inner = [
            "secret-copied-into-env stacks/inner.yaml:10",
            "secret-in-output stacks/inner.yaml:12",
        ];
        let leak = found.iter().filter(|f| f.contains("main.yaml"));
        assert!(
            leak.into_iter().all(|f| f.starts_with("hardcoded-secret")),
            "{found:?}"
        );
        assert_eq!(found[found.len() - 2..], inner, "{location}");
    }
}

#[test]
fn cloudformation_results_of_nested_and_other_stacks_are_followed() {
    let main = "Resources:\n  Inner: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: ./inner.yaml}}\n  Api:\n    Type: AWS::Lambda::Function\n    Properties: {Environment: {Variables: {API_TOKEN: !GetAtt Inner.Outputs.Key}}}\n";
    let other = "Resources:\n  Api:\n    Type: AWS::Lambda::Function\n    Properties: {Environment: {Variables: {API_TOKEN: !ImportValue 'prod-key'}}}\n";
    let inner = |value: &str| {
        format!(
            "Resources:\n  T: {{Type: 'AWS::SNS::Topic'}}\n  C: {{Type: 'AWS::AppSync::ApiKey'}}\nOutputs:\n  Key:\n    Value: {value}\n    Export: {{Name: prod-key}}\n"
        )
    };
    for text in [main, other] {
        let leak = inner("hG7kq2PzW9vLmQ4x");
        assert_eq!(
            found(&[("inner.yaml", &leak), ("main.yaml", text)]),
            ["plaintext-env-secret inner.yaml:6"]
        );
        let pointer = inner("!Ref T");
        assert!(found(&[("inner.yaml", &pointer), ("main.yaml", text)]).is_empty());
    }
}

#[test]
fn cloudformation_parameters_are_given_by_samconfig() {
    let config = |overrides: &str| {
        format!("version = 0.1\n[default.deploy.parameters]\nparameter_overrides = {overrides}\n")
    };
    for overrides in [
        "\"Stage=dev ApiToken=hG7kq2PzW9vLmQ4x\"",
        "'Stage=dev ApiToken=\"hG7kq2PzW9vLmQ4x\"'",
        "\"ApiToken=\\\"hG7kq2PzW9vLmQ4x\\\"\"",
        "[\"ApiToken=hG7kq2PzW9vLmQ4x\"]",
        "\"ParameterKey=ApiToken,ParameterValue=hG7kq2PzW9vLmQ4x\"",
    ] {
        let text = config(overrides);
        let all = findings(&[("app/samconfig.toml", &text), ("app/template.yaml", NESTED)]);
        let leak = all
            .iter()
            .find(|f| f.rule.as_str() == "plaintext-env-secret");
        let place = &leak.unwrap().place;
        assert_eq!(
            (&*place.path, place.region.start.line),
            ("app/samconfig.toml", 3)
        );
        let length = place.region.end.column - place.region.start.column;
        assert_eq!(length, 16, "{overrides}");
        assert!(leak.unwrap().flow.is_some());
    }
    let yaml = "default:\n  deploy:\n    parameters:\n      parameter_overrides: [ApiToken=hG7kq2PzW9vLmQ4x]\n";
    let all = found(&[("samconfig.yaml", yaml), ("template.yaml", NESTED)]);
    assert!(
        all.contains(&"plaintext-env-secret samconfig.yaml:4".to_owned()),
        "{all:?}"
    );
    for silent in [
        "\"ApiToken=changeme\"",
        "\"ApiToken=$TOKEN\"",
        "\"Stage=dev\"",
    ] {
        let text = config(silent);
        let found = found(&[("samconfig.toml", &text), ("template.yaml", NESTED)]);
        assert!(
            !found.iter().any(|f| f.contains("samconfig")),
            "{silent}: {found:?}"
        );
    }
}

#[test]
fn cloudformation_values_of_parameters_are_copied() {
    let text = |kind: &str, default: &str| {
        format!(
            "Parameters:\n  Mail: {{Type: '{kind}', Default: {default}}}\nResources:\n  Api:\n    Type: AWS::Lambda::Function\n    \
             Properties: {{KmsKeyArn: k, Environment: {{Variables: {{MAIL: !Ref Mail}}}}}}\n"
        )
    };
    let ssm = "AWS::SSM::Parameter::Value<String>";
    let copy = text(ssm, "/orders/mail-token");
    assert_eq!(
        found(&[("a.yaml", &copy)]),
        ["secret-copied-into-env a.yaml:2"]
    );
    for silent in [
        text(ssm, "/orders/log-level"),
        text("AWS::SSM::Parameter::Name", "/orders/mail-token"),
        text("String", "/orders/mail-token"),
    ] {
        assert!(found(&[("a.yaml", &silent)]).is_empty(), "{silent}");
    }
}

/// A hook names the files that changed; what they are linked with is read beside them.
#[test]
fn cloudformation_files_are_linked_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let config = "[default.deploy.parameters]\nparameter_overrides = 'ApiToken=hG7kq2PzW9vLmQ4x'\n";
    let main = "Parameters:\n  ApiToken: {Type: String, NoEcho: true}\nResources:\n  Inner:\n    Type: AWS::Serverless::Application\n    \
                Properties: {Location: inner/template.yaml, Parameters: {ApiToken: !Ref ApiToken}}\n";
    write("samconfig.toml", config);
    write("template.yaml", main);
    write("inner/template.yaml", NESTED);
    let rules = |name: &str| {
        let plan = Plan {
            paths: vec![dir.path().join(name)],
            ..Plan::default()
        };
        let report = scanned(plan);
        let rules = report.findings.iter().map(|f| f.rule.to_string());
        rules.collect::<Vec<_>>()
    };
    assert_eq!(rules("samconfig.toml"), ["plaintext-env-secret"]);
    assert_eq!(rules("template.yaml"), ["plaintext-env-secret"]);
}

/// The version says what it is, where no resource does.
#[test]
fn templates_without_resources_of_aws() {
    let parameters = "Parameters:\n  ApiToken: {Type: String, NoEcho: true, Default: hG7kq2PzW9vLmQ4x}\nResources:\n  T: {Type: 'Custom::Thing'}\n";
    let versioned = format!("AWSTemplateFormatVersion: '2010-09-09'\n{parameters}");
    assert_eq!(
        found(&[("a.yaml", &versioned)]),
        ["secret-parameter-default a.yaml:3"]
    );
    let other = found(&[("a.yaml", parameters)]);
    assert!(
        !other.iter().any(|f| f.starts_with("secret-parameter")),
        "{other:?}"
    );
}
