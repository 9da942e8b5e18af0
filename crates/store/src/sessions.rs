//! Browser sessions and the sessions behind signed tokens. Ids arrive hashed, data arrives sealed.

use model::{UserId, WorkspaceId};

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the id, in hex.
    pub id_hash: String,
    /// `browser` or `token`.
    pub kind: String,
    /// Who is signed in, if anybody.
    pub user_id: Option<UserId>,
    /// The workspace that is acted on.
    pub workspace_id: Option<WorkspaceId>,
    /// What the session remembers, sealed.
    pub data: String,
    /// When it began (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it was last written (Unix milliseconds).
    pub last_seen_at_ms: i64,
    /// When it ends (Unix milliseconds).
    pub expires_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id_hash: String,
    kind: String,
    user_id: Option<String>,
    workspace_id: Option<String>,
    data: String,
    created_at_ms: i64,
    last_seen_at_ms: i64,
    expires_at_ms: i64,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id_hash: row.id_hash,
            kind: row.kind,
            user_id: row.user_id.map(UserId::from_stored),
            workspace_id: row.workspace_id.map(WorkspaceId::from_stored),
            data: row.data,
            created_at_ms: row.created_at_ms,
            last_seen_at_ms: row.last_seen_at_ms,
            expires_at_ms: row.expires_at_ms,
        }
    }
}

/// Adds a session; `false` if the id is taken.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<bool> {
    let inserted = on_db!(tx, c => sqlx::query(
        "INSERT INTO sessions (id_hash, kind, user_id, workspace_id, data, created_at_ms, last_seen_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id_hash) DO NOTHING",
    )
    .bind(&session.id_hash)
    .bind(&session.kind)
    .bind(session.user_id.as_ref().map(UserId::as_str))
    .bind(session.workspace_id.as_ref().map(WorkspaceId::as_str))
    .bind(&session.data)
    .bind(session.created_at_ms)
    .bind(session.last_seen_at_ms)
    .bind(session.expires_at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(inserted == 1)
}

/// Writes what the session remembers and until when; keeps the day it began.
pub async fn upsert(tx: &mut Tx, session: &Session) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO sessions (id_hash, kind, user_id, workspace_id, data, created_at_ms, last_seen_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id_hash) DO UPDATE SET user_id = excluded.user_id, workspace_id = excluded.workspace_id,
             data = excluded.data, last_seen_at_ms = excluded.last_seen_at_ms, expires_at_ms = excluded.expires_at_ms",
    )
    .bind(&session.id_hash)
    .bind(&session.kind)
    .bind(session.user_id.as_ref().map(UserId::as_str))
    .bind(session.workspace_id.as_ref().map(WorkspaceId::as_str))
    .bind(&session.data)
    .bind(session.created_at_ms)
    .bind(session.last_seen_at_ms)
    .bind(session.expires_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The session with this hashed id, unless it has ended by `now_ms`.
pub async fn get(conn: &mut Conn, id_hash: &str, now_ms: i64) -> Result<Option<Session>> {
    let row: Option<SessionRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id_hash, kind, user_id, workspace_id, data, created_at_ms, last_seen_at_ms, expires_at_ms
         FROM sessions WHERE id_hash = $1 AND expires_at_ms > $2",
    )
    .bind(id_hash)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// Ends a session.
pub async fn delete(tx: &mut Tx, id_hash: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM sessions WHERE id_hash = $1")
        .bind(id_hash)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Removes the sessions that have ended by `now_ms`; how many there were.
pub async fn delete_expired(tx: &mut Tx, now_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM sessions WHERE expires_at_ms <= $1")
        .bind(now_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
