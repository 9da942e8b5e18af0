//! Events for webhooks, written in the transaction that caused them. They leave the table when they were handed to the
//! endpoints that listen: whatever is there waits, in whichever order transactions were committed.

use model::{EventId, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::{Conn, Result, Tx};

/// An event that somebody outside may want to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Sorts by time.
    pub id: EventId,
    /// Whose event it is.
    pub workspace_id: WorkspaceId,
    /// Such as `payment.recorded`.
    pub kind: String,
    /// The id of what it is about.
    pub subject: String,
    /// What is told of it: JSON. `None`: the subject is a payment, and the ledger holds it.
    pub payload: Option<String>,
    /// When (Unix milliseconds).
    pub created_at_ms: i64,
}

#[derive(Serialize_tuple)]
struct EventRow<'a> {
    ws: &'a str,
    id: &'a str,
    kind: &'a str,
    subject: &'a str,
    payload: Option<&'a str>,
    at: i64,
}

const INSERT: RowsSql = rows_sql!(
    "INSERT INTO outbox (workspace_id, id, kind, subject, payload, created_at_ms)
     SELECT r.ws, r.id, r.kind, r.subject, r.payload, r.at FROM",
    (ws TEXT, id TEXT, kind TEXT, subject TEXT, payload TEXT, at BIGINT),
    ""
);

/// Adds events, all in one statement.
pub async fn insert_all(tx: &mut Tx, events: &[Event]) -> Result<()> {
    let rows: Vec<_> = events
        .iter()
        .map(|e| EventRow {
            ws: e.workspace_id.as_str(),
            id: e.id.as_str(),
            kind: &e.kind,
            subject: &e.subject,
            payload: e.payload.as_deref(),
            at: e.created_at_ms,
        })
        .collect();
    tx.write(INSERT, &rows).await
}

/// The newest `limit` events of a workspace, newest first.
pub async fn list(conn: &mut Conn, workspace: &WorkspaceId, limit: i64) -> Result<Vec<Event>> {
    let rows: Vec<(String, String, String, Option<String>, i64)> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, kind, subject, payload, created_at_ms FROM outbox WHERE workspace_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(id, kind, subject, payload, created_at_ms)| Event {
            id: EventId::from_stored(id),
            workspace_id: workspace.clone(),
            kind,
            subject,
            payload,
            created_at_ms,
        })
        .collect())
}

/// A workspace whose events wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Whether an endpoint of it is switched on.
    pub listened_to: bool,
}

/// Up to `limit` workspaces after this one whose events wait, in the order of their ids and in one look at the index for
/// each.
pub async fn list_workspaces(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<Waiting>> {
    let rows: Vec<(String, bool)> = on_db!(conn, c => sqlx::query_as(
        "WITH RECURSIVE waiting (ws) AS (
             SELECT MIN(workspace_id) FROM outbox WHERE workspace_id > $2
             UNION ALL
             SELECT (SELECT MIN(o.workspace_id) FROM outbox o WHERE o.workspace_id > waiting.ws)
             FROM waiting WHERE waiting.ws IS NOT NULL
         )
         SELECT ws, EXISTS (
             SELECT 1 FROM webhook_endpoints e
             WHERE e.workspace_id = ws AND e.disabled_at_ms IS NULL AND e.deleted_at_ms IS NULL)
         FROM waiting WHERE ws IS NOT NULL LIMIT $1",
    )
    .bind(limit)
    .bind(after)
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(ws, listened_to)| Waiting {
            workspace_id: WorkspaceId::from_stored(ws),
            listened_to,
        })
        .collect())
}

fn workspace_rows(workspaces: &[WorkspaceId]) -> Vec<(&WorkspaceId,)> {
    workspaces.iter().map(|ws| (ws,)).collect()
}

const TAKE: RowsSql = rows_sql!(
    "DELETE FROM outbox WHERE (workspace_id, id) IN (SELECT o.workspace_id, o.id FROM",
    (ws TEXT),
    "JOIN outbox o ON o.workspace_id = r.ws AND o.id IN (
         SELECT p.id FROM outbox p WHERE p.workspace_id = r.ws ORDER BY p.id LIMIT $2))
     RETURNING workspace_id, id, kind, subject, payload, created_at_ms"
);

/// Takes the oldest events of each of these workspaces out of the outbox, up to `limit` of each, in their order. What
/// another transaction adds meanwhile stays.
pub async fn take(tx: &mut Tx, workspaces: &[WorkspaceId], limit: i64) -> Result<Vec<Event>> {
    let rows: Vec<(String, String, String, String, Option<String>, i64)> =
        on_rows!(tx, TAKE, &workspace_rows(workspaces), |c, sql, json| {
            sqlx::query_as(sql).bind(json).bind(limit).fetch_all(c).await
        })?;
    let mut events: Vec<_> = rows
        .into_iter()
        .map(|(ws, id, kind, subject, payload, created_at_ms)| Event {
            id: EventId::from_stored(id),
            workspace_id: WorkspaceId::from_stored(ws),
            kind,
            subject,
            payload,
            created_at_ms,
        })
        .collect();
    events.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(events)
}

const DISCARD: RowsSql = rows_sql!(
    "DELETE FROM outbox WHERE (workspace_id, id) IN (SELECT o.workspace_id, o.id FROM",
    (ws TEXT),
    "JOIN outbox o ON o.workspace_id = r.ws AND o.id IN (
         SELECT p.id FROM outbox p WHERE p.workspace_id = r.ws ORDER BY p.id LIMIT $2)
     WHERE NOT EXISTS (SELECT 1 FROM webhook_endpoints e
         WHERE e.workspace_id = r.ws AND e.disabled_at_ms IS NULL AND e.deleted_at_ms IS NULL))"
);

/// Drops the oldest events of each of these workspaces, up to `limit` of each, unless an endpoint of it is switched on;
/// how many.
pub async fn discard(tx: &mut Tx, workspaces: &[WorkspaceId], limit: i64) -> Result<u64> {
    let dropped = on_rows!(tx, DISCARD, &workspace_rows(workspaces), |c, sql, json| {
        sqlx::query(sql).bind(json).bind(limit).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(dropped)
}
