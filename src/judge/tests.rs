//! The judge's opinions as a table: a name, a value, and what becomes of them.

use std::borrow::Cow;

use super::*;
use crate::finding::Confidence;

fn named(name: &str, value: &str) -> Confidence {
    let kind = Kind {
        format: Format::CLike,
        credential_file: false,
        generated: false,
    };
    let evidence = Evidence {
        prior: Prior::Named,
        says: names::says(name),
        value: Cow::Borrowed(value),
        site: Some(Site::Variable),
        quoted: true,
        voice: Voice::Code,
        kind,
        checksum: None,
        inspection: None,
    };
    judge(&evidence).band()
}

#[test]
fn secrets_are_believed() {
    for (name, value) in [
        ("password", "Xk29vQz7"),
        ("DB_PASSWORD", "qL8#mZ2!vR"),
        ("db.password", "Harbour-Juniper-47"),
        ("client_secret", "b7f1kq02mxz8w4tn"),
        ("apiKey", "q8Jf0aLw2mZx91Tn"),
        ("accessToken", "9f86d081884c7d659a2feaa04711bc0155ad0f31"),
        ("SERVICE_PASSWD", "CobaltThunder37"),
        ("Authorization", "Basic ZGVwbG95Onc4dkt6MlFtOWRM"),
        ("db_password", "6412871"),
        ("login-password", "fprma844"),
        ("STEAM_KEY", "A7051EEF4F62D472FB657F8534C7FB4E"),
        ("apiKey", "X7X7X7q8Jf0aLw2mZx91Tn"),
        ("apiKey", "q8Jf0aLw2mZx91TnAAAAAAAAAA"),
    ] {
        assert!(named(name, value) >= Confidence::Medium, "{name} = {value}");
    }
}

#[test]
fn what_is_no_secret_is_not() {
    for (name, value) in [
        ("password", "${DB_PASSWORD}"),
        ("password", "{{resolve:ssm-secure:/db/password:1}}"),
        (
            "password",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
        ),
        (
            "password",
            "ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=]",
        ),
        (
            "password",
            "$2a$10$Irg8k8HWkDlvL0YDBKLCYee6j6zzIFTplJcvZYKA",
        ),
        ("password", "changeme"),
        ("password", "<password>"),
        ("password", "P@ssw0rd"),
        ("password", "Enter your password"),
        ("password", "Passwort vergessen?"),
        ("password", "Пароль неверный"),
        ("password", "12345678"),
        ("password", "123123"),
        ("password", "1234568"),
        ("password_timeout", "6412871"),
        ("password", "38413"),
        ("password", "qwertyuiop"),
        ("password", "password_confirmation"),
        ("password", "user.getPassword()"),
        ("token", "next_page_token"),
        ("token", "https://auth.internal/oauth/token"),
        ("token", "/var/run/secrets/token"),
        ("token", "1.2.3-beta4"),
        ("secret", "my-secret-name"),
        ("secret_name", "q8Jf0aLw2mZx91Tn"),
        ("password_hash", "9f86d081884c7d659a2feaa0c55ad015"),
        ("token_type", "q8Jf0aLw2mZx91Tn"),
        ("FAKE_TOKEN", "q8Jf0aLw2mZx"),
        ("secret", "c29tZSByZWFkYWJsZSB0ZXh0"),
        ("secret", "MJQXEZDFONUWO3TT"),
        ("primaryKey", "b7f1kq02mxz8w4tn"),
        ("apiKey", "AKIAJX7X7X7X7X7X7X7X"),
        ("apiKey", "sk_live_4e9d4e9d4e9d4e9d4e9d4e9d"),
        ("token", "ghp_k3JxQ8k3JxQ8k3JxQ8k3JxQ8k3JxQ8k3JxQ8"),
    ] {
        assert!(named(name, value) < Confidence::Medium, "{name} = {value}");
    }
}

#[test]
fn a_verdict_is_the_sum_of_its_reasons() {
    let kind = Kind {
        format: Format::Prose,
        credential_file: false,
        generated: false,
    };
    let evidence = Evidence {
        prior: Prior::Pattern {
            belief: 0.9,
            generic: false,
        },
        says: NameSays::Nothing,
        value: Cow::Borrowed("q8Jf0aLw2mZx91Tn"),
        site: None,
        quoted: true,
        voice: Voice::Code,
        kind,
        checksum: Some(true),
        inspection: None,
    };
    let verdict = judge(&evidence);
    let sum: f32 = verdict.reasons.iter().map(|r| r.weight).sum();
    assert!((verdict.confidence - 1.0 / (1.0 + (-sum).exp())).abs() < 1e-6);
    assert_eq!(verdict.band(), Confidence::High);
}
