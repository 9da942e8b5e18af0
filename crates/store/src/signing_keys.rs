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

/// What is known of a key for good: its secret part goes when another key takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    /// The `kid` in what it signed.
    pub id: SigningKeyId,
    /// Ed25519 public key, base64url.
    pub public_key: String,
}

/// Adds a key unless one for its purpose is in force already: the first process wins. Whether it was added.
pub async fn insert(tx: &mut Tx, key: &SigningKey) -> Result<bool> {
    let added = on_db!(tx, c => sqlx::query(
        "INSERT INTO signing_keys (id, purpose, public_key, sealed_secret, created_at_ms)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (purpose) WHERE replaced_at_ms IS NULL DO NOTHING",
    )
    .bind(key.id.as_str())
    .bind(&key.purpose)
    .bind(&key.public_key)
    .bind(&key.sealed_secret)
    .bind(key.created_at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(added == 1)
}

/// The key in force for this purpose.
pub async fn get(conn: &mut Conn, purpose: &str) -> Result<Option<SigningKey>> {
    let row: Option<(String, String, String, i64)> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, public_key, sealed_secret, created_at_ms FROM signing_keys
         WHERE purpose = $1 AND replaced_at_ms IS NULL",
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

/// Every key that verifies for this purpose: the one in force, then those before it, the latest first.
pub async fn list(conn: &mut Conn, purpose: &str) -> Result<Vec<VerifyingKey>> {
    let rows: Vec<(String, String)> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, public_key FROM signing_keys WHERE purpose = $1
         ORDER BY COALESCE(replaced_at_ms, 9223372036854775807) DESC, id DESC",
    )
    .bind(purpose)
    .fetch_all(c)
    .await)?;
    let key = |(id, public_key)| VerifyingKey { id: SigningKeyId::from_stored(id), public_key };
    Ok(rows.into_iter().map(key).collect())
}

/// Ends the signing of the key in force and takes its secret part away; its id, unless another process was faster.
pub async fn update_replaced(
    tx: &mut Tx,
    purpose: &str,
    now_ms: i64,
) -> Result<Option<SigningKeyId>> {
    let row: Option<(String,)> = on_db!(tx, c => sqlx::query_as(
        "UPDATE signing_keys SET replaced_at_ms = $2, sealed_secret = ''
         WHERE purpose = $1 AND replaced_at_ms IS NULL RETURNING id",
    )
    .bind(purpose)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(id,)| SigningKeyId::from_stored(id)))
}

/// Takes away a key that was replaced: nothing that it signed verifies any more. Whether there was one.
pub async fn delete(tx: &mut Tx, purpose: &str, id: &str) -> Result<bool> {
    let gone = on_db!(tx, c => sqlx::query(
        "DELETE FROM signing_keys WHERE purpose = $1 AND id = $2 AND replaced_at_ms IS NOT NULL",
    )
    .bind(purpose)
    .bind(id)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(gone == 1)
}

/// Takes away the keys for a purpose that were replaced before a moment.
pub async fn delete_replaced_before(tx: &mut Tx, purpose: &str, before_ms: i64) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "DELETE FROM signing_keys WHERE purpose = $1 AND replaced_at_ms < $2",
    )
    .bind(purpose)
    .bind(before_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
