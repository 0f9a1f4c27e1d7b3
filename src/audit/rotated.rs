//! Which secrets a module has rotated, as far as it says.

use crate::facts::{Role, Value};
use crate::link::{File, Leaf};

use super::Scene;
use super::scene::{Thing, is_set};

/// A secret that is meant somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which<'p> {
    /// By its name within the template, and whether it is looked up there instead of made.
    Declared(&'p str, bool),
    /// By its name in the store.
    Called(&'p str),
    /// It is only known later.
    Unknown,
}

/// Resources that are a secret, or the value of one.
const SECRETS: &[&str] = &[
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_version",
    "aws_secretsmanager_secret_rotation",
    "AWS::SecretsManager::Secret",
    "google_secret_manager_secret",
    "google_secret_manager_secret_version",
];

/// Kinds that rotate a secret.
const ROTATIONS: &[&str] = &[
    "aws_secretsmanager_secret_rotation",
    "AWS::SecretsManager::RotationSchedule",
];

impl<'p> Which<'p> {
    /// The secret of an address; none for that of something else.
    pub(super) fn at(target: &'p str) -> Option<Self> {
        let made = target.strip_prefix("data.");
        let mut parts = made.unwrap_or(target).split('.');
        match (parts.next()?, parts.next()?) {
            (kind, name) if SECRETS.contains(&kind) => Some(Self::Declared(name, made.is_some())),
            // What goes through a set of names or an attachment may be any.
            ("each" | "local" | "AWS::SecretsManager::SecretTargetAttachment", _) => {
                Some(Self::Unknown)
            }
            _ => None,
        }
    }

    /// The secret that a text names: `db`, an ARN, or `${Db}` of a template.
    pub(super) fn called(text: &'p str) -> Self {
        if let Some(name) = text.strip_prefix("${").and_then(|t| t.strip_suffix('}')) {
            return Self::Declared(name.split('.').next().unwrap_or(name), false);
        }
        if text.contains(['*', '$']) {
            return Self::Unknown;
        }
        // Six random characters follow the name in an ARN.
        let name = text.rsplit_once(":secret:").map(|(_, name)| name);
        let whole = name.and_then(|name| name.rsplit_once('-'));
        let bare = whole.filter(|(_, random)| random.len() == 6);
        Self::Called(bare.map_or(name.unwrap_or(text), |(name, _)| name))
    }

    /// The secret that a value is given; none for something else.
    pub(super) fn of(scene: &Scene<'_, 'p>, leaf: &Leaf<'p>) -> Option<Self> {
        match leaf.value {
            Value::Reference(to, _) => Self::at(&to.target),
            Value::Literal(literal) => Some(Self::called(scene.meaning(leaf.file, literal))),
            _ => None,
        }
    }
}

/// The secrets that rotations of a module are for.
pub(super) struct Rotated<'p>(Vec<Which<'p>>);

impl<'p> Rotated<'p> {
    /// What the rotations say, and the other names of the same secrets.
    pub(super) fn of(scene: &Scene<'_, 'p>) -> Self {
        let mut all = Vec::new();
        let rotations = ROTATIONS.iter().flat_map(|kind| scene.resources(kind));
        for rotation in rotations {
            let ids = rotation.leaves.iter();
            let mut ids = ids
                .filter(|leaf| leaf.path == ["secret_id"] || leaf.path == ["SecretId"])
                .peekable();
            if ids.peek().is_none() {
                all.push(Which::Unknown);
            }
            all.extend(ids.filter_map(|leaf| Which::of(scene, leaf)));
        }
        let google = scene.resources("google_secret_manager_secret");
        let google = google.filter(|secret| is_set(&secret.declared.what.body, "rotation"));
        all.extend(google.map(|secret| Which::Declared(&secret.declared.what.name, false)));
        let mut rotated = Self(all);
        rotated.add_names(scene);
        rotated
    }

    /// Adds the names in the store of what is known by its name in the template, and the other way round. A secret without a
    /// known name in the store may have any that is rotated.
    fn add_names(&mut self, scene: &Scene<'_, 'p>) {
        for secret in &scene.things {
            let Some((declared, called)) = names(scene, secret) else {
                continue;
            };
            let is_called = match called {
                Some(called) => self.holds(called),
                None => self.0.iter().any(|one| matches!(one, Which::Called(_))),
            };
            match called {
                Some(called) if self.holds(declared) => self.0.push(called),
                _ if is_called => self.0.push(declared),
                _ => {}
            }
        }
    }

    /// Whether a rotation is for this secret.
    pub(super) fn holds(&self, which: Which<'_>) -> bool {
        which != Which::Unknown && self.0.contains(&which)
    }

    /// Whether a rotation is for this secret, or may be.
    pub(super) fn may_hold(&self, which: Which<'_>) -> bool {
        let open = which == Which::Unknown && !self.0.is_empty();
        open || self.0.contains(&Which::Unknown) || self.holds(which)
    }
}

/// Both names of a secret that is declared here, as far as they are known.
fn names<'p>(scene: &Scene<'_, 'p>, secret: &Thing<'p>) -> Option<(Which<'p>, Option<Which<'p>>)> {
    let what = secret.declared.what;
    let called = match &*what.kind {
        "aws_secretsmanager_secret" => "name",
        "AWS::SecretsManager::Secret" => "Name",
        "google_secret_manager_secret" => "secret_id",
        _ => return None,
    };
    let called = scene.text(secret.declared, called).map(Which::Called);
    Some((Which::Declared(&what.name, what.role == Role::Data), called))
}

/// Kinds of secrets that a project declares.
const DECLARED: &[&str] = &[
    "aws_secretsmanager_secret",
    "AWS::SecretsManager::Secret",
    "google_secret_manager_secret",
    "azurerm_key_vault_secret",
    "Microsoft.KeyVault/vaults/secrets",
    "aws_ssm_parameter",
];

/// What a resource sets that has a service rotate a secret of its own.
const MANAGED: &[&str] = &[
    "manage_master_user_password",
    "ManageMasterUserPassword",
    "manage_master_password",
    "rotation_rules",
    "rotation",
];

/// Whether templates rotate a secret; nothing where they declare none.
pub(crate) fn rotates(files: &[File]) -> Option<bool> {
    let declared = files.iter().flat_map(|file| &file.declarations);
    let resources = declared.filter(|what| what.role == Role::Resource);
    let mut found = None;
    for what in resources {
        let set = |name: &&str| is_set(&what.body, name);
        if ROTATIONS.contains(&&*what.kind) || MANAGED.iter().any(set) {
            return Some(true);
        }
        if DECLARED.contains(&&*what.kind) {
            found = Some(false);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Which;

    #[test]
    fn secrets_by_their_names() {
        for (text, name) in [
            ("orders/db", "orders/db"),
            (
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-a1B2c3",
                "orders/db",
            ),
            (
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-db",
                "orders-db",
            ),
        ] {
            assert_eq!(Which::called(text), Which::Called(name), "{text}");
        }
        for later in ["*", "orders/*", "orders-${Stage}"] {
            assert_eq!(Which::called(later), Which::Unknown, "{later}");
        }
        assert_eq!(Which::called("${Db.Id}"), Which::Declared("Db", false));
    }

    #[test]
    fn secrets_by_their_addresses() {
        for (target, which) in [
            (
                "aws_secretsmanager_secret.db.arn",
                Some(Which::Declared("db", false)),
            ),
            (
                "data.aws_secretsmanager_secret.db.id",
                Some(Which::Declared("db", true)),
            ),
            (
                "AWS::SecretsManager::Secret.Db",
                Some(Which::Declared("Db", false)),
            ),
            ("each.value.id", Some(Which::Unknown)),
            ("aws_db_instance.db.id", None),
            ("var.secret_id", None),
        ] {
            assert_eq!(Which::at(target), which, "{target}");
        }
    }
}
