//! Values that are made to be given away, whatever they are called.

use data_encoding::BASE64URL_NOPAD;

/// Whether a value says by its form that it is public.
pub(super) fn is_public(v: &str) -> bool {
    is_ssh_key(v) || is_resource(v) || is_map_token(v) || is_anonymous(v)
}

/// A public key of SSH, perhaps with the user before it and a comment behind. Its base64 starts with the length and the name of
/// its kind: <https://www.rfc-editor.org/rfc/rfc4253#section-6.6>.
fn is_ssh_key(v: &str) -> bool {
    const KINDS: &[&str] = &[
        "AAAAB3NzaC1",
        "AAAAC3NzaC1",
        "AAAAE2VjZHNh",
        "AAAAGnNrLXNz",
        "AAAAInNrLWVj",
    ];
    v.split_ascii_whitespace()
        .any(|part| part.len() >= 40 && KINDS.iter().any(|kind| part.starts_with(kind)))
}

/// The identifier of a resource of AWS: `ami-0c55b159cbfafe1f0`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html>
fn is_resource(v: &str) -> bool {
    const KINDS: &[&str] = &[
        "i", "ami", "vpc", "subnet", "sg", "sgr", "eni", "vol", "snap", "rtb", "igw", "nat", "acl",
        "eipalloc", "eipassoc", "lt", "fs", "vpce", "tgw", "pcx", "vgw", "cgw", "vpn", "dopt",
        "pl",
    ];
    v.split_once('-').is_some_and(|(kind, id)| {
        let digits = id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        KINDS.contains(&kind) && matches!(id.len(), 8 | 17) && digits
    })
}

/// A token of Mapbox for browsers. <https://docs.mapbox.com/help/dive-deeper/access-tokens/>
fn is_map_token(v: &str) -> bool {
    v.starts_with("pk.eyJ")
}

/// A signed token for those who have not logged in.
/// <https://supabase.com/docs/guides/api/api-keys>
pub(crate) fn is_anonymous(v: &str) -> bool {
    let mut parts = v.split('.');
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else {
        return false;
    };
    let claims = || {
        let json = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
        serde_json::from_slice::<serde_json::Value>(&json).ok()
    };
    header.starts_with("eyJ") && claims().is_some_and(|claims| claims["role"] == "anon")
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn knows_what_is_given_away() {
        for value in [
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SaG6UOoqKLsabgH5C9okWi0dh2l9GKJl ops@shop",
            "ops:ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDkT9vWq2LmZx84nRbkT9vWq2LmZx84nRb",
            "ami-0c55b159cbfafe1f0",
            "pk.eyJ1IjoiYWNtZSIsImEiOiJja2FiY2RlZmcifQ.kT9vWq2LmZx84nRbkT9vWq",
        ] {
            assert!(is_public(value), "{value}");
        }
    }

    #[test]
    fn takes_nothing_else_for_public() {
        for value in [
            "AAAAC3NzaC1lZDI1",
            "sk.eyJ1IjoiYWNtZSIsImEiOiJja2FiY2RlZmcifQ.kT9vWq2LmZx84nRbkT9vWq",
            "key-0c55b159cbfafe1f0",
            "ami-0c55b159cbfafe1f0aa",
            "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.kT9vWq2LmZx84nRbkT9vWq",
        ] {
            assert!(!is_public(value), "{value}");
        }
    }
}
