//! Mails that wait to be sent, and for a while those that were.

use model::{MailId, UserId};

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It waits for its first or next try.
    Waiting,
    /// The mail server took it.
    Sent,
    /// It was given up.
    Failed,
}

impl MailState {
    /// The spelling in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// On whose account it is written; `None`: its reader has none, and wants one.
    pub user_id: Option<UserId>,
    /// What it is about.
    pub kind: String,
    /// Where it goes.
    pub address: String,
    /// The language that its reader reads.
    pub lang: String,
    /// What it says, sealed.
    pub sealed_letter: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it is tried next (Unix milliseconds).
    pub next_at_ms: i64,
    /// When it is worth nothing any more (Unix milliseconds).
    pub expires_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct MailRow {
    id: String,
    user_id: Option<String>,
    kind: String,
    address: String,
    lang: String,
    sealed_letter: String,
    attempts: i64,
    created_at_ms: i64,
    next_at_ms: i64,
    expires_at_ms: i64,
}

impl From<MailRow> for Mail {
    fn from(row: MailRow) -> Self {
        Self {
            id: MailId::from_stored(row.id),
            user_id: row.user_id.map(UserId::from_stored),
            kind: row.kind,
            address: row.address,
            lang: row.lang,
            sealed_letter: row.sealed_letter,
            attempts: row.attempts,
            created_at_ms: row.created_at_ms,
            next_at_ms: row.next_at_ms,
            expires_at_ms: row.expires_at_ms,
        }
    }
}

/// Adds a mail that waits.
pub async fn insert(tx: &mut Tx, mail: &Mail) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO mails (id, user_id, kind, address, lang, sealed_letter, state, attempts, next_at_ms,
             created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10)",
    )
    .bind(mail.id.as_str())
    .bind(mail.user_id.as_ref().map(UserId::as_str))
    .bind(&mail.kind)
    .bind(&mail.address)
    .bind(&mail.lang)
    .bind(&mail.sealed_letter)
    .bind(mail.attempts)
    .bind(mail.next_at_ms)
    .bind(mail.created_at_ms)
    .bind(mail.expires_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The mails whose time has come, the one that waits longest first.
pub async fn list_due(conn: &mut Conn, now_ms: i64, limit: i64) -> Result<Vec<Mail>> {
    let rows: Vec<MailRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, user_id, kind, address, lang, sealed_letter, attempts, created_at_ms, next_at_ms, expires_at_ms
         FROM mails WHERE next_at_ms <= $1 ORDER BY next_at_ms, id LIMIT $2",
    )
    .bind(now_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Takes a mail in hand until `until_ms` and counts the try; `false` if somebody else has it by now.
pub async fn claim(tx: &mut Tx, mail: &Mail, until_ms: i64) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE mails SET next_at_ms = $3, attempts = attempts + 1 WHERE id = $1 AND next_at_ms = $2",
    )
    .bind(mail.id.as_str())
    .bind(mail.next_at_ms)
    .bind(until_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Notes that a try failed, for when the next one is.
pub async fn update_failed(tx: &mut Tx, id: &MailId, failure: &str, next_at_ms: i64) -> Result<()> {
    on_db!(tx, c => sqlx::query("UPDATE mails SET failure = $2, next_at_ms = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(failure)
        .bind(next_at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes what became of a mail. What it said is gone then.
pub async fn update_decided(
    tx: &mut Tx,
    id: &MailId,
    state: MailState,
    failure: Option<&str>,
    at_ms: i64,
) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "UPDATE mails SET state = $2, failure = $3, decided_at_ms = $4, next_at_ms = NULL, sealed_letter = ''
         WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(state.as_str())
    .bind(failure)
    .bind(at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// How many mails wait, and why the last of those that failed did, with when it was written.
pub async fn summary(conn: &mut Conn) -> Result<(i64, Option<(i64, String)>)> {
    let (waiting,): (i64,) = on_db!(conn, c => sqlx::query_as(
        "SELECT COUNT(*) FROM mails WHERE next_at_ms IS NOT NULL",
    )
    .fetch_one(c)
    .await)?;
    let failed: Option<(i64, String)> = on_db!(conn, c => sqlx::query_as(
        "SELECT created_at_ms, failure FROM mails WHERE failure IS NOT NULL ORDER BY id DESC LIMIT 1",
    )
    .fetch_optional(c)
    .await)?;
    Ok((waiting, failed))
}

/// Removes the mails that were decided before an instant; how many there were.
pub async fn delete_decided(tx: &mut Tx, before_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query("DELETE FROM mails WHERE decided_at_ms < $1")
        .bind(before_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// When the `n`th newest mail of one kind on a user's account was written, if that was at `since_ms` or later.
pub async fn get_nth_since(
    conn: &mut Conn,
    (user, kind): (&UserId, &str),
    since_ms: i64,
    n: i64,
) -> Result<Option<i64>> {
    let found: Option<(i64,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT created_at_ms FROM mails WHERE user_id = $1 AND kind = $2 AND created_at_ms >= $3
         ORDER BY id DESC LIMIT 1 OFFSET $4",
    )
    .bind(user.as_str())
    .bind(kind)
    .bind(since_ms)
    .bind(n - 1)
    .fetch_optional(c)
    .await)?;
    Ok(found.map(|(at,)| at))
}

/// Gives the mails to an address that are on nobody's account to a user; how many there were.
pub async fn update_owner(tx: &mut Tx, address: &str, user: &UserId) -> Result<u64> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE mails SET user_id = $2 WHERE address = $1 AND user_id IS NULL",
    )
    .bind(address)
    .bind(user.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed)
}

/// Removes the mails to an address that are on nobody's account; how many there were.
pub async fn delete_of_nobody(tx: &mut Tx, address: &str) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query(
        "DELETE FROM mails WHERE address = $1 AND user_id IS NULL",
    )
    .bind(address)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted)
}

/// Removes the mails on nobody's account that are worth nothing any more by `now_ms`, sent or not; how many there were.
pub async fn delete_expired_of_nobody(tx: &mut Tx, now_ms: i64) -> Result<u64> {
    let deleted = on_db!(tx, c => sqlx::query(
        "DELETE FROM mails WHERE user_id IS NULL AND expires_at_ms <= $1",
    )
    .bind(now_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deleted)
}
