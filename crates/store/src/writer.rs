//! The one connection that writes to an SQLite file.
//!
//! A pool of one would do, but asks each connection that it gives out or takes back whether it still lives, and takes it
//! back on whichever thread has time: under load, the next transaction waited longer for that than for the disk.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use crate::Result;

/// How long a transaction waits for those before it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Hands the connection on in the order in which it was asked for. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Writer(Arc<Mutex<Option<Held>>>);

#[derive(Debug)]
pub(crate) struct Held {
    conn: SqliteConnection,
    /// Whether a transaction was begun that was not committed.
    open: bool,
}

/// A transaction. Dropped without [`WriterTx::commit`], it is rolled back.
#[derive(Debug)]
pub(crate) struct WriterTx {
    held: OwnedMappedMutexGuard<Option<Held>, Held>,
    writer: Writer,
}

impl Writer {
    pub(crate) fn new(conn: SqliteConnection) -> Self {
        Self(Arc::new(Mutex::new(Some(Held { conn, open: false }))))
    }

    /// Waits for the transactions before it.
    pub(crate) async fn begin(&self) -> Result<WriterTx> {
        let held = tokio::time::timeout(PATIENCE, Arc::clone(&self.0).lock_owned());
        let held = held.await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let held = OwnedMutexGuard::try_map(held, Option::as_mut);
        let held = held.map_err(|_| sqlx::Error::PoolClosed)?;
        let mut tx = WriterTx { held, writer: self.clone() };
        tx.held.roll_back().await;
        // Before it is: whoever is dropped while SQLite begins leaves a transaction behind.
        tx.held.open = true;
        sqlx::query("BEGIN IMMEDIATE").execute(tx.conn()).await?;
        Ok(tx)
    }

    /// After the transaction that runs; the next one is refused.
    pub(crate) async fn close(&self) {
        if let Some(mut held) = self.0.lock().await.take() {
            held.roll_back().await;
            // What was committed is in the log.
            let _ = held.conn.close().await;
        }
    }
}

impl Held {
    async fn roll_back(&mut self) {
        if self.open {
            // Refused where an error has rolled it back already.
            let _ = sqlx::query("ROLLBACK").execute(&mut self.conn).await;
            self.open = false;
        }
    }
}

impl WriterTx {
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.held.conn
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        sqlx::query("COMMIT").execute(self.conn()).await?;
        self.held.open = false;
        Ok(())
    }
}

impl Drop for WriterTx {
    fn drop(&mut self) {
        if !self.held.open {
            return;
        }
        let writer = self.writer.clone();
        // At once, not with the next transaction: other processes may want to write, too.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if let Some(held) = writer.0.lock().await.as_mut() {
                    held.roll_back().await;
                }
            });
        }
    }
}
