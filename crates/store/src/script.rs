//! Statements that go to the database together.

use futures::TryStreamExt;
use serde::Serialize;
use sqlx::{Either, Executor};

use crate::engine::{Engine, RowsSql, to_json};
use crate::{Conn, Error, Result};

/// Statements over rows that answer nothing. On SQLite each one sent alone costs two changes of thread.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<Statement>);

#[derive(Debug)]
struct Statement {
    sql: RowsSql,
    /// `$1`.
    rows: String,
    /// `$2`, where the statement has one.
    more: Option<i64>,
    /// How many rows it must change.
    changes: Option<u64>,
}

impl Statement {
    /// Its text for SQLite, behind so many other parameters.
    fn numbered(&self, before: usize) -> String {
        let mut parts = self.sql.sqlite.split('$');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let own = if part.starts_with('2') { 2 } else { 1 };
            text += &format!("${}{}", before + own, &part[1..]);
        }
        text
    }

    fn check(&self, changed: u64) -> Result<()> {
        if self.changes.is_some_and(|expected| expected != changed) {
            return Err(Error::Overtaken);
        }
        Ok(())
    }
}

impl Script {
    /// Adds a statement whose only parameter is its rows.
    pub(crate) fn add<T: Serialize>(&mut self, sql: RowsSql, rows: &[T]) -> Result<()> {
        self.push(sql, rows, None, None)
    }

    /// Adds a statement that must change as many rows as it is given, with a number as its second parameter.
    pub(crate) fn add_exactly<T: Serialize>(
        &mut self,
        sql: RowsSql,
        rows: &[T],
        more: i64,
    ) -> Result<()> {
        self.push(sql, rows, Some(more), u64::try_from(rows.len()).ok())
    }

    fn push<T: Serialize>(
        &mut self,
        sql: RowsSql,
        rows: &[T],
        more: Option<i64>,
        changes: Option<u64>,
    ) -> Result<()> {
        if !rows.is_empty() {
            self.0.push(Statement { sql, rows: to_json(rows)?, more, changes });
        }
        Ok(())
    }

    /// Runs the statements in their order. [`Error::Overtaken`]: one did not change what it should.
    pub(crate) async fn run(self, conn: &mut Conn) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        match conn.engine() {
            Engine::Sqlite(c) => {
                let mut text = String::new();
                let mut parameters = 0;
                for statement in &self.0 {
                    text += &statement.numbered(parameters);
                    text += ";\n";
                    parameters += 1 + usize::from(statement.more.is_some());
                }
                let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
                for statement in &self.0 {
                    query = query.bind(statement.rows.as_str());
                    if let Some(more) = statement.more {
                        query = query.bind(more);
                    }
                }
                let mut answers = c.fetch_many(query);
                let mut statements = self.0.iter();
                while let Some(answer) = answers.try_next().await? {
                    if let (Either::Left(done), Some(statement)) = (answer, statements.next()) {
                        statement.check(done.rows_affected())?;
                    }
                }
            }
            // Its protocol takes one statement at a time, where there are parameters.
            Engine::Postgres(c) => {
                for statement in &self.0 {
                    let mut query = sqlx::query(statement.sql.postgres).bind(&statement.rows);
                    if let Some(more) = statement.more {
                        query = query.bind(more);
                    }
                    statement.check(query.execute(&mut *c).await?.rows_affected())?;
                }
            }
        }
        Ok(())
    }
}
