//! Events on their way to endpoints, and the attempts to deliver them.

use model::{Attempt, AttemptFailure, Delivery, DeliveryState, EndpointId, EventId, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::outbox::Event;
use crate::queues::QueueName;
use crate::{Conn, Result, Tx};

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
    on_rows!(tx, INSERT, &rows, |c, sql, json| {
        sqlx::query(sql).bind(json).execute(c).await.map(drop)
    })?;
    Ok(())
}

#[derive(Serialize_tuple)]
struct QueueRow<'a> {
    ws: &'a str,
    ep: &'a str,
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
    let rows: Vec<_> =
        queues.iter().map(|(ws, ep)| QueueRow { ws: ws.as_str(), ep: ep.as_str() }).collect();
    let found: Vec<(String, String, String)> =
        on_rows!(conn, LIST_WAITING, &rows, |c, sql, json| {
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

#[derive(Serialize_tuple)]
struct NameRow<'a> {
    ws: &'a str,
    ep: &'a str,
    ev: &'a str,
}

const LIST_FULL: RowsSql = rows_sql!(
    "SELECT d.endpoint_id, d.event_id, d.kind, d.subject, d.state, d.attempts, d.next_at_ms, d.created_at_ms,
         d.workspace_id, d.payload, d.tries_from
     FROM",
    (ws TEXT, ep TEXT, ev TEXT),
    "JOIN webhook_deliveries d ON d.workspace_id = r.ws AND d.endpoint_id = r.ep AND d.event_id = r.ev"
);

/// These deliveries, with what is sent.
pub async fn list_full(conn: &mut Conn, names: &[DeliveryName]) -> Result<Vec<FullDelivery>> {
    let rows: Vec<_> = names
        .iter()
        .map(|(ws, ep, ev)| NameRow { ws: ws.as_str(), ep: ep.as_str(), ev: ev.as_str() })
        .collect();
    let found: Vec<FullRow> = on_rows!(conn, LIST_FULL, &rows, |c, sql, json| {
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
    event: &str,
) -> Result<Option<Delivery>> {
    let row: Option<DeliveryRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT endpoint_id, event_id, kind, subject, state, attempts, next_at_ms, created_at_ms
         FROM webhook_deliveries WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id = $3",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(event)
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
        "SELECT endpoint_id, event_id, kind, subject, state, attempts, next_at_ms, created_at_ms
         FROM webhook_deliveries
         WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id > $3
             AND (CAST($4 AS TEXT) IS NULL OR event_id < $4)
         ORDER BY event_id DESC LIMIT $5",
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

#[derive(Serialize_tuple)]
struct KindRow<'a> {
    kind: &'a str,
    state: &'a str,
}

const LIST_OF_KINDS: RowsSql = rows_sql!(
    "SELECT d.endpoint_id, d.event_id, d.kind, d.subject, d.state, d.attempts, d.next_at_ms, d.created_at_ms FROM",
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
    let rows: Vec<_> =
        kinds.iter().map(|(kind, state)| KindRow { kind, state: state.as_str() }).collect();
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

#[derive(Serialize_tuple)]
struct EndpointRow<'a> {
    ep: &'a str,
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
    let rows: Vec<_> = endpoints.iter().map(|id| EndpointRow { ep: id.as_str() }).collect();
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

/// How long an endpoint took for the events after one (an id or the beginning of one), in milliseconds: the attempts that
/// succeeded, of the newest events first.
pub async fn list_took(
    conn: &mut Conn,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    after: &str,
    limit: i64,
) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT took_ms FROM webhook_attempts
         WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id > $3 AND failure IS NULL
         ORDER BY event_id DESC LIMIT $4",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(after)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(took_ms,)| took_ms).collect())
}

/// What an attempt came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The delivery.
    pub name: DeliveryName,
    /// The attempt, numbered.
    pub attempt: Attempt,
    /// How far the delivery got by it.
    pub state: DeliveryState,
    /// When it is sent again (Unix milliseconds).
    pub next_at_ms: Option<i64>,
}

#[derive(Serialize_tuple)]
struct OutcomeRow<'a> {
    ws: &'a str,
    ep: &'a str,
    ev: &'a str,
    state: &'a str,
    next: Option<i64>,
    number: i64,
    at: i64,
    took: i64,
    status: Option<u16>,
    failure: Option<&'a str>,
    headers: &'a str,
    answer: &'a str,
}

// A delivery that somebody else decided meanwhile stays as it is.
const UPDATE: RowsSql = rows_sql!(
    "UPDATE webhook_deliveries SET state = r.state, next_at_ms = r.next, attempts = r.number FROM",
    (ws TEXT, ep TEXT, ev TEXT, state TEXT, next BIGINT, number BIGINT),
    "WHERE webhook_deliveries.workspace_id = r.ws AND webhook_deliveries.endpoint_id = r.ep
         AND webhook_deliveries.event_id = r.ev AND webhook_deliveries.attempts < r.number"
);

const INSERT_ATTEMPTS: RowsSql = rows_sql!(
    "INSERT INTO webhook_attempts (workspace_id, endpoint_id, event_id, number, started_at_ms, took_ms, status,
         failure, headers, answer)
     SELECT r.ws, r.ep, r.ev, r.number, r.at, r.took, r.status, r.failure, r.headers, r.answer FROM",
    (ws TEXT, ep TEXT, ev TEXT, state TEXT, next BIGINT, number BIGINT, at BIGINT, took BIGINT, status BIGINT,
     failure TEXT, headers TEXT, answer TEXT),
    "WHERE true ON CONFLICT (workspace_id, endpoint_id, event_id, number) DO NOTHING"
);

/// Keeps what attempts came to, two statements for all of them.
pub async fn insert_outcomes(tx: &mut Tx, outcomes: &[Outcome]) -> Result<()> {
    let rows: Vec<_> = outcomes
        .iter()
        .map(|o| OutcomeRow {
            ws: o.name.0.as_str(),
            ep: o.name.1.as_str(),
            ev: o.name.2.as_str(),
            state: o.state.as_str(),
            next: o.next_at_ms,
            number: o.attempt.number,
            at: o.attempt.started_at_ms,
            took: o.attempt.took_ms,
            status: o.attempt.status,
            failure: o.attempt.failure.map(AttemptFailure::as_str),
            headers: &o.attempt.headers,
            answer: &o.attempt.answer,
        })
        .collect();
    for sql in [UPDATE, INSERT_ATTEMPTS] {
        on_rows!(tx, sql, &rows, |c, sql, json| {
            sqlx::query(sql).bind(json).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// What the last attempt to deliver an event came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAttempt {
    /// The event.
    pub event_id: EventId,
    /// How long it took.
    pub took_ms: i64,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// Why it failed; `None`: it did not.
    pub failure: Option<AttemptFailure>,
}

#[derive(Serialize_tuple)]
struct EventRow<'a> {
    ev: &'a str,
}

const LIST_LAST_ATTEMPTS: RowsSql = rows_sql!(
    "SELECT a.event_id, a.took_ms, a.status, a.failure FROM",
    (ev TEXT),
    "JOIN webhook_deliveries d ON d.workspace_id = $2 AND d.endpoint_id = $3 AND d.event_id = r.ev
     JOIN webhook_attempts a ON a.workspace_id = d.workspace_id AND a.endpoint_id = d.endpoint_id
         AND a.event_id = d.event_id AND a.number = d.attempts"
);

/// What the last attempts to deliver these events to an endpoint came to; none for those that were not tried yet.
pub async fn list_last_attempts(
    conn: &mut Conn,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    events: &[&EventId],
) -> Result<Vec<LastAttempt>> {
    let rows: Vec<_> = events.iter().map(|event| EventRow { ev: event.as_str() }).collect();
    let found: Vec<(String, i64, Option<i64>, Option<String>)> =
        on_rows!(conn, LIST_LAST_ATTEMPTS, &rows, |c, sql, json| {
            sqlx::query_as(sql)
                .bind(json)
                .bind(workspace.as_str())
                .bind(endpoint.as_str())
                .fetch_all(c)
                .await
        })?;
    found
        .into_iter()
        .map(|(event, took_ms, status, failure)| {
            let failure = failure.as_deref();
            Ok(LastAttempt {
                event_id: EventId::from_stored(event),
                took_ms,
                status: status.and_then(|status| u16::try_from(status).ok()),
                failure: failure.map(|f| stored("failure", f)).transpose()?,
            })
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    number: i64,
    started_at_ms: i64,
    took_ms: i64,
    status: Option<i64>,
    failure: Option<String>,
    headers: String,
    answer: String,
}

/// The attempts to deliver an event to an endpoint, the newest first.
pub async fn list_attempts(
    conn: &mut Conn,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    event: &EventId,
    limit: i64,
) -> Result<Vec<Attempt>> {
    let rows: Vec<AttemptRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT number, started_at_ms, took_ms, status, failure, headers, answer FROM webhook_attempts
         WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id = $3 ORDER BY number DESC LIMIT $4",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(event.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|row| {
            let failure = row.failure.as_deref();
            Ok(Attempt {
                number: row.number,
                started_at_ms: row.started_at_ms,
                took_ms: row.took_ms,
                status: row.status.and_then(|status| u16::try_from(status).ok()),
                failure: failure.map(|f| stored("failure", f)).transpose()?,
                headers: row.headers,
                answer: row.answer,
            })
        })
        .collect()
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

/// Sends these failed deliveries to an endpoint on their way again; how many still were failed.
pub async fn update_all_replayed(tx: &mut Tx, names: &[DeliveryName], now_ms: i64) -> Result<u64> {
    let rows: Vec<_> = names
        .iter()
        .map(|(ws, ep, ev)| NameRow { ws: ws.as_str(), ep: ep.as_str(), ev: ev.as_str() })
        .collect();
    let changed = on_rows!(tx, REPLAY, &rows, |c, sql, json| {
        sqlx::query(sql).bind(json).bind(now_ms).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(changed)
}

const REPLAY: RowsSql = rows_sql!(
    "UPDATE webhook_deliveries SET state = 'pending', tries_from = attempts, next_at_ms = $2 FROM",
    (ws TEXT, ep TEXT, ev TEXT),
    "WHERE webhook_deliveries.workspace_id = r.ws AND webhook_deliveries.endpoint_id = r.ep
         AND webhook_deliveries.event_id = r.ev AND webhook_deliveries.state = 'failed'"
);

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
