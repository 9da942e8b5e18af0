//! The audit trail: one entry for each mutation (payments carry their own hash).

use model::{AuditId, WorkspaceId};

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Sorts by time.
    pub id: AuditId,
    /// Whose trail it is.
    pub workspace_id: WorkspaceId,
    /// The id of the user or key, or `console`.
    pub actor: String,
    /// How the actor was authenticated.
    pub via: String,
    /// What was done, such as `agent.created`.
    pub action: String,
    /// The id of what it was done to.
    pub subject: String,
    /// Canonical JSON: `before` and `after`.
    pub detail: String,
    /// When (Unix milliseconds).
    pub at_ms: i64,
    /// Random, in hex; destroyed with the detail.
    pub salt: String,
    /// The entry's leaf hash, in hex.
    pub leaf_hash: String,
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    id: String,
    workspace_id: String,
    actor: String,
    via: String,
    action: String,
    subject: String,
    detail: String,
    at_ms: i64,
    salt: String,
    leaf_hash: String,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            id: AuditId::from_stored(row.id),
            workspace_id: WorkspaceId::from_stored(row.workspace_id),
            actor: row.actor,
            via: row.via,
            action: row.action,
            subject: row.subject,
            detail: row.detail,
            at_ms: row.at_ms,
            salt: row.salt,
            leaf_hash: row.leaf_hash,
        }
    }
}

/// Appends an entry.
pub async fn insert(tx: &mut Tx, entry: &AuditEntry) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO audit (workspace_id, id, actor, via, action, subject, detail, at_ms, salt, leaf_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(entry.workspace_id.as_str())
    .bind(entry.id.as_str())
    .bind(&entry.actor)
    .bind(&entry.via)
    .bind(&entry.action)
    .bind(&entry.subject)
    .bind(&entry.detail)
    .bind(entry.at_ms)
    .bind(&entry.salt)
    .bind(&entry.leaf_hash)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The newest `limit` entries of a workspace, newest first.
pub async fn list(conn: &mut Conn, workspace: &WorkspaceId, limit: i64) -> Result<Vec<AuditEntry>> {
    let rows: Vec<AuditRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, workspace_id, actor, via, action, subject, detail, at_ms, salt, leaf_hash
         FROM audit WHERE workspace_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}
