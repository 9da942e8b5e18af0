//! Tenants and their members.

use model::{Plan, Role, User, UserId, Workspace, WorkspaceId};

use crate::engine::on_db;
use crate::error::stored;
use crate::{Conn, Result, Tx};

#[derive(sqlx::FromRow)]
pub(crate) struct WorkspaceRow {
    id: String,
    name: String,
    plan: String,
    operator_owned: bool,
    time_zone: String,
    created_at_ms: i64,
}

impl WorkspaceRow {
    pub(crate) fn into_workspace(self) -> Result<Workspace> {
        Ok(Workspace {
            id: WorkspaceId::from_stored(self.id),
            name: self.name,
            plan: stored("plan", &self.plan)?,
            operator_owned: self.operator_owned,
            time_zone: self.time_zone,
            created_at_ms: self.created_at_ms,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct MemberRow {
    #[sqlx(flatten)]
    workspace: WorkspaceRow,
    role: String,
    user_id: String,
    email: String,
    user_name: String,
    operator: bool,
    lang: String,
    verified_at_ms: Option<i64>,
    user_created_at_ms: i64,
}

/// A user in a workspace.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person.
    pub user: User,
    /// The tenant.
    pub workspace: Workspace,
    /// What the person may do there.
    pub role: Role,
}

impl MemberRow {
    pub(crate) fn into_member(self) -> Result<Member> {
        Ok(Member {
            user: User {
                id: UserId::from_stored(self.user_id),
                email: self.email,
                name: self.user_name,
                operator: self.operator,
                lang: self.lang,
                verified_at_ms: self.verified_at_ms,
                created_at_ms: self.user_created_at_ms,
            },
            role: stored("role", &self.role)?,
            workspace: self.workspace.into_workspace()?,
        })
    }
}

/// Adds a workspace.
pub async fn insert(tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO workspaces (id, name, plan, operator_owned, time_zone, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(workspace.id.as_str())
    .bind(&workspace.name)
    .bind(workspace.plan.as_str())
    .bind(workspace.operator_owned)
    .bind(&workspace.time_zone)
    .bind(workspace.created_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Makes a user a member.
pub async fn insert_member(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    user: &UserId,
    role: Role,
    at_ms: i64,
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO memberships (workspace_id, user_id, role, created_at_ms) VALUES ($1, $2, $3, $4)",
    )
    .bind(workspace.as_str())
    .bind(user.as_str())
    .bind(role.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The workspace with this id.
pub async fn get(conn: &mut Conn, id: &WorkspaceId) -> Result<Option<Workspace>> {
    let row: Option<WorkspaceRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, name, plan, operator_owned, time_zone, created_at_ms FROM workspaces WHERE id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    row.map(WorkspaceRow::into_workspace).transpose()
}

/// The user as a member of this workspace.
pub async fn get_member(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    user: &UserId,
) -> Result<Option<Member>> {
    let row: Option<MemberRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT w.id, w.name, w.plan, w.operator_owned, w.time_zone, w.created_at_ms, m.role,
                u.id AS user_id, u.email, u.name AS user_name, u.operator, u.lang, u.verified_at_ms,
                u.created_at_ms AS user_created_at_ms
         FROM memberships m JOIN workspaces w ON w.id = m.workspace_id JOIN users u ON u.id = m.user_id
         WHERE m.workspace_id = $1 AND m.user_id = $2",
    )
    .bind(workspace.as_str())
    .bind(user.as_str())
    .fetch_optional(c)
    .await)?;
    row.map(MemberRow::into_member).transpose()
}

/// The workspaces of a user, the first one joined first.
pub async fn list_of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<Workspace>> {
    let rows: Vec<WorkspaceRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT w.id, w.name, w.plan, w.operator_owned, w.time_zone, w.created_at_ms
         FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
         WHERE m.user_id = $1 ORDER BY m.created_at_ms, w.id",
    )
    .bind(user.as_str())
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(WorkspaceRow::into_workspace).collect()
}

/// Puts a workspace on another plan; `false` if there is no such workspace.
pub async fn update_plan(tx: &mut Tx, id: &WorkspaceId, plan: Plan) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query("UPDATE workspaces SET plan = $2 WHERE id = $1")
        .bind(id.as_str())
        .bind(plan.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Puts a workspace into another time zone; `false` if there is no such workspace.
pub async fn update_time_zone(tx: &mut Tx, id: &WorkspaceId, time_zone: &str) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query("UPDATE workspaces SET time_zone = $2 WHERE id = $1")
        .bind(id.as_str())
        .bind(time_zone)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Says whether a workspace belongs to somebody who runs the instance; `false` if there is no such workspace.
pub async fn update_operator_owned(tx: &mut Tx, id: &WorkspaceId, owned: bool) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query("UPDATE workspaces SET operator_owned = $2 WHERE id = $1")
        .bind(id.as_str())
        .bind(owned)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Why and since when nobody gets into a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Since when (Unix milliseconds).
    pub at_ms: i64,
    /// The operator's words.
    pub reason: String,
}

fn suspension(at_ms: Option<i64>, reason: Option<String>) -> Option<Suspension> {
    Some(Suspension { at_ms: at_ms?, reason: reason.unwrap_or_default() })
}

/// Suspends a workspace, or lets it in again with `None`; `false` if there is no such workspace.
pub async fn update_suspension(
    tx: &mut Tx,
    id: &WorkspaceId,
    suspension: Option<&Suspension>,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE workspaces SET suspended_at_ms = $2, suspended_reason = $3 WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(suspension.map(|s| s.at_ms))
    .bind(suspension.map(|s| s.reason.as_str()))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// When a workspace was asked to be erased, and when it will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deletion {
    /// When its owner asked (Unix milliseconds).
    pub asked_at_ms: i64,
    /// When it is due (Unix milliseconds).
    pub due_at_ms: i64,
}

/// What keeps a workspace from the world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The operator suspended it.
    pub suspension: Option<Suspension>,
    /// It is about to be erased.
    pub deletion: Option<Deletion>,
}

/// How a workspace stands. One that is not there stands well.
pub async fn get_standing(conn: &mut Conn, id: &WorkspaceId) -> Result<Standing> {
    type Row = (Option<i64>, Option<String>, Option<i64>, Option<i64>);
    let row: Option<Row> = on_db!(conn, c => sqlx::query_as(
        "SELECT suspended_at_ms, suspended_reason, deletion_asked_at_ms, deletion_due_at_ms FROM workspaces WHERE id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    let (at_ms, reason, asked, due) = row.unwrap_or_default();
    let deletion = asked.zip(due);
    Ok(Standing {
        suspension: suspension(at_ms, reason),
        deletion: deletion.map(|(asked_at_ms, due_at_ms)| Deletion { asked_at_ms, due_at_ms }),
    })
}

/// Plans the end of a workspace, or calls it off with `None`; `false` if there is no such workspace. Waits for those who
/// are writing its sums.
pub async fn update_deletion(
    tx: &mut Tx,
    id: &WorkspaceId,
    deletion: Option<Deletion>,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE workspaces SET deletion_asked_at_ms = $2, deletion_due_at_ms = $3 WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(deletion.map(|d| d.asked_at_ms))
    .bind(deletion.map(|d| d.due_at_ms))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Up to `limit` workspaces whose end is due, each with its first owner.
pub async fn list_to_erase(
    conn: &mut Conn,
    now_ms: i64,
    limit: i64,
) -> Result<Vec<(WorkspaceId, UserId)>> {
    let rows: Vec<(String, String)> = on_db!(conn, c => sqlx::query_as(
        "SELECT w.id, COALESCE((SELECT MIN(m.user_id) FROM memberships m
                 WHERE m.workspace_id = w.id AND m.role = 'owner'), '')
         FROM workspaces w WHERE w.deletion_due_at_ms <= $1 ORDER BY w.deletion_due_at_ms LIMIT $2",
    )
    .bind(now_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(ws, user)| (WorkspaceId::from_stored(ws), UserId::from_stored(user)))
        .collect())
}

/// A workspace as the operator of the instance sees it: how much there is, nothing of what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The tenant.
    pub workspace: Workspace,
    /// Its first owner's e-mail address.
    pub email: Option<String>,
    /// What its first owner is called; may be empty.
    pub owner_name: Option<String>,
    /// Whether it is suspended.
    pub suspension: Option<Suspension>,
    /// Agents that are not deleted.
    pub agents: i64,
    /// API keys that are not revoked.
    pub keys: i64,
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    #[sqlx(flatten)]
    workspace: WorkspaceRow,
    email: Option<String>,
    owner_name: Option<String>,
    suspended_at_ms: Option<i64>,
    suspended_reason: Option<String>,
    agents: i64,
    api_keys: i64,
}

impl AccountRow {
    fn into_account(self) -> Result<Account> {
        Ok(Account {
            workspace: self.workspace.into_workspace()?,
            email: self.email,
            owner_name: self.owner_name,
            suspension: suspension(self.suspended_at_ms, self.suspended_reason),
            agents: self.agents,
            keys: self.api_keys,
        })
    }
}

/// Columns and joins of an account; the counts walk one index each, for the accounts of one page only.
macro_rules! account_sql {
    ($tail:literal) => {
        concat!(
            "SELECT w.id, w.name, w.plan, w.operator_owned, w.time_zone, w.created_at_ms, w.suspended_at_ms, w.suspended_reason,
                    u.email, u.name AS owner_name,
                    (SELECT COUNT(*) FROM agents a WHERE a.workspace_id = w.id AND a.deleted_at_ms IS NULL) AS agents,
                    (SELECT COUNT(*) FROM api_keys k WHERE k.workspace_id = w.id AND k.revoked_at_ms IS NULL) AS api_keys
             FROM workspaces w
             LEFT JOIN users u ON u.id =
                 (SELECT MIN(m.user_id) FROM memberships m WHERE m.workspace_id = w.id AND m.role = 'owner') ",
            $tail
        )
    };
}

/// The account of a workspace.
pub async fn get_account(conn: &mut Conn, id: &WorkspaceId) -> Result<Option<Account>> {
    let row: Option<AccountRow> = on_db!(conn, c => sqlx::query_as(account_sql!("WHERE w.id = $1"))
        .bind(id.as_str())
        .fetch_optional(c)
        .await)?;
    row.map(AccountRow::into_account).transpose()
}

/// The newest `limit` accounts of the instance before this one, newest first. `search` is lower-cased and found anywhere
/// in the workspace's name or in the name or e-mail address of one of its members.
pub async fn list_accounts(
    conn: &mut Conn,
    search: Option<&str>,
    before: Option<&WorkspaceId>,
    limit: i64,
) -> Result<Vec<Account>> {
    let pattern = search.map(|text| format!("%{}%", escape_like(text)));
    let rows: Vec<AccountRow> = on_db!(conn, c => sqlx::query_as(account_sql!(
        "WHERE (CAST($1 AS TEXT) IS NULL OR w.id < $1)
           AND (CAST($2 AS TEXT) IS NULL OR LOWER(w.name) LIKE $2 ESCAPE '!' OR EXISTS (
                SELECT 1 FROM memberships s JOIN users p ON p.id = s.user_id
                WHERE s.workspace_id = w.id AND (p.email LIKE $2 ESCAPE '!' OR LOWER(p.name) LIKE $2 ESCAPE '!')))
         ORDER BY w.id DESC LIMIT $3"
    ))
    .bind(before.map(WorkspaceId::as_str))
    .bind(pattern.as_deref())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(AccountRow::into_account).collect()
}

/// The text as a part of a LIKE pattern that means nothing but itself.
fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(c);
    }
    escaped
}
