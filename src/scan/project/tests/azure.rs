use super::*;

/// The rules of what is found in one file.
fn rules(path: &str, text: &str) -> Vec<String> {
    let found = found(&[(path, text)]);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
}

/// A template with an app, whose settings are these.
fn app(settings: &str) -> String {
    format!(
        "param names object\n@secure()\nparam dbPassword string\nparam passwordLength int\nparam secretUri string\n\
         resource stg 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {{\n  name: 'stg'\n}}\n\
         resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {{\n  name: 'kv'\n}}\n\
         resource insights 'Microsoft.Insights/components@2020-02-02' existing = {{\n  name: 'ai'\n}}\n\
         resource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'app'\n  identity: {{ type: 'SystemAssigned' }}\n  \
         properties: {{\n    siteConfig: {{\n      minTlsVersion: '1.2'\n      appSettings: [\n        {settings}\n      ]\n    }}\n  }}\n}}\n"
    )
}

fn settings(value: &str) -> Vec<String> {
    rules(
        "main.bicep",
        &app(&format!("{{ name: 'DATABASE', value: {value} }}")),
    )
}

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

fn arm(value: &str) -> Vec<String> {
    rules(
        "azuredeploy.json",
        &format!(
            "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\
             \"parameters\": {{\"dbPassword\": {{\"type\": \"SecureString\"}}, \"length\": {{\"type\": \"int\"}}}},\n\
             \"resources\": [{{\"type\": \"Microsoft.Web/sites\", \"apiVersion\": \"2024-04-01\", \"name\": \"a\",\n\
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

/// A vault and an app with an assignment of a role, whose properties and scope are these.
fn assignment(role: &str, principal: &str, scope: &str) -> Vec<String> {
    rules(
        "a.bicep",
        &format!(
            "var roles = {{\n  officer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'\n}}\nparam adminId string\n\
             resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {{\n  name: 'kv'\n}}\n\
             resource rotator 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'rotator'\n  identity: {{ type: 'SystemAssigned' }}\n}}\n\
             resource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'app'\n  identity: {{ type: 'SystemAssigned' }}\n}}\n\
             resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{\n  name: guid('x')\n  {scope}\n  properties: {{\n    \
             roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', {role})\n    principalId: {principal}\n  }}\n}}\n"
        ),
    )
}

#[test]
fn azure_roles() {
    let user = "'4633458b-17de-408a-874b-0445c86b69e6'";
    let app = "app.identity.principalId";
    assert_eq!(assignment(user, app, ""), ["wildcard-secret-access"]);
    assert!(assignment(user, app, "scope: kv").is_empty());
    assert_eq!(
        assignment("roles.officer", app, "scope: kv"),
        ["excessive-vault-rights"]
    );
    for (role, principal) in [
        ("roles.officer", "adminId"),
        ("roles.officer", "rotator.identity.principalId"),
        ("'7f951dda-4ed3-4680-a7ca-43fe172d538d'", app),
    ] {
        assert!(
            assignment(role, principal, "scope: kv").is_empty(),
            "{role} {principal}"
        );
    }
}

#[test]
fn azure_access_policies() {
    let policy = |permissions: &str, object: &str| {
        rules(
            "a.bicep",
            &format!(
                "param adminId string\nresource app 'Microsoft.Web/sites@2024-04-01' = {{\n  name: 'app'\n  identity: {{ type: 'SystemAssigned' }}\n}}\n\
                 resource p 'Microsoft.KeyVault/vaults/accessPolicies@2023-07-01' = {{\n  name: 'kv/add'\n  properties: {{\n    accessPolicies: [\n      {{\n        \
                 objectId: {object}\n        permissions: {{ secrets: [{permissions}] }}\n      }}\n    ]\n  }}\n}}\n"
            ),
        )
    };
    let app = "app.identity.principalId";
    assert_eq!(policy("'get', 'set'", app), ["excessive-vault-rights"]);
    assert_eq!(policy("'all'", app), ["excessive-vault-rights"]);
    assert!(policy("'get', 'list'", app).is_empty());
    assert!(policy("'all'", "adminId").is_empty());
}

#[test]
fn pointers_that_cannot_be_followed() {
    for value in [
        "'@Microsoft.KeyVault(SecretName=db)'",
        "'@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db'",
        "'@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/keys/db)'",
        "'@Microsoft.KeyVault(VaultName=${kv.name})'",
    ] {
        assert_eq!(settings(value), ["malformed-secret-reference"], "{value}");
    }
    for value in [
        "'@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db/)'",
        "'@Microsoft.KeyVault(SecretUri=${secretUri})'",
        "'@Microsoft.KeyVault(${secretUri})'",
        "'@Microsoft.KeyVault(VaultName=${kv.name};SecretName=db)'",
    ] {
        assert!(settings(value).is_empty(), "{value}");
    }
    let text = app("{ name: 'DB', value: '@Microsoft.KeyVault(VaultName=kv;SecretName=db)' }");
    let without = text.replace("  identity: { type: 'SystemAssigned' }\n", "");
    assert_eq!(
        rules("main.bicep", &without),
        ["malformed-secret-reference"]
    );
    let stack = |pointer: &str| {
        let text = format!(
            "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: '{pointer}'\n"
        );
        rules("stack.yaml", &text)
    };
    assert_eq!(
        stack("{{resolve:secretmanager:db:SecretString:password}}"),
        ["malformed-secret-reference"]
    );
    assert!(stack("{{resolve:secretsmanager:db:SecretString:password}}").is_empty());
}

#[test]
fn pointers_that_do_not_follow_a_rotation() {
    let pinned =
        "'@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db/4f9d0b2c7e81a65d)'";
    assert!(settings(pinned).is_empty());
    let rotated = format!(
        "{}resource events 'Microsoft.EventGrid/systemTopics@2022-06-15' = {{\n  name: 'near-expiry'\n}}\n",
        app(&format!("{{ name: 'DB', value: {pinned} }}"))
    );
    assert_eq!(rules("a.bicep", &rotated), ["frozen-secret-reference"]);
}

#[test]
fn transport() {
    let set = |property: &str, value: &str| {
        rules(
            "a.bicep",
            &format!(
                "resource s 'Microsoft.Storage/storageAccounts@2023-05-01' = {{\n  name: 's'\n  properties: {{\n    {property}: {value}\n  }}\n}}\n"
            ),
        )
    };
    assert_eq!(set("minimumTlsVersion", "'TLS1_0'"), ["insecure-transport"]);
    assert_eq!(
        set("supportsHttpsTrafficOnly", "false"),
        ["insecure-transport"]
    );
    assert!(set("minimumTlsVersion", "'TLS1_2'").is_empty());
    assert!(set("allowBlobPublicAccess", "false").is_empty());
    let variable = |value: &str| {
        rules(
            "main.bicep",
            &app(&format!(
                "{{ name: 'NODE_TLS_REJECT_UNAUTHORIZED', value: '{value}' }}"
            )),
        )
    };
    assert_eq!(variable("0"), ["insecure-transport"]);
    assert!(variable("1").is_empty());
}

#[test]
fn readers_of_vaults_are_logged() {
    let vault = "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv'\n}\n";
    let log = |scope: &str| {
        format!(
            "resource app 'Microsoft.Web/sites@2024-04-01' existing = {{\n  name: 'a'\n}}\n\
             resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {{\n  name: 'log'\n  scope: {scope}\n}}\n"
        )
    };
    // A policy may ask for it.
    assert!(rules("a.bicep", vault).is_empty());
    assert!(rules("a.bicep", &format!("{vault}{}", log("kv"))).is_empty());
    assert_eq!(
        rules("a.bicep", &format!("{vault}{}", log("app"))),
        ["secret-access-not-logged"]
    );
}

#[test]
fn settings_of_apps_as_json() {
    let local = |encrypted: bool, settings: &str| {
        rules(
            "local.settings.json",
            &format!("{{\"IsEncrypted\": {encrypted}, \"Values\": {{{settings}}}}}"),
        )
    };
    let literal = "\"SMTP_PASSWORD\": \"Kd9!mzQ2#xLpW4\"";
    assert_eq!(local(false, literal), ["plaintext-env-secret"]);
    for silent in [
        "\"AzureWebJobsStorage\": \"UseDevelopmentStorage=true\"",
        "\"AzureWebJobsStorage\": \"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;\"",
        "\"SMTP_PASSWORD\": \"@Microsoft.KeyVault(VaultName=kv;SecretName=smtp)\"",
        "\"SMTP_PASSWORD\": \"\"",
        "\"FUNCTIONS_WORKER_RUNTIME\": \"node\"",
    ] {
        assert!(local(false, silent).is_empty(), "{silent}");
    }
    let listed =
        "[{\"name\": \"SMTP_PASSWORD\", \"value\": \"Kd9!mzQ2#xLpW4\", \"slotSetting\": false}]";
    assert_eq!(rules("settings.json", listed), ["plaintext-env-secret"]);
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

#[test]
fn commands_of_extensions() {
    let extension = |settings: &str| {
        rules(
            "a.bicep",
            &format!(
                "@secure()\nparam dbPassword string\nresource x 'Microsoft.Compute/virtualMachines/extensions@2024-07-01' = {{\n  name: 'vm/setup'\n  \
                 properties: {{\n    publisher: 'Microsoft.Azure.Extensions'\n    {settings}: {{\n      commandToExecute: 'setup.sh ${{dbPassword}}'\n    }}\n  }}\n}}\n"
            ),
        )
    };
    assert_eq!(extension("settings"), ["secret-in-user-data"]);
    assert!(extension("protectedSettings").is_empty());
}
