//! Rotation, expiry and long-lived credentials: what is right, or cannot be otherwise, beside what is not.

use super::aws::{stack, terraform};
use super::*;

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

/// A module that is given the secret may have the rotation.
#[test]
fn rotation_by_a_module_that_is_used() {
    let caller = |given: &str| {
        format!("{SECRET}module \"rotate\" {{\n source = \"./rotate\"\n secret = {given}\n}}\n")
    };
    let rotate = "variable \"secret\" {\n type = string\n}\nresource \"aws_secretsmanager_secret_rotation\" \"all\" {\n secret_id = var.secret\n rotation_lambda_arn = var.by\n}\n";
    let with = |given: &str, rotate: &str| {
        rules(&[("main.tf", &caller(given)), ("rotate/main.tf", rotate)])
    };
    let own = "aws_secretsmanager_secret.db.id";
    assert!(with(own, rotate).is_empty());
    for (given, rotate) in [
        ("aws_secretsmanager_secret.other.id", rotate.to_owned()),
        (own, rotate.replace("var.secret", "var.other")),
        (own, "variable \"secret\" {}\n".to_owned()),
    ] {
        assert_eq!(with(given, &rotate), ["rotation-missing"], "{given}");
    }
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
    for perhaps in [
        "each.key",
        "each.value",
        "local.database_secret",
        "\"prod/orders/db\"",
        // What a function makes is not known.
        "substr(var.secret_id, 0, 96)",
    ] {
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
        // Between two parts of one cloud a role would do.
        "resource \"aws_datasync_location_object_storage\" \"s3\" {\n access_key = aws_iam_access_key.backup.id\n secret_key = aws_iam_access_key.backup.secret\n}",
    ] {
        assert_eq!(key(uses), own, "{uses}");
    }
    let both = format!(
        "{worker}resource \"aws_ecs_task_definition\" \"t\" {{\n family = aws_iam_access_key.backup.id\n}}\n"
    );
    assert_eq!(key(&both), own);
}

/// Azure's directory and its resources are one cloud.
#[test]
fn credentials_of_one_cloud_by_two_providers() {
    let linked = |made: &str, kind: &str| {
        terraform(&format!(
            "resource \"{made}\" \"sync\" {{\n application_id = var.id\n end_date = \"2027-01-01T00:00:00Z\"\n}}\n\
             resource \"{kind}\" \"sync\" {{\n service_principal_key = {made}.sync.value\n}}\n"
        ))
    };
    let own = ["static-credential-resource"];
    let factory = "azurerm_data_factory_linked_service_data_lake_storage_gen2";
    assert_eq!(linked("azuread_application_password", factory), own);
    assert!(linked("azuread_application_password", "cloudflare_workers_secret").is_empty());
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

#[test]
fn rotation_that_is_too_rare() {
    let rules_of = |rules: &str| {
        terraform(&format!(
            "variable \"days\" {{\n type = number\n default = 365\n}}\nresource \"aws_secretsmanager_secret_rotation\" \"r\" {{\n \
             secret_id = var.id\n rotation_lambda_arn = var.f\n rotation_rules {{\n{rules}\n }}\n}}"
        ))
    };
    for bad in [
        "automatically_after_days = 365",
        "automatically_after_days = var.days",
        "schedule_expression = \"rate(120 days)\"",
        "schedule_expression = \"cron(0 4 1 1/6 ? *)\"",
    ] {
        assert_eq!(rules_of(bad), ["rotation-too-rare"], "{bad}");
    }
    for good in [
        "automatically_after_days = 90",
        "schedule_expression = \"rate(4 hours)\"",
        "schedule_expression = \"cron(0 4 1 */3 ? *)\"",
        "schedule_expression = \"cron(0 8 ? * 2 *)\"",
        "automatically_after_days = var.unknown",
    ] {
        assert!(rules_of(good).is_empty(), "{good}");
    }
    let schedule = |days: &str| {
        stack(&format!(
            "  R:\n    Type: AWS::SecretsManager::RotationSchedule\n    Properties:\n      SecretId: !Ref Name\n      \
             HostedRotationLambda: {{RotationType: MySQLSingleUser}}\n      RotationRules: {days}"
        ))
    };
    assert_eq!(
        schedule("{AutomaticallyAfterDays: 400}"),
        ["rotation-too-rare"]
    );
    assert_eq!(
        schedule("{ScheduleExpression: 'cron(0 4 1 JAN,JUL ? *)'}"),
        ["rotation-too-rare"]
    );
    assert!(schedule("{AutomaticallyAfterDays: 30}").is_empty());
}

#[test]
fn rotation_that_cannot_run() {
    let secret = "resource \"aws_secretsmanager_secret\" \"db\" {\n kms_key_id = \"k\"\n}\nresource \"aws_lambda_function\" \"f\" {\n}\n";
    let rotation = |body: &str| {
        terraform(&format!(
            "{secret}resource \"aws_secretsmanager_secret_rotation\" \"r\" {{\n{body}\n}}"
        ))
    };
    let id = "secret_id = aws_secretsmanager_secret.db.id";
    assert_eq!(rotation(id), ["rotation-incomplete"]);
    let own = format!("{id}\nrotation_lambda_arn = aws_lambda_function.f.arn");
    assert_eq!(rotation(&own), ["rotation-incomplete"]);
    let permission = |principal: &str| {
        format!(
            "{own}\n}}\nresource \"aws_lambda_permission\" \"p\" {{\n function_name = aws_lambda_function.f.arn\n principal = {principal}"
        )
    };
    assert!(rotation(&permission("\"secretsmanager.amazonaws.com\"")).is_empty());
    assert!(rotation(&permission("var.principal")).is_empty());
    assert_eq!(
        rotation(&permission("\"events.amazonaws.com\"")),
        ["rotation-incomplete"]
    );
    for good in [
        format!("{id}\nrotation_lambda_arn = var.function_arn"),
        format!("{id}\nrotation_lambda_arn = module.rotation.arn"),
        format!("{id}\nexternal_secret_rotation_role_arn = var.role"),
    ] {
        assert!(rotation(&good).is_empty(), "{good}");
    }
    // Managed by the database: it rotates without a function. The other secret has no rotation at all.
    let managed = "secret_id = aws_rds_cluster.c.master_user_secret[0].secret_arn";
    assert_eq!(rotation(managed), ["rotation-missing"]);
    let hosted = "  S: {Type: 'AWS::SecretsManager::Secret', Properties: {KmsKeyId: k}}\n  R:\n    Type: \
                  AWS::SecretsManager::RotationSchedule\n    Properties:\n      SecretId: !Ref S\n";
    assert_eq!(stack(hosted), ["rotation-incomplete"]);
    let with = format!("{hosted}      HostedRotationLambda: {{RotationType: MySQLSingleUser}}\n");
    assert!(stack(&with).is_empty());
}

#[test]
fn secrets_that_nobody_can_rotate() {
    let secret = |name: &str, body: &str| {
        terraform(&format!(
            "resource \"aws_secretsmanager_secret\" \"{name}\" {{\n kms_key_id = \"k\"\n{body}\n}}"
        ))
    };
    assert_eq!(
        secret("db", "tags = { app = \"none\" }"),
        ["rotation-missing"]
    );
    assert!(secret("db", "tags = { Rotation = \"manual\" }").is_empty());
    assert!(secret("basic_auth_username", "").is_empty());
    let tagged = "  S:\n    Type: AWS::SecretsManager::Secret\n    Properties:\n      KmsKeyId: k\n      Tags: [{Key: rotation, Value: external}]\n";
    assert!(stack(tagged).is_empty());
}

#[test]
fn secrets_without_recovery() {
    let secret = |days: &str| {
        terraform(&format!(
            "resource \"aws_secretsmanager_secret\" \"s\" {{\n kms_key_id = \"k\"\n tags = {{ rotation = \"none\" }}\n recovery_window_in_days = {days}\n}}"
        ))
    };
    assert_eq!(secret("0"), ["secret-recovery-disabled"]);
    assert!(secret("7").is_empty());
    assert!(secret("var.window").is_empty());
}
