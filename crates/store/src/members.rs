//! Who belongs to a workspace, beside looking one person up.

use model::{Role, User, UserId, Workspace, WorkspaceId};

use crate::engine::on_db;
use crate::workspaces::{Member, MemberRow, WorkspaceRow};
use crate::{Conn, Result, Tx};

/// Somebody of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The person.
    pub user: User,
    /// What the person may do there.
    pub role: Role,
    /// Since when (Unix milliseconds).
    pub joined_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct JoinedRow {
    #[sqlx(flatten)]
    member: MemberRow,
    joined_at_ms: i64,
}

/// Everybody of a workspace, in the order of joining.
pub async fn list(conn: &mut Conn, workspace: &WorkspaceId, limit: i64) -> Result<Vec<Joined>> {
    let rows: Vec<JoinedRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT w.id, w.name, w.plan, w.operator_owned, w.time_zone, w.created_at_ms, m.role,
                u.id AS user_id, u.email, u.name AS user_name, u.operator, u.lang, u.verified_at_ms,
                u.created_at_ms AS user_created_at_ms, m.created_at_ms AS joined_at_ms
         FROM memberships m JOIN workspaces w ON w.id = m.workspace_id JOIN users u ON u.id = m.user_id
         WHERE m.workspace_id = $1 ORDER BY m.created_at_ms, u.id LIMIT $2",
    )
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    let joined = |row: JoinedRow| {
        let Member { user, role, .. } = row.member.into_member()?;
        Ok(Joined { user, role, joined_at_ms: row.joined_at_ms })
    };
    rows.into_iter().map(joined).collect()
}

/// How many belong to a workspace.
pub async fn count(conn: &mut Conn, workspace: &WorkspaceId) -> Result<i64> {
    let (count,): (i64,) = on_db!(conn, c => sqlx::query_as(
        "SELECT COUNT(*) FROM memberships WHERE workspace_id = $1",
    )
    .bind(workspace.as_str())
    .fetch_one(c)
    .await)?;
    Ok(count)
}

/// The owner of a workspace.
pub async fn get_owner(conn: &mut Conn, workspace: &WorkspaceId) -> Result<Option<Member>> {
    let row: Option<MemberRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT w.id, w.name, w.plan, w.operator_owned, w.time_zone, w.created_at_ms, m.role,
                u.id AS user_id, u.email, u.name AS user_name, u.operator, u.lang, u.verified_at_ms,
                u.created_at_ms AS user_created_at_ms
         FROM memberships m JOIN workspaces w ON w.id = m.workspace_id JOIN users u ON u.id = m.user_id
         WHERE m.workspace_id = $1 AND m.role = 'owner' ORDER BY m.created_at_ms LIMIT 1",
    )
    .bind(workspace.as_str())
    .fetch_optional(c)
    .await)?;
    row.map(MemberRow::into_member).transpose()
}

/// The workspaces that a user owns, the one joined first first.
pub async fn list_owned(conn: &mut Conn, user: &UserId) -> Result<Vec<Workspace>> {
    let rows: Vec<WorkspaceRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT w.id, w.name, w.plan, w.operator_owned, w.time_zone, w.created_at_ms
         FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
         WHERE m.user_id = $1 AND m.role = 'owner' ORDER BY m.created_at_ms, w.id",
    )
    .bind(user.as_str())
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(WorkspaceRow::into_workspace).collect()
}

/// Gives somebody another role, unless it is another one than `before` by now.
pub async fn update_role(
    tx: &mut Tx,
    (workspace, user): (&WorkspaceId, &UserId),
    before: Role,
    after: Role,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE memberships SET role = $4 WHERE workspace_id = $1 AND user_id = $2 AND role = $3",
    )
    .bind(workspace.as_str())
    .bind(user.as_str())
    .bind(before.as_str())
    .bind(after.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Takes somebody out of a workspace whose owner it is not; `false` if it is, or is not in there (any more).
pub async fn delete(tx: &mut Tx, workspace: &WorkspaceId, user: &UserId) -> Result<bool> {
    let deleted = on_db!(tx, c => sqlx::query(
        "DELETE FROM memberships WHERE workspace_id = $1 AND user_id = $2 AND role <> 'owner'",
    )
    .bind(workspace.as_str())
    .bind(user.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}

/// Takes somebody out of every workspace that others own; how many there were.
pub async fn delete_elsewhere(tx: &mut Tx, user: &UserId) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query(
        "DELETE FROM memberships WHERE user_id = $1 AND role <> 'owner'",
    )
    .bind(user.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
