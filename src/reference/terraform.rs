//! Addresses of Terraform: `data.aws_secretsmanager_secret_version.db.secret_string` and what stands behind them.

use super::Reference;

/// Reads an address. What ends in an ARN, a name or an id stays a pointer, but for a field of a secret that is called so;
/// everything else is copied by the deployment.
#[must_use]
pub fn address(target: &str) -> Reference {
    let last = target.rsplit('.').next().unwrap_or_default();
    let points = target.contains('.') && POINTERS.contains(&last) && secret(target).is_none();
    Reference::in_template(target, !points)
}

/// Attributes that name a thing.
const POINTERS: &[&str] = &[
    "arn",
    "id",
    "name",
    "secret_id",
    "secret_arn",
    "version_id",
    "versionless_id",
    "resource_id",
    "resource_versionless_id",
    "self_link",
    "key_id",
    "url",
    "vault_uri",
];

/// Kind, attribute, and what the attribute holds. `data.` before a kind: only the data source's.
const SECRETS: &[(&str, &str, &str)] = &[
    (
        "data.aws_secretsmanager_secret_version",
        "secret_string",
        "the value of a secret in AWS Secrets Manager",
    ),
    (
        "data.aws_secretsmanager_secret_version",
        "secret_binary",
        "the value of a secret in AWS Secrets Manager",
    ),
    (
        "aws_secretsmanager_secret_version",
        "secret_string",
        "the value of a secret in AWS Secrets Manager",
    ),
    (
        "data.aws_secretsmanager_random_password",
        "random_password",
        "a generated password",
    ),
    ("data.aws_kms_secrets", "plaintext", "a decrypted secret"),
    (
        "data.aws_ecr_authorization_token",
        "password",
        "a registry password",
    ),
    ("data.aws_eks_cluster_auth", "token", "a cluster token"),
    ("aws_iam_access_key", "secret", "a static AWS access key"),
    (
        "aws_iam_access_key",
        "ses_smtp_password_v4",
        "an SMTP password",
    ),
    ("aws_db_instance", "password", "a database password"),
    ("aws_rds_cluster", "master_password", "a database password"),
    (
        "aws_redshift_cluster",
        "master_password",
        "a database password",
    ),
    (
        "aws_elasticache_replication_group",
        "auth_token",
        "a cache's token",
    ),
    ("aws_api_gateway_api_key", "value", "an API key"),
    (
        "aws_cognito_user_pool_client",
        "client_secret",
        "a client secret",
    ),
    ("random_password", "result", "a generated password"),
    ("tls_private_key", "private_key_pem", "a private key"),
    ("tls_private_key", "private_key_openssh", "a private key"),
    ("tls_private_key", "private_key_pem_pkcs8", "a private key"),
    (
        "data.azurerm_key_vault_secret",
        "value",
        "the value of a secret in Azure Key Vault",
    ),
    (
        "azurerm_key_vault_secret",
        "value",
        "the value of a secret in Azure Key Vault",
    ),
    (
        "data.azurerm_key_vault_certificate_data",
        "key",
        "a private key",
    ),
    (
        "azurerm_storage_account",
        "primary_access_key",
        "a storage account's key",
    ),
    (
        "azurerm_storage_account",
        "secondary_access_key",
        "a storage account's key",
    ),
    (
        "azurerm_storage_account",
        "primary_connection_string",
        "a storage account's key",
    ),
    (
        "azurerm_storage_account",
        "secondary_connection_string",
        "a storage account's key",
    ),
    (
        "azurerm_storage_account",
        "primary_blob_connection_string",
        "a storage account's key",
    ),
    ("azurerm_cosmosdb_account", "primary_key", "a Cosmos DB key"),
    (
        "azurerm_cosmosdb_account",
        "secondary_key",
        "a Cosmos DB key",
    ),
    (
        "azurerm_cosmosdb_account",
        "primary_sql_connection_string",
        "a Cosmos DB key",
    ),
    (
        "azurerm_cosmosdb_account",
        "primary_mongodb_connection_string",
        "a Cosmos DB key",
    ),
    (
        "azurerm_cosmosdb_account",
        "connection_strings",
        "a Cosmos DB key",
    ),
    ("azurerm_redis_cache", "primary_access_key", "a cache's key"),
    (
        "azurerm_redis_cache",
        "primary_connection_string",
        "a cache's key",
    ),
    (
        "azurerm_servicebus_namespace",
        "default_primary_connection_string",
        "a Service Bus key",
    ),
    (
        "azurerm_servicebus_namespace",
        "default_primary_key",
        "a Service Bus key",
    ),
    (
        "azurerm_servicebus_namespace_authorization_rule",
        "primary_connection_string",
        "a Service Bus key",
    ),
    (
        "azurerm_servicebus_queue_authorization_rule",
        "primary_connection_string",
        "a Service Bus key",
    ),
    (
        "azurerm_servicebus_topic_authorization_rule",
        "primary_connection_string",
        "a Service Bus key",
    ),
    (
        "azurerm_eventhub_namespace",
        "default_primary_connection_string",
        "an Event Hubs key",
    ),
    (
        "azurerm_eventhub_authorization_rule",
        "primary_connection_string",
        "an Event Hubs key",
    ),
    (
        "azurerm_eventhub_namespace_authorization_rule",
        "primary_connection_string",
        "an Event Hubs key",
    ),
    (
        "azurerm_eventgrid_topic",
        "primary_access_key",
        "an Event Grid key",
    ),
    (
        "azurerm_iothub_shared_access_policy",
        "primary_connection_string",
        "an IoT Hub key",
    ),
    (
        "azurerm_cognitive_account",
        "primary_access_key",
        "an AI service key",
    ),
    (
        "azurerm_search_service",
        "primary_key",
        "a search service's key",
    ),
    (
        "azurerm_signalr_service",
        "primary_connection_string",
        "a SignalR key",
    ),
    (
        "azurerm_app_configuration",
        "primary_write_key",
        "an App Configuration key",
    ),
    (
        "azurerm_container_registry",
        "admin_password",
        "a registry password",
    ),
    ("azurerm_maps_account", "primary_access_key", "a maps key"),
    ("azurerm_batch_account", "primary_access_key", "a Batch key"),
    (
        "azurerm_communication_service",
        "primary_connection_string",
        "a Communication Services key",
    ),
    (
        "azurerm_log_analytics_workspace",
        "primary_shared_key",
        "a workspace key",
    ),
    ("azuread_application_password", "value", "a client secret"),
    (
        "azuread_service_principal_password",
        "value",
        "a client secret",
    ),
    (
        "data.azurerm_storage_account_sas",
        "sas",
        "a shared access signature",
    ),
    (
        "data.google_secret_manager_secret_version",
        "secret_data",
        "the value of a secret in Google Secret Manager",
    ),
    (
        "data.google_secret_manager_secret_version_access",
        "secret_data",
        "the value of a secret in Google Secret Manager",
    ),
    (
        "google_secret_manager_secret_version",
        "secret_data",
        "the value of a secret in Google Secret Manager",
    ),
    (
        "google_service_account_key",
        "private_key",
        "a service account's key",
    ),
    ("google_sql_user", "password", "a database password"),
    ("google_apikeys_key", "key_string", "an API key"),
    ("google_redis_instance", "auth_string", "a cache's token"),
    ("data.vault_generic_secret", "data", "a secret of Vault"),
    ("data.vault_kv_secret", "data", "a secret of Vault"),
    ("data.vault_kv_secret_v2", "data", "a secret of Vault"),
    ("data.onepassword_item", "password", "a secret of 1Password"),
    ("data.doppler_secrets", "map", "a secret of Doppler"),
    ("data.sops_file", "data", "a decrypted secret"),
];

/// What secret an address gives the value of, in words, and which field of it; none where it gives no secret, or nothing is
/// known.
#[must_use]
pub fn secret(target: &str) -> Option<(&'static str, Option<&str>)> {
    let data = target.starts_with("data.");
    let rest = target.strip_prefix("data.").unwrap_or(target);
    let mut parts = rest.split('.');
    let (kind, _name) = (parts.next()?, parts.next()?);
    let attribute = parts.find(|p| p.bytes().any(|b| b.is_ascii_alphabetic()))?;
    let known = SECRETS.iter().find(|(of, name, _)| {
        let known = match of.strip_prefix("data.") {
            Some(of) => data && of == kind,
            None => *of == kind,
        };
        known && *name == attribute
    });
    let says = match known {
        Some((.., says)) => says,
        // A provider's name comes before that of its kind.
        None if may_say(kind) && says_one(attribute) => "a secret attribute",
        None => return None,
    };
    Some((says, parts.next_back().filter(|field| !is_number(field))))
}

/// Whether a kind is a provider's; what a store of secrets calls a secret is the name of one.
fn may_say(kind: &str) -> bool {
    kind.contains('_') && kind != "terraform_remote_state" && !kind.contains("secret")
}

/// Whether the name of an attribute is enough.
fn says_one(attribute: &str) -> bool {
    const WHOLE: &[&str] = &[
        "access_token",
        "api_key",
        "api_token",
        "auth_token",
        "client_secret",
        "default_function_key",
        "default_primary_key",
        "default_secondary_key",
        "password",
        "primary_key",
        "private_key",
        "secondary_key",
        "secret",
        "secret_key",
        "token",
    ];
    const ENDS: &[&str] = &[
        "_access_key",
        "_connection_string",
        "_master_key",
        "_password",
    ];
    WHOLE.contains(&attribute) || ENDS.iter().any(|end| attribute.ends_with(end))
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::Resolved;
    use super::*;

    #[test]
    fn values_and_pointers_are_told_apart() {
        for (target, resolved) in [
            ("aws_secretsmanager_secret.db.arn", Resolved::Runtime),
            (
                "data.aws_secretsmanager_secret_version.db.secret_string",
                Resolved::Deploy,
            ),
            ("var.name", Resolved::Runtime),
            ("data.sops_file.db.id", Resolved::Runtime),
            ("data.sops_file.db.data.url", Resolved::Deploy),
            ("var.db_password", Resolved::Deploy),
        ] {
            assert_eq!(address(target).resolved, resolved, "{target}");
        }
    }

    #[test]
    fn secrets_behind_addresses() {
        assert!(secret("random_password.db.result").is_some());
        assert!(secret("random_password.db.0.result").is_some());
        assert!(secret("data.aws_secretsmanager_secret_version.db.secret_string").is_some());
        assert!(secret("data.aws_secretsmanager_secret_version.db.arn").is_none());
        assert!(secret("random_password.db.length").is_none());
        assert!(secret("random_pet.db.id").is_none());
        for told in [
            "azurerm_eventhub_authorization_rule.r.primary_key",
            "data.azurerm_function_app_host_keys.k.default_function_key",
            "google_iap_client.c.secret",
            "okta_app_oauth.app.client_secret",
        ] {
            assert!(secret(told).is_some(), "{told}");
        }
        for none in [
            "var.db.password",
            "module.db.password",
            "data.terraform_remote_state.db.outputs.password",
            "azurerm_application_insights.a.connection_string",
            "google_secret_manager_secret_version.db.secret",
            "data.google_secret_manager_secret_version.db.secret",
            "aws_dynamodb_table.t.hash_key",
        ] {
            assert!(secret(none).is_none(), "{none}");
        }
        let field = |target| secret(target).and_then(|(_, field)| field);
        assert_eq!(field("data.sops_file.db.data.host"), Some("host"));
        assert_eq!(field("random_password.db.0.result"), None);
        assert_eq!(
            field("azurerm_cosmosdb_account.db.connection_strings.0"),
            None
        );
    }
}
