//! Many agents at once, by their ids.

use model::{Agent, AgentId, PaymentStats, WorkspaceId};
use serde_tuple::Serialize_tuple;

use super::AgentRow;
use crate::engine::{RowsSql, on_rows, rows_sql};
use crate::{Conn, Result, Tx};

#[derive(Serialize_tuple)]
struct CounterRow<'a> {
    ws: &'a str,
    id: &'a str,
    total: i64,
    autonomous: i64,
    on_time: i64,
    received: i64,
}

// Also what keeps two writers of one agent apart: the row stays locked until the transaction ends.
const ADD_STATS: RowsSql = rows_sql!(
    "UPDATE agents SET payments_total = payments_total + r.total,
         payments_autonomous = payments_autonomous + r.autonomous,
         payments_on_time = payments_on_time + r.on_time,
         payments_received = payments_received + r.received
     FROM",
    (ws TEXT, id TEXT, total BIGINT, autonomous BIGINT, on_time BIGINT, received BIGINT),
    "WHERE agents.workspace_id = r.ws AND agents.id = r.id AND agents.status <> 'deleted'"
);

/// Adds to the counters of agents that are not deleted, all in one statement; how many agents were found.
pub async fn add_stats(
    tx: &mut Tx,
    stats: &[(&WorkspaceId, &AgentId, PaymentStats)],
) -> Result<u64> {
    let rows: Vec<_> = stats
        .iter()
        .map(|(ws, id, s)| CounterRow {
            ws: ws.as_str(),
            id: id.as_str(),
            total: s.total,
            autonomous: s.autonomous,
            on_time: s.on_time,
            received: s.received,
        })
        .collect();
    let changed = on_rows!(tx, ADD_STATS, &rows, |c, sql, json| {
        sqlx::query(sql).bind(json).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(changed)
}

const LIST_ACTIVE: RowsSql = rows_sql!(
    "SELECT a.id FROM",
    (ws TEXT, id TEXT),
    "JOIN agents a ON a.workspace_id = r.ws AND a.id = r.id WHERE a.status = 'active'"
);

/// Which of these agents are active.
pub async fn list_active(
    conn: &mut Conn,
    agents: &[(&WorkspaceId, &AgentId)],
) -> Result<Vec<AgentId>> {
    let found: Vec<(String,)> = on_rows!(conn, LIST_ACTIVE, agents, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    Ok(found.into_iter().map(|(id,)| AgentId::from_stored(id)).collect())
}

const LIST_OF: RowsSql = rows_sql!(
    "SELECT a.workspace_id, a.id, a.external_id, a.gopi_id, a.name, a.description, a.framework, a.visibility, a.status,
         a.payments_total, a.payments_autonomous, a.payments_on_time, a.payments_received, a.created_at_ms, a.version
     FROM",
    (ws TEXT, id TEXT),
    "JOIN agents a ON a.workspace_id = r.ws AND a.id = r.id WHERE a.status <> 'deleted'"
);

/// These agents of a workspace, as far as they are not deleted, in no order.
pub async fn list_of(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    ids: &[&AgentId],
) -> Result<Vec<Agent>> {
    let rows: Vec<_> = ids.iter().map(|id| (workspace, id)).collect();
    let found: Vec<AgentRow> = on_rows!(conn, LIST_OF, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    found.into_iter().map(AgentRow::into_agent).collect()
}

const LIST_OWN: RowsSql = rows_sql!(
    "SELECT r.ws, r.id FROM",
    (ws TEXT, id TEXT),
    "WHERE EXISTS (SELECT 1 FROM agents a WHERE a.external_id = r.id AND a.workspace_id = r.ws)
        OR EXISTS (SELECT 1 FROM agents a WHERE a.gopi_id = r.id AND a.workspace_id = r.ws)
        OR EXISTS (SELECT 1 FROM agents a WHERE a.id = r.id AND a.workspace_id = r.ws)"
);

/// Which of these names (any of the three ids) belong to an agent of the workspace named beside them.
pub async fn list_own(
    conn: &mut Conn,
    names: &[(&WorkspaceId, &str)],
) -> Result<Vec<(WorkspaceId, String)>> {
    let found: Vec<(String, String)> = on_rows!(conn, LIST_OWN, names, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    Ok(found.into_iter().map(|(ws, name)| (WorkspaceId::from_stored(ws), name)).collect())
}

const LIST_NAMES: RowsSql = rows_sql!(
    "SELECT a.id, a.name FROM",
    (ws TEXT, id TEXT),
    "JOIN agents a ON a.workspace_id = r.ws AND a.id = r.id WHERE a.status = 'active'"
);

/// What these agents of a workspace are called, as far as they are in service.
pub async fn list_names(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    ids: &[&AgentId],
) -> Result<Vec<(AgentId, String)>> {
    let rows: Vec<_> = ids.iter().map(|id| (workspace, id)).collect();
    let found: Vec<(String, String)> = on_rows!(conn, LIST_NAMES, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    Ok(found.into_iter().map(|(id, name)| (AgentId::from_stored(id), name)).collect())
}
