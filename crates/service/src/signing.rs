//! The instance's signing keys: one for tokens, one for certificates; neither ever verifies the other's. Another can
//! take the place of each, and those before it go on verifying.

use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use model::SigningKeyId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::signing_keys::{self, VerifyingKey};
use store::{Conn, Store, Tx};

use crate::secrets::Vault;
use crate::{Clock, Entropy, Error, Services, TOKEN_TTL_S};

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SigningPurpose {
    /// Tokens of people who signed in.
    Tokens,
    /// Certificates.
    Certificates,
}

impl SigningPurpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::Tokens, Self::Certificates];
    /// What [`FromStr`] takes.
    pub const TEXTS: [&'static str; 2] = ["tokens", "certificates"];

    const fn stored(self) -> &'static str {
        match self {
            Self::Tokens => "token",
            Self::Certificates => "certificate",
        }
    }

    /// The `typ` in the header of all that is signed.
    const fn typ(self) -> &'static str {
        match self {
            Self::Tokens => "surety-token+jwt",
            Self::Certificates => "surety-certificate+jwt",
        }
    }
}

impl FromStr for SigningPurpose {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let at = Self::TEXTS.iter().position(|known| *known == text);
        at.map(|at| Self::ALL[at]).ok_or(Error::NotFound { what: "kind of signing key" })
    }
}

/// Which key's signatures no longer hold once another has taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevokedKey {
    /// The one that is replaced.
    Replaced,
    /// One that was replaced earlier, by its `kid`.
    Earlier(String),
}

/// A signing key that took the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedKey {
    /// The `kid` that signs from now on.
    pub kid: SigningKeyId,
    /// The `kid` that signed until now.
    pub replaced: SigningKeyId,
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

impl From<&VerifyingKey> for PublicKey {
    fn from(key: &VerifyingKey) -> Self {
        Self {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            usage: "sig",
            kid: key.id.as_str().to_owned(),
            x: key.public_key.clone(),
        }
    }
}

/// The keys that verify, by purpose. At most a second old, so that a key that another process made is known and one
/// that it revoked is not; a write in this process drops them at once.
pub(crate) struct KeyRings(moka::sync::Cache<SigningPurpose, Arc<Ring>>);

/// The keys of one purpose, the one in force first.
struct Ring {
    keys: Vec<VerifyingKey>,
    read_at: Instant,
}

/// How old a ring must be before a `kid` that it lacks is looked up: what others make up must not read the database
/// each time.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How long other processes may go on signing tokens with a key that was replaced, at the most.
const SLACK_MS: i64 = 60_000;

impl KeyRings {
    pub(crate) fn new() -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(2)
                .time_to_live(Duration::from_secs(1))
                .build(),
        )
    }
}

/// Makes the keys that are missing. Fails where the master key does not open those that are there.
pub(crate) async fn prepare(
    store: &Store,
    vault: &Vault,
    (clock, entropy): (&Clock, &Entropy),
) -> Result<(), Error> {
    for purpose in SigningPurpose::ALL {
        let mut conn = store.read().await?;
        if signing_keys::get(&mut conn, purpose.stored()).await?.is_none() {
            drop(conn);
            let mut tx = store.begin().await?;
            let key = made(vault, (clock.now_ms(), entropy), purpose)?;
            // Where another process was first, its key is what everybody uses.
            signing_keys::insert(&mut tx, &key).await?;
            tx.commit().await?;
            conn = store.read().await?;
        }
        in_force(&mut conn, vault, purpose).await?;
    }
    Ok(())
}

/// A new key, not stored yet.
fn made(
    vault: &Vault,
    (now_ms, entropy): (i64, &Entropy),
    purpose: SigningPurpose,
) -> Result<signing_keys::SigningKey, Error> {
    let secret = entropy.bytes::<32>();
    Ok(signing_keys::SigningKey {
        id: SigningKeyId::new(now_ms, entropy.bytes()),
        purpose: purpose.stored().to_owned(),
        public_key: BASE64.encode(SigningKey::from_bytes(&secret).verifying_key().as_bytes()),
        sealed_secret: vault.seal(entropy, purpose.stored(), &secret)?,
        created_at_ms: now_ms,
    })
}

/// The key that signs now.
async fn in_force(
    conn: &mut Conn,
    vault: &Vault,
    purpose: SigningPurpose,
) -> Result<(SigningKeyId, EncodingKey), Error> {
    let found = signing_keys::get(conn, purpose.stored()).await?;
    let found = found.ok_or_else(|| Error::internal("there is no signing key"))?;
    let secret: [u8; 32] = vault
        .open(purpose.stored(), &found.sealed_secret)?
        .try_into()
        .map_err(|_| Error::internal("the stored signing key has the wrong length"))?;
    let der = SigningKey::from_bytes(&secret)
        .to_pkcs8_der()
        .map_err(|e| Error::internal(e.to_string()))?;
    Ok((found.id, EncodingKey::from_ed_der(der.as_bytes())))
}

/// The claims, if the key signed them for this purpose and audience. The times in them are the caller's to check.
fn verify<T: DeserializeOwned + Clone>(
    key: &VerifyingKey,
    purpose: SigningPurpose,
    (jws, audience): (&str, &str),
) -> Option<T> {
    let key = DecodingKey::from_ed_components(&key.public_key).ok()?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[audience]);
    // It would read the machine's clock; callers compare with the service's own.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let data = jsonwebtoken::decode::<T>(jws, &key, &validation).ok()?;
    (data.header.typ.as_deref() == Some(purpose.typ())).then_some(data.claims)
}

impl Services {
    /// Signs claims as a compact JWS (RFC 7515), over the caller's connection. Nothing is remembered: the key may have
    /// been replaced a moment ago.
    pub(crate) async fn sign<T: Serialize>(
        &self,
        conn: &mut Conn,
        purpose: SigningPurpose,
        claims: &T,
    ) -> Result<String, Error> {
        let (kid, key) = in_force(conn, &self.0.vault, purpose).await?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(purpose.typ().to_owned());
        header.kid = Some(kid.as_str().to_owned());
        jsonwebtoken::encode(&header, claims, &key).map_err(Error::internal)
    }

    /// The claims of a compact JWS for this audience and the key that signed them, if it is one of this purpose. Of what
    /// the header says only `kid` is used, and only to choose among these. Takes a connection for a moment; the times in
    /// the claims are the caller's to check.
    pub(crate) async fn verify<T: DeserializeOwned + Clone>(
        &self,
        purpose: SigningPurpose,
        (jws, audience): (&str, &str),
    ) -> Result<Option<(T, PublicKey)>, Error> {
        let Some(kid) = jsonwebtoken::decode_header(jws).ok().and_then(|header| header.kid) else {
            return Ok(None);
        };
        let named = |ring: &Ring| ring.keys.iter().find(|key| key.id.as_str() == kid).cloned();
        let ring = self.ring(purpose).await?;
        let key = match named(&ring) {
            None if ring.read_at.elapsed() > LOOK_AGAIN => named(&*self.read_ring(purpose).await?),
            found => found,
        };
        Ok(key.and_then(|key| {
            let claims = verify(&key, purpose, (jws, audience))?;
            Some((claims, PublicKey::from(&key)))
        }))
    }

    /// The public keys that check certificates: the one that signs now, then those before it, the latest first.
    pub async fn certificate_keys(&self) -> Result<Vec<PublicKey>, Error> {
        let ring = self.ring(SigningPurpose::Certificates).await?;
        Ok(ring.keys.iter().map(PublicKey::from).collect())
    }

    async fn ring(&self, purpose: SigningPurpose) -> Result<Arc<Ring>, Error> {
        match self.0.rings.0.get(&purpose) {
            Some(ring) => Ok(ring),
            None => Box::pin(self.read_ring(purpose)).await,
        }
    }

    async fn read_ring(&self, purpose: SigningPurpose) -> Result<Arc<Ring>, Error> {
        let read_at = Instant::now();
        let keys = signing_keys::list(&mut self.store().read().await?, purpose.stored()).await?;
        let ring = Arc::new(Ring { keys, read_at });
        self.0.rings.0.insert(purpose, Arc::clone(&ring));
        Ok(ring)
    }

    /// Lets a new key sign from now on, in every process. The secret part of the one before it is gone; what that one
    /// signed still verifies, tokens for the hour that they live, certificates for ever, unless its key is the one to be
    /// revoked: then no process takes it a second later. Not found where no earlier key has the `kid`. For the
    /// command line of the server.
    pub async fn rotate_signing_key(
        &self,
        purpose: SigningPurpose,
        revoked: Option<&RevokedKey>,
    ) -> Result<ReplacedKey, Error> {
        let (now_ms, stored) = (self.now_ms(), purpose.stored());
        let mut tx = self.store().begin().await?;
        let replaced = signing_keys::update_replaced(&mut tx, stored, now_ms).await?;
        let replaced =
            replaced.ok_or_else(|| Error::internal("another process has just replaced the key"))?;
        let key = made(&self.0.vault, (now_ms, self.entropy()), purpose)?;
        signing_keys::insert(&mut tx, &key).await?;
        let gone = match revoked {
            None => None,
            Some(RevokedKey::Replaced) => Some(replaced.as_str()),
            Some(RevokedKey::Earlier(kid)) => Some(kid.as_str()),
        };
        if let Some(kid) = gone
            && !signing_keys::delete(&mut tx, stored, kid).await?
        {
            return Err(Error::NotFound { what: "signing key" });
        }
        tx.commit().await?;
        self.0.rings.0.invalidate(&purpose);
        Ok(ReplacedKey { kid: key.id, replaced })
    }

    /// Takes away the keys of tokens that have all ended.
    pub(crate) async fn forget_token_keys(&self, tx: &mut Tx) -> Result<(), store::Error> {
        let before_ms = self.now_ms() - TOKEN_TTL_S * 1000 - SLACK_MS;
        let purpose = SigningPurpose::Tokens.stored();
        signing_keys::delete_replaced_before(tx, purpose, before_ms).await
    }
}
