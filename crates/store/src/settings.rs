//! Facts about the instance itself.

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// The fact who became the operator of the instance by registering first.
pub const FIRST_OPERATOR: &str = "first_operator";

/// Writes a fact that is decided once; `false` if it was decided before.
pub async fn insert_once(tx: &mut Tx, name: &str, value: &str) -> Result<bool> {
    let inserted = on_db!(tx, c => sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
    )
    .bind(name)
    .bind(value)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(inserted == 1)
}

/// Writes a fact that can change.
pub async fn upsert(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Takes a fact back: [`insert_once`] decides it anew.
pub async fn delete(tx: &mut Tx, name: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM settings WHERE name = $1")
        .bind(name)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The fact with this name.
pub async fn get(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT value FROM settings WHERE name = $1",
    )
    .bind(name)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(value,)| value))
}
