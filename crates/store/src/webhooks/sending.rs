//! What delivery asks of endpoints: who listens, where to send, and how they fare.

use model::{EndpointId, Subscription, WebhookEndpoint, WorkspaceId};
use serde_tuple::Serialize_tuple;

use super::{EndpointRow, SealedSecrets, columns, name};
use crate::engine::{RowsSql, on_rows, rows_sql};
use crate::{Conn, Result, Tx};

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

const LIST_LISTENING: RowsSql = rows_sql!(
    "SELECT e.workspace_id, e.id, e.events, e.created_at_ms FROM",
    (ws TEXT),
    "JOIN webhook_endpoints e ON e.workspace_id = r.ws
     WHERE e.disabled_at_ms IS NULL AND e.deleted_at_ms IS NULL"
);

/// The endpoints of these workspaces that are switched on.
pub async fn list_listening(conn: &mut Conn, workspaces: &[WorkspaceId]) -> Result<Vec<Listening>> {
    let rows: Vec<_> = workspaces.iter().map(|ws| (ws,)).collect();
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

const LIST_TARGETS: RowsSql = rows_sql!(
    concat!("SELECT ", columns!(), ", e.workspace_id, e.sealed_secret, e.previous_secret FROM"),
    (ws TEXT, id TEXT),
    "JOIN webhook_endpoints e ON e.workspace_id = r.ws AND e.id = r.id
     WHERE e.disabled_at_ms IS NULL AND e.deleted_at_ms IS NULL"
);

/// Those of these endpoints that are switched on, with their secrets.
pub async fn list_targets(
    conn: &mut Conn,
    names: &[(WorkspaceId, EndpointId)],
) -> Result<Vec<Target>> {
    let found: Vec<TargetRow> = on_rows!(conn, LIST_TARGETS, names, |c, sql, json| {
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
