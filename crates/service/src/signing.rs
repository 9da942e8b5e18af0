//! The instance's signing keys: one for tokens, one for certificates; neither ever verifies the other's.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use model::SigningKeyId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Store;

use crate::secrets::Vault;
use crate::{Clock, Entropy, Error};

/// An Ed25519 key with one purpose.
pub(crate) struct Signer {
    id: SigningKeyId,
    typ: &'static str,
    public_key: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// A public key in the form of RFC 8037, for checking certificates offline.
#[derive(Debug, Clone, Serialize)]
pub struct PublicKey {
    /// Always `OKP`.
    pub kty: &'static str,
    /// Always `Ed25519`.
    pub crv: &'static str,
    /// Always `EdDSA`.
    pub alg: &'static str,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// The `kid` in the header of what it signed.
    pub kid: String,
    /// The key, base64url.
    pub x: String,
}

impl Signer {
    /// The key for a purpose, made and stored if there is none yet. `typ` goes into the header of all it signs.
    pub(crate) async fn load(
        store: &Store,
        vault: &Vault,
        (clock, entropy): (&Clock, &Entropy),
        (purpose, typ): (&str, &'static str),
    ) -> Result<Self, Error> {
        let stored = store::signing_keys::get(&mut store.read().await?, purpose).await?;
        let stored = match stored {
            Some(key) => key,
            None => {
                let secret = entropy.bytes::<32>();
                let now_ms = clock.now_ms();
                let key = store::signing_keys::SigningKey {
                    id: SigningKeyId::new(now_ms, entropy.bytes()),
                    purpose: purpose.to_owned(),
                    public_key: BASE64
                        .encode(SigningKey::from_bytes(&secret).verifying_key().as_bytes()),
                    sealed_secret: vault.seal(entropy, purpose, &secret)?,
                    created_at_ms: now_ms,
                };
                let mut tx = store.begin().await?;
                store::signing_keys::insert(&mut tx, &key).await?;
                tx.commit().await?;
                // Another process may have been first; what is stored now is what everybody uses.
                store::signing_keys::get(&mut store.read().await?, purpose)
                    .await?
                    .ok_or_else(|| Error::internal("the signing key was not stored"))?
            }
        };
        let secret: [u8; 32] = vault
            .open(purpose, &stored.sealed_secret)?
            .try_into()
            .map_err(|_| Error::internal("the stored signing key has the wrong length"))?;
        let der = SigningKey::from_bytes(&secret)
            .to_pkcs8_der()
            .map_err(|e| Error::internal(e.to_string()))?;
        Ok(Self {
            decoding: DecodingKey::from_ed_components(&stored.public_key)
                .map_err(Error::internal)?,
            encoding: EncodingKey::from_ed_der(der.as_bytes()),
            id: stored.id,
            public_key: stored.public_key,
            typ,
        })
    }

    /// Signs claims as a compact JWS (RFC 7515).
    pub(crate) fn sign<T: Serialize>(&self, claims: &T) -> Result<String, Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(self.typ.to_owned());
        header.kid = Some(self.id.as_str().to_owned());
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(Error::internal)
    }

    /// The claims, if this key signed them for this audience. The times in them are the caller's to check.
    pub(crate) fn verify<T: DeserializeOwned + Clone>(
        &self,
        jws: &str,
        audience: &str,
    ) -> Option<T> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience]);
        // It would read the machine's clock; callers compare with the service's own.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let data = jsonwebtoken::decode::<T>(jws, &self.decoding, &validation).ok()?;
        (data.header.typ.as_deref() == Some(self.typ)).then_some(data.claims)
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        PublicKey {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            usage: "sig",
            kid: self.id.as_str().to_owned(),
            x: self.public_key.clone(),
        }
    }
}
