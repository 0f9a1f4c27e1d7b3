//! Bicep: what is read in its templates, and what of it is a fault.

use super::azure::{app, rules, settings};
use super::*;

#[test]
fn bicep_copies_into_environments() {
    for value in [
        "dbPassword",
        "'postgres://app:${dbPassword}@db/app'",
        "stg.listKeys().keys[0].value",
        "listKeys(stg.id, stg.apiVersion).keys[0].value",
        "listKeys(resourceId('Microsoft.Storage/storageAccounts', 'x'), '2023-05-01').keys[0].value",
        "'AccountName=x;AccountKey=${stg.listKeys().keys[0].value}'",
        "empty(names) ? dbPassword : ''",
        "names.?x ?? dbPassword",
        "kv.getSecret('x')",
    ] {
        assert_eq!(settings(value), ["secret-copied-into-env"], "{value}");
    }
    for value in [
        "passwordLength",
        "secretUri",
        "stg.name",
        "stg.listKeys().keys[0].keyName",
        "insights.properties.ConnectionString",
        "insights.properties.InstrumentationKey",
        "uniqueString(dbPassword)",
        "'@Microsoft.KeyVault(SecretUri=${kv.properties.vaultUri}secrets/x)'",
        "'@Microsoft.KeyVault(VaultName=kv;SecretName=x)'",
        "names.password",
        "[for n in names: n.password]",
    ] {
        assert!(settings(value).is_empty(), "{value}: {:?}", settings(value));
    }
}

#[test]
fn bicep_literals_in_environments() {
    for setting in [
        "{ name: 'API_TOKEN', value: 'hG7kq2PzW9vLmQ4x' }",
        "{\n name: 'API_TOKEN'\n value: '''\nhG7kq2PzW9vLmQ4x'''\n }",
        "{ name: 'API_TOKEN', value: true ? 'hG7kq2PzW9vLmQ4x' : '' }",
    ] {
        assert_eq!(
            rules("main.bicep", &app(setting)),
            ["plaintext-env-secret"],
            "{setting}"
        );
    }
    for setting in [
        "{ name: 'API_TOKEN', value: '' }",
        "{ name: 'API_TOKEN', value: '<token>' }",
        "{ name: 'API_TOKEN_SECRET_NAME', value: 'orders-api-token' }",
    ] {
        assert!(rules("main.bicep", &app(setting)).is_empty(), "{setting}");
    }
}

#[test]
fn bicep_is_known_by_its_content() {
    let text = app("{ name: 'API_TOKEN', value: 'hG7kq2PzW9vLmQ4x' }");
    assert_eq!(rules("deploy.txt", &text), ["plaintext-env-secret"]);
    let prose = format!("A template of ours:\n\n{text}");
    assert_ne!(rules("notes.txt", &prose), ["plaintext-env-secret"]);
}

#[test]
fn bicep_nested_resources_have_the_kind_of_both() {
    let text = "resource app 'Microsoft.Web/sites@2024-04-01' = {\n  name: 'a'\n  properties: { siteConfig: { minTlsVersion: '1.2' } }\n  \
                resource settings 'config' = {\n    name: 'appsettings'\n    properties: {\n      API_TOKEN: 'hG7kq2PzW9vLmQ4x'\n    }\n  }\n}\n";
    assert_eq!(rules("a.bicep", text), ["plaintext-env-secret"]);
    let logs = text.replace("appsettings", "logs");
    assert_ne!(rules("a.bicep", &logs), ["plaintext-env-secret"]);
}

#[test]
fn bicep_parameters() {
    let used = |declared: &str| {
        rules(
            "a.bicep",
            &format!(
                "{declared}\nresource s 'Microsoft.Sql/servers@2023-08-01' = {{\n  name: 's'\n  properties: {{\n    minimalTlsVersion: '1.2'\n    administratorLoginPassword: dbPassword\n  }}\n}}\n"
            ),
        )
    };
    assert_eq!(
        used("param dbPassword string"),
        ["secret-parameter-exposed"]
    );
    assert_eq!(
        used("@secure()\nparam dbPassword string = 'hG7kq2PzW9vLmQ4x'"),
        ["secret-parameter-default"]
    );
    assert_eq!(
        rules(
            "a.bicep",
            "@secure()\nparam dbPassword string = 'hG7kq2PzW9vLmQ4x'\n"
        ),
        ["secret-parameter-default"]
    );
    for silent in [
        "@secure()\nparam dbPassword string",
        "@sys.secure()\n@minLength(12)\nparam dbPassword string",
        "@secure()\nparam dbPassword string = newGuid()",
        "@secure()\nparam dbPassword string = ''",
        "param dbPassword bool",
        "@allowed([\n  'on'\n  'off'\n])\nparam dbPassword string",
        "param dbPassword 'on' | 'off'",
    ] {
        assert!(used(silent).is_empty(), "{silent}: {:?}", used(silent));
    }
}

#[test]
fn bicep_outputs() {
    let output = |line: &str| {
        rules(
            "a.bicep",
            &format!(
                "resource stg 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {{\n  name: 's'\n}}\n{line}\n"
            ),
        )
    };
    assert_eq!(
        output("output key string = stg.listKeys().keys[0].value"),
        ["secret-in-output"]
    );
    for silent in [
        "@secure()\noutput key string = stg.listKeys().keys[0].value",
        "output key string = stg.id",
        "output secretName string = stg.name",
    ] {
        assert!(output(silent).is_empty(), "{silent}");
    }
}

#[test]
fn bicep_values_are_followed_through_files() {
    let main = "param hook string\nmodule app 'modules/app.bicep' = {\n  name: 'app'\n  params: {\n    settings: {\n      WEBHOOK_SECRET: hook\n    }\n  }\n}\n";
    let child = "param settings object\nresource c 'Microsoft.Web/sites/config@2024-04-01' = {\n  name: 'app/appsettings'\n  properties: settings\n}\n";
    let given = "using './main.bicep'\n\nparam hook = 'hG7kq2PzW9vLmQ4x'\n";
    let files = [
        ("infra/main.bicep", main),
        ("infra/modules/app.bicep", child),
        ("infra/main.bicepparam", given),
    ];
    let all = findings(&files);
    let rules: Vec<&str> = all.iter().map(|f| f.rule.as_str()).collect();
    assert_eq!(rules, ["plaintext-env-secret"]);
    assert_eq!(&*all[0].place.path, "infra/main.bicepparam");
    let steps = &all[0].flow.as_ref().unwrap().steps;
    let paths: Vec<&str> = steps.iter().map(|s| &*s.place.path).collect();
    assert_eq!(
        paths,
        [
            "infra/main.bicepparam",
            "infra/main.bicepparam",
            "infra/main.bicep",
            "infra/modules/app.bicep"
        ]
    );
    let json = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\", \"parameters\": {\"hook\": {\"value\": \"hG7kq2PzW9vLmQ4x\"}}}";
    let files = [
        ("infra/main.bicep", main),
        ("infra/modules/app.bicep", child),
        ("infra/main.parameters.prod.json", json),
    ];
    assert_eq!(
        found(&files),
        ["plaintext-env-secret infra/main.parameters.prod.json:1"]
    );
}

#[test]
fn bicep_that_does_not_parse_loses_one_statement() {
    let text = format!(
        "param broken string = (\n{}",
        app("{ name: 'API_TOKEN', value: 'hG7kq2PzW9vLmQ4x' }")
    );
    let outcomes = scan(&engine(), &[("main.bicep", &text)]);
    assert_eq!(
        outcomes[0].findings[0].rule.as_str(),
        "plaintext-env-secret"
    );
    assert_eq!(outcomes[0].notices[0].kind, NoticeKind::NotParsed);
    assert_eq!(outcomes[0].notices[0].line, Some(1));
}

#[test]
fn bicep_deep_and_long_statements_come_to_an_end() {
    let secret = "@secure()\nparam dbPassword string = 'hG7kq2PzW9vLmQ4x'\n";
    for unit in [
        "[",
        "(",
        "{",
        "'${",
        "!",
        "-",
        "a?b:",
        "a?",
        "1+",
        "f(",
        "a[",
        "a.",
        "[for a in ",
        "{a:",
        "a::",
        "a??",
        "@a(",
        "if (",
        "a|",
        "a=>",
        "a!",
        "'''",
        "/*",
        "{}",
        "$",
        "\\",
        "= ",
        "\nvar x = {",
        "\nparam x ",
        "\n@a()",
    ] {
        for count in [2000, 100_000] {
            let text = format!("{secret}var x = {}", unit.repeat(count));
            let outcomes = scan(&engine(), &[("main.bicep", &text)]);
            let found = &outcomes[0].findings;
            assert_eq!(found.len(), 1, "{unit} {count}");
        }
    }
}

/// A variable whose value Azure shows to nobody is no copy; written down it is a leak all the same.
#[test]
fn secure_values_of_environments() {
    let group = |value: &str| {
        format!(
            "@secure()\nparam pw string\nresource g 'Microsoft.ContainerInstance/containerGroups@2023-05-01' = {{\n  name: 'g'\n  properties: {{\n    containers: [\n      \
             {{\n        name: 'x'\n        properties: {{\n          environmentVariables: [\n            {{ name: 'DB_PASSWORD', {value} }}\n          ]\n        }}\n      }}\n    ]\n  }}\n}}\n"
        )
    };
    let script = |value: &str| {
        format!(
            "@secure()\nparam pw string\nresource s 'Microsoft.Resources/deploymentScripts@2023-08-01' = {{\n  name: 's'\n  properties: {{\n    environmentVariables: [\n      {{ name: 'DB_PASSWORD', {value} }}\n    ]\n  }}\n}}\n"
        )
    };
    let found = |text: &str| super::rules(&[("main.bicep", text)]);
    for text in [group("secureValue: pw"), script("secureValue: pw")] {
        assert!(found(&text).is_empty(), "{text}");
    }
    for text in [group("value: pw"), script("value: pw")] {
        assert_eq!(found(&text), ["secret-copied-into-env"]);
    }
    let literal = "secureValue: 'hG7kq2PzW9vLmQ4x'";
    for text in [group(literal), script(literal)] {
        assert_eq!(found(&text), ["plaintext-secret-property"], "{text}");
    }
}
