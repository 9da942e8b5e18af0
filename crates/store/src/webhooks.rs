//! Webhook endpoints.

use model::{DisabledReason, EndpointId, Subscription, WebhookEndpoint, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::{Conn, Result, Tx};

#[derive(sqlx::FromRow)]
struct EndpointRow {
    id: String,
    url: String,
    description: String,
    dialect: String,
    events: String,
    wallet: Option<String>,
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
            wallet: self.wallet,
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
        "INSERT INTO webhook_endpoints (workspace_id, id, url, description, dialect, events, wallet, sealed_secret,
             attempts, failures, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9)",
    )
    .bind(workspace.as_str())
    .bind(endpoint.id.as_str())
    .bind(&endpoint.url)
    .bind(&endpoint.description)
    .bind(endpoint.dialect.as_str())
    .bind(endpoint.events.to_text())
    .bind(endpoint.wallet.as_deref())
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
    id: &str,
) -> Result<Option<WebhookEndpoint>> {
    let row: Option<EndpointRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, url, description, dialect, events, wallet, previous_until_ms, disabled_at_ms, disabled_reason,
                failing_since_ms, attempts, failures, last_attempt_at_ms, created_at_ms
         FROM webhook_endpoints WHERE workspace_id = $1 AND id = $2 AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(id)
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
        "SELECT id, url, description, dialect, events, wallet, previous_until_ms, disabled_at_ms, disabled_reason,
                failing_since_ms, attempts, failures, last_attempt_at_ms, created_at_ms
         FROM webhook_endpoints
         WHERE workspace_id = $1 AND deleted_at_ms IS NULL AND (CAST($2 AS TEXT) IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3",
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
        "SELECT id, url, description, dialect, events, wallet, previous_until_ms, disabled_at_ms, disabled_reason,
                failing_since_ms, attempts, failures, last_attempt_at_ms, created_at_ms
         FROM webhook_endpoints
         WHERE workspace_id = $1 AND deleted_at_ms IS NULL
             AND ((disabled_at_ms IS NULL AND failing_since_ms < $2) OR disabled_reason IN ('gone', 'failing'))
         ORDER BY id DESC LIMIT $3",
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

/// Changes what its owner decides: URL, description, events and wallet. `false` if there is no such endpoint.
pub async fn update(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    endpoint: &WebhookEndpoint,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE webhook_endpoints SET url = $3, description = $4, events = $5, wallet = $6
         WHERE workspace_id = $1 AND id = $2 AND deleted_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(endpoint.id.as_str())
    .bind(&endpoint.url)
    .bind(&endpoint.description)
    .bind(endpoint.events.to_text())
    .bind(endpoint.wallet.as_deref())
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

/// An endpoint that listens, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The endpoint.
    pub id: EndpointId,
    /// What it listens to.
    pub events: Subscription,
    /// Since when there is such an endpoint (Unix milliseconds).
    pub created_at_ms: i64,
}

#[derive(Serialize_tuple)]
struct WorkspaceRow<'a> {
    ws: &'a str,
}

const LIST_LISTENING: RowsSql = rows_sql!(
    "SELECT e.workspace_id, e.id, e.events, e.created_at_ms FROM",
    (ws TEXT),
    "JOIN webhook_endpoints e ON e.workspace_id = r.ws
     WHERE e.disabled_at_ms IS NULL AND e.deleted_at_ms IS NULL"
);

/// The endpoints of these workspaces that are switched on.
pub async fn list_listening(conn: &mut Conn, workspaces: &[WorkspaceId]) -> Result<Vec<Listening>> {
    let rows: Vec<_> = workspaces.iter().map(|ws| WorkspaceRow { ws: ws.as_str() }).collect();
    let found: Vec<(String, String, String, i64)> =
        on_rows!(conn, LIST_LISTENING, &rows, |c, sql, json| {
            sqlx::query_as(sql).bind(json).fetch_all(c).await
        })?;
    Ok(found
        .into_iter()
        .map(|(workspace, id, events, created_at_ms)| Listening {
            workspace_id: WorkspaceId::from_stored(workspace),
            id: EndpointId::from_stored(id),
            events: Subscription::from_text(&events),
            created_at_ms,
        })
        .collect())
}

/// What sending to an endpoint needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The endpoint.
    pub endpoint: WebhookEndpoint,
    /// Its secrets.
    pub secrets: SealedSecrets,
}

#[derive(sqlx::FromRow)]
struct TargetRow {
    #[sqlx(flatten)]
    endpoint: EndpointRow,
    workspace_id: String,
    sealed_secret: String,
    previous_secret: Option<String>,
}

#[derive(Serialize_tuple)]
struct NameRow<'a> {
    ws: &'a str,
    id: &'a str,
}

const LIST_TARGETS: RowsSql = rows_sql!(
    "SELECT e.id, e.url, e.description, e.dialect, e.events, e.wallet, e.previous_until_ms, e.disabled_at_ms,
         e.disabled_reason, e.failing_since_ms, e.attempts, e.failures, e.last_attempt_at_ms, e.created_at_ms,
         e.workspace_id, e.sealed_secret, e.previous_secret
     FROM",
    (ws TEXT, id TEXT),
    "JOIN webhook_endpoints e ON e.workspace_id = r.ws AND e.id = r.id
     WHERE e.disabled_at_ms IS NULL AND e.deleted_at_ms IS NULL"
);

/// Those of these endpoints that are switched on, with their secrets.
pub async fn list_targets(
    conn: &mut Conn,
    names: &[(WorkspaceId, EndpointId)],
) -> Result<Vec<Target>> {
    let rows: Vec<_> =
        names.iter().map(|(ws, id)| NameRow { ws: ws.as_str(), id: id.as_str() }).collect();
    let found: Vec<TargetRow> = on_rows!(conn, LIST_TARGETS, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    found
        .into_iter()
        .map(|row| {
            let previous = row.previous_secret.zip(row.endpoint.previous_until_ms);
            Ok(Target {
                workspace_id: WorkspaceId::from_stored(row.workspace_id),
                secrets: SealedSecrets { current: row.sealed_secret, previous },
                endpoint: row.endpoint.into_endpoint()?,
            })
        })
        .collect()
}

/// What attempts change at their endpoint.
#[derive(Debug, Clone)]
pub struct AttemptCounts {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The endpoint.
    pub id: EndpointId,
    /// Attempts to add.
    pub attempts: i64,
    /// Of these, the failed ones.
    pub failures: i64,
    /// When the last one was made (Unix milliseconds).
    pub last_at_ms: i64,
    /// When the first one failed; `None` if one succeeded.
    pub failing_since_ms: Option<i64>,
    /// Whether they say nothing of how the endpoint fares: tests.
    pub test: bool,
}

#[derive(Serialize_tuple)]
struct CountsRow<'a> {
    ws: &'a str,
    id: &'a str,
    attempts: i64,
    failures: i64,
    last: i64,
    failing: Option<i64>,
    test: bool,
}

const ADD_ATTEMPTS: RowsSql = rows_sql!(
    "UPDATE webhook_endpoints SET attempts = webhook_endpoints.attempts + r.attempts,
         failures = webhook_endpoints.failures + r.failures, last_attempt_at_ms = r.last,
         failing_since_ms = CASE WHEN r.test THEN webhook_endpoints.failing_since_ms
             WHEN r.failing IS NULL THEN NULL
             ELSE COALESCE(webhook_endpoints.failing_since_ms, r.failing) END
     FROM",
    (ws TEXT, id TEXT, attempts BIGINT, failures BIGINT, last BIGINT, failing BIGINT, test BOOLEAN),
    "WHERE webhook_endpoints.workspace_id = r.ws AND webhook_endpoints.id = r.id
     RETURNING webhook_endpoints.workspace_id, webhook_endpoints.id, webhook_endpoints.failing_since_ms"
);

/// Adds attempts to the figures of their endpoints, all in one statement; the endpoints that fail, and since when.
pub async fn add_attempts(
    tx: &mut Tx,
    counts: &[AttemptCounts],
) -> Result<Vec<(WorkspaceId, EndpointId, i64)>> {
    let rows: Vec<_> = counts
        .iter()
        .map(|c| CountsRow {
            ws: c.workspace_id.as_str(),
            id: c.id.as_str(),
            attempts: c.attempts,
            failures: c.failures,
            last: c.last_at_ms,
            failing: c.failing_since_ms,
            test: c.test,
        })
        .collect();
    let found: Vec<(String, String, Option<i64>)> =
        on_rows!(tx, ADD_ATTEMPTS, &rows, |c, sql, json| {
            sqlx::query_as(sql).bind(json).fetch_all(c).await
        })?;
    let failing = found.into_iter().filter_map(|(ws, id, since)| {
        let (ws, id) = name((ws, id));
        since.map(|since| (ws, id, since))
    });
    Ok(failing.collect())
}
