//! What people have against scores, and what a person answered.

use model::{AgentId, ContestId, WorkspaceId};

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// A score that somebody contests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    /// The workspace of the agent.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: ContestId,
    /// The agent.
    pub agent_id: AgentId,
    /// What the agent is called; empty once it is gone.
    pub agent_name: String,
    /// Who contests.
    pub name: String,
    /// Where an answer goes.
    pub email: String,
    /// What is wrong, in their words.
    pub message: String,
    /// When (Unix milliseconds).
    pub created_at_ms: i64,
    /// What was answered.
    pub answer: Option<String>,
    /// The id of who answered.
    pub answered_by: Option<String>,
    /// When (Unix milliseconds).
    pub answered_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct ContestRow {
    workspace_id: String,
    id: String,
    agent_id: String,
    agent_name: String,
    name: String,
    email: String,
    message: String,
    created_at_ms: i64,
    answer: Option<String>,
    answered_by: Option<String>,
    answered_at_ms: Option<i64>,
}

impl From<ContestRow> for Contest {
    fn from(row: ContestRow) -> Self {
        Self {
            workspace_id: WorkspaceId::from_stored(row.workspace_id),
            id: ContestId::from_stored(row.id),
            agent_id: AgentId::from_stored(row.agent_id),
            agent_name: row.agent_name,
            name: row.name,
            email: row.email,
            message: row.message,
            created_at_ms: row.created_at_ms,
            answer: row.answer,
            answered_by: row.answered_by,
            answered_at_ms: row.answered_at_ms,
        }
    }
}

/// Columns and join of a contest.
macro_rules! contest_sql {
    ($tail:literal) => {
        concat!(
            "SELECT c.workspace_id, c.id, c.agent_id, COALESCE(a.name, '') AS agent_name, c.name, c.email, c.message,
                    c.created_at_ms, c.answer, c.answered_by, c.answered_at_ms
             FROM contests c LEFT JOIN agents a ON a.workspace_id = c.workspace_id AND a.id = c.agent_id ",
            $tail
        )
    };
}

/// Adds a contest.
pub async fn insert(tx: &mut Tx, contest: &Contest) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO contests (workspace_id, id, agent_id, name, email, message, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(contest.workspace_id.as_str())
    .bind(contest.id.as_str())
    .bind(contest.agent_id.as_str())
    .bind(&contest.name)
    .bind(&contest.email)
    .bind(&contest.message)
    .bind(contest.created_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The contest with this id, of any workspace: for the operator too.
pub async fn get(conn: &mut Conn, id: &ContestId) -> Result<Option<Contest>> {
    let row: Option<ContestRow> = on_db!(conn, c => sqlx::query_as(contest_sql!("WHERE c.id = $1"))
        .bind(id.as_str())
        .fetch_optional(c)
        .await)?;
    Ok(row.map(Into::into))
}

/// The contests of a workspace, newest first.
pub async fn list(conn: &mut Conn, workspace: &WorkspaceId, limit: i64) -> Result<Vec<Contest>> {
    let rows: Vec<ContestRow> = on_db!(conn, c => sqlx::query_as(contest_sql!(
        "WHERE c.workspace_id = $1 ORDER BY c.id DESC LIMIT $2"
    ))
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The contests of the instance that nobody has answered, oldest first.
pub async fn list_open(conn: &mut Conn, limit: i64) -> Result<Vec<Contest>> {
    let rows: Vec<ContestRow> = on_db!(conn, c => sqlx::query_as(contest_sql!(
        "WHERE c.answered_at_ms IS NULL ORDER BY c.id LIMIT $1"
    ))
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Writes the answer; `false` if there is one already.
pub async fn update_answer(
    tx: &mut Tx,
    id: &ContestId,
    (answer, by): (&str, &str),
    at_ms: i64,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE contests SET answer = $2, answered_by = $3, answered_at_ms = $4
         WHERE id = $1 AND answered_at_ms IS NULL",
    )
    .bind(id.as_str())
    .bind(answer)
    .bind(by)
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Puts a pseudonym in the place of who answered; how often.
pub async fn update_answered_by(tx: &mut Tx, by: &str, pseudonym: &str) -> Result<u64> {
    let changed = on_db!(tx, c => sqlx::query("UPDATE contests SET answered_by = $2 WHERE answered_by = $1")
        .bind(by)
        .bind(pseudonym)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed)
}

/// Removes contests that were answered before an instant; how many.
pub async fn delete_answered(tx: &mut Tx, before_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM contests WHERE answered_at_ms < $1")
        .bind(before_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
