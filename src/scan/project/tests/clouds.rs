//! Stores of Azure and Google whose readers are logged, beside those whose are not.

use super::*;

const VAULT: &str = "resource \"azurerm_key_vault\" \"main\" {\n name = \"orders\"\n}\n";

/// A diagnostic setting for this.
fn setting(target: &str) -> String {
    format!(
        "resource \"azurerm_monitor_diagnostic_setting\" \"log\" {{\n name = \"log\"\n target_resource_id = {target}\n}}\n"
    )
}

#[test]
fn vaults_whose_readers_are_logged() {
    let with = |more: &str| rules(&[("main.tf", &format!("{VAULT}{more}"))]);
    let other = setting("azurerm_linux_web_app.orders.id");
    assert_eq!(with(&other), ["secret-access-not-logged"]);
    for logged in [
        setting("azurerm_key_vault.main.id"),
        setting("each.value"),
        setting("var.resource_id"),
        setting("\"${var.group_id}/providers/Microsoft.KeyVault/vaults/orders\""),
        format!(
            "{other}resource \"azurerm_subscription_policy_assignment\" \"logs\" {{\n name = \"logs\"\n policy_definition_id = var.definition\n}}\n"
        ),
    ] {
        assert!(with(&logged).is_empty(), "{logged}");
    }
}

#[test]
fn settings_without_a_scope_are_of_their_template() {
    let vault = "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'orders'\n}\n";
    let log = "resource log 'Microsoft.KeyVault/vaults/providers/diagnosticSettings@2021-05-01-preview' = {\n  name: 'orders/Microsoft.Insights/log'\n}\n";
    assert!(rules(&[("main.bicep", &format!("{vault}{log}"))]).is_empty());
    assert_eq!(
        rules(&[("main.bicep", vault), ("other.bicep", log)]),
        ["secret-access-not-logged"]
    );
}

#[test]
fn logs_of_google_hold_for_a_project() {
    let secret = "resource \"google_secret_manager_secret\" \"api\" {\n secret_id = \"api\"\n labels = { rotation = \"none\" }\n}\n";
    let audit = "resource \"google_organization_iam_audit_config\" \"all\" {\n service = \"allServices\"\n audit_log_config {\n log_type = \"DATA_READ\"\n }\n}\n";
    assert!(rules(&[("app/main.tf", secret), ("organisation/main.tf", audit)]).is_empty());
    // Where nothing is said of it here, it may be said for the whole organisation.
    assert!(rules(&[("main.tf", secret)]).is_empty());
    let not_logged = ["secret-access-not-logged"];
    assert_eq!(doubted(&[("main.tf", secret)]), not_logged);
    assert_eq!(doubted(&[("main.tf", VAULT)]), not_logged);
}
