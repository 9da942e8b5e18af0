//! People's passkeys.

use model::{PasskeyId, UserId};

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id with us.
    pub id: PasskeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// Its id with the device, in base64url.
    pub credential_id: String,
    /// The public key and what is known of the device, as JSON.
    pub credential: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was added (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it was last used, if it was (Unix milliseconds).
    pub last_used_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct PasskeyRow {
    id: String,
    user_id: String,
    credential_id: String,
    credential: String,
    name: String,
    created_at_ms: i64,
    last_used_at_ms: Option<i64>,
}

impl From<PasskeyRow> for Passkey {
    fn from(row: PasskeyRow) -> Self {
        Self {
            id: PasskeyId::from_stored(row.id),
            user_id: UserId::from_stored(row.user_id),
            credential_id: row.credential_id,
            credential: row.credential,
            name: row.name,
            created_at_ms: row.created_at_ms,
            last_used_at_ms: row.last_used_at_ms,
        }
    }
}

/// Adds a passkey. The credential's id is unique.
pub async fn insert(tx: &mut Tx, passkey: &Passkey) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO passkeys (user_id, id, credential_id, credential, name, created_at_ms, last_used_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(passkey.user_id.as_str())
    .bind(passkey.id.as_str())
    .bind(&passkey.credential_id)
    .bind(&passkey.credential)
    .bind(&passkey.name)
    .bind(passkey.created_at_ms)
    .bind(passkey.last_used_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// A person's passkeys, in the order in which they were added.
pub async fn list(conn: &mut Conn, user: &UserId) -> Result<Vec<Passkey>> {
    let rows: Vec<PasskeyRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, user_id, credential_id, credential, name, created_at_ms, last_used_at_ms
         FROM passkeys WHERE user_id = $1 ORDER BY id",
    )
    .bind(user.as_str())
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The passkey with this credential's id, whosever it is.
pub async fn get_by_credential(conn: &mut Conn, credential_id: &str) -> Result<Option<Passkey>> {
    let row: Option<PasskeyRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, user_id, credential_id, credential, name, created_at_ms, last_used_at_ms
         FROM passkeys WHERE credential_id = $1",
    )
    .bind(credential_id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// Calls a person's passkey by another name; `false` if there is none with this id.
pub async fn update_name(tx: &mut Tx, user: &UserId, id: &str, name: &str) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE passkeys SET name = $3 WHERE user_id = $1 AND id = $2",
    )
    .bind(user.as_str())
    .bind(id)
    .bind(name)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Notes the use of a passkey, with what the device told of itself; `false` if it is gone.
pub async fn update_used(tx: &mut Tx, passkey: &Passkey) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE passkeys SET credential = $3, last_used_at_ms = $4 WHERE user_id = $1 AND id = $2",
    )
    .bind(passkey.user_id.as_str())
    .bind(passkey.id.as_str())
    .bind(&passkey.credential)
    .bind(passkey.last_used_at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Takes a person's passkey away; `false` if there is none with this id.
pub async fn delete(tx: &mut Tx, user: &UserId, id: &str) -> Result<bool> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM passkeys WHERE user_id = $1 AND id = $2")
        .bind(user.as_str())
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}

/// Takes all passkeys of a person away; how many there were.
pub async fn delete_all(tx: &mut Tx, user: &UserId) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM passkeys WHERE user_id = $1")
        .bind(user.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
