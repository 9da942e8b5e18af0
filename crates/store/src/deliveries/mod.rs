//! Events on their way to endpoints.

use model::{Delivery, DeliveryState, EndpointId, EventId, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::outbox::Event;
use crate::queues::QueueName;
use crate::{Conn, Result, Tx};

mod attempts;

pub use attempts::{
    LastAttempt, Outcome, count_recent, insert_outcomes, list_attempts, list_last_attempts,
    list_took,
};

/// A delivery's name.
pub type DeliveryName = (WorkspaceId, EndpointId, EventId);

#[derive(Serialize_tuple)]
struct InsertRow<'a> {
    ws: &'a str,
    ep: &'a str,
    ev: &'a str,
    kind: &'a str,
    subject: &'a str,
    payload: Option<&'a str>,
    at: i64,
    due: i64,
}

// Waits from the event's own time on: what waits goes out in the order of the events.
const INSERT: RowsSql = rows_sql!(
    "INSERT INTO webhook_deliveries (workspace_id, endpoint_id, event_id, kind, subject, payload, state, attempts,
         tries_from, next_at_ms, created_at_ms)
     SELECT r.ws, r.ep, r.ev, r.kind, r.subject, r.payload, 'pending', 0, 0, r.due, r.at FROM",
    (ws TEXT, ep TEXT, ev TEXT, kind TEXT, subject TEXT, payload TEXT, at BIGINT, due BIGINT),
    ""
);

/// Sends events on their way, all in one statement. None waits longer than until `now_ms`, whatever the clock showed when
/// it happened.
pub async fn insert_all(
    tx: &mut Tx,
    deliveries: &[(&EndpointId, &Event)],
    now_ms: i64,
) -> Result<()> {
    let rows: Vec<_> = deliveries
        .iter()
        .map(|(endpoint, event)| InsertRow {
            ws: event.workspace_id.as_str(),
            ep: endpoint.as_str(),
            ev: event.id.as_str(),
            kind: &event.kind,
            subject: &event.subject,
            payload: event.payload.as_deref(),
            at: event.created_at_ms,
            due: event.created_at_ms.min(now_ms),
        })
        .collect();
    tx.write(INSERT, &rows).await
}

const LIST_WAITING: RowsSql = rows_sql!(
    "SELECT d.workspace_id, d.endpoint_id, d.event_id FROM",
    (ws TEXT, ep TEXT),
    "JOIN webhook_deliveries d ON d.workspace_id = r.ws AND d.endpoint_id = r.ep AND d.event_id IN (
         SELECT p.event_id FROM webhook_deliveries p
         WHERE p.workspace_id = r.ws AND p.endpoint_id = r.ep AND p.next_at_ms <= $2
         ORDER BY p.next_at_ms, p.event_id LIMIT $3)
     ORDER BY d.next_at_ms, d.event_id"
);

/// What waits at `now_ms` for these endpoints, up to `limit` for each, in the order in which it is to go out.
pub async fn list_waiting(
    conn: &mut Conn,
    queues: &[QueueName],
    now_ms: i64,
    limit: i64,
) -> Result<Vec<DeliveryName>> {
    let found: Vec<(String, String, String)> =
        on_rows!(conn, LIST_WAITING, queues, |c, sql, json| {
            sqlx::query_as(sql).bind(json).bind(now_ms).bind(limit).fetch_all(c).await
        })?;
    Ok(found
        .into_iter()
        .map(|(ws, ep, ev)| {
            let (ws, ep) = (WorkspaceId::from_stored(ws), EndpointId::from_stored(ep));
            (ws, ep, EventId::from_stored(ev))
        })
        .collect())
}

/// What a [`DeliveryRow`] reads of `webhook_deliveries d`.
macro_rules! columns {
    () => {
        "d.endpoint_id, d.event_id, d.kind, d.subject, d.state, d.attempts, d.next_at_ms, d.created_at_ms"
    };
}
#[derive(sqlx::FromRow)]
struct DeliveryRow {
    endpoint_id: String,
    event_id: String,
    kind: String,
    subject: String,
    state: String,
    attempts: i64,
    next_at_ms: Option<i64>,
    created_at_ms: i64,
}

impl DeliveryRow {
    fn into_delivery(self) -> Result<Delivery> {
        Ok(Delivery {
            endpoint_id: EndpointId::from_stored(self.endpoint_id),
            event_id: EventId::from_stored(self.event_id),
            kind: self.kind,
            subject: self.subject,
            state: stored("delivery state", &self.state)?,
            attempts: self.attempts,
            next_at_ms: self.next_at_ms,
            created_at_ms: self.created_at_ms,
        })
    }
}

#[derive(sqlx::FromRow)]
struct FullRow {
    #[sqlx(flatten)]
    delivery: DeliveryRow,
    workspace_id: String,
    payload: Option<String>,
    tries_from: i64,
}

/// A delivery with what is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullDelivery {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The delivery.
    pub delivery: Delivery,
    /// What is told: JSON. `None`: the subject is a payment, and the ledger holds it.
    pub payload: Option<String>,
    /// Attempts that were made before it was replayed.
    pub tries_from: i64,
}

const LIST_FULL: RowsSql = rows_sql!(
    concat!("SELECT ", columns!(), ", d.workspace_id, d.payload, d.tries_from FROM"),
    (ws TEXT, ep TEXT, ev TEXT),
    "JOIN webhook_deliveries d ON d.workspace_id = r.ws AND d.endpoint_id = r.ep AND d.event_id = r.ev"
);

/// These deliveries, with what is sent.
pub async fn list_full(conn: &mut Conn, names: &[DeliveryName]) -> Result<Vec<FullDelivery>> {
    let found: Vec<FullRow> = on_rows!(conn, LIST_FULL, names, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    found
        .into_iter()
        .map(|row| {
            Ok(FullDelivery {
                workspace_id: WorkspaceId::from_stored(row.workspace_id),
                delivery: row.delivery.into_delivery()?,
                payload: row.payload,
                tries_from: row.tries_from,
            })
        })
        .collect()
}

/// The delivery of an event to an endpoint.
pub async fn get(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    endpoint: &EndpointId,
    event: &EventId,
) -> Result<Option<Delivery>> {
    let row: Option<DeliveryRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), "
         FROM webhook_deliveries d WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id = $3"),
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(event.as_str())
    .fetch_optional(c)
    .await)?;
    row.map(DeliveryRow::into_delivery).transpose()
}

/// Deliveries to an endpoint of events in between (`after` and `before`, ids or beginnings of them, both outside),
/// newest first.
pub async fn list(
    conn: &mut Conn,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    (after, before): (&str, Option<&str>),
    limit: i64,
) -> Result<Vec<Delivery>> {
    let rows: Vec<DeliveryRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), "
         FROM webhook_deliveries d
         WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id > $3
             AND (CAST($4 AS TEXT) IS NULL OR event_id < $4)
         ORDER BY event_id DESC LIMIT $5"),
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(after)
    .bind(before)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(DeliveryRow::into_delivery).collect()
}

const LIST_OF_KINDS: RowsSql = rows_sql!(
    concat!("SELECT ", columns!(), " FROM"),
    (kind TEXT, state TEXT),
    "JOIN webhook_deliveries d ON d.workspace_id = $2 AND d.endpoint_id = $3 AND d.event_id IN (
         SELECT p.event_id FROM webhook_deliveries p
         WHERE p.workspace_id = $2 AND p.endpoint_id = $3 AND p.kind = r.kind AND p.state = r.state
             AND p.event_id > $4 AND (CAST($5 AS TEXT) IS NULL OR p.event_id < $5)
         ORDER BY p.event_id DESC LIMIT $6)
     ORDER BY d.event_id DESC LIMIT $6"
);

/// [`list`], of some event types and states only: one look at the index for each pair of them.
pub async fn list_of_kinds(
    conn: &mut Conn,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    kinds: &[(&str, DeliveryState)],
    (after, before): (&str, Option<&str>),
    limit: i64,
) -> Result<Vec<Delivery>> {
    let rows: Vec<_> = kinds.iter().map(|(kind, state)| (kind, state.as_str())).collect();
    let found: Vec<DeliveryRow> = on_rows!(conn, LIST_OF_KINDS, &rows, |c, sql, json| {
        sqlx::query_as(sql)
            .bind(json)
            .bind(workspace.as_str())
            .bind(endpoint.as_str())
            .bind(after)
            .bind(before)
            .bind(limit)
            .fetch_all(c)
            .await
    })?;
    found.into_iter().map(DeliveryRow::into_delivery).collect()
}

/// How many deliveries to an endpoint wait, counted up to `limit`.
pub async fn count_waiting(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    endpoint: &EndpointId,
    limit: i64,
) -> Result<i64> {
    let (count,): (i64,) = on_db!(conn, c => sqlx::query_as(
        "SELECT COUNT(*) FROM (
             SELECT event_id FROM webhook_deliveries
             WHERE workspace_id = $1 AND endpoint_id = $2 AND next_at_ms IS NOT NULL LIMIT $3) AS waiting",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(limit)
    .fetch_one(c)
    .await)?;
    Ok(count)
}

const COUNT_ALL_WAITING: RowsSql = rows_sql!(
    "SELECT r.ep, (SELECT COUNT(*) FROM (
         SELECT d.event_id FROM webhook_deliveries d
         WHERE d.workspace_id = $2 AND d.endpoint_id = r.ep AND d.next_at_ms IS NOT NULL LIMIT $3) AS waiting)
     FROM",
    (ep TEXT),
    ""
);

/// [`count_waiting`] for several endpoints of a workspace, all in one statement.
pub async fn count_all_waiting(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    endpoints: &[&EndpointId],
    limit: i64,
) -> Result<Vec<(EndpointId, i64)>> {
    let rows: Vec<_> = endpoints.iter().map(|id| (id,)).collect();
    let found: Vec<(String, i64)> = on_rows!(conn, COUNT_ALL_WAITING, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).bind(workspace.as_str()).bind(limit).fetch_all(c).await
    })?;
    Ok(found.into_iter().map(|(ep, count)| (EndpointId::from_stored(ep), count)).collect())
}

/// When the first of those that wait for an endpoint is due (Unix milliseconds).
pub async fn get_next_at(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    endpoint: &EndpointId,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT next_at_ms FROM webhook_deliveries
         WHERE workspace_id = $1 AND endpoint_id = $2 AND next_at_ms IS NOT NULL
         ORDER BY next_at_ms, event_id LIMIT 1",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(at_ms,)| at_ms))
}

/// Sends a decided delivery on its way again, with the whole schedule before it; one that waits goes out now.
/// `false` if there is none.
pub async fn update_replayed(
    tx: &mut Tx,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    event: &EventId,
    now_ms: i64,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE webhook_deliveries SET state = 'pending', tries_from = attempts, next_at_ms = $4
         WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id = $3",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(event.as_str())
    .bind(now_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

const REPLAY: RowsSql = rows_sql!(
    "UPDATE webhook_deliveries SET state = 'pending', tries_from = attempts, next_at_ms = $2 FROM",
    (ws TEXT, ep TEXT, ev TEXT),
    "WHERE webhook_deliveries.workspace_id = r.ws AND webhook_deliveries.endpoint_id = r.ep
         AND webhook_deliveries.event_id = r.ev AND webhook_deliveries.state = 'failed'"
);

/// Sends these failed deliveries to an endpoint on their way again; how many still were failed.
pub async fn update_all_replayed(tx: &mut Tx, names: &[DeliveryName], now_ms: i64) -> Result<u64> {
    let changed = on_rows!(tx, REPLAY, names, |c, sql, json| {
        sqlx::query(sql).bind(json).bind(now_ms).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(changed)
}

/// Whether there is a delivery to an endpoint of an event before one (`None`: of any).
pub async fn has_before(
    conn: &mut Conn,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    before: Option<&str>,
) -> Result<bool> {
    let row: Option<(String,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT event_id FROM webhook_deliveries
         WHERE workspace_id = $1 AND endpoint_id = $2 AND (CAST($3 AS TEXT) IS NULL OR event_id < $3) LIMIT 1",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(before)
    .fetch_optional(c)
    .await)?;
    Ok(row.is_some())
}

/// Forgets deliveries to an endpoint of events before one (`None`: all), with their attempts, up to `limit`; how many.
pub async fn delete_before(
    tx: &mut Tx,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    before: Option<&str>,
    limit: i64,
) -> Result<u64> {
    let gone: Vec<(String,)> = on_db!(tx, c => sqlx::query_as(
        "DELETE FROM webhook_deliveries WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id IN (
             SELECT event_id FROM webhook_deliveries
             WHERE workspace_id = $1 AND endpoint_id = $2 AND (CAST($3 AS TEXT) IS NULL OR event_id < $3)
             ORDER BY event_id LIMIT $4)
         RETURNING event_id",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(before)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    let Some((last,)) = gone.iter().max() else { return Ok(0) };
    on_db!(tx, c => sqlx::query(
        "DELETE FROM webhook_attempts WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id <= $3",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(last)
    .execute(c)
    .await
    .map(drop))?;
    Ok(u64::try_from(gone.len()).unwrap_or_default())
}
