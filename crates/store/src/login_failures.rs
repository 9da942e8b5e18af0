//! Attempts to sign in that were not followed by a right password.

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// Until when nobody gets in by this subject (Unix milliseconds); `None`: it is not shut at `now_ms`.
pub async fn get_blocked(conn: &mut Conn, subject: &str, now_ms: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT blocked_until_ms FROM login_failures WHERE subject = $1 AND blocked_until_ms > $2",
    )
    .bind(subject)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(until_ms,)| until_ms))
}

/// Counts an attempt before it is known to fail; how many there are then, those before `forget_ms` left out. `None`: the
/// subject is shut, and nothing was counted. Others who count wait for the transaction.
pub async fn count(
    tx: &mut Tx,
    subject: &str,
    (now_ms, forget_ms): (i64, i64),
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = on_db!(tx, c => sqlx::query_as(
        "INSERT INTO login_failures (subject, failures, last_at_ms, blocked_until_ms) VALUES ($1, 1, $2, 0)
         ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN login_failures.last_at_ms < $3 THEN 1 ELSE login_failures.failures + 1 END,
             last_at_ms = $2
         WHERE login_failures.blocked_until_ms <= $2
         RETURNING failures",
    )
    .bind(subject)
    .bind(now_ms)
    .bind(forget_ms)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(failures,)| failures))
}

/// Shuts a subject until an instant.
pub async fn update_blocked(tx: &mut Tx, subject: &str, until_ms: i64) -> Result<()> {
    on_db!(tx, c => sqlx::query("UPDATE login_failures SET blocked_until_ms = $2 WHERE subject = $1")
        .bind(subject)
        .bind(until_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Takes one attempt back, which did not fail after all.
pub async fn uncount(tx: &mut Tx, subject: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE login_failures SET failures = failures - 1, blocked_until_ms = 0
         WHERE subject = $1 AND failures > 0",
    )
    .bind(subject)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets the failures of a subject.
pub async fn delete(tx: &mut Tx, subject: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM login_failures WHERE subject = $1")
        .bind(subject)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets what was tried last before an instant; how many subjects there were.
pub async fn delete_before(tx: &mut Tx, before_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM login_failures WHERE last_at_ms < $1")
        .bind(before_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
