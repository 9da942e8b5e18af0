//! The attempts to deliver an event, and what they came to.

use model::{Attempt, AttemptFailure, DeliveryState, EndpointId, EventId, WorkspaceId};
use serde_tuple::Serialize_tuple;

use super::DeliveryName;
use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::{Conn, Result, Tx};

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
    /// [`super::FullDelivery::tries_from`] when the attempt began.
    pub tries_from: i64,
}

#[derive(Serialize_tuple)]
struct OutcomeRow<'a> {
    ws: &'a str,
    ep: &'a str,
    ev: &'a str,
    state: &'a str,
    next: Option<i64>,
    number: i64,
    tries_from: i64,
    at: i64,
    took: i64,
    status: Option<u16>,
    failure: Option<&'a str>,
    headers: &'a str,
    answer: &'a str,
}

// A delivery that somebody else decided meanwhile stays as it is, and one that was replayed while the attempt was under
// way goes out again.
const UPDATE: RowsSql = rows_sql!(
    "UPDATE webhook_deliveries SET attempts = r.number,
         state = CASE WHEN webhook_deliveries.tries_from = r.tries_from THEN r.state ELSE webhook_deliveries.state END,
         next_at_ms = CASE WHEN webhook_deliveries.tries_from = r.tries_from THEN r.next
             ELSE webhook_deliveries.next_at_ms END,
         tries_from = CASE WHEN webhook_deliveries.tries_from = r.tries_from THEN r.tries_from ELSE r.number END
     FROM",
    (ws TEXT, ep TEXT, ev TEXT, state TEXT, next BIGINT, number BIGINT, tries_from BIGINT),
    "WHERE webhook_deliveries.workspace_id = r.ws AND webhook_deliveries.endpoint_id = r.ep
         AND webhook_deliveries.event_id = r.ev AND webhook_deliveries.attempts < r.number"
);

const INSERT_ATTEMPTS: RowsSql = rows_sql!(
    "INSERT INTO webhook_attempts (workspace_id, endpoint_id, event_id, number, started_at_ms, took_ms, status,
         failure, headers, answer)
     SELECT r.ws, r.ep, r.ev, r.number, r.at, r.took, r.status, r.failure, r.headers, r.answer FROM",
    (ws TEXT, ep TEXT, ev TEXT, state TEXT, next BIGINT, number BIGINT, tries_from BIGINT, at BIGINT, took BIGINT,
     status BIGINT, failure TEXT, headers TEXT, answer TEXT),
    "JOIN webhook_deliveries d ON d.workspace_id = r.ws AND d.endpoint_id = r.ep AND d.event_id = r.ev
     WHERE true ON CONFLICT (workspace_id, endpoint_id, event_id, number) DO NOTHING"
);

/// Keeps what attempts came to, two statements for all of them; nothing of deliveries that are gone.
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
            tries_from: o.tries_from,
            at: o.attempt.started_at_ms,
            took: o.attempt.took_ms,
            status: o.attempt.status,
            failure: o.attempt.failure.map(AttemptFailure::as_str),
            headers: &o.attempt.headers,
            answer: &o.attempt.answer,
        })
        .collect();
    tx.write(UPDATE, &rows).await?;
    tx.write(INSERT_ATTEMPTS, &rows).await
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
    let rows: Vec<_> = events.iter().map(|event| (event,)).collect();
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

/// How many events after one (an id or the beginning of one) there were for an endpoint, the newest `limit` of them, and
/// how many of these it took.
pub async fn count_recent(
    conn: &mut Conn,
    (workspace, endpoint): (&WorkspaceId, &EndpointId),
    after: &str,
    limit: i64,
) -> Result<(i64, i64)> {
    let counts: (i64, i64) = on_db!(conn, c => sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE WHEN recent.state = 'delivered' THEN 1 END) FROM (
             SELECT state FROM webhook_deliveries
             WHERE workspace_id = $1 AND endpoint_id = $2 AND event_id > $3
             ORDER BY event_id DESC LIMIT $4) AS recent",
    )
    .bind(workspace.as_str())
    .bind(endpoint.as_str())
    .bind(after)
    .bind(limit)
    .fetch_one(c)
    .await)?;
    Ok(counts)
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
