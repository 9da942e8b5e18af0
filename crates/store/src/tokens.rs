//! Links that work once, by the hash of the secret in them.

use model::UserId;

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// A link that works once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// SHA-256 of the secret, in hex.
    pub hash: String,
    /// For whom.
    pub user_id: UserId,
    /// What it lets one do.
    pub purpose: String,
    /// The address that it was mailed to; empty where it was handed over in another way.
    pub email: String,
    /// When it was made (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it ends (Unix milliseconds).
    pub expires_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    hash: String,
    user_id: String,
    purpose: String,
    email: String,
    created_at_ms: i64,
    expires_at_ms: i64,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            hash: row.hash,
            user_id: UserId::from_stored(row.user_id),
            purpose: row.purpose,
            email: row.email,
            created_at_ms: row.created_at_ms,
            expires_at_ms: row.expires_at_ms,
        }
    }
}

/// Adds a link.
pub async fn insert(tx: &mut Tx, token: &Token) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO tokens (hash, user_id, purpose, email, created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&token.hash)
    .bind(token.user_id.as_str())
    .bind(&token.purpose)
    .bind(&token.email)
    .bind(token.created_at_ms)
    .bind(token.expires_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The link with this hash, while it works for this purpose.
pub async fn get(conn: &mut Conn, hash: &str, purpose: &str, now_ms: i64) -> Result<Option<Token>> {
    let row: Option<TokenRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT hash, user_id, purpose, email, created_at_ms, expires_at_ms FROM tokens
         WHERE hash = $1 AND purpose = $2 AND expires_at_ms > $3",
    )
    .bind(hash)
    .bind(purpose)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// Uses up a link; `false` if somebody has by now.
pub async fn delete(tx: &mut Tx, hash: &str) -> Result<bool> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM tokens WHERE hash = $1")
        .bind(hash)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}

/// Makes every link of a user for a purpose stop working; how many there were.
pub async fn delete_of_user(tx: &mut Tx, user: &UserId, purpose: &str) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM tokens WHERE user_id = $1 AND purpose = $2")
        .bind(user.as_str())
        .bind(purpose)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// When the links of a user for a purpose were made that were made after an instant, the earliest first.
pub async fn list_since(
    conn: &mut Conn,
    user: &UserId,
    purpose: &str,
    since_ms: i64,
) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT created_at_ms FROM tokens WHERE user_id = $1 AND purpose = $2 AND created_at_ms > $3
         ORDER BY created_at_ms LIMIT 100",
    )
    .bind(user.as_str())
    .bind(purpose)
    .bind(since_ms)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(at_ms,)| at_ms).collect())
}

/// Removes the links that have ended by `now_ms`; how many there were.
pub async fn delete_expired(tx: &mut Tx, now_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM tokens WHERE expires_at_ms <= $1")
        .bind(now_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
