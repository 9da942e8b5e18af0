//! API keys, as hash and metadata.

use model::{AgentId, ApiKey, ApiKeyId, Permissions, Plan, WorkspaceId};

use crate::engine::on_db;
use crate::error::stored;
use crate::{Conn, Result, Tx};

#[derive(sqlx::FromRow)]
struct ApiKeyRow {
    id: String,
    family_id: String,
    name: String,
    hint: String,
    permissions: String,
    agent_id: Option<String>,
    allowed_ips: String,
    created_at_ms: i64,
    expires_at_ms: Option<i64>,
    last_used_at_ms: Option<i64>,
    last_used_ip: Option<String>,
    replaced_by: Option<String>,
    revoked_at_ms: Option<i64>,
}

impl From<ApiKeyRow> for ApiKey {
    fn from(row: ApiKeyRow) -> Self {
        Self {
            id: ApiKeyId::from_stored(row.id),
            family_id: ApiKeyId::from_stored(row.family_id),
            name: row.name,
            hint: row.hint,
            permissions: Permissions::from_text(&row.permissions),
            agent_id: row.agent_id.map(AgentId::from_stored),
            allowed_ips: row.allowed_ips.split_whitespace().map(str::to_owned).collect(),
            created_at_ms: row.created_at_ms,
            expires_at_ms: row.expires_at_ms,
            last_used_at_ms: row.last_used_at_ms,
            last_used_ip: row.last_used_ip,
            replaced_by: row.replaced_by.map(ApiKeyId::from_stored),
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
        "INSERT INTO api_keys (workspace_id, id, hash, name, hint, permissions, created_at_ms, expires_at_ms,
             family_id, agent_id, allowed_ips)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(workspace.as_str())
    .bind(key.id.as_str())
    .bind(hash)
    .bind(&key.name)
    .bind(&key.hint)
    .bind(key.permissions.to_text())
    .bind(key.created_at_ms)
    .bind(key.expires_at_ms)
    .bind(key.family_id.as_str())
    .bind(key.agent_id.as_ref().map(AgentId::as_str))
    .bind(key.allowed_ips.join(" "))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The key with this hash, whatever its state.
pub async fn get_by_hash(conn: &mut Conn, hash: &str) -> Result<Option<FoundKey>> {
    let row: Option<FoundRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT k.id, k.family_id, k.name, k.hint, k.permissions, k.agent_id, k.allowed_ips, k.created_at_ms,
                k.expires_at_ms, k.last_used_at_ms, k.last_used_ip, k.replaced_by, k.revoked_at_ms,
                k.workspace_id, w.plan
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
        "SELECT id, family_id, name, hint, permissions, agent_id, allowed_ips, created_at_ms, expires_at_ms,
                last_used_at_ms, last_used_ip, replaced_by, revoked_at_ms
         FROM api_keys WHERE workspace_id = $1 AND id = $2",
    )
    .bind(workspace.as_str())
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// Keys of a workspace, newest first, older than `before`.
pub async fn list(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<ApiKey>> {
    let rows: Vec<ApiKeyRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, family_id, name, hint, permissions, agent_id, allowed_ips, created_at_ms, expires_at_ms,
                last_used_at_ms, last_used_ip, replaced_by, revoked_at_ms
         FROM api_keys WHERE workspace_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3",
    )
    .bind(workspace.as_str())
    .bind(before)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The keys that still open something at the first instant and stop before the second one, first stopping first; none
/// that was replaced.
pub async fn list_ending(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    (now_ms, until_ms): (i64, i64),
    limit: i64,
) -> Result<Vec<ApiKey>> {
    let rows: Vec<ApiKeyRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, family_id, name, hint, permissions, agent_id, allowed_ips, created_at_ms, expires_at_ms,
                last_used_at_ms, last_used_ip, replaced_by, revoked_at_ms
         FROM api_keys
         WHERE workspace_id = $1 AND expires_at_ms > $2 AND expires_at_ms < $3 AND replaced_by IS NULL
             AND revoked_at_ms IS NULL
         ORDER BY expires_at_ms, id LIMIT $4",
    )
    .bind(workspace.as_str())
    .bind(now_ms)
    .bind(until_ms)
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

/// Revokes every key of a workspace that still opens something; how many there were.
pub async fn update_all_revoked(tx: &mut Tx, workspace: &WorkspaceId, at_ms: i64) -> Result<u64> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE api_keys SET revoked_at_ms = $2
         WHERE workspace_id = $1 AND revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > $2)",
    )
    .bind(workspace.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed)
}

/// Names the key that replaces one and when that one stops working; `false` if it was replaced or ended before.
pub async fn update_replaced(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    (id, by): (&ApiKeyId, &ApiKeyId),
    (now_ms, ends_at_ms): (i64, i64),
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE api_keys SET replaced_by = $3, expires_at_ms = $5
         WHERE workspace_id = $1 AND id = $2 AND replaced_by IS NULL AND revoked_at_ms IS NULL
             AND (expires_at_ms IS NULL OR expires_at_ms > $4)",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(by.as_str())
    .bind(now_ms)
    .bind(ends_at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Notes when a key was used, and from where if that is known.
pub async fn update_last_used(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &ApiKeyId,
    (at_ms, ip): (i64, Option<&str>),
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE api_keys SET last_used_at_ms = $3, last_used_ip = $4 WHERE workspace_id = $1 AND id = $2",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(at_ms)
    .bind(ip)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets from where keys were last used, where that was before an instant; of how many.
pub async fn forget_addresses(tx: &mut Tx, before_ms: i64) -> Result<u64> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE api_keys SET last_used_ip = NULL WHERE last_used_ip IS NOT NULL AND last_used_at_ms < $1",
    )
    .bind(before_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed)
}
