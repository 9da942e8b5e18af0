//! Codes that take the place of a lost factor. Codes arrive hashed.

use model::UserId;

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// Gives a person these codes, in the place of earlier ones.
pub async fn replace(tx: &mut Tx, user: &UserId, hashes: &[String], now_ms: i64) -> Result<()> {
    delete_all(tx, user).await?;
    for hash in hashes {
        on_db!(tx, c => sqlx::query(
            "INSERT INTO recovery_codes (user_id, hash, created_at_ms) VALUES ($1, $2, $3)",
        )
        .bind(user.as_str())
        .bind(hash)
        .bind(now_ms)
        .execute(c)
        .await
        .map(drop))?;
    }
    Ok(())
}

/// How many codes a person has left.
pub async fn count(conn: &mut Conn, user: &UserId) -> Result<i64> {
    let (count,): (i64,) = on_db!(conn, c => sqlx::query_as(
        "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1",
    )
    .bind(user.as_str())
    .fetch_one(c)
    .await)?;
    Ok(count)
}

/// Uses a code up; `false` if the person has no such code (any more).
pub async fn delete(tx: &mut Tx, user: &UserId, hash: &str) -> Result<bool> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2")
        .bind(user.as_str())
        .bind(hash)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}

/// Takes all codes of a person away.
pub async fn delete_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1")
        .bind(user.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
