//! Uploaded files of payments, their rows until they are published, and what was imported before.

use model::{AgentId, ImportId, WorkspaceId};

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::{Conn, Result, Tx};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its rows are being read; nothing of it shows.
    Staging,
    /// Every row is good: it is published to its end, whatever happens.
    Publishing,
    /// Every row was published or skipped.
    Done,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Publishing => "publishing",
            Self::Done => "done",
        }
    }

    fn of(text: &str) -> Self {
        match text {
            "staging" => Self::Staging,
            "publishing" => Self::Publishing,
            _ => Self::Done,
        }
    }
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// Whose ledger.
    pub workspace_id: WorkspaceId,
    /// Whose payments.
    pub agent_id: AgentId,
    /// The agent's external id, which its payments carry.
    pub agent_external_id: String,
    /// The id of the key or user that uploaded it.
    pub recorded_by: String,
    /// How the uploader was authenticated.
    pub via: String,
    /// How far it is.
    pub state: State,
    /// SHA-256 of the file, in hex; empty before its end is known.
    pub file_hash: String,
    /// Rows that were read.
    pub row_count: i64,
    /// Rows that were published or skipped.
    pub done_count: i64,
    /// Rows that became payments.
    pub imported: i64,
    /// Rows that were imported before.
    pub skipped: i64,
    /// Payments among them that count toward the score.
    pub counted: i64,
    /// The request's idempotency key, as its owner wrote it down.
    pub idempotency: Option<String>,
    /// When it began (Unix milliseconds).
    pub created_at_ms: i64,
    /// When somebody last worked on it (Unix milliseconds).
    pub touched_at_ms: i64,
}

/// A row of a file that is not published yet.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StagedRow {
    /// The line in the file.
    pub line: i64,
    /// The row's own id, if it has one.
    pub reference: Option<String>,
    /// A hash of everything that makes two rows the same.
    pub content: String,
    /// The payment, as its owner wrote it down.
    pub payment: String,
}

/// How often a row without a reference was met.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Content {
    /// The row's hash.
    pub content: String,
    /// How many such rows are in the ledger.
    pub imported: i64,
    /// The import that met it last.
    pub import_id: String,
    /// How often that import has met it.
    pub met: i64,
}

#[derive(sqlx::FromRow)]
struct ImportRow {
    workspace_id: String,
    id: String,
    agent_id: String,
    agent_external_id: String,
    recorded_by: String,
    via: String,
    state: String,
    file_hash: String,
    row_count: i64,
    done_count: i64,
    imported: i64,
    skipped: i64,
    counted: i64,
    idempotency: Option<String>,
    created_at_ms: i64,
    touched_at_ms: i64,
}

impl ImportRow {
    fn into_import(self) -> Import {
        Import {
            id: ImportId::from_stored(self.id),
            workspace_id: WorkspaceId::from_stored(self.workspace_id),
            agent_id: AgentId::from_stored(self.agent_id),
            agent_external_id: self.agent_external_id,
            recorded_by: self.recorded_by,
            via: self.via,
            state: State::of(&self.state),
            file_hash: self.file_hash,
            row_count: self.row_count,
            done_count: self.done_count,
            imported: self.imported,
            skipped: self.skipped,
            counted: self.counted,
            idempotency: self.idempotency,
            created_at_ms: self.created_at_ms,
            touched_at_ms: self.touched_at_ms,
        }
    }
}

/// Begins an import whose rows are still being read. An agent has one at a time: another is a unique violation.
pub async fn insert(tx: &mut Tx, import: &Import) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO imports (workspace_id, id, agent_id, agent_external_id, recorded_by, via, state, file_hash,
             row_count, done_count, imported, skipped, counted, idempotency, created_at_ms, touched_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, 'staging', '', 0, 0, 0, 0, 0, NULL, $7, $7)",
    )
    .bind(import.workspace_id.as_str())
    .bind(import.id.as_str())
    .bind(import.agent_id.as_str())
    .bind(&import.agent_external_id)
    .bind(&import.recorded_by)
    .bind(&import.via)
    .bind(import.created_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

const INSERT_ROWS: RowsSql = rows_sql!(
    "INSERT INTO import_rows (workspace_id, import_id, line, reference, content, payment)
     SELECT r.ws, r.import, r.line, r.reference, r.content, r.payment FROM",
    (ws TEXT, import TEXT, line BIGINT, reference TEXT, content TEXT, payment TEXT),
    ""
);

/// Adds rows of a file that is being read, all in one statement; `false` if the import is gone.
pub async fn insert_rows(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &ImportId,
    rows: &[StagedRow],
    at_ms: i64,
) -> Result<bool> {
    let added = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE imports SET row_count = row_count + $3, touched_at_ms = $4
         WHERE workspace_id = $1 AND id = $2 AND state = 'staging'",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(added)
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    let rows: Vec<_> = rows
        .iter()
        .map(|r| (workspace.as_str(), id.as_str(), r.line, &r.reference, &r.content, &r.payment))
        .collect();
    tx.write(INSERT_ROWS, &rows).await?;
    Ok(changed == 1)
}

/// Two rows of a file that have one reference and different content: line and reference of the later one.
pub async fn list_clashes(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: &ImportId,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    Ok(on_db!(conn, c => sqlx::query_as(
        "SELECT CAST(MAX(line) AS BIGINT), reference FROM import_rows
         WHERE workspace_id = $1 AND import_id = $2 AND reference IS NOT NULL
         GROUP BY reference HAVING MIN(content) <> MAX(content) ORDER BY 1 LIMIT $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?)
}

/// Decides that an import is published to its end; `false` if it is gone.
pub async fn update_publishing(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &ImportId,
    (file_hash, idempotency): (&str, Option<&str>),
    at_ms: i64,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE imports SET state = 'publishing', file_hash = $3, idempotency = $4, touched_at_ms = $5
         WHERE workspace_id = $1 AND id = $2 AND state = 'staging'",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(file_hash)
    .bind(idempotency)
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Locks an import until the transaction ends; `None` if there is none, or its rows are still being read.
pub async fn lock(tx: &mut Tx, workspace: &WorkspaceId, id: &ImportId) -> Result<Option<Import>> {
    let row: Option<ImportRow> = on_db!(tx, c => sqlx::query_as(
        "UPDATE imports SET touched_at_ms = touched_at_ms
         WHERE workspace_id = $1 AND id = $2 AND state <> 'staging'
         RETURNING workspace_id, id, agent_id, agent_external_id, recorded_by, via, state, file_hash, row_count,
             done_count, imported, skipped, counted, idempotency, created_at_ms, touched_at_ms",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(ImportRow::into_import))
}

/// The first rows that are not published yet, in the order of the file.
pub async fn list_rows(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: &ImportId,
    limit: i64,
) -> Result<Vec<StagedRow>> {
    Ok(on_db!(conn, c => sqlx::query_as(
        "SELECT line, reference, content, payment FROM import_rows
         WHERE workspace_id = $1 AND import_id = $2 ORDER BY line LIMIT $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?)
}

/// Removes rows up to and with this line.
pub async fn delete_rows(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &ImportId,
    line: i64,
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "DELETE FROM import_rows WHERE workspace_id = $1 AND import_id = $2 AND line <= $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(line)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Writes how far an import has come.
pub async fn update_progress(tx: &mut Tx, import: &Import) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE imports SET state = $3, done_count = $4, imported = $5, skipped = $6, counted = $7, touched_at_ms = $8
         WHERE workspace_id = $1 AND id = $2",
    )
    .bind(import.workspace_id.as_str())
    .bind(import.id.as_str())
    .bind(import.state.as_str())
    .bind(import.done_count)
    .bind(import.imported)
    .bind(import.skipped)
    .bind(import.counted)
    .bind(import.touched_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Removes an import none of whose rows were published.
pub async fn delete(tx: &mut Tx, workspace: &WorkspaceId, id: &ImportId) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM imports WHERE workspace_id = $1 AND id = $2 AND state = 'staging'")
        .bind(workspace.as_str())
        .bind(id.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The import of an agent that is at work.
pub async fn get_running(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: &AgentId,
) -> Result<Option<Import>> {
    let row: Option<ImportRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id, agent_id, agent_external_id, recorded_by, via, state, file_hash, row_count, done_count,
                imported, skipped, counted, idempotency, created_at_ms, touched_at_ms
         FROM imports WHERE workspace_id = $1 AND agent_id = $2 AND state <> 'done'",
    )
    .bind(workspace.as_str())
    .bind(agent.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(ImportRow::into_import))
}

/// Imports of all workspaces that are not done and that nobody worked on since `before_ms`.
pub async fn list_stalled(conn: &mut Conn, before_ms: i64, limit: i64) -> Result<Vec<Import>> {
    let rows: Vec<ImportRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id, agent_id, agent_external_id, recorded_by, via, state, file_hash, row_count, done_count,
                imported, skipped, counted, idempotency, created_at_ms, touched_at_ms
         FROM imports WHERE state <> 'done' AND touched_at_ms < $1 ORDER BY workspace_id, agent_id LIMIT $2",
    )
    .bind(before_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(ImportRow::into_import).collect())
}

const LIST_CONTENTS: RowsSql = rows_sql!(
    "SELECT i.content, i.imported, i.import_id, i.met FROM",
    (ws TEXT, agent TEXT, content TEXT),
    "JOIN import_contents i ON i.workspace_id = r.ws AND i.agent_id = r.agent AND i.content = r.content"
);

/// How often these contents were met before.
pub async fn list_contents(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: &AgentId,
    contents: &[&str],
) -> Result<Vec<Content>> {
    let rows: Vec<_> = contents.iter().map(|content| (workspace, agent, content)).collect();
    Ok(on_rows!(conn, LIST_CONTENTS, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?)
}

const UPSERT_CONTENTS: RowsSql = rows_sql!(
    "INSERT INTO import_contents (workspace_id, agent_id, content, imported, import_id, met)
     SELECT r.ws, r.agent, r.content, r.imported, r.import_id, r.met FROM",
    (ws TEXT, agent TEXT, content TEXT, imported BIGINT, import_id TEXT, met BIGINT),
    "WHERE true
     ON CONFLICT (workspace_id, agent_id, content) DO UPDATE SET
         imported = excluded.imported, import_id = excluded.import_id, met = excluded.met"
);

/// Writes how often contents were met. No content may stand there twice.
pub async fn upsert_contents(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    agent: &AgentId,
    rows: &[Content],
) -> Result<()> {
    let rows: Vec<_> = rows
        .iter()
        .map(|c| (workspace.as_str(), agent.as_str(), &c.content, c.imported, &c.import_id, c.met))
        .collect();
    tx.write(UPSERT_CONTENTS, &rows).await
}
