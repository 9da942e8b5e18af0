//! Hashes, sealed values and the format of API keys.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use crate::{Entropy, Error};

/// What a sealed value begins with: with what it is sealed, so that another algorithm can come. Values of before have no
/// mark and no dot.
const MARK: &str = "XC20P";

/// Encrypts what must be readable again: signing keys, sessions, webhook secrets.
#[derive(Clone)]
pub(crate) struct Vault(XChaCha20Poly1305);

impl Vault {
    pub(crate) fn new(master_key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(master_key.into()))
    }

    /// Encrypts; `purpose` is bound to the result, so that one sealed value cannot stand in another's place.
    pub(crate) fn seal(
        &self,
        entropy: &Entropy,
        purpose: &str,
        plain: &[u8],
    ) -> Result<String, Error> {
        let nonce = entropy.bytes::<24>();
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("sealing failed"))?;
        Ok(format!("{MARK}.{}", BASE64.encode([&nonce[..], &sealed].concat())))
    }

    /// Decrypts what was sealed under the same master key for the same purpose, with or without a mark.
    pub(crate) fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, Error> {
        let wrong = || {
            Error::internal(
                "a stored secret does not open: the master key is not the one it was sealed with",
            )
        };
        let sealed = match sealed.split_once('.') {
            None => sealed,
            Some((MARK, sealed)) => sealed,
            Some(_) => {
                let why =
                    "a stored secret is sealed in a way that this version of Surety does not know";
                return Err(Error::internal(why));
            }
        };
        let bytes = BASE64.decode(sealed).map_err(|_| wrong())?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>().ok_or_else(wrong)?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| wrong())
    }
}

/// SHA-256 of the parts one after the other, in lower-case hex.
pub(crate) fn sha256_hex(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hex::encode(hasher.finalize())
}

/// 256 random bits as 43 characters of base64url.
pub(crate) fn random_token(entropy: &Entropy) -> String {
    BASE64.encode(entropy.bytes::<32>())
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits that 256 bits need in base 62.
const KEY_DIGITS: usize = 43;
/// Digits that a CRC-32 needs in base 62.
const CHECK_DIGITS: usize = 6;
/// Prefixes by which the clients of our APIs know a key as theirs.
const KEY_PREFIXES: &[&str] = &["gopi_sk_"];

/// A new API key: prefix, 256 random bits, CRC-32 of both (the token format that GitHub published in 2021: a
/// mistyped key is told from a wrong one without looking it up).
pub(crate) fn new_api_key(entropy: &Entropy) -> String {
    let mut key = String::from(KEY_PREFIXES[0]);
    let mut bits = entropy.bytes::<32>();
    push_base62(&mut key, &mut bits, KEY_DIGITS);
    let check = crc32fast::hash(key.as_bytes());
    push_base62(&mut key, &mut check.to_be_bytes(), CHECK_DIGITS);
    key
}

/// The part of a key that can be shown.
pub(crate) fn api_key_hint(key: &str) -> String {
    key.chars().take(KEY_PREFIXES[0].len() + 4).collect()
}

/// Whether a text has the form of a key, its checksum included.
pub(crate) fn is_api_key(text: &str) -> bool {
    let has_prefix = KEY_PREFIXES
        .iter()
        .any(|p| text.starts_with(p) && text.len() == p.len() + KEY_DIGITS + CHECK_DIGITS);
    if !has_prefix || !text.is_ascii() {
        return false;
    }
    let (body, check) = text.split_at(text.len() - CHECK_DIGITS);
    let mut expected = String::with_capacity(CHECK_DIGITS);
    push_base62(&mut expected, &mut crc32fast::hash(body.as_bytes()).to_be_bytes(), CHECK_DIGITS);
    check == expected
}

/// Appends a big-endian number in base 62 with a fixed number of digits; the number is used up.
pub(crate) fn push_base62(text: &mut String, number: &mut [u8], digits: usize) {
    let start = text.len();
    for _ in 0..digits {
        let mut rest = 0_usize;
        for byte in number.iter_mut() {
            let value = rest * 256 + usize::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        text.insert(start, char::from(BASE62[rest]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_check_themselves() {
        let key = new_api_key(&Entropy::seeded(1));
        assert_eq!(key.len(), 8 + 43 + 6);
        assert!(is_api_key(&key), "{key}");
        let mut wrong = key.clone();
        let last = if wrong.pop() == Some('a') { 'b' } else { 'a' };
        wrong.push(last);
        assert!(!is_api_key(&wrong));
        assert!(!is_api_key("gopi_sk_"));
        assert!(!is_api_key(&key[1..]));
    }

    #[test]
    fn sealed_values_open_for_their_purpose_only() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.seal(&Entropy::seeded(1), "session", b"secret").unwrap();
        assert_eq!(vault.open("session", &sealed).unwrap(), b"secret");
        assert!(vault.open("signing key", &sealed).is_err());
        assert!(Vault::new(&[8; 32]).open("session", &sealed).is_err());
    }

    #[test]
    fn sealed_values_name_their_algorithm_and_those_of_before_still_open() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.seal(&Entropy::seeded(1), "session", b"secret").unwrap();
        let bare = sealed.strip_prefix("XC20P.").unwrap();
        assert_eq!(vault.open("session", bare).unwrap(), b"secret");
        let other = vault.open("session", &format!("A256GCM.{bare}")).unwrap_err();
        assert!(format!("{other:?}").contains("does not know"), "{other:?}");
    }

    #[test]
    fn hashes_are_hex() {
        assert_eq!(
            sha256_hex(&[b"a", b"bc"]),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
