//! What programs do with secrets, where the file around it counts.

use super::*;

#[test]
fn tests_may_show_what_they_use() {
    let shown = |head: &str| {
        let text = format!(
            "{head}\nclient = boto3.client('secretsmanager')\n\ndef show(name):\n    value = client.get_secret_value(SecretId=name)['SecretString']\n    print(value)\n"
        );
        rules(&[("orders.py", &text)])
    };
    assert_eq!(shown("import boto3"), ["secret-logging"]);
    assert!(shown("import boto3\nimport pytest").is_empty());
}

#[test]
fn messages_about_secrets_are_none() {
    let said = |line: &str| {
        let text = format!(
            "import boto3\nclient = boto3.client('secretsmanager')\n\ndef show(name):\n    found = client.get_secret_value(SecretId=name)\n    {line}\n"
        );
        rules(&[("orders.py", &text)])
    };
    assert_eq!(said("print(f'secret {found}')"), ["secret-logging"]);
    for about in [
        "print(f'read the secret {name}')",
        "print('secret', found['ARN'], found['CreatedDate'])",
        "logging.info('the secret has %d letters', len(found['SecretString']))",
        "logging.info('password is set: %s', bool(found.get('SecretString')))",
    ] {
        assert!(said(about).is_empty(), "{about}");
    }
}
