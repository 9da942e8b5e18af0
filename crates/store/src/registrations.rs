//! Accounts that somebody wants and has to prove the address for, by the hash of the secret in the mailed link.

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// An account that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Wanted {
    /// SHA-256 of the secret, in hex.
    pub hash: String,
    /// The address that the link was mailed to.
    pub email: String,
    /// What the person wants to be called; may be empty.
    pub name: String,
    /// The language that the person reads.
    pub lang: String,
    /// When it was asked for (Unix milliseconds).
    pub created_at_ms: i64,
    /// When the link ends (Unix milliseconds).
    pub expires_at_ms: i64,
}

/// Adds one.
pub async fn insert(tx: &mut Tx, wanted: &Wanted) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO registrations (hash, email, name, lang, created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&wanted.hash)
    .bind(&wanted.email)
    .bind(&wanted.name)
    .bind(&wanted.lang)
    .bind(wanted.created_at_ms)
    .bind(wanted.expires_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The one with this hash, while its link works.
pub async fn get(conn: &mut Conn, hash: &str, now_ms: i64) -> Result<Option<Wanted>> {
    Ok(on_db!(conn, c => sqlx::query_as(
        "SELECT hash, email, name, lang, created_at_ms, expires_at_ms FROM registrations
         WHERE hash = $1 AND expires_at_ms > $2",
    )
    .bind(hash)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?)
}

/// How many were asked for with an address after an instant.
pub async fn count_since(conn: &mut Conn, email: &str, since_ms: i64) -> Result<i64> {
    let (count,): (i64,) = on_db!(conn, c => sqlx::query_as(
        "SELECT COUNT(*) FROM registrations WHERE email = $1 AND created_at_ms > $2",
    )
    .bind(email)
    .bind(since_ms)
    .fetch_one(c)
    .await)?;
    Ok(count)
}

/// Uses one up; `false` if somebody has by now.
pub async fn delete(tx: &mut Tx, hash: &str) -> Result<bool> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM registrations WHERE hash = $1")
        .bind(hash)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}

/// Removes all of an address; how many there were.
pub async fn delete_of_email(tx: &mut Tx, email: &str) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM registrations WHERE email = $1")
        .bind(email)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// Removes those that have ended by `now_ms`; how many there were.
pub async fn delete_expired(tx: &mut Tx, now_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM registrations WHERE expires_at_ms <= $1")
        .bind(now_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
