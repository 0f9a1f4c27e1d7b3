//! Scripts, Makefiles and the like that deploy.

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
