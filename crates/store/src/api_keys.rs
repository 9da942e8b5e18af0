//! API keys, as hash and metadata.

use model::{ApiKey, ApiKeyId, Permissions, Plan, WorkspaceId};
use serde::Serialize;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::{Conn, Result, Tx};

#[derive(sqlx::FromRow)]
struct ApiKeyRow {
    id: String,
    name: String,
    hint: String,
    permissions: String,
    created_at_ms: i64,
    expires_at_ms: Option<i64>,
    last_used_at_ms: Option<i64>,
    revoked_at_ms: Option<i64>,
}

impl From<ApiKeyRow> for ApiKey {
    fn from(row: ApiKeyRow) -> Self {
        Self {
            id: ApiKeyId::from_stored(row.id),
            name: row.name,
            hint: row.hint,
            permissions: Permissions::from_text(&row.permissions),
            created_at_ms: row.created_at_ms,
            expires_at_ms: row.expires_at_ms,
            last_used_at_ms: row.last_used_at_ms,
            revoked_at_ms: row.revoked_at_ms,
        }
    }
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    #[sqlx(flatten)]
    key: ApiKeyRow,
    workspace_id: String,
    plan: String,
}

/// A key that was looked up by its hash.
#[derive(Debug, Clone)]
pub struct FoundKey {
    /// The key.
    pub key: ApiKey,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// That workspace's plan.
    pub plan: Plan,
}

/// Adds a key under the SHA-256 of its secret.
pub async fn insert(tx: &mut Tx, workspace: &WorkspaceId, key: &ApiKey, hash: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO api_keys (workspace_id, id, hash, name, hint, permissions, created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(workspace.as_str())
    .bind(key.id.as_str())
    .bind(hash)
    .bind(&key.name)
    .bind(&key.hint)
    .bind(key.permissions.to_text())
    .bind(key.created_at_ms)
    .bind(key.expires_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The key with this hash, whatever its state.
pub async fn get_by_hash(conn: &mut Conn, hash: &str) -> Result<Option<FoundKey>> {
    let row: Option<FoundRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT k.id, k.name, k.hint, k.permissions, k.created_at_ms, k.expires_at_ms, k.last_used_at_ms,
                k.revoked_at_ms, k.workspace_id, w.plan
         FROM api_keys k JOIN workspaces w ON w.id = k.workspace_id WHERE k.hash = $1",
    )
    .bind(hash)
    .fetch_optional(c)
    .await)?;
    row.map(|row| {
        Ok(FoundKey {
            key: row.key.into(),
            plan: stored("plan", &row.plan)?,
            workspace_id: WorkspaceId::from_stored(row.workspace_id),
        })
    })
    .transpose()
}

/// The key with this id.
pub async fn get(conn: &mut Conn, workspace: &WorkspaceId, id: &str) -> Result<Option<ApiKey>> {
    let row: Option<ApiKeyRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, name, hint, permissions, created_at_ms, expires_at_ms, last_used_at_ms, revoked_at_ms
         FROM api_keys WHERE workspace_id = $1 AND id = $2",
    )
    .bind(workspace.as_str())
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// The newest `limit` keys of a workspace, newest first.
pub async fn list(conn: &mut Conn, workspace: &WorkspaceId, limit: i64) -> Result<Vec<ApiKey>> {
    let rows: Vec<ApiKeyRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, name, hint, permissions, created_at_ms, expires_at_ms, last_used_at_ms, revoked_at_ms
         FROM api_keys WHERE workspace_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Revokes a key; `false` if there is none that is not revoked yet.
pub async fn update_revoked(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &ApiKeyId,
    at_ms: i64,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE api_keys SET revoked_at_ms = $3 WHERE workspace_id = $1 AND id = $2 AND revoked_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Notes when a key was used.
pub async fn update_last_used(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &ApiKeyId,
    at_ms: i64,
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE api_keys SET last_used_at_ms = $3 WHERE workspace_id = $1 AND id = $2",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

#[derive(Serialize)]
struct KeyRef<'a> {
    ws: &'a str,
    id: &'a str,
}

const LIST_ACTIVE: RowsSql = rows_sql!(
    "SELECT k.id FROM",
    (ws TEXT, id TEXT),
    "JOIN api_keys k ON k.workspace_id = r.ws AND k.id = r.id
     WHERE k.revoked_at_ms IS NULL AND (k.expires_at_ms IS NULL OR k.expires_at_ms > $2)"
);

/// Which of these keys still open anything at `now_ms`.
pub async fn list_active(
    conn: &mut Conn,
    keys: &[(&WorkspaceId, &ApiKeyId)],
    now_ms: i64,
) -> Result<Vec<ApiKeyId>> {
    let refs: Vec<_> =
        keys.iter().map(|(ws, id)| KeyRef { ws: ws.as_str(), id: id.as_str() }).collect();
    let rows: Vec<(String,)> = on_rows!(conn, LIST_ACTIVE, &refs, |c, sql, json| {
        sqlx::query_as(sql).bind(json).bind(now_ms).fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(id,)| ApiKeyId::from_stored(id)).collect())
}
