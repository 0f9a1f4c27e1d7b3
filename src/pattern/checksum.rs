//! Checksums that token formats document.

use data_encoding::BASE64;

use crate::schema::Checksum;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Whether the checksum in `secret` is right; `None` where this form carries none.
pub(crate) fn holds(checksum: Checksum, secret: &[u8]) -> Option<bool> {
    match checksum {
        Checksum::GithubCrc32 | Checksum::NpmCrc32 => prefixed(secret, 4),
        Checksum::GitlabCrc32 => gitlab(secret),
        Checksum::CloudflareCrc32 => cloudflare(secret),
        Checksum::ConfluentCrc32 => confluent(secret),
    }
}

/// Six base62 digits at the end, over what follows the prefix.
fn prefixed(secret: &[u8], prefix: usize) -> Option<bool> {
    let (body, sum) = secret.get(prefix..)?.split_last_chunk::<6>()?;
    Some(digits(crc32fast::hash(body), BASE62, 6) == sum)
}

/// Routable tokens end in a dot, two digits of length (and version) and seven of checksum; others carry none.
fn gitlab(secret: &[u8]) -> Option<bool> {
    let (body, sum) = secret.split_last_chunk::<7>()?;
    let dot = body.len().checked_sub(3)?;
    (body[dot] == b'.').then(|| digits(crc32fast::hash(body), BASE36, 7) == sum)
}

fn cloudflare(secret: &[u8]) -> Option<bool> {
    let (body, sum) = secret.split_last_chunk::<8>()?;
    let body = body.get(body.len().checked_sub(40)?..)?;
    Some(format!("{:08x}", crc32fast::hash(body)).as_bytes() == sum)
}

fn confluent(secret: &[u8]) -> Option<bool> {
    let (body, sum) = secret.split_last_chunk::<6>()?;
    let body = body.get(body.len().checked_sub(54)?..)?;
    let expected = BASE64.encode(&crc32fast::hash(body).to_le_bytes());
    Some(expected.trim_end_matches('=').as_bytes() == sum)
}

/// The number in the base of `alphabet`, padded with zeros to `width`.
fn digits<const N: usize>(mut number: u32, alphabet: &[u8; N], width: usize) -> Vec<u8> {
    let mut out = vec![alphabet[0]; width];
    for slot in out.iter_mut().rev() {
        *slot = alphabet[number as usize % N];
        number /= N as u32;
    }
    out
}
