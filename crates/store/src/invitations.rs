//! Who may join a workspace, or make an account.

use model::{InvitationId, Role, UserId, WorkspaceId};

use crate::engine::on_db;
use crate::error::stored;
use crate::{Conn, Result, Tx};

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The workspace that one joins, or of whoever lets one make an account.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: InvitationId,
    /// The one address that may use it; empty: whoever has the link.
    pub email: String,
    /// What one may do in the workspace; `None`: one makes an account and joins nothing.
    pub role: Option<Role>,
    /// Whether the link went to that address and nowhere else.
    pub mailed: bool,
    /// The id of who invites.
    pub invited_by: String,
    /// When it was made (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it ends (Unix milliseconds).
    pub expires_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    workspace_id: String,
    id: String,
    email: String,
    role: Option<String>,
    mailed: bool,
    invited_by: String,
    created_at_ms: i64,
    expires_at_ms: i64,
}

impl InvitationRow {
    fn into_invitation(self) -> Result<Invitation> {
        Ok(Invitation {
            workspace_id: WorkspaceId::from_stored(self.workspace_id),
            id: InvitationId::from_stored(self.id),
            email: self.email,
            role: self.role.map(|role| stored("role", &role)).transpose()?,
            mailed: self.mailed,
            invited_by: self.invited_by,
            created_at_ms: self.created_at_ms,
            expires_at_ms: self.expires_at_ms,
        })
    }
}

/// Adds an invitation with the hash of the secret in its link.
pub async fn insert(tx: &mut Tx, invitation: &Invitation, hash: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO invitations (workspace_id, id, hash, email, role, mailed, invited_by, created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(invitation.workspace_id.as_str())
    .bind(invitation.id.as_str())
    .bind(hash)
    .bind(&invitation.email)
    .bind(invitation.role.map(Role::as_str))
    .bind(invitation.mailed)
    .bind(&invitation.invited_by)
    .bind(invitation.created_at_ms)
    .bind(invitation.expires_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The invitation whose link has a secret with this hash, until it ends.
pub async fn get_by_hash(conn: &mut Conn, hash: &str, now_ms: i64) -> Result<Option<Invitation>> {
    let row: Option<InvitationRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id, email, role, mailed, invited_by, created_at_ms, expires_at_ms
         FROM invitations WHERE hash = $1 AND expires_at_ms > $2",
    )
    .bind(hash)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?;
    row.map(InvitationRow::into_invitation).transpose()
}

/// The invitations of a workspace that have not ended, newest first; those that only make an account among them.
pub async fn list(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    now_ms: i64,
    limit: i64,
) -> Result<Vec<Invitation>> {
    let rows: Vec<InvitationRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, id, email, role, mailed, invited_by, created_at_ms, expires_at_ms
         FROM invitations WHERE workspace_id = $1 AND expires_at_ms > $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(workspace.as_str())
    .bind(now_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(InvitationRow::into_invitation).collect()
}

/// Takes an invitation back, or uses it up; `false` if it is gone by now.
pub async fn delete(tx: &mut Tx, workspace: &WorkspaceId, id: &InvitationId) -> Result<bool> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM invitations WHERE workspace_id = $1 AND id = $2")
        .bind(workspace.as_str())
        .bind(id.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}

/// Takes back every invitation that somebody made; how many there were.
pub async fn delete_by(tx: &mut Tx, user: &UserId) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM invitations WHERE invited_by = $1")
        .bind(user.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// Removes the invitations that have ended by `now_ms`; how many there were.
pub async fn delete_expired(tx: &mut Tx, now_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM invitations WHERE expires_at_ms <= $1")
        .bind(now_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
