use super::*;

fn rules(path: &str, text: &str) -> Vec<String> {
    let found = found(&[(path, text)]);
    let rule = |f: &String| f.split(' ').next().unwrap_or_default().to_owned();
    found.iter().map(rule).collect()
}

/// A service of Cloud Run with these variables.
fn service(variables: &str) -> Vec<String> {
    let text = format!(
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: orders\nspec:\n  template:\n    spec:\n      containers:\n        - image: orders\n          env:\n{variables}"
    );
    rules("service.yaml", &text)
}

fn variable(value: &str) -> Vec<String> {
    service(&format!(
        "            - name: API_TOKEN\n              {value}\n"
    ))
}

#[test]
fn cloud_run() {
    assert_eq!(
        variable("value: hG7kq2PzW9vLmQ4x"),
        ["plaintext-env-secret"]
    );
    let pointer = |version: &str| {
        variable(&format!(
            "valueFrom: {{secretKeyRef: {{name: api-token, key: {version}}}}}"
        ))
    };
    assert_eq!(pointer("latest"), ["frozen-secret-reference"]);
    for silent in [
        pointer("'3'"),
        variable("value: ''"),
        variable("value: ${API_TOKEN}"),
    ] {
        assert!(silent.is_empty(), "{silent:?}");
    }
}

#[test]
fn app_engine() {
    let app = |value: &str| {
        rules(
            "app.yaml",
            &format!("runtime: python312\nenv_variables:\n  API_TOKEN: {value}\n"),
        )
    };
    assert_eq!(app("hG7kq2PzW9vLmQ4x"), ["plaintext-env-secret"]);
    assert!(app("changeme").is_empty());
}

#[test]
fn cloud_build() {
    let build = |rest: &str| {
        rules(
            "cloudbuild.yaml",
            &format!(
                "steps:\n  - name: gcr.io/cloud-builders/npm\n    args: [publish]\n    {rest}\n"
            ),
        )
    };
    assert_eq!(
        build("env: ['NPM_TOKEN=hG7kq2PzW9vLmQ4x']"),
        ["plaintext-env-secret"]
    );
    assert_eq!(
        build("env: ['NPM_TOKEN=$_NPM_TOKEN']"),
        ["secret-copied-into-env"]
    );
    for silent in [
        "secretEnv: ['NPM_TOKEN']\navailableSecrets:\n  secretManager:\n    - versionName: projects/p/secrets/npm/versions/3\n      env: NPM_TOKEN",
        "env: ['NODE_ENV=production']",
        "env: ['NPM_TOKEN=$$NPM_TOKEN']",
    ] {
        assert!(build(silent).is_empty(), "{silent}: {:?}", build(silent));
    }
}

#[test]
fn names_of_secrets_where_the_platform_follows_none() {
    let service = |name: &str, value: &str| {
        let text = format!(
            "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{name: x}}\nspec:\n  template:\n    spec:\n      \
             containers:\n        - env:\n            - name: {name}\n              value: {value}\n"
        );
        found(&[("service.yaml", &text)])
    };
    let said = service("DB_PASSWORD", "projects/p/secrets/db/versions/latest");
    assert!(
        said.len() == 1 && said[0].starts_with("unresolved-secret-reference"),
        "{said:?}"
    );
    // A name that says that it holds a name, and one that pins nothing.
    assert!(service("DB_PASSWORD_NAME", "projects/p/secrets/db/versions/latest").is_empty());
    assert!(service("DB_PASSWORD_VERSION", "projects/p/secrets/db/versions/3").is_empty());
    assert!(service("DB_PASSWORD_RESOURCE", "projects/p/secrets/db/versions/3").is_empty());
    assert!(service("DB_PASSWORD", "projects/p/secrets/db").is_empty());
}

/// JSON with comments, as editors allow it.
#[test]
fn comments_in_json() {
    let service = |value: &str| {
        format!(
            "// of the shop\n{{\"apiVersion\": \"serving.knative.dev/v1\", \"kind\": \"Service\", /* the \"name\": */\n \"metadata\": {{\"name\": \
             \"orders\"}},\n \"spec\": {{\"template\": {{\"spec\": {{\"containers\": [{{\"env\": [\n  {{\"name\": \"API_TOKEN\", \"value\": \
             \"{value}\"}} // rotated\n]}}]}}}}}}}}\n"
        )
    };
    assert_eq!(
        found(&[("service.json", &service("hG7kq2PzW9vLmQ4x"))]),
        ["plaintext-env-secret service.json:5"]
    );
    assert!(found(&[("service.json", &service("changeme"))]).is_empty());
    let build = "{\n  // publishes\n  \"steps\": [{\"name\": \"gcr.io/a/npm\",\n    \"env\": [\"NPM_TOKEN=hG7kq2PzW9vLmQ4x\"]}]\n}\n";
    assert_eq!(
        found(&[("cloudbuild.json", build)]),
        ["plaintext-env-secret cloudbuild.json:4"]
    );
}
