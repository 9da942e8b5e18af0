//! The apps that make people's codes. Secrets arrive sealed.

use model::UserId;

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// A person's app.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Totp {
    /// What its codes are made from, sealed.
    pub sealed_secret: String,
    /// The time step of the last code that was taken.
    pub last_step: i64,
    /// Since when its codes are asked for (Unix milliseconds).
    pub created_at_ms: i64,
}

/// Sets up a person's app, in the place of an earlier one.
pub async fn upsert(tx: &mut Tx, user: &UserId, totp: &Totp) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO totp (user_id, sealed_secret, last_step, created_at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET sealed_secret = $2, last_step = $3, created_at_ms = $4",
    )
    .bind(user.as_str())
    .bind(&totp.sealed_secret)
    .bind(totp.last_step)
    .bind(totp.created_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The app of a person, if there is one.
pub async fn get(conn: &mut Conn, user: &UserId) -> Result<Option<Totp>> {
    Ok(on_db!(conn, c => sqlx::query_as(
        "SELECT sealed_secret, last_step, created_at_ms FROM totp WHERE user_id = $1",
    )
    .bind(user.as_str())
    .fetch_optional(c)
    .await)?)
}

/// Notes that the code of a time step was taken of the app that was `found`; `false` if this one or a later one was
/// before, or if it is another app by now.
pub async fn update_last_step(tx: &mut Tx, user: &UserId, found: &Totp, step: i64) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE totp SET last_step = $3 WHERE user_id = $1 AND sealed_secret = $2 AND last_step < $3",
    )
    .bind(user.as_str())
    .bind(&found.sealed_secret)
    .bind(step)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Takes a person's app away; `false` if there was none.
pub async fn delete(tx: &mut Tx, user: &UserId) -> Result<bool> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM totp WHERE user_id = $1")
        .bind(user.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}
