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

/// A secret that is kept for ever is told where a template rotates one, and where nobody knows.
#[test]
fn kept_secrets_are_told_where_they_are_rotated() {
    const PROGRAM: (&str, &str) = (
        "src/app.py",
        "import boto3\nc = boto3.client('secretsmanager')\nx = c.get_secret_value(SecretId='a')\ndef handler(event, context):\n    pass\n",
    );
    const SECRET: &str =
        "resource \"aws_secretsmanager_secret\" \"a\" {\n tags = { rotation = \"manual\" }\n}\n";
    const ROTATION: &str = "resource \"aws_secretsmanager_secret_rotation\" \"a\" {\n secret_id = aws_secretsmanager_secret.a.id\n rotation_lambda_arn = var.rotate\n rotation_rules {\n automatically_after_days = 30\n }\n}\n";
    let kept = |files: &[(&str, &str)]| {
        let is = |rule: &String| rule == "cache-without-ttl";
        rules(files).iter().filter(|rule| is(rule)).count()
    };
    let both = format!("{SECRET}{ROTATION}");
    let database = format!(
        "{SECRET}resource \"aws_db_instance\" \"a\" {{\n manage_master_user_password = true\n}}\n"
    );
    let bucket = "resource \"aws_s3_bucket\" \"a\" {\n bucket = \"a\"\n}\n";
    assert_eq!(kept(&[PROGRAM]), 1);
    assert_eq!(kept(&[PROGRAM, ("main.tf", bucket)]), 1);
    assert_eq!(kept(&[PROGRAM, ("main.tf", &both)]), 1);
    assert_eq!(kept(&[PROGRAM, ("main.tf", &database)]), 1);
    assert_eq!(kept(&[PROGRAM, ("main.tf", SECRET)]), 0);
    let low = doubted(&[PROGRAM, ("main.tf", SECRET)]);
    assert!(low.contains(&"cache-without-ttl".to_owned()), "{low:?}");
}

/// A vector that is written in a test is one of a known answer.
#[test]
fn vectors_of_tests_are_made_up() {
    let made = "const iv = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');\n";
    let used = "const c = crypto.createCipheriv('aes-256-cbc', key, iv);\n";
    let program = format!("const crypto = require('crypto');\n{made}{used}");
    let test = format!(
        "const crypto = require('crypto');\ndescribe('aes', () => {{\nit('encrypts', () => {{\n{made}{used}expect(c.update(text)).toEqual(known);\n}});\n}});\n"
    );
    assert_eq!(
        rules(&[("src/aes.js", &program)]),
        ["fixed-initialisation-vector"]
    );
    assert_eq!(rules(&[("src/aes.test.js", &test)]), [""; 0]);
}

/// A cipher that is handed its key is a part of a protocol, and some begin with zeros.
#[test]
fn vectors_of_protocols_may_be_zeros() {
    let imports = "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n";
    let program = |head: &str| {
        format!(
            "{imports}{head}\n    c = Cipher(algorithms.AES(k), modes.CBC(b\"\\0\" * 16)).encryptor()\n    return c.update(text)\n"
        )
    };
    assert_eq!(
        rules(&[("app.py", &program("def seal(text):"))]),
        ["fixed-initialisation-vector"]
    );
    assert_eq!(
        rules(&[("app.py", &program("def basic_encrypt(cls, key, text):"))]),
        [""; 0]
    );
}
