//! The plain way to write many payments: one prepared statement, a thousand rows, one commit. What a payment needs at
//! least: its key, a reference that is unique, an index for the list.

use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior, params};

const ROWS: u64 = 1_000;
/// As long as our own ids.
const WORKSPACE: &str = "wsp_01m88ahe19z3ddv6tskpptqee7";
const AGENT: &str = "agt_01m88ahe19z3ddv6tskpptqee7";

/// Rows a second over so many seconds, in a new file and as durable as the ledger.
pub fn rows_per_second(file: &str, seconds: u64) -> rusqlite::Result<u64> {
    let mut connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute(
        "CREATE TABLE payments (workspace_id TEXT NOT NULL, id TEXT NOT NULL, agent_id TEXT NOT NULL,
             direction TEXT NOT NULL, status TEXT NOT NULL, amount_micros BIGINT NOT NULL, currency TEXT NOT NULL,
             reference TEXT NOT NULL, happened_at_ms BIGINT NOT NULL, PRIMARY KEY (workspace_id, id),
             UNIQUE (workspace_id, agent_id, reference))",
        [],
    )?;
    connection.execute(
        "CREATE INDEX payments_by_time ON payments (workspace_id, happened_at_ms, id)",
        [],
    )?;
    let (start, mut rows) = (Instant::now(), 0_i64);
    while start.elapsed() < Duration::from_secs(seconds) {
        let batch = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert = batch.prepare_cached(
                "INSERT INTO payments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            for _ in 0..ROWS {
                rows += 1;
                let id = format!("pay_{rows:026}");
                insert.execute(params![
                    WORKSPACE, id, AGENT, "sent", "paid", rows, "EUR", id, rows
                ])?;
            }
        }
        batch.commit()?;
    }
    let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(rows.unsigned_abs() * 1_000 / millis.max(1))
}
