//! Manifests of Kubernetes, and charts of Helm.

use super::*;

pub(super) fn lines(text: &str) -> Vec<String> {
    let found = found(&[("app.yaml", text)]);
    found.iter().map(|f| f.replace(" app.yaml:", " ")).collect()
}

fn pod(env: &str) -> Vec<String> {
    lines(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - name: a\n      env:\n        - {env}\n"
    ))
}

#[test]
fn environments_of_containers() {
    assert_eq!(
        pod("{name: API_TOKEN, value: hG7kq2PzW9vLmQ4x}"),
        ["plaintext-env-secret 8"]
    );
    for env in [
        "{name: API_TOKEN, valueFrom: {secretKeyRef: {name: a, key: token}}}",
        "{name: API_TOKEN, value: changeme}",
        "{name: API_TOKEN, value: $(OTHER)}",
        "{name: API_TOKEN_FILE, value: /run/secrets/token}",
        "{name: LOG_LEVEL, value: hG7kq2PzW9vLmQ4x}",
    ] {
        assert!(pod(env).is_empty(), "{env}");
    }
    let list = "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    data: {API_TOKEN: hG7kq2PzW9vLmQ4x}\n";
    assert_eq!(lines(list), ["plaintext-secret-property 6"]);
}

#[test]
fn secrets_in_manifests() {
    let secret = |data: &str| lines(&format!("---\napiVersion: v1\nkind: Secret\n{data}\n"));
    for data in [
        "stringData: {password: wX7tKq2ZnB9v}",
        "stringData: {value: hG7kq2PzW9vLmQ4x}",
        "data: {password: d1g3dEtxMlpuQjl2}",
        "data: {api: azlYMnZRN3dMNHpUcDVSYg==}",
    ] {
        assert_eq!(secret(data), ["plaintext-kubernetes-secret 4"], "{data}");
    }
    for data in [
        "stringData: {password: changeme}",
        "data: {password: Y2hhbmdlbWU=}",
        "data: {username: b3JkZXJz}",
        "stringData: {client-id: hG7kq2PzW9vLmQ4x}",
        "data: {password: 'no base64!'}",
        "stringData: {password: '${DB_PASSWORD}'}",
        "stringData: {password: 'ENC[AES256_GCM,data:Pb8XC5Ao3ow9,iv:IBjg=,tag:FG9Y=,type:str]'}",
        "stringData: {}",
    ] {
        assert!(secret(data).is_empty(), "{data}: {:?}", secret(data));
    }
}

#[test]
fn roles_that_read_all_secrets() {
    let role = |kind: &str, rule: &str| {
        lines(&format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nrules:\n  - {rule}\n"
        ))
    };
    for rule in [
        "{apiGroups: [''], resources: [pods, secrets], verbs: [get]}",
        "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}",
        "{apiGroups: [''], resources: [secrets], verbs: [list, watch]}",
    ] {
        for kind in ["ClusterRole", "Role"] {
            assert_eq!(role(kind, rule), ["wildcard-secret-access 4"], "{rule}");
        }
    }
    for rule in [
        "{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [a]}",
        "{apiGroups: [''], resources: [secrets], verbs: [create, delete]}",
        "{apiGroups: [''], resources: [configmaps], verbs: [get]}",
        "{apiGroups: [apps], resources: ['*'], verbs: [get]}",
    ] {
        assert!(role("ClusterRole", rule).is_empty(), "{rule}");
    }
}

/// Sealed Secrets start with the length of a key of 512 bytes, whatever comes then.
#[test]
fn sealed_secrets_are_encrypted() {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for _ in 0..8 {
        let bytes: Vec<u8> = [2, 0].into_iter().chain((0..600).map(|_| next())).collect();
        let sealed = data_encoding::BASE64.encode(&bytes);
        let manifest = |value: &str| {
            lines(&format!(
                "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    API_TOKEN: {value}\n"
            ))
        };
        assert!(manifest(&sealed).is_empty(), "{sealed}");
        assert_eq!(manifest(&sealed[..40]).len(), 1, "too short to be one");
    }
}

/// Templates of Helm are read as what is left of them without the expressions; where that is no tree, as texts, and nothing is
/// said of that.
#[test]
fn charts_are_read_as_texts() {
    let text = "apiVersion: v1\nkind: Secret\ndata:\n  {{- if .Values.x }}\n  password: {{ .Values.p | b64enc }}\n  {{- end }}\n  token: hG7kq2PzW9vLmQ4x\n";
    let outcomes = scan(&engine(), &[("templates/a.yaml", text)]);
    let rules: Vec<&str> = outcomes[0]
        .findings
        .iter()
        .map(|f| f.rule.as_str())
        .collect();
    assert_eq!(rules, ["plaintext-kubernetes-secret"]);
    assert!(outcomes[0].notices.is_empty());
    let more =
        format!("{text}---\napiVersion: v1\nkind: Secret\nstringData: {{api: hG7kq2PzW9vLmQ4x}}\n");
    assert_eq!(
        lines(&more),
        [
            "plaintext-kubernetes-secret 11",
            "plaintext-kubernetes-secret 7"
        ]
    );
}

/// `rule path:line` of each finding, and the lines of its way.
pub(super) fn ways(files: &[(&str, &str)]) -> Vec<String> {
    let mut ways: Vec<String> = findings(files)
        .iter()
        .map(|f| {
            let steps = f.flow.iter().flat_map(|flow| &flow.steps);
            let steps: Vec<String> = steps
                .map(|s| format!("{}:{}", s.place.path, s.place.region.start.line))
                .collect();
            let place = format!("{} {}:{}", f.rule, f.place.path, f.place.region.start.line);
            format!("{place} by {}", steps.join(" "))
        })
        .collect();
    ways.sort();
    ways
}

pub(super) fn deployment(container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n  template:\n    spec:\n      containers:\n        - \
         name: api\n          {container}\n"
    )
}

/// What a ConfigMap holds ends up in the containers that take it.
#[test]
fn values_of_config_maps_are_followed() {
    let map = |key: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata:\n  {key}: hG7kq2PzW9vLmQ4x\n"
        )
    };
    for container in [
        "envFrom: [{configMapRef: {name: settings}}]",
        "env: [{name: API_TOKEN, valueFrom: {configMapKeyRef: {name: settings, key: token}}}]",
    ] {
        let text = deployment(container);
        let found = ways(&[
            ("k/api.yaml", &text),
            ("k/map.yaml", &map("token")),
            ("other/map.yaml", &map("token")),
        ]);
        assert_eq!(
            found,
            [
                "plaintext-env-secret k/map.yaml:5 by k/map.yaml:5 k/map.yaml:5 k/api.yaml:9",
                "plaintext-secret-property other/map.yaml:5 by "
            ],
            "{container}"
        );
    }
    let named =
        "env: [{name: API_TOKEN, valueFrom: {configMapKeyRef: {name: settings, key: value}}}]";
    let found = ways(&[
        ("api.yaml", &deployment(named)),
        ("map.yaml", &map("value")),
    ]);
    assert_eq!(found.len(), 1, "the name is the container's: {found:?}");
    for (container, key) in [
        ("envFrom: [{configMapRef: {name: others}}]", "log-level"),
        ("envFrom: [{configMapRef: {name: settings}}]", "log-level"),
        (
            "env: [{name: API_TOKEN, valueFrom: {configMapKeyRef: {name: settings, key: other}}}]",
            "log-level",
        ),
        ("envFrom: [{prefix: A_}, settings]", "log-level"),
        (
            "env: [{name: API_TOKEN, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
            "log-level",
        ),
    ] {
        let found = ways(&[
            ("api.yaml", &deployment(container)),
            ("map.yaml", &map(key)),
        ]);
        assert!(found.is_empty(), "{container}: {found:?}");
    }
}

/// A Secret stays what is wrong; the container that takes it is where the value ends up.
#[test]
fn secrets_tell_who_takes_them() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData:\n  token: hG7kq2PzW9vLmQ4x\n";
    for (container, way) in [
        (
            "envFrom: [{secretRef: {name: keys}}]",
            "secret.yaml:5 api.yaml:9",
        ),
        (
            "env: [{name: T, valueFrom: {secretKeyRef: {name: keys, key: token}}}]",
            "secret.yaml:5 api.yaml:9",
        ),
        ("envFrom: [{secretRef: {name: others}}]", ""),
        (
            "env: [{name: T, valueFrom: {secretKeyRef: {name: keys, key: other}}}]",
            "",
        ),
    ] {
        let found = ways(&[
            ("api.yaml", &deployment(container)),
            ("secret.yaml", secret),
        ]);
        assert_eq!(
            found,
            [format!(
                "plaintext-kubernetes-secret secret.yaml:5 by {way}"
            )],
            "{container}"
        );
    }
}

/// What a template fills in is not known; the rest of a manifest is read, where it is YAML.
#[test]
fn manifests_that_are_filled_in() {
    let key = "hG7kq2PzW9vLmQ4x";
    let secret = |head: &str, entry: &str| {
        lines(&format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  {head}\nstringData:\n  {entry}\n"
        ))
    };
    for head in [
        "name: {{ include \"shop.fullname\" . }}",
        "name: '{{ .Release.Name }}-keys'",
        "name: a\n  {{- with .Values.labels }}\n  labels: {a: b}\n  {{- end }}",
        "name: a\n  annotations:\n    text: |\n      {{- with secret \"a\" -}}export A=\"{{ .Data.a }}\"{{- end }}",
    ] {
        let found = secret(head, &format!("webhook: {key}"));
        assert!(
            found.len() == 1 && found[0].starts_with("plaintext-kubernetes-secret"),
            "{head}: {found:?}"
        );
    }
    for entry in [
        "webhook: {{ .Values.webhook | quote }}",
        "webhook: \"{{ .Values.webhook }}\"",
        "webhook: {{ required \"set it\" .Values.webhook }}-suffix",
    ] {
        assert!(
            secret("name: {{ .Release.Name }}", entry).is_empty(),
            "{entry}"
        );
    }
    // It is no YAML before it is filled in, and nothing is said of that.
    for text in [
        "{{- if .Values.a }}a: [{{ end }}",
        "a: {{ .b",
        "- {{ .a }}: {{ .b }}\n b",
    ] {
        let text = format!("apiVersion: v1\nkind: Secret\n{text}\n");
        let outcomes = scan(&engine(), &[("templates/a.yaml", &text)]);
        assert!(
            outcomes[0].notices.is_empty() && outcomes[0].findings.is_empty(),
            "{text}"
        );
    }
    let pod = deployment(&format!(
        "args: ['{{{{inputs.parameters.x}}}}']\n          env: [{{name: NODE_TLS_REJECT_UNAUTHORIZED, value: '0'}}, {{name: DB_PASSWORD, value: {key}}}]"
    ));
    assert_eq!(
        lines(&pod),
        ["insecure-transport 10", "plaintext-env-secret 10"]
    );
}
