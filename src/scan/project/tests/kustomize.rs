//! Generators of Kustomize.

use super::kubernetes::{deployment, ways};
use super::*;

/// Literals of Kustomize's generators become objects; those of a Secret are told where they end up, those of a ConfigMap
/// are followed.
#[test]
fn generators_of_kustomize() {
    let key = "hG7kq2PzW9vLmQ4x";
    let generated = |head: &str, generator: &str, literal: &str| {
        let text =
            format!("{head}{generator}:\n  - name: keys\n    literals:\n      - {literal}\n");
        found(&[("kustomization.yaml", &text)])
    };
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    for (head, line) in [(head, 6), ("resources: [../base]\n", 5)] {
        for literal in [format!("API_TOKEN={key}"), format!("'API_TOKEN=\"{key}\"'")] {
            assert_eq!(
                generated(head, "secretGenerator", &literal),
                [format!(
                    "plaintext-kubernetes-secret kustomization.yaml:{line}"
                )],
                "{literal}"
            );
        }
    }
    for literal in [
        "API_TOKEN=changeme",
        "API_TOKEN=",
        "API_TOKEN=${API_TOKEN}",
        "username=orders",
        "API_TOKEN",
    ] {
        let found = generated(head, "secretGenerator", literal);
        assert!(found.is_empty(), "{literal}: {found:?}");
    }
    assert!(generated(head, "configMapGenerator", "LOG_LEVEL=info").is_empty());
    let alone = format!(
        "apiVersion: builtin\nkind: SecretGenerator\nmetadata:\n  name: keys\nliterals:\n  - API_TOKEN={key}\n"
    );
    assert_eq!(
        found(&[("generator.yaml", &alone)]),
        ["plaintext-kubernetes-secret generator.yaml:6"]
    );
    let takes = |source: &str| deployment(&format!("envFrom: [{{{source}: {{name: keys}}}}]"));
    let generator =
        |list: &str| format!("{list}:\n  - name: keys\n    literals: ['API_TOKEN={key}']\n");
    assert_eq!(
        ways(&[
            ("kustomization.yaml", &generator("configMapGenerator")),
            ("app.yaml", &takes("configMapRef"))
        ]),
        [
            "plaintext-env-secret kustomization.yaml:3 by kustomization.yaml:3 kustomization.yaml:3 app.yaml:9"
        ]
    );
    assert_eq!(
        ways(&[
            ("kustomization.yaml", &generator("secretGenerator")),
            ("app.yaml", &takes("secretRef"))
        ]),
        ["plaintext-kubernetes-secret kustomization.yaml:3 by kustomization.yaml:3 app.yaml:9"]
    );
}

/// Settings and texts of files that generators of Kustomize take in are what the objects hold.
#[test]
fn files_of_generators() {
    let key = "hG7kq2PzW9vLmQ4x";
    let app = deployment("envFrom: [{secretRef: {name: keys}}, {configMapRef: {name: settings}}]");
    let generated = |sources: &str, name: &str, text: &str| {
        on_disk(&[
            (
                "k/Kustomization",
                &format!("resources: [app.yaml]\n{sources}\n"),
            ),
            ("k/app.yaml", &app),
            (&format!("k/{name}"), text),
        ])
    };
    let settings = format!("# of the shop\nSTAGE=prod\nWEBHOOK={key}\n");
    for sources in [
        "secretGenerator: [{name: keys, envs: [shop.properties]}]",
        "secretGenerator: [{name: keys, env: ./shop.properties}]",
        "secretGenerator:\n  - name: keys\n    literals: [STAGE=prod]\n    envs:\n      - shop.properties",
    ] {
        let found = generated(sources, "shop.properties", &settings);
        assert_eq!(found.len(), 1, "{sources}: {found:?}");
        let starts = "plaintext-kubernetes-secret k/shop.properties:3 by k/shop.properties:3 ";
        assert!(found[0].starts_with(starts), "{sources}: {found:?}");
        assert!(found[0].ends_with(" k/app.yaml:9"), "{found:?}");
    }
    let files = |item: &str| format!("secretGenerator: [{{name: keys, files: [{item}]}}]");
    for (item, name) in [
        ("db-password", "db-password"),
        ("conf/db-password.txt", "conf/db-password.txt"),
        ("db-password=shop.txt", "shop.txt"),
    ] {
        let found = generated(&files(item), name, &format!("{key}\n"));
        let starts = format!("plaintext-kubernetes-secret k/{name}:1 by k/{name}:1 ");
        assert!(
            found.len() == 1 && found[0].starts_with(&starts),
            "{item}: {found:?}"
        );
    }
    let maps = "configMapGenerator: [{name: settings, envs: [shop.properties]}]";
    let settings = format!("API_TOKEN={key}\n");
    let found = on_disk(&[
        ("k/kustomization.yaml", maps),
        ("k/app.yaml", &app),
        ("k/shop.properties", &settings),
    ]);
    let starts = "plaintext-env-secret k/shop.properties:1 by k/shop.properties:1 ";
    assert!(
        found.len() == 1 && found[0].starts_with(starts),
        "{found:?}"
    );
    // Kept out of the repository, it is copied into the environment none the less.
    let token =
        "env: [{name: SHOP, valueFrom: {configMapKeyRef: {name: settings, key: api-token}}}]";
    let copied = ways(&[
        ("app.yaml", &deployment(token)),
        ("kustomization.yaml", maps),
    ]);
    assert!(
        copied.len() == 1 && copied[0].starts_with("secret-copied-into-env kustomization.yaml:1"),
        "{copied:?}"
    );
}

#[test]
fn files_of_generators_that_hold_nothing() {
    let app = deployment("envFrom: [{secretRef: {name: keys}}, {configMapRef: {name: settings}}]");
    for (sources, name, text) in [
        (
            "secretGenerator: [{name: keys, envs: [a.env]}]",
            "a.env",
            "WEBHOOK=changeme\nSTAGE=\nusername=orders\n",
        ),
        (
            "configMapGenerator: [{name: settings, envs: [a.env]}]",
            "a.env",
            "LOG_LEVEL=hG7kq2PzW9vLmQ4x\n",
        ),
        // Of the ways in which a text may be read, one only.
        (
            "secretGenerator: [{name: keys, files: [a.properties]}]",
            "a.properties",
            "STAGE=hG7kq2PzW9vLmQ4x\nA=b\n",
        ),
        (
            "secretGenerator: [{name: keys, files: [db-password]}]",
            "db-password",
            "Ask the team for it.\n",
        ),
        (
            "secretGenerator: [{name: keys, files: [db-password]}]",
            "db-password",
            "changeme\n",
        ),
        (
            "secretGenerator: [{name: keys, files: [db-username]}]",
            "db-username",
            "hG7kq2PzW9vLmQ4x\n",
        ),
        (
            "secretGenerator: [{name: keys, envs: [other/a.env, /a.env, 'https://a.example/a.env', '']}]",
            "a.env",
            "WEBHOOK=hG7kq2PzW9vLmQ4x\n",
        ),
    ] {
        let found = on_disk(&[("Kustomization", sources), ("app.yaml", &app), (name, text)]);
        assert!(found.is_empty(), "{sources}: {found:?}");
    }
    let token = |key: &str| {
        deployment(&format!(
            "env: [{{name: SHOP, valueFrom: {{configMapKeyRef: {{name: settings, key: {key}}}}}}}]"
        ))
    };
    let maps = "configMapGenerator: [{name: settings, envs: [shop.properties]}]";
    for key in ["log-level", "token-path"] {
        assert!(
            ways(&[("app.yaml", &token(key)), ("kustomization.yaml", maps)]).is_empty(),
            "{key}"
        );
    }
}
