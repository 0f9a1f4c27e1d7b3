use super::*;

fn lines(path: &str, text: &str) -> Vec<String> {
    let found = found(&[(path, text)]);
    let short = |f: &String| f.replace(&format!(" {path}:"), " ");
    found.iter().map(short).collect()
}

#[test]
fn gitlab_jobs() {
    let text = "stages: [deploy]\nvariables:\n  STAGE: prod\n  API_TOKEN: hG7kq2PzW9vLmQ4x\nbuild:\n  variables:\n    API_KEY: $PROJECT_API_KEY\n  before_script:\n    - PASSWORD=$(vault kv get -field=a b)\n  script:\n    - echo \"$PASSWORD\"\n    - set -x\n    - docker build --build-arg NPM_TOKEN=$NPM_TOKEN .\n    - echo \"$API_KEY\" | docker login --password-stdin\n    - sam deploy --parameter-overrides DbPassword=$DB_PASSWORD\n  after_script:\n    - echo $PASSWORD_FILE\n";
    assert_eq!(
        lines(".gitlab-ci.yml", text),
        [
            "ci-secret-printed 11",
            "docker-secret-in-layer 13",
            "plaintext-env-secret 4",
            "secret-on-command-line 15"
        ]
    );
    for text in [
        "stages: [a]\nbuild:\n  script: echo $CI_COMMIT_SHA\n",
        "image: a\nbuild:\n  script:\n    - docker login -u $U --password-stdin <<< $P\n    - apt-get install -y curl\n",
        "language: python\nscript: echo $PASSWORD\n",
        "stages: [a]\nbuild:\n  variables: {SECRET_NAME: a, DB_PASSWORD: $PROJECT_PASSWORD}\n  script: [./a]\n",
    ] {
        assert!(lines("a.yml", text).is_empty(), "{text}");
    }
}

/// What a job extends, refers to and is given by default is its own.
#[test]
fn gitlab_jobs_have_what_they_extend() {
    let head = "stages: [a]\n";
    for (text, expected) in [
        (
            ".base:\n  variables: {VALUE: $DB_PASSWORD}\nrun:\n  extends: .base\n  script: [echo $VALUE]\n",
            "ci-secret-printed 6",
        ),
        (
            ".a:\n  extends: .b\n.b:\n  variables: {VALUE: $DB_PASSWORD}\nrun:\n  extends: [.a]\n  script: [echo $VALUE]\n",
            "ci-secret-printed 8",
        ),
        (
            "default:\n  before_script:\n    - VALUE=$(vault kv get -field=a b)\nrun:\n  script: [echo $VALUE]\n",
            "ci-secret-printed 6",
        ),
        (
            ".set:\n  script:\n    - VALUE=$(vault kv get -field=a b)\nrun:\n  script:\n    - !reference [.set, script]\n    - echo $VALUE\n",
            "ci-secret-printed 8",
        ),
        (
            ".vars: {variables: {VALUE: $DB_PASSWORD}}\nrun:\n  variables: !reference [.vars, variables]\n  script: [echo $VALUE]\n",
            "ci-secret-printed 5",
        ),
        (
            ".set: &set\n  - VALUE=$(vault kv get -field=a b)\nrun:\n  script:\n    - *set\n    - echo $VALUE\n",
            "ci-secret-printed 7",
        ),
        (
            ".base:\n  variables: {API_TOKEN: hG7kq2PzW9vLmQ4x}\nrun:\n  extends: .base\n  script: [./a]\n",
            "plaintext-env-secret 3",
        ),
    ] {
        assert_eq!(
            lines("a.yml", &format!("{head}{text}")),
            [expected],
            "{text}"
        );
    }
    for text in [
        ".base:\n  variables: {VALUE: $DB_PASSWORD}\nrun:\n  extends: .base\n  variables: {VALUE: $CI_COMMIT_SHA}\n  script: [echo $VALUE]\n",
        ".base:\n  variables: {VALUE: $DB_PASSWORD}\nrun:\n  script: [echo $VALUE]\n",
        ".base:\n  before_script:\n    - VALUE=$(vault kv get -field=a b)\nrun:\n  extends: .base\n  before_script: []\n  script: [echo $VALUE]\n",
        "a:\n  extends: b\nb:\n  extends: a\n  script: [./a]\n",
        "run:\n  script:\n    - !reference [.gone, script]\n    - !reference []\n    - !reference x\n",
    ] {
        let text = format!("{head}{text}");
        assert!(
            lines("a.yml", &text).is_empty(),
            "{text}: {:?}",
            lines("a.yml", &text)
        );
    }
}

/// Files that a pipeline includes are parts of it, whatever they are called.
#[test]
fn gitlab_includes_are_followed() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let scan = || {
        let plan = Plan {
            paths: vec![dir.path().to_owned()],
            ..Plan::default()
        };
        let report = scanned(plan);
        let found = report.findings.iter().map(|f| {
            let steps = f.flow.as_ref().map_or(0, |flow| flow.steps.len());
            let name = f.place.path.rsplit('/').next().unwrap_or_default();
            format!("{} {name}:{} {steps}", f.rule, f.place.region.start.line)
        });
        let mut found: Vec<String> = found.collect();
        found.sort();
        found
    };
    write(
        ".gitlab-ci.yml",
        "include:\n  - local: /ci/jobs.yml\n  - local: 'ci/*.gitlab.yml'\n  - project: other/group\n    file: /ci/jobs.yml\nrun:\n  extends: .deploy\n  script: [./run]\n",
    );
    write(
        "ci/jobs.yml",
        ".deploy:\n  variables:\n    API_TOKEN: hG7kq2PzW9vLmQ4x\n.print:\n  script:\n    - echo $DB_PASSWORD\n",
    );
    write(
        "ci/all.gitlab.yml",
        "variables:\n  MAIL_TOKEN: xW3kq8PzV9vLmQ4y\n",
    );
    assert_eq!(
        scan(),
        [
            "ci-secret-printed jobs.yml:6 0",
            "plaintext-env-secret all.gitlab.yml:2 0",
            "plaintext-env-secret jobs.yml:3 3",
        ]
    );
    write(
        ".gitlab-ci.yml",
        "include: https://ci.example/a.yml\nrun:\n  script: [./run]\n",
    );
    let found = scan();
    assert!(
        !found
            .iter()
            .any(|f| f.starts_with("plaintext-env") || f.starts_with("ci")),
        "{found:?}"
    );
}

/// What a file includes that is included belongs to the same pipeline: jobs extend those of any of its files.
#[test]
fn gitlab_includes_within_includes() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("ci")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let found = || {
        let plan = Plan {
            paths: vec![dir.path().to_owned()],
            ..Plan::default()
        };
        let report = scanned(plan);
        let found = report
            .findings
            .iter()
            .filter(|f| f.rule.as_str() == "plaintext-env-secret");
        let found = found.map(|f| {
            let name = f.place.path.rsplit('/').next().unwrap_or_default();
            let steps = f.flow.as_ref().map_or(0, |flow| flow.steps.len());
            format!("{name}:{} {steps}", f.place.region.start.line)
        });
        found.collect::<Vec<_>>()
    };
    write(
        ".gitlab-ci.yml",
        "include: /ci/all.yml\nrun:\n  extends: .deploy\n  script: [./run]\n",
    );
    // Paths start from the root of the repository, wherever the file stands.
    write(
        "ci/all.yml",
        "include:\n  - local: ci/jobs.yml\n  - local: ci/all.yml\n",
    );
    write(
        "ci/jobs.yml",
        ".deploy:\n  variables:\n    API_TOKEN: hG7kq2PzW9vLmQ4x\n",
    );
    assert_eq!(found(), ["jobs.yml:3 3"]);
    write(
        "ci/all.yml",
        "include:\n  - local: ci/jobs.yml\n.other:\n  extends: .deploy\n",
    );
    write(
        ".gitlab-ci.yml",
        "include: /ci/all.yml\nrun:\n  script: [./run]\n",
    );
    assert_eq!(
        found(),
        ["jobs.yml:3 3"],
        "a file extends what stands in another"
    );
}

#[test]
fn azure_jobs() {
    let text = "trigger: [main]\nvariables:\n  - name: apiToken\n    value: hG7kq2PzW9vLmQ4x\nstages:\n  - stage: deploy\n    jobs:\n      - job: build\n        steps:\n          - script: echo $(dbPassword)\n          - bash: |\n              echo \"##vso[task.setvariable variable=token]$(az keyvault secret show -n a --vault-name b --query value -o tsv)\"\n          - pwsh: Write-Host \"$env:TOKEN\"\n            env:\n              TOKEN: $(apiKey)\n          - task: AzureCLI@2\n            inputs:\n              scriptType: bash\n              inlineScript: |\n                az functionapp config appsettings set -n a --settings DB_PASSWORD=$(dbPassword)\n";
    assert_eq!(
        lines("azure-pipelines.yml", text),
        [
            "ci-secret-printed 10",
            "ci-secret-printed 13",
            "ci-secret-unmasked 12",
            "plaintext-env-secret 4",
            "secret-on-command-line 20"
        ]
    );
    for text in [
        "steps:\n  - script: echo $(Build.BuildId) $(pwd)\n",
        "steps:\n  - bash: |\n      T=$(az keyvault secret show -n a --query value)\n      echo \"##vso[task.setvariable variable=token;issecret=true]$T\"\n",
        "steps:\n  - script: az a appsettings set --settings X=\"@Microsoft.KeyVault(SecretUri=$(secretUri))\"\n",
        "steps:\n  - name: a\n    values: [1]\n",
    ] {
        assert!(lines("a.yml", text).is_empty(), "{text}");
    }
}

#[test]
fn circle_jobs() {
    let text = "version: 2.1\norbs: {a: b/c@1}\njobs:\n  build:\n    docker:\n      - image: a\n        auth:\n          username: x\n          password: hG7kq2PzW9vLmQ4x\n    environment:\n      API_TOKEN: hG7kq2PzW9vLmQ4y\n    steps:\n      - checkout\n      - run: echo $DB_PASSWORD\n      - run:\n          name: b\n          environment: {A: $OTHER_TOKEN}\n          command: |\n            echo << parameters.stage >>\n            echo $A\n";
    assert_eq!(
        lines(".circleci/config.yml", text),
        [
            "ci-secret-printed 14",
            "ci-secret-printed 20",
            "plaintext-env-secret 11",
            "plaintext-secret-property 9"
        ]
    );
    let text = "version: 2\nworkflows: {}\njobs:\n  build:\n    docker: [{image: a, auth: {username: x, password: $DOCKERHUB_PASSWORD}}]\n    steps:\n      - run: cat << EOF > f\n";
    assert!(lines("config.yml", text).is_empty());
}

#[test]
fn bitbucket_steps() {
    let text = "image: a\npipelines:\n  branches:\n    main:\n      - parallel:\n          - step:\n              name: deploy\n              script:\n                - echo $API_TOKEN\n                - pipe: atlassian/aws-s3-deploy:1.1.0\n                  variables:\n                    AWS_SECRET_ACCESS_KEY: hG7kq2PzW9vLmQ4xkX3bV6nM1cZ8aS5dF2gH4jKl\n              after-script:\n                - echo done\n";
    let found = lines("bitbucket-pipelines.yml", text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1], "ci-secret-printed 9");
    let text = "pipelines:\n  default:\n    - step:\n        script:\n          - echo $BITBUCKET_COMMIT\n          - pipe: a/b:1\n            variables: {API_TOKEN: $API_TOKEN}\n";
    assert!(lines("bitbucket-pipelines.yml", text).is_empty());
}

/// Whatever a pipeline is cut to, and however deep it goes, patterns and the plain reader still see it.
#[test]
fn broken_and_deep_pipelines() {
    let secret = "API_TOKEN: hG7kq2PzW9vLmQ4x";
    for head in [
        "on: push\njobs:\n  a:\n    steps:\n",
        "stages: [a]\nb:\n script:\n",
        "steps:\n- script: a\n",
        "version: 2\norbs: {}\njobs:\n",
        "pipelines:\n  default:\n  - step:\n     script:\n",
    ] {
        for deep in ["- ", "[", "{a: ", "&a [", "? "] {
            let text = format!("{head}{}", deep.repeat(100_000));
            assert_eq!(scan(&engine(), &[("a.yml", &text)]).len(), 1);
        }
        let text = format!("{secret}\n{head}  - \"unclosed\n");
        let outcomes = scan(&engine(), &[("a.yml", &text)]);
        assert_eq!(outcomes[0].findings.len(), 1, "{head}");
        let mut bomb = head.to_owned();
        bomb.push_str("\nz0: &z0 [x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let items = vec![format!("*z{}", level - 1); 8].join(", ");
            bomb.push_str(&format!("z{level}: &z{level} [{items}]\n"));
        }
        assert_eq!(scan(&engine(), &[("a.yml", &bomb)]).len(), 1);
    }
}

/// A file that a job starts as a pipeline of its own is one, and has what the job gives it; nothing else.
#[test]
fn gitlab_pipelines_that_start_others() {
    let child = "print:\n  script:\n    - echo $VALUE\n";
    let started =
        |parent: &str, child: &str| on_disk(&[(".gitlab-ci.yml", parent), ("ci/child.yml", child)]);
    let given = "  variables: {VALUE: $DB_PASSWORD}\n";
    for parent in [
        format!("deploy:\n{given}  trigger:\n    include: ci/child.yml\n"),
        format!("deploy:\n{given}  trigger:\n    include:\n      - local: /ci/child.yml\n      - project: a/b\n        file: c.yml\n"),
        "variables: {VALUE: $DB_PASSWORD}\ndeploy:\n  trigger: {include: [{local: ci/child.yml}], strategy: depend}\n".to_owned(),
    ] {
        assert_eq!(started(&parent, child), ["ci-secret-printed ci/child.yml:3"], "{parent}");
    }
    // What the job gives goes before what the other pipeline sets.
    let set = format!("variables: {{VALUE: public}}\n{child}");
    let parent = format!("deploy:\n{given}  trigger: {{include: ci/child.yml}}\n");
    assert_eq!(started(&parent, &set), ["ci-secret-printed ci/child.yml:4"]);
    let own = "print:\n  script:\n    - echo $DB_PASSWORD\n";
    assert_eq!(
        started("deploy:\n  trigger: {include: ci/child.yml}\n", own),
        ["ci-secret-printed ci/child.yml:3"]
    );
    for (parent, child, why) in [
        (
            "deploy:\n  trigger: {include: ci/child.yml}\n",
            child,
            "nothing is given",
        ),
        (
            "a:\n  variables: {VALUE: $DB_PASSWORD}\n  script: [./a]\ndeploy:\n  trigger: {include: ci/child.yml}\n",
            child,
            "it is given to another job",
        ),
        (
            "deploy:\n  variables: {VALUE: $DB_PASSWORD}\n  trigger:\n    include: ci/child.yml\n    forward: {yaml_variables: false}\n",
            child,
            "nothing is passed on",
        ),
        (
            "deploy:\n  variables: {VALUE: $DB_PASSWORD}\n  trigger: {include: ci/other.yml}\n",
            child,
            "another file",
        ),
        (
            "deploy:\n  variables: {VALUE: $DB_PASSWORD}\n  trigger: {include: [{artifact: ci/child.yml, job: a}]}\n",
            child,
            "a file that a job makes",
        ),
        // Jobs extend those of their own pipeline only.
        (
            ".base: {variables: {VALUE: $DB_PASSWORD}}\ndeploy:\n  trigger: {include: ci/child.yml}\n",
            "print:\n  extends: .base\n  script:\n    - echo $VALUE\n",
            "another pipeline",
        ),
    ] {
        let found = started(parent, child);
        assert!(found.is_empty(), "{why}: {found:?}");
    }
}
