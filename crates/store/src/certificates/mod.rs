//! Trust certificates.

use model::{AgentId, Certificate, CertificateId, CertificateState, WorkspaceId};

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::{Conn, Error, Result, Tx};

mod watch;

pub use watch::{NoticeTimes, list_in_force, list_to_notify, update_notice, update_suspended};

/// What a [`CertificateRow`] reads of `certificates c`.
macro_rules! columns {
    () => {
        "c.id, c.agent_id, c.gopi_id, c.score, c.grade, c.confidence, c.n, c.s, c.f, c.bound, c.ceiling, c.breakdown,
         c.algorithm, c.as_of_ms, c.digest, c.self_issued, c.credential, c.issued_at_ms, c.valid_until_ms,
         c.superseded_at_ms, c.suspended_at_ms, c.revoked_at_ms, c.revoked_reason"
    };
}
use columns;

#[derive(sqlx::FromRow)]
struct CertificateRow {
    id: String,
    agent_id: String,
    gopi_id: String,
    score: i64,
    grade: String,
    confidence: String,
    n: i64,
    s: f64,
    f: f64,
    bound: f64,
    ceiling: Option<String>,
    breakdown: String,
    algorithm: String,
    as_of_ms: i64,
    digest: String,
    self_issued: bool,
    credential: String,
    issued_at_ms: i64,
    valid_until_ms: i64,
    superseded_at_ms: Option<i64>,
    suspended_at_ms: Option<i64>,
    revoked_at_ms: Option<i64>,
    revoked_reason: Option<String>,
}

impl CertificateRow {
    fn into_certificate(self) -> Result<Certificate> {
        let corrupt = |what, value: &str| Error::Corrupt { what, value: value.to_owned() };
        Ok(Certificate {
            id: CertificateId::from_stored(self.id),
            agent_id: AgentId::from_stored(self.agent_id),
            gopi_id: self.gopi_id,
            score: u8::try_from(self.score)
                .map_err(|_| corrupt("score", &self.score.to_string()))?,
            grade: stored("grade", &self.grade)?,
            confidence: stored("confidence", &self.confidence)?,
            n: self.n,
            s: self.s,
            f: self.f,
            bound: self.bound,
            ceiling: self.ceiling.as_deref().map(|c| stored("ceiling", c)).transpose()?,
            breakdown: serde_json::from_str(&self.breakdown)
                .map_err(|_| corrupt("breakdown", &self.breakdown))?,
            algorithm: self.algorithm,
            as_of_ms: self.as_of_ms,
            digest: self.digest,
            self_issued: self.self_issued,
            credential: self.credential,
            issued_at_ms: self.issued_at_ms,
            valid_until_ms: self.valid_until_ms,
            superseded_at_ms: self.superseded_at_ms,
            suspended_at_ms: self.suspended_at_ms,
            revoked_at_ms: self.revoked_at_ms,
            revoked_reason: self.revoked_reason,
        })
    }
}

fn certificates(rows: Vec<CertificateRow>) -> Result<Vec<Certificate>> {
    rows.into_iter().map(CertificateRow::into_certificate).collect()
}

/// Adds a certificate.
pub async fn insert(tx: &mut Tx, workspace: &WorkspaceId, cert: &Certificate) -> Result<()> {
    let breakdown = crate::engine::to_json(&cert.breakdown)?;
    on_db!(tx, c => sqlx::query(
        "INSERT INTO certificates (workspace_id, id, agent_id, gopi_id, score, grade, confidence, n, s, f, bound,
             ceiling, breakdown, algorithm, as_of_ms, digest, self_issued, credential, issued_at_ms, valid_until_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )
    .bind(workspace.as_str())
    .bind(cert.id.as_str())
    .bind(cert.agent_id.as_str())
    .bind(&cert.gopi_id)
    .bind(i64::from(cert.score))
    .bind(cert.grade.as_str())
    .bind(cert.confidence.as_str())
    .bind(cert.n)
    .bind(cert.s)
    .bind(cert.f)
    .bind(cert.bound)
    .bind(cert.ceiling.map(|c| c.as_str()))
    .bind(breakdown)
    .bind(&cert.algorithm)
    .bind(cert.as_of_ms)
    .bind(&cert.digest)
    .bind(cert.self_issued)
    .bind(&cert.credential)
    .bind(cert.issued_at_ms)
    .bind(cert.valid_until_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Marks the agent's certificates that hold as replaced.
pub async fn update_superseded(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    agent: &AgentId,
    at_ms: i64,
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE certificates SET superseded_at_ms = $3
         WHERE workspace_id = $1 AND agent_id = $2 AND superseded_at_ms IS NULL AND revoked_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(agent.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Revokes the agent's certificates that are not revoked yet.
pub async fn update_revoked(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    agent: &AgentId,
    at_ms: i64,
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE certificates SET revoked_at_ms = $3
         WHERE workspace_id = $1 AND agent_id = $2 AND revoked_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(agent.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Revokes one certificate; `false` if there is none that is not revoked yet.
pub async fn update_revoked_one(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &CertificateId,
    (at_ms, reason): (i64, &str),
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE certificates SET revoked_at_ms = $3, revoked_reason = $4
         WHERE workspace_id = $1 AND id = $2 AND revoked_at_ms IS NULL",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(at_ms)
    .bind(reason)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

#[derive(sqlx::FromRow)]
struct NamedRow {
    #[sqlx(flatten)]
    certificate: CertificateRow,
    workspace_id: String,
    agent_name: String,
    agent_deleted: bool,
}

/// A certificate with what its agent is called.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The agent's name, as it is now.
    pub agent_name: String,
    /// Whether the agent is out of service.
    pub agent_deleted: bool,
}

impl NamedRow {
    fn into_named(self) -> Result<NamedCertificate> {
        Ok(NamedCertificate {
            certificate: self.certificate.into_certificate()?,
            workspace_id: WorkspaceId::from_stored(self.workspace_id),
            agent_name: self.agent_name,
            agent_deleted: self.agent_deleted,
        })
    }
}

/// The certificate with this id, of any workspace: for public pages, and for [`get`].
pub async fn get_of_any(conn: &mut Conn, id: &str) -> Result<Option<NamedCertificate>> {
    let row: Option<NamedRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), ", c.workspace_id, a.name AS agent_name,
             a.status <> 'active' AS agent_deleted
         FROM certificates c JOIN agents a ON a.workspace_id = c.workspace_id AND a.id = c.agent_id
         WHERE c.id = $1"),
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    row.map(NamedRow::into_named).transpose()
}

/// The certificate with this id in this workspace.
pub async fn get(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: &str,
) -> Result<Option<NamedCertificate>> {
    Ok(get_of_any(conn, id).await?.filter(|found| found.workspace_id == *workspace))
}

/// Which certificates of a workspace.
#[derive(Debug, Clone, Copy, Default)]
pub struct CertificateFilter<'a> {
    /// Of this agent.
    pub agent: Option<&'a AgentId>,
    /// In this state now.
    pub state: Option<CertificateState>,
    /// Older than the one with this id.
    pub before: Option<&'a str>,
}

/// Certificates of a workspace, newest first. The states are those of `Certificate::state` at `now_ms`.
pub async fn list_named(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    filter: CertificateFilter<'_>,
    (now_ms, limit): (i64, i64),
) -> Result<Vec<NamedCertificate>> {
    let rows: Vec<NamedRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), ", c.workspace_id, a.name AS agent_name,
             a.status <> 'active' AS agent_deleted
         FROM certificates c JOIN agents a ON a.workspace_id = c.workspace_id AND a.id = c.agent_id
         WHERE c.workspace_id = $1
             AND (CAST($2 AS TEXT) IS NULL OR c.agent_id = $2)
             AND (CAST($3 AS TEXT) IS NULL OR c.id < $3)
             AND (CAST($4 AS TEXT) IS NULL OR $4 = CASE
                 WHEN c.revoked_at_ms IS NOT NULL THEN 'revoked'
                 WHEN c.superseded_at_ms IS NOT NULL THEN 'superseded'
                 WHEN c.valid_until_ms <= $5 THEN 'expired'
                 WHEN c.suspended_at_ms IS NOT NULL THEN 'suspended'
                 ELSE 'valid' END)
         ORDER BY c.id DESC LIMIT $6"),
    )
    .bind(workspace.as_str())
    .bind(filter.agent.map(AgentId::as_str))
    .bind(filter.before)
    .bind(filter.state.map(CertificateState::as_str))
    .bind(now_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(NamedRow::into_named).collect()
}

/// The newest `limit` certificates of an agent, newest first.
pub async fn list(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: &AgentId,
    limit: i64,
) -> Result<Vec<Certificate>> {
    let rows: Vec<CertificateRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), "
         FROM certificates c WHERE workspace_id = $1 AND agent_id = $2 ORDER BY id DESC LIMIT $3"),
    )
    .bind(workspace.as_str())
    .bind(agent.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    certificates(rows)
}

const LIST_NEWEST: RowsSql = rows_sql!(
    concat!("SELECT ", columns!(), " FROM"),
    (ws TEXT, agent TEXT),
    "JOIN certificates c ON c.workspace_id = r.ws AND c.agent_id = r.agent
     WHERE c.id = (SELECT MAX(x.id) FROM certificates x
         WHERE x.workspace_id = r.ws AND x.agent_id = r.agent AND x.superseded_at_ms IS NULL)"
);

/// The newest certificate of each of these agents, where there is one: the one that nothing has superseded, because
/// the ids of two that were issued in one millisecond do not tell which came later.
pub async fn list_newest(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agents: &[&AgentId],
) -> Result<Vec<Certificate>> {
    let rows: Vec<_> = agents.iter().map(|agent| (workspace, agent)).collect();
    let found: Vec<CertificateRow> = on_rows!(conn, LIST_NEWEST, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    certificates(found)
}

/// What should not wait: of agents in service, the certificates that are suspended, then those that end before the
/// second instant, first ending first. None that ended before the first instant, was replaced or revoked.
pub async fn list_urgent(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    (since_ms, until_ms): (i64, i64),
    limit: i64,
) -> Result<Vec<NamedCertificate>> {
    // CROSS JOIN keeps SQLite from going through all certificates, looking each one up among the urgent ones.
    let rows: Vec<NamedRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), ", c.workspace_id, a.name AS agent_name,
             a.status <> 'active' AS agent_deleted
         FROM (
             SELECT id FROM certificates
             WHERE workspace_id = $1 AND valid_until_ms >= $2 AND suspended_at_ms IS NOT NULL
                 AND superseded_at_ms IS NULL AND revoked_at_ms IS NULL
             UNION
             SELECT id FROM certificates
             WHERE workspace_id = $1 AND valid_until_ms >= $2 AND valid_until_ms < $3 AND superseded_at_ms IS NULL
                 AND revoked_at_ms IS NULL
         ) u
         CROSS JOIN certificates c CROSS JOIN agents a
         WHERE c.workspace_id = $1 AND c.id = u.id
             AND a.workspace_id = c.workspace_id AND a.id = c.agent_id AND a.status = 'active'
         ORDER BY c.suspended_at_ms IS NULL, c.valid_until_ms, c.id LIMIT $4"),
    )
    .bind(workspace.as_str())
    .bind(since_ms)
    .bind(until_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(NamedRow::into_named).collect()
}
