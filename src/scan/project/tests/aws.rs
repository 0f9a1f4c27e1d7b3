//! Audits of AWS in Terraform and CloudFormation: each with what is not meant by it.

use super::*;

/// The rules that speak of one file, once each.
fn rules(name: &str, text: &str) -> Vec<String> {
    let found = found(&[(name, text)]);
    let mut rules: Vec<String> = found
        .iter()
        .map(|f| f.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    rules.dedup();
    rules
}

pub(super) fn terraform(text: &str) -> Vec<String> {
    rules("main.tf", text)
}

/// The rules for a template with these resources.
pub(super) fn stack(resources: &str) -> Vec<String> {
    let parameters =
        "Parameters:\n  Password: {Type: String, NoEcho: true}\n  Name: {Type: String}\n";
    rules(
        "stack.yaml",
        &format!("{parameters}Resources:\n{resources}\n"),
    )
}

fn statements(list: &[&str]) -> String {
    let list: Vec<String> = list
        .iter()
        .map(|s| format!("statement {{\n{}\n}}", s.replace("; ", "\n")))
        .collect();
    format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n{}\n}}",
        list.join("\n")
    )
}

const READS_ONE: &str =
    "actions = [\"secretsmanager:GetSecretValue\"]; resources = [aws_secretsmanager_secret.x.arn]";

#[test]
fn decryption_with_every_key() {
    let decrypt = |more: &str| {
        let wide =
            format!("actions = [\"kms:Decrypt\"]; resources = [\"arn:aws:kms:*:*:key/*\"]{more}");
        terraform(&statements(&[READS_ONE, &wide]))
    };
    assert_eq!(decrypt(""), ["wildcard-decrypt-access"]);
    assert!(decrypt("; effect = \"Deny\"").is_empty());
    assert!(decrypt("; condition {; test = \"StringEquals\"; }").is_empty());
    assert!(decrypt("; principals {; type = \"AWS\"; }").is_empty());
    let one_key = "actions = [\"kms:Decrypt\"]; resources = [aws_kms_key.x.arn]";
    assert!(terraform(&statements(&[READS_ONE, one_key])).is_empty());
    let alone = "actions = [\"kms:Decrypt\"]; resources = [\"*\"]";
    assert!(terraform(&statements(&[alone])).is_empty());
    // Where the secrets are not named either, that is said, and once.
    let all = "actions = [\"secretsmanager:GetSecretValue\", \"kms:Decrypt\"]; resources = [\"*\"]";
    assert_eq!(terraform(&statements(&[all])), ["wildcard-secret-access"]);
}

#[test]
fn policies_of_resources_and_of_rotation_are_not_meant() {
    let all = |more: &str| {
        format!("actions = [\"secretsmanager:GetSecretValue\"{more}; resources = [\"*\"]")
    };
    assert_eq!(
        terraform(&statements(&[&all("]")])),
        ["wildcard-secret-access"]
    );
    let own = all("]; principals {; type = \"AWS\"; identifiers = [\"*\"]; }");
    assert!(terraform(&statements(&[&own])).is_empty());
    let rotation = all(", \"secretsmanager:UpdateSecretVersionStage\"]");
    assert!(terraform(&statements(&[&rotation])).is_empty());
    let not_resource = "actions = [\"secretsmanager:GetSecretValue\"]; not_resources = [aws_secretsmanager_secret.x.arn]";
    assert!(terraform(&statements(&[not_resource])).is_empty());
}

#[test]
fn policies_of_sam() {
    let function = |policies: &str| {
        stack(&format!(
            "  S: {{Type: 'AWS::SNS::Topic'}}\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies:\n        - {policies}"
        ))
    };
    for bad in [
        "AWSSecretsManagerGetSecretValuePolicy: {SecretArn: '*'}",
        "AWSSecretsManagerGetSecretValuePolicy: {SecretArn: !Sub 'arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*'}",
        "SSMParameterReadPolicy: {ParameterName: '*'}",
    ] {
        assert_eq!(function(bad), ["wildcard-secret-access"], "{bad}");
    }
    for policy in [
        "SecretsManagerReadWrite",
        "arn:aws:iam::aws:policy/SecretsManagerReadWrite",
        "!Sub 'arn:${AWS::Partition}:iam::aws:policy/AmazonSSMReadOnlyAccess'",
    ] {
        assert_eq!(function(policy), ["managed-secret-policy"], "{policy}");
    }
    for good in [
        "AWSSecretsManagerGetSecretValuePolicy: {SecretArn: !Ref S}",
        "SSMParameterReadPolicy: {ParameterName: app/token}",
        "AWSSecretsManagerRotationPolicy: {FunctionName: x}",
        "AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ] {
        assert!(function(good).is_empty(), "{good}");
    }
}

#[test]
fn managed_policies_of_terraform() {
    let attached = |arn: &str| {
        terraform(&format!(
            "resource \"aws_iam_role_policy_attachment\" \"a\" {{\n policy_arn = {arn}\n}}"
        ))
    };
    assert_eq!(
        attached("\"arn:aws:iam::aws:policy/SecretsManagerReadWrite\""),
        ["managed-secret-policy"]
    );
    assert_eq!(
        attached(
            "\"arn:${data.aws_partition.p.partition}:iam::aws:policy/SecretsManagerReadWrite\""
        ),
        ["managed-secret-policy"]
    );
    assert!(attached("aws_iam_policy.own.arn").is_empty());
    assert!(attached("\"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess\"").is_empty());
}

#[test]
fn plain_parameters() {
    let parameter = |body: &str| {
        terraform(&format!(
            "resource \"aws_ssm_parameter\" \"p\" {{\n name = \"/app/db\"\n{body}\n}}"
        ))
    };
    assert_eq!(
        parameter("type = \"String\"\nvalue = random_password.x.result"),
        ["secret-in-plain-parameter"]
    );
    for good in [
        "type = \"SecureString\"\nvalue = random_password.x.result",
        "type = \"String\"\nvalue = aws_secretsmanager_secret.x.arn",
        "type = \"String\"\nvalue = var.level",
        "type = var.kind\nvalue = random_password.x.result",
    ] {
        assert!(parameter(good).is_empty(), "{good}");
    }
    let kept = |value: &str| {
        stack(&format!(
            "  P: {{Type: 'AWS::SSM::Parameter', Properties: {{Type: String, Value: {value}}}}}"
        ))
    };
    assert_eq!(kept("!Ref Password"), ["secret-in-plain-parameter"]);
    assert!(kept("!Ref Name").is_empty());
    let db = |value: &str| {
        stack(&format!(
            "  D: {{Type: 'AWS::RDS::DBInstance', Properties: {{MasterUserPassword: '{value}'}}}}"
        ))
    };
    assert_eq!(
        db("{{resolve:ssm:/app/db-password:1}}"),
        ["secret-in-plain-parameter"]
    );
    assert!(db("{{resolve:ssm-secure:/app/db-password:1}}").is_empty());
    // The property says what it is, unless the parameter's name does.
    assert_eq!(
        db("{{resolve:ssm:/app/db/master:1}}"),
        ["secret-in-plain-parameter"]
    );
    assert!(db("{{resolve:ssm:/app/db/master-username:1}}").is_empty());
    assert!(db("{{resolve:secretsmanager:db:SecretString:password}}").is_empty());
}

#[test]
fn user_data_and_metadata() {
    let instance = |data: &str| {
        terraform(&format!(
            "resource \"aws_instance\" \"i\" {{\n user_data = {data}\n}}"
        ))
    };
    for bad in [
        "\"export P=${random_password.x.result}\"",
        "base64encode(\"P=${var.db_password}\")",
        "templatefile(\"init.sh\", { password = random_password.x.result })",
    ] {
        let found = instance(bad);
        assert!(
            found.contains(&"secret-in-user-data".to_owned()),
            "{bad}: {found:?}"
        );
    }
    for good in [
        "\"aws secretsmanager get-secret-value --secret-id ${aws_secretsmanager_secret.x.arn}\"",
        "templatefile(\"init.sh\", { name = var.name })",
    ] {
        assert!(instance(good).is_empty(), "{good}");
    }
    let started = |data: &str| {
        stack(&format!(
            "  I:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Base64: {data}"
        ))
    };
    assert_eq!(
        started("!Sub 'export P=${Password}'"),
        ["secret-in-user-data"]
    );
    assert!(started("!Sub 'export P=${Name}'").is_empty());
    let metadata = |file: &str| {
        stack(&format!(
            "  I:\n    Type: AWS::EC2::Instance\n    Metadata:\n      AWS::CloudFormation::Init:\n        config:\n          \
             files: {{/etc/app.conf: {{content: {file}}}}}"
        ))
    };
    assert_eq!(
        metadata("!Sub 'password=${Password}'"),
        ["secret-in-user-data"]
    );
    assert!(metadata("!Sub 'name=${Name}'").is_empty());
}

#[test]
fn literals_in_user_data_are_seen() {
    let started = |line: &str| {
        stack(&format!(
            "  I:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Base64: !Sub |\n          \
             #!/bin/bash\n          {line}"
        ))
    };
    assert_eq!(
        started("export DB_PASSWORD=hG7kq2PzW9vLmQ4x"),
        ["hardcoded-secret"]
    );
    assert!(started("export DB_PASSWORD=$(aws ssm get-parameter --name /db)").is_empty());
}

#[test]
fn keys_of_environments() {
    let function = |body: &str| {
        terraform(&format!(
            "resource \"aws_lambda_function\" \"f\" {{\n{body}\n environment {{\n variables = {{ DB = random_password.x.result }}\n }}\n}}"
        ))
    };
    let both = ["env-key-management-missing", "secret-copied-into-env"];
    assert_eq!(function(""), both);
    assert_eq!(function("kms_key_arn = var.key"), both[1..]);
    let pointer = "resource \"aws_lambda_function\" \"f\" {\n environment {\n variables = { DB = aws_secretsmanager_secret.x.arn }\n }\n}";
    assert!(terraform(pointer).is_empty());
    let sam = |globals: &str| {
        rules(
            "template.yaml",
            &format!(
                "Parameters:\n  Password: {{Type: String, NoEcho: true}}\n{globals}Resources:\n  F:\n    Type: AWS::Serverless::Function\n    \
                 Properties: {{Environment: {{Variables: {{DB: !Ref Password}}}}}}\n"
            ),
        )
    };
    assert_eq!(sam(""), both);
    assert_eq!(
        sam("Globals:\n  Function: {KmsKeyArn: 'arn:aws:kms:eu-west-1:1:key/x'}\n"),
        both[1..]
    );
}

#[test]
fn roles_that_are_shared() {
    let functions = |secrets: [&str; 2], roles: [&str; 2]| {
        let one = |name: &str, secret: &str, role: &str| {
            format!(
                "resource \"aws_lambda_function\" \"{name}\" {{\n role = aws_iam_role.{role}.arn\n environment {{\n variables = {{ \
                 SECRET_ARN = aws_secretsmanager_secret.{secret}.arn }}\n }}\n}}\n"
            )
        };
        terraform(&format!(
            "{}{}",
            one("a", secrets[0], roles[0]),
            one("b", secrets[1], roles[1])
        ))
    };
    assert_eq!(functions(["x", "y"], ["r", "r"]), ["shared-secret-access"]);
    assert!(functions(["x", "x"], ["r", "r"]).is_empty());
    assert!(functions(["x", "y"], ["r", "s"]).is_empty());
}

#[test]
fn parameters_that_secret_properties_take() {
    let given = |body: &str| {
        terraform(&format!(
            "variable \"master\" {{\n{body}\n}}\nresource \"aws_db_instance\" \"d\" {{\n password = var.master\n}}"
        ))
    };
    assert_eq!(given("type = string"), ["secret-parameter-exposed"]);
    assert!(given("type = string\nsensitive = true").is_empty());
    let part = "variable \"prefix\" {\n type = string\n}\nresource \"aws_db_instance\" \"d\" {\n password = \"${var.prefix}-x\"\n}";
    assert!(terraform(part).is_empty());
    let stack_of = |parameter: &str| {
        rules(
            "s.yaml",
            &format!(
                "Parameters:\n  Master: {parameter}\nResources:\n  D: {{Type: 'AWS::RDS::DBInstance', Properties: {{MasterUserPassword: !Ref Master}}}}\n"
            ),
        )
    };
    assert_eq!(stack_of("{Type: String}"), ["secret-parameter-exposed"]);
    assert!(stack_of("{Type: String, NoEcho: true}").is_empty());
}

#[test]
fn state_without_a_backend() {
    let secret = "resource \"random_password\" \"p\" {\n}\nresource \"aws_db_instance\" \"d\" {\n password = random_password.p.result\n}\n";
    let root = format!("provider \"aws\" {{\n}}\n{secret}");
    assert_eq!(terraform(&root), ["unencrypted-state-backend"]);
    for silent in [
        secret.to_owned(),
        format!("terraform {{\n backend \"s3\" {{}}\n}}\n{root}"),
        format!("terraform {{\n cloud {{\n organization = \"o\"\n }}\n}}\n{root}"),
        "provider \"aws\" {\n}\nresource \"aws_sns_topic\" \"t\" {\n name = var.name\n}".to_owned(),
    ] {
        assert!(terraform(&silent).is_empty(), "{silent}");
    }
    for dir in ["modules/db/main.tf", "examples/db/main.tf"] {
        assert!(rules(dir, &root).is_empty(), "{dir}");
    }
}

#[test]
fn values_on_their_way() {
    let build = |location: &str| {
        stack(&format!(
            "  B:\n    Type: AWS::CodeBuild::Project\n    Properties: {{Source: {{Type: GITHUB, Location: '{location}'}}}}"
        ))
    };
    assert_eq!(
        build("https://ci:Zk29vqTmW4xpLs8R@git.acme.test/app.git"),
        ["url-password"]
    );
    assert!(build("https://git.acme.test/app.git").is_empty());
    let skill = |token: &str| {
        stack(&format!(
            "  P: {{Type: 'AWS::Lambda::Permission', Properties: {{EventSourceToken: {token}}}}}"
        ))
    };
    assert_eq!(skill("Zk29vqTmW4xpLs8R"), ["plaintext-secret-property"]);
    assert!(skill("!Ref Password").is_empty());
    let secret = "  S: {Type: 'AWS::SecretsManager::Secret', Properties: {KmsKeyId: k, Tags: [{Key: rotation, Value: none}], SecretString: ";
    assert_eq!(
        stack(&format!(
            "{secret}'{{\"username\":\"app\",\"password\":\"Zk29vqTmW4xp\"}}'}}}}"
        )),
        ["literal-in-store"]
    );
    assert!(stack(&format!("{secret}'{{}}'}}}}")).is_empty());
}

#[test]
fn secure_parameters_where_cloudformation_follows_none() {
    let pointer = "\"{{resolve:ssm-secure:/db/password:1}}\"";
    let topic = format!("  T: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: {pointer}}}}}");
    assert_eq!(stack(&topic), ["unresolved-secret-reference"]);
    let database = format!(
        "  D: {{Type: AWS::RDS::DBInstance, Properties: {{MasterUserPassword: {pointer}}}}}"
    );
    assert!(stack(&database).is_empty());
    let plain = topic
        .replace("ssm-secure", "ssm")
        .replace("password", "title");
    assert!(stack(&plain).is_empty());
}

/// One statement need not stand in a list; keys are made in CloudFormation, too.
#[test]
fn single_statements_and_keys_of_cloudformation() {
    let template = |resource: &str| found(&[("t.yaml", &format!("Resources:\n  R:\n{resource}"))]);
    let policy = |resource: &str| {
        template(&format!(
            "    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n          Effect: Allow\n          Action: \
             secretsmanager:GetSecretValue\n          Resource: {resource}\n"
        ))
    };
    assert_eq!(policy("'*'"), ["wildcard-secret-access t.yaml:7"]);
    assert!(policy("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf").is_empty());
    let key = template("    Type: AWS::IAM::AccessKey\n    Properties: {UserName: app}\n");
    assert_eq!(key, ["static-credential-resource t.yaml:2"]);
}
