//! Archives of accounts that are made beside everything else. Their files are not in the database.

use model::{ExportId, UserId, WorkspaceId};

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::{Conn, Result, Tx};

/// How far an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is being made.
    Running,
    /// Its file can be fetched.
    Done,
    /// It could not be made.
    Failed,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for State {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        [Self::Running, Self::Done, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// One archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The workspace that it holds.
    pub workspace_id: WorkspaceId,
    /// Its id, in the link.
    pub id: ExportId,
    /// Who may fetch it.
    pub user_id: UserId,
    /// How far it is.
    pub state: State,
    /// Rows that there were at its beginning.
    pub row_count: i64,
    /// Rows that are in it.
    pub done_count: i64,
    /// How large the file is.
    pub bytes: i64,
    /// When it was asked for (Unix milliseconds).
    pub created_at_ms: i64,
    /// When somebody last worked on it (Unix milliseconds).
    pub touched_at_ms: i64,
    /// When it goes (Unix milliseconds).
    pub expires_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct ExportRow {
    workspace_id: String,
    id: String,
    user_id: String,
    state: String,
    row_count: i64,
    done_count: i64,
    bytes: i64,
    created_at_ms: i64,
    touched_at_ms: i64,
    expires_at_ms: i64,
}

impl ExportRow {
    fn into_export(self) -> Result<Export> {
        Ok(Export {
            workspace_id: WorkspaceId::from_stored(self.workspace_id),
            id: ExportId::from_stored(self.id),
            user_id: UserId::from_stored(self.user_id),
            state: stored("state", &self.state)?,
            row_count: self.row_count,
            done_count: self.done_count,
            bytes: self.bytes,
            created_at_ms: self.created_at_ms,
            touched_at_ms: self.touched_at_ms,
            expires_at_ms: self.expires_at_ms,
        })
    }
}

/// Adds an archive.
pub async fn insert(tx: &mut Tx, export: &Export) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO exports (workspace_id, id, user_id, state, row_count, done_count, bytes, created_at_ms,
             touched_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(export.workspace_id.as_str())
    .bind(export.id.as_str())
    .bind(export.user_id.as_str())
    .bind(export.state.as_str())
    .bind(export.row_count)
    .bind(export.done_count)
    .bind(export.bytes)
    .bind(export.created_at_ms)
    .bind(export.touched_at_ms)
    .bind(export.expires_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Writes how far an archive is that is being made; `false` if it is finished or gone.
pub async fn update(tx: &mut Tx, export: &Export) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE exports SET state = $3, done_count = $4, bytes = $5, touched_at_ms = $6
         WHERE workspace_id = $1 AND id = $2 AND state = 'running'",
    )
    .bind(export.workspace_id.as_str())
    .bind(export.id.as_str())
    .bind(export.state.as_str())
    .bind(export.done_count)
    .bind(export.bytes)
    .bind(export.touched_at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Takes an archive in hand that nobody worked on since an instant; `false` if somebody did.
pub async fn claim(
    tx: &mut Tx,
    (workspace, id): (&WorkspaceId, &ExportId),
    before_ms: i64,
    now_ms: i64,
) -> Result<bool> {
    let claimed = on_db!(tx, c => sqlx::query(
        "UPDATE exports SET touched_at_ms = $4
         WHERE workspace_id = $1 AND id = $2 AND state = 'running' AND touched_at_ms < $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(before_ms)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(claimed == 1)
}

/// The archive with this id.
pub async fn get(conn: &mut Conn, workspace: &WorkspaceId, id: &str) -> Result<Option<Export>> {
    let row: Option<ExportRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id, user_id, state, row_count, done_count, bytes, created_at_ms, touched_at_ms, expires_at_ms
         FROM exports WHERE workspace_id = $1 AND id = $2",
    )
    .bind(workspace.as_str())
    .bind(id)
    .fetch_optional(c)
    .await)?;
    row.map(ExportRow::into_export).transpose()
}

/// The archives of a workspace, newest first.
pub async fn list(conn: &mut Conn, workspace: &WorkspaceId, limit: i64) -> Result<Vec<Export>> {
    let rows: Vec<ExportRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id, user_id, state, row_count, done_count, bytes, created_at_ms, touched_at_ms, expires_at_ms
         FROM exports WHERE workspace_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(ExportRow::into_export).collect()
}

const LIST_STATES: RowsSql =
    rows_sql!("SELECT e.id, e.state FROM", (id TEXT), "JOIN exports e ON e.id = r.id");

/// How far each of these archives is, whoseever it is. Those that are gone are left out.
pub async fn list_states(conn: &mut Conn, ids: &[&ExportId]) -> Result<Vec<(ExportId, State)>> {
    let rows: Vec<_> = ids.iter().map(|id| (id,)).collect();
    let found: Vec<(String, String)> = on_rows!(conn, LIST_STATES, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    let read =
        |(id, state): (String, String)| Ok((ExportId::from_stored(id), stored("state", &state)?));
    found.into_iter().map(read).collect()
}

/// Archives that are being made but that nobody worked on since an instant.
pub async fn list_stalled(conn: &mut Conn, before_ms: i64, limit: i64) -> Result<Vec<Export>> {
    let rows: Vec<ExportRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id, user_id, state, row_count, done_count, bytes, created_at_ms, touched_at_ms, expires_at_ms
         FROM exports WHERE state = 'running' AND touched_at_ms < $1 ORDER BY touched_at_ms LIMIT $2",
    )
    .bind(before_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(ExportRow::into_export).collect()
}

/// Archives whose time is over.
pub async fn list_expired(conn: &mut Conn, now_ms: i64, limit: i64) -> Result<Vec<Export>> {
    let rows: Vec<ExportRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id, user_id, state, row_count, done_count, bytes, created_at_ms, touched_at_ms, expires_at_ms
         FROM exports WHERE expires_at_ms <= $1 ORDER BY expires_at_ms LIMIT $2",
    )
    .bind(now_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(ExportRow::into_export).collect()
}

/// Removes an archive.
pub async fn delete(tx: &mut Tx, workspace: &WorkspaceId, id: &ExportId) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM exports WHERE workspace_id = $1 AND id = $2")
        .bind(workspace.as_str())
        .bind(id.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
