//! What was answered to a request that may come again.

use model::WorkspaceId;
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::{Conn, Result, Tx};

/// A remembered outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Whose request.
    pub workspace_id: WorkspaceId,
    /// Method and path.
    pub scope: String,
    /// The client's key.
    pub key: String,
    /// SHA-256 of the request body, in hex.
    pub request_hash: String,
    /// What the use case returned: JSON, without secrets.
    pub outcome: String,
    /// When (Unix milliseconds).
    pub created_at_ms: i64,
}

#[derive(Serialize_tuple)]
struct RememberedRow<'a> {
    ws: &'a str,
    scope: &'a str,
    key: &'a str,
    hash: &'a str,
    outcome: &'a str,
    at: i64,
}

type FoundRow = (String, String, String, String, String, i64);

fn remembered((ws, scope, key, request_hash, outcome, created_at_ms): FoundRow) -> Remembered {
    Remembered {
        workspace_id: WorkspaceId::from_stored(ws),
        scope,
        key,
        request_hash,
        outcome,
        created_at_ms,
    }
}

/// What was answered under this key since `since_ms`.
pub async fn get(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    scope: &str,
    key: &str,
    since_ms: i64,
) -> Result<Option<Remembered>> {
    let row: Option<FoundRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, scope, key, request_hash, outcome, created_at_ms FROM idempotency
         WHERE workspace_id = $1 AND scope = $2 AND key = $3 AND created_at_ms >= $4",
    )
    .bind(workspace.as_str())
    .bind(scope)
    .bind(key)
    .bind(since_ms)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(remembered))
}

const LIST: RowsSql = rows_sql!(
    "SELECT i.workspace_id, i.scope, i.key, i.request_hash, i.outcome, i.created_at_ms FROM",
    (ws TEXT, scope TEXT, key TEXT),
    "JOIN idempotency i ON i.workspace_id = r.ws AND i.scope = r.scope AND i.key = r.key
     WHERE i.created_at_ms >= $2"
);

/// What was answered under these keys (workspace, scope, key) since `since_ms`.
pub async fn list(
    conn: &mut Conn,
    keys: &[(&WorkspaceId, &str, &str)],
    since_ms: i64,
) -> Result<Vec<Remembered>> {
    let found: Vec<FoundRow> = on_rows!(conn, LIST, keys, |c, sql, json| {
        sqlx::query_as(sql).bind(json).bind(since_ms).fetch_all(c).await
    })?;
    Ok(found.into_iter().map(remembered).collect())
}

// A row older than the window is taken over; a younger one means that somebody else was first.
const INSERT: RowsSql = rows_sql!(
    "INSERT INTO idempotency (workspace_id, scope, key, request_hash, outcome, created_at_ms)
     SELECT r.ws, r.scope, r.key, r.hash, r.outcome, r.at FROM",
    (ws TEXT, scope TEXT, key TEXT, hash TEXT, outcome TEXT, at BIGINT),
    "WHERE true ON CONFLICT (workspace_id, scope, key) DO UPDATE SET request_hash = excluded.request_hash,
         outcome = excluded.outcome, created_at_ms = excluded.created_at_ms
     WHERE idempotency.created_at_ms < $2"
);

/// Remembers outcomes, all in one statement. [`Error::Overtaken`](crate::Error::Overtaken): another request with one of
/// the keys came first (since `since_ms`); roll back and answer with its outcome.
pub async fn insert_all(tx: &mut Tx, outcomes: &[Remembered], since_ms: i64) -> Result<()> {
    let rows: Vec<_> = outcomes
        .iter()
        .map(|o| RememberedRow {
            ws: o.workspace_id.as_str(),
            scope: &o.scope,
            key: &o.key,
            hash: &o.request_hash,
            outcome: &o.outcome,
            at: o.created_at_ms,
        })
        .collect();
    tx.write_exactly(INSERT, &rows, since_ms).await
}

/// Forgets what was answered before `before_ms`; how many there were.
pub async fn delete_before(tx: &mut Tx, before_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM idempotency WHERE created_at_ms < $1")
        .bind(before_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
