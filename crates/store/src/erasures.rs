//! What was erased, for the day on which a backup brings it back.

use model::{UserId, WorkspaceId};

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// That an account was erased: ids that nothing else holds any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// The workspace that was.
    pub workspace_id: WorkspaceId,
    /// Its owner.
    pub user_id: UserId,
    /// When (Unix milliseconds).
    pub erased_at_ms: i64,
}

impl From<(String, String, i64)> for Erasure {
    fn from((workspace, user, erased_at_ms): (String, String, i64)) -> Self {
        Self {
            workspace_id: WorkspaceId::from_stored(workspace),
            user_id: UserId::from_stored(user),
            erased_at_ms,
        }
    }
}

/// Notes an erasure; `false` if it was noted before.
pub async fn insert(tx: &mut Tx, erasure: &Erasure) -> Result<bool> {
    let inserted = on_db!(tx, c => sqlx::query(
        "INSERT INTO erasures (workspace_id, user_id, erased_at_ms) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id) DO NOTHING",
    )
    .bind(erasure.workspace_id.as_str())
    .bind(erasure.user_id.as_str())
    .bind(erasure.erased_at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(inserted == 1)
}

/// Whether the account of this workspace was erased, and when.
pub async fn get(conn: &mut Conn, workspace: &WorkspaceId) -> Result<Option<Erasure>> {
    let row: Option<(String, String, i64)> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, user_id, erased_at_ms FROM erasures WHERE workspace_id = $1",
    )
    .bind(workspace.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// Erasures since an instant, oldest first, `limit` at most.
pub async fn list_since(conn: &mut Conn, since_ms: i64, limit: i64) -> Result<Vec<Erasure>> {
    let rows: Vec<(String, String, i64)> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, user_id, erased_at_ms FROM erasures WHERE erased_at_ms >= $1
         ORDER BY erased_at_ms, workspace_id LIMIT $2",
    )
    .bind(since_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Up to `limit` erasures whose workspace is there again.
pub async fn list_restored(conn: &mut Conn, limit: i64) -> Result<Vec<Erasure>> {
    let rows: Vec<(String, String, i64)> = on_db!(conn, c => sqlx::query_as(
        "SELECT e.workspace_id, e.user_id, e.erased_at_ms FROM erasures e
         JOIN workspaces w ON w.id = e.workspace_id ORDER BY e.erased_at_ms LIMIT $1",
    )
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}
