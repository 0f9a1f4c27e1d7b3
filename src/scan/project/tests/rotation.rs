//! Rotation, expiry and long-lived credentials: what is right, or cannot be otherwise, beside what is not.

use super::*;

fn terraform(text: &str) -> Vec<String> {
    rules(&[("main.tf", text)])
}

const SECRET: &str = "resource \"aws_secretsmanager_secret\" \"db\" {\n kms_key_id = var.key\n}\n";

#[test]
fn rotation_that_another_module_has() {
    let secret =
        format!("{SECRET}output \"secret_id\" {{\n value = aws_secretsmanager_secret.db.id\n}}\n");
    let caller =
        |rotation: &str| format!("module \"db\" {{\n source = \"../modules/db\"\n}}\n{rotation}");
    let with = |text: &str| rules(&[("live/main.tf", text), ("modules/db/main.tf", &secret)]);
    assert_eq!(with(&caller("")), ["rotation-missing"]);
    let rotation = "resource \"aws_secretsmanager_secret_rotation\" \"db\" {\n secret_id = module.db.secret_id\n rotation_lambda_arn = var.rotate\n}\n";
    assert!(with(&caller(rotation)).is_empty());
    // Nobody could name it, or nobody who rotates uses the module.
    let mut files = [
        ("live/main.tf", caller(rotation)),
        ("modules/db/main.tf", SECRET.to_owned()),
    ];
    let all = |files: &[(&str, String); 2]| {
        let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
        rules(&files)
    };
    assert_eq!(all(&files), ["rotation-missing"]);
    files = [
        ("live/main.tf", rotation.to_owned()),
        ("modules/db/main.tf", secret.clone()),
    ];
    assert_eq!(all(&files), ["rotation-missing"]);
}

#[test]
fn rotation_by_hand_is_said_by_a_tag() {
    let tagged = |value: &str| {
        terraform(&SECRET.replace(
            "}\n",
            &format!(" tags = {{\n rotation = \"{value}\"\n }}\n}}\n"),
        ))
    };
    assert_eq!(tagged("planned"), ["rotation-missing"]);
    assert!(tagged("external").is_empty());
}

#[test]
fn secrets_that_expire() {
    let secret = |attributes: &str| {
        let text = format!(
            "param common object\nresource api 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {{\n  name: 'orders/api'\n  properties: {{\n    value: newGuid()\n    \
             {attributes}\n  }}\n}}\n"
        );
        rules(&[("main.bicep", &text)])
    };
    assert_eq!(
        secret("contentType: 'text/plain'"),
        ["secret-expiry-missing"]
    );
    assert_eq!(
        secret("attributes: { enabled: true }"),
        ["secret-expiry-missing"]
    );
    assert!(secret("attributes: { exp: 1798761600 }").is_empty());
    assert!(secret("attributes: common.attributes").is_empty());
}

#[test]
fn rotation_in_other_words() {
    let beside = |id: &str| {
        terraform(&format!(
            "{SECRET}resource \"aws_secretsmanager_secret_rotation\" \"all\" {{\n for_each = local.secrets\n secret_id = {id}\n rotation_lambda_arn = var.rotate\n}}\n"
        ))
    };
    assert_eq!(
        beside("aws_secretsmanager_secret.smtp.id"),
        ["rotation-missing"]
    );
    for perhaps in ["each.value", "local.database_secret", "\"prod/orders/db\""] {
        assert!(beside(perhaps).is_empty(), "{perhaps}");
    }
    // As versions of the provider before 5 had it.
    let inside = SECRET.replace("}\n", " rotation_lambda_arn = var.rotate\n}\n");
    assert!(terraform(&inside).is_empty());
}

#[test]
fn rotation_of_what_is_attached() {
    let stack = |rotated: &str| {
        let text = format!(
            "Resources:\n  Secret: {{Type: 'AWS::SecretsManager::Secret', Properties: {{KmsKeyId: k}}}}\n  Other: {{Type: 'AWS::SNS::Topic'}}\n  \
             Attachment:\n    Type: AWS::SecretsManager::SecretTargetAttachment\n    Properties: {{SecretId: !Ref Secret, TargetId: !Ref Db, TargetType: 'AWS::RDS::DBInstance'}}\n  \
             Rotation:\n    Type: AWS::SecretsManager::RotationSchedule\n    Properties:\n      SecretId: !Ref {rotated}\n      HostedRotationLambda: {{RotationType: PostgreSQLSingleUser}}\n"
        );
        rules(&[("stack.yaml", &text)])
    };
    assert_eq!(stack("Other"), ["rotation-missing"]);
    assert!(stack("Attachment").is_empty());
}

#[test]
fn rotation_by_those_who_keep_the_account() {
    let stack = |how: &str| {
        let text = format!(
            "Resources:\n  Secret: {{Type: 'AWS::SecretsManager::Secret', Properties: {{KmsKeyId: k}}}}\n  Rotation:\n    Type: AWS::SecretsManager::RotationSchedule\n    \
             Properties:\n      SecretId: !Ref Secret\n      {how}\n"
        );
        rules(&[("stack.yaml", &text)])
    };
    assert_eq!(
        stack("RotationRules: {AutomaticallyAfterDays: 30}"),
        ["rotation-incomplete"]
    );
    assert!(stack("ExternalSecretRotationRoleArn: !GetAtt Role.Arn").is_empty());
}

/// A key for this, and what takes it.
fn key(uses: &str) -> Vec<String> {
    terraform(&format!(
        "resource \"aws_iam_access_key\" \"backup\" {{\n user = aws_iam_user.backup.name\n}}\n{uses}\n"
    ))
}

#[test]
fn credentials_for_another_cloud() {
    let worker = "resource \"cloudflare_workers_secret\" \"aws\" {\n name = \"AWS_SECRET_ACCESS_KEY\"\n secret_text = aws_iam_access_key.backup.secret\n}\n";
    let kept = "resource \"aws_secretsmanager_secret_version\" \"backup\" {\n secret_id = var.id\n secret_string = aws_iam_access_key.backup.secret\n}\n";
    assert!(key(worker).is_empty());
    assert!(key(&format!("{worker}{kept}")).is_empty());
    let own = ["static-credential-resource"];
    // Nothing takes it here, it is only kept, or by what could have a role.
    for uses in [
        "",
        kept,
        "resource \"github_actions_secret\" \"aws\" {\n secret_name = \"AWS_SECRET_ACCESS_KEY\"\n plaintext_value = aws_iam_access_key.backup.secret\n}",
        "resource \"cloudflare_zone\" \"acme\" {\n zone = \"acme.test\"\n}",
    ] {
        assert_eq!(key(uses), own, "{uses}");
    }
    let both = format!(
        "{worker}resource \"aws_ecs_task_definition\" \"t\" {{\n family = aws_iam_access_key.backup.id\n}}\n"
    );
    assert_eq!(key(&both), own);
}

/// Keys of this kind speak the language of another cloud's storage, which asks for no identity.
#[test]
fn credentials_of_storage_for_another_cloud() {
    let hmac = |kind: &str| {
        terraform(&format!(
            "resource \"google_storage_hmac_key\" \"sync\" {{\n service_account_email = google_service_account.sync.email\n}}\n\
             resource \"{kind}\" \"sync\" {{\n access_key = google_storage_hmac_key.sync.access_id\n secret_key = google_storage_hmac_key.sync.secret\n}}\n"
        ))
    };
    assert!(hmac("aws_datasync_location_object_storage").is_empty());
    assert_eq!(
        hmac("google_storage_transfer_agent"),
        ["static-credential-resource"]
    );
}
