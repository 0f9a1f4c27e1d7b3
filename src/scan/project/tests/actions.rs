use super::*;

/// The rules and lines that a workflow with these steps gives; the first step is line 10.
fn steps(steps: &str) -> Vec<String> {
    workflow(&format!("    steps:\n{steps}"))
}

/// Of a job's body, which starts on line 9.
fn workflow(job: &str) -> Vec<String> {
    let text = format!(
        "name: deploy\non:\n  push:\nenv:\n  STAGE: prod\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n{job}"
    );
    let found = found(&[(".github/workflows/deploy.yml", &text)]);
    let short = |f: &String| f.replace(" .github/workflows/deploy.yml:", " ");
    found.iter().map(short).collect()
}

/// Of one script.
fn script(script: &str) -> Vec<String> {
    let indented = script.replace('\n', "\n          ");
    let found = steps(&format!("      - run: |\n          {indented}\n"));
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
}

#[test]
fn literals_in_workflows() {
    let secret = "hG7kq2PzW9vLmQ4x";
    assert_eq!(
        workflow(&format!("    env:\n      API_TOKEN: {secret}\n")),
        ["plaintext-env-secret 10"]
    );
    assert_eq!(
        steps(&format!(
            "      - run: ./a\n        env:\n          API_TOKEN: {secret}\n"
        )),
        ["plaintext-env-secret 12"]
    );
    assert_eq!(
        steps(&format!(
            "      - uses: a/b@v1\n        with:\n          api-token: {secret}\n"
        )),
        ["plaintext-secret-property 12"]
    );
    assert_eq!(
        workflow(&format!(
            "    container:\n      image: a\n      credentials:\n        username: x\n        password: {secret}\n"
        )),
        ["plaintext-secret-property 13"]
    );
    for env in [
        "API_TOKEN: ${{ secrets.API_TOKEN }}",
        "API_TOKEN: ${{ inputs.token }}",
        "API_TOKEN: Bearer ${{ secrets.API_TOKEN }}",
        "API_TOKEN: ${{ env.OTHER_TOKEN }}",
        "API_TOKEN: ${{ steps.login.outputs.token }}",
        "API_TOKEN: dummy",
    ] {
        assert!(
            workflow(&format!("    env:\n      {env}\n")).is_empty(),
            "{env}"
        );
    }
}

#[test]
fn secrets_that_are_printed() {
    for text in [
        "echo ${{ secrets.TOKEN }}",
        "echo \"token: ${{ secrets.TOKEN }}\"",
        "printf '%s' \"$API_TOKEN\"",
        "echo ${{ secrets.TOKEN }} | base64",
        "echo ${{ secrets.TOKEN }} | sed 's/./& /g'",
        "X=$(echo ${{ secrets.TOKEN }} | base64)\necho $X",
        "X=$(aws secretsmanager get-secret-value --secret-id a)\necho \"$X\"",
        "aws secretsmanager get-secret-value --secret-id a --query SecretString",
        "aws ssm get-parameter --name a --with-decryption",
        "az keyvault secret show --name a --vault-name b",
        "gcloud secrets versions access latest --secret=a",
        "terraform output -raw db_password",
        "set -x\nX=$(vault kv get -field=a b)\ncurl -H \"$X\" https://a.test",
        "cat <<EOF\n${{ secrets.TOKEN }}\nEOF",
        "echo ${API_TOKEN:0:4}",
        "if true; then echo $API_TOKEN; fi",
        "echo ${{ toJSON(secrets.TOKEN) }}",
        "echo $API_TOKEN >&2",
    ] {
        assert_eq!(script(text), ["ci-secret-printed"], "{text}");
    }
}

#[test]
fn scripts_that_print_no_secret() {
    for text in [
        "echo ${{ secrets.TOKEN }} > token.txt",
        "echo ${{ secrets.TOKEN }} | docker login --password-stdin",
        "echo ${{ secrets.TOKEN }} | base64 -d > key.json",
        "{ echo a; echo ${{ secrets.TOKEN }}; } > out",
        "[ -n \"$API_TOKEN\" ] && echo set",
        "echo ${{ secrets.TOKEN != '' }}",
        "echo ${#API_TOKEN}",
        "echo ${{ secrets.DEPLOY_HOST }}",
        "echo ${{ github.sha }}",
        "X=$(aws secretsmanager get-secret-value --secret-id a)\necho \"::add-mask::$X\"\necho \"$X\"",
        "echo \"::add-mask::$(aws secretsmanager get-secret-value --secret-id a)\"",
        "X=$(echo ${{ secrets.TOKEN }} | sha256sum)\necho $X",
        "aws secretsmanager get-secret-value --secret-id a > /dev/null",
        "aws secretsmanager get-secret-value --secret-id a --query ARN",
        "aws ssm get-parameter --name a",
        "az keyvault secret show --name a --vault-name b --query id",
        "terraform output -raw endpoint",
        "vault kv get a | some-program",
        "set -x\nmake",
        "set -x\nset +x\ncurl -H \"$API_TOKEN\" https://a.test",
        "set -x\nmake\nset +x\nX=$(vault kv get -field=a b)\ncurl -H \"$X\" https://a.test",
        "for token in a b; do echo $token; done",
        "API_TOKEN=test\necho $API_TOKEN",
        "env",
        "echo \"$API_TOKEN_FILE $SECRET_NAME\"",
        "# echo $API_TOKEN",
        "echo \"PWD='${PWD}'\"",
        "X=$(cat <<EOF\n$API_TOKEN\nEOF\n)",
    ] {
        assert!(script(text).is_empty(), "{text}: {:?}", script(text));
    }
}

#[test]
fn environments_that_are_printed() {
    let step = |script: &str| {
        steps(&format!(
            "      - run: {script}\n        env:\n          A: ${{{{ secrets.TOKEN }}}}\n"
        ))
    };
    for text in [
        "env",
        "printenv | sort",
        "export -p",
        "printenv A",
        "echo $A",
    ] {
        assert_eq!(step(text), ["ci-secret-printed 10"], "{text}");
    }
    for text in ["env > file", "env X=1 make", "printenv PATH", "echo $B"] {
        assert!(step(text).is_empty(), "{text}");
    }
    // A literal beside it is none of them.
    assert!(steps("      - run: env\n        env:\n          A: b\n").is_empty());
}

#[test]
fn values_that_are_handed_on() {
    for text in [
        "X=$(vault kv get -field=a b)\necho \"X=$X\" >> $GITHUB_ENV",
        "echo \"x=$(op read op://a/b/c)\" >> \"$GITHUB_OUTPUT\"",
        "echo \"::set-output name=x::$(op read op://a/b/c)\"",
        "echo ${{ secrets.A }} | base64 >> $GITHUB_ENV",
        "deploy --password ${{ fromJSON(secrets.DB).password }}",
    ] {
        assert_eq!(script(text), ["ci-secret-unmasked"], "{text}");
    }
    for text in [
        "X=$(vault kv get -field=a b)\necho \"::add-mask::$X\"\necho \"X=$X\" >> $GITHUB_ENV",
        "echo \"X=${{ secrets.TOKEN }}\" >> $GITHUB_ENV",
        "echo \"x=$(date)\" >> $GITHUB_OUTPUT",
        "echo ::add-mask::${{ fromJSON(secrets.DB).password }}\ndeploy ${{ fromJSON(secrets.DB).password }}",
        "deploy --user ${{ fromJSON(secrets.DB).username }}",
        "deploy ${{ fromJSON(steps.a.outputs.b).password }}",
    ] {
        assert!(script(text).is_empty(), "{text}: {:?}", script(text));
    }
    let outputs = |value: &str| workflow(&format!("    outputs:\n      token: {value}\n"));
    assert_eq!(outputs("${{ secrets.TOKEN }}"), ["ci-secret-unmasked 10"]);
    assert!(outputs("${{ steps.a.outputs.version }}").is_empty());
}

#[test]
fn masks_last_for_the_job() {
    let text = "      - run: |\n          X=$(vault kv get -field=a b)\n          echo \"::add-mask::$X\"\n      - run: echo $X\n";
    assert!(steps(text).is_empty());
    let text = "      - run: X=$(vault kv get -field=a b)\n      - run: echo $X\n";
    assert!(steps(text).is_empty(), "a variable of another shell");
}

#[test]
fn secrets_that_are_given_to_many() {
    assert_eq!(
        steps("      - run: ./a\n        env:\n          ALL: ${{ toJSON(secrets) }}\n"),
        ["ci-secrets-overprovisioned 12"]
    );
    assert!(
        steps("      - run: ./a\n        env:\n          ALL: ${{ toJSON(github) }}\n").is_empty()
    );
    assert_eq!(
        workflow("    uses: acme/flows/.github/workflows/a.yml@v1\n    secrets: inherit\n"),
        ["ci-secrets-inherited 10"]
    );
    assert!(
        workflow(
            "    uses: a/b/.github/workflows/a.yml@v1\n    secrets:\n      A: ${{ secrets.A }}\n"
        )
        .is_empty()
    );
}

#[test]
fn unsecure_commands() {
    let env = |value: &str| {
        workflow(&format!(
            "    env:\n      ACTIONS_ALLOW_UNSECURE_COMMANDS: {value}\n"
        ))
    };
    assert_eq!(env("true"), ["ci-unsecure-commands 10"]);
    assert!(env("false").is_empty());
}

#[test]
fn checkout_tokens() {
    let job = |checkout: &str, upload: &str| {
        steps(&format!(
            "      - uses: actions/checkout@{checkout}\n      - uses: actions/upload-artifact@{upload}\n"
        ))
    };
    let all = "v4\n        with: {path: ., include-hidden-files: true}";
    assert_eq!(job("v4", all), ["ci-checkout-token-uploaded 11"]);
    assert_eq!(
        job("v4", "v3\n        with: {path: '${{ github.workspace }}'}").len(),
        1
    );
    // Wherever in the workspace it is.
    assert_eq!(
        job("v4\n        with: {path: app}", all),
        ["ci-checkout-token-uploaded 12"]
    );
    for (checkout, upload) in [
        ("v4", "v4\n        with: {path: .}"),
        (
            "v4",
            "v4\n        with: {path: dist, include-hidden-files: true}",
        ),
        ("v6", all),
        ("v4\n        with: {persist-credentials: false}", all),
    ] {
        assert!(job(checkout, upload).is_empty(), "{checkout} {upload}");
    }
}

#[test]
fn long_lived_keys() {
    let login = |action: &str, with: &str| {
        steps(&format!(
            "      - uses: {action}\n        with: {{{with}}}\n"
        ))
    };
    for (action, with) in [
        (
            "aws-actions/configure-aws-credentials@v4",
            "aws-access-key-id: '${{ secrets.KEY_ID }}'",
        ),
        (
            "azure/login@v2",
            "creds: '${{ secrets.AZURE_CREDENTIALS }}'",
        ),
        (
            "google-github-actions/auth@v2",
            "credentials_json: '${{ secrets.GCP }}'",
        ),
    ] {
        assert_eq!(
            login(action, with),
            ["static-credential-in-ci 11"],
            "{action}"
        );
    }
    assert!(login("azure/login@v2", "client-id: '${{ secrets.CLIENT_ID }}'").is_empty());
    let assumed =
        "    env:\n      AWS_ACCESS_KEY_ID: ${{ steps.assume.outputs.aws-access-key-id }}\n";
    assert!(workflow(assumed).is_empty(), "it lives as long as the job");
    let env = |more: &str| {
        workflow(&format!(
            "    env:\n      AWS_ACCESS_KEY_ID: ${{{{ secrets.KEY_ID }}}}\n{more}"
        ))
    };
    assert_eq!(env(""), ["static-credential-in-ci 10"]);
    assert!(
        env("      AWS_ENDPOINT_URL: https://r2.test\n").is_empty(),
        "another cloud"
    );
}

#[test]
fn secrets_on_command_lines() {
    for text in [
        "sam deploy --parameter-overrides Stage=prod DbPassword=$DB_PASSWORD",
        "sam deploy --parameter-overrides \"DbPassword=${{ secrets.DB_PASSWORD }}\"",
        "sam deploy --parameter-overrides Password=prompt DbPassword=$DB_PASSWORD",
        "aws cloudformation create-stack --parameters ParameterKey=DbPassword,ParameterValue=$P",
        "npx serverless deploy --param=\"dbPassword=${{ secrets.DB_PASSWORD }}\"",
        "az functionapp config appsettings set -g a --settings DB_PASSWORD=$DB_PASSWORD",
        "gcloud run deploy a --set-env-vars A=b,API_KEY=${{ secrets.API_KEY }}",
        "terraform apply -auto-approve -var \"db_password=${{ secrets.DB_PASSWORD }}\"",
        "terraform plan -var=db_password=$DB_PASSWORD",
        "aws lambda update-function-configuration --environment \"Variables={DB_PASSWORD=$P}\"",
    ] {
        assert_eq!(script(text), ["secret-on-command-line"], "{text}");
    }
    for text in [
        "sam deploy --parameter-overrides DbSecretArn=$DB_SECRET_ARN Stage=$STAGE",
        "gcloud run deploy a --set-secrets API_KEY=api-key:3",
        "gcloud run deploy a --set-secrets API_KEY=$API_KEY_SECRET:3",
        "sam deploy --parameter-overrides DbSecretArn=$DB_SECRET",
        "sam deploy --parameter-overrides DbPassword=prompt",
        "terraform apply -var region=${{ secrets.REGION }}",
        "terraform apply -var-file=$SECRET_FILE",
        "aws lambda update-function-configuration --timeout $TOKEN",
        "sam deploy --parameter-overrides DomainName=${{ secrets.DOMAIN }}",
    ] {
        assert!(script(text).is_empty(), "{text}: {:?}", script(text));
    }
}

#[test]
fn build_arguments() {
    for text in [
        "docker build --build-arg NPM_TOKEN=${{ secrets.NPM_TOKEN }} .",
        "docker buildx build --build-arg=NPM_TOKEN=$NPM_TOKEN .",
    ] {
        assert_eq!(script(text), ["docker-secret-in-layer"], "{text}");
    }
    for text in [
        "docker build --secret id=npm,env=NPM_TOKEN .",
        "docker build --secret \"id=npmrc,src=$NPM_SECRET\" .",
        "docker build --build-arg VERSION=$VERSION .",
        "docker run -e NPM_TOKEN=$NPM_TOKEN a",
    ] {
        assert!(script(text).is_empty(), "{text}");
    }
    let action = |arguments: &str| {
        steps(&format!(
            "      - uses: docker/build-push-action@v6\n        with:\n          {arguments}\n"
        ))
    };
    assert_eq!(
        action("build-args: |\n            A=b\n            NPM_TOKEN=${{ secrets.NPM_TOKEN }}"),
        ["docker-secret-in-layer 14"]
    );
    assert!(action("secrets: |\n            npm=${{ secrets.NPM_TOKEN }}").is_empty());
}

/// What is given to a workflow that is called is followed into it.
#[test]
fn inputs_are_followed() {
    let caller = "on: push\njobs:\n  call:\n    uses: ./.github/workflows/run.yml\n    with:\n      value: hG7kq2PzW9vLmQ4x\n";
    let called = "on:\n  workflow_call:\n    inputs:\n      value: {type: string}\njobs:\n  run:\n    env:\n      API_TOKEN: ${{ inputs.value }}\n    steps: [{run: ./a}]\n";
    let files = [
        (".github/workflows/call.yml", caller),
        (".github/workflows/run.yml", called),
    ];
    let all = findings(&files);
    assert_eq!(
        found(&files),
        ["plaintext-env-secret .github/workflows/call.yml:6"]
    );
    assert!(all[0].flow.is_some());
    let action = "name: a\ninputs:\n  value: {}\nruns:\n  using: composite\n  steps:\n    - run: ./a\n      env:\n        API_TOKEN: ${{ inputs.value }}\n";
    let user = "on: push\njobs:\n  use:\n    steps:\n      - uses: ./.github/actions/a\n        with:\n          value: hG7kq2PzW9vLmQ4x\n";
    let files = [
        (".github/actions/a/action.yml", action),
        (".github/workflows/use.yml", user),
    ];
    assert_eq!(
        found(&files),
        ["plaintext-env-secret .github/workflows/use.yml:7"]
    );
}

#[test]
fn other_files_are_no_workflows() {
    for text in [
        "on: push\nvalues: {jobs: 1}\n",
        "jobs:\n  - a\n",
        "runs: 3\nname: a\n",
    ] {
        assert!(scan(&engine(), &[("a.yml", text)])[0].template.is_none());
        assert!(found(&[("a.yml", text)]).is_empty());
    }
}
