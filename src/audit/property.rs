//! A property of a resource, provider or backend that holds a secret is given a literal.

use std::borrow::Cow;

use crate::facts::{Dialect, Role, Site};
use crate::judge::Prior;
use crate::link::{Declared, Leaf};
use crate::practice::{Peer, STORE, Tool};
use crate::rule::{Class, Precision, Rule, RuleId, Severity};

use super::scene::Reading;
use super::{Scene, Sighting, point, sites};
use Holds::{Named, Password, Secret};

mod azure;

pub(crate) static RULE: Rule = Rule {
    id: RuleId::new("plaintext-secret-property"),
    title: Cow::Borrowed("secret in plain text in a property"),
    about: Cow::Borrowed(
        "The property holds a secret, and the secret is written in the template: everyone with this file, its \
         history or the Terraform state can use it.",
    ),
    fix: Cow::Borrowed(
        "Revoke it first if this was ever pushed. Let the service make and keep the secret where it can \
         (`manage_master_user_password = true`), or read it in an `ephemeral` block and hand it to a write-only \
         argument (`password_wo`, `master_password_wo`); else take it from a variable with `sensitive = true` and \
         no default. In CloudFormation let the service keep it (`ManageMasterUserPassword: true`), or point to it: \
         `{{resolve:secretsmanager:...}}`; in Bicep take it from a parameter with `@secure()` that a Key Vault gives \
         (`getSecret()`). Providers and backends take credentials from the environment or a role, workflows from \
         `${{ secrets.NAME }}`; what a ConfigMap holds goes into a Secret that the cluster fetches from a store.",
    ),
    class: Class::Leak,
    severity: Severity::High,
    precision: Precision::High,
    references: Cow::Borrowed(&[Cow::Borrowed(
        "https://developer.hashicorp.com/terraform/language/resources/ephemeral/write-only",
    )]),
    cwe: Cow::Borrowed(&[798, 259, 312]),
    practices: &[&STORE],
    peers: &[
        Peer::new(Tool::Checkov, "CKV_AWS_41"),
        Peer::new(Tool::Checkov, "CKV_AWS_46"),
        Peer::new(Tool::Checkov, "CKV_AZURE_45"),
        Peer::new(Tool::CfnLint, "W1011"),
        Peer::new(Tool::CfnNag, "F23"),
        Peer::new(Tool::CfnNag, "F31"),
        Peer::new(Tool::Trivy, "AVD-OPNSTK-0001"),
        Peer::new(Tool::Semgrep, "aws-provider-static-credentials"),
        Peer::new(
            Tool::Semgrep,
            "rds-insecure-password-storage-in-source-code",
        ),
        Peer::new(Tool::Bicep, "use-secure-value-for-secure-inputs"),
    ],
    tags: Cow::Borrowed(&[Cow::Borrowed("terraform")]),
};

/// What a property holds.
#[derive(Clone, Copy)]
enum Holds {
    /// A password, which people choose.
    Password,
    /// A key or token, which machines make.
    Secret,
    /// What the names say: of the property's resource, or of its own entry.
    Named,
}

/// Kind of resource, path, and what it holds; `*` stands for any name.
#[rustfmt::skip]
const PROPERTIES: &[(&str, &str, Holds)] = &[
    ("kubernetes.ConfigMap", "data.*", Named),
    ("pipeline.job", "container.credentials.password", Password),
    ("pipeline.job", "services.*.credentials.password", Password),
    ("pipeline.job", "steps.with.*", Named),
    ("pipeline.job", "docker.auth.password", Password),
    ("aws_db_instance", "password", Password),
    ("aws_rds_cluster", "master_password", Password),
    ("aws_rds_global_cluster", "master_password", Password),
    ("aws_docdb_cluster", "master_password", Password),
    ("aws_docdbelastic_cluster", "admin_user_password", Password),
    ("aws_neptune_cluster", "master_password", Password),
    ("aws_redshift_cluster", "master_password", Password),
    ("aws_redshiftserverless_namespace", "admin_user_password", Password),
    ("aws_elasticache_replication_group", "auth_token", Password),
    ("aws_elasticache_user", "passwords", Password),
    ("aws_elasticache_user", "authentication_mode.passwords", Password),
    ("aws_memorydb_user", "authentication_mode.passwords", Password),
    ("aws_mq_broker", "user.password", Password),
    ("aws_opensearch_domain", "advanced_security_options.master_user_options.master_user_password", Password),
    ("aws_elasticsearch_domain", "advanced_security_options.master_user_options.master_user_password", Password),
    ("aws_directory_service_directory", "password", Password),
    ("aws_fsx_windows_file_system", "self_managed_active_directory.password", Password),
    ("aws_fsx_ontap_file_system", "fsx_admin_password", Password),
    ("aws_fsx_ontap_storage_virtual_machine", "svm_admin_password", Password),
    ("aws_dms_endpoint", "password", Password),
    ("aws_dms_endpoint", "mongodb_settings.password", Password),
    ("aws_dms_endpoint", "kafka_settings.sasl_password", Password),
    ("aws_dms_endpoint", "redis_settings.auth_password", Password),
    ("aws_transfer_user", "ssh_private_key", Secret),
    ("aws_iam_server_certificate", "private_key", Secret),
    ("aws_acm_certificate", "private_key", Secret),
    ("aws_cognito_identity_provider", "provider_details.client_secret", Secret),
    ("aws_lb_listener", "default_action.authenticate_oidc.client_secret", Secret),
    ("aws_lb_listener_rule", "action.authenticate_oidc.client_secret", Secret),
    ("aws_alb_listener", "default_action.authenticate_oidc.client_secret", Secret),
    ("aws_cloudwatch_event_connection", "auth_parameters.api_key.value", Secret),
    ("aws_cloudwatch_event_connection", "auth_parameters.basic.password", Password),
    ("aws_cloudwatch_event_connection", "auth_parameters.oauth.client_parameters.client_secret", Secret),
    ("aws_appflow_connector_profile", "connector_profile_config.connector_profile_credentials.*", Secret),
    ("aws_amplify_app", "access_token", Secret),
    ("aws_amplify_app", "oauth_token", Secret),
    ("aws_amplify_app", "basic_auth_credentials", Secret),
    ("aws_amplify_branch", "basic_auth_credentials", Secret),
    ("aws_api_gateway_api_key", "value", Secret),
    ("aws_appsync_datasource", "http_config.authorization_config.*", Secret),
    ("aws_codebuild_source_credential", "token", Secret),
    ("aws_codepipeline", "stage.action.configuration.OAuthToken", Secret),
    ("aws_codepipeline_webhook", "authentication_configuration.secret_token", Secret),
    ("aws_quicksight_data_source", "credentials.credential_pair.password", Password),
    ("aws_storagegateway_gateway", "smb_guest_password", Password),
    ("aws_storagegateway_gateway", "smb_active_directory_settings.password", Password),
    ("aws_pinpoint_gcm_channel", "api_key", Secret),
    ("aws_pinpoint_apns_channel", "private_key", Secret),
    ("aws_pinpoint_adm_channel", "client_secret", Secret),
    ("aws_sns_platform_application", "platform_credential", Secret),
    ("aws_vpn_connection", "tunnel1_preshared_key", Password),
    ("aws_vpn_connection", "tunnel2_preshared_key", Password),
    ("aws_dx_bgp_peer", "bgp_auth_key", Password),
    ("aws_lightsail_database", "master_password", Password),
    ("aws_kinesis_firehose_delivery_stream", "http_endpoint_configuration.access_key", Secret),
    ("aws_kinesis_firehose_delivery_stream", "redshift_configuration.password", Password),
    ("aws_kinesis_firehose_delivery_stream", "splunk_configuration.hec_token", Secret),
    ("aws_connect_user", "password", Password),
    ("aws_lambda_permission", "event_source_token", Secret),
    ("aws_emr_cluster", "kerberos_attributes.kdc_admin_password", Password),
    ("aws_guardduty_member", "token", Secret),
    ("AWS::RDS::DBInstance", "MasterUserPassword", Password),
    ("AWS::RDS::DBInstance", "TdeCredentialPassword", Password),
    ("AWS::RDS::DBCluster", "MasterUserPassword", Password),
    ("AWS::DocDB::DBCluster", "MasterUserPassword", Password),
    ("AWS::DocDBElastic::Cluster", "AdminUserPassword", Password),
    ("AWS::Redshift::Cluster", "MasterUserPassword", Password),
    ("AWS::RedshiftServerless::Namespace", "AdminUserPassword", Password),
    ("AWS::ElastiCache::ReplicationGroup", "AuthToken", Password),
    ("AWS::ElastiCache::User", "Passwords", Password),
    ("AWS::ElastiCache::User", "AuthenticationMode.Passwords", Password),
    ("AWS::MemoryDB::User", "AuthenticationMode.Passwords", Password),
    ("AWS::AmazonMQ::Broker", "Users.Password", Password),
    ("AWS::OpenSearchService::Domain", "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword", Password),
    ("AWS::Elasticsearch::Domain", "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword", Password),
    ("AWS::DirectoryService::MicrosoftAD", "Password", Password),
    ("AWS::DirectoryService::SimpleAD", "Password", Password),
    ("AWS::FSx::FileSystem", "WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.Password", Password),
    ("AWS::FSx::FileSystem", "OntapConfiguration.FsxAdminPassword", Password),
    ("AWS::FSx::StorageVirtualMachine", "SvmAdminPassword", Password),
    ("AWS::DMS::Endpoint", "Password", Password),
    ("AWS::DMS::Endpoint", "MongoDbSettings.Password", Password),
    ("AWS::DMS::Endpoint", "RedisSettings.AuthPassword", Password),
    ("AWS::IAM::User", "LoginProfile.Password", Password),
    ("AWS::IAM::ServerCertificate", "PrivateKey", Secret),
    ("AWS::Cognito::UserPoolIdentityProvider", "ProviderDetails.client_secret", Secret),
    ("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions.AuthenticateOidcConfig.ClientSecret", Secret),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "Actions.AuthenticateOidcConfig.ClientSecret", Secret),
    ("AWS::Events::Connection", "AuthParameters.ApiKeyAuthParameters.ApiKeyValue", Secret),
    ("AWS::Events::Connection", "AuthParameters.BasicAuthParameters.Password", Password),
    ("AWS::Events::Connection", "AuthParameters.OAuthParameters.ClientParameters.ClientSecret", Secret),
    ("AWS::Amplify::App", "AccessToken", Secret),
    ("AWS::Amplify::App", "OauthToken", Secret),
    ("AWS::Amplify::App", "BasicAuthConfig.Password", Password),
    ("AWS::Amplify::Branch", "BasicAuthConfig.Password", Password),
    ("AWS::ApiGateway::ApiKey", "Value", Secret),
    ("AWS::CodeBuild::SourceCredential", "Token", Secret),
    ("AWS::CodePipeline::Pipeline", "Stages.Actions.Configuration.OAuthToken", Secret),
    ("AWS::CodePipeline::Webhook", "AuthenticationConfiguration.SecretToken", Secret),
    ("AWS::Pinpoint::GCMChannel", "ApiKey", Secret),
    ("AWS::Pinpoint::APNSChannel", "PrivateKey", Secret),
    ("AWS::Pinpoint::ADMChannel", "ClientSecret", Secret),
    ("AWS::EC2::VPNConnection", "VpnTunnelOptionsSpecifications.PreSharedKey", Password),
    ("AWS::Lightsail::Database", "MasterUserPassword", Password),
    ("AWS::KinesisFirehose::DeliveryStream", "HttpEndpointDestinationConfiguration.EndpointConfiguration.AccessKey", Secret),
    ("AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration.Password", Password),
    ("AWS::KinesisFirehose::DeliveryStream", "SplunkDestinationConfiguration.HECToken", Secret),
    ("AWS::EMR::Cluster", "KerberosAttributes.KdcAdminPassword", Password),
    ("AWS::QuickSight::DataSource", "Credentials.CredentialPair.Password", Password),
    ("AWS::AppSync::DataSource", "HttpConfig.AuthorizationConfig.AwsIamConfig.*", Named),
    ("AWS::Lambda::Permission", "EventSourceToken", Secret),
    ("AWS::OpsWorks::App", "AppSource.Password", Password),
    ("AWS::OpsWorks::App", "SslConfiguration.PrivateKey", Secret),
    ("AWS::OpsWorks::Stack", "CustomCookbooksSource.Password", Password),
    ("AWS::OpsWorks::Stack", "RdsDbInstances.DbPassword", Password),
    ("AWS::AppStream::DirectoryConfig", "ServiceAccountCredentials.AccountPassword", Password),
    ("AWS::EMR::Cluster", "KerberosAttributes.ADDomainJoinPassword", Password),
    ("AWS::ManagedBlockchain::Member", "MemberConfiguration.MemberFrameworkConfiguration.MemberFabricConfiguration.AdminPassword", Password),
    ("Alexa::ASK::Skill", "AuthenticationConfiguration.ClientSecret", Secret),
    ("Alexa::ASK::Skill", "AuthenticationConfiguration.RefreshToken", Secret),
    ("azurerm_mssql_server", "administrator_login_password", Password),
    ("azurerm_sql_server", "administrator_login_password", Password),
    ("azurerm_mysql_server", "administrator_login_password", Password),
    ("azurerm_mysql_flexible_server", "administrator_password", Password),
    ("azurerm_mariadb_server", "administrator_login_password", Password),
    ("azurerm_postgresql_server", "administrator_login_password", Password),
    ("azurerm_postgresql_flexible_server", "administrator_password", Password),
    ("azurerm_mssql_managed_instance", "administrator_login_password", Password),
    ("azurerm_mssql_virtual_machine", "sql_connectivity_update_password", Password),
    ("azurerm_synapse_workspace", "sql_administrator_login_password", Password),
    ("azurerm_linux_virtual_machine", "admin_password", Password),
    ("azurerm_windows_virtual_machine", "admin_password", Password),
    ("azurerm_linux_virtual_machine_scale_set", "admin_password", Password),
    ("azurerm_windows_virtual_machine_scale_set", "admin_password", Password),
    ("azurerm_virtual_machine", "os_profile.admin_password", Password),
    ("azurerm_virtual_machine_scale_set", "os_profile.admin_password", Password),
    ("azurerm_container_group", "image_registry_credential.password", Password),
    ("azurerm_container_app", "secret.value", Secret),
    ("azurerm_container_app_environment", "dapr_application_insights_connection_string", Secret),
    ("azurerm_hdinsight_hadoop_cluster", "gateway.password", Password),
    ("azurerm_hdinsight_spark_cluster", "gateway.password", Password),
    ("azurerm_kubernetes_cluster", "service_principal.client_secret", Secret),
    ("azurerm_kubernetes_cluster", "windows_profile.admin_password", Password),
    ("azurerm_app_service_source_control_token", "token", Secret),
    ("azurerm_source_control_token", "token", Secret),
    ("azurerm_batch_certificate", "password", Password),
    ("azurerm_automation_credential", "password", Password),
    ("azurerm_automation_variable_string", "value", Named),
    ("azurerm_api_management_named_value", "value", Named),
    ("azurerm_api_management_authorization_server", "client_secret", Secret),
    ("azurerm_api_management_identity_provider_aad", "client_secret", Secret),
    ("azurerm_api_management_subscription", "primary_key", Secret),
    ("azurerm_data_factory_linked_service_sql_server", "connection_string", Secret),
    ("azurerm_data_factory_linked_service_azure_sql_database", "connection_string", Secret),
    ("azurerm_virtual_network_gateway_connection", "shared_key", Password),
    ("azurerm_vpn_server_configuration", "radius.server.secret", Password),
    ("azurerm_logic_app_action_http", "headers.*", Named),
    ("azurerm_linux_web_app", "auth_settings_v2.active_directory_v2.client_secret", Secret),
    ("azurerm_linux_function_app", "storage_account_access_key", Secret),
    ("azurerm_windows_function_app", "storage_account_access_key", Secret),
    ("azurerm_function_app", "storage_account_access_key", Secret),
    ("azurerm_bot_channels_registration", "developer_app_insights_api_key", Secret),
    ("azuread_application_password", "value", Secret),
    ("azuread_user", "password", Password),
    ("google_sql_user", "password", Password),
    ("google_sql_database_instance", "root_password", Password),
    ("google_sql_database_instance", "replica_configuration.password", Password),
    ("google_compute_vpn_tunnel", "shared_secret", Password),
    ("google_compute_router_peer", "md5_authentication_key.key", Password),
    ("google_compute_ssl_certificate", "private_key", Secret),
    ("google_compute_region_ssl_certificate", "private_key", Secret),
    ("google_compute_disk", "disk_encryption_key.raw_key", Secret),
    ("google_compute_backend_service", "iap.oauth2_client_secret", Secret),
    ("google_alloydb_cluster", "initial_user.password", Password),
    ("google_alloydb_user", "password", Password),
    ("google_active_directory_domain_trust", "trust_handshake_secret", Password),
    ("google_container_cluster", "master_auth.password", Password),
    ("google_identity_platform_default_supported_idp_config", "client_secret", Secret),
    ("google_identity_platform_oauth_idp_config", "client_secret", Secret),
    ("google_iam_workforce_pool_provider", "oidc.client_secret.value.plain_text", Secret),
    ("google_monitoring_notification_channel", "sensitive_labels.*", Secret),
    ("google_cloudbuild_trigger", "webhook_config.secret", Named),
    ("google_database_migration_service_connection_profile", "mysql.password", Password),
    ("google_database_migration_service_connection_profile", "postgresql.password", Password),
    ("google_datastream_connection_profile", "mysql_profile.password", Password),
    ("google_datastream_connection_profile", "postgresql_profile.password", Password),
    ("google_datastream_connection_profile", "oracle_profile.password", Password),
    ("kubernetes_secret", "string_data.*", Secret),
    ("helm_release", "set_sensitive.*", Secret),
    ("helm_release", "repository_password", Password),
    ("docker_registry_image", "auth_config.password", Password),
    ("mysql_user", "plaintext_password", Password),
    ("mysql_user_password", "plaintext_password", Password),
    ("postgresql_role", "password", Password),
    ("mongodbatlas_database_user", "password", Password),
    ("rabbitmq_user", "password", Password),
    ("grafana_data_source", "basic_auth_password", Password),
    ("grafana_data_source", "secure_json_data_encoded.*", Secret),
    ("datadog_integration_aws", "secret_access_key", Secret),
    ("datadog_integration_slack_channel", "token", Secret),
    ("github_repository_webhook", "configuration.secret", Password),
    ("gitlab_project_hook", "token", Secret),
    ("gitlab_user", "password", Password),
    ("keycloak_openid_client", "client_secret", Secret),
    ("keycloak_user", "initial_password.value", Password),
    ("auth0_client", "client_secret", Secret),
    ("okta_app_oauth", "client_basic_secret", Secret),
    ("cloudflare_tunnel", "secret", Secret),
    ("digitalocean_database_user", "password", Password),
    ("hcloud_server", "root_password", Password),
    ("openstack_compute_instance_v2", "admin_pass", Password),
    ("vsphere_virtual_machine", "clone.customize.windows_options.admin_password", Password),
    ("oci_database_autonomous_database", "admin_password", Password),
    ("oci_mysql_mysql_db_system", "admin_password", Password),
    ("alicloud_db_account", "account_password", Password),
    ("alicloud_instance", "password", Password),
    ("linode_instance", "root_pass", Password),
    ("vultr_database_user", "password", Password),
    ("tfe_notification_configuration", "token", Secret),
    ("snowflake_user", "password", Password),
    ("confluent_connector", "config_sensitive.*", Secret),
    ("serverless.provider", "apiGateway.apiKeys.*", Secret),
];

/// Provider or backend, path, and what it holds.
#[rustfmt::skip]
const CREDENTIALS: &[(&str, &str, Holds)] = &[
    ("aws", "access_key", Secret),
    ("aws", "secret_key", Secret),
    ("aws", "token", Secret),
    ("azurerm", "client_secret", Secret),
    ("azuread", "client_secret", Secret),
    ("azapi", "client_secret", Secret),
    ("google", "credentials", Secret),
    ("google-beta", "credentials", Secret),
    ("google", "access_token", Secret),
    ("vault", "token", Secret),
    ("github", "token", Secret),
    ("gitlab", "token", Secret),
    ("datadog", "api_key", Secret),
    ("datadog", "app_key", Secret),
    ("cloudflare", "api_token", Secret),
    ("cloudflare", "api_key", Secret),
    ("digitalocean", "token", Secret),
    ("linode", "token", Secret),
    ("hcloud", "token", Secret),
    ("heroku", "api_key", Secret),
    ("newrelic", "api_key", Secret),
    ("pagerduty", "token", Secret),
    ("okta", "api_token", Secret),
    ("auth0", "client_secret", Secret),
    ("grafana", "auth", Secret),
    ("mongodbatlas", "private_key", Secret),
    ("snowflake", "password", Password),
    ("postgresql", "password", Password),
    ("mysql", "password", Password),
    ("rabbitmq", "password", Password),
    ("vsphere", "password", Password),
    ("openstack", "password", Password),
    ("kubernetes", "token", Secret),
    ("kubernetes", "password", Password),
    ("helm", "kubernetes.token", Secret),
    ("tfe", "token", Secret),
    ("fastly", "api_key", Secret),
    ("confluent", "cloud_api_secret", Secret),
    ("s3", "access_key", Secret),
    ("s3", "secret_key", Secret),
    ("s3", "token", Secret),
    ("azurerm", "access_key", Secret),
    ("azurerm", "sas_token", Secret),
    ("http", "password", Password),
    ("pg", "conn_str", Secret),
    ("consul", "access_token", Secret),
    ("remote", "token", Secret),
    ("oss", "secret_key", Secret),
    ("cos", "secret_key", Secret),
];

/// Every constant in such a property is a candidate; write-only arguments count too, since the template holds the value.
pub(crate) fn run<'p>(scene: &Scene<'_, 'p>, out: &mut Vec<Sighting<'p>>) {
    for thing in &scene.things {
        let what = thing.declared.what;
        let rows = match what.role {
            Role::Resource if what.dialect == Dialect::Azure => azure::PROPERTIES,
            Role::Resource | Role::Ephemeral => PROPERTIES,
            Role::Provider | Role::Backend => CREDENTIALS,
            _ => continue,
        };
        let rows: Vec<_> = rows
            .iter()
            .filter(|(kind, ..)| sites::is_kind(kind, &what.kind))
            .collect();
        if rows.is_empty() {
            continue;
        }
        for leaf in thing.leaves.iter().filter(|leaf| !leaf.within) {
            let names = leaf.path.iter();
            let path: Vec<&str> = names.map(|n| n.strip_suffix("_wo").unwrap_or(n)).collect();
            let row = rows.iter().find(|(_, site, _)| {
                sites::leads(site, &path) || leaf.beside.is_some() && is_paired(site, &path)
            });
            if let Some((.., holds)) = row {
                let ends = format!("{} of {}", leaf.path.join("."), what.address());
                let reading = reading(*holds, thing.declared, leaf);
                let is_password = matches!(holds, Password);
                out.extend(
                    scene
                        .literal(&RULE, leaf, reading, &ends)
                        .map(|seen| Sighting {
                            mend: is_password.then(|| point::dynamic(scene, leaf)).flatten(),
                            ..seen
                        }),
                );
            }
        }
    }
}

/// Whether a property is the value beside a name, which stands in its place in a path.
fn is_paired(site: &str, path: &[&str]) -> bool {
    match (site.strip_suffix(".value"), path.split_last()) {
        (Some(site), Some((_, above))) => sites::leads(site, above),
        _ => false,
    }
}

/// Whether a property of a resource holds a secret whatever it is named.
pub(super) fn is_secret(kind: &str, path: &[&str]) -> bool {
    let all = PROPERTIES.iter().chain(azure::PROPERTIES);
    let mut rows = all.filter(|(of, ..)| sites::is_kind(of, kind));
    rows.any(|(_, site, holds)| !matches!(holds, Named) && sites::leads(site, path))
}

fn reading<'p>(holds: Holds, declared: Declared<'p>, leaf: &Leaf<'p>) -> Reading<'p> {
    let last = leaf.path.last().copied().unwrap_or_default();
    match holds {
        Password => Reading {
            prior: Prior::Property { password: true },
            name: last,
            site: Site::Variable,
        },
        Secret => Reading {
            prior: Prior::Property { password: false },
            name: last,
            site: Site::Variable,
        },
        Named if last == "value" => Reading::named(&declared.what.name, Site::Variable),
        Named => Reading::named(last, Site::Variable),
    }
}
