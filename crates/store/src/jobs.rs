//! Work that one process does for all of them.

use crate::engine::on_db;
use crate::{Result, Tx};

/// Takes a job in hand until `lease_until_ms`: `false` if its time `due_ms` is done or somebody else has it in hand.
pub async fn claim(
    tx: &mut Tx,
    name: &str,
    due_ms: i64,
    (now_ms, lease_until_ms): (i64, i64),
) -> Result<bool> {
    let claimed = on_db!(tx, c => sqlx::query(
        "INSERT INTO jobs (name, done_ms, lease_until_ms) VALUES ($1, 0, $4)
         ON CONFLICT (name) DO UPDATE SET lease_until_ms = excluded.lease_until_ms
         WHERE jobs.done_ms < $2 AND jobs.lease_until_ms <= $3",
    )
    .bind(name)
    .bind(due_ms)
    .bind(now_ms)
    .bind(lease_until_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(claimed == 1)
}

/// Keeps a job in hand for longer.
pub async fn update_lease(tx: &mut Tx, name: &str, lease_until_ms: i64) -> Result<()> {
    on_db!(tx, c => sqlx::query("UPDATE jobs SET lease_until_ms = $2 WHERE name = $1")
        .bind(name)
        .bind(lease_until_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that the time `due_ms` of a job is done, and lets it go.
pub async fn update_done(tx: &mut Tx, name: &str, due_ms: i64) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE jobs SET done_ms = $2, lease_until_ms = 0 WHERE name = $1 AND done_ms < $2",
    )
    .bind(name)
    .bind(due_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
