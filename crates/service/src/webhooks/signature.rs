//! Signatures of deliveries.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::webhooks::SealedSecrets;

use crate::secrets::{Vault, push_base62};
use crate::{Entropy, Error};

/// What secrets that we make begin with.
const PREFIX: &str = "whsec_";
/// Characters after it: they read as base64 (33 bytes) and as base62 alike, for one API's clients want each.
const SECRET_CHARS: usize = 44;
pub(crate) const PURPOSE: &str = "webhook secret";

/// The secrets of an endpoint that sign at this moment.
#[derive(Clone)]
pub struct WebhookSecrets {
    current: String,
    previous: Option<(String, i64)>,
}

impl WebhookSecrets {
    /// The one in force, as its owner knows it.
    pub fn current(&self) -> &str {
        &self.current
    }

    pub(super) fn open(vault: &Vault, sealed: &SealedSecrets) -> Result<Self, Error> {
        // One that can no longer be read is what the current one was made for.
        let previous = sealed.previous.as_ref();
        let previous = previous.and_then(|(s, until)| Some((open(vault, s).ok()?, *until)));
        Ok(Self { current: open(vault, &sealed.current)?, previous })
    }

    /// The value of `webhook-signature`: one signature for each secret that is good at `now_ms`.
    pub(super) fn standard(
        &self,
        (id, timestamp_s): (&str, i64),
        body: &[u8],
        now_ms: i64,
    ) -> String {
        let prefix = format!("{id}.{timestamp_s}.");
        let sign = |secret: &str| {
            let mac = hmac_sha256(&standard_key(secret), &[prefix.as_bytes(), body]);
            format!("v1,{}", BASE64_STANDARD.encode(mac))
        };
        let mut signatures = sign(&self.current);
        if let Some((previous, until_ms)) = &self.previous
            && *until_ms > now_ms
        {
            signatures.push(' ');
            signatures.push_str(&sign(previous));
        }
        signatures
    }
}

fn open(vault: &Vault, sealed: &str) -> Result<String, Error> {
    String::from_utf8(vault.open(PURPOSE, sealed)?).map_err(Error::internal)
}

pub(crate) fn seal(vault: &Vault, entropy: &Entropy, secret: &str) -> Result<String, Error> {
    vault.seal(entropy, PURPOSE, secret.as_bytes())
}

/// A new secret: `whsec_` and 256 random bits.
pub(crate) fn new_secret(entropy: &Entropy) -> String {
    let mut secret = PREFIX.to_owned();
    push_base62(&mut secret, &mut entropy.bytes::<32>(), SECRET_CHARS);
    secret
}

/// The key that Standard Webhooks sign with: what stands after `whsec_` in base64, else the secret as it is.
fn standard_key(secret: &str) -> Vec<u8> {
    let encoded = secret.strip_prefix(PREFIX);
    let decoded = encoded.and_then(|encoded| BASE64_STANDARD.decode(encoded).ok());
    decoded.unwrap_or_else(|| secret.as_bytes().to_vec())
}

/// HMAC-SHA256 over the parts one after the other.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// [`hmac_sha256`] in lower-case hex.
pub fn hmac_sha256_hex(key: &[u8], parts: &[&[u8]]) -> String {
    hex::encode(hmac_sha256(key, parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(current: &str, previous: Option<(&str, i64)>) -> WebhookSecrets {
        let previous = previous.map(|(s, until)| (s.to_owned(), until));
        WebhookSecrets { current: current.to_owned(), previous }
    }

    #[test]
    fn the_vector_of_the_standard_comes_out() {
        let secrets = secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", None);
        let signature = secrets.standard(
            ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330),
            br#"{"test": 2432232314}"#,
            0,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_sign_while_they_overlap() {
        let both = secrets("new", Some(("old", 100)));
        let during = both.standard(("evt", 1), b"{}", 99);
        let after = both.standard(("evt", 1), b"{}", 100);
        let old = secrets("old", None).standard(("evt", 1), b"{}", 0);
        assert_eq!(during, format!("{after} {old}"));
    }

    #[test]
    fn new_secrets_are_base64_and_base62() {
        let secret = new_secret(&Entropy::seeded(1));
        let body = secret.strip_prefix(PREFIX).unwrap();
        assert!(body.len() == 44 && body.bytes().all(|b| b.is_ascii_alphanumeric()), "{secret}");
        assert_eq!(standard_key(&secret).len(), 33);
        assert_eq!(standard_key("whsec_short"), b"whsec_short");
        assert_ne!(secret, new_secret(&Entropy::seeded(2)));
    }
}
