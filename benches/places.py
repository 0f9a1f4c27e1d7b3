"""The places of plant_places.py: one row each. `<!` ends the lines that count; <NAME>, <V>, <T>, <P> and <n> are filled in.

`@section` starts what goes below a name of the file; everything else is put at its end.
"""

ROWS = []

# Whatever rule names the line of a literal has found it.
LEAK = None
COPY = ["secret-copied-into-env"]


def row(dialect, family, kind, place, rules, text):
    ROWS.append({"dialect": dialect, "family": family, "kind": kind, "place": place, "rules": rules, "text": text})


def rows(dialect, family, kind, rules, places):
    for place, text in places.items():
        row(dialect, family, kind, place, rules, text)


# ---------------------------------------------------------------- Terraform

rows("terraform", "A2", "literal", LEAK, {
    "aws_lambda_function": 'resource "aws_lambda_function" "p<n>" {\n  function_name = "p"\n  environment {\n    variables = {\n      <NAME> = "<V>" <!\n    }\n  }\n}',
    "aws_ecs_task_definition": 'resource "aws_ecs_task_definition" "p<n>" {\n  family = "p"\n  container_definitions = jsonencode([{\n    name = "app"\n    environment = [\n      { name = "<NAME>", value = "<V>" } <!\n    ]\n  }])\n}',
    "aws_apprunner_service": 'resource "aws_apprunner_service" "p<n>" {\n  service_name = "p"\n  source_configuration {\n    image_repository {\n      image_configuration {\n        runtime_environment_variables = {\n          <NAME> = "<V>" <!\n        }\n      }\n    }\n  }\n}',
    "aws_codebuild_project": 'resource "aws_codebuild_project" "p<n>" {\n  environment {\n    environment_variable {\n      name  = "<NAME>"\n      value = "<V>" <!\n    }\n  }\n}',
    "aws_batch_job_definition": 'resource "aws_batch_job_definition" "p<n>" {\n  container_properties = jsonencode({\n    environment = [{ name = "<NAME>", value = "<V>" }] <!\n  })\n}',
    "aws_mwaa_environment": 'resource "aws_mwaa_environment" "p<n>" {\n  airflow_configuration_options = {\n    "smtp.smtp_password" = "<P>" <!\n  }\n}',
    "google_cloud_run_v2_job": 'resource "google_cloud_run_v2_job" "p<n>" {\n  template {\n    template {\n      containers {\n        env {\n          name  = "<NAME>"\n          value = "<V>" <!\n        }\n      }\n    }\n  }\n}',
    "google_cloudfunctions2_function": 'resource "google_cloudfunctions2_function" "p<n>" {\n  service_config {\n    environment_variables = {\n      <NAME> = "<V>" <!\n    }\n  }\n}',
    "azurerm_linux_web_app": 'resource "azurerm_linux_web_app" "p<n>" {\n  app_settings = {\n    "<NAME>" = "<V>" <!\n  }\n}',
    "azurerm_container_app": 'resource "azurerm_container_app" "p<n>" {\n  template {\n    container {\n      env {\n        name  = "<NAME>"\n        value = "<V>" <!\n      }\n    }\n  }\n}',
    "azurerm_container_group": 'resource "azurerm_container_group" "p<n>" {\n  container {\n    environment_variables = {\n      <NAME> = "<V>" <!\n    }\n  }\n}',
    "kubernetes_deployment_v1": 'resource "kubernetes_deployment_v1" "p<n>" {\n  spec {\n    template {\n      spec {\n        container {\n          env {\n            name  = "<NAME>"\n            value = "<V>" <!\n          }\n        }\n      }\n    }\n  }\n}',
    "nomad env": 'resource "aws_sagemaker_model" "p<n>" {\n  primary_container {\n    environment = {\n      <NAME> = "<V>" <!\n    }\n  }\n}',
})
rows("terraform", "A3", "literal", LEAK, {
    "aws_db_instance": 'resource "aws_db_instance" "p<n>" {\n  engine   = "postgres"\n  password = "<P>" <!\n}',
    "aws_mq_broker": 'resource "aws_mq_broker" "p<n>" {\n  user {\n    username = "app"\n    password = "<P>" <!\n  }\n}',
    "aws_directory_service_directory": 'resource "aws_directory_service_directory" "p<n>" {\n  name     = "corp.example"\n  password = "<P>" <!\n}',
    "aws_elasticache_user": 'resource "aws_elasticache_user" "p<n>" {\n  user_name = "app"\n  passwords = ["<P>"] <!\n}',
    "aws_cognito_identity_provider": 'resource "aws_cognito_identity_provider" "p<n>" {\n  provider_details = {\n    client_id     = "app"\n    client_secret = "<T>" <!\n  }\n}',
    "aws_opensearch_domain": 'resource "aws_opensearch_domain" "p<n>" {\n  advanced_security_options {\n    master_user_options {\n      master_user_password = "<P>" <!\n    }\n  }\n}',
    "aws_transfer vpn": 'resource "aws_vpn_connection" "p<n>" {\n  tunnel1_preshared_key = "<T>" <!\n}',
    "google_sql_user": 'resource "google_sql_user" "p<n>" {\n  name     = "app"\n  password = "<P>" <!\n}',
    "google_compute_vpn_tunnel": 'resource "google_compute_vpn_tunnel" "p<n>" {\n  shared_secret = "<T>" <!\n}',
    "google_alloydb_cluster": 'resource "google_alloydb_cluster" "p<n>" {\n  initial_user {\n    user     = "app"\n    password = "<P>" <!\n  }\n}',
    "azurerm_mssql_server": 'resource "azurerm_mssql_server" "p<n>" {\n  administrator_login          = "app"\n  administrator_login_password = "<P>" <!\n}',
    "azurerm_linux_virtual_machine": 'resource "azurerm_linux_virtual_machine" "p<n>" {\n  admin_username = "app"\n  admin_password = "<P>" <!\n}',
    "azurerm_postgresql_flexible_server": 'resource "azurerm_postgresql_flexible_server" "p<n>" {\n  administrator_password = "<P>" <!\n}',
    "azurerm_data_factory_linked_service": 'resource "azurerm_data_factory_linked_service_sftp" "p<n>" {\n  username = "app"\n  password = "<P>" <!\n}',
    "datadog provider": 'provider "datadog" {\n  api_key = "<T>" <!\n}',
    "mysql provider": 'provider "mysql" {\n  endpoint = "db.example:3306"\n  username = "app"\n  password = "<P>" <!\n}',
    "github_actions_secret": 'resource "github_actions_secret" "p<n>" {\n  secret_name     = "<NAME>"\n  plaintext_value = "<V>" <!\n}',
})
rows("terraform", "A4", "literal", LEAK, {
    "variable default": 'variable "<name>_<n>" {\n  type      = string\n  sensitive = true\n  default   = "<V>" <!\n}',
    "local to function": 'locals {\n  p<n>_<name> = "<V>" <!\n}\nresource "aws_lambda_function" "p<n>" {\n  environment {\n    variables = { KEY = local.p<n>_<name> }\n  }\n}',
})
rows("terraform", "B11", "literal", LEAK, {
    "aws_secretsmanager_secret_version": 'resource "aws_secretsmanager_secret_version" "p<n>" {\n  secret_id     = "app"\n  secret_string = jsonencode({ user = "app", password = "<P>" }) <!\n}',
    "aws_ssm_parameter": 'resource "aws_ssm_parameter" "p<n>" {\n  name  = "/app/<name>"\n  type  = "SecureString"\n  value = "<V>" <!\n}',
    "google_secret_manager_secret_version": 'resource "google_secret_manager_secret_version" "p<n>" {\n  secret      = "app"\n  secret_data = "<V>" <!\n}',
    "azurerm_key_vault_secret": 'resource "azurerm_key_vault_secret" "p<n>" {\n  name            = "app"\n  expiration_date = "2027-01-01T00:00:00Z"\n  value           = "<V>" <!\n}',
    "vault_generic_secret": 'resource "vault_kv_secret_v2" "p<n>" {\n  mount     = "kv"\n  data_json = jsonencode({ password = "<P>" }) <!\n}',
})
rows("terraform", "B1", "copy", COPY, {
    "secret_string": 'resource "aws_lambda_function" "p<n>" {\n  environment {\n    variables = {\n      <NAME> = data.aws_secretsmanager_secret_version.app.secret_string <!\n    }\n  }\n}',
    "jsondecode": 'resource "aws_lambda_function" "p<n>" {\n  environment {\n    variables = {\n      <NAME> = jsondecode(data.aws_secretsmanager_secret_version.app.secret_string)["password"] <!\n    }\n  }\n}',
    "random_password": 'resource "random_password" "p<n>" {\n  length = 32\n}\nresource "aws_apprunner_service" "p<n>" {\n  source_configuration {\n    image_repository {\n      image_configuration {\n        runtime_environment_variables = { <NAME> = random_password.p<n>.result } <!\n      }\n    }\n  }\n}',
    "variable": 'variable "p<n>_<name>" {\n  type      = string\n  sensitive = true\n}\nresource "aws_lambda_function" "p<n>" {\n  environment {\n    variables = merge({ STAGE = "dev" }, {\n      <NAME> = var.p<n>_<name> <!\n    })\n  }\n}',
    "ssm": 'data "aws_ssm_parameter" "p<n>" {\n  name            = "/app/<name>"\n  with_decryption = true\n}\nresource "aws_ecs_task_definition" "p<n>" {\n  container_definitions = jsonencode([{ environment = [\n    { name = "<NAME>", value = data.aws_ssm_parameter.p<n>.value } <!\n  ] }])\n}',
    "vault": 'data "vault_kv_secret_v2" "p<n>" {\n  mount = "kv"\n  name  = "app"\n}\nresource "aws_lambda_function" "p<n>" {\n  environment {\n    variables = {\n      <NAME> = data.vault_kv_secret_v2.p<n>.data["password"] <!\n    }\n  }\n}',
})
rows("terraform", "B2", "copy", COPY, {
    "secret_data": 'resource "google_cloud_run_v2_service" "p<n>" {\n  template {\n    containers {\n      env {\n        name  = "<NAME>"\n        value = data.google_secret_manager_secret_version.app.secret_data <!\n      }\n    }\n  }\n}',
    "storage key": 'resource "azurerm_linux_web_app" "p<n>" {\n  app_settings = {\n    STORAGE = azurerm_storage_account.app.primary_connection_string <!\n  }\n}',
    "key vault value": 'resource "azurerm_linux_function_app" "p<n>" {\n  app_settings = {\n    "<NAME>" = data.azurerm_key_vault_secret.app.value <!\n  }\n}',
    "redis key": 'resource "azurerm_container_app" "p<n>" {\n  template {\n    container {\n      env {\n        name  = "CACHE"\n        value = azurerm_redis_cache.app.primary_access_key <!\n      }\n    }\n  }\n}',
    "service bus": 'resource "azurerm_windows_function_app" "p<n>" {\n  app_settings = {\n    BUS = azurerm_servicebus_namespace.app.default_primary_connection_string <!\n  }\n}',
    "cosmos": 'resource "azurerm_linux_web_app" "p<n>" {\n  app_settings = {\n    DOCS = azurerm_cosmosdb_account.app.primary_key <!\n  }\n}',
    "sql user": 'resource "google_cloudfunctions2_function" "p<n>" {\n  service_config {\n    environment_variables = {\n      <NAME> = google_sql_user.app.password <!\n    }\n  }\n}',
})
row("terraform", "A5", "gap", "secret key", ["secret-key-management-missing"], 'resource "aws_secretsmanager_secret" "p<n>" { <!\n  name = "app"\n}')
row("terraform", "A5", "gap", "env key", ["env-key-management-missing"], 'resource "aws_lambda_function" "p<n>" { <!\n  environment {\n    variables = { DB_PASSWORD = random_password.p<n>.result }\n  }\n}\nresource "random_password" "p<n>" {\n  length = 20\n}')
rows("terraform", "A6", "gap", ["rotation-missing", "rotation-too-rare", "secret-expiry-missing", "rotation-incomplete"], {
    "no rotation": 'resource "aws_secretsmanager_secret" "p<n>" { <!\n  name       = "app"\n  kms_key_id = aws_kms_key.app.arn\n}',
    "days": 'resource "aws_secretsmanager_secret_rotation" "p<n>" {\n  secret_id           = aws_secretsmanager_secret.app.id\n  rotation_lambda_arn = aws_lambda_function.app.arn\n  rotation_rules {\n    automatically_after_days = 180 <!\n  }\n}',
    "rate": 'resource "aws_secretsmanager_secret_rotation" "p<n>" {\n  secret_id           = aws_secretsmanager_secret.app.id\n  rotation_lambda_arn = aws_lambda_function.app.arn\n  rotation_rules {\n    schedule_expression = "rate(365 days)" <!\n  }\n}',
    "google none": 'resource "google_secret_manager_secret" "p<n>" { <!\n  secret_id = "app"\n  replication {\n    auto {}\n  }\n}',
    "google period": 'resource "google_secret_manager_secret" "p<n>" {\n  secret_id = "app"\n  topics {\n    name = "t"\n  }\n  rotation {\n    rotation_period = "31536000s" <!\n  }\n}',
    "google no topic": 'resource "google_secret_manager_secret" "p<n>" { <!\n  secret_id = "app"\n  rotation { <!\n    rotation_period    = "2592000s" <!\n    next_rotation_time = "2027-01-01T00:00:00Z" <!\n  } <!\n} <!',
    "key vault": 'resource "azurerm_key_vault_secret" "p<n>" { <!\n  name         = "app"\n  key_vault_id = azurerm_key_vault.app.id\n  value        = random_password.app.result\n}',
    "no lambda": 'resource "aws_secretsmanager_secret_rotation" "p<n>" { <!\n  secret_id = aws_secretsmanager_secret.app.id\n  rotation_rules {\n    automatically_after_days = 30\n  }\n}',
})
rows("terraform", "A7", "gap", ["wildcard-secret-access", "managed-secret-policy", "wildcard-decrypt-access", "excessive-vault-rights"], {
    "document": 'data "aws_iam_policy_document" "p<n>" {\n  statement { <!\n    actions   = ["secretsmanager:GetSecretValue"] <!\n    resources = ["*"] <!\n  }\n}',
    "jsonencode": 'resource "aws_iam_role_policy" "p<n>" {\n  policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [{ <!\n      Effect   = "Allow" <!\n      Action   = ["ssm:GetParameter", "ssm:GetParametersByPath"] <!\n      Resource = "arn:aws:ssm:*:*:parameter/*" <!\n    }]\n  })\n}',
    "managed": 'resource "aws_iam_role_policy_attachment" "p<n>" { <!\n  role       = "app"\n  policy_arn = "arn:aws:iam::aws:policy/SecretsManagerReadWrite" <!\n}',
    "google project": 'resource "google_project_iam_member" "p<n>" { <!\n  project = "app"\n  role    = "roles/secretmanager.secretAccessor" <!\n  member  = "serviceAccount:app@p.iam.gserviceaccount.com"\n}',
    "google admin": 'resource "google_project_iam_member" "p<n>" { <!\n  project = "app"\n  role    = "roles/secretmanager.admin" <!\n  member  = "serviceAccount:app@p.iam.gserviceaccount.com"\n}',
    "azure role": 'resource "azurerm_role_assignment" "p<n>" { <!\n  scope                = azurerm_resource_group.app.id\n  role_definition_name = "Key Vault Secrets Officer" <!\n  principal_id         = azurerm_linux_function_app.app.identity[0].principal_id\n}',
    "azure policy": 'resource "azurerm_key_vault_access_policy" "p<n>" { <!\n  key_vault_id       = azurerm_key_vault.app.id\n  object_id          = azurerm_linux_function_app.app.identity[0].principal_id\n  secret_permissions = ["Get", "List", "Set", "Delete", "Purge"] <!\n}',
    "cluster role": 'resource "kubernetes_cluster_role" "p<n>" { <!\n  metadata {\n    name = "app"\n  }\n  rule { <!\n    api_groups = [""] <!\n    resources  = ["secrets"] <!\n    verbs      = ["get", "list"] <!\n  }\n}',
    "decrypt": 'data "aws_iam_policy_document" "p<n>" {\n  statement { <!\n    actions   = ["secretsmanager:GetSecretValue"] <!\n    resources = [aws_secretsmanager_secret.app.arn] <!\n  } <!\n  statement { <!\n    actions   = ["kms:Decrypt"] <!\n    resources = ["*"] <!\n  }\n}',
})
rows("terraform", "B9", "gap", ["unencrypted-state-backend", "hardcoded-secret", "aws-access-key-id", "plaintext-secret-property"], {
    "http": 'terraform {\n  backend "http" { <!\n    address = "http://state.example/p<n>" <!\n  }\n}',
    "s3": 'terraform {\n  backend "s3" { <!\n    bucket  = "state"\n    key     = "p<n>"\n    encrypt = false <!\n  }\n}',
})
rows("terraform", "B10", "gap", ["secret-parameter-exposed", "secret-in-output", "secret-in-plain-parameter", "secret-in-user-data"], {
    "variable": 'variable "p<n>_db_password" { <!\n  type = string\n}\nresource "aws_db_instance" "p<n>" {\n  password = var.p<n>_db_password\n}',
    "output": 'output "p<n>" { <!\n  value = random_password.p<n>.result <!\n}\nresource "random_password" "p<n>" {\n  length = 20\n}',
    "access key": 'output "p<n>" { <!\n  value = azurerm_storage_account.app.primary_access_key <!\n}',
    "user data": 'resource "aws_instance" "p<n>" {\n  user_data = <<-EOF <!\n    #!/bin/sh <!\n    export DB_PASSWORD="${random_password.p<n>.result}" <!\n    /opt/app <!\n  EOF\n}\nresource "random_password" "p<n>" {\n  length = 20\n}',
    "string parameter": 'resource "aws_ssm_parameter" "p<n>" { <!\n  name  = "/app/db-password" <!\n  type  = "String" <!\n  value = random_password.p<n>.result <!\n}\nresource "random_password" "p<n>" {\n  length = 20\n}',
})
rows("terraform", "B16", "gap", ["static-credential-resource"], {
    "access key": 'resource "aws_iam_access_key" "p<n>" { <!\n  user = "app"\n}',
    "service account key": 'resource "google_service_account_key" "p<n>" { <!\n  service_account_id = "app"\n}',
    "application password": 'resource "azuread_application_password" "p<n>" { <!\n  application_id = azuread_application.app.id\n}',
})
row("terraform", "B5", "gap", "latest as environment", ["frozen-secret-reference"], 'resource "google_cloud_run_v2_service" "p<n>" {\n  template {\n    containers {\n      env {\n        name = "DB_PASSWORD"\n        value_source {\n          secret_key_ref {\n            secret  = "app"\n            version = "latest" <!\n          }\n        }\n      }\n    }\n  }\n}')
row("terraform", "B5", "gap", "version of a vault's secret", ["frozen-secret-reference"], 'resource "azurerm_linux_web_app" "p<n>" {\n  identity {\n    type = "SystemAssigned"\n  }\n  app_settings = {\n    KEY = "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/db/ec96f02080254f109c51a1f14cdb1931)" <!\n  }\n}\nresource "azurerm_eventgrid_system_topic_event_subscription" "p<n>" {\n  name                 = "rotate"\n  included_event_types = ["Microsoft.KeyVault.SecretNearExpiry"]\n}')
row("terraform", "B6", "gap", "resource name", ["unresolved-secret-reference"], 'resource "google_cloud_run_v2_service" "p<n>" {\n  template {\n    containers {\n      env {\n        name  = "DB_PASSWORD"\n        value = "projects/shop/secrets/db/versions/latest" <!\n      }\n    }\n  }\n}')
row("terraform", "B7", "gap", "no secret name", ["malformed-secret-reference"], 'resource "azurerm_linux_web_app" "p<n>" {\n  identity {\n    type = "SystemAssigned"\n  }\n  app_settings = {\n    KEY = "@Microsoft.KeyVault(VaultName=shop)" <!\n  }\n}')
row("terraform", "B15", "gap", "no recovery", ["secret-recovery-disabled"], 'resource "aws_secretsmanager_secret" "p<n>" { <!\n  name                    = "app"\n  recovery_window_in_days = 0 <!\n}')
row("terraform", "B18", "gap", "no diagnostics", ["secret-access-not-logged"], 'resource "azurerm_key_vault" "p<n>" { <!\n  name     = "shop<n>"\n  sku_name = "standard"\n}\nresource "azurerm_monitor_diagnostic_setting" "p<n>" {\n  name               = "logs"\n  target_resource_id = azurerm_storage_account.app.id\n}')
row("terraform", "A13", "gap", "tls", ["insecure-transport"], 'resource "azurerm_linux_function_app" "p<n>" { <!\n  site_config { <!\n    minimum_tls_version = "1.0" <!\n  }\n}')

# ---------------------------------------------------------------- CloudFormation and SAM


def cfn(name, properties, kind):
    lines = "\n".join("    " + line for line in properties.split("\n"))
    return f"@Resources\n{name}:\n  Type: {kind}\n  Properties:\n{lines}"


rows("cloudformation", "A2", "literal", LEAK, {
    "lambda": cfn("P<n>", "Environment:\n  Variables:\n    <NAME>: <V> <!", "AWS::Lambda::Function"),
    "sam": cfn("P<n>", "Environment:\n  Variables:\n    <NAME>: '<V>' <!", "AWS::Serverless::Function"),
    "ecs": cfn("P<n>", "ContainerDefinitions:\n  - Name: app\n    Environment:\n      - Name: <NAME>\n        Value: <V> <!", "AWS::ECS::TaskDefinition"),
    "codebuild": cfn("P<n>", "Environment:\n  EnvironmentVariables:\n    - Name: <NAME>\n      Type: PLAINTEXT\n      Value: <V> <!", "AWS::CodeBuild::Project"),
    "apprunner": cfn("P<n>", "SourceConfiguration:\n  ImageRepository:\n    ImageConfiguration:\n      RuntimeEnvironmentVariables:\n        - Name: <NAME>\n          Value: <V> <!", "AWS::AppRunner::Service"),
    "amplify": cfn("P<n>", "EnvironmentVariables:\n  - Name: <NAME>\n    Value: <V> <!", "AWS::Amplify::App"),
    "glue": cfn("P<n>", "DefaultArguments:\n  '--<name>': <V> <!", "AWS::Glue::Job"),
    "batch": cfn("P<n>", "ContainerProperties:\n  Environment:\n    - Name: <NAME>\n      Value: <V> <!", "AWS::Batch::JobDefinition"),
    "stage": cfn("P<n>", "StageName: v1\nVariables:\n  <camel>: <V> <!", "AWS::ApiGateway::Stage"),
    "beanstalk": cfn("P<n>", "OptionSettings:\n  - Namespace: aws:elasticbeanstalk:application:environment\n    OptionName: <NAME>\n    Value: <V> <!", "AWS::ElasticBeanstalk::Environment"),
})
rows("cloudformation", "A3", "literal", LEAK, {
    "rds": cfn("P<n>", "MasterUsername: app\nMasterUserPassword: <P> <!", "AWS::RDS::DBInstance"),
    "docdb": cfn("P<n>", "MasterUsername: app\nMasterUserPassword: <P> <!", "AWS::DocDB::DBCluster"),
    "redshift": cfn("P<n>", "MasterUsername: app\nMasterUserPassword: '<P>' <!", "AWS::Redshift::Cluster"),
    "amazonmq": cfn("P<n>", "Users:\n  - Username: app\n    Password: <P> <!", "AWS::AmazonMQ::Broker"),
    "elasticache user": cfn("P<n>", "UserName: app\nPasswords:\n  - <P> <!", "AWS::ElastiCache::User"),
    "directory": cfn("P<n>", "Name: corp.example\nPassword: <P> <!", "AWS::DirectoryService::MicrosoftAD"),
    "appstream": cfn("P<n>", "DirectoryName: corp.example\nServiceAccountCredentials:\n  AccountName: app\n  AccountPassword: <P> <!", "AWS::AppStream::DirectoryConfig"),
    "cognito": cfn("P<n>", "ProviderDetails:\n  client_id: app\n  client_secret: <T> <!", "AWS::Cognito::UserPoolIdentityProvider"),
    "iam login": cfn("P<n>", "LoginProfile:\n  Password: <P> <!", "AWS::IAM::User"),
    "codepipeline": cfn("P<n>", "Stages:\n  - Name: Source\n    Actions:\n      - Name: GitHub\n        Configuration:\n          Owner: shop\n          OAuthToken: <T> <!", "AWS::CodePipeline::Pipeline"),
    "webhook": cfn("P<n>", "AuthenticationConfiguration:\n  SecretToken: <T> <!", "AWS::CodePipeline::Webhook"),
    "opensearch": cfn("P<n>", "AdvancedSecurityOptions:\n  MasterUserOptions:\n    MasterUserName: app\n    MasterUserPassword: <P> <!", "AWS::OpenSearchService::Domain"),
    "dms": cfn("P<n>", "Username: app\nPassword: <P> <!", "AWS::DMS::Endpoint"),
    "vpn": cfn("P<n>", "VpnTunnelOptionsSpecifications:\n  - PreSharedKey: <T> <!", "AWS::EC2::VPNConnection"),
})
rows("cloudformation", "A4", "literal", LEAK, {
    "noecho default": "@Parameters\nPlanted<camel>:\n  Type: String\n  NoEcho: true\n  Default: <V> <!",
    "default into env": "@Parameters\nPlanted<camel>:\n  Type: String\n  Default: <V> <!\n" + cfn("P<n>", "Environment:\n  Variables:\n    <NAME>: !Ref Planted<camel>", "AWS::Lambda::Function"),
})
rows("cloudformation", "B11", "literal", LEAK, {
    "secret": cfn("P<n>", "SecretString: '{\"username\": \"app\", \"password\": \"<P>\"}' <!", "AWS::SecretsManager::Secret"),
    "parameter": cfn("P<n>", "Name: /app/<name>\nType: String\nValue: <V> <!", "AWS::SSM::Parameter"),
})
rows("cloudformation", "B1", "copy", COPY, {
    "secretsmanager": cfn("P<n>", "Environment:\n  Variables:\n    <NAME>: '{{resolve:secretsmanager:app/db:SecretString:password}}' <!", "AWS::Lambda::Function"),
    "ssm-secure": cfn("P<n>", "Environment:\n  Variables:\n    <NAME>: '{{resolve:ssm-secure:/app/db:3}}' <!", "AWS::Serverless::Function"),
    "sub": cfn("P<n>", "Environment:\n  Variables:\n    URL: !Sub 'mysql://app:{{resolve:secretsmanager:${Secret}:SecretString:password}}@db/app' <!", "AWS::Lambda::Function"),
    "parameter": "@Parameters\nPlanted<camel>:\n  Type: String\n  NoEcho: true\n" + cfn("P<n>", "ContainerDefinitions:\n  - Name: app\n    Environment:\n      - Name: <NAME>\n        Value: !Ref Planted<camel> <!", "AWS::ECS::TaskDefinition"),
    "join": "@Parameters\nPlanted<camel>:\n  Type: String\n  NoEcho: true\n" + cfn("P<n>", "Environment:\n  Variables:\n    DATABASE_URL: !Join ['', ['postgres://app:', !Ref Planted<camel>, '@db/app']] <!", "AWS::Lambda::Function"),
    "cognito": "@Resources\nPool<n>Client:\n  Type: AWS::Cognito::UserPoolClient\n  Properties:\n    UserPoolId: pool\n    GenerateSecret: true\n" + cfn("P<n>", "Environment:\n  Variables:\n    COGNITO: !GetAtt Pool<n>Client.ClientSecret <!", "AWS::Lambda::Function"),
    "ssm parameter type": "@Parameters\nPlantedToken:\n  Type: AWS::SSM::Parameter::Value<String>\n  Default: /app/api-token <!\n" + cfn("P<n>", "Environment:\n  Variables:\n    API_TOKEN: !Ref PlantedToken", "AWS::Lambda::Function"),
})
rows("cloudformation", "A3b", "gap", ["secret-in-output", "secret-parameter-exposed", "secret-in-user-data", "secret-in-plain-parameter"], {
    "output": "@Parameters\nPlanted<camel>:\n  Type: String\n  NoEcho: true\n@Outputs\nP<n>: <!\n  Value: !Ref Planted<camel> <!",
    "no noecho": "@Parameters\nPlantedDbPassword: <!\n  Type: String\n" + cfn("P<n>", "MasterUserPassword: !Ref PlantedDbPassword", "AWS::RDS::DBInstance"),
    "user data": "@Parameters\nPlanted<camel>:\n  Type: String\n  NoEcho: true\n" + cfn("P<n>", "UserData: <!\n  Fn::Base64: !Sub | <!\n    #!/bin/bash <!\n    echo ${Planted<camel>} > /etc/app <!", "AWS::EC2::Instance"),
    "plain ssm": cfn("P<n>", "MasterUserPassword: '{{resolve:ssm:/app/db-password}}' <!", "AWS::RDS::DBInstance"),
})
row("cloudformation", "A5", "gap", "secret key", ["secret-key-management-missing"], cfn("P<n>", "GenerateSecretString:\n  PasswordLength: 32", "AWS::SecretsManager::Secret").replace("P<n>:", "P<n>: <!"))
row("cloudformation", "A5", "gap", "env key", ["env-key-management-missing"], cfn("P<n>", "Environment:\n  Variables:\n    DB_PASSWORD: '{{resolve:secretsmanager:app/db:SecretString:password}}'", "AWS::Lambda::Function").replace("P<n>:", "P<n>: <!"))
rows("cloudformation", "A6", "gap", ["rotation-missing", "rotation-too-rare", "rotation-incomplete"], {
    "none": cfn("P<n>", "KmsKeyId: alias/app\nGenerateSecretString: {}", "AWS::SecretsManager::Secret").replace("P<n>:", "P<n>: <!"),
    "days": cfn("P<n>", "SecretId: app\nRotationLambdaARN: !Sub 'arn:aws:lambda:eu-west-1:111122223333:function:r'\nRotationRules:\n  AutomaticallyAfterDays: 365 <!", "AWS::SecretsManager::RotationSchedule"),
    "schedule": cfn("P<n>", "SecretId: app\nHostedRotationLambda:\n  RotationType: PostgreSQLSingleUser\nRotationRules:\n  ScheduleExpression: rate(180 days) <!", "AWS::SecretsManager::RotationSchedule"),
    "no lambda": "@Resources\nOwn<n>:\n  Type: AWS::SecretsManager::Secret\n" + cfn("P<n>", "SecretId: !Ref Own<n>\nRotationRules:\n  AutomaticallyAfterDays: 30", "AWS::SecretsManager::RotationSchedule").replace("P<n>:", "P<n>: <!"),
})
rows("cloudformation", "A7", "gap", ["wildcard-secret-access", "managed-secret-policy", "wildcard-decrypt-access"], {
    "policy": cfn("P<n>", "PolicyName: p\nPolicyDocument:\n  Statement:\n    - Effect: Allow <!\n      Action: <!\n        - secretsmanager:GetSecretValue <!\n      Resource: '*' <!", "AWS::IAM::Policy"),
    "sam inline": cfn("P<n>", "Policies:\n  - Statement:\n      - Effect: Allow <!\n        Action: ssm:GetParameter* <!\n        Resource: '*' <!", "AWS::Serverless::Function"),
    "role inline": cfn("P<n>", "Policies:\n  - PolicyName: p\n    PolicyDocument:\n      Statement:\n        - Effect: Allow <!\n          Action: ['secretsmanager:*'] <!\n          Resource: ['*'] <!", "AWS::IAM::Role"),
    "managed": cfn("P<n>", "ManagedPolicyArns:\n  - arn:aws:iam::aws:policy/SecretsManagerReadWrite <!", "AWS::IAM::Role"),
    "account": cfn("P<n>", "PolicyName: p\nPolicyDocument:\n  Statement:\n    Effect: Allow <!\n    Action: secretsmanager:GetSecretValue <!\n    Resource: !Sub 'arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*' <!", "AWS::IAM::ManagedPolicy"),
})
row("cloudformation", "B7", "gap", "typo", ["malformed-secret-reference"], cfn("P<n>", "MasterUserPassword: '{{resolve:secretmanager:app/db:SecretString:password}}' <!", "AWS::RDS::DBInstance"))
row("cloudformation", "B16", "gap", "access key", ["static-credential-resource"], cfn("P<n>", "UserName: app", "AWS::IAM::AccessKey").replace("P<n>:", "P<n>: <!"))

# ---------------------------------------------------------------- serverless.yml

rows("serverless", "A2", "literal", LEAK, {
    "function": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: <V> <!",
    "provider": "@provider\nenvironment:\n  <NAME>: '<V>' <!",
    "default": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: ${env:<NAME>, '<V>'} <!",
    "custom": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: ${self:custom.p<n>.key}\n@custom\np<n>:\n  key: <V> <!",
    "params": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: ${param:p<n>}\n@params\ndefault:\n  p<n>: <V> <!",
    "api key": "@provider\napiGateway:\n  apiKeys:\n    - name: partner\n      value: <T> <!",
})
rows("serverless", "B1", "copy", COPY, {
    "env": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: ${env:<NAME>} <!",
    "ssm": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: ${ssm:/app/${sls:stage}/<name>} <!",
    "secretsmanager": "@functions\np<n>:\n  handler: a.b\n  environment:\n    APP: ${ssm:/aws/reference/secretsmanager/app} <!",
    "param": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: ${param:<name>} <!",
    "opt": "@provider\nenvironment:\n  <NAME>: ${opt:<name>} <!",
    "resolve": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: '{{resolve:secretsmanager:app/db:SecretString:password}}' <!",
    "file": "@functions\np<n>:\n  handler: a.b\n  environment:\n    <NAME>: ${file(./secrets.json):<NAME>} <!",
})
rows("serverless", "A7", "gap", ["wildcard-secret-access"], {
    "role": "@provider\niam:\n  role:\n    statements:\n      - Effect: Allow <!\n        Action: [secretsmanager:GetSecretValue] <!\n        Resource: '*' <!",
    "old": "@provider\niamRoleStatements:\n  - Effect: Allow <!\n    Action: <!\n      - ssm:GetParameter <!\n    Resource: '*' <!",
    "per function": "@functions\np<n>:\n  handler: a.b\n  iamRoleStatements:\n    - Effect: Allow <!\n      Action: secretsmanager:* <!\n      Resource: '*' <!",
})
row("serverless", "A5", "gap", "env key", ["env-key-management-missing"], "@functions\np<n>: <!\n  handler: a.b\n  environment:\n    DB_PASSWORD: ${ssm:/app/db-password}")
row("serverless", "A3", "literal", "resources", LEAK, "@resources\nResources:\n  P<n>:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: <P> <!")

# ---------------------------------------------------------------- Bicep and ARM

VAULT = "https://shop.vault.azure.net/secrets/db"


def bicep(kind, body):
    return f"resource p<n> '{kind}' = {{\n  name: 'p<n>'\n{body}\n}}"


rows("bicep", "A2", "literal", LEAK, {
    "app settings": bicep("Microsoft.Web/sites@2023-12-01", "  properties: {\n    siteConfig: {\n      appSettings: [\n        {\n          name: '<NAME>'\n          value: '<V>' <!\n        }\n      ]\n    }\n  }"),
    "config": bicep("Microsoft.Web/sites/config@2023-12-01", "  properties: {\n    <NAME>: '<V>' <!\n  }").replace("name: 'p<n>'", "name: 'app/appsettings'"),
    "container app": bicep("Microsoft.App/containerApps@2024-03-01", "  properties: {\n    template: {\n      containers: [\n        {\n          name: 'app'\n          env: [\n            { name: '<NAME>', value: '<V>' } <!\n          ]\n        }\n      ]\n    }\n  }"),
    "container group": bicep("Microsoft.ContainerInstance/containerGroups@2023-05-01", "  properties: {\n    containers: [\n      {\n        name: 'app'\n        properties: {\n          environmentVariables: [\n            {\n              name: '<NAME>'\n              value: '<V>' <!\n            }\n          ]\n        }\n      }\n    ]\n  }"),
})
rows("bicep", "A3", "literal", LEAK, {
    "sql": bicep("Microsoft.Sql/servers@2023-08-01-preview", "  properties: {\n    administratorLogin: 'app'\n    administratorLoginPassword: '<P>' <!\n  }"),
    "postgres": bicep("Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01", "  properties: {\n    administratorLogin: 'app'\n    administratorLoginPassword: '<P>' <!\n  }"),
    "vm": bicep("Microsoft.Compute/virtualMachines@2024-07-01", "  properties: {\n    osProfile: {\n      adminUsername: 'app'\n      adminPassword: '<P>' <!\n    }\n  }"),
    "container app secret": bicep("Microsoft.App/containerApps@2024-03-01", "  properties: {\n    configuration: {\n      secrets: [\n        { name: 'db', value: '<V>' } <!\n      ]\n    }\n  }"),
    "vpn": bicep("Microsoft.Network/connections@2024-01-01", "  properties: {\n    sharedKey: '<T>' <!\n  }"),
})
rows("bicep", "A4", "literal", LEAK, {
    "secure default": "@secure()\nparam p<n>Password string = '<P>' <!",
    "variable": "var p<n>Key = '<T>'\n" + bicep("Microsoft.Web/sites@2023-12-01", "  properties: {\n    siteConfig: {\n      appSettings: [\n        { name: 'API_TOKEN', value: p<n>Key }\n      ]\n    }\n  }").replace("\n", "\n"),
})
ROWS[-1]["text"] = ROWS[-1]["text"].replace("var p<n>Key = '<T>'", "var p<n>Key = '<T>' <!")
row("bicep", "B11", "literal", "vault secret", LEAK, bicep("Microsoft.KeyVault/vaults/secrets@2023-07-01", "  properties: {\n    value: '<V>' <!\n    attributes: { exp: 1893456000 }\n  }"))
rows("bicep", "B2", "copy", COPY, {
    "listKeys": "resource store<n> 'Microsoft.Storage/storageAccounts@2023-01-01' existing = {\n  name: 'shop'\n}\n" + bicep("Microsoft.Web/sites@2023-12-01", "  properties: {\n    siteConfig: {\n      appSettings: [\n        {\n          name: 'STORE'\n          value: 'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${store<n>.listKeys().keys[0].value}' <!\n        }\n      ]\n    }\n  }"),
    "secure param": "@secure()\nparam p<n>Token string\n" + bicep("Microsoft.Web/sites@2023-12-01", "  properties: {\n    siteConfig: {\n      appSettings: [\n        { name: 'API_TOKEN', value: p<n>Token } <!\n      ]\n    }\n  }"),
    "cosmos": "resource docs<n> 'Microsoft.DocumentDB/databaseAccounts@2024-05-15' existing = {\n  name: 'shop'\n}\n" + bicep("Microsoft.App/containerApps@2024-03-01", "  properties: {\n    template: {\n      containers: [\n        {\n          name: 'app'\n          env: [\n            { name: 'DOCS', value: docs<n>.listConnectionStrings().connectionStrings[0].connectionString } <!\n          ]\n        }\n      ]\n    }\n  }"),
    "service bus": "resource bus<n> 'Microsoft.ServiceBus/namespaces/AuthorizationRules@2022-10-01-preview' existing = {\n  name: 'shop/app'\n}\n" + bicep("Microsoft.Web/sites/config@2023-12-01", "  properties: {\n    BUS: bus<n>.listKeys().primaryConnectionString <!\n  }").replace("name: 'p<n>'", "name: 'app/appsettings'"),
})
rows("bicep", "A3b", "gap", ["secret-in-output", "secret-parameter-exposed"], {
    "output": "resource cache<n> 'Microsoft.Cache/redis@2024-03-01' existing = {\n  name: 'shop'\n}\noutput p<n> string = cache<n>.listKeys().primaryKey <!",
    "not secure": "param p<n>AdminPassword string <!\n" + bicep("Microsoft.Sql/servers@2023-08-01-preview", "  properties: {\n    administratorLoginPassword: p<n>AdminPassword\n  }"),
})
row("bicep", "A6", "gap", "no expiry", ["secret-expiry-missing"], "@secure()\nparam value<n> string\n" + bicep("Microsoft.KeyVault/vaults/secrets@2023-07-01", "  properties: {\n    value: value<n>\n  }").replace("@2023-07-01' = {", "@2023-07-01' = { <!"))
row("bicep", "B5", "gap", "version", ["frozen-secret-reference"], bicep("Microsoft.Web/sites@2023-12-01", "  identity: { type: 'SystemAssigned' }\n  properties: {\n    siteConfig: {\n      appSettings: [\n        { name: 'KEY', value: '@Microsoft.KeyVault(SecretUri=" + VAULT + "/ec96f02080254f109c51a1f14cdb1931)' } <!\n      ]\n    }\n  }") + "\nresource rotate<n> 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2024-06-01-preview' = {\n  name: 'vault/rotate'\n}")
row("bicep", "B7", "gap", "malformed", ["malformed-secret-reference"], bicep("Microsoft.Web/sites@2023-12-01", "  identity: { type: 'SystemAssigned' }\n  properties: {\n    siteConfig: {\n      appSettings: [\n        { name: 'KEY', value: '@Microsoft.KeyVault(VaultName=shop)' } <!\n      ]\n    }\n  }"))
row("bicep", "A13", "gap", "tls", ["insecure-transport"], bicep("Microsoft.Web/sites@2023-12-01", "  properties: { <!\n    siteConfig: { <!\n      minTlsVersion: '1.0' <!\n    }\n  }"))
row("bicep", "B8", "gap", "access policy", ["excessive-vault-rights"], bicep("Microsoft.KeyVault/vaults@2023-07-01", "  properties: {\n    accessPolicies: [\n      { <!\n        objectId: app.identity.principalId <!\n        permissions: { <!\n          secrets: [ 'get', 'list', 'set', 'delete' ] <!\n        } <!\n      } <!\n    ]\n  }") + "\nresource app 'Microsoft.Web/sites@2023-12-01' = {\n  name: 'app'\n  identity: { type: 'SystemAssigned' }\n}")


def arm(kind, properties):
    return f'@resources\n{{ "type": "{kind}", "apiVersion": "2023-01-01", "name": "p<n>",\n  "properties": {properties} }}'


rows("arm", "A2", "literal", LEAK, {
    "app settings": arm("Microsoft.Web/sites", '{ "siteConfig": { "appSettings": [\n    { "name": "<NAME>", "value": "<V>" } <!\n  ] } }'),
    "connection strings": arm("Microsoft.Web/sites", '{ "siteConfig": { "connectionStrings": [\n    { "name": "db", "connectionString": "Server=tcp:shop.database.windows.net;User ID=app;Password=<P>;" } <!\n  ] } }'),
    "config": arm("Microsoft.Web/sites/config", '{\n    "<NAME>": "<V>" <!\n  }').replace('"p<n>"', '"app/appsettings"'),
    "container group": arm("Microsoft.ContainerInstance/containerGroups", '{ "containers": [ { "name": "app", "properties": { "environmentVariables": [\n    { "name": "<NAME>", "value": "<V>" } <!\n  ] } } ] }'),
})
rows("arm", "A3", "literal", LEAK, {
    "sql": arm("Microsoft.Sql/servers", '{ "administratorLogin": "app",\n    "administratorLoginPassword": "<P>" <!\n  }'),
    "vm": arm("Microsoft.Compute/virtualMachines", '{ "osProfile": { "adminUsername": "app",\n    "adminPassword": "<P>" <!\n  } }'),
    "mysql": arm("Microsoft.DBforMySQL/flexibleServers", '{ "administratorLogin": "app",\n    "administratorLoginPassword": "<P>" <!\n  }'),
    "batch": arm("Microsoft.Synapse/workspaces", '{ "sqlAdministratorLogin": "app",\n    "sqlAdministratorLoginPassword": "<P>" <!\n  }'),
})
rows("arm", "A4", "literal", LEAK, {
    "securestring": '@parameters\n"p<n>Password": { "type": "securestring",\n  "defaultValue": "<P>" <!\n}',
})
row("arm", "B11", "literal", "vault secret", LEAK, arm("Microsoft.KeyVault/vaults/secrets", '{\n    "value": "<V>", <!\n    "attributes": { "exp": 1893456000 }\n  }'))
rows("arm", "B2", "copy", COPY, {
    "listKeys": arm("Microsoft.Web/sites", '{ "siteConfig": { "appSettings": [\n    { "name": "STORE", "value": "[listKeys(resourceId(\'Microsoft.Storage/storageAccounts\', \'shop\'), \'2023-01-01\').keys[0].value]" } <!\n  ] } }'),
    "concat": arm("Microsoft.Web/sites", '{ "siteConfig": { "appSettings": [\n    { "name": "AzureWebJobsStorage", "value": "[concat(\'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=\', listKeys(resourceId(\'Microsoft.Storage/storageAccounts\', \'shop\'), \'2023-01-01\').keys[0].value)]" } <!\n  ] } }'),
    "parameter": arm("Microsoft.Web/sites", '{ "siteConfig": { "appSettings": [\n    { "name": "API_TOKEN", "value": "[parameters(\'p<n>Token\')]" } <!\n  ] } }') + '\n@parameters\n"p<n>Token": { "type": "securestring" }',
})
rows("arm", "A3b", "gap", ["secret-in-output", "secret-parameter-exposed"], {
    "output": '@outputs\n"p<n>": { "type": "string", <!\n  "value": "[listKeys(resourceId(\'Microsoft.Storage/storageAccounts\', \'shop\'), \'2023-01-01\').keys[0].value]" } <!',
    "not secure": '@parameters\n"p<n>AdminPassword": { "type": "string" } <!\n' + arm("Microsoft.Sql/servers", '{ "administratorLoginPassword": "[parameters(\'p<n>AdminPassword\')]" }'),
})
row("arm", "A6", "gap", "no expiry", ["secret-expiry-missing"], arm("Microsoft.KeyVault/vaults/secrets", '{ "value": "[parameters(\'v<n>\')]" }').replace('"name": "p<n>",', '"name": "shop/p<n>", <!') + '\n@parameters\n"v<n>": { "type": "securestring" }')

# ---------------------------------------------------------------- Kubernetes and Compose


def workload(kind, container, api="apps/v1"):
    body = "\n".join("          " + line for line in container.split("\n"))
    return (f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: p<n>\nspec:\n  template:\n    spec:\n      containers:\n"
            f"        - name: app\n          image: shop\n{body}")


rows("kubernetes", "A2", "literal", LEAK, {
    "deployment": workload("Deployment", "env:\n  - name: <NAME>\n    value: <V> <!"),
    "statefulset": workload("StatefulSet", 'env:\n  - name: <NAME>\n    value: "<V>" <!'),
    "job": workload("Job", "env:\n  - name: <NAME>\n    value: <V> <!", "batch/v1"),
    "args": workload("Deployment", "args:\n  - --password=<P> <!"),
    "cron job": "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: p<n>\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: app\n              env:\n                - name: <NAME>\n                  value: <V> <!",
    "init": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p<n>\nspec:\n  initContainers:\n    - name: app\n      env:\n        - name: <NAME>\n          value: <V> <!",
    "config map": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p<n>\ndata:\n  <NAME>: <V> <!",
    "env from": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p<n>\ndata:\n  <NAME>: <V> <!\n---\n" + workload("Deployment", "envFrom:\n  - configMapRef:\n      name: p<n>"),
    "config file": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p<n>\ndata:\n  application.properties: |\n    spring.datasource.username=app\n    spring.datasource.password=<P> <!",
    "knative": workload("Service", "env:\n  - name: <NAME>\n    value: <V> <!", "serving.knative.dev/v1"),
})
rows("kubernetes", "A12", "literal", LEAK, {
    "stringData": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: p<n>\nstringData:\n  password: <P> <!",
    "basic-auth": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: p<n>\ntype: kubernetes.io/basic-auth\nstringData:\n  username: app\n  password: '<P>' <!",
    "opaque": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: p<n>\nstringData:\n  <name>: <V> <!",
})
rows("kubernetes", "A7", "gap", ["wildcard-secret-access"], {
    "cluster role": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: p<n>\nrules:\n  - apiGroups: [''] <!\n    resources: [secrets] <!\n    verbs: [get, list, watch] <!",
    "everything": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: p<n>\nrules:\n  - apiGroups: ['*'] <!\n    resources: ['*'] <!\n    verbs: ['*'] <!",
    "role": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: p<n>\nrules:\n  - apiGroups: <!\n      - '' <!\n    resources: <!\n      - configmaps <!\n      - secrets <!\n    verbs: <!\n      - get <!\n      - list <!",
})
rows("compose", "A2", "literal", LEAK, {
    "map": "@services\np<n>:\n  image: shop\n  environment:\n    <NAME>: <V> <!",
    "list": "@services\np<n>:\n  image: shop\n  environment:\n    - <NAME>=<V> <!",
    "default": "@services\np<n>:\n  image: shop\n  environment:\n    <NAME>: ${<NAME>:-<V>} <!",
    "command": "@services\np<n>:\n  image: redis:7\n  command: redis-server --requirepass <P> <!",
    "command list": '@services\np<n>:\n  image: redis:7\n  command: ["redis-server", "--requirepass", "<P>"] <!',
    "url": "@services\np<n>:\n  image: shop\n  environment:\n    DATABASE_URL: postgres://app:<T>@db:5432/app <!",
    "label": "@services\np<n>:\n  image: shop\n  environment:\n    - 'SPRING_DATASOURCE_PASSWORD=<P>' <!",
    "quoted": "@services\np<n>:\n  build: .\n  environment:\n    \"<NAME>\": \"<V>\" <!",
})
rows("compose", "A11", "literal", LEAK, {
    "args": "@services\np<n>:\n  build:\n    context: .\n    args:\n      NPM_TOKEN: <T> <!",
    "args list": "@services\np<n>:\n  build:\n    context: .\n    args:\n      - GITHUB_TOKEN=<T> <!",
})
row("compose", "A11", "copy", "args of the environment", ["docker-secret-in-layer"], "@services\np<n>:\n  build:\n    context: .\n    args:\n      NPM_TOKEN: ${NPM_TOKEN} <!")

# ---------------------------------------------------------------- GitHub Actions and GitLab


def job(steps, more=""):
    body = "\n".join("    " + line for line in steps.split("\n"))
    return f"@jobs\np<n>:\n  runs-on: ubuntu-latest\n{more}  steps:\n{body}"


rows("actions", "A2", "literal", LEAK, {
    "step env": job("- run: ./deploy\n  env:\n    <NAME>: <V> <!"),
    "job env": job("- run: ./deploy", "  env:\n    <NAME>: '<V>' <!\n"),
    "input": job("- uses: docker/login-action@v3\n  with:\n    username: app\n    password: <P> <!"),
    "service": job("- run: ./test", "  services:\n    db:\n      image: postgres\n      env:\n        POSTGRES_PASSWORD: <P> <!\n"),
    "container": job("- run: ./test", "  container:\n    image: shop\n    credentials:\n      username: app\n      password: <P> <!\n"),
})
rows("actions", "A10", "gap", ["ci-secrets-overprovisioned", "ci-secrets-inherited", "ci-unsecure-commands", "ci-checkout-token-uploaded", "static-credential-in-ci", "ci-secret-unmasked", "ci-secret-printed"], {
    "toJSON": job("- run: ./deploy\n  env:\n    ALL: ${{ toJSON(secrets) }} <!"),
    "inherit": "@jobs\np<n>:\n  uses: shop/workflows/.github/workflows/deploy.yml@v1\n  secrets: inherit <!",
    "unsecure": job("- run: ./deploy", "  env:\n    ACTIONS_ALLOW_UNSECURE_COMMANDS: true <!\n"),
    "static keys": job("- uses: aws-actions/configure-aws-credentials@v4 <!\n  with: <!\n    aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }} <!\n    aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }} <!\n    aws-region: eu-west-1 <!"),
    "azure": job("- uses: azure/login@v2 <!\n  with: <!\n    creds: ${{ secrets.AZURE_CREDENTIALS }} <!"),
    "google": job("- uses: google-github-actions/auth@v2 <!\n  with: <!\n    credentials_json: ${{ secrets.GCP_KEY }} <!"),
})
rows("actions", "B14", "copy", ["ci-secret-printed", "ci-secret-unmasked", "ci-secrets-overprovisioned"], {
    "echo": job("- run: echo \"token is ${{ secrets.DEPLOY_TOKEN }}\" <!"),
    "part": job("- run: echo \"${TOKEN:0:8}\" <!\n  env:\n    TOKEN: ${{ secrets.DEPLOY_TOKEN }}"),
    "base64": job("- run: echo -n \"$TOKEN\" | base64 <!\n  env:\n    TOKEN: ${{ secrets.DEPLOY_TOKEN }}"),
    "printenv": job("- run: printenv | sort <!\n  env:\n    TOKEN: ${{ secrets.DEPLOY_TOKEN }}"),
    "fetched": job("- run: | <!\n    PASSWORD=$(aws secretsmanager get-secret-value --secret-id app --query SecretString --output text) <!\n    echo \"PASSWORD=$PASSWORD\" >> \"$GITHUB_ENV\" <!"),
    "json part": job("- run: echo ${{ fromJSON(secrets.CONFIG).password }} <!"),
    "output": job("- id: s\n  run: echo \"token=$(vault kv get -field=token secret/app)\" >> $GITHUB_OUTPUT <!"),
})
rows("actions", "B13", "copy", ["secret-on-command-line", "docker-secret-in-layer", "ci-secret-printed"], {
    "build-arg": job("- run: docker build --build-arg NPM_TOKEN=${{ secrets.NPM_TOKEN }} . <!"),
    "sam": job("- run: sam deploy --parameter-overrides DbPassword=${{ secrets.DB_PASSWORD }} <!"),
    "gcloud": job("- run: gcloud run deploy app --image shop --set-env-vars API_KEY=${{ secrets.API_KEY }} <!"),
    "az": job("- run: az webapp config appsettings set --name app --settings API_KEY=\"$API_KEY\" <!\n  env:\n    API_KEY: ${{ secrets.API_KEY }}"),
    "terraform": job("- run: terraform apply -auto-approve -var \"db_password=${{ secrets.DB_PASSWORD }}\" <!"),
    "lambda": job("- run: aws lambda update-function-configuration --function-name app --environment \"Variables={DB_PASSWORD=$DB_PASSWORD}\" <!\n  env:\n    DB_PASSWORD: ${{ secrets.DB_PASSWORD }}"),
    "helm": job("- run: helm upgrade app ./chart --set db.password=${{ secrets.DB_PASSWORD }} <!"),
    "build action": job("- uses: docker/build-push-action@v6 <!\n  with: <!\n    build-args: | <!\n      NPM_TOKEN=${{ secrets.NPM_TOKEN }} <!"),
})
rows("gitlab", "A2", "literal", LEAK, {
    "global": "@variables\n<NAME>: <V> <!",
    "job": "p<n>:\n  variables:\n    <NAME>: \"<V>\" <!\n  script:\n    - ./deploy",
    "mapping": "@variables\n<NAME>:\n  value: <V> <!\n  description: for the deployment",
    "hidden": ".p<n>:\n  variables:\n    <NAME>: <V> <!\np<n>:\n  extends: .p<n>\n  script: [./deploy]",
    "export": "p<n>:\n  script:\n    - export <NAME>=<V> <!\n    - ./deploy",
})
rows("gitlab", "B14", "copy", ["ci-secret-printed"], {
    "echo": "p<n>:\n  script:\n    - echo \"password is $DB_PASSWORD\" <!",
    "fetched": "p<n>:\n  before_script:\n    - DB_PASSWORD=$(vault kv get -field=password secret/app)\n  script:\n    - echo $DB_PASSWORD <!",
    "trace": "p<n>:\n  script:\n    - PASSWORD=$(aws secretsmanager get-secret-value --secret-id app --query SecretString --output text)\n    - set -x <!\n    - psql \"postgres://app:$PASSWORD@db/app\" <!",
    "extended": ".p<n>:\n  before_script:\n    - VALUE=$(vault kv get -field=password secret/app)\np<n>:\n  extends: .p<n>\n  script:\n    - echo $VALUE <!",
    "base64": "p<n>:\n  script:\n    - echo $DEPLOY_TOKEN | base64 <!",
})
rows("gitlab", "B13", "copy", ["secret-on-command-line", "docker-secret-in-layer"], {
    "build-arg": "p<n>:\n  script:\n    - docker build --build-arg NPM_TOKEN=$NPM_TOKEN . <!",
    "sam": "p<n>:\n  script:\n    - sam deploy --parameter-overrides DbPassword=$DB_PASSWORD <!",
    "terraform": "p<n>:\n  script:\n    - terraform apply -var \"api_token=$API_TOKEN\" <!",
    "serverless": "p<n>:\n  script:\n    - npx serverless deploy --param=\"dbPassword=$DB_PASSWORD\" <!",
    "gcloud": "p<n>:\n  script:\n    - gcloud functions deploy app --set-env-vars API_KEY=$API_KEY <!",
})
