use super::*;

/// A template with one function, whose variables are these.
fn sam(variables: &str) -> String {
    format!(
        "Parameters:\n  DbPassword: {{Type: String, NoEcho: true}}\n  Length: {{Type: Number}}\n  SecretArn: {{Type: String}}\n\
         Resources:\n  Key: {{Type: 'AWS::IAM::AccessKey', Properties: {{UserName: app}}}}\n  \
         Topic: {{Type: 'AWS::SNS::Topic'}}\n  Api:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         Environment:\n        Variables:\n          {variables}\n"
    )
}

fn sam_rules(variables: &str) -> Vec<String> {
    let found = found(&[("template.yaml", &sam(variables))]);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
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
    let rules: Vec<&str> = all.iter().map(|f| f.rule.as_str()).collect();
    assert_eq!(rules, ["plaintext-env-secret"]);
    assert!(all[0].flow.is_some());
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
    let rotation = "  R:\n    Type: AWS::SecretsManager::RotationSchedule\n    Properties: {SecretId: !Ref S}\n";
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
    assert_eq!(found, ["secret-parameter-default a.yaml:2"]);
}
