//! The audit trail: one entry for each mutation (payments carry their own hash).

use model::{AuditId, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::{Conn, Result, Tx};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Sorts by time.
    pub id: AuditId,
    /// Whose trail it is.
    pub workspace_id: WorkspaceId,
    /// The id of the user or key, or `console`.
    pub actor: String,
    /// How the actor was authenticated.
    pub via: String,
    /// What was done, such as `agent.created`.
    pub action: String,
    /// The id of what it was done to.
    pub subject: String,
    /// Canonical JSON: `before` and `after`.
    pub detail: String,
    /// When (Unix milliseconds).
    pub at_ms: i64,
    /// Random, in hex; destroyed with the detail.
    pub salt: String,
    /// The entry's leaf hash, in hex.
    pub leaf_hash: String,
    /// The salted hash in the leaf, once what it commits to was erased.
    pub commitment: Option<String>,
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    id: String,
    workspace_id: String,
    actor: String,
    via: String,
    action: String,
    subject: String,
    detail: String,
    at_ms: i64,
    salt: String,
    leaf_hash: String,
    commitment: Option<String>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            id: AuditId::from_stored(row.id),
            workspace_id: WorkspaceId::from_stored(row.workspace_id),
            actor: row.actor,
            via: row.via,
            action: row.action,
            subject: row.subject,
            detail: row.detail,
            at_ms: row.at_ms,
            salt: row.salt,
            leaf_hash: row.leaf_hash,
            commitment: row.commitment,
        }
    }
}

/// Which entries of a workspace; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who did it.
    pub actor: Option<String>,
    /// What was done, such as `agent.created`.
    pub action: Option<String>,
    /// What kind of thing it was done to, such as `agent`.
    pub noun: Option<String>,
    /// The id of what it was done to.
    pub subject: Option<String>,
    /// How the actor was authenticated.
    pub via: Option<String>,
    /// The smallest id; ids sort by time.
    pub from: Option<AuditId>,
    /// The first id that is too large.
    pub before: Option<AuditId>,
}

/// What an action is about: the part before the dot.
fn noun(action: &str) -> &str {
    action.split('.').next().unwrap_or(action)
}

/// Appends an entry.
pub async fn insert(tx: &mut Tx, entry: &AuditEntry) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO audit (workspace_id, id, actor, via, action, noun, subject, detail, at_ms, salt, leaf_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(entry.workspace_id.as_str())
    .bind(entry.id.as_str())
    .bind(&entry.actor)
    .bind(&entry.via)
    .bind(&entry.action)
    .bind(noun(&entry.action))
    .bind(&entry.subject)
    .bind(&entry.detail)
    .bind(entry.at_ms)
    .bind(&entry.salt)
    .bind(&entry.leaf_hash)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The next `limit` entries of a workspace after this one, oldest first, that still say whom they are about.
pub async fn list_personal(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    after: &str,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    let rows: Vec<AuditRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, workspace_id, actor, via, action, subject, detail, at_ms, salt, leaf_hash, commitment
         FROM audit WHERE workspace_id = $1 AND id > $2 AND (commitment IS NULL OR detail <> '{}') ORDER BY id LIMIT $3",
    )
    .bind(workspace.as_str())
    .bind(after)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Up to `limit` entries of other workspaces in which somebody of this id acted.
pub async fn list_by_actor_elsewhere(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    actor: &str,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    let rows: Vec<AuditRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, workspace_id, actor, via, action, subject, detail, at_ms, salt, leaf_hash, commitment
         FROM audit WHERE actor = $1 AND workspace_id <> $2 ORDER BY id LIMIT $3",
    )
    .bind(actor)
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// An entry without the person: what stays of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Whose trail it is in.
    pub workspace_id: WorkspaceId,
    /// Which entry.
    pub id: AuditId,
    /// A pseudonym.
    pub actor: String,
    /// A pseudonym, or what it was.
    pub subject: String,
    /// What may stay of the detail.
    pub detail: String,
    /// The salted hash in the leaf.
    pub commitment: String,
}

#[derive(Serialize_tuple)]
struct ErasedRow<'a> {
    ws: &'a str,
    id: &'a str,
    actor: &'a str,
    subject: &'a str,
    detail: &'a str,
    commitment: &'a str,
}

const ERASE: RowsSql = rows_sql!(
    "UPDATE audit SET actor = r.actor, subject = r.subject, detail = r.detail, salt = '', commitment = r.commitment
     FROM",
    (ws TEXT, id TEXT, actor TEXT, subject TEXT, detail TEXT, commitment TEXT),
    "WHERE audit.workspace_id = r.ws AND audit.id = r.id"
);

/// Takes the person out of entries, and the salt with it: the leaf stays valid and tells nothing.
pub async fn update_erased(tx: &mut Tx, entries: &[Erased]) -> Result<()> {
    let rows: Vec<_> = entries
        .iter()
        .map(|e| ErasedRow {
            ws: e.workspace_id.as_str(),
            id: e.id.as_str(),
            actor: &e.actor,
            subject: &e.subject,
            detail: &e.detail,
            commitment: &e.commitment,
        })
        .collect();
    tx.write(ERASE, &rows).await
}

/// Removes up to `limit` entries from before an instant; how many there were.
pub async fn delete_before(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query(
        "DELETE FROM audit WHERE (workspace_id, id) IN (
             SELECT workspace_id, id FROM audit WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)",
    )
    .bind(before_ms)
    .bind(limit)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// The entry with this id.
pub async fn get(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: &AuditId,
) -> Result<Option<AuditEntry>> {
    let row: Option<AuditRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, workspace_id, actor, via, action, subject, detail, at_ms, salt, leaf_hash, commitment
         FROM audit WHERE workspace_id = $1 AND id = $2",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// The newest `limit` entries of a workspace, newest first.
pub async fn list(conn: &mut Conn, workspace: &WorkspaceId, limit: i64) -> Result<Vec<AuditEntry>> {
    list_filtered(conn, workspace, &AuditFilter::default(), limit).await
}

/// The list's text; `$lead` is the equality whose index is walked, and `""` walks all entries by time.
macro_rules! list_sql {
    ($lead:literal) => {
        concat!(
            "SELECT id, workspace_id, actor, via, action, subject, detail, at_ms, salt, leaf_hash, commitment
             FROM audit WHERE workspace_id = $1 AND id >= $2 AND id < $3 ",
            $lead,
            " AND (CAST($4 AS TEXT) IS NULL OR subject = $4)
              AND (CAST($5 AS TEXT) IS NULL OR actor = $5)
              AND (CAST($6 AS TEXT) IS NULL OR action = $6)
              AND (CAST($7 AS TEXT) IS NULL OR noun = $7)
              AND (CAST($8 AS TEXT) IS NULL OR via = $8)
             ORDER BY id DESC LIMIT $9"
        )
    };
}

/// The statement whose index leaves the fewest entries to look at.
fn list_sql(filter: &AuditFilter) -> &'static str {
    match filter {
        AuditFilter { subject: Some(_), .. } => list_sql!("AND subject = $4"),
        AuditFilter { actor: Some(_), .. } => list_sql!("AND actor = $5"),
        AuditFilter { action: Some(_), .. } => list_sql!("AND action = $6"),
        AuditFilter { noun: Some(_), .. } => list_sql!("AND noun = $7"),
        AuditFilter { via: Some(_), .. } => list_sql!("AND via = $8"),
        _ => list_sql!(""),
    }
}

/// The newest `limit` entries of a workspace that the filter lets through, newest first.
pub async fn list_filtered(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    filter: &AuditFilter,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    // `b` sorts after everything that begins with `aud_`.
    let before = filter.before.as_ref().map_or("b", AuditId::as_str);
    let sql = list_sql(filter);
    let rows: Vec<AuditRow> = on_db!(conn, c => sqlx::query_as(sql)
        .bind(workspace.as_str())
        .bind(filter.from.as_ref().map_or("", AuditId::as_str))
        .bind(before)
        .bind(filter.subject.as_deref())
        .bind(filter.actor.as_deref())
        .bind(filter.action.as_deref())
        .bind(filter.noun.as_deref())
        .bind(filter.via.as_deref())
        .bind(limit)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Which actions stand in the trail, in alphabetical order, `limit` at most. Jumps from one to the next in the index,
/// however many entries each has.
pub async fn list_actions(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    limit: i64,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = on_db!(conn, c => sqlx::query_as(
        "WITH RECURSIVE step (value) AS (
             SELECT MIN(action) FROM audit WHERE workspace_id = $1
             UNION ALL
             SELECT (SELECT MIN(action) FROM audit WHERE workspace_id = $1 AND action > step.value)
             FROM step WHERE step.value IS NOT NULL
         )
         SELECT value FROM step WHERE value IS NOT NULL LIMIT $2",
    )
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(value,)| value).collect())
}

/// Who stands in the trail, by id, `limit` at most; jumps like [`list_actions`].
pub async fn list_actors(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    limit: i64,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = on_db!(conn, c => sqlx::query_as(
        "WITH RECURSIVE step (value) AS (
             SELECT MIN(actor) FROM audit WHERE workspace_id = $1
             UNION ALL
             SELECT (SELECT MIN(actor) FROM audit WHERE workspace_id = $1 AND actor > step.value)
             FROM step WHERE step.value IS NOT NULL
         )
         SELECT value FROM step WHERE value IS NOT NULL LIMIT $2",
    )
    .bind(workspace.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(value,)| value).collect())
}

/// An actor with what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorName {
    /// The id in the trail.
    pub id: String,
    /// The name of the person or key; a person without one has the e-mail address here. `None` for the operator of
    /// the instance, who is no member.
    pub name: Option<String>,
    /// Whether it is a key.
    pub key: bool,
}

#[derive(sqlx::FromRow)]
struct ActorRow {
    id: String,
    name: String,
    email: Option<String>,
    operator: Option<bool>,
    role: Option<String>,
}

const LIST_ACTOR_NAMES: RowsSql = rows_sql!(
    "SELECT r.id, COALESCE(k.name, u.name) AS name, u.email, u.operator, m.role FROM",
    (ws TEXT, id TEXT),
    "LEFT JOIN api_keys k ON k.workspace_id = r.ws AND k.id = r.id
     LEFT JOIN users u ON u.id = r.id
     LEFT JOIN memberships m ON m.workspace_id = r.ws AND m.user_id = r.id
     WHERE k.id IS NOT NULL OR m.user_id IS NOT NULL OR u.operator = TRUE"
);

/// What these actors of a workspace's trail are called, in one query. Who is gone is left out.
pub async fn list_actor_names(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    ids: &[&str],
) -> Result<Vec<ActorName>> {
    let refs: Vec<_> = ids.iter().map(|id| (workspace, id)).collect();
    let rows: Vec<ActorRow> = on_rows!(conn, LIST_ACTOR_NAMES, &refs, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(ActorRow::into_name).collect())
}

impl ActorRow {
    fn into_name(self) -> ActorName {
        let Some(email) = self.email else {
            return ActorName { id: self.id, name: Some(self.name), key: true };
        };
        // Who runs the instance is not introduced by name to those who only rent a place on it.
        let stranger = self.operator == Some(true) && self.role.is_none();
        let name = if self.name.is_empty() { email } else { self.name };
        ActorName { id: self.id, name: (!stranger).then_some(name), key: false }
    }
}
