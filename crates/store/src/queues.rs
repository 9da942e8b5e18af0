//! Which process sends to which endpoint, and from when on something may wait for it.

use model::{EndpointId, WorkspaceId};

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::{Conn, Result, Tx};

/// An endpoint's name.
pub type QueueName = (WorkspaceId, EndpointId);

fn name((workspace, id): (String, String)) -> QueueName {
    (WorkspaceId::from_stored(workspace), EndpointId::from_stored(id))
}

// Written even where nothing changes: the row stays locked until the commit, and so `release` cannot miss what is
// inserted in the same transaction.
const TOUCH: RowsSql = rows_sql!(
    "UPDATE webhook_queues SET due_at_ms =
         CASE WHEN due_at_ms IS NULL OR due_at_ms > r.due THEN r.due ELSE due_at_ms END
     FROM",
    (ws TEXT, id TEXT, due BIGINT),
    "WHERE webhook_queues.workspace_id = r.ws AND webhook_queues.endpoint_id = r.id"
);

/// Notes that something waits for these endpoints from `due_ms` on. Before the deliveries themselves are written.
pub async fn touch(tx: &mut Tx, queues: &[QueueName], due_ms: i64) -> Result<()> {
    let rows: Vec<_> = queues.iter().map(|(ws, id)| (ws, id, due_ms)).collect();
    tx.write(TOUCH, &rows).await
}

/// Whether something waits at `now_ms` that nobody has in hand.
pub async fn has_due(conn: &mut Conn, now_ms: i64) -> Result<bool> {
    let row: Option<(i64,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT due_at_ms FROM webhook_queues WHERE due_at_ms <= $1 AND owned_until_ms <= $1 LIMIT 1",
    )
    .bind(now_ms)
    .fetch_optional(c)
    .await)?;
    Ok(row.is_some())
}

/// Takes up to `limit` queues in hand until `until_ms` in which something waits and which nobody (any more) has.
pub async fn claim(
    tx: &mut Tx,
    owner: &str,
    (now_ms, until_ms): (i64, i64),
    limit: i64,
) -> Result<Vec<QueueName>> {
    let rows: Vec<(String, String)> = on_db!(tx, c => sqlx::query_as(
        "UPDATE webhook_queues SET owner = $1, owned_until_ms = $3
         WHERE (workspace_id, endpoint_id) IN (
                 SELECT workspace_id, endpoint_id FROM webhook_queues
                 WHERE due_at_ms <= $2 AND owned_until_ms <= $2 ORDER BY due_at_ms LIMIT $4)
             AND due_at_ms <= $2 AND owned_until_ms <= $2
         RETURNING workspace_id, endpoint_id",
    )
    .bind(owner)
    .bind(now_ms)
    .bind(until_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(name).collect())
}

/// Keeps in hand what the owner has; what that is. Anything missing was taken over by somebody else.
pub async fn renew(tx: &mut Tx, owner: &str, until_ms: i64) -> Result<Vec<QueueName>> {
    let rows: Vec<(String, String)> = on_db!(tx, c => sqlx::query_as(
        "UPDATE webhook_queues SET owned_until_ms = $2 WHERE owner = $1 AND owner <> ''
         RETURNING workspace_id, endpoint_id",
    )
    .bind(owner)
    .bind(until_ms)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(name).collect())
}

const LOCK: RowsSql = rows_sql!(
    "UPDATE webhook_queues SET owner = owner FROM",
    (ws TEXT, id TEXT),
    "WHERE webhook_queues.workspace_id = r.ws AND webhook_queues.endpoint_id = r.id AND webhook_queues.owner = $2"
);

const RELEASE: RowsSql = rows_sql!(
    "UPDATE webhook_queues SET owner = '', owned_until_ms = 0,
         due_at_ms = CASE WHEN EXISTS (
                 SELECT 1 FROM webhook_endpoints e
                 WHERE e.workspace_id = webhook_queues.workspace_id AND e.id = webhook_queues.endpoint_id
                     AND e.disabled_at_ms IS NULL)
             THEN (SELECT MIN(d.next_at_ms) FROM webhook_deliveries d
                 WHERE d.workspace_id = webhook_queues.workspace_id
                     AND d.endpoint_id = webhook_queues.endpoint_id AND d.next_at_ms IS NOT NULL)
         END
     FROM",
    (ws TEXT, id TEXT),
    "WHERE webhook_queues.workspace_id = r.ws AND webhook_queues.endpoint_id = r.id AND webhook_queues.owner = $2"
);

/// Lets queues go that the owner has; they are due when their next delivery is. The queue of an endpoint that is
/// switched off is not due at all.
pub async fn release(tx: &mut Tx, owner: &str, queues: &[QueueName]) -> Result<()> {
    // Two statements: on Postgres the second one sees what a transaction wrote that the first one waited for.
    for sql in [LOCK, RELEASE] {
        on_rows!(tx, sql, queues, |c, sql, json| {
            sqlx::query(sql).bind(json).bind(owner).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Lets everything go at once that the owner has, as it is due: another process goes on with it.
pub async fn release_all(tx: &mut Tx, owner: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE webhook_queues SET owner = '', owned_until_ms = 0 WHERE owner = $1 AND owner <> ''",
    )
    .bind(owner)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Lets everything go that anybody has. Only where there is one process, which has just begun.
pub async fn release_everybodys(tx: &mut Tx) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE webhook_queues SET owner = '', owned_until_ms = 0 WHERE owner <> ''",
    )
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
