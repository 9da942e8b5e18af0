//! How often people tried codes and passwords with one foot in the door.

use model::UserId;

use crate::engine::on_db;
use crate::{Result, Tx};

/// Counts a try of a person at one kind of door, from one again where the first of those before is `window_ms` old; how
/// many there are now and when the first was (Unix milliseconds).
pub async fn count(
    tx: &mut Tx,
    (user, kind): (&UserId, &str),
    now_ms: i64,
    window_ms: i64,
) -> Result<(i64, i64)> {
    Ok(on_db!(tx, c => sqlx::query_as(
        "INSERT INTO factor_tries (user_id, kind, tries, since_ms) VALUES ($1, $2, 1, $3)
         ON CONFLICT (user_id, kind) DO UPDATE SET
             tries = CASE WHEN factor_tries.since_ms <= $3 - $4 THEN 1 ELSE factor_tries.tries + 1 END,
             since_ms = CASE WHEN factor_tries.since_ms <= $3 - $4 THEN $3 ELSE factor_tries.since_ms END
         RETURNING tries, since_ms",
    )
    .bind(user.as_str())
    .bind(kind)
    .bind(now_ms)
    .bind(window_ms)
    .fetch_one(c)
    .await)?)
}

/// Forgets the tries of a person at one kind of door.
pub async fn delete(tx: &mut Tx, user: &UserId, kind: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM factor_tries WHERE user_id = $1 AND kind = $2")
        .bind(user.as_str())
        .bind(kind)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets all tries of a person.
pub async fn delete_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM factor_tries WHERE user_id = $1")
        .bind(user.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
