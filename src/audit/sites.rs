//! Where environments are: kinds of resources, and the path under which the variables of what runs stand.

use crate::facts::{Declaration, Dialect, Role};
use crate::link::Leaf;

use super::scene::Thing;

/// Kind (`*` ends one that begins so), and the path to the variables (`*` is any name). `{ name, value }` pairs look as maps do.
const ENVIRONMENTS: &[(&str, &str)] = &[
    ("aws_lambda_function", "environment.variables"),
    ("AWS::Lambda::Function", "Environment.Variables"),
    ("AWS::Serverless::Function", "Environment.Variables"),
    ("serverless.provider", "environment"),
    ("serverless.function", "environment"),
    ("serverless.functions", "functions.*.environment"),
    (
        "AWS::CodeBuild::Project",
        "Environment.EnvironmentVariables",
    ),
    (
        "AWS::ECS::TaskDefinition",
        "ContainerDefinitions.Environment",
    ),
    (
        "AWS::Batch::JobDefinition",
        "ContainerProperties.Environment",
    ),
    (
        "AWS::AppRunner::Service",
        "SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables",
    ),
    (
        "AWS::AppRunner::Service",
        "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables",
    ),
    ("AWS::Glue::Job", "DefaultArguments"),
    ("AWS::Amplify::App", "EnvironmentVariables"),
    ("AWS::Amplify::Branch", "EnvironmentVariables"),
    ("AWS::ApiGateway::Stage", "Variables"),
    ("AWS::Serverless::Api", "Variables"),
    ("AWS::ApiGatewayV2::Stage", "StageVariables"),
    ("AWS::Serverless::HttpApi", "StageVariables"),
    ("AWS::SageMaker::Model", "PrimaryContainer.Environment"),
    ("AWS::SageMaker::Model", "Containers.Environment"),
    ("AWS::Synthetics::Canary", "RunConfig.EnvironmentVariables"),
    ("aws_codebuild_project", "environment.environment_variable"),
    (
        "aws_ecs_task_definition",
        "container_definitions.environment",
    ),
    (
        "aws_batch_job_definition",
        "container_properties.environment",
    ),
    (
        "aws_apprunner_service",
        "source_configuration.image_repository.image_configuration.runtime_environment_variables",
    ),
    (
        "aws_apprunner_service",
        "source_configuration.code_repository.code_configuration.code_configuration_values.runtime_environment_variables",
    ),
    ("aws_glue_job", "default_arguments"),
    ("aws_amplify_app", "environment_variables"),
    ("aws_amplify_branch", "environment_variables"),
    ("aws_elastic_beanstalk_environment", "setting"),
    ("aws_api_gateway_stage", "variables"),
    ("aws_api_gateway_deployment", "variables"),
    ("aws_apigatewayv2_stage", "stage_variables"),
    ("aws_sagemaker_model", "primary_container.environment"),
    ("aws_sagemaker_model", "container.environment"),
    ("aws_synthetics_canary", "run_config.environment_variables"),
    (
        "aws_lightsail_container_service_deployment_version",
        "container.environment",
    ),
    (
        "aws_bedrockagentcore_agent_runtime",
        "environment_variables",
    ),
    (
        "aws_emrserverless_application",
        "runtime_configuration.properties",
    ),
    ("google_cloudfunctions_function", "environment_variables"),
    (
        "google_cloudfunctions_function",
        "build_environment_variables",
    ),
    (
        "google_cloudfunctions2_function",
        "service_config.environment_variables",
    ),
    (
        "google_cloudfunctions2_function",
        "build_config.environment_variables",
    ),
    ("google_cloud_run_service", "template.spec.containers.env"),
    ("google_cloud_run_v2_service", "template.containers.env"),
    (
        "google_cloud_run_v2_job",
        "template.template.containers.env",
    ),
    ("google_app_engine_standard_app_version", "env_variables"),
    ("google_app_engine_flexible_app_version", "env_variables"),
    (
        "google_composer_environment",
        "config.software_config.env_variables",
    ),
    ("google_cloudbuild_trigger", "substitutions"),
    ("azurerm_function_app*", "app_settings"),
    ("azurerm_linux_*", "app_settings"),
    ("azurerm_windows_*", "app_settings"),
    ("azurerm_app_service*", "app_settings"),
    ("azurerm_logic_app_standard", "app_settings"),
    ("azurerm_static_web_app", "app_settings"),
    ("azurerm_static_site", "app_settings"),
    ("azurerm_container_group", "container.environment_variables"),
    ("azurerm_container_app*", "template.container.env"),
    ("azurerm_spring_cloud_*", "environment_variables"),
    ("azurerm_function_app_flex_consumption", "app_settings"),
    ("azure.settings", "Values"),
    ("azure.settings", "ConnectionStrings"),
    ("google.app", "env_variables"),
    ("google.app", "build_env_variables"),
    ("google.build", "steps.env"),
    ("google.build", "options.env"),
    (
        "google.job",
        "spec.template.spec.template.spec.containers.env",
    ),
    ("google.run", "spec.template.spec.containers.env"),
    ("Microsoft.Web/sites", "properties.siteConfig.appSettings"),
    (
        "Microsoft.Web/sites",
        "properties.siteConfig.connectionStrings",
    ),
    (
        "Microsoft.Web/sites/slots",
        "properties.siteConfig.appSettings",
    ),
    ("Microsoft.Web/sites/config/appsettings", "properties"),
    (
        "Microsoft.Web/sites/config/connectionstrings",
        "properties.*",
    ),
    ("Microsoft.Web/sites/config/web", "properties.appSettings"),
    ("Microsoft.Web/sites/slots/config/appsettings", "properties"),
    ("Microsoft.Web/staticSites/config/appsettings", "properties"),
    (
        "Microsoft.Web/staticSites/config/functionappsettings",
        "properties",
    ),
    (
        "Microsoft.App/containerApps",
        "properties.template.containers.env",
    ),
    (
        "Microsoft.App/containerApps",
        "properties.template.initContainers.env",
    ),
    ("Microsoft.App/jobs", "properties.template.containers.env"),
    (
        "Microsoft.ContainerInstance/containerGroups",
        "properties.containers.properties.environmentVariables",
    ),
    (
        "Microsoft.Resources/deploymentScripts",
        "properties.environmentVariables",
    ),
    (
        "Microsoft.AppPlatform/Spring/apps/deployments",
        "properties.deploymentSettings.environmentVariables",
    ),
    (
        "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments",
        "properties.environmentVariables",
    ),
    ("kubernetes_deployment*", "spec.template.spec.container.env"),
    (
        "kubernetes_stateful_set*",
        "spec.template.spec.container.env",
    ),
    ("kubernetes_daemon*", "spec.template.spec.container.env"),
    ("kubernetes_job*", "spec.template.spec.container.env"),
    (
        "kubernetes_cron_job*",
        "spec.job_template.spec.template.spec.container.env",
    ),
    ("kubernetes_pod*", "spec.container.env"),
    ("kubernetes_config_map*", "data"),
    ("helm_release", "set"),
    ("heroku_app", "config_vars"),
    ("heroku_config", "vars"),
    ("digitalocean_app", "spec.service.env"),
    ("digitalocean_app", "spec.env"),
    ("kubernetes.*", "**.env"),
    ("compose.service", "environment"),
    ("pipeline.workflow", "env"),
    ("pipeline.job", "env"),
    ("pipeline.job", "steps.env"),
    ("pipeline.job", "container.env"),
    ("vercel_project", "environment"),
    ("scaleway_function*", "environment_variables"),
    ("scaleway_container*", "environment_variables"),
    ("yandex_function", "environment"),
    ("alicloud_fc_function", "environment_variables"),
];

/// Inputs of modules that are environments by their name.
const INPUTS: &[&str] = &[
    "appSettings",
    "appSettingsKeyValuePairs",
    "configs.properties",
    "containers.env",
    "environmentVariables",
    "environment_variables",
    "lambda_environment",
    "lambda_environment_variables",
    "function_environment_variables",
    "app_settings",
    "env_vars",
    "environment",
    "map_environment",
    "container_definitions.environment",
    "container_definitions.*.environment",
];

/// The paths under which the variables of what a declaration runs stand.
pub(crate) fn environments(what: &Declaration) -> Vec<&'static str> {
    match what.role {
        Role::Resource => {
            let rows = ENVIRONMENTS
                .iter()
                .filter(|(kind, _)| is_kind(kind, &what.kind));
            rows.map(|(_, site)| *site).collect()
        }
        Role::Module => INPUTS.to_vec(),
        _ => Vec::new(),
    }
}

/// What Azure shows to nobody, where it stands in the place of a value.
/// <https://learn.microsoft.com/azure/container-instances/container-instances-environment-variables#secure-values>
const WRITE_ONLY: &str = "secureValue";

/// The name of the environment variable that a leaf is given to, where its value can be read again.
pub(crate) fn variable<'p>(thing: &Thing<'p>, leaf: &Leaf<'p>) -> Option<&'p str> {
    let (name, path) = leaf.path.split_last()?;
    if thing.declared.what.dialect == Dialect::Azure && name.eq_ignore_ascii_case(WRITE_ONLY) {
        return None;
    }
    // `{ "Main": { "value": ... } }`.
    let name = match path.last() {
        Some(above) if *name == "value" && path.len() > 1 => above,
        _ => name,
    };
    let mut sites = thing.environments.iter();
    sites.any(|site| leads(site, path)).then_some(*name)
}

/// The name under which a leaf stands within an environment variable that is put together: `CONFIG = jsonencode({ ... })`.
/// What says where a platform takes a value from is none.
pub(crate) fn within<'p>(thing: &Thing<'p>, leaf: &Leaf<'p>) -> Option<&'p str> {
    let inside = |site: &&'static str| {
        let length = site.split('.').count();
        let points = |name: &str| name.starts_with("value_") || name.starts_with("valueFrom");
        leaf.path.len() > length + 1
            && leads(site, &leaf.path[..length])
            && !points(leaf.path[length])
    };
    let is_resource = thing.declared.what.role == Role::Resource;
    let known = is_resource && thing.environments.iter().any(inside);
    leaf.path.last().copied().filter(|_| known)
}

/// Whether the platform itself takes a key under this name, and no identity: on plans that scale by themselves an app mounts
/// its code from a file share.
/// <https://learn.microsoft.com/azure/azure-functions/functions-app-settings#website_contentazurefileconnectionstring>
pub(crate) fn needs_key(variable: &str) -> bool {
    variable.eq_ignore_ascii_case("WEBSITE_CONTENTAZUREFILECONNECTIONSTRING")
}

/// Whether a path is the one that is meant, in which `*` is any name, and `**` before a last one any names.
pub(crate) fn leads(pattern: &str, path: &[&str]) -> bool {
    if let Some(last) = pattern.strip_prefix("**.") {
        return path.len() > 1 && path.last() == Some(&last);
    }
    let mut names = path.iter();
    let all = pattern.split('.').all(|part| {
        names
            .next()
            .is_some_and(|name| part == "*" || part.eq_ignore_ascii_case(name))
    });
    all && names.next().is_none()
}

/// Whether a kind is meant; Azure does not care for case.
pub(crate) fn is_kind(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => kind
            .get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => pattern.eq_ignore_ascii_case(kind),
    }
}
