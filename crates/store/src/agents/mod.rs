//! AI agents and the counters of their payments.

use model::{Agent, AgentId, AgentSort, AgentStatus, Framework, PaymentStats, WorkspaceId};

use crate::engine::on_db;
use crate::error::stored;
use crate::{Conn, Result, Tx};

mod many;

pub use many::{LockedAgent, add_stats, list_names, list_of, list_own, lock};

#[derive(sqlx::FromRow)]
struct AgentRow {
    workspace_id: String,
    id: String,
    external_id: String,
    gopi_id: String,
    name: String,
    description: String,
    framework: String,
    visibility: String,
    status: String,
    payments_total: i64,
    payments_autonomous: i64,
    payments_on_time: i64,
    payments_received: i64,
    created_at_ms: i64,
    version: i64,
}

impl AgentRow {
    fn into_agent(self) -> Result<Agent> {
        Ok(Agent {
            id: AgentId::from_stored(self.id),
            external_id: self.external_id,
            gopi_id: self.gopi_id,
            name: self.name,
            description: self.description,
            framework: stored("framework", &self.framework)?,
            visibility: stored("visibility", &self.visibility)?,
            status: stored("agent status", &self.status)?,
            stats: PaymentStats {
                total: self.payments_total,
                autonomous: self.payments_autonomous,
                on_time: self.payments_on_time,
                received: self.payments_received,
            },
            created_at_ms: self.created_at_ms,
            version: self.version,
        })
    }
}

/// The three ids by which an agent can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentRef<'a> {
    /// `agt_...`
    Id(&'a str),
    /// `gopi_...`
    GopiId(&'a str),
    /// Anything else: slugs hold no underscore, so the prefixes tell the ids apart.
    ExternalId(&'a str),
}

impl<'a> AgentRef<'a> {
    /// Tells by its prefix which of the three ids a text is.
    pub fn of(text: &'a str) -> Self {
        if text.starts_with(AgentId::PREFIX) {
            Self::Id(text)
        } else if text.starts_with("gopi_") {
            Self::GopiId(text)
        } else {
            Self::ExternalId(text)
        }
    }
}

/// What a search looks in.
fn search_text(agent: &Agent) -> String {
    let Agent { name, external_id, gopi_id, id, .. } = agent;
    format!("{name} {external_id} {gopi_id} {id}").to_lowercase()
}

/// Adds an agent. `external_id` and `gopi_id` are unique over all workspaces.
pub async fn insert(tx: &mut Tx, workspace: &WorkspaceId, agent: &Agent) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO agents (workspace_id, id, external_id, gopi_id, name, description, framework, visibility, status,
             payments_total, payments_autonomous, payments_on_time, payments_received, created_at_ms,
             version, search_text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, 0, $10, $11, $12)",
    )
    .bind(workspace.as_str())
    .bind(agent.id.as_str())
    .bind(&agent.external_id)
    .bind(&agent.gopi_id)
    .bind(&agent.name)
    .bind(&agent.description)
    .bind(agent.framework.as_str())
    .bind(agent.visibility.as_str())
    .bind(agent.status.as_str())
    .bind(agent.created_at_ms)
    .bind(agent.version)
    .bind(search_text(agent))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

const GET_BY_ID: &str = "SELECT workspace_id, id, external_id, gopi_id, name, description, framework, visibility,
        status, payments_total, payments_autonomous, payments_on_time, payments_received, created_at_ms, version,
        unlisted
    FROM agents WHERE id = $1 AND status <> 'deleted'";
const GET_BY_GOPI_ID: &str = "SELECT workspace_id, id, external_id, gopi_id, name, description, framework, visibility,
        status, payments_total, payments_autonomous, payments_on_time, payments_received, created_at_ms, version,
        unlisted
    FROM agents WHERE gopi_id = $1 AND status <> 'deleted'";
const GET_BY_EXTERNAL_ID: &str = "SELECT workspace_id, id, external_id, gopi_id, name, description, framework, visibility,
        status, payments_total, payments_autonomous, payments_on_time, payments_received, created_at_ms, version,
        unlisted
    FROM agents WHERE external_id = $1 AND status <> 'deleted'";

/// An agent, whose it is, and what only its public page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAgent {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The agent.
    pub agent: Agent,
    /// Whether search engines are asked not to list its page.
    pub unlisted: bool,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    #[sqlx(flatten)]
    agent: AgentRow,
    unlisted: bool,
}

/// The agent with this id that is not deleted, of any workspace: for public pages, and for [`get`].
pub async fn get_of_any(conn: &mut Conn, agent: AgentRef<'_>) -> Result<Option<FoundAgent>> {
    let (sql, id) = match agent {
        AgentRef::Id(id) => (GET_BY_ID, id),
        AgentRef::GopiId(id) => (GET_BY_GOPI_ID, id),
        AgentRef::ExternalId(id) => (GET_BY_EXTERNAL_ID, id),
    };
    let row: Option<FoundRow> =
        on_db!(conn, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?;
    row.map(|FoundRow { agent, unlisted }| {
        let workspace_id = WorkspaceId::from_stored(agent.workspace_id.clone());
        Ok(FoundAgent { workspace_id, agent: agent.into_agent()?, unlisted })
    })
    .transpose()
}

/// The agent with this id in this workspace that is not deleted.
pub async fn get(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: AgentRef<'_>,
) -> Result<Option<Agent>> {
    let found = get_of_any(conn, agent).await?;
    Ok(found.filter(|found| found.workspace_id == *workspace).map(|found| found.agent))
}

/// Which agents of a workspace, and in which order.
#[derive(Debug, Clone)]
pub struct AgentQuery<'a> {
    /// Those with this status; `None`: all that are not deleted.
    pub status: Option<AgentStatus>,
    /// Those with this framework.
    pub framework: Option<Framework>,
    /// Those with a valid certificate, or those without.
    pub certified: Option<bool>,
    /// The instant at which a certificate counts as valid.
    pub now_ms: i64,
    /// Those with this in name or ids, whatever the case.
    pub text: Option<&'a str>,
    /// The order.
    pub sort: AgentSort,
    /// Those after this agent in that order.
    pub after: Option<&'a AgentId>,
    /// Agents at most.
    pub limit: i64,
}

macro_rules! matching {
    ($after:literal, $order:literal) => {
        concat!(
            "SELECT a.workspace_id, a.id, a.external_id, a.gopi_id, a.name, a.description, a.framework, a.visibility,
                 a.status, a.payments_total, a.payments_autonomous, a.payments_on_time, a.payments_received,
                 a.created_at_ms, a.version
             FROM agents a
             WHERE a.workspace_id = $1 AND a.status <> 'deleted'
                 AND (CAST($2 AS TEXT) IS NULL OR a.status = $2)
                 AND (CAST($3 AS TEXT) IS NULL OR a.framework = $3)
                 AND (CAST($4 AS TEXT) IS NULL OR a.search_text LIKE $4 ESCAPE '!')
                 AND (CAST($5 AS BOOLEAN) IS NULL OR $5 = EXISTS (
                     SELECT 1 FROM certificates c
                     WHERE c.workspace_id = a.workspace_id AND c.agent_id = a.id AND c.superseded_at_ms IS NULL
                         AND c.revoked_at_ms IS NULL AND c.suspended_at_ms IS NULL AND c.valid_until_ms > $6))
                 AND (CAST($7 AS TEXT) IS NULL OR ",
            $after,
            ") ORDER BY ",
            $order,
            " LIMIT $8"
        )
    };
}

const MATCHING_NEWEST: &str = matching!("a.id < $7", "a.id DESC");
const MATCHING_NAME: &str = matching!(
    "(a.search_text, a.id) >
         (SELECT b.search_text, b.id FROM agents b WHERE b.workspace_id = $1 AND b.id = $7)",
    "a.search_text, a.id"
);
const MATCHING_PAYMENTS: &str = matching!(
    "(a.payments_total, a.id) <
         (SELECT b.payments_total, b.id FROM agents b WHERE b.workspace_id = $1 AND b.id = $7)",
    "a.payments_total DESC, a.id DESC"
);
const MATCHING_SCORE: &str = matching!(
    "(COALESCE((SELECT MAX(c.score) FROM certificates c
             WHERE c.workspace_id = a.workspace_id AND c.agent_id = a.id AND c.superseded_at_ms IS NULL
                 AND c.revoked_at_ms IS NULL), -1), a.id) <
         (SELECT COALESCE((SELECT MAX(c.score) FROM certificates c
             WHERE c.workspace_id = b.workspace_id AND c.agent_id = b.id AND c.superseded_at_ms IS NULL
                 AND c.revoked_at_ms IS NULL), -1), b.id
          FROM agents b WHERE b.workspace_id = $1 AND b.id = $7)",
    "COALESCE((SELECT MAX(c.score) FROM certificates c
         WHERE c.workspace_id = a.workspace_id AND c.agent_id = a.id AND c.superseded_at_ms IS NULL
             AND c.revoked_at_ms IS NULL), -1) DESC, a.id DESC"
);

/// The agents that match. Reads one workspace's agents at most, whatever is asked.
pub async fn list_matching(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    query: &AgentQuery<'_>,
) -> Result<Vec<Agent>> {
    let sql = match query.sort {
        AgentSort::Newest => MATCHING_NEWEST,
        AgentSort::Name => MATCHING_NAME,
        AgentSort::Payments => MATCHING_PAYMENTS,
        AgentSort::Score => MATCHING_SCORE,
    };
    let rows: Vec<AgentRow> = on_db!(conn, c => sqlx::query_as(sql)
        .bind(workspace.as_str())
        .bind(query.status.map(AgentStatus::as_str))
        .bind(query.framework.map(Framework::as_str))
        .bind(query.text.map(contains))
        .bind(query.certified)
        .bind(query.now_ms)
        .bind(query.after.map(AgentId::as_str))
        .bind(query.limit)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(AgentRow::into_agent).collect()
}

/// The pattern for texts that contain this one.
fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// How many active agents a workspace has.
pub async fn count(conn: &mut Conn, workspace: &WorkspaceId) -> Result<i64> {
    let (count,): (i64,) = on_db!(conn, c => sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM agents WHERE workspace_id = $1 AND status = 'active'",
    )
    .bind(workspace.as_str())
    .fetch_one(c)
    .await)?;
    Ok(count)
}

/// Writes what an owner can change of an agent and returns its new version; `None` if it is gone, or no longer at the
/// version `expected`.
pub async fn update(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    agent: &Agent,
    expected: Option<i64>,
) -> Result<Option<i64>> {
    let changed: Option<(i64,)> = on_db!(tx, c => sqlx::query_as(
        "UPDATE agents SET name = $3, description = $4, framework = $5, visibility = $6, search_text = $7,
             version = version + 1
         WHERE workspace_id = $1 AND id = $2 AND status <> 'deleted'
             AND (CAST($8 AS BIGINT) IS NULL OR version = $8)
         RETURNING version",
    )
    .bind(workspace.as_str())
    .bind(agent.id.as_str())
    .bind(&agent.name)
    .bind(&agent.description)
    .bind(agent.framework.as_str())
    .bind(agent.visibility.as_str())
    .bind(search_text(agent))
    .bind(expected)
    .fetch_optional(c)
    .await)?;
    Ok(changed.map(|(version,)| version))
}

/// Puts an agent away or brings it back; `false` if it was not `from`.
pub async fn update_status(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &AgentId,
    (from, to): (AgentStatus, AgentStatus),
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE agents SET status = $4 WHERE workspace_id = $1 AND id = $2 AND status = $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(from.as_str())
    .bind(to.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Marks an agent as deleted, keeping its payments; `false` if it is gone already.
pub async fn delete(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &AgentId,
    at_ms: i64,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE agents SET status = 'deleted', deleted_at_ms = $3
         WHERE workspace_id = $1 AND id = $2 AND status <> 'deleted'",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Asks search engines not to list an agent's page, or lets them; `false` if that is so already.
pub async fn update_unlisted(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &AgentId,
    unlisted: bool,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE agents SET unlisted = $3 WHERE workspace_id = $1 AND id = $2 AND unlisted <> $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(unlisted)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
