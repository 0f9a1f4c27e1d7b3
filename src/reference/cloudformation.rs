//! Attributes of CloudFormation: `AWS::IAM::AccessKey.Key.SecretAccessKey` and what stands behind them.

use super::Reference;

/// Type, attribute, and what the attribute holds. Other attributes are names and addresses.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>
const SECRETS: &[(&str, &str, &str)] = &[
    (
        "AWS::IAM::AccessKey",
        "SecretAccessKey",
        "a static AWS access key",
    ),
    (
        "AWS::Cognito::UserPoolClient",
        "ClientSecret",
        "a client secret",
    ),
    ("AWS::AppSync::ApiKey", "ApiKey", "an API key"),
];

/// What `Name` or `Name.Attribute` of a resource of a type gives: a pointer, but for a few attributes.
#[must_use]
pub fn attribute(kind: &str, target: &str) -> Reference {
    let target = format!("{kind}.{target}");
    let copied = secret(&target).is_some();
    Reference::in_template(target, copied)
}

/// What secret an attribute gives the value of, in words.
#[must_use]
pub fn secret(target: &str) -> Option<&'static str> {
    let (kind, rest) = target.split_once('.')?;
    let (_, attribute) = rest.split_once('.')?;
    let known = SECRETS
        .iter()
        .find(|(k, a, _)| *k == kind && *a == attribute);
    known.map(|(.., says)| *says)
}

#[cfg(test)]
mod tests {
    use super::super::Resolved;
    use super::*;

    #[test]
    fn values_and_pointers_are_told_apart() {
        let key = |target: &str| attribute("AWS::IAM::AccessKey", target).resolved;
        assert_eq!(key("Key.SecretAccessKey"), Resolved::Deploy);
        assert_eq!(key("Key"), Resolved::Runtime);
        assert_eq!(
            attribute("AWS::SecretsManager::Secret", "Db").resolved,
            Resolved::Runtime
        );
    }
}
