//! What to do instead of a secret in an environment, in the words of the template and with its names: what to pass, whom to
//! allow, and what the code fetches. Never another copy.

use crate::facts::{Dialect, Value, entry};
use crate::link::{Declared, Leaf};
use crate::reference::RefKind;

use super::point;
use super::scene::Scene;
use super::sites::{self, is_kind};

/// The next step for a variable of an environment that gets a secret, `source` in words; none where nothing better than the
/// rule's own is known.
pub(super) fn environment<'p>(
    scene: &Scene<'_, 'p>,
    declared: Declared<'p>,
    name: &str,
    leaf: &Leaf<'p>,
    source: &str,
) -> Option<String> {
    let kind = &*declared.what.kind;
    let kept = Kept::of(leaf, declared.what.dialect);
    let platform = || resolved_by_the_platform(kind, name);
    by_identity(kind, name, source)
        .or_else(platform)
        .or_else(|| {
            let given = given(declared, name, &kept)?;
            let code = code(scene, declared, name, &kept);
            Some(format!(
                "{given} Let the code fetch it with {code} and keep it for some minutes only."
            ))
        })
}

/// Where a secret is kept.
struct Kept {
    /// A parameter of Systems Manager, not a secret of Secrets Manager.
    parameter: bool,
    /// How the template names it, if it does.
    pointer: Option<String>,
}

impl Kept {
    fn of(leaf: &Leaf<'_>, dialect: Dialect) -> Self {
        let Value::Reference(to, _) = leaf.value else {
            return Self {
                parameter: false,
                pointer: None,
            };
        };
        let target = &*to.target;
        let parameter = to.kind == RefKind::AwsParameter || target.contains("aws_ssm_parameter.");
        let pointer = match dialect {
            Dialect::Terraform => {
                let owner = target.rsplit_once('.').map(|(owner, _)| owner);
                let kinds = ["aws_secretsmanager_secret_version.", "aws_ssm_parameter."];
                let owner = owner.filter(|owner| kinds.iter().any(|kind| owner.contains(kind)));
                owner.map(|owner| format!("{owner}.{}", if parameter { "name" } else { "arn" }))
            }
            _ if parameter || to.kind == RefKind::AwsSecretsManager => named(target),
            _ => None,
        };
        Self { parameter, pointer }
    }

    /// What is passed in place of the value.
    fn suffix(&self, dialect: Dialect) -> &'static str {
        let by_name = self.pointer.is_some() && dialect != Dialect::Terraform;
        if self.parameter || by_name {
            "NAME"
        } else {
            "ARN"
        }
    }

    fn action(&self) -> &'static str {
        match self.parameter {
            true => "`ssm:GetParameter`",
            false => "`secretsmanager:GetSecretValue`",
        }
    }
}

/// The name in `orders/session:SecretString:key`, `-secure:/orders/key:1`, `/orders/key`.
fn named(target: &str) -> Option<String> {
    let target = target.strip_prefix("-secure").unwrap_or(target);
    let name = target.trim_start_matches(':').split(':').next()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    (!name.is_empty() && name.chars().all(is_plain)).then(|| name.to_owned())
}

/// Whether it is an app that follows pointers to Key Vault, in whichever language it is declared.
fn is_app(kind: &str) -> bool {
    point::is_app(kind) || is_kind("Microsoft.Web/*", kind)
}

/// A key of a storage account is not needed at all.
/// <https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection>
fn by_identity(kind: &str, name: &str, source: &str) -> Option<String> {
    (source.contains("storage account") && is_app(kind)).then(|| {
        if sites::needs_key(name) {
            return format!(
                "Keep the connection string in a Key Vault, set {name} to `@Microsoft.KeyVault(SecretUri=...)` and \
                 WEBSITE_SKIP_CONTENTSHARE_VALIDATION to 1; a Flex Consumption plan needs no such share."
            );
        }
        format!(
            "Give the app an `identity` with a data role on the storage account, such as `Storage Blob Data Owner`, and set \
             {name}__accountName to the account's name in place of {name}: no key is needed then."
        )
    })
}

/// Where the platform takes a pointer itself, the code stays as it is.
fn resolved_by_the_platform(kind: &str, name: &str) -> Option<String> {
    Some(match kind {
        "AWS::ECS::TaskDefinition" => format!(
            "Move {name} from `Environment` to `Secrets` with the secret's ARN as `ValueFrom`, and let the role in \
             `ExecutionRoleArn` read this one secret."
        ),
        "aws_ecs_task_definition" => format!(
            "Move {name} from `environment` to `secrets` with the secret's ARN as `valueFrom`, and let the role in \
             `execution_role_arn` read this one secret."
        ),
        "google.run" | "google.job" => format!(
            "Give {name} a `valueFrom` with a `secretKeyRef` (the secret as `name`, its version as `key`) in place of the \
             value, and grant the service account `roles/secretmanager.secretAccessor` on this one secret."
        ),
        _ if is_kind("google_cloud_run_*", kind) => format!(
            "Give {name} a `value_source` with a `secret_key_ref` in place of the value, and grant the service account \
             `roles/secretmanager.secretAccessor` on this one secret."
        ),
        _ if is_kind("google_cloudfunctions*", kind) => format!(
            "Move {name} to `secret_environment_variables` with the secret's name, and grant the service account \
             `roles/secretmanager.secretAccessor` on this one secret."
        ),
        _ if is_app(kind) => format!(
            "Set {name} to `@Microsoft.KeyVault(SecretUri=...)` without a version, give the app an `identity`, and assign \
             it `Key Vault Secrets User` on this one secret."
        ),
        _ => return None,
    })
}

/// What to pass to a function, and whom to allow what.
fn given(declared: Declared<'_>, name: &str, kept: &Kept) -> Option<String> {
    let dialect = declared.what.dialect;
    let (joins, example, allow) = match &*declared.what.kind {
        "AWS::Serverless::Function" if !kept.parameter => (
            ": ",
            " (`!Ref` gives it)",
            format!(
                "the policy template `AWSSecretsManagerGetSecretValuePolicy` with its ARN under `Policies` of {}",
                declared.what.name
            ),
        ),
        "AWS::Serverless::Function" => (
            ": ",
            "",
            format!(
                "the policy template `SSMParameterReadPolicy` with its name under `Policies` of {}",
                declared.what.name
            ),
        ),
        "AWS::Lambda::Function" => (
            ": ",
            " (`!Ref` gives it)",
            format!("{} on it in a policy of the function's role", kept.action()),
        ),
        "serverless.function" | "serverless.functions" | "serverless.provider" => (
            ": ",
            "",
            format!(
                "{} with its ARN as `Resource` under `provider.iam.role.statements`",
                kept.action()
            ),
        ),
        "aws_lambda_function" => (
            " = ",
            " (`aws_secretsmanager_secret.x.arn`)",
            format!(
                "{} on its ARN in a policy of the function's `role`",
                kept.action()
            ),
        ),
        _ => return None,
    };
    let variable = format!("{name}_{}", kept.suffix(dialect));
    let what = match kept.parameter {
        true => "the parameter's name",
        false => "the secret's ARN",
    };
    let pass = match &kept.pointer {
        Some(pointer) => format!("`{variable}{joins}{pointer}`"),
        None => format!("{what}{example} as {variable}"),
    };
    Some(format!("Pass {pass} in place of {name}, and add {allow}."))
}

/// The call that fetches it, in the language of the function.
fn code<'p>(scene: &Scene<'_, 'p>, declared: Declared<'p>, name: &str, kept: &Kept) -> String {
    let body = &declared.what.body;
    let runtime = entry(body, "Runtime").or_else(|| entry(body, "runtime"));
    let runtime = runtime
        .and_then(|runtime| scene.constant(declared.file, &runtime.value))
        .unwrap_or_default();
    let variable = format!("{name}_{}", kept.suffix(declared.what.dialect));
    match (runtime.get(..6), kept.parameter) {
        (Some("python"), false) => {
            format!(
                "`boto3.client(\"secretsmanager\").get_secret_value(SecretId=os.environ[\"{variable}\"])`"
            )
        }
        (Some("python"), true) => format!(
            "`boto3.client(\"ssm\").get_parameter(Name=os.environ[\"{variable}\"], WithDecryption=True)`"
        ),
        (Some("nodejs"), false) => {
            format!("`new GetSecretValueCommand({{ SecretId: process.env.{variable} }})`")
        }
        (Some("nodejs"), true) => format!(
            "`new GetParameterCommand({{ Name: process.env.{variable}, WithDecryption: true }})`"
        ),
        (_, false) => "`GetSecretValue`".to_owned(),
        (_, true) => "`GetParameter` and decryption".to_owned(),
    }
}
