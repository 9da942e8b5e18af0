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
    /// What it was begun with, such as `Firefox, Linux`; empty where that is unknown.
    pub device: String,
    /// The network that it was last used from; empty where that is unknown.
    pub network: String,
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
    device: String,
    network: String,
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
            device: row.device,
            network: row.network,
        }
    }
}

/// Adds a session; `false` if the id is taken.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<bool> {
    let inserted = on_db!(tx, c => sqlx::query(
        "INSERT INTO sessions (id_hash, kind, user_id, workspace_id, data, created_at_ms, last_seen_at_ms, expires_at_ms,
             device, network)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id_hash) DO NOTHING",
    )
    .bind(&session.id_hash)
    .bind(&session.kind)
    .bind(session.user_id.as_ref().map(UserId::as_str))
    .bind(session.workspace_id.as_ref().map(WorkspaceId::as_str))
    .bind(&session.data)
    .bind(session.created_at_ms)
    .bind(session.last_seen_at_ms)
    .bind(session.expires_at_ms)
    .bind(&session.device)
    .bind(&session.network)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(inserted == 1)
}

/// Writes what the session remembers; keeps the day it began, and ends at the latest `max_age_ms` after it. `false` if
/// there is no such session (any more): one that was ended must not come back by a request that was under way.
pub async fn update(tx: &mut Tx, session: &Session, max_age_ms: i64) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE sessions SET user_id = $2, workspace_id = $3, data = $4, last_seen_at_ms = $5,
             expires_at_ms = CASE WHEN $6 < created_at_ms + $7 THEN $6 ELSE created_at_ms + $7 END
         WHERE id_hash = $1 AND expires_at_ms > $5",
    )
    .bind(&session.id_hash)
    .bind(session.user_id.as_ref().map(UserId::as_str))
    .bind(session.workspace_id.as_ref().map(WorkspaceId::as_str))
    .bind(&session.data)
    .bind(session.last_seen_at_ms)
    .bind(session.expires_at_ms)
    .bind(max_age_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// When a session was used, and how much longer it holds for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionUse<'a> {
    /// Now (Unix milliseconds).
    pub at_ms: i64,
    /// A use is noted at most once in this time.
    pub every_ms: i64,
    /// How long a browser's session holds without use.
    pub idle_ms: i64,
    /// How long it holds at most.
    pub max_age_ms: i64,
    /// The network that it was used from; empty leaves the one before.
    pub network: &'a str,
}

/// Notes the use of a session, unless that was done a moment ago. The end of a token's session does not move.
pub async fn update_last_seen(tx: &mut Tx, id_hash: &str, seen: SessionUse<'_>) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE sessions SET last_seen_at_ms = $2,
             expires_at_ms = CASE WHEN kind <> 'browser' THEN expires_at_ms
                 WHEN $2 + $4 < created_at_ms + $5 THEN $2 + $4 ELSE created_at_ms + $5 END,
             network = CASE WHEN $6 = '' THEN network ELSE $6 END
         WHERE id_hash = $1 AND expires_at_ms > $2 AND last_seen_at_ms <= $2 - $3",
    )
    .bind(id_hash)
    .bind(seen.at_ms)
    .bind(seen.every_ms)
    .bind(seen.idle_ms)
    .bind(seen.max_age_ms)
    .bind(seen.network)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// The sessions of a user that have not ended by `now_ms`, the one used last first.
pub async fn list_of_user(
    conn: &mut Conn,
    user: &UserId,
    now_ms: i64,
    limit: i64,
) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id_hash, kind, user_id, workspace_id, data, created_at_ms, last_seen_at_ms, expires_at_ms,
             device, network
         FROM sessions WHERE user_id = $1 AND expires_at_ms > $2
         ORDER BY last_seen_at_ms DESC, id_hash LIMIT $3",
    )
    .bind(user.as_str())
    .bind(now_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Ends every session of a user but the one with this hashed id; how many there were.
pub async fn delete_others(tx: &mut Tx, user: &UserId, keep: Option<&str>) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query(
        "DELETE FROM sessions WHERE user_id = $1 AND id_hash <> COALESCE(CAST($2 AS TEXT), '')",
    )
    .bind(user.as_str())
    .bind(keep)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// Ends every session of everybody but the one with this hashed id; how many there were. Whoever calls it holds
/// [`crate::users::lock_all`], or one that begins at this moment stays.
pub async fn delete_all(tx: &mut Tx, keep: Option<&str>) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query(
        "DELETE FROM sessions WHERE user_id IS NOT NULL AND id_hash <> COALESCE(CAST($1 AS TEXT), '')",
    )
    .bind(keep)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// Ends the sessions in which a user acts for a workspace, but the one with this hashed id; how many there were.
pub async fn delete_in(
    tx: &mut Tx,
    (workspace, user): (&WorkspaceId, &UserId),
    keep: Option<&str>,
) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query(
        "DELETE FROM sessions WHERE user_id = $1 AND workspace_id = $2 AND id_hash <> COALESCE(CAST($3 AS TEXT), '')",
    )
    .bind(user.as_str())
    .bind(workspace.as_str())
    .bind(keep)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// The session with this hashed id, unless it has ended by `now_ms`.
pub async fn get(conn: &mut Conn, id_hash: &str, now_ms: i64) -> Result<Option<Session>> {
    let row: Option<SessionRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id_hash, kind, user_id, workspace_id, data, created_at_ms, last_seen_at_ms, expires_at_ms,
             device, network
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

/// Ends a session and keeps a trace of it until it is swept, by which [`take`] tells that nobody else had ended it.
pub async fn update_ended(tx: &mut Tx, id_hash: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query("UPDATE sessions SET expires_at_ms = 0, data = '' WHERE id_hash = $1")
        .bind(id_hash)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Takes a session away, or the trace of one; whose it was and when it began (Unix milliseconds). `None`: somebody has
/// ended it.
pub async fn take(tx: &mut Tx, id_hash: &str) -> Result<Option<(Option<UserId>, i64)>> {
    let row: Option<(Option<String>, i64)> = on_db!(tx, c => sqlx::query_as(
        "DELETE FROM sessions WHERE id_hash = $1 RETURNING user_id, created_at_ms",
    )
    .bind(id_hash)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(user, began_at_ms)| (user.map(UserId::from_stored), began_at_ms)))
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
