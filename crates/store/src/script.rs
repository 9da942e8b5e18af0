//! Statements that go to the database together.

use serde::Serialize;

use crate::engine::{Engine, RowsSql, to_json};
use crate::{Conn, Result};

/// Statements over rows that answer nothing. On SQLite each one sent alone costs two changes of thread.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<(RowsSql, String)>);

impl Script {
    /// Adds a statement whose only parameter is its rows.
    pub(crate) fn add<T: Serialize>(&mut self, sql: RowsSql, rows: &[T]) -> Result<()> {
        if !rows.is_empty() {
            self.0.push((sql, to_json(rows)?));
        }
        Ok(())
    }

    /// Runs the statements in their order.
    pub(crate) async fn run(self, conn: &mut Conn) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        match conn.engine() {
            Engine::Sqlite(c) => {
                let mut text = String::new();
                for (at, (sql, _)) in self.0.iter().enumerate() {
                    text += &sql.sqlite.replace("$1", &format!("${}", at + 1));
                    text += ";\n";
                }
                let query = self
                    .0
                    .into_iter()
                    .fold(sqlx::query(sqlx::AssertSqlSafe(text)), |query, (_, json)| {
                        query.bind(json)
                    });
                query.execute(c).await?;
            }
            // Its protocol takes one statement at a time, where there are parameters.
            Engine::Postgres(c) => {
                for (sql, json) in self.0 {
                    sqlx::query(sql.postgres).bind(json).execute(&mut *c).await?;
                }
            }
        }
        Ok(())
    }
}
