//! Many agents at once, by their ids.

use model::{Agent, AgentId, AgentStatus, ApiKeyId, PaymentStats, WorkspaceId};
use serde_tuple::Serialize_tuple;

use super::AgentRow;
use crate::engine::{RowsSql, on_rows, rows_sql};
use crate::error::stored;
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

const ADD_STATS: RowsSql = rows_sql!(
    "UPDATE agents SET payments_total = payments_total + r.total,
         payments_autonomous = payments_autonomous + r.autonomous,
         payments_on_time = payments_on_time + r.on_time,
         payments_received = payments_received + r.received
     FROM",
    (ws TEXT, id TEXT, total BIGINT, autonomous BIGINT, on_time BIGINT, received BIGINT),
    "WHERE agents.workspace_id = r.ws AND agents.id = r.id AND agents.status <> 'deleted'"
);

/// Adds to the counters of agents that are not deleted, all in one statement.
pub async fn add_stats(
    tx: &mut Tx,
    stats: &[(&WorkspaceId, &AgentId, PaymentStats)],
) -> Result<()> {
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
    tx.write(ADD_STATS, &rows).await
}

/// An agent of which nobody else writes payments before the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedAgent {
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// The agent.
    pub id: AgentId,
    /// Whether it takes part in anything.
    pub status: AgentStatus,
    /// Its workspace's time zone, by IANA name; it does not change before the transaction ends.
    pub time_zone: String,
    /// Whether an endpoint of its workspace is switched on.
    pub listened_to: bool,
    /// The key that it was asked for with, if that opens anything.
    pub key: Option<ApiKeyId>,
}

macro_rules! lock {
    ($how:literal) => {
        rows_sql!(
            "SELECT a.workspace_id, a.id, a.status, w.time_zone,
                 EXISTS (SELECT 1 FROM webhook_endpoints e
                     WHERE e.workspace_id = r.ws AND e.disabled_at_ms IS NULL AND e.deleted_at_ms IS NULL),
                 k.id FROM",
            (ws TEXT, agent TEXT, key TEXT),
            concat!(
                "JOIN agents a ON a.workspace_id = r.ws AND a.id = r.agent
                 JOIN workspaces w ON w.id = r.ws
                 LEFT JOIN api_keys k ON k.workspace_id = r.ws AND k.id = r.key AND k.revoked_at_ms IS NULL
                     AND (k.expires_at_ms IS NULL OR k.expires_at_ms > $2) AND w.deletion_due_at_ms IS NULL ",
                $how
            )
        )
    };
}

// One writer at a time has all of SQLite locked anyway. In order: two transactions must not wait for each other.
const LOCK: RowsSql = RowsSql {
    sqlite: lock!("").sqlite,
    postgres: lock!("ORDER BY a.id FOR NO KEY UPDATE OF a FOR SHARE OF w").postgres,
};

/// Locks agents, and the time zones of their workspaces, until the transaction ends; those that exist. Each may be asked
/// for with a key, which comes back where it still opens something at `now_ms`: not where its workspace is about to be
/// erased.
pub async fn lock(
    tx: &mut Tx,
    agents: &[(&WorkspaceId, &AgentId, Option<&ApiKeyId>)],
    now_ms: i64,
) -> Result<Vec<LockedAgent>> {
    let found: Vec<(String, String, String, String, bool, Option<String>)> =
        on_rows!(tx, LOCK, agents, |c, sql, json| {
            sqlx::query_as(sql).bind(json).bind(now_ms).fetch_all(c).await
        })?;
    found
        .into_iter()
        .map(|(ws, id, status, time_zone, listened_to, key)| {
            Ok(LockedAgent {
                workspace_id: WorkspaceId::from_stored(ws),
                id: AgentId::from_stored(id),
                status: stored("agent status", &status)?,
                time_zone,
                listened_to,
                key: key.map(ApiKeyId::from_stored),
            })
        })
        .collect()
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
