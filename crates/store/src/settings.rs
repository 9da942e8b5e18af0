//! Facts about the instance itself.

use crate::engine::on_db;
use crate::{Result, Tx};

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
