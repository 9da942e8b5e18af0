//! SQLite's write-ahead log: one sync of the disk for many commits, and its way into the file beside the writer.
//!
//! With `synchronous=FULL` every commit waits for the disk before the next transaction may begin. Here the file is
//! synced by a thread of its own: the writer goes on meanwhile, and what was committed until then shares the next sync.
//! The promise is the same: [`Tx::commit`](crate::Tx::commit) returns when a power loss cannot undo it.
//! SQLite's own part is what `synchronous=NORMAL` documents: the log is never torn, whenever the power fails.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::SqlitePool;
use tokio::sync::{mpsc, oneshot};

use crate::{Error, Result};

/// Between two copies of the log into the file, while there are commits.
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(100);

type Outcome = std::result::Result<(), Arc<std::io::Error>>;
type Waiter = oneshot::Sender<Outcome>;

/// The way to the thread that syncs the log. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    waiters: mpsc::UnboundedSender<Waiter>,
    commits: mpsc::Sender<()>,
    failed: Arc<AtomicBool>,
    checkpoints: SqlitePool,
}

/// A transaction that everybody sees already, but that a power loss could still undo.
#[derive(Debug)]
#[must_use = "nothing may be answered before it is durable"]
pub struct Visible(Option<oneshot::Receiver<Outcome>>);

impl Visible {
    /// Nothing to wait for.
    pub const fn settled() -> Self {
        Self(None)
    }

    /// Waits until it is durable.
    pub async fn durable(self) -> Result<()> {
        let Some(synced) = self.0 else { return Ok(()) };
        let stopped = || Arc::new(std::io::Error::other("the thread that syncs the log stopped"));
        synced.await.unwrap_or_else(|_| Err(stopped())).map_err(Error::Log)
    }
}

impl Log {
    /// Serves the database in this file, whose log must be there already; `checkpoints` copies it into the file.
    pub(crate) fn open(database: &Path, checkpoints: SqlitePool) -> Result<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        let path = PathBuf::from(path);
        sync(&path).map_err(|e| Error::Log(Arc::new(e)))?;
        let failed = Arc::new(AtomicBool::new(false));
        let (waiters, waiting) = mpsc::unbounded_channel();
        let flag = Arc::clone(&failed);
        std::thread::Builder::new()
            .name("log-sync".to_owned())
            .spawn(move || sync_all(&path, waiting, &flag))
            .map_err(|e| Error::Log(Arc::new(e)))?;
        let (commits, committed) = mpsc::channel(1);
        tokio::spawn(checkpoint(checkpoints.clone(), committed));
        Ok(Self { waiters, commits, failed, checkpoints })
    }

    /// Whether writing still makes sense.
    pub(crate) fn check(&self) -> Result<()> {
        if self.failed.load(Ordering::Acquire) {
            let why = "an earlier write did not reach the disk; restart when the disk is well";
            return Err(Error::Log(Arc::new(std::io::Error::other(why))));
        }
        Ok(())
    }

    /// A transaction was committed.
    pub(crate) fn committed(&self) -> Visible {
        // Full: a copy is due anyway.
        let _ = self.commits.try_send(());
        self.everything()
    }

    /// What was committed until now.
    pub(crate) fn everything(&self) -> Visible {
        let (done, synced) = oneshot::channel();
        // The thread ends after the last sender; if it fell over, the receiver says so.
        let _ = self.waiters.send(done);
        Visible(Some(synced))
    }

    /// Confirms what still waits, then closes the last connection, with which SQLite removes the log.
    pub(crate) async fn close(&self) {
        // A failure was told to those who wait.
        let _ = self.everything().durable().await;
        self.checkpoints.close().await;
    }
}

fn sync(path: &Path) -> std::io::Result<()> {
    // Opened anew each time: SQLite replaces the file when its last connection closes.
    OpenOptions::new().write(true).open(path)?.sync_data()
}

/// After a failure nothing is ever confirmed again. The kernel forgets pages that it could not write, so a later sync
/// would succeed although the log has a hole, and everything behind a hole is lost.
fn sync_all(path: &Path, mut waiting: mpsc::UnboundedReceiver<Waiter>, failed: &AtomicBool) {
    let mut waiters = Vec::new();
    let mut outcome = Ok(());
    while waiting.blocking_recv_many(&mut waiters, usize::MAX) > 0 {
        if outcome.is_ok() {
            outcome = sync(path).map_err(Arc::new);
            failed.store(outcome.is_err(), Ordering::Release);
        }
        for waiter in waiters.drain(..) {
            // Whoever hung up does not need to know.
            let _ = waiter.send(outcome.clone());
        }
    }
}

/// Copies the log into the file beside the writer, which otherwise stops for it.
async fn checkpoint(pool: SqlitePool, mut committed: mpsc::Receiver<()>) {
    while committed.recv().await.is_some() {
        tokio::time::sleep(CHECKPOINT_PAUSE).await;
        // What fails here is tried again after the next commit, and by the writer when the log has grown long.
        let _ = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&pool).await;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{Store, StoreConfig, settings};

    async fn write(store: &Store, name: &str) -> Result<()> {
        let mut tx = store.begin().await?;
        settings::insert_once(&mut tx, name, "1").await?;
        tx.commit().await
    }

    #[tokio::test]
    async fn what_did_not_reach_the_disk_is_not_confirmed_nor_anything_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/surety.db", folder.path().display());
        let store = Store::open(&StoreConfig { url, connections: 1 }).await.unwrap();
        write(&store, "before").await.unwrap();

        let (log, aside) = (folder.path().join("surety.db-wal"), folder.path().join("aside"));
        fs::rename(&log, &aside).unwrap();
        fs::create_dir(&log).unwrap();
        assert!(matches!(write(&store, "lost").await, Err(Error::Log(_))));

        fs::remove_dir(&log).unwrap();
        fs::rename(&aside, &log).unwrap();
        assert!(matches!(write(&store, "after").await, Err(Error::Log(_))));
        assert!(store.check().await.is_err(), "whoever watches the instance is told");
        assert_eq!(settings::get(&mut store.read().await.unwrap(), "after").await.unwrap(), None);
    }

    #[tokio::test]
    async fn the_log_goes_into_the_file_beside_the_writer() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/surety.db", folder.path().display());
        let store = Store::open(&StoreConfig { url, connections: 1 }).await.unwrap();
        write(&store, "a").await.unwrap();
        let file = folder.path().join("surety.db");
        for _ in 0..100 {
            if fs::read(&file).unwrap().windows(20).any(|w| w == b"CREATE TABLE payment") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the file holds no table after five seconds");
    }
}
