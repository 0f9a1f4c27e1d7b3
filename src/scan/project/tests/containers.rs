//! Compose and Dockerfiles.

use super::kubernetes::lines;
use super::*;

#[test]
fn services_of_compose() {
    let service = |setting: &str| {
        lines(&format!(
            "services:\n  a:\n    image: b\n    build: {{context: .}}\n    {setting}\n"
        ))
    };
    for setting in [
        "environment: {API_TOKEN: hG7kq2PzW9vLmQ4x}",
        "environment: [API_TOKEN=hG7kq2PzW9vLmQ4x]",
        "environment: {API_TOKEN: '${API_TOKEN:-hG7kq2PzW9vLmQ4x}'}",
    ] {
        assert_eq!(service(setting), ["plaintext-env-secret 5"], "{setting}");
    }
    for setting in [
        "environment: {API_TOKEN: '${API_TOKEN}'}",
        "environment: {API_TOKEN: }",
        "environment: [API_TOKEN]",
        "environment: [API_TOKEN_FILE=/run/secrets/token]",
        "secrets: [api-token]",
        "env_file: .env",
        "env_file: [/etc/api.env, '${DIR}/api.env']",
    ] {
        assert!(service(setting).is_empty(), "{setting}");
    }
    let build = |args: &str| {
        lines(&format!(
            "services:\n  a:\n    build:\n      args: {args}\n"
        ))
    };
    assert_eq!(
        build("{NPM_TOKEN: '${NPM_TOKEN}'}"),
        ["docker-secret-in-layer 4"]
    );
    assert_eq!(build("[NPM_TOKEN]"), ["docker-secret-in-layer 4"]);
    assert!(build("{VERSION: '${VERSION}', TOKEN_FILE: '${X}'}").is_empty());
}

#[test]
fn stages_of_dockerfiles() {
    let image = |lines: &str| {
        let text = format!("# syntax=docker/dockerfile:1\nFROM a AS b\n{lines}\n");
        let found = found(&[("Dockerfile", &text)]);
        found
            .iter()
            .map(|f| f.replace(" Dockerfile:", " "))
            .collect::<Vec<_>>()
    };
    for line in [
        "ARG NPM_TOKEN",
        "arg NPM_TOKEN",
        "ARG A=b NPM_TOKEN",
        "ENV NPM_TOKEN=$NPM",
        "ENV NPM_TOKEN ${NPM}",
        "COPY id_rsa /root/.ssh/",
        "COPY --chown=a .env ./",
        "ADD .netrc /root/",
        "# run `a`\nARG NPM_TOKEN",
        "FROM a\nCOPY [\".env\", \"/app\"]",
    ] {
        let found = image(line);
        assert!(
            found.len() == 1 && found[0].starts_with("docker-secret-in-layer"),
            "{line}: {found:?}"
        );
    }
    for line in [
        "ARG VERSION=1",
        "ARG SECRET_ARN",
        "ARG TOKEN_FILE=/run/secrets/token",
        "ENV NPM_TOKEN=",
        "ENV NPM_TOKEN_FILE=$TOKEN_FILE",
        "ARG NPM_TOKEN=none",
        "ENV NODE_ENV=production",
        "RUN --mount=type=secret,id=npm,target=/root/.npmrc npm ci",
        "COPY .env.example .env",
        "COPY id_rsa.pub /root/",
        "COPY --from=b /app /app",
        "# ARG NPM_TOKEN",
        "RUN <<EOF\nARG NPM_TOKEN\nEOF",
        "RUN a \\\n# ARG X_TOKEN\n  && b",
        "# run `a`\nENV A=b",
    ] {
        assert!(image(line).is_empty(), "{line}: {:?}", image(line));
    }
    assert!(found(&[("query.sh", "select x\nfrom y\nARG NPM_TOKEN\n")]).is_empty());
}

/// Files of `env_file` and `.env` as Compose reads them; what is kept out of the repository is nobody's finding.
#[test]
fn files_of_compose_are_followed() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let scan = |paths: &[&str]| {
        let plan = Plan {
            paths: paths.iter().map(|path| dir.path().join(path)).collect(),
            ..Plan::default()
        };
        let report = scanned(plan);
        let found = report.findings.iter().map(|f| {
            let steps = f.flow.as_ref().map_or(0, |flow| flow.steps.len());
            let name = f.place.path.rsplit('/').next().unwrap_or_default();
            format!("{} {name} {steps}", f.rule)
        });
        let mut found: Vec<String> = found.collect();
        found.sort();
        found
    };
    write("api.env", "API_TOKEN=hG7kq2PzW9vLmQ4x\nLOG_LEVEL=info\n");
    write("db.env", "DB_PASSWORD=changeme\n");
    write(".env", "MAIL_TOKEN=xW3kq8PzV9vLmQ4y\n");
    write(
        "compose.yaml",
        "services:\n  a:\n    image: b\n    env_file: [./api.env, {path: db.env, required: false}]\n    environment:\n      \
         MAIL: $MAIL_TOKEN\n      SMTP_TOKEN: ${OTHER_TOKEN}\n",
    );
    assert_eq!(
        scan(&["."]),
        [
            "plaintext-env-secret .env 3",
            "plaintext-env-secret api.env 3"
        ]
    );
    assert!(
        scan(&["compose.yaml"]).is_empty(),
        "others may be kept out of the repository"
    );
}
