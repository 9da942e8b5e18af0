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
                created_at_ms: row.created_at_ms,
            },
            password_hash: row.password_hash,
        }
    }
}

/// Adds a user. The e-mail address is unique.
pub async fn insert(tx: &mut Tx, user: &User, password_hash: &str) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO users (id, email, name, password_hash, operator, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(user.id.as_str())
    .bind(&user.email)
    .bind(&user.name)
    .bind(password_hash)
    .bind(user.operator)
    .bind(user.created_at_ms)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The user with this id.
pub async fn get(conn: &mut Conn, id: &UserId) -> Result<Option<User>> {
    let row: Option<UserRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, email, name, operator, created_at_ms, password_hash FROM users WHERE id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|r| UserWithPassword::from(r).user))
}

/// The user with this lower-cased e-mail address.
pub async fn get_by_email(conn: &mut Conn, email: &str) -> Result<Option<UserWithPassword>> {
    let row: Option<UserRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, email, name, operator, created_at_ms, password_hash FROM users WHERE email = $1",
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
