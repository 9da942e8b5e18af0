//! People who log in.

use model::{User, UserId};

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

#[derive(sqlx::FromRow)]
struct UserRow {
    id: String,
    email: String,
    name: String,
    operator: bool,
    lang: String,
    verified_at_ms: Option<i64>,
    created_at_ms: i64,
    password_hash: String,
}

/// A user together with the stored password hash, for logging in.
#[derive(Debug, Clone)]
pub struct UserWithPassword {
    /// The person.
    pub user: User,
    /// PHC string of argon2id.
    pub password_hash: String,
}

impl From<UserRow> for UserWithPassword {
    fn from(row: UserRow) -> Self {
        Self {
            user: User {
                id: UserId::from_stored(row.id),
                email: row.email,
                name: row.name,
                operator: row.operator,
                lang: row.lang,
                verified_at_ms: row.verified_at_ms,
                created_at_ms: row.created_at_ms,
            },
            password_hash: row.password_hash,
        }
    }
}

/// Adds a user. The e-mail address is unique.
pub async fn insert(tx: &mut Tx, user: &User, password_hash: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO users (id, email, name, password_hash, operator, created_at_ms, lang, verified_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(user.id.as_str())
    .bind(&user.email)
    .bind(&user.name)
    .bind(password_hash)
    .bind(user.operator)
    .bind(user.created_at_ms)
    .bind(&user.lang)
    .bind(user.verified_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The user with this id.
pub async fn get(conn: &mut Conn, id: &UserId) -> Result<Option<User>> {
    Ok(get_with_password(conn, id).await?.map(|found| found.user))
}

/// Makes others who lock this user, or give another password, wait until the transaction ends; `false` if there is no
/// such user.
pub async fn lock(tx: &mut Tx, id: &UserId) -> Result<bool> {
    let locked = on_db!(tx, c => sqlx::query("UPDATE users SET lang = lang WHERE id = $1")
        .bind(id.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(locked == 1)
}

/// [`lock`] of every user; how many there are.
pub async fn lock_all(tx: &mut Tx) -> Result<u64> {
    let locked = on_db!(tx, c => sqlx::query("UPDATE users SET lang = lang")
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(locked)
}

/// Calls a user by another name; `false` if there is no such user.
pub async fn update_name(tx: &mut Tx, id: &UserId, name: &str) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query("UPDATE users SET name = $2 WHERE id = $1")
        .bind(id.as_str())
        .bind(name)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Gives a user another password, unless it is another one than `before` by now: of two changes at once one wins.
pub async fn update_password(tx: &mut Tx, id: &UserId, before: &str, hash: &str) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
    )
    .bind(id.as_str())
    .bind(before)
    .bind(hash)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Gives a user another password whatever it was before; `false` if there is no such user.
pub async fn reset_password(tx: &mut Tx, id: &UserId, hash: &str) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1")
        .bind(id.as_str())
        .bind(hash)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Notes that a user's e-mail address was proved, unless it was before or is another one than `email`.
pub async fn update_verified(tx: &mut Tx, id: &UserId, email: &str, at_ms: i64) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE users SET verified_at_ms = $3 WHERE id = $1 AND email = $2 AND verified_at_ms IS NULL",
    )
    .bind(id.as_str())
    .bind(email)
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Keeps the language that a user reads; `false` if it was that one.
pub async fn update_lang(tx: &mut Tx, id: &UserId, lang: &str) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query("UPDATE users SET lang = $2 WHERE id = $1 AND lang <> $2")
        .bind(id.as_str())
        .bind(lang)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Those who run the instance, the first one first.
pub async fn list_operators(conn: &mut Conn, limit: i64) -> Result<Vec<User>> {
    let rows: Vec<UserRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, email, name, operator, lang, verified_at_ms, created_at_ms, password_hash
         FROM users WHERE operator ORDER BY created_at_ms, id LIMIT $1",
    )
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|row| UserWithPassword::from(row).user).collect())
}

/// The user with this id, with the stored password hash.
pub async fn get_with_password(conn: &mut Conn, id: &UserId) -> Result<Option<UserWithPassword>> {
    let row: Option<UserRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, email, name, operator, lang, verified_at_ms, created_at_ms, password_hash FROM users WHERE id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// The user with this lower-cased e-mail address.
pub async fn get_by_email(conn: &mut Conn, email: &str) -> Result<Option<UserWithPassword>> {
    let row: Option<UserRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, email, name, operator, lang, verified_at_ms, created_at_ms, password_hash FROM users WHERE email = $1",
    )
    .bind(email)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// Whether nobody has registered yet.
pub async fn none_exist(conn: &mut Conn) -> Result<bool> {
    let found: Option<(i64,)> = on_db!(conn, c => sqlx::query_as("SELECT CAST(1 AS BIGINT) FROM users LIMIT 1").fetch_optional(c).await)?;
    Ok(found.is_none())
}

/// How many others are on the instance, and how many of them run it.
pub async fn count_others(conn: &mut Conn, id: &UserId) -> Result<(i64, i64)> {
    let counts: (i64, i64) = on_db!(conn, c => sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE WHEN operator THEN 1 END) FROM users WHERE id <> $1",
    )
    .bind(id.as_str())
    .fetch_one(c)
    .await)?;
    Ok(counts)
}
