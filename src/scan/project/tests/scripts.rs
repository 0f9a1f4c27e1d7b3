//! Scripts, Makefiles and the like that deploy, or read secrets.

use super::*;

#[test]
fn scripts_that_deploy() {
    for (path, text) in [
        (
            "deploy.sh",
            "#!/bin/sh\nsam deploy --parameter-overrides DbPassword=$DB_PASSWORD\n",
        ),
        (
            "Makefile",
            "a:\n\t@sam deploy --parameter-overrides DbPassword=$(DB_PASSWORD)\n",
        ),
        (
            "Makefile",
            "a:\n\tsam deploy --parameter-overrides DbPassword=$$DB_PASSWORD\n",
        ),
        (
            "package.json",
            "{\"scripts\": {\n\"a\": \"sls deploy --param=\\\"dbPassword=$DB_PASSWORD\\\"\"}}\n",
        ),
        (
            "deploy.sh",
            "set -e\nhelm upgrade --install app ./chart --set db.password=$DB_PASSWORD\n",
        ),
        (
            "deploy.ps1",
            "x\naz functionapp config appsettings set --settings \"DB_PASSWORD=$env:DB_PASSWORD\"\n",
        ),
    ] {
        assert_eq!(
            found(&[(path, text)]),
            [format!("secret-on-command-line {path}:2")],
            "{text}"
        );
    }
    for (path, text) in [
        (
            "deploy.sh",
            "sam deploy --parameter-overrides DbSecretArn=$DB_SECRET_ARN\n",
        ),
        (
            "deploy.sh",
            "helm upgrade app ./chart --set db.secretName=$DB_SECRET_NAME --set-file db.password=./p\n",
        ),
        (
            "deploy.sh",
            "gcloud run deploy a --set-secrets API_KEY=api-key:3 --set-env-vars A=$B\n",
        ),
        (
            "Makefile",
            "a:\n\tdocker build --secret id=npm,env=NPM_TOKEN --build-arg V=$(V) .\n",
        ),
        (
            "package.json",
            "{\"scripts\": {\"a\": \"tsc --param x\"}}\n",
        ),
    ] {
        assert!(found(&[(path, text)]).is_empty(), "{text}");
    }
}

/// A script that fetches a secret as `$P` before its last lines.
fn fetched(lines: &str) -> Vec<String> {
    let fetch = "P=$(az keyvault secret show -n db --vault-name v --query value -o tsv)";
    rules(&[("run.sh", &format!("#!/bin/bash\n{fetch}\n{lines}\n"))])
}

#[test]
fn scripts_that_show_what_they_fetch() {
    for (lines, rule) in [
        ("echo \"password: $P\"", "secret-logging"),
        ("printf 'password: %s\\n' \"$P\"", "secret-logging"),
        ("echo \"connected\"\necho $P", "secret-logging"),
        ("echo \"$P\" >&2", "secret-logging"),
        ("echo \"$P\" | tee -a /var/log/x.log", "secret-logging"),
        ("logger \"${P:0:8}\"", "secret-logging"),
        ("log_info \"$P\"", "secret-logging"),
        ("cat <<EOF\nthe password is $P\nEOF", "secret-logging"),
        (
            "log() { echo \"$(date) $*\"; }\nlog \"$P\"",
            "secret-logging",
        ),
        ("set -x\nrun \"$P\"", "secret-logging"),
        (
            "A=$(echo \"$P\" | jq -r .a)\necho \"a is $A\"",
            "secret-logging",
        ),
        (
            "curl \"https://api.acme.dev/v1?key=$P\"",
            "secret-in-url-query",
        ),
        ("mysql -u root -p\"$P\" shop", "secret-in-process-arguments"),
        ("tool --token \"$P\"", "secret-in-process-arguments"),
        ("tool --token=\"$P\"", "secret-in-process-arguments"),
        (
            "curl -u \"ci:$P\" https://ci.acme.dev",
            "secret-in-process-arguments",
        ),
    ] {
        assert_eq!(fetched(lines), [rule], "{lines}");
    }
    for lines in [
        // Its result, for whoever runs it.
        "echo \"$P\"",
        "echo \"usage: run\" >&2\nprintf '%s' \"$P\"",
        "echo \"{\\\"password\\\": \\\"$P\\\"}\"",
        "echo \"export DB_PASSWORD=$P\"",
        // Where no one reads it.
        "echo \"password: $P\" > .env",
        "echo \"$P\" | docker login -u a --password-stdin",
        "echo \"password: $P\" > /dev/null",
        // Nothing of the secret.
        "echo \"password has ${#P} characters\"",
        "echo \"password is ${P:+set}\"",
        "echo \"password ${P//?/*}\"",
        "echo \"digest $(echo \"$P\" | sha256sum)\"",
        "[ -n \"$P\" ] && echo \"password is set\"",
        "P=$(cat /etc/hostname)\necho \"host: $P\"",
        "set -x\nrun\nset +x\nuse \"$P\"",
        // By standard input, the environment and a header.
        "mysql -u root -p shop <<< \"$P\"",
        "MYSQL_PWD=\"$P\" mysql -u root shop",
        "curl -H \"Authorization: Bearer $P\" https://api.acme.dev",
        "check() { [ -n \"$2\" ]; }\ncheck --token \"$P\"",
    ] {
        assert_eq!(fetched(lines), [""; 0], "{lines}");
    }
}

#[test]
fn scripts_that_show_variables_of_secrets() {
    for (lines, expected) in [
        (
            "echo \"using token $GITHUB_TOKEN\"",
            &["secret-logging"][..],
        ),
        (
            "curl \"https://api.acme.dev/v1?token=${API_TOKEN}\"",
            &["secret-in-url-query"],
        ),
        ("echo \"token ${GITHUB_TOKEN:+is set}\"", &[]),
        ("echo \"token in $TOKEN_FILE\"", &[]),
        ("echo \"$DB_PASSWORD\" | psql", &[]),
        ("read -rs DB_PASSWORD\necho \"password: $DB_PASSWORD\"", &[]),
        (
            "DB_PASSWORD=$(openssl rand -hex 12)\necho \"your password: $DB_PASSWORD\"",
            &[],
        ),
        ("tool --password \"$DB_PASSWORD\"", &[]),
    ] {
        assert_eq!(rules(&[("run.sh", lines)]), expected, "{lines}");
    }
}

/// The places that a secret passes.
#[test]
fn the_way_of_a_secret_through_a_script() {
    let script = "get() { gcloud secrets versions access latest --secret \"$1\"; }\nP=$(get db)\nM=\"password $P\"\necho \"the $M\"\n";
    let found = findings(&[("run.sh", script)]);
    let all: Vec<_> = found
        .iter()
        .map(|f| (f.message.clone(), f.place.region.start.line))
        .collect();
    assert_eq!(all.len(), 1, "{all:?}");
    let steps = &found[0].flow.as_ref().unwrap().steps;
    let lines: Vec<u32> = steps.iter().map(|s| s.place.region.start.line).collect();
    assert_eq!(lines, [2, 2, 3, 4]);
}
