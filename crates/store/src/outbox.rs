//! Events for webhooks, written in the transaction that caused them.

use model::{EventId, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, rows_sql};
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
