//! Webhook endpoints.

use model::{DisabledReason, EndpointId, Subscription, WebhookEndpoint, WorkspaceId};

use crate::engine::on_db;
use crate::error::stored;
use crate::{Conn, Result, Tx};

mod sending;

pub use sending::{AttemptCounts, Listening, Target, add_attempts, list_listening, list_targets};

/// What an [`EndpointRow`] reads of `webhook_endpoints e`.
macro_rules! columns {
    () => {
        "e.id, e.url, e.description, e.dialect, e.events, e.previous_until_ms, e.disabled_at_ms,
         e.disabled_reason, e.failing_since_ms, e.attempts, e.failures, e.last_attempt_at_ms, e.created_at_ms"
    };
}
use columns;

#[derive(sqlx::FromRow)]
struct EndpointRow {
    id: String,
    url: String,
    description: String,
    dialect: String,
    events: String,
    previous_until_ms: Option<i64>,
    disabled_at_ms: Option<i64>,
    disabled_reason: Option<String>,
    failing_since_ms: Option<i64>,
    attempts: i64,
    failures: i64,
    last_attempt_at_ms: Option<i64>,
    created_at_ms: i64,
}

impl EndpointRow {
    fn into_endpoint(self) -> Result<WebhookEndpoint> {
        let reason = self.disabled_reason.as_deref();
        Ok(WebhookEndpoint {
            id: EndpointId::from_stored(self.id),
            url: self.url,
            description: self.description,
            dialect: stored("dialect", &self.dialect)?,
            events: Subscription::from_text(&self.events),
            previous_until_ms: self.previous_until_ms,
            disabled_at_ms: self.disabled_at_ms,
            disabled_reason: reason.map(|r| stored("reason", r)).transpose()?,
            failing_since_ms: self.failing_since_ms,
            attempts: self.attempts,
            failures: self.failures,
            last_attempt_at_ms: self.last_attempt_at_ms,
            created_at_ms: self.created_at_ms,
        })
    }
}

/// The secrets of an endpoint, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecrets {
    /// The one in force.
    pub current: String,
    /// The one before, and until when it signs too (Unix milliseconds).
    pub previous: Option<(String, i64)>,
}

/// Adds an endpoint and its queue.
pub async fn insert(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    endpoint: &WebhookEndpoint,
    sealed_secret: &str,
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO webhook_endpoints (workspace_id, id, url, description, dialect, events, sealed_secret,
             attempts, failures, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)",
    )
    .bind(workspace.as_str())
    .bind(endpoint.id.as_str())
    .bind(&endpoint.url)
    .bind(&endpoint.description)
    .bind(endpoint.dialect.as_str())
    .bind(endpoint.events.to_text())
    .bind(sealed_secret)
    .bind(endpoint.created_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    on_db!(tx, c => sqlx::query(
        "INSERT INTO webhook_queues (workspace_id, endpoint_id, owner, owned_until_ms) VALUES ($1, $2, '', 0)",
    )
    .bind(workspace.as_str())
    .bind(endpoint.id.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The endpoint with this id.
pub async fn get(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: &EndpointId,
) -> Result<Option<WebhookEndpoint>> {
    let row: Option<EndpointRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), "
         FROM webhook_endpoints e WHERE workspace_id = $1 AND id = $2 AND deleted_at_ms IS NULL"),
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    row.map(EndpointRow::into_endpoint).transpose()
}

/// Endpoints of a workspace, newest first, older than `before`.
pub async fn list(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<WebhookEndpoint>> {
    let rows: Vec<EndpointRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), "
         FROM webhook_endpoints e
         WHERE workspace_id = $1 AND deleted_at_ms IS NULL AND (CAST($2 AS TEXT) IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3"),
    )
    .bind(workspace.as_str())
    .bind(before)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(EndpointRow::into_endpoint).collect()
}

/// Endpoints of a workspace that were switched off by what they answered, or that have failed since before an instant and
/// are still on; newest first.
pub async fn list_troubled(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    before_ms: i64,
    limit: i64,
) -> Result<Vec<WebhookEndpoint>> {
    let rows: Vec<EndpointRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), "
         FROM webhook_endpoints e
         WHERE workspace_id = $1 AND deleted_at_ms IS NULL
             AND ((disabled_at_ms IS NULL AND failing_since_ms < $2) OR disabled_reason IN ('gone', 'failing', 'unusable'))
         ORDER BY id DESC LIMIT $3"),
    )
    .bind(workspace.as_str())
    .bind(before_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(EndpointRow::into_endpoint).collect()
}

/// How many endpoints a workspace has.
pub async fn count(conn: &mut Conn, workspace: &WorkspaceId) -> Result<i64> {
    let (count,): (i64,) = on_db!(conn, c => sqlx::query_as(
        "SELECT COUNT(*) FROM webhook_endpoints WHERE workspace_id = $1 AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .fetch_one(c)
    .await)?;
    Ok(count)
}

/// Changes what its owner decides: URL, description and events. `false` if there is no such endpoint.
pub async fn update(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    endpoint: &WebhookEndpoint,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE webhook_endpoints SET url = $3, description = $4, events = $5
         WHERE workspace_id = $1 AND id = $2 AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(endpoint.id.as_str())
    .bind(&endpoint.url)
    .bind(&endpoint.description)
    .bind(endpoint.events.to_text())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Switches an endpoint off; `false` if it was off already.
pub async fn update_disabled(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &EndpointId,
    (at_ms, reason): (i64, DisabledReason),
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE webhook_endpoints SET disabled_at_ms = $3, disabled_reason = $4
         WHERE workspace_id = $1 AND id = $2 AND disabled_at_ms IS NULL AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(at_ms)
    .bind(reason.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Switches an endpoint on, with its failures forgiven; `false` if it was on already.
pub async fn update_enabled(tx: &mut Tx, workspace: &WorkspaceId, id: &EndpointId) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE webhook_endpoints SET disabled_at_ms = NULL, disabled_reason = NULL, failing_since_ms = NULL
         WHERE workspace_id = $1 AND id = $2 AND disabled_at_ms IS NOT NULL AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Switches every endpoint of a workspace off that is on.
pub async fn disable_all(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    (at_ms, reason): (i64, DisabledReason),
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE webhook_endpoints SET disabled_at_ms = $2, disabled_reason = $3
         WHERE workspace_id = $1 AND disabled_at_ms IS NULL AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(at_ms)
    .bind(reason.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Switches the endpoints on again that [`disable_all`] switched off at an instant; which they are.
pub async fn enable_all(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    (at_ms, reason): (i64, DisabledReason),
) -> Result<Vec<(WorkspaceId, EndpointId)>> {
    let rows: Vec<(String, String)> = on_db!(tx, c => sqlx::query_as(
        "UPDATE webhook_endpoints SET disabled_at_ms = NULL, disabled_reason = NULL
         WHERE workspace_id = $1 AND disabled_at_ms = $2 AND disabled_reason = $3 AND deleted_at_ms IS NULL
         RETURNING workspace_id, id",
    )
    .bind(workspace.as_str())
    .bind(at_ms)
    .bind(reason.as_str())
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(name).collect())
}

/// The sealed secrets of an endpoint.
pub async fn get_secrets(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: &EndpointId,
) -> Result<Option<SealedSecrets>> {
    let row: Option<(String, Option<String>, Option<i64>)> = on_db!(conn, c => sqlx::query_as(
        "SELECT sealed_secret, previous_secret, previous_until_ms FROM webhook_endpoints
         WHERE workspace_id = $1 AND id = $2 AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row
        .map(|(current, previous, until)| SealedSecrets { current, previous: previous.zip(until) }))
}

/// Puts a new secret in force; the one before signs too until `until_ms`. `false` while an earlier change still has two
/// of them signing.
pub async fn update_secret(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &EndpointId,
    sealed_secret: &str,
    (now_ms, until_ms): (i64, i64),
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE webhook_endpoints SET previous_secret = sealed_secret, previous_until_ms = $5, sealed_secret = $3
         WHERE workspace_id = $1 AND id = $2 AND deleted_at_ms IS NULL
             AND (previous_until_ms IS NULL OR previous_until_ms <= $4)",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(sealed_secret)
    .bind(now_ms)
    .bind(until_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Deletes an endpoint with its secrets and its queue; its deliveries stay for [`list_deleted`]. `false` if there is none.
pub async fn update_deleted(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &EndpointId,
    at_ms: i64,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE webhook_endpoints SET deleted_at_ms = $3, sealed_secret = '', previous_secret = NULL
         WHERE workspace_id = $1 AND id = $2 AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    on_db!(tx, c => sqlx::query("DELETE FROM webhook_queues WHERE workspace_id = $1 AND endpoint_id = $2")
        .bind(workspace.as_str())
        .bind(id.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(changed == 1)
}

/// Deleted endpoints whose rows are still there.
pub async fn list_deleted(conn: &mut Conn, limit: i64) -> Result<Vec<(WorkspaceId, EndpointId)>> {
    let rows: Vec<(String, String)> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id FROM webhook_endpoints WHERE deleted_at_ms IS NOT NULL
         ORDER BY deleted_at_ms LIMIT $1",
    )
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(name).collect())
}

/// Every endpoint there is, deleted ones among them, in the order of their names, after `after`.
pub async fn list_names(
    conn: &mut Conn,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<(WorkspaceId, EndpointId)>> {
    let rows: Vec<(String, String)> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id FROM webhook_endpoints WHERE (workspace_id, id) > ($1, $2)
         ORDER BY workspace_id, id LIMIT $3",
    )
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(name).collect())
}

/// Removes the row of a deleted endpoint.
pub async fn delete(tx: &mut Tx, workspace: &WorkspaceId, id: &EndpointId) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "DELETE FROM webhook_endpoints WHERE workspace_id = $1 AND id = $2 AND deleted_at_ms IS NOT NULL",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

fn name((workspace, id): (String, String)) -> (WorkspaceId, EndpointId) {
    (WorkspaceId::from_stored(workspace), EndpointId::from_stored(id))
}
