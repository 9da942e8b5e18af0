//! Signing keys, shared by all processes; the secret part is sealed under the master key.

use model::SigningKeyId;

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// A key pair for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// The `kid` in what it signs.
    pub id: SigningKeyId,
    /// `token` or `certificate`: what one signs, the other never verifies.
    pub purpose: String,
    /// Ed25519 public key, base64url.
    pub public_key: String,
    /// The secret key, sealed.
    pub sealed_secret: String,
    /// When it was made (Unix milliseconds).
    pub created_at_ms: i64,
}

/// Adds a key unless there is one for its purpose already: the first process wins.
pub async fn insert(tx: &mut Tx, key: &SigningKey) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO signing_keys (id, purpose, public_key, sealed_secret, created_at_ms)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (purpose) DO NOTHING",
    )
    .bind(key.id.as_str())
    .bind(&key.purpose)
    .bind(&key.public_key)
    .bind(&key.sealed_secret)
    .bind(key.created_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The key for this purpose.
pub async fn get(conn: &mut Conn, purpose: &str) -> Result<Option<SigningKey>> {
    let row: Option<(String, String, String, i64)> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, public_key, sealed_secret, created_at_ms FROM signing_keys WHERE purpose = $1",
    )
    .bind(purpose)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(id, public_key, sealed_secret, created_at_ms)| SigningKey {
        id: SigningKeyId::from_stored(id),
        purpose: purpose.to_owned(),
        public_key,
        sealed_secret,
        created_at_ms,
    }))
}
