//! Templates of Azure as JSON.

use super::azure::{app, rules};
use super::*;

fn arm(value: &str) -> Vec<String> {
    rules(
        "azuredeploy.json",
        &format!(
            "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\
             \"parameters\": {{\"dbPassword\": {{\"type\": \"SecureString\"}}, \"length\": {{\"type\": \"int\"}}}},\n\
             \"resources\": [{{\"type\": \"Microsoft.Web/sites\", \"apiVersion\": \"2024-04-01\", \"name\": \"a\", \"identity\": {{\"type\": \"SystemAssigned\"}},\n\
             \"properties\": {{\"siteConfig\": {{\"minTlsVersion\": \"1.2\", \"appSettings\": [{{\"name\": \"API_TOKEN\",\n\"value\": {value}}}]}}}}}}]}}"
        ),
    )
}

#[test]
fn arm_expressions() {
    for value in [
        "\"[parameters('dbPassword')]\"",
        "\"[ parameters( 'dbPassword' ) ]\"",
        "\"[concat('x', parameters('dbPassword'))]\"",
        "\"[if(true(), parameters('dbPassword'), '')]\"",
        "\"[format('{0}', parameters('dbPassword'))]\"",
        "\"[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'x'), '2023-05-01').keys[0].value]\"",
        "\"[listkeys('x', '2').primaryKey]\"",
    ] {
        assert_eq!(arm(value), ["secret-copied-into-env"], "{value}");
    }
    for value in [
        "\"hG7kq2PzW9vLmQ4x\"",
        "\"[if(true(), 'hG7kq2PzW9vLmQ4x', '')]\"",
    ] {
        assert_eq!(arm(value), ["plaintext-env-secret"], "{value}");
    }
    for value in [
        "\"[parameters('length')]\"",
        "\"[parameters('x')\"",
        "\"[[parameters('dbPassword')]\"",
        "\"[concat('@Microsoft.KeyVault(SecretUri=', reference('s').secretUri, ')')]\"",
        "\"[uniqueString(parameters('dbPassword'))]\"",
        "\"[reference('x').outputs.y.value]\"",
        "\"\"",
        "null",
    ] {
        assert!(arm(value).is_empty(), "{value}: {:?}", arm(value));
    }
}

#[test]
fn arm_that_is_deep_comes_to_an_end() {
    for unit in ["[", "a(", "a.", "a[", "'", "concat('a',", "(", "a.b(", "''"] {
        let value = format!("\"[{}]\"", unit.repeat(100_000));
        assert!(arm(&value).is_empty(), "{unit}");
    }
    let nested = "{\"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"1\", \"name\": \"n\", \"properties\": {\"template\": {\"resources\": [";
    let text = format!("{{\"resources\": [{}", nested.repeat(60));
    assert!(rules("a.json", &text).is_empty());
    let closed = format!("{text}{}]}}", "]}}}".repeat(60));
    assert!(rules("a.json", &closed).is_empty());
}

#[test]
fn arm_with_comments() {
    let text = "{\n  // of ours\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", /* a\n  b */\n  \
                \"parameters\": {\n    // \"old\": {},\n    \"dbPassword\": {\"type\": \"securestring\", \"defaultValue\": \"hG7kq2PzW9vLmQ4x\"} // url: http://x\n  }\n}\n";
    assert_eq!(
        found(&[("main.json", text)]),
        ["secret-parameter-default main.json:7"]
    );
}

#[test]
fn what_the_compiler_made_of_bicep_is_told_once() {
    let source = app("{ name: 'DATABASE', value: dbPassword }");
    let compiled = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\
                    \"metadata\": {\"_generator\": {\"name\": \"bicep\", \"version\": \"0.30.23.60470\"}},\n\
                    \"parameters\": {\"dbPassword\": {\"type\": \"securestring\"}},\n\"resources\": [{\"type\": \"Microsoft.Web/sites\", \"apiVersion\": \"2024-04-01\",\n\
                    \"name\": \"a\", \"properties\": {\"siteConfig\": {\"appSettings\": [{\"name\": \"DATABASE\", \"value\": \"[parameters('dbPassword')]\"}]}}}]}";
    let both = |json: &str| found(&[("infra/main.bicep", &source), (json, compiled)]);
    assert_eq!(both("infra/main.json").len(), 1);
    assert_eq!(both("infra/other.json").len(), 2);
}
