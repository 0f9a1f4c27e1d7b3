//! `barekey fix`: what it changes is mended and still parses, what it shows is masked, what it cannot write it leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use barekey::finding::{NoticeKind, Report};
use barekey::rule::Class;

use crate::support::{self, Dice, Run, run};

/// A module whose variable has a secret as its default, ends up in an output and is nowhere marked.
fn module(secret: &str) -> String {
    format!(
        "variable \"db_password\" {{\n  type    = string\n  default = \"{secret}\" # for now\n}}\n\
         resource \"aws_db_instance\" \"db\" {{\n  password = var.db_password\n}}\n\
         output \"db\" {{ value = var.db_password }}\n"
    )
}

const MENDED: &str = "variable \"db_password\" {\n  sensitive = true\n  type    = string\n  # for now\n}\n\
                      resource \"aws_db_instance\" \"db\" {\n  password = var.db_password\n}\n\
                      output \"db\" {\n  sensitive = true\n  value = var.db_password\n}\n";

fn template(secret: &str) -> String {
    format!(
        "Parameters:\n  # of the database\n  DbPassword:\n    Type: String\n    Default: '{secret}'\nResources:\n  Db:\n    \
         Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: !Ref DbPassword\n"
    )
}

fn fixed(dir: &Path, args: &[&str]) -> Run {
    run(dir, &[&["fix", "--isolated"], args].concat())
}

#[test]
fn certain_changes_are_made() {
    let secret = Dice::new(1).alnum(20);
    let dir = support::tree(&[
        ("main.tf", module(&secret).as_bytes()),
        ("template.yaml", template(&secret).as_bytes()),
    ]);
    let run = fixed(dir.path(), &[]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let now = |name| fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(now("main.tf"), MENDED);
    let template = now("template.yaml");
    assert!(
        template.contains("DbPassword:\n    NoEcho: true\n    Type: String\nResources:"),
        "{template}"
    );
    assert!(
        run.err.contains("5 findings fixed in 2 files"),
        "{}",
        run.err
    );
    let again = fixed(dir.path(), &[]);
    assert_eq!(again.out, "", "nothing is left");
    assert_eq!(
        support::run(dir.path(), &["scan", "--isolated"]).code,
        Some(0)
    );
}

#[test]
fn a_dry_run_shows_all_masked_and_changes_nothing() {
    let secret = Dice::new(2).alnum(20);
    let dir = support::tree(&[("main.tf", module(&secret).as_bytes())]);
    let run = fixed(dir.path(), &["--dry-run"]);
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(run.out);
    let shown = format!("{}{}", run.out, run.err);
    assert!(
        secret
            .as_bytes()
            .windows(6)
            .all(|run| !shown.contains(std::str::from_utf8(run).unwrap()))
    );
    assert_eq!(
        fs::read_to_string(dir.path().join("main.tf")).unwrap(),
        module(&secret)
    );
    assert_eq!(
        fixed(dir.path(), &["--dry-run", "--rule", "secret-in-output"])
            .out
            .matches("@@ -")
            .count(),
        1
    );
}

/// Everything under `container_definitions` and in settings that the platform resolves itself.
const COPIES: &str = r#"resource "aws_ecs_task_definition" "app" {
  container_definitions = jsonencode([{
    name = "app"
    environment = [
      { name = "LOG_LEVEL", value = "info" },
      { name = "DB_PASSWORD", value = data.aws_secretsmanager_secret_version.db.secret_string },
      {
        name  = "API_TOKEN"
        value = jsondecode(data.aws_secretsmanager_secret_version.api.secret_string)["token"]
      },
      { name = "SMTP_PASSWORD", value = data.aws_ssm_parameter.smtp_password.value }
    ]
  }])
}
resource "google_cloud_run_v2_service" "api" {
  template {
    containers {
      env {
        name  = "DB_PASSWORD"
        value = data.google_secret_manager_secret_version.db.secret_data
      }
    }
  }
}
resource "azurerm_linux_function_app" "api" {
  app_settings = {
    DB_PASSWORD = data.azurerm_key_vault_secret.db.value
    DB_URL      = "x;Password=${data.azurerm_key_vault_secret.db.value}"
  }
}
resource "aws_lambda_function" "api" {
  environment {
    variables = { DB_PASSWORD = data.aws_secretsmanager_secret_version.db.secret_string }
  }
}
"#;

#[test]
fn copies_become_pointers_where_the_platform_resolves_them() {
    let dir = support::tree(&[("main.tf", COPIES.as_bytes())]);
    let runs: Vec<Option<i32>> = (0..4).map(|_| fixed(dir.path(), &[]).code).collect();
    assert_eq!(runs, [Some(0); 4]);
    insta::assert_snapshot!(fs::read_to_string(dir.path().join("main.tf")).unwrap());
    let left = support::scan(support::plan(dir.path()));
    let frozen = |f: &&barekey::finding::Finding| f.rule.as_str() == "frozen-secret-reference";
    assert_eq!(left.findings.iter().filter(frozen).count(), 0);
    let left = left.findings.iter().filter(|f| f.class != Class::Hygiene);
    let left: Vec<&str> = left.map(|f| f.message.as_str()).collect();
    assert_eq!(
        left.len(),
        2,
        "what is part of a text, and what code has to fetch: {left:?}"
    );
}

/// Containers of ECS in CloudFormation, and of Kubernetes.
#[test]
fn values_become_pointers_that_containers_take() {
    let secret = Dice::new(8).alnum(20);
    let head = "Resources:\n  Db:\n    Type: AWS::SecretsManager::Secret\n    Properties: {KmsKeyId: k, Tags: [{Key: rotation, Value: none}]}\n  \
                Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - Name: app\n";
    let one = "          Environment:\n            - Name: DB_PASSWORD\n              \
               Value: !Sub '{{resolve:secretsmanager:${Db}:SecretString:password}}'\n";
    let more = "            - Name: STAGE\n              Value: prod\n";
    let plain = "          Environment:\n            - Name: DB_PASSWORD\n              Value: '{{resolve:ssm-secure:/app/db}}'\n";
    let others =
        "          Secrets:\n            - Name: OTHER\n              ValueFrom: /app/other\n";
    let named = plain.replace(
        "ssm-secure:/app/db",
        "secretsmanager:app/db:SecretString:password",
    );
    let version = plain.replace("/app/db", "/app/db:3");
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - name: a\n      env:\n        - name: \
         DB_PASSWORD\n          value: {secret}\n"
    );
    let external = "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: app}\nspec:\n  target: {name: keys}\n  \
                  data: [{secretKey: DB_PASSWORD, remoteRef: {key: app/db}}]\n";
    let dir = support::tree(&[
        ("one.yaml", format!("{head}{one}").as_bytes()),
        ("two.yaml", format!("{head}{one}{more}").as_bytes()),
        ("three.yaml", format!("{head}{plain}{others}").as_bytes()),
        ("four.yaml", format!("{head}{one}{more}{others}").as_bytes()),
        ("named.yaml", format!("{head}{named}").as_bytes()),
        ("version.yaml", format!("{head}{version}").as_bytes()),
        ("pod.yaml", format!("{pod}{external}").as_bytes()),
        (
            "two-secrets.yaml",
            format!("{pod}{external}{}", external.replace("keys", "others")).as_bytes(),
        ),
    ]);
    assert_eq!(fixed(dir.path(), &[]).code, Some(0));
    let now = |name| fs::read_to_string(dir.path().join(name)).unwrap();
    let pointer =
        "            - Name: DB_PASSWORD\n              ValueFrom: !Sub '${Db}:password::'\n";
    assert_eq!(
        now("one.yaml"),
        format!("{head}          Secrets:\n{pointer}")
    );
    assert_eq!(
        now("two.yaml"),
        format!("{head}          Secrets:\n{pointer}          Environment:\n{more}")
    );
    let moved = "          Secrets:\n            - Name: DB_PASSWORD\n              ValueFrom: '/app/db'\n            - Name: OTHER\n              ValueFrom: /app/other\n";
    assert_eq!(now("three.yaml"), format!("{head}{moved}"));
    assert_eq!(
        now("four.yaml"),
        format!(
            "{head}          Environment:\n{more}          Secrets:\n{pointer}{}",
            &others[others.find("            -").unwrap()..]
        )
    );
    assert_eq!(
        now("named.yaml"),
        format!("{head}{named}"),
        "a name is no ARN"
    );
    assert_eq!(
        now("version.yaml"),
        format!("{head}{version}"),
        "no version can be asked for"
    );
    let taken = "valueFrom:\n            secretKeyRef:\n              name: keys\n              key: DB_PASSWORD\n";
    assert_eq!(
        now("pod.yaml"),
        format!(
            "{}{external}",
            pod.replace(&format!("value: {secret}\n"), taken)
        )
    );
    assert!(
        now("two-secrets.yaml").starts_with(&pod),
        "which one is not known"
    );
    let report = support::scan(support::plan(dir.path()));
    let left = report.findings.iter().filter(|f| f.class != Class::Hygiene);
    let mut left: Vec<&str> = left.map(|f| &*f.place.path).collect();
    left.sort_unstable();
    assert_eq!(left, ["named.yaml", "two-secrets.yaml", "version.yaml"]);
    assert!(
        !report
            .notices
            .iter()
            .any(|n| n.kind == NoticeKind::NotParsed)
    );
}

#[test]
fn a_written_password_becomes_a_reference_to_the_one_that_the_template_makes() {
    let secret = Dice::new(7).alnum(20);
    let yaml = format!(
        "Resources:\n  DbSecret:\n    Type: AWS::SecretsManager::Secret\n    Properties:\n      GenerateSecretString:\n        \
         GenerateStringKey: password\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      \
         MasterUserPassword: {secret} # x\n"
    );
    let json = format!(
        r#"{{"Resources": {{"S": {{"Type": "AWS::SecretsManager::Secret", "Properties": {{"GenerateSecretString":
        {{"GenerateStringKey": "password"}}}}}}, "Db": {{"Type": "AWS::RDS::DBInstance", "Properties":
        {{"MasterUserPassword": "{secret}"}}}}}}}}"#
    );
    let two = yaml.replace("  Db:\n", "  Other:\n    Type: AWS::SecretsManager::Secret\n    Properties:\n      GenerateSecretString:\n        GenerateStringKey: password\n  Db:\n");
    let dir = support::tree(&[
        ("a.yaml", yaml.as_bytes()),
        ("b.json", json.as_bytes()),
        ("two.yaml", two.as_bytes()),
    ]);
    assert_eq!(fixed(dir.path(), &[]).code, Some(0));
    let now = |name| fs::read_to_string(dir.path().join(name)).unwrap();
    let to =
        |name: &str| format!("{{{{resolve:secretsmanager:${{{name}}}:SecretString:password}}}}");
    assert_eq!(
        now("a.yaml"),
        yaml.replace(&secret, &format!("!Sub '{}'", to("DbSecret")))
    );
    let expected = format!("{{\"Fn::Sub\": \"{}\"}}", to("S"));
    assert_eq!(
        now("b.json"),
        json.replace(&format!("\"{secret}\""), &expected)
    );
    assert_eq!(now("two.yaml"), two, "which one is not known");
}

#[test]
fn encodings_marks_line_endings_and_modes_are_kept() {
    let secret = Dice::new(3).alnum(20);
    let text = template(&secret).replace('\n', "\r\n");
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let marked = format!("\u{feff}{text}");
    let dir = support::tree(&[("wide.yaml", &wide), ("marked.yaml", marked.as_bytes())]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = dir.path().join("marked.yaml");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    }
    let run = fixed(dir.path(), &[]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let expected = text
        .replace(&format!("    Default: '{secret}'\r\n"), "")
        .replace("DbPassword:\r\n", "DbPassword:\r\n    NoEcho: true\r\n");
    let bytes = |name: &str| fs::read(dir.path().join(name)).unwrap();
    assert_eq!(
        String::from_utf8(bytes("marked.yaml")).unwrap(),
        format!("\u{feff}{expected}")
    );
    let wide = bytes("wide.yaml");
    let units: Vec<u16> = wide
        .chunks(2)
        .map(|c| u16::from_le_bytes([c[0], c[1]]))
        .collect();
    assert_eq!(
        String::from_utf16(&units).unwrap(),
        format!("\u{feff}{expected}")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(dir.path().join("marked.yaml"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o640);
    }
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        2,
        "no file is left behind"
    );
}

#[test]
fn what_cannot_be_written_back_is_left_and_told() {
    let secret = Dice::new(4).alnum(20);
    let mut odd = template(&secret).into_bytes();
    odd.splice(0..0, b"# caf\xe9\n".iter().copied());
    let dir = support::tree(&[
        ("odd.yaml", &odd),
        ("locked.yaml", template(&secret).as_bytes()),
    ]);
    let locked = dir.path().join("locked.yaml");
    let mut permissions = fs::metadata(&locked).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).unwrap();
    let run = fixed(dir.path(), &[]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.err.contains("odd.yaml: is in an encoding"),
        "{}",
        run.err
    );
    assert!(run.err.contains("locked.yaml: is read-only"), "{}", run.err);
    assert_eq!(fs::read(dir.path().join("odd.yaml")).unwrap(), odd);
}

#[test]
fn a_fix_that_spans_files_is_made_whole_or_not_at_all() {
    let variable =
        "variable \"db_password\" {}\nresource \"x\" \"y\" { password = var.db_password }\n";
    let output = "output \"db\" { value = var.db_password }\n";
    let dir = support::tree(&[
        ("main.tf", variable.as_bytes()),
        ("outputs.tf", output.as_bytes()),
    ]);
    let outputs = dir.path().join("outputs.tf");
    let mut permissions = fs::metadata(&outputs).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&outputs, permissions).unwrap();
    assert_eq!(fixed(dir.path(), &[]).code, Some(2));
    assert_eq!(
        fs::read_to_string(dir.path().join("main.tf")).unwrap(),
        variable
    );
}

#[test]
fn a_text_that_has_changed_is_left() {
    let dir = support::tree(&[("t.yaml", template(&Dice::new(5).alnum(20)).as_bytes())]);
    let report = support::scan(support::plan(dir.path()));
    let path = dir.path().join("t.yaml");
    let other = template(&Dice::new(6).alnum(20));
    fs::write(&path, &other).unwrap();
    let outcome = barekey::fix::apply(&report, dir.path());
    assert!(outcome.mended.is_empty() && outcome.refused.len() == 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), other);
}

/// Names of findings that count, and files that do not parse.
fn state(report: &Report) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let grave = report.findings.iter().filter(|f| f.class > Class::Hygiene);
    let findings = grave.map(|f| {
        (
            f.fingerprint.0.clone(),
            format!("{} {}", f.place.path, f.rule),
        )
    });
    let broken = report
        .notices
        .iter()
        .filter(|n| n.kind == NoticeKind::NotParsed);
    (
        findings.collect(),
        broken.map(|n| format!("{:?}", n.path)).collect(),
    )
}

#[test]
fn fixtures_are_mended_and_still_parse() {
    let fixtures = support::package().join("fixtures");
    let mut mended = 0;
    for scenario in fs::read_dir(&fixtures)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
    {
        let dir = support::tree(&[]);
        for file in support::files(&scenario) {
            support::write(
                &dir.path().join(file.strip_prefix(&scenario).unwrap()),
                &fs::read(&file).unwrap(),
            );
        }
        let report = support::scan(support::plan(dir.path()));
        let outcome = barekey::fix::apply(&report, dir.path());
        assert!(outcome.refused.is_empty(), "{scenario:?}");
        let after = support::scan(support::plan(dir.path()));
        let ((before, broken), (now, still)) = (state(&report), state(&after));
        assert_eq!(broken, still, "{scenario:?}");
        let new: Vec<_> = now
            .iter()
            .filter(|(name, _)| !before.contains_key(*name))
            .collect();
        assert!(new.is_empty(), "{scenario:?}: {new:?}");
        for finding in &outcome.mended {
            let name = &finding.fingerprint.0;
            assert!(
                !now.contains_key(name),
                "{scenario:?}: {:?} is still there",
                before.get(name)
            );
            mended += 1;
        }
    }
    assert!(mended >= 3, "{mended} findings of all fixtures were mended");
}
