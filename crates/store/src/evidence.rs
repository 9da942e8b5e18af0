//! What a score is made of: sums per day, and one running hash for each recorded day.

use model::score::Evidence;
use model::{AgentId, UtcDay, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::{Conn, Result, Tx};

#[derive(Serialize_tuple)]
struct EvidenceRow<'a> {
    ws: &'a str,
    agent: &'a str,
    recorded: i64,
    happened: i64,
    status: &'a str,
    own: bool,
    known: bool,
    count: i64,
    weights: i64,
    worth: i64,
}

const ADD: RowsSql = rows_sql!(
    "INSERT INTO evidence (workspace_id, agent_id, recorded_day, event_day, status, self_payment, known_currency,
         count, weight_sum, value_sum)
     SELECT r.ws, r.agent, r.recorded, r.happened, r.status, r.own, r.known, r.count, r.weights, r.worth FROM",
    (ws TEXT, agent TEXT, recorded BIGINT, happened BIGINT, status TEXT, own BOOLEAN, known BOOLEAN, count BIGINT,
     weights BIGINT, worth BIGINT),
    "WHERE true
     ON CONFLICT (workspace_id, agent_id, recorded_day, event_day, status, self_payment, known_currency)
     DO UPDATE SET count = evidence.count + excluded.count, weight_sum = evidence.weight_sum + excluded.weight_sum,
         value_sum = evidence.value_sum + excluded.value_sum"
);

/// Adds to the sums, all in one statement; negative ones where a payment leaves a sum. No key may stand in `rows` twice.
pub async fn add_all(tx: &mut Tx, rows: &[(&WorkspaceId, &AgentId, Evidence)]) -> Result<()> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(ws, agent, e)| EvidenceRow {
            ws: ws.as_str(),
            agent: agent.as_str(),
            recorded: e.recorded_day,
            happened: e.event_day,
            status: e.status.as_str(),
            own: e.self_payment,
            known: e.known_currency,
            count: e.count,
            weights: e.weight_sum,
            worth: e.value_sum,
        })
        .collect();
    tx.write(ADD, &rows).await
}

/// Removes the sums of a recorded day that no payment is left in.
pub async fn delete_empty(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    agent: &AgentId,
    recorded_day: UtcDay,
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "DELETE FROM evidence WHERE workspace_id = $1 AND agent_id = $2 AND recorded_day = $3 AND count = 0",
    )
    .bind(workspace.as_str())
    .bind(agent.as_str())
    .bind(recorded_day)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// All evidence of an agent, oldest recorded day first. Its size is days, not payments.
pub async fn list(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: &AgentId,
) -> Result<Vec<Evidence>> {
    type Row = (i64, i64, String, bool, bool, i64, i64, i64);
    let rows: Vec<Row> = on_db!(conn, c => sqlx::query_as(
        "SELECT recorded_day, event_day, status, self_payment, known_currency, count, weight_sum, value_sum
         FROM evidence WHERE workspace_id = $1 AND agent_id = $2
         ORDER BY recorded_day, event_day, status, self_payment, known_currency",
    )
    .bind(workspace.as_str())
    .bind(agent.as_str())
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(recorded_day, event_day, status, own, known, count, weight_sum, value_sum)| {
            Ok(Evidence {
                recorded_day,
                event_day,
                status: stored("payment status", &status)?,
                self_payment: own,
                known_currency: known,
                count,
                weight_sum,
                value_sum,
            })
        })
        .collect()
}

type FoundEvidence = (String, i64, i64, String, bool, bool, i64, i64, i64);

const LIST_OF: RowsSql = rows_sql!(
    "SELECT e.agent_id, e.recorded_day, e.event_day, e.status, e.self_payment, e.known_currency, e.count, e.weight_sum,
         e.value_sum FROM",
    (ws TEXT, agent TEXT),
    "JOIN evidence e ON e.workspace_id = r.ws AND e.agent_id = r.agent
     ORDER BY e.agent_id, e.recorded_day, e.event_day, e.status, e.self_payment, e.known_currency"
);

/// All evidence of these agents, each agent's in one run, oldest recorded day first.
pub async fn list_of(
    conn: &mut Conn,
    agents: &[(&WorkspaceId, &AgentId)],
) -> Result<Vec<(AgentId, Evidence)>> {
    let found: Vec<FoundEvidence> = on_rows!(conn, LIST_OF, agents, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    found
        .into_iter()
        .map(|(agent, recorded_day, event_day, status, own, known, count, weights, values)| {
            let evidence = Evidence {
                recorded_day,
                event_day,
                status: stored("payment status", &status)?,
                self_payment: own,
                known_currency: known,
                count,
                weight_sum: weights,
                value_sum: values,
            };
            Ok((AgentId::from_stored(agent), evidence))
        })
        .collect()
}

/// The hash of one recorded day of one agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayHash {
    /// Whose agent.
    pub workspace_id: WorkspaceId,
    /// The agent.
    pub agent_id: AgentId,
    /// The UTC day on which the payments were recorded.
    pub recorded_day: UtcDay,
    /// Running SHA-256, in hex.
    pub hash: String,
}

#[derive(Serialize_tuple)]
struct DayRow<'a> {
    ws: &'a str,
    agent: &'a str,
    day: i64,
    hash: &'a str,
}

const LIST_DAYS: RowsSql = rows_sql!(
    "SELECT d.workspace_id, d.agent_id, d.recorded_day, d.hash FROM",
    (ws TEXT, agent TEXT, day BIGINT),
    "JOIN evidence_days d ON d.workspace_id = r.ws AND d.agent_id = r.agent AND d.recorded_day = r.day"
);

/// The hashes of these days, where there are any yet.
pub async fn list_days(
    conn: &mut Conn,
    days: &[(&WorkspaceId, &AgentId, UtcDay)],
) -> Result<Vec<DayHash>> {
    let found: Vec<(String, String, i64, String)> =
        on_rows!(conn, LIST_DAYS, days, |c, sql, json| {
            sqlx::query_as(sql).bind(json).fetch_all(c).await
        })?;
    Ok(found
        .into_iter()
        .map(|(ws, agent, recorded_day, hash)| DayHash {
            workspace_id: WorkspaceId::from_stored(ws),
            agent_id: AgentId::from_stored(agent),
            recorded_day,
            hash,
        })
        .collect())
}

const UPSERT_DAYS: RowsSql = rows_sql!(
    "INSERT INTO evidence_days (workspace_id, agent_id, recorded_day, hash)
     SELECT r.ws, r.agent, r.day, r.hash FROM",
    (ws TEXT, agent TEXT, day BIGINT, hash TEXT),
    "WHERE true ON CONFLICT (workspace_id, agent_id, recorded_day) DO UPDATE SET hash = excluded.hash"
);

/// Writes the hashes of days, all in one statement.
pub async fn upsert_days(tx: &mut Tx, days: &[DayHash]) -> Result<()> {
    let rows: Vec<_> = days
        .iter()
        .map(|d| DayRow {
            ws: d.workspace_id.as_str(),
            agent: d.agent_id.as_str(),
            day: d.recorded_day,
            hash: &d.hash,
        })
        .collect();
    tx.write(UPSERT_DAYS, &rows).await
}

/// The hashes of all of an agent's days, oldest first: what a certificate's digest is made of.
pub async fn list_day_hashes(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: &AgentId,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT hash FROM evidence_days WHERE workspace_id = $1 AND agent_id = $2 ORDER BY recorded_day",
    )
    .bind(workspace.as_str())
    .bind(agent.as_str())
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}
